// What else than a voice a call carries: pictures, a screen in their place, requests in its dialog.
import { after, before, test } from "node:test";
import { lacksFirefox } from "./lib/firefox.mjs";
import { call } from "./lib/scenarios.mjs";
import { World } from "./lib/world.mjs";

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.close());

/** Runs in the page: whether pictures of the far side are decoded, of this width where one is given. */
function watches(width) {
  const stream = window.phone.device.activeCall()?.remoteStream;
  if (!stream?.getVideoTracks().length) return false;
  window.film ??= Object.assign(document.createElement("video"), { muted: true });
  if (window.film.srcObject !== stream) window.film.srcObject = stream;
  // What is on no page does not play by itself.
  if (window.film.paused) window.film.play().catch(() => {});
  return window.film.currentTime > 0 && (width ? window.film.videoWidth === width : window.film.videoWidth > 0);
}

for (const { browser, skip } of [{ browser: "chromium", skip: false }, { browser: "firefox", skip: lacksFirefox }]) {
  const both = async (t) => [await world.signIn(t, "alice", { browser }), await world.signIn(t, "bob", { browser })];

  test(`two see each other in ${browser}, and one shows a screen instead`, { skip }, async (t) => {
    const [alice, bob] = await both(t);
    await alice.evaluate(() => void phone.device.initiateCall("bob", { video: true }));
    await bob.rings("alice");
    await bob.evaluate(() => void phone.incoming.handle.accept({ video: true }));
    await alice.sees("bob", watches);
    await bob.sees("alice", watches);
    await alice.evaluate(() => {
      const screen = Object.assign(document.createElement("canvas"), { width: 160, height: 96 });
      const paint = screen.getContext("2d");
      setInterval(() => paint.fillRect(Math.random() * 160, Math.random() * 96, 9, 9), 40);
      const [picture] = screen.captureStream(25).getTracks();
      const handle = phone.device.activeCall();
      return handle.replaceStream(new MediaStream([...handle.localStream.getAudioTracks(), picture]));
    });
    await bob.sees("the screen of alice", watches, 160);
    await alice.evaluate(() => phone.device.activeCall().disconnect());
    await bob.shows("outcome", /^alice hung up/);
  });

  test(`a message and an INFO arrive in the call in ${browser}`, { skip }, async (t) => {
    const [alice, bob] = await both(t);
    await call(alice, bob);
    await bob.evaluate(() => {
      window.told = [];
      phone.current.handle.on("message", ({ body }) => told.push(body));
      phone.current.handle.on("info", ({ body }) => told.push(body));
    });
    await alice.evaluate(() => phone.current.handle.sendMessage("Grüße"));
    await alice.evaluate(() => phone.current.handle.sendInfo("text/plain", "by the way"));
    await bob.sees("both", () => told.join() === "Grüße,by the way");
  });
}
