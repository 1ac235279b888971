import { equal, failing, ok, refusesAtOnce, replacing, same, turn } from "./assert.js";
import { SDP, body, header, peer, withFarSide } from "./far_side.js";

/** Without `refer`: whoever listens to it is asked, and has time to answer. */
const EVENTS = [
  ..."connecting progress accepted dtmf muted unmuted cancel rejected failed bye terminated".split(" "),
  ..."userMediaRequest userMedia userMediaFailed iceGathering iceGatheringComplete iceCandidate".split(" "),
  ..."getDescription setDescription".split(" "),
];

const device = (make, more) =>
  make({ host: "example.com", port: 5060, username: "alice", password: "sesame-open", logLevel: "off", ...more });

/** The names of a call's events as they come; candidates once. */
function story(call) {
  const told = [];
  for (const name of EVENTS) {
    call.on(name, () => {
      if (name !== "iceCandidate" || told.at(-1) !== name) told.push(name);
    });
  }
  return told;
}

const heard = (target, name) => new Promise((resolve) => target.once(name, (...args) => resolve(args)));

/** An outgoing call whose INVITE has arrived. */
async function dialled(far, phone, options) {
  const call = phone.initiateCall("bob", options);
  const told = story(call);
  return { call, told, invite: await far.next("INVITE") };
}

/** An outgoing call that was answered. */
async function answered(far, phone) {
  const dial = await dialled(far, phone);
  const accepted = heard(dial.call, "accepted");
  const far_end = await peer(body(dial.invite));
  far.answer(dial.invite, "200 OK", `Contact: <sip:bob@far.invalid;transport=ws>\n${SDP}`, far_end.sdp);
  await accepted;
  return { ...dial, far_end, ack: await far.next("ACK") };
}

/** A device that registered, and the request with which it did. */
async function registered(far, make) {
  const phone = device(make);
  const done = phone.register();
  const register = await far.next("REGISTER");
  far.answer(register, "200 OK", `Contact: ${header(register, "Contact")};expires=600`);
  await done;
  return { phone, register };
}

const MOVED = "Contact: <sip:carol@example.com>, Dave <sip:dave@example.com>;q=0.5";

/** The far side of the call asks for a transfer. */
function refer(far, invite) {
  far.say(`REFER ${/<([^>]*)>/.exec(header(invite, "Contact"))[1]} SIP/2.0
    Via: SIP/2.0/WS far.invalid;branch=z9hG4bKrefer
    Max-Forwards: 70
    From: ${header(invite, "To")};tag=far
    To: ${header(invite, "From")}
    Call-ID: ${header(invite, "Call-ID")}
    CSeq: 1 REFER
    Refer-To: "Carol" <sip:carol@example.com>
    Contact: <sip:bob@far.invalid;transport=ws>`);
}

const failingMedia = (error, work) =>
  replacing(navigator.mediaDevices, "getUserMedia", () => Promise.reject(error), work);

const scenarios = {
  aRefusedMicrophoneEndsTheCallInOrder: (make) =>
    withFarSide({}, (far) =>
      failingMedia(new DOMException("no", "NotAllowedError"), async () => {
        const phone = device(make);
        const call = phone.initiateCall("bob");
        const told = story(call);
        const [response, cause] = await heard(call, "failed");
        equal([response, cause], [null, "User Denied Media Access"]);
        equal(call.status(), "ended");
        await turn();
        equal(told, ["userMediaRequest", "userMediaFailed", "failed", "terminated"]);
        equal(phone.activeCall(), undefined);
        equal(call.request, false);
        ok(far.hasNot("INVITE"), "no INVITE left");
        phone.free();
      }),
    ),

  otherMediaTroubleIsAWebRtcError: (make) =>
    withFarSide({}, () =>
      failingMedia(new DOMException("none", "NotFoundError"), async () => {
        const phone = device(make);
        const [message, cause] = await heard(phone.initiateCall("bob"), "terminated");
        equal([message, cause], [null, "WebRTC Error"]);
        phone.free();
      }),
    ),

  aBrowserWithoutWebRtcSaysSo: (make) =>
    withFarSide({}, () =>
      replacing(globalThis, "RTCPeerConnection", undefined, async () => {
        const phone = device(make);
        const call = phone.initiateCall("bob");
        const told = story(call);
        equal((await heard(call, "terminated"))[1], "WebRTC Not Supported");
        equal(told, ["failed", "terminated"]);
        phone.free();
      }),
    ),

  anAnsweredCallTellsItsStoryInOrder: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, told, invite } = await dialled(far, phone, { extraHeaders: ["X-Ticket: 7"] });
      equal(header(invite, "X-Ticket"), "7");
      equal(call.request.method, "INVITE");
      equal(call.request.to.uri.user, "bob");
      same(phone.activeCall(), call, "activeCall()");
      const progress = heard(call, "progress");
      far.answer(invite, "180 Ringing");
      const [response] = await progress;
      equal([response.statusCode, response.status_code], [180, 180]);
      equal([response.reasonPhrase, response.reason_phrase], ["Ringing", "Ringing"]);

      let status;
      call.addEventListener("accepted", ({ detail, target }) => {
        status = [detail.data.statusCode, target.status(), call.isConnected(), call.isInitiating()];
      });
      const far_end = await peer(body(invite));
      const accepted = heard(call, "accepted");
      far.answer(invite, "200 OK", `Contact: <sip:bob@far.invalid;transport=ws>\n${SDP}`, far_end.sdp);
      await accepted;
      await far.next("ACK");
      equal(status, [200, "connected", true, false]);

      const ended = call.disconnect();
      equal(phone.activeCall(), undefined);
      far.answer(await far.next("BYE"), "200 OK");
      await ended;
      equal(told, [
        ..."userMediaRequest userMedia connecting iceGathering iceCandidate iceGatheringComplete getDescription".split(" "),
        ..."progress setDescription accepted bye terminated".split(" "),
      ]);
      equal(call.status(), "ended");
      equal(call.request.method, "INVITE", "the request outlives the call");
      far_end.connection.close();
      phone.free();
    }),

  aRefusalTellsItsStoryInOrder: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, told, invite } = await dialled(far, phone);
      let detail;
      call.addEventListener("rejected", (event) => (detail = event.detail));
      const ended = heard(call, "terminated");
      far.answer(invite, "486 Busy Here");
      const [message, cause] = await ended;
      equal([message.statusCode, cause], [486, "Busy"]);
      equal(Object.keys(detail), ["response", "cause"]);
      equal([detail.response.statusCode, detail.cause], [486, "Busy"]);
      await far.next("ACK");
      equal(told.slice(-3), ["rejected", "failed", "terminated"]);
      phone.free();
    }),

  aCanceledCallTellsItsStoryInOrder: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, told, invite } = await dialled(far, phone);
      call.once("progress", () => call.disconnect());
      const failed = heard(call, "failed");
      far.answer(invite, "180 Ringing");
      far.answer(await far.next("CANCEL"), "200 OK");
      far.answer(invite, "487 Request Terminated");
      const [, cause] = await failed;
      await turn();
      equal(cause, "Canceled");
      equal(told.slice(-4), ["cancel", "rejected", "failed", "terminated"]);
      phone.free();
    }),

  hangingUpBeforeTheInviteSendsNothing: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const call = phone.initiateCall("bob");
      const told = story(call);
      const media = heard(call, "userMedia");
      call.once("userMedia", () => call.disconnect());
      const ended = heard(call, "terminated");
      const [stream] = await media;
      await ended;
      equal(stream.getTracks().map((track) => track.readyState), ["ended"]);
      ok(!told.includes("accepted") && told.at(-1) === "terminated", told.join());
      ok(far.hasNot("INVITE"), "no INVITE left");
      phone.free();
    }),

  everythingIsReleasedAtTheEnd: (make) =>
    withFarSide({}, async (far) => {
      const connections = [];
      const Original = globalThis.RTCPeerConnection;
      class Watched extends Original {
        constructor(...args) {
          super(...args);
          connections.push(this);
        }
      }
      await replacing(globalThis, "RTCPeerConnection", Watched, async () => {
        const phone = device(make);
        const dial = phone.initiateCall("bob");
        const stream = heard(dial, "userMedia");
        const invite = await far.next("INVITE");
        const ours = connections[0];
        const far_end = await peer(body(invite));
        const added = heard(dial, "addStream");
        far.answer(invite, "200 OK", `Contact: <sip:bob@far.invalid;transport=ws>\n${SDP}`, far_end.sdp);
        const [{ stream: remote }] = await added;
        const elements = [...document.querySelectorAll("audio")];
        equal(elements.length, 1);
        same(elements[0].srcObject, remote, "the stream that plays");
        dial.disconnect();
        await heard(dial, "terminated");
        equal(document.querySelectorAll("audio").length, 0);
        equal(ours.signalingState, "closed");
        equal((await stream)[0].getTracks().map((track) => track.readyState), ["ended"]);
        far_end.connection.close();
        phone.free();
      });
    }),

  aListenerMayChangeDescriptions: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const call = phone.initiateCall("bob");
      call.on("getDescription", (description) => {
        equal(description.type, "offer");
        description.sdp += "a=x-ours:1\r\n";
      });
      const invite = await far.next("INVITE");
      ok(body(invite).endsWith("a=x-ours:1\r\n"), "the offer that left was changed");
      const far_end = await peer(body(invite).replace("a=x-ours:1\r\n", ""));
      const accepted = heard(call, "accepted");
      call.on("setDescription", (description) => {
        equal(description.type, "answer");
        description.sdp = far_end.sdp;
      });
      far.answer(invite, "200 OK", `Contact: <sip:bob@far.invalid;transport=ws>\n${SDP}`, "no SDP at all");
      await accepted;
      await heard(call, "addStream");
      far_end.connection.close();
      phone.free();
    }),

  aMuteBeforeMediaHoldsWhenThereIsSome: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const call = phone.initiateCall("bob");
      const muted = heard(call, "muted");
      call.mute(true);
      equal(call.isMuted(), true);
      equal(await muted, [{ audio: true, video: false }]);
      const [stream] = await heard(call, "userMedia");
      equal(stream.getAudioTracks()[0].enabled, false);
      const unmuted = heard(call, "unmuted");
      call.mute(false);
      await unmuted;
      equal([call.isMuted(), stream.getAudioTracks()[0].enabled], [false, true]);
      await far.next("INVITE");
      phone.free();
    }),

  onlyTheMuteThatStandsIsTold: (make) =>
    withFarSide({}, async () => {
      const phone = device(make);
      const call = phone.initiateCall("bob");
      const told = [];
      for (const name of ["muted", "unmuted"]) call.on(name, () => told.push(name, call.isMuted()));
      for (const muted of [true, false, true]) call.mute(muted);
      await turn();
      equal(told, ["muted", true]);
      for (const muted of [false, true]) call.mute(muted);
      await turn();
      equal(told, ["muted", true]);
      call.mute(false);
      await turn();
      equal(told, ["muted", true, "unmuted", false]);
      phone.free();
    }),

  aTransferThatNobodyHearsIsDeclined: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { far_end, invite } = await answered(far, phone);
      refer(far, invite);
      await turn();
      ok(!far.hasNot("SIP/2.0 603"), "declined at once");
      equal(header(await far.next("SIP/2.0 603"), "CSeq"), "1 REFER");
      far_end.connection.close();
      phone.free();
    }),

  aTransferIsPlacedOnceItIsAccepted: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, far_end, invite } = await answered(far, phone);
      const told = heard(call, "refer");
      refer(far, invite);
      const [{ target, referredBy, accept, reject }] = await told;
      equal([target.uri.toString(), target.displayName, referredBy], ["sip:carol@example.com", "Carol", null]);
      await turn();
      ok(far.hasNot("SIP/2.0"), "nothing is answered without consent");
      const placed = accept();
      equal([placed.isOutgoing(), placed.status()], [true, "starting"]);
      same(phone.activeCall(), placed, "activeCall()");
      equal((await failing(reject)).code, "ERR_INVALID_STATE");
      await far.next("SIP/2.0 202");
      await far.next("INVITE sip:carol@example.com");
      far_end.connection.close();
      phone.free();
    }),

  aRedirectionThatNobodyHearsEndsTheCall: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, told, invite } = await dialled(far, phone);
      const ended = heard(call, "terminated");
      far.answer(invite, "302 Moved Temporarily", MOVED);
      equal((await ended)[1], "Redirected");
      equal(told.slice(-3), ["rejected", "failed", "terminated"]);
      phone.free();
    }),

  aRedirectionIsFollowedByConsent: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, invite } = await dialled(far, phone);
      const told = heard(phone, "redirect");
      far.answer(invite, "302 Moved Temporarily", MOVED);
      const [redirection] = await told;
      same(redirection.call, call, "the call");
      equal(redirection.contacts, ["sip:carol@example.com", "sip:dave@example.com"]);
      refusesAtOnce(redirection, { accept: [[], [7], [""], ["sip:erin@example.com"]] });
      redirection.accept(redirection.contacts[1]);
      const again = await far.next("INVITE sip:dave@example.com");
      const ended = heard(call, "terminated");
      phone.once("redirect", ({ reject }) => reject());
      far.answer(again, "302 Moved Temporarily", MOVED);
      equal((await ended)[1], "Redirected");
      phone.free();
    }),

  anAnswerWithoutMicrophoneSaysWhatTheBrowserSaid: (make) =>
    withFarSide({}, async (far) => {
      const { phone, register } = await registered(far, make);
      const far_end = await peer();
      const error = new DOMException("no", "NotAllowedError");
      await failingMedia(error, async () => {
        const told = heard(phone, "invite");
        far.ask("INVITE", register, { more: SDP, content: far_end.sdp });
        const [{ call }] = await told;
        const failure = await failing(() => call.accept());
        equal([failure.sipCause, failure.code], ["User Denied Media Access", "ERR_MEDIA_DENIED"]);
        same(failure.cause, error, "the underlying error");
      });
      far_end.connection.close();
      phone.free();
    }),

  acceptInsideInvite: (make) =>
    withFarSide({}, async (far) => {
      const { phone, register } = await registered(far, make);
      const far_end = await peer();
      const calls = [];
      phone.on("incomingInvite", ({ activeCall }) => calls.push(activeCall));
      let told;
      phone.once("invite", ({ activeCall, call }) => {
        same(activeCall, call, "activeCall and call");
        same(phone.activeCall(), call, "activeCall()");
        equal([call.isIncoming(), call.isOutgoing(), call.status()], [true, false, "starting"]);
        equal(call.request.from.friendlyName, "Bob");
        calls.push(call);
        told = story(call);
        call.accept();
      });
      far.ask("INVITE", register, { more: SDP, content: far_end.sdp });
      await far.next("SIP/2.0 180");
      const ok200 = await far.next("SIP/2.0 200");
      same(calls[0], calls[1], "the call of both events");
      await far_end.connection.setRemoteDescription({ type: "answer", sdp: body(ok200) });
      await turn();
      equal(calls[0].status(), "connected");
      equal(told.filter((name) => !name.startsWith("ice")), [
        ..."userMediaRequest userMedia connecting setDescription getDescription accepted".split(" "),
      ]);
      far_end.connection.close();
      phone.free();
    }),

  disconnectInsideAccepted: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, told, invite } = await dialled(far, phone);
      call.on("accepted", () => {
        call.disconnect();
        equal(call.status(), "ended");
      });
      const ended = heard(call, "terminated");
      const far_end = await peer(body(invite));
      far.answer(invite, "200 OK", `Contact: <sip:bob@far.invalid;transport=ws>\n${SDP}`, far_end.sdp);
      await far.next("ACK");
      await far.next("BYE");
      await ended;
      equal(told.slice(-3), ["accepted", "bye", "terminated"]);
      far_end.connection.close();
      phone.free();
    }),

  freeInsideAnEvent: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, told, invite } = await dialled(far, phone);
      call.on("progress", () => phone.free());
      far.answer(invite, "180 Ringing");
      await far.next("CANCEL");
      equal(far.socket.isClosed, true);
      equal(told.slice(told.indexOf("progress")), ["progress", "cancel", "rejected", "failed", "terminated"]);
      equal(document.querySelectorAll("audio").length, 0);
    }),
};

export const run = async (name, make) => scenarios[name](make);
