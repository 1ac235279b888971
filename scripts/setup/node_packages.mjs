// The packages of package-lock.json, in node_modules.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/places.mjs";
import { npm } from "../lib/process.mjs";
import { doing } from "../lib/progress.mjs";

const stamp = join(root, "node_modules", ".installed-from");

/** Runs `npm ci` unless node_modules was made from these very files. */
export async function installNodePackages() {
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  doing("Installing the packages of package-lock.json");
  await npm(["ci", "--no-audit", "--no-fund"], { cwd: root });
  writeFileSync(stamp, wanted);
}

function fingerprint() {
  const hash = createHash("sha256");
  for (const file of ["package.json", "package-lock.json"]) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}
