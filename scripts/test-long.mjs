// The long runs: the native tests marked `#[ignore]` (soaks), a thousand phones through Kamailio, every fault in the midst of
// a call in each browser through each server, then every fuzz target of fuzz/ for a bounded time.
//   npm run test:long [-- SECONDS]     for each fuzz target; a quarter of an hour where nothing is said
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { nativeEnvironment } from "./lib/environment.mjs";
import { root } from "./lib/places.mjs";
import { Stop, main, which } from "./lib/process.mjs";
import { setUp } from "./setup.mjs";
import { nodeCounts, rustCounts } from "./test/counts.mjs";
import { summarize } from "./test/report.mjs";
import { check, counted } from "./test/run.mjs";
import { endToEnd, lacksKamailio } from "./test/suites.mjs";

// libFuzzer needs instrumentation that rustc calls unstable; the crate is free of unsafe code, so no sanitizer.
const env = { ...nativeEnvironment, RUSTC_BOOTSTRAP: "1" };
const soaks = ["test", "--workspace", "--all-features", "--release", "--no-fail-fast", "--", "--ignored"];

function fuzzTargets() {
  const folder = join(root, "fuzz", "fuzz_targets");
  return existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".rs")).map((file) => basename(file, ".rs")) : [];
}

async function load() {
  await check("cargo", ["build", "-p", "telnyx-device-native"], { env: nativeEnvironment });
  return counted(nodeCounts, process.execPath, ["--test", "--test-reporter=spec", "tests/interop/load.mjs"]);
}

await main(async () => {
  const seconds = process.argv[2] ?? "900";
  if (!/^[1-9]\d*$/.test(seconds)) throw new Stop("Usage: npm run test:long [-- SECONDS]");
  // What the fuzzer finds goes to the first folder, which is not in git; it begins with the second.
  const corpora = (target) => ["corpus", "seeds"].map((folder) => join(root, "fuzz", folder, target));
  const fuzz = (target) => {
    const folders = corpora(target);
    folders.forEach((folder) => mkdirSync(folder, { recursive: true }));
    return check("cargo", ["fuzz", "run", "--sanitizer", "none", target, ...folders, "--", `-max_total_time=${seconds}`], { env });
  };
  await summarize([
    { name: "setup", run: async () => (await setUp(["build", "long"]), { passed: 1, failed: 0, skipped: 0 }) },
    { name: "soaks", run: () => counted(rustCounts, "cargo", soaks, { env: nativeEnvironment }) },
    { name: "load", cannot: () => (which("kamailio") ? undefined : "without Kamailio"), run: load },
    { name: "faults", cannot: lacksKamailio, run: () => endToEnd(["tests/e2e/faults.mjs"]) },
    ...fuzzTargets().map((target) => ({ name: `fuzz-${target}`, run: () => fuzz(target) })),
  ]);
});
