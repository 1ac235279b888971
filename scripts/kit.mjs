// Writes npm/loopback/built/: the embedded server as WebAssembly, and the WebSocket library that gives it sockets on Node.js.
// `npm run build:kit`.
import { copyFileSync, mkdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasLibrary, kitTarget, nativeEnvironment } from "./lib/environment.mjs";
import { unlessFresh } from "./lib/freshness.mjs";
import { root } from "./lib/places.mjs";
import { Stop, main, run } from "./lib/process.mjs";
import { setUp } from "./setup.mjs";

const inputs = ["Cargo.toml", "Cargo.lock", "src", "loopback/Cargo.toml", "loopback/accounts.toml", "loopback/src", "loopback/kit", "package-lock.json", "scripts/kit.mjs"];
const built = join(root, "npm", "loopback", "built");
const wasm = join(built, "server.wasm");
const features = ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"];

/** What this machine lacks to build it. */
export function lacksKit() {
  return hasLibrary("", kitTarget) ? undefined : `without the target ${kitTarget}`;
}

/** Builds it unless it was made from these very sources. */
export async function buildKit() {
  await unlessFresh({ stamp: "npm/loopback/built/.built-from", inputs }, async () => {
    if (lacksKit()) throw new Stop(`The standard library for ${kitTarget} is missing: run \`rustup target add ${kitTarget}\`.`);
    rmSync(built, { recursive: true, force: true });
    mkdirSync(built, { recursive: true });
    const build = ["build", "--release", "--target", kitTarget, "-p", "telnyx-device-loopback-kit"];
    await run("cargo", build, { cwd: root, env: nativeEnvironment });
    const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
    const module = join(target, kitTarget, "release", "telnyx_device_loopback_kit.wasm");
    const optimizer = join(root, "node_modules", "binaryen", "bin", "wasm-opt");
    const flags = features.map((feature) => `--enable-${feature}`);
    await run(process.execPath, [optimizer, "-Oz", "--strip-debug", ...flags, module, "-o", wasm], { env: nativeEnvironment });
    await bundleWebSockets();
  });
  console.log(`✓ npm/loopback/built/ is built: server.wasm ${(statSync(wasm).size / 1024).toFixed(0)} KB`);
}

/** One file of `ws`, with its license, so that nobody who installs the package for browsers installs it as well. */
async function bundleWebSockets() {
  const require = createRequire(import.meta.url);
  const webpack = require("webpack");
  const folder = dirname(require.resolve("ws/package.json"));
  const config = {
    mode: "production",
    target: "node20",
    entry: join(folder, "wrapper.mjs"),
    output: { path: built, filename: "ws.js", module: true, library: { type: "module" } },
    experiments: { outputModule: true },
    // What is published can be read.
    optimization: { minimize: false },
    // It looks for optional modules in C++.
    plugins: [new webpack.DefinePlugin({ "process.env.WS_NO_BUFFER_UTIL": "true", "process.env.WS_NO_UTF_8_VALIDATE": "true" })],
    stats: "errors-warnings",
  };
  await new Promise((done, failed) => {
    webpack(config, (error, stats) => {
      const wrong = error ?? (stats.hasErrors() ? new Stop(stats.toString("errors-warnings")) : undefined);
      wrong ? failed(wrong) : done();
    });
  });
  copyFileSync(join(folder, "LICENSE"), join(built, "ws.LICENSE"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setUp(["kit"]);
    await buildKit();
  });
}
