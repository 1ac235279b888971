import { equal, ok, same, turn } from "./assert.js";
import {
  SDP, answered, body, header, hungUp, peer, registered, ringing, story, withFarSide, withPeers,
} from "./far_side.js";

const device = (make, more) =>
  make({ host: "example.com", port: 5060, username: "alice", password: "sesame-open", logLevel: "off", ...more });

const heard = (target, name) => new Promise((resolve) => target.once(name, (...args) => resolve(args)));

const CONTACT = "Contact: <sip:bob@far.invalid;transport=ws>";

const scenarios = {
  lateNewsOfAReleasedCallIsNotTold: (make) =>
    withFarSide({}, (far) =>
      withPeers(undefined, async (made) => {
        const phone = device(make);
        const call = phone.initiateCall("bob");
        const invite = await far.next("INVITE");
        const told = [];
        const ended = heard(call, "terminated");
        for (const name of ["iceConnection", "iceGathering", "addStream", "dataChannel"]) call.on(name, () => told.push(name));
        far.answer(invite, "486 Busy Here");
        await ended;
        const [{ connection }] = made;
        for (const type of ["iceconnectionstatechange", "icegatheringstatechange", "track"]) {
          connection.dispatchEvent(new Event(type));
        }
        await turn();
        equal(told, ["iceConnection"]);
        phone.free();
      }),
    ),

  theEndOfIceIsToldBeforeThatOfTheCall: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const talk = await answered(far, phone);
      const told = story(talk.call, ["bye", "iceConnectionClosed", "terminated"]);
      const closed = heard(talk.call, "iceConnectionClosed");
      await hungUp(far, talk);
      equal(told, ["bye", "iceConnectionClosed", "terminated"]);
      equal(await closed, [null]);
      phone.free();
    }),

  tracksThatAreOfNoStreamStandTogether: (make) =>
    withFarSide({}, async (far) => {
      const { phone, register } = await registered(far, make);
      const far_end = await peer(undefined, (connection) => connection.addTransceiver("video"));
      // As gateways write it.
      far_end.sdp = far_end.sdp.replace(/^a=(msid|ssrc).*\r\n/gm, "");
      const call = await ringing(far, phone, register, far_end);
      const streams = [];
      call.on("addStream", ({ stream }) => streams.push(stream));
      await call.accept();
      equal(streams.length, 2);
      for (const stream of streams) same(stream, call.remoteStream, "the stream");
      equal(call.remoteStream.getTracks().map(({ kind }) => kind).sort(), ["audio", "video"]);
      far_end.connection.close();
      phone.free();
    }),

  theIceServersAreThoseOfTheConfig: (make) =>
    withFarSide({}, (far) =>
      withPeers(undefined, async (made) => {
        const phone = device(make, {
          stunServers: ["stun:127.0.0.1:3478", "127.0.0.1:3478"],
          turnServers: { urls: "turn:127.0.0.1:3478?transport=tcp", username: "u", password: "p" },
        });
        phone.initiateCall("bob");
        await far.next("INVITE");
        equal(made[0].configuration.iceServers, [
          { urls: "stun:127.0.0.1:3478" },
          { urls: "stun:127.0.0.1:3478" },
          { urls: ["turn:127.0.0.1:3478?transport=tcp"], username: "u", credential: "p" },
        ]);
        phone.free();
        const bare = device(make);
        bare.initiateCall("bob");
        await far.next("INVITE");
        equal(made[1].configuration.iceServers, []);
        bare.free();
      }),
    ),

  earlyMediaIsHeardBeforeTheAnswer: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const call = phone.initiateCall("bob");
      const invite = await far.next("INVITE");
      const types = [];
      call.on("setDescription", ({ type }) => types.push(type));
      const far_end = await peer(body(invite));
      const progress = heard(call, "progress");
      far.answer(invite, "183 Session Progress", `${CONTACT}\n${SDP}`, far_end.sdp);
      await progress;
      equal([types, call.status()], [["pranswer"], "initiating"]);
      const accepted = heard(call, "accepted");
      const added = heard(call, "addStream");
      far.answer(invite, "200 OK", `${CONTACT}\n${SDP}`, far_end.sdp);
      await accepted;
      await added;
      equal([types, call.status()], [["pranswer", "answer"], "connected"]);
      far_end.connection.close();
      phone.free();
    }),

  anAnswerThatIsNoSdpEndsTheCall: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const call = phone.initiateCall("bob");
      const invite = await far.next("INVITE");
      const ended = heard(call, "terminated");
      far.answer(invite, "200 OK", `${CONTACT}\n${SDP}`, "v=0\r\nnonsense\r\n");
      await far.next("ACK");
      await far.next("BYE");
      equal((await ended)[1], "Bad Media Description");
      phone.free();
    }),

  aLaterOfferOfTheFarSideIsAnswered: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const call = phone.initiateCall("bob");
      const invite = await far.next("INVITE");
      const far_end = await peer(body(invite));
      const accepted = heard(call, "accepted");
      far.answer(invite, "200 OK", `${CONTACT}\n${SDP}`, far_end.sdp);
      await accepted;
      const told = [];
      for (const name of ["userMediaRequest", "connecting", "accepted"]) call.on(name, () => told.push(name));
      await far_end.connection.setLocalDescription(await far_end.connection.createOffer());
      far.say(
        `INVITE ${/<([^>]*)>/.exec(header(invite, "Contact"))[1]} SIP/2.0
        Via: SIP/2.0/WS far.invalid;branch=z9hG4bKagain
        Max-Forwards: 70
        From: ${header(invite, "To")};tag=far
        To: ${header(invite, "From")}
        Call-ID: ${header(invite, "Call-ID")}
        CSeq: 1 INVITE
        ${CONTACT}
        ${SDP}`,
        far_end.connection.localDescription.sdp,
      );
      const answer = body(await far.next("SIP/2.0 200"));
      ok(answer.includes("a=candidate:"), "with candidates");
      await far_end.connection.setRemoteDescription({ type: "answer", sdp: answer });
      equal(told, []);
      far_end.connection.close();
      phone.free();
    }),
};

export const run = async (name, make) => scenarios[name](make);
