// Writes www/dist/: the demo page, bundled by webpack from www/ and pkg/. `npm run build:page`.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { unlessFresh } from "./lib/freshness.mjs";
import { root } from "./lib/places.mjs";
import { main, run } from "./lib/process.mjs";
import { setUp } from "./setup.mjs";

const inputs = ["webpack.config.js", "package-lock.json", "www", "pkg"];

/** Bundles the demo page unless it was made from these very sources. */
export async function buildPage() {
  await build();
  await unlessFresh({ stamp: "www/dist/.built-from", inputs, except: "www/dist" }, async () => {
    const webpack = join(root, "node_modules", "webpack", "bin", "webpack.js");
    await run(process.execPath, [webpack], { cwd: root });
  });
  console.log("✓ www/dist/ is built");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setUp(["build"]);
    await buildPage();
  });
}
