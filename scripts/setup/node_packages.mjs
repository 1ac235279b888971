// The packages of package-lock.json, in node_modules.
import { unlessFresh } from "../lib/freshness.mjs";
import { root } from "../lib/places.mjs";
import { npm } from "../lib/process.mjs";
import { doing } from "../lib/progress.mjs";

/** Runs `npm ci` unless node_modules was made from these very files. */
export async function installNodePackages() {
  const made = { stamp: "node_modules/.installed-from", inputs: ["package-lock.json"], settings: process.version };
  await unlessFresh(made, async () => {
    doing("Installing the packages of package-lock.json");
    await npm(["ci"], { cwd: root });
  });
}
