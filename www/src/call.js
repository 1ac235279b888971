// One call as the page sees it: the events of a TelnyxCall boiled down to a state, a name and an ending.

/** Where a call stands; `change` is dispatched whenever any of its fields did. */
export class Call extends EventTarget {
  /** `calling`, `ringing`, `incoming`, `answering`, `connected` or `ended`. */
  state;
  muted = false;
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

  /** Follows `handle`, a TelnyxCall; `target` is what was dialed, absent for an incoming call. */
  constructor(handle, target) {
    super();
    this.handle = handle;
    this.incoming = target === undefined;
    this.state = this.incoming ? "incoming" : "calling";
    const caller = this.incoming ? handle.request.from : undefined;
    this.address = caller ? `${caller.uri.user ?? ""}@${caller.uri.host}` : target;
    this.name = caller ? caller.displayName || caller.uri.user || caller.uri.host : target;
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
    handle.on("dtmf", (request, { tone, direction }) => {
      if (direction === "out") this.#set({ digits: this.digits + tone });
    });
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
