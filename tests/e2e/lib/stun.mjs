// A STUN server of our own (RFC 8489): it answers every binding request, with whatever address it is told to, or never.
import { createSocket } from "node:dgram";
import { once } from "node:events";

const MAGIC = 0x2112a442;
const BINDING_SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;

/** Starts one; gives `{url, close()}`. `names` is the IPv4 address that it answers with; without it, it is silent. */
export async function startStun({ names } = {}) {
  const socket = createSocket("udp4");
  socket.on("message", (request, from) => names && socket.send(answer(request, names, from.port), from.port, from.address));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  let isOpen = true;
  const close = () => {
    if (isOpen) socket.close();
    isOpen = false;
  };
  return { url: `stun:127.0.0.1:${socket.address().port}`, close };
}

function answer(request, address, port) {
  const response = Buffer.alloc(32);
  response.writeUInt16BE(BINDING_SUCCESS, 0);
  response.writeUInt16BE(12, 2);
  request.copy(response, 4, 4, 20);
  response.writeUInt16BE(XOR_MAPPED_ADDRESS, 20);
  response.writeUInt16BE(8, 22);
  response.writeUInt8(1, 25);
  response.writeUInt16BE(port ^ (MAGIC >>> 16), 26);
  const ip = Buffer.from(address.split(".").map(Number)).readUInt32BE();
  response.writeUInt32BE((ip ^ MAGIC) >>> 0, 28);
  return response;
}
