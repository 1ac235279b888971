
/** Headers that a request is to have besides its own, each as `"Name: value"`. */
export interface ExtraHeaders {
  extraHeaders?: readonly string[] | null;
}

/** What a device needs to know. `null` and `undefined` both mean absent. */
export interface TelnyxDeviceConfig {
  /** The SIP domain: name or IP address (v4 or v6) of the SIP server. */
  host: string;
  /** Its port. */
  port: string | number;
  /** WebSocket URIs, tried by weight, the heaviest first, then in order. Default `wss://host:port`. */
  wsServers?: string | readonly (string | WebSocketServer)[] | WebSocketServer | null;
  /** SIP user name. The address of record is `sip:username@host:port`. */
  username?: string | null;
  /** SIP password. */
  password?: string | null;
  /** Caller-ID name. Default: `username`. */
  displayName?: string | null;
  /** `stun:` URIs. */
  stunServers?: string | readonly string[] | null;
  /** TURN servers. */
  turnServers?: TurnServer | readonly TurnServer[] | null;
  /** Registrar URI. Default `sip:host:port`. */
  registrarServer?: string | null;
  /** Write every SIP message to the console, without credentials. Default false. */
  traceSip?: boolean | null;
  /** The least that is written to the console. Default `"log"`. */
  logLevel?: "debug" | "log" | "warn" | "error" | "off" | null;
}

export interface WebSocketServer {
  uri: string;
  /** Default 0. */
  weight?: number | null;
}

export interface TurnServer {
  /** `turn:` and `turns:` URIs. */
  urls: string | readonly string[];
  username: string;
  /** The ICE credential. */
  password: string;
}

export interface UnregisterOptions extends ExtraHeaders {
  /** Every registration of the user, on other devices too. */
  all?: boolean | null;
}

export type CallOptions = ExtraHeaders;

export interface MessageOptions extends ExtraHeaders {
  /** Default `text/plain`. */
  contentType?: string | null;
}

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
}

/** A party of a SIP message. */
export interface SipIdentity {
  readonly uri: SipUri;
  readonly displayName: string | undefined;
  /** The display name, else the user part, else the URI. */
  readonly friendlyName: string;
}

export type SipRequest = SipMessage & { readonly statusCode: undefined };

export type SipResponse = SipMessage & { readonly statusCode: number; readonly reasonPhrase: string };

export type CallStatus = "starting" | "initiating" | "connected" | "ended";

/** Why something ended or failed. */
export type Cause =
  | "Connection Error"
  | "Request Timeout"
  | "SIP Failure Code"
  | "Internal Error"
  | "Busy"
  | "Rejected"
  | "Redirected"
  | "Unavailable"
  | "Not Found"
  | "Address Incomplete"
  | "Incompatible SDP"
  | "Authentication Error"
  | "Dialog Error"
  | "WebRTC Not Supported"
  | "WebRTC Error"
  | "Canceled"
  | "No Answer"
  | "Expires"
  | "No ACK"
  | "No PRACK"
  | "User Denied Media Access"
  | "Bad Media Description"
  | "Terminated";

/** What a promise is rejected with. */
export interface TelnyxError extends Error {
  readonly name: "TelnyxError";
  /** Stable, such as `ERR_INVALID_STATE`. */
  readonly code: string;
  /** The browser's own error, where there is one. */
  readonly cause?: unknown;
  readonly sipCause: Cause | null;
  /** The answer of the far side, where there is one. */
  readonly response: SipResponse | null;
}

export interface TelnyxErrorConstructor {
  readonly prototype: TelnyxError;
  [Symbol.hasInstance](value: unknown): value is TelnyxError;
}

/** A 3xx. Nothing is followed without `accept`; without a listener, it ends the call. */
export interface Redirection {
  readonly call: TelnyxCall;
  /** The URIs where the call may go on. */
  readonly contacts: readonly string[];
  /** Calls one of them. */
  readonly accept: (contact: string) => void;
  /** Ends the call. */
  readonly reject: () => void;
}

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

/** Which side did it. */
export type Originator = "local" | "remote";

/** The events of a device, with the payload of each. */
export interface DeviceEvents {
  wsConnecting: { attempts: number };
  wsConnected: { server: string };
  wsDisconnected: { code: number; reason: string; wasClean: boolean; willRetry: boolean };
  registered: { expires: number; contact: string; refresh: boolean; response: SipResponse };
  unregistered: { cause: Cause | null; response: SipResponse | null };
  registrationFailed: { cause: Cause; response: SipResponse | null };
  invite: { activeCall: TelnyxCall; call: TelnyxCall };
  incomingInvite: { activeCall: TelnyxCall; call: TelnyxCall };
  message: { message: TelnyxMessage };
  redirect: Redirection;
  sip: {
    direction: "in" | "out";
    /** Milliseconds since 1970. */
    time: number;
    message: SipMessage;
    /** Without credentials. */
    text: string;
  };
}

export interface Dtmf {
  tone: string;
  /** Milliseconds. */
  duration: number;
  /** Milliseconds. */
  interToneGap: number;
  direction: "in" | "out";
}

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
  dtmf: { request: SipRequest; dtmf: Dtmf };
  muted: { media: { audio: boolean; video: boolean } };
  unmuted: { media: { audio: boolean; video: boolean } };
  hold: { originator: Originator };
  unhold: { originator: Originator };
  cancel: null;
  refer: { transfer: TransferRequest };
  transferProgress: { progress: TransferProgress };
  transferred: null;
  replaced: { newCall: TelnyxCall };
  rejected: { response: SipResponse | null; cause: Cause };
  failed: { response: SipResponse | null; cause: Cause | null };
  bye: null;
  terminated: { message: SipMessage | null; cause: Cause | null };
  userMediaRequest: { constraints: MediaStreamConstraints };
  userMedia: { stream: MediaStream };
  userMediaFailed: { error: DOMException };
  iceGathering: { event: Event | null };
  iceGatheringComplete: { event: Event | null };
  iceCandidate: { event: RTCPeerConnectionIceEvent };
  iceConnection: { event: Event };
  iceConnectionChecking: { event: Event };
  iceConnectionConnected: { event: Event };
  iceConnectionCompleted: { event: Event };
  iceConnectionFailed: { event: Event };
  iceConnectionDisconnected: { event: Event };
  iceConnectionClosed: { event: Event };
  getDescription: { description: Description };
  setDescription: { description: Description };
  dataChannel: { channel: RTCDataChannel };
  addStream: { event: RTCTrackEvent & { readonly stream: MediaStream } };
}

/** The arguments that `on` and `once` give to a listener of a call. */
export interface CallArguments {
  connecting: [];
  progress: [response: SipResponse];
  accepted: [data: SipResponse];
  confirmed: [];
  dtmf: [request: SipRequest, dtmf: Dtmf];
  muted: [media: { audio: boolean; video: boolean }];
  unmuted: [media: { audio: boolean; video: boolean }];
  hold: [originator: Originator];
  unhold: [originator: Originator];
  cancel: [];
  refer: [transfer: TransferRequest];
  transferProgress: [progress: TransferProgress];
  transferred: [];
  replaced: [newCall: TelnyxCall];
  rejected: [response: SipResponse | null, cause: Cause];
  failed: [response: SipResponse | null, cause: Cause | null];
  bye: [];
  terminated: [message: SipMessage | null, cause: Cause | null];
  userMediaRequest: [constraints: MediaStreamConstraints];
  userMedia: [stream: MediaStream];
  userMediaFailed: [error: DOMException];
  iceGathering: [event: Event | null];
  iceGatheringComplete: [event: Event | null];
  iceCandidate: [event: RTCPeerConnectionIceEvent];
  iceConnection: [event: Event];
  iceConnectionChecking: [event: Event];
  iceConnectionConnected: [event: Event];
  iceConnectionCompleted: [event: Event];
  iceConnectionFailed: [event: Event];
  iceConnectionDisconnected: [event: Event];
  iceConnectionClosed: [event: Event];
  getDescription: [description: Description];
  setDescription: [description: Description];
  dataChannel: [channel: RTCDataChannel];
  addStream: [event: CallEvents["addStream"]["event"]];
}

/** An event as its listeners get it: `target` is the device or call. */
export interface TelnyxEvent<Target extends EventTarget, Detail> extends CustomEvent<Detail> {
  readonly target: Target;
  readonly currentTarget: Target;
}

export type TelnyxListener<Target extends EventTarget, Detail> =
  | ((this: Target, event: TelnyxEvent<Target, Detail>) => void)
  | { handleEvent(event: TelnyxEvent<Target, Detail>): void };

/** What device and call have of an EventTarget. */
export interface TelnyxEventTarget<Events> extends EventTarget {
  addEventListener<Type extends keyof Events>(
    type: Type,
    listener: TelnyxListener<this, Events[Type]> | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Type extends keyof Events>(
    type: Type,
    listener: TelnyxListener<this, Events[Type]> | null,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
  dispatchEvent(event: Event): boolean;
}

/** The names of the events of a device, with or without the prefix of old. */
export type DeviceEventName<Type extends keyof DeviceEvents> = Type | `telnyx.sipjs.${Type}`;

export interface TelnyxDevice extends TelnyxEventTarget<DeviceEvents> {
  /** Calls `listener` with the payload of every event of this type. */
  on<Type extends keyof DeviceEvents>(type: DeviceEventName<Type>, listener: (this: this, payload: DeviceEvents[Type]) => void): this;
  /** As `on`, for the next event only. */
  once<Type extends keyof DeviceEvents>(type: DeviceEventName<Type>, listener: (this: this, payload: DeviceEvents[Type]) => void): this;
  /** Takes back what `on` or `once` did; without a listener, for all of this type. */
  off<Type extends keyof DeviceEvents>(type: DeviceEventName<Type>, listener?: (this: this, payload: DeviceEvents[Type]) => void): this;
}

export interface TelnyxCall extends TelnyxEventTarget<CallEvents> {
  /** Calls `listener` with the arguments of every event of this type. */
  on<Type extends keyof CallArguments>(type: Type, listener: (this: this, ...args: CallArguments[Type]) => void): this;
  /** As `on`, for the next event only. */
  once<Type extends keyof CallArguments>(type: Type, listener: (this: this, ...args: CallArguments[Type]) => void): this;
  /** Takes back what `on` or `once` did; without a listener, for all of this type. */
  off<Type extends keyof CallArguments>(type: Type, listener?: (this: this, ...args: CallArguments[Type]) => void): this;
}
