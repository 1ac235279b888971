import { equal, failing, ok, replacing, same, turn } from "./assert.js";
import {
  CONTACT, SDP, answered, body, device, dialled, heard, hungUp, peer, refused, registered, ringing, story, talking, withFarSide,
} from "./far_side.js";

const MEDIA = ["userMediaRequest", "userMedia", "userMediaFailed", "connecting"];

const players = () => document.querySelectorAll("audio").length;

/** The encodings of a description's audio, by name. */
const encodings = (sdp) => {
  const [line] = /^m=audio .*$/m.exec(sdp);
  const named = new Map([...sdp.matchAll(/^a=rtpmap:(\d+) ([^/\r]+)/gm)].map(([, type, name]) => [type, name]));
  return line.split(" ").slice(3).map((type) => named.get(type.trim()));
};

const WEBCAM = { kind: "audioinput", deviceId: "w1", label: "Webcam" };

/** Runs `work(asked)` where a webcam can be chosen: `asked` has what the browser was asked for, and what it gave. `wait` is before. */
const withWebcam = (work, wait = async () => {}) => {
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const asked = [];
  const getUserMedia = async ({ audio }) => {
    const request = { audio };
    asked.push(request);
    await wait(asked);
    const stream = await open({ audio: true });
    [request.track] = stream.getTracks();
    return stream;
  };
  const forget = () => localStorage.removeItem("telnyx-device.microphone");
  forget();
  return replacing(mediaDevices, "getUserMedia", getUserMedia, () =>
    replacing(mediaDevices, "enumerateDevices", async () => [WEBCAM], () => work(asked))).finally(forget);
};

const scenarios = {
  aMicrophoneThatIsChosenWhileOneIsAskedForIsSent: async (make) => {
    for (const ofTheCall of [false, true]) {
      let permit;
      const permitted = new Promise((resolve) => (permit = resolve));
      const work = (asked) =>
        withFarSide({}, async (far) => {
          const phone = device(make);
          const call = phone.initiateCall("bob");
          await heard(call, "userMediaRequest");
          await (ofTheCall ? call : phone).setMicrophone("w1");
          permit();
          const invite = await far.next("INVITE");
          equal(asked.map(({ audio }) => audio), [true, { deviceId: { exact: "w1" } }]);
          equal(asked.map(({ track }) => track.readyState), ["ended", "live"]);
          same(call.localStream.getTracks()[0], asked[1].track, "what is sent");
          await refused(far, { call, invite });
          phone.free();
        });
      await withWebcam(work, (asked) => asked.length === 1 && permitted);
    }
  },

  theDefaultMicrophoneIsNotTheOneOfTheConstraints: (make) =>
    withWebcam((asked) =>
      withFarSide({}, async (far) => {
        const audio = { echoCancellation: false, deviceId: { exact: "h1" }, groupId: "g1" };
        const phone = device(make, { audio });
        const talk = await answered(far, phone);
        await phone.setMicrophone("default");
        equal(asked.map(({ audio }) => audio), [audio, { echoCancellation: false }]);
        await hungUp(far, talk);
        phone.free();
      }),
    ),

  constraintsAreAskedForAsGiven: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make, { audio: { echoCancellation: false } });
      const asked = heard(phone.initiateCall("bob"), "userMediaRequest");
      equal((await asked)[0], { audio: { echoCancellation: false }, video: false });
      const other = heard(phone.initiateCall("bob", { audio: { noiseSuppression: false } }), "userMediaRequest");
      equal((await other)[0], { audio: { noiseSuppression: false }, video: false });
      phone.free();
    }),

  wrongWishesAreRefusedAtOnce: (make) =>
    withFarSide({}, async () => {
      const wrong = {
        audio: "yes", video: 1, mediaStream: {}, remoteAudioElement: document.body, codecPreferences: [1],
        earlyMedia: "no", processAudio: { outgoing: 1 },
      };
      const phone = device(make);
      for (const [key, value] of Object.entries(wrong)) {
        const error = await failing(async () => phone.initiateCall("bob", { [key]: value }));
        ok(error instanceof TypeError && error.message.includes(key === "processAudio" ? "outgoing" : key), `${key}: ${error}`);
      }
      equal(phone.activeCall(), undefined);
      ok((await failing(async () => device(make, { audio: 7 }))) instanceof TypeError, "of a config, too");
      phone.free();
    }),

  withoutAMicrophoneACallOnlyListens: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make, { audio: false });
      const call = phone.initiateCall("bob");
      const told = story(call, MEDIA);
      const offer = body(await far.next("INVITE"));
      ok(offer.includes("m=audio") && offer.includes("a=recvonly"), offer);
      equal([told, call.localStream], [["connecting"], null]);
      phone.free();
    }),

  aGivenStreamIsSentAndGivenBack: (make) =>
    withFarSide({}, async (far) => {
      const mediaStream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const [track] = mediaStream.getTracks();
      const phone = device(make);
      const call = phone.initiateCall("bob", { mediaStream });
      const told = story(call, MEDIA);
      call.mute(true);
      const invite = await far.next("INVITE");
      equal(told, ["userMedia", "connecting"]);
      same(call.localStream, mediaStream, "localStream");
      same(call.peerConnection.getSenders()[0].track, track, "what is sent");
      equal([track.enabled, call.isMuted()], [false, true]);
      await refused(far, { call, invite });
      equal([track.readyState, track.enabled], ["live", true]);
      equal([call.localStream, call.remoteStream, call.peerConnection], [null, null, null]);
      track.stop();
      phone.free();
    }),

  whatTheApplicationDisabledStaysSo: (make) =>
    withFarSide({}, async (far) => {
      const streams = [];
      for (let i = 0; i < 2; i++) streams.push(await navigator.mediaDevices.getUserMedia({ audio: true }));
      const tracks = streams.map((it) => it.getTracks()[0]);
      const enabled = () => tracks.map((it) => it.enabled);
      for (const track of tracks) track.enabled = false;
      const phone = device(make);
      const talk = await answered(far, phone, { mediaStream: streams[0] });
      equal(enabled(), [false, false], "as they came");
      talk.call.mute(true);
      await talk.call.replaceStream(streams[1]);
      talk.call.mute(false);
      equal(enabled(), [false, false], "muted and unmuted");
      tracks[1].enabled = true;
      talk.call.mute(true);
      equal(enabled(), [false, false], "muted");
      await hungUp(far, talk);
      equal(enabled(), [false, true], "given back as they were");
      for (const track of tracks) track.stop();
      phone.free();
    }),

  aMuteBeforeTheProcessorIsUndoneAfterIt: (make) =>
    withFarSide({}, async (far) => {
      const tracks = [];
      const outgoing = (track) => {
        tracks.push(track, track.clone());
        return tracks[1];
      };
      const phone = device(make, { processAudio: { outgoing } });
      const call = phone.initiateCall("bob");
      call.mute(true);
      const invite = await far.next("INVITE");
      equal(tracks[1].enabled, false);
      call.mute(false);
      equal(tracks.map((it) => it.enabled), [true, true]);
      await refused(far, { call, invite });
      phone.free();
    }),

  onlyThePreferredCodecsAreOffered: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make, { codecPreferences: ["pcmu", "opus"] });
      const offered = encodings(body((await dialled(far, phone)).invite)).filter((it) => !/telephone-event|CN|red/.test(it));
      equal(offered, ["PCMU", "opus"]);
      const { invite } = await dialled(far, phone, { codecPreferences: ["PCMA"] });
      ok(!encodings(body(invite)).includes("opus"), "of a call, in place of the device's");
      const all = encodings(body((await dialled(far, phone, { codecPreferences: ["nonesuch"] })).invite));
      ok(all.includes("opus") && all.includes("PCMA"), "all where none is known");
      phone.free();
    }),

  onlyThePreferredCodecsAreAnswered: (make) =>
    withFarSide({}, async (far) => {
      const { phone, register } = await registered(far, make);
      const far_end = await peer();
      const call = await ringing(far, phone, register, far_end);
      call.accept({ codecPreferences: ["PCMA"] });
      const answer = body(await far.next("SIP/2.0 200"));
      ok(encodings(answer).includes("PCMA") && !encodings(answer).includes("opus"), answer);
      far_end.connection.close();
      phone.free();
    }),

  mediaConnectedIsToldOnceAndTracksAreShown: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const call = phone.initiateCall("bob");
      const told = story(call, ["track", "addStream", "accepted", "mediaConnected"]);
      const connected = heard(call, "mediaConnected");
      const invite = await far.next("INVITE");
      const far_end = await peer(body(invite));
      const track = heard(call, "track");
      far.answer(invite, "200 OK", `${CONTACT}\n${SDP}`, far_end.sdp);
      same((await track)[0].track, call.remoteStream.getAudioTracks()[0], "remoteStream");
      await connected;
      equal(call.peerConnection.connectionState, "connected");
      call.peerConnection.dispatchEvent(new Event("connectionstatechange"));
      equal([...told].sort(), ["accepted", "addStream", "mediaConnected", "track"]);
      await hungUp(far, { call, far_end });
      phone.free();
    }),

  theGivenElementPlaysAndStays: (make) =>
    withFarSide({}, async (far) => {
      const remoteAudioElement = document.body.appendChild(new Audio());
      const before = players();
      const phone = device(make, { remoteAudioElement });
      const talk = await talking(far, phone);
      // The speaker that was chosen is looked up first, and media may be connected before.
      const plays = async ({ call }) => {
        while (remoteAudioElement.srcObject !== call.remoteStream) await turn();
      };
      await plays(talk);
      equal(players(), before, "elements");
      const second = device(make, { remoteAudioElement });
      const other = await talking(far, second);
      await plays(other);
      await hungUp(far, talk);
      same(remoteAudioElement.srcObject, other.call.remoteStream, "the later call keeps it");
      await hungUp(far, other);
      equal([remoteAudioElement.srcObject, remoteAudioElement.isConnected], [null, true]);
      remoteAudioElement.remove();
      second.free();
      phone.free();
    }),

  earlyMediaIsNotPlayedWhereItIsNotWanted: (make) =>
    withFarSide({}, async (far) => {
      const before = players();
      const phone = device(make);
      for (const [earlyMedia, heardEarly] of [[false, 0], [true, 1]]) {
        const { call, invite } = await dialled(far, phone, { earlyMedia });
        const far_end = await peer(body(invite));
        const early = [];
        // Not every browser has tracks before the answer.
        const came = new Promise((resolve) => {
          call.on("track", async () => {
            await turn();
            if (call.status() === "initiating") early.push(players() - before);
            resolve();
          });
        });
        const progress = heard(call, "progress");
        far.answer(invite, "183 Session Progress", `${CONTACT}\n${SDP}`, far_end.sdp);
        await progress;
        if (navigator.userAgent.includes("Chrome")) await came;
        ok(early.every((elements) => elements === heardEarly), `elements with earlyMedia ${earlyMedia}: ${early}`);
        far.answer(invite, "200 OK", `${CONTACT}\n${SDP}`, far_end.sdp);
        await came;
        while (players() === before) await turn();
        equal(players() - before, 1, "elements after the answer");
        await hungUp(far, { call, far_end });
        equal(players(), before, "elements after the call");
      }
      phone.free();
    }),

  whyThereIsNoMicrophoneIsToldApart: (make) =>
    withFarSide({}, async (far) => {
      const { phone, register } = await registered(far, make);
      const told = {};
      for (const name of ["NotAllowedError", "NotReadableError", "NotFoundError"]) {
        const error = new DOMException("so it is", name);
        await replacing(navigator.mediaDevices, "getUserMedia", () => Promise.reject(error), async () => {
          const far_end = await peer();
          const invited = heard(phone, "invite");
          far.ask("INVITE", register, { more: SDP, content: far_end.sdp, callId: name });
          const [{ call }] = await invited;
          const failed = heard(call, "userMediaFailed");
          const failure = await failing(() => call.accept());
          same((await failed)[0], error, "the error told");
          same(failure.cause, error, "the underlying error");
          told[failure.code] = failure.sipCause;
          far_end.connection.close();
        });
      }
      equal(told, {
        ERR_MEDIA_DENIED: "User Denied Media Access",
        ERR_MEDIA_IN_USE: "WebRTC Error",
        ERR_MEDIA_NOT_FOUND: "WebRTC Error",
      });
      phone.free();
    }),

  processorsStandOnBothSides: (make) =>
    withFarSide({}, async (far) => {
      const seen = [];
      const made = {};
      const processor = (name) => async (track, signal) => {
        signal.addEventListener("abort", () => seen.push(`${name} over`));
        seen.push(`${name} ${track.kind} ${track.readyState}`);
        made[name] = track.clone();
        return made[name];
      };
      const phone = device(make, { processAudio: { outgoing: processor("outgoing"), incoming: processor("incoming") } });
      const before = players();
      const talk = await talking(far, phone);
      same(talk.call.peerConnection.getSenders()[0].track, made.outgoing, "what is sent");
      same(talk.call.localStream.getAudioTracks()[0], made.outgoing, "localStream");
      talk.call.mute(true);
      equal(made.outgoing.enabled, false);
      let player;
      while (!(player = [...document.querySelectorAll("audio")].at(-1))?.srcObject) await turn();
      same(player.srcObject.getAudioTracks()[0], made.incoming, "what is played");
      equal([...seen].sort(), ["incoming audio live", "outgoing audio live"]);
      seen.length = 0;
      await hungUp(far, talk);
      equal([...seen].sort(), ["incoming over", "outgoing over"]);
      equal([made.outgoing.readyState, made.incoming.readyState, players()], ["ended", "ended", before]);
      phone.free();
    }),

  aProcessorThatFailsIsLeftOut: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const wrong = new Error("of the processor's");
      const outgoing = { throws: () => { throw wrong; }, rejects: () => Promise.reject(wrong), "gives nothing": () => {}, hangs: () => new Promise(() => {}) };
      for (const [name, processor] of Object.entries(outgoing)) {
        const began = performance.now();
        const call = phone.initiateCall("bob", { processAudio: { outgoing: processor } });
        const failed = heard(call, "processorFailed");
        const invite = await far.next("INVITE");
        const [{ direction, error }] = await failed;
        equal(direction, "outgoing");
        ok(name === "throws" || name === "rejects" ? error === wrong : error.message.startsWith("processAudio"), `${name}: ${error}`);
        ok(performance.now() - began < 4000, `${name} in time`);
        equal(call.peerConnection.getSenders()[0].track.readyState, "live");
        await refused(far, { call, invite });
      }
      phone.free();
    }),

  hangingUpDoesNotWaitForAProcessor: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      let raw;
      const asked = new Promise((resolve) => {
        phone.initiateCall("bob", { processAudio: { outgoing: (track) => (resolve(), (raw = track), new Promise(() => {})) } });
      });
      await asked;
      await phone.activeCall().disconnect();
      await turn();
      equal(raw.readyState, "ended");
      phone.free();
    }),

  nothingIsLeftOfTwentyCalls: (make) =>
    withFarSide({}, async (far) => {
      const opened = [];
      const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      const open = async (constraints) => {
        const stream = await original(constraints);
        opened.push(...stream.getTracks());
        return stream;
      };
      const before = players();
      await replacing(navigator.mediaDevices, "getUserMedia", open, async () => {
        const phone = device(make);
        for (let i = 0; i < 20; i++) await hungUp(far, await answered(far, phone));
        equal(phone.activeCall(), undefined);
        phone.free();
      });
      equal(opened.map(({ readyState }) => readyState), Array(20).fill("ended"));
      equal(players(), before, "elements");
    }),
};

export const run = async (name, make) => scenarios[name](make);
