// The demo page as a person uses it: what can be done there, and what can be seen and heard.
import assert from "node:assert/strict";

const PATIENCE = 20_000;
/** Root mean square from which on a sound is one, and up to which there is silence: the fake microphones give 0.07 and more. */
const AUDIBLE = 0.01;
const SILENT = 0.001;
/** Chromium's fake microphone beeps twice a second: this long holds at least one. */
const LISTENING = 700;
/** How many levels are told in that time. */
const LEVELS = 7;

/** A page in a tab of either browser. */
export class Softphone {
  /** Who signs in here. */
  user;
  #tab;
  #isClosed = false;

  constructor(tab, user) {
    this.#tab = tab;
    this.user = user;
  }

  /** The tab of the browser. */
  get tab() {
    return this.#tab;
  }

  /** What others hear from here: the range of its frequency in hertz. */
  get sounds() {
    return this.#tab.sounds;
  }

  /** Waits until the SDK is loaded. */
  async loaded() {
    await this.#sees("the sign-in form", () => window.phone?.stage === "signed-out");
  }

  /** Loads the page anew. */
  async reload() {
    await this.#tab.reload();
    await this.loaded();
  }

  /** The process of the page crashes, and it is loaded anew. */
  async crash() {
    await this.#tab.crash();
    await this.loaded();
  }

  /** Signs in with what the form suggests, or with another password. */
  async signIn(password) {
    if (password !== undefined) await this.#tab.fill("password", password);
    await this.#tab.click("sign-in-submit");
  }

  async signInAndRegister() {
    await this.signIn();
    await this.shows("status", "Ready to call");
  }

  async dial(target) {
    await this.#tab.fill("target", target);
    await this.#tab.click("dial");
  }

  fill(id, text) {
    return this.#tab.fill(id, text);
  }

  click(id) {
    return this.#tab.click(id);
  }

  press(key) {
    return this.#tab.press(key);
  }

  type(text) {
    return this.#tab.type(text);
  }

  /** Waits until the element with this test id is visible and its text is, or matches, `expected`. */
  async shows(id, expected) {
    const source = expected.source ?? `^${expected.replace(/[^\w\s]/g, "\\$&")}$`;
    await this.#sees(`"${id}" to show ${expected}`, ([id, source]) => {
      const element = document.querySelector(`[data-testid="${id}"]`);
      return element?.checkVisibility() && new RegExp(source).test(element.innerText.trim());
    }, [id, source]);
  }

  /** Waits until the element with this test id is not visible. */
  async hides(id) {
    await this.#sees(`"${id}" to be hidden`, (id) => !document.querySelector(`[data-testid="${id}"]`)?.checkVisibility(), id);
  }

  /** Waits for the card of a call. */
  async rings(caller) {
    await this.shows("incoming-name", `${caller} is calling`);
  }

  /** Waits until a call is up. */
  async talks() {
    await this.shows("call-state", "Connected");
  }

  /** Waits until the far side is heard in the samples that this page decodes. */
  async hears({ from, to }) {
    let last;
    await this.#listenUntil(`to hear ${from}–${to} Hz`, ({ level, frequency, packets }) => {
      last = { level, frequency, packets };
      return level > AUDIBLE && (frequency === undefined || (frequency > from && frequency < to));
    }, () => last);
  }

  /** Waits until silence is heard: the far side still sends, and nothing is in it. */
  async hearsSilence() {
    let last;
    await this.#listenUntil("to hear silence", ({ level, packets }) => {
      last = { level, packets };
      return packets > 0 && level < SILENT;
    }, () => last);
  }

  /** Waits until nothing is heard, whether or not the far side sends. */
  async hearsNothing() {
    let last;
    await this.#listenUntil("to hear nothing", ({ level }) => {
      last = { level };
      return level < SILENT;
    }, () => last);
  }

  /** From now on, takes note of when the far side is heard. */
  async takeNote() {
    await this.#tab.evaluate((audible) => ears.takeNote(audible), AUDIBLE);
  }

  /** The longest silence of the far side that has begun, or went on, after this time and is over: `{from, to}`. */
  silenceSince(time) {
    return this.#tab.evaluate((time) => {
      let [last, longest] = [time, { from: time, to: time }];
      for (const moment of ears.moments.filter((moment) => moment > time)) {
        if (moment - last > longest.to - longest.from) longest = { from: last, to: moment };
        last = moment;
      }
      return longest;
    }, time);
  }

  /** The processes of its browser, to be stopped and continued. */
  processes() {
    return this.#tab.processes();
  }

  /** Has the levels that the device tells looked at. */
  async watchLevels() {
    await this.#tab.evaluate(() => {
      window.levels = [];
      phone.device.on("levels", (level) => levels.push(level));
    });
  }

  /** Waits until there is sound, by the levels told, in what is sent (`input`) or heard (`output`). */
  async showsSound(way) {
    await this.#tab.evaluate(() => void (levels.length = 0));
    await this.#sees(`levels of sound, ${way}`, ([way, least]) => levels.some((level) => level[way] > least), [way, AUDIBLE]);
  }

  /** Waits until there is silence, by the levels told. */
  async showsSilence(way) {
    await this.#sees(`levels of silence, ${way}`, ([way, most, count]) => {
      const last = levels.slice(-count).map((level) => level[way]);
      return last.length === count && last.every((level) => level !== null && level < most);
    }, [way, SILENT, LEVELS]);
  }

  /** The SIP messages so far: `{direction, start, text}`. */
  messages() {
    return this.#tab.evaluate(() => phone.log.messages.map(({ direction, start, text }) => ({ direction, start, text })));
  }

  /** Waits until a function in the page returns something true, for ten seconds where nothing else is said. */
  sees(what, body, argument, patience) {
    return this.#sees(what, body, argument, patience);
  }

  /** Runs a function in the page. */
  evaluate(body, argument) {
    return this.#tab.evaluate(body, argument);
  }

  /** Takes Firefox offline, and back. */
  setOffline(isOffline) {
    return this.#tab.setOffline(isOffline);
  }

  /** Goes to another page. */
  leave(url) {
    return this.#tab.leave(url);
  }

  /** Closes the tab. */
  closeTab() {
    return this.#tab.closeTab();
  }

  /** Goes back to the page before. */
  comeBack() {
    return this.#tab.comeBack();
  }

  /** Writes what the page looks like to a PNG file; in Chromium only. */
  picture(path) {
    return this.#tab.picture(path);
  }

  /** Closes the page, which by then has had no uncaught error. */
  async close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const faults = await this.#tab.evaluate(() => window.ears?.faults ?? []);
    await this.#tab.close();
    assert.deepEqual(faults, [], `uncaught errors in the page of ${this.user}`);
  }

  async #listenUntil(what, isEnough, measured) {
    const until = performance.now() + PATIENCE;
    while (!isEnough(await this.#tab.evaluate((time) => ears.listen(time), LISTENING))) {
      if (performance.now() > until) throw new Error(await this.report(`waited in vain ${what}, but measured ${JSON.stringify(measured())}`));
    }
  }

  async #sees(what, body, argument, patience = PATIENCE) {
    if (!(await this.#tab.until(body, argument, patience))) throw new Error(await this.report(`waited in vain for ${what}`));
  }

  /** What there is to see here, for a test that failed by this. */
  async report(what) {
    const media = await this.#tab.evaluate(async () => {
      const connection = window.phone?.current?.handle.peerConnection;
      if (!connection) return "none";
      const { connectionState, iceConnectionState, signalingState } = connection;
      const flows = async () => {
        const stats = [...(await connection.getStats()).values()];
        const one = (type) => stats.find((it) => it.type === type);
        return { sent: one("outbound-rtp")?.packetsSent, received: one("inbound-rtp")?.packetsReceived };
      };
      const before = await flows();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return JSON.stringify({ connectionState, iceConnectionState, signalingState, before, after: await flows() });
    });
    const page = await this.#tab.evaluate(() => ({
      text: document.querySelector("main").innerText.replace(/\s*\n\s*/g, " | "),
      messages: (window.phone?.log.entries ?? []).map(({ direction, start, mark }) => `  ${mark ?? `${direction === "out" ? "→" : "←"} ${start}`}`),
      faults: window.ears?.faults ?? [],
      digits: window.ears?.digits ?? "",
    }));
    return [`${this.user}: ${what}`, `media: ${media}`, `page: ${page.text}`, `digits: ${page.digits}`, ...page.messages, ...page.faults].join("\n");
  }
}
