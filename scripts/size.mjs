// How large the package is: `npm run size` measures it and writes docs/BENCHMARKS.md and README.md. `npm run size:accept` makes what is
// measured the budget, scripts/size/budget.json, which `npm test` holds it to.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { put, rows } from "../benches/place.mjs";
import { build } from "./build.mjs";
import { root } from "./lib/places.mjs";
import { Stop, capture, main } from "./lib/process.mjs";
import { setUp } from "./setup.mjs";
import { data, downloads, functions, parts, sum } from "./size/measure.mjs";

const kept = join(root, "scripts", "size", "budget.json");

/** What a change may add before somebody has to accept it. */
const ROOM = 1.02;

const LARGEST = 25;

const figure = (bytes) => bytes.toLocaleString("en-US");
const weights = ({ raw, gzip, brotli }) => [raw, gzip, brotli].map(figure);

function measured() {
  const { files, inlined } = downloads();
  return { files: sum(files), inlined: sum(inlined), parts: Object.fromEntries(parts()) };
}

/** Fails where the package has grown beyond its budget, and says what has grown. */
export function checkSize() {
  const [was, is] = [JSON.parse(readFileSync(kept, "utf8")), measured()];
  const over = ["files", "inlined"].flatMap((form) =>
    Object.keys(was[form])
      .filter((by) => is[form][by] > was[form][by] * ROOM)
      .map((by) => `${form}, ${by}: ${figure(is[form][by])} bytes, ${figure(was[form][by])} were accepted`),
  );
  if (over.length === 0) return;
  const grown = Object.entries(is.parts)
    .map(([name, bytes]) => [name, bytes - (was.parts[name] ?? 0)])
    .filter(([, more]) => more > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([name, more]) => `  ${name}: ${figure(more)} bytes more`);
  throw new Stop(["The package is too large. Where that is meant: `npm run size:accept`.", ...over, "What has grown:", ...grown].join("\n"));
}

function summary() {
  const { files, inlined } = downloads();
  return rows([
    ["bytes", "raw", "gzip -9", "brotli -q 11"],
    ["WebAssembly", ...weights(files[0])],
    ["its JavaScript", ...weights(sum(files.slice(1)))],
    ["inlined: one JavaScript", ...weights(sum(inlined))],
  ]);
}

function report() {
  const { files, inlined } = downloads();
  const code = functions();
  const all = code.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    rows([
      ["bytes", "raw", "gzip -9", "brotli -q 11"],
      ...files.map((it) => [`\`${it.file.replace(/snippets\/[^/]*/, "snippets/…")}\``, ...weights(it)]),
      ["**together**", ...weights(sum(files))],
      ["inlined, together", ...weights(sum(inlined))],
    ]),
    `Of the module, code is ${figure(all)} bytes in ${figure(code.length)} functions, data ${figure(data())}:`,
    rows([["crate, or module of ours", "bytes of code"], ...parts().filter(([, bytes]) => bytes >= all / 500).map(([name, bytes]) => [`\`${name}\``, figure(bytes)])]),
    "The largest functions:",
    rows([["function", "bytes"], ...code.slice(0, LARGEST).map(({ name, bytes }) => [`\`${name}\``, figure(bytes)])]),
    `${new Date().toISOString().slice(0, 10)}, ${capture("rustc", ["--version"])}.`,
  ].join("\n\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setUp(["build"]);
    await build();
    await put("size", report());
    await put("size", summary(), "../README.md");
    if (process.argv.includes("--accept")) writeFileSync(kept, `${JSON.stringify(measured(), undefined, 2)}\n`);
    const { files, inlined } = measured();
    console.log(`✓ docs/BENCHMARKS.md and README.md are written: ${weights(files)[1]} bytes by gzip, inlined ${weights(inlined)[1]}.`);
  });
}
