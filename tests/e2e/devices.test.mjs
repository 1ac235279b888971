// Microphones that the browsers take for real ones, each with its pitch: chosen in a call, pulled out and put back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lacksSound as lacks, startSound } from "../../scripts/lib/sound.mjs";
import { launchChromium } from "./lib/chromium.mjs";
import { lacksFirefox, launchFirefox } from "./lib/firefox.mjs";
import { World } from "./lib/world.mjs";

const LOW = { from: 350, to: 450 };
const HIGH = { from: 1150, to: 1250 };

const lacksSound = lacks();

/** What is meant for speech takes a steady tone for noise. */
const AUDIO = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

let world;
let sound;
before(async () => {
  if (lacksSound) return;
  sound = await startSound();
  await sound.plug("low", 400); // the default one, as it was there first
  world = await World.start(undefined, { chromium: () => launchChromium({ sound }), firefox: () => launchFirefox({ sound }) });
});
after(async () => {
  await world?.close();
  await sound?.stop();
});

/** Chromium hears of devices from udev, which knows none of these: it finds what has changed when a page looks. */
async function looks(phone, what, body) {
  await phone.evaluate(() => {
    window.looking = setInterval(() => navigator.mediaDevices.enumerateDevices(), 200);
  });
  await phone.sees(what, body);
  await phone.evaluate(() => clearInterval(looking));
}

for (const [browser, skip] of [["chromium", lacksSound], ["firefox", lacksSound || lacksFirefox]]) {
  test(`${browser}: the far side hears the microphone that was chosen, and the default one when that is gone`, { skip }, async (t) => {
    let unplug = await sound.plug("high", 1200);
    t.after(() => unplug());
    const [alice, bob] = [await world.signIn(t, "alice", { browser }), await world.signIn(t, "bob", { browser })];
    await alice.evaluate((audio) => void (window.call = phone.device.initiateCall("bob", { audio })), AUDIO);
    await bob.rings("alice");
    await bob.click("answer");
    await bob.talks();
    await bob.hears(LOW);

    await alice.evaluate(async () => {
      window.told = [];
      phone.device.on("devicesChanged", ({ microphones, lost }) => {
        told.push({ there: microphones.some(({ label }) => label.includes("1200")), lost: lost.map(({ label }) => label) });
      });
      const high = (await phone.device.microphones()).find(({ label }) => label.includes("1200"));
      await phone.device.setMicrophone(high.deviceId);
    });
    await bob.hears(HIGH);

    await unplug();
    unplug = () => {};
    await looks(alice, "the loss", () => told.some(({ lost }) => lost.some((label) => label.includes("1200"))));
    await bob.hears(LOW);

    unplug = await sound.plug("high", 1200);
    await looks(alice, "the return", () => told.at(-1).there);
    assert.deepEqual((await alice.evaluate(() => told)).at(-1), { there: true, lost: [] });
    await bob.hears(LOW);
    await alice.evaluate(() => call.disconnect());
    await bob.shows("outcome", /^alice hung up/);
    // What was chosen is remembered for the next call.
    await alice.evaluate((audio) => void phone.device.initiateCall("bob", { audio }), AUDIO);
    await bob.rings("alice");
    await bob.click("answer");
    await bob.hears(HIGH);
  });
}
