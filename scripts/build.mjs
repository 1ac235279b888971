// Writes pkg/: the crate as a WebAssembly module with its JavaScript and its types, for
// `<script type="module">` and for bundlers. `npm run build`.
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { wasmEnvironment } from "./lib/environment.mjs";
import { unlessFresh } from "./lib/freshness.mjs";
import { root } from "./lib/places.mjs";
import { Stop, main, run } from "./lib/process.mjs";
import { setUp } from "./setup.mjs";

const inputs = ["Cargo.toml", "Cargo.lock", ".cargo", "src", "package-lock.json", "scripts/build.mjs"];
const wasm = join(root, "pkg", "telnyx_device_bg.wasm");

// What every browser of the last years can do, and rustc emits.
const features = ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"];

// A function that is called once is not merged into its caller: some more bytes, but 4 % fewer after gzip (measured).
const gentle = ["--one-caller-inline-max-function-size=0", "-Oz"];

const script = join(root, "pkg", "telnyx_device.js");

/**
 * A device's constructor returns an object that Rust has made, so a class of the application's that extends TelnyxDevice
 * would lose its methods. wasm-bindgen has no word for `new.target`.
 */
function letDevicesBeExtended() {
  const made = /(\nexport class TelnyxDevice \{[^]*?\n    constructor\(config\) \{[^}]*?\}\s*return )(\w+\(ret\[0\]\));/;
  const generated = readFileSync(script, "utf8");
  if (!made.test(generated)) throw new Stop("wasm-bindgen writes the constructor of TelnyxDevice in another way than scripts/build.mjs knows.");
  writeFileSync(script, generated.replace(made, "$1Object.setPrototypeOf($2, new.target.prototype);"));
}

/** Builds pkg/ unless it was made from these very sources. */
export async function build() {
  await unlessFresh({ stamp: "pkg/.built-from", inputs }, async () => {
    const env = wasmEnvironment();
    const args = ["build", "--target", "web", "--release", "--mode", "no-install", "--no-opt"];
    // Snippets of an earlier build would stay in it.
    rmSync(join(root, "pkg"), { recursive: true, force: true });
    await run("wasm-pack", [...args, "--out-dir", "pkg", "--out-name", "telnyx_device"], { cwd: root, env });
    // It would keep pkg/ out of the npm package.
    rmSync(join(root, "pkg", ".gitignore"), { force: true });
    letDevicesBeExtended();
    const optimizer = join(root, "node_modules", "binaryen", "bin", "wasm-opt");
    const flags = features.map((feature) => `--enable-${feature}`);
    await run(process.execPath, [optimizer, ...gentle, ...flags, wasm, "-o", wasm], { env });
  });
  const kilobytes = (bytes) => (bytes / 1024).toFixed(1);
  const size = `${kilobytes(statSync(wasm).size)} KB, ${kilobytes(gzipSync(readFileSync(wasm)).length)} KB gzipped`;
  console.log(`✓ pkg/ is built: telnyx_device_bg.wasm ${size}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setUp(["build"]);
    await build();
  });
}
