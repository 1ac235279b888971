//! A registrar says no, or says nothing: what is told, and whether the device tries again.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Phone, field, seconds};
use telnyx_device::agent::Config;

const CHALLENGE: &str =
    "401 Unauthorized\nWWW-Authenticate: Digest realm=\"example.com\", nonce=\"n1\", qop=\"auth\"";

/// Connected, with the REGISTER that has just left.
fn registering() -> (Phone, String) {
    let mut alice = Phone::connected();
    alice.register();
    let register = alice.sends("REGISTER");
    (alice, register)
}

#[test]
fn a_wrong_password_is_tried_once() {
    // RFC 3665 §2.5
    let (mut alice, first) = registering();
    alice.answer(&first, CHALLENGE);
    let second = alice.sends("REGISTER");
    alice.answer(&second, &CHALLENGE.replace("n1", "n2"));
    alice.told(&["registrationFailed Authentication Error", "settled Authentication Error"]);
    alice.comes_to_rest();
}

#[test]
fn the_next_wish_tries_the_password_afresh() {
    let (mut alice, first) = registering();
    alice.answer(&first, CHALLENGE);
    let second = alice.sends("REGISTER");
    alice.answer(&second, CHALLENGE);
    alice.told(&["registrationFailed Authentication Error", "settled Authentication Error"]);
    alice.register();
    let third = alice.sends("REGISTER");
    assert!(!third.contains("Authorization"), "{third}");
    alice.answer(&third, CHALLENGE);
    let fourth = alice.sends("REGISTER");
    alice.answer(&fourth, "200 OK");
    alice.told(&["registered 600 refresh false", "settled"]);
}

#[test]
fn a_stale_nonce_is_no_wrong_password() {
    let (mut alice, first) = registering();
    alice.answer(&first, CHALLENGE);
    let second = alice.sends("REGISTER");
    alice.answer(&second, &format!("{}, stale=true", CHALLENGE.replace("n1", "n2")));
    let third = alice.sends("REGISTER");
    assert!(field(&third, "Authorization").contains("nonce=\"n2\""), "{third}");
    alice.answer(&third, "200 OK");
    alice.told(&["registered 600 refresh false", "settled"]);
}

#[test]
fn a_proxy_may_ask_as_well_as_the_registrar() {
    let (mut alice, first) = registering();
    alice.answer(
        &first,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"proxy\", nonce=\"p\"",
    );
    let second = alice.sends("REGISTER");
    assert!(field(&second, "Proxy-Authorization").contains("realm=\"proxy\""), "{second}");
    alice.answer(&second, CHALLENGE);
    let third = alice.sends("REGISTER");
    assert!(field(&third, "Proxy-Authorization").contains("realm=\"proxy\""), "{third}");
    assert!(field(&third, "Authorization").contains("realm=\"example.com\""), "{third}");
    alice.answer(&third, "200 OK");
    alice.told(&["registered 600 refresh false", "settled"]);
}

#[test]
fn both_may_ask_in_one_answer() {
    let (mut alice, first) = registering();
    alice.answer(
        &first,
        &format!("{CHALLENGE}\nProxy-Authenticate: Digest realm=\"proxy\", nonce=\"p\", algorithm=SHA-256"),
    );
    let second = alice.sends("REGISTER");
    assert!(field(&second, "Proxy-Authorization").contains("algorithm=SHA-256"), "{second}");
    assert!(field(&second, "Authorization").contains("realm=\"example.com\""), "{second}");
}

#[test]
fn without_credentials_a_challenge_is_final() {
    let mut alice = Phone::with(Config { credentials: None, ..common::config() });
    alice.register();
    alice.open();
    let register = alice.sends("REGISTER");
    alice.answer(&register, CHALLENGE);
    alice.told(&[
        "connecting 1",
        "connected",
        "registrationFailed Authentication Error",
        "settled Authentication Error",
    ]);
    alice.comes_to_rest();
}

#[test]
fn a_refusal_of_the_user_is_final() {
    for (status, cause) in [
        ("403 Forbidden", "Rejected"),
        ("404 Not Found", "Not Found"),
        ("400 Bad Request", "SIP Failure Code"),
    ] {
        let (mut alice, register) = registering();
        alice.answer(&register, status);
        alice.told(&[&format!("registrationFailed {cause}"), &format!("settled {cause}")]);
        alice.comes_to_rest();
    }
}

#[test]
fn a_longer_life_is_asked_for_where_the_registrar_finds_ours_too_brief() {
    let (mut alice, register) = registering();
    alice.answer(&register, "423 Interval Too Brief\nMin-Expires: 3600");
    let longer = alice.sends("REGISTER");
    assert_eq!(field(&longer, "Expires"), "3600");
    assert_eq!(field(&longer, "CSeq"), "2 REGISTER");
    alice.told(&[]);
    alice.answer(&longer, "200 OK");
    alice.told(&["registered 3600 refresh false", "settled"]);
}

#[test]
fn a_registrar_that_finds_everything_too_brief_is_not_followed() {
    let (mut alice, register) = registering();
    alice.answer(&register, "423 Interval Too Brief\nMin-Expires: 600");
    alice.told(&["registrationFailed SIP Failure Code", "settled SIP Failure Code"]);
    alice.sends_nothing();
}

#[test]
fn a_registrar_that_is_never_content_is_followed_three_times() {
    let (mut alice, mut register) = registering();
    for least in 601..604 {
        alice.answer(&register, &format!("423 Interval Too Brief\nMin-Expires: {least}"));
        register = alice.sends("REGISTER");
    }
    alice.answer(&register, "423 Interval Too Brief\nMin-Expires: 604");
    alice.told(&["registrationFailed SIP Failure Code", "settled SIP Failure Code"]);
    alice.comes_to_rest();
}

#[test]
fn a_server_in_trouble_is_asked_again_ever_more_rarely() {
    let (mut alice, mut register) = registering();
    for (shortest, longest) in [(1, 3), (3, 6), (6, 12), (12, 24)] {
        alice.answer(&register, "500 Server Internal Error");
        alice.pass(seconds(shortest));
        alice.sends_nothing();
        alice.pass(seconds(longest - shortest));
        register = alice.sends("REGISTER");
    }
    alice.answer(&register, "200 OK");
    let failed = "registrationFailed SIP Failure Code";
    alice.told(&[failed, "settled SIP Failure Code", failed, failed, failed, "registered 600 refresh false"]);
}

#[test]
fn retry_after_says_when() {
    for status in ["503 Service Unavailable", "404 Not Found"] {
        let (mut alice, register) = registering();
        alice.answer(&register, &format!("{status}\nRetry-After: 90 (maintenance);duration=3600"));
        alice.pass(seconds(89));
        alice.sends_nothing();
        alice.pass(seconds(1));
        alice.sends("REGISTER");
    }
}

/// The first server answers `Retry-After: 600`, and the connection is lost.
fn sent_away(servers: &[&str]) -> Phone {
    let servers = servers.iter().map(ToString::to_string).collect();
    let mut alice = Phone::with(Config { servers, ..common::config() });
    alice.register();
    alice.open();
    let register = alice.sends("REGISTER");
    alice.answer(&register, "503 Service Unavailable\nRetry-After: 600");
    alice.pass(seconds(10));
    alice.lose_socket();
    alice
}

#[test]
fn retry_after_holds_for_the_next_connection_to_the_same_server() {
    let mut alice = sent_away(&["wss://one.example.com"]);
    // It is left alone for as long as any server is.
    alice.pass(seconds(29));
    assert_eq!(alice.socket, None);
    alice.pass(seconds(1));
    alice.open();
    alice.pass(seconds(559));
    alice.sends_nothing();
    alice.pass(seconds(1));
    alice.sends("REGISTER");
}

#[test]
fn retry_after_binds_neither_another_server_nor_the_user() {
    let mut alice = sent_away(&["wss://one.example.com", "wss://two.example.com"]);
    assert_eq!(alice.server, "wss://two.example.com");
    alice.open();
    alice.sends("REGISTER");

    let mut alice = sent_away(&["wss://one.example.com"]);
    alice.register();
    alice.open();
    alice.sends("REGISTER");
}

#[test]
fn a_registrar_that_wants_no_pause_gets_one() {
    let (mut alice, register) = registering();
    alice.answer(&register, "503 Service Unavailable\nRetry-After: 0");
    alice.pass(seconds(1));
    alice.sends_nothing();
    alice.pass(seconds(2));
    alice.sends("REGISTER");
}

#[test]
fn a_silent_registrar_is_asked_again() {
    let (mut alice, _) = registering();
    alice.pass(seconds(32));
    alice.told(&["registrationFailed Request Timeout", "settled Request Timeout"]);
    let again = alice.sends_later("REGISTER");
    alice.answer(&again, "200 OK");
    alice.told(&["registered 600 refresh false"]);
}

#[test]
fn a_binding_that_is_granted_for_no_time_is_none() {
    let (mut alice, register) = registering();
    alice.answer(&register, "200 OK\nExpires: 0");
    alice.told(&["registrationFailed SIP Failure Code", "settled SIP Failure Code"]);
    assert!(!alice.agent.is_registered(alice.now));
    alice.sends_nothing();
    // It is told at once where there was one.
    let mut alice = Phone::registered();
    let refresh = alice.sends_later("REGISTER");
    alice.answer(&refresh, "200 OK\nExpires: 0");
    alice.told(&["unregistered SIP Failure Code", "registrationFailed SIP Failure Code"]);
    let again = alice.sends_later("REGISTER");
    alice.answer(&again, "200 OK");
    alice.told(&["registered 600 refresh false"]);
}
