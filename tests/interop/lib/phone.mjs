// The native phone (native/) at the other end of a pipe.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = process.env.CARGO_TARGET_DIR ?? join(root, "target");

/** Where it is built; a debug build is fast enough for one phone. */
export const program = join(folder, "debug", "telnyx-device-native");

/** The account of a user, here. */
export const accountOf = (user) => ({ user, password: `${user}-pass` });

/** Events that do not come within this time, in milliseconds, do not come. */
const PATIENCE = 20_000;

/** A phone that obeys verbs and tells events, one line each. */
export class Phone {
  #child;
  #ended;
  #lines = [];
  #trace = "";
  #next = () => {};

  /** Starts it, until the test ends. */
  static start(t, { sip, host, port }, { user, password }, more = []) {
    const phone = new Phone(["--server", sip, "--domain", `${host}:${port}`, "--user", user, "--password", password, "--trace", ...more]);
    t.after(() => phone.#stop());
    return phone;
  }

  /** Starts it, and has it registered. */
  static async register(t, server, user) {
    const phone = Phone.start(t, server, accountOf(user));
    phone.do("register");
    await phone.tells("done register");
    return phone;
  }

  constructor(args) {
    this.#child = spawn(program, args, { stdio: "pipe" });
    this.#ended = once(this.#child, "close");
    this.#child.stderr.setEncoding("utf8").on("data", (text) => (this.#trace += text));
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.#lines.push(line);
      this.#next();
    });
  }

  /** Gives it verbs. */
  do(...verbs) {
    for (const verb of verbs) this.#child.stdin.write(`${verb}\n`);
  }

  /** Waits until each of these lines has come, in this order; a pattern may stand for one. What comes between them, and
   * before, is passed over. Gives the last line. */
  async tells(...expected) {
    let found;
    for (const line of expected) found = await this.#tells(line);
    return found;
  }

  /** Waits until it has had nothing to tell for so long, in milliseconds. */
  async rests(time = 500) {
    do this.#lines.length = 0;
    while (await this.#more(AbortSignal.timeout(time)));
  }

  /** The dialog of the call that was placed, as the answer names it. */
  async dialog() {
    const [answer] = await this.#traced(() => this.#trace.match(/^<<< SIP\/2.0 200 OK(?:(?!^[<>]{3} )[^])*^CSeq: +\d+ INVITE/m));
    const [callId, ours, theirs] = [/^Call-ID: (\S+)/m, /^From: .*;tag=([^;\s]+)/m, /^To: .*;tag=([^;\s]+)/m].map((it) => answer.match(it)[1]);
    return { callId, ours, theirs };
  }

  /** The public GRUU that the registrar has given it. */
  gruu() {
    return this.#found(/pub-gruu="([^"]+)"/);
  }

  /** The value of a header field in the first message that has it and was sent (`>>>`) or received (`<<<`). */
  header(direction, name) {
    return this.#found(new RegExp(`^${direction} [^]*?^${name}: (.*)\\r?\\n`, "m"));
  }

  /** It has sent so many requests of this method, and no more. */
  async hasSent(count, method) {
    const sent = () => this.#trace.split(`>>> ${method} `).length - 1;
    await this.#traced(() => sent() >= count);
    assert.equal(sent(), count, method);
  }

  async #found(pattern) {
    const [, found] = await this.#traced(() => this.#trace.match(pattern));
    return found.trim();
  }

  /** What can be read in the trace, which comes by another pipe than the events and maybe after them. */
  async #traced(read) {
    const deadline = AbortSignal.timeout(PATIENCE);
    for (;;) {
      const found = read();
      if (found) return found;
      await once(this.#child.stderr, "data", { signal: deadline });
    }
  }

  async #tells(expected) {
    const matches = (line) => (expected instanceof RegExp ? expected.test(line) : line === expected);
    const passed = [];
    const deadline = AbortSignal.timeout(PATIENCE);
    for (;;) {
      const line = this.#lines.shift();
      if (line === undefined) {
        const missing = () => new Error(`the phone did not tell ${expected}, but: ${passed.join("; ")}\n${this.#trace}`);
        if (!(await this.#more(deadline))) throw missing();
        continue;
      }
      if (matches(line)) return line;
      passed.push(line);
    }
  }

  /** Waits for a line; false where it has been too long, or the phone has ended. */
  #more(deadline) {
    return new Promise((resolve) => {
      this.#next = () => resolve(true);
      deadline.addEventListener("abort", () => resolve(false), { once: true });
      this.#ended.then(() => resolve(this.#lines.length > 0));
    });
  }

  /** Its calls are ended and its registration is removed; a phone that hangs is ended. */
  async #stop() {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), PATIENCE);
    const [code] = await this.#ended;
    clearTimeout(timer);
    if (code !== 0) throw new Error(`the phone ended with ${code}; it said:\n${this.#trace}`);
  }
}
