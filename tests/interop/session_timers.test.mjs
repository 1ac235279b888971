// Session timers (RFC 4028) with SIPp as either refresher.
import { test } from "node:test";
import { acknowledges, answers, called, gets, hears, invited, replies, sdp, sends, waits } from "./lib/scenario.mjs";
import { world } from "./lib/world.mjs";

const { alice, far } = world();
const ok = replies("200 OK");
const hungUp = [hears("BYE"), ok];
const agreed = (expires, ...lines) => answers("200 OK", { lines: [`Session-Expires: ${expires}`, "Require: timer", ...lines], body: sdp() });

async function call(t, ...steps) {
  const bob = await far(t, "bob", called(...steps));
  const phone = await alice(t);
  phone.do("call bob");
  await phone.tells("call 1 accepted 200 OK");
  return [phone, bob];
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

test("we refresh by UPDATE where the far side allows it", async (t) => {
  const [phone, bob] = await call(t,
    invited(), agreed("4;refresher=uac", "Allow: INVITE, ACK, BYE, CANCEL, UPDATE"), hears("ACK"),
    hears("UPDATE", { "Session-Expires": "refresher=uac" }), replies("200 OK", { lines: ["Session-Expires: 4;refresher=uac", "Require: timer"] }),
    hears("UPDATE"), replies("200 OK", { lines: ["Session-Expires: 90;refresher=uac", "Require: timer"] }),
    ...hungUp,
  );
  await phone.rests(4500);
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("we refresh by re-INVITE where it does not", async (t) => {
  const [phone, bob] = await call(t,
    invited(), agreed("4;refresher=uac", "Allow: INVITE, ACK, BYE, CANCEL"), hears("ACK"),
    hears("INVITE", { "Session-Expires": "refresher=uac" }), replies("200 OK", { lines: ["Session-Expires: 90;refresher=uac", "Require: timer"], body: sdp() }), hears("ACK"),
    ...hungUp,
  );
  await phone.rests(2500);
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("the far side refreshes", async (t) => {
  const lines = ["Supported: timer", "Session-Expires: 90;refresher=uac"];
  const [phone, bob] = await call(t,
    invited(), agreed("3;refresher=uas"), hears("ACK"), waits(500),
    sends("UPDATE", { lines }), gets(200, { checks: { "Session-Expires": "90 *; *refresher=uac" } }),
    sends("INVITE", { lines, body: sdp() }), gets(200, { checks: { "Session-Expires": "90 *; *refresher=uac" } }), acknowledges(),
    ...hungUp,
  );
  await phone.rests(3000);
  phone.do("hangup");
  await phone.tells("call 1 terminated -");
  await bob.done;
});

test("the far side does not refresh, and the call ends", async (t) => {
  const [phone, bob] = await call(t, invited(), agreed("3;refresher=uas"), hears("ACK"), ...hungUp);
  await phone.tells("call 1 bye", /^call 1 terminated/);
  await bob.done;
});
