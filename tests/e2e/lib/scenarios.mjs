// What two people do with their phones. Every server that they may call through has to let them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lacksSound } from "../../../scripts/lib/sound.mjs";
import { lacksFirefox } from "./firefox.mjs";
import { World } from "./world.mjs";

const BROWSERS = [
  { browser: "chromium", skip: false },
  { browser: "firefox", skip: lacksFirefox, isDeaf: lacksSound() },
];

/** Declares the tests; `startSip` starts the server to call through with the accounts given, the embedded one where it is absent. */
export function callsThrough(startSip) {
  let world;
  before(async () => {
    world = await World.start(startSip);
  });
  after(() => world?.close());

  const both = async (t, first = {}, second = {}) => [await world.signIn(t, "alice", first), await world.signIn(t, "bob", second)];
  const inEachBrowser = (name, body) => BROWSERS.forEach(({ browser, skip }) => test(`${browser}: ${name}`, { skip }, (t) => body(t, { browser })));
  /** Without a sound device, Firefox runs no AudioContext, and shows no levels and decodes no tones. */
  const inEachThatHears = (name, body) =>
    BROWSERS.forEach(({ browser, skip, isDeaf = false }) => test(`${browser}: ${name}`, { skip: skip || isDeaf }, (t) => body(t, { browser })));

  test("alice calls bob, both hear each other, alice hangs up", async (t) => {
    const [alice, bob] = await both(t);
    await call(alice, bob);
    await hearEachOther(alice, bob);
    await alice.shows("timer", /^0:0[1-9]$/);
    await alice.click("hang-up");
    await alice.shows("outcome", /^Call with bob ended after 0:\d\d$/);
    await bob.shows("outcome", /^alice hung up after 0:\d\d$/);
    await alice.hides("call");
    await bob.hides("call");
  });

  test("the one who was called hangs up", async (t) => {
    const [alice, bob] = await both(t);
    await call(alice, bob);
    await bob.click("hang-up");
    await bob.shows("outcome", /^Call with alice ended/);
    await alice.shows("outcome", /^bob hung up/);
  });

  test("one call after another", async (t) => {
    const [alice, bob] = await both(t);
    await call(alice, bob);
    await alice.click("hang-up");
    await bob.shows("outcome", /^alice hung up/);
    await call(bob, alice);
    await hearEachOther(alice, bob);
    await alice.click("hang-up");
    await bob.shows("outcome", /^alice hung up/);
  });

  test("Firefox calls Chromium", { skip: lacksFirefox }, async (t) => {
    const [alice, bob] = await both(t, { browser: "firefox" });
    await call(alice, bob);
    await hearEachOther(alice, bob);
    await bob.click("hang-up");
    await alice.shows("outcome", /^bob hung up/);
  });

  test("Chromium calls Firefox", { skip: lacksFirefox }, async (t) => {
    const [alice, bob] = await both(t, {}, { browser: "firefox" });
    await call(alice, bob);
    await hearEachOther(alice, bob);
    await bob.click("hang-up");
    await alice.shows("outcome", /^bob hung up/);
  });

  inEachThatHears("muting silences the far side and only the far side, and the levels follow", async (t, browser) => {
    const [alice, bob] = await both(t, browser, browser);
    await call(alice, bob);
    await hearEachOther(alice, bob);
    await alice.watchLevels();
    await bob.watchLevels();
    await alice.showsSound("input");
    await bob.showsSound("output");
    await alice.click("mute");
    await alice.shows("mute", "Unmute");
    await bob.hearsSilence();
    await alice.showsSilence("input");
    await bob.showsSilence("output");
    await alice.hears(bob.sounds);
    await alice.showsSound("output");
    await alice.click("mute");
    await bob.hears(alice.sounds);
    await alice.showsSound("input");
  });

  inEachBrowser("on hold nobody is heard, and afterwards both are again", async (t, browser) => {
    const [alice, bob] = await both(t, browser, browser);
    await call(alice, bob);
    await hearEachOther(alice, bob);
    await alice.click("hold");
    await alice.shows("call-state", "On hold");
    await bob.shows("call-state", "On hold by the other side");
    await bob.hearsNothing();
    await alice.hearsNothing();
    await alice.click("hold");
    await alice.talks();
    await hearEachOther(alice, bob);
    await bob.evaluate(() => phone.current.handle.hold());
    await alice.hearsNothing();
    await bob.evaluate(() => phone.current.handle.unhold());
    await hearEachOther(alice, bob);
  });

  inEachBrowser("whom alice transfers hears the new one", async (t, browser) => {
    const [alice, bob] = await both(t, browser, browser);
    const carol = await world.signIn(t, "carol", browser);
    await call(alice, bob);
    await alice.click("transfer");
    await alice.fill("transfer-target", "carol");
    await alice.click("transfer-submit");
    await bob.shows("referral-text", "alice would connect you with carol");
    await bob.click("agree-referral");
    await carol.rings("bob");
    await carol.click("answer");
    await bob.shows("call-name", "carol");
    await bob.talks();
    await hearEachOther(bob, carol);
    await alice.hides("call");
  });

  inEachBrowser("two whom alice talks to are connected, and hear each other", async (t, browser) => {
    const [alice, bob] = await both(t, browser, browser);
    const carol = await world.signIn(t, "carol", browser);
    await call(alice, bob);
    await alice.click("add");
    await alice.dial("carol");
    await carol.rings("alice");
    await carol.click("answer");
    await bob.hearsNothing();
    await hearEachOther(alice, carol);
    await alice.shows("other-call", "bob – On hold");
    await alice.click("other-call");
    await alice.shows("call-name", "bob");
    await alice.talks();
    await alice.shows("other-call", "carol – On hold");
    await alice.click("transfer");
    await alice.click("connect-call");
    await bob.shows("referral-text", /^alice would connect you with \w+$/);
    await bob.click("agree-referral");
    await carol.rings("bob");
    await carol.click("answer");
    // Its address is that of her phone, which names nobody.
    await bob.shows("call-name", /^(?!alice)/);
    await bob.talks();
    await hearEachOther(bob, carol);
    await alice.hides("call");
  });

  test("leaving the page hangs up and signs out", async (t) => {
    const [alice, bob] = await both(t);
    await call(alice, bob);
    await alice.evaluate(() => location.reload());
    await bob.shows("outcome", /^alice hung up/);
    await alice.loaded();
    await bob.dial("alice");
    await bob.shows("outcome", "alice is not available");
  });

  test("declining tells the caller", async (t) => {
    const [alice, bob] = await both(t);
    await alice.dial("bob");
    await bob.rings("alice");
    await bob.click("decline");
    await alice.shows("outcome", "bob declined the call");
    await bob.shows("outcome", "You declined alice");
    await bob.hides("incoming");
  });

  test("hanging up while it rings takes the call back", async (t) => {
    const [alice, bob] = await both(t);
    await alice.dial("bob");
    await bob.rings("alice");
    await alice.shows("call-state", "Ringing…");
    await alice.click("hang-up");
    await alice.shows("outcome", "Call to bob canceled");
    await bob.shows("outcome", "Missed call from alice");
    await bob.hides("incoming");
  });

  test("calling somebody who is not there", async (t) => {
    const alice = await world.signIn(t, "alice");
    await alice.dial("carol");
    await alice.shows("outcome", "carol is not available");
    await alice.dial("nobody");
    await alice.shows("outcome", "nobody was not found");
  });

  test("bob stays where he is when he does not want to be transferred", async (t) => {
    const [alice, bob] = await both(t);
    await call(alice, bob);
    await alice.click("transfer");
    await alice.fill("transfer-target", "carol");
    await alice.click("transfer-submit");
    await bob.shows("referral-text", /^alice would/);
    await bob.click("refuse-referral");
    await alice.shows("call-state", "Not transferred to carol: 603 Decline");
    await bob.talks();
    await hearEachOther(alice, bob);
  });

  inEachBrowser("a second caller is shown during a call, and answering puts the first on hold", async (t, browser) => {
    const [alice, bob] = await both(t, browser, browser);
    const carol = await world.signIn(t, "carol", browser);
    await call(alice, bob);
    await carol.dial("alice");
    await alice.rings("carol");
    await alice.shows("call-name", "bob");
    await alice.click("answer");
    await alice.shows("call-name", "carol");
    await alice.talks();
    await carol.talks();
    await bob.shows("call-state", "On hold by the other side");
    await bob.hearsNothing();
    await hearEachOther(alice, carol);
    await alice.click("other-call");
    await alice.shows("call-name", "bob");
    await hearEachOther(alice, bob);
    await carol.hearsNothing();
    await bob.click("hang-up");
    await alice.shows("call-name", "carol");
    await alice.shows("call-state", "On hold");
  });

  test("digits of the keypad leave in the audio, and by INFO they are told to the far side", async (t) => {
    const [alice, bob] = await both(t);
    await call(alice, bob);
    await hearEachOther(alice, bob);
    for (const phone of [alice, bob]) {
      await phone.evaluate(() => {
        window.tones = [];
        phone.current.handle.on("dtmf", (request, { tone, direction }) => tones.push(`${direction} ${tone} ${request?.method}`));
      });
    }
    await alice.click("keypad");
    await alice.type("1*#");
    await alice.shows("digits", "1*#");
    await alice.sees("the digits", () => tones.join() === "out 1 undefined,out * undefined,out # undefined");
    await alice.evaluate(() => phone.current.handle.sendDigits("2d", { transport: "info" }));
    await bob.sees("the digits", () => tones.join() === "in 2 INFO,in D INFO");
  });

  inEachThatHears("the far side hears the tones of the digits", async (t, browser) => {
    const [alice, bob] = await both(t, browser, browser);
    await call(alice, bob);
    await hearEachOther(alice, bob);
    await alice.click("mute");
    await bob.hearsSilence();
    await bob.evaluate(() => ears.decodeDigits());
    await alice.evaluate(() => phone.current.handle.sendDigits("15#*D", { duration: 500, gap: 100 }));
    await bob.sees("the tones of 15#*D", () => ears.digits === "15#*D");
  });

  test("a text message arrives", async (t) => {
    const [alice, bob] = await both(t);
    await alice.evaluate(() => phone.device.sendMessage("bob", "Grüße, Bob!"));
    await bob.shows("notice", /^alice Grüße, Bob!/);
  });

  test("a wrong password is told after one retry at the most", async (t) => {
    const alice = await world.open(t, "alice");
    await alice.signIn("wrong");
    await alice.shows("sign-in-problem", "Wrong user name or password");
    const registers = (await alice.messages()).filter(({ direction, start }) => direction === "out" && start.startsWith("REGISTER "));
    assert.ok(registers.length <= 2, `${registers.length} times REGISTER`);
    await alice.signIn("alice-pass");
    await alice.shows("status", "Ready to call");
  });
}

/** One calls, the other answers, both see it. */
export async function call(caller, callee) {
  await caller.dial(callee.user);
  await callee.rings(caller.user);
  await callee.click("answer");
  await caller.talks();
  await callee.talks();
}

/** Sound goes both ways, proved by what each side decodes. */
export async function hearEachOther(one, other) {
  await Promise.all([one.hears(other.sounds), other.hears(one.sounds)]);
}
