// A Kamailio at the edge of a network (RFC 3327): it keeps no bindings, takes phones' requests to the core behind it, and
// the core's to the phone that a Path names.

import { doors, preamble } from "../../e2e/lib/kamailio.mjs";

/** Its configuration on this port; `core` is the UDP port of what stands behind it, where no route says otherwise. */
export const edge = (core) => (port) => `${preamble(port, ["path"])}
modparam("path", "use_received", 1)

request_route {
  if (!mf_process_maxfwd_header("10")) {
    sl_send_reply("483", "Too Many Hops");
    exit;
  }
  force_rport();
  if (is_method("CANCEL")) {
    if (t_check_trans()) {
      t_relay();
    }
    exit;
  }
  if (is_method("REGISTER")) {
    add_path_received();
    $du = "sip:127.0.0.1:${core}";
    route(RELAY);
  }
  add_contact_alias();
  loose_route();
  if (has_totag()) {
    handle_ruri_alias();
    route(RELAY);
  }
  record_route();
  if ($du == $null) {
    $du = "sip:127.0.0.1:${core}";
  }
  route(RELAY);
}

route[RELAY] {
  t_on_reply("FROM_PHONE");
  if (!t_relay()) {
    sl_reply_error();
  }
  exit;
}

onreply_route[FROM_PHONE] {
  add_contact_alias();
}

${doors}`;
