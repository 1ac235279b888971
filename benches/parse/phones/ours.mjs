// Ours: the WebAssembly reads, and JavaScript takes the values out of the text where it says that they are.
import { PHONE } from "../corpus.mjs";

export const name = "ours";

const NOWHERE = 2 ** 32 - 1;
const unescaped = (name) => (name?.includes("\\") ? name.replace(/\\(.)/gs, "$1") : name);
/** Folded lines joined, as the WebAssembly does it. */
const joined = (text) => text.replace(/\r?\n(?=[ \t])/g, (end) => " ".repeat(end.length));

/** Reads and writes through `door`, the initialized module. */
export function phone({ placesIn, Writer }) {
  const { host, name, uri, contact, userAgent } = PHONE;
  const writer = new Writer(host, name, uri, contact, "INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY,SUBSCRIBE", "ice,replaces,outbound", userAgent);

  function parse(text) {
    const places = placesIn(text);
    if (!places) return undefined;
    const isFolded = text.includes("\n ") || text.includes("\n\t");
    const head = isFolded ? joined(text) : text;
    const value = (at) => (places[at] === NOWHERE ? undefined : head.slice(places[at], places[at + 1]));
    const vias = [];
    let at = 23;
    for (const end = at + 2 * places[2]; at < end; at += 2) vias.push(value(at));
    const contacts = [];
    for (; at < places.length; at += 4) contacts.push({ name: unescaped(value(at)), uri: value(at + 2) });
    const [status, target] = [places[0], value(3)];
    return {
      status: status || undefined,
      reason: status ? target : undefined,
      uri: status ? undefined : target,
      method: value(5),
      callId: value(7),
      sequence: places[1],
      from: { name: unescaped(value(11)), uri: value(13), tag: value(15) },
      to: { name: unescaped(value(17)), uri: value(19), tag: value(21) },
      vias,
      contacts,
      body: text.slice(places[9], places[10]),
    };
  }

  return {
    parse,
    values: (message) => message,
    build: ({ method, target, callId, tag, branch, sequence, body }) => writer.request(method, target, callId, tag, branch, sequence, body),
  };
}
