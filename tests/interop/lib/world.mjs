// What a file of tests needs: Kamailio, and the users behind UDP that it knows.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { after, before } from "node:test";
import { runKamailio, startKamailio } from "../../e2e/lib/kamailio.mjs";
import { edge } from "./edge.mjs";
import { Phone, accountOf } from "./phone.mjs";
import { authenticates, calling, gets } from "./scenario.mjs";
import { startSipp } from "./sipp.mjs";

/** Declares a world for the tests of this file: bob and dave have a phone behind UDP, carol has two. */
export function world() {
  let kamailio;
  let ports;
  const start = (t, at, scenario, patience) => startSipp(t, kamailio, ports[at], scenario, patience);
  before(async () => {
    kamailio = await startKamailio(["alice", "bob", "carol", "dave"].map(accountOf));
    ports = await freePorts(["bob", "carol", "carol2", "dave"]);
    const cleanUp = [];
    const t = { after: (step) => cleanUp.push(step) };
    for (const at of Object.keys(ports)) {
      const user = at.replace(/\d$/, "");
      await (await start(t, at, registering(user))).done;
    }
    for (const step of cleanUp) await step();
  });
  after(() => kamailio?.stop());
  return {
    /** alice's phone, registered: the one that is tested. */
    alice: (t) => Phone.register(t, kamailio, "alice"),
    /** A phone that is not registered. */
    stranger: (t, user, password) => Phone.start(t, kamailio, { user, password }),
    /** What happens at bob's, dave's, carol's or carol's second phone (`carol2`). */
    far: start,
    /** An address in the server's domain. */
    address: (user) => `sip:${user}@${kamailio.host}:${kamailio.port}`,
  };
}

/** Declares a world for the tests of this file: a network whose edge is Kamailio, and that SIPp plays otherwise. What no
 * route leads elsewhere comes to its `core`, the registrar; `other` is somebody else in it. */
export function network() {
  let kamailio;
  let ports;
  before(async () => {
    ports = await freePorts(["core", "other"]);
    kamailio = await runKamailio(edge(ports.core));
  });
  after(() => kamailio?.stop());
  return {
    /** alice's phone, not registered yet; with further arguments. */
    alice: (t, ...more) => Phone.start(t, kamailio, accountOf("alice"), more),
    /** What happens at the core, or elsewhere. */
    far: (t, at, scenario) => startSipp(t, kamailio, ports[at], scenario),
    /** The edge as a route, and one of the others. */
    edge: () => `<sip:127.0.0.1:${kamailio.port};lr>`,
    route: (at) => `<sip:127.0.0.1:${ports[at]};lr>`,
  };
}

const registering = (user) =>
  calling(user, user, authenticates("REGISTER", { lines: ["Expires: 3600"] }, 401), gets(200));

async function freePorts(names) {
  const found = {};
  const sockets = [];
  for (const name of names) {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    found[name] = socket.address().port;
    sockets.push(socket);
  }
  sockets.forEach((socket) => socket.close());
  return found;
}
