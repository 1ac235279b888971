// Which account and which server the sign-in form suggests.

/** The accounts of the embedded server. */
export const PEOPLE = ["alice", "bob", "carol"];

/** The robots of the embedded server, and what each does when called. */
export const ROBOTS = {
  echo: "answers and plays back what it hears",
  tone: "answers and plays a tone",
  ringing: "rings for five seconds, then answers like echo",
  noanswer: "rings and never answers",
  busy: "is always busy",
  reject: "always declines",
};

/** The password of a ready-made account. */
export const demoPassword = (username) => `${username}-pass`;

/**
 * The account to suggest: that of the server that delivered the page, each part replaced by the query's `user`,
 * `server`, `host` and `port`. A password never stands in an address.
 */
export function suggestedAccount(location) {
  const query = new URLSearchParams(location.search);
  const secure = location.protocol === "https:";
  const username = query.get("user") ?? PEOPLE[0];
  return {
    username,
    password: demoPassword(username),
    server: query.get("server") ?? embeddedServer(location),
    host: query.get("host") ?? location.hostname,
    port: query.get("port") ?? (location.port || (secure ? "443" : "80")),
  };
}

/** Where the server that delivered the page speaks SIP. */
export function embeddedServer(location) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/sip`;
}
