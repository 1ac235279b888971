import { equal, failing, ok, replacing } from "./assert.js";
import { SDP, body, device, header, heard, peer, story, withFarSide } from "./far_side.js";

const ENDED = ["cancel", "rejected", "failed", "terminated"];

/** Runs `work(far, phones)` with so many devices of one user that share, the first of which leads, all registered. */
const sharing = (make, count, work) =>
  withFarSide({}, async (far) => {
    const phones = [];
    const user = crypto.randomUUID();
    try {
      for (let at = 0; at < count; at += 1) {
        phones.push(device(make, { username: user, tabs: "shared" }));
        const done = phones[at].register();
        if (at === 0) {
          far.register = await far.next("REGISTER");
          grant(far, far.register);
        }
        await done;
      }
      await work(far, phones);
    } finally {
      for (const phone of phones) phone.free();
    }
  });

const grant = (far, register) => far.answer(register, "200 OK", `Contact: ${header(register, "Contact")};expires=600`);

/** What the registrar knows of a device. */
const names = (register) => header(register, "Contact").replace(/;expires.*/, "");

/** bob's call, which rings in each. */
async function ringing(far, phones) {
  const told = phones.map((phone) => heard(phone, "invite"));
  const far_end = await peer();
  far.ask("INVITE", far.register, { more: SDP, content: far_end.sdp });
  const calls = (await Promise.all(told)).map(([{ call }]) => call);
  return { calls, far_end };
}

const scenarios = {
  oneSocketAndOneRegistrationServeAll: (make) =>
    sharing(make, 3, async (far, phones) => {
      ok(phones.every((phone) => phone.isRegistered() && phone.isWSConnected()), "all are registered");
      equal(far.sockets.length, 1);
      ok(far.hasNot("REGISTER"), "one REGISTER for all");
      // Each sends and hears for itself.
      for (const phone of phones) {
        const sent = phone.sendMessage("bob", "hello");
        const message = await far.next("MESSAGE");
        far.answer(message, "200 OK");
        await sent;
      }
    }),

  aCallRingsInEachAndIsAnsweredInOne: (make) =>
    sharing(make, 3, async (far, phones) => {
      const { calls, far_end } = await ringing(far, phones);
      const stories = calls.map((call) => story(call, ["accepted", "cancel", "rejected", "failed", "bye", "terminated"]));
      const ends = [calls[0], calls[2]].map((call) => heard(call, "terminated"));
      const connected = heard(calls[1], "mediaConnected");
      calls[1].accept();
      const answer = await far.next("SIP/2.0 200");
      far.ask("ACK", answer, { within: header(answer, "To") });
      await far_end.connection.setRemoteDescription({ type: "answer", sdp: body(answer) });
      for (const [message, cause] of await Promise.all(ends)) {
        equal(cause, "Canceled");
        equal(message.getHeader("Reason"), 'SIP;cause=200;text="Call completed elsewhere"');
      }
      await connected;
      equal(stories[0], ENDED);
      equal(stories[2], ENDED);
      const ended = heard(calls[1], "terminated");
      calls[1].disconnect();
      await ended;
      far_end.connection.close();
    }),

  aRefusalIsThatOfAll: (make) =>
    sharing(make, 2, async (far, phones) => {
      const { calls, far_end } = await ringing(far, phones);
      const told = story(calls[0], ENDED);
      const end = heard(calls[0], "terminated");
      calls[1].reject({ statusCode: 603 });
      await far.next("SIP/2.0 603");
      await end;
      equal(told, ENDED);
      ok(far.hasNot("SIP/2.0 487"), "one answer for all");
      far_end.connection.close();
    }),

  theNextOneLeadsWhenTheFirstIsGone: (make) =>
    sharing(make, 3, async (far, phones) => {
      const others = phones.slice(1);
      const lost = others.map((phone) => heard(phone, "wsDisconnected"));
      const back = others.map((phone) => heard(phone, "registered"));
      phones.shift().free();
      for (const [{ willRetry }] of await Promise.all(lost)) equal(willRetry, true);
      const register = await far.next("REGISTER");
      grant(far, register);
      await Promise.all(back);
      equal(names(register), names(far.register));
      equal(far.sockets.length, 2);
      ok(far.sockets[0].isClosed, "the first socket is closed");
      ok(far.hasNot("REGISTER"), "one REGISTER for all");
    }),

  aPageAboutToBeFrozenLeadsNoMore: (make) =>
    sharing(make, 2, async (far, phones) => {
      const back = phones.map((phone) => heard(phone, "registered"));
      document.dispatchEvent(new Event("freeze"));
      grant(far, await far.next("REGISTER"));
      await Promise.all(back);
      equal(far.sockets.length, 2);
      ok(far.sockets[0].isClosed, "the first socket is closed");
    }),

  theLastThatStopsUnregisters: (make) =>
    sharing(make, 2, async (far, phones) => {
      await phones[1].stopWS();
      ok(far.hasNot("REGISTER"), "the other one stays registered");
      ok(phones[0].isRegistered() && !phones[1].isRegistered(), "the other one stays registered");
      const stopped = phones[0].stopWS();
      const removal = await far.next("REGISTER");
      equal(header(removal, "Expires"), "0");
      far.answer(removal, "200 OK");
      await stopped;
    }),

  eachRegistersForItselfWhereTheBrowserCannotShare: (make) =>
    withFarSide({}, async (far) => {
      const warned = [];
      const phones = [];
      await replacing(console, "warn", (...words) => warned.push(words.join(" ")), () =>
        replacing(globalThis, "BroadcastChannel", undefined, async () => {
          for (let at = 0; at < 2; at += 1) {
            phones.push(device(make, { username: "one", tabs: "shared", logLevel: "warn" }));
            const done = phones[at].register();
            grant(far, await far.next("REGISTER"));
            await done;
          }
        }),
      );
      equal(far.sockets.length, 2);
      equal(warned.length, 2);
      ok(warned[0].includes("BroadcastChannel"), warned[0]);
      for (const phone of phones) phone.free();
      const error = await failing(() => device(make, { tabs: "some" }));
      ok(error instanceof TypeError && error.message.includes("'tabs'"), error.message);
    }),

  whatElseIsSaidOnTheChannelIsIgnored: (make) =>
    sharing(make, 2, async (far, phones) => {
      const [user] = /sip:[^>]*/.exec(header(far.register, "From"));
      const [, registrar] = far.register.split(" ");
      const channel = new BroadcastChannel(`telnyx-device.tabs ${user} ${registrar}`);
      const heardBack = new Promise((resolve) => channel.addEventListener("message", resolve));
      for (const noise of [null, 7, "open", {}, new Uint8Array(), new Uint8Array([255, 10, 0]), new TextEncoder().encode("closed x * 1\n1")]) {
        channel.postMessage(noise);
      }
      channel.postMessage(new TextEncoder().encode("open stranger * 1\n"));
      const { data } = await heardBack;
      ok(new TextDecoder().decode(data).startsWith("opened "), "the leading tab listens on");
      channel.close();
      ok(phones.every((phone) => phone.isRegistered()), "all are registered");
      ok(!new TextDecoder().decode(data).includes("sesame"), "no secret is said");
    }),
};

export const run = async (name, make) => scenarios[name](make);
