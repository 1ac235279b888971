import { equal, failing, ok, replacing, same, turn } from "./assert.js";
import { SDP, body, header, peer, withFarSide } from "./far_side.js";

const device = (make, more) =>
  make({ host: "example.com", port: 5060, username: "alice", password: "sesame-open", logLevel: "off", ...more });

const heard = (target, name) => new Promise((resolve) => target.once(name, (...args) => resolve(args)));

const CONTACT = "Contact: <sip:bob@far.invalid;transport=ws>";

/** An outgoing call whose INVITE has come, and the far end that can answer it. */
async function dialled(far, phone) {
  const call = phone.initiateCall("bob");
  const invite = await far.next("INVITE");
  const far_end = await peer(body(invite));
  const accept = async () => {
    const settled = Promise.all([heard(call, "accepted"), heard(call, "addStream")]);
    far.answer(invite, "200 OK", `${CONTACT}\n${SDP}`, far_end.sdp);
    await settled;
  };
  return { call, invite, far_end, accept };
}

async function hungUp(far, call) {
  const ended = heard(call, "terminated");
  call.disconnect();
  far.answer(await far.next("BYE"), "200 OK");
  await ended;
}

/** Runs `work` with `setInterval` in its hand: `timers` has what is set and not cleared. */
async function cranked(work) {
  const timers = new Map();
  const set = (react, period) => {
    const id = timers.size + 1000;
    timers.set(id, { react, period });
    return id;
  };
  const clear = (id) => timers.delete(id);
  await replacing(globalThis, "setInterval", set, () => replacing(globalThis, "clearInterval", clear, () => work(timers)));
}

const TIME = Date.UTC(2026, 0, 1, 12);

/** What a browser counts after so many seconds: Opus, 50 packets a second, none lost, over a TURN server of ours. */
const counted = (second, { inbound = {}, outbound = {}, source = {}, ...more } = {}) => ({
  in: {
    type: "inbound-rtp",
    kind: "audio",
    timestamp: TIME + second * 1000,
    ssrc: 0x1234,
    codecId: "codec",
    packetsReceived: 50 * second,
    packetsLost: 0,
    packetsDiscarded: 0,
    bytesReceived: 4000 * second,
    jitter: 0.004,
    jitterBufferDelay: 2880 * second,
    jitterBufferEmittedCount: 48000 * second,
    totalSamplesReceived: 48000 * second,
    concealedSamples: 480 * second,
    totalAudioEnergy: 0.01 * second,
    totalSamplesDuration: second,
    ...inbound,
  },
  out: { type: "outbound-rtp", kind: "audio", ssrc: 0xabcd, packetsSent: 50 * second, bytesSent: 5000 * second, ...outbound },
  picture: { type: "inbound-rtp", kind: "video", packetsReceived: 1e6 * second },
  remote: { type: "remote-inbound-rtp", kind: "audio", packetsLost: 5 * second, roundTripTime: 0.08 },
  source: { type: "media-source", kind: "audio", totalAudioEnergy: 0.04 * second, totalSamplesDuration: second, ...source },
  codec: { type: "codec", mimeType: "audio/opus", payloadType: 111, clockRate: 48000 },
  near: { type: "local-candidate", candidateType: "relay", protocol: "udp", relayProtocol: "tls", address: "192.0.2.1", port: 4000 },
  far: { type: "remote-candidate", candidateType: "host", protocol: "udp", address: "192.0.2.2", port: 5000 },
  pair: { type: "candidate-pair", localCandidateId: "near", remoteCandidateId: "far", currentRoundTripTime: 0.05 },
  transport: { type: "transport", selectedCandidatePairId: "pair" },
  ...more,
});

/** Runs `work(count, timers)` with the browser's counters in its hand: `count(counters)` lets a second pass. */
const counting = (work) =>
  cranked((timers) => {
    let asked = 0;
    let counters = counted(0);
    const getStats = async () => {
      asked += 1;
      return new Map(Object.entries(counters));
    };
    const count = async (next) => {
      counters = next;
      for (const { react, period } of timers.values()) if (period === 1000) react();
      await turn();
    };
    count.asked = () => asked;
    return replacing(RTCPeerConnection.prototype, "getStats", getStats, () => work(count, timers));
  });

const MOS = 4.346; // of 120 ms: half a round trip, 20 ms of a packet, 60 ms in the jitter buffer

const scenarios = {
  theBrowserIsAskedOnlyWhileACallIsConnected: (make) =>
    counting((count, timers) =>
      withFarSide({}, async (far) => {
        const phone = device(make);
        const { call, accept, far_end } = await dialled(far, phone);
        equal([count.asked(), timers.size, call.quality(), call.summary()], [0, 0, null, null]);
        ok((await failing(() => call.publishQuality())).code === "ERR_INVALID_STATE", "there is nothing to send");
        await accept();
        await turn();
        equal([count.asked(), timers.size], [1, 1]);
        await count(counted(1));
        equal([count.asked(), call.quality().time], [2, TIME + 1000]);
        await hungUp(far, call);
        equal([count.asked(), timers.size, call.quality().time], [2, 0, TIME + 1000], "what was measured stays");
        equal(call.summary().samples, 1);
        equal((await failing(() => call.getStats())).code, "ERR_INVALID_STATE");
        far_end.connection.close();
        phone.free();
      }),
    ),

  aFreedDeviceAsksNoMore: (make) =>
    counting((count, timers) =>
      withFarSide({}, async (far) => {
        const phone = device(make);
        const { call, accept, far_end } = await dialled(far, phone);
        await accept();
        await turn();
        phone.free();
        await count(counted(1));
        equal([count.asked(), timers.size, call.quality()], [1, 0, null]);
        far_end.connection.close();
      }),
    ),

  aSampleHasWhatTheBrowserCounts: (make) =>
    counting((count) =>
      withFarSide({}, async (far) => {
        const phone = device(make);
        const { call, accept, far_end } = await dialled(far, phone);
        const told = heard(call, "quality");
        await accept();
        await turn();
        await count(counted(1));
        const [sample] = await told;
        same(sample, call.quality(), "the sample told and the last one");
        const { mos, mosListening, ...rest } = sample;
        ok(Math.abs(mos - MOS) < 0.005 && mos < mosListening && mosListening < 4.5, `${mos} ${mosListening}`);
        equal(rest, {
          time: TIME + 1000,
          roundTrip: 80,
          jitter: 4,
          bufferDelay: 60,
          loss: 0,
          discarded: 0,
          lossSent: 0.1,
          concealed: 0.01,
          bitrateReceived: 32000,
          bitrateSent: 40000,
          levelReceived: 0.1,
          levelSent: 0.2,
          codec: "opus",
          candidatePair: { local: "relay", remote: "host", protocol: "udp", relayProtocol: "tls", relayed: true },
        });
        far_end.connection.close();
        phone.free();
      }),
    ),

  whatFirefoxTellsOtherwiseIsUnderstood: (make) =>
    counting((count) =>
      withFarSide({}, async (far) => {
        const phone = device(make);
        const { call, accept, far_end } = await dialled(far, phone);
        await accept();
        await turn();
        const { pair, near } = counted(1);
        await count(
          counted(1, {
            transport: undefined,
            source: { type: "none" },
            remote: undefined,
            near: { ...near, candidateType: "srflx", relayProtocol: undefined },
            pair: { ...pair, selected: true },
          }),
        );
        const { roundTrip, lossSent, levelSent, candidatePair } = call.quality();
        equal([roundTrip, lossSent, levelSent], [50, null, null]);
        equal(candidatePair, { local: "srflx", remote: "host", protocol: "udp", relayProtocol: null, relayed: false });
        far_end.connection.close();
        phone.free();
      }),
    ),

  troubleIsToldAndItsEnd: (make) =>
    counting((count) =>
      withFarSide({}, async (far) => {
        const phone = device(make);
        const { call, accept, far_end } = await dialled(far, phone);
        const told = [];
        for (const name of ["warning", "warningCleared"]) call.on(name, (warning) => told.push([name, warning]));
        await accept();
        await turn();
        // Four seconds without a packet; the microphone is silent all the time.
        const still = { inbound: { packetsReceived: 0 }, source: { totalAudioEnergy: 0 }, remote: undefined };
        for (let second = 1; second <= 4; second += 1) {
          await count(counted(second, { ...still, inbound: { ...still.inbound, timestamp: TIME + second * 1000 } }));
        }
        equal(told, [["warning", { name: "noAudioReceived", value: 4, threshold: 3 }]]);
        equal(call.quality().mos, null);
        await count(counted(5, { source: { totalAudioEnergy: 0 }, remote: undefined }));
        await count(counted(6, { source: { totalAudioEnergy: 0 }, remote: undefined }));
        equal(told.slice(1), [
          ["warningCleared", { name: "noAudioReceived", value: 0, threshold: 1 }],
          ["warning", { name: "noAudioSent", value: 6, threshold: 5 }],
        ]);
        // A muted microphone may be silent.
        call.mute(true);
        await count(counted(7, { source: { totalAudioEnergy: 0 }, remote: undefined }));
        equal(told.slice(3), [["warningCleared", { name: "noAudioSent", value: 0, threshold: 1 }]]);
        far_end.connection.close();
        phone.free();
      }),
    ),

  aSilencedMicrophoneIsNoticed: (make) =>
    counting((count) =>
      withFarSide({}, async (far) => {
        const phone = device(make);
        const acquired = new Promise((resolve) => {
          const { getUserMedia } = navigator.mediaDevices;
          navigator.mediaDevices.getUserMedia = async (constraints) => {
            const stream = await getUserMedia.call(navigator.mediaDevices, constraints);
            resolve(stream);
            return stream;
          };
        });
        const { call, accept, far_end } = await dialled(far, phone);
        delete navigator.mediaDevices.getUserMedia;
        const told = [];
        call.on("warning", ({ name, value }) => told.push([name, value]));
        await accept();
        await turn();
        const [track] = (await acquired).getAudioTracks();
        let passed = 0;
        // The counters go on as if there were sound.
        const seconds = async (more) => {
          for (const last = passed + more; passed < last; ) await count(counted((passed += 1), { remote: undefined }));
        };
        Object.defineProperty(track, "muted", { value: true, configurable: true });
        await seconds(6);
        equal(told, [["noAudioSent", 6]], "muted by the system");
        delete track.muted;
        await seconds(1);
        track.stop();
        await seconds(6);
        equal(told, [["noAudioSent", 6], ["noAudioSent", 6]], "ended");
        far_end.connection.close();
        phone.free();
      }),
    ),

  aReportIsSentWhenACallEnds: (make) =>
    counting((count) =>
      withFarSide({}, async (far) => {
        for (const [qualityReports, target] of [
          [true, "sip:alice@example.com:5060"],
          ["sip:collector@example.net", "sip:collector@example.net"],
        ]) {
          await count(counted(0));
          const phone = device(make, { qualityReports });
          const { call, invite, accept, far_end } = await dialled(far, phone);
          await accept();
          await turn();
          for (let second = 1; second <= 3; second += 1) await count(counted(second, { inbound: { packetsLost: 10 } }));
          await hungUp(far, call);
          const publish = await far.next(`PUBLISH ${target} SIP/2.0\r\n`);
          equal([header(publish, "Event"), header(publish, "Content-Type")], ["vq-rtcpxr", "application/vq-rtcpxr"]);
          const lines = body(publish).split("\r\n");
          const id = header(invite, "Call-ID");
          const tag = /tag=([^;]*)/.exec(header(invite, "From"))[1];
          equal(lines.slice(0, 13), [
            "VQSessionReport: CallTerm",
            `CallID: ${id}`,
            "LocalID: \"alice\" <sip:alice@example.com:5060>",
            "RemoteID: <sip:bob@example.com:5060>",
            "OrigID: \"alice\" <sip:alice@example.com:5060>",
            "LocalAddr: IP=192.0.2.1 PORT=4000 SSRC=0x0000abcd",
            "RemoteAddr: IP=192.0.2.2 PORT=5000 SSRC=0x00001234",
            "LocalGroup: example.com",
            "RemoteGroup: example.com",
            "LocalMetrics:",
            "Timestamps: START=2026-01-01T12:00:01.000Z STOP=2026-01-01T12:00:03.000Z",
            "SessionDesc: PT=111 PD=opus SR=48000",
            "JitterBuffer: JBA=3 JBN=60 JBM=60",
          ]);
          equal(lines.at(-2), `DialogID: ${id};to-tag=far;from-tag=${tag}`);
          ok(lines.includes("PacketLoss: NLR=6.25 JDR=0.00"), lines.join("\n"));
          far.answer(publish, "200 OK");
          const asked = call.publishQuality("sip:other@example.net");
          far.answer(await far.next("PUBLISH sip:other@example.net"), "200 OK");
          await asked;
          far_end.connection.close();
          phone.free();
        }
        equal((await failing(() => device(make, { qualityReports: "collector" }))).name, "TypeError");
        const silent = device(make);
        const { call, accept, far_end } = await dialled(far, silent);
        await accept();
        await turn();
        await count(counted(1));
        await hungUp(far, call);
        await turn();
        ok(far.hasNot("PUBLISH"), "nobody asked for a report");
        far_end.connection.close();
        silent.free();
      }),
    ),

  aReportIsSentBeforeTheDeviceStops: (make) =>
    counting((count) =>
      withFarSide({}, async (far) => {
        await count(counted(0));
        const phone = device(make, { qualityReports: true });
        const { accept, far_end } = await dialled(far, phone);
        await accept();
        await turn();
        await count(counted(1));
        const stopped = phone.stopWS();
        const [bye, publish] = [await far.next("BYE"), await far.next("PUBLISH")];
        far.answer(bye, "200 OK");
        await turn();
        equal(phone.isWSConnected(), true, "it waits for the answer");
        far.answer(publish, "200 OK");
        await stopped;
        equal([phone.isWSConnected(), far.sockets.length], [false, 1]);
        far_end.connection.close();
        phone.free();
      }),
    ),

  statisticsThatNeverComeAreNotWaitedFor: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, far_end, accept } = await dialled(far, phone);
      await accept();
      let asked = 0;
      const never = () => new Promise(() => (asked += 1));
      let told;
      const error = await replacing(RTCPeerConnection.prototype, "getStats", never, async () => {
        const failed = failing(() => call.getStats());
        told = heard(phone, "levels");
        while (asked < 3) await turn(); // for the application, the levels and the quality
        await hungUp(far, call);
        return failed;
      });
      equal(error.code, "ERR_INVALID_STATE");
      const next = await dialled(far, phone);
      await next.accept();
      same((await told)[0].call, next.call, "whose levels are told");
      await hungUp(far, next.call);
      for (const { connection } of [far_end, next.far_end]) connection.close();
      phone.free();
    }),

  realCallsAreMeasured: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { call, far_end, accept } = await dialled(far, phone);
      const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
      await far_end.connection.getTransceivers()[0].sender.replaceTrack(microphone.getAudioTracks()[0]);
      await accept();
      const sample = await new Promise((resolve) => {
        call.on("quality", (it) => it.mos > 3.5 && it.loss !== null && it.candidatePair && resolve(it));
      });
      ok(sample.mos <= 4.5, `mos ${sample.mos}`);
      ok(sample.bitrateReceived > 0 && sample.bitrateSent > 0, JSON.stringify(sample));
      ok(sample.roundTrip === null || sample.roundTrip >= 0, `round trip ${sample.roundTrip}`);
      ok(Math.abs(sample.time - Date.now()) < 10_000, `time ${sample.time}`);
      equal([sample.codec, sample.candidatePair.protocol, sample.candidatePair.relayed], ["opus", "udp", false]);
      ok([...(await call.getStats()).values()].some(({ type }) => type === "inbound-rtp"), "the browser's own");
      for (const track of microphone.getTracks()) track.stop();
      far_end.connection.close();
      phone.free();
    }),
};

export const run = async (name, make) => scenarios[name](make);
