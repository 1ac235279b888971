//! What must never get out, and never get in: passwords in logs, line ends in headers.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Phone, config, field};
use telnyx_device::agent::Config;
use telnyx_device::agent::InviteOptions;
use telnyx_device::auth::{Auth, Credentials};
use telnyx_device::message::{BadHeader, ExtraHeader, UriBuf};

const CHALLENGE: &str = "401 Unauthorized\nWWW-Authenticate: Digest realm=\"e\", nonce=\"n1\", qop=\"auth\"\nProxy-Authenticate: Digest realm=\"p\", nonce=\"n2\"";

#[test]
fn credentials_are_in_no_log() {
    let mut alice = Phone::connected();
    alice.agent.set_tracing(true);
    alice.register();
    let first = alice.sends("REGISTER");
    alice.answer(&first, CHALLENGE);
    let second = alice.sends("REGISTER");
    assert!(second.contains("response="), "{second}");
    alice.answer(&second, "200 OK");
    alice.told(&[
        "sip out REGISTER",
        "sip in 401",
        "sip out REGISTER",
        "sip in 200",
        "registered 600 refresh false",
        "settled",
    ]);
    assert!(alice.log.contains("\r\nAuthorization: ***\r\nProxy-Authorization: ***\r\n"), "{}", alice.log);
    for secret in ["response=", "secret", "cnonce", "username="] {
        assert!(!alice.log.contains(secret), "{secret}: {}", alice.log);
    }
}

#[test]
fn credentials_are_not_kept_with_calls() {
    let mut alice = Phone::with(Config { persist: true, ..config() });
    alice.register();
    alice.open();
    let register = alice.sends("REGISTER");
    alice.answer(&register, CHALLENGE);
    alice.sends("REGISTER");
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, CHALLENGE);
    alice.sends("ACK");
    let invite = alice.sends("INVITE");
    assert!(invite.contains("response="), "{invite}");
    alice.answer(&invite, BOB);
    assert!(alice.kept.contains("sip:bob@b.invalid"), "{}", alice.kept);
    for secret in ["response=", "secret", "Digest", "nonce", "username=", "n1", "n2"] {
        assert!(!alice.kept.contains(secret), "{secret}: {}", alice.kept);
    }
}

#[test]
fn credentials_show_nothing() {
    let credentials = Credentials::new("alice", "secret");
    assert!(!format!("{credentials:?}").contains("secret"));
    assert!(!format!("{:?}", Auth::new(Some(credentials))).contains("secret"));
}

#[test]
fn the_password_is_never_sent() {
    let mut alice = Phone::connected();
    alice.register();
    let first = alice.sends("REGISTER");
    alice.answer(&first, CHALLENGE);
    let second = alice.sends("REGISTER");
    assert!(!first.contains("secret") && !second.contains("secret"), "{second}");
}

#[test]
fn a_header_holds_no_second_one() {
    for text in [
        "X-A: b\r\nX-Evil: 1",
        "X-A: b\nX-Evil: 1",
        "X-A: b\rX-Evil: 1",
        "X-A: b\0",
        "X-A\r\n: b",
        "X A: b",
        ": b",
        "b",
    ] {
        assert!(ExtraHeader::read(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_header_of_ours_stays_ours() {
    for name in [
        "Via",
        "v",
        "From",
        "f",
        "To",
        "t",
        "Call-ID",
        "i",
        "CSeq",
        "Contact",
        "m",
        "Max-Forwards",
        "Route",
        "Record-Route",
        "Authorization",
        "proxy-authorization",
        "Content-Type",
        "c",
        "Content-Length",
        "l",
        "CONTENT-ANYTHING",
    ] {
        let refused = ExtraHeader::read(&format!("{name}: x")).err();
        assert_eq!(refused, Some(BadHeader::Owned), "{name}");
    }
}

#[test]
fn headers_of_the_application_go_where_they_are_told() {
    let header = |text| ExtraHeader::read(text).unwrap();
    let mut alice = Phone::connected();
    alice.agent.register(alice.now, vec![header("X-Register: 1")]);
    let extra = vec![header("X-Call: 1"), header("X-Call: 2")];
    alice.agent.invite(alice.now, "bob", InviteOptions { extra, ..InviteOptions::default() }).unwrap();
    alice.agent.send_message(alice.now, "bob", "text/plain", "hi", vec![header("X-Text: 1")]).unwrap();
    alice.drain();
    assert_eq!(field(&alice.sends("REGISTER"), "X-Register"), "1");
    assert_eq!(field(&alice.sends("MESSAGE"), "X-Text"), "1");
    assert!(alice.sends("INVITE").contains("\r\nX-Call: 1\r\nX-Call: 2\r\n"));
}

#[test]
fn a_name_that_is_no_name_writes_no_header() {
    let name = "Eve\" <sip:eve@evil.org>\r\nX-Evil: 1\r\n\0\\";
    let mut alice = Phone::with(Config { display_name: Some(name.into()), ..config() });
    alice.dial("bob");
    alice.open();
    let invite = alice.sends("INVITE");
    assert!(!invite.lines().any(|line| line.starts_with("X-Evil")), "{invite}");
    let from = field(&invite, "From");
    assert!(from.starts_with("\"Eve\\\" <sip:eve@evil.org>"), "{from}");
    assert_eq!(from.matches("<sip:alice@example.com>").count(), 1, "{from}");
}

#[test]
fn an_address_that_is_none_is_not_read() {
    for text in [
        "sip:alice@example.com\r\nX-Evil: 1",
        "sip:al ice@example.com",
        "sip:alice@exa>mple.com",
        "sip:a@b\0",
    ] {
        assert!(UriBuf::read(text).is_err(), "{text:?}");
    }
}
