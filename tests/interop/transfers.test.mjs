// REFER both ways (RFC 3515), with SIPp as the one who transfers, the one who is transferred and the target.
import { test } from "node:test";
import { acknowledges, answers, authenticates, called, calling, gets, hears, invited, replies, sdp, sends, waits } from "./lib/scenario.mjs";
import { world } from "./lib/world.mjs";

const { alice, far, address } = world();
const ok = replies("200 OK");
const ringing = answers("180 Ringing");
const answered = answers("200 OK", { body: sdp() });
const hungUp = [hears("BYE"), ok];
const sipfrag = (status) => ({ type: "message/sipfrag;version=2.0", text: `SIP/2.0 ${status}` });
/** What a NOTIFY of the implicit subscription holds. */
const notifies = (status, state) => [sends("NOTIFY", { lines: ["Event: refer", `Subscription-State: ${state}`], body: sipfrag(status) }), gets(200)];
const isNotified = (status, state) => [hears("NOTIFY", { Event: "refer", "Subscription-State": state, body: `SIP/2.0 ${status}` }), ok];
const referred = (checks) => [hears("REFER", checks), replies("202 Accepted")];

async function talking(t, ...steps) {
  const bob = await far(t, "bob", called(invited(), answered, hears("ACK"), ...steps));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 accepted 200 OK");
  return [phone, bob];
}

test("we transfer bob to dave, and he gets there", async (t) => {
  const [phone, bob] = await talking(t,
    ...referred({ "Refer-To": "sip:dave@", "Referred-By": "sip:alice@" }),
    ...notifies("100 Trying", "active;expires=60"), ...notifies("180 Ringing", "active;expires=60"),
    ...notifies("200 OK", "terminated;reason=noresource"), ...hungUp,
  );
  phone.do("transfer dave");
  await phone.tells("call 1 transferProgress 180 Ringing", "call 1 transferred", /^call 1 terminated/);
  await bob.done;
});

test("we transfer bob to dave, who is busy: the call goes on", async (t) => {
  const [phone, bob] = await talking(t,
    ...referred(), ...notifies("100 Trying", "active;expires=60"), ...notifies("486 Busy Here", "terminated;reason=noresource"), ...hungUp,
  );
  phone.do("transfer dave");
  await phone.tells(/^failed transfer Busy/);
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("bob will not be transferred", async (t) => {
  const [phone, bob] = await talking(t, hears("REFER"), replies("603 Decline"), ...hungUp);
  phone.do("transfer dave");
  await phone.tells("failed transfer Rejected (603 Decline)");
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("we connect dave with bob, who was there before", async (t) => {
  const [phone, bob] = await talking(t, ...hungUp);
  const dave = await far(t, "dave", called(
    invited(), answered, hears("ACK"),
    ...referred({ "Refer-To": "far@.*Replaces=.*to-tag.*from-tag" }), ...notifies("200 OK", "terminated;reason=noresource"), ...hungUp,
  ));
  phone.do("call dave");
  await phone.tells("call 2 accepted 200 OK");
  phone.do("connect 1");
  await phone.tells("call 2 transferred", /^call 2 terminated/);
  await dave.done;
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("bob transfers us to dave: we agree, and he hears how it goes", async (t) => {
  const [phone, bob] = await talking(t,
    sends("REFER", { lines: [`Refer-To: <${address("dave")}>`, `Referred-By: <${address("bob")}>`] }), gets(202),
    ...isNotified("100", "active"), ...isNotified("100", "active"), ...isNotified("180", "active"), ...isNotified("200", "terminated"), sends("BYE"), gets(200),
  );
  const dave = await far(t, "dave", called(invited({ "Referred-By": "sip:bob@" }), ringing, waits(200), answered, hears("ACK"), ...hungUp));
  await phone.tells(/^call 1 refer .*sip:dave@/);
  phone.do("follow");
  await phone.tells("call 2 accepted 200 OK", "call 1 terminated Terminated");
  phone.do("hangup");
  await phone.tells("call 2 terminated -");
  await Promise.all([bob.done, dave.done]);
});

test("bob transfers us to dave, and wants to hear nothing of it (RFC 4488)", async (t) => {
  const [phone, bob] = await talking(t,
    sends("REFER", { lines: [`Refer-To: <${address("dave")}>`, "Refer-Sub: false", "Supported: norefersub"] }),
    gets(202, { checks: { "Refer-Sub": "false" } }), waits(500), ...hungUp,
  );
  const dave = await far(t, "dave", called(invited(), answered, hears("ACK"), ...hungUp));
  await phone.tells(/^call 1 refer .*sip:dave@/);
  phone.do("follow");
  await phone.tells("call 2 accepted 200 OK");
  phone.do("hangup");
  await phone.tells("call 2 terminated -");
  await dave.done;
  await phone.rests(600);
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("we transfer bob to dave, and are told that we shall hear nothing of it", async (t) => {
  const [phone, bob] = await talking(t, hears("REFER"), replies("202 Accepted", { lines: ["Refer-Sub: false"] }), ...hungUp);
  phone.do("transfer dave");
  await phone.tells("done transfer");
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("bob transfers us to dave, who is busy", async (t) => {
  const [phone, bob] = await talking(t,
    sends("REFER", { lines: [`Refer-To: <${address("dave")}>`] }), gets(202),
    ...isNotified("100", "active"), ...isNotified("100", "active"), ...isNotified("486", "terminated"), ...hungUp,
  );
  const dave = await far(t, "dave", called(invited(), answers("486 Busy Here"), hears("ACK")));
  await phone.tells(/^call 1 refer /);
  phone.do("follow");
  await phone.tells("call 2 placed", /^call 2 terminated Busy/);
  await phone.rests(200);
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await Promise.all([bob.done, dave.done]);
});

test("bob would transfer us, and we do not want to", async (t) => {
  const [phone, bob] = await talking(t, sends("REFER", { lines: [`Refer-To: <${address("dave")}>`] }), gets(603), ...hungUp);
  await phone.tells(/^call 1 refer /);
  phone.do("refuse");
  await phone.tells("done refuse");
  await phone.rests(200);
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("dave takes the place of bob (Replaces)", async (t) => {
  // SIPp knows of one call only: the tags and the Call-ID of bob's are told to it.
  const [phone, bob] = await talking(t, ...hungUp);
  const { callId, ours, theirs } = await phone.dialog();
  const lines = [`Replaces: ${callId};to-tag=${ours};from-tag=${theirs}`, "Require: replaces"];
  const dave = await far(t, "dave", calling("dave", "alice", authenticates("INVITE", { lines, body: sdp() }), gets(180), gets(200, { dialog: true }), acknowledges(), ...hungUp));
  await phone.tells(/^call 2 incoming sip:dave@/);
  phone.do("answer");
  await phone.tells("call 1 replaced 2", /^call 1 terminated/);
  await bob.done;
  phone.do("hangup");
  await phone.tells("call 2 terminated -");
  await dave.done;
});
