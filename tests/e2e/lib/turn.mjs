// A TURN server (RFC 8656): coturn, on a port of its own, with one user.
import { setTimeout as pause } from "node:timers/promises";
import { which } from "../../../scripts/lib/process.mjs";
import { freePort } from "./kamailio.mjs";
import { startProgram } from "./processes.mjs";

/** What this machine lacks for one, or false: for the `skip` of a test. */
export const lacksTurn = which("turnserver") ? false : "without coturn";

const USER = { username: "alice", password: "relayed" };

/** Starts it; gives `{servers, restart(milliseconds), stop}`: `servers` for the config key `turnServers`. */
export async function startTurn() {
  const port = await freePort();
  const options = {
    "listening-ip": "127.0.0.1",
    "relay-ip": "127.0.0.1",
    "listening-port": port,
    realm: "localhost",
    user: `${USER.username}:${USER.password}`,
    "log-file": "stdout",
    userdb: "/dev/null",
  };
  const flags = ["-n", "--lt-cred-mech", "--no-tls", "--no-dtls", "--no-cli", "--allow-loopback-peers", "--simple-log", "--verbose"];
  const args = [...flags, ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)];
  const start = () => startProgram("turnserver", args, { isReady: (line) => (/UDP listener opened/.test(line) ? true : undefined) });
  let started = await start();
  return {
    servers: { urls: `turn:127.0.0.1:${port}?transport=udp`, ...USER },
    /** What it relays is gone, and it is back after so long. */
    async restart(down) {
      await started.kill();
      await pause(down);
      started = await start();
    },
    stop: () => started.kill(),
  };
}
