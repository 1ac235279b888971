// A sound device for browsers on machines that have none: PulseAudio with a sink that plays to nobody. Firefox runs no
// AudioContext without a device. It ends with the program that started it.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { which } from "./process.mjs";

/** What this machine lacks for one of our own, or false: for the `skip` of a test. */
export const lacksSound = () => (which("pulseaudio") && which("pactl") ? false : "without PulseAudio");

/**
 * Starts it. Gives `{env, plug, stop}`: the environment in which programs find it; `plug(name, frequency)`, which adds a
 * microphone that hears one tone and gives what unplugs it; what ends it. Without PulseAudio, what the machine has must do.
 */
export async function startSound() {
  if (lacksSound()) return { env: {}, stop: async () => {} };
  const folder = mkdtempSync(join(tmpdir(), "sound-"));
  const socket = join(folder, "socket");
  const modules = ["module-null-sink", `module-native-protocol-unix auth-anonymous=1 socket=${socket}`];
  // Nothing of the user's own: no settings (-n), no folders, no other instance.
  const alone = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm"];
  const args = [...alone, "--log-target=stderr", "--log-level=info", ...modules.flatMap((it) => ["-L", it])];
  const places = { PULSE_RUNTIME_PATH: folder, PULSE_STATE_PATH: folder };
  const child = spawn("pulseaudio", args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...places } });
  const kill = () => child.kill("SIGKILL");
  process.on("exit", kill);
  const ended = once(child, "close").finally(() => {
    process.off("exit", kill);
    rmSync(folder, { recursive: true, force: true });
  });
  const said = createInterface({ input: child.stderr });
  const ready = new Promise((resolve) => said.on("line", (line) => line.includes("startup complete") && resolve()));
  await Promise.race([ready, ended.then(() => Promise.reject(new Error("pulseaudio ended by itself")))]);
  const env = { PULSE_SERVER: `unix:${socket}` };
  const control = async (...command) => (await promisify(execFile)("pactl", command, { env: { ...process.env, ...env } })).stdout.trim();
  return {
    env,
    async plug(name, frequency) {
      const module = await control("load-module", "module-sine-source", `source_name=${name}`, `frequency=${frequency}`);
      return () => control("unload-module", module);
    },
    stop: () => (child.kill("SIGTERM"), ended),
  };
}

