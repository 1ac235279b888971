// A composable: a phone that is registered for as long as the component is mounted. What it holds of the device is
// shallow, since a device or call that Vue has wrapped in a proxy is not the same object any more.
import { onBeforeUnmount, onMounted, ref, shallowRef } from "vue";
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

export type Registration = "registering" | "registered" | "reconnecting" | "failed";

/** Why a call came to its end, where it was not by a person at this page. */
function ending({ peer, call }: CallState, cause: Cause | null): string {
  if (cause === "Terminated") return `${peer} hung up.`;
  if (call.isIncoming() && !call.answerTime && (cause === "Canceled" || cause === "No Answer")) return `Missed call from ${peer}.`;
  return `The call with ${peer} ended: ${cause ?? "no reason given"}.`;
}

/** Browsers show names and ids once the page may use the microphone. */
const named = (found: MediaDeviceInfo[]) => found.filter(({ deviceId }) => deviceId && deviceId !== "default");

export function useTelnyxDevice(config: TelnyxDeviceConfig) {
  const registration = ref<Registration>("registering");
  const calls = shallowRef<readonly CallState[]>([]);
  /** What went wrong or was missed, for a person to read. */
  const notice = ref("");
  const microphones = shallowRef<MediaDeviceInfo[]>([]);
  const speakers = shallowRef<MediaDeviceInfo[]>([]);

  let device: TelnyxDevice | undefined;
  /** Takes every listener off when the component goes. */
  const leaving = new AbortController();

  function listening<Events>(target: TelnyxEventTarget<Events>) {
    return <Type extends keyof Events>(type: Type, listener: (detail: Events[Type]) => void) =>
      target.addEventListener(type, ({ detail }) => listener(detail), { signal: leaving.signal });
  }

  // Not before it is mounted: a server that renders the page has no use of a device.
  onMounted(() => {
    try {
      device = new TelnyxDevice(config);
    } catch (error) {
      registration.value = "failed";
      notice.value = String(error);
      return;
    }
    listen(device);
    void device.register();
    void listDevices();
  });

  // Hangs up, unregisters, disconnects, and lets go of all that the device held; also where a module is replaced while it is
  // developed.
  onBeforeUnmount(() => {
    leaving.abort();
    void device?.stopWS().finally(() => device?.free());
  });

  function listen(device: TelnyxDevice) {
    const on = listening<DeviceEvents>(device);
    on("wsConnected", () => (registration.value = "registering"));
    on("wsDisconnected", ({ willRetry }) => (registration.value = willRetry ? "reconnecting" : "failed"));
    on("registered", () => (registration.value = "registered"));
    on("registrationFailed", ({ cause }) => {
      // While there is no connection, `wsDisconnected` has said so.
      if (!device.isWSConnected()) return;
      registration.value = "failed";
      notice.value = `The server refused the registration: ${cause}.`;
    });
    on("invite", ({ call }) => follow(call));
    on("devicesChanged", ({ lost: [gone] }) => {
      if (gone) notice.value = `${gone.label} is gone; the default one is used in its place.`;
      void listDevices();
    });
    on("error", ({ message }) => (notice.value = message));
  }

  /** Shows a call until it has ended. */
  function follow(call: TelnyxCall) {
    const { displayName, uri } = call.remoteIdentity;
    const peer = displayName || uri.user || uri.host;
    const stage = call.isIncoming() ? "incoming" : "calling";
    calls.value = [...calls.value, { call, peer, stage, muted: false, hold: call.isOnHold(), interrupted: false, digits: "" }];

    const on = listening<CallEvents>(call);
    let digits = "";
    on("userMedia", () => void listDevices());
    on("progress", ({ response }) => response.statusCode > 100 && update(call, { stage: "ringing" }));
    on("accepted", () => update(call, { stage: "connected" }));
    on("muted", () => update(call, { muted: true }));
    on("unmuted", () => update(call, { muted: false }));
    on("hold", () => update(call, { hold: call.isOnHold() }));
    on("unhold", () => update(call, { hold: call.isOnHold() }));
    on("recovering", () => update(call, { interrupted: true }));
    on("recovered", () => update(call, { interrupted: false }));
    on("dtmf", ({ dtmf }) => dtmf.direction === "out" && update(call, { digits: (digits += dtmf.tone) }));
    on("terminated", ({ cause }) => {
      const view = calls.value.find((view) => view.call === call);
      calls.value = calls.value.filter((other) => other !== view);
      if (view && view.stage !== "ending") notice.value = ending(view, cause);
    });
  }

  function update(call: TelnyxCall, change: Partial<CallState>) {
    calls.value = calls.value.map((view) => (view.call === call ? { ...view, ...change } : view));
  }

  async function listDevices() {
    if (!device) return;
    const [ins, outs] = await Promise.all([device.microphones(), device.speakers()]);
    microphones.value = named(ins);
    speakers.value = named(outs);
  }

  /** Does what a person asks for, and tells where that fails. */
  async function attempt(wish: (device: TelnyxDevice) => unknown) {
    try {
      if (device) await wish(device);
    } catch (error) {
      notice.value = error instanceof Error ? error.message : String(error);
    }
  }

  // What becomes of a call that is accepted, declined or hung up, its events tell.
  return {
    registration,
    calls,
    notice,
    microphones,
    speakers,
    dial(target: string) {
      notice.value = "";
      void attempt((device) => follow(device.initiateCall(target)));
    },
    accept(call: TelnyxCall) {
      update(call, { stage: "answering" });
      void call.accept();
    },
    decline(call: TelnyxCall) {
      update(call, { stage: "ending" });
      void call.reject({ statusCode: 603, reasonPhrase: "Decline" });
    },
    hangUp(call: TelnyxCall) {
      update(call, { stage: "ending" });
      void call.disconnect();
    },
    toggleMute: (call: TelnyxCall) => call.mute(!call.isMuted()),
    toggleHold: (call: TelnyxCall) => attempt(() => (call.isOnHold().local ? call.unhold() : call.hold())),
    press: (call: TelnyxCall, key: string) => attempt(() => call.sendDigits(key)),
    chooseMicrophone: (id: string) => attempt((device) => device.setMicrophone(id)),
    chooseSpeaker: (id: string) => attempt((device) => device.setSpeaker(id)),
  };
}
