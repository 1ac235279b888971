// Tabs of Firefox, with a fake microphone that whistles.
import { Builder, By, Key } from "selenium-webdriver";
import firefox from "selenium-webdriver/firefox.js";
import { nativeEnvironment } from "../../../scripts/lib/environment.mjs";
import { which } from "../../../scripts/lib/process.mjs";
import { installEars } from "./ears.mjs";

const PREFERENCES = {
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.peerconnection.ice.loopback": true,
  "permissions.default.microphone": 1,
  "media.autoplay.default": 0,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};

const program = which("firefox-esr") ?? which("firefox");
const driver = which("geckodriver", nativeEnvironment.PATH);

/** What its fake microphone sounds like, in hertz, as others hear it. */
export const FIREFOX_WHISTLE = { from: 900, to: 1100 };

/** What this machine lacks for Firefox, or false: for the `skip` of a test. */
export const lacksFirefox = !program ? "without Firefox" : !driver ? "without geckodriver" : false;

function begin() {
  const options = new firefox.Options().setBinary(program).addArguments("-headless");
  for (const [name, value] of Object.entries(PREFERENCES)) options.setPreference(name, value);
  return new Builder().forBrowser("firefox").setFirefoxOptions(options).setFirefoxService(new firefox.ServiceBuilder(driver)).build();
}

/** Gives `{open(url, {beside}), close()}`; every tab is a browser of its own, since a session of WebDriver looks at one at a
 * time, unless it is to be beside another one. */
export async function launchFirefox() {
  return {
    async open(url, { beside } = {}) {
      const session = beside ? beside.session : await begin();
      if (beside) await session.switchTo().newWindow("tab");
      await session.get(url);
      const tab = new FirefoxTab(session, await session.getWindowHandle());
      // The phone makes its first connection when somebody has signed in, so it is early enough now.
      await tab.evaluate(installEars);
      return tab;
    },
    close: async () => {},
  };
}

/** One tab of Firefox: what a test does to it, in the terms that ChromiumTab shares. */
class FirefoxTab {
  sounds = FIREFOX_WHISTLE;
  session;
  #window;

  constructor(session, window) {
    this.session = session;
    this.#window = window;
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

  async close() {
    await this.#look();
    const others = (await this.session.getAllWindowHandles()).length - 1;
    await (others > 0 ? this.session.close() : this.session.quit());
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
