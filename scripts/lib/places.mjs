// Where things are: the project, the tools that it keeps, and the versions that it wants of them.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's top folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Tools are kept per user and version, so that a second clone finds them. */
export const cache = join(cacheHome(), "telnyx-device");

function cacheHome() {
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  if (process.platform === "win32" && process.env.LOCALAPPDATA) return process.env.LOCALAPPDATA;
  return join(homedir(), process.platform === "darwin" ? "Library/Caches" : ".cache");
}

/** The version of a crate in Cargo.lock, or undefined. */
export function lockedVersion(crate) {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  return lock.match(new RegExp(`name = "${crate}"\\r?\\nversion = "([^"]+)"`))?.[1];
}

/** The programs that cargo builds for us, in the versions that this project is tried with. */
export const cargoTools = {
  "wasm-bindgen": { crate: "wasm-bindgen-cli", version: lockedVersion("wasm-bindgen") },
  "wasm-pack": { crate: "wasm-pack", version: "0.15.1" },
  "cargo-fuzz": { crate: "cargo-fuzz", version: "0.13.2" },
  geckodriver: { crate: "geckodriver", version: "0.37.1" },
};

/** The folder that holds the program of a cargo tool. */
export function toolFolder({ crate, version }) {
  return join(cache, `${crate}-${version}`, "bin");
}

/** A folder for links to programs that others look for under another name. */
export const linkFolder = join(cache, "links");
