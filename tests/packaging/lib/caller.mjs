// A page that calls the echo of the embedded server as soon as it is there.
import assert from "node:assert/strict";
import { startEmbedded } from "../../e2e/lib/embedded.mjs";

/**
 * The page in this folder, or at this address, is told where the server is by its query, calls the echo and is heard. Its
 * `outcome` says how that went.
 */
export async function callsTheEcho(t, browser, { www, url }) {
  const server = await startEmbedded({ www });
  t.after(() => server.stop());
  const { host, port, sip } = server;
  const tab = await browser.open(`${url ?? server.page}?${new URLSearchParams({ host, port, sip })}`);
  t.after(() => tab.close());
  const isThere = await tab.until(() => window.outcome, undefined, 20_000);
  assert.ok(isThere, JSON.stringify(await tab.evaluate(() => ears.faults)));
  assert.deepEqual(await tab.evaluate(() => outcome), [true, "Busy", true]);
  while ((await tab.evaluate(() => ears.listen(700))).level < 0.01);
  assert.deepEqual(await tab.evaluate(() => ears.faults), []);
}
