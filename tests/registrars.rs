//! The answers of known registrars to a REGISTER, written by hand after their habits: in each of them our binding is
//! found, whatever else it lists and however the address in it was changed.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)] // also in the helpers

mod common;

use common::{Phone, config};
use telnyx_device::agent::Config;

const UUID: &str = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

/// Registers; `answer` is the 2xx, where `{user}` and `{host}` are those of our Contact, and `{uuid}` is ours.
#[track_caller]
fn grants(answer: &str, seconds: u32) -> Phone {
    let mut alice = answered(answer);
    alice.told(&[&format!("registered {seconds} refresh false"), "settled"]);
    alice
}

/// The same where it grants nothing to us.
#[track_caller]
fn refuses(answer: &str) {
    let mut alice = answered(answer);
    alice.told(&["registrationFailed SIP Failure Code", "settled SIP Failure Code"]);
    assert!(!alice.agent.is_registered(alice.now));
    alice.sends_nothing();
    alice.sends_later("REGISTER");
}

fn answered(answer: &str) -> Phone {
    let mut alice = Phone::with(Config { instance: Some(UUID.into()), ..config() });
    alice.start();
    alice.open();
    alice.ignore_events();
    alice.register();
    let register = alice.sends("REGISTER");
    let address = register.split("Contact: <sip:").nth(1).unwrap().split(';').next().unwrap();
    let (user, host) = address.split_once('@').unwrap();
    let answer = answer.replace("{user}", user).replace("{host}", host).replace("{uuid}", UUID);
    alice.hear_about(&register, &answer);
    alice
}

fn contact_of_a_call(mut alice: Phone) -> String {
    alice.dial("bob");
    common::field(&alice.sends("INVITE"), "Contact").into()
}

#[test]
fn kamailio_with_gruus() {
    let alice = grants(
        r#"SIP/2.0 200 OK
        Via: {Via};rport=51234;received=192.0.2.1
        From: {From}
        To: {To};tag=a6a1c5f60faecf035a1ae5b6e96e979a-b0c5
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: <sip:x7dk2pq9@kf93jd.invalid;transport=ws>;expires=12;received="sip:192.0.2.1:50001;transport=ws";pub-gruu="sip:alice@example.com;gr=urn:uuid:b2c4";temp-gruu="sip:uloc-2-1@example.com;gr";+sip.instance="<urn:uuid:00000000-7dec-41d0-a765-00a0c91e6bf6>";reg-id=1, <sip:{user}@{host};transport=ws>;expires=600;received="sip:192.0.2.1:51234;transport=ws";pub-gruu="sip:alice@example.com;gr=urn:uuid:{uuid}";temp-gruu="sip:uloc-2-2@example.com;gr";+sip.instance="<urn:uuid:{uuid}>";reg-id=1
        Server: kamailio (5.7.4 (x86_64/linux))
        Content-Length: 0"#,
        600,
    );
    assert_eq!(contact_of_a_call(alice), format!("<sip:alice@example.com;gr=urn:uuid:{UUID}>"));
}

#[test]
fn kamailio_as_registrar_behind_an_edge_with_outbound() {
    let alice = grants(
        r#"SIP/2.0 200 OK
        Via: {Via};rport=51234;received=192.0.2.1
        From: {From}
        To: {To};tag=9b1
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: <sip:{user}@{host};transport=ws>;expires=300;+sip.instance="<urn:uuid:{uuid}>";reg-id=1
        Path: <sip:bG9uZ2tleQ==@edge.example.com;lr;ob>
        Require: outbound
        Supported: path
        Flow-Timer: 30
        Server: kamailio (5.7.4 (x86_64/linux))
        Content-Length: 0"#,
        300,
    );
    assert!(contact_of_a_call(alice).ends_with(";ob>"));
}

/// Telnyx's edge is a Kamailio in front of FreeSWITCH, which puts its own view of the flow into the address.
#[test]
fn telnyx_and_freeswitch() {
    grants(
        r#"SIP/2.0 200 OK
        Via: {Via};received=192.0.2.1;rport=51234
        From: {From}
        To: {To};tag=5tNgZp8S5rUcF
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: <sip:{user}@192.0.2.1:51234;transport=ws;fs_nat=yes;fs_path=sip%3A{user}%40192.0.2.1%3A51234%3Btransport%3Dws>;expires=120
        Date: Tue, 24 Nov 2026 07:00:00 GMT
        User-Agent: FreeSWITCH
        Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REGISTER, REFER, NOTIFY, PUBLISH, SUBSCRIBE
        Supported: timer, path, replaces
        Content-Length: 0"#,
        120,
    );
    grants(
        r#"SIP/2.0 200 OK
        Via: {Via};received=192.0.2.1;rport=51234
        From: {From}
        To: {To};tag=B4FNc3ZDaHQHe
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: <sip:{user}@{host};transport=ws>;expires=240;+sip.instance="<urn:uuid:{uuid}>";reg-id=1
        Contact: <sip:telnyx@198.51.100.7:5060>;expires=3000
        User-Agent: Telnyx SIP Proxy
        Content-Length: 0"#,
        240,
    );
}

#[test]
fn freeswitch_that_lists_every_device_and_tells_the_expiry_once() {
    grants(
        r#"SIP/2.0 200 OK
        Via: {Via};received=192.0.2.1;rport=51234
        From: {From}
        To: {To};tag=1
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: <sip:1000@198.51.100.4:5060;rinstance=0a>;expires=1700
        Contact: "Alice" <sip:{user}@{host};transport=ws>
        Expires: 90
        Content-Length: 0"#,
        90,
    );
}

#[test]
fn asterisk_that_rewrites_contacts() {
    grants(
        r#"SIP/2.0 200 OK
        Via: {Via};rport=51234;received=192.0.2.1
        Call-ID: {Call-ID}
        From: {From}
        To: {To};tag=z9hG4bK3d5c
        CSeq: {CSeq}
        Date: Tue, 24 Nov 2026 07:00:00 GMT
        Contact: <sip:alice@198.51.100.4:5060;ob>;expires=59
        Contact: <sip:{user}@192.0.2.1:51234;transport=ws;x-ast-orig-host={host}:0>;expires=599
        Expires: 600
        Server: Asterisk PBX 20.5.0
        Content-Length: 0"#,
        599,
    );
}

#[test]
fn opensips_that_keeps_bindings_of_a_device_apart_by_their_address() {
    // This device's last life has left a binding behind.
    grants(
        r#"SIP/2.0 200 OK
        Via: {Via};received=192.0.2.1;rport=51234
        From: {From}
        To: {To};tag=94e3-0
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: <sip:q1w2e3r4@old.invalid;transport=ws>;expires=17;received="sip:192.0.2.1:50002;transport=ws";+sip.instance="<urn:uuid:{uuid}>";reg-id=1, <sip:{user}@{host};transport=ws>;expires=450;received="sip:192.0.2.1:51234;transport=ws"
        Server: OpenSIPS (3.4.2 (x86_64/linux))
        Content-Length: 0"#,
        450,
    );
}

#[test]
fn a_border_that_hides_addresses_is_known_by_the_device() {
    grants(
        r#"SIP/2.0 200 OK
        Via: {Via}
        From: {From}
        To: {To};tag=sbc
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        m: <sip:alice-0c1@198.51.100.9:5060;transport=udp>;expires=31;+sip.instance="<urn:uuid:{uuid}>";reg-id=2
        m: <sip:alice-0c2@198.51.100.9:5060;transport=udp>;expires=77;+SIP.Instance="<URN:UUID:{uuid}>";reg-id=1
        Content-Length: 0"#,
        77,
    );
}

#[test]
fn the_only_binding_is_ours() {
    grants(
        r#"SIP/2.0 200 OK
        Via: {Via}
        From: {From}
        To: {To};tag=sbc
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: <sip:alice@198.51.100.9:5060;transport=udp>;expires=88
        Expires: 3600
        Content-Length: 0"#,
        88,
    );
}

#[test]
fn a_list_of_others_is_no_binding_of_ours() {
    let other = "+sip.instance=\"<urn:uuid:00000000-7dec-41d0-a765-00a0c91e6bf6>\"";
    for list in [
        "<sip:alice@198.51.100.9>;expires=88, <sip:alice@198.51.100.10>;expires=89",
        &format!("<sip:alice@198.51.100.9>;expires=88;{other}"),
    ] {
        refuses(&format!(
            "SIP/2.0 200 OK
            Via: {{Via}}
            From: {{From}}
            To: {{To}};tag=sbc
            Call-ID: {{Call-ID}}
            CSeq: {{CSeq}}
            Contact: {list}
            Expires: 600
            Content-Length: 0"
        ));
    }
}
