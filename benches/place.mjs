// The places in docs/ that the benchmarks write themselves.
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { root } from "../scripts/lib/places.mjs";

const END = "<!-- until here -->";

/** When and on what it ran. */
export const where = () => `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0].model}`;

/** A table, its first row the heads. */
export const rows = ([heads, ...others]) => [heads, heads.map(() => "---"), ...others].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Puts the text between the marks of a command, in a file of docs/. */
export async function put(command, text, document = "BENCHMARKS.md") {
  const file = join(root, "docs", document);
  const begin = `<!-- written by npm run ${command} -->`;
  const old = await readFile(file, "utf8");
  const start = old.indexOf(begin) + begin.length;
  const end = old.indexOf(END, start);
  if (start < begin.length || end < 0) throw new Error(`${file} has no place for ${command}`);
  await writeFile(file, `${old.slice(0, start)}\n\n${text}\n\n${old.slice(end)}`);
}
