
export interface SubscribeOptions extends ExtraHeaders {
  /** Seconds for which it is asked at a time; it is refreshed by itself. With 0 the state is told once. Default 3600. */
  expires?: number | null;
  /** The media types that are understood. Default: that of the event package. */
  accept?: string | readonly string[] | null;
}

export interface PublishOptions extends ExtraHeaders {
  /** Seconds for which it is asked at a time, at least 1; it is refreshed by itself. Default 3600. */
  expires?: number | null;
  /** Default: that of the event package, or `text/plain`. */
  contentType?: string | null;
}

export interface UpdateOptions {
  /** Default: as before. */
  contentType?: string | null;
}

export type SubscriptionStatus = "subscribing" | "pending" | "active" | "terminated";

export type PublicationStatus = "publishing" | "published" | "terminated";

/** The words of RFC 6665 §4.1.3. */
export type TerminationReason =
  | "deactivated"
  | "probation"
  | "rejected"
  | "timeout"
  | "giveup"
  | "noresource"
  | "invariant";

/** It is interrupted, and made anew by itself. */
export interface Interruption {
  cause: Cause;
  response: SipResponse | null;
  /** Seconds until it is tried again; null: as soon as there is a connection. */
  retryAfter: number | null;
}

/** The events of a subscription, with the payload of each. */
export interface SubscriptionEvents {
  /** The notifier has accepted it, or has it again. */
  active: null;
  /** A NOTIFY came. `parsed` is null where its body is of no type that is understood. */
  notify: { request: SipRequest; contentType: string | null; body: string; parsed: Notice | null };
  interrupted: Interruption;
  /** The last event. `reason` is that of the notifier; `cause` is null after `unsubscribe()`. */
  terminated: { reason: TerminationReason | null; cause: Cause | null; response: SipResponse | null };
}

/** The events of a publication, with the payload of each. */
export interface PublicationEvents {
  /** The server has it; `refresh`: still. */
  published: { expires: number; refresh: boolean; response: SipResponse };
  interrupted: Interruption;
  /** The last event. `cause` is null after `unpublish()`. */
  terminated: { cause: Cause | null; response: SipResponse | null };
}

/** The body of a NOTIFY. */
export type Notice = MessageSummaryNotice | DialogNotice | PresenceNotice | ReferNotice;

/** RFC 3842: a mailbox. */
export interface MessageSummaryNotice {
  type: "message-summary";
  waiting: boolean;
  account: string | null;
  /** By class, such as `voice-message`. */
  messages: { class: string; new: number; old: number; newUrgent: number; oldUrgent: number }[];
}

/** RFC 4235: who talks with whom. */
export interface DialogNotice {
  type: "dialog";
  entity: string;
  version: number;
  /** Whether these are all dialogs: documents that tell only what has changed are added to those before them. */
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

/** RFC 3863: who can be reached. */
export interface PresenceNotice {
  type: "presence";
  entity: string;
  tuples: { id: string; open: boolean | null; contact: string | null; notes: string[] }[];
  notes: string[];
}

/** RFC 3515: how a referred request fares. */
export interface ReferNotice {
  type: "refer";
  statusCode: number;
  reasonPhrase: string;
}

export interface Subscription extends TelnyxEventTarget<SubscriptionEvents> {
  /** Calls `listener` with the payload of every event of this type. */
  on<Type extends keyof SubscriptionEvents>(type: Type, listener: (this: this, payload: SubscriptionEvents[Type]) => void): this;
  /** As `on`, for the next event only. */
  once<Type extends keyof SubscriptionEvents>(type: Type, listener: (this: this, payload: SubscriptionEvents[Type]) => void): this;
  /** Takes back what `on` or `once` did; without a listener, for all of this type. */
  off<Type extends keyof SubscriptionEvents>(type: Type, listener?: (this: this, payload: SubscriptionEvents[Type]) => void): this;
}

export interface Publication extends TelnyxEventTarget<PublicationEvents> {
  /** Calls `listener` with the payload of every event of this type. */
  on<Type extends keyof PublicationEvents>(type: Type, listener: (this: this, payload: PublicationEvents[Type]) => void): this;
  /** As `on`, for the next event only. */
  once<Type extends keyof PublicationEvents>(type: Type, listener: (this: this, payload: PublicationEvents[Type]) => void): this;
  /** Takes back what `on` or `once` did; without a listener, for all of this type. */
  off<Type extends keyof PublicationEvents>(type: Type, listener?: (this: this, payload: PublicationEvents[Type]) => void): this;
}
