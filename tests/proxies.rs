//! The way through proxies: what Record-Route leaves is the route set of all that follows (RFC 3665 §3.2, §3.3;
//! RFC 3261 §12, §16.12.1).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Phone, field};

fn routes(message: &str) -> Vec<&str> {
    message.lines().filter_map(|line| line.strip_prefix("Route: ")).collect()
}

/// alice calls bob through two proxies that stay on the way; with the ACK.
fn through(record_route: &str) -> (Phone, telnyx_device::agent::CallId, String) {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    assert_eq!(routes(&invite), [""; 0]);
    // RFC 3665 §3.2 F16
    alice.hear_about(
        &invite,
        &format!(
            "SIP/2.0 200 OK
            Via: {{Via}};received=192.0.2.101
            {record_route}
            From: {{From}}
            To: {{To}};tag=314159
            Call-ID: {{Call-ID}}
            CSeq: {{CSeq}}
            Contact: <sip:bob@client.biloxi.example.com;transport=tcp>
            Content-Type: application/sdp

v=0 bob"
        ),
    );
    let ack = alice.sends("ACK");
    (alice, call, ack)
}

#[test]
fn the_caller_goes_the_recorded_way_backwards() {
    let (mut alice, call, ack) =
        through("Record-Route: <sip:ss2.biloxi.example.com;lr>, <sip:ss1.atlanta.example.com;lr>");
    let way = ["<sip:ss1.atlanta.example.com;lr>", "<sip:ss2.biloxi.example.com;lr>"];
    assert!(ack.starts_with("ACK sip:bob@client.biloxi.example.com;transport=tcp SIP/2.0\r\n"), "{ack}");
    assert_eq!(routes(&ack), way);
    alice.hang_up(call);
    let bye = alice.sends("BYE sip:bob@client.biloxi.example.com;transport=tcp SIP/2.0\r\n");
    assert_eq!(routes(&bye), way);
}

#[test]
fn the_way_may_be_recorded_on_several_lines() {
    let (_, _, ack) = through(
        "Record-Route: <sip:ss2.biloxi.example.com;lr>
        Record-Route: \"Proxy, first\" <sip:ss1.atlanta.example.com;lr;token=a>;x=y",
    );
    let first = routes(&ack)[0];
    assert!(first.contains("<sip:ss1.atlanta.example.com;lr;token=a>"), "{ack}");
    assert_eq!(routes(&ack)[1], "<sip:ss2.biloxi.example.com;lr>");
}

#[test]
fn a_strict_router_finds_itself_in_the_request_uri() {
    // RFC 3261 §12.2.1.1 and its example in §16.12.1.2
    let (mut alice, call, ack) =
        through("Record-Route: <sip:ss2.biloxi.example.com;lr>, <sip:old.atlanta.example.com>");
    assert!(ack.starts_with("ACK sip:old.atlanta.example.com SIP/2.0\r\n"), "{ack}");
    let way = ["<sip:ss2.biloxi.example.com;lr>", "<sip:bob@client.biloxi.example.com;transport=tcp>"];
    assert_eq!(routes(&ack), way);
    alice.hang_up(call);
    let bye = alice.sends("BYE sip:old.atlanta.example.com SIP/2.0\r\n");
    assert_eq!(routes(&bye), way);
}

#[test]
fn every_proxy_may_ask_who_calls() {
    // RFC 3665 §3.3, its F1 to F11
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let challenge = |realm: &str| {
        format!(
            "407 Proxy Authorization Required\nProxy-Authenticate: Digest realm=\"{realm}\", nonce=\"{realm}\", qop=\"auth\""
        )
    };
    let first = alice.sends("INVITE");
    alice.answer(&first, &challenge("atlanta.example.com"));
    alice.sends("ACK");
    let second = alice.sends("INVITE");
    alice.answer(&second, "100 Trying");
    alice.answer(&second, &challenge("biloxi.example.com"));
    alice.sends("ACK");
    let third = alice.sends("INVITE");
    assert_eq!(field(&third, "CSeq"), "3 INVITE");
    let shown = |message: &str| {
        ["atlanta", "biloxi"]
            .map(|name| message.contains(&format!("Digest username=\"alice\", realm=\"{name}.")))
    };
    assert_eq!((shown(&second), shown(&third)), ([true, false], [true, true]));
    alice.answer(&third, common::BOB);
    assert_eq!(shown(&alice.sends("ACK")), [true, true]);
    // What follows shows them unasked, and so does the next call.
    alice.hang_up(call);
    assert_eq!(shown(&alice.sends("BYE")), [true, true]);
    alice.dial("carol");
    let next = alice.sends("INVITE");
    assert_eq!(shown(&next), [true, true]);
    assert!(field(&next, "Proxy-Authorization").contains("nc=0000000"), "{next}");
}

#[test]
fn the_callee_goes_the_recorded_way_forwards_and_tells_it() {
    let mut alice = Phone::connected();
    alice.hear(&common::INVITE.replace(
        "Max-Forwards",
        "Record-Route: <sip:ss2.biloxi.example.com;lr>
        Record-Route: <sip:ss1.atlanta.example.com;lr>
        Max-Forwards",
    ));
    let recorded = |message: &str| {
        let lines = message.lines().filter_map(|line| line.strip_prefix("Record-Route: "));
        lines.map(String::from).collect::<Vec<_>>()
    };
    let way = ["<sip:ss2.biloxi.example.com;lr>", "<sip:ss1.atlanta.example.com;lr>"];
    let ringing = alice.sends("SIP/2.0 180");
    assert_eq!(recorded(&ringing), way, "§12.1.1");
    let call = alice.agent.active_call().unwrap();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200");
    assert_eq!(recorded(&ok), way);
    alice.hear_in_dialog(&ok, "ACK 1", "");
    alice.hang_up(call);
    let bye = alice.sends("BYE sip:bob@b.invalid SIP/2.0\r\n");
    assert_eq!(routes(&bye), way);
}

#[test]
fn all_vias_come_back_in_their_order() {
    let mut alice = Phone::connected();
    alice.hear(&common::INVITE.replace(
        "Max-Forwards",
        "Via: SIP/2.0/UDP ss1.atlanta.example.com:5060;branch=z9hG4bK721e4.1;received=192.0.2.111, SIP/2.0/TCP client.atlanta.example.com;branch=z9hG4bK74bf9
        Max-Forwards",
    ));
    let ringing = alice.sends("SIP/2.0 180");
    let vias: Vec<_> = ringing.lines().filter(|line| line.starts_with("Via: ")).collect();
    let joined = vias.join(",");
    let places = ["z9hG4bKcall", "z9hG4bK721e4.1", "z9hG4bK74bf9"].map(|branch| joined.find(branch).unwrap());
    assert!(places.is_sorted(), "{ringing}");
    assert_eq!(field(&ringing, "CSeq"), "1 INVITE");
}

#[test]
fn a_new_contact_in_a_reinvite_is_where_the_dialog_goes_on() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(
        &ack,
        "INVITE 1",
        "Contact: <sip:bob@elsewhere.invalid>\nContent-Type: application/sdp\n\nv=0 moved",
    );
    let ok = alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ok, "ACK 1", "");
    alice.hang_up(call);
    alice.sends("BYE sip:bob@elsewhere.invalid SIP/2.0\r\n");
}
