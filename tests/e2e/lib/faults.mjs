// What may happen to a phone in the middle of a call, where a browser can be made to show it.
import { setTimeout as pause } from "node:timers/promises";
import { changeAddress, cutMedia, lacksNetwork, leadMedia } from "./network.mjs";
import { lacksTurn, startTurn } from "./turn.mjs";

/**
 * A fault is `{name, strike(place)}` and
 *
 * - `lose`: who is told that the connection is gone, `["alice"]` where nothing is said;
 * - `before(place)`: what has to be so before the call; what it returns is done at the end;
 * - `config(place)`: what alice's device is to be told besides;
 * - `lasts`: times run from its end, not from its beginning;
 * - `signsIn`: she has registered again when it is over;
 * - `alone`: alice's browser is nobody else's;
 * - `hangsUp`: who ends the call afterwards, `"alice"` where nothing is said;
 * - `patience`: milliseconds until `wsDisconnected` at the latest;
 * - `skip`: why it cannot be shown here;
 * - `todo`: in which browser it is not survived always, and why: `{firefox: …}`.
 *
 * `strike` returns when the fault is over as far as the world is concerned; what it returns is done at the end. The place is
 * `{alice, line, server, stun, t}`: alice's page and her relay to the server, the server itself, the STUN server of her phone.
 */

const closed = { name: "the socket is closed cleanly", strike: ({ line }) => line.close(1000) };
const reset = { name: "the socket is reset", hangsUp: "bob", strike: ({ line }) => line.reset() };
/** With pings every second, so ten seconds later at the latest. */
const frozen = { name: "the socket is half-open (pings each second)", patience: 15_000, strike: ({ line }) => line.freeze() };

const withoutStun = {
  name: "the STUN server and the socket are gone",
  strike({ line, stun }) {
    stun.close();
    line.reset();
  },
};

const withoutTurn = {
  name: "the TURN server is gone for five seconds, and nothing but it relays",
  skip: lacksTurn,
  lose: [],
  lasts: true,
  async before(place) {
    place.turn = await startTurn();
    return place.turn.stop;
  },
  config: ({ turn }) => ({ turnServers: turn.servers, rtcConfiguration: { iceTransportPolicy: "relay" } }),
  strike: ({ turn }) => turn.restart(5000),
};

const otherAddress = {
  name: "the address changes: socket and path for media are gone, another interface address is there",
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
  lasts: true,
  async strike() {
    const mend = await cutMedia();
    await pause(seconds * 1000);
    await mend();
  },
});

const restart = (name, by) => ({ name, lose: ["alice", "bob"], lasts: true, strike: ({ server }) => server.restart(by) });

const sendsAway = restart("the server closes with 1012 and keeps its memory: both ends reconnect", { by: "close", memory: true });
const remembers = restart("the server is down for a second and keeps its memory", { by: "reset", memory: true, down: 1000 });
const forgets = restart("the server is down for a second and has lost its memory", { by: "reset", memory: false, down: 1000 });

/** The page is gone, and another one in its place; `by` is how. */
const reloaded = (name, by) => ({
  name,
  lose: [],
  signsIn: true,
  config: () => ({ persist: "session" }),
  async strike({ alice }) {
    await alice[by]();
    await alice.signInAndRegister();
    await alice.takeNote();
  },
});

const stoppedFor = (seconds) => ({
  name: `the processes of the browser are stopped for ${seconds} s`,
  skip: process.platform === "linux" ? false : "without /proc",
  todo: { firefox: "where the far side offers the restart first, the old peer connection is kept, and sends nothing" },
  lose: [],
  lasts: true,
  alone: true,
  async strike({ alice }) {
    const family = await alice.processes();
    const send = (signal) => family.forEach((pid) => process.kill(pid, signal));
    // Whatever becomes of the test, none stays so.
    const wake = () => send("SIGCONT");
    process.once("exit", wake);
    send("SIGSTOP");
    await pause(seconds * 1000);
    wake();
    process.off("exit", wake);
  },
});

const page = [reloaded("the page is reloaded", "reload"), reloaded("the process of the page crashes", "crash")];

/** Faults that take seconds. */
export const short = [closed, reset, otherAddress, withoutStun];

/** Of them, what a test run has time for everywhere. */
export const some = [reset, otherAddress];

export const halfOpen = [frozen];

/** Of the embedded server. */
export const restarts = [sendsAway, forgets];

/** Of a server that is a program of its own. */
export const killed = [forgets];

/** All of them, in the order of the table in docs/RESILIENCE.md. */
export const all = [...short, frozen, withoutTurn, sendsAway, remembers, forgets, cutFor(30), ...page, stoppedFor(60)];

/** Those that a server which is a program of its own can be made to show: it does not take leave. */
export const ofPrograms = all.filter((fault) => fault !== sendsAway);
