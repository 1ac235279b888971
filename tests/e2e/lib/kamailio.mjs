// A real Kamailio with everything in one file: digest authentication, a registrar that knows contacts behind WebSockets,
// record-routing. It has no database, or one of text files.
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startProgram } from "./processes.mjs";

const HOST = "localhost";
/** Where its packages have empty text databases. */
const EMPTY = "/usr/share/kamailio/dbtext/kamailio";

/** Starts it on a free port with these accounts; gives `{sip, host, port, stop, restart, output}`. */
export const startKamailio = (accounts) => runKamailio((port) => configuration(port, accounts));

/** The same where its bindings outlive a restart that has a memory. */
export const startKeepingKamailio = (accounts) =>
  runKamailio((port, folder) => configuration(port, accounts, folder), ["version", "location"]);

/** Starts it on a free port, for which its configuration is made, with a folder of its own that has these tables. */
export async function runKamailio(configuration, tables = []) {
  const folder = await mkdtemp(join(tmpdir(), "kamailio-"));
  const forget = () => Promise.all(tables.map((table) => copyFile(join(EMPTY, table), join(folder, table))));
  await forget();
  const port = await freePort();
  const file = join(folder, "kamailio.cfg");
  await writeFile(file, configuration(port, folder));
  const start = () => startProgram("kamailio", ["-DD", "-E", "-f", file, "-Y", folder, "-P", join(folder, "pid"), "-m", "256", "-M", "8"], {
    isReady: (line) => (line.includes("ready for calls") ? true : undefined),
  });
  let started = await start();
  const stop = async () => {
    await started.stop();
    await rm(folder, { recursive: true });
  };
  /** Ends it, and starts it on the same port after so many milliseconds: connections are gone, and without memory bindings, too. */
  const restart = async ({ memory = false, down = 0 } = {}) => {
    await (memory ? started.stop() : started.kill());
    if (!memory) await forget();
    await pause(down);
    started = await start();
  };
  return { sip: `ws://${HOST}:${port}/`, host: HOST, port, stop, restart, output: () => started.output() };
}

/** A port that was free a moment ago, for TCP and, as good as surely, for UDP. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What every configuration begins with: listens on this port, and has these modules besides those that all need. */
export const preamble = (port, modules) => `#!KAMAILIO
debug=1
log_stderror=yes
children=1
tcp_children=2
auto_aliases=no
alias="${HOST}:${port}"
listen=tcp:127.0.0.1:${port}
listen=udp:127.0.0.1:${port}
tcp_connection_lifetime=3604
tcp_accept_no_cl=yes

${[...shared, ...modules].map((name) => `loadmodule "${name}.so"`).join("\n")}

modparam("rr", "enable_full_lr", 1)`;

/** What every configuration ends with: takes WebSockets, and says when it is ready. */
export const doors = `event_route[xhttp:request] {
  set_reply_no_connect();
  if ($hdr(Upgrade) =~ "websocket" && $hdr(Connection) =~ "[Uu]pgrade") {
    ws_handle_handshake();
    exit;
  }
  xhttp_reply("404", "Not Found", "text/plain", "Not Found");
}

event_route[core:worker-one-init] {
  xlog("L_ALERT", "ready for calls\\n");
}
`;

const shared = ["tm", "sl", "rr", "pv", "maxfwd", "textops", "siputils", "xlog", "nathelper", "xhttp", "websocket"];

/** In the text database of this folder, written at once and read at the start. */
const kept = (folder) => `modparam("usrloc", "db_mode", 1)
modparam("usrloc", "db_url", "text://${folder}")`;

const configuration = (port, accounts, folder) => `${preamble(port, ["auth", ...(folder ? ["db_text"] : []), "usrloc", "registrar"])}
${folder ? kept(folder) : 'modparam("usrloc", "db_mode", 0)'}
modparam("registrar", "received_avp", "$avp(received)")
modparam("registrar", "gruu_enabled", 1)
modparam("nathelper", "received_avp", "$avp(received)")
modparam("tm", "fr_inv_timer", 30000)

request_route {
  if (!mf_process_maxfwd_header("10")) {
    sl_send_reply("483", "Too Many Hops");
    exit;
  }
  force_rport();
  # A contact behind a WebSocket is reached through the connection that it came by.
  if (is_method("REGISTER")) {
    fix_nated_register();
  } else {
    add_contact_alias();
  }

  if (is_method("CANCEL")) {
    if (t_check_trans()) {
      t_relay();
    }
    exit;
  }
  if (has_totag()) {
    route(WITHIN_DIALOG);
  }
  t_check_trans();

  route(AUTHENTICATE);
  if (is_method("REGISTER")) {
    if (!save("location")) {
      sl_reply_error();
    }
    exit;
  }
  if (is_method("OPTIONS") && $rU == $null) {
    sl_send_reply("200", "OK");
    exit;
  }
  record_route();
  remove_hf("Route");
  if (!($rU =~ "^(${accounts.map(({ user }) => user).join("|")})$")) {
    sl_send_reply("404", "Not Found");
    exit;
  }
  if (!lookup("location")) {
    sl_send_reply("480", "Temporarily Unavailable");
    exit;
  }
  route(RELAY);
}

route[WITHIN_DIALOG] {
  if (loose_route()) {
    # A GRUU is looked up and so survives a reconnect; another contact carries its connection in an alias.
    if (is_gruu()) {
      if (!lookup("location")) {
        sl_send_reply("480", "Temporarily Unavailable");
        exit;
      }
    } else {
      handle_ruri_alias();
    }
    route(RELAY);
  }
  if (is_method("ACK")) {
    if (t_check_trans()) {
      t_relay();
    }
    exit;
  }
  sl_send_reply("404", "Not Found");
  exit;
}

route[AUTHENTICATE] {
  $var(password) = "";
  if ($au != $null) {
    switch ($au) {
${accounts.map(({ user, password }) => `      case "${user}": $var(password) = "${password}"; break;`).join("\n")}
    }
  }
  if ($au == $null || $var(password) == "" || !pv_auth_check("${HOST}", "$var(password)", "0", "0")) {
    auth_challenge("${HOST}", "1");
    exit;
  }
  if ($au != $fU && $fU != "anonymous") {
    sl_send_reply("403", "Forbidden");
    exit;
  }
  consume_credentials();
}

route[RELAY] {
  t_on_reply("FROM_WEBSOCKET");
  if (!t_relay()) {
    sl_reply_error();
  }
  exit;
}

onreply_route[FROM_WEBSOCKET] {
  add_contact_alias();
}

${doors}`;
