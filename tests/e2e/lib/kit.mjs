// The same server as the npm package has it: on Node.js, as WebAssembly.
import { startLoopback } from "../../../npm/loopback/index.js";

/** Starts it in this process; gives what `startEmbedded` gives. */
export async function startKit() {
  const { page, sip, port, stop, order } = await startLoopback();
  return { page, sip, host: "localhost", port, stop, order };
}
