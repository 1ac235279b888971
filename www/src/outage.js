// A loss of the connection, from the moment it was noticed until phone and calls are what they were.

/** What is lost at once may come back slowly: registered first, then each call. */
export class Outage {
  /** When it was noticed, and when the phone was registered again, in milliseconds since 1970. */
  lostAt = Date.now();
  backAt;
  /** How many calls went on at the time, and how many of them went on afterwards; undefined until each is settled. */
  calls;
  kept;
  #watched;

  /** `calls` are those that go on. */
  constructor(calls) {
    this.#watched = calls;
    this.calls = calls.length;
  }

  /** The phone is registered again. */
  end() {
    this.backAt ??= Date.now();
    this.settle();
  }

  /** Looks at the calls, whose fate is told once: what becomes of them later is another story. */
  settle() {
    const isSettled = ({ state, recovering }) => state === "ended" || !recovering;
    if (this.kept === undefined && this.backAt && this.#watched.every(isSettled)) {
      this.kept = this.#watched.filter(({ state }) => state !== "ended").length;
    }
  }
}
