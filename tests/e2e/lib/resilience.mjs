// One story, told with every fault: a call is up, something happens, and the call is still there.
import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { lacksFirefox } from "./firefox.mjs";
import { startRelay } from "./relay.mjs";
import { call, hearEachOther } from "./scenarios.mjs";
import { startStun } from "./stun.mjs";
import { World } from "./world.mjs";

const PATIENCE = 20_000;
/** Pings each second, so that a dead socket is found within eleven. */
const QUICK = { keepAliveInterval: 1 };
/** Milliseconds of silence that are none: a fake microphone beeps twice a second, and machines are busy. */
const BREATH = 1000;

/**
 * Declares the tests: the faults for a phone in each browser, over the server of this name that `startSip` starts with the
 * accounts given. Where `FAULT_FIGURES` names a file, each adds a line of JSON to it, the times that it took.
 */
export function outlives({ chromium = [], firefox = [] }, startSip, through = "the embedded server") {
  describe(`through ${through}`, () => {
    let world;
    let server;
    before(async () => {
      world = await World.start(async (accounts) => (server = await startSip(accounts)));
    });
    after(() => world?.close());

    for (const { browser, faults, skip } of [{ browser: "chromium", faults: chromium }, { browser: "firefox", faults: firefox, skip: lacksFirefox }]) {
      for (const fault of faults) {
        test(`a call in ${browser} lives on when ${fault.name}`, { skip: skip || fault.skip, todo: fault.todo?.[browser] }, (t) => tell(t, { fault, browser, through, world, server }));
      }
    }
  });
}

async function tell(t, { fault, browser, through, world, server }) {
  const line = await startRelay(server.port);
  const stun = await startStun({ names: "203.0.113.7" });
  t.after(() => line.stop());
  t.after(() => stun.close());
  const place = { t, line, server, stun };
  t.after((await fault.before?.(place)) ?? (() => {}));

  const own = { ...server, sip: server.sip.replace(`:${server.port}`, `:${line.port}`) };
  const config = { ...QUICK, stunServers: stun.url, ...fault.config?.(place) };
  const alices = fault.alone && browser === "chromium" ? "otherChromium" : browser;
  const alice = await world.signIn(t, "alice", { browser: alices, server: own, config });
  const bob = await world.signIn(t, "bob", { config: QUICK });
  await call(alice, bob);
  await hearEachOther(alice, bob);

  try {
    await outlive(t, { ...place, fault, browser, through, alice, bob });
  } catch (error) {
    // What the other one saw is half of the story.
    for (const phone of [alice, bob]) t.diagnostic(await phone.report(error.message.split("\n")[0]).catch(String));
    throw error;
  }
}

async function outlive(t, { fault, browser, through, alice, bob, ...place }) {
  const losers = { alice, bob };
  const lose = (fault.lose ?? ["alice"]).map((name) => losers[name]);
  await Promise.all([alice, bob].map(watch));
  const begun = Date.now();
  t.after((await fault.strike({ ...place, alice })) ?? (() => {}));
  const over = Date.now();
  for (const phone of lose) {
    await phone.sees("the end of the connection", () => told.some(({ name }) => name === "wsDisconnected"), undefined, fault.patience ?? PATIENCE);
    await phone.sees("to be registered again", () => told.findLast(({ name }) => name === "registered")?.at > told.find(({ name }) => name === "wsDisconnected").at, undefined, PATIENCE);
  }
  await hearEachOther(alice, bob);
  for (const phone of [alice, bob]) assert.deepEqual(await phone.evaluate(() => [phone.device.isRegistered(), phone.current?.state]), [true, "connected"]);
  // A new page has heard nothing yet.
  const times = { begun, over: fault.lasts ? over : begun, breath: fault.signsIn ? 0 : BREATH };
  await keep(t, { fault: fault.name, browser, through, ...(fault.signsIn && { registered: over - begun }), ...(await figures([alice, bob], times)) });

  const [one, other] = fault.hangsUp === "bob" ? [bob, alice] : [alice, bob];
  await one.click("hang-up");
  await other.shows("outcome", new RegExp(`^${one.user} hung up`));
}

/** Writes down in the page what is told from now on, as `told`, and when the far side is heard. */
async function watch(softphone) {
  await softphone.takeNote();
  await softphone.evaluate(() => {
    window.told = [];
    for (const name of ["wsDisconnected", "registered"]) phone.device.on(name, () => told.push({ name, at: Date.now() }));
  });
}

/**
 * How many milliseconds after `begun` alice lost her connection, how many after `over` she was registered and both heard each
 * other: 0 where there was no silence of more than a `breath`.
 */
async function figures([alice, bob], { begun, over, breath }) {
  const told = await alice.evaluate(() => window.told);
  const lost = told?.find(({ name }) => name === "wsDisconnected")?.at;
  const registered = told?.find(({ name, at }) => name === "registered" && at > lost)?.at;
  const silences = await Promise.all([alice, bob].map((phone) => phone.silenceSince(begun)));
  const back = silences.filter(({ from, to }) => to - from > breath).map(({ to }) => to);
  return {
    ...(lost && { disconnected: lost - begun }),
    ...(registered && { registered: Math.max(registered - over, 0) }),
    audio: back.length > 0 ? Math.max(...back) - over : 0,
  };
}

async function keep(t, result) {
  t.diagnostic(JSON.stringify(result));
  if (process.env.FAULT_FIGURES) await appendFile(process.env.FAULT_FIGURES, `${JSON.stringify(result)}\n`);
}
