// What the page says when the server goes away, and when it comes back.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { startEmbedded } from "./lib/embedded.mjs";
import { call, hearEachOther } from "./lib/scenarios.mjs";
import { World } from "./lib/world.mjs";

// One server delivers the page, another one speaks SIP and may die.
let world;
beforeEach(async () => {
  world = await World.start(startEmbedded);
});
afterEach(() => world?.close());

const LOST = /^Connection lost – reconnecting…/;

test("the death of the server is told at once", async (t) => {
  const alice = await world.signIn(t, "alice");
  await alice.evaluate(() => {
    phone.device.on("wsDisconnected", (detail) => (window.told ??= { detail, connected: phone.device.isWSConnected() }));
  });
  await world.server.kill();
  const died = performance.now();
  await alice.shows("status", LOST);
  assert.ok(performance.now() - died < 1000, "within a second");
  const { detail, connected } = await alice.evaluate(() => told);
  assert.equal(detail.wasClean, false);
  assert.equal(detail.willRetry, true);
  assert.equal(connected, false);
});

test("a server that comes back is found, and calls go on", async (t) => {
  const [alice, bob] = [await world.signIn(t, "alice"), await world.signIn(t, "bob")];
  await world.server.kill();
  await alice.shows("status", LOST);
  await bob.shows("status", LOST);
  const reborn = await startEmbedded({ port: world.server.port });
  t.after(() => reborn.stop());
  await alice.shows("status", "Ready to call");
  await bob.shows("status", "Ready to call");
  await call(alice, bob);
  await hearEachOther(alice, bob);
});

test("a call without a connection ends as the person says so", async (t) => {
  const [alice, bob] = [await world.signIn(t, "alice"), await world.signIn(t, "bob")];
  await call(alice, bob);
  await world.server.kill();
  await alice.shows("status", LOST);
  await alice.click("hang-up");
  await alice.hides("call");
  await alice.shows("outcome", /^Call with bob ended/);
});

test("signing in where no server listens says so and can be given up", async (t) => {
  await world.server.kill();
  const alice = await world.open(t, "alice");
  await alice.signIn();
  await alice.shows("sign-in-progress", /^Cannot reach ws:\/\/localhost:\d+\/sip – trying again \(attempt \d+\)$/);
  await alice.click("sign-in-cancel");
  await alice.shows("sign-in-submit", "Sign in");
  await alice.hides("sign-in-progress");
});
