// A change of the session that is refused leaves the call as it was, to the ear as well.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startEmbedded } from "./lib/embedded.mjs";
import { lacksFirefox } from "./lib/firefox.mjs";
import { call, hearEachOther } from "./lib/scenarios.mjs";
import { World } from "./lib/world.mjs";

let world, server;
before(async () => {
  world = await World.start(async () => (server = await startEmbedded({ control: true })));
});
after(() => world?.close());

for (const { browser, skip } of [{ browser: "chromium", skip: false }, { browser: "firefox", skip: lacksFirefox }]) {
  test(`both hear each other in ${browser} when a hold of the caller, and one of the callee, was refused`, { skip }, async (t) => {
    const [alice, bob] = [await world.signIn(t, "alice", { browser }), await world.signIn(t, "bob", { browser })];
    await call(alice, bob);
    await hearEachOther(alice, bob);
    for (const phone of [alice, bob]) {
      await server.order("answer", { status: 488, method: "INVITE" });
      const outcome = await phone.evaluate(() => window.phone.current.handle.hold().then(() => "held", ({ sipCause }) => sipCause));
      assert.equal(outcome, "Incompatible SDP");
      await hearEachOther(alice, bob);
    }
    await alice.click("hold");
    await bob.hearsNothing();
    await alice.click("hold");
    await hearEachOther(alice, bob);
  });
}
