// SIPp, a process for each call.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** No scenario takes longer than this, in seconds, unless it is known to. */
const PATIENCE = 25;

/** Starts a scenario on a UDP port; once it listens gives `{done}`, which settles when the call is over as written. */
export async function startSipp(t, { port }, local, scenario, patience = PATIENCE) {
  const folder = await mkdtemp(join(tmpdir(), "sipp-"));
  const file = join(folder, "scenario.xml");
  await writeFile(file, scenario);
  const files = ["-trace_msg", "-message_file", join(folder, "messages"), "-trace_err", "-error_file", join(folder, "errors")];
  const limits = ["-m", "1", "-timeout", `${patience}s`, "-timeout_error", "-recv_timeout", `${patience * 1000}`];
  const here = ["-i", "127.0.0.1", "-p", `${local}`, "-nostdin", "-nd", `127.0.0.1:${port}`];
  const child = spawn("sipp", ["-sf", file, ...limits, ...files, ...here], { cwd: folder, stdio: "ignore" });
  const ended = once(child, "exit");
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true });
  });
  const done = ended.then(async ([code]) => {
    if (code === 0) return;
    const told = await Promise.all(["errors", "messages"].map((name) => readFile(join(folder, name), "utf8").catch(() => "")));
    throw new Error(`SIPp ended with ${code}:\n${told.join("\n")}`);
  });
  done.catch((error) => t.diagnostic?.(error.message)); // who awaits it may have given up before
  await Promise.race([done, bound(local, () => child.exitCode === null)]);
  return { done };
}

/** Waits until somebody listens on a UDP port, as long as it may still come. */
async function bound(port, mayCome) {
  const wanted = new RegExp(`: [0-9A-F]{8}:${port.toString(16).toUpperCase().padStart(4, "0")} `);
  while (mayCome() && !wanted.test(await readFile("/proc/net/udp", "utf8"))) await sleep(10);
}
