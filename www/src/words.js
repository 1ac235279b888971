// What the phone says: every state of the model in the words of a person.

const REFUSED_MICROPHONE = "The browser gave no microphone. Allow it for this page and call again.";
const NO_WEBRTC = "This page may not call: it has to come from https or from localhost, in a browser with WebRTC.";

/** Why an outgoing call came to nothing, by the SDK's cause. */
const OUTGOING = {
  "Busy": (name) => `${name} is busy`,
  "Rejected": (name) => `${name} declined the call`,
  "Redirected": (name) => `${name} has moved to another address`,
  "Unavailable": (name) => `${name} is not available`,
  "Not Found": (name) => `${name} was not found`,
  "Address Incomplete": (name) => `${name} is not a complete address`,
  "Incompatible SDP": (name) => `${name} has no audio format in common with this browser`,
  "Authentication Error": () => "The server refused the call: wrong user name or password",
  "Canceled": (name) => `Call to ${name} canceled`,
  "No Answer": (name) => `${name} did not answer`,
  "Connection Error": () => "No connection to the server",
  "Request Timeout": () => "The server did not answer",
  "User Denied Media Access": () => REFUSED_MICROPHONE,
  "WebRTC Not Supported": () => NO_WEBRTC,
};

/** Why an incoming call came to nothing. */
const INCOMING = {
  "Canceled": (name) => `Missed call from ${name}`,
  "No Answer": (name) => `Missed call from ${name}`,
  "Connection Error": (name) => `Lost the call from ${name}: no connection to the server`,
  "User Denied Media Access": () => REFUSED_MICROPHONE,
  "WebRTC Not Supported": () => NO_WEBRTC,
};

/** Minutes and seconds, with hours where there are any. */
export function duration(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const hours = Math.floor(seconds / 3600);
  if (hours > 0) parts.unshift(hours);
  return parts.map((value, index) => (index > 0 ? String(value).padStart(2, "0") : String(value))).join(":");
}

/** What became of a call that is over. */
export function outcome(call) {
  const { name, cause } = call;
  if (call.answeredAt) {
    const how = call.hungUp ? `Call with ${name} ended`
      : cause === "Terminated" ? `${name} hung up`
      : `Call with ${name} ended (${cause ?? "no reason given"})`;
    return `${how} after ${duration(call.endedAt - call.answeredAt)}`;
  }
  if (call.incoming && call.hungUp) return `You declined ${name}`;
  const words = (call.incoming ? INCOMING : OUTGOING)[cause];
  return words ? words(name) : `The call failed: ${[cause, call.reason].filter(Boolean).join(", ") || "no reason given"}`;
}

/** Whether it ended otherwise than anybody wanted. */
export function isMishap({ answeredAt, cause, hungUp, incoming }) {
  if (hungUp || cause === "Canceled") return false;
  return answeredAt ? cause !== "Terminated" : !(incoming && cause === "No Answer");
}

/** What a living call is doing. */
const CALL_STATES = {
  calling: "Calling…",
  ringing: "Ringing…",
  incoming: "Incoming call",
  answering: "Answering…",
  connected: "Connected",
};

/** What is lost while a call is being restored, by the SDK's name of it. */
const RECOVERING = {
  signaling: "Connection lost – the call stays up…",
  media: "Sound lost – bringing it back…",
  network: "Network changed – the call moves along…",
};

/** The same with what else is to be known of it. */
export function callState({ state, hold, note, recovering }) {
  if (state === "connected" && recovering) return RECOVERING[recovering];
  if (state === "connected" && note) return note;
  if (state === "connected" && (hold.local || hold.remote)) return hold.local ? "On hold" : "On hold by the other side";
  return CALL_STATES[state];
}

/** What is wrong with the sound, by the SDK's name of it. */
export const WARNINGS = {
  highLoss: "Packets are lost",
  highJitter: "Packets come unevenly",
  highRoundTrip: "Long delay",
  lowMos: "Poor sound",
  noAudioReceived: "Nothing is heard from the other side",
  noAudioSent: "The microphone is silent",
  iceDisconnected: "The connection of the call is interrupted",
};

/** A second of a call in a line. */
export function quality({ mos, roundTrip, loss, codec, candidatePair }) {
  return [
    mos === null ? "No sound" : `Quality ${mos.toFixed(1)} of 4.5`,
    roundTrip !== null && `${Math.round(roundTrip)} ms there and back`,
    loss !== null && `${(100 * loss).toFixed(1)} % lost`,
    codec,
    candidatePair && (candidatePair.relayed ? "through a relay" : "direct"),
  ].filter(Boolean).join(" · ");
}

/** Connection and registration in one line, and how it looks: `good`, `busy` or `bad`. */
export function status({ connection, registration, attempts, failure }) {
  if (connection === "lost") {
    return { tone: "busy", text: "Connection lost – reconnecting…", detail: attempts > 1 ? `attempt ${attempts}` : "" };
  }
  if (connection === "connecting") return { tone: "busy", text: "Connecting…", detail: attempts > 1 ? `attempt ${attempts}` : "" };
  if (connection === "disconnected") return { tone: "bad", text: "Disconnected", detail: "" };
  if (registration === "registered") return { tone: "good", text: "Ready to call", detail: "" };
  if (registration === "registering") return { tone: "busy", text: "Registering…", detail: "" };
  return { tone: "bad", text: "Not registered – calls cannot reach you", detail: failure ?? "" };
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** A time of day. */
export const clock = (time) => CLOCK.format(time);

/** A span in seconds, as exact as anybody cares. */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(milliseconds < 995 ? 2 : milliseconds < 9950 ? 1 : 0)} s`;
}

/** Why a WebSocket is gone, by the code of its end. */
const CLOSINGS = {
  1000: "the server closed it",
  1001: "the server went away",
  1006: "it broke",
  1012: "the server restarts",
};

/** The same with the server's own words. */
export function closing(code, reason) {
  return [CLOSINGS[code] ?? `code ${code}`, reason].filter(Boolean).join(", ");
}

/** The story of an Outage in a line. */
export function outage({ lostAt, backAt, calls, kept }) {
  const lost = `Connection lost at ${clock(lostAt)}`;
  if (!backAt) return `${lost}, reconnecting…`;
  const back = `${lost}, back after ${seconds(backAt - lostAt)}`;
  if (calls === 0) return back;
  if (kept === undefined) return `${back}; the call is being restored…`;
  if (calls === 1) return `${back}; the call ${kept ? "went on" : "ended"}`;
  return `${back}; ${kept} of ${calls} calls went on`;
}

/** What came of an act of Faults: the loss of the connection tells more than the act. */
export function consequence({ done, at, refused }, loss) {
  if (refused) return `Not done: ${refused}`;
  if (!loss || loss.lostAt < at) return done;
  const late = loss.lostAt - at;
  return late < 1000 ? outage(loss) : `Noticed after ${seconds(late)}. ${outage(loss)}`;
}

/** Why a registration failed. */
export function registrationFailure({ cause, response }) {
  if (cause === "Authentication Error") return "Wrong user name or password";
  if (cause === "Request Timeout") return "The server did not answer";
  if (cause === "Connection Error") return "No connection to the server";
  const line = response ? `${response.statusCode} ${response.reasonPhrase}` : cause;
  return `The server refused the registration: ${line}`;
}
