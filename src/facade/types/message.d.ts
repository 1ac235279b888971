
/** Headers that a request is to have besides its own, each as `"Name: value"`. */
export interface ExtraHeaders {
  extraHeaders?: readonly string[] | null;
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
  | "RTP Timeout"
  | "Terminated";

/** The causes by their names in capitals. */
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
