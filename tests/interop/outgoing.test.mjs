// Calls that we place, through Kamailio, to SIPp.
import { test } from "node:test";
import { answers, called, hears, invited, replies, sdp, sends, gets, waits } from "./lib/scenario.mjs";
import { world } from "./lib/world.mjs";

const { alice, far, address } = world();
const ok = replies("200 OK");
const ringing = answers("180 Ringing");
const answered = answers("200 OK", { body: sdp() });
/** What ends every call that we hang up. */
const hungUp = [hears("BYE"), ok];

test("answered, and ended by us", async (t) => {
  const bob = await far(t, "bob", called(invited(), ringing, answered, hears("ACK"), ...hungUp));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 progress 180 Ringing", "call 1 accepted 200 OK");
  phone.do("hangup");
  await phone.tells("call 1 bye", "call 1 terminated -", "done hangup");
  await bob.done;
});

test("answered, and ended by the far side", async (t) => {
  const bob = await far(t, "bob", called(invited(), answered, hears("ACK"), sends("BYE"), gets(200)));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 accepted 200 OK", "call 1 confirmed", "call 1 bye", "call 1 terminated Terminated");
  await bob.done;
});

for (const [status, cause] of [["486 Busy Here", "Busy"], ["603 Decline", "Rejected"], ["480 Temporarily Unavailable", "Unavailable"], ["488 Not Acceptable Here", "Incompatible SDP"], ["500 Server Internal Error", "SIP Failure Code"]]) {
  test(`refused by ${status}`, async (t) => {
    const bob = await far(t, "bob", called(invited(), answers(status), hears("ACK")));
    const phone = await alice(t);
    phone.do("call bob");
    const told = `${cause} (${status})`;
    await phone.tells(`call 1 rejected ${told}`, `call 1 failed ${told}`, `call 1 terminated ${told}`);
    await bob.done;
  });
}

test("given up before it is answered", async (t) => {
  const bob = await far(t, "bob", called(invited(), ringing, hears("CANCEL"), ok, answers("487 Request Terminated"), hears("ACK")));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 progress 180 Ringing");
  phone.do("hangup");
  await phone.tells("call 1 cancel", /^call 1 rejected Canceled/, /^call 1 failed Canceled/, /^call 1 terminated Canceled/, "done hangup");
  await bob.done;
});

test("a CANCEL that crosses the answer ends in ACK and BYE", async (t) => {
  const bob = await far(t, "bob", called(invited(), ringing, hears("CANCEL"), ok, answered, hears("ACK"), ...hungUp));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 progress 180 Ringing");
  phone.do("hangup");
  await phone.tells("call 1 cancel", /^call 1 terminated/, "done hangup");
  await bob.done;
});

test("early media, and an answer that repeats it", async (t) => {
  const early = answers("183 Session Progress", { body: sdp() });
  const bob = await far(t, "bob", called(invited(), early, waits(200), answered, hears("ACK"), ...hungUp));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 progress 183 Session Progress", "call 1 accepted 200 OK");
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("reliable provisional responses are acknowledged, each by its number", async (t) => {
  const reliable = (number, status, body) => answers(status, { lines: ["Require: 100rel", `RSeq: ${number}`], body });
  const bob = await far(t, "bob", called(
    invited({ Supported: "100rel" }),
    reliable(101, "183 Session Progress", sdp()), hears("PRACK", { RAck: "101 2 INVITE" }), ok,
    reliable(102, "180 Ringing"), hears("PRACK", { RAck: "102 2 INVITE" }), ok,
    answers("200 OK"), hears("ACK"), ...hungUp,
  ));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 progress 183 Session Progress", "call 1 progress 180 Ringing", "call 1 accepted 200 OK");
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("early media are changed by UPDATE, with an offer before the answer", async (t) => {
  const bob = await far(t, "bob", called(
    invited({ Supported: "100rel" }),
    answers("183 Session Progress", { lines: ["Require: 100rel", "RSeq: 101"], body: sdp() }), hears("PRACK", { RAck: "101 2 INVITE" }), ok,
    sends("UPDATE", { body: sdp("inactive") }), gets(200, { checks: { body: "a=inactive" } }),
    answers("200 OK"), hears("ACK"), ...hungUp,
  ));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 progress 183 Session Progress", "call 1 accepted 200 OK");
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("an answer that is repeated is acknowledged each time", async (t) => {
  const bob = await far(t, "bob", called(invited(), answered, answered, answered, hears("ACK"), ...hungUp));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 accepted 200 OK");
  await phone.rests();
  // One to the proxy's challenge, too.
  await phone.hasSent(4, "ACK");
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("no offer of ours: theirs comes in the 200, our answer goes in the ACK", async (t) => {
  const bob = await far(t, "bob", called(invited(), answered, hears("ACK", { "Content-Type": "application/sdp" }), ...hungUp));
  const phone = await alice(t);
  phone.do("lateoffer bob");
  await phone.tells("call 1 accepted 200 OK");
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("sent elsewhere: followed where we agree", async (t) => {
  const bob = await far(t, "bob", called(invited(), answers("302 Moved Temporarily", { lines: [`Contact: <${address("dave")}>`] }), hears("ACK")));
  const dave = await far(t, "dave", called(invited(), answered, hears("ACK"), ...hungUp));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells(/^call 1 redirect /);
  phone.do(`redirect ${address("dave")}`);
  await phone.tells("call 1 accepted 200 OK");
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await Promise.all([bob.done, dave.done]);
});

test("sent elsewhere: ended where we do not", async (t) => {
  const bob = await far(t, "bob", called(invited(), answers("302 Moved Temporarily", { lines: [`Contact: <${address("dave")}>`] }), hears("ACK")));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells(/^call 1 redirect /);
  phone.do("redirect");
  await phone.tells(/^call 1 terminated Redirected/);
  await bob.done;
});

test("two phones ring, one answers", async (t) => {
  const first = await far(t, "carol", called(invited(), answers("180 Ringing", { tag: "one" }), hears("CANCEL"), ok, answers("487 Request Terminated", { tag: "one" }), hears("ACK")));
  const second = await far(t, "carol2", called(invited(), answers("180 Ringing", { tag: "two" }), waits(300), answers("200 OK", { tag: "two", body: sdp() }), hears("ACK"), ...hungUp));
  const phone = await alice(t);
  phone.do("call carol");
  await phone.tells("call 1 progress 180 Ringing", "call 1 progress 180 Ringing", "call 1 accepted 200 OK");
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await Promise.all([first.done, second.done]);
});

test("two phones answer: the second is told at once that it came too late", async (t) => {
  const first = await far(t, "carol", called(invited(), waits(100), answers("200 OK", { tag: "one", body: sdp() }), hears("ACK"), ...hungUp));
  const second = await far(t, "carol2", called(invited(), answers("180 Ringing", { tag: "two" }), hears("CANCEL"), ok, answers("200 OK", { tag: "two", body: sdp() }), hears("ACK"), ...hungUp));
  const phone = await alice(t);
  phone.do("call carol");
  await phone.tells("call 1 accepted 200 OK");
  await second.done;
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await first.done;
});
