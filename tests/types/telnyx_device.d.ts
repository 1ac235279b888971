export interface TelnyxEvent<Target extends EventTarget, Detail> extends CustomEvent<Detail> {
    readonly target: Target;
    readonly currentTarget: Target;
}
export type TelnyxListener<Target extends EventTarget, Detail> =
| ((this: Target, event: TelnyxEvent<Target, Detail>) => void)
| { handleEvent(event: TelnyxEvent<Target, Detail>): void };
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
export interface TelnyxDeviceConfig extends MediaWishes {
    host: string;
    port: string | number;
    wsServers?: string | readonly (string | WebSocketServer)[] | WebSocketServer | null;
    username?: string | null;
    password?: string | ((realm: string) => string | Promise<string>) | null;
    authorizationUser?: string | null;
    ha1?: Ha1 | null;
    displayName?: string | null;
    stunServers?: string | readonly string[] | null;
    turnServers?: TurnServer | readonly TurnServer[] | null;
    iceGatheringTimeout?: number | null;
    rtcConfiguration?: RTCConfiguration | null;
    warm?: boolean | null;
    registrarServer?: string | null;
    flows?: 1 | 2 | null;
    reconnect?: Reconnect | null;
    keepAliveInterval?: number | null;
    expires?: number | null;
    persist?: "none" | "session" | null;
    extraHeaders?: readonly string[] | null;
    sessionTimers?: boolean | SessionTimers | null;
    noAnswerTimeout?: number | null;
    tabs?: "own" | "shared" | null;
    userAgent?: string | null;
    qualityReports?: boolean | string | null;
    traceSip?: boolean | null;
    logLevel?: "debug" | "log" | "warn" | "error" | "off" | null;
}
export interface Ha1 {
    realm: string;
    md5?: string | null;
    sha256?: string | null;
    sha512_256?: string | null;
}
export interface Reconnect {
    minDelay?: number | null;
    maxDelay?: number | null;
    fraction?: number | null;
    jitter?: number | null;
    maxAttempts?: number | null;
}
export interface SessionTimers {
    expires?: number | null;
    refresher?: "uac" | "uas" | null;
}
export interface WebSocketServer {
    uri: string;
    weight?: number | null;
}
export interface TurnServer {
    urls: string | readonly string[];
    username: string;
    password: string;
}
export interface UnregisterOptions extends ExtraHeaders {
    all?: boolean | null;
}
export interface MessageOptions extends ExtraHeaders {
    contentType?: string | null;
}
export interface Redirection {
    readonly call: TelnyxCall;
    readonly contacts: readonly string[];
    readonly accept: (contact: string) => void;
    readonly reject: () => void;
}
export interface Flow {
    flow: number;
}
export interface Registered extends Flow {
    expires: number;
    contact: string;
    refresh: boolean;
    publicGruu: string | null;
    flowTimer: number | null;
    response: SipResponse;
}
export interface DeviceEvents {
    wsConnecting: Flow & { attempts: number };
    wsConnected: Flow & { server: string };
    wsDisconnected: Flow & { server: string; code: number; reason: string; wasClean: boolean; willRetry: boolean };
    registered: Registered;
    unregistered: { cause: Cause | null; response: SipResponse | null };
    registrationFailed: Flow & { cause: Cause; response: SipResponse | null };
    invite: { activeCall: TelnyxCall; call: TelnyxCall };
    incomingInvite: { activeCall: TelnyxCall; call: TelnyxCall };
    message: { message: TelnyxMessage };
    redirect: Redirection;
    recoveredCall: { call: TelnyxCall };
    audioBlocked: null;
    devicesChanged: DevicesChanged;
    levels: Levels;
    error: TelnyxError;
    sip: {
        direction: "in" | "out";
        time: number;
        message: SipMessage;
        text: string;
    };
}
export type DeviceEventName<Type extends keyof DeviceEvents> = Type | `telnyx.sipjs.${Type}`;
export interface TelnyxDevice extends TelnyxEventTarget<DeviceEvents> {
    on<Type extends keyof DeviceEvents>(type: DeviceEventName<Type>, listener: (this: this, payload: DeviceEvents[Type]) => void): this;
    once<Type extends keyof DeviceEvents>(type: DeviceEventName<Type>, listener: (this: this, payload: DeviceEvents[Type]) => void): this;
    off<Type extends keyof DeviceEvents>(type: DeviceEventName<Type>, listener?: (this: this, payload: DeviceEvents[Type]) => void): this;
}
export interface CallOptions extends ExtraHeaders, CallMediaOptions {
    displayName?: string | null;
    fromUser?: string | null;
    anonymous?: boolean | null;
}
export interface AcceptOptions extends ExtraHeaders, CallMediaOptions {}
export interface RejectOptions extends ExtraHeaders {
    statusCode?: number | null;
    reasonPhrase?: string | null;
}
export interface DisconnectOptions extends ExtraHeaders {
    reason?: string | null;
}
export interface DigitsOptions {
    duration?: number | null;
    gap?: number | null;
    transport?: "info" | null;
}
export type CallStatus = "starting" | "initiating" | "connected" | "ended";
export interface TransferRequest {
    readonly target: SipIdentity | null;
    readonly referredBy: SipIdentity | null;
    readonly accept: () => TelnyxCall;
    readonly reject: () => void;
}
export interface TransferProgress {
    readonly statusCode: number;
    readonly reasonPhrase: string;
}
export interface HoldState {
    readonly local: boolean;
    readonly remote: boolean;
}
export type Originator = "local" | "remote";
export interface Dtmf {
    tone: string;
    duration: number;
    interToneGap: number;
    direction: "in" | "out";
}
export type Outage = "signaling" | "media" | "network" | "reload";
export interface Description {
    type: RTCSdpType;
    sdp: string;
}
export interface CallEvents {
    connecting: null;
    progress: { response: SipResponse };
    accepted: { data: SipResponse };
    confirmed: null;
    dtmf: { request: SipRequest | null; dtmf: Dtmf };
    info: { request: SipRequest };
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
    addStream: { event: RTCTrackEvent & { readonly stream: MediaStream } };
}
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
    on<Type extends keyof CallArguments>(type: Type, listener: (this: this, ...args: CallArguments[Type]) => void): this;
    once<Type extends keyof CallArguments>(type: Type, listener: (this: this, ...args: CallArguments[Type]) => void): this;
    off<Type extends keyof CallArguments>(type: Type, listener?: (this: this, ...args: CallArguments[Type]) => void): this;
}
export interface MediaWishes {
    audio?: boolean | MediaTrackConstraints | null;
    video?: boolean | MediaTrackConstraints | null;
    remoteAudioElement?: HTMLAudioElement | null;
    codecPreferences?: readonly string[] | null;
    tones?: boolean | Tones | null;
    processAudio?: AudioProcessors | null;
}
export interface Tones {
    ringtone?: boolean | null;
    ringback?: boolean | null;
    keys?: boolean | null;
}
export interface CallMediaOptions extends MediaWishes {
    mediaStream?: MediaStream | null;
    earlyMedia?: boolean | null;
}
export type AudioProcessor = (track: MediaStreamTrack, signal: AbortSignal) => MediaStreamTrack | PromiseLike<MediaStreamTrack>;
export interface AudioProcessors {
    outgoing?: AudioProcessor | null;
    incoming?: AudioProcessor | null;
}
export interface ProcessorFailure {
    readonly direction: "outgoing" | "incoming";
    readonly error: unknown;
}
export interface DevicesChanged {
    microphones: MediaDeviceInfo[];
    speakers: MediaDeviceInfo[];
    lost: { kind: "audioinput" | "audiooutput"; deviceId: string; label: string }[];
}
export interface Levels {
    call: TelnyxCall;
    input: number | null;
    output: number;
}
export interface ExtraHeaders {
    extraHeaders?: readonly string[] | null;
}
export interface SipIdentity {
    readonly uri: SipUri;
    readonly displayName: string | undefined;
    readonly friendlyName: string;
}
export type SipRequest = SipMessage & { readonly statusCode: undefined };
export type SipResponse = SipMessage & { readonly statusCode: number; readonly reasonPhrase: string };
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
| "RTP Timeout"
| "Terminated";
export interface Causes {
    readonly CONNECTION_ERROR: "Connection Error";
    readonly REQUEST_TIMEOUT: "Request Timeout";
    readonly SIP_FAILURE_CODE: "SIP Failure Code";
    readonly INTERNAL_ERROR: "Internal Error";
    readonly BUSY: "Busy";
    readonly REJECTED: "Rejected";
    readonly REDIRECTED: "Redirected";
    readonly UNAVAILABLE: "Unavailable";
    readonly NOT_FOUND: "Not Found";
    readonly ADDRESS_INCOMPLETE: "Address Incomplete";
    readonly INCOMPATIBLE_SDP: "Incompatible SDP";
    readonly AUTHENTICATION_ERROR: "Authentication Error";
    readonly DIALOG_ERROR: "Dialog Error";
    readonly WEBRTC_NOT_SUPPORTED: "WebRTC Not Supported";
    readonly WEBRTC_ERROR: "WebRTC Error";
    readonly CANCELED: "Canceled";
    readonly NO_ANSWER: "No Answer";
    readonly EXPIRES: "Expires";
    readonly NO_ACK: "No ACK";
    readonly NO_PRACK: "No PRACK";
    readonly USER_DENIED_MEDIA_ACCESS: "User Denied Media Access";
    readonly BAD_MEDIA_DESCRIPTION: "Bad Media Description";
    readonly RTP_TIMEOUT: "RTP Timeout";
    readonly TERMINATED: "Terminated";
}
export interface TelnyxError extends Error {
    readonly name: "TelnyxError";
    readonly code: string;
    readonly cause?: unknown;
    readonly sipCause: Cause | null;
    readonly response: SipResponse | null;
}
export interface TelnyxErrorConstructor {
    readonly prototype: TelnyxError;
    [Symbol.hasInstance](value: unknown): value is TelnyxError;
}
export interface SubscribeOptions extends ExtraHeaders {
    expires?: number | null;
    accept?: string | readonly string[] | null;
}
export interface PublishOptions extends ExtraHeaders {
    expires?: number | null;
    contentType?: string | null;
}
export interface UpdateOptions {
    contentType?: string | null;
}
export type SubscriptionStatus = "subscribing" | "pending" | "active" | "terminated";
export type PublicationStatus = "publishing" | "published" | "terminated";
export type TerminationReason =
| "deactivated"
| "probation"
| "rejected"
| "timeout"
| "giveup"
| "noresource"
| "invariant";
export interface Interruption {
    cause: Cause;
    response: SipResponse | null;
    retryAfter: number | null;
}
export interface SubscriptionEvents {
    active: null;
    notify: { request: SipRequest; contentType: string | null; body: string; parsed: Notice | null };
    interrupted: Interruption;
    terminated: { reason: TerminationReason | null; cause: Cause | null; response: SipResponse | null };
}
export interface PublicationEvents {
    published: { expires: number; refresh: boolean; response: SipResponse };
    interrupted: Interruption;
    terminated: { cause: Cause | null; response: SipResponse | null };
}
export type Notice = MessageSummaryNotice | DialogNotice | PresenceNotice | ReferNotice;
export interface MessageSummaryNotice {
    type: "message-summary";
    waiting: boolean;
    account: string | null;
    messages: { class: string; new: number; old: number; newUrgent: number; oldUrgent: number }[];
}
export interface DialogNotice {
    type: "dialog";
    entity: string;
    version: number;
    full: boolean;
    dialogs: DialogEntry[];
}
export interface DialogEntry {
    id: string;
    state: "trying" | "proceeding" | "early" | "confirmed" | "terminated";
    direction: "initiator" | "recipient" | null;
    callId: string | null;
    localTag: string | null;
    remoteTag: string | null;
    local: DialogParty;
    remote: DialogParty;
}
export interface DialogParty {
    displayName: string | null;
    identity: string | null;
    target: string | null;
}
export interface PresenceNotice {
    type: "presence";
    entity: string;
    tuples: { id: string; open: boolean | null; contact: string | null; notes: string[] }[];
    notes: string[];
}
export interface ReferNotice {
    type: "refer";
    statusCode: number;
    reasonPhrase: string;
}
export interface Subscription extends TelnyxEventTarget<SubscriptionEvents> {
    on<Type extends keyof SubscriptionEvents>(type: Type, listener: (this: this, payload: SubscriptionEvents[Type]) => void): this;
    once<Type extends keyof SubscriptionEvents>(type: Type, listener: (this: this, payload: SubscriptionEvents[Type]) => void): this;
    off<Type extends keyof SubscriptionEvents>(type: Type, listener?: (this: this, payload: SubscriptionEvents[Type]) => void): this;
}
export interface Publication extends TelnyxEventTarget<PublicationEvents> {
    on<Type extends keyof PublicationEvents>(type: Type, listener: (this: this, payload: PublicationEvents[Type]) => void): this;
    once<Type extends keyof PublicationEvents>(type: Type, listener: (this: this, payload: PublicationEvents[Type]) => void): this;
    off<Type extends keyof PublicationEvents>(type: Type, listener?: (this: this, payload: PublicationEvents[Type]) => void): this;
}
export interface CandidatePair {
    readonly local: RTCIceCandidateType;
    readonly remote: RTCIceCandidateType;
    readonly protocol: RTCIceProtocol;
    readonly relayProtocol: "udp" | "tcp" | "tls" | null;
    readonly relayed: boolean;
}
export interface QualitySample {
    readonly time: number;
    readonly mos: number | null;
    readonly mosListening: number | null;
    readonly roundTrip: number | null;
    readonly jitter: number | null;
    readonly bufferDelay: number | null;
    readonly loss: number | null;
    readonly discarded: number | null;
    readonly lossSent: number | null;
    readonly concealed: number | null;
    readonly bitrateReceived: number | null;
    readonly bitrateSent: number | null;
    readonly levelReceived: number | null;
    readonly levelSent: number | null;
    readonly codec: string | null;
    readonly candidatePair: CandidatePair | null;
}
export type QualityWarningName =
| "highLoss"
| "highJitter"
| "highRoundTrip"
| "lowMos"
| "noAudioReceived"
| "noAudioSent"
| "iceDisconnected";
export interface QualityWarning {
    readonly name: QualityWarningName;
    readonly value: number;
    readonly threshold: number;
}
export interface QualityRange {
    readonly min: number;
    readonly average: number;
    readonly max: number;
}
export interface QualitySummary {
    readonly start: number;
    readonly stop: number;
    readonly samples: number;
    readonly mos: QualityRange | null;
    readonly mosListening: QualityRange | null;
    readonly roundTrip: QualityRange | null;
    readonly jitter: QualityRange | null;
    readonly bufferDelay: QualityRange | null;
    readonly bitrateReceived: QualityRange | null;
    readonly bitrateSent: QualityRange | null;
    readonly loss: number | null;
    readonly discarded: number | null;
    readonly lossSent: number | null;
    readonly packetsReceived: number | null;
    readonly packetsLost: number | null;
    readonly packetsSent: number | null;
    readonly codec: string | null;
    readonly candidatePair: CandidatePair | null;
}
export interface CheckOptions {
    echoTarget?: string | null;
}
export type CheckName = "microphone" | "webSocket" | "registration" | "media" | "stun" | "turn";
export interface CheckResult {
    readonly name: CheckName;
    readonly ok: boolean;
    readonly ms: number;
    readonly advice: string | null;
    readonly detail: string | null;
}
export interface CheckReport {
    readonly ok: boolean;
    readonly results: readonly CheckResult[];
}
export interface TraceOptions {
    redact?: "credentials" | "all" | null;
}
export interface TraceMessage {
    readonly kind: "message";
    readonly time: number;
    readonly direction: "in" | "out";
    readonly name: string;
    readonly call: null;
    readonly text: string;
}
export interface TraceEvent {
    readonly kind: "event";
    readonly time: number;
    readonly direction: null;
    readonly name: string;
    readonly call: number | null;
    readonly text: string;
}
export type TraceEntry = TraceMessage | TraceEvent;
export interface TraceJSON {
    readonly version: 1;
    readonly redact: "credentials" | "all";
    readonly entries: readonly TraceEntry[];
}
export class Publication {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    unpublish(): Promise<void>;
    update(body: string, options?: UpdateOptions): Promise<void>;
    readonly state: PublicationStatus;
}
export class SipMessage {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    getHeader(name: string): string | undefined;
    getHeaders(name: string): string[];
    toString(): string;
    readonly body: string;
    readonly contentType: string | undefined;
    readonly content_type: string | undefined;
    readonly from: SipIdentity;
    readonly method: string;
    readonly reasonPhrase: string | undefined;
    readonly reason_phrase: string | undefined;
    readonly remoteIdentity: SipIdentity;
    readonly statusCode: number | undefined;
    readonly status_code: number | undefined;
    readonly to: SipIdentity;
}
export class SipUri {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    toString(): string;
    readonly host: string;
    readonly port: number | undefined;
    readonly scheme: string;
    readonly user: string | undefined;
}
export class Subscription {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    unsubscribe(): Promise<void>;
    readonly state: SubscriptionStatus;
}
export class TelnyxCall {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    accept(options?: AcceptOptions): Promise<void>;
    addTrack(track: MediaStreamTrack, stream?: MediaStream | null): Promise<void>;
    disconnect(options?: DisconnectOptions): Promise<void>;
    getStats(): Promise<RTCStatsReport>;
    hold(): Promise<void>;
    isConnected(): boolean;
    isEnded(): boolean;
    isIncoming(): boolean;
    isInitiating(): boolean;
    isMuted(): boolean;
    isOnHold(): HoldState;
    isOutgoing(): boolean;
    mute(muted: boolean): void;
    publishQuality(collector?: string | null): Promise<void>;
    quality(): QualitySample | null;
    reject(options?: RejectOptions): Promise<void>;
    removeTrack(track: MediaStreamTrack): Promise<void>;
    replaceStream(stream: MediaStream): Promise<void>;
    sendDigits(digits: string, options?: DigitsOptions): Promise<void>;
    sendInfo(contentType: string, body: string, options?: ExtraHeaders): Promise<void>;
    sendMessage(body: string, options?: MessageOptions): Promise<void>;
    setMicrophone(deviceId: string): Promise<void>;
    setSpeaker(deviceId: string): Promise<void>;
    shutdown(): Promise<void>;
    status(): CallStatus;
    summary(): QualitySummary | null;
    transfer(target: string | TelnyxCall, options?: ExtraHeaders): Promise<void>;
    unhold(): Promise<void>;
    readonly answerTime: number | null;
    readonly autoAnswer: number | null;
    readonly endCause: Cause | null;
    readonly endTime: number | null;
    readonly id: string;
    readonly localStream: MediaStream | null;
    readonly peerConnection: RTCPeerConnection | null;
    readonly remoteIdentity: SipIdentity;
    readonly remoteStream: MediaStream | null;
    readonly request: SipRequest | false;
    readonly startTime: number;
}
export class TelnyxDevice {
    free(): void;
    [Symbol.dispose](): void;
    activeCall(): TelnyxCall | undefined;
    calls(): TelnyxCall[];
    static check(config: TelnyxDeviceConfig, options?: CheckOptions): Promise<CheckReport>;
    initiateCall(target: string, options?: CallOptions): TelnyxCall;
    isRegistered(): boolean;
    isWSConnected(): boolean;
    microphones(): Promise<MediaDeviceInfo[]>;
    constructor(config: TelnyxDeviceConfig);
    options(target: string): Promise<SipResponse>;
    publish(event: string, body: string, options?: PublishOptions): Publication;
    register(options?: ExtraHeaders): Promise<void>;
    resumeAudio(): Promise<void>;
    sendMessage(target: string, body: string, options?: MessageOptions): Promise<void>;
    setMicrophone(deviceId: string): Promise<void>;
    setSpeaker(deviceId: string): Promise<void>;
    speakers(): Promise<MediaDeviceInfo[]>;
    startWS(): Promise<void>;
    stopWS(): Promise<void>;
    subscribe(target: string, event: string, options?: SubscribeOptions): Subscription;
    trace(options?: TraceOptions): TelnyxTrace;
    unregister(options?: UnregisterOptions): Promise<void>;
    static readonly TelnyxError: TelnyxErrorConstructor;
    static readonly causes: Causes;
    static readonly version: string;
}
export class TelnyxMessage {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    defer(): void;
    reply(body: string, contentType?: string | null): Promise<void>;
    respond(status: number, reason?: string | null): void;
    readonly body: string;
    readonly contentType: string | undefined;
    readonly content_type: string | undefined;
    readonly from: SipIdentity;
    readonly remoteIdentity: SipIdentity;
    readonly request: SipRequest;
    readonly to: SipIdentity;
}
export class TelnyxTrace {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    pcapng(): Uint8Array<ArrayBuffer>;
    toJSON(): TraceJSON;
    toString(): string;
    readonly entries: TraceEntry[];
}
export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;
export interface InitOutput {
    readonly memory: WebAssembly.Memory;
}
export type SyncInitInput = BufferSource | WebAssembly.Module;
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
