// How soon the first INVITE is read in a fresh process: `npm run bench:start`. `npm run bench:start -- 3` starts each phone
// three times, shows the table and does not keep it.
import { fileURLToPath } from "node:url";
import { capture, main } from "../../scripts/lib/process.mjs";
import { setUp } from "../../scripts/setup.mjs";
import { bundle } from "../dial/site.mjs";
import { buildDoor, wasm } from "../door/build.mjs";
import { installPeers, title } from "../peers.mjs";
import { put, rows, where } from "../place.mjs";
import { spread } from "../statistics.mjs";

const ENOUGH = 20;
const PHONES = { ours: "ours", jssip: "JsSIP", sipjs: "SIP.js" };
const STEPS = [
  ["the script", "script"],
  ["the WebAssembly is compiled", "compile"],
  ["and instantiated", "instantiate"],
  ["the INVITE is read", "parse"],
];
const here = fileURLToPath(new URL(".", import.meta.url));
const [rounds = ENOUGH] = process.argv.slice(2).map(Number);

function once(phone) {
  const more = phone === "ours" ? [wasm] : [];
  const printed = capture(process.execPath, [`${here}once.mjs`, phone, ...more]);
  if (!printed) throw new Error(`${phone} did not start`);
  return JSON.parse(printed);
}

await main(async () => {
  await setUp(["build"]);
  await installPeers();
  await buildDoor();
  await bundle(here, Object.keys(PHONES));
  const phones = Object.keys(PHONES);
  const found = Object.fromEntries(phones.map((phone) => [phone, []]));
  // The first of each finds its files in no cache of the system's.
  for (let round = 0; round <= rounds; round += 1) {
    for (const phone of phones) {
      const times = once(phone);
      if (round > 0) found[phone].push({ ...times, all: Object.values(times).reduce((sum, it) => sum + it, 0) });
    }
  }
  const cell = (phone, step) => (step in found[phone][0] ? spread(found[phone].map((it) => it[step]), 1) : "–");
  const row = ([name, step]) => [name, ...phones.map((phone) => cell(phone, step))];
  const titles = phones.map((phone) => (phone === "ours" ? "ours" : title(PHONES[phone])));
  const table = rows([["milliseconds", ...titles], ...[...STEPS, ["all of it", "all"]].map(row)]);
  const text = `${table}\n\nMedians (least–most) of ${rounds} processes each, all phones in each round; Node ${process.versions.node}; ${where()}.`;
  console.log(text);
  if (rounds >= ENOUGH) await put("bench:start", text);
});
