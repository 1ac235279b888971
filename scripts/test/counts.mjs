// How many tests a tool ran, read from what it printed.

/** `cargo test` and wasm-bindgen's runner: one closing line for each test program. Undefined if there is none. */
export function rustCounts(output) {
  return total(output.matchAll(/^test result: \S+ (?<passed>\d+) passed; (?<failed>\d+) failed; (?<skipped>\d+) ignored/gm));
}

/** `node --test`: the closing lines of its reports. A cancelled test counts as failed. Undefined if there are none. */
export function nodeCounts(output) {
  const value = (key) => Number(output.match(new RegExp(`^(?:#|ℹ) ${key} (\\d+)$`, "m"))?.[1]);
  const passed = value("pass");
  if (Number.isNaN(passed)) return undefined;
  return { passed, failed: value("fail") + value("cancelled"), skipped: value("skipped") + value("todo") };
}

function total(matches) {
  let sum;
  for (const { groups } of matches) {
    sum ??= { passed: 0, failed: 0, skipped: 0 };
    for (const key of Object.keys(sum)) sum[key] += Number(groups[key]);
  }
  return sum;
}
