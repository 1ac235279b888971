
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
