// Running the tools behind the suites, with their output on ours and counted.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root } from "../lib/places.mjs";
import { Stop, run, wait } from "../lib/process.mjs";

/** A tool that either succeeds or not: one test. */
export async function check(program, args, options = {}) {
  await run(program, args, { cwd: root, ...options });
  return { passed: 1, failed: 0, skipped: 0 };
}

/** A tool that tells its counts, which `read` finds in its output. */
export async function counted(read, program, args, options = {}) {
  const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"], ...options });
  const ended = wait(child);
  let output = "";
  // Whole lines only, as its errors come between them on their own way.
  for await (const line of createInterface({ input: child.stdout })) {
    output += `${line}\n`;
    console.log(line);
  }
  const { code, signal } = await ended;
  const counts = read(output);
  if (code === 0 && !counts) throw new Stop(`\`${program}\` succeeded without saying what it ran.`);
  if (code !== 0 && !(counts?.failed > 0)) {
    // It broke down before or beside its tests, for instance in the compiler.
    const broken = { ...(counts ?? { passed: 0, skipped: 0 }), failed: 1 };
    return { ...broken, note: `\`${program}\` ended with ${signal ?? `exit code ${code}`}` };
  }
  return counts;
}
