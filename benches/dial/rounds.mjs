// Calls, one after the other and never two at a time, with every phone in each round.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { launchChromium } from "../../tests/e2e/lib/chromium.mjs";
import { startKamailio } from "../../tests/e2e/lib/kamailio.mjs";
import { moduleOf, serve } from "./site.mjs";

export const PHONES = ["ours", "sipjs", "jssip", "old"];

/** How long a phone has been registered, and has not called, before a call that is not cold. */
const REST = 3_000;
/** From the end of a call to the next one of whichever phone. */
const GAP = 400;
/** JsSIP waits for Chromium to give up on a silent server, which takes 40 s. */
const PATIENCE = 60_000;
const PASSWORD = "benchmark";

const page = (phone) => `<!doctype html><meta charset="utf-8"><title>${phone}</title><script type="module">
  import { measure } from "/phones/harness.js";
  const { register } = await import("${moduleOf(phone)}");
  let dial;
  window.bench = {
    register: async (config) => { dial = await register(config); },
    measure: (target, options) => measure(() => dial(target), options),
  };
</script>`;

const caller = (phone) => `${phone}-caller`;
const callee = (phone) => `${phone}-callee`;

/** Runs everything; gives `{name: {phone: [{invite, audio}]}}`, times in milliseconds. */
export async function run({ folder, rounds, stunRounds, report }) {
  const accounts = PHONES.flatMap((phone) => [caller(phone), callee(phone)]).map((user) => ({ user, password: PASSWORD }));
  const kamailio = await startKamailio(accounts);
  const site = await serve(folder, page);
  const silent = createSocket("udp4").bind(0, "127.0.0.1");
  await once(silent, "listening");
  const stun = `stun:127.0.0.1:${silent.address().port}`;
  const browser = await launchChromium();
  const world = { kamailio, site, browser };
  try {
    await warmUp(world);
    return {
      ready: await ready(world, rounds, {}, report),
      cold: await cold(world, rounds, {}, report),
      readyStun: await ready(world, stunRounds, { stun }, report),
      coldStun: await cold(world, stunRounds, { stun }, report),
    };
  } finally {
    await browser.close();
    silent.close();
    await site.stop();
    await kamailio.stop();
  }
}

/** The first microphone of a browser takes half a second to open, whoever asks. */
async function warmUp({ browser, site }) {
  const tab = await browser.open(site.url("ours"));
  await tab.evaluate(async () => (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks().forEach((track) => track.stop()));
  await tab.close();
}

async function open({ browser, site, kamailio }, phone, user, stun) {
  const tab = await browser.open(site.url(phone));
  const { sip: server, host, port } = kamailio;
  if (!(await tab.until(() => Boolean(window.bench), undefined, PATIENCE))) throw new Error(`${phone} did not load: ${await tab.evaluate(() => ears.faults.join())}`);
  await tab.evaluate((config) => bench.register(config), { server, host, port, user, password: PASSWORD, stun });
  return tab;
}

async function measure(tab, phone, stun) {
  const gone = pause(PATIENCE).then(() => Promise.reject(new Error(`${phone} did not call`)));
  // With a silent server, most peers take so long to answer that nobody would wait for their sound.
  const measured = tab.evaluate(([target, listen]) => bench.measure(target, { listen }), [callee(phone), stun === undefined]);
  const times = await Promise.race([measured, gone]);
  await pause(GAP);
  return times;
}

const table = () => Object.fromEntries(PHONES.map((phone) => [phone, []]));

/** Phones that have been registered for some seconds, and go on so. */
async function ready(world, rounds, { stun }, report) {
  const times = table();
  const tabs = {};
  const rested = {};
  for (const phone of PHONES) {
    tabs[phone] = [await open(world, phone, callee(phone)), await open(world, phone, caller(phone), stun)];
    rested[phone] = performance.now() + REST;
  }
  for (let round = 0; round <= rounds; round += 1) {
    for (const phone of PHONES) {
      await pause(Math.max(0, rested[phone] - performance.now()));
      const measured = await measure(tabs[phone][1], phone, stun);
      rested[phone] = performance.now() + REST;
      // Nobody's first call counts: what it loads and compiles, the cold ones tell.
      if (round > 0) times[phone].push(measured);
      report({ stun, cold: false, round, phone, ...measured });
    }
  }
  for (const tab of Object.values(tabs).flat()) await tab.close();
  return times;
}

/** Phones that call the moment they are registered, each in a page of its own. */
async function cold(world, rounds, { stun }, report) {
  const times = table();
  const callees = {};
  for (const phone of PHONES) callees[phone] = await open(world, phone, callee(phone));
  for (let round = 1; round <= rounds; round += 1) {
    for (const phone of PHONES) {
      const tab = await open(world, phone, caller(phone), stun);
      const measured = await measure(tab, phone, stun);
      times[phone].push(measured);
      await tab.close();
      report({ stun, cold: true, round, phone, ...measured });
    }
  }
  for (const tab of Object.values(callees)) await tab.close();
  return times;
}
