// Pages that go away, pages that come back, and a network that does.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { isInside } from "../../scripts/lib/isolation.mjs";
import { startEmbedded } from "./lib/embedded.mjs";
import { lacksFirefox } from "./lib/firefox.mjs";
import { call, hearEachOther } from "./lib/scenarios.mjs";
import { World } from "./lib/world.mjs";

// Firefox closes the sockets of a page as soon as it begins to load another one: it is the next page that says farewell.
const SPEAKING = [{ browser: "chromium", skip: false }, { browser: "cachingChromium", skip: false }];
const ALL = [...SPEAKING, { browser: "firefox", skip: lacksFirefox }];
const ONLINE = [{ browser: "chromium", skip: lacksNetwork() }, { browser: "firefox", skip: lacksFirefox }];

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.close());

function lacksNetwork() {
  return isInside() ? false : "without a network of its own";
}

/** By the network where the browser looks at it, by its own switch where it does not. */
function setOffline(phone, browser, isOffline) {
  if (browser === "firefox") return phone.setOffline(isOffline);
  assert.equal(spawnSync("ip", ["link", "set", "on0", isOffline ? "down" : "up"]).status, 0);
}

for (const { browser, skip } of SPEAKING) {
  test(`a page that is left in ${browser} hangs up and leaves no binding`, { skip }, async (t) => {
    const [alice, bob] = [await world.signIn(t, "alice", { browser }), await world.signIn(t, "bob")];
    await call(alice, bob);
    await hearEachOther(alice, bob);
    const left = performance.now();
    await alice.leave(world.elsewhere);
    await bob.shows("outcome", /^alice hung up/);
    t.diagnostic(`the far side knew after ${Math.round(performance.now() - left)} ms`);
    await bob.dial("alice");
    await bob.shows("outcome", "alice is not available");
  });

  test(`a page that is left in ${browser} while it calls cancels, while it rings declines`, { skip }, async (t) => {
    const [alice, bob] = [await world.signIn(t, "alice", { browser }), await world.signIn(t, "bob")];
    await alice.dial("bob");
    await bob.rings("alice");
    await alice.leave(world.elsewhere);
    await bob.shows("outcome", "Missed call from alice");
    const again = await world.signIn(t, "alice", { browser });
    await bob.dial("alice");
    await again.rings("bob");
    await again.leave(world.elsewhere);
    await bob.shows("outcome", "alice is not available");
  });

  test(`a tab that is closed in ${browser} hangs up`, { skip }, async (t) => {
    const [alice, bob] = [await world.signIn(t, "alice", { browser }), await world.signIn(t, "bob")];
    await call(alice, bob);
    await alice.closeTab();
    await bob.shows("outcome", /^alice hung up/);
  });
}

for (const { browser, skip } of ALL) {
  test(`a page that is reloaded in ${browser} without \`persist\` has hung up, and has one binding`, { skip }, async (t) => {
    const [alice, bob] = [await world.signIn(t, "alice", { browser }), await world.signIn(t, "bob")];
    await call(alice, bob);
    await alice.evaluate(() => location.reload());
    if (browser !== "firefox") await bob.shows("outcome", /^alice hung up/);
    await alice.loaded();
    await alice.signInAndRegister();
    await bob.shows("outcome", /^alice hung up/);
    const contacts = await alice.evaluate(() => phone.log.messages.findLast(({ text }) => /^CSeq: \d+ REGISTER/m.test(text)).text.match(/^Contact:/gm).length);
    assert.equal(contacts, 1);
    await call(bob, alice);
  });
}

// Firefox keeps no page that had a socket when it was left; Chromium may have decided before it knows of the end of a peer connection.
test("a page that comes back from the cache of Chromium is registered again", async (t) => {
  const config = { warm: false };
  const [alice, bob] = [await world.signIn(t, "alice", { browser: "cachingChromium", config }), await world.signIn(t, "bob")];
  await alice.evaluate(() => {
    window.shown = [];
    addEventListener("pageshow", ({ persisted }) => shown.push(persisted));
  });
  await alice.leave(world.elsewhere);
  await bob.dial("alice");
  await bob.shows("outcome", "alice is not available");
  await alice.comeBack();
  await alice.sees("the page that it was", () => window.shown?.join() === "true");
  await alice.shows("status", "Ready to call");
  await call(bob, alice);
  await hearEachOther(bob, alice);
});

for (const { browser, skip } of ONLINE) {
  test(`${browser} is connected as soon as it is online`, { skip }, async (t) => {
    const server = await startEmbedded();
    t.after(() => server.stop());
    // It would wait for longer than the test.
    const config = { reconnect: { minDelay: 60, maxDelay: 60 } };
    const alice = await world.signIn(t, "alice", { browser, server, config });
    await server.kill();
    await alice.sees("that it waits", () => phone.connection === "lost" && phone.attempts > 0);
    const back = await startEmbedded({ port: server.port });
    t.after(() => back.stop());
    await alice.evaluate(() => {
      window.heard = [];
      for (const type of ["offline", "online"]) addEventListener(type, () => heard.push(type));
    });
    await setOffline(alice, browser, true);
    await alice.sees("that it is offline", () => heard.at(-1) === "offline");
    await setOffline(alice, browser, false);
    await alice.sees("that it is online", () => heard.at(-1) === "online");
    const online = performance.now();
    await alice.shows("status", "Ready to call");
    t.diagnostic(`registered ${Math.round(performance.now() - online)} ms after it was online`);
  });
}
