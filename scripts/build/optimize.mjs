// What is done to the module once it is compiled.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/places.mjs";
import { run } from "../lib/process.mjs";
import { functionsOf, moduleOf, nameSection, namesOf, sectionsOf } from "../lib/wasm.mjs";
import { order } from "./order.mjs";

// What every browser of the last years can do, and rustc emits.
const features = ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"];

// A function that is called once is not merged into its caller: some more bytes, but 4 % fewer after gzip (measured).
const gentle = "--one-caller-inline-max-function-size=0";
const passes = [gentle, "--flatten", "--rereloop", "-Oz", "-Oz", "--debuginfo"];

// A module that is only read and written is kept small where that is asked for.
const kept = ["--optimize-level=2", "--shrink-level=2"];
const stripped = ["--strip-debug", "--strip-producers", "--strip-target-features"];

/** Makes the module small, and gives the names of its functions, in their order, which it has no more. */
export async function optimize(wasm) {
  await wasmOpt(wasm, passes);
  const sections = sectionsOf(readFileSync(wasm));
  const { imported, bodies } = functionsOf(sections);
  const names = namesOf(sections);
  const ordered = order(bodies).map((index) => imported + index);
  // wasm-opt orders functions by name: theirs are their places.
  const places = new Map(ordered.map((index, place) => [index, `f${`${place}`.padStart(6, "0")}`]));
  const nameless = sections.filter(({ name }) => name !== "name");
  writeFileSync(wasm, moduleOf([...nameless, nameSection([...places].sort(([one], [other]) => one - other))]));
  await wasmOpt(wasm, ["--reorder-functions-by-name", ...kept, ...stripped]);
  return ordered.map((index) => names.get(index) ?? "");
}

function wasmOpt(wasm, passes) {
  const program = join(root, "node_modules", "binaryen", "bin", "wasm-opt");
  const flags = features.map((feature) => `--enable-${feature}`);
  return run(process.execPath, [program, ...passes, ...flags, wasm, "-o", wasm]);
}
