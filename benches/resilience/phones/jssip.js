import JsSIP from "jssip";

export async function start({ server, host, port, user, password }, tell) {
  const options = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };
  const agent = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(server)], uri: `sip:${user}@${host}:${port}`, password });
  let current;
  agent.on("disconnected", () => tell("noticed"));
  agent.on("newRTCSession", ({ session, originator }) => {
    current = session;
    for (const end of ["ended", "failed"]) session.on(end, () => tell("ended"));
    if (originator === "remote") session.answer(options);
  });
  await new Promise((resolve) => {
    agent.once("registered", resolve);
    agent.start();
  });
  return { call: (target) => void agent.call(`sip:${target}@${host}:${port}`, options), hangUp: () => current.terminate() };
}
