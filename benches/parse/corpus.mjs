// Messages as a phone meets them, each time with other ids, and the valid ones of tests/vectors.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/places.mjs";

let serial = 0;
const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

/** Letters that have not been there before. */
function id(letters) {
  serial += 1;
  let [text, rest] = ["", Math.imul(serial, 0x9e3779b1) >>> 0];
  while (text.length < letters) {
    text += LETTERS[rest & 31];
    rest = (Math.imul(rest, 0x85ebca6b) + serial) >>> 3;
  }
  return text;
}

const DESCRIPTION = (session) => `v=0
o=- ${session} 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS ${id(36)}
m=audio 53127 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 192.0.2.17
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:${id(9)} 1 udp 2122260223 192.168.1.5 53127 typ host generation 0 network-id 1
a=candidate:${id(9)} 1 udp 1686052607 192.0.2.17 53127 typ srflx raddr 192.168.1.5 rport 53127 generation 0 network-id 1
a=ice-ufrag:${id(4)}
a=ice-pwd:${id(24)}
a=ice-options:trickle
a=fingerprint:sha-256 7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=sendrecv
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:${session % 4294967295} cname:${id(16)}
`;

const DIALOGS = (call) => `<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${serial}" state="partial" entity="sip:1002@sip.example.com">
<dialog id="${call}" call-id="${call}" direction="recipient"><state>early</state>
<remote><identity>sip:1007@sip.example.com</identity><target uri="sip:1007@198.51.100.7"/></remote></dialog>
</dialog-info>
`;

/** With the line ends of the wire, the Content-Length that it has, and as one string that is in one piece. */
function message(head, body = "") {
  const wired = body.replaceAll("\n", "\r\n");
  const text = `${head.replaceAll("\n", "\r\n")}\r\nContent-Length: ${Buffer.byteLength(wired)}\r\n\r\n${wired}`;
  return Buffer.from(text).toString();
}

/** One message of each kind, by its name. */
function kinds() {
  const [call, ours, theirs, branch] = [id(24), id(12), id(14), `z9hG4bK${id(16)}`];
  const [host, user] = [`${id(12)}.invalid`, id(8)];
  const number = 1_000_000_000 + serial;
  const via = `Via: SIP/2.0/WSS ${host};branch=${branch};received=192.0.2.17;rport=${40_000 + (serial % 20_000)}`;
  const [outside, inside] = [`Via: SIP/2.0/WSS edge.sip.example.com;branch=z9hG4bK${id(12)};rport`, `Via: SIP/2.0/UDP 10.0.4.21:5060;received=10.0.4.21;branch=z9hG4bK${id(10)}`];
  const record = `Record-Route: <sip:10.0.4.9;transport=ws;r2=on;lr=on;ftag=${ours}>\nRecord-Route: <sip:10.0.4.9;r2=on;lr=on;ftag=${ours}>`;
  const dialog = (number, method) => `From: "Alice Liddell" <sip:1001@sip.example.com>;tag=${ours}\nTo: <sip:${number}@sip.example.com>;tag=${theirs}\nCall-ID: ${call}\nCSeq: ${1 + (serial % 90)} ${method}`;
  const incoming = (method, more) => `${method} sip:${user}@${host};transport=ws SIP/2.0
${outside}
${inside}
Max-Forwards: 67
From: <sip:${number}@sip.example.com>;tag=${theirs}
To: "Alice Liddell" <sip:1001@sip.example.com>;tag=${ours}
Call-ID: ${call}
CSeq: ${100 + (serial % 900)} ${method}${more}`;
  const nonce = `${id(32)}${id(16)}`;
  return {
    invite: message(`INVITE sip:${user}@${host};transport=ws SIP/2.0
${record}
${outside}
${inside}
Max-Forwards: 66
From: "Élise Müller" <sip:${number}@sip.example.com>;tag=${theirs}
To: <sip:1001@sip.example.com>
Call-ID: ${call}
CSeq: ${100 + (serial % 900)} INVITE
Contact: <sip:mod_sofia@10.0.4.21:5060;alias=10.0.4.21~5060~1>
User-Agent: Example Switch 1.10
Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REGISTER, REFER, NOTIFY, PUBLISH, SUBSCRIBE
Supported: timer, path, replaces
Session-Expires: 1800;refresher=uac
X-Account: ${id(20)}
P-Asserted-Identity: "Elise" <sip:+1${number}@sip.example.com>
Content-Type: application/sdp
Content-Disposition: session`, DESCRIPTION(number)),
    reinvite: message(`${incoming("INVITE", `
Contact: <sip:mod_sofia@10.0.4.21:5060>
Supported: timer, path, replaces
Session-Expires: 1800;refresher=uac
Content-Type: application/sdp`)}`, DESCRIPTION(number)),
    trying: message(`SIP/2.0 100 Trying\n${via}\nFrom: "Alice Liddell" <sip:1001@sip.example.com>;tag=${ours}\nTo: <sip:${number}@sip.example.com>\nCall-ID: ${call}\nCSeq: 1 INVITE\nServer: Example Proxy`),
    ringing: message(`SIP/2.0 180 Ringing\n${via}\n${record}\n${dialog(number, "INVITE")}\nContact: <sip:${number}@10.0.4.21:5060;transport=udp>\nUser-Agent: Example Switch 1.10\nAccept: application/sdp`),
    answer: message(`SIP/2.0 200 OK\n${via}\n${record}\n${dialog(number, "INVITE")}\nContact: <sip:${number}@10.0.4.21:5060;transport=udp>\nUser-Agent: Example Switch 1.10\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE\nSupported: timer, path, replaces\nSession-Expires: 1800;refresher=uac\nContent-Type: application/sdp`, DESCRIPTION(number)),
    busy: message(`SIP/2.0 486 Busy Here\n${via}\n${dialog(number, "INVITE")}\nReason: Q.850;cause=17;text="USER_BUSY"\nServer: Example Proxy`),
    challenged: message(`SIP/2.0 407 Proxy Authentication Required\n${via}\n${dialog(number, "INVITE")}\nProxy-Authenticate: Digest realm="sip.example.com", nonce="${nonce}", algorithm=MD5, qop="auth"\nServer: Example Proxy`),
    ack: message(incoming("ACK", "")),
    bye: message(incoming("BYE", `\nReason: Q.850;cause=16;text="NORMAL_CLEARING"`)),
    cancel: message(`CANCEL sip:${user}@${host};transport=ws SIP/2.0\n${outside}\nMax-Forwards: 66\nFrom: "Élise Müller" <sip:${number}@sip.example.com>;tag=${theirs}\nTo: <sip:1001@sip.example.com>\nCall-ID: ${call}\nCSeq: ${100 + (serial % 900)} CANCEL\nReason: SIP;cause=200;text="Call completed elsewhere"`),
    unauthorized: message(`SIP/2.0 401 Unauthorized\n${via}\nFrom: <sip:1001@sip.example.com>;tag=${ours}\nTo: <sip:1001@sip.example.com>;tag=${theirs}\nCall-ID: ${call}\nCSeq: 1 REGISTER\nWWW-Authenticate: Digest realm="sip.example.com", nonce="${nonce}", qop="auth", algorithm=MD5\nServer: Example Proxy`),
    registered: message(`SIP/2.0 200 OK\n${via}\nFrom: <sip:1001@sip.example.com>;tag=${ours}\nTo: <sip:1001@sip.example.com>;tag=${theirs}\nCall-ID: ${call}\nCSeq: 2 REGISTER\nContact: <sip:${user}@${host};transport=ws>;expires=600, <sip:${id(8)}@${id(12)}.invalid;transport=ws>;expires=${serial % 600}\nServer: Example Proxy\nDate: Tue, 24 Nov 2026 08:00:00 GMT`),
    voicemail: message(incoming("NOTIFY", `\nContact: <sip:10.0.4.21:5060>\nEvent: message-summary\nSubscription-State: active;expires=3599\nContent-Type: application/simple-message-summary`), `Messages-Waiting: yes\nMessage-Account: sip:1001@sip.example.com\nVoice-Message: ${serial % 20}/8 (0/2)\n`),
    dialogs: message(incoming("NOTIFY", `\nContact: <sip:10.0.4.21:5060>\nEvent: dialog\nSubscription-State: active;expires=1799\nContent-Type: application/dialog-info+xml`), DIALOGS(call)),
    transferring: message(incoming("NOTIFY", `\nContact: <sip:10.0.4.21:5060>\nEvent: refer\nSubscription-State: active;expires=60\nContent-Type: message/sipfrag;version=2.0`), "SIP/2.0 180 Ringing\n"),
    text: message(incoming("MESSAGE", "\nContent-Type: text/plain;charset=UTF-8"), `See you at ${serial % 12} o'clock — übrigens, the café is closed 📞`),
    options: message(incoming("OPTIONS", "\nContact: <sip:ping@10.0.4.21:5060>\nAccept: application/sdp")),
    info: message(incoming("INFO", "\nContent-Type: application/dtmf-relay"), `Signal=${serial % 10}\nDuration=160\n`),
    update: message(incoming("UPDATE", "\nContact: <sip:mod_sofia@10.0.4.21:5060>\nSupported: timer\nSession-Expires: 1800;refresher=uas")),
    refer: message(incoming("REFER", `\nContact: <sip:mod_sofia@10.0.4.21:5060>\nRefer-To: <sip:${number + 1}@sip.example.com>\nReferred-By: <sip:${number}@sip.example.com>`)),
  };
}

/** `count` messages of each kind. */
export const messages = (count) => Array.from({ length: count }, () => Object.values(kinds())).flat();

/** The valid ones of tests/vectors. */
export function vectors() {
  const folder = join(root, "tests", "vectors");
  const cases = readFileSync(join(folder, "manifest.tsv"), "utf8").trim().split("\n").slice(1).map((line) => line.split("\t"));
  return cases.filter(([, , , verdict]) => verdict === "valid").map(([name]) => readFileSync(join(folder, `${name}.sip`), "utf8"));
}

/** What is new in requests to build: a call or a message without a body, in turn. */
export function requests(count) {
  return Array.from({ length: count }, (_, index) => ({
    method: index % 2 ? "OPTIONS" : "INVITE",
    target: `sip:${1_000_000_000 + index}@sip.example.com`,
    callId: id(24),
    tag: id(12),
    branch: `z9hG4bK${id(16)}`,
    sequence: 1 + index,
    body: index % 2 ? "" : Buffer.from(DESCRIPTION(1_000_000_000 + index).replaceAll("\n", "\r\n")).toString(),
  }));
}

/** What a phone says in each request. */
export const PHONE = {
  host: "df7jal23ls0d.invalid",
  name: "Alice Liddell",
  uri: "sip:1001@sip.example.com",
  contact: "<sip:k3j9x2ab@df7jal23ls0d.invalid;transport=ws>",
  userAgent: "Benchmark",
};
