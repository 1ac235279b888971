// Every suite of tests, in the order in which they run: what is quick to fail comes first.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "../build.mjs";
import { nativeEnvironment, wasmEnvironment, wasmTarget } from "../lib/environment.mjs";
import { canIsolate, isolated } from "../lib/isolation.mjs";
import { root } from "../lib/places.mjs";
import { which } from "../lib/process.mjs";
import { buildPage } from "../page.mjs";
import { setUp } from "../setup.mjs";
import { chromium } from "../setup/debian.mjs";
import { nodeCounts, rustCounts } from "./counts.mjs";
import { check, counted, sum } from "./run.mjs";

const path = nativeEnvironment.PATH;
const native = { env: nativeEnvironment };
const cargoTest = ["test", "--workspace", "--all-features", "--no-fail-fast", "--", "--quiet"];
const one = { passed: 1, failed: 0, skipped: 0 };

/** A suite is `{ name, cannot, mayNotSkip, run }`: `cannot` says what this machine lacks for it, and `mayNotSkip`
 * that its own tests skip themselves only for what the machine lacks. */
export const suites = [
  { name: "setup", run: async () => (await setUp(), one) },
  { name: "scripts", run: () => nodeTests("tests/scripts") },
  { name: "fmt", run: () => check("cargo", ["fmt", "--all", "--check"], native) },
  { name: "clippy", run: () => clippy(["--workspace", "--all-targets", "--all-features"], nativeEnvironment) },
  { name: "clippy-wasm", run: () => clippy(["--target", wasmTarget, "--lib", ...webTests()], wasmEnvironment()) },
  { name: "native", run: () => counted(rustCounts, "cargo", cargoTest, native) },
  { name: "build", run: async () => (await build(), one) },
  { name: "types", run: () => check(process.execPath, [script("typescript", "bin/tsc"), "-p", "tests/types"]) },
  { name: "chrome", cannot: lacksChrome, mayNotSkip: true, run: () => webSuite("--chrome") },
  { name: "firefox", cannot: lacksFirefox, mayNotSkip: true, run: () => webSuite("--firefox") },
  { name: "e2e", cannot: lacksChrome, mayNotSkip: true, run: () => endToEnd((file) => !file.startsWith("kamailio")) },
  { name: "kamailio", cannot: lacksKamailio, mayNotSkip: true, run: () => endToEnd((file) => file.startsWith("kamailio")) },
  { name: "packaging", run: async () => (await build(), nodeTests("tests/packaging")) },
].filter(hasFiles);

/** Suites whose files are not written yet do not exist. */
function hasFiles({ name }) {
  const folders = { types: "tests/types", e2e: "tests/e2e", kamailio: "tests/e2e" };
  return !(name in folders) || existsSync(join(root, folders[name]));
}

function clippy(args, env) {
  return check("cargo", ["clippy", "--quiet", ...args, "--", "-D", "warnings"], { env });
}

/** The facade in a real browser: tests/web*.rs. */
function webSuite(browser) {
  const env = { ...wasmEnvironment(), WASM_BINDGEN_TEST_TIMEOUT: "120" };
  const args = ["test", "--headless", browser, "--mode", "no-install", "--", ...webTests()];
  return counted(rustCounts, ...alone("wasm-pack", args), { env });
}

function webTests() {
  const names = readdirSync(join(root, "tests")).filter((name) => /^web.*\.rs$/.test(name));
  return names.flatMap((name) => ["--test", name.replace(/\.rs$/, "")]);
}

/** The demo page, the embedded server and Kamailio with whole browsers: tests/e2e/*.test.mjs. */
async function endToEnd(isOurs) {
  await buildPage();
  await check("cargo", ["build", "-p", "telnyx-device-loopback"], native);
  return nodeTests("tests/e2e", isOurs, alone);
}

/** Test files of Node. One at a time, since browsers and servers with sound need the machine for themselves. */
function nodeTests(folder, isOurs = () => true, wrap = (program, args) => [program, args]) {
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith(".test.mjs") && isOurs(name));
  const args = ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files.map((name) => join(folder, name))];
  return counted(nodeCounts, ...wrap(process.execPath, args), native);
}

/** In a network of its own where the machine allows it. */
function alone(program, args) {
  return canIsolate() ? isolated(program, args) : [program, args];
}

function script(name, file) {
  return join(root, "node_modules", name, file);
}

function lacksChrome() {
  return lacks({ Chromium: chromium(), chromedriver: which("chromedriver", path) });
}

function lacksFirefox() {
  return lacks({ Firefox: which("firefox", path), geckodriver: which("geckodriver", path) });
}

function lacksKamailio() {
  return lacks({ Chromium: chromium(), Kamailio: which("kamailio", path) });
}

function lacks(programs) {
  const absent = Object.entries(programs).filter(([, found]) => !found);
  return absent.length === 0 ? undefined : `without ${absent.map(([name]) => name).join(" and ")}`;
}
