// Writes pkg/: the crate as a WebAssembly module with its JavaScript and its types, for
// `<script type="module">` and for bundlers. `npm run build`.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { compile, wanted } from "./build/compile.mjs";
import { finishScript, finishTypes, glue, writeParts } from "./build/entries.mjs";
import { minify, minifyPair } from "./build/minify.mjs";
import { optimize } from "./build/optimize.mjs";
import { unlessFresh } from "./lib/freshness.mjs";
import { root } from "./lib/places.mjs";
import { main } from "./lib/process.mjs";
import { setUp } from "./setup.mjs";

const inputs = ["Cargo.toml", "Cargo.lock", ".cargo", "src", "module", "package-lock.json", "scripts/build.mjs", "scripts/build", "scripts/lib/wasm.mjs"];
const wasm = join(root, "pkg", "telnyx_device_bg.wasm");
const script = join(root, "pkg", "telnyx_device.js");

const KINDS = {
  small: "the standard library was built with it, for size, and a panic is a trap",
  plain: "the standard library is as it comes; with its source (`rustup component add rust-src`) and Rust 1.91 it is smaller",
};

/** Builds pkg/ unless it was made from these very sources. */
export async function build() {
  const possible = wanted();
  await unlessFresh({ stamp: "pkg/.built-from", inputs, settings: possible }, async () => {
    const kind = await compile(possible);
    finishScript();
    finishTypes();
    const functions = await optimize(wasm);
    writeFileSync(join(root, "pkg", ".functions"), functions.join("\n"));
    await minifyPair(script, wasm);
    await minify(glue());
    await writeParts();
    console.log(`✓ The ${kind} module: ${KINDS[kind]}.`);
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
