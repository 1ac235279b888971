// Where we are to be found: Kamailio's registrar, and SIPp who looks for us there.
import { test } from "node:test";
import { acknowledges, acknowledgesRefusal, answers, authenticates, called, calling, callingAt, gets, hears, invited, replies, sdp, sends } from "./lib/scenario.mjs";
import { world } from "./lib/world.mjs";

const { alice, stranger, far } = world();
const ok = replies("200 OK");
const invites = authenticates("INVITE", { body: sdp() });
const talks = [gets(200, { dialog: true }), acknowledges(), hears("BYE"), ok];
const isNotFound = () => calling("bob", "alice", invites, gets(480), acknowledgesRefusal());

test("the registrar gives a GRUU, and a call to it arrives (RFC 5627)", async (t) => {
  const phone = await alice(t);
  const bob = await far(t, "bob", callingAt("bob", await phone.gruu(), invites, gets(180), ...talks));
  await phone.tells(/^call 1 incoming/);
  phone.do("answer");
  await phone.tells("call 1 confirmed");
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("an anonymous call comes from a temporary GRUU, and requests find it there (RFC 5627, 3323)", async (t) => {
  const isHidden = { From: '"Anonymous" <sip:anonymous@anonymous.invalid', Privacy: "id", Contact: "<sip:uloc-[^@]+@localhost.*;gr" };
  const bob = await far(t, "bob", called(invited(isHidden), answers("200 OK", { body: sdp() }), hears("ACK"), sends("BYE"), gets(200)));
  const phone = await alice(t);
  phone.do("anonymous bob");
  await phone.tells("call 1 accepted 200 OK", "call 1 terminated Terminated");
  await bob.done;
});

test("a phone that has unregistered is not found, and is again when it has registered again", async (t) => {
  const phone = await alice(t);
  phone.do("unregister");
  await phone.tells("unregistered - (200 OK)", "done unregister");
  await (await far(t, "bob", isNotFound())).done;
  phone.do("register");
  await phone.tells("done register");
  const bob = await far(t, "bob", calling("bob", "alice", invites, gets(180), gets(486), acknowledgesRefusal()));
  await phone.tells(/^call 1 incoming/);
  phone.do("reject 486");
  await bob.done;
});

test("two phones of one user ring; when one answers, the other stops", async (t) => {
  const first = await alice(t);
  const second = await alice(t);
  const bob = await far(t, "bob", calling("bob", "alice", invites, gets(180), gets(180), ...talks));
  await first.tells(/^call 1 incoming/);
  await second.tells(/^call 1 incoming/);
  second.do("answer");
  await first.tells("call 1 cancel", /^call 1 terminated/);
  await second.tells("call 1 confirmed");
  second.do("hangup");
  await bob.done;
});

test("all phones of a user are removed at once (Contact: *)", async (t) => {
  const first = await alice(t);
  await alice(t);
  first.do("unregister all");
  await first.tells("unregistered - (200 OK)", "done unregister");
  await (await far(t, "bob", isNotFound())).done;
});

test("a wrong password is tried once", async (t) => {
  const phone = stranger(t, "alice", "guessed");
  phone.do("register");
  await phone.tells(/^registrationFailed Authentication Error/, /^failed register Authentication Error/);
  await phone.hasSent(2, "REGISTER");
});
