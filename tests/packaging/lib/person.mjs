// Somebody who uses the page of an example, by what is written on it.
import { barriers } from "../../e2e/lib/accessible.mjs";

const PATIENCE = { timeout: 20_000 };

/** A tab of Chromium with an example in it. */
export class Person {
  #tab;
  #page;

  constructor(tab) {
    this.#tab = tab;
    [this.#page] = tab.context.pages();
  }

  /** Whoever signs in does it with a password of their own, or with this one. */
  async signIn(server, user, password = `${user}-pass`) {
    await this.#page.getByLabel("Server").fill(server.sip);
    await this.#page.getByLabel("User name").fill(user);
    await this.#page.getByLabel("Password").fill(password);
    await this.press("Sign in");
  }

  async dial(target) {
    await this.#page.getByLabel("Name, number or SIP address").fill(target);
    await this.press("Call");
  }

  /** Presses the button of this name. */
  press(name) {
    return this.#page.getByRole("button", { name, exact: true }).click(PATIENCE);
  }

  /** Opens what is folded under this heading. */
  open(summary) {
    return this.#page.getByText(summary, { exact: true }).click(PATIENCE);
  }

  /** Waits until the page says this. */
  reads(text) {
    return this.#page.getByText(text).waitFor(PATIENCE);
  }

  /** Waits until the page warns of this. */
  isTold(text) {
    return this.#page.getByRole("alert").filter({ hasText: text }).waitFor(PATIENCE);
  }

  /** Waits until the button of this name is pressed, or not. */
  async seesPressed(name, pressed) {
    await this.#page.getByRole("button", { name, exact: true, pressed }).waitFor(PATIENCE);
  }

  /** Waits until no call is on the page. */
  hasNoCall() {
    return this.#page.getByRole("list", { name: "Calls" }).getByRole("listitem").waitFor({ ...PATIENCE, state: "detached" });
  }

  /** Waits until the far side is heard. */
  async hears() {
    while ((await this.#tab.evaluate(() => ears.listen(700))).level < 0.01);
  }

  /** The microphones to choose from. */
  devices() {
    return this.#page.getByLabel("Microphone").locator("option").allInnerTexts();
  }

  /** Where the focus of the keyboard is, by its label. */
  focus() {
    return this.#tab.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.labels?.[0]?.innerText.trim());
  }

  /** How many devices there are in this page: each has an identity, under a lock of its own. */
  phones() {
    return this.#tab.evaluate(async () => (await navigator.locks.query()).held.filter(({ name }) => name.startsWith("telnyx-device.instance")).length);
  }

  /** What keeps somebody from using the page, and what went wrong unseen. */
  async faults() {
    return [...(await barriers(this.#tab)), ...(await this.#tab.evaluate(() => ears.faults))];
  }
}
