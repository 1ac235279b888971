//! A device registers, asks, refreshes and leaves (RFC 3665 §2).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Phone, field, seconds};

#[test]
fn a_new_registration_takes_one_challenge() {
    // RFC 3665 §2.1
    let mut alice = Phone::new();
    alice.register();
    alice.open();
    let first = alice.sends("REGISTER sip:example.com SIP/2.0\r\n");
    assert!(field(&first, "Via").starts_with("SIP/2.0/WSS "), "{first}");
    assert!(field(&first, "From").starts_with("\"Alice\" <sip:alice@example.com>;tag="), "{first}");
    assert_eq!(field(&first, "To"), "\"Alice\" <sip:alice@example.com>");
    assert_eq!(field(&first, "CSeq"), "1 REGISTER");
    assert!(!first.contains("Authorization"), "{first}");

    alice.hear_about(
        &first,
        r#"SIP/2.0 401 Unauthorized
        Via: {Via};received=192.0.2.201
        From: {From}
        To: {To};tag=1410948204
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        WWW-Authenticate: Digest realm="atlanta.example.com", qop="auth", nonce="ea9c8e88df84f1ce", opaque="", stale=FALSE, algorithm=MD5
        Content-Length: 0"#,
    );
    let second = alice.sends("REGISTER sip:example.com");
    assert_eq!(field(&second, "CSeq"), "2 REGISTER");
    assert_eq!(field(&second, "Call-ID"), field(&first, "Call-ID"));
    assert_eq!(field(&second, "From"), field(&first, "From"));
    assert_ne!(field(&second, "Via"), field(&first, "Via"));
    assert!(field(&second, "Authorization").contains("realm=\"atlanta.example.com\""), "{second}");

    alice.hear_about(
        &second,
        "SIP/2.0 200 OK
        Via: {Via};received=192.0.2.201
        From: {From}
        To: {To};tag=37GkEhwl6
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: {Contact};expires=3600
        Content-Length: 0",
    );
    alice.told(&["connecting 1", "connected", "registered 3600 refresh false", "settled"]);
    assert!(alice.agent.is_registered(alice.now));
}

#[test]
fn the_list_of_bindings_names_ours_among_others() {
    // RFC 3665 §2.2, and §2.3 for the list
    let mut alice = Phone::connected();
    alice.register();
    let register = alice.sends("REGISTER");
    alice.hear_about(
        &register,
        "SIP/2.0 200 OK
        Via: {Via};received=192.0.2.201
        From: {From}
        To: {To};tag=jqoiweu75
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: <mailto:alice@example.com>;expires=9999999, <sip:alice@192.0.2.9>;expires=5
        Contact: <tel:+1-972-555-2222>;expires=10, {Contact};expires=80
        Expires: 7",
    );
    alice.told(&["registered 80 refresh false", "settled"]);
}

#[test]
fn a_binding_that_the_list_does_not_time_lives_as_long_as_the_message_says() {
    for (expires, granted) in [("Expires: 70", 70), ("", 600)] {
        let mut alice = Phone::connected();
        alice.register();
        let register = alice.sends("REGISTER");
        alice.answer(&register, &format!("200 OK\n{expires}"));
        alice.told(&[&format!("registered {granted} refresh false"), "settled"]);
    }
}

#[test]
fn unregistering_removes_our_binding_only() {
    // RFC 3665 §2.4, of one binding
    let mut alice = Phone::registered();
    alice.unregister();
    let register = alice.sends("REGISTER sip:example.com");
    assert_eq!(field(&register, "Expires"), "0");
    assert!(field(&register, "Contact").starts_with("<sip:"), "{register}");
    assert_eq!(field(&register, "CSeq"), "2 REGISTER");
    assert!(!alice.agent.is_registered(alice.now));
    alice.told(&[]);
    alice.answer(&register, "200 OK");
    alice.told(&["unregistered -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn a_star_removes_every_binding_of_the_user() {
    // RFC 3665 §2.4
    let mut alice = Phone::connected();
    alice.unregister_all();
    let register = alice.sends("REGISTER sip:example.com");
    assert_eq!(field(&register, "Contact"), "*");
    assert_eq!(field(&register, "Expires"), "0");
    alice.answer(&register, "200 OK");
    alice.told(&["unregistered -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn removing_every_binding_connects_first_and_settles_even_where_it_cannot() {
    let mut alice = Phone::new();
    alice.unregister_all();
    alice.open();
    let register = alice.sends("REGISTER");
    alice.answer(&register, "200 OK");
    alice.told(&["connecting 1", "connected", "unregistered -", "settled"]);

    let mut alice = Phone::new();
    alice.unregister_all();
    alice.lose_socket();
    alice.told(&[
        "connecting 1",
        "disconnected 1006 retry true",
        "unregistered Connection Error",
        "settled Connection Error",
    ]);
}

#[test]
fn unregistering_fails_where_the_registrar_refuses_or_is_silent() {
    for unregister in [Phone::unregister, Phone::unregister_all] {
        let mut alice = Phone::registered();
        unregister(&mut alice);
        let register = alice.sends("REGISTER");
        alice.answer(&register, "503 Service Unavailable\nRetry-After: 5");
        alice.told(&["unregistered SIP Failure Code", "settled SIP Failure Code"]);
        alice.comes_to_rest();
    }

    let mut alice = Phone::registered();
    alice.unregister();
    alice.sends("REGISTER");
    alice.pass(common::seconds(32));
    alice.told(&["unregistered Request Timeout", "settled Request Timeout"]);
    alice.comes_to_rest();
}

#[test]
fn a_removal_that_the_connection_takes_along_may_not_have_happened() {
    let mut alice = Phone::registered();
    alice.unregister();
    alice.sends("REGISTER");
    alice.lose_socket();
    alice.told(&[
        "disconnected 1006 retry true",
        "unregistered Connection Error",
        "settled Connection Error",
    ]);
}

#[test]
fn unregistering_without_a_registration_sends_nothing() {
    let mut alice = Phone::connected();
    alice.unregister();
    alice.told(&["unregistered -", "settled"]);
    alice.sends_nothing();
}

#[test]
fn unregistering_is_challenged_like_registering() {
    let mut alice = Phone::registered();
    alice.unregister();
    let first = alice.sends("REGISTER");
    alice.answer(&first, "401 Unauthorized\nWWW-Authenticate: Digest realm=\"example.com\", nonce=\"n\"");
    let second = alice.sends("REGISTER");
    assert_eq!(field(&second, "Expires"), "0");
    assert!(second.contains("Authorization: Digest "), "{second}");
    alice.answer(&second, "200 OK");
    alice.told(&["unregistered -", "settled"]);
}

#[test]
fn a_registration_given_up_before_its_answer_ends_as_wished() {
    let mut alice = Phone::connected();
    alice.register();
    let bind = alice.sends("REGISTER");
    alice.unregister();
    alice.told(&["settled Canceled"]);
    let remove = alice.sends("REGISTER");
    // The old answer says nothing about what is wished now.
    alice.answer(&bind, "200 OK\nExpires: 600");
    alice.told(&[]);
    assert!(!alice.agent.is_registered(alice.now));
    alice.answer(&remove, "200 OK");
    alice.told(&["unregistered -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn registering_again_while_the_binding_is_removed_waits_for_the_answer() {
    let mut alice = Phone::registered();
    alice.unregister();
    let remove = alice.sends("REGISTER");
    alice.register();
    alice.sends_nothing();
    alice.answer(&remove, "200 OK");
    alice.told(&["unregistered -", "settled"]);
    let bind = alice.sends("REGISTER");
    assert_eq!(field(&bind, "Expires"), "600");
    alice.answer(&bind, "200 OK");
    alice.told(&["registered 600 refresh false", "settled"]);
}

#[test]
fn two_wishes_to_register_share_one_request() {
    let mut alice = Phone::connected();
    alice.register();
    alice.register();
    let register = alice.sends("REGISTER");
    alice.sends_nothing();
    alice.answer(&register, "200 OK");
    alice.told(&["registered 600 refresh false", "settled", "settled"]);
}

#[test]
fn what_becomes_of_an_older_wish_does_not_concern_the_latest() {
    let mut alice = Phone::connected();
    alice.register();
    let wish = alice.sends("REGISTER");
    alice.pass(seconds(10));
    alice.unregister();
    let second_thought = alice.sends("REGISTER");
    assert_eq!(field(&second_thought, "Expires"), "0");
    alice.told(&["settled Canceled"]);
    alice.pass(seconds(25)); // Timer F of the first
    alice.told(&[]);
    alice.answer(&second_thought, "200 OK");
    alice.told(&["unregistered -", "settled"]);

    alice.register();
    let wish_again = alice.sends("REGISTER");
    alice.unregister();
    alice.sends("REGISTER");
    let challenge = "401 Unauthorized\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\"";
    alice.answer(&wish_again, challenge);
    alice.sends_nothing();
    assert_ne!(wish, wish_again);
}
