// A page of Chromium whose process has crashed and which was loaded anew: Playwright has given it up, the browser has not.
const EVERY = 25;

/** Crashes the process of `page`, a page of Playwright's, and loads it anew; gives what stands for it from then on. */
export async function crashAndReload(page) {
  const context = page.context();
  const session = await context.newCDPSession(page);
  const crashed = new Promise((resolve) => page.once("crash", resolve));
  session.send("Page.crash").catch(() => {}); // nobody is left to answer
  await crashed;
  await session.send("Page.reload");
  return new RevivedPage(context, session);
}

/** Does what a ChromiumTab asks of a page. */
class RevivedPage {
  #context;
  #session;

  constructor(context, session) {
    this.#context = context;
    this.#session = session;
  }

  context() {
    return this.#context;
  }

  async evaluate(body, argument) {
    const expression = `(${body})(${JSON.stringify(argument)})`;
    const { result, exceptionDetails } = await this.#session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async waitForFunction(body, argument, { timeout }) {
    for (const until = performance.now() + timeout; !(await this.evaluate(body, argument)); ) {
      if (performance.now() > until) throw Object.assign(new Error("it never was so"), { name: "TimeoutError" });
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
  }

  getByTestId(id) {
    return { click: () => this.evaluate((id) => document.querySelector(`[data-testid="${id}"]`).click(), id) };
  }

  close() {
    return this.#context.close();
  }
}
