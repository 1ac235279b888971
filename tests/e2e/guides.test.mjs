// Examples of the guides, word by word, in pages that call each other and the robots of the embedded server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { examplesIn } from "../../scripts/docs/snippets.mjs";
import { root } from "../../scripts/lib/places.mjs";
import { startReader } from "./lib/reader.mjs";

let reader;
before(async () => {
  reader = await startReader();
});
after(() => reader?.close());

/** The example of a page of `docs/` that has these words. */
function example(page, words) {
  const [found, ...others] = examplesIn(readFileSync(join(root, "docs", page), "utf8")).filter(({ code }) => code.includes(words));
  assert.ok(found && others.length === 0, `one example in ${page} has "${words}"`);
  return found.code.replace(/^import .*\n/gm, "");
}

/** A page that has what examples take for granted (tests/types/snippets/given.d.ts), and lives through these. */
async function page(t, user, ...examples) {
  const { host, port, sip } = reader.server;
  const config = { host, port, wsServers: sip, username: user, password: `${user}-pass`, logLevel: "error" };
  const script = `
    import { TelnyxDevice, TelnyxError } from "./npm/index.js";
    const config = ${JSON.stringify(config)};
    const device = new TelnyxDevice(config);
    const told = [];
    const [say, show] = [(text) => told.push(text), ({ id, friendlyName }) => told.push(friendlyName ?? id)];
    const missed = () => say("missed");
    const link = document.createElement("a");
    Object.assign(window, { device, told, link });
    ${examples.map((code) => `{ ${code} }`).join("\n")}
    say("the end");`;
  const tab = await reader.open(`${user}.html`, `<button id="answer"></button><script type="module">${script}</script>`);
  t.after(() => tab.close());
  return tab;
}

/** Waits until the page has been told this. */
async function hears(tab, text) {
  const isTold = await tab.until((text) => window.told?.includes(text), text, 30_000);
  const found = await tab.evaluate(() => ({ told: window.told, faults: ears.faults }));
  assert.ok(isTold && found.faults.length === 0, `"${text}" in ${JSON.stringify(found)}`);
}

test("the first call", async (t) => {
  const code = example("guides/first-call.md", "call.on(\"progress\"").replace('"bob"', '"echo"');
  const alice = await page(t, "alice", code);
  await hears(alice, "both sides can hear each other");
  await alice.evaluate(() => device.activeCall().disconnect());
  await hears(alice, "over: hung up here");
});

test("a check beforehand", async (t) => {
  const alice = await page(t, "alice", example("guides/first-call.md", "TelnyxDevice.check"));
  await hears(alice, "the end");
  const told = await alice.evaluate(() => window.told);
  assert.deepEqual(told, ["microphone", "webSocket", "registration", "media"].map((name) => `${name}: works`).concat("the end"));
});

test("an incoming call, answered and missed", async (t) => {
  const alice = await page(t, "alice", example("guides/incoming-calls.md", "#answer"));
  await hears(alice, "the end");
  const bob = await page(t, "bob", 'device.initiateCall("alice").on("accepted", () => say("answered"));');
  await hears(alice, "bob");
  await alice.evaluate(() => document.querySelector("#answer").click());
  await hears(bob, "answered");
  await bob.evaluate(() => device.activeCall().disconnect());
  assert.ok(await alice.until(() => device.calls().length === 0, undefined, 10_000));
  await bob.evaluate(() => void device.initiateCall("alice"));
  assert.ok(await alice.until(() => device.calls().length === 1, undefined, 10_000));
  await bob.evaluate(() => device.activeCall().disconnect());
  await hears(alice, "missed");
});

test("messages, in a call and in none", async (t) => {
  const talking = 'await device.register(); const call = device.initiateCall("bob"); await new Promise((up) => call.on("accepted", up));';
  const bob = await page(t, "bob", `
    device.on("invite", ({ call }) => call.accept());
    device.on("message", ({ message }) => (say(message.body), message.reply("Yes!")));
    await device.register();`);
  await hears(bob, "the end");
  const alice = await page(t, "alice", talking + example("guides/messages.md", "Lunch?"));
  await hears(bob, "Lunch?");
  await hears(bob, "Inside the call.");
  await hears(alice, "bob: Yes!");
});

test("a processor between microphone and sender", async (t) => {
  const given = 'const call = device.initiateCall("noanswer");';
  const calling = 'phone.initiateCall("echo").on("mediaConnected", () => say("up"));';
  const alice = await page(t, "alice", given + example("guides/devices.md", "processAudio") + calling);
  await hears(alice, "up");
  while ((await alice.evaluate(() => ears.listen(700))).level < 0.01);
  await hears(alice, "the end");
});

test("hold, and a swap of two calls", async (t) => {
  const given = 'const call = device.initiateCall("echo"); call.on("accepted", () => device.initiateCall("tone").on("accepted", () => say("two")));';
  const alice = await page(t, "alice", given + example("guides/transfer.md", "const { local, remote }"));
  await hears(alice, "two");
  await hears(alice, "on hold");
  const swap = example("guides/transfer.md", "second?.unhold()").replace("second?.unhold()", "first.unhold()");
  const isSwapped = await alice.evaluate(`(async () => { ${swap} return heard === first && second.isOnHold().local; })()`);
  assert.equal(isSwapped, true);
});

test("an attended transfer, with consent", async (t) => {
  const willing = 'await device.register(); device.on("invite", ({ call }) => { call.accept(); say("called");';
  const consents = `window.confirm = () => true; ${example("guides/transfer.md", "confirm(")} });`;
  const bob = await page(t, "bob", willing + consents);
  const isReplaced = `${example("guides/transfer.md", "newCall")} call.on("replaced", () => say("replaced")); });`;
  const carol = await page(t, "carol", willing + isReplaced);
  await hears(bob, "the end");
  await hears(carol, "the end");
  const given = 'const call = device.initiateCall("bob"); await new Promise((up) => call.on("mediaConnected", up));';
  const events = example("guides/transfer.md", "transferProgress");
  const alice = await page(t, "alice", given + events + example("guides/transfer.md", "const consultation"));
  await hears(carol, "replaced");
  await hears(alice, "They talk.");
  assert.ok(await bob.until(() => device.activeCall()?.isConnected(), undefined, 10_000));
  while ((await bob.evaluate(() => ears.listen(700))).level < 0.01);
});

test("a trace for whoever helps", async (t) => {
  const alice = await page(t, "alice", "await device.register();", example("DIAGNOSTICS.md", "pcapng"));
  await hears(alice, "the end");
  const first = await alice.evaluate(async () => new Uint32Array(await (await fetch(link.href)).arrayBuffer())[0]);
  assert.equal(first, 0x0a0d0d0a, "it begins as pcapng does");
});
