// What there is to see of a call, and to do with it.
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

const STAGE = {
  incoming: "is calling",
  answering: "Answering…",
  calling: "Calling…",
  ringing: "Ringing…",
  connected: "Connected",
  ending: "Ending…",
};

/** Why a call came to its end, where it was not by a person at this page. */
function ending(call, peer, cause) {
  if (cause === "Terminated") return `${peer} hung up.`;
  if (call.isIncoming() && !call.answerTime && (cause === "Canceled" || cause === "No Answer")) return `Missed call from ${peer}.`;
  return `The call with ${peer} ended: ${cause ?? "no reason given"}.`;
}

export class CallCard {
  element = document.getElementById("call").content.cloneNode(true).firstElementChild;
  #call;
  #peer;
  #stage;
  /** Its connection is lost, and is being restored. */
  #interrupted = false;

  /**
   * Follows a call to its end, when the card goes away by itself. `attempt(wish)` tells where what a person asks for fails,
   * `onEnd` is told when they end the call, `onEnded` why it has ended, where that was not by them.
   */
  constructor(call, { attempt, onEnd, onEnded }) {
    this.#call = call;
    const { displayName, uri } = call.remoteIdentity;
    this.#peer = displayName || uri.user || uri.host;
    this.#part("peer").textContent = this.#peer;
    this.element.ariaLabel = `Call with ${this.#peer}`;
    this.#listen(onEnded);
    this.#offer(attempt, onEnd);
    this.#become(call.isIncoming() ? "incoming" : "calling");
  }

  #part(name) {
    return this.element.querySelector(`[data-part="${name}"]`);
  }

  #listen(onEnded) {
    const call = this.#call;
    call.on("progress", ({ statusCode }) => statusCode > 100 && this.#become("ringing"));
    call.on("accepted", () => this.#become("connected"));
    for (const event of ["muted", "unmuted", "hold", "unhold"]) call.on(event, () => this.#render());
    for (const event of ["recovering", "recovered"]) {
      call.on(event, () => {
        this.#interrupted = event === "recovering";
        this.#render();
      });
    }
    call.on("dtmf", (request, { tone, direction }) => {
      if (direction === "out") this.#part("digits").append(tone);
    });
    call.on("terminated", (message, cause) => {
      this.element.remove();
      onEnded(this.#stage === "ending" ? undefined : ending(call, this.#peer, cause));
    });
  }

  #offer(attempt, onEnd) {
    const call = this.#call;
    const on = (part, listener) => this.#part(part).addEventListener("click", listener);
    on("accept", () => {
      // The button goes away, the focus stays with the call.
      this.element.focus();
      this.#become("answering");
      // What becomes of it, the events of the call tell.
      call.accept();
    });
    on("decline", () => {
      onEnd();
      this.#become("ending");
      call.reject({ statusCode: 603, reasonPhrase: "Decline" });
    });
    on("hang-up", () => {
      onEnd();
      this.#become("ending");
      call.disconnect();
    });
    on("mute", () => call.mute(!call.isMuted()));
    on("hold", () => attempt(() => (call.isOnHold().local ? call.unhold() : call.hold())));
    const keys = KEYS.map((key) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: key });
      button.addEventListener("click", () => attempt(() => call.sendDigits(key)));
      return button;
    });
    this.#part("keys").append(...keys);
  }

  #become(stage) {
    this.#stage = stage;
    this.#render();
  }

  #render() {
    const stage = this.#stage;
    const { local, remote } = this.#call.isOnHold();
    this.element.dataset.stage = stage;
    this.#part("answering").hidden = stage !== "incoming";
    this.#part("talking").hidden = stage === "incoming";
    this.#part("tones").hidden = stage !== "connected";
    this.#part("mute").ariaPressed = this.#call.isMuted();
    this.#part("hold").ariaPressed = local;
    this.#part("hold").disabled = stage !== "connected";
    this.#part("hang-up").disabled = stage === "ending";
    this.#part("line").role = stage === "incoming" ? "alert" : "status";
    this.#part("standing").textContent =
      stage !== "connected" ? STAGE[stage]
      : this.#interrupted ? "Connection lost, being restored…"
      : local ? "On hold"
      : remote ? "On hold by the other side"
      : STAGE.connected;
  }
}
