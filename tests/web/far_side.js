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

  /** `protocol` is the sub-protocol that the server chooses; null refuses the connection. */
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
          this.isOpen = protocol !== null;
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

/** A real peer for the call: gives its description, complete, for an offer or as one. `prepare` changes it before. */
export async function peer(offer, prepare) {
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
  await prepare?.(connection);
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
// A device and its calls, brought to where a scenario begins.

export const CONTACT = "Contact: <sip:bob@far.invalid;transport=ws>";

export const device = (make, more) =>
  make({ host: "example.com", port: 5060, username: "alice", password: "sesame-open", logLevel: "off", ...more });

export const heard = (target, name) => new Promise((resolve) => target.once(name, (...args) => resolve(args)));

/** The names of these events of a call as they come. */
export function story(call, names) {
  const told = [];
  for (const name of names) call.on(name, () => told.push(name));
  return told;
}

/** An outgoing call whose INVITE has arrived. */
export async function dialled(far, phone, options) {
  const call = phone.initiateCall("bob", options);
  return { call, invite: await far.next("INVITE") };
}

/** An outgoing call that was answered; `prepare` changes the far side's peer connection before its description is made. */
export async function answered(far, phone, options, prepare) {
  const { call, invite } = await dialled(far, phone, options);
  const accepted = heard(call, "accepted");
  const far_end = await peer(body(invite), prepare);
  far.answer(invite, "200 OK", `${CONTACT}\n${SDP}`, far_end.sdp);
  await accepted;
  return { call, invite, far_end, ack: await far.next("ACK") };
}

/** The same, with media flowing. */
export async function talking(far, phone, options, prepare) {
  const dial = phone.initiateCall("bob", options);
  const connected = heard(dial, "mediaConnected");
  const invite = await far.next("INVITE");
  const far_end = await peer(body(invite), prepare);
  far.answer(invite, "200 OK", `${CONTACT}\n${SDP}`, far_end.sdp);
  await connected;
  return { call: dial, invite, far_end };
}

/** Hangs up, and waits until the call has let everything go. */
export async function hungUp(far, { call, far_end }) {
  const ended = heard(call, "terminated");
  call.disconnect();
  await ended;
  far_end?.connection.close();
}

/** Refuses a call that is not answered, and waits until it has let everything go. */
export async function refused(far, { call, invite }) {
  const ended = heard(call, "terminated");
  far.answer(invite, "486 Busy Here");
  await ended;
}

/** A device that registered, and the request with which it did. */
export async function registered(far, make, more) {
  const phone = device(make, more);
  const done = phone.register();
  const register = await far.next("REGISTER");
  far.answer(register, "200 OK", `Contact: ${header(register, "Contact")};expires=600`);
  await done;
  return { phone, register };
}

/** A call that rings here, with an offer of `far_end`. */
export async function ringing(far, phone, register, far_end) {
  const told = heard(phone, "invite");
  far.ask("INVITE", register, { more: SDP, content: far_end.sdp });
  const [{ call }] = await told;
  return call;
}
