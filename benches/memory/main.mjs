// What a hundred idle devices in one page hold: `npm run bench:memory`. `npm run bench:memory -- 1` measures each phone once,
// shows the table and does not keep it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "../../scripts/build.mjs";
import { goInside } from "../../scripts/lib/isolation.mjs";
import { main } from "../../scripts/lib/process.mjs";
import { setUp } from "../../scripts/setup.mjs";
import { launchChromium } from "../../tests/e2e/lib/chromium.mjs";
import { startKamailio } from "../../tests/e2e/lib/kamailio.mjs";
import { bundle, moduleOf, serve } from "../dial/site.mjs";
import { installPeers, title } from "../peers.mjs";
import { put, rows, where } from "../place.mjs";
import { spread } from "../statistics.mjs";

const ENOUGH = 3;
const DEVICES = 100;
const PHONES = { ours: "ours", jssip: "JsSIP", sipjs: "SIP.js" };
const PASSWORD = "benchmark";
/** What a page does of itself when it has registered, such as making a peer connection ready, is over by then. */
const REST = 3_000;
const folder = fileURLToPath(new URL("../dial/", import.meta.url));
const [rounds = ENOUGH] = process.argv.slice(2).map(Number);

const page = (phone) => `<!doctype html><meta charset="utf-8"><title>${phone}</title><script type="module">
  const held = [];
  window.bench = {
    async register(configs) {
      const { register } = await import("${moduleOf(phone)}");
      for (const config of configs) held.push(await register(config));
      if (${phone === "ours"}) window.memory = (await (await import("/pkg/telnyx_device.js")).default()).memory;
    },
  };
</script>`;

/** Kibibytes that only the processes of the browser's pages have. */
async function processes(browser) {
  const list = await browser.renderers();
  return list.reduce((sum, id) => {
    const kept = readFileSync(`/proc/${id}/smaps_rollup`, "utf8").matchAll(/^Private_\w+:\s+(\d+) kB$/gm);
    return sum + [...kept].reduce((all, [, size]) => all + Number(size), 0);
  }, 0);
}

const user = (phone, index) => `${phone}-${index}`;

async function measure(phone, { kamailio, site }) {
  const browser = await launchChromium();
  try {
    const tab = await browser.open(site.url(phone));
    await tab.until(() => Boolean(window.bench));
    const before = { script: await tab.heap(), process: await processes(browser) };
    const { sip: server, host, port } = kamailio;
    const configs = Array.from({ length: DEVICES }, (_, index) => ({ server, host, port, user: user(phone, index), password: PASSWORD }));
    await tab.evaluate((list) => bench.register(list), configs);
    await new Promise((resolve) => setTimeout(resolve, REST));
    const script = ((await tab.heap()) - before.script) / 1024;
    const module = (await tab.evaluate(() => window.memory?.buffer.byteLength ?? 0)) / 1024;
    return { script, module, both: script + module, process: (await processes(browser)) - before.process };
  } finally {
    await browser.close();
  }
}

await main(async () => {
  await goInside(async () => {
    await setUp(["build", "test"]);
    await installPeers();
    await build();
    await bundle(folder, ["sipjs", "jssip", "old"]);
  });
  const phones = Object.keys(PHONES);
  const accounts = phones.flatMap((phone) => Array.from({ length: DEVICES }, (_, index) => ({ user: user(phone, index), password: PASSWORD })));
  const kamailio = await startKamailio(accounts);
  const site = await serve(folder, page);
  const found = Object.fromEntries(phones.map((phone) => [phone, []]));
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const phone of phones) {
        found[phone].push(await measure(phone, { kamailio, site }));
        console.log(`round ${round}: ${phone} ${JSON.stringify(found[phone].at(-1))}`);
      }
    }
  } finally {
    await site.stop();
    await kamailio.stop();
  }
  const row = (name, what) => [name, ...phones.map((phone) => spread(found[phone].map((it) => it[what])))];
  const table = rows([
    ["KiB", ...phones.map((phone) => (phone === "ours" ? "ours" : title(PHONES[phone])))],
    row("JavaScript objects", "script"),
    row("memory of the WebAssembly", "module"),
    row("both", "both"),
    row("the page's process", "process"),
  ]);
  const text = `${table}\n\nMedians (least–most) of ${rounds} pages each, with ${DEVICES} devices that are registered and idle, less what the page had before it loaded the phone; ${where()}.`;
  console.log(text);
  if (rounds >= ENOUGH) await put("bench:memory", text);
});
