// SIP.js: its parser gives an object that has every value.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PACKAGES } from "../../dial/site.mjs";
import { PHONE } from "../corpus.mjs";

export const name = "SIP.js";

export async function load() {
  const load = (file) => import(pathToFileURL(join(PACKAGES, "node_modules", "sip.js", "lib", file)));
  const [{ Parser }, { Grammar }, { OutgoingRequestMessage }] = await Promise.all(
    ["core/messages/parser.js", "grammar/grammar.js", "core/messages/outgoing-request-message.js"].map(load),
  );
  return { Parser, Grammar, OutgoingRequestMessage };
}

export function phone({ Parser, Grammar, OutgoingRequestMessage }) {
  const { host, name, uri, contact, userAgent } = PHONE;
  const from = Grammar.URIParse(uri);
  const silent = { warn() {}, error() {} };
  const party = (it, tag) => ({ name: it.displayName || undefined, uri: it.uri.toString(), tag: tag || undefined });
  return {
    parse: (text) => Parser.parseMessage(text, silent),
    values: (message) => ({
      status: message.statusCode,
      reason: message.reasonPhrase,
      uri: message.ruri?.toString(),
      method: message.method,
      callId: message.callId,
      sequence: message.cseq,
      from: party(message.from, message.fromTag),
      to: party(message.to, message.toTag),
      vias: message.getHeaders("via"),
      contacts: message.getHeaders("contact").map((_, index) => message.parseHeader("contact", index)).map((it) => ({ name: it.displayName || undefined, uri: it.uri.toString() })),
      body: message.body,
    }),
    build({ method, target, callId, tag, branch, sequence, body }) {
      const ids = { callId, fromTag: tag, cseq: sequence, fromDisplayName: name, viaHost: host, userAgentString: userAgent };
      const content = body && { content: body, contentType: "application/sdp" };
      const to = Grammar.URIParse(target);
      const request = new OutgoingRequestMessage(method, to, from, to, ids, [`Contact: ${contact}`], content || undefined);
      request.setViaHeader(branch, "WSS");
      return request.toString();
    },
  };
}
