// A project of somebody else's: an empty folder in which the package is installed as npm packs it.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../scripts/lib/places.mjs";
import { npm } from "../../../scripts/lib/process.mjs";

const quiet = { stdio: ["ignore", "ignore", "inherit"] };

/** Makes one, far from this repository or within another folder; gives `{folder, remove}`. */
export async function makeProject({ within = tmpdir() } = {}) {
  const folder = mkdtempSync(join(within, "telnyx-device-"));
  await npm(["pack", "--silent", "--pack-destination", folder], { cwd: root, ...quiet });
  const [tarball] = readdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  await npm(["install", "--silent", "--offline", "--no-package-lock", `./${tarball}`], { cwd: folder, ...quiet });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
