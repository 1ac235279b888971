// The page itself: keyboard, narrow screens, the list of messages, the faults that can be ordered there.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startEmbedded } from "./lib/embedded.mjs";
import { call } from "./lib/scenarios.mjs";
import { World } from "./lib/world.mjs";

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.close());

test("a call with nothing but the keyboard", async (t) => {
  const alice = await world.open(t, "alice");
  const bob = await world.open(t, "bob");
  await alice.press("Enter");
  await bob.press("Enter");
  await bob.shows("status", "Ready to call");
  await alice.shows("status", "Ready to call");
  await alice.type("bob");
  await alice.press("Enter");
  await bob.rings("alice");
  await bob.press("Enter");
  await alice.talks();
  await bob.talks();
  await alice.type("5");
  await alice.shows("digits", "5");
  await bob.press("Escape");
  await alice.shows("outcome", /^bob hung up/);

  // An empty field brings back who was called last.
  await alice.press("Enter");
  await alice.press("Enter");
  await bob.rings("alice");
  await bob.press("Escape");
  await alice.shows("outcome", "bob declined the call");
});

test("digits of the pad go to the field, and an address that is none is refused", async (t) => {
  const alice = await world.signIn(t, "alice");
  for (const digit of ["1", "2", "#"]) await alice.evaluate((digit) => document.querySelector(`[data-testid="pad"] [data-digit="${digit}"]`).click(), digit);
  await alice.sees("the digits in the field", () => document.querySelector('[data-testid="target"]').value === "12#");
  await alice.click("erase");
  await alice.sees("one digit less", () => document.querySelector('[data-testid="target"]').value === "12");
  await alice.dial("two words");
  await alice.shows("dial-problem", /^This cannot be called: /);
  await alice.hides("call");
});

test("nothing is wider than a small phone", async (t) => {
  const small = { width: 360, height: 640 };
  const [alice, bob] = [await world.open(t, "alice", small), await world.open(t, "bob", small)];
  const fits = async (softphone, where) => {
    const width = await softphone.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= small.width, `${where}: ${width} px`);
  };
  await fits(alice, "sign-in");
  await alice.signInAndRegister();
  await bob.signInAndRegister();
  await fits(alice, "dialer");
  await alice.dial("bob");
  await bob.rings("alice");
  await fits(bob, "incoming call");
  await bob.click("answer");
  await alice.talks();
  await alice.click("keypad");
  await fits(alice, "call with keypad");
  await alice.evaluate(() => document.querySelectorAll("#log details").forEach((details) => (details.open = true)));
  await alice.sees("the whole messages", () => document.querySelectorAll("#log pre").length > 4);
  await fits(alice, "open messages");
});

test("the messages pass by, open, keep secrets and can be cleared", async (t) => {
  const [alice, bob] = [await world.signIn(t, "alice"), await world.signIn(t, "bob")];
  await call(alice, bob);
  const shown = await alice.evaluate(() => [...document.querySelectorAll('[data-testid="sip-message"]')].map((item) => item.querySelector("b").textContent));
  for (const start of ["REGISTER", "INVITE", "180 Ringing", "200 OK", "ACK"]) assert.ok(shown.includes(start), start);

  await alice.evaluate(() => document.querySelectorAll("#log details").forEach((details) => (details.open = true)));
  await alice.sees("the whole messages", () => document.querySelectorAll("#log pre").length === phone.log.messages.length);
  const texts = await alice.evaluate(() => [...document.querySelectorAll("#log pre")].map((text) => text.textContent));
  assert.ok(texts.some((text) => /^INVITE sip:bob@.*\n(.*\n)*Call-ID: .*\n(.*\n)*\n+v=0/.test(text)), "an INVITE with its offer");
  assert.ok(texts.some((text) => /^Authorization:/m.test(text)), "a REGISTER with credentials");
  assert.ok(!texts.some((text) => text.includes("alice-pass") || /^Authorization:.*response=/m.test(text)), "credentials are not shown");

  await alice.click("log-clear");
  await alice.sees("an empty list", () => document.querySelectorAll("#log li").length === 0);
  await alice.evaluate(() => {
    for (let number = 0; number < 1000; number += 1) phone.log.add({ direction: "in", time: Date.now(), text: `OPTIONS sip:${number} SIP/2.0\r\n\r\n` });
  });
  const kept = await alice.evaluate(() => document.querySelectorAll("#log li").length);
  assert.ok(kept > 100 && kept < 1000, `${kept} messages are kept`);
});

test("faults are ordered in a call, each is told with what came of it, and the call goes on", async (t) => {
  const [alice, bob] = [await world.signIn(t, "alice", { width: 1280 }), await world.signIn(t, "bob")];
  await call(alice, bob);
  await alice.click("fault-reset");
  await alice.shows("fault-story", /^Connection lost at [\d:]+, back after [\d.]+ s; the call went on$/);
  await alice.talks();
  const marks = () => alice.evaluate(() => phone.log.entries.filter(({ mark }) => mark).map(({ mark }) => mark));
  assert.deepEqual((await marks()).slice(0, 2), ["You cut the connection", "Connection lost: it broke"]);
  assert.equal(await bob.evaluate(() => phone.outage), undefined, "it was this page's connection alone");

  await alice.click("fault-answer");
  await alice.shows("fault-story", "The next request will be refused");
  await alice.click("hold");
  await alice.shows("call-state", "Not put on hold: 486 Busy Here");

  await alice.click("fault-expire");
  await alice.sees("a new challenge", () => phone.log.messages.some(({ start, text }) => start.includes(" 401 ") && text.includes("stale=true")));

  await alice.click("fault-forget");
  await alice.shows("fault-story", "The server has forgotten you");
  await alice.click("fault-close");
  await alice.shows("fault-story", /^Not done: No socket is open/);
  await alice.evaluate(() => phone.device.once("registered", () => (window.isBack = true)));
  await alice.click("mend");
  await alice.sees("to be registered again", () => window.isBack);
  await alice.click("fault-close");
  await alice.shows("fault-story", /the call went on$/);
  await bob.click("hang-up");
  await alice.shows("outcome", /^bob hung up/);
});

test("at a server of somebody else, no faults and no first steps are offered", async (t) => {
  const other = await startEmbedded();
  t.after(() => other.stop());
  const alice = await world.signIn(t, "alice", { server: other });
  await alice.hides("faults");
  await alice.hides("guide");
});
