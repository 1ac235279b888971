// How large the package is, and what makes it so.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { glue } from "../build/entries.mjs";
import { root } from "../lib/places.mjs";
import { functionsOf, ids, sectionsOf } from "../lib/wasm.mjs";

const wasm = "pkg/telnyx_device_bg.wasm";
const scripts = ["pkg/telnyx_device.js", "pkg/constants.js", "npm/names.js"];

/** What a page downloads: each form with its files, and what each file takes as it is, by gzip -9 and by brotli -q 11. */
export function downloads() {
  const common = [...scripts, relative(root, glue())].map(weigh);
  const files = [weigh(wasm), ...common, weigh("npm/index.js")];
  const inlined = [weigh("pkg/inlined.js"), ...common, weigh("npm/inline.js")];
  return { files, inlined };
}

/** The sum of several. */
export function sum(weights) {
  const total = (of) => weights.reduce((sum, weight) => sum + weight[of], 0);
  return { raw: total("raw"), gzip: total("gzip"), brotli: total("brotli") };
}

function weigh(file) {
  const bytes = readFileSync(join(root, file));
  const gzip = gzipSync(bytes, { level: 9 }).length;
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  return { file, raw: bytes.length, gzip, brotli };
}

/** The functions of the module, the largest first: `{ name, bytes }`. */
export function functions() {
  const names = readFileSync(join(root, "pkg", ".functions"), "utf8").split("\n");
  const { bodies } = functionsOf(sectionsOf(readFileSync(join(root, wasm))));
  const all = bodies.map((body, index) => ({ name: names[index].replace(/\[[0-9a-f]{16}\]/g, ""), bytes: body.length }));
  return all.sort((one, other) => other.bytes - one.bytes);
}

/** The bytes of the data of the module: texts, tables. */
export function data() {
  return sectionsOf(readFileSync(join(root, wasm))).find(({ id }) => id === ids.data).content.length;
}

/** What each crate takes, and each module of ours: `[name, bytes]`, the largest first. A generic function counts for the
 * crate that it was written in. */
export function parts() {
  const sums = {};
  for (const { name, bytes } of functions()) sums[partOf(name)] = (sums[partOf(name)] ?? 0) + bytes;
  return Object.entries(sums).sort(([, one], [, other]) => other - one);
}

function partOf(name) {
  // `<some::Type as some::Trait>::method`, `<[some::Type]>::method`, `some::function`
  const [path] = name.replace(/^[<&[*(]*(?:(?:mut|const|dyn) )*/, "").match(/^\w+(?:::\w+)*/) ?? [""];
  const [crate, module] = path.split("::");
  if (crate === "telnyx_device") return `${crate}::${module}`;
  return path.includes("::") ? crate : "other";
}
