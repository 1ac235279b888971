// Medians of what tests/e2e/faults.mjs has measured.
import { loadavg } from "node:os";
import { all } from "../../tests/e2e/lib/faults.mjs";
import { rows, where } from "../place.mjs";

const COLUMNS = [
  ["chromium", "the embedded server", "Chromium, embedded server"],
  ["firefox", "the embedded server", "Firefox, embedded server"],
  ["chromium", "Kamailio", "Chromium, Kamailio"],
  ["firefox", "Kamailio", "Firefox, Kamailio"],
];

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

const seconds = (milliseconds) => (milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1);

/** One of the three times, as it is in most of the results. */
function shown(results, name) {
  const times = results.map((result) => result[name]).filter((time) => time !== undefined);
  if (times.length === 0) return "–";
  return name === "audio" && median(times) === 0 ? "goes on" : seconds(median(times));
}

function cell(results, rounds) {
  if (results.length === 0) return "";
  const times = ["disconnected", "registered", "audio"].map((name) => shown(results, name)).join(" / ");
  return results.length < rounds ? `${times} (${results.length} of ${rounds})` : times;
}

export function table(measured, rounds) {
  const of = (fault, browser, through) => measured.filter((it) => it.fault === fault.name && it.browser === browser && it.through === through);
  const heads = ["in the midst of a call", ...COLUMNS.map(([, , name]) => name)];
  const body = all.map((fault) => [fault.name, ...COLUMNS.map(([browser, through]) => cell(of(fault, browser, through), rounds))]);
  const runs = rounds === 1 ? "One run" : `Medians of ${rounds} runs`;
  return `${rows([heads, ...body])}\n\n${runs}; ${where()}; load average ${loadavg()[2].toFixed(1)} at the end.`;
}
