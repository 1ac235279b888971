// A network of one's own for browsers and servers: Linux namespaces that end, with every process in them, when the
// command ends. There is loopback and a pair of interfaces, so that a browser counts as online and has a second ICE
// candidate; `ip link set on0 down` takes it offline. Nothing reaches the outside.
import { spawnSync } from "node:child_process";
import { capture, which } from "./process.mjs";

const INSIDE = "TELNYX_DEVICE_ISOLATED";

const unshare = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
const setUp = `
  set -e
  ip link set lo up
  ip link add on0 type veth peer name on1
  # Without IPv6 in the kernel there is no address generation to turn off.
  for end in on0 on1; do ip link set $end addrgenmode none 2>/dev/null || true; done
  ip addr add 127.0.5.1/32 dev on0
  ip link set on0 up
  ip link set on1 up
  set +e
  export ${INSIDE}=1
  "$@"
`;

/** Whether this process is in such a network. */
export const isInside = () => Boolean(process.env[INSIDE]);

/** Whether this machine and user can have such a network. */
export function canIsolate() {
  if (process.platform !== "linux" || process.getuid() !== 0 || !which("ip")) return false;
  return capture(...isolated("true", [])) !== undefined;
}

/** The command that runs `program` in a network of its own. */
export function isolated(program, args) {
  return ["unshare", [...unshare, "sh", "-c", setUp, "sh", program, ...args]];
}

/** Prepares, and runs this very program again in a network of its own, where the machine allows it; there, does nothing. */
export async function goInside(prepare) {
  if (isInside()) return;
  await prepare();
  if (!canIsolate()) return;
  const [program, args] = isolated(process.execPath, process.argv.slice(1));
  process.exit(spawnSync(program, args, { stdio: "inherit" }).status ?? 1);
}
