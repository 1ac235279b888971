// Writes pkg/: the crate as a WebAssembly module with its JavaScript and its types, for
// `<script type="module">` and for bundlers. `npm run build`.
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { finishScript, finishTypes, writeParts } from "./build/entries.mjs";
import { wasmEnvironment } from "./lib/environment.mjs";
import { unlessFresh } from "./lib/freshness.mjs";
import { root } from "./lib/places.mjs";
import { main, run } from "./lib/process.mjs";
import { setUp } from "./setup.mjs";

const inputs = ["Cargo.toml", "Cargo.lock", ".cargo", "src", "package-lock.json", "scripts/build.mjs", "scripts/build"];
const wasm = join(root, "pkg", "telnyx_device_bg.wasm");

// What every browser of the last years can do, and rustc emits.
const features = ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"];

// A function that is called once is not merged into its caller: some more bytes, but 4 % fewer after gzip (measured).
const gentle = ["--one-caller-inline-max-function-size=0", "-Oz"];

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
    finishScript();
    finishTypes();
    const optimizer = join(root, "node_modules", "binaryen", "bin", "wasm-opt");
    const flags = features.map((feature) => `--enable-${feature}`);
    await run(process.execPath, [optimizer, ...gentle, ...flags, wasm, "-o", wasm], { env });
    await writeParts();
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
