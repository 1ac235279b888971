// Servers started by a test, each in a process group of its own, so that ending one ends its children too.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";

const running = new Set();
// A test run that is broken off leaves nothing behind.
process.on("exit", () => running.forEach((child) => signal(child, "SIGKILL")));

/** Starts a program and waits until it prints a line that `isReady` returns something for; gives `{ready, output, stop, kill}`. */
export async function startProgram(program, args, { isReady, env = {}, cwd, timeout = 15_000 }) {
  const child = spawn(program, args, { detached: true, cwd, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  running.add(child);
  const ended = once(child, "close").finally(() => running.delete(child));
  let output = "";
  const ready = await new Promise((resolve, reject) => {
    const fail = (why) => {
      signal(child, "SIGKILL");
      reject(new Error(`${program} ${why}; it said:\n${output}`));
    };
    const timer = setTimeout(() => fail(`was not ready within ${timeout} ms`), timeout);
    const read = (chunk) => {
      output += chunk;
      const found = output.split("\n").map(isReady).find((value) => value !== undefined);
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", (error) => fail(error.message));
    child.once("close", (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
  const end = async (how) => {
    signal(child, how);
    await ended;
  };
  return { ready, output: () => output, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}

/** A process and all that it has begun, by their ids; on Linux. */
export function familyOf(pid) {
  const parents = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), parentOf(name)]);
  const family = [pid];
  for (const one of family) family.push(...parents.filter(([, parent]) => parent === one).map(([child]) => child));
  return family;
}

/** Undefined of one that has ended meanwhile. */
function parentOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/^PPid:\s+(\d+)/m)?.[1]);
  } catch {
    return undefined;
  }
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
