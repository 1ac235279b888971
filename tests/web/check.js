import { equal, failing, ok, replacing, same } from "./assert.js";
import { SDP, body, device, header, peer, talking, withFarSide } from "./far_side.js";

const CONFIG = { host: "example.com", port: 5060, username: "alice", password: "sesame-open", logLevel: "off" };

/** Runs a check. */
const checking = (make, more, options) => {
  const { constructor } = make(CONFIG);
  return constructor.check({ ...CONFIG, ...more }, options);
};

/** A registrar that grants every request to bind, and tells of each. */
async function registrar(far, told) {
  for (;;) {
    const register = await far.next("REGISTER");
    const contact = header(register, "Contact");
    const expires = header(register, "Expires") ?? /expires=(\d+)/.exec(contact)?.[1];
    told.push(`${contact.startsWith("*") ? "all" : "own"} ${expires}`);
    far.answer(register, "200 OK", expires === "0" ? "" : `Contact: ${contact};expires=600`);
  }
}

/** Answers a call with audio; gives what ends it. */
async function answeredByEcho(far, invite) {
  const { connection, sdp } = await peer(body(invite));
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  await connection.getTransceivers()[0].sender.replaceTrack(microphone.getAudioTracks()[0]);
  far.answer(invite, "200 OK", `Contact: <sip:echo@far.invalid;transport=ws>\n${SDP}`, sdp);
  const close = () => {
    for (const track of microphone.getTracks()) track.stop();
    connection.close();
  };
  return { close };
}

/** What is kept of calls. */
const kept = () => Object.keys(sessionStorage).filter((key) => key.startsWith("telnyx-device.calls "));

const named = (report, name) => report.results.filter((result) => result.name === name);
const verdicts = ({ results }) => results.map((result) => `${result.name} ${result.ok}`);

/** Runs `work` with a microphone that is watched; gives its tracks. */
async function watchingMicrophones(work) {
  const tracks = [];
  const { getUserMedia } = navigator.mediaDevices;
  const watched = async (constraints) => {
    const stream = await getUserMedia.call(navigator.mediaDevices, constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
  await replacing(navigator.mediaDevices, "getUserMedia", watched, work);
  return tracks;
}

const scenarios = {
  whatWorksIsSaidAndNothingIsLeft: (make) =>
    withFarSide({}, async (far) => {
      const told = [];
      registrar(far, told);
      const tracks = await watchingMicrophones(async () => {
        const report = await checking(make);
        equal(verdicts(report), ["microphone true", "webSocket true", "registration true"]);
        equal(report.ok, true);
        for (const { ms, advice } of report.results) ok(ms >= 0 && advice === null, `${ms} ${advice}`);
      });
      equal(told, ["own 600", "own 0"]);
      equal([tracks.length, tracks[0].readyState, far.sockets.length, far.socket.isClosed], [1, "ended", 1, true]);
    }),

  aRefusedMicrophoneHasItsAdvice: (make) =>
    withFarSide({}, async (far) => {
      registrar(far, []);
      for (const [name, advice] of [
        ["NotAllowedError", /allow the microphone/],
        ["NotFoundError", /connect a microphone/],
        ["NotReadableError", /close the other program/],
      ]) {
        const refuse = () => Promise.reject(new DOMException("", name));
        await replacing(navigator.mediaDevices, "getUserMedia", refuse, async () => {
          const report = await checking(make);
          const [microphone] = named(report, "microphone");
          equal([report.ok, microphone.ok, microphone.detail], [false, false, name]);
          ok(advice.test(microphone.advice), microphone.advice);
          equal(named(report, "registration")[0].ok, true, "the rest is tried all the same");
        });
      }
    }),

  aRefusedRegistrationIsTold: (make) =>
    withFarSide({}, async (far) => {
      const done = checking(make);
      far.answer(await far.next("REGISTER"), "403 Forbidden");
      const [registration] = named(await done, "registration");
      equal([registration.ok, registration.detail], [false, "403 Forbidden"]);
      ok(far.hasNot("REGISTER"), "there is nothing to remove");
      equal(far.socket.isClosed, true);
    }),

  anUnreachableServerIsTold: (make) =>
    withFarSide({ protocol: "" }, async (far) => {
      const report = await checking(make, {}, { echoTarget: "echo" });
      equal(verdicts(report), ["microphone true", "webSocket false"]);
      ok(/wsServers/.test(named(report, "webSocket")[0].advice), "what to look at");
      ok(far.sockets.every(({ isClosed }) => isClosed), "no socket is left");
    }),

  serversWithoutAnAnswerAreTold: (make) =>
    withFarSide({}, async (far) => {
      registrar(far, []);
      const report = await checking(make, {
        stunServers: "stun:127.0.0.1:9",
        turnServers: { urls: ["turn:127.0.0.1:9?transport=udp", "turn:127.0.0.1:9?transport=tcp"], username: "u", password: "sesame-turn" },
      });
      equal(verdicts(report).slice(3), ["stun false", "turn false", "turn false"]);
      for (const { ms, advice, detail } of report.results.slice(3)) {
        ok(ms < 8000 && advice && detail.includes("127.0.0.1:9"), `${ms} ${advice} ${detail}`);
      }
      ok(!JSON.stringify(report).includes("sesame"), "no credential is told");
    }),

  aKeptCallAndItsDeviceAreLeftAlone: (make) =>
    withFarSide({}, async (far) => {
      const before = device(make, { persist: "session" });
      const { far_end } = await talking(far, before);
      const [key] = kept();
      const text = sessionStorage.getItem(key);
      before.free();
      await far.next("BYE"); // which a page that is gone does not send
      far_end.connection.close();
      sessionStorage.setItem(key, text);
      const claims = navigator.locks.request;
      const claimed = [];
      const watched = (...args) => (claimed.push(args[0]), claims.apply(navigator.locks, args));
      registrar(far, []);
      await replacing(navigator.locks, "request", watched, () => checking(make, { persist: "session" }));
      equal([sessionStorage.getItem(key), claimed], [text, []]);
      ok(far.hasNot("INVITE") && far.hasNot("BYE"), "the call is left to the page's device");
      sessionStorage.removeItem(key);
    }),

  theCallIsNeitherHeardNorSeen: (make) =>
    withFarSide({}, async (far) => {
      registrar(far, []);
      const remoteAudioElement = new Audio();
      const stream = new MediaStream();
      remoteAudioElement.srcObject = stream;
      const played = [];
      const { play } = HTMLMediaElement.prototype;
      const watched = function () {
        played.push(this);
        return play.call(this);
      };
      const processed = [];
      const config = {
        remoteAudioElement,
        video: true,
        tones: true,
        qualityReports: true,
        processAudio: { outgoing: (track) => (processed.push(track), track) },
      };
      let invite;
      const tracks = await watchingMicrophones(() => replacing(HTMLMediaElement.prototype, "play", watched, async () => {
        const done = checking(make, config, { echoTarget: "echo" });
        invite = await far.next("INVITE");
        const far_end = await answeredByEcho(far, invite);
        far.answer(await far.next("BYE"), "200 OK");
        equal(verdicts(await done).at(-1), "media true");
        far_end.close();
      }));
      ok(!body(invite).includes("m=video"), "no video is offered");
      ok(tracks.every(({ kind }) => kind === "audio"), "no camera is opened");
      equal(processed.length, 0, "times processed");
      same(remoteAudioElement.srcObject, stream, "what the page plays");
      ok(played.length > 0 && played.every(({ muted }) => muted), "what is played is muted");
      ok(far.hasNot("PUBLISH"), "nothing is reported");
    }),

  theMediaPathIsTriedByACall: (make) =>
    withFarSide({}, async (far) => {
      registrar(far, []);
      const done = checking(make, {}, { echoTarget: "echo" });
      const far_end = await answeredByEcho(far, await far.next("INVITE sip:echo@example.com:5060"));
      far.answer(await far.next("BYE"), "200 OK");
      const report = await done;
      equal(verdicts(report).at(-1), "media true");
      equal(report.ok, true);
      far_end.close();
    }),

  aCallThatIsNotAnsweredIsTold: (make) =>
    withFarSide({}, async (far) => {
      registrar(far, []);
      const done = checking(make, {}, { echoTarget: "nobody" });
      far.answer(await far.next("INVITE"), "404 Not Found");
      const [media] = named(await done, "media");
      equal(media.ok, false);
      ok(/echoTarget/.test(media.advice), media.advice);
      for (const [config, options] of [[undefined], [{ ...CONFIG, port: "x" }], [CONFIG, { echoTarget: 5 }]]) {
        equal((await failing(() => make(CONFIG).constructor.check(config, options))).name, "TypeError");
      }
    }),
};

export const run = async (name, make) => scenarios[name](make);
