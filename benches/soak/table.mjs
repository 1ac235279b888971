// What was found, as tables.
import { rows, where } from "../place.mjs";

const number = (it) => it.toLocaleString("en-US");
const kibibytes = (bytes) => number(Math.round(bytes / 1024));

/** What was there at one time and not before there was a device, in words. */
function held(count, blank) {
  const names = Object.keys(count).filter((name) => count[name] !== blank[name]);
  return names.map((name) => counted(count[name] - (blank[name] ?? 0), name)).join(", ") || "nothing";
}

/** "1 lock", "2 locks": what is counted is named in the plural, but for listeners. */
function counted(number, name) {
  const [one, many] = name.startsWith("listener") ? [name, name.replace("listener", "listeners")] : [name.replace(/s$/, ""), name];
  return `${number} ${number === 1 ? one : many}`;
}

/** Bytes per call, by least squares. */
function slope(heap) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(heap.map(({ calls }) => calls)), mean(heap.map(({ script }) => script))];
  const sum = (term) => heap.reduce((total, it) => total + term(it.calls - x, it.script - y), 0);
  return sum((calls, script) => calls * script) / sum((calls) => calls * calls);
}

export function text({ blank, registered, leftovers, stopped, freed, heap }, { calls, seconds }) {
  const last = leftovers.at(-1);
  const counts = rows([
    ["when", "what the page holds that it did not hold before there was a device"],
    ["registered, before the first call", held(registered, blank)],
    [`after each ten of ${number(calls)} calls`, last ? `${held(last.left, blank)} (after ${number(last.calls)})` : "exactly that"],
    ["after `stopWS()`", held(stopped, blank)],
    ["after `free()`", held(freed, blank)],
  ]);
  const sizes = rows([
    ["calls", ...heap.map((it) => number(it.calls))],
    ["JavaScript objects, KiB", ...heap.map((it) => kibibytes(it.script))],
    ["memory of the module, KiB", ...heap.map((it) => kibibytes(it.module))],
    ["its references to JavaScript values", ...heap.map((it) => number(it.references))],
    ["peer connections not collected", ...heap.map((it) => number(it.connections))],
  ]);
  const half = heap.filter((it) => it.calls >= calls / 2);
  const growth = half.length > 1 ? `From the middle on, a call adds ${Math.round(slope(half))} bytes to the JavaScript objects. ` : "";
  return `${counts}\n\n${sizes}\n\n${growth}${number(calls)} calls in ${Math.round(seconds)} s; ${where()}.`;
}
