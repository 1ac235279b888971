// Medians, and of how many calls the end was heard.
import { rows, where } from "../place.mjs";
import { PHONES } from "./rounds.mjs";

const NAMES = { ours: "ours", jssip: "JsSIP 3.13.8", manager: "SIP.js 0.21.2, SessionManager", sipjs: "SIP.js 0.21.2 alone" };

const FAULTS = [
  ["reset", "socket reset: registered again after", "never", "0.1"],
  ["down5", "server down for 5 s: registered after its return", "never", "0.6"],
  ["down22", "server down for 22 s: the same", "never", "2.5"],
  ["halfOpen", "socket half-open for 75 s: noticed after", "unnoticed", "35"],
  ["cut", "no media for 30 s: heard after its return", "silent for good", "3"],
];

const seconds = (milliseconds) => (milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1);

/** `median (least–most)` in seconds, those that never came back counting as the longest. */
function spread(results, never) {
  const sorted = results.map(({ back }) => back ?? Infinity).toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  const shown = (time) => (Number.isFinite(time) ? seconds(time) : never);
  return sorted[0] === sorted.at(-1) ? shown(median) : `${shown(median)} (${shown(sorted[0])}–${shown(sorted.at(-1))})`;
}

const share = (results, what) => `${results.filter((result) => result[what]).length} of ${results.length}`;

export function table(measured) {
  const heads = ["seconds", ...PHONES.map((phone) => NAMES[phone]), "bar"];
  const times = FAULTS.map(([fault, name, never, bar]) => [name, ...PHONES.map((phone) => spread(measured[fault][phone], never)), bar]);
  const calls = FAULTS.flatMap(([fault, name]) => [
    [`${name.split(":")[0]}: calls kept by both ends`, ...PHONES.map((phone) => share(measured[fault][phone], "kept"))],
    ["of them, hang-ups that reached the far side", ...PHONES.map((phone) => share(measured[fault][phone], "reached"))],
  ]);
  const count = (fault) => measured[fault].ours.length;
  const rounds = FAULTS.map(([fault, name]) => `${name.split(":")[0]} ${count(fault)}`).join(", ");
  return `${rows([heads, ...times])}\n\n${rows([["calls", ...PHONES.map((phone) => NAMES[phone])], ...calls])}\n\nMedians (least–most). Rounds: ${rounds}; ${where()}.`;
}
