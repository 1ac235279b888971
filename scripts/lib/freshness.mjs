// Knowing that a step need not run again: what it made was made from these very files.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { root } from "./places.mjs";

/** Runs `step` unless `stamp` says that it ran with the same content of `inputs` (files and folders of the project,
 * where they exist, but not what is in `except`) and the same `settings`. */
export async function unlessFresh({ stamp, inputs, except, settings = "" }, step) {
  const wanted = fingerprint(inputs.flatMap((input) => filesIn(input, except)), settings);
  const file = join(root, stamp);
  if (existsSync(file) && readFileSync(file, "utf8") === wanted) return;
  await step();
  writeFileSync(file, wanted);
}

function fingerprint(files, settings) {
  const hash = createHash("sha256").update(settings);
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function filesIn(path, except) {
  const full = join(root, path);
  if (path === except || !existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).sort().flatMap((name) => filesIn(posix.join(path, name), except));
}
