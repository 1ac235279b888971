// Events (RFC 6665): SIPp is the notifier.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, called, gets, hears, opened, replies, sends } from "./lib/scenario.mjs";
import { world } from "./lib/world.mjs";

const { alice, far } = world();
const lasts = (seconds) => ({ lines: [`Expires: ${seconds}`] });
/** The first SUBSCRIBE comes, and is granted for so many seconds. */
const granted = (event, seconds = 600) => [opened("SUBSCRIBE", { Event: event }), answers("200 OK", lasts(seconds))];
/** News of it. */
const notifies = (event, state, body) => [sends("NOTIFY", { lines: [`Event: ${event}`, `Subscription-State: ${state}`], body }), gets(200)];
/** The subscriber wants no more. */
const isLeft = (event) => [hears("SUBSCRIBE", { Expires: " 0" }), replies("200 OK", lasts(0)), ...notifies(event, "terminated;reason=timeout")];

const mailbox = (waiting, counts) => ({ type: "application/simple-message-summary", text: `Messages-Waiting: ${waiting}\nMessage-Account: sip:bob@example.com\nVoice-Message: ${counts}` });
const xml = (type, text) => ({ type, text: `<?xml version="1.0"?>\n${text}` });
const dialogs = (version, inner) =>
  xml("application/dialog-info+xml", `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="sip:bob@example.com">${inner}</dialog-info>`);
const presence = (basic) =>
  xml("application/pidf+xml", `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:bob@example.com"><tuple id="t1"><status><basic>${basic}</basic></status></tuple></presence>`);

/** alice has subscribed to an event of bob's, whose phone takes these steps. */
async function subscribing(t, event, ...steps) {
  const bob = await far(t, "bob", called(...steps));
  const phone = await alice(t);
  phone.do(`subscribe bob ${event}`);
  await phone.tells("done subscribe");
  return [phone, bob];
}

async function leave(phone, bob) {
  phone.do("unsubscribe");
  await phone.tells("subscription terminated -", "done unsubscribe");
  await bob.done;
}

test("a mailbox is watched (RFC 3842)", async (t) => {
  const event = "message-summary";
  const [phone, bob] = await subscribing(t, event, ...granted(event),
    ...notifies(event, "active;expires=600", mailbox("no", "0/8")), ...notifies(event, "active;expires=590", mailbox("yes", "2/8 (1/0)")), ...isLeft(event),
  );
  await phone.tells("subscription active waiting false voice-message 0/8", "subscription active waiting true voice-message 2/8");
  await leave(phone, bob);
});

test("what another does on the phone is watched (RFC 4235)", async (t) => {
  const [phone, bob] = await subscribing(t, "dialog", ...granted("dialog"),
    ...notifies("dialog", "active;expires=600", dialogs(0, "")),
    ...notifies("dialog", "active;expires=600", dialogs(1, '<dialog id="d1" direction="recipient"><state>early</state></dialog>')), ...isLeft("dialog"),
  );
  await phone.tells("subscription active dialogs of sip:bob@example.com", "subscription active dialogs of sip:bob@example.com d1 Early");
  await leave(phone, bob);
});

test("whether another is there is watched, once they agree (RFC 3856)", async (t) => {
  const [phone, bob] = await subscribing(t, "presence", ...granted("presence"),
    ...notifies("presence", "pending;expires=600"), ...notifies("presence", "active;expires=600", presence("open")), ...isLeft("presence"),
  );
  await phone.tells(/^subscription pending/, "subscription active presence of sip:bob@example.com t1 Some(true)");
  await leave(phone, bob);
});

test("a subscription is refreshed before it is over", async (t) => {
  const [phone, bob] = await subscribing(t, "presence", ...granted("presence", 2), ...notifies("presence", "active;expires=2"),
    hears("SUBSCRIBE"), replies("200 OK", lasts(600)), ...notifies("presence", "active;expires=600", presence("closed")), ...isLeft("presence"),
  );
  await phone.tells("subscription active presence of sip:bob@example.com t1 Some(false)");
  await leave(phone, bob);
});

test("a life that is too brief is asked for anew (423)", async (t) => {
  const [phone, bob] = await subscribing(t, "dialog", hears("SUBSCRIBE", { Expires: " 3600" }), replies("423 Interval Too Brief", { lines: ["Min-Expires: 7200"] }),
    opened("SUBSCRIBE", { Expires: " 7200" }), answers("200 OK", lasts(7200)), ...notifies("dialog", "active;expires=7200", dialogs(0, "")), ...isLeft("dialog"),
  );
  await phone.tells(/^subscription active dialogs/);
  await leave(phone, bob);
});

for (const [status, cause] of [["489 Bad Event", "SIP Failure Code"], ["403 Forbidden", "Rejected"], ["404 Not Found", "Not Found"]]) {
  test(`a subscription that is refused is over (${status})`, async (t) => {
    const [phone, bob] = await subscribing(t, "dialog", hears("SUBSCRIBE"), replies(status));
    await phone.tells(`subscription terminated ${cause} (${status})`);
    await bob.done;
    await phone.rests();
    await phone.hasSent(2, "SUBSCRIBE"); // the second with credentials
  });
}

for (const reason of ["rejected", "noresource", "invariant"]) {
  test(`a notifier ends it for good (${reason})`, async (t) => {
    const [phone, bob] = await subscribing(t, "presence", ...granted("presence"), ...notifies("presence", "active"), ...notifies("presence", `terminated;reason=${reason}`));
    await phone.tells(/^subscription active/, /^subscription ends/, /^subscription terminated/);
    await bob.done;
    await phone.rests();
    await phone.hasSent(2, "SUBSCRIBE");
  });
}

for (const [reason, wait] of [["deactivated", 0], ["timeout", 0], ["probation;retry-after=2", 1_900], ["giveup;retry-after=2", 1_900]]) {
  test(`a notifier ends it for now, and it is made anew (${reason})`, async (t) => {
    const first = await far(t, "bob", called(...granted("presence"), ...notifies("presence", "active"), ...notifies("presence", `terminated;reason=${reason}`)));
    const phone = await alice(t);
    phone.do("subscribe bob presence");
    await phone.tells(/^subscription ends/, /^subscription interrupted/);
    const ended = Date.now();
    await first.done;
    const second = await far(t, "bob", called(...granted("presence"), ...notifies("presence", "active", presence("open")), ...isLeft("presence")));
    await phone.tells("subscription active presence of sip:bob@example.com t1 Some(true)");
    assert.ok(Date.now() - ended >= wait);
    await leave(phone, second);
  });
}

test("a notifier that knows nothing of it any more is asked anew (481)", async (t) => {
  const gone = await far(t, "bob", called(...granted("presence", 2), ...notifies("presence", "active;expires=2"), hears("SUBSCRIBE"), replies("481 Subscription Does Not Exist")));
  const phone = await alice(t);
  phone.do("subscribe bob presence");
  await gone.done;
  const again = await far(t, "bob", called(...granted("presence"), ...notifies("presence", "active", presence("open")), ...isLeft("presence")));
  await phone.tells("subscription active presence of sip:bob@example.com t1 Some(true)");
  await leave(phone, again);
});

test("a subscription lives on when the connection is lost", async (t) => {
  const [phone, bob] = await subscribing(t, "presence", ...granted("presence"), ...notifies("presence", "active;expires=600"),
    hears("SUBSCRIBE"), replies("200 OK", lasts(600)), ...notifies("presence", "active;expires=600", presence("open")), ...isLeft("presence"),
  );
  await phone.tells(/^subscription active/);
  phone.do("drop");
  await phone.tells("subscription active presence of sip:bob@example.com t1 Some(true)");
  await leave(phone, bob);
});

test("what another can do is asked (OPTIONS)", async (t) => {
  const bob = await far(t, "bob", called(hears("OPTIONS", { Accept: "application/sdp" }), replies("200 OK", { lines: ["Allow: INVITE, ACK, BYE"] })));
  const phone = await alice(t);
  phone.do("options bob");
  await phone.tells("capabilities INVITE, ACK, BYE", "done options");
  await bob.done;
});
