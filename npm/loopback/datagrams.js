// The UDP sockets of the robots' media.
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

/** The sockets of every call, by the number of its media. */
export class Datagrams {
  #sockets = new Map();
  #tell;

  constructor(tell) {
    this.#tell = tell;
  }

  survey({ media }) {
    const interfaces = Object.values(networkInterfaces()).flat();
    this.#tell({ is: "surveyed", media, addresses: interfaces.map(({ address }) => address) });
  }

  /** One socket an address, so that what is sent leaves from the address that ICE has checked. */
  async bind({ media, addresses }) {
    const heard = (from, to, bytes) => this.#tell({ is: "datagram", media, from, to }, bytes);
    const bound = await Promise.all(addresses.map((address) => Socket.bind(address, heard)));
    const sockets = new Map(bound.filter((socket) => socket).map((socket) => [socket.address, socket]));
    this.#sockets.set(media, sockets);
    this.#tell({ is: "bound", media, addresses: [...sockets.keys()] });
  }

  transmit({ media, from, to, bytes }) {
    this.#sockets.get(media)?.get(from)?.send(to, bytes);
  }

  unbind({ media }) {
    for (const socket of this.#sockets.get(media)?.values() ?? []) socket.close();
    this.#sockets.delete(media);
  }

  /** Closes those of every call. */
  stop() {
    for (const media of [...this.#sockets.keys()]) this.unbind({ media });
  }
}

class Socket {
  #socket;
  #sending = 0;
  #closing = false;

  /** Undefined where the address cannot be had. */
  static bind(ip, heard) {
    return new Promise((resolve) => {
      const socket = createSocket(isIPv6(ip) ? "udp6" : "udp4");
      socket.once("error", () => resolve(undefined));
      socket.bind(0, ip, () => {
        const bound = new Socket(socket);
        socket.on("message", (bytes, from) => heard(written(from), bound.address, bytes));
        // Some systems report here that an earlier datagram found nobody, which ICE finds out by itself.
        socket.on("error", () => {});
        resolve(bound);
      });
    });
  }

  constructor(socket) {
    this.#socket = socket;
    this.address = written(socket.address());
  }

  /** A datagram that cannot be sent is a lost one. */
  send(to, bytes) {
    const [, bracketed, plain, port] = to.match(/^(?:\[(.+)\]|(.+)):(\d+)$/);
    this.#sending += 1;
    this.#socket.send(bytes, Number(port), bracketed ?? plain, () => {
      this.#sending -= 1;
      this.#closeIfDone();
    });
  }

  /** Once everything is sent: the last datagrams say goodbye. */
  close() {
    this.#closing = true;
    this.#closeIfDone();
  }

  #closeIfDone() {
    if (this.#closing && this.#sending === 0) this.#socket.close();
  }
}

/** As SDP and Rust know an address: without the zone of a link-local one. */
function written({ address, port }) {
  return isIPv6(address) ? `[${address.replace(/%.*/, "")}]:${port}` : `${address}:${port}`;
}
