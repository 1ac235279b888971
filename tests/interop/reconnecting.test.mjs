// The connection breaks in the middle of things. A GRUU is found again on the next one.
import { test } from "node:test";
import { answers, acknowledges, authenticates, called, calling, gets, hears, invited, reinvited, replies, sdp, sends } from "./lib/scenario.mjs";
import { world } from "./lib/world.mjs";

const { alice, far } = world();
const ok = replies("200 OK");
const answered = answers("200 OK", { body: sdp() });
/** bob's phone says that it has the ACK: only then the connection is broken. */
const greets = [hears("ACK"), sends("MESSAGE", { body: { type: "text/plain", text: "here I am" } }), gets(200)];
const isBack = [/^disconnected 1006/, "call 1 recovering signaling", /^connecting 1/, /^connected/, /^registered 600/, "call 1 recovered signaling"];
/** bob's phone is told where alice's is now. */
const isTold = [reinvited({ Contact: ";gr=" }), answered, hears("ACK")];

/** bob's phone in a call with alice's, whose connection is lost and back; then these steps. */
async function reconnected(t, ...steps) {
  const bob = await far(t, "bob", called(invited({ Contact: ";gr=" }), answered, ...greets, ...isTold, ...steps));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 accepted 200 OK", /^message .* here I am/);
  phone.do("drop");
  await phone.tells(...isBack);
  return [phone, bob];
}

test("a call lives on, and we hang up", async (t) => {
  const [phone, bob] = await reconnected(t, hears("BYE"), ok);
  phone.do("hangup");
  await phone.tells("call 1 terminated -", "done hangup");
  await bob.done;
});

test("a call lives on, and the far side hangs up", async (t) => {
  // It does so when it hears a tone, that is after the connection is back.
  const [phone, bob] = await reconnected(t, hears("INFO"), ok, sends("BYE"), gets(200));
  phone.do("digits 5");
  await phone.tells("call 1 bye", "call 1 terminated Terminated");
  await bob.done;
});

test("a call lives on, and each side holds the other", async (t) => {
  const [phone, bob] = await reconnected(t,
    reinvited({ body: "a=sendonly", Contact: ";gr=" }), answers("200 OK", { body: sdp("recvonly") }), hears("ACK"),
    sends("INVITE", { body: sdp("inactive") }), gets(200, { checks: { body: "a=inactive" } }), acknowledges(),
    hears("BYE"), ok,
  );
  phone.do("hold");
  await phone.tells("call 1 hold local", "done hold", "call 1 hold remote");
  await phone.rests();
  phone.do("hangup");
  await phone.tells("call 1 terminated -", "done hangup");
  await bob.done;
});

test("a call that we have answered lives on, and the caller hangs up", async (t) => {
  const phone = await alice(t);
  const bob = await far(t, "bob", calling("bob", "alice",
    authenticates("INVITE", { body: sdp() }), gets(180), gets(200, { dialog: true }), acknowledges(), hears("INVITE"), replies("200 OK", { body: sdp() }), hears("ACK"),
    hears("INFO"), ok, sends("BYE"), gets(200),
  ));
  await phone.tells(/^call 1 incoming/);
  phone.do("answer");
  await phone.tells("call 1 confirmed");
  phone.do("drop");
  await phone.tells(...isBack);
  phone.do("digits 5");
  await phone.tells("call 1 terminated Terminated");
  await bob.done;
});

test("a hold that was under way is asked for again", async (t) => {
  const bob = await far(t, "bob", called(invited(), answered, hears("ACK"),
    hears("INVITE", { body: "a=sendonly" }), replies("100 Trying"), sends("MESSAGE", { body: { type: "text/plain", text: "I heard" } }), gets(200),
    hears("INVITE", { body: "a=sendonly" }), replies("200 OK", { body: sdp("recvonly") }), hears("ACK"), hears("BYE"), ok,
  ));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 accepted 200 OK");
  phone.do("hold");
  await phone.tells(/^message .* I heard/);
  phone.do("drop");
  await phone.tells(...isBack.slice(0, -1), "call 1 hold local", "done hold", "call 1 recovered signaling");
  phone.do("hangup");
  await phone.tells("done hangup");
  await bob.done;
});

test("a call that rings elsewhere stops ringing there", async (t) => {
  const bob = await far(t, "bob", called(invited(), answers("180 Ringing"), hears("CANCEL"), ok, answers("487 Request Terminated"), hears("ACK")));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 progress 180 Ringing");
  phone.do("drop");
  await phone.tells("call 1 terminated Connection Error");
  await bob.done;
});

test("an ACK that may be lost with its connection goes again", async (t) => {
  const bob = await far(t, "bob", called(invited(), answered, hears("ACK"), ...isTold, hears("BYE"), ok));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 accepted 200 OK");
  phone.do("drop");
  await phone.tells(...isBack);
  phone.do("hangup");
  await phone.tells("done hangup");
  await bob.done;
});
