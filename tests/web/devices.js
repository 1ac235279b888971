import { equal, failing, ok, refusesAtOnce, replacing, same, turn } from "./assert.js";
import { answered, device, heard, hungUp, talking, withFarSide } from "./far_side.js";

const MICROPHONE = "telnyx-device.microphone";
const SPEAKER = "telnyx-device.speaker";

const HEADSET = { kind: "audioinput", deviceId: "h1", label: "Headset" };
const WEBCAM = { kind: "audioinput", deviceId: "w1", label: "Webcam" };
const DESK = { kind: "audiooutput", deviceId: "d1", label: "Desk speaker" };
const EAR = { kind: "audiooutput", deviceId: "e1", label: "Headset" };
const CAMERA = { kind: "videoinput", deviceId: "c1", label: "Webcam" };

/** A machine whose devices the scenario plugs and unplugs; its microphones are real tracks under other names. */
class Machine {
  devices = [HEADSET, WEBCAM, DESK, EAR, CAMERA];
  opened = [];
  sinks = [];
  looks = 0;
  #open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);

  async getUserMedia({ audio }) {
    const { exact } = audio.deviceId ?? {};
    const there = this.devices.filter(({ kind }) => kind === "audioinput");
    if (there.length === 0) throw new DOMException("none", "NotFoundError");
    const found = there.find(({ deviceId }) => deviceId === exact);
    if (exact && !found) throw new DOMException("none", "OverconstrainedError");
    const { deviceId } = found ?? there[0];
    const stream = await this.#open({ audio: true });
    const [track] = stream.getTracks();
    track.getSettings = () => ({ deviceId });
    this.opened.push({ deviceId, track, audio });
    return stream;
  }

  async enumerateDevices() {
    this.looks++;
    return [...this.devices];
  }

  async setSinkId(id) {
    this.sinks.push(id);
  }

  unplug(...gone) {
    this.devices = this.devices.filter((device) => !gone.includes(device));
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  }

  plug(...come) {
    this.devices = [...this.devices, ...come];
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  }

  get using() {
    return this.opened.filter(({ track }) => track.readyState === "live").map(({ deviceId }) => deviceId);
  }
}

async function withMachine(work) {
  const machine = new Machine();
  const { mediaDevices } = navigator;
  const sinks = HTMLMediaElement.prototype;
  localStorage.removeItem(MICROPHONE);
  localStorage.removeItem(SPEAKER);
  try {
    await replacing(mediaDevices, "getUserMedia", machine.getUserMedia.bind(machine), () =>
      replacing(mediaDevices, "enumerateDevices", () => machine.enumerateDevices(), () =>
        replacing(sinks, "setSinkId", function (id) {
          Object.defineProperty(this, "sinkId", { value: id, configurable: true });
          return machine.setSinkId(id);
        }, () => withFarSide({}, (far) => work(machine, far)))));
  } finally {
    localStorage.removeItem(MICROPHONE);
    localStorage.removeItem(SPEAKER);
  }
}

/** The track that a call sends. */
const sent = (call) => call.peerConnection.getSenders()[0].track;

/** Firefox runs no AudioContext without a sound device. */
async function runs(context) {
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 3000))]);
  return context.state === "running";
}

const until = async (condition) => {
  while (!condition()) await turn();
};

const scenarios = {
  theDevicesAreListedByKind: (make) =>
    withMachine(async () => {
      const phone = device(make);
      equal(await phone.microphones(), [HEADSET, WEBCAM]);
      equal(await phone.speakers(), [DESK, EAR]);
      refusesAtOnce(phone, { setMicrophone: [[], [7]], setSpeaker: [[], [{}]] });
      phone.free();
    }),

  aChosenMicrophoneIsUsedAndRemembered: (make) =>
    withMachine(async (machine, far) => {
      const phone = device(make);
      await phone.setMicrophone("w1");
      equal(machine.opened, [], "nothing is opened before a call");
      await hungUp(far, await answered(far, phone));
      phone.free();
      const later = device(make, { audio: { echoCancellation: false } });
      await hungUp(far, await answered(far, later));
      // The browser has given it another id since; its name is the same.
      machine.devices = [HEADSET, { ...WEBCAM, deviceId: "w2" }];
      await hungUp(far, await answered(far, later));
      await later.setMicrophone("default");
      await hungUp(far, await answered(far, later));
      equal(machine.opened.map(({ deviceId }) => deviceId), ["w1", "w1", "w2", "h1"]);
      equal(machine.opened[1].audio, { echoCancellation: false, deviceId: { exact: "w1" } });
      equal(localStorage.getItem(MICROPHONE), null);
      later.free();
    }),

  aChosenMicrophoneThatIsGoneMeanwhileIsDoneWithout: (make) =>
    withMachine(async (machine, far) => {
      const phone = device(make, { audio: { noiseSuppression: false } });
      await phone.setMicrophone("w1");
      const { devices } = machine;
      machine.enumerateDevices = async () => devices;
      machine.devices = [HEADSET];
      await hungUp(far, await answered(far, phone));
      equal(machine.opened.map(({ deviceId, audio }) => [deviceId, audio]), [["h1", { noiseSuppression: false }]]);
      phone.free();
    }),

  aMicrophoneThatIsNotThereIsRefused: (make) =>
    withMachine(async (machine, far) => {
      const phone = device(make);
      const talk = await answered(far, phone);
      for (const target of [phone, talk.call]) {
        const failure = await failing(() => target.setMicrophone("gone"));
        equal([failure.name, failure.code, failure.cause.name], ["TelnyxError", "ERR_MEDIA_NOT_FOUND", "NotFoundError"]);
      }
      equal([machine.using, localStorage.getItem(MICROPHONE)], [["h1"], null]);
      await hungUp(far, talk);
      equal((await failing(() => talk.call.setMicrophone("h1"))).code, "ERR_NO_SUCH_CALL");
      phone.free();
    }),

  theMicrophoneChangesDuringACall: (make) =>
    withMachine(async (machine, far) => {
      const phone = device(make);
      const talk = await answered(far, phone);
      talk.call.mute(true);
      await phone.setMicrophone("w1");
      equal(machine.using, ["w1"]);
      same(sent(talk.call), talk.call.localStream.getAudioTracks()[0], "what is sent");
      equal(sent(talk.call).enabled, false);
      talk.call.mute(false);
      equal(sent(talk.call).enabled, true);
      await talk.call.setMicrophone("h1");
      equal([machine.using, localStorage.getItem(MICROPHONE)], [["h1"], "w1\nWebcam"]);
      ok(far.hasNot("INVITE"), "without a re-INVITE");
      await hungUp(far, talk);
      equal(machine.using, []);
      phone.free();
    }),

  aStreamOfTheApplicationsStaysUnlessTheCallIsTold: (make) =>
    withMachine(async (machine, far) => {
      const mediaStream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const [given] = mediaStream.getTracks();
      const phone = device(make);
      const talk = await answered(far, phone, { mediaStream });
      await phone.setMicrophone("w1");
      same(sent(talk.call), given, "what is sent");
      await talk.call.setMicrophone("w1");
      equal([machine.using, given.readyState], [["h1", "w1"], "live"]);
      await hungUp(far, talk);
      equal(machine.using, ["h1"]);
      given.stop();
      phone.free();
    }),

  theLastChoiceCounts: (make) =>
    withMachine(async (machine, far) => {
      const phone = device(make);
      const talk = await answered(far, phone);
      await Promise.all([talk.call.setMicrophone("w1"), talk.call.setMicrophone("h1"), talk.call.setMicrophone("w1")]);
      equal(machine.using, ["w1"]);
      const late = talk.call.setMicrophone("h1");
      await hungUp(far, talk);
      await late;
      equal(machine.using, []);
      phone.free();
    }),

  aNewCameraDoesNotUndoTheChoiceOfAMicrophone: (make) =>
    withMachine(async (machine, far) => {
      const pictures = [1, 2].map(() => {
        const canvas = document.createElement("canvas");
        canvas.getContext("2d").fillRect(0, 0, 1, 1);
        return canvas.captureStream().getTracks()[0];
      });
      const [given] = (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks();
      const phone = device(make);
      const talk = await answered(far, phone, { mediaStream: new MediaStream([given, pictures[0]]) });
      const open = navigator.mediaDevices.getUserMedia;
      const meanwhile = async (constraints) => {
        await talk.call.replaceStream(new MediaStream([given, pictures[1]]));
        return open(constraints);
      };
      await replacing(navigator.mediaDevices, "getUserMedia", meanwhile, () => talk.call.setMicrophone("w1"));
      same(sent(talk.call), machine.opened[1].track, "what is sent");
      await hungUp(far, talk);
      for (const track of [given, ...pictures]) track.stop();
      phone.free();
    }),

  whatTheBrowserRefusesIsNamed: (make) =>
    withMachine(async (machine, far) => {
      const phone = device(make);
      const talk = await answered(far, phone);
      await phone.setSpeaker("e1");
      await until(() => machine.sinks.length > 0);
      const refuse = () => Promise.reject(new DOMException("no", "NotAllowedError"));
      machine.setSinkId = refuse;
      const speaker = await failing(() => talk.call.setSpeaker("d1"));
      equal([speaker.code, speaker.message.includes("microphone")], ["ERR_SPEAKER_DENIED", false]);
      await replacing(navigator.mediaDevices, "getUserMedia", refuse, async () => {
        const microphone = await failing(() => talk.call.setMicrophone("w1"));
        equal([microphone.code, microphone.sipCause], ["ERR_MEDIA_DENIED", "User Denied Media Access"]);
      });
      await hungUp(far, talk);
      phone.free();
    }),

  aFailedReplacementIsTheFailureOfNothingElse: (make) =>
    withMachine(async (machine, far) => {
      const phone = device(make);
      const talk = await answered(far, phone);
      await until(() => machine.looks > 0);
      const failed = heard(talk.call, "userMediaFailed");
      machine.unplug(HEADSET, WEBCAM);
      equal((await failed)[0].name, "NotFoundError");
      const registering = failing(() => phone.register());
      far.answer(await far.next("REGISTER"), "403 Forbidden");
      const registration = await registering;
      equal([registration.code, registration.cause], ["ERR_REFUSED", undefined]);
      const holding = failing(() => talk.call.hold());
      far.answer(await far.next("INVITE"), "488 Not Acceptable Here");
      const hold = await holding;
      equal([hold.code, hold.cause], ["ERR_MEDIA", undefined]);
      await hungUp(far, talk);
      phone.free();
    }),

  theProcessorStandsBehindTheNewMicrophoneToo: (make) =>
    withMachine(async (machine, far) => {
      const processed = [];
      const over = [];
      const outgoing = (track, signal) => {
        signal.addEventListener("abort", () => over.push(track));
        processed.push(track);
        return track.clone();
      };
      const phone = device(make, { processAudio: { outgoing } });
      const talk = await answered(far, phone);
      talk.call.mute(true);
      await phone.setMicrophone("w1");
      equal([processed.length, over.length, machine.using, sent(talk.call).enabled], [2, 1, ["w1"], false]);
      same(over[0], processed[0], "the one that is over");
      await hungUp(far, talk);
      equal([over.length, machine.using], [2, []]);
      phone.free();
    }),

  aLostMicrophoneIsReplacedAndTold: (make) =>
    withMachine(async (machine, far) => {
      const phone = device(make);
      await phone.setMicrophone("w1");
      const talk = await answered(far, phone);
      await until(() => machine.looks > 0);
      const told = heard(phone, "devicesChanged");
      machine.unplug(WEBCAM);
      const [{ microphones, speakers, lost }] = await told;
      equal([microphones, speakers, lost.map(({ deviceId }) => deviceId)], [[HEADSET], [DESK, EAR], ["w1"]]);
      equal(machine.using, ["h1"]);
      const back = heard(phone, "devicesChanged");
      machine.plug(WEBCAM);
      equal((await back)[0].lost, []);
      equal(machine.using, ["h1"], "a call stays where it is");
      await hungUp(far, talk);
      const { call } = await answered(far, phone);
      equal(machine.using, ["w1"], "what was chosen is remembered");
      await hungUp(far, { call });
      phone.free();
    }),

  aMicrophoneThatEndsIsReplaced: (make) =>
    withMachine(async (machine, far) => {
      // Firefox delivers no made-up event of a track, to any listener.
      if (!navigator.userAgent.includes("Chrome")) return;
      const phone = device(make);
      const talk = await answered(far, phone);
      const told = heard(phone, "devicesChanged");
      const [{ track }] = machine.opened;
      Object.defineProperty(track, "readyState", { value: "ended" });
      track.dispatchEvent(new Event("ended"));
      equal((await told)[0].lost.map(({ deviceId }) => deviceId), ["h1"]);
      equal(machine.using, ["h1"]);
      same(sent(talk.call), machine.opened[1].track, "what is sent");
      const failed = heard(talk.call, "userMediaFailed");
      machine.unplug(HEADSET, WEBCAM);
      equal((await failed)[0].name, "NotFoundError");
      equal(talk.call.status(), "connected");
      await hungUp(far, talk);
      phone.free();
    }),

  theSpeakerFollowsTheChoice: (make) =>
    withMachine(async (machine, far) => {
      const remoteAudioElement = document.body.appendChild(new Audio());
      const phone = device(make);
      await phone.setSpeaker("e1");
      equal(machine.sinks, [], "nothing plays yet");
      const talk = await answered(far, phone, { remoteAudioElement });
      await until(() => remoteAudioElement.srcObject);
      equal(machine.sinks, ["e1"]);
      await phone.setSpeaker("d1");
      await talk.call.setSpeaker("default");
      equal(machine.sinks, ["e1", "d1", ""]);
      equal(localStorage.getItem(SPEAKER), "d1\nDesk speaker");
      equal((await failing(() => phone.setSpeaker("h1"))).code, "ERR_MEDIA_NOT_FOUND", "a microphone");
      await talk.call.setSpeaker("e1");
      const told = heard(phone, "devicesChanged");
      machine.unplug(EAR);
      equal((await told)[0].lost.map(({ deviceId }) => deviceId), ["e1"]);
      equal(machine.sinks.at(-1), "");
      await hungUp(far, talk);
      remoteAudioElement.remove();
      phone.free();
    }),

  withoutSetSinkIdASpeakerCannotBeChosen: (make) =>
    withMachine((machine) =>
      replacing(HTMLMediaElement.prototype, "setSinkId", undefined, async () => {
        const phone = device(make);
        equal((await failing(() => phone.setSpeaker("e1"))).code, "ERR_MEDIA_UNSUPPORTED");
        phone.free();
      }),
    ),

  nobodyLooksAtTheDevicesUnasked: (make) =>
    withMachine(async (machine, far) => {
      const listeners = [];
      const { mediaDevices } = navigator;
      const { addEventListener, removeEventListener } = EventTarget.prototype;
      const add = (type, ...rest) => (listeners.push(type), addEventListener.call(mediaDevices, type, ...rest));
      const remove = (type, ...rest) => (listeners.pop(), removeEventListener.call(mediaDevices, type, ...rest));
      await replacing(mediaDevices, "addEventListener", add, () =>
        replacing(mediaDevices, "removeEventListener", remove, async () => {
          const phone = device(make);
          machine.plug({ ...HEADSET, deviceId: "h2" });
          const talk = await answered(far, phone);
          equal(listeners, ["devicechange"], "during a call");
          await until(() => machine.looks === 1);
          await hungUp(far, talk);
          equal([listeners, machine.looks], [[], 1], "after it");
          const told = heard(phone, "devicesChanged");
          equal(listeners, ["devicechange"], "while somebody wants to know");
          await until(() => machine.looks === 2);
          machine.unplug(WEBCAM);
          await told;
          machine.unplug(HEADSET);
          await until(() => listeners.length === 0);
          equal(machine.looks, 4);
          phone.free();
        }));
    }),

  theFarSideHearsTheOtherMicrophone: (make) =>
    withMachine(async (machine, far) => {
      const context = new AudioContext();
      if (!(await runs(context))) return context.close();
      const pitches = { h1: 400, w1: 1200 };
      const open = ({ audio }) => {
        const output = context.createMediaStreamDestination();
        const oscillator = new OscillatorNode(context, { frequency: pitches[audio.deviceId?.exact ?? "h1"] });
        oscillator.connect(output);
        oscillator.start();
        return Promise.resolve(output.stream);
      };
      await replacing(navigator.mediaDevices, "getUserMedia", open, async () => {
        const phone = device(make);
        const talk = await talking(far, phone);
        const levels = new Promise((resolve) => {
          phone.on("levels", ({ input }) => input > 0.1 && resolve(phone.off("levels")));
        });
        const stream = new MediaStream([talk.far_end.connection.getReceivers()[0].track]);
        // Chromium decodes for a graph only what an element plays, too.
        const player = Object.assign(new Audio(), { srcObject: stream, muted: true });
        await player.play();
        const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
        context.createMediaStreamSource(stream).connect(analyser);
        const spectrum = new Float32Array(analyser.frequencyBinCount);
        const hears = async (pitch) => {
          for (let peak = 0; Math.abs(peak - pitch) > 30; await turn()) {
            analyser.getFloatFrequencyData(spectrum);
            const loudest = Math.max(...spectrum);
            if (loudest > -60) peak = (spectrum.indexOf(loudest) * context.sampleRate) / analyser.fftSize;
          }
        };
        await hears(400);
        await levels;
        await phone.setMicrophone("w1");
        await hears(1200);
        player.srcObject = null;
        await hungUp(far, talk);
        phone.free();
      });
      await context.close();
    }),

  refusedAutoplayIsToldAndResumed: (make) =>
    withFarSide({}, async (far) => {
      const { play } = HTMLMediaElement.prototype;
      const refuse = () => Promise.reject(new DOMException("touch first", "NotAllowedError"));
      const phone = device(make);
      const told = heard(phone, "audioBlocked");
      let talk;
      await replacing(HTMLMediaElement.prototype, "play", refuse, async () => {
        talk = await answered(far, phone);
        await told;
        const failure = await failing(() => phone.resumeAudio());
        equal([failure.code, failure.cause.name], ["ERR_AUDIO_BLOCKED", "NotAllowedError"]);
      });
      let played = 0;
      await replacing(HTMLMediaElement.prototype, "play", function () {
        played++;
        return play.call(this);
      }, async () => {
        const resumed = phone.resumeAudio();
        equal(played, 1, "at once, while the click counts");
        talk.far_end.connection.getTransceivers();
        await hungUp(far, talk);
        await resumed.catch(() => {});
      });
      await phone.resumeAudio();
      phone.free();
    }),

  levelsFollowTheSoundWhileSomebodyListens: (make) =>
    withFarSide({}, async (far) => {
      const context = new AudioContext();
      const hasSound = await runs(context);
      await context.close();
      const counted = [];
      const { getStats } = RTCPeerConnection.prototype;
      const count = function (...args) {
        if (args.length === 0) counted.push(performance.now());
        return getStats.apply(this, args);
      };
      const loud = async (connection) => {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
        connection.getSenders()[0].replaceTrack(stream.getTracks()[0]);
      };
      const contexts = [];
      const Context = function () {
        return contexts[contexts.push(new context.constructor()) - 1];
      };
      await replacing(globalThis, "AudioContext", Context, () => replacing(RTCPeerConnection.prototype, "getStats", count, async () => {
        const phone = device(make);
        const talk = await talking(far, phone, {}, loud);
        const told = [];
        const all = new Promise((resolve) => {
          phone.on("levels", function listen(levels) {
            told.push(levels);
            if (told.length < 15 || !told.some(({ output }) => output > 0.01)) return;
            if (hasSound && !told.some(({ input }) => input > 0.01)) return;
            phone.off("levels", listen);
            resolve();
          });
        });
        await all;
        same(told[0].call, talk.call, "whose they are");
        ok(told.every(({ output }) => output >= 0 && output <= 1), "between 0 and 1");
        ok(told.every(({ input }) => input === null || (input >= 0 && input <= 1)), "between 0 and 1");
        // Once more, to find that nobody listens; beside it the samples of quality, once a second.
        await new Promise((resolve) => setTimeout(resolve, 150));
        counted.length = 0;
        await new Promise((resolve) => setTimeout(resolve, 800));
        ok(counted.length <= 1, `it goes on: ${counted.length}`);
        if (navigator.userAgent.includes("Chrome")) equal(contexts, [], "its statistics are enough");
        await until(() => contexts.every(({ state }) => state === "closed"));
        talk.far_end.connection.getSenders()[0].track?.stop();
        await hungUp(far, talk);
        phone.free();
      }));
    }),
};

export const run = async (name, make) => scenarios[name](make);
