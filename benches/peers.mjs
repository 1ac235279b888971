// The packages of other phones, which nothing else needs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unlessFresh } from "../scripts/lib/freshness.mjs";
import { npm } from "../scripts/lib/process.mjs";
import { PACKAGES } from "./dial/site.mjs";

/** Installs them, unless they are there. */
export const installPeers = () =>
  unlessFresh({ stamp: "benches/dial/node_modules/.installed-from", inputs: ["benches/dial/package-lock.json"] }, () =>
    npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: PACKAGES }));

/** `SIP.js 0.21.2` */
export function title(name, folder = name.toLowerCase()) {
  const { version } = JSON.parse(readFileSync(join(PACKAGES, "node_modules", folder, "package.json"), "utf8"));
  return `${name} ${version}`;
}
