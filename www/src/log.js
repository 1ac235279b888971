// The SIP messages that passed, oldest first, as many as are worth keeping.

/** How many messages are kept. */
const LIMIT = 400;

/** Dispatches `added` (detail: the entry), `dropped` (the oldest went) and `cleared`. */
export class SipLog extends EventTarget {
  entries = [];

  /** Takes the detail of the device's `sip` event. */
  add({ direction, time, text }) {
    const [start, ...headers] = text.split(/\r?\n/);
    const cseq = headers.find((line) => /^cseq\s*:/i.test(line));
    const entry = { direction, time: new Date(time), start, method: cseq?.split(/\s+/).at(-1) ?? "", text: text.trimEnd() };
    this.entries.push(entry);
    this.dispatchEvent(new CustomEvent("added", { detail: entry }));
    if (this.entries.length > LIMIT) {
      this.entries.shift();
      this.dispatchEvent(new Event("dropped"));
    }
  }

  clear() {
    this.entries = [];
    this.dispatchEvent(new Event("cleared"));
  }
}
