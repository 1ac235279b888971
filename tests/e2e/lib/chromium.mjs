// Tabs of Chromium, with a fake microphone that beeps.
import { chromium as playwright } from "playwright-core";
import { chromium } from "../../../scripts/setup/debian.mjs";
import { installEars } from "./ears.mjs";
import { familyOf } from "./processes.mjs";
import { crashAndReload } from "./revived.mjs";

const FLAGS = [
  "--use-fake-ui-for-media-stream",
  "--allow-loopback-in-peer-connection",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What its fake microphone sounds like, in hertz, as others hear it. */
export const CHROMIUM_BEEP = { from: 300, to: 500 };

/** What Playwright forbids because pages that come back from it have no init scripts. */
const NO_CACHE = "--disable-back-forward-cache";

/**
 * Starts Chromium, with the devices of `sound` instead of the fake ones where that is given, and with its back/forward cache
 * where it `caches`; gives `{open(url, {width, height, colorScheme, reducedMotion, install}), renderers(), close()}`: `install` runs
 * before the page's scripts, `renderers` gives the ids of the processes that its pages have.
 */
export async function launchChromium({ sound, caches = false } = {}) {
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const devices = sound ? [] : ["--use-fake-device-for-media-stream"];
  const browser = await playwright.launch({
    executablePath: chromium(),
    args: [...FLAGS, ...devices, ...root],
    ignoreDefaultArgs: caches ? [NO_CACHE] : [],
    env: { ...process.env, ...sound?.env },
  });
  return {
    async open(url, { width = 1000, height = 800, colorScheme = "light", reducedMotion, install = installEars, beside } = {}) {
      const ours = { viewport: { width, height }, colorScheme, reducedMotion, permissions: ["microphone"] };
      const context = beside ? beside.context : await browser.newContext(ours);
      const page = await context.newPage();
      await page.addInitScript(install);
      await page.goto(url);
      return new ChromiumTab(page);
    },
    async renderers() {
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send("SystemInfo.getProcessInfo");
      await session.detach();
      return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
    },
    close: () => browser.close(),
  };
}

/** One page, in a context of its own or in that of another one: what a test does to it, in the terms that FirefoxTab shares. */
class ChromiumTab {
  sounds = CHROMIUM_BEEP;
  #page;

  constructor(page) {
    this.#page = page;
  }

  /** What it shares with the tabs that are opened beside it. */
  get context() {
    return this.#page.context();
  }

  /** Runs a function in the page. */
  evaluate(body, argument) {
    return this.#page.evaluate(body, argument);
  }

  /** Waits until a function in the page returns something true; false where it never did. */
  async until(body, argument, timeout) {
    try {
      await this.#page.waitForFunction(body, argument, { timeout, polling: 25 });
      return true;
    } catch (error) {
      if (error.name === "TimeoutError") return false;
      throw error;
    }
  }

  /** Goes to another page. */
  async leave(url) {
    await this.#page.goto(url);
  }

  /** Closes the tab, and looks at another one. */
  async closeTab() {
    const other = await this.#page.context().newPage();
    await this.#page.close();
    this.#page = other;
  }

  /** Goes back to the page before. */
  async comeBack() {
    await this.#page.goBack({ waitUntil: "commit" });
  }

  click(id) {
    return this.#page.getByTestId(id).click();
  }

  fill(id, text) {
    return this.#page.getByTestId(id).fill(text);
  }

  /** Presses a key wherever the focus is: `Enter`, `Escape`, `a`. */
  press(key) {
    return this.#page.keyboard.press(key);
  }

  type(text) {
    return this.#page.keyboard.type(text);
  }

  /** Writes what the page looks like, with no pointer over it, to a PNG file. */
  async picture(path) {
    await this.#page.mouse.move(0, 0);
    await this.#page.screenshot({ path });
  }

  /** Bytes of the page's JavaScript objects, without those that nothing refers to. */
  async heap() {
    const session = await this.#page.context().newCDPSession(this.#page);
    // What one collection finalizes, the next one can free.
    for (let times = 0; times < 3; times += 1) await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    await session.detach();
    return usedSize;
  }

  /** Loads the page anew. */
  reload() {
    return this.#page.reload();
  }

  /** The processes of this browser. */
  async processes() {
    const session = await this.context.browser().newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    await session.detach();
    return familyOf(processInfo.find(({ type }) => type === "browser").id);
  }

  /** The page's process crashes, and the page is loaded anew. There is no keyboard from then on. */
  async crash() {
    this.#page = await crashAndReload(this.#page);
    await this.evaluate(installEars);
  }

  async close() {
    const { context } = this;
    await this.#page.close();
    if (context.pages().length === 0) await context.close();
  }
}
