// What SIPp is to do in one call, written as steps; each is a piece of its XML. The far side of a test is these steps and
// SIPp's own stack: nothing in it is ours.

const DOMAIN = "localhost:[remote_port]";

/** Plain audio, as a phone without encryption has it. */
export const sdp = (direction = "sendrecv") => ({
  type: "application/sdp",
  text: `v=0
o=sipp 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio [auto_media_port] RTP/AVP 0 8 101
a=rtpmap:101 telephone-event/8000
a=${direction}`,
});

/** The user of a phone that is called: it hears an INVITE first. */
export const called = (...steps) => scenario(steps, { local: "[$to];tag=far[pid]", remote: "[$from]", target: "[next_url]" });

/** A user who calls or writes to another. */
export const calling = (from, to, ...steps) => callingAt(from, `sip:${to}@${DOMAIN}`, ...steps);

/** The same, by a whole address. */
export const callingAt = (from, target, ...steps) =>
  scenario(steps, { local: `<sip:${from}@${DOMAIN}>;tag=far[pid]`, remote: `<${target}>`, tag: "[peer_tag_param]", target, user: from });

function scenario(steps, roles) {
  // The number of the far side's last request, whether there is a dialog, and the variables that steps have set.
  const dialog = { ...roles, number: 0, established: false, variables: new Set() };
  const body = steps.map((step) => step(dialog)).join("");
  const variables = [...dialog.variables].join(",");
  return `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="far side">
${body}${variables ? `<Reference variables="${variables}"/>\n` : ""}</scenario>
`;
}

/** An INVITE comes; the answers to it are made from it, whatever comes in between. */
export const invited = (checks) => opened("INVITE", checks);

/** The same for another request that makes a dialog. */
export const opened = (method, checks) => (dialog) => {
  dialog.established = true;
  // The phone's and the proxy's Via; the proxy's two sides (RFC 5658).
  const saved = { via1: "Via", via2: "Via", route1: "Record-Route", route2: "Record-Route", from: "From", to: "To", cseq: "CSeq" };
  return recv(dialog, `request="${method}" rrs="true"`, checks, saved);
};

/** Another INVITE comes in the same dialog: from now on it is the one that is answered. */
export const reinvited = (checks) => (dialog) => recv(dialog, 'request="INVITE"', checks, { via1: "Via", via2: "Via", cseq: "CSeq" });

/** Answers the INVITE. */
export const answers = (status, { lines = [], body, tag = "far[pid]" } = {}) => () =>
  send([
    `SIP/2.0 ${status}`,
    "Via: [$via1]",
    "Via: [$via2]",
    "From: [$from]",
    `To: [$to];tag=${tag}`,
    "Call-ID: [call_id]",
    "CSeq: [$cseq]",
    "Record-Route: [$route1]",
    "Record-Route: [$route2]",
    "Contact: <sip:far@[local_ip]:[local_port]>",
    ...lines,
  ], body);

/** A request comes in the dialog, or before one. `checks` are patterns of what follows a header's name. */
export const hears = (method, checks) => (dialog) => recv(dialog, `request="${method}"`, checks);

/** Answers what was heard last. */
export const replies = (status, { lines = [], body } = {}) => () =>
  send([`SIP/2.0 ${status}`, "[last_Via:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]", "[last_CSeq:]", "[last_Record-Route:]", "Contact: <sip:far@[local_ip]:[local_port]>", ...lines], body);

/** Answers a request outside dialogs which makes none, such as REGISTER. */
export const says = (status, ...lines) => () => send([`SIP/2.0 ${status}`, "[last_Via:]", "[last_From:]", "[last_To:];tag=far[pid]", "[last_Call-ID:]", "[last_CSeq:]", ...lines]);

/** Gives up the INVITE that was sent last, so many steps ago. */
export const cancels = (steps) => (dialog) => sends("CANCEL", { number: dialog.number, branch: `[branch-${steps}]` })(dialog);

/** Sends a request: within the dialog once there is one. */
export const sends = (method, { lines = [], body, number, branch = "[branch]" } = {}) => (dialog) => {
  dialog.number = number ?? dialog.number + 1;
  const { local, remote, tag = "", target, established } = dialog;
  return send([
    `${method} ${established ? "[next_url]" : target} SIP/2.0`,
    `Via: SIP/2.0/UDP [local_ip]:[local_port];branch=${branch}`,
    "Max-Forwards: 70",
    `From: ${local}`,
    `To: ${remote}${established ? tag : ""}`,
    "Call-ID: [call_id]",
    `CSeq: ${dialog.number} ${method}`,
    ...(established ? ["[routes]"] : []),
    `Contact: <sip:far@[local_ip]:[local_port]>`,
    ...lines,
  ], body);
};

/** The ACK of a 2xx. */
export const acknowledges = ({ body } = {}) => (dialog) => sends("ACK", { body, number: dialog.number })(dialog);

/** An answer comes; 100 may come before it. Where it makes a dialog, this is said. `keeps` are variables and the headers
 * that they hold from now on. */
export const gets = (status, { checks, dialog: makes = false, keeps } = {}) => (dialog) => {
  if (makes) dialog.established = true;
  return recv(dialog, 'response="100" optional="true"') + recv(dialog, `response="${status}"${makes ? ' rrs="true"' : ""}`, checks, keeps);
};

/** A request of the registered user, which the proxy asks to authenticate; then again with credentials. */
export const authenticates = (method, { lines = [], body } = {}, status = 407) => (dialog) => {
  const first = sends(method, { lines, body })(dialog);
  const challenged = recv(dialog, 'response="100" optional="true"') + recv(dialog, `response="${status}" auth="true"`);
  const ack = method === "INVITE" ? acknowledgesRefusal()(dialog) : "";
  const credentials = `[authentication username=${dialog.user} password=${dialog.user}-pass]`;
  return first + challenged + ack + sends(method, { lines: [...lines, credentials], body })(dialog);
};

/** The ACK of a refusal, which is part of the INVITE's transaction. */
export const acknowledgesRefusal = () => ({ number, local, target, established }) =>
  send([
    `ACK ${established ? "[next_url]" : target} SIP/2.0`,
    "[last_Via:]",
    "Max-Forwards: 70",
    `From: ${local}`,
    "[last_To:]",
    "Call-ID: [call_id]",
    `CSeq: ${number} ACK`,
    ...(established ? ["[routes]"] : []),
  ]);

/** Nothing is sent or expected for so many milliseconds. */
export const waits = (milliseconds) => () => `<pause milliseconds="${milliseconds}"/>\n`;

function send(lines, body) {
  const head = [...lines, ...(body ? [`Content-Type: ${body.type}`] : []), "Content-Length: [len]"];
  return `<send><![CDATA[\n\n${head.join("\n")}\n\n${body?.text ?? ""}\n]]></send>\n`;
}

const escaped = (pattern) => pattern.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

function recv(dialog, attributes, checks = {}, saved = {}) {
  const save = Object.entries(saved).map(([variable, header]) => [variable, ".*", header]);
  const check = Object.entries(checks).map(([header, pattern]) => [`${header.replaceAll("-", "")}${dialog.variables.size}x`, pattern, header]);
  const actions = [...save, ...check].map(([variable, pattern, header]) => {
    dialog.variables.add(variable);
    // SIPp takes Record-Route for Route: that one is looked for in the whole message.
    const where = { body: 'search_in="body"', Route: 'search_in="msg"' }[header] ?? `search_in="hdr" header="${header}:"`;
    const which = variable.endsWith("2") ? ' occurrence="2"' : "";
    return `<ereg regexp="${escaped(pattern)}" ${where}${which} check_it="true" assign_to="${variable}"/>`;
  });
  return `<recv ${attributes}>${actions.length > 0 ? `<action>${actions.join("")}</action>` : ""}</recv>\n`;
}
