// A SIP server for every test, which serves the softphone as well: offline, on a port of its own.
import { test as base } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { startLoopback } from "telnyx-device/loopback";

const project = fileURLToPath(new URL("..", import.meta.url));

export const test = base.extend({
  loopback: async ({}, use) => {
    const loopback = await startLoopback({ www: project });
    await use(loopback);
    await loopback.stop();
  },

  /** Opens the softphone for a user of the server's, and waits until it can be called. */
  signIn: async ({ loopback, context }, use) => {
    await use(async (user) => {
      const page = await context.newPage();
      const settings = new URLSearchParams({ server: loopback.sip, user, password: `${user}-pass` });
      await page.goto(`${loopback.page}app/index.html?${settings}`);
      await page.getByText("ready").waitFor();
      return page;
    });
  },
});

export { expect } from "@playwright/test";
