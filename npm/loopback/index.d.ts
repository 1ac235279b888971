/** How to start the server. */
export interface LoopbackOptions {
  /** The address or name to listen on; default `127.0.0.1`, and then `::1` too. */
  host?: string;
  /** The TCP port; default 0, a free one. */
  port?: number;
  /** A folder whose files are served as well. */
  www?: string;
  /** A TOML file of accounts; default alice, bob and carol, whose passwords are `alice-pass` and so on. */
  accounts?: string;
  /** Robots offer only 127.x as ICE candidates; default true. */
  loopbackMedia?: boolean;
  /** Faults can be ordered; default true. */
  control?: boolean;
}

/** A connection that an order was for. */
export interface LoopbackSocket {
  /** Its number, which is never used again. */
  id: number;
  /** Who is registered over it. */
  users: string[];
  /** Whether it stands still until it is thawed. */
  frozen: boolean;
}

/** The faults that can be ordered. */
export type LoopbackFault =
  | "close"
  | "reset"
  | "freeze"
  | "thaw"
  | "messages"
  | "answer"
  | "restart"
  | "forget"
  | "expire"
  | "handshakes"
  | "heal";

/** A server that runs in this process. */
export interface Loopback {
  /** The TCP port. */
  port: number;
  /** The URL of what `www` holds. */
  page: string;
  /** The URL for `wsServers`. */
  sip: string;
  /** Orders a fault; gives the connections that it was for. */
  order(fault: LoopbackFault, details?: Record<string, unknown>): Promise<LoopbackSocket[]>;
  /** Closes every connection, and ends. */
  stop(): Promise<void>;
}

/** Starts a SIP-over-WebSocket server with robots to call, for tests; on Node.js only. */
export function startLoopback(options?: LoopbackOptions): Promise<Loopback>;
