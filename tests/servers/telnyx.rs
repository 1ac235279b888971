//! Telnyx: proxies of the Kamailio kind at the edge, which record themselves twice as the way changes from WebSocket to
//! UDP, before a FreeSWITCH with an address inside.

use super::{Answers, alice, all, calls, hangs_up, pings, registers};
use crate::common::{Phone, field};

/// Without `qop`, with an opaque that names a server inside, and with base64 in the nonce.
const CHALLENGE: &str = r#"WWW-Authenticate: Digest realm="sip.telnyx.com", nonce="aZd2+2mXdc/Fm8LSKfGjrtllo5vsuBEhL6VSjUA=", opaque="4/10.231.83.184", algorithm=MD5
    Server: Telnyx SIP Proxy
    Content-Length: 0"#;

const OUTER: &str = "<sip:203.0.113.7:7443;transport=ws;r2=on;lr;ftag=4Qe8vX;nat=yes>";
const INNER: &str = "<sip:10.255.0.1;r2=on;lr;ftag=4Qe8vX;nat=yes>";
const INSIDE: &str = "<sip:10.229.45.12:5070;lr;ftag=4Qe8vX;did=8f1.a2c4>";
const TARGET: &str = "sip:mod_sofia@10.13.37.129:6000";

const OFFER: &str = include_str!("freeswitch.sdp");

#[test]
fn it_asks_for_a_password() {
    registers(
        CHALLENGE,
        &[
            "realm=\"sip.telnyx.com\"",
            "nonce=\"aZd2+2mXdc/Fm8LSKfGjrtllo5vsuBEhL6VSjUA=\"",
            "opaque=\"4/10.231.83.184\"",
            "algorithm=MD5",
        ],
        "Server: Telnyx SIP Proxy",
    );
}

#[test]
fn it_is_called_and_answers_through_three_proxies() {
    let mut alice = alice();
    let challenge = format!("407 Proxy Authentication Required\n{}", CHALLENGE.replace("WWW", "Proxy"));
    // The outer face of the edge is the first on our way and the last in the list.
    let recorded = format!("Record-Route: {INSIDE}\nRecord-Route: {INNER}\nRecord-Route: {OUTER}\n");
    let early = format!(
        "183 Session Progress\n{recorded}Contact: <{TARGET}>\nContent-Type: application/sdp\n\n{OFFER}"
    );
    let ok = format!(
        "200 OK
        {recorded}Contact: <{TARGET}>
        P-Asserted-Identity: <sip:+12065551111@sip.telnyx.com>
        X-Telnyx-Session-ID: 7b1c9e52-0c5d-11ef
        Content-Type: application/sdp

{OFFER}"
    );
    let (call, invite, ack) = calls(
        &mut alice,
        &Answers {
            challenge: &challenge,
            provisional: &["100 Telnyx Trying\nServer: Telnyx SIP Proxy", &early],
            ok: &ok,
        },
    );
    let shown = field(&invite, "Proxy-Authorization");
    assert!(
        !shown.contains("qop") && !shown.contains("nc=") && !shown.contains("cnonce"),
        "RFC 2069: {shown}"
    );
    let way = [OUTER, INNER, INSIDE];
    assert!(ack.starts_with(&format!("ACK {TARGET} SIP/2.0\r\n")), "{ack}");
    assert_eq!(all(&ack, "Route"), way);
    alice.asked(&[
        "acquire",
        "offer",
        &format!("early answer {}", OFFER.trim()),
        &format!("apply {}", OFFER.trim()),
    ]);
    // Each request shows the credentials unasked.
    alice.dial_tones(call, "1");
    let tone = alice.sends(&format!("INFO {TARGET} SIP/2.0\r\n"));
    assert_eq!(all(&tone, "Route"), way);
    assert!(tone.contains("Proxy-Authorization: Digest "), "{tone}");
    alice.answer(&tone, "200 OK");
    alice.pass(crate::common::seconds(2));
    hangs_up(&mut alice, call, TARGET, &way);
}

#[test]
fn it_calls_with_what_it_knows_of_the_caller() {
    let mut alice = alice();
    let invite = format!(
        "INVITE sip:q7vkp2@kf93jd.invalid;transport=ws SIP/2.0
        Record-Route: {OUTER}
        Record-Route: {INNER}
        Record-Route: {INSIDE}
        Via: SIP/2.0/WSS 203.0.113.7:7443;branch=z9hG4bKd7e.5f0;cgrp=1
        Via: SIP/2.0/UDP 10.229.45.12:5070;branch=z9hG4bKd7e.1aa
        Via: SIP/2.0/UDP 10.13.37.129:6000;received=10.13.37.129;rport=6000;branch=z9hG4bKtm1N9gX5c
        Max-Forwards: 66
        From: \"+15125550100\" <sip:+15125550100@10.13.37.129>;tag=4Qe8vX
        To: <sip:alice@sip.telnyx.com:5060>
        Call-ID: 51b6a5d2-e2f8-123b
        CSeq: 128934555 INVITE
        Contact: <{TARGET}>
        User-Agent: Telnyx Media Gateway
        Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REFER, NOTIFY
        Supported: timer, path, replaces
        P-Asserted-Identity: \"Bob\" <sip:+15125550100@10.13.37.129>
        Remote-Party-ID: \"Bob\" <sip:+15125550100@10.13.37.129>;party=calling;screen=yes;privacy=off
        Diversion: <sip:+15125550111@sip.telnyx.com>;reason=unconditional
        Identity: eyJhbGciOiJFUzI1NiJ9.eyJhdHRlc3QiOiJBIn0.c2ln;info=<https://cert.example.com/c.pem>;alg=ES256;ppt=shaken
        X-Telnyx-Session-ID: 7b1c9e52-0c5d-11ef
        X-Custom: given by the application
        Content-Type: application/sdp
        Content-Disposition: session

{OFFER}"
    );
    let ack = "ACK sip:q7vkp2@kf93jd.invalid;transport=ws SIP/2.0
        Via: SIP/2.0/WSS 203.0.113.7:7443;branch=z9hG4bKd7e.6f0;cgrp=1
        Via: SIP/2.0/UDP 10.13.37.129:6000;branch=z9hG4bKtm1N9gX5d
        Max-Forwards: 66
        From: {From}
        To: {To}
        Call-ID: {Call-ID}
        CSeq: 128934555 ACK";
    alice.agent.set_tracing(true);
    alice.hear(&invite);
    for kept in ["X-Custom: given by the application", "Diversion: ", "X-Telnyx-Session-ID: ", "ppt=shaken"] {
        assert!(alice.log.contains(kept), "{kept} is to be read by the application: {}", alice.log);
    }
    alice.agent.set_tracing(false);
    let ringing = alice.sends("SIP/2.0 180 Ringing\r\n");
    assert_eq!(all(&ringing, "Via").join(",").matches("branch=").count(), 3);
    alice.ignore_events();
    let call = alice.agent.active_call().unwrap();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK\r\n");
    assert_eq!(all(&ok, "Record-Route"), [OUTER, INNER, INSIDE]);
    alice.hear_about(&ok, ack);
    hangs_up(&mut alice, call, TARGET, &[OUTER, INNER, INSIDE]);
}

#[test]
fn one_in_the_middle_asks_for_the_password_again() {
    // The edge lets the INVITE pass, the one behind it asks; in the same realm, with a nonce of its own.
    let mut alice = Phone::connected();
    alice.dial("bob");
    let proxy = CHALLENGE.replace("WWW", "Proxy");
    let first = alice.sends("INVITE");
    alice.answer(&first, &format!("407 Proxy Authentication Required\n{proxy}"));
    alice.sends("ACK");
    let second = alice.sends("INVITE");
    let stale = proxy.replace("algorithm", "stale=true, algorithm").replace("aZd2", "aZd3");
    alice.answer(&second, &format!("407 Proxy Authentication Required\n{stale}"));
    alice.sends("ACK");
    let third = alice.sends("INVITE");
    assert_eq!(all(&third, "Proxy-Authorization").len(), 1);
    assert!(field(&third, "Proxy-Authorization").contains("aZd3+2mXdc"), "{third}");
}

#[test]
fn what_it_does_not_carry_is_refused() {
    for (refusal, told) in [
        ("403 Caller Origination Number is Invalid D35", "403 Rejected"),
        ("480 Temporarily Unavailable", "480 Unavailable"),
        ("486 Busy Here", "486 Busy"),
        ("487 Request Terminated\nReason: Q.850;cause=19", "487 Canceled"),
        ("503 Service Unavailable\nReason: Q.850;cause=38", "503 SIP Failure Code"),
    ] {
        let mut alice = Phone::connected();
        alice.dial("bob");
        let invite = alice.sends("INVITE");
        alice.answer(&invite, &format!("{refusal}\nServer: Telnyx SIP Proxy\nRecord-Route: {OUTER}"));
        let ack = alice.sends("ACK sip:bob@example.com SIP/2.0\r\n");
        assert_eq!(all(&ack, "Route"), [""; 0], "the ACK of a refusal goes the way of its INVITE");
        let (_, cause) = told.split_once(' ').unwrap();
        alice.told(&[
            "call connecting",
            "inviting",
            &format!("rejected {told}"),
            &format!("failed {cause}"),
            &format!("terminated {cause}"),
        ]);
        alice.comes_to_rest();
    }
}

#[test]
fn it_asks_whether_we_are_there() {
    pings(
        "OPTIONS sip:q7vkp2@kf93jd.invalid;transport=ws SIP/2.0
        Via: SIP/2.0/WSS 203.0.113.7:7443;branch=z9hG4bK0.{n}
        Max-Forwards: 70
        From: <sip:keepalive@sip.telnyx.com>;tag=uloc-5f{n}
        To: <sip:q7vkp2@kf93jd.invalid;transport=ws>
        Call-ID: ping-{n}
        CSeq: 1 OPTIONS
        Content-Length: 0",
        "200 OK",
    );
}
