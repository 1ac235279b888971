// Servers started by a test, each in a process group of its own, so that ending one ends its children too.
import { spawn } from "node:child_process";
import { once } from "node:events";

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

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
