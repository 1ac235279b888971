import { equal, ok, replacing, turn } from "./assert.js";
import { answered, device, header, heard, story, withFarSide } from "./far_side.js";

const ENDS = ["cancel", "rejected", "failed", "bye", "terminated"];

async function registered(far, make) {
  const phone = device(make);
  const done = phone.register();
  await grant(far);
  await done;
  return phone;
}

async function grant(far) {
  const register = await far.next("REGISTER");
  equal(header(register, "Expires"), "600");
  far.answer(register, "200 OK", `Contact: ${header(register, "Contact")};expires=600`);
}

/** A further call, whose INVITE has arrived: beside the one that puts the first on hold. */
async function another(far, phone) {
  const call = phone.initiateCall("carol");
  return { call, invite: await far.next("INVITE sip:carol@example.com") };
}

const hide = (persisted) => dispatchEvent(new PageTransitionEvent("pagehide", { persisted }));
const show = (persisted) => dispatchEvent(new PageTransitionEvent("pageshow", { persisted }));

/** Runs `work(listening)`: `listening` names what is listened to of the window and the document, and `ever` what ever was. */
async function watchingListeners(work) {
  const listening = [];
  listening.ever = new Set();
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  const isWatched = (target) => [window, document, undefined].includes(target);
  EventTarget.prototype.addEventListener = function (type, ...rest) {
    if (isWatched(this)) (listening.push(type), listening.ever.add(type));
    return add.call(this ?? window, type, ...rest);
  };
  EventTarget.prototype.removeEventListener = function (type, ...rest) {
    if (isWatched(this) && listening.includes(type)) listening.splice(listening.indexOf(type), 1);
    return remove.call(this ?? window, type, ...rest);
  };
  try {
    await work(listening);
  } finally {
    Object.assign(EventTarget.prototype, { addEventListener: add, removeEventListener: remove });
  }
}

/** A device that waits for its next attempt to connect, as there is no server; `tried` is how often it has tried. */
async function waiting(make, more) {
  const phone = device(make, { wsServers: "ws://u:p@[bad]/", ...more });
  const tried = [];
  phone.on("wsConnecting", ({ attempts }) => tried.push(attempts));
  const failed = heard(phone, "wsDisconnected");
  phone.startWS();
  await failed;
  equal(tried, [1]);
  return { phone, tried };
}

const scenarios = {
  thePageIsListenedToWhileTheDeviceIsUp: (make) =>
    withFarSide({}, (far) =>
      watchingListeners(async (listening) => {
        const phone = await registered(far, make);
        equal([...listening].sort(), ["freeze", "online", "pagehide", "pageshow", "resume", "visibilitychange"]);
        const stopped = phone.stopWS();
        far.answer(await far.next("REGISTER"), "200 OK");
        await stopped;
        equal(listening, []);
        phone.startWS();
        await grant(far);
        equal(listening.length, 6);
        phone.free();
        equal(listening, []);
        ok(!listening.ever.has("unload") && !listening.ever.has("beforeunload"), [...listening.ever]);
      }),
    ),

  aPageThatGoesAwaySaysFarewellAtOnce: (make) =>
    withFarSide({}, async (far) => {
      const phone = await registered(far, make);
      const { call } = await answered(far, phone);
      const told = story(call, ENDS);
      const other = await another(far, phone);
      far.answer(other.invite, "180 Ringing");
      const toldOfOther = story(other.call, ENDS);
      const lost = heard(phone, "wsDisconnected");
      hide(false);
      ok(!far.hasNot("BYE ") && !far.hasNot("CANCEL "), "sent before the event is over");
      equal(header(await far.next("REGISTER"), "Expires"), "0");
      equal(far.socket.isClosed, true);
      equal([told, toldOfOther], [["bye", "terminated"], ["cancel", "rejected", "failed", "terminated"]]);
      equal([call.status(), phone.isRegistered(), phone.isWSConnected(), phone.calls().length], ["ended", false, false, 0]);
      equal((await lost)[0].willRetry, false);
      show(true);
      await turn();
      equal(far.sockets.length, 1);
      phone.free();
    }),

  aPageThatComesBackFromTheCacheRegistersAgain: (make) =>
    withFarSide({}, async (far) => {
      const phone = await registered(far, make);
      const lost = heard(phone, "wsDisconnected");
      hide(true);
      equal(header(await far.next("REGISTER"), "Expires"), "0");
      equal((await lost)[0].willRetry, true);
      const { held } = await navigator.locks.query();
      equal(held.map(({ name }) => name).filter((name) => name.startsWith("telnyx-device.")), []);
      // As when the page is shown for the first time.
      show(false);
      equal(far.sockets.length, 1);
      const again = heard(phone, "registered");
      show(true);
      await grant(far);
      equal((await again)[0].refresh, false);
      equal([phone.isRegistered(), far.sockets.length], [true, 2]);
      phone.free();
    }),

  whatWasStoppedStaysStopped: (make) =>
    withFarSide({}, async (far) => {
      const phone = await registered(far, make);
      // An application that does so itself, be it before the device or after it.
      addEventListener("pagehide", () => phone.stopWS(), { once: true });
      hide(true);
      show(true);
      await turn();
      equal(far.sockets.length, 1);
      phone.free();
    }),

  async newsOfThePageCutAWaitShort(make) {
    for (const [target, type] of [[window, "online"], [document, "visibilitychange"], [document, "resume"]]) {
      const { phone, tried } = await waiting(make);
      target.dispatchEvent(new Event(type));
      equal(tried, [1, 2], type);
      phone.free();
      target.dispatchEvent(new Event(type));
      await turn();
      equal(tried, [1, 2], `${type} of a freed device`);
    }
  },

  async newsOfThePageReviveADeviceThatGaveUp(make) {
    for (const [target, type] of [[window, "online"], [document, "visibilitychange"], [document, "resume"]]) {
      const { phone, tried } = await waiting(make, { reconnect: { maxAttempts: 1 } });
      const over = heard(phone, "wsDisconnected");
      target.dispatchEvent(new Event(type));
      equal([tried, (await over)[0].willRetry], [[1, 1], false], type);
      await phone.stopWS();
      target.dispatchEvent(new Event(type));
      await turn();
      equal(tried, [1, 1], `${type} of a stopped device`);
      phone.free();
    }
  },

  async aClockThatHasRunAheadIsAWakeUp(make) {
    for (const [ahead, expected] of [[1_500, [1]], [3_600_000, [1, 2]]]) {
      const { phone, tried } = await waiting(make);
      const now = Date.now;
      await replacing(Date, "now", () => now() + ahead, async () => {
        phone.unregister(); // any verb that wishes for no connection
        await turn();
        equal(tried, expected, `${ahead} ms ahead`);
      });
      phone.free();
    }
  },

  aFreedDeviceEndsItsCalls: (make) =>
    withFarSide({}, async (far) => {
      const phone = await registered(far, make);
      const { call } = await answered(far, phone);
      const told = story(call, ENDS);
      const seen = [];
      call.on("terminated", (message, cause) => seen.push(message, cause, call.status(), call.endTime !== null));
      const other = await another(far, phone);
      const toldOfOther = story(other.call, ENDS);
      phone.free();
      ok(!far.hasNot("BYE ") && !far.hasNot("CANCEL "), "the far sides are told");
      equal([told, toldOfOther], [["bye", "terminated"], ["cancel", "rejected", "failed", "terminated"]]);
      equal(seen, [null, null, "ended", true]);
      equal([other.call.status(), other.call.endCause], ["ended", "Canceled"]);
      hide(false);
      await turn();
      equal([told.length, toldOfOther.length], [2, 4]);
    }),

  aDeviceMayBeFreedByAListener: (make) =>
    withFarSide({}, async (far) => {
      const phone = await registered(far, make);
      const { call } = await answered(far, phone);
      const told = story(call, ENDS);
      const terminated = heard(call, "terminated");
      phone.on("wsDisconnected", () => phone.free());
      far.socket.drop(1006, "");
      await terminated;
      await turn();
      equal([told, call.status()], [["bye", "terminated"], "ended"]);
    }),
};

export const run = async (name, make) => scenarios[name](make);
