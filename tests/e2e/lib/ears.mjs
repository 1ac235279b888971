// What a page hears: runs in the page, before the phone makes its first RTCPeerConnection.

/**
 * Gives the page `ears.listen(milliseconds)`: the loudest of what it decoded from the far side in that time, as
 * `{level, frequency, packets}` (root mean square of samples between -1 and 1; hertz; how many RTP packets came), and
 * `{level: 0, packets: 0}` where no connection is up.
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

  async function listen(milliseconds) {
    const connection = connections.findLast(({ connectionState }) => connectionState === "connected");
    const receiver = connection?.getReceivers().find(({ track }) => track.kind === "audio");
    if (!receiver) return { level: 0, packets: 0 };
    context ??= new AudioContext();
    await Promise.race([context.resume(), pause(200)]);
    // Firefox has no running AudioContext on a machine without a sound device; what it decoded is in its statistics.
    const before = await inbound(receiver);
    const heard = context.state === "running" ? await hear(receiver.track, milliseconds) : await pause(milliseconds);
    const after = await inbound(receiver);
    return { ...(heard ?? energy(before, after)), packets: after.packetsReceived - before.packetsReceived };
  }

  async function hear(track, milliseconds) {
    const stream = new MediaStream([track]);
    // Chromium decodes a remote track for an AudioContext only while an element plays it too.
    const player = Object.assign(new Audio(), { srcObject: stream, muted: true });
    await player.play();
    const analyser = new AnalyserNode(context, { fftSize: 2048, smoothingTimeConstant: 0 });
    const source = context.createMediaStreamSource(stream);
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    let loudest = { level: 0 };
    for (const until = performance.now() + milliseconds; performance.now() < until; await pause(20)) {
      analyser.getFloatTimeDomainData(samples);
      const level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      if (level <= loudest.level) continue;
      analyser.getFloatFrequencyData(spectrum);
      const peak = spectrum.indexOf(Math.max(...spectrum));
      loudest = { level, frequency: (peak * context.sampleRate) / analyser.fftSize };
    }
    source.disconnect();
    player.srcObject = null;
    return loudest;
  }

  function energy(before, after) {
    const seconds = after.totalSamplesDuration - before.totalSamplesDuration;
    return { level: seconds > 0 ? Math.sqrt((after.totalAudioEnergy - before.totalAudioEnergy) / seconds) : 0 };
  }

  async function inbound(receiver) {
    const stats = [...(await receiver.getStats()).values()].find(({ type }) => type === "inbound-rtp");
    return stats ?? { packetsReceived: 0, totalSamplesDuration: 0, totalAudioEnergy: 0 };
  }

  window.ears = { listen, faults };
}
