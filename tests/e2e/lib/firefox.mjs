// Tabs of Firefox, with a fake microphone that whistles.
import { Builder, By, Key } from "selenium-webdriver";
import firefox from "selenium-webdriver/firefox.js";
import { nativeEnvironment } from "../../../scripts/lib/environment.mjs";
import { which } from "../../../scripts/lib/process.mjs";
import { startSound } from "../../../scripts/lib/sound.mjs";
import { installEars } from "./ears.mjs";
import { familyOf } from "./processes.mjs";

const PREFERENCES = {
  "media.navigator.permission.disabled": true,
  "media.peerconnection.ice.loopback": true,
  "permissions.default.microphone": 1,
  "media.autoplay.default": 0,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};

const program = which("firefox-esr") ?? which("firefox");
const driver = which("geckodriver", nativeEnvironment.PATH);

/** Milliseconds that a page may take to crash, and to be there again. */
const PATIENCE = 20_000;

/** What its fake microphone sounds like, in hertz, as others hear it. */
export const FIREFOX_WHISTLE = { from: 900, to: 1100 };

/** What this machine lacks for Firefox, or false: for the `skip` of a test. */
export const lacksFirefox = !program ? "without Firefox" : !driver ? "without geckodriver" : false;

/**
 * Gives `{open(url, {beside}), close()}`, with the devices of `sound` instead of the fake microphone where that is given.
 * Every tab is a browser of its own, since a session of WebDriver looks at one at a time, unless it is to be beside another
 * one; a browser that was left serves again, without what the page kept.
 */
export async function launchFirefox({ sound } = {}) {
  const own = sound ? undefined : await startSound();
  const idle = [];
  const begin = async () => idle.pop() ?? (await start({ isFake: !sound, env: (sound ?? own).env }));
  return {
    async open(url, { beside } = {}) {
      const session = beside ? beside.session : await begin();
      if (beside) await session.switchTo().newWindow("tab");
      await session.get(url);
      const tab = new FirefoxTab(session, await session.getWindowHandle(), () => idle.push(session));
      // The phone makes its first connection when somebody has signed in, so it is early enough now.
      await tab.evaluate(installEars);
      return tab;
    },
    async close() {
      await Promise.all(idle.map((session) => session.quit()));
      await own?.stop();
    },
  };
}

function start({ isFake, env }) {
  const options = new firefox.Options().setBinary(program).addArguments("-headless");
  const preferences = { ...PREFERENCES, "media.navigator.streams.fake": isFake };
  for (const [name, value] of Object.entries(preferences)) options.setPreference(name, value);
  const service = new firefox.ServiceBuilder(driver).addArguments("--allow-system-access").setEnvironment({ ...process.env, ...env });
  return new Builder().forBrowser("firefox").setFirefoxOptions(options).setFirefoxService(service).build();
}

/** One tab of Firefox: what a test does to it, in the terms that ChromiumTab shares. */
class FirefoxTab {
  sounds = FIREFOX_WHISTLE;
  session;
  #window;
  #left;

  constructor(session, window, left) {
    this.session = session;
    this.#window = window;
    this.#left = left;
  }

  async evaluate(body, argument) {
    await this.#look();
    return this.session.executeScript(`return (${body})(...arguments)`, argument);
  }

  async until(body, argument, timeout) {
    try {
      return Boolean(await this.session.wait(() => this.evaluate(body, argument), timeout, undefined, 50));
    } catch (error) {
      if (error.name === "TimeoutError") return false;
      throw error;
    }
  }

  /** Takes this Firefox offline by its own switch, and back: on Linux it does not look at the network. */
  async setOffline(isOffline) {
    await this.session.setContext(firefox.Context.CHROME);
    await this.session.executeScript("Services.io.offline = arguments[0]", isOffline);
    await this.session.setContext(firefox.Context.CONTENT);
  }

  async click(id) {
    await (await this.#find(id)).click();
  }

  async fill(id, text) {
    const field = await this.#find(id);
    await field.clear();
    await field.sendKeys(text);
  }

  press(key) {
    return this.type(Key[key.toUpperCase()] ?? key);
  }

  async type(text) {
    await this.#look();
    await this.session.actions().sendKeys(text).perform();
  }

  async reload() {
    await this.#look();
    await this.session.navigate().refresh();
    await this.evaluate(installEars);
  }

  /** The page's process crashes, and the page is loaded anew. */
  async crash() {
    const inBrowser = async (script, ...args) => {
      await this.session.setContext(firefox.Context.CHROME);
      return this.session.executeScript(script, ...args).finally(() => this.session.setContext(firefox.Context.CONTENT));
    };
    await this.#look();
    // Else geckodriver's Firefox would end with its page.
    await inBrowser("Services.env.set('MOZ_CRASHREPORTER_SHUTDOWN', '')");
    process.kill(await inBrowser("return gBrowser.selectedBrowser.frameLoader.remoteTab.osPid"), "SIGKILL");
    await this.session.wait(() => inBrowser("return gBrowser.selectedTab.hasAttribute('crashed')"), PATIENCE);
    const loadsAnew = "const { selectedBrowser: it } = gBrowser; it.loadURI(it.currentURI, { triggeringPrincipal: it.contentPrincipal })";
    await inBrowser(loadsAnew);
    await this.session.wait(() => this.evaluate(() => document.readyState === "complete" && "phone" in window).catch(() => false), PATIENCE);
    await this.evaluate(installEars);
  }

  /** The processes of this browser. */
  async processes() {
    return familyOf((await this.session.getCapabilities()).get("moz:processID"));
  }

  async close() {
    await this.#look();
    if ((await this.session.getAllWindowHandles()).length > 1) return this.session.close();
    await this.evaluate(async () => {
      // The next page is there at once, and this one would leave its binding behind.
      await window.phone?.device?.stopWS();
      if (location.protocol === "http:") for (const kept of [localStorage, sessionStorage]) kept.clear();
    });
    await this.session.get("about:blank");
    this.#left();
  }

  /** The session looks at this tab. */
  #look() {
    return this.session.switchTo().window(this.#window);
  }

  async #find(id) {
    await this.#look();
    return this.session.findElement(By.css(`[data-testid="${id}"]`));
  }
}
