import JsSIP from "jssip";

export async function register({ server, host, port, user, password, stun }) {
  const options = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: stun ? [{ urls: stun }] : [] } };
  const agent = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(server)], uri: `sip:${user}@${host}:${port}`, password });
  agent.on("newRTCSession", ({ session, originator }) => originator === "remote" && session.answer(options));
  await new Promise((resolve) => {
    agent.on("registered", resolve);
    agent.start();
  });
  return (target) => {
    const session = agent.call(`sip:${target}@${host}:${port}`, options);
    return () => session.terminate();
  };
}
