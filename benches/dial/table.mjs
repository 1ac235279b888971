// Medians and spread, as a table, in its place in docs/BENCHMARKS.md.
import { readFile, writeFile } from "node:fs/promises";

const NAMES = { ours: "ours", sipjs: "SIP.js 0.21.2", jssip: "JsSIP 3.13.8", old: "SIP.js 0.7.8, the old package's engine" };
const BEGIN = "<!-- written by npm run bench:dial -->";
const END = "<!-- until here -->";

/** `median (least–most)` in milliseconds. */
function spread(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  const middle = sorted.length / 2;
  const median = (sorted[Math.floor(middle - 0.5)] + sorted[Math.ceil(middle - 0.5)]) / 2;
  const shown = (milliseconds) => Math.round(milliseconds).toLocaleString("en-US");
  return `${shown(median)} (${shown(least)}–${shown(most)})`;
}

const ROWS = [
  ["no ICE server, registered for 3 s: INVITE", "ready", "invite"],
  ["the same: first remote sample", "ready", "audio"],
  ["no ICE server, just registered: INVITE", "cold", "invite"],
  ["the same: first remote sample", "cold", "audio"],
  ["a silent STUN server, registered for 3 s: INVITE", "readyStun", "invite"],
  ["a silent STUN server, just registered: INVITE", "coldStun", "invite"],
];

export function table(measured) {
  const phones = Object.keys(NAMES);
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rows = ROWS.map(([name, scene, what]) => [name, ...phones.map((phone) => spread(measured[scene][phone].map((it) => it[what])))]);
  return [["milliseconds", ...phones.map((phone) => NAMES[phone])], ["---", ...phones.map(() => "---")], ...rows].map(line).join("\n");
}

/** Puts the text between its marks in a file. */
export async function put(file, text) {
  const old = await readFile(file, "utf8");
  const [before, rest] = old.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${file} has no place for it`);
  await writeFile(file, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
}
