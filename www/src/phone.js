// The model of the page: one account, its connection and registration, its calls. Views read it and call its verbs.
import { Call } from "./call.js";
import { SipLog } from "./log.js";
import { Outage } from "./outage.js";
import { closing, outage, registrationFailure } from "./words.js";

/**
 * A softphone over a TelnyxDevice; `change` is dispatched whenever anything a view shows did, `levels` ten times a second
 * of a call (detail: that of the device's event).
 */
export class Phone extends EventTarget {
  /** `loading`, `signed-out`, `signing-in` or `signed-in`. */
  stage = "loading";
  /** Who is or was signing in: `{username, password, server, host, port}`. */
  account;
  /** `connecting`, `connected`, `lost` (retries go on) or `disconnected`. */
  connection = "disconnected";
  /** `none`, `registering` or `registered`. */
  registration = "none";
  /** The number of the present attempt to connect. */
  attempts = 0;
  /** What went wrong with signing in or registering, in words. */
  failure;
  /** The living calls, the latest placed or answered one last. */
  calls = [];
  /** The call that ended last. */
  lastCall;
  /** Whom the far side of a call asks to be transferred to: `{name, target, accept, reject}`. */
  referral;
  /** True while another call is being dialed beside those that go on. */
  adding = false;
  /** What the browser shows of the devices. */
  microphones = [];
  speakers = [];
  /** The last loss of the connection, an Outage. */
  outage;
  /** The text message that came last: `{from, text}`. */
  notice;
  /** The TelnyxDevice of the account. */
  device;
  /** The SIP messages of every account since the page was opened. */
  log = new SipLog();

  #makeDevice;

  /** `makeDevice` makes a TelnyxDevice of its configuration. */
  constructor(makeDevice) {
    super();
    this.#makeDevice = makeDevice;
  }

  /** The SDK is loaded: signing in may begin. */
  ready() {
    this.#set({ stage: "signed-out" });
  }

  /** The call attended to: it talks, calls out, is being answered, or waits on hold where no other does. */
  get current() {
    return this.calls.findLast((call) => call.state !== "incoming");
  }

  /** The calls that go on beside it. */
  get others() {
    return this.calls.filter((call) => call.state !== "incoming" && call !== this.current);
  }

  /** The call that waits for an answer. */
  get incoming() {
    return this.calls.find((call) => call.state === "incoming");
  }

  signIn(account) {
    const { username, password, server, host, port } = account;
    try {
      this.device = this.#makeDevice({ host, port, wsServers: server, username, password });
    } catch (error) {
      this.#set({ account, failure: error.message });
      return;
    }
    this.#set({ account, stage: "signing-in", connection: "connecting", registration: "registering", attempts: 0, failure: undefined, outage: undefined });
    this.#listen(this.device);
    this.device.register();
    this.#listDevices(this.device);
  }

  /** Hangs up, removes the registration, closes the connection. */
  signOut(failure) {
    if (!this.device) return;
    this.device.stopWS();
    this.device = undefined;
    this.#set({ stage: "signed-out", connection: "disconnected", registration: "none", calls: [], lastCall: undefined, referral: undefined, adding: false, notice: undefined, failure });
  }

  /** Connects and registers again after the device gave up. */
  reconnect() {
    this.#set({ connection: "connecting", registration: "registering", failure: undefined });
    this.device.register();
  }

  /** Registers once more before it is time, as a check of what the server still knows. */
  refresh() {
    this.device.register();
  }

  /** Calls a name, a number or a SIP address; throws a TypeError where it is none. */
  dial(target) {
    this.#follow(new Call(this.device.initiateCall(target), target));
    this.add(false);
  }

  /** Shows the dialer beside the calls that go on, or no more. */
  add(adding) {
    this.#set({ adding });
  }

  /** Attends to another call; the device puts the present one on hold. */
  swapTo(call) {
    this.#attendTo(call);
    if (call.hold.local) call.toggleHold();
  }

  /** Lets the far side be transferred as it asks, or not. */
  answerReferral(agreed) {
    const { accept, reject, target } = this.referral;
    this.#set({ referral: undefined });
    if (agreed) this.#follow(new Call(accept(), target));
    else reject();
  }

  /** Has all calls use this `microphone` or `speaker`. */
  choose(kind, deviceId) {
    const chosen = kind === "microphone" ? this.device.setMicrophone(deviceId) : this.device.setSpeaker(deviceId);
    // One that is gone by now is told of by `devicesChanged`.
    chosen.catch(() => {});
  }

  dismissNotice() {
    this.#set({ notice: undefined });
  }

  /** Answers the waiting call; the device puts one that goes on on hold. */
  answer() {
    const call = this.incoming;
    this.#attendTo(call);
    call.answer();
  }

  #listen(device) {
    // A device that was signed out may still have something to tell; only its messages are of interest then.
    const on = (event, listener) => device.on(event, (detail) => device === this.device && listener(detail));
    device.on("sip", (message) => this.log.add(message));

    on("wsConnecting", ({ attempts }) => {
      this.#set({ attempts, connection: this.connection === "lost" ? "lost" : "connecting" });
    });
    on("wsConnected", () => this.#set({ connection: "connected", registration: device.isRegistered() ? "registered" : "registering" }));
    on("wsDisconnected", ({ code, reason, willRetry }) => {
      if (device.isWSConnected()) return; // by its other connection
      if (this.connection === "connected") this.#lose(closing(code, reason));
      this.#set({ connection: willRetry ? "lost" : "disconnected", registration: "none" });
      if (this.stage === "signing-in" && !willRetry) this.signOut(`No connection to ${this.account.server}`);
    });
    on("levels", (detail) => this.dispatchEvent(new CustomEvent("levels", { detail })));
    on("devicesChanged", ({ microphones, speakers }) => this.#set({ microphones, speakers }));
    on("registered", () => {
      this.#settle(() => this.outage?.end());
      this.#set({ stage: "signed-in", registration: "registered", failure: undefined });
    });
    on("unregistered", () => this.#set({ registration: "none" }));
    on("registrationFailed", (detail) => {
      const failure = registrationFailure(detail);
      // While the connection itself is at fault, its own events tell more.
      if (detail.cause === "Connection Error") return;
      if (this.stage === "signing-in") this.signOut(failure);
      else this.#set({ registration: "none", failure });
    });
    on("invite", ({ activeCall }) => this.#follow(new Call(activeCall)));
    on("recoveredCall", ({ call }) => this.#follow(new Call(call)));
    on("message", ({ message }) => this.#set({ notice: { from: message.from.displayName || message.from.uri.user, text: message.body } }));
  }

  /** Asks the browser what there is; it shows the names once the microphone is permitted. */
  async #listDevices(device) {
    const [microphones, speakers] = await Promise.all([device.microphones(), device.speakers()]);
    if (device === this.device) this.#set({ microphones, speakers });
  }

  #attendTo(call) {
    this.#set({ calls: [...this.calls.filter((other) => other !== call), call], adding: false });
  }

  #follow(call) {
    call.handle.once("userMedia", () => this.#listDevices(this.device));
    call.handle.on("refer", ({ target, accept, reject }) => {
      this.#set({ referral: { name: call.name, target: target?.uri.user ?? String(target?.uri ?? "somebody"), accept, reject, call } });
    });
    call.addEventListener("change", () => {
      if (call.state === "ended" && this.calls.includes(call)) {
        this.calls = this.calls.filter((other) => other !== call);
        this.lastCall = call;
        if (this.referral?.call === call) this.referral = undefined;
      }
      this.#settle(() => this.outage?.settle());
      this.#set({});
    });
    this.#set({ calls: [...this.calls, call] });
  }

  #lose(why) {
    this.outage = new Outage(this.calls);
    this.log.mark(`Connection lost: ${why}`, "bad");
  }

  /** Tells, once, that an outage is over for all that it concerned. */
  #settle(look) {
    const before = this.outage?.kept;
    look();
    if (this.outage?.kept !== before) this.log.mark(outage(this.outage), "good");
  }

  #set(fields) {
    Object.assign(this, fields);
    this.dispatchEvent(new Event("change"));
  }
}
