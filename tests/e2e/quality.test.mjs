// How calls are heard, and the check before a call, through the embedded server and its robots.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startEmbedded } from "./lib/embedded.mjs";
import { lacksFirefox } from "./lib/firefox.mjs";
import { startStun } from "./lib/stun.mjs";
import { World } from "./lib/world.mjs";

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.close());

const BROWSERS = [
  { browser: "chromium", skip: false },
  { browser: "firefox", skip: lacksFirefox },
];

/** Calls the echo, and keeps what is told of the call in `told` of the page. */
async function echoed(t, options) {
  const alice = await world.signIn(t, "alice", options);
  await alice.dial("echo");
  await alice.talks();
  await alice.evaluate(() => {
    window.told = { samples: [], warnings: [] };
    const call = phone.device.activeCall();
    call.on("quality", (sample) => told.samples.push(sample));
    call.on("warning", ({ name, value, threshold }) => told.warnings.push({ name, isOver: value > threshold }));
  });
  return alice;
}

for (const { browser, skip } of BROWSERS) {
  test(`a call in ${browser} is measured, again and again`, { skip }, async (t) => {
    const alice = await echoed(t, { browser });
    // The fake microphone of Chromium beeps twice a second, so every second has some sound. How good it is, is the machine's
    // affair while others use it; a loopback is good sooner or later.
    await alice.sees("a good sample of sound", () => told.samples.some((it) => it.levelReceived > 0.01 && it.roundTrip !== null && it.mos > 3));
    const samples = await alice.evaluate(() => told.samples);
    const isBetween = (low, value, high) => value === null || (value >= low && value <= high);
    for (const sample of samples) {
      const { mos, loss, jitter } = sample;
      assert.ok(isBetween(1, mos, 4.5) && isBetween(0, loss, 1) && isBetween(0, jitter, Infinity), JSON.stringify(sample));
    }
    const { codec, candidatePair, bitrateReceived } = samples.findLast(({ mos }) => mos > 3);
    assert.equal(codec, "opus");
    assert.equal(candidatePair.protocol, "udp");
    assert.ok(bitrateReceived > 0, `${bitrateReceived} bit/s`);
    assert.ok(samples.every(({ time }, at) => at === 0 || time > samples[at - 1].time), "each is later than the one before");
  });

  test(`in ${browser}, the far side's silence is told`, { skip }, async (t) => {
    const server = await startEmbedded();
    t.after(() => server.stop());
    const alice = await echoed(t, { browser, server });
    await alice.sees("a sample", () => told.samples.some(({ mos }) => mos !== null));
    await server.kill();
    await alice.sees("a warning", () => told.warnings.some(({ name }) => name === "noAudioReceived"));
    await alice.sees("another", () => told.warnings.some(({ name }) => name === "iceDisconnected"));
    const warnings = await alice.evaluate(() => told.warnings);
    assert.ok(warnings.every(({ isOver }) => isOver), JSON.stringify(warnings));
    assert.equal(await alice.evaluate(() => phone.device.activeCall().quality().mos), null);
  });

  test(`a check in ${browser} tries everything and leaves nothing`, { skip }, async (t) => {
    const stun = { natted: await startStun({ names: "192.0.2.7" }), plain: await startStun({ names: "127.0.0.1" }), silent: await startStun() };
    t.after(() => Object.values(stun).forEach((server) => server.close()));
    const alice = await world.signIn(t, "alice", { browser });
    const urls = Object.values(stun).map(({ url }) => url);
    await alice.evaluate((stunServers) => {
      fetch("server.json").then((response) => response.json()).then(async ({ accounts }) => {
        const { password } = accounts.find(({ user }) => user === "alice");
        const query = new URLSearchParams(location.search);
        const [host, port, wsServers] = ["host", "port", "server"].map((key) => query.get(key));
        const config = { host, port, wsServers, username: "alice", password, stunServers, logLevel: "off" };
        window.report = await phone.device.constructor.check(config, { echoTarget: "echo" });
      });
    }, urls);
    await alice.sees("the report", () => window.report);
    const { ok, results } = await alice.evaluate(() => report);
    const verdicts = results.map((result) => `${result.name} ${result.ok}`);
    assert.deepEqual(verdicts, [
      "microphone true",
      "webSocket true",
      "registration true",
      "media true",
      "stun true",
      "stun true",
      "stun false",
    ]);
    assert.equal(ok, false);
    assert.match(results.at(-1).advice, /stunServers/);
    assert.ok(results.every(({ ms }) => ms >= 0), JSON.stringify(results));
    // Whoever registers is told of every binding of the user.
    await alice.evaluate(() => {
      phone.device.once("registered", ({ response }) => (window.contacts = response.getHeaders("Contact")));
      phone.device.register();
    });
    await alice.sees("the registration again", () => window.contacts);
    const contacts = await alice.evaluate(() => contacts);
    assert.equal(contacts.length, 1, contacts.join());
  });
}
