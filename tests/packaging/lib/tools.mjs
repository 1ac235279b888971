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

/** Runs a tool's program in a folder. */
export const runTool = (program, args, options) => runQuietly(process.execPath, [program, ...args], options);

/** Runs a script of the project in a folder. */
export const runScript = (script, cwd) => runQuietly("npm", ["run", "--silent", script], { cwd, shell: process.platform === "win32" });

/** Where it fails, the error has all that was said. */
async function runQuietly(program, args, { env, ...options }) {
  try {
    await promisify(execFile)(program, args, { env: { ...process.env, ...env }, ...options });
  } catch (error) {
    throw new Error(`${error.message}\n${error.stdout}`);
  }
}
