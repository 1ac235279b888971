
export interface CallOptions extends ExtraHeaders, CallMediaOptions {
  /** The caller-ID name of this call, in place of the device's. */
  displayName?: string | null;
  /** The user of From in this call, in place of the device's. */
  fromUser?: string | null;
  /** Keep our identity from the far side (RFC 3323, RFC 3325). Default false. */
  anonymous?: boolean | null;
}

export interface AcceptOptions extends ExtraHeaders, CallMediaOptions {}

export interface RejectOptions extends ExtraHeaders {
  /** From 300 to 699. Default 480. */
  statusCode?: number | null;
  reasonPhrase?: string | null;
}

export interface DisconnectOptions extends ExtraHeaders {
  /** The value of a Reason header, such as `SIP;cause=200;text="Call completed elsewhere"`. */
  reason?: string | null;
}

export interface DigitsOptions {
  /** Milliseconds of a tone. Default 100. */
  duration?: number | null;
  /** Milliseconds of silence after it. Default 500. */
  gap?: number | null;
  /** `"info"`: by SIP INFO even where the far side takes tones in the audio (RFC 4733). */
  transport?: "info" | null;
}

export type CallStatus = "starting" | "initiating" | "connected" | "ended";

/** A request of the far side to be transferred. Nobody is called without `accept`; without a listener, it is refused. */
export interface TransferRequest {
  readonly target: SipIdentity | null;
  readonly referredBy: SipIdentity | null;
  /** Places the call that is asked for. */
  readonly accept: () => TelnyxCall;
  readonly reject: () => void;
}

/** How the call fares that a transfer asked for. */
export interface TransferProgress {
  readonly statusCode: number;
  readonly reasonPhrase: string;
}

/** Who is on hold: the far side by us (`local`), we by the far side (`remote`). */
export interface HoldState {
  readonly local: boolean;
  readonly remote: boolean;
}

/** Which side did it. */
export type Originator = "local" | "remote";

export interface Dtmf {
  tone: string;
  /** Milliseconds. */
  duration: number;
  /** Milliseconds. */
  interToneGap: number;
  direction: "in" | "out";
}

/**
 * What a call has lost first: the connection to the server, the way of its media, the network that both went over, or the
 * page that it was on.
 */
export type Outage = "signaling" | "media" | "network" | "reload";

/** A description on its way. A listener may change its `sdp`. */
export interface Description {
  type: RTCSdpType;
  sdp: string;
}

/** The events of a call, with the names of their arguments in order. */
export interface CallEvents {
  connecting: null;
  progress: { response: SipResponse };
  accepted: { data: SipResponse };
  confirmed: null;
  dtmf: { request: SipRequest | null; dtmf: Dtmf };
  info: { request: SipRequest };
  /** One that came inside this call. It is told to the device as well, after that, and answered once. */
  message: { message: TelnyxMessage };
  muted: { media: { audio: boolean; video: boolean } };
  unmuted: { media: { audio: boolean; video: boolean } };
  hold: { originator: Originator };
  unhold: { originator: Originator };
  cancel: null;
  refer: { transfer: TransferRequest };
  transferProgress: { progress: TransferProgress };
  transferred: null;
  replaced: { newCall: TelnyxCall };
  recovering: { reason: Outage };
  recovered: { reason: Outage };
  rejected: { response: SipResponse | null; cause: Cause };
  failed: { response: SipResponse | null; cause: Cause | null };
  bye: null;
  terminated: { message: SipMessage | null; cause: Cause | null };
  userMediaRequest: { constraints: MediaStreamConstraints };
  userMedia: { stream: MediaStream };
  userMediaFailed: { error: DOMException };
  processorFailed: { failure: ProcessorFailure };
  mediaConnected: null;
  iceGathering: { event: Event | null };
  iceGatheringComplete: { event: Event | null };
  iceCandidate: { event: RTCPeerConnectionIceEvent };
  iceConnection: { event: Event | null };
  iceConnectionChecking: { event: Event };
  iceConnectionConnected: { event: Event };
  iceConnectionCompleted: { event: Event };
  iceConnectionFailed: { event: Event };
  iceConnectionDisconnected: { event: Event };
  iceConnectionClosed: { event: Event | null };
  getDescription: { description: Description };
  setDescription: { description: Description };
  dataChannel: { channel: RTCDataChannel };
  quality: { sample: QualitySample };
  warning: { warning: QualityWarning };
  warningCleared: { warning: QualityWarning };
  track: { event: RTCTrackEvent };
  /** `stream` is `remoteStream`; which streams the far side names, `streams` says. */
  addStream: { event: RTCTrackEvent & { readonly stream: MediaStream } };
}

/** The arguments that `on` and `once` give to a listener of a call. */
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

export interface TelnyxCall extends TelnyxEventTarget<CallEvents> {
  /** Calls `listener` with the arguments of every event of this type. */
  on<Type extends keyof CallArguments>(type: Type, listener: (this: this, ...args: CallArguments[Type]) => void): this;
  /** As `on`, for the next event only. */
  once<Type extends keyof CallArguments>(type: Type, listener: (this: this, ...args: CallArguments[Type]) => void): this;
  /** Takes back what `on` or `once` did; without a listener, for all of this type. */
  off<Type extends keyof CallArguments>(type: Type, listener?: (this: this, ...args: CallArguments[Type]) => void): this;
}
