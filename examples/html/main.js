// The page: who signs in has a phone, until they sign out.
import { TelnyxDevice } from "telnyx-device";
import { CallCard } from "./call-card.js";

const element = (id) => document.getElementById(id);
const [signIn, account, notice, dial, calls, devices] = ["sign-in", "account", "notice", "dial", "calls", "devices"].map(element);

let device;

signIn.addEventListener("submit", (event) => {
  event.preventDefault();
  const { server, username, password } = Object.fromEntries(new FormData(signIn));
  const { hostname, port, protocol } = new URL(server);
  attempt(() => {
    device = new TelnyxDevice({ host: hostname, port: port || (protocol === "wss:" ? 443 : 80), wsServers: server, username, password });
    element("user").textContent = username;
    listen(device);
    show(true);
    device.register();
    listDevices();
  });
});

element("sign-out").addEventListener("click", () => {
  // Hangs up, unregisters, disconnects, and lets go of all that the device held. What it still has to tell is of no interest.
  const ours = device;
  device = undefined;
  ours.stopWS().finally(() => ours.free());
  calls.replaceChildren();
  show(false);
});

dial.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(() => follow(device.initiateCall(dial.elements.target.value)));
});

for (const [id, verb] of [["microphone", "setMicrophone"], ["speaker", "setSpeaker"]]) {
  element(id).addEventListener("change", ({ target }) => attempt(() => device[verb](target.value)));
}

/** Shows the phone, or the form to sign in. */
function show(isSignedIn) {
  signIn.hidden = isSignedIn;
  for (const part of [account, dial, devices]) part.hidden = !isSignedIn;
  notice.textContent = "";
  say("Registering…");
}

function listen(ours) {
  const on = (type, listener) => ours.on(type, (detail) => ours === device && listener(detail));
  on("wsConnected", () => say("Registering…"));
  on("wsDisconnected", ({ willRetry }) => say(willRetry ? "No connection, trying again…" : "Not registered"));
  on("registered", () => say("Ready to call"));
  on("registrationFailed", ({ cause }) => {
    // While there is no connection, `wsDisconnected` has said so.
    if (!ours.isWSConnected()) return;
    say("Not registered");
    tell(`The server refused the registration: ${cause}.`);
  });
  on("invite", ({ call }) => follow(call));
  on("devicesChanged", ({ lost: [gone] }) => {
    if (gone) tell(`${gone.label} is gone; the default one is used in its place.`);
    listDevices();
  });
  on("error", ({ message }) => tell(message));
}

/** Shows a call until it has ended. */
function follow(call) {
  const owner = device;
  const card = new CallCard(call, {
    attempt,
    // The buttons of a call that is over are gone: whoever was on one is back where calls begin.
    onEnd: () => dial.elements.target.focus(),
    onEnded: (why) => why && owner === device && tell(why),
  });
  calls.append(card.element);
  call.on("userMedia", listDevices);
}

/** Browsers show names and ids once the page may use the microphone. */
async function listDevices() {
  if (!device) return;
  const lists = await Promise.all([device.microphones(), device.speakers()]);
  for (const [index, id] of ["microphone", "speaker"].entries()) {
    const select = element(id);
    const chosen = select.value;
    const named = lists[index].filter(({ deviceId }) => deviceId && deviceId !== "default");
    select.replaceChildren(new Option("Default", "default"), ...named.map(({ label, deviceId }) => new Option(label, deviceId)));
    select.value = named.some(({ deviceId }) => deviceId === chosen) ? chosen : "default";
  }
}

/** Does what a person asks for, and tells where that fails. */
async function attempt(wish) {
  tell("");
  try {
    await wish();
  } catch (error) {
    tell(error.message);
  }
}

function say(registration) {
  element("registration").textContent = registration;
}

function tell(text) {
  notice.textContent = text;
}
