// A stand-in for WebSocket whose far side is the test. The real server is used by the end-to-end tests; here the test
// must say what no server says on demand, at the moment that it chooses. It speaks text, never our own builders.
import { replacing } from "./assert.js";

const RESPONSE_LINES = ["via", "from", "to", "call-id", "cseq", "record-route"];

/** The value of a header line of a SIP message. */
export const header = (message, name) => new RegExp(`^${name}: *(.*)\\r$`, "im").exec(message)?.[1];

export const body = (message) => message.slice(message.indexOf("\r\n\r\n") + 4);

export class FarSide {
  sockets = [];
  #arrived = [];
  #waiting = [];
  #original = globalThis.WebSocket;

  /** `protocol` is the sub-protocol that the server chooses; undefined refuses the connection. */
  constructor({ protocol = "sip" } = {}) {
    const far = this;
    globalThis.WebSocket = class extends EventTarget {
      binaryType = "blob";
      protocol = protocol;

      constructor(url, asked) {
        super();
        Object.assign(this, { url, asked, isOpen: false });
        far.sockets.push(this);
        setTimeout(() => {
          if (this.isClosed) return;
          this.isOpen = protocol !== undefined;
          if (this.isOpen) this.dispatchEvent(new Event("open"));
          else this.drop(1006, "");
        });
      }

      send(frame) {
        far.#take(typeof frame === "string" ? frame : new TextDecoder().decode(frame));
      }

      close() {
        this.isClosed = true;
      }

      drop(code, reason) {
        this.isClosed = true;
        this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean: code === 1000 }));
      }
    };
  }

  restore() {
    globalThis.WebSocket = this.#original;
  }

  get socket() {
    return this.sockets.at(-1);
  }

  #take(text) {
    const at = this.#waiting.findIndex(({ start }) => text.startsWith(start));
    if (at < 0) this.#arrived.push(text);
    else this.#waiting.splice(at, 1)[0].resolve(text);
  }

  /** The next message that begins so, come or coming. */
  next(start) {
    const at = this.#arrived.findIndex((text) => text.startsWith(start));
    if (at >= 0) return Promise.resolve(this.#arrived.splice(at, 1)[0]);
    return new Promise((resolve) => this.#waiting.push({ start, resolve }));
  }

  /** Whether nothing that begins so has come and not been asked for. */
  hasNot(start) {
    return !this.#arrived.some((text) => text.startsWith(start));
  }

  /** Says a SIP message, its lines separated as in JavaScript. */
  say(head, content = "") {
    const lines = head.trim().split("\n").map((line) => line.trim());
    const length = new TextEncoder().encode(content).length;
    const data = [...lines, `Content-Length: ${length}`, "", content].join("\r\n");
    this.socket.dispatchEvent(new MessageEvent("message", { data }));
  }

  /** Answers a request; where To has no tag, with the one given. */
  answer(request, status, more = "", content = "") {
    const copied = request.split("\r\n").filter((line) => RESPONSE_LINES.includes(line.split(":")[0].toLowerCase()));
    const lines = copied.map((line) => (/^To:/i.test(line) && !/;tag=/.test(line) ? `${line};tag=far` : line));
    this.say([`SIP/2.0 ${status}`, ...lines, ...(more ? [more] : [])].join("\n"), content);
  }

  /** Says a request to the Contact of `message`, or outside any dialog to that of a REGISTER. */
  ask(method, message, { cseq = 1, callId = "of-the-far-side", more = "", content = "", within = false } = {}) {
    const contact = /<([^>]*)>/.exec(header(message, "Contact"))[1];
    const [from, to] = within === "their-call" ? [header(message, "To"), header(message, "From")] : [
      "Bob <sip:bob@example.com>;tag=bob",
      within || "<sip:alice@example.com>",
    ];
    this.say(
      `${method} ${contact} SIP/2.0
      Via: SIP/2.0/WS far.invalid;branch=z9hG4bK${method}${cseq}${callId}
      Max-Forwards: 70
      From: ${from}
      To: ${to}
      Call-ID: ${callId}
      CSeq: ${cseq} ${method}
      Contact: <sip:bob@far.invalid;transport=ws>${more && `\n${more}`}`,
      content,
    );
  }
}

/** Runs `work` with a stand-in for WebSocket. */
export async function withFarSide(options, work) {
  const far = new FarSide(options);
  try {
    await work(far);
  } finally {
    far.restore();
  }
}

/** A real peer for the call: gives its description, complete, for an offer or as one. */
export async function peer(offer) {
  const connection = new RTCPeerConnection();
  const gathered = new Promise((resolve) => {
    connection.addEventListener("icegatheringstatechange", () => connection.iceGatheringState === "complete" && resolve());
  });
  if (offer) {
    await connection.setRemoteDescription({ type: "offer", sdp: offer });
    connection.getTransceivers()[0].direction = "sendrecv";
  } else {
    connection.addTransceiver("audio");
  }
  await connection.setLocalDescription();
  await gathered;
  return { connection, sdp: connection.localDescription.sdp };
}

export const SDP = "Content-Type: application/sdp";

/** A peer connection, watched, that changes what its listeners are told: `pass(type, event)` says whether. */
const watched = (made, pass = () => true) =>
  class extends globalThis.RTCPeerConnection {
    constructor(...args) {
      super(...args);
      made.push({ connection: this, configuration: args[0] });
    }

    addEventListener(type, listener, options) {
      super.addEventListener(type, (event) => pass(type, event) && listener(event), options);
    }
  };

/** Runs `work(made)` while each peer connection that is made is watched. */
export const withPeers = (pass, work) => {
  const made = [];
  return replacing(globalThis, "RTCPeerConnection", watched(made, pass), () => work(made));
};
