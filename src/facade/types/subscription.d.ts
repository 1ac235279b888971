
/** How one subscribes. */
export interface SubscribeOptions extends ExtraHeaders {
  /** Seconds for which it is asked at a time; it is refreshed by itself. With 0 the state is told once. Default 3600. */
  expires?: number | null;
  /** The media types that are understood. Default: that of the event package. */
  accept?: string | readonly string[] | null;
}

/** How something is published. */
export interface PublishOptions extends ExtraHeaders {
  /** Seconds for which it is asked at a time, at least 1; it is refreshed by itself. Default 3600. */
  expires?: number | null;
  /** Default: that of the event package, or `text/plain`. */
  contentType?: string | null;
}

/** How what is published is replaced. */
export interface UpdateOptions {
  /** Default: as before. */
  contentType?: string | null;
}

/** How a subscription stands: `pending` is one that the other user has not granted yet. */
export type SubscriptionStatus = "subscribing" | "pending" | "active" | "terminated";

/** How a publication stands. */
export type PublicationStatus = "publishing" | "published" | "terminated";

/** Why the notifier has ended a subscription, in the words of RFC 6665 §4.1.3. */
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
  /** Why. */
  cause: Cause;
  /** The refusal, where it is one. */
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
  /** It is lost for now, and is made anew by itself. */
  interrupted: Interruption;
  /** The last event. `reason` is that of the notifier; `cause` is null after `unsubscribe()`. */
  terminated: { reason: TerminationReason | null; cause: Cause | null; response: SipResponse | null };
}

/** The events of a publication, with the payload of each. */
export interface PublicationEvents {
  /** The server has it; `refresh`: still. */
  published: { expires: number; refresh: boolean; response: SipResponse };
  /** It is lost for now, and is made anew by itself. */
  interrupted: Interruption;
  /** The last event. `cause` is null after `unpublish()`. */
  terminated: { cause: Cause | null; response: SipResponse | null };
}

/** The body of a NOTIFY. */
export type Notice = MessageSummaryNotice | DialogNotice | PresenceNotice | ReferNotice;

/** RFC 3842: a mailbox. */
export interface MessageSummaryNotice {
  /** `"message-summary"`. */
  type: "message-summary";
  /** Whether there are messages that were not heard. */
  waiting: boolean;
  /** The URI of the mailbox. */
  account: string | null;
  /** By class, such as `voice-message`. */
  messages: { class: string; new: number; old: number; newUrgent: number; oldUrgent: number }[];
}

/** RFC 4235: who talks with whom. */
export interface DialogNotice {
  /** `"dialog"`. */
  type: "dialog";
  /** Whose dialogs they are: a URI. */
  entity: string;
  /** Of the notifier's document; it rises. */
  version: number;
  /** Whether these are all dialogs: documents that tell only what has changed are added to those before them. */
  full: boolean;
  /** What is known of each. */
  dialogs: DialogEntry[];
}

/** One dialog of somebody whom we watch; what the notifier does not tell is null. */
export interface DialogEntry {
  /** The notifier's name for it. */
  id: string;
  /** `early` rings, `confirmed` is answered. */
  state: "trying" | "proceeding" | "early" | "confirmed" | "terminated";
  /** Whether who is watched has called, or was called. */
  direction: "initiator" | "recipient" | null;
  /** Its Call-ID. */
  callId: string | null;
  /** The tag of who is watched. */
  localTag: string | null;
  /** The tag of the other one. */
  remoteTag: string | null;
  /** Who is watched. */
  local: DialogParty;
  /** The other one. */
  remote: DialogParty;
}

/** One end of such a dialog. */
export interface DialogParty {
  /** The name that is shown. */
  displayName: string | null;
  /** The address of record: a URI. */
  identity: string | null;
  /** The URI of the very phone. */
  target: string | null;
}

/** RFC 3863: who can be reached. */
export interface PresenceNotice {
  /** `"presence"`. */
  type: "presence";
  /** Whose presence it is: a URI. */
  entity: string;
  /** Each way to reach them: whether it is open, which is null where nothing is said, its URI, and what is noted of it. */
  tuples: { id: string; open: boolean | null; contact: string | null; notes: string[] }[];
  /** What is noted of all of them. */
  notes: string[];
}

/** RFC 3515: how a referred request fares. */
export interface ReferNotice {
  /** `"refer"`. */
  type: "refer";
  /** The status of the request that was asked for, 100 to 699. */
  statusCode: number;
  /** Its reason phrase. */
  reasonPhrase: string;
}

/** Its listeners. */
export interface Subscription extends TelnyxEventTarget<SubscriptionEvents> {
  /** Calls `listener` with the payload of every event of this type. */
  on<Type extends keyof SubscriptionEvents>(type: Type, listener: (this: this, payload: SubscriptionEvents[Type]) => void): this;
  /** As `on`, for the next event only. */
  once<Type extends keyof SubscriptionEvents>(type: Type, listener: (this: this, payload: SubscriptionEvents[Type]) => void): this;
  /** Takes back what `on` or `once` did; without a listener, for all of this type. */
  off<Type extends keyof SubscriptionEvents>(type: Type, listener?: (this: this, payload: SubscriptionEvents[Type]) => void): this;
}

/** Its listeners. */
export interface Publication extends TelnyxEventTarget<PublicationEvents> {
  /** Calls `listener` with the payload of every event of this type. */
  on<Type extends keyof PublicationEvents>(type: Type, listener: (this: this, payload: PublicationEvents[Type]) => void): this;
  /** As `on`, for the next event only. */
  once<Type extends keyof PublicationEvents>(type: Type, listener: (this: this, payload: PublicationEvents[Type]) => void): this;
  /** Takes back what `on` or `once` did; without a listener, for all of this type. */
  off<Type extends keyof PublicationEvents>(type: Type, listener?: (this: this, payload: PublicationEvents[Type]) => void): this;
}
