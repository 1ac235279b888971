import init, { TelnyxDevice } from "/pkg/telnyx_device.js";

export async function start({ server, host, port, user, password }, tell) {
  await init();
  const device = new TelnyxDevice({ host, port, wsServers: server, username: user, password, logLevel: "off" });
  let current;
  const follow = (call) => {
    current = call;
    call.on("terminated", () => tell("ended"));
  };
  device.on("wsDisconnected", () => tell("noticed"));
  device.on("invite", ({ call }) => {
    follow(call);
    call.accept();
  });
  await device.register();
  return { call: (target) => follow(device.initiateCall(target)), hangUp: () => current.disconnect() };
}
