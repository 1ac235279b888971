
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
