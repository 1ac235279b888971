// The packages of npm that the project needs: those of package-lock.json, and the tools that the package is tried in.
import { join } from "node:path";
import { unlessFresh } from "../lib/freshness.mjs";
import { root } from "../lib/places.mjs";
import { npm } from "../lib/process.mjs";
import { doing, missing } from "../lib/progress.mjs";

/** Runs `npm ci` unless node_modules was made from these very files. */
export async function installNodePackages() {
  const made = { stamp: "node_modules/.installed-from", inputs: ["package-lock.json"], settings: process.version };
  await unlessFresh(made, async () => {
    doing("Installing the packages of package-lock.json");
    await npm(["ci"], { cwd: root });
  });
}

/** Bundlers, for tests/packaging, and Playwright, for tests/kit. They are many files, so they are not among what a build needs. */
export async function installBundlers() {
  await installIn("tests/packaging/tools", "the bundlers that the package is tried in")
    .catch((error) => missing(`${error.message} So the package is not tried in them.`));
}

/** What writes docs/API.md. */
export async function installTypeDoc() {
  await installIn("scripts/docs", "what writes the reference")
    .catch((error) => missing(`${error.message} So it is not seen whether docs/API.md is true.`));
}

/** Runs `npm ci` in a folder with packages of its own, unless that was done. */
async function installIn(folder, what) {
  const made = { stamp: `${folder}/node_modules/.installed-from`, inputs: [`${folder}/package-lock.json`], settings: process.version };
  await unlessFresh(made, async () => {
    doing(`Installing ${what}`);
    await npm(["ci", "--ignore-scripts"], { cwd: join(root, folder) });
  });
}
