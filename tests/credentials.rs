//! Whom a challenge finds: a password, a precomputed hash, or an application that has to be asked.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Phone, config, field, seconds};
use telnyx_device::agent::Config;
use telnyx_device::auth::{Credentials, Ha1};

const CHALLENGE: &str =
    "401 Unauthorized\nWWW-Authenticate: Digest realm=\"example.com\", nonce=\"n\", qop=\"auth\"";
const REALM: &str = "example.com";

fn connected(credentials: Credentials) -> Phone {
    let mut alice = Phone::with(Config { credentials: Some(credentials), ..config() });
    alice.start();
    alice.open();
    alice.ignore_events();
    alice
}

/// A phone whose application is asked, with a REGISTER that was challenged.
fn asked() -> Phone {
    let mut alice = connected(Credentials::asked("alice"));
    alice.register();
    let register = alice.sends("REGISTER");
    alice.answer(&register, CHALLENGE);
    alice.told(&["credentialsWanted example.com"]);
    alice.sends_nothing();
    alice
}

fn says(alice: &mut Phone, password: Option<&str>) {
    alice.agent.credentials(alice.now, REALM, password);
    alice.drain();
}

#[test]
fn the_password_that_the_application_says_answers_the_challenge() {
    let mut alice = asked();
    says(&mut alice, Some("secret"));
    let register = alice.sends("REGISTER");
    assert!(
        field(&register, "Authorization").starts_with("Digest username=\"alice\", realm=\"example.com\"")
    );
    assert_eq!(field(&register, "CSeq"), "2 REGISTER");
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.told(&["registered 600 refresh false", "settled"]);
}

#[test]
fn a_refusal_to_say_it_is_final() {
    let mut alice = asked();
    says(&mut alice, None);
    alice.told(&["registrationFailed Authentication Error", "settled Authentication Error"]);
    alice.comes_to_rest();
}

#[test]
fn silence_is_a_refusal_after_a_minute() {
    let mut alice = asked();
    alice.pass(seconds(59));
    alice.told(&[]);
    alice.pass(seconds(1));
    alice.told(&["registrationFailed Authentication Error", "settled Authentication Error"]);
    // What comes late is good for the next challenge.
    says(&mut alice, Some("secret"));
    alice.sends_nothing();
    alice.register();
    let register = alice.sends("REGISTER");
    alice.answer(&register, CHALLENGE);
    assert!(field(&alice.sends("REGISTER"), "Authorization").contains("response="));
}

#[test]
fn one_realm_is_asked_for_once_however_many_requests_wait() {
    let mut alice = asked();
    alice.write_to("bob", "hello");
    let message = alice.sends("MESSAGE");
    alice.answer(&message, CHALLENGE);
    alice.told(&[]);
    says(&mut alice, Some("secret"));
    alice.sends("REGISTER");
    assert!(field(&alice.sends("MESSAGE"), "Authorization").contains("response="));
}

#[test]
fn a_password_that_was_refused_is_asked_for_again() {
    let mut alice = asked();
    says(&mut alice, Some("wrong"));
    let register = alice.sends("REGISTER");
    alice.answer(&register, &CHALLENGE.replace("\"n\"", "\"m\""));
    alice.told(&["registrationFailed Authentication Error", "settled Authentication Error"]);
    alice.register();
    let register = alice.sends("REGISTER");
    alice.answer(&register, CHALLENGE);
    alice.told(&["credentialsWanted example.com"]);
}

#[test]
fn each_realm_has_its_own_password() {
    let mut alice = connected(Credentials::asked("alice"));
    alice.register();
    let register = alice.sends("REGISTER");
    let both = format!("{CHALLENGE}\nProxy-Authenticate: Digest realm=\"proxy\", nonce=\"p\"");
    alice.answer(&register, &both);
    alice.told(&["credentialsWanted example.com"]);
    says(&mut alice, Some("secret"));
    alice.told(&["credentialsWanted proxy"]);
    alice.sends_nothing();
    alice.agent.credentials(alice.now, "proxy", Some("other"));
    alice.drain();
    let register = alice.sends("REGISTER");
    assert!(field(&register, "Proxy-Authorization").contains("realm=\"proxy\""), "{register}");
    assert!(field(&register, "Authorization").contains("realm=\"example.com\""), "{register}");
}

#[test]
fn a_call_that_is_given_up_while_the_application_thinks_is_over() {
    let mut alice = connected(Credentials::asked("alice"));
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, CHALLENGE);
    alice.sends("ACK");
    alice.ignore_events();
    alice.hang_up(call);
    alice.told(&["cancel", "rejected 0 Canceled", "failed Canceled", "terminated Canceled", "settled"]);
    says(&mut alice, Some("secret"));
    alice.sends_nothing();
    alice.comes_to_rest();
}

#[test]
fn a_connection_that_is_lost_meanwhile_begins_anew() {
    let mut alice = asked();
    alice.pass(seconds(5));
    alice.lose_socket();
    alice.open();
    let again = alice.sends("REGISTER");
    alice.ignore_events();
    says(&mut alice, Some("secret"));
    alice.sends_nothing(); // the challenge was to a REGISTER that is no more
    alice.answer(&again, CHALLENGE);
    let register = alice.sends("REGISTER");
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.told(&["registered 600 refresh false", "settled"]);
}

#[test]
fn stopping_does_not_wait_for_the_application() {
    let mut alice = asked();
    alice.stop();
    alice.sends("REGISTER"); // with expiry 0
    alice.pass(seconds(5));
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
fn a_precomputed_hash_answers_the_challenge_that_it_is_for() {
    let ha1 = Ha1 { realm: REALM.into(), md5: Some("0".repeat(32)), ..Ha1::default() };
    let mut alice = connected(Credentials::precomputed("alice", ha1));
    alice.register();
    let register = alice.sends("REGISTER");
    alice.answer(
        &register,
        "401 Unauthorized\nWWW-Authenticate: Digest realm=\"example.com\", nonce=\"n\", algorithm=SHA-256, Digest realm=\"example.com\", nonce=\"n\", algorithm=MD5",
    );
    let register = alice.sends("REGISTER");
    assert!(field(&register, "Authorization").contains("algorithm=MD5"), "{register}");
    // In another realm it is worth nothing.
    alice.answer(&register, &CHALLENGE.replace("example.com", "elsewhere"));
    alice.told(&["registrationFailed Authentication Error", "settled Authentication Error"]);
}

#[test]
fn a_precomputed_hash_comes_to_the_same_as_the_password() {
    let answer = |credentials| {
        let mut alice = connected(credentials);
        alice.register();
        let register = alice.sends("REGISTER");
        alice.answer(&register, &CHALLENGE.replace(", qop=\"auth\"", ""));
        let register = alice.sends("REGISTER");
        field(&register, "Authorization").to_owned()
    };
    let md5 = telnyx_device::auth::digest::Hash::Md5.ha1("alice", REALM, "secret");
    let ha1 = Ha1 { realm: REALM.into(), md5: Some(md5), ..Ha1::default() };
    assert_eq!(answer(Credentials::precomputed("alice", ha1)), answer(Credentials::new("alice", "secret")));
}

#[test]
fn headers_of_the_device_are_in_requests_outside_dialogs() {
    let extra = ["X-Site: 1", "Subject: of the device", "Supported: x-ours"]
        .map(|text| telnyx_device::message::ExtraHeader::read(text).unwrap());
    let mut alice = Phone::with(Config { extra: extra.into(), ..config() });
    alice.start();
    alice.open();
    alice.ignore_events();
    alice.register();
    let register = alice.sends("REGISTER");
    assert_eq!((field(&register, "X-Site"), field(&register, "Subject")), ("1", "of the device"));
    assert!(register.contains("\r\nSupported: x-ours\r\n") && register.contains("outbound"), "{register}");
    alice.answer(&register, CHALLENGE);
    assert_eq!(alice.sends("REGISTER").matches("X-Site: 1\r\n").count(), 1);
    let extra = vec![telnyx_device::message::ExtraHeader::read("x-site: 2").unwrap()];
    alice.dial_with("bob", telnyx_device::agent::InviteOptions { extra, ..Default::default() });
    let invite = alice.sends("INVITE");
    assert!(invite.contains("x-site: 2\r\n") && !invite.contains("X-Site: 1"), "{invite}");
    alice.answer(&invite, BOB);
    assert!(!alice.sends("ACK").contains("X-Site"));
    let call = alice.agent.active_call().unwrap();
    alice.hang_up(call);
    assert!(!alice.sends("BYE").contains("X-Site"));
}
