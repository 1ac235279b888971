// Calls and messages that SIPp sends us, through Kamailio.
import { test } from "node:test";
import { acknowledges, acknowledgesRefusal, authenticates, called, calling, cancels, gets, hears, replies, sdp, sends, waits } from "./lib/scenario.mjs";
import { world } from "./lib/world.mjs";

const { alice, far } = world();
const ok = replies("200 OK");
const inDialog = { dialog: true };
const invites = (options = {}) => authenticates("INVITE", { body: sdp(), ...options });

/** bob's phone calls alice's, and takes these steps after its INVITE with credentials. */
async function rings(t, options, ...steps) {
  const phone = await alice(t);
  const bob = await far(t, "bob", calling("bob", "alice", invites(options), ...steps));
  await phone.tells(/^call 1 incoming sip:bob@/);
  return [phone, bob];
}

test("answered, and ended by the far side", async (t) => {
  const [phone, bob] = await rings(t, {}, gets(180), gets(200, { ...inDialog, checks: { body: "m=audio" } }), acknowledges(), sends("BYE"), gets(200));
  phone.do("answer");
  await phone.tells("call 1 accepted 200 OK", "done answer", "call 1 bye", "call 1 terminated Terminated");
  await bob.done;
});

test("answered, and ended by us", async (t) => {
  const [phone, bob] = await rings(t, {}, gets(180), gets(200, inDialog), acknowledges(), hears("BYE"), ok);
  phone.do("answer");
  await phone.tells("call 1 confirmed");
  phone.do("hangup");
  await phone.tells("call 1 bye", "call 1 terminated -", "done hangup");
  await bob.done;
});

test("refused", async (t) => {
  const [phone, bob] = await rings(t, {}, gets(180), gets(486), acknowledgesRefusal());
  phone.do("reject 486");
  await phone.tells(/^call 1 rejected Busy/, /^call 1 failed Busy/, /^call 1 terminated Busy/, "done reject");
  await bob.done;
});

test("given up by the far side", async (t) => {
  const [phone, bob] = await rings(t, {}, gets(180), cancels(3), gets(200), gets(487), acknowledgesRefusal());
  await phone.tells("call 1 cancel", /^call 1 rejected Canceled/, /^call 1 failed Canceled/, /^call 1 terminated Canceled/);
  await bob.done;
});

test("without an offer: ours goes in the 200, their answer comes in the ACK", async (t) => {
  const [phone, bob] = await rings(t, { body: undefined }, gets(180), gets(200, { ...inDialog, checks: { body: "m=audio" } }), acknowledges({ body: sdp() }), waits(100), sends("BYE"), gets(200));
  phone.do("answer");
  await phone.tells("call 1 accepted 200 OK", "call 1 confirmed", "call 1 terminated Terminated");
  await bob.done;
});

test("an ACK without the answer that was due ends the call", async (t) => {
  const [phone, bob] = await rings(t, { body: undefined }, gets(180), gets(200, inDialog), acknowledges(), hears("BYE"), ok);
  phone.do("answer");
  await phone.tells(/^call 1 terminated/);
  await bob.done;
});

test("the answer is repeated until it is acknowledged", async (t) => {
  const [phone, bob] = await rings(t, {}, gets(180), gets(200, inDialog), waits(1700), acknowledges(), sends("BYE"), gets(200));
  phone.do("answer");
  await phone.tells("call 1 accepted 200 OK", "call 1 confirmed", "call 1 terminated Terminated");
  await bob.done;
});

test("where the far side wants it, ringing is acknowledged", async (t) => {
  const [phone, bob] = await rings(t, { lines: ["Require: 100rel"] },
    gets(180, { ...inDialog, checks: { RSeq: "[0-9]+", Require: "100rel" }, keeps: { rseq: "RSeq" } }),
    sends("PRACK", { lines: ["RAck: [$rseq] 2 INVITE"] }), gets(200),
    gets(200), sends("ACK", { number: 2 }), sends("BYE", { number: 4 }), gets(200),
  );
  await phone.rests(300);
  phone.do("answer");
  await phone.tells("call 1 accepted 200 OK", "call 1 terminated Terminated");
  await bob.done;
});

test("an offer without a codec that we have is refused", async (t) => {
  const text = sdp().text.replace("RTP/AVP 0 8 101", "RTP/AVP 18");
  const [phone, bob] = await rings(t, { body: { type: "application/sdp", text } }, gets(180), gets(488), acknowledgesRefusal());
  phone.do("answer");
  await phone.tells(/^call 1 terminated Bad Media Description/);
  await bob.done;
});

test("what we do not know and must is refused before it rings", async (t) => {
  await alice(t);
  const bob = await far(t, "bob", calling("bob", "alice",
    invites({ lines: ["Require: telepathy"] }), gets(420, { checks: { Unsupported: "telepathy" } }), acknowledgesRefusal()));
  await bob.done;
});

test("a body that is no session is refused before it rings", async (t) => {
  await alice(t);
  const bob = await far(t, "bob", calling("bob", "alice",
    invites({ body: { type: "text/plain", text: "hello" } }), gets(415, { checks: { Accept: "application/sdp" } }), acknowledgesRefusal()));
  await bob.done;
});

test("OPTIONS tells what we can", async (t) => {
  await alice(t);
  const checks = { Allow: "INVITE.*UPDATE", Supported: "100rel.*timer", Accept: "application/sdp" };
  const bob = await far(t, "bob", calling("bob", "alice", authenticates("OPTIONS"), gets(200, { checks })));
  await bob.done;
});

test("a method that nobody knows is refused", async (t) => {
  await alice(t);
  const bob = await far(t, "bob", calling("bob", "alice", authenticates("FROB"), gets(405, { checks: { Allow: "INVITE" } })));
  await bob.done;
});

test("messages both ways", async (t) => {
  const phone = await alice(t);
  const writing = calling("bob", "alice", authenticates("MESSAGE", { body: { type: "text/plain", text: "how are you?" } }), gets(200));
  const bob = await far(t, "bob", writing);
  await phone.tells(/^message sip:bob@\S+ how are you\?$/);
  await bob.done;
  const reading = await far(t, "bob", called(hears("MESSAGE", { body: "fine" }), ok));
  phone.do("message bob fine");
  await phone.tells("done message");
  await reading.done;
  const refusing = await far(t, "bob", called(hears("MESSAGE"), replies("480 Temporarily Unavailable")));
  phone.do("message bob anybody there?");
  await phone.tells("failed message Unavailable (480 Temporarily Unavailable)");
  await refusing.done;
});

test("two calls at once: the second rings beside the first", async (t) => {
  const [phone, bob] = await rings(t, {}, gets(180), gets(200, inDialog), acknowledges(), hears("BYE"), ok);
  phone.do("answer");
  await phone.tells("call 1 confirmed");
  const dave = await far(t, "dave", calling("dave", "alice", invites(), gets(180), gets(200, inDialog), acknowledges(), hears("BYE"), ok));
  await phone.tells(/^call 2 incoming sip:dave@/);
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  phone.do("answer");
  await phone.tells("call 2 confirmed");
  phone.do("hangup");
  await phone.tells("call 2 terminated -");
  await Promise.all([bob.done, dave.done]);
});

test("a BYE before the answer ends the call", async (t) => {
  const [phone, bob] = await rings(t, {}, gets(180, inDialog), sends("BYE"), gets(200), gets(487), sends("ACK", { number: 2 }));
  await phone.tells(/^call 1 terminated/);
  await bob.done;
});
