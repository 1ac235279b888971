// One story, told with every fault: a call is up, something happens, and the call is still there.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lacksFirefox } from "./firefox.mjs";
import { startRelay } from "./relay.mjs";
import { call, hearEachOther } from "./scenarios.mjs";
import { startStun } from "./stun.mjs";
import { World } from "./world.mjs";

const PATIENCE = 20_000;
/** Pings each second, so that a dead socket is found within eleven. */
const QUICK = { keepAliveInterval: 1 };

/** Declares the tests: the faults for a phone in each browser, over the server that `startSip` starts with the accounts given. */
export function outlives({ chromium = [], firefox = [] }, startSip) {
  let world;
  let server;
  before(async () => {
    world = await World.start(async (accounts) => (server = await startSip(accounts)));
  });
  after(() => world?.close());

  for (const { browser, faults, skip } of [{ browser: "chromium", faults: chromium }, { browser: "firefox", faults: firefox, skip: lacksFirefox }]) {
    for (const fault of faults) {
      test(`a call in ${browser} lives on when ${fault.name}`, { skip: skip || fault.skip }, (t) => tell(t, { fault, browser, world, server }));
    }
  }
}

async function tell(t, { fault, browser, world, server }) {
  const line = await startRelay(server.port);
  const stun = await startStun({ names: "203.0.113.7" });
  t.after(() => line.stop());
  t.after(() => stun.close());
  const place = { t, line, server, stun };
  t.after((await fault.before?.(place)) ?? (() => {}));

  const own = { ...server, sip: server.sip.replace(`:${server.port}`, `:${line.port}`) };
  const alice = await world.signIn(t, "alice", { browser, server: own, config: { ...QUICK, stunServers: stun.url } });
  const bob = await world.signIn(t, "bob", { config: QUICK });
  await call(alice, bob);
  await hearEachOther(alice, bob);

  const losers = { alice, bob };
  const lose = (fault.lose ?? ["alice"]).map((name) => losers[name]);
  await Promise.all([alice, bob].map(watch));
  t.after((await fault.strike(place)) ?? (() => {}));
  for (const phone of lose) {
    await phone.sees("the end of the connection", () => told.includes("wsDisconnected"), undefined, fault.patience ?? PATIENCE);
    await phone.sees("to be registered again", () => told.lastIndexOf("registered") > told.indexOf("wsDisconnected"), undefined, PATIENCE);
  }
  await hearEachOther(alice, bob);
  for (const phone of [alice, bob]) assert.deepEqual(await phone.evaluate(() => [phone.device.isRegistered(), phone.current?.state]), [true, "connected"]);

  const [one, other] = fault.hangsUp === "bob" ? [bob, alice] : [alice, bob];
  await one.click("hang-up");
  await other.shows("outcome", new RegExp(`^${one.user} hung up`));
}

/** Writes down in the page what is told from now on, as `told`. */
function watch(softphone) {
  return softphone.evaluate(() => {
    window.told = [];
    for (const event of ["wsDisconnected", "registered"]) phone.device.on(event, () => told.push(event));
  });
}
