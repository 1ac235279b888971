import { collecting, equal, failing, ok, refusesAtOnce, same } from "./assert.js";

const device = (make) => make({ host: "example.com", port: 5060 });
const event = (type, detail) => new CustomEvent(type, { detail });

const scenarios = {
  theTargetIsTheDevice(make) {
    const phone = device(make);
    let heard = 0;
    phone.addEventListener("registered", function (it) {
      heard += 1;
      same(it.target, phone, "target");
      same(it.currentTarget, phone, "currentTarget");
      same(this, phone, "this");
      equal(it.detail, { expires: 600 });
      ok(it instanceof Event, "a real event");
    });
    equal(phone.dispatchEvent(event("registered", { expires: 600 })), true);
    equal(heard, 1);
    phone.free();
  },

  optionsAreThoseOfEventTarget(make) {
    const phone = device(make);
    const heard = [];
    const hear = (name) => () => heard.push(name);
    const [once, aborted, removed, twice] = ["once", "aborted", "removed", "twice"].map(hear);
    const abort = new AbortController();
    phone.addEventListener("message", once, { once: true });
    phone.addEventListener("message", aborted, { signal: abort.signal });
    phone.addEventListener("message", removed);
    phone.addEventListener("message", twice);
    phone.addEventListener("message", twice);
    phone.addEventListener("message", null);
    const object = { handleEvent: (it) => heard.push(it.type) };
    phone.addEventListener("message", object);
    phone.dispatchEvent(event("message"));
    equal(heard.splice(0), ["once", "aborted", "removed", "twice", "message"]);
    abort.abort();
    phone.removeEventListener("message", removed);
    phone.dispatchEvent(event("message"));
    equal(heard.splice(0), ["twice", "message"]);
    phone.removeEventListener("message", object);
    phone.removeEventListener("message", twice);
    phone.dispatchEvent(event("message"));
    equal(heard, []);
    phone.free();
  },

  onGivesThePayloadAndReturnsTheDevice(make) {
    const phone = device(make);
    const heard = [];
    const hear = function (payload) {
      same(this, phone, "this");
      heard.push(payload.cause);
    };
    same(phone.on("unregistered", hear), phone, "on");
    same(phone.once("unregistered", hear), phone, "once");
    phone.dispatchEvent(event("unregistered", { cause: 1 }));
    equal(heard.splice(0), [1, 1]);
    phone.dispatchEvent(event("unregistered", { cause: 2 }));
    equal(heard.splice(0), [2]);
    same(phone.off("unregistered", hear), phone, "off");
    phone.dispatchEvent(event("unregistered", { cause: 3 }));
    equal(heard, []);
    phone.free();
  },

  oldNamesAreAliases(make) {
    const phone = device(make);
    const heard = [];
    const hear = () => heard.push("registered");
    phone.on("telnyx.sipjs.registered", hear);
    phone.dispatchEvent(event("registered"));
    phone.off("registered", hear);
    phone.dispatchEvent(event("registered"));
    phone.on("registered", hear);
    phone.off("telnyx.sipjs.registered", hear);
    phone.dispatchEvent(event("registered"));
    phone.once("telnyx.sipjs.registered", hear).on("registered", hear).off("registered");
    phone.dispatchEvent(event("registered"));
    equal(heard, ["registered"]);
    phone.free();
  },

  async aListenerThatThrowsIsReportedAndTheOthersRun(make) {
    const phone = device(make);
    const heard = [];
    const fail = () => {
      throw new Error("of the listener");
    };
    phone.addEventListener("invite", fail);
    phone.on("invite", fail);
    phone.once("invite", () => heard.push("on"));
    phone.addEventListener("invite", () => heard.push("event"));
    const errors = await collecting("error", () => phone.dispatchEvent(event("invite")));
    equal(heard, ["on", "event"]);
    equal(errors.map((it) => it.error.message), ["of the listener", "of the listener"]);
    phone.free();
  },

  theClassSaysWhatItKnows(make) {
    const phone = device(make);
    const { causes, version } = phone.constructor;
    same(causes, phone.constructor.causes, "the same each time");
    equal([causes.BUSY, causes.SIP_FAILURE_CODE, causes.WEBRTC_NOT_SUPPORTED], ["Busy", "SIP Failure Code", "WebRTC Not Supported"]);
    equal([causes.NO_ACK, causes.RTP_TIMEOUT, causes.USER_DENIED_MEDIA_ACCESS], ["No ACK", "RTP Timeout", "User Denied Media Access"]);
    equal([Object.keys(causes).length, Object.isFrozen(causes)], [24, true]);
    ok(/^\d+\.\d+\.\d+$/.test(version), version);
    equal(typeof phone[Symbol.dispose], "function");
    phone.free();
  },

  async whatIsNoListenerIsRefused(make) {
    const phone = device(make);
    for (const work of [() => phone.on("invite"), () => phone.once("invite", {}), () => phone.addEventListener("invite", 7)]) {
      ok((await failing(work)) instanceof TypeError, "a TypeError");
    }
    phone.free();
  },

  wrongArgumentsAreTypeErrorsAtOnce(make) {
    const phone = device(make);
    refusesAtOnce(phone, {
      initiateCall: [[], [7], [""], ["bob", "options"], ["bob", { extraHeaders: "X: y" }], ["bob", { extraHeaders: ["Via: x"] }], ["bob", { anonymous: 1 }]],
      sendMessage: [["bob"], [7, "hi"], ["bob", "hi", { contentType: 7 }], ["bob", "hi", { extraHeaders: ["no header"] }]],
      register: [[7], [{ extraHeaders: ["X: y\r\nVia: z"] }]],
      unregister: [[{ all: "yes" }]],
    });
    refusesAtOnce(phone.initiateCall("bob"), {
      accept: [[7]],
      reject: [["busy"], [{ statusCode: 200 }], [{ statusCode: "486" }], [{ reasonPhrase: 7 }]],
      disconnect: [[7], [{ reason: 7 }], [{ reason: "a\r\nVia: b" }], [{ extraHeaders: "X: y" }]],
      mute: [[], [null], ["yes"], [1]],
      sendDigits: [[], [1], ["1", 100], ["1", { duration: "100" }], ["1", { gap: -1 }], ["1", { transport: "rtp" }]],
      transfer: [[], [7], [{}], ["carol", 7], ["carol", { extraHeaders: ["no header"] }]],
      sendInfo: [["text/plain"], [7, "x"], ["text/plain", "x", { extraHeaders: "X: y" }]],
      sendMessage: [[], [7], ["hi", { contentType: 7 }]],
    });
    phone.free();
  },
};

export const run = async (name, make) => scenarios[name](make);
