import { equal, failing, ok, replacing } from "./assert.js";
import { SDP, body, header, peer, withFarSide } from "./far_side.js";

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

  theMediaPathIsTriedByACall: (make) =>
    withFarSide({}, async (far) => {
      registrar(far, []);
      const done = checking(make, {}, { echoTarget: "echo" });
      const invite = await far.next("INVITE sip:echo@example.com:5060");
      const far_end = await peer(body(invite));
      const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
      await far_end.connection.getTransceivers()[0].sender.replaceTrack(microphone.getAudioTracks()[0]);
      far.answer(invite, "200 OK", `Contact: <sip:echo@far.invalid;transport=ws>\n${SDP}`, far_end.sdp);
      far.answer(await far.next("BYE"), "200 OK");
      const report = await done;
      equal(verdicts(report).at(-1), "media true");
      equal(report.ok, true);
      for (const track of microphone.getTracks()) track.stop();
      far_end.connection.close();
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
