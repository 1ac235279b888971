import { equal, failing, ok, refusesAtOnce } from "./assert.js";
import { header, withFarSide } from "./far_side.js";

const CHALLENGE = 'WWW-Authenticate: Digest realm="example.com", nonce="abc", algorithm=MD5, qop="auth"';

/** A device that has registered after a challenge. */
async function registered(far, make) {
  const phone = make({
    host: "example.com",
    port: 5060,
    username: "alice",
    password: "sesame-open",
    wsServers: "wss://sip.example.com/ws?token=t0ken",
    logLevel: "off",
  });
  const done = phone.register();
  far.answer(await far.next("REGISTER"), "401 Unauthorized", CHALLENGE);
  const register = await far.next("REGISTER");
  ok(header(register, "Authorization").includes("response="), "credentials went out");
  far.answer(register, "200 OK", `Contact: ${header(register, "Contact")};expires=600`);
  await done;
  return phone;
}

const REGISTERED = [
  "wsConnecting", "wsConnected", "REGISTER sip:example.com:5060", "401 Unauthorized", "REGISTER sip:example.com:5060", "200 OK",
  "registered",
];

const scenarios = {
  messagesAndEventsStandInTheirOrder: (make) =>
    withFarSide({}, async (far) => {
      const before = Date.now();
      const phone = await registered(far, make);
      const { entries } = phone.trace();
      equal(entries.map(({ name }) => name), REGISTERED);
      equal(entries.map(({ kind }) => kind).join(" "), "event event message message message message event");
      equal(entries.map(({ direction }) => direction), [null, null, "out", "in", "out", "in", null]);
      equal([entries[0].text, entries[1].text], ["1", "wss://sip.example.com"]);
      ok(entries[6].text.startsWith("600 sip:"), entries[6].text);
      ok(entries.every(({ time }) => time >= before && time <= Date.now()), "the time of day");
      phone.free();
    }),

  credentialsAndOnRequestNamesAreLeftOut: (make) =>
    withFarSide({}, async (far) => {
      const phone = await registered(far, make);
      const all = (trace) => [JSON.stringify(trace), `${trace}`, new TextDecoder().decode(trace.pcapng())];
      for (const text of all(phone.trace())) {
        ok(text.includes("Authorization: ***") && text.includes("sip:alice@"), text);
        ok(!/response="?[0-9a-f]{8}|sesame-open|t0ken/.test(text), "a credential");
      }
      for (const text of all(phone.trace({ redact: "all" }))) {
        ok(text.includes("sip:user-1@host-2.invalid"), text);
        ok(!/response=|alice|example\.com|t0ken/.test(text), text);
      }
      phone.free();
    }),

  aCallHasItsEvents: (make) =>
    withFarSide({}, async (far) => {
      const phone = await registered(far, make);
      const call = phone.initiateCall("bob");
      const invite = await far.next("INVITE");
      const ended = new Promise((resolve) => call.on("terminated", resolve));
      far.answer(invite, "486 Busy Here", "");
      await ended;
      const entries = phone.trace().entries.slice(REGISTERED.length);
      const named = (name) => entries.find((entry) => entry.name === name);
      const { call: number } = named("userMedia");
      ok(number >= 0 && named("iceGatheringComplete").call === number, "which call");
      equal([named("rejected").text, named("terminated").text], ["Busy", "Busy"]);
      equal(entries.filter(({ kind }) => kind === "message").map(({ direction }) => direction), ["out", "in", "out"]);
      ok(named("486 Busy Here") && !/a=ice-pwd:[^*\r]/.test(JSON.stringify(entries)), "no keys of media");
      phone.free();
    }),

  aTraceIsExported: (make) =>
    withFarSide({}, async (far) => {
      const phone = await registered(far, make);
      const trace = phone.trace({ redact: null });
      const { version, redact, entries } = JSON.parse(JSON.stringify(trace));
      equal([version, redact, entries.length], [1, "credentials", 7]);
      equal(entries, trace.entries);
      const ladder = `${trace}`;
      ok(/^[\d:.]{12} {4}1 {2}\|-- REGISTER sip:example\.com:5060 -+>\|$/m.test(ladder), ladder);
      ok(/^[\d:.]{12} {4}2 {2}\|<-+ 401 Unauthorized --\|$/m.test(ladder), ladder);
      const file = trace.pcapng();
      ok(file instanceof Uint8Array, "bytes");
      equal(new DataView(file.buffer, file.byteOffset).getUint32(0), 0x0a0d0d0a);
      phone.free();
      equal(trace.entries.length, 7, "it does not change any more");
    }),

  wrongOptionsThrowAtOnce: (make) =>
    withFarSide({}, async () => {
      const phone = make({ host: "example.com", port: 5060 });
      refusesAtOnce(phone, { trace: [[1], ["all"], [{ redact: "none" }], [{ redact: true }]] });
      equal((await failing(() => phone.trace({ redact: "nothing" }))).message.includes("'credentials' or 'all'"), true);
      equal(phone.trace().entries, []);
      phone.free();
    }),
};

export const run = async (name, make) => scenarios[name](make);
