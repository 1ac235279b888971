// The application that is tested: any softphone built on telnyx-device. Where its server is comes from its configuration, here
// from the page's address, so that a test can name another one.
import { TelnyxDevice } from "../node_modules/telnyx-device/npm/index.js";

const settings = new URLSearchParams(location.search);
const server = new URL(settings.get("server"));
const show = (id, text) => (document.getElementById(id).textContent = text);

const device = new TelnyxDevice({
  host: server.hostname,
  port: server.port,
  wsServers: server.href,
  username: settings.get("user"),
  password: settings.get("password"),
});
device.on("registered", () => show("connection", "ready"));
device.on("wsDisconnected", () => show("connection", "lost"));
device.on("incomingInvite", ({ activeCall }) => {
  follow(activeCall);
  activeCall.accept();
});
device.register();

document.getElementById("dial").onclick = () => follow(device.initiateCall(document.getElementById("number").value));
document.getElementById("hang-up").onclick = () => device.activeCall()?.disconnect();

function follow(call) {
  document.getElementById("hang-up").hidden = false;
  show("call", "calling");
  call.on("accepted", () => show("call", "connected"));
  call.on("recovering", () => show("call", "recovering"));
  call.on("recovered", () => show("call", "connected"));
  call.on("terminated", (_message, cause) => {
    document.getElementById("hang-up").hidden = true;
    show("call", `ended: ${cause ?? "hung up"}`);
  });
}

// For tests: what is heard of the far side, as the sum of its energy.
window.energyHeard = async () => {
  const report = await device.activeCall()?.getStats();
  return [...(report?.values() ?? [])].find(({ type }) => type === "inbound-rtp")?.totalAudioEnergy ?? 0;
};
