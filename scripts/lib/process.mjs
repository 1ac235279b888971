// Running other programs, the same way on Linux, macOS and Windows.
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A reason to stop that the reader can act on: printed as one sentence, without a stack. */
export class Stop extends Error {}

const windows = process.platform === "win32";
const suffixes = windows ? (process.env.PATHEXT ?? ".EXE;.CMD").split(";") : [""];

/** The full path of a program on `path`, or undefined. */
export function which(program, path = process.env.PATH ?? "") {
  for (const folder of path.split(delimiter)) {
    for (const suffix of suffixes) {
      const candidate = join(folder, program + suffix);
      try {
        accessSync(candidate, constants.X_OK);
        if (statSync(candidate).isFile()) return candidate;
      } catch {
        // Not here: look in the next folder.
      }
    }
  }
  return undefined;
}

/** What a program prints on its standard output, trimmed; undefined if it is absent or fails. */
export function capture(program, args, options = {}) {
  const done = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], ...options });
  return done.status === 0 ? done.stdout.trim() : undefined;
}

/** Runs a program with its output on ours. Rejects with a `Stop` when it fails. */
export async function run(program, args, options = {}) {
  const { code, signal } = await wait(spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], ...options }));
  if (code !== 0) throw new Stop(`\`${[program, ...args].join(" ")}\` failed (${signal ?? `exit code ${code}`}).`);
}

/** Waits for a child to end. A program that cannot be started counts as exit code 127. */
export function wait(child) {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(error.message);
      resolve({ code: 127, signal: null });
    });
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

/** Runs npm itself. Under `npm run` its script is known and no shell is needed, which matters on Windows. */
export function npm(args, options = {}) {
  const script = process.env.npm_execpath;
  if (script?.endsWith(".js")) return run(process.execPath, [script, ...args], options);
  return run(windows ? "npm.cmd" : "npm", args, { shell: windows, ...options });
}

/** Ends a command-line program: a `Stop` is one sentence, anything else is a fault of ours with its stack. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Stop ? `\n✗ ${error.message}` : error);
    process.exitCode = 1;
  }
}
