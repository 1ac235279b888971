// What a test file needs: the server that delivers the page, the SIP server to call through, and browsers.
import { launchChromium } from "./chromium.mjs";
import { startEmbedded } from "./embedded.mjs";
import { launchFirefox } from "./firefox.mjs";
import { Softphone } from "./softphone.mjs";

const LAUNCH = { chromium: launchChromium, otherChromium: launchChromium, cachingChromium: () => launchChromium({ caches: true }), firefox: launchFirefox };

/** Whom the page offers to sign in as; another server has to know them too. */
async function accountsOf({ page }) {
  const response = await fetch(new URL("server.json", page));
  return (await response.json()).accounts;
}

/** Servers and browsers, started when they are first needed and ended together. */
export class World {
  #page;
  #sip;
  #launch;
  #browsers = new Map();

  /** Starts the embedded server and, where `startSip` is given, another one to call through; `launch` has other browsers. */
  static async start(startSip, launch = LAUNCH) {
    const world = new World();
    world.#launch = launch;
    world.#page = await startEmbedded({ control: true });
    world.#sip = startSip ? await startSip(await accountsOf(world.#page)) : world.#page;
    return world;
  }

  /** Opens the page for a user, in Chromium, in another one, in one with a back/forward cache or in Firefox, until the test ends; `server` is
   * another one to call through, `config` has options of the device, and `beside` is a softphone in whose browser the page is to be another tab. */
  async open(t, user, { browser = "chromium", server = this.#sip, config, beside, ...options } = {}) {
    if (!this.#browsers.has(browser)) this.#browsers.set(browser, this.#launch[browser]());
    const launched = await this.#browsers.get(browser);
    const { sip, host, port } = server;
    const query = new URLSearchParams({ user, server: sip, host, port, ...(config && { options: JSON.stringify(config) }) });
    const tab = await launched.open(`${this.#page.page}?${query}`, { ...options, beside: beside?.tab });
    const softphone = new Softphone(tab, user);
    t.after(() => softphone.close());
    await softphone.loaded();
    return softphone;
  }

  /** A page of the same origin that has no phone. */
  get elsewhere() {
    return new URL("icon.svg", this.#page.page).href;
  }

  /** Opens the page and signs in. */
  async signIn(t, user, options) {
    const softphone = await this.open(t, user, options);
    await softphone.signInAndRegister();
    return softphone;
  }

  async close() {
    for (const browser of this.#browsers.values()) await (await browser).close();
    if (this.#sip !== this.#page) await this.#sip.stop();
    await this.#page.stop();
  }
}
