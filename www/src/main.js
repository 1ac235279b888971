// Starts the page: loads the SDK, makes the phone, hangs the views on it.
import init, { TelnyxDevice } from "../../pkg/telnyx_device.js";
import { Faults } from "./faults.js";
import { Phone } from "./phone.js";
import { listenToKeys } from "./keyboard.js";
import { Ringer } from "./ringer.js";
import { deviceOptions, serverOffer, suggestedAccount } from "./settings.js";
import { part } from "./dom.js";
import { showAccount } from "./view/account.js";
import { showCall } from "./view/call.js";
import { showDialer } from "./view/dialer.js";
import { showFaults } from "./view/faults.js";
import { showGuide } from "./view/guide.js";
import { showIncoming } from "./view/incoming.js";
import { showLog } from "./view/log.js";
import { showMedia } from "./view/media.js";
import { showNotice } from "./view/notice.js";
import { showReferral } from "./view/referral.js";
import { showSignIn } from "./view/sign-in.js";

const root = (id) => document.getElementById(id);
const phone = new Phone((config) => new TelnyxDevice({ ...config, ...deviceOptions(location) }));

const offered = await serverOffer();
const suggestion = suggestedAccount(location, offered.accounts);
const dialer = showDialer(root("dialer"), phone, offered);
const call = showCall(root("call"), phone);
const views = [
  showSignIn(root("sign-in"), phone, suggestion, offered.accounts),
  showAccount(root("account"), phone),
  showNotice(root("notice"), phone),
  showIncoming(root("incoming"), phone),
  showReferral(root("referral"), phone),
  showMedia(root("media"), phone),
  dialer,
  call,
  new Ringer(phone),
];
if (offered.accounts.length > 0) views.push(showGuide(root("guide"), phone, suggestion, offered));
if (offered.control) views.push(showFaults(root("faults"), phone, new Faults(phone, offered.control)));
showLog(root("log"), phone);
listenToKeys(phone, { dialer, call });

phone.addEventListener("change", () => {
  for (const view of views) view.render();
});

// For the console: `phone.device` is the TelnyxDevice, `phone.calls` are the calls on the page.
window.phone = phone;

try {
  await init();
  phone.ready();
} catch (error) {
  const problem = part(root("sign-in"), "problem");
  problem.textContent = `The phone could not be loaded: ${error.message ?? error}`;
  problem.hidden = false;
}
