// The embedded server: the demo page, SIP over WebSocket, and the robots.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProgram } from "./processes.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const program = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "telnyx-device-loopback");
const prefix = "listening ";

/** Starts it on a free port, or on `port`, with the demo page or another folder; gives `{page, sip, host, port, stop, kill}`. */
export async function startEmbedded({ port = 0, www = join(root, "www", "dist") } = {}) {
  const started = await startProgram(program, ["--port", String(port), "--www", www, "--loopback-media"], {
    isReady: (line) => (line.startsWith(prefix) ? JSON.parse(line.slice(prefix.length)) : undefined),
  });
  const { page, sip } = started.ready;
  return { page, sip, host: "localhost", port: started.ready.port, stop: started.stop, kill: started.kill };
}
