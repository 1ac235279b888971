//! Session descriptions for strangers (RFC 8866, RFC 8839).

use super::{HIDDEN, Pseudonyms, lex, push_token};

/// Attributes that tell nothing of who or where.
const SHOWN: [&str; 27] = [
    "rtpmap",
    "fmtp",
    "rtcp-fb",
    "ptime",
    "maxptime",
    "sendrecv",
    "sendonly",
    "recvonly",
    "inactive",
    "group",
    "mid",
    "extmap",
    "extmap-allow-mixed",
    "rtcp-mux",
    "rtcp-rsize",
    "setup",
    "fingerprint",
    "ice-ufrag",
    "ice-options",
    "ice-lite",
    "end-of-candidates",
    "bundle-only",
    "rid",
    "simulcast",
    "framerate",
    "label",
    "sctp-port",
];

pub(super) fn push(out: &mut String, text: &str, names: &mut Pseudonyms) {
    let mut rest = text;
    while !rest.is_empty() {
        let (line, more) = lex::cut_before(rest, b'\n');
        rest = more.get(1..).unwrap_or_default();
        let (kind, value) = lex::cut(line.trim_ascii_end(), 2);
        if kind.ends_with('=') {
            out.push_str(kind);
        }
        match kind {
            "a=" => push_attribute(out, value, names),
            _ if may_name(value) => out.push_str(HIDDEN),
            "v=" | "t=" | "r=" | "z=" | "b=" | "m=" => out.push_str(value),
            "o=" | "c=" => push_address_line(out, value, kind == "o=", names),
            "s=" if matches!(value, "-" | " " | "") => out.push_str(value),
            _ => out.push_str(HIDDEN),
        }
        out.push_str("\r\n");
    }
}

/// Whether there is what an address or a name of a user is written with, which belongs into no line that is shown.
fn may_name(value: &str) -> bool {
    value.contains(['@', '<', '"'])
}

/// `alice 1 2 IN IP4 192.0.2.1` and `IN IP4 192.0.2.1`: the last word is an address, that of a group with a slash.
fn push_address_line(out: &mut String, value: &str, has_user: bool, names: &mut Pseudonyms) {
    let (user, rest) = lex::split_word(value);
    if has_user && user != "-" {
        names.push_user(out, user);
        out.push(' ');
        push_words(out, rest, usize::MAX, names);
    } else {
        push_words(out, value, usize::MAX, names);
    }
}

/// Words, of which those are addresses that are the `nth` or follow a word that says so.
fn push_words(out: &mut String, mut rest: &str, nth: usize, names: &mut Pseudonyms) {
    let mut is_address = false;
    for at in 0.. {
        let (word, more) = lex::split_word(rest);
        if is_address || at == nth {
            let (address, group) = lex::cut_before(word, b'/');
            names.push_host(out, address);
            out.push_str(group);
        } else {
            out.push_str(word);
        }
        if more.is_empty() {
            return;
        }
        out.push(' ');
        rest = more;
        is_address = matches!(word, "IP4" | "IP6" | "raddr");
    }
}

fn push_attribute(out: &mut String, value: &str, names: &mut Pseudonyms) {
    let (name, value) = lex::cut_before(value, b':');
    if !lex::is_token(name) {
        return out.push_str(HIDDEN);
    }
    out.push_str(name);
    let Some(value) = value.get(1..) else { return };
    out.push(':');
    match name {
        _ if name != "ssrc" && may_name(value) => out.push_str(HIDDEN),
        // `1 1 UDP 2130706431 192.0.2.1 8998 typ srflx raddr 10.0.1.1 rport 8998`
        "candidate" => push_words(out, value, 4, names),
        "rtcp" => push_address_line(out, value, false, names),
        // What follows the number may be user@host (RFC 3550 §6.5.1).
        "ssrc" => {
            push_token(out, lex::split_word(value).0);
            out.push(' ');
            out.push_str(HIDDEN);
        }
        _ if SHOWN.contains(&name) => out.push_str(value),
        _ => out.push_str(HIDDEN),
    }
}
