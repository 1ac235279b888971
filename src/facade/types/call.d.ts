
/** How a call is placed. */
export interface CallOptions extends ExtraHeaders, CallMediaOptions {
  /** The caller-ID name of this call, in place of the device's. */
  displayName?: string | null;
  /** The user of From in this call, in place of the device's. */
  fromUser?: string | null;
  /** Keep our identity from the far side (RFC 3323, RFC 3325). Default false. */
  anonymous?: boolean | null;
}

/** How a call is answered. */
export interface AcceptOptions extends ExtraHeaders, CallMediaOptions {}

/** How a call is refused. */
export interface RejectOptions extends ExtraHeaders {
  /** From 300 to 699. Default 480. */
  statusCode?: number | null;
  /** Default: that of the standard. */
  reasonPhrase?: string | null;
}

/** How a call is ended. */
export interface DisconnectOptions extends ExtraHeaders {
  /** The value of a Reason header (RFC 3326), such as `SIP;cause=200;text="Call completed elsewhere"`. */
  reason?: string | null;
}

/** How tones are sent. */
export interface DigitsOptions {
  /** Milliseconds of a tone, from 40 to 6000. Default 100. */
  duration?: number | null;
  /** Milliseconds of silence after it, from 0 to 6000. Default 500. */
  gap?: number | null;
  /** `"info"`: by SIP INFO even where the far side takes tones in the audio (RFC 4733). */
  transport?: "info" | null;
}

/**
 * How far a call has come. `starting`: there is no microphone yet, or an incoming call rings. `initiating`: it is being offered, or
 * answered. `connected`: from the answer on. `ended`.
 */
export type CallStatus = "starting" | "initiating" | "connected" | "ended";

/** A request of the far side to be transferred. Nobody is called without `accept`; without a listener, it is refused. */
export interface TransferRequest {
  /** Whom to call; null where it cannot be read. */
  readonly target: SipIdentity | null;
  /** Who wants it (RFC 3892), where that is said. */
  readonly referredBy: SipIdentity | null;
  /** Places the call that is asked for. */
  readonly accept: () => TelnyxCall;
  /** Refuses, with 603. */
  readonly reject: () => void;
}

/** How the call fares that a transfer asked for. */
export interface TransferProgress {
  /** The status that the far side was answered: 100 to 699. */
  readonly statusCode: number;
  /** Its reason phrase. */
  readonly reasonPhrase: string;
}

/** Who is on hold: the far side by us (`local`), we by the far side (`remote`). */
export interface HoldState {
  /** We have put the far side on hold. */
  readonly local: boolean;
  /** The far side has put us on hold. */
  readonly remote: boolean;
}

/** Which side did it. */
export type Originator = "local" | "remote";

/** A tone. */
export interface Dtmf {
  /** One of `0`–`9`, `A`–`D`, `*` and `#`. */
  tone: string;
  /** Milliseconds. */
  duration: number;
  /** Milliseconds. */
  interToneGap: number;
  /** Received, or sent. */
  direction: "in" | "out";
}

/**
 * What a call has lost first: the connection to the server, the way of its media, the network that both went over, or the
 * page that it was on.
 */
export type Outage = "signaling" | "media" | "network" | "reload";

/** A description on its way. A listener may change its `sdp`. */
export interface Description {
  /** What it is; changes of it are passed over. */
  type: RTCSdpType;
  /** The session description. */
  sdp: string;
}

/** The events of a call, with the names of their arguments in order. */
export interface CallEvents {
  /** There is a microphone, and the offer or answer is being made. */
  connecting: null;
  /** A provisional response came (1xx), 100 included. */
  progress: { response: SipResponse };
  /** The call is answered: by this response of the far side, or by ours. `status()` is `connected`. */
  accepted: { data: SipResponse };
  /** The ACK was sent, or has come. */
  confirmed: null;
  /** A tone is sent; or it came by INFO, whose `request` that is. Browsers tell nothing of tones that come in the audio (RFC 4733). */
  dtmf: { request: SipRequest | null; dtmf: Dtmf };
  /** An INFO came that is no tone and no candidate. It is answered 200; without a listener 415. */
  info: { request: SipRequest };
  /** One that came inside this call. It is told to the device as well, after that, and answered once. */
  message: { message: TelnyxMessage };
  /** The audio that is sent is muted. */
  muted: { media: { audio: boolean; video: boolean } };
  /** It is muted no longer. */
  unmuted: { media: { audio: boolean; video: boolean } };
  /** One side has put the other on hold. */
  hold: { originator: Originator };
  /** One side has taken the other off hold. */
  unhold: { originator: Originator };
  /** Either side gave up before the call was answered; `rejected`, `failed` and `terminated` follow. */
  cancel: null;
  /** The far side asks to be transferred. */
  refer: { transfer: TransferRequest };
  /** The call that `transfer()` asked the far side for gets on, or not. */
  transferProgress: { progress: TransferProgress };
  /** The far side talks to whom it was transferred to; this call ends now. */
  transferred: null;
  /** The far side was connected with somebody else, or by another phone: `newCall` takes the place of this one. */
  replaced: { newCall: TelnyxCall };
  /** Something was lost, and is being brought back; told once for each outage. */
  recovering: { reason: Outage };
  /** All that was lost is back; `reason` is that of `recovering`. */
  recovered: { reason: Outage };
  /** A final refusal, received or sent; `failed` and `terminated` follow. */
  rejected: { response: SipResponse | null; cause: Cause };
  /** It ended before it was answered; `terminated` follows. */
  failed: { response: SipResponse | null; cause: Cause | null };
  /** A BYE was sent, or has come; `terminated` follows. */
  bye: null;
  /** The last event of each call, once. `message` is what ended it, if one did; `cause` is null for a hang-up of our own. */
  terminated: { message: SipMessage | null; cause: Cause | null };
  /** The browser will be asked for the microphone, or the camera. A listener may change the constraints. */
  userMediaRequest: { constraints: MediaStreamConstraints };
  /** The microphone is there, or the `mediaStream` that was given. */
  userMedia: { stream: MediaStream };
  /** There is no microphone; `failed` and `terminated` follow. */
  userMediaFailed: { error: DOMException };
  /** A processor of `processAudio` was left out. */
  processorFailed: { failure: ProcessorFailure };
  /** ICE and DTLS are up: from now on both sides can be heard. Told once. */
  mediaConnected: null;
  /** Candidates are gathered. The browser's event; null where they were gathered beforehand. */
  iceGathering: { event: Event | null };
  /** The waiting for candidates has ended, before `getDescription`: the browser's event, or null where there are enough. */
  iceGatheringComplete: { event: Event | null };
  /** The browser's `icecandidate`. */
  iceCandidate: { event: RTCPeerConnectionIceEvent };
  /** The browser's `iceconnectionstatechange`; null where the call closes its peer connection itself. */
  iceConnection: { event: Event | null };
  /** The same, where the state is `checking`. */
  iceConnectionChecking: { event: Event };
  /** The same, where the state is `connected`. */
  iceConnectionConnected: { event: Event };
  /** The same, where the state is `completed`. */
  iceConnectionCompleted: { event: Event };
  /** The same, where the state is `failed`. ICE is restarted by itself. */
  iceConnectionFailed: { event: Event };
  /** The same, where the state is `disconnected`. */
  iceConnectionDisconnected: { event: Event };
  /** The same, where the state is `closed`. */
  iceConnectionClosed: { event: Event | null };
  /** A description of ours is about to be sent. A listener may change its `sdp`. */
  getDescription: { description: Description };
  /** A description of the far side's is about to be used. A listener may change its `sdp`. */
  setDescription: { description: Description };
  /** The far side opens a data channel. */
  dataChannel: { channel: RTCDataChannel };
  /** Each second of an answered call. */
  quality: { sample: QualitySample };
  /** Something stays bad. */
  warning: { warning: QualityWarning };
  /** It is well again. */
  warningCleared: { warning: QualityWarning };
  /** The browser's `track`: the far side sends something. */
  track: { event: RTCTrackEvent };
  /** The same as `track`. `stream` is `remoteStream`; which streams the far side names, `streams` says. */
  addStream: { event: RTCTrackEvent & { readonly stream: MediaStream } };
}

/** The arguments that `on` and `once` give to a listener of a call: what `CallEvents` has, in order. */
export interface CallArguments {
  connecting: [];
  progress: [response: SipResponse];
  accepted: [data: SipResponse];
  confirmed: [];
  dtmf: [request: SipRequest | null, dtmf: Dtmf];
  info: [request: SipRequest];
  message: [message: TelnyxMessage];
  muted: [media: { audio: boolean; video: boolean }];
  unmuted: [media: { audio: boolean; video: boolean }];
  hold: [originator: Originator];
  unhold: [originator: Originator];
  cancel: [];
  refer: [transfer: TransferRequest];
  transferProgress: [progress: TransferProgress];
  transferred: [];
  replaced: [newCall: TelnyxCall];
  recovering: [reason: Outage];
  recovered: [reason: Outage];
  rejected: [response: SipResponse | null, cause: Cause];
  failed: [response: SipResponse | null, cause: Cause | null];
  bye: [];
  terminated: [message: SipMessage | null, cause: Cause | null];
  userMediaRequest: [constraints: MediaStreamConstraints];
  userMedia: [stream: MediaStream];
  userMediaFailed: [error: DOMException];
  processorFailed: [failure: ProcessorFailure];
  mediaConnected: [];
  iceGathering: [event: Event | null];
  iceGatheringComplete: [event: Event | null];
  iceCandidate: [event: RTCPeerConnectionIceEvent];
  iceConnection: [event: Event | null];
  iceConnectionChecking: [event: Event];
  iceConnectionConnected: [event: Event];
  iceConnectionCompleted: [event: Event];
  iceConnectionFailed: [event: Event];
  iceConnectionDisconnected: [event: Event];
  iceConnectionClosed: [event: Event | null];
  getDescription: [description: Description];
  setDescription: [description: Description];
  dataChannel: [channel: RTCDataChannel];
  quality: [sample: QualitySample];
  warning: [warning: QualityWarning];
  warningCleared: [warning: QualityWarning];
  track: [event: RTCTrackEvent];
  addStream: [event: CallEvents["addStream"]["event"]];
}

/** Its listeners. */
export interface TelnyxCall extends TelnyxEventTarget<CallEvents> {
  /** Calls `listener` with the arguments of every event of this type. */
  on<Type extends keyof CallArguments>(type: Type, listener: (this: this, ...args: CallArguments[Type]) => void): this;
  /** As `on`, for the next event only. */
  once<Type extends keyof CallArguments>(type: Type, listener: (this: this, ...args: CallArguments[Type]) => void): this;
  /** Takes back what `on` or `once` did; without a listener, for all of this type. */
  off<Type extends keyof CallArguments>(type: Type, listener?: (this: this, ...args: CallArguments[Type]) => void): this;
}
