
/** Headers that a request is to have besides its own, each as `"Name: value"`. */
export interface ExtraHeaders {
  /**
   * Such as `["X-Account: 42"]`. A `TypeError` where one is no header on one line, or belongs to the SIP stack: Via, From, To,
   * Call-ID, CSeq, Contact, Max-Forwards, Route, Record-Route, Authorization, Proxy-Authorization and those of the content.
   */
  extraHeaders?: readonly string[] | null;
}

/** A party of a SIP message. */
export interface SipIdentity {
  /** Its address. */
  readonly uri: SipUri;
  /** The name beside the address, without quotes. */
  readonly displayName: string | undefined;
  /** The display name, else the user part, else the URI. */
  readonly friendlyName: string;
}

/** A SIP message that is a request. */
export type SipRequest = SipMessage & { readonly statusCode: undefined };

/** A SIP message that is a response. */
export type SipResponse = SipMessage & { readonly statusCode: number; readonly reasonPhrase: string };

/** Why something ended or failed; `Causes` says what each one means. */
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

/** The causes by their names in capitals. */
export interface Causes {
  /** The connection to the server was lost, or could not be opened. */
  readonly CONNECTION_ERROR: "Connection Error";
  /** No final answer came in time: 32 s for a request (RFC 3261, Timers B and F). */
  readonly REQUEST_TIMEOUT: "Request Timeout";
  /** A refusal whose status has no name of its own here: `response.statusCode` tells it. */
  readonly SIP_FAILURE_CODE: "SIP Failure Code";
  /** A fault of this package. */
  readonly INTERNAL_ERROR: "Internal Error";
  /** 486 or 600. */
  readonly BUSY: "Busy";
  /** 403 or 603. */
  readonly REJECTED: "Rejected";
  /** 300, 301, 302, 305 or 380, and nobody followed it (`redirect`). */
  readonly REDIRECTED: "Redirected";
  /** 408, 410, 430 or 480. */
  readonly UNAVAILABLE: "Unavailable";
  /** 404 or 604. */
  readonly NOT_FOUND: "Not Found";
  /** 484. */
  readonly ADDRESS_INCOMPLETE: "Address Incomplete";
  /** 488 or 606: the two sides have no media in common. */
  readonly INCOMPATIBLE_SDP: "Incompatible SDP";
  /** 401 or 407: the credentials were refused, or there were none. */
  readonly AUTHENTICATION_ERROR: "Authentication Error";
  /** 408 or 481 within a call: the far side does not know it any more. */
  readonly DIALOG_ERROR: "Dialog Error";
  /** The browser has no WebRTC, or hides it, as on pages that are not secure. */
  readonly WEBRTC_NOT_SUPPORTED: "WebRTC Not Supported";
  /** The browser's WebRTC failed, or there is no such device. */
  readonly WEBRTC_ERROR: "WebRTC Error";
  /** Either side gave it up before it was answered. */
  readonly CANCELED: "Canceled";
  /** It rang for as long as `noAnswerTimeout` says. */
  readonly NO_ANSWER: "No Answer";
  /** A registration, publication or session ran out (RFC 4028), or a call that was kept over a reload. */
  readonly EXPIRES: "Expires";
  /** Our answer to a call was never acknowledged. */
  readonly NO_ACK: "No ACK";
  /** Our reliable provisional answer was never acknowledged (RFC 3262). */
  readonly NO_PRACK: "No PRACK";
  /** The microphone was refused, or the question for it stayed open for two minutes. */
  readonly USER_DENIED_MEDIA_ACCESS: "User Denied Media Access";
  /** The session description of the far side cannot be used. */
  readonly BAD_MEDIA_DESCRIPTION: "Bad Media Description";
  /** There were no media for three minutes. */
  readonly RTP_TIMEOUT: "RTP Timeout";
  /** The far side hung up. */
  readonly TERMINATED: "Terminated";
}

/**
 * What a promise is rejected with. Its `message` says what to do. A wrong argument is a `TypeError` instead, thrown at once.
 *
 * | code | |
 * |---|---|
 * | `ERR_INVALID_STATE`, `ERR_NO_SUCH_CALL` | the right wish at the wrong time: look at `status()` |
 * | `ERR_CONNECTION`, `ERR_TIMEOUT` | the server cannot be reached; nobody answered in time |
 * | `ERR_AUTHENTICATION`, `ERR_REFUSED` | the server did not take the credentials; the far side refused, see `response` |
 * | `ERR_CANCELED` | it was ended before it was done |
 * | `ERR_MEDIA_DENIED`, `ERR_MEDIA_IN_USE`, `ERR_MEDIA_NOT_FOUND` | why there is no microphone or camera |
 * | `ERR_MEDIA_UNSUPPORTED`, `ERR_MEDIA` | what the browser cannot; no media were agreed on |
 * | `ERR_AUDIO_BLOCKED`, `ERR_AUDIO` | the page may not make a sound yet; what is heard cannot be played |
 * | `ERR_SPEAKER_DENIED`, `ERR_SPEAKER` | the page may not use that speaker; it cannot be played on |
 * | `ERR_PEER`, `ERR_CALL_LOST` | of the event `error`: a server that misbehaves; a call that a reload has ended |
 * | `ERR_INTERNAL` | a fault of this package |
 */
export interface TelnyxError extends Error {
  /** Always `"TelnyxError"`. */
  readonly name: "TelnyxError";
  /** One of the table: stable, for programs. */
  readonly code: string;
  /** The browser's own error, where there is one. */
  readonly cause?: unknown;
  /** The same in the words of `failed` and `terminated`, where it has to do with SIP. */
  readonly sipCause: Cause | null;
  /** The answer of the far side, where there is one. */
  readonly response: SipResponse | null;
}

/** The class of `TelnyxError`, for `instanceof`. */
export interface TelnyxErrorConstructor {
  /** What every such error inherits. */
  readonly prototype: TelnyxError;
  /** What `instanceof` asks. */
  [Symbol.hasInstance](value: unknown): value is TelnyxError;
}
