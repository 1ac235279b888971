// `telnyx-device/loopback`: the server inside a test's own process.
import { run } from "./server.js";

/** Starts it; gives where it is, and what ends it. */
export async function startLoopback({ host, port = 0, www, accounts, loopbackMedia = true, control = true } = {}) {
  const named = { host, port, www, accounts };
  const values = Object.entries(named).filter(([, value]) => value !== undefined);
  const args = values.flatMap(([name, value]) => [`--${name}`, String(value)]);
  if (loopbackMedia) args.push("--loopback-media");
  if (control) args.push("--control");
  const server = await run(args, () => {});
  return { ...server, order: (fault, details) => order(server.page, fault, details) };
}

async function order(page, fault, details = {}) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(new URL(`control/${fault}`, page), { method: "POST", headers, body: JSON.stringify(details) });
  if (!response.ok) throw new Error(`The server refuses to ${fault}: ${await response.text()}`);
  return (await response.json()).sockets;
}
