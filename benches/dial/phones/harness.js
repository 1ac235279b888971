// Watches what leaves and what is heard, the same for every phone. It must be loaded before the phone is.

const connections = [];
let invited;

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

const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (data) {
  const text = typeof data === "string" ? data : new TextDecoder().decode(data);
  if (text.startsWith("INVITE ")) invited?.(performance.now());
  return send.call(this, data);
};

/** Whether a sample of the far side's has been given out by a connection that lives. */
const isHeard = () =>
  connections.some((connection) => connection.signalingState !== "closed" &&
    connection.getReceivers().some((receiver) => receiver.getSynchronizationSources().length > 0));

const heard = async () => {
  while (!isHeard()) await new Promise((resolve) => setTimeout(resolve, 1));
  return performance.now();
};

/** Calls by `dial()`, and hangs up by what it returns; gives milliseconds to the first INVITE and to the first sample. */
export async function measure(dial, { listen }) {
  const invite = new Promise((resolve) => (invited = resolve));
  const began = performance.now();
  const hangUp = dial();
  const toInvite = (await invite) - began;
  const toAudio = listen ? (await heard()) - began : null;
  invited = undefined;
  hangUp();
  return { invite: toInvite, audio: toAudio };
}
