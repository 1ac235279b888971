// What calls leave behind in a page: nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { soak } from "../../benches/soak/calls.mjs";
import { startEmbedded } from "./lib/embedded.mjs";
import { launchChromium } from "./lib/chromium.mjs";
import { installLedger } from "./lib/ledger.mjs";

test("twenty calls, stopWS and free leave nothing", async () => {
  const { blank, registered, leftovers, stopped, freed, heap } = await soak({ calls: 20, every: 10 });
  assert.equal(registered["peer connections"], 1, "the one that is kept ready");
  assert.deepEqual(leftovers, []);
  // It may be started again, as the same instance.
  assert.deepEqual(stopped, { ...blank, locks: 1 });
  assert.deepEqual(freed, blank);
  const [, ten, twenty] = heap;
  // Some are only there while something is under way, such as for an alarm.
  assert.ok(twenty.references < ten.references + 8, `the module refers to ${ten.references} values, then to ${twenty.references}`);
  assert.ok(twenty.connections <= 1, `${twenty.connections} peer connections are kept from the garbage collector`);
});

test("the ledger sees what is left", async (t) => {
  const server = await startEmbedded();
  t.after(() => server.stop());
  const browser = await launchChromium();
  t.after(() => browser.close());
  const tab = await browser.open(new URL("server.json", server.page).href, { install: installLedger });
  const [left, over] = await tab.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const track = stream.getTracks()[0].clone();
    const connection = new RTCPeerConnection();
    const context = new AudioContext();
    const element = Object.assign(new Audio(), { srcObject: stream });
    const [timer, interval] = [setTimeout(() => {}, 60_000), setInterval(() => {}, 60_000)];
    const controller = new AbortController();
    const listener = () => {};
    addEventListener("online", listener);
    addEventListener("online", listener);
    navigator.mediaDevices.addEventListener("devicechange", listener, { signal: controller.signal });
    connection.addEventListener("track", listener, { once: true });
    const left = await ledger.count();
    [...stream.getTracks(), track].forEach((it) => it.stop());
    await context.close();
    element.srcObject = null;
    clearTimeout(timer);
    clearInterval(interval);
    removeEventListener("online", listener);
    controller.abort();
    connection.dispatchEvent(new Event("track"));
    connection.close();
    return [left, await ledger.count()];
  });
  assert.deepEqual(left, {
    AudioContexts: 1,
    "listener of MediaDevices devicechange": 1,
    "listener of RTCPeerConnection track": 1,
    "listener of Window online": 1,
    "live tracks": 2,
    "media elements": 1,
    "peer connections": 1,
    timers: 2,
  });
  assert.deepEqual(over, {});
});
