// Servers without manners: what they send is passed over, told once, and the device goes on.
import { equal, failing, ok, turn } from "./assert.js";
import { device, heard, registered, withFarSide } from "./far_side.js";

/** One WebSocket message, as it comes. */
const arrives = (far, data) => far.socket.dispatchEvent(new MessageEvent("message", { data }));

/** The errors that a device tells, by code and text. */
function errors(phone) {
  const told = [];
  phone.on("error", (error) => told.push([error instanceof phone.constructor.TelnyxError, error.code, error.message]));
  return told;
}

const scenarios = {
  aMegabyteIsPassedOverAndToldOnce: (make) =>
    withFarSide({}, async (far) => {
      const { phone, register } = await registered(far, make);
      const told = errors(phone);
      for (let i = 0; i < 5; i++) {
        arrives(far, "MESSAGE sip:alice@example.com SIP/2.0\r\n".padEnd(1024 * 1024, "x"));
        arrives(far, new Uint8Array(1024 * 1024).fill(120).buffer);
        arrives(far, "x".repeat(256 * 1024 + 1));
      }
      equal(told.map(([is, code]) => [is, code]), [[true, "ERR_PEER"]]);
      ok(told[0][2].includes("256 KiB"), told[0][2]);
      const longest = Math.max(...phone.trace().entries.map(({ text }) => text.length));
      ok(longest <= 65507, `${longest} characters in the trace`);
      far.ask("OPTIONS", register);
      await far.next("SIP/2.0 200");
      equal([phone.isRegistered(), far.sockets.length], [true, 1]);
      phone.free();
    }),

  whatIsNoSipIsToldOnceOnAConnection: (make) =>
    withFarSide({}, async (far) => {
      const { phone } = await registered(far, make);
      const told = errors(phone);
      for (const data of ["", "\0\0", "HTTP/1.1 200 OK\r\n\r\n", "{}", new Uint8Array([0, 255, 0]).buffer]) arrives(far, data);
      equal(told.length, 1);
      phone.free();
    }),

  refusedHandshakesAreToldOneByOne: (make) =>
    withFarSide({ protocol: null }, async (far) => {
      const phone = device(make);
      const told = [];
      phone.on("wsDisconnected", ({ code, reason, wasClean, willRetry }) => told.push([code, reason, wasClean, willRetry]));
      const attempts = [];
      const third = new Promise((resolve) => {
        phone.on("wsConnecting", (payload) => attempts.push(payload.attempts) === 3 && resolve());
      });
      equal((await failing(() => phone.startWS())).code, "ERR_CONNECTION");
      equal([far.sockets.length, told], [1, [[1006, "", false, true]]]);
      await third;
      equal([attempts, far.sockets.length], [[1, 2, 3], 3]);
      await phone.stopWS();
      await turn();
      equal([far.sockets.length, phone.isWSConnected()], [3, false]);
      phone.free();
    }),

  aServerThatReadsNothingIsLeft: (make) =>
    withFarSide({}, async (far) => {
      const { phone } = await registered(far, make);
      far.socket.bufferedAmount = 5 * 1024 * 1024;
      const lost = heard(phone, "wsDisconnected");
      const [first] = far.sockets;
      const sent = phone.sendMessage("bob", "are you there?");
      const [{ code, reason, willRetry }] = await lost;
      equal([code, willRetry, first.isClosed], [1006, true, true]);
      ok(reason.includes("takes nothing"), reason);
      // It goes over the next connection.
      far.answer(await far.next("MESSAGE"), "200 OK");
      await sent;
      equal(far.sockets.length, 2);
      phone.free();
    }),
};

export const run = async (name, make) => scenarios[name](make);
