// A bad line: one phone's way to any server, with the faults that the networks between them have.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** A closing frame of a server, unmasked (RFC 6455 §5.5.1). */
function closingFrame(code) {
  return Buffer.from([0x88, 2, code >> 8, code & 0xff]);
}

/** Resets a connection, or closes it while its FIN is under way: Node.js does not reset it then, and never ends because of it. */
function reset(socket) {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}

/**
 * Listens on a free port of loopback, and hands everything on to `port`. Gives `{port, open, stop}` and the faults, which
 * are for the connections that are open:
 *
 * - `close(code)`: the phone gets a closing frame, as if the server had sent it;
 * - `reset()`: both ends get a RST;
 * - `freeze()`: half-open. What either end sends is taken and goes nowhere, for good; new connections are not harmed.
 *
 * `open()` says how many there are, frozen ones included, and how many there were.
 */
export async function startRelay(port) {
  const pairs = new Set();
  let total = 0;
  const server = createServer((near) => {
    total += 1;
    const far = connect(port, "127.0.0.1");
    const pair = { near, far };
    pairs.add(pair);
    for (const [one, other] of [[near, far], [far, near]]) {
      one.setNoDelay(true);
      one.pipe(other);
      // What ends badly at one end does so at the other.
      one.on("error", () => reset(other));
      one.on("close", () => pairs.delete(pair));
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const all = (harm) => () => [...pairs].forEach(harm);
  const resetAll = all(({ near, far }) => (reset(near), reset(far)));
  return {
    port: server.address().port,
    open: () => ({ now: pairs.size, ever: total }),
    reset: resetAll,
    freeze: all(({ near, far }) => {
      near.unpipe(far).resume();
      far.unpipe(near).resume();
    }),
    close: async (code) => {
      for (const { near, far } of pairs) {
        far.unpipe(near).resume();
        near.end(closingFrame(code));
      }
    },
    async stop() {
      resetAll();
      server.close();
      await once(server, "close");
    },
  };
}
