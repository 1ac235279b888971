import init, { TelnyxDevice } from "/pkg/telnyx_device.js";

export async function register({ server, host, port, user, password, stun }) {
  await init();
  const device = new TelnyxDevice({ host, port, wsServers: server, username: user, password, stunServers: stun, logLevel: "off" });
  device.on("invite", ({ call }) => call.accept());
  await device.register();
  return (target) => {
    const call = device.initiateCall(target);
    return () => call.disconnect();
  };
}
