//! OpenSIPS and Kamailio: proxies, whose way is recorded twice where it changes from WebSocket to UDP, and whose modules
//! write parameters into routes and targets that must come back as they are.

use super::{Answers, alice, all, answers, calls, hangs_up, pings, registers};
use crate::common::{INVITE, Phone, field};

const OFFER: &str = include_str!("rtpengine.sdp");

/// A way through one proxy, and a target behind it.
fn through(routes: &[&str], target: &str) {
    let recorded: String = routes.iter().rev().map(|route| format!("Record-Route: {route}\n")).collect();
    let mut alice = alice();
    let challenge = "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"example.com\", nonce=\"6743e1f1000012a5\", qop=\"auth\"\nServer: OpenSIPS (3.4.2 (x86_64/linux))";
    let progress = format!("180 Ringing\n{recorded}Contact: <{target}>");
    let ok = format!("200 OK\n{recorded}Contact: <{target}>\nContent-Type: application/sdp\n\n{OFFER}");
    let (call, _, ack) =
        calls(&mut alice, &Answers { challenge, provisional: &["100 Giving it a try", &progress], ok: &ok });
    assert!(ack.starts_with(&format!("ACK {target} SIP/2.0\r\n")), "{ack}");
    assert_eq!(all(&ack, "Route"), routes);
    hangs_up(&mut alice, call, target, routes);

    let invite = INVITE
        .replace("Max-Forwards", &format!("{}    Max-Forwards", recorded_forwards(routes)))
        .replace("sip:bob@b.invalid", target);
    let mut alice = super::alice();
    let ack = "ACK {contact} SIP/2.0
        Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bKack
        From: {From}
        To: {To}
        Call-ID: {Call-ID}
        CSeq: 1 ACK";
    let (call, _) = answers(&mut alice, &invite, ack);
    hangs_up(&mut alice, call, target, routes);
}

fn recorded_forwards(routes: &[&str]) -> String {
    routes.iter().map(|route| format!("Record-Route: {route}\n")).collect()
}

#[test]
fn they_ask_for_a_password() {
    // Without an algorithm; with one; with all that RFC 8760 knows, the best first.
    let challenge =
        "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"Z0PhvmdD4JJk3JqR\", qop=\"auth\"";
    registers(challenge, &["realm=\"example.com\"", "qop=auth"], "Server: kamailio (5.7.4 (x86_64/linux))");
    let both = challenge.replace("\"auth\"", "\"auth,auth-int\", algorithm=MD5");
    registers(&both, &["algorithm=MD5", "qop=auth,"], "");
    let several: Vec<_> = ["SHA-512-256", "SHA-256", "MD5"]
        .iter()
        .map(|name| format!("{challenge}, algorithm={name}"))
        .collect();
    registers(
        &several.join("\n"),
        &["algorithm=SHA-512-256", "qop=auth"],
        "Server: OpenSIPS (3.4.2 (x86_64/linux))",
    );
    // Kamailio writes an opaque only where it is asked to, and a nonce-count check needs every count.
    registers(&format!("{challenge}, opaque=\"\""), &["opaque=\"\""], "");
}

#[test]
fn kamailio_records_both_of_its_faces() {
    through(
        &[
            "<sip:203.0.113.8:443;transport=ws;r2=on;lr=on;ftag=as5d8f;did=41a.9e81;nat=yes>",
            "<sip:203.0.113.8;r2=on;lr=on;ftag=as5d8f;did=41a.9e81;nat=yes>",
        ],
        "sip:bob@10.0.0.4:5062;alias=198.51.100.4~40112~1",
    );
}

#[test]
fn opensips_records_both_of_its_faces() {
    through(
        &[
            "<sip:203.0.113.8:443;transport=wss;r2=on;lr;did=c5.1d3f7b>",
            "<sip:10.0.0.8:5060;r2=on;lr;did=c5.1d3f7b>",
        ],
        "sip:bob@192.0.2.77:5060;transport=udp;ob",
    );
}

#[test]
fn two_of_them_record_themselves_by_name() {
    through(
        &[
            "<sip:edge.example.com;transport=ws;lr;vsf=AAAAAEdCQQ9CBgYABwJyR1xdR0c->",
            "<sip:core.example.com:5070;lr=on;ftag=1;vst=AAA_BQ--;rtp=bridge;x=%22a%22>",
        ],
        "sip:q1w2@e3r4.invalid;transport=ws;alias=192.0.2.5~50211~5",
    );
}

/// topology_hiding, topoh and topos leave a target that means something to them alone.
#[test]
fn a_hidden_topology_is_a_target_like_any_other() {
    through(&[], "sip:203.0.113.8:443;transport=ws;did=eff.ab1d3f52");
    through(&[], "sip:127.0.0.8;line=sr-N6IAzBFwMJZfWBF5Ma7*");
    through(&[], "sip:btpsh-6743e1f1-12a5-1@203.0.113.8;transport=ws");
    through(&["<sip:203.0.113.8:443;transport=ws;lr>"], "sip:thinfo=bG9uZw==@203.0.113.8:443");
}

#[test]
fn they_ask_whether_we_are_there() {
    // nathelper: a Via of before RFC 3261, no Max-Forwards, no brackets.
    for from in ["sip:pinger@example.com", "sip:keepalive@example.com"] {
        pings(
            &format!(
                "OPTIONS sip:q7vkp2@kf93jd.invalid;transport=ws SIP/2.0
                Via: SIP/2.0/WSS 203.0.113.8:443;branch=0
                From: {from};tag=52f9a6{{n}}
                To: sip:q7vkp2@kf93jd.invalid;transport=ws
                Call-ID: ping-{{n}}
                CSeq: 1 OPTIONS
                Content-Length: 0"
            ),
            "200 OK",
        );
    }
    // nat_traversal: any answer is a sign of life.
    pings(
        "NOTIFY sip:q7vkp2@192.0.2.1:51234;transport=ws SIP/2.0
        Via: SIP/2.0/WSS 203.0.113.8:443;branch=0
        From: sip:keepalive@203.0.113.8;tag=4f0b{n}
        To: sip:192.0.2.1:51234
        Call-ID: ping-{n}
        CSeq: 1 NOTIFY
        Event: keep-alive
        Content-Length: 0",
        "481 ",
    );
}

#[test]
fn empty_lines_are_answered_by_half_of_them() {
    let mut alice = Phone::registered();
    for ping in [&b"\r\n\r\n"[..], b"\r\n\r\n"] {
        alice.hear_bytes(ping);
        assert_eq!(alice.sends(""), "\r\n");
    }
    // Four bytes of nothing, as for UDP, and a lone line end.
    for nothing in [&b"\0\0\0\0"[..], b"\r\n", b"\n"] {
        alice.hear_bytes(nothing);
        alice.sends_nothing();
    }
    alice.told(&[]);
}

/// OpenSIPS holds a call for a phone of before RFC 3264, and what rtpengine makes of it.
#[test]
fn a_hold_by_an_address_of_zeros() {
    let mut alice = alice();
    let invite = INVITE.replace("v=0 bob", OFFER);
    let in_dialog = |request: &str, number: u32, more: &str| {
        format!(
            "{request} {{contact}} SIP/2.0
            Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bK{request}{number}
            From: {{From}}
            To: {{To}}
            Call-ID: {{Call-ID}}
            CSeq: {number} {request}
            Contact: <sip:bob@b.invalid>
            {more}"
        )
    };
    let (call, ok) = answers(&mut alice, &invite, &in_dialog("ACK", 1, ""));
    // A browser behind the proxy offers an address of zeros, too, before it has one (RFC 8829 §5.2.1).
    let zeros = OFFER.replace("c=IN IP4 203.0.113.9", "c=IN IP4 0.0.0.0");
    let browser = zeros.replace("m=audio 30112 ", "m=audio 9 ");
    for (number, offer, held) in [(2, &zeros, true), (3, &OFFER.to_owned(), false), (4, &browser, false)] {
        alice.hear_about(
            &ok,
            &in_dialog("INVITE", number, &format!("Content-Type: application/sdp\n\n{offer}")),
        );
        alice.sends("SIP/2.0 200 OK\r\n");
        alice.hear_about(&ok, &in_dialog("ACK", number, ""));
        assert_eq!(alice.agent.is_on_hold(call), (false, held), "{offer}");
    }
    alice.told(&["hold remote", "unhold remote"]);
}

/// What they answer themselves.
#[test]
fn their_own_words_are_read() {
    for (refusal, told) in [
        ("404 Not here", "404 Not Found"),
        ("408 Request Timeout", "408 Unavailable"),
        ("477 Send failed (477/TM)", "477 SIP Failure Code"),
        ("478 Unresolvable destination (478/TM)", "478 SIP Failure Code"),
        ("480 Temporarily unavailable", "480 Unavailable"),
        ("483 Too Many Hops", "483 SIP Failure Code"),
        ("500 I'm terribly sorry, server error occurred (1/SL)", "500 SIP Failure Code"),
        ("606 Not Acceptable", "606 Incompatible SDP"),
    ] {
        let mut alice = Phone::connected();
        alice.dial("bob");
        let invite = alice.sends("INVITE");
        alice.answer(
            &invite,
            "100 trying -- your call is important to us\nServer: kamailio (5.7.4 (x86_64/linux))",
        );
        alice.answer(&invite, refusal);
        let ack = alice.sends("ACK");
        assert_eq!(field(&ack, "CSeq"), "1 ACK");
        let (_, cause) = told.split_once(' ').unwrap();
        alice.told(&[
            "call connecting",
            "inviting",
            "progress 100",
            &format!("rejected {told}"),
            &format!("failed {cause}"),
            &format!("terminated {cause}"),
        ]);
        alice.comes_to_rest();
    }
}
