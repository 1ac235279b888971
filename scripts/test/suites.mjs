// Every suite of tests, in the order in which they run: what is quick to fail comes first.
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "../build.mjs";
import { wanted } from "../build/compile.mjs";
import { buildKit, lacksKit } from "../kit.mjs";
import { nativeEnvironment, wasmEnvironment, wasmTarget } from "../lib/environment.mjs";
import { canIsolate, isolated } from "../lib/isolation.mjs";
import { root } from "../lib/places.mjs";
import { which } from "../lib/process.mjs";
import { startSound } from "../lib/sound.mjs";
import { buildPage } from "../page.mjs";
import { setUp } from "../setup.mjs";
import { chromium, kamailioHasWebSocket } from "../setup/debian.mjs";
import { checkSize } from "../size.mjs";
import { checkTypes } from "../types.mjs";
import { checkReference } from "../docs.mjs";
import { writeSnippets } from "../docs/snippets.mjs";
import { nodeCounts, rustCounts } from "./counts.mjs";
import { check, counted } from "./run.mjs";

const path = nativeEnvironment.PATH;
const native = { env: nativeEnvironment };
const cargoTest = ["test", "--workspace", "--all-features", "--no-fail-fast", "--", "--quiet"];
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
const one = { passed: 1, failed: 0, skipped: 0 };

const webTests = testFiles("tests", /^web.*\.rs$/).flatMap((file) => ["--test", basename(file, ".rs")]);
const scriptTests = testFiles("tests/scripts", /\.test\.mjs$/);
const packageTests = testFiles("tests/packaging", /\.test\.mjs$/);
const endToEndTests = testFiles("tests/e2e", /^(?!kamailio).*\.test\.mjs$/);
const kamailioTests = testFiles("tests/e2e", /^kamailio.*\.test\.mjs$/);
const kitTests = testFiles("tests/kit", /\.test\.mjs$/);
const interopTests = testFiles("tests/interop", /\.test\.mjs$/);

/** A suite is `{ name, cannot, mayNotSkip, run }`: `cannot` says what this machine lacks for it, and `mayNotSkip`
 * that its own tests skip themselves only for what the machine lacks. */
export const suites = [
  { name: "setup", run: async () => (await setUp(), one) },
  { name: "scripts", run: () => nodeTests(scriptTests) },
  { name: "fmt", run: () => check("cargo", ["fmt", "--all", "--check"], native) },
  { name: "clippy", run: () => clippy(["--workspace", "--all-targets", "--all-features"], nativeEnvironment) },
  { name: "clippy-wasm", run: () => clippy(["--target", wasmTarget, "--lib", "--tests"], wasmEnvironment()) },
  { name: "native", run: () => counted(rustCounts, "cargo", cargoTest, native) },
  { name: "build", run: async () => (await build(), one) },
  { name: "size", cannot: lacksSource, run: sizeSuite },
  { name: "types", mayNotSkip: true, run: typesSuite },
  { name: "chrome", cannot: lacksChrome, mayNotSkip: true, run: () => webSuite("--chrome") },
  { name: "firefox", cannot: lacksFirefox, mayNotSkip: true, run: firefoxSuite },
  { name: "e2e", cannot: lacksChrome, mayNotSkip: true, run: () => endToEnd(endToEndTests) },
  { name: "kamailio", cannot: lacksKamailio, mayNotSkip: true, run: () => endToEnd(kamailioTests) },
  { name: "interop", cannot: lacksSipp, mayNotSkip: true, run: interopSuite },
  { name: "packaging", mayNotSkip: true, run: packagingSuite },
  { name: "kit", cannot: lacksKit, mayNotSkip: true, run: kitSuite },
];

/** The files of a folder whose names match. */
function testFiles(folder, pattern) {
  return readdirSync(join(root, folder)).filter((name) => pattern.test(name)).map((name) => join(folder, name));
}

function clippy(args, env) {
  return check("cargo", ["clippy", "--quiet", ...args, "--", "-D", "warnings"], { env });
}

/** What browsers download, beside what it was. */
async function sizeSuite() {
  await build();
  checkSize();
  return one;
}

/** What TypeScript sees: as it was, as it must be, as the examples of the documentation use it, and as the reference says. */
async function typesSuite() {
  checkTypes();
  await check(process.execPath, [tsc, "--project", "tests/types"]);
  await check(process.execPath, [tsc, "--project", writeSnippets()]);
  const isReferred = await checkReference();
  return { passed: isReferred ? 4 : 3, failed: 0, skipped: isReferred ? 0 : 1 };
}

/** The facade in a real browser: tests/web*.rs. */
function webSuite(browser, more = {}) {
  const env = { ...wasmEnvironment(), ...more, WASM_BINDGEN_TEST_TIMEOUT: "120" };
  const args = ["test", "--headless", browser, "--mode", "no-install", "--", ...webTests];
  return counted(rustCounts, ...alone("wasm-pack", args), { env });
}

/** The same in Firefox, which hears nothing without a sound device. */
async function firefoxSuite() {
  const sound = await startSound();
  return webSuite("--firefox", sound.env).finally(sound.stop);
}

/** The demo page, the embedded server and Kamailio with whole browsers. */
export async function endToEnd(files, env = {}) {
  await buildPage();
  await check("cargo", ["build", "-p", "telnyx-device-loopback"], native);
  return nodeTests(files, alone, env);
}

/** The native driver against SIPp, through Kamailio. */
async function interopSuite() {
  await check("cargo", ["build", "-p", "telnyx-device-native"], native);
  return nodeTests(interopTests, alone);
}

/** The npm package, imported, and bundled by what people bundle with. */
async function packagingSuite() {
  await build();
  await check("cargo", ["build", "-p", "telnyx-device-loopback"], native);
  return nodeTests(packageTests, alone);
}

/** The server that comes with the npm package. */
async function kitSuite() {
  await build();
  await buildKit();
  return nodeTests(kitTests, alone);
}

/** Test files of Node. One at a time, since browsers and servers with sound need the machine for themselves. */
function nodeTests(files, wrap = (program, args) => [program, args], env = {}) {
  const args = ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files];
  return counted(nodeCounts, ...wrap(process.execPath, args), { env: { ...nativeEnvironment, ...env } });
}

/** In a network of its own where the machine allows it. */
function alone(program, args) {
  return canIsolate() ? isolated(program, args) : [program, args];
}

function lacksChrome() {
  return lacks({ Chromium: chromium(), chromedriver: which("chromedriver", path) });
}

function lacksFirefox() {
  return lacks({ Firefox: which("firefox", path), geckodriver: which("geckodriver", path) });
}

export function lacksKamailio() {
  return lacks({ Chromium: chromium(), "Kamailio's WebSocket module": kamailioHasWebSocket() });
}

function lacksSipp() {
  return lacks({ Kamailio: which("kamailio", path), SIPp: which("sipp", path) });
}

function lacksSource() {
  return wanted() === "small" ? undefined : "without the source of the standard library, or with Rust before 1.91";
}

function lacks(programs) {
  const absent = Object.entries(programs).filter(([, found]) => !found);
  return absent.length === 0 ? undefined : `without ${absent.map(([name]) => name).join(" and ")}`;
}
