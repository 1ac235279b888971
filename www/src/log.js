// The SIP messages that passed, oldest first, as many as are worth keeping, and what happened between them.

/** How many entries are kept. */
const LIMIT = 400;

/**
 * Dispatches `added` (detail: the entry), `dropped` (the oldest went) and `cleared`. An entry is a message, `{direction, time,
 * start, method, text}`, or a mark, `{time, mark, tone}`.
 */
export class SipLog extends EventTarget {
  entries = [];

  /** The messages among them. */
  get messages() {
    return this.entries.filter(({ mark }) => mark === undefined);
  }

  /** Takes the detail of the device's `sip` event. */
  add({ direction, time, text }) {
    const [start, ...headers] = text.split(/\r?\n/);
    const cseq = headers.find((line) => /^cseq\s*:/i.test(line));
    this.#keep({ direction, time: new Date(time), start, method: cseq?.split(/\s+/).at(-1) ?? "", text: text.trimEnd() });
  }

  /** Notes what happened between two messages, in words; `tone` is `good`, `busy` or `bad`. */
  mark(mark, tone) {
    this.#keep({ time: new Date(), mark, tone });
  }

  clear() {
    this.entries = [];
    this.dispatchEvent(new Event("cleared"));
  }

  #keep(entry) {
    this.entries.push(entry);
    this.dispatchEvent(new CustomEvent("added", { detail: entry }));
    if (this.entries.length > LIMIT) {
      this.entries.shift();
      this.dispatchEvent(new Event("dropped"));
    }
  }
}
