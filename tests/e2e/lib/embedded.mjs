// The embedded server: the demo page, SIP over WebSocket, and the robots.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProgram } from "./processes.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const program = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "telnyx-device-loopback");
const prefix = "listening ";

/**
 * Starts it on a free port, or on `port`, with the demo page or another folder; gives `{page, sip, host, port, stop, kill}`,
 * and with `control` also `order(fault, details)` at its control door (loopback/README.md).
 */
export async function startEmbedded({ port = 0, www = join(root, "www", "dist"), control = false } = {}) {
  const door = control ? ["--control"] : [];
  const started = await startProgram(program, ["--port", String(port), "--www", www, "--loopback-media", ...door], {
    isReady: (line) => (line.startsWith(prefix) ? JSON.parse(line.slice(prefix.length)) : undefined),
  });
  const { page, sip } = started.ready;
  const server = { page, sip, host: "localhost", port: started.ready.port, stop: started.stop, kill: started.kill };
  return control ? { ...server, order: (fault, details) => order(page, fault, details) } : server;
}

async function order(page, fault, details = {}) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(new URL(`control/${fault}`, page), { method: "POST", headers, body: JSON.stringify(details) });
  if (!response.ok) throw new Error(`the server refuses to ${fault}: ${await response.text()}`);
}
