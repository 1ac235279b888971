// What TypeScript must take, and what it must refuse, of pkg/telnyx_device.d.ts. `tsc` is the test.
import init, { TelnyxDevice } from "../../pkg/telnyx_device.js";
import type {
  CallEvents,
  Cause,
  Causes,
  DeviceEvents,
  HoldState,
  QualityRange,
  SipIdentity,
  SipMessage,
  SipRequest,
  SipResponse,
  Subscription,
  TelnyxCall,
  TelnyxDeviceConfig,
  TelnyxError,
  TelnyxMessage,
  TelnyxTrace,
  TraceEntry,
  TraceJSON,
} from "../../pkg/telnyx_device.js";

/** Compiles only where the two types are one; `any` is none but itself. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <_ extends true>(): void => undefined;

await init();

const config: TelnyxDeviceConfig = {
  host: "example.com",
  port: 443,
  wsServers: [{ uri: "wss://a", weight: 1 }, "wss://b"],
  stunServers: "stun:a",
  turnServers: { urls: ["turn:a"], username: "u", password: "p" },
  logLevel: "warn",
};
new TelnyxDevice({ ...config, password: async (realm) => realm.toUpperCase(), authorizationUser: "a", sessionTimers: false, persist: "session" });
new TelnyxDevice({ ...config, ha1: { realm: "a", md5: "b" }, sessionTimers: { expires: 90, refresher: "uas" }, extraHeaders: ["X-A: b"] });
new TelnyxDevice({ ...config, flows: 2, wsServers: ["wss://a", "wss://b"] });
// @ts-expect-error: three flows
new TelnyxDevice({ ...config, flows: 3 });
new TelnyxDevice({ ...config, reconnect: { minDelay: 1, maxDelay: 60, fraction: 0.3, jitter: 0, maxAttempts: 5 }, keepAliveInterval: 10 });
new TelnyxDevice({ ...config, iceGatheringTimeout: 300, rtcConfiguration: { iceTransportPolicy: "relay" }, warm: false });
// @ts-expect-error: an unknown policy
new TelnyxDevice({ ...config, rtcConfiguration: { iceTransportPolicy: "none" } });
// @ts-expect-error: a hash is of one realm
new TelnyxDevice({ ...config, ha1: { md5: "b" } });
// @ts-expect-error: host is required
new TelnyxDevice({ port: 1 });
// @ts-expect-error: an unknown key
new TelnyxDevice({ host: "a", port: 1, hots: "b" });
// @ts-expect-error: a TURN server needs a password
new TelnyxDevice({ host: "a", port: 1, turnServers: { urls: "turn:a", username: "u" } });
// @ts-expect-error: an unknown level
new TelnyxDevice({ host: "a", port: 1, logLevel: "info" });

const device = new TelnyxDevice(config);
is<Same<typeof device, TelnyxDevice>>();
// @ts-expect-error: private
device.password;

// As an EventTarget.
const target: EventTarget = device;
target.dispatchEvent(new Event("registered"));
device.addEventListener("invite", function (event) {
  is<Same<typeof event.detail.activeCall, TelnyxCall>>();
  is<Same<typeof event.target, TelnyxDevice>>();
  is<Same<typeof this, TelnyxDevice>>();
});
device.addEventListener("registered", { handleEvent: (event) => is<Same<typeof event.detail.expires, number>>() }, { once: true });
device.addEventListener("sip", (event) => is<Same<typeof event.detail.direction, "in" | "out">>(), {
  signal: new AbortController().signal,
});
device.addEventListener("of my own", (event) => is<Same<typeof event, Event>>());

// By on, once and off, by the names of old too.
device
  .on("wsDisconnected", ({ code, willRetry }) => is<Same<[typeof code, typeof willRetry], [number, boolean]>>())
  .on("wsDisconnected", ({ flow, server }) => is<Same<[typeof flow, typeof server], [number, string]>>())
  .once("telnyx.sipjs.registrationFailed", ({ cause, response }) => {
    is<Same<typeof cause, Cause>>();
    is<Same<typeof response, SipResponse | null>>();
  })
  .on("message", ({ message }) => {
    is<Same<typeof message, TelnyxMessage>>();
    message.respond(488, "Not here");
    is<Same<ReturnType<typeof message.reply>, Promise<void>>>();
    // @ts-expect-error: a status is a number
    message.respond("488");
  })
  .on("registered", ({ publicGruu, flowTimer }) => is<Same<[typeof publicGruu, typeof flowTimer], [string | null, number | null]>>())
  .on("error", (error) => is<Same<typeof error, TelnyxError>>())
  .on("recoveredCall", ({ call }) => call.isOnHold().local)
  .on("redirect", ({ call, contacts, accept, reject }) => {
    is<Same<typeof call, TelnyxCall>>();
    const [first] = contacts;
    if (first) accept(first);
    else reject();
  })
  .off("registered");
// @ts-expect-error: no such event
device.on("registred", () => undefined);

// Methods.
is<Same<ReturnType<typeof device.startWS>, Promise<void>>>();
is<Same<ReturnType<typeof device.register>, Promise<void>>>();
is<Same<ReturnType<typeof device.activeCall>, TelnyxCall | undefined>>();
await device.register({ extraHeaders: ["X-A: b"] });
await device.unregister({ all: true });
await device.sendMessage("bob", "hello", { contentType: "text/plain" });
// @ts-expect-error: a target is a string
device.initiateCall(7);

is<Same<typeof TelnyxDevice.causes.BUSY, "Busy">>();
is<Same<typeof TelnyxDevice.version, string>>();
is<Same<Causes[keyof Causes], Cause>>();

const subscription = device.subscribe("bob", "message-summary", { expires: 60, accept: ["a/b"] });
is<Same<typeof subscription, Subscription>>();
subscription.on("notify", ({ parsed, request }) => {
  is<Same<typeof request.method, string>>();
  if (parsed?.type === "message-summary") is<Same<typeof parsed.waiting, boolean>>();
  else if (parsed?.type === "dialog") is<Same<typeof parsed.dialogs[number]["callId"], string | null>>();
});
subscription.addEventListener("terminated", ({ detail, target }) => {
  is<Same<typeof detail.cause, Cause | null>>();
  is<Same<typeof target, Subscription>>();
});
is<Same<ReturnType<typeof subscription.unsubscribe>, Promise<void>>>();
is<Same<typeof subscription.state, "subscribing" | "pending" | "active" | "terminated">>();
const publication = device.publish("presence", "<presence/>", { contentType: "application/pidf+xml" });
publication.once("published", ({ expires }) => is<Same<typeof expires, number>>());
await publication.update("<presence/>");
await publication.unpublish();
is<Same<ReturnType<typeof device.options>, Promise<SipResponse>>>();
// @ts-expect-error: no such event
subscription.on("notified", () => undefined);

class MyPhone extends TelnyxDevice {
  greet = (): string => "hello";
}
is<Same<ReturnType<MyPhone["greet"]>, string>>();

const call = device.initiateCall("bob", { extraHeaders: [], displayName: "Support", fromUser: "help", anonymous: false });
is<Same<typeof call, TelnyxCall>>();
call.on("accepted", (data) => is<Same<typeof data.statusCode, number>>());
call.on("failed", (response, cause) => is<Same<[typeof response, typeof cause], [SipResponse | null, Cause | null]>>());
call.on("dtmf", (request, dtmf) => is<Same<[typeof request, typeof dtmf.tone], [SipRequest | null, string]>>());
call.on("info", (request) => is<Same<typeof request, SipRequest>>());
call.addEventListener("message", ({ detail }) => is<Same<typeof detail.message, TelnyxMessage>>());
call.on("terminated", (message) => is<Same<typeof message, SipMessage | null>>());
call.on("hold", (originator) => is<Same<typeof originator, "local" | "remote">>());
call.on("refer", ({ target, accept }) => {
  if (target) is<Same<ReturnType<typeof accept>, TelnyxCall>>();
});
call.on("transferProgress", ({ statusCode, reasonPhrase }) => is<Same<[typeof statusCode, typeof reasonPhrase], [number, string]>>());
call.on("replaced", (newCall) => is<Same<typeof newCall, TelnyxCall>>());
call.on("recovering", (reason) => is<Same<typeof reason, "signaling" | "media" | "network" | "reload">>());
call.addEventListener("recovered", ({ detail }) => is<Same<typeof detail.reason, "signaling" | "media" | "network" | "reload">>());
call.addEventListener("confirmed", ({ detail }) => is<Same<typeof detail, null>>());
call.addEventListener("transferred", ({ detail }) => is<Same<typeof detail, null>>());
call.on("getDescription", (description) => {
  description.sdp += "a=x:1\r\n";
});
call.addEventListener("addStream", ({ detail, target }) => {
  is<Same<typeof detail.event.stream, MediaStream>>();
  is<Same<typeof target, TelnyxCall>>();
});
// @ts-expect-error: the argument is a response
call.on("progress", (response: string) => response);
await call.accept();
await call.reject({ statusCode: 486, reasonPhrase: "Busy Here" });
await call.disconnect({ reason: "SIP;cause=200" });
await call.sendDigits("12#", { duration: 100, gap: 50 });
await call.sendDigits("1", { transport: "info" });
// @ts-expect-error: there is no such transport
call.sendDigits("1", { transport: "rtp" });
await call.hold();
await call.unhold();
is<Same<ReturnType<typeof call.isOnHold>, HoldState>>();
await call.transfer("carol", { extraHeaders: ["X-A: b"] });
await call.transfer(device.initiateCall("carol"));
// @ts-expect-error: a target or a call
call.transfer(7);
await call.sendInfo("text/plain", "hello");
await call.sendMessage("hello", { contentType: "text/plain" });
is<Same<[typeof call.id, typeof call.startTime, typeof call.answerTime, typeof call.endTime], [string, number, number | null, number | null]>>();
is<Same<[typeof call.endCause, typeof call.remoteIdentity, typeof call.autoAnswer], [Cause | null, SipIdentity, number | null]>>();
is<Same<ReturnType<typeof device.calls>, TelnyxCall[]>>();
call.mute(true);
// @ts-expect-error: whether to
call.mute();
is<Same<ReturnType<typeof call.status>, "starting" | "initiating" | "connected" | "ended">>();
if (call.request) {
  is<Same<typeof call.request.from.uri.user, string | undefined>>();
  is<Same<typeof call.request.from.friendlyName, string>>();
}

call.on("quality", (sample) => is<Same<typeof sample.mos, number | null>>());
call.addEventListener("warning", ({ detail }) => {
  // @ts-expect-error: no such warning
  if (detail.warning.name === "highHopes") call.disconnect();
});
is<Same<Awaited<ReturnType<typeof call.getStats>>, RTCStatsReport>>();
is<Same<NonNullable<ReturnType<typeof call.summary>>["mos"], QualityRange | null>>();
await call.publishQuality();
await call.publishQuality("sip:collector@example.com");
const report = await TelnyxDevice.check(config, { echoTarget: "echo" });
is<Same<(typeof report.results)[number]["advice"], string | null>>();

try {
  await device.startWS();
} catch (error) {
  if (error instanceof TelnyxDevice.TelnyxError) {
    is<Same<typeof error, TelnyxError>>();
    is<Same<[typeof error.code, typeof error.sipCause], [string, Cause | null]>>();
  }
}

const trace = device.trace({ redact: "all" });
is<Same<typeof trace, TelnyxTrace>>();
is<Same<[ReturnType<typeof trace.pcapng>, ReturnType<typeof trace.toJSON>], [Uint8Array<ArrayBuffer>, TraceJSON]>>();
for (const entry of trace.entries) {
  is<Same<typeof entry, TraceEntry>>();
  if (entry.kind === "message") is<Same<typeof entry.direction, "in" | "out">>();
  else is<Same<typeof entry.call, number | null>>();
}
// @ts-expect-error: credentials are always taken out
device.trace({ redact: "none" });
{
  using temporary = new TelnyxDevice(config);
  temporary.isWSConnected();
}

// No `any` in what events carry.
type IsAny<T> = 0 extends 1 & T ? true : false;
type AnyOf<Events> = { [Name in keyof Events]: IsAny<Events[Name]> }[keyof Events];
is<Same<AnyOf<DeviceEvents>, false>>();
is<Same<AnyOf<CallEvents>, false>>();
