// The WebSocket connections, which can be made to stand still or to break as those of real networks do.
import { STATUS_CODES } from "node:http";
import { WebSocketServer } from "./built/ws.js";
import { pathOf } from "./web.js";

/** The largest WebSocket message that is read, in bytes. */
const MAX_MESSAGE = 256 * 1024;
/** How many bytes may wait for a peer that reads slowly; with more the connection is cut. */
const BACKLOG = 1024 * 1024;
/** How long a peer has to answer a closing frame, in milliseconds. */
const CLOSING = 500;
/** The page or the server goes away (RFC 6455 §7.4.1). */
const GOING_AWAY = 1001;

/** Every connection, by its number. */
export class Connections {
  #tell;
  #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, handleProtocols: () => "sip" });
  #handshakes = new Map();
  #open = new Map();
  #sockets = new Set();
  #last = 0;

  constructor(tell) {
    this.#tell = tell;
  }

  /** A request for an upgrade has come. */
  upgrade(request, socket, head) {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    // Whoever breaks the connection is told of by its end.
    socket.on("error", () => {});
    if (pathOf(request) !== "/sip") return refuse(socket, 404, "");
    const protocols = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    // RFC 7118 §4: without the sub-protocol there is no SIP.
    if (!protocols.includes("sip")) return refuse(socket, 400, "The WebSocket sub-protocol must be sip.\n");
    const id = ++this.#last;
    this.#handshakes.set(id, [request, socket, head]);
    this.#tell({ is: "handshake", id });
  }

  handshake({ id, becomes, status }) {
    const [request, socket, head] = this.#handshakes.get(id);
    this.#handshakes.delete(id);
    if (becomes === "refused") return refuse(socket, status, "");
    if (becomes === "reset") return socket.resetAndDestroy();
    if (becomes === "unanswered") return;
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on("error", () => {});
      if (becomes === "connection") this.#opened(id, webSocket, socket);
    });
  }

  #opened(id, webSocket, socket) {
    this.#open.set(id, { webSocket, socket, isFrozen: false });
    this.#tell({ is: "opened", id });
    webSocket.on("message", (bytes) => this.#tell({ is: "received", id }, bytes));
    webSocket.on("close", () => {
      this.#open.delete(id);
      this.#tell({ is: "closed", id });
      this.#stopped?.();
    });
  }

  send({ id, text, bytes }) {
    const webSocket = this.#open.get(id)?.webSocket;
    webSocket?.send(bytes, { binary: !text }, () => {});
    if (webSocket?.bufferedAmount > BACKLOG) webSocket.terminate();
  }

  close({ id, code, reason }) {
    const connection = this.#open.get(id);
    connection?.webSocket.close(code, reason);
    setTimeout(() => connection?.isFrozen || connection?.webSocket.terminate(), CLOSING).unref();
  }

  reset({ id }) {
    this.#open.get(id)?.socket.resetAndDestroy();
  }

  freeze({ id }) {
    const connection = this.#open.get(id);
    if (!connection || connection.isFrozen) return;
    connection.isFrozen = true;
    connection.webSocket.pause();
    connection.socket.cork();
  }

  thaw({ id }) {
    const connection = this.#open.get(id);
    if (!connection?.isFrozen) return;
    connection.isFrozen = false;
    connection.socket.uncork();
    connection.webSocket.resume();
  }

  #stopped;

  /** Closes every connection. A peer that does not listen is not waited for. */
  async stop() {
    for (const id of this.#open.keys()) this.close({ id, code: GOING_AWAY, reason: "" });
    const done = new Promise((resolve) => {
      this.#stopped = () => this.#open.size === 0 && resolve();
      this.#stopped();
    });
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, CLOSING))]);
    for (const socket of this.#sockets) socket.destroy();
  }
}

function refuse(socket, status, text) {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}\r\nConnection: close\r\n`;
  socket.end(`${head}Content-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
}
