//! Calls in which the far side offers, redirections, and who we say that we are.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Browser, Phone, field, seconds};
use telnyx_device::agent::InviteOptions;
use telnyx_device::error::{ApiMisuse, Cause};

fn dialing(options: InviteOptions) -> (Phone, String) {
    let mut alice = Phone::connected();
    alice.dial_with("bob", options);
    let invite = alice.sends("INVITE");
    alice.ignore_events();
    (alice, invite)
}

fn late() -> InviteOptions {
    InviteOptions { late_offer: true, ..InviteOptions::default() }
}

#[test]
fn an_offer_in_the_answer_is_answered_in_the_ack() {
    let (mut alice, invite) = dialing(late());
    assert_eq!(field(&invite, "Content-Length"), "0");
    alice.answer(&invite, BOB);
    let ack = alice.sends("ACK");
    assert!(ack.ends_with(common::SDP), "{ack}");
    alice.asked(&["acquire", "answer to v=0 bob"]);
    alice.told(&["accepted 200"]);
    alice.answer(&invite, BOB);
    assert_eq!(alice.sends("ACK"), ack);
}

#[test]
fn an_offer_in_a_reliable_response_is_answered_in_its_prack() {
    let (mut alice, invite) = dialing(late());
    let early = "183 Session Progress\nContact: <sip:bob@b.invalid>\nRequire: 100rel\nRSeq: 1\n\
                 Content-Type: application/sdp\n\nv=0 early";
    alice.answer(&invite, early);
    assert!(alice.sends("PRACK").ends_with(common::SDP));
    alice.answer(&invite, "200 OK\nContact: <sip:bob@b.invalid>");
    assert_eq!(field(&alice.sends("ACK"), "Content-Length"), "0");
    alice.told(&["progress 183", "accepted 200"]);
}

#[test]
fn an_offer_that_cannot_be_answered_ends_the_call() {
    let (mut alice, invite) = dialing(late());
    alice.description = Browser::Fails(Cause::BadMediaDescription);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.sends("BYE");
    alice.told(&["failed Bad Media Description", "terminated Bad Media Description"]);
}

#[test]
fn a_redirection_is_followed_with_consent() {
    // RFC 3261 §8.1.3.4
    let (mut alice, invite) = dialing(InviteOptions::default());
    alice.answer(&invite, "302 Moved Temporarily\nContact: <sip:bob@elsewhere.org>");
    alice.sends("ACK");
    alice.told(&["redirect 302"]);
    let call = alice.agent.active_call().unwrap();
    alice.agent.redirect(alice.now, call, Some("sip:bob@elsewhere.org")).unwrap();
    alice.drain();
    let again = alice.sends("INVITE sip:bob@elsewhere.org SIP/2.0");
    assert_eq!(field(&again, "CSeq"), "2 INVITE");
    assert_eq!(field(&again, "Call-ID"), field(&invite, "Call-ID"));
    assert!(again.ends_with(common::SDP));
    alice.answer(&again, BOB);
    alice.sends("ACK");
    alice.told(&["inviting", "accepted 200"]);
}

#[test]
fn a_redirection_is_followed_to_where_it_leads_only() {
    let (mut alice, invite) = dialing(InviteOptions::default());
    alice
        .answer(&invite, "302 Moved Temporarily\nContact: <sip:bob@elsewhere.org>, <mailto:bob@example.com>");
    alice.sends("ACK");
    let call = alice.agent.active_call().unwrap();
    for (contact, fault) in [
        ("sip:carol@example.com", ApiMisuse::InvalidContact),
        ("", ApiMisuse::InvalidContact),
        ("mailto:bob@example.com", ApiMisuse::InvalidTarget),
    ] {
        assert_eq!(alice.agent.redirect(alice.now, call, Some(contact)), Err(fault), "{contact}");
    }
    alice.sends_nothing();
    alice.agent.redirect(alice.now, call, Some("sip:bob@elsewhere.org")).unwrap();
    alice.drain();
    alice.sends("INVITE sip:bob@elsewhere.org SIP/2.0");
}

#[test]
fn a_redirection_that_nobody_decides_on_ends_the_call() {
    let (mut alice, invite) = dialing(InviteOptions::default());
    alice.answer(&invite, "302 Moved Temporarily\nContact: <sip:bob@elsewhere.org>");
    alice.sends("ACK");
    alice.pass(seconds(61));
    alice.told(&["redirect 302", "rejected 302 Redirected", "failed Redirected", "terminated Redirected"]);
    alice.comes_to_rest();
}

#[test]
fn a_call_may_have_a_name_of_its_own() {
    let (_, invite) = dialing(InviteOptions {
        display_name: Some("Sales".into()),
        from_user: Some("+12065551111".into()),
        ..InviteOptions::default()
    });
    assert!(field(&invite, "From").starts_with("\"Sales\" <sip:+12065551111@example.com>;tag="));
}

#[test]
fn a_call_may_be_anonymous() {
    // RFC 3323 §4.1.1.3, RFC 3325 §9.1
    let (_, invite) = dialing(InviteOptions { anonymous: true, ..InviteOptions::default() });
    assert!(field(&invite, "From").starts_with("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag="));
    assert_eq!(field(&invite, "Privacy"), "id");
    assert_eq!(field(&invite, "P-Preferred-Identity"), "\"Alice\" <sip:alice@example.com>");
}
