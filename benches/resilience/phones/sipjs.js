// SIP.js as it is without help: UserAgent and Registerer with their defaults.
import { Inviter, Registerer, SessionState, UserAgent } from "sip.js";

export async function start({ server, host, port, user, password }, tell) {
  const uri = (name) => UserAgent.makeURI(`sip:${name}@${host}:${port}`);
  const options = { sessionDescriptionHandlerOptions: { constraints: { audio: true, video: false } } };
  let current;
  const follow = (session) => {
    current = session;
    session.stateChange.addListener((state) => state === SessionState.Terminated && tell("ended"));
  };
  const agent = new UserAgent({
    uri: uri(user),
    transportOptions: { server },
    authorizationUsername: user,
    authorizationPassword: password,
    logBuiltinEnabled: false,
    sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: { iceServers: [] } },
    delegate: {
      onDisconnect: () => tell("noticed"),
      onInvite(invitation) {
        follow(invitation);
        invitation.accept(options);
      },
    },
  });
  await agent.start();
  const registerer = new Registerer(agent);
  await new Promise((resolve) => {
    registerer.stateChange.addListener((state) => state === "Registered" && resolve());
    registerer.register();
  });
  return {
    call(target) {
      follow(new Inviter(agent, uri(target), options));
      current.invite();
    },
    hangUp: () => current.bye(),
  };
}
