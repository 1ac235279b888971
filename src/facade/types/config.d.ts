
/** What a device needs to know. `null` and `undefined` both mean absent. */
export interface TelnyxDeviceConfig extends MediaWishes {
  /** The SIP domain: name or IP address (v4 or v6) of the SIP server. */
  host: string;
  /** Its port. */
  port: string | number;
  /**
   * WebSocket URIs, tried by weight, the heaviest first, then in order. A device that is connected to another than the first
   * goes back to a better one when that is there again and no call is up: its registration goes over before the old
   * connection is closed, and `wsConnected` tells it. Default `wss://host:port`.
   */
  wsServers?: string | readonly (string | WebSocketServer)[] | WebSocketServer | null;
  /** SIP user name; without one, the device is `anonymous`. The address of record is `sip:username@host:port`. */
  username?: string | null;
  /**
   * SIP password; or a function that promises the one for a realm, asked when a server does. One that rejects, or does
   * not settle within a minute, is an `Authentication Error`. After a server has refused it, it is asked again.
   */
  password?: string | ((realm: string) => string | Promise<string>) | null;
  /** The user name for authentication, where it differs from `username`. */
  authorizationUser?: string | null;
  /** A hash instead of a password. */
  ha1?: Ha1 | null;
  /** Caller-ID name. Default: `username`. */
  displayName?: string | null;
  /** `stun:` and `stuns:` URIs; `host:port` alone is `stun:`. Default: none is asked. */
  stunServers?: string | readonly string[] | null;
  /** TURN servers. Default: none. */
  turnServers?: TurnServer | readonly TurnServer[] | null;
  /**
   * Milliseconds up to 60000: the longest that an offer or answer waits for more candidates once it has one. Default 500.
   * A STUN or TURN server that let this time pass is not waited for again while the network stays the same.
   */
  iceGatheringTimeout?: number | null;
  /** Goes over what `stunServers` and `turnServers` give, key by key. */
  rtcConfiguration?: RTCConfiguration | null;
  /**
   * Keep a peer connection ready, its candidates gathered, while registered, so that calls start faster; in Chromium,
   * once the microphone is permitted, and not with `turnServers`. Default true.
   */
  warm?: boolean | null;
  /** Registrar URI. Default `sip:host:port`. */
  registrarServer?: string | null;
  /**
   * How many connections are kept at once: 1, or 2, each to another of `wsServers`, of which there must be two at least
   * (RFC 5626). Both are registered; when one is lost, calls and requests go on by the other in the same moment, and the
   * device stays connected and registered. It takes a registrar that supports outbound (`Require: outbound` in its answer);
   * with any other there is one connection, which `error` tells by `ERR_PEER`. Not with `tabs: "shared"`. Default 1.
   */
  flows?: 1 | 2 | null;
  /** When to connect again after a loss. */
  reconnect?: Reconnect | null;
  /**
   * Seconds of silence after which the server is asked whether it is there, 0 for never. It is asked by a ping of two line
   * ends (RFC 5626) where it answers those, else by OPTIONS; without any answer within 10 s the connection is dead. Sooner
   * where a request stays unanswered, or the server wants to hear from us more often. Default 25.
   */
  keepAliveInterval?: number | null;
  /** Seconds for which a registration is asked, at least 1. Default 600. */
  expires?: number | null;
  /**
   * `"session"`: calls outlive a reload of the page, in this tab (`recoveredCall`). A page that goes away then hangs up no
   * call that was answered. Default `"none"`.
   */
  persist?: "none" | "session" | null;
  /** Headers of every request outside any dialog; one of the same name given to a method goes before. */
  extraHeaders?: readonly string[] | null;
  /** Whether calls whose far side has vanished end by themselves (RFC 4028), and how. Default true. */
  sessionTimers?: boolean | SessionTimers | null;
  /** Seconds for which an incoming call rings, at least 1. Default 60. */
  noAnswerTimeout?: number | null;
  /**
   * `"shared"`: all tabs of the origin that have the same user and registrar, and say so, have one registration and one
   * connection between them. Incoming calls ring in each of them and stop when one has answered. Where the browser has no
   * Web Locks or no BroadcastChannel, it is `"own"`. Default `"own"`.
   */
  tabs?: "own" | "shared" | null;
  /** The User-Agent header, on one line. Default: the name and version of this package. */
  userAgent?: string | null;
  /**
   * Send a report on the quality of each call when it ends (RFC 6035): to the address of record, or to this `sip:` URI.
   * Not for calls that `stopWS()` ends. Default false.
   */
  qualityReports?: boolean | string | null;
  /** Write every SIP message to the console, without credentials. Default false. */
  traceSip?: boolean | null;
  /** The least that is written to the console. Default `"log"`. */
  logLevel?: "debug" | "log" | "warn" | "error" | "off" | null;
}

/** H(A1) of the user in one realm (RFC 7616): hashes of `user:realm:password` in hexadecimal digits, at least one. */
export interface Ha1 {
  /** The realm of the server, which the hash is of. */
  realm: string;
  /** 32 digits. */
  md5?: string | null;
  /** 64 digits. */
  sha256?: string | null;
  /** 64 digits, of SHA-512/256. */
  sha512_256?: string | null;
}

/**
 * The first attempt after a loss is made at once; where the server sends everyone away (close codes 1001, 1012, 1013), after
 * 0.5 to 5 s. Each further wait is in proportion to the time without a connection, also where connections open and last less than 30 s
 * each. A wish of the application, or a network that is there again, cuts it short.
 */
export interface Reconnect {
  /** Seconds from 0.1 to 3600: the shortest wait. Default 0.5. */
  minDelay?: number | null;
  /** Seconds: the longest wait, not below `minDelay`. Default 30. */
  maxDelay?: number | null;
  /** From 0 to 1: the part of the time since the loss that a wait is. Default 0.15. */
  fraction?: number | null;
  /** From 0 to 1: the part of itself by which a wait may be longer or shorter. Default 0.25. */
  jitter?: number | null;
  /**
   * At least 1: how many attempts may fail in a row before no more are made. The last is told by `wsDisconnected` with
   * `willRetry: false`; the next wish of the application, or news of the network or the page, begins anew. Default: there is
   * no end.
   */
  maxAttempts?: number | null;
}

/** How calls whose far side has vanished are found out (RFC 4028). */
export interface SessionTimers {
  /** Seconds, at least 90. Default 1800. */
  expires?: number | null;
  /** Who keeps the session alive unless the far side says otherwise: who calls, or who is called. */
  refresher?: "uac" | "uas" | null;
}

/** Where SIP is spoken over WebSocket. */
export interface WebSocketServer {
  /** `wss:` or `ws:`. */
  uri: string;
  /** The heavier, the earlier it is tried. Default 0. */
  weight?: number | null;
}

/** A server that relays media. */
export interface TurnServer {
  /** `turn:` and `turns:` URIs; `host:port` alone is `turn:`. */
  urls: string | readonly string[];
  /** The ICE user. */
  username: string;
  /** The ICE credential. */
  password: string;
}
