// The phone behind the page, outside React: a store of immutable states, and the verbs that change them.
import { TelnyxDevice } from "telnyx-device";
import type { CallEvents, Cause, DeviceEvents, HoldState, TelnyxCall, TelnyxDeviceConfig, TelnyxEventTarget } from "telnyx-device";

/** What there is to see of a call. */
export interface CallState {
  readonly call: TelnyxCall;
  readonly peer: string;
  readonly stage: "incoming" | "answering" | "calling" | "ringing" | "connected" | "ending";
  readonly muted: boolean;
  readonly hold: HoldState;
  /** Its connection is lost, and is being restored. */
  readonly interrupted: boolean;
  /** The tones sent so far. */
  readonly digits: string;
}

/** What there is to see of the phone. */
export interface PhoneState {
  readonly registration: "registering" | "registered" | "reconnecting" | "failed";
  readonly calls: readonly CallState[];
  /** What went wrong or was missed, for a person to read. */
  readonly notice: string | null;
  readonly microphones: readonly MediaDeviceInfo[];
  readonly speakers: readonly MediaDeviceInfo[];
}

export const AT_REST: PhoneState = { registration: "registering", calls: [], notice: null, microphones: [], speakers: [] };

/** Why a call came to its end, where it was not by a person at this page. */
function ending({ peer, call }: CallState, cause: Cause | null): string {
  if (cause === "Terminated") return `${peer} hung up.`;
  if (call.isIncoming() && !call.answerTime && (cause === "Canceled" || cause === "No Answer")) return `Missed call from ${peer}.`;
  return `The call with ${peer} ended: ${cause ?? "no reason given"}.`;
}

/** How to listen to a device or call until there is the signal to leave. */
function listening<Events>(target: TelnyxEventTarget<Events>, signal: AbortSignal) {
  return <Type extends keyof Events>(type: Type, listener: (detail: Events[Type]) => void) =>
    target.addEventListener(type, ({ detail }) => listener(detail), { signal });
}

export class Phone {
  readonly #config: TelnyxDeviceConfig;
  readonly #readers = new Set<() => void>();
  #state = AT_REST;
  #device: TelnyxDevice | undefined;
  /** Takes every listener off a device that is done with. */
  #leaving = new AbortController();

  constructor(config: TelnyxDeviceConfig) {
    this.#config = config;
  }

  /** As useSyncExternalStore wants it. There is a device for as long as there is a reader. */
  readonly subscribe = (reader: () => void) => {
    this.#readers.add(reader);
    queueMicrotask(this.#settle);
    return () => {
      this.#readers.delete(reader);
      queueMicrotask(this.#settle);
    };
  };

  readonly state = () => this.#state;

  /** StrictMode goes and comes back within one turn, and finds the device as it was. */
  readonly #settle = () => {
    if (this.#readers.size > 0) this.#device ??= this.#start();
    else this.#stop();
  };

  #start(): TelnyxDevice | undefined {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    let device: TelnyxDevice;
    try {
      device = new TelnyxDevice(this.#config);
    } catch (error) {
      this.#set({ registration: "failed", notice: String(error) });
      return undefined;
    }
    const on = listening<DeviceEvents>(device, signal);
    on("wsConnected", () => this.#set({ registration: "registering" }));
    on("wsDisconnected", ({ willRetry }) => this.#set({ registration: willRetry ? "reconnecting" : "failed" }));
    on("registered", () => this.#set({ registration: "registered" }));
    on("registrationFailed", ({ cause }) => {
      // While there is no connection, `wsDisconnected` has said so.
      if (device.isWSConnected()) this.#set({ registration: "failed", notice: `The server refused the registration: ${cause}.` });
    });
    on("invite", ({ call }) => this.#follow(call));
    on("devicesChanged", ({ lost: [gone] }) => {
      if (gone) this.#set({ notice: `${gone.label} is gone; the default one is used in its place.` });
      void this.#listDevices(device);
    });
    on("error", ({ message }) => this.#set({ notice: message }));
    void device.register();
    void this.#listDevices(device);
    return device;
  }

  /** Hangs up, unregisters, disconnects, and lets go of all that the device held; nothing is heard of it any more. */
  #stop() {
    this.#leaving.abort();
    const device = this.#device;
    void device?.stopWS().finally(() => device.free());
    this.#device = undefined;
    this.#state = AT_REST;
  }

  readonly dial = (target: string) => {
    this.#set({ notice: null });
    return this.#attempt((device) => this.#follow(device.initiateCall(target)));
  };

  readonly accept = (call: TelnyxCall) => {
    this.#update(call, { stage: "answering" });
    // What becomes of it, the events of the call tell.
    void call.accept();
  };

  readonly decline = (call: TelnyxCall) => {
    this.#update(call, { stage: "ending" });
    void call.reject({ statusCode: 603, reasonPhrase: "Decline" });
  };

  readonly hangUp = (call: TelnyxCall) => {
    this.#update(call, { stage: "ending" });
    void call.disconnect();
  };

  readonly toggleMute = (call: TelnyxCall) => call.mute(!call.isMuted());
  readonly toggleHold = (call: TelnyxCall) => this.#attempt(() => (call.isOnHold().local ? call.unhold() : call.hold()));
  readonly press = (call: TelnyxCall, key: string) => this.#attempt(() => call.sendDigits(key));
  readonly chooseMicrophone = (id: string) => this.#attempt((device) => device.setMicrophone(id));
  readonly chooseSpeaker = (id: string) => this.#attempt((device) => device.setSpeaker(id));

  /** Does what a person asks for, and tells where that fails. */
  async #attempt(wish: (device: TelnyxDevice) => unknown) {
    try {
      if (this.#device) await wish(this.#device);
    } catch (error) {
      this.#set({ notice: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Shows a call until it has ended. */
  #follow(call: TelnyxCall) {
    const { signal } = this.#leaving;
    const { displayName, uri } = call.remoteIdentity;
    const peer = displayName || uri.user || uri.host;
    const stage = call.isIncoming() ? "incoming" : "calling";
    const first: CallState = { call, peer, stage, muted: false, hold: call.isOnHold(), interrupted: false, digits: "" };
    this.#set({ calls: [...this.#state.calls, first] });

    const on = listening<CallEvents>(call, signal);
    const update = (change: Partial<CallState>) => this.#update(call, change);
    on("userMedia", () => void this.#listDevices(this.#device));
    on("progress", ({ response }) => response.statusCode > 100 && update({ stage: "ringing" }));
    on("accepted", () => update({ stage: "connected" }));
    on("muted", () => update({ muted: true }));
    on("unmuted", () => update({ muted: false }));
    on("hold", () => update({ hold: call.isOnHold() }));
    on("unhold", () => update({ hold: call.isOnHold() }));
    on("recovering", () => update({ interrupted: true }));
    on("recovered", () => update({ interrupted: false }));
    let digits = "";
    on("dtmf", ({ dtmf }) => dtmf.direction === "out" && update({ digits: (digits += dtmf.tone) }));
    on("terminated", ({ cause }) => {
      const view = this.#of(call);
      const calls = this.#state.calls.filter((other) => other !== view);
      this.#set(view && view.stage !== "ending" ? { calls, notice: ending(view, cause) } : { calls });
    });
  }

  #of(call: TelnyxCall) {
    return this.#state.calls.find((view) => view.call === call);
  }

  #update(call: TelnyxCall, change: Partial<CallState>) {
    this.#set({ calls: this.#state.calls.map((view) => (view.call === call ? { ...view, ...change } : view)) });
  }

  /** Browsers show names and ids once the page may use the microphone. */
  async #listDevices(device: TelnyxDevice | undefined) {
    if (!device) return;
    const named = (found: MediaDeviceInfo[]) => found.filter(({ deviceId }) => deviceId && deviceId !== "default");
    const [microphones, speakers] = await Promise.all([device.microphones(), device.speakers()]);
    if (device === this.#device) this.#set({ microphones: named(microphones), speakers: named(speakers) });
  }

  #set(change: Partial<PhoneState>) {
    this.#state = { ...this.#state, ...change };
    for (const reader of this.#readers) reader();
  }
}
