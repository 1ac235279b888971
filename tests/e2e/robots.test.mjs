// The robots of the embedded server, called from the page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lacksFirefox } from "./lib/firefox.mjs";
import { World } from "./lib/world.mjs";

/** The pitch of the tone robot, in hertz. */
const TONE = { from: 420, to: 460 };

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.close());

/** Calls a robot by its button. */
async function press(t, robot, options) {
  const alice = await world.signIn(t, "alice", options);
  await alice.click(`quick-${robot}`);
  return alice;
}

test("echo plays back what it hears, and only that", async (t) => {
  const alice = await press(t, "echo");
  await alice.talks();
  await alice.hears(alice.sounds);
  await alice.click("mute");
  await alice.hearsSilence();
  await alice.click("mute");
  await alice.hears(alice.sounds);
  await alice.click("hang-up");
  await alice.shows("outcome", /^Call with echo ended/);
});

test("echo answers Firefox too", { skip: lacksFirefox }, async (t) => {
  const alice = await press(t, "echo", { browser: "firefox" });
  await alice.talks();
  await alice.hears(alice.sounds);
  await alice.click("mute");
  await alice.hearsSilence();
});

test("tone plays without being spoken to", async (t) => {
  const alice = await press(t, "tone");
  await alice.talks();
  await alice.click("mute");
  await alice.hears(TONE);
});

for (const { browser, skip } of [{ browser: "chromium", skip: false }, { browser: "firefox", skip: lacksFirefox }]) {
  test(`dtmf decodes the digits that ${browser} sends in the audio`, { skip }, async (t) => {
    const alice = await press(t, "dtmf", { browser });
    await alice.talks();
    await alice.evaluate(() => {
      window.told = [];
      phone.current.handle.on("dtmf", (request, { tone, direction }) => direction === "in" && told.push(tone));
    });
    await alice.evaluate(() => phone.current.handle.sendDigits("12#"));
    await alice.sees("12#", () => told.join("") === "12#");
    // An end that counted again would stand between.
    await alice.evaluate(() => phone.current.handle.sendDigits("55*0D"));
    await alice.sees("each digit once", () => told.join("") === "12#55*0D");
    const sent = (await alice.messages()).filter(({ direction, start }) => direction === "out" && start.startsWith("INFO "));
    assert.deepEqual(sent, []);
  });
}

test("ringing rings, then answers and echoes", async (t) => {
  const alice = await press(t, "ringing");
  await alice.shows("call-state", "Ringing…");
  await alice.talks();
  await alice.hears(alice.sounds);
});

test("busy is busy", async (t) => {
  const alice = await press(t, "busy");
  await alice.shows("outcome", "busy is busy");
});

test("reject declines", async (t) => {
  const alice = await press(t, "reject");
  await alice.shows("outcome", "reject declined the call");
});

test("noanswer rings until the caller gives up", async (t) => {
  const alice = await press(t, "noanswer");
  await alice.shows("call-state", "Ringing…");
  await alice.click("hang-up");
  await alice.shows("outcome", "Call to noanswer canceled");
});
