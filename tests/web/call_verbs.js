import { equal, failing, ok, replacing, same, turn } from "./assert.js";
import { SDP, body, device, header, heard, peer, registered, withFarSide } from "./far_side.js";

const contactOf = (user) => `Contact: <sip:${user}@far.invalid;transport=ws>`;

/** An outgoing call whose INVITE has arrived. */
async function dialled(far, phone, options, user = "bob") {
  const call = phone.initiateCall(user, options);
  return { call, invite: await far.next(`INVITE sip:${user}@example.com`) };
}

/** An outgoing call that was answered; `change` may change the answer. */
async function answered(far, phone, { user = "bob", change = (sdp) => sdp } = {}) {
  const dial = await dialled(far, phone, undefined, user);
  const accepted = heard(dial.call, "accepted");
  const far_end = await peer(body(dial.invite));
  far.answer(dial.invite, "200 OK", `${contactOf(user)}\n${SDP}`, change(far_end.sdp));
  await accepted;
  return { ...dial, far_end, ack: await far.next("ACK") };
}

/** The far side agrees to a re-INVITE. */
async function agree(far, { connection }, invite, user = "bob") {
  await connection.setRemoteDescription({ type: "offer", sdp: body(invite) });
  await connection.setLocalDescription();
  far.answer(invite, "200 OK", `${contactOf(user)}\n${SDP}`, connection.localDescription.sdp);
  await far.next("ACK");
}

/** The far side of a call that we placed says a request within it. */
function saysInCall(far, invite, method, cseq, more = "", content = "") {
  far.say(
    `${method} ${/<([^>]*)>/.exec(header(invite, "Contact"))[1]} SIP/2.0
    Via: SIP/2.0/WS far.invalid;branch=z9hG4bK${method}${cseq}${header(invite, "Call-ID")}
    Max-Forwards: 70
    From: ${header(invite, "To")};tag=far
    To: ${header(invite, "From")}
    Call-ID: ${header(invite, "Call-ID")}
    CSeq: ${cseq} ${method}
    ${contactOf("bob")}${more && `\n${more}`}`,
    content,
  );
}

/** The direction of the audio. Firefox writes one for the whole session, too, and the stream's own overrides it (RFC 8866 §6.7). */
const direction = (message) => /^m=audio[^]*?^a=(sendrecv|sendonly|recvonly|inactive)\r$/m.exec(body(message))?.[1];

/** Runs `work` while the streams that the microphone gives are collected. */
async function recorded(work) {
  const streams = [];
  const { mediaDevices } = navigator;
  const original = mediaDevices.getUserMedia.bind(mediaDevices);
  const record = async (constraints) => {
    const stream = await original(constraints);
    streams.push(stream);
    return stream;
  };
  await replacing(mediaDevices, "getUserMedia", record, () => work(streams));
}

/** What a call tells of being held. */
function holds(call) {
  const told = [];
  for (const name of ["hold", "unhold"]) call.on(name, (originator) => told.push(`${name} ${originator}`));
  return told;
}

/** The far side tells how the call fares that a REFER asked for. */
const notify = (far, invite, cseq, fragment, state = "active;expires=60") =>
  saysInCall(far, invite, "NOTIFY", cseq, `Event: refer\nSubscription-State: ${state}\nContent-Type: message/sipfrag`, fragment);

/** Each tone that a call sends: its request's method or null, and itself. */
function toned(call) {
  const tones = [];
  call.on("dtmf", (request, { tone, duration, interToneGap, direction }) =>
    tones.push([request && request.method, tone, duration, interToneGap, direction]),
  );
  return tones;
}

const closed = (phone, ...ends) => {
  for (const { connection } of ends) connection.close();
  phone.free();
};

const scenarios = {
  onHoldNobodyIsHeard: (make) =>
    withFarSide({}, (far) =>
      recorded(async (streams) => {
        const phone = device(make);
        const { call, far_end } = await answered(far, phone);
        const told = holds(call);
        const [track] = streams[0].getAudioTracks();
        const held = call.hold();
        const hold = await far.next("INVITE");
        equal([direction(hold), track.enabled], ["sendonly", false]);
        await agree(far, far_end, hold);
        await held;
        equal([told, call.isOnHold()], [["hold local"], { local: true, remote: false }]);
        equal(call.request.getHeader("CSeq"), "1 INVITE", "what the call began with");
        call.mute(true);
        const unheld = call.unhold();
        const unhold = await far.next("INVITE");
        equal(direction(unhold), "sendrecv");
        await agree(far, far_end, unhold);
        await unheld;
        equal([told, call.isOnHold()], [["hold local", "unhold local"], { local: false, remote: false }]);
        equal(track.enabled, false, "still muted");
        call.mute(false);
        equal(track.enabled, true);
        closed(phone, far_end);
      }),
    ),

  aRefusedHoldIsARejectionAndChangesNothing: (make) =>
    withFarSide({}, (far) =>
      recorded(async (streams) => {
        const phone = device(make);
        const { call, far_end } = await answered(far, phone);
        const failure = failing(() => call.hold());
        far.answer(await far.next("INVITE"), "488 Not Acceptable Here");
        equal([(await failure).response.statusCode, call.isOnHold().local], [488, false]);
        equal(streams[0].getAudioTracks()[0].enabled, true);
        closed(phone, far_end);
      }),
    ),

  theFarSideHolds: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, far_end, invite } = await answered(far, phone);
      const told = holds(call);
      const hold = heard(call, "hold");
      const { connection } = far_end;
      connection.getTransceivers()[0].direction = "sendonly";
      await connection.setLocalDescription();
      saysInCall(far, invite, "INVITE", 1, SDP, connection.localDescription.sdp);
      equal(direction(await far.next("SIP/2.0 200")), "recvonly");
      await hold;
      equal([told, call.isOnHold()], [["hold remote"], { local: false, remote: true }]);
      closed(phone, far_end);
    }),

  oneCallIsHeardAtATime: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const bob = await answered(far, phone);
      const told = holds(bob.call);
      const held = heard(bob.call, "hold");
      const dialling = answered(far, phone, { user: "carol" });
      await agree(far, bob.far_end, await far.next("INVITE sip:bob@far.invalid"));
      const carol = await dialling;
      await held;
      same(phone.activeCall(), carol.call, "activeCall()");
      equal(phone.calls().map((call) => call.isOnHold().local), [true, false]);

      const swapped = bob.call.unhold();
      same(phone.activeCall(), bob.call, "activeCall() after the swap");
      await agree(far, carol.far_end, await far.next("INVITE sip:carol@far.invalid"), "carol");
      await agree(far, bob.far_end, await far.next("INVITE sip:bob@far.invalid"));
      await swapped;
      equal([told, phone.calls().map((call) => call.isOnHold().local)], [["hold local", "unhold local"], [false, true]]);
      closed(phone, bob.far_end, carol.far_end);
    }),

  aCallThatWaitsIsAcceptedAndTheOtherHeld: (make) =>
    withFarSide({}, async (far) => {
      const { phone, register } = await registered(far, make);
      const bob = await answered(far, phone);
      const arrived = heard(phone, "invite");
      const carol = await peer();
      far.ask("INVITE", register, { more: SDP, content: carol.sdp });
      const [{ call }] = await arrived;
      same(phone.activeCall(), bob.call, "who waits does not take the focus");
      same(phone.calls()[1], call, "calls()");
      const held = heard(bob.call, "hold");
      const accepted = call.accept({ extraHeaders: ["X-Line: 2"] });
      equal(header(await far.next("SIP/2.0 200"), "X-Line"), "2");
      await accepted;
      await agree(far, bob.far_end, await far.next("INVITE sip:bob@far.invalid"));
      equal(await held, ["local"]);
      same(phone.activeCall(), call, "activeCall()");
      closed(phone, bob.far_end, carol);
    }),

  aTransferIsToldUntilTheyTalk: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, far_end, invite } = await answered(far, phone);
      const told = [];
      call.on("transferProgress", ({ statusCode, reasonPhrase }) => told.push([statusCode, reasonPhrase]));
      for (const name of ["transferred", "bye", "terminated"]) call.on(name, () => told.push(name));
      const transferred = call.transfer("carol", { extraHeaders: ["X-Why: sales"] }).then(() => told.push("resolved"));
      const refer = await far.next("REFER");
      equal([header(refer, "Refer-To"), header(refer, "X-Why")], ["<sip:carol@example.com:5060>", "sales"]);
      far.answer(refer, "202 Accepted");
      equal((await failing(() => call.transfer("dave"))).code, "ERR_INVALID_STATE");
      notify(far, invite, 1, "SIP/2.0 180 Ringing");
      await far.next("SIP/2.0 200");
      notify(far, invite, 2, "SIP/2.0 200 OK", "terminated;reason=noresource");
      await far.next("BYE");
      await transferred;
      await turn();
      equal(told.filter((it) => it !== "resolved"), [[180, "Ringing"], [200, "OK"], "transferred", "bye", "terminated"]);
      equal(call.status(), "ended");
      closed(phone, far_end);
    }),

  aTransferThatFailsLeavesTheCall: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, far_end, invite } = await answered(far, phone);
      const failure = failing(() => call.transfer("carol"));
      far.answer(await far.next("REFER"), "202 Accepted");
      notify(far, invite, 1, "SIP/2.0 486 Busy Here", "terminated;reason=noresource");
      equal([(await failure).sipCause, call.status()], ["Busy", "connected"]);
      const refused = failing(() => call.transfer("carol"));
      far.answer(await far.next("REFER"), "603 Decline");
      equal((await refused).response.statusCode, 603);
      closed(phone, far_end);
    }),

  twoFarSidesAreConnected: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const bob = await answered(far, phone);
      const dialling = answered(far, phone, { user: "carol" });
      await agree(far, bob.far_end, await far.next("INVITE sip:bob@far.invalid"));
      const carol = await dialling;
      bob.call.transfer(carol.call);
      const refer = await far.next("REFER sip:bob@far.invalid");
      const expected = `<sip:carol@far.invalid;transport=ws?Replaces=${header(carol.invite, "Call-ID")}%3Bto-tag%3Dfar%3Bfrom-tag%3D`;
      ok(header(refer, "Refer-To").startsWith(expected), header(refer, "Refer-To"));
      const ended = heard(carol.call, "terminated");
      carol.call.disconnect();
      far.answer(await far.next("BYE"), "200 OK");
      await ended;
      const failure = await failing(() => bob.call.transfer(carol.call));
      ok(failure instanceof Error && !(failure instanceof TypeError), "a rejection, not a TypeError");
      equal(failure.code, "ERR_NO_SUCH_CALL");
      closed(phone, bob.far_end, carol.far_end);
    }),

  aCallTakesThePlaceOfAnother: (make) =>
    withFarSide({}, async (far) => {
      const { phone, register } = await registered(far, make);
      const { call, far_end, invite, ack } = await answered(far, phone);
      const told = holds(call);
      const carol = await peer();
      const arrived = heard(phone, "invite");
      const tag = /tag=(.*)/.exec(header(ack, "From"))[1];
      const replaces = `Replaces: ${header(invite, "Call-ID")};to-tag=${tag};from-tag=far`;
      far.ask("INVITE", register, { more: `${replaces}\n${SDP}`, content: carol.sdp });
      const [{ call: next }] = await arrived;
      const replaced = heard(call, "replaced");
      const ended = heard(call, "terminated");
      next.accept();
      same((await replaced)[0], next, "the new call");
      await far.next("BYE");
      await ended;
      equal([told, phone.calls().length], [[], 1]);
      closed(phone, far_end, carol);
    }),

  infosAndMessagesGoBothWays: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, far_end, invite } = await answered(far, phone);
      const sent = call.sendInfo("text/x-light", "green", { extraHeaders: ["X-Lamp: 1"] });
      const info = await far.next("INFO");
      equal([header(info, "Content-Type"), header(info, "X-Lamp"), body(info)], ["text/x-light", "1", "green"]);
      far.answer(info, "200 OK");
      await sent;
      const refused = failing(() => call.sendMessage("hello", { contentType: "text/html" }));
      const message = await far.next("MESSAGE sip:bob@far.invalid");
      equal([header(message, "Content-Type"), header(message, "Call-ID")], ["text/html", header(invite, "Call-ID")]);
      far.answer(message, "415 Unsupported Media Type");
      equal((await refused).response.statusCode, 415);

      saysInCall(far, invite, "INFO", 1, "Content-Type: text/x-light", "amber");
      equal(header(await far.next("SIP/2.0 415"), "Accept"), "application/dtmf-relay, application/dtmf");
      const lit = heard(call, "info");
      saysInCall(far, invite, "INFO", 2, "Content-Type: text/x-light", "red");
      const [request] = await lit;
      equal([request.method, request.contentType, request.content_type, request.body], ["INFO", "text/x-light", "text/x-light", "red"]);
      await far.next("SIP/2.0 200");

      const onDevice = heard(phone, "message");
      saysInCall(far, invite, "MESSAGE", 3, "Content-Type: text/plain", "one");
      equal((await onDevice)[0].message.body, "one", "where the call has no listener");
      await far.next("SIP/2.0 200");
      const told = [];
      call.on("message", (message) => told.push(["call", message]));
      phone.on("message", ({ message }) => told.push(["device", message]));
      saysInCall(far, invite, "MESSAGE", 4, "Content-Type: text/plain", "two");
      const answer = await far.next("SIP/2.0 200");
      await turn();
      equal(told.map(([who]) => who), ["call", "device"]);
      same(told[0][1], told[1][1], "the message");
      const { body: text, remoteIdentity, reply } = told[0][1];
      equal([text, remoteIdentity.uri.user, header(answer, "CSeq")], ["two", "bob", "4 MESSAGE"]);
      ok(reply && far.hasNot("SIP/2.0"), "answered once");
      closed(phone, far_end);
    }),

  aReplyStaysInTheCall: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, far_end, invite } = await answered(far, phone);
      call.on("message", (message) => message.reply("and you?"));
      saysInCall(far, invite, "MESSAGE", 1, "Content-Type: text/plain", "how are you?");
      const reply = await far.next("MESSAGE sip:bob@far.invalid");
      equal([header(reply, "Call-ID"), body(reply)], [header(invite, "Call-ID"), "and you?"]);
      closed(phone, far_end);
    }),

  tonesArePlayedWhereTheFarSideTakesThem: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, far_end } = await answered(far, phone);
      const tones = toned(call);
      await Promise.all([call.sendDigits("1#", { gap: 50 }), call.sendDigits("d", { duration: 70, gap: 0 })]);
      equal(tones, [[null, "1", 100, 50, "out"], [null, "#", 100, 50, "out"], [null, "D", 70, 0, "out"]]);
      ok(far.hasNot("INFO"), "nothing by INFO");
      closed(phone, far_end);
    }),

  tonesGoByInfoWhereItIsWishedOrNothingElseIsThere: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      for (const [change, transport] of [[undefined, "info"], [(sdp) => sdp.replace(/^a=.*telephone-event.*\r\n/gm, ""), undefined]]) {
        const { call, far_end } = await answered(far, phone, { change });
        const tones = toned(call);
        const sent = call.sendDigits("1#", { duration: 100, gap: 50, transport });
        for (let tone = 0; tone < 2; tone += 1) {
          far.answer(await far.next("INFO"), "200 OK");
        }
        await sent;
        equal(tones, [["INFO", "1", 100, 50, "out"], ["INFO", "#", 100, 50, "out"]]);
        far_end.connection.close();
        call.disconnect();
        far.answer(await far.next("BYE"), "200 OK");
      }
      phone.free();
    }),

  hangingUpBetweenTonesIsARejection: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, far_end, invite } = await answered(far, phone);
      const failure = failing(() => call.sendDigits("1,2"));
      call.once("dtmf", () => saysInCall(far, invite, "BYE", 1));
      equal((await failure).code, "ERR_CANCELED");
      equal((await failing(() => call.sendDigits("1"))).code, "ERR_NO_SUCH_CALL");
      closed(phone, far_end);
    }),

  aCallKnowsWhoAndWhenAndWhy: (make) =>
    withFarSide({}, async (far) => {
      const before = Date.now();
      const { phone, register } = await registered(far, make);
      const dial = await dialled(far, phone);
      const { call } = dial;
      equal([call.remoteIdentity.uri.toString(), call.answerTime, call.endTime, call.endCause], ["sip:bob@example.com:5060", null, null, null]);
      ok(call.id.length > 8 && call.startTime >= before && call.startTime <= Date.now(), `${call.id} ${call.startTime}`);
      const seen = {};
      for (const name of ["accepted", "terminated"]) {
        call.on(name, () => (seen[name] = [call.remoteIdentity.friendlyName, call.answerTime !== null, call.endTime !== null, call.endCause]));
      }
      const far_end = await peer(body(dial.invite));
      const accepted = heard(call, "accepted");
      far.answer(dial.invite, "200 OK", `P-Asserted-Identity: "Front desk" <sip:desk@example.com>\n${contactOf("bob")}\n${SDP}`, far_end.sdp);
      await accepted;
      await far.next("ACK");
      const ended = heard(call, "terminated");
      saysInCall(far, dial.invite, "BYE", 1);
      await ended;
      equal(seen, { accepted: ["Front desk", true, false, null], terminated: ["Front desk", true, true, "Terminated"] });
      equal([call.remoteIdentity.displayName, call.endCause, call.isOnHold()], ["Front desk", "Terminated", { local: false, remote: false }]);
      ok(call.startTime <= call.answerTime && call.answerTime <= call.endTime, "in order");

      const arrived = heard(phone, "invite");
      far.ask("INVITE", register, { more: "P-Asserted-Identity: <sip:robert@example.com>\nCall-Info: <sip:x>;answer-after=3" });
      const [{ call: incoming }] = await arrived;
      equal([incoming.remoteIdentity.uri.user, incoming.request.remoteIdentity.friendlyName], ["robert", "Bob"]);
      equal([incoming.autoAnswer, call.autoAnswer, incoming.status()], [3, null, "starting"]);
      ok(incoming.id !== call.id, "ids differ");
      const over = heard(incoming, "terminated");
      await incoming.reject({ statusCode: 486, reasonPhrase: "In a meeting", extraHeaders: ["Retry-After: 60"] });
      const refusal = await far.next("SIP/2.0 486 In a meeting");
      equal(header(refusal, "Retry-After"), "60");
      await over;
      equal([incoming.endCause, incoming.answerTime], ["Busy", null]);
      closed(phone, far_end);
    }),

  aCallMaySpeakForAnother: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make, { displayName: "Alice" });
      const { invite } = await dialled(far, phone, { displayName: "Support", fromUser: "help" });
      ok(header(invite, "From").startsWith('"Support" <sip:help@example.com:5060>;tag='), header(invite, "From"));
      const hidden = await dialled(far, phone, { anonymous: true }, "carol");
      ok(header(hidden.invite, "From").startsWith('"Anonymous" <sip:anonymous@anonymous.invalid>'), header(hidden.invite, "From"));
      equal(header(hidden.invite, "Privacy"), "id");
      phone.free();
    }),

  hangingUpSaysWhy: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, far_end } = await answered(far, phone);
      const ended = call.disconnect({ reason: "SIP;cause=200", extraHeaders: ["X-Score: 5"] });
      const bye = await far.next("BYE");
      equal([header(bye, "Reason"), header(bye, "X-Score")], ["SIP;cause=200", "5"]);
      far.answer(bye, "200 OK");
      await ended;
      equal([call.endCause, call.status()], [null, "ended"]);
      closed(phone, far_end);
    }),
};

export const run = async (name, make) => scenarios[name](make);
