import { Inviter, Registerer, SessionState, UserAgent } from "sip.js";

export async function register({ server, host, port, user, password, stun }) {
  const uri = (name) => UserAgent.makeURI(`sip:${name}@${host}:${port}`);
  const options = { sessionDescriptionHandlerOptions: { constraints: { audio: true, video: false } } };
  const agent = new UserAgent({
    uri: uri(user),
    transportOptions: { server },
    authorizationUsername: user,
    authorizationPassword: password,
    logBuiltinEnabled: false,
    sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: { iceServers: stun ? [{ urls: stun }] : [] } },
    delegate: { onInvite: (invitation) => invitation.accept(options) },
  });
  await agent.start();
  const registerer = new Registerer(agent);
  await new Promise((resolve) => {
    registerer.stateChange.addListener((state) => state === "Registered" && resolve());
    registerer.register();
  });
  return (target) => {
    const inviter = new Inviter(agent, uri(target), options);
    inviter.invite();
    return () => (inviter.state === SessionState.Established ? inviter.bye() : inviter.cancel());
  };
}
