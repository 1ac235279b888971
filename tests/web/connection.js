import { collecting, equal, failing, ok, refusesAtOnce, same, turn, written } from "./assert.js";
import { body, header, withFarSide } from "./far_side.js";

const device = (make, more) =>
  make({ host: "example.com", port: 5060, username: "alice", password: "sesame-open", logLevel: "off", ...more });

const heard = (target, name) => new Promise((resolve) => target.once(name, resolve));

const grant = (far, register) => far.answer(register, "200 OK", `Contact: ${header(register, "Contact")};expires=600`);

async function registered(far, make, more) {
  const phone = device(make, more);
  const done = phone.register();
  const register = await far.next("REGISTER");
  grant(far, register);
  await done;
  return { phone, register };
}

const scenarios = {
  startingOpensASocketForSip: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make, { wsServers: "ws://sip.example.com/ws" });
      const told = [];
      for (const name of ["wsConnecting", "wsConnected"]) phone.on(name, (payload) => told.push(name, payload));
      equal(far.sockets.length, 0);
      await phone.startWS();
      equal(told, ["wsConnecting", { flow: 1, attempts: 1 }, "wsConnected", { flow: 1, server: "ws://sip.example.com/ws" }]);
      equal([far.socket.url, far.socket.asked, far.socket.binaryType], ["ws://sip.example.com/ws", "sip", "arraybuffer"]);
      equal(phone.isWSConnected(), true);
      phone.free();
      equal(far.socket.isClosed, true);
    }),

  aServerWithoutTheSubProtocolIsAFailure: (make) =>
    withFarSide({ protocol: "" }, async (far) => {
      const phone = device(make);
      const lost = heard(phone, "wsDisconnected");
      const error = await failing(() => phone.startWS());
      ok(error instanceof phone.constructor.TelnyxError && error instanceof Error, "a TelnyxError");
      equal([error.name, error.code, error.sipCause], ["TelnyxError", "ERR_CONNECTION", "Connection Error"]);
      const { code, willRetry, wasClean } = await lost;
      equal([code, willRetry, wasClean], [1002, true, false]);
      equal(far.sockets[0].isClosed, true);
      phone.free();
    }),

  async aServerThatCannotEvenBeTriedIsAFailure(make) {
    const lines = await written(async () => {
      const phone = device(make, { wsServers: "ws://u:sesame@[bad]/?token=sesame", logLevel: "debug" });
      const lost = heard(phone, "wsDisconnected");
      equal((await failing(() => phone.startWS())).code, "ERR_CONNECTION");
      const { code, reason, willRetry } = await lost;
      equal([code, willRetry], [1006, true]);
      ok(reason.includes("wsServers") && !reason.includes("sesame"), reason);
      phone.free();
    });
    ok(lines.length > 0 && !lines.join().includes("sesame"), lines);
  },

  theConsoleShowsNoSecretOfAServer: (make) =>
    withFarSide({}, async () => {
      const lines = await written(async () => {
        const phone = device(make, { wsServers: "ws://u:sesame@sip.example.com:81/ws?token=sesame", logLevel: "log" });
        const told = heard(phone, "wsConnected");
        await phone.startWS();
        equal(await told, { flow: 1, server: "ws://sip.example.com:81/ws" });
        phone.free();
      });
      ok(lines.some((line) => line.endsWith("connected to ws://sip.example.com:81/ws")), lines);
      ok(!lines.join().includes("sesame"), lines);
    }),

  aLostSocketIsToldAtOnce: (make) =>
    withFarSide({}, async (far) => {
      const { phone } = await registered(far, make);
      let told;
      phone.on("wsDisconnected", (payload) => (told = [payload.code, payload.reason, phone.isWSConnected(), phone.isRegistered()]));
      far.socket.drop(1001, "going away");
      equal(told, [1001, "going away", false, false]);
      phone.free();
    }),

  registrationIsTold: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const event = heard(phone, "registered");
      const done = phone.register({ extraHeaders: ["X-Site: 1"] });
      const register = await far.next("REGISTER");
      equal(header(register, "X-Site"), "1");
      grant(far, register);
      await done;
      const { expires, refresh, contact, response, publicGruu, flowTimer } = await event;
      equal([expires, refresh, response.statusCode, publicGruu, flowTimer], [600, false, 200, null, null]);
      ok(contact.includes("transport=ws"), contact);
      equal(phone.isRegistered(), true);
      const gone = heard(phone, "unregistered");
      const removed = phone.unregister({ all: true, extraHeaders: ["X-Site: 2"] });
      const star = await far.next("REGISTER");
      equal([header(star, "Contact"), header(star, "Expires"), header(star, "X-Site")], ["*", "0", "2"]);
      far.answer(star, "200 OK");
      await removed;
      const { cause } = await gone;
      equal([cause, phone.isRegistered()], [null, false]);
      phone.free();
    }),

  aPasswordIsAskedForWhenAChallengeComes: (make) =>
    withFarSide({}, async (far) => {
      const challenge = 'WWW-Authenticate: Digest realm="example.com", nonce="abc", algorithm=MD5';
      const asked = [];
      const errors = [];
      const answers = [() => "sesame-open", () => Promise.reject(new Error("no")), () => { throw new Error("no"); }, () => 7];
      for (const answer of answers) {
        const phone = device(make, { authorizationUser: "alice-auth", password: (realm) => asked.push(realm) && answer() });
        phone.on("error", (error) => errors.push([error instanceof phone.constructor.TelnyxError, error.cause.message]));
        const done = phone.register();
        far.answer(await far.next("REGISTER"), "401 Unauthorized", challenge);
        if (answer === answers[0]) {
          const register = await far.next("REGISTER");
          ok(header(register, "Authorization").includes('username="alice-auth"'), header(register, "Authorization"));
          grant(far, register);
          await done;
        } else {
          equal((await failing(() => done)).sipCause, "Authentication Error");
        }
        phone.free();
        if (answer === answers[0]) await far.next("REGISTER"); // its farewell
      }
      equal(asked, Array(4).fill("example.com"));
      equal(errors, [[true, "no"], [true, "no"]]);
    }),

  whatTheRegistrarGrantsIsTold: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const event = heard(phone, "registered");
      phone.register();
      const register = await far.next("REGISTER");
      const contact = `Contact: ${header(register, "Contact")};expires=60;pub-gruu="sip:alice@example.com;gr=x"`;
      far.answer(register, "200 OK", `${contact}\nFlow-Timer: 25`);
      const { expires, publicGruu, flowTimer } = await event;
      equal([expires, publicGruu, flowTimer], [60, "sip:alice@example.com;gr=x", 25]);
      phone.free();
    }),

  aRefusedRegistrationRejectsAndIsTold: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const event = heard(phone, "registrationFailed");
      const failed = failing(() => phone.register());
      far.answer(await far.next("REGISTER"), "403 Forbidden");
      const { cause, response } = await event;
      equal([cause, response.statusCode], ["Rejected", 403]);
      const error = await failed;
      equal([error.sipCause, error.response.statusCode], ["Rejected", 403]);
      phone.free();
    }),

  aNewDeviceInsideRegistered: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      let other;
      phone.once("registered", () => {
        other = device(make, { username: "bob" });
        other.startWS();
      });
      const done = phone.register();
      grant(far, await far.next("REGISTER"));
      await done;
      await heard(other, "wsConnected");
      equal([far.sockets.length, other.isWSConnected(), phone.isRegistered()], [2, true, true]);
      phone.free();
      other.free();
    }),

  stoppingUnregistersAndStartingRestores: (make) =>
    withFarSide({}, async (far) => {
      const { phone } = await registered(far, make);
      const stopped = phone.stopWS();
      const remove = await far.next("REGISTER");
      equal(header(remove, "Expires") ?? /expires=(\d+)/.exec(header(remove, "Contact"))[1], "0");
      far.answer(remove, "200 OK");
      await stopped;
      equal([phone.isWSConnected(), phone.isRegistered(), far.socket.isClosed], [false, false, true]);
      await phone.startWS();
      grant(far, await far.next("REGISTER"));
      await turn();
      equal(phone.isRegistered(), true);
      phone.free();
    }),

  aMessageIsAnsweredAfterItsListeners: (make) =>
    withFarSide({}, async (far) => {
      const { phone, register } = await registered(far, make);
      const say = (callId) => far.ask("MESSAGE", register, { callId, more: "Content-Type: text/plain", content: "hello" });
      let message;
      phone.on("message", (payload) => ({ message } = payload));
      say("one");
      await far.next("SIP/2.0 200");
      equal([message.body, message.contentType, message.content_type], ["hello", "text/plain", "text/plain"]);
      equal([message.from.displayName, message.remoteIdentity.uri.user, message.to.uri.user], ["Bob", "bob", "alice"]);
      equal(message.request.getHeader("call-id"), "one");

      phone.once("message", (payload) => payload.message.respond(488, "Not here"));
      say("two");
      ok((await far.next("SIP/2.0 488")).startsWith("SIP/2.0 488 Not here\r\n"), "answered by the listener");

      phone.once("message", (payload) => payload.message.defer());
      say("three");
      await turn();
      ok(far.hasNot("SIP/2.0"), "no answer yet");
      refusesAtOnce(message, {
        reply: [[], [7], ["hello", 7], ["hello", "a\r\nb"]],
        respond: [[], ["200"], [100], [200, 7]],
      });
      message.respond(200);
      await far.next("SIP/2.0 200");
      const again = await failing(() => message.respond(200));
      equal([again.code, again.message], ["ERR_INVALID_STATE", "respond: the message was answered already"]);

      const replied = message.reply("hello yourself");
      const reply = await far.next("MESSAGE sip:bob@example.com SIP/2.0");
      equal(body(reply), "hello yourself");
      far.answer(reply, "202 Accepted");
      await replied;
      phone.free();
    }),

  aMessageIsSent: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const sent = phone.sendMessage("bob", "{}", { contentType: "application/json", extraHeaders: ["X-A: b"] });
      const message = await far.next("MESSAGE sip:bob@example.com:5060 SIP/2.0");
      equal([header(message, "Content-Type"), header(message, "X-A"), body(message)], ["application/json", "b", "{}"]);
      far.answer(message, "404 Not Found");
      equal((await failing(() => sent)).sipCause, "Not Found");
      phone.free();
    }),

  sipMessagesPassWithoutCredentials: (make) =>
    withFarSide({}, async (far) => {
      const passed = [];
      const lines = await written(async () => {
        const phone = device(make, { traceSip: true, logLevel: "debug" });
        phone.on("sip", ({ direction, message, text, time }) => {
          ok(Math.abs(time - Date.now()) < 5000, "the time of day");
          passed.push([direction, message.method, text, message.toString(), message.getHeader("Authorization")]);
        });
        const done = phone.register();
        const challenge = 'WWW-Authenticate: Digest realm="example.com", nonce="abc", algorithm=MD5, qop="auth"';
        far.answer(await far.next("REGISTER"), "401 Unauthorized", challenge);
        const register = await far.next("REGISTER");
        ok(header(register, "Authorization").includes("response="), "credentials went out");
        grant(far, register);
        await done;
        phone.free();
      });
      equal(passed.slice(0, 4).map(([direction]) => direction), ["out", "in", "out", "in"]);
      equal(passed[2][4], "***");
      const response = /response="?[0-9a-f]{8}/;
      ok(!response.test(JSON.stringify(passed)), "redacted in events");
      ok(!response.test(lines.join()) && !/sesame-open/.test(lines.join()), "redacted in the console");
      ok(lines.some((line) => line.startsWith("log: TelnyxDevice: sent\nREGISTER")), "traced");
    }),

  theKeysOfMediaAreForTheCallAlone: (make) =>
    withFarSide({}, async (far) => {
      const { phone, register } = await registered(far, make);
      const sdp = "v=0\r\na=ice-pwd:se same\r\na=crypto:1 AES inline:open\r\n";
      const passed = [];
      phone.on("sip", ({ message }) => passed.push([message.body, message.getHeader("Authentication-Info")]));
      const invited = heard(phone, "invite");
      far.ask("INVITE", register, { more: "Content-Type: application/sdp\nAuthentication-Info: rspauth=1", content: sdp });
      const { call } = await invited;
      equal(passed[0], ["v=0\r\na=ice-pwd:*******\r\na=crypto:*****************\r\n", "***"]);
      equal(call.request.body, sdp);
      phone.free();
    }),

  everyPromiseSettlesWhenADeviceIsFreed: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const failed = failing(() => phone.register());
      await far.next("REGISTER");
      phone.free();
      equal((await failed).code, "ERR_CANCELED");
      const other = device(make);
      const call = other.initiateCall("bob");
      other.free();
      equal([call.status(), (await failing(() => call.disconnect())).code], ["ended", "ERR_CANCELED"]);
      const rejections = await collecting("unhandledrejection", () => {});
      equal(rejections.length, 0);
    }),

  binaryFramesAreRead: (make) =>
    withFarSide({}, async (far) => {
      const { phone, register } = await registered(far, make);
      const got = heard(phone, "message");
      const original = globalThis.MessageEvent;
      globalThis.MessageEvent = class extends original {
        constructor(type, { data }) {
          super(type, { data: new TextEncoder().encode(data).buffer });
        }
      };
      far.ask("MESSAGE", register, { more: "Content-Type: text/plain", content: "grüße" });
      globalThis.MessageEvent = original;
      equal((await got).message.body, "grüße");
      same(phone.activeCall(), undefined, "no call");
      phone.free();
    }),
};

export const run = async (name, make) => scenarios[name](make);
