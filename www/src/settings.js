// Which account and which server the sign-in form suggests.

/**
 * What the server that delivered the page offers: `{accounts: [{user, password}], robots: [{name, does}], control}`, with a
 * password only where it is no secret, and `control` only where faults may be ordered, at that path. A server of mere files
 * offers nothing.
 */
export async function serverOffer() {
  try {
    const response = await fetch("server.json");
    if (response.ok) return await response.json();
  } catch {
    // Not the embedded server.
  }
  return { accounts: [], robots: [] };
}

/**
 * The account to suggest: the first of those offered, each part replaced by the query's `user`, `server`, `host` and
 * `port`. A password never stands in an address.
 */
export function suggestedAccount(location, accounts) {
  const query = new URLSearchParams(location.search);
  const secure = location.protocol === "https:";
  const username = query.get("user") ?? accounts[0]?.user ?? "";
  return {
    username,
    password: accounts.find(({ user }) => user === username)?.password ?? "",
    server: query.get("server") ?? embeddedServer(location),
    host: query.get("host") ?? location.hostname,
    port: query.get("port") ?? (location.port || (secure ? "443" : "80")),
  };
}

/** Further options of the device, to try them: the query's `options`, as JSON. */
export function deviceOptions(location) {
  const options = new URLSearchParams(location.search).get("options");
  try {
    return options ? JSON.parse(options) : {};
  } catch (error) {
    console.warn(`The options in the address are no JSON: ${error.message}`);
    return {};
  }
}

/** Whether an account is one of the server that delivered the page. */
export const isAtHome = ({ server }) => server === embeddedServer(location);

/** Where the server that delivered the page speaks SIP. */
function embeddedServer(location) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/sip`;
}
