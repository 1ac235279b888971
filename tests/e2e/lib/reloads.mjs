// A page that is reloaded in the midst of a call. Every server that the phones may call through has to let it come back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lacksFirefox } from "./firefox.mjs";
import { call, hearEachOther } from "./scenarios.mjs";
import { World } from "./world.mjs";

const PERSISTENT = { config: { persist: "session" } };

/** Milliseconds that a call may take to be heard again, the reload of the page and the signing in included. */
const BACK = 8000;

/** Declares the tests; `startSip` starts the server to call through with the accounts given, the embedded one where it is absent. */
export function reloadsThrough(startSip) {
  let world;
  before(async () => {
    world = await World.start(startSip);
  });
  after(() => world?.close());

  const pairs = [
    { one: "chromium", other: "chromium", skip: false },
    { one: "firefox", other: "chromium", skip: lacksFirefox },
    { one: "chromium", other: "firefox", skip: lacksFirefox },
    { one: "firefox", other: "firefox", skip: lacksFirefox },
  ];
  for (const { one, other, skip } of pairs) {
    test(`a call between ${one} and ${other} outlives a reload in the first`, { skip }, async (t) => {
      const alice = await world.signIn(t, "alice", { browser: one, ...PERSISTENT });
      const bob = await world.signIn(t, "bob", { browser: other });
      await call(alice, bob);
      await hearEachOther(alice, bob);
      const id = await alice.evaluate(() => phone.current.handle.id);
      await comesBack(t, alice, bob);
      assert.equal(await alice.evaluate(() => phone.current.handle.id), id);
      await bob.talks();
      await alice.click("hang-up");
      await bob.shows("outcome", /^alice hung up/);
    });
  }

  test("the one who was called may reload twice, and is still reached by a hang-up", async (t) => {
    const alice = await world.signIn(t, "alice");
    const bob = await world.signIn(t, "bob", PERSISTENT);
    await call(alice, bob);
    await hearEachOther(alice, bob);
    await comesBack(t, bob, alice);
    await comesBack(t, bob, alice);
    await alice.click("hang-up");
    await bob.shows("outcome", /^alice hung up/);
    await bob.reload();
    await bob.signInAndRegister();
    await bob.hides("call");
  });

  test("a call outlives the crash of its page", async (t) => {
    const alice = await world.signIn(t, "alice", PERSISTENT);
    const bob = await world.signIn(t, "bob");
    await call(alice, bob);
    await hearEachOther(alice, bob);
    await comesBack(t, alice, bob, "crash");
    await bob.click("hang-up");
    await alice.shows("outcome", /^bob hung up/);
  });

  test("who is muted stays so over a reload", async (t) => {
    const alice = await world.signIn(t, "alice", PERSISTENT);
    const bob = await world.signIn(t, "bob");
    await call(alice, bob);
    await hearEachOther(alice, bob);
    await alice.click("mute");
    await bob.hearsSilence();
    await alice.reload();
    await alice.signInAndRegister();
    await alice.shows("mute", "Unmute");
    await alice.hears(bob.sounds);
    await bob.hearsSilence();
    await alice.click("mute");
    await bob.hears(alice.sounds);
  });
}

/** Reloads a page that is in a call, or has it `crash`: soon, both hear each other again. */
async function comesBack(t, reloading, other, by = "reload") {
  const left = performance.now();
  await reloading[by]();
  await reloading.signInAndRegister();
  await reloading.talks();
  await hearEachOther(reloading, other);
  const took = performance.now() - left;
  t.diagnostic(`heard again after ${Math.round(took)} ms`);
  assert.ok(took < BACK, `it took ${Math.round(took)} ms`);
}
