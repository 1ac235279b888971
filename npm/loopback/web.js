// HTTP: the page of a folder, and what the server itself says at /server.json and at its control door.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { isIP } from "node:net";
import { extname, join, resolve, sep } from "node:path";

/** More than any order needs; how many bytes it may have is for the server to say. */
const MAX_BODY = 64 * 1024;
const OWN = /^\/(server\.json|control)(\/|$)/;

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** The listeners of one port. */
export class Web {
  #tell;
  #upgrade;
  #www;
  #servers = [];
  #responses = new Map();
  #last = 0;

  constructor(tell, upgrade) {
    this.#tell = tell;
    this.#upgrade = upgrade;
  }

  /** Listens; gives the address, and whether there is a page. */
  async listen({ host, port, www }) {
    this.#www = resolve(www);
    const { address, port: taken } = await this.#add(host, port);
    // Browsers may look for localhost on ::1 first. A machine without IPv6 does without.
    if (/^(127\.|::1$)/.test(address)) await this.#add("::1", taken).catch(() => {});
    return { address: isIP(address) === 6 ? `[${address}]:${taken}` : `${address}:${taken}`, hasPage: this.#file("/") !== undefined };
  }

  #add(host, port) {
    const server = createServer((request, response) => this.#serve(request, response));
    server.on("upgrade", this.#upgrade);
    return new Promise((done, failed) => {
      server.once("error", failed);
      server.listen(port, host, () => {
        this.#servers.push(server);
        done(server.address());
      });
    });
  }

  async #serve(request, response) {
    // A page under development changes between two loads.
    response.setHeader("Cache-Control", "no-cache");
    const path = pathOf(request);
    const file = ["GET", "HEAD"].includes(request.method) && !OWN.test(path) ? this.#file(path) : undefined;
    if (file) {
      response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
      if (request.method === "HEAD") return response.end();
      return createReadStream(file).on("error", () => response.destroy()).pipe(response);
    }
    const id = ++this.#last;
    this.#responses.set(id, response);
    response.once("close", () => this.#responses.delete(id));
    const body = await read(request);
    const { method, headers } = request;
    const { host = null, "content-type": contentType = null } = headers;
    this.#tell({ is: "asked", id, method, path, host, contentType }, body);
  }

  respond({ id, status, contentType, bytes }) {
    this.#responses.get(id)?.writeHead(status, { "Content-Type": contentType }).end(bytes);
  }

  /** The file at a path, if there is one inside the folder. */
  #file(path) {
    try {
      const inside = join(this.#www, decodeURIComponent(path));
      const file = path.endsWith("/") ? join(inside, "index.html") : inside;
      return file.startsWith(this.#www + sep) && statSync(file).isFile() ? file : undefined;
    } catch {
      return undefined;
    }
  }

  stop() {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

/** The path that is asked for, as it was written. */
export function pathOf({ url }) {
  return url.split("?", 1)[0];
}

async function read(request) {
  const parts = [];
  let length = 0;
  try {
    for await (const part of request) {
      length += part.length;
      if (length <= MAX_BODY) parts.push(part);
    }
  } catch {
    // Whoever has gone waits for no response.
  }
  return Buffer.concat(parts);
}
