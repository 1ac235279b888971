
/** Between what kinds of ICE candidates the audio goes. */
export interface CandidatePair {
  /** Ours. */
  readonly local: RTCIceCandidateType;
  /** The far side's. */
  readonly remote: RTCIceCandidateType;
  /** Of ours. */
  readonly protocol: RTCIceProtocol;
  /** Between us and our TURN server; null without one. */
  readonly relayProtocol: "udp" | "tcp" | "tls" | null;
  /** Whether a TURN server is in between, on either side. */
  readonly relayed: boolean;
}

/** A second of a call. What a browser does not tell is null: Firefox, for one, knows no level of the microphone. */
export interface QualitySample {
  /** Milliseconds, as of `Date.now()`. */
  readonly time: number;
  /** Mean opinion score of the conversation, 1 to 4.5, by the E-model (ITU-T G.107); null while nothing arrives. */
  readonly mos: number | null;
  /** The same of listening, for which delay does not matter. */
  readonly mosListening: number | null;
  /** Milliseconds to the far side and back. */
  readonly roundTrip: number | null;
  /** Milliseconds by which packets come unevenly (RFC 3550 §6.4.1). */
  readonly jitter: number | null;
  /** Milliseconds that audio waits in the jitter buffer. */
  readonly bufferDelay: number | null;
  /** The fraction of the far side's packets that never came, 0 to 1. */
  readonly loss: number | null;
  /** The fraction of the far side's packets that came too late, 0 to 1. */
  readonly discarded: number | null;
  /** The fraction of our packets that the far side missed, 0 to 1. */
  readonly lossSent: number | null;
  /** The fraction of the audio heard that was made up, 0 to 1. */
  readonly concealed: number | null;
  /** Bits per second of payload that came. */
  readonly bitrateReceived: number | null;
  /** Bits per second of payload that were sent. */
  readonly bitrateSent: number | null;
  /** The effective level of what is heard, 0 to 1. */
  readonly levelReceived: number | null;
  /** The effective level of the microphone, 0 to 1. */
  readonly levelSent: number | null;
  /** As in SDP: `opus`, `PCMU` … */
  readonly codec: string | null;
  /** The way of the media. */
  readonly candidatePair: CandidatePair | null;
}

/** What may be bad; `QualityWarning` has their limits. */
export type QualityWarningName =
  | "highLoss"
  | "highJitter"
  | "highRoundTrip"
  | "lowMos"
  | "noAudioReceived"
  | "noAudioSent"
  | "iceDisconnected";

/**
 * Something stays bad, or is well again.
 *
 * | name | value | raised above | cleared below |
 * |---|---|---|---|
 * | `highLoss` | fraction of packets lost, either way | 0.03 | 0.01 |
 * | `highJitter` | milliseconds | 30 | 20 |
 * | `highRoundTrip` | milliseconds | 400 | 300 |
 * | `lowMos` | mean opinion score | (below) 3.1 | (above) 3.6 |
 * | `noAudioReceived` | seconds without a packet | 3 | 1 |
 * | `noAudioSent` | seconds without a packet, or with a microphone that is silent, muted by the system, or ended | 5 | 1 |
 * | `iceDisconnected` | 1, or 0 when cleared | 0.5 | 0.5 |
 *
 * The first four are raised by three bad samples among five, and cleared by five good ones in a row.
 */
export interface QualityWarning {
  /** What is bad. */
  readonly name: QualityWarningName;
  /** How bad it is, in the unit of the table. */
  readonly value: number;
  /** The limit that was crossed. */
  readonly threshold: number;
}

/** How a value was over a whole call. */
export interface QualityRange {
  /** The least. */
  readonly min: number;
  /** The mean of all samples. */
  readonly average: number;
  /** The greatest. */
  readonly max: number;
}

/** A whole call. Units are those of `QualitySample`. */
export interface QualitySummary {
  /** When the first second ended: milliseconds, as of `Date.now()`. */
  readonly start: number;
  /** When the last one did. */
  readonly stop: number;
  /** How many seconds were looked at. */
  readonly samples: number;
  /** Mean opinion score of the conversation. */
  readonly mos: QualityRange | null;
  /** The same of listening. */
  readonly mosListening: QualityRange | null;
  /** Milliseconds to the far side and back. */
  readonly roundTrip: QualityRange | null;
  /** Milliseconds. */
  readonly jitter: QualityRange | null;
  /** Milliseconds in the jitter buffer. */
  readonly bufferDelay: QualityRange | null;
  /** Bits per second. */
  readonly bitrateReceived: QualityRange | null;
  /** Bits per second. */
  readonly bitrateSent: QualityRange | null;
  /** The fraction of the far side's packets that never came, 0 to 1. */
  readonly loss: number | null;
  /** The fraction of them that came too late, 0 to 1. */
  readonly discarded: number | null;
  /** The fraction of our packets that the far side missed, 0 to 1. */
  readonly lossSent: number | null;
  /** How many packets came. */
  readonly packetsReceived: number | null;
  /** How many never did. */
  readonly packetsLost: number | null;
  /** How many were sent. */
  readonly packetsSent: number | null;
  /** The last one, as in SDP. */
  readonly codec: string | null;
  /** The last way of the media. */
  readonly candidatePair: CandidatePair | null;
}

/** What else `TelnyxDevice.check` tries. */
export interface CheckOptions {
  /** Whom to call: somebody who answers at once and sends audio, such as an echo test. Without it, no call is placed. */
  echoTarget?: string | null;
}

/** What was tried. */
export type CheckName = "microphone" | "webSocket" | "registration" | "media" | "stun" | "turn";

/** How a trial ended. */
export interface CheckResult {
  /** What was tried. */
  readonly name: CheckName;
  /** Whether it works. */
  readonly ok: boolean;
  /** Milliseconds that it took. */
  readonly ms: number;
  /** What to do, in a sentence; null where it is ok. */
  readonly advice: string | null;
  /** The URL of a STUN or TURN server, the answer of a SIP server, the browser's words; null where there are none. */
  readonly detail: string | null;
}

/** What `TelnyxDevice.check` found. Where the WebSocket fails, registration and media are not tried. */
export interface CheckReport {
  /** Whether all of it is. */
  readonly ok: boolean;
  /** Each trial: the microphone first, then the signaling, then each STUN and TURN server. */
  readonly results: readonly CheckResult[];
}
