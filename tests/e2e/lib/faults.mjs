// What may happen to a phone in the middle of a call, where a browser can be made to show it.
import { setTimeout as pause } from "node:timers/promises";
import { changeAddress, cutMedia, lacksNetwork, leadMedia } from "./network.mjs";

/**
 * A fault is `{name, strike(place)}` and
 *
 * - `lose`: who is told that the connection is gone, `["alice"]` where nothing is said;
 * - `before(place)`: what has to be so before the call; what it returns is done at the end;
 * - `hangsUp`: who ends the call afterwards, `"alice"` where nothing is said;
 * - `patience`: milliseconds until `wsDisconnected` at the latest;
 * - `skip`: why it cannot be shown here.
 *
 * `strike` returns when the fault is over as far as the world is concerned; what it returns is done at the end. The place is
 * `{line, server, stun, t}`: alice's relay to the server, the server itself, the STUN server of alice's phone.
 */

const closed = { name: "its socket is closed cleanly", strike: ({ line }) => line.close(1000) };
const reset = { name: "its socket is reset", hangsUp: "bob", strike: ({ line }) => line.reset() };
/** With pings every second, so ten seconds later at the latest. */
const frozen = { name: "its socket is half-open", patience: 15_000, strike: ({ line }) => line.freeze() };

const withoutStun = {
  name: "its STUN server and its socket are gone",
  strike({ line, stun }) {
    stun.close();
    line.reset();
  },
};

const otherAddress = {
  name: "its address changes, with its socket and its path for media",
  skip: lacksNetwork,
  hangsUp: "bob",
  before: leadMedia,
  async strike({ line }) {
    const mend = await changeAddress();
    line.reset();
    return mend;
  },
};

const cutFor = (seconds) => ({
  name: `no media passes for ${seconds} s`,
  skip: lacksNetwork,
  lose: [],
  async strike() {
    const mend = await cutMedia();
    await pause(seconds * 1000);
    await mend();
  },
});

const restart = (name, by) => ({ name, lose: ["alice", "bob"], strike: ({ server }) => server.restart(by) });

/** Faults that take seconds. */
export const short = [closed, reset, otherAddress, withoutStun];

/** Of them, what a test run has time for everywhere. */
export const some = [reset, otherAddress];

export const halfOpen = [frozen];

/** Of the embedded server. */
export const restarts = [
  restart("the server restarts and says so, with its memory", { by: "close", memory: true }),
  restart("the server is down for a second, and its memory is gone", { by: "reset", memory: false, down: 1000 }),
];

/** Of a server that is a program of its own. */
export const killed = [restart("the server is killed, and back after a second without its memory", { down: 1000 })];

/** Faults that take long. */
export const long = [cutFor(30)];
