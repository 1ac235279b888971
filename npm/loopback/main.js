#!/usr/bin/env node
// `npx -p telnyx-device telnyx-device-loopback`: a SIP-over-WebSocket server with robots to call, for tests of softphones.
import { run } from "./server.js";

try {
  const { stop } = await run(process.argv.slice(2), (text) => process.stdout.write(text));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop().then(() => process.exit(0)));
} catch (error) {
  if (error.exitCode === undefined) throw error;
  if (error.message) console.error(error.message);
  process.exitCode = error.exitCode;
}
