//! A registered device stays so: refreshes, expiry, lost connections, `stop` and `start`.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Phone, field, seconds};

#[test]
fn a_binding_is_refreshed_well_before_it_runs_out() {
    let mut alice = Phone::registered();
    let granted = alice.now;
    let refresh = alice.sends_later("REGISTER");
    assert!((300..=450).contains(&alice.now.since(granted).as_secs()), "{:?}", alice.now.since(granted));
    assert_eq!(field(&refresh, "CSeq"), "2 REGISTER");
    assert!(alice.agent.is_registered(alice.now), "it lives while it is refreshed");
    alice.answer(&refresh, "200 OK\nExpires: 600");
    alice.told(&["registered 600 refresh true"]);
}

#[test]
fn a_refresh_uses_the_nonce_again() {
    let mut alice = Phone::connected();
    alice.register();
    let first = alice.sends("REGISTER");
    alice
        .answer(&first, "401 Unauthorized\nWWW-Authenticate: Digest realm=\"e\", nonce=\"n1\", qop=\"auth\"");
    let second = alice.sends("REGISTER");
    alice.answer(&second, "200 OK\nExpires: 100");
    let refresh = alice.sends_later("REGISTER");
    assert!(field(&refresh, "Authorization").contains("nc=00000002"), "{refresh}");
    alice.answer(&refresh, "200 OK\nExpires: 100");
    alice.told(&["registered 100 refresh false", "settled", "registered 100 refresh true"]);
}

#[test]
fn a_refresh_that_fails_is_tried_again_until_the_binding_runs_out_which_is_told() {
    let mut alice = Phone::registered();
    let refresh = alice.sends_later("REGISTER");
    alice.answer(&refresh, "503 Service Unavailable\nRetry-After: 400");
    alice.told(&["registrationFailed SIP Failure Code"]);
    assert!(alice.agent.is_registered(alice.now), "the old binding still lives");
    alice.pass(seconds(300));
    alice.told(&["unregistered Expires"]);
    assert!(!alice.agent.is_registered(alice.now));
    let again = alice.sends_later("REGISTER");
    alice.answer(&again, "200 OK");
    alice.told(&["registered 600 refresh false"]);
}

#[test]
fn a_refresh_without_any_answer_is_tried_again() {
    let mut alice = Phone::registered();
    alice.sends_later("REGISTER");
    alice.pass(seconds(32));
    alice.told(&["registrationFailed Request Timeout"]);
    let again = alice.sends_later("REGISTER");
    alice.answer(&again, "200 OK");
    alice.told(&["registered 600 refresh true"]);
}

#[test]
fn a_refresh_that_is_refused_for_good_ends_the_registration() {
    let mut alice = Phone::registered();
    let refresh = alice.sends_later("REGISTER");
    alice.answer(&refresh, "403 Forbidden");
    alice.told(&["registrationFailed Rejected", "unregistered Rejected"]);
    assert!(!alice.agent.is_registered(alice.now));
    alice.comes_to_rest();
}

#[test]
fn a_refresh_after_which_only_others_are_listed_ends_the_registration_until_the_next_attempt() {
    let mut alice = Phone::registered();
    let refresh = alice.sends_later("REGISTER");
    alice.answer(&refresh, "200 OK\nContact: <sip:x@192.0.2.1>;expires=5000, <sip:y@192.0.2.2>;expires=60");
    alice.told(&["unregistered SIP Failure Code", "registrationFailed SIP Failure Code"]);
    assert!(!alice.agent.is_registered(alice.now));
    let again = alice.sends_later("REGISTER");
    alice.answer(&again, "200 OK");
    alice.told(&["registered 600 refresh false"]);
}

#[test]
fn a_device_that_slept_through_the_expiry_says_so_and_registers_again() {
    let mut alice = Phone::registered();
    alice.now = alice.now + seconds(10_000);
    assert!(!alice.agent.is_registered(alice.now));
    alice.input(telnyx_device::agent::Input::Wake);
    alice.told(&["unregistered Expires"]);
    let register = alice.sends("REGISTER");
    alice.answer(&register, "200 OK");
    alice.told(&["registered 600 refresh false"]);
}

#[test]
fn a_lost_connection_ends_the_registration_until_it_is_back() {
    let mut alice = Phone::registered();
    alice.pass(seconds(10));
    alice.lose_socket();
    assert!(!alice.agent.is_registered(alice.now));
    alice.told(&["disconnected 1006 retry true", "unregistered Connection Error", "connecting 1"]);
    alice.open();
    let register = alice.sends("REGISTER");
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.told(&["connected", "registered 600 refresh false"]);
}

#[test]
fn a_connection_lost_while_registering_is_told_and_tried_again() {
    let mut alice = Phone::connected();
    alice.pass(seconds(10));
    alice.register();
    alice.sends("REGISTER");
    alice.lose_socket();
    alice.open();
    let register = alice.sends("REGISTER");
    alice.sends_nothing();
    alice.answer(&register, "200 OK");
    alice.told(&[
        "disconnected 1006 retry true",
        "connecting 1",
        "connected",
        "registered 600 refresh false",
        "settled",
    ]);
}

#[test]
fn a_server_that_drops_whoever_registers_is_told_of() {
    let mut alice = Phone::new();
    alice.register();
    for told in [
        &["disconnected 1006 retry true"][..],
        &["disconnected 1006 retry true", "registrationFailed Connection Error", "settled Connection Error"],
    ] {
        alice.open();
        alice.sends("REGISTER");
        alice.ignore_events();
        alice.lose_socket();
        alice.told(told);
        alice.pass(seconds(1));
    }
}

#[test]
fn stopping_removes_the_binding_and_starting_brings_it_back() {
    let mut alice = Phone::registered();
    alice.stop();
    let remove = alice.sends("REGISTER");
    assert_eq!(field(&remove, "Expires"), "0");
    alice.answer(&remove, "200 OK");
    alice.told(&["unregistered -", "disconnected 1000 retry false", "settled"]);
    assert_eq!(alice.socket, None);
    assert_eq!(alice.agent.poll_timeout(), None);

    alice.start();
    alice.open();
    let register = alice.sends("REGISTER");
    assert_eq!(field(&register, "Expires"), "600");
    alice.answer(&register, "200 OK");
    alice.told(&["connecting 1", "connected", "settled", "registered 600 refresh false"]);
}

#[test]
fn a_device_that_unregistered_does_not_register_when_it_starts_again() {
    let mut alice = Phone::registered();
    alice.unregister();
    let remove = alice.sends("REGISTER");
    // It stops before the answer.
    alice.stop();
    alice.answer(&remove, "200 OK");
    alice.told(&["unregistered -", "settled", "disconnected 1000 retry false", "settled"]);
    alice.start();
    alice.open();
    alice.sends_nothing();
    alice.told(&["connecting 1", "connected", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn stopping_takes_at_most_five_seconds_whatever_the_server_does() {
    let mut alice = Phone::registered();
    alice.stop();
    alice.sends("REGISTER");
    alice.pass(seconds(5));
    alice.told(&["unregistered -", "disconnected 1000 retry false", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn stopping_while_registering_leaves_no_binding_behind() {
    let mut alice = Phone::connected();
    alice.register();
    let bind = alice.sends("REGISTER");
    alice.stop();
    let remove = alice.sends("REGISTER");
    assert_eq!(field(&remove, "Expires"), "0");
    alice.answer(&bind, "200 OK\nExpires: 600");
    alice.answer(&remove, "200 OK");
    alice.told(&[
        "unregistered -",
        "registrationFailed Connection Error",
        "settled Connection Error",
        "disconnected 1000 retry false",
        "settled",
    ]);
    alice.comes_to_rest();
}

#[test]
fn a_connection_lost_while_stopping_is_the_end_of_it() {
    let mut alice = Phone::registered();
    alice.stop();
    alice.sends("REGISTER");
    alice.lose_socket();
    alice.told(&["disconnected 1006 retry false", "unregistered -", "settled"]);
    alice.comes_to_rest();
}
