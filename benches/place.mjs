// The places in docs/BENCHMARKS.md that the benchmarks write themselves.
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { root } from "../scripts/lib/places.mjs";

const FILE = join(root, "docs", "BENCHMARKS.md");
const END = "<!-- until here -->";

/** When and on what it ran. */
export const where = () => `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0].model}`;

/** A table, its first row the heads. */
export const rows = ([heads, ...others]) => [heads, heads.map(() => "---"), ...others].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Puts the text between the marks of a command. */
export async function put(command, text) {
  const begin = `<!-- written by npm run ${command} -->`;
  const old = await readFile(FILE, "utf8");
  const start = old.indexOf(begin) + begin.length;
  const end = old.indexOf(END, start);
  if (start < begin.length || end < 0) throw new Error(`${FILE} has no place for ${command}`);
  await writeFile(FILE, `${old.slice(0, start)}\n\n${text}\n\n${old.slice(end)}`);
}
