
/** How a trace is made. */
export interface TraceOptions {
  /**
   * What is taken out: `"credentials"`, the default, or `"all"`, which replaces users, telephone numbers, display names,
   * host names and IP addresses by pseudonyms, the same for the same, and drops what cannot be understood.
   */
  redact?: "credentials" | "all" | null;
}

/** A SIP message that a device sent or received. */
export interface TraceMessage {
  /** `"message"`. */
  readonly kind: "message";
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Received, or sent. */
  readonly direction: "in" | "out";
  /** Its first line without the version: `INVITE sip:bob@example.com`, `200 OK`. */
  readonly name: string;
  /** Always null. */
  readonly call: null;
  /** The whole message. */
  readonly text: string;
}

/** An event of a device, or of one of its calls. */
export interface TraceEvent {
  /** `"event"`. */
  readonly kind: "event";
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Always null. */
  readonly direction: null;
  /** Such as `registered` or `accepted`. */
  readonly name: string;
  /** Which call of the device, counted from its first; null for an event of the device. */
  readonly call: number | null;
  /** What matters of the detail, such as the cause; often empty. */
  readonly text: string;
}

/** One line of a trace. */
export type TraceEntry = TraceMessage | TraceEvent;

/** A trace as JSON. */
export interface TraceJSON {
  /** Of this format. */
  readonly version: 1;
  /** What was taken out of it. */
  readonly redact: "credentials" | "all";
  /** The messages and events, the oldest first. */
  readonly entries: readonly TraceEntry[];
}
