// Watches a phone from outside, the same way for each. It must be loaded before the phone is. Times are of the clock that
// every page and the benchmark share, in milliseconds.

/** What happened: `{what, at}` with `registered` (a 200 to REGISTER came in), `socket` (a WebSocket was made), `gone` (one closed), and what the phone tells. */
const story = [];
const connections = [];
/** Every stretch longer than this without a sample is a silence. */
const SILENCE = 500;
const silences = [];
let heardAt;

export const tell = (what) => story.push({ what, at: Date.now() });

globalThis.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    tell("socket");
    this.addEventListener("close", () => tell("gone"));
    this.addEventListener("message", ({ data }) => /^SIP\/2\.0 200 [^]*^CSeq: \d+ REGISTER\r?$/m.test(data) && tell("registered"));
  }
};

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...args) {
    super(...args);
    connections.push(this);
    // Chromium gives out samples of a remote track only while something plays it.
    this.addEventListener("track", ({ track }) => {
      const player = Object.assign(new Audio(), { srcObject: new MediaStream([track]) });
      player.play().catch(() => {}); // it is stopped when the call ends
    });
  }
};

let latest = 0;

/** Looks for a sample that was not there before; a page in the background would be asked too seldom by its own timers. */
function listen() {
  const living = connections.filter(({ signalingState }) => signalingState !== "closed");
  const sources = living.flatMap((connection) => connection.getReceivers()).flatMap((receiver) => receiver.getSynchronizationSources());
  const newest = Math.max(0, ...sources.map(({ timestamp }) => timestamp));
  if (newest <= latest) return;
  latest = newest;
  const now = Date.now();
  if (heardAt && now - heardAt > SILENCE) silences.push({ from: heardAt, until: now });
  heardAt = now;
}
setInterval(listen, 20);

/** `{story, silences, heardAt}` as far as it has come. */
export const report = () => ({ story, silences, heardAt });
