// What the page says when the server goes away, and when it comes back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startEmbedded } from "./lib/embedded.mjs";
import { call, hearEachOther } from "./lib/scenarios.mjs";
import { World } from "./lib/world.mjs";

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.close());

/** A server that may die, beside the one that delivers the page. */
async function mortal(t, options) {
  const server = await startEmbedded(options);
  t.after(() => server.stop());
  return server;
}

const LOST = /^Connection lost – reconnecting…/;

test("the death of the server is told", async (t) => {
  const server = await mortal(t);
  const alice = await world.signIn(t, "alice", { server });
  await alice.evaluate(() => {
    phone.device.on("wsDisconnected", (detail) => (window.told ??= { detail, connected: phone.device.isWSConnected() }));
  });
  await server.kill();
  await alice.shows("status", LOST);
  const { detail, connected } = await alice.evaluate(() => told);
  assert.equal(detail.wasClean, false);
  assert.equal(detail.willRetry, true);
  assert.equal(connected, false);
});

test("a server that comes back is found, and calls go on", async (t) => {
  const server = await mortal(t);
  const [alice, bob] = [await world.signIn(t, "alice", { server }), await world.signIn(t, "bob", { server })];
  await server.kill();
  await alice.shows("status", LOST);
  await bob.shows("status", LOST);
  await mortal(t, { port: server.port });
  await alice.shows("status", "Ready to call");
  await bob.shows("status", "Ready to call");
  await call(alice, bob);
  await hearEachOther(alice, bob);
});

test("a call without a connection ends as the person says so", async (t) => {
  const server = await mortal(t);
  const [alice, bob] = [await world.signIn(t, "alice", { server }), await world.signIn(t, "bob", { server })];
  await call(alice, bob);
  await server.kill();
  await alice.shows("status", LOST);
  await alice.click("hang-up");
  await alice.hides("call");
  await alice.shows("outcome", /^Call with bob ended/);
});

test("signing in where no server listens says so and can be given up", async (t) => {
  const server = await mortal(t);
  await server.kill();
  const alice = await world.open(t, "alice", { server });
  await alice.signIn();
  await alice.shows("sign-in-progress", /^Cannot reach ws:\/\/localhost:\d+\/sip – trying again \(attempt \d+\)$/);
  await alice.click("sign-in-cancel");
  await alice.shows("sign-in-submit", "Sign in as alice");
  await alice.hides("sign-in-progress");
});
