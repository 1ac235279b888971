import { equal, failing, ok, refusesAtOnce, replacing, same } from "./assert.js";
import { CONTACT, SDP, answered, body, device, hungUp, peer, registered, ringing, withFarSide } from "./far_side.js";

/** A picture, as from a camera or a screen. */
function picture() {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, 1, 1);
  const stream = canvas.captureStream();
  return { stream, track: stream.getVideoTracks()[0] };
}

/** The far side agrees to an offer. */
async function agree(far, { far_end }, invite) {
  const { connection } = far_end;
  await connection.setRemoteDescription({ type: "offer", sdp: body(invite) });
  await connection.setLocalDescription();
  far.answer(invite, "200 OK", `${CONTACT}\n${SDP}`, connection.localDescription.sdp);
  await far.next("ACK");
}

/** The lines of a description that say which way its pictures go; undefined where there are none. */
const video = (sdp) => /m=video[^]*?a=(sendrecv|sendonly|recvonly|inactive)/.exec(sdp)?.[1];

const senders = (call) => call.peerConnection.getSenders().map(({ track }) => track).filter(Boolean);

const scenarios = {
  aTrackIsAddedAndRemoved: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const talk = await answered(far, phone);
      const { stream, track } = picture();
      const added = talk.call.addTrack(track, stream);
      const offer = await far.next("INVITE");
      ok(video(body(offer)) === "sendrecv", body(offer));
      ok(body(offer).includes(`msid:${stream.id}`) || body(offer).includes(stream.id), "the stream is named");
      await agree(far, talk, offer);
      await added;
      ok(senders(talk.call).includes(track) && talk.call.localStream.getTracks().includes(track), "it is sent");
      equal((await failing(() => talk.call.addTrack(track))).code, "ERR_INVALID_STATE");
      const removed = talk.call.removeTrack(track);
      const again = await far.next("INVITE");
      ok(["recvonly", "inactive"].includes(video(body(again))), body(again));
      await agree(far, talk, again);
      await removed;
      equal([senders(talk.call).length, track.readyState], [1, "live"]);
      await talk.call.removeTrack(track);
      ok(far.hasNot("INVITE"), "nothing to agree on");
      await hungUp(far, talk);
      equal(track.readyState, "live");
      track.stop();
      phone.free();
    }),

  aRefusedTrackIsTakenBack: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const talk = await answered(far, phone);
      const { track } = picture();
      const added = failing(() => talk.call.addTrack(track));
      far.answer(await far.next("INVITE"), "488 Not Acceptable Here");
      const failure = await added;
      equal([failure.sipCause, failure.response.statusCode], ["Incompatible SDP", 488]);
      equal([senders(talk.call).length, talk.call.localStream.getTracks().length], [1, 1]);
      equal(talk.call.status(), "connected");
      const held = talk.call.addTrack(track);
      const offer = await far.next("INVITE");
      equal(body(offer).match(/^m=video/gm).length, 1, "the refused one is not offered again");
      await agree(far, talk, offer);
      await held;
      await hungUp(far, talk);
      equal((await failing(() => talk.call.addTrack(track))).code, "ERR_INVALID_STATE");
      track.stop();
      phone.free();
    }),

  aStreamIsReplacedWithoutAWordWhereItCanBe: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const talk = await answered(far, phone);
      const [before] = senders(talk.call);
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      talk.call.mute(true);
      await talk.call.replaceStream(stream);
      same(senders(talk.call)[0], stream.getTracks()[0], "what is sent");
      equal([before.readyState, stream.getTracks()[0].enabled], ["ended", false]);
      ok(far.hasNot("INVITE"), "without a re-INVITE");
      const { track } = picture();
      stream.addTrack(track);
      const replaced = talk.call.replaceStream(stream);
      await agree(far, talk, await far.next("INVITE"));
      await replaced;
      equal(senders(talk.call).length, 2);
      refusesAtOnce(talk.call, { addTrack: [[], [{}], [track, 7]], removeTrack: [[null]], replaceStream: [[], [track]] });
      await hungUp(far, talk);
      equal(stream.getTracks().map(({ readyState, enabled }) => [readyState, enabled]), [["live", true], ["live", true]]);
      stream.getTracks().forEach((it) => it.stop());
      phone.free();
    }),

  theCameraIsSentWhereItIsWanted: (make) =>
    withFarSide({}, async (far) => {
      const asked = [];
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      const watch = (constraints) => (asked.push(constraints.video), open(constraints));
      await replacing(navigator.mediaDevices, "getUserMedia", watch, async () => {
        const phone = device(make);
        const talk = await answered(far, phone, { video: true });
        equal([asked, video(body(talk.invite))], [[true], "sendrecv"]);
        equal(talk.call.localStream.getVideoTracks().length, 1);
        await hungUp(far, talk);
        phone.free();
      });
    }),

  offeredVideoIsTakenAndNoCameraOpened: (make) =>
    withFarSide({}, async (far) => {
      const asked = [];
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      const watch = (constraints) => (asked.push(constraints), open(constraints));
      await replacing(navigator.mediaDevices, "getUserMedia", watch, async () => {
        const { phone, register } = await registered(far, make);
        const far_end = await peer(undefined, (connection) => connection.addTransceiver("video"));
        const call = await ringing(far, phone, register, far_end);
        call.accept();
        equal(video(body(await far.next("SIP/2.0 200"))), "recvonly");
        equal(asked, [{ audio: true, video: false }]);
        far_end.connection.close();
        phone.free();
      });
    }),

  aTrackAddedOnHoldKeepsTheHold: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const talk = await answered(far, phone);
      if (!talk.call.hold) return void (await hungUp(far, talk));
      const held = talk.call.hold();
      await agree(far, talk, await far.next("INVITE"));
      await held;
      const { track } = picture();
      const added = talk.call.addTrack(track);
      const offer = await far.next("INVITE");
      equal(video(body(offer)), "sendonly");
      await agree(far, talk, offer);
      await added;
      await hungUp(far, talk);
      phone.free();
    }),
};

export const run = async (name, make) => scenarios[name](make);
