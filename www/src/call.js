// One call as the page sees it: the events of a TelnyxCall boiled down to a state, a name and an ending.

/** How many seconds of quality are kept. */
const SAMPLES = 120;

/** Why a TelnyxError came, in a few words: the far side's own where it answered. */
const refusal = ({ response, sipCause, message }) => (response ? `${response.statusCode} ${response.reasonPhrase}` : sipCause ?? message);

/** Where a call stands; `change` is dispatched whenever any of its fields did. */
export class Call extends EventTarget {
  /** `calling`, `ringing`, `incoming`, `answering`, `connected` or `ended`. */
  state;
  muted = false;
  /** Who is on hold: the far side by us, we by the far side. */
  hold = { local: false, remote: false };
  /** The quality of the last seconds, two minutes at the most, and what is wrong with it, by name. */
  samples = [];
  warnings = new Set();
  /** What becomes of a transfer or of a hold that was refused, in words; undefined where there is nothing to tell. */
  note;
  /** What is being restored: `signaling`, `media` or `network`; undefined where nothing is lost. */
  recovering;
  /** The digits sent so far. */
  digits = "";
  /** When it was answered and when it ended, in milliseconds since 1970. */
  answeredAt;
  endedAt;
  /** Why it ended: the SDK's cause and, where the far side gave one, its status line. */
  cause = null;
  reason = "";
  /** True where the person at this page ended it. */
  hungUp = false;

  /** Follows `handle`, a TelnyxCall; `target` is what was dialed, absent for an incoming call and one of before a reload. */
  constructor(handle, target) {
    super();
    this.handle = handle;
    this.incoming = handle.isIncoming();
    this.state = this.incoming ? "incoming" : "calling";
    const caller = target === undefined ? handle.remoteIdentity : undefined;
    this.address = caller ? `${caller.uri.user ?? ""}@${caller.uri.host}` : target;
    this.name = caller ? caller.displayName || caller.uri.user || caller.uri.host : target;
    if (handle.isConnected()) {
      this.state = "connected";
      this.answeredAt = handle.answerTime;
      this.muted = handle.isMuted();
      this.hold = handle.isOnHold();
    }
    this.#listen();
  }

  answer() {
    this.#become("answering");
    this.handle.accept();
  }

  hangUp() {
    if (this.state === "ended") return;
    this.hungUp = true;
    if (this.state === "incoming") this.handle.reject({ statusCode: 603, reasonPhrase: "Decline" });
    else this.handle.disconnect();
  }

  toggleMute() {
    this.handle.mute(!this.muted);
  }

  toggleHold() {
    const { handle } = this;
    this.note = undefined;
    // What comes of it is told by events; a refusal leaves all as it was.
    const [wish, refused] = this.hold.local ? [handle.unhold(), "Still on hold"] : [handle.hold(), "Not put on hold"];
    wish.catch((error) => this.#set({ note: `${refused}: ${refusal(error)}` }));
  }

  /** Asks the far side to call `target`: a name, a number, a SIP address, or another Call, with which it is connected. */
  transferTo(target) {
    const name = target instanceof Call ? target.name : target;
    const asked = this.handle.transfer(target instanceof Call ? target.handle : target);
    this.#set({ note: `Transferring to ${name}…` });
    asked.catch((error) => this.#set({ note: `Not transferred to ${name}: ${refusal(error)}` }));
  }

  sendDigit(digit) {
    this.handle.sendDigits(digit);
  }

  #listen() {
    const { handle } = this;
    handle.on("progress", (response) => {
      if (response.statusCode > 100 && this.state === "calling") this.#become("ringing");
    });
    handle.on("accepted", () => {
      this.answeredAt = Date.now();
      this.#become("connected");
    });
    handle.on("muted", () => this.#set({ muted: true }));
    handle.on("unmuted", () => this.#set({ muted: false }));
    for (const event of ["hold", "unhold"]) handle.on(event, () => this.#set({ hold: handle.isOnHold() }));
    handle.on("dtmf", (request, { tone, direction }) => {
      if (direction === "out") this.#set({ digits: this.digits + tone });
    });
    handle.on("recovering", (recovering) => this.#set({ recovering }));
    handle.on("recovered", () => this.#set({ recovering: undefined }));
    handle.on("quality", (sample) => this.#set({ samples: [...this.samples.slice(1 - SAMPLES), sample] }));
    handle.on("warning", ({ name }) => this.#set({ warnings: new Set(this.warnings).add(name) }));
    handle.on("warningCleared", ({ name }) => this.#set({ warnings: new Set([...this.warnings].filter((it) => it !== name)) }));
    handle.on("failed", (response) => {
      if (response) this.reason = `${response.statusCode} ${response.reasonPhrase}`;
    });
    handle.on("terminated", (message, cause) => {
      this.cause = cause;
      this.endedAt = Date.now();
      this.#become("ended");
    });
  }

  #become(state) {
    this.#set({ state });
  }

  #set(fields) {
    Object.assign(this, fields);
    this.dispatchEvent(new Event("change"));
  }
}
