// PUBLISH (RFC 3903): SIPp keeps what is published.
import { test } from "node:test";
import { called, hears, says } from "./lib/scenario.mjs";
import { network } from "./lib/world.mjs";

const { alice, far } = network();
const keeps = (tag, seconds) => says("200 OK", `SIP-ETag: ${tag}`, `Expires: ${seconds}`);
const comes = (checks) => hears("PUBLISH", { Event: "presence", ...checks });
const isTakenBack = (tag) => [comes({ "SIP-If-Match": tag, Expires: " 0" }), keeps("none", 0)];

/** alice publishes that she is here; then these steps. */
async function publishing(t, ...steps) {
  const core = await far(t, "core", called(...steps));
  const phone = alice(t);
  phone.do("publish presence here");
  await phone.tells("done publish");
  return [phone, core];
}

async function takeBack(phone, core) {
  phone.do("unpublish");
  await phone.tells("publication terminated - (200 OK)", "done unpublish");
  await core.done;
}

test("something is published, changed and taken back", async (t) => {
  const [phone, core] = await publishing(t,
    comes({ Expires: " 3600", body: "here" }), keeps("one", 3600), comes({ "SIP-If-Match": "one", body: "away" }), keeps("two", 3600), ...isTakenBack("two"),
  );
  await phone.tells("publication published 3600");
  phone.do("republish away");
  await phone.tells("publication published 3600");
  await takeBack(phone, core);
});

test("it is refreshed without its body before it is over", async (t) => {
  const [phone, core] = await publishing(t, comes({ body: "here" }), keeps("one", 2), comes({ "SIP-If-Match": "one", "Content-Length": " 0" }), keeps("two", 3600), ...isTakenBack("two"));
  await phone.tells("publication published 2", "publication refreshed 3600");
  await takeBack(phone, core);
});

test("what was forgotten is published anew (412)", async (t) => {
  const [phone, core] = await publishing(t,
    comes({ body: "here" }), keeps("one", 2), comes({ "SIP-If-Match": "one" }), says("412 Conditional Request Failed"), comes({ body: "here" }), keeps("three", 3600), ...isTakenBack("three"),
  );
  await phone.tells("publication published 2", /^publication (published|refreshed) 3600/);
  await takeBack(phone, core);
});

test("a life that is too brief is asked for anew (423)", async (t) => {
  const [phone, core] = await publishing(t, comes(), says("423 Interval Too Brief", "Min-Expires: 7200"), comes({ Expires: " 7200" }), keeps("one", 7200), ...isTakenBack("one"));
  await phone.tells("publication published 7200");
  await takeBack(phone, core);
});

test("an event that the server does not know is not published (489)", async (t) => {
  const [phone, core] = await publishing(t, comes(), says("489 Bad Event", "Allow-Events: dialog"));
  await phone.tells("publication terminated SIP Failure Code (489 Bad Event)");
  await core.done;
});
