// What happens within a call that SIPp has answered.
import { test } from "node:test";
import { acknowledges, acknowledgesRefusal, answers, called, gets, hears, invited, reinvited, replies, sdp, sends, waits } from "./lib/scenario.mjs";
import { world } from "./lib/world.mjs";

const { alice, far } = world();
const ok = replies("200 OK");
const answered = answers("200 OK", { body: sdp() });
const hungUp = [hears("BYE"), ok];

/** bob's phone in a call with alice's, which then takes these steps. */
async function talking(t, ...steps) {
  const bob = await far(t, "bob", called(invited(), answered, hears("ACK"), ...steps));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 accepted 200 OK");
  return [phone, bob];
}

async function hangUp(phone) {
  phone.do("hangup");
  await phone.tells("call 1 terminated -", "done hangup");
}

test("the far side holds and resumes by re-INVITE", async (t) => {
  const [phone, bob] = await talking(t,
    sends("INVITE", { body: sdp("sendonly") }), gets(200, { checks: { body: "a=recvonly" } }), acknowledges(),
    sends("INVITE", { body: sdp() }), gets(200, { checks: { body: "a=sendrecv" } }), acknowledges(),
    ...hungUp,
  );
  await phone.tells("call 1 hold remote", "call 1 unhold remote");
  await phone.rests();
  await hangUp(phone);
  await bob.done;
});

test("we hold and resume by re-INVITE", async (t) => {
  const again = (direction, answer) => [hears("INVITE", { body: `a=${direction}` }), replies("200 OK", { body: sdp(answer) }), hears("ACK")];
  const [phone, bob] = await talking(t, ...again("sendonly", "recvonly"), ...again("sendrecv", "sendrecv"), ...hungUp);
  phone.do("hold");
  await phone.tells("call 1 hold local", "done hold");
  phone.do("unhold");
  await phone.tells("call 1 unhold local", "done unhold");
  await hangUp(phone);
  await bob.done;
});

test("the far side changes the media by UPDATE", async (t) => {
  const [phone, bob] = await talking(t, sends("UPDATE", { body: sdp("inactive") }), gets(200, { checks: { body: "a=inactive" } }), ...hungUp);
  await phone.tells("call 1 hold remote");
  await phone.rests();
  await hangUp(phone);
  await bob.done;
});

test("a re-INVITE without an offer gets ours, and its answer comes in the ACK", async (t) => {
  const [phone, bob] = await talking(t,
    sends("INVITE"), gets(200, { checks: { body: "m=audio" } }), acknowledges({ body: sdp("sendonly") }), waits(50), sends("BYE"), gets(200),
  );
  await phone.tells("call 1 hold remote", "call 1 bye", "call 1 terminated Terminated");
  await bob.done;
});

test("an offer that we cannot answer is refused, and the call goes on", async (t) => {
  const video = { type: "application/sdp", text: sdp().text.replace("m=audio", "m=video") };
  const [phone, bob] = await talking(t, sends("INVITE", { body: video }), gets(488), acknowledgesRefusal(), ...hungUp);
  await phone.rests();
  await hangUp(phone);
  await bob.done;
});

test("our re-INVITE is refused for now, and repeated later", async (t) => {
  const [phone, bob] = await talking(t,
    hears("INVITE"), replies("491 Request Pending"), hears("ACK"),
    hears("INVITE", { body: "a=sendonly" }), replies("200 OK", { body: sdp("recvonly") }), hears("ACK"),
    ...hungUp,
  );
  phone.do("hold");
  await phone.tells("call 1 hold local", "done hold");
  await hangUp(phone);
  await bob.done;
});

test("both sides offer at once, both are refused, and ours is repeated", async (t) => {
  const [phone, bob] = await talking(t,
    reinvited(), sends("INVITE", { body: sdp("inactive") }), gets(491), acknowledgesRefusal(),
    answers("491 Request Pending"), hears("ACK"),
    hears("INVITE", { body: "a=sendonly" }), replies("200 OK", { body: sdp("recvonly") }), hears("ACK"),
    ...hungUp,
  );
  phone.do("hold");
  await phone.tells("call 1 hold local", "done hold");
  await hangUp(phone);
  await bob.done;
});

test("their BYE crosses our re-INVITE", async (t) => {
  const [phone, bob] = await talking(t, reinvited(), sends("BYE"), gets(200), answers("487 Request Terminated"), hears("ACK"));
  phone.do("hold");
  await phone.tells(/^call 1 terminated Terminated/);
  await bob.done;
});

test("our BYE crosses their re-INVITE", async (t) => {
  const [phone, bob] = await talking(t, hears("BYE"), ok, sends("INVITE", { body: sdp("sendonly") }), gets(481), acknowledgesRefusal());
  await hangUp(phone);
  await bob.done;
});

for (const status of ["481 Call/Transaction Does Not Exist", "408 Request Timeout"]) {
  test(`${status} to our re-INVITE ends the call`, async (t) => {
    const [phone, bob] = await talking(t, hears("INVITE"), replies(status), hears("ACK"), ...hungUp);
    phone.do("hold");
    await phone.tells(/^call 1 terminated Dialog Error/);
    await bob.done;
  });
}

test("tones, by INFO both ways", async (t) => {
  const tone = { type: "application/dtmf-relay", text: "Signal=7\nDuration=160" };
  const [phone, bob] = await talking(t,
    hears("INFO", { body: "Signal= ?5" }), ok, hears("INFO", { body: "Signal= ?#" }), ok,
    waits(500), sends("INFO", { body: tone }), gets(200), ...hungUp,
  );
  phone.do("digits 5#");
  await phone.tells("call 1 dtmf out 5 100", "call 1 dtmf out # 100", "done digits", "call 1 dtmf in 7 160");
  await phone.rests();
  await hangUp(phone);
  await bob.done;
});

test("INFO, MESSAGE and OPTIONS within the call", async (t) => {
  const [phone, bob] = await talking(t,
    hears("INFO", { body: "what is this" }), ok, hears("MESSAGE", { body: "hello" }), ok,
    sends("OPTIONS"), gets(200, { checks: { Allow: "UPDATE" } }),
    sends("PUBLISH"), gets(405, { checks: { Allow: "INVITE" } }),
    ...hungUp,
  );
  phone.do("info what is this");
  await phone.tells("done info");
  phone.do("say hello");
  await phone.tells("done say");
  await phone.rests();
  await hangUp(phone);
  await bob.done;
});

test("a request out of order is refused", async (t) => {
  const [phone, bob] = await talking(t, sends("INFO", { number: 9 }), gets(200), sends("INFO", { number: 3 }), gets(500), sends("BYE", { number: 10 }), gets(200));
  await phone.tells("call 1 terminated Terminated");
  await bob.done;
});
