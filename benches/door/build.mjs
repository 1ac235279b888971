// Builds the door into benches/door/pkg/, as the shipped module is built: everything that is in that is in it, too.
import { join } from "node:path";
import { compile, wanted } from "../../scripts/build/compile.mjs";
import { LONG_TEXTS, rewrite } from "../../scripts/build/entries.mjs";
import { minifyPair } from "../../scripts/build/minify.mjs";
import { optimize } from "../../scripts/build/optimize.mjs";
import { unlessFresh } from "../../scripts/lib/freshness.mjs";
import { root } from "../../scripts/lib/places.mjs";

const crate = join(root, "benches", "door");
const out = join(crate, "pkg");
export const script = join(out, "door.js");
export const wasm = join(out, "door_bg.wasm");
const inputs = ["Cargo.toml", "Cargo.lock", ".cargo", "src", "scripts/build", "scripts/lib/wasm.mjs", "benches/door"];

/** Builds it unless it was made from these very sources. */
export async function buildDoor() {
  const settings = wanted();
  await unlessFresh({ stamp: "benches/door/pkg/.built-from", inputs, except: "benches/door/pkg", settings }, async () => {
    await compile(settings, { crate, out, name: "door" });
    rewrite(script, [LONG_TEXTS]);
    await optimize(wasm);
    await minifyPair(script, wasm);
  });
}
