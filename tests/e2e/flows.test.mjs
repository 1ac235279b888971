// A phone with two connections (RFC 5626) loses one in the midst of a call: through the embedded server, by a relay for each.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { startEmbedded } from "./lib/embedded.mjs";
import { lacksFirefox } from "./lib/firefox.mjs";
import { startRelay } from "./lib/relay.mjs";
import { call, hearEachOther } from "./lib/scenarios.mjs";
import { World } from "./lib/world.mjs";

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.close());

for (const [browser, skip] of [["chromium", false], ["firefox", lacksFirefox]]) {
  test(`${browser}: a call goes on by the second connection when the first is lost, and by the first when it is back`, { skip }, async (t) => {
    const server = await startEmbedded();
    t.after(() => server.stop());
    const lines = [await startRelay(server.port), await startRelay(server.port)];
    for (const line of lines) t.after(() => line.stop());
    const wsServers = lines.map(({ port }) => server.sip.replace(`:${server.port}`, `:${port}`));

    const alice = await world.signIn(t, "alice", { browser, server, config: { flows: 2, wsServers } });
    const bob = await world.signIn(t, "bob", { server });
    await watch(alice);
    await alice.evaluate(() => phone.device.register());
    await alice.sees("both flows registered", () => [1, 2].every((flow) => told.registered.includes(flow)));
    await call(alice, bob);
    await hearEachOther(alice, bob);

    for (const [index, line] of lines.entries()) {
      await watch(alice);
      line.reset();
      await alice.sees("the loss of a connection", () => told.lost);
      assert.deepEqual(await alice.evaluate(() => told.lost), { flow: index + 1, server: wsServers[index], connected: true, registered: true });
      await alice.evaluate(() => phone.current.handle.hold());
      await alice.evaluate(() => phone.current.handle.unhold());
      await hearEachOther(alice, bob);
      await alice.sees("the flow registered again", (flow) => told.registered.includes(flow), index + 1);
      assert.equal(await alice.evaluate(() => told.unregistered), false);
    }
    await bob.click("hang-up");
    await alice.shows("outcome", /^bob hung up/);
    await alice.evaluate(() => phone.device.stopWS());
    while (lines.some((line) => line.open().now > 0)) await setTimeout(20);
  });
}

/** Writes down in the page what is told from now on, as `told`. */
function watch(softphone) {
  return softphone.evaluate(() => {
    const { device } = phone;
    const told = (window.told = { registered: [], unregistered: false });
    device.on("registered", ({ flow }) => told.registered.push(flow));
    device.on("unregistered", () => (told.unregistered = true));
    device.on("wsDisconnected", ({ flow, server }) => {
      told.lost ??= { flow, server, connected: device.isWSConnected(), registered: device.isRegistered() };
    });
  });
}
