// What a person with several tabs of one browser sees. Every server that they may call through has to let them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lacksFirefox } from "./firefox.mjs";
import { call, hearEachOther } from "./scenarios.mjs";
import { World } from "./world.mjs";

const config = { tabs: "shared" };

/** Declares the tests; `startSip` as that of `callsThrough`. */
export function tabsThrough(startSip) {
  let world;
  before(async () => {
    world = await World.start(startSip);
  });
  after(() => world?.close());

  /** So many tabs of alice's, the first of which leads, and how many bindings she had with that alone. */
  async function tabs(t, browser, count) {
    const opened = [await world.signIn(t, "alice", { browser, config })];
    const bound = await bindings(opened[0]);
    while (opened.length < count) opened.push(await world.signIn(t, "alice", { browser, config, beside: opened[0] }));
    return { opened, bound };
  }

  for (const [browser, skip] of [["chromium", false], ["firefox", lacksFirefox]]) {
    test(`${browser}: one registration; a call rings in each tab and is answered in one`, { skip }, async (t) => {
      const { opened: alices, bound } = await tabs(t, browser, 3);
      const bob = await world.signIn(t, "bob");
      assert.ok((await bindings(alices[0])) <= bound, "one binding for all tabs");
      await bob.dial("alice");
      for (const alice of alices) await alice.rings("bob");
      await alices[1].click("answer");
      await bob.talks();
      await alices[1].talks();
      for (const alice of [alices[0], alices[2]]) {
        await alice.hides("incoming");
        await alice.hides("call");
      }
      await hearEachOther(alices[1], bob);
      await bob.click("hang-up");
      await alices[1].shows("outcome", /^bob hung up/);
    });

    test(`${browser}: a call goes on when the tab that leads is closed`, { skip }, async (t) => {
      const { opened: [first, second] } = await tabs(t, browser, 2);
      const bob = await world.signIn(t, "bob");
      await call(second, bob);
      await hearEachOther(second, bob);
      await takesOver(second, () => first.close());
      await hearEachOther(second, bob);
      await second.click("hang-up");
      await bob.shows("outcome", /^alice hung up/);
    });

    test(`${browser}: the tab that leads is reloaded, follows, and finds its call again`, { skip }, async (t) => {
      const persistent = { browser, config: { ...config, persist: "session" } };
      const first = await world.signIn(t, "alice", persistent);
      const second = await world.signIn(t, "alice", { ...persistent, beside: first });
      const bob = await world.signIn(t, "bob");
      await call(first, bob);
      await takesOver(second, () => first.reload());
      await first.signInAndRegister();
      await first.sees("its call again", () => phone.device.activeCall()?.isConnected());
      await hearEachOther(first, bob);
      await first.evaluate(() => void phone.device.activeCall().disconnect());
      await bob.shows("outcome", /^alice hung up/);
    });

    test(`${browser}: whoever is left can be called`, { skip }, async (t) => {
      const { opened: [first, second, third], bound } = await tabs(t, browser, 3);
      const bob = await world.signIn(t, "bob");
      await takesOver(third, () => first.close());
      assert.ok((await bindings(second)) <= bound, "the same binding");
      await call(bob, third);
      await second.hides("incoming");
      await hearEachOther(bob, third);
      await third.click("hang-up");
      await bob.shows("outcome", /^alice hung up/);
    });
  }
}

/** Another tab leads once `work` is done, and this one is registered again. */
async function takesOver(softphone, work) {
  await softphone.evaluate(() => {
    phone.device.once("registered", () => (window.isRegained = true));
  });
  await work();
  await softphone.sees("its registration regained", () => window.isRegained && phone.device.isRegistered());
}

/**
 * How many bindings alice has, as the registrar tells the tab that leads. One that a browser of before has left behind may be
 * among them, and go at any time.
 */
function bindings(softphone) {
  return softphone.evaluate(async () => {
    const answered = new Promise((resolve) => phone.device.once("registered", ({ response }) => resolve(response)));
    await phone.device.register();
    return (await answered).getHeaders("Contact").length;
  });
}
