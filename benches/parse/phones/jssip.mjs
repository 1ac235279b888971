// JsSIP: its parser gives an object that has every value.
import { createRequire } from "node:module";
import { join } from "node:path";
import { PACKAGES } from "../../dial/site.mjs";
import { PHONE } from "../corpus.mjs";

export const name = "JsSIP";

export function load() {
  const require = createRequire(join(PACKAGES, "package.json"));
  const load = (file) => require(`jssip/lib/${file}.js`);
  return { Parser: load("Parser"), URI: load("URI"), OutgoingRequest: load("SIPMessage").OutgoingRequest };
}

export function phone({ Parser, URI, OutgoingRequest }) {
  const { host, name, uri, contact, userAgent } = PHONE;
  const configuration = { uri: URI.parse(uri), display_name: name, user_agent: userAgent };
  const agent = { configuration, contact: {} };
  const party = (it, tag) => ({ name: it.display_name || undefined, uri: it.uri.toString(), tag: tag || undefined });
  return {
    parse: (text) => Parser.parseMessage(text, agent),
    values: (message) => ({
      status: message.status_code,
      reason: message.reason_phrase,
      uri: message.ruri?.toString(),
      method: message.method,
      callId: message.call_id,
      sequence: message.cseq,
      from: party(message.from, message.from_tag),
      to: party(message.to, message.to_tag),
      vias: message.getHeaders("via"),
      contacts: message.getHeaders("contact").map((_, index) => message.parseHeader("contact", index)).map((it) => ({ name: it.display_name || undefined, uri: it.uri.toString() })),
      body: message.body,
    }),
    build({ method, target, callId, tag, branch, sequence, body }) {
      const more = body ? [`Contact: ${contact}`, "Content-Type: application/sdp"] : [`Contact: ${contact}`];
      const ids = { call_id: callId, from_tag: tag, cseq: sequence };
      const request = new OutgoingRequest(method, URI.parse(target), agent, ids, more, body);
      request.setHeader("via", `SIP/2.0/WSS ${host};branch=${branch}`);
      return request.toString();
    },
  };
}
