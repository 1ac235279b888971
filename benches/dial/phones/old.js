import SIP from "sip.js-0.7/dist/sip.js";

export async function register({ server, host, port, user, password, stun }) {
  const options = { media: { constraints: { audio: true, video: false } } };
  const agent = new SIP.UA({
    uri: `${user}@${host}:${port}`,
    wsServers: [server],
    authorizationUser: user,
    password,
    stunServers: stun ? [stun] : [],
    log: { builtinEnabled: false },
  });
  agent.on("invite", (session) => session.accept(options));
  await new Promise((resolve) => agent.on("registered", resolve));
  return (target) => {
    const session = agent.invite(`${target}@${host}:${port}`, options);
    return () => session.terminate();
  };
}
