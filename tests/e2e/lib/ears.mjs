// What a page hears: runs in the page, before the phone makes its first RTCPeerConnection.

/**
 * Gives the page `ears.listen(milliseconds)`: the loudest of what it decoded from the far side in that time, as
 * `{level, frequency, packets}` (root mean square of samples between -1 and 1; hertz; how many RTP packets came), and
 * `{level: 0, packets: 0}` where no connection is up. From `ears.decodeDigits()` on, `ears.digits` grows by each DTMF
 * digit whose two tones are heard, where it is another one than before, and the page has sound to look at. From
 * `ears.takeNote(level)` on, `ears.moments` grows by the time of each look at which the far side is louder than that.
 * `ears.faults` are the page's uncaught errors.
 */
export function installEars() {
  const connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };
  const faults = [];
  addEventListener("error", (event) => faults.push(String(event.error?.stack ?? event.message)));
  addEventListener("unhandledrejection", (event) => faults.push(`unhandled rejection: ${event.reason?.stack ?? event.reason}`));

  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  let context;

  function receiving() {
    // Of several calls, the one that the person attends to.
    const connection = window.phone?.current?.handle.peerConnection ?? connections.findLast(({ connectionState }) => connectionState === "connected");
    return connection?.getReceivers().find(({ track }) => track.kind === "audio");
  }

  async function listen(milliseconds) {
    const receiver = receiving();
    if (!receiver) return { level: 0, packets: 0 };
    context ??= new AudioContext();
    await Promise.race([context.resume(), pause(200)]);
    // Without a sound device Firefox runs no AudioContext; what it decoded is in its statistics.
    const before = await inbound(receiver);
    const heard = context.state === "running" ? await hear(receiver.track, milliseconds) : await pause(milliseconds);
    const after = await inbound(receiver);
    return { ...(heard ?? energy(before, after)), packets: after.packetsReceived - before.packetsReceived };
  }

  async function tap(track) {
    const stream = new MediaStream([track]);
    // Chromium decodes a remote track for an AudioContext only while an element plays it too.
    const player = Object.assign(new Audio(), { srcObject: stream, muted: true });
    await player.play();
    const analyser = new AnalyserNode(context, { fftSize: 2048, smoothingTimeConstant: 0 });
    const source = context.createMediaStreamSource(stream);
    source.connect(analyser);
    const close = () => {
      source.disconnect();
      player.srcObject = null;
    };
    return { analyser, samples: new Float32Array(analyser.fftSize), close };
  }

  async function hear(track, milliseconds) {
    const tapped = await tap(track);
    const { analyser, close } = tapped;
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    let loudest = { level: 0 };
    for (const until = performance.now() + milliseconds; performance.now() < until; await pause(20)) {
      const level = levelOf(tapped);
      if (level <= loudest.level) continue;
      analyser.getFloatFrequencyData(spectrum);
      const peak = spectrum.indexOf(Math.max(...spectrum));
      loudest = { level, frequency: (peak * context.sampleRate) / analyser.fftSize };
    }
    close();
    return loudest;
  }

  function takeNote(audible) {
    window.ears.moments = [];
    void noteMoments(audible);
  }

  async function noteMoments(audible) {
    let track, tapped, last;
    for (;; await pause(20)) {
      const receiver = receiving();
      if (receiver?.track !== track) {
        tapped?.close();
        [track, last] = [receiver?.track, undefined];
        tapped = track && context?.state === "running" ? await tap(track) : undefined;
      }
      if (!track) continue;
      const before = last;
      if (!tapped) last = await inbound(receiver);
      const level = tapped ? levelOf(tapped) : before ? energy(before, last).level : 0;
      if (level > audible) window.ears.moments.push(Date.now());
    }
  }

  function levelOf({ analyser, samples }) {
    analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  }

  async function decodeDigits() {
    const { track } = receiving();
    context ??= new AudioContext();
    await context.resume();
    void follow(track, await tap(track));
  }

  async function follow(track, { analyser, samples, close }) {
    // Samples in which one tone ends and the next begins show a third; they are gone after as long as they last.
    const span = (1_000 * samples.length) / context.sampleRate;
    let last, heard, since;
    for (; track.readyState === "live"; await pause(10)) {
      analyser.getFloatTimeDomainData(samples);
      const digit = digitIn(samples);
      const now = performance.now();
      if (digit !== heard) [heard, since] = [digit, now];
      // A busy machine tears a tone to pieces, and so silence does not count.
      if (digit === undefined || digit === last || now - since < span) continue;
      window.ears.digits += digit;
      last = digit;
    }
    close();
  }

  /** The key whose tones (ITU-T Q.23) are in the samples, or undefined. */
  function digitIn(samples) {
    const row = highest(samples, [697, 770, 852, 941]);
    const column = highest(samples, [1209, 1336, 1477, 1633]);
    return row === undefined || column === undefined ? undefined : "123A456B789C*0#D"[4 * row + column];
  }

  /** Which of these frequencies is the loudest, if one is to be heard. */
  function highest(samples, frequencies) {
    const levels = frequencies.map((frequency) => amplitude(samples, (2 * Math.PI * frequency) / context.sampleRate));
    const level = Math.max(...levels);
    return level > 0.01 ? levels.indexOf(level) : undefined;
  }

  /** The amplitude of a sine that turns by so many radians from one sample to the next. */
  function amplitude(samples, turn) {
    const along = (wave) => samples.reduce((sum, sample, n) => sum + sample * wave(turn * n), 0);
    return (2 * Math.hypot(along(Math.cos), along(Math.sin))) / samples.length;
  }

  function energy(before, after) {
    const seconds = after.totalSamplesDuration - before.totalSamplesDuration;
    return { level: seconds > 0 ? Math.sqrt((after.totalAudioEnergy - before.totalAudioEnergy) / seconds) : 0 };
  }

  async function inbound(receiver) {
    const stats = [...(await receiver.getStats()).values()].find(({ type }) => type === "inbound-rtp");
    return stats ?? { packetsReceived: 0, totalSamplesDuration: 0, totalAudioEnergy: 0 };
  }

  window.ears = { listen, takeNote, moments: [], decodeDigits, digits: "", faults };
}
