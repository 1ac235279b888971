// Builds what is not up to date and serves the demo page with the embedded SIP server: `npm start`.
// Options after `--` go to the server: `npm start -- --port 9000`; so does PORT of the environment.
import { spawn } from "node:child_process";
import { nativeEnvironment } from "./lib/environment.mjs";
import { root } from "./lib/places.mjs";
import { main, run, wait } from "./lib/process.mjs";
import { buildPage } from "./page.mjs";
import { setUp } from "./setup.mjs";

await main(async () => {
  await setUp(["build"]);
  await buildPage();
  const server = ["-p", "telnyx-device-loopback"];
  const options = process.argv.slice(2);
  if (process.env.PORT && !options.includes("--port")) options.push("--port", process.env.PORT);
  // The page has buttons that break things, at a server that only this machine reaches.
  if (!options.some((option) => /^--(host|control)\b/.test(option))) options.push("--control");
  const where = { cwd: root, env: nativeEnvironment };
  await run("cargo", ["build", ...server], where);
  const child = spawn("cargo", ["run", "--quiet", ...server, "--", ...options], { ...where, stdio: "inherit" });
  // Ctrl-C reaches the server as well, which ends by itself; other signals are handed on.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const { code, signal } = await wait(child);
  if (signal === null && code !== 0) process.exitCode = code;
});
