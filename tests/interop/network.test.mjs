// What a registrar behind an edge says besides yes: SIPp is the registrar, Kamailio the edge that leaves its Path.
import assert from "node:assert/strict";
import { test } from "node:test";
import { acknowledges, answers, called, callingAt, gets, hears, invited, replies, says, sdp, sends } from "./lib/scenario.mjs";
import { network } from "./lib/world.mjs";

const { alice, far, edge, route } = network();
const ok = replies("200 OK");
const answered = answers("200 OK", { body: sdp() });
/** Keeps the binding for so many seconds. */
const grants = (seconds, ...lines) => says("200 OK", `[last_Contact:];expires=${seconds}`, "[last_Path:]", ...lines);
const leaves = [hears("REGISTER", { Expires: " 0" }), says("200 OK")];

/** alice's phone with a registrar that takes these steps, before it is left again by `leave`. */
async function registering(t, steps, ...more) {
  const core = await far(t, "core", called(...steps, ...leaves));
  const phone = alice(t, ...more);
  phone.do("register");
  const leave = async () => {
    phone.do("unregister");
    await phone.tells("done unregister");
    await core.done;
  };
  return [phone, leave];
}

/** The same, registered. */
async function registered(t, steps, ...more) {
  const [phone, leave] = await registering(t, steps, ...more);
  await phone.tells(/^registered 600 /, "done register");
  return [phone, leave];
}

test("the edge leaves its Path, and a call comes by it (RFC 3327)", async (t) => {
  const [phone, leave] = await registered(t, [hears("REGISTER", { Path: "received=sip:127.0.0.1", Supported: "path" }), grants(600)]);
  const [, contact] = (await phone.header(">>>", "Contact")).match(/<([^>]+)>/);
  const path = await phone.header("<<<", "Path");
  const bob = await far(t, "other", callingAt("bob", contact,
    sends("INVITE", { lines: [`Route: ${path}`], body: sdp() }), gets(180), gets(200, { dialog: true }), acknowledges(), hears("BYE"), ok,
  ));
  await phone.tells(/^call 1 incoming/);
  phone.do("answer");
  await phone.tells("call 1 confirmed");
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
  await leave();
});

test("requests outside dialogs go the Service-Route (RFC 3608)", async (t) => {
  const [phone, leave] = await registered(t, [hears("REGISTER"), grants(600, `Service-Route: ${edge()}, ${route("other")}`)]);
  const way = { Route: `[[:space:]]Route: ${route("other")}` };
  const bob = await far(t, "other", called(invited(way), answered, hears("ACK"), hears("BYE"), ok));
  phone.do("call bob");
  await phone.tells("call 1 accepted 200 OK");
  phone.do("hangup");
  await phone.tells("done hangup");
  await bob.done;
  const reader = await far(t, "other", called(hears("MESSAGE", { ...way, body: "read this" }), ok));
  phone.do("message bob read this");
  await phone.tells("done message");
  await reader.done;
  await leave();
});

test("where the registrar keeps to flows, calls say so and go on (RFC 5626)", async (t) => {
  const outbound = [`Service-Route: ${edge()}, ${route("other")}`, "Require: outbound", "Flow-Timer: 30"];
  const [phone, leave] = await registered(t, [hears("REGISTER", { Contact: "reg-id=1", Supported: "outbound" }), grants(600, ...outbound)]);
  const bob = await far(t, "other", called(invited({ Contact: ";ob" }), answered, hears("ACK"), sends("BYE"), gets(200)));
  phone.do("call bob");
  await phone.tells("call 1 accepted 200 OK", "call 1 terminated Terminated");
  await bob.done;
  await leave();
});

test("a life that is too brief is asked for anew (423)", async (t) => {
  const [phone, leave] = await registering(t, [
    hears("REGISTER", { Expires: " 600" }), says("423 Interval Too Brief", "Min-Expires: 1800"),
    hears("REGISTER", { Expires: " 1800" }), grants(1_800),
  ]);
  await phone.tells(/^registered 1800 /, "done register");
  await leave();
});

test("a failed flow is tried again (430)", async (t) => {
  const [phone, leave] = await registering(t, [hears("REGISTER"), says("430 Flow Failed"), hears("REGISTER", { Contact: "reg-id=1" }), grants(600)]);
  await phone.tells("registrationFailed Unavailable (430 Flow Failed)", "failed register Unavailable (430 Flow Failed)", /^registered 600 /);
  await leave();
});

test("a first hop without outbound is asked without (439)", async (t) => {
  const [phone, leave] = await registered(t, [
    hears("REGISTER", { Supported: "path, gruu, outbound" }), says("439 First Hop Lacks Outbound Support"),
    hears("REGISTER", { Supported: "path, gruu$" }), grants(600),
  ]);
  await phone.hasSent(2, "REGISTER");
  await leave();
});

test("what a push service needs passes through (RFC 8599)", async (t) => {
  const [, leave] = await registered(t,
    [hears("REGISTER", { Contact: "pn-provider=webpush;pn-prid=a:b/c;pn-purr>" }), grants(600)],
    "--push=pn-provider=webpush", "--push=pn-prid=a:b/c", "--push=pn-purr",
  );
  await leave();
});

test("a push service that the registrar does not know is refused for good (555)", async (t) => {
  const core = await far(t, "core", called(hears("REGISTER"), says("555 Push Notification Service Not Supported")));
  const phone = alice(t, "--push=pn-provider=webpush");
  phone.do("register");
  await phone.tells(/^registrationFailed SIP Failure Code \(555/, /^failed register/);
  await core.done;
  await phone.rests(3_000);
  await phone.hasSent(1, "REGISTER");
});

test("Retry-After says when a registrar in trouble is asked again", async (t) => {
  const [phone, leave] = await registering(t, [hears("REGISTER"), says("500 Server Internal Error", "Retry-After: 4 (maintenance)"), hears("REGISTER"), grants(600)]);
  await phone.tells(/^registrationFailed SIP Failure Code \(500/, /^failed register/);
  const refused = Date.now();
  await phone.tells(/^registered 600 /);
  assert.ok(Date.now() - refused >= 3_900, `${Date.now() - refused} ms`);
  await leave();
});

// The edge makes 500 of it, as RFC 3261 §16.7 wants, and leaves the Retry-After out.
test("a registrar that is not there is asked again (503)", async (t) => {
  const [phone, leave] = await registering(t, [hears("REGISTER"), says("503 Service Unavailable", "Retry-After: 60"), hears("REGISTER"), grants(600)]);
  await phone.tells("registrationFailed SIP Failure Code (500 Service Unavailable)", /^failed register/, /^registered 600 /);
  await leave();
});

test("our binding is found among others", async (t) => {
  const others = 'Contact: <sip:alice@192.0.2.1:5060>;expires=3000, "Alice" <sip:alice@192.0.2.2;transport=tcp>;q=0.5;expires=20';
  const [phone, leave] = await registering(t, [
    hears("REGISTER"), says("200 OK", others, "[last_Contact:];expires=77", "Contact: <sip:alice@192.0.2.3>;expires=1"),
  ]);
  await phone.tells(/^registered 77 /);
  await leave();
});

test("a binding that the registrar gives for two seconds is refreshed before it is over", async (t) => {
  const brief = grants(2);
  const [phone, leave] = await registering(t, [hears("REGISTER"), brief, hears("REGISTER"), brief, hears("REGISTER"), grants(600)]);
  await phone.tells(/^registered 2 /, /^registered 2 /, /^registered 600 /);
  await leave();
});
