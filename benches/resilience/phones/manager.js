// SIP.js with its SessionManager, which connects again by itself, with the defaults of that.
import { SessionManager } from "sip.js/lib/platform/web/index.js";

export async function start({ server, host, port, user, password }, tell) {
  let current;
  const registered = Promise.withResolvers();
  const manager = new SessionManager(server, {
    aor: `sip:${user}@${host}:${port}`,
    media: { constraints: { audio: true, video: false } },
    userAgentOptions: {
      authorizationUsername: user,
      authorizationPassword: password,
      logBuiltinEnabled: false,
      sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: { iceServers: [] } },
    },
    delegate: {
      onRegistered: registered.resolve,
      onServerDisconnect: () => tell("noticed"),
      onCallCreated: (session) => (current = session),
      onCallReceived: (session) => manager.answer(session),
      onCallHangup: () => tell("ended"),
    },
  });
  await manager.connect();
  await manager.register();
  await registered.promise;
  return { call: (target) => void manager.call(`sip:${target}@${host}:${port}`), hangUp: () => manager.hangup(current) };
}
