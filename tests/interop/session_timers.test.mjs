// Session timers (RFC 4028) with SIPp as either refresher.
import { test } from "node:test";
import { acknowledges, answers, called, gets, hears, invited, replies, sdp, sends, waits } from "./lib/scenario.mjs";
import { world } from "./lib/world.mjs";

const { alice, far } = world();
const ok = replies("200 OK");
const hungUp = [hears("BYE"), ok];
const agreed = (expires, ...lines) => answers("200 OK", { lines: [`Session-Expires: ${expires}`, "Require: timer", ...lines], body: sdp() });

async function call(t, ...steps) {
  return callTo("bob", t, ...steps);
}

async function callTo(user, t, ...steps) {
  const callee = await far(t, user, called(...steps), 80);
  const phone = await alice(t);
  phone.do(`call ${user}`);
  await phone.tells("call 1 accepted 200 OK");
  return [phone, callee];
}

test("an interval that is too small is raised to what the far side wants", async (t) => {
  const [phone, bob] = await call(t,
    invited({ "Session-Expires": "1800" }), answers("422 Session Interval Too Small", { lines: ["Min-SE: 3600"] }), hears("ACK"),
    invited({ "Session-Expires": "3600", "Min-SE": "3600" }), agreed("3600;refresher=uac"), hears("ACK"), ...hungUp,
  );
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("the far side refreshes", async (t) => {
  const lines = ["Supported: timer", "Session-Expires: 90;refresher=uac"];
  const [phone, bob] = await call(t,
    invited(), agreed("90;refresher=uas"), hears("ACK"), waits(500),
    sends("UPDATE", { lines }), gets(200, { checks: { "Session-Expires": "90 *; *refresher=uac" } }),
    sends("INVITE", { lines, body: sdp() }), gets(200, { checks: { "Session-Expires": "90 *; *refresher=uac" } }), acknowledges(),
    ...hungUp,
  );
  await phone.rests(1000);
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

// No session may be shorter than 90 s (§4), so these three share the time that it takes.
test("sessions of 90 s are refreshed at half time, by UPDATE where the far side allows it, and end where it does not refresh", async (t) => {
  const byUpdate = async () => {
    const [phone, bob] = await callTo("bob", t,
      invited(), agreed("90;refresher=uac", "Allow: INVITE, ACK, BYE, CANCEL, UPDATE"), hears("ACK"),
      hears("UPDATE", { "Session-Expires": "90;refresher=uac" }), replies("200 OK", { lines: ["Session-Expires: 90;refresher=uac", "Require: timer"] }),
      ...hungUp,
    );
    await phone.rests(46_000);
    phone.do("hangup");
    await phone.tells("call 1 terminated -");
    await bob.done;
  };
  const byInvite = async () => {
    const [phone, dave] = await callTo("dave", t,
      invited(), agreed("90;refresher=uac", "Allow: INVITE, ACK, BYE, CANCEL"), hears("ACK"),
      hears("INVITE", { "Session-Expires": "90;refresher=uac" }), replies("200 OK", { lines: ["Session-Expires: 90;refresher=uac", "Require: timer"], body: sdp() }), hears("ACK"),
      ...hungUp,
    );
    await phone.rests(46_000);
    phone.do("hangup");
    await phone.tells("call 1 terminated -");
    await dave.done;
  };
  const byNobody = async () => {
    const [phone, carol] = await callTo("carol", t, invited(), agreed("90;refresher=uas"), hears("ACK"), ...hungUp);
    await phone.rests(55_000);
    await phone.tells("call 1 bye", /^call 1 terminated/);
    await carol.done;
  };
  await Promise.all([byUpdate(), byInvite(), byNobody()]);
});
