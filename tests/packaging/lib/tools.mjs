// What people build with, as it is installed in tests/packaging/tools/.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { chromium } from "../../../scripts/setup/debian.mjs";

/** Where they are installed. A project within it finds them as if they were its own. */
export const workbench = fileURLToPath(new URL("../tools", import.meta.url));

/** What is lacking here, or false: the reason to skip a test that needs a browser and the tools. */
export const lacking = !chromium() ? "without Chromium" : !existsSync(join(workbench, "node_modules")) ? "without the bundlers" : false;

const { resolve } = createRequire(join(workbench, "package.json"));

/** A tool as a module. */
export const tool = (name) => import(pathToFileURL(resolve(name)));

/** A file of a tool's package, whether or not it exports that. */
export const toolFile = (name, file) => join(workbench, "node_modules", name, file);

/** Runs a tool's program in a folder; where it fails, the error has all that it said. */
export async function runTool(program, args, { cwd, env }) {
  try {
    await promisify(execFile)(process.execPath, [program, ...args], { cwd, env: { ...process.env, ...env } });
  } catch (error) {
    throw new Error(`${error.message}\n${error.stdout}`);
  }
}
