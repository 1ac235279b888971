// Every phone in a call, all at once; then something happens to all of them, and it is written down how each takes it.
import { setTimeout as pause } from "node:timers/promises";
import { launchChromium } from "../../tests/e2e/lib/chromium.mjs";
import { startKamailio } from "../../tests/e2e/lib/kamailio.mjs";
import { cutMedia } from "../../tests/e2e/lib/network.mjs";
import { startRelay } from "../../tests/e2e/lib/relay.mjs";
import { moduleOf, serve } from "../dial/site.mjs";

export const PHONES = ["ours", "jssip", "manager", "sipjs"];

const PASSWORD = "benchmark";
/** Until a phone has to be there, or up with a call. */
const PATIENCE = 20_000;
/** Until a BYE counts as lost. */
const HANG_UP = 6_000;
const HALF_OPEN = 75_000;
const CUT = 30_000;

/**
 * What happens. `strike(world)` gives when it was over, and `wait` is how long from then on each phone has to come back,
 * which is known by `isBack(report, over)`.
 */
const FAULTS = {
  reset: { wait: 20_000, isBack: isRegistered, strike: ({ lines }) => (Object.values(lines).forEach((line) => line.reset()), Date.now()) },
  down5: { wait: 20_000, isBack: isRegistered, strike: ({ kamailio }) => down(kamailio, 5_000) },
  down22: { wait: 40_000, isBack: isRegistered, isLong: true, strike: ({ kamailio }) => down(kamailio, 22_000) },
  halfOpen: { wait: HALF_OPEN, isBack: hasNoticed, isLong: true, strike: ({ lines }) => (Object.values(lines).forEach((line) => line.freeze()), Date.now()) },
  cut: { wait: 15_000, isBack: isHeard, isLong: true, strike: cut },
};

async function down(kamailio, time) {
  await kamailio.restart({ down: time });
  return Date.now();
}

async function cut() {
  const mend = await cutMedia();
  await pause(CUT);
  await mend();
  return Date.now();
}

const after = ({ story }, names, from) => story.find(({ what, at }) => names.includes(what) && at >= from)?.at;

function isRegistered(report, over) {
  return after(report, ["registered"], over);
}

/** It says so, or acts so. */
function hasNoticed(report, over) {
  return after(report, ["noticed", "gone", "socket"], over);
}

function isHeard({ heardAt, silences }, over) {
  if (!(heardAt > over)) return undefined;
  return silences.find(({ until }) => until > over)?.until ?? over;
}

const page = (phone) => `<!doctype html><meta charset="utf-8"><title>${phone}</title><script type="module">
  import { report, tell } from "/phones/harness.js";
  const { start } = await import("${moduleOf(phone)}");
  let own;
  window.bench = {
    start: async (config) => void (own = await start(config, tell)),
    call: (target) => void own.call(target),
    hangUp: () => void own.hangUp(),
    report,
  };
</script>`;

/**
 * Runs everything; gives `{fault: {phone: [{back, kept, reached}]}}`: milliseconds until it was back or undefined, whether
 * both ends still had their call, and whether the hang-up of one of them, each in turn, was heard by the other.
 */
export async function run({ folder, rounds, longRounds, report }) {
  const site = await serve(folder, page);
  const browser = await launchChromium();
  const measured = {};
  try {
    for (const [name, fault] of Object.entries(FAULTS)) {
      measured[name] = Object.fromEntries(PHONES.map((phone) => [phone, []]));
      for (let round = 1; round <= (fault.isLong ? longRounds : rounds); round += 1) {
        const results = await once({ site, browser, fault, hangsUp: round % 2 });
        for (const [phone, result] of Object.entries(results)) {
          measured[name][phone].push(result);
          report(`${name}, round ${round}: ${phone} ${JSON.stringify(result)}`);
        }
      }
    }
    return measured;
  } finally {
    await browser.close();
    await site.stop();
  }
}

async function once({ site, browser, fault, hangsUp }) {
  const users = PHONES.flatMap((phone) => [`${phone}-near`, `${phone}-far`]);
  const kamailio = await startKamailio(users.map((user) => ({ user, password: PASSWORD })));
  const lines = {};
  const tabs = {};
  try {
    for (const phone of PHONES) {
      lines[phone] = await startRelay(kamailio.port);
      tabs[phone] = [await open({ site, browser, kamailio }, phone, "near", lines[phone].port), await open({ site, browser, kamailio }, phone, "far", kamailio.port)];
      await tabs[phone][0].evaluate((target) => bench.call(target), `${phone}-far`);
    }
    for (const phone of PHONES) await Promise.all(tabs[phone].map((tab) => until(tab, phone, "to be heard", ({ heardAt }) => heardAt)));
    const over = await fault.strike({ lines, kamailio });
    return Object.fromEntries(await Promise.all(PHONES.map(async (phone) => [phone, await judge(tabs[phone], { fault, over, hangsUp })])));
  } finally {
    for (const tab of Object.values(tabs).flat()) await tab.close();
    for (const line of Object.values(lines)) await line.stop();
    await kamailio.stop();
  }
}

async function open({ site, browser, kamailio }, phone, end, port) {
  const tab = await browser.open(site.url(phone));
  if (!(await tab.until(() => Boolean(window.bench), undefined, PATIENCE))) throw new Error(`${phone} did not load`);
  const config = { server: `ws://localhost:${port}/`, host: kamailio.host, port: kamailio.port, user: `${phone}-${end}`, password: PASSWORD };
  await tab.evaluate((config) => bench.start(config), config);
  return tab;
}

async function until(tab, phone, what, found) {
  const end = Date.now() + PATIENCE;
  while (!found(await tab.evaluate(() => bench.report()))) {
    if (Date.now() > end) throw new Error(`${phone} waits in vain ${what}`);
    await pause(50);
  }
}

async function judge([near, far], { fault, over, hangsUp }) {
  const deadline = over + fault.wait;
  let back;
  while (back === undefined && Date.now() < deadline) {
    back = fault.isBack(await near.evaluate(() => bench.report()), over);
    await pause(20);
  }
  // The far side may have lost its connection as well.
  await pause(1_000);
  const hasEnded = async (tab) => (await tab.evaluate(() => bench.report())).story.some(({ what }) => what === "ended");
  const kept = !(await hasEnded(near)) && !(await hasEnded(far));
  const [one, other] = hangsUp ? [near, far] : [far, near];
  if (!kept) return { back: back && back - over, kept, reached: false };
  await one.evaluate(() => bench.hangUp()).catch(() => {}); // some throw where they have no connection
  let reached = false;
  for (const end = Date.now() + HANG_UP; !reached && Date.now() < end; await pause(50)) reached = await hasEnded(other);
  return { back: back === undefined ? undefined : back - over, kept, reached };
}
