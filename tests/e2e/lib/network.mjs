// Faults of the network itself: only in one of its own, which scripts/lib/isolation.mjs gives to tests where it can.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isInside } from "../../../scripts/lib/isolation.mjs";
import { which } from "../../../scripts/lib/process.mjs";

const run = promisify(execFile);
const [OLD_ADDRESS, NEW_ADDRESS] = ["127.0.5.1", "127.0.6.1"];

/** What this machine lacks for such faults, or false: for the `skip` of a test. */
export const lacksNetwork = !isInside() ? "without a network of its own" : !which("iptables") ? "without iptables" : false;

/** Loses every packet of this kind (arguments of iptables); gives a function that mends it. */
async function lose(...packets) {
  const rule = ["INPUT", ...packets, "-j", "DROP"];
  await run("iptables", ["-I", ...rule]);
  return () => run("iptables", ["-D", ...rule]);
}

/** From now on no media arrives anywhere; gives a function that mends it. */
export const cutMedia = () => lose("-p", "udp");

/** Media of calls that begin from now on take the interface whose address can change; gives a function that mends it. */
export const leadMedia = () => lose("-p", "udp", "-d", "127.0.0.1");

/** That interface gets another address, and nothing goes to the old one; gives a function that mends it. */
export async function changeAddress() {
  const mend = await lose("-d", OLD_ADDRESS);
  await move(OLD_ADDRESS, NEW_ADDRESS);
  return async () => {
    await move(NEW_ADDRESS, OLD_ADDRESS);
    await mend();
  };
}

async function move(from, to) {
  await run("ip", ["addr", "add", `${to}/32`, "dev", "on0"]);
  await run("ip", ["addr", "del", `${from}/32`, "dev", "on0"]);
}
