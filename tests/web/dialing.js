import { equal, ok, replacing, same, turn } from "./assert.js";
import { SDP, body, header, peer, withFarSide, withPeers } from "./far_side.js";

/** A port where nobody answers STUN; Firefox asks none that is for something else. */
const SILENT = "stun:127.0.0.1:34789";

const device = (make, more) =>
  make({ host: "example.com", port: 5060, username: "alice", password: "sesame-open", logLevel: "off", ...more });

const heard = (target, name) => new Promise((resolve) => target.once(name, (...args) => resolve(args)));

const isEnd = (type, { target }) => type === "icegatheringstatechange" && target.iceGatheringState === "complete";

/** Calls, and hangs up; gives the INVITE and the milliseconds until it left since the microphone was there. */
async function dial(phone, far) {
  const call = phone.initiateCall("bob");
  await heard(call, "userMedia");
  const began = performance.now();
  const invite = await far.next("INVITE");
  const wait = performance.now() - began;
  const ended = heard(call, "terminated");
  far.answer(invite, "486 Busy Here");
  await ended;
  return { invite, wait };
}

async function register(phone, far) {
  const done = phone.register();
  const register = await far.next("REGISTER");
  far.answer(register, "200 OK", `Contact: ${header(register, "Contact")};expires=600`);
  await done;
  return phone;
}

/** A browser that gathers early, and where the microphone is permitted as `status.state` says. */
const permitting = (status, work) => {
  const query = async ({ name }) => (equal(name, "microphone"), status);
  return replacing(navigator, "userAgentData", {}, () => replacing(navigator, "permissions", { query }, work));
};

const isWarm = ({ configuration }) => configuration.iceCandidatePoolSize === 1;
const isClosed = ({ connection }) => connection.signalingState === "closed";
const permission = (state) => Object.assign(new EventTarget(), { state });

const scenarios = {
  withoutServersAnOfferLeavesAfterTheLastHostCandidate: (make) =>
    withFarSide({}, (far) =>
      withPeers((type, event) => !isEnd(type, event), async () => {
        // The end of gathering is not told, and the time-out is far away.
        const phone = device(make, { iceGatheringTimeout: 60_000 });
        const began = performance.now();
        const call = phone.initiateCall("bob");
        const told = [];
        call.on("iceCandidate", ({ candidate }) => told.push(`candidate ${candidate.candidate !== ""}`));
        call.on("iceGatheringComplete", (event) => told.push(`complete ${event}`));
        call.on("getDescription", () => told.push("description"));
        const invite = await far.next("INVITE");
        ok(performance.now() - began < 60_000, "without the time-out");
        ok(body(invite).includes("a=candidate:"), "it has candidates");
        equal(told.slice(-2), ["complete null", "description"]);
        ok(told.slice(0, -2).every((it) => it === "candidate true") && told.length > 2, told.join());
        phone.free();
      }),
    ),

  aSilentServerIsWaitedForOnce: (make) =>
    withFarSide({}, (far) =>
      withPeers((type, event) => !isEnd(type, event), async () => {
        const phone = device(make, { stunServers: SILENT, iceGatheringTimeout: 3000 });
        const first = await dial(phone, far);
        ok(first.wait > 2900, `it was waited for: ${first.wait} ms`);
        const second = await dial(phone, far);
        ok(second.wait < 2800, `and not again: ${second.wait} ms`);
        dispatchEvent(new Event("online"));
        const third = await dial(phone, far);
        ok(third.wait > 2900, `on another network again: ${third.wait} ms`);
        phone.free();
      }),
    ),

  aPeerConnectionIsReadyWhileRegistered: (make) =>
    withFarSide({}, (far) =>
      withPeers(undefined, (made) =>
        permitting(permission("granted"), async () => {
          const phone = device(make, { rtcConfiguration: { bundlePolicy: "max-bundle" } });
          await register(phone, far);
          await turn();
          equal(made.map(({ configuration }) => configuration), [
            { iceServers: [], bundlePolicy: "max-bundle", iceCandidatePoolSize: 1 },
          ]);
          await dial(phone, far);
          equal([made.length, isClosed(made[0])], [1, true], "the call had it");
          dispatchEvent(new Event("online"));
          equal(made.map(isWarm), [true, true], "another network, another one");
          dispatchEvent(new Event("online"));
          equal(made.map(isClosed), [true, true, false]);
          const stopped = phone.stopWS();
          far.answer(await far.next("REGISTER"), "200 OK");
          await stopped;
          equal(made.map(isClosed), [true, true, true]);
          phone.free();
        }),
      ),
    ),

  aCallWithAStreamOfTheApplicationsHasIt: (make) =>
    withFarSide({}, (far) =>
      withPeers(undefined, (made) =>
        permitting(permission("granted"), async () => {
          const phone = await register(device(make), far);
          while (made.length === 0) await turn();
          const context = new AudioContext();
          const mediaStream = context.createMediaStreamDestination().stream;
          const call = phone.initiateCall("bob", { mediaStream });
          const invite = await far.next("INVITE");
          equal(made.map(isWarm), [true]);
          same(call.peerConnection, made[0].connection, "the peer connection of the call");
          const ended = heard(call, "terminated");
          far.answer(invite, "486 Busy Here");
          await ended;
          phone.free();
          await context.close();
        }),
      ),
    ),

  iceThatFailsIsRestarted: (make) =>
    withFarSide({}, (far) =>
      withPeers(undefined, async (made) => {
        const phone = device(make);
        const call = phone.initiateCall("bob");
        const invite = await far.next("INVITE");
        const far_end = await peer(body(invite));
        const accepted = heard(call, "accepted");
        far.answer(invite, "200 OK", `Contact: <sip:bob@far.invalid;transport=ws>\n${SDP}`, far_end.sdp);
        await accepted;
        const [{ connection }] = made;
        Object.defineProperty(connection, "iceConnectionState", { value: "failed" });
        connection.dispatchEvent(new Event("iceconnectionstatechange"));
        const again = await far.next("INVITE");
        const ufrag = (message) => /a=ice-ufrag:(\S+)/.exec(message)[1];
        ok(ufrag(again) !== ufrag(invite), "a restart");
        ok(body(again).includes("a=candidate:"), "it has candidates");
        far_end.connection.close();
        phone.free();
      }),
    ),

  aCallComesBackAfterALostConnection: (make) =>
    withFarSide({}, (far) =>
      withPeers(undefined, async (made) => {
        const phone = device(make);
        const call = phone.initiateCall("bob");
        const invite = await far.next("INVITE");
        const far_end = await peer(body(invite));
        const accepted = heard(call, "accepted");
        far.answer(invite, "200 OK", `Contact: <sip:bob@far.invalid;transport=ws>\n${SDP}`, far_end.sdp);
        await accepted;
        const told = [];
        for (const name of ["recovering", "recovered"]) call.on(name, (reason) => told.push(name, reason));
        const request = call.request.toString();
        far.socket.drop(1006, "");
        equal(told, ["recovering", "signaling"]);
        const again = await far.next("INVITE");
        const ufrag = (message) => /a=ice-ufrag:(\S+)/.exec(message)[1];
        equal(ufrag(again), ufrag(invite), "media that never stopped are left alone");
        const { connection } = far_end;
        await connection.setRemoteDescription({ type: "offer", sdp: body(again) });
        await connection.setLocalDescription();
        const recovered = heard(call, "recovered");
        far.answer(again, "200 OK", `Contact: <sip:bob@far.invalid;transport=ws>\n${SDP}`, connection.localDescription.sdp);
        await recovered;
        equal(told.slice(2), ["recovered", "signaling"]);
        equal(made.length, 2, "peer connections: one at each end");
        ok(call.request.toString() === request, "the INVITE that the call began with");
        connection.close();
        phone.free();
      }),
    ),

  candidatesThatComeLateGoByThemselves: (make) =>
    withFarSide({}, (far) =>
      withPeers(undefined, async (made) => {
        const phone = device(make);
        const call = phone.initiateCall("bob");
        const invite = await far.next("INVITE");
        const far_end = await peer(body(invite));
        const accepted = heard(call, "accepted");
        const more = "Contact: <sip:bob@far.invalid;transport=ws>\nSupported: trickle-ice\n";
        far.answer(invite, "200 OK", `${more}${SDP}`, far_end.sdp);
        await accepted;
        const [{ connection }] = made;
        const late = { candidate: "candidate:9 1 udp 1 192.0.2.9 9 typ relay raddr 0.0.0.0 rport 0", sdpMid: "0" };
        connection.dispatchEvent(new RTCPeerConnectionIceEvent("icecandidate", { candidate: new RTCIceCandidate(late) }));
        const info = await far.next("INFO");
        equal(header(info, "Info-Package"), "trickle-ice");
        const mid = /a=mid:(.*)\r/.exec(connection.localDescription.sdp)[1];
        ok(body(info).includes(`m=audio 9 RTP/AVP 0\r\na=mid:${mid}\r\na=candidate:`), body(info));
        const added = [];
        connection.addIceCandidate = async (candidate) => void added.push(candidate);
        const fragment = `m=audio 9 RTP/AVP 0\r\na=mid:${mid}\r\na=candidate:1 1 udp 1 192.0.2.8 9 typ host\r\na=end-of-candidates\r\n`;
        far.say(
          `INFO ${/<([^>]*)>/.exec(header(invite, "Contact"))[1]} SIP/2.0
          Via: SIP/2.0/WS far.invalid;branch=z9hG4bKinfo
          Max-Forwards: 70
          From: ${header(invite, "To")};tag=far
          To: ${header(invite, "From")}
          Call-ID: ${header(invite, "Call-ID")}
          CSeq: 1 INFO
          Info-Package: trickle-ice
          Content-Type: application/trickle-ice-sdpfrag`,
          fragment,
        );
        await far.next("SIP/2.0 200");
        await turn();
        equal(added, [{ candidate: "candidate:1 1 udp 1 192.0.2.8 9 typ host", sdpMid: mid }, { candidate: "", sdpMid: mid }]);
        far_end.connection.close();
        phone.free();
      }),
    ),

  nothingIsReadyBeforeTheMicrophoneIsPermitted: (make) =>
    withFarSide({}, (far) =>
      withPeers(undefined, (made) => {
        const status = permission("prompt");
        return permitting(status, async () => {
          const phone = await register(device(make), far);
          await turn();
          equal(made.length, 0);
          status.state = "granted";
          status.dispatchEvent(new Event("change"));
          equal(made.map(isClosed), [false]);
          status.state = "denied";
          status.dispatchEvent(new Event("change"));
          equal(made.map(isClosed), [true]);
          phone.free();
        });
      }),
    ),

  nothingIsReadyWithTurnOrWhereNotWanted: (make) =>
    withFarSide({}, (far) =>
      withPeers(undefined, (made) =>
        permitting(permission("granted"), async () => {
          const turnServers = { urls: "turn:127.0.0.1:34789", username: "u", password: "p" };
          for (const config of [{ warm: false }, { turnServers }]) {
            const phone = await register(device(make, config), far);
            await turn();
            equal(made.length, 0);
            phone.free();
            await far.next("REGISTER"); // its farewell
          }
        }),
      ),
    ),
};

export const run = async (name, make) => scenarios[name](make);
