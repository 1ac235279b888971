// What the page looks like: every state can be reached and can be used by everybody, wide and light, narrow and dark. With a
// folder in PICTURES (`npm run pictures`), those that README.md shows are written there.
import { join } from "node:path";
import { after, before, test } from "node:test";
import { isAccessible } from "./lib/accessible.mjs";
import { World } from "./lib/world.mjs";

const { PICTURES } = process.env;
/** Seconds of quality in a picture, for the sake of the curve. */
const CURVE = PICTURES ? 75 : 1;
const PATIENCE = 120_000;

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.close());

const LOOKS = [
  { look: { width: 1280, height: 800, colorScheme: "light" }, shown: "call" },
  { look: { width: 360, height: 740, colorScheme: "dark" }, shown: "ringing" },
];

for (const { look, shown } of LOOKS) {
  test(`every state of the page, ${look.width} px wide and ${look.colorScheme}, is accessible`, async (t) => {
    const [alice, bob] = [await world.open(t, "alice", { ...look, reducedMotion: "reduce" }), await world.signIn(t, "bob")];
    const picture = async (state) => {
      if (PICTURES && state === shown) await alice.picture(join(PICTURES, `${state}.png`));
    };

    await isAccessible(alice, "signed out");
    await alice.signIn("wrong");
    await alice.shows("sign-in-problem", "Wrong user name or password");
    await isAccessible(alice, "refused");
    await alice.signIn("alice-pass");
    await alice.shows("status", "Ready to call");
    await isAccessible(alice, "idle");

    await alice.dial("busy");
    await alice.shows("outcome", "busy is busy");
    await isAccessible(alice, "after a call that failed");

    await alice.dial("echo");
    await alice.talks();
    await alice.click("hang-up");
    await alice.shows("outcome", /^Call with echo ended/);

    await bob.dial("alice");
    await alice.rings("bob");
    await isAccessible(alice, "ringing");
    await picture("ringing");
    await alice.click("answer");
    await alice.talks();
    await alice.sees("the curve of the quality", (least) => phone.current.samples.filter(({ mos }) => mos !== null).length >= least, CURVE, PATIENCE);
    await isAccessible(alice, "in a call");

    await alice.evaluate(() => (document.querySelector("#faults details").open = true));
    await alice.click("fault-reset");
    await alice.shows("fault-story", /the call went on$/);
    await isAccessible(alice, "after a fault");
    await alice.evaluate(() => document.querySelector("main").scrollIntoView());
    await picture("call");

    await alice.evaluate(() => (document.querySelector('[data-testid="sip-message"] details').open = true));
    await alice.sees("the whole message", () => document.querySelector("#log pre"));
    await isAccessible(alice, "a message of the ladder open");

    await alice.click("keypad");
    await alice.shows("call-pad", /1/);
    await isAccessible(alice, "keypad");
    await alice.click("add");
    await alice.shows("dialer", /Back to bob/);
    await isAccessible(alice, "adding a call");
    await alice.dial("echo");
    await alice.talks();
    await alice.shows("others", "bob – On hold");
    await isAccessible(alice, "a second call, the first one held");
    await alice.click("transfer");
    await alice.shows("moving", /Connect with bob/);
    await isAccessible(alice, "transfer");
    await alice.click("hang-up");
    await alice.shows("call-name", "bob");
    await alice.shows("call-state", "On hold");
    await isAccessible(alice, "held");
  });
}

test("who gives no microphone is told what to do", async (t) => {
  const alice = await world.signIn(t, "alice");
  await alice.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await alice.dial("echo");
  await alice.shows("outcome", /^The browser gave no microphone/);
  await isAccessible(alice, "no microphone");
});
