
/** How a registration is removed. */
export interface UnregisterOptions extends ExtraHeaders {
  /** Every registration of the user, on other devices too. */
  all?: boolean | null;
}

/** How a text is sent. */
export interface MessageOptions extends ExtraHeaders {
  /** Its media type. Default `text/plain`. */
  contentType?: string | null;
}

/** A 3xx. Nothing is followed without `accept`; without a listener, it ends the call. */
export interface Redirection {
  /** Which call of ours was answered so. */
  readonly call: TelnyxCall;
  /** The URIs where the call may go on. */
  readonly contacts: readonly string[];
  /** Calls one of them. */
  readonly accept: (contact: string) => void;
  /** Ends the call. */
  readonly reject: () => void;
}

/** By which of its connections something has happened to a device. */
export interface Flow {
  /** Its number, the `reg-id` of RFC 5626: 1 where there is one at a time. */
  flow: number;
}

/** The registrar has granted a registration. */
export interface Registered extends Flow {
  /** Seconds granted. */
  expires: number;
  /** Our Contact URI. */
  contact: string;
  /** Whether the binding was there before. */
  refresh: boolean;
  /** A URI that reaches this device wherever it is (RFC 5627), where the registrar grants one. */
  publicGruu: string | null;
  /** Seconds of silence after which the server takes the connection for dead (RFC 5626), where it says so. */
  flowTimer: number | null;
  /** The 200. */
  response: SipResponse;
}

/** The events of a device, with the payload of each. */
export interface DeviceEvents {
  /** The device connects. `attempts` counts from 1 since there was a connection last. */
  wsConnecting: Flow & { attempts: number };
  /** The WebSocket is open. `server` is its URI, without a user, a password or a query, which may be secret. */
  wsConnected: Flow & { server: string };
  /**
   * An attempt failed, or the connection is lost or was found dead. `code` and `reason` are those of WebSocket; `willRetry` tells
   * whether the device connects again by itself. With two connections the other one goes on: `isWSConnected()` says so.
   */
  wsDisconnected: Flow & { server: string; code: number; reason: string; wasClean: boolean; willRetry: boolean };
  /** The device is registered, or still is (`refresh`). */
  registered: Registered;
  /** It is registered no longer: `cause` is null after `unregister()`, else says why. */
  unregistered: { cause: Cause | null; response: SipResponse | null };
  /** The registrar has refused, or cannot be reached. Where that can help, it is tried again by itself. */
  registrationFailed: Flow & { cause: Cause; response: SipResponse | null };
  /** A call has come, and rings. `activeCall` and `call` are the same. */
  invite: { activeCall: TelnyxCall; call: TelnyxCall };
  /** The same as `invite`. */
  incomingInvite: { activeCall: TelnyxCall; call: TelnyxCall };
  /** A text message, also one that came inside a call. */
  message: { message: TelnyxMessage };
  /** A call of ours was sent elsewhere (3xx). */
  redirect: Redirection;
  /** A call of before the page was reloaded is back; one that cannot be is told by `error`, with the code `ERR_CALL_LOST`. */
  recoveredCall: { call: TelnyxCall };
  /** The page may not make a sound before the user has touched it: `resumeAudio()` from a click. */
  audioBlocked: null;
  /** A microphone or speaker came or went. */
  devicesChanged: DevicesChanged;
  /** How loud a call is. Measured only while there is a listener. */
  levels: Levels;
  /** What no call or request owns, such as a `password` function that rejects; and `ERR_PEER`, once on each connection for each
   * kind of it: a server that sends no SIP, or more than a device takes, or keeps no flows where two are wished for. */
  error: TelnyxError;
  /** Each SIP message as it passes. */
  sip: {
    /** Received, or sent. */
    direction: "in" | "out";
    /** Milliseconds since 1970. */
    time: number;
    /** For logs: its `body`, too, is without the keys of media, which those of a call's own messages have. */
    message: SipMessage;
    /** Without credentials. */
    text: string;
  };
}

/** The names of the events of a device, with or without the prefix of old. */
export type DeviceEventName<Type extends keyof DeviceEvents> = Type | `telnyx.sipjs.${Type}`;

/** Its listeners. */
export interface TelnyxDevice extends TelnyxEventTarget<DeviceEvents> {
  /** Calls `listener` with the payload of every event of this type. */
  on<Type extends keyof DeviceEvents>(type: DeviceEventName<Type>, listener: (this: this, payload: DeviceEvents[Type]) => void): this;
  /** As `on`, for the next event only. */
  once<Type extends keyof DeviceEvents>(type: DeviceEventName<Type>, listener: (this: this, payload: DeviceEvents[Type]) => void): this;
  /** Takes back what `on` or `once` did; without a listener, for all of this type. */
  off<Type extends keyof DeviceEvents>(type: DeviceEventName<Type>, listener?: (this: this, payload: DeviceEvents[Type]) => void): this;
}
