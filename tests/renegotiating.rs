//! The session is offered anew, as its tracks have changed (RFC 3261 §14.1).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Phone, field, seconds};
use telnyx_device::error::ApiMisuse;

#[test]
fn bob_agrees_to_the_new_tracks() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.renegotiate(call);
    let invite = alice.sends("INVITE sip:bob@b.invalid SIP/2.0");
    assert_eq!(field(&invite, "CSeq"), "2 INVITE");
    alice.told(&["inviting"]);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.told(&["settled"]);
    alice.asked(&["offer", "apply v=0 bob"]);
    alice.sends_nothing();
}

#[test]
fn bob_refuses_them_and_the_session_stays_as_it_was() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.renegotiate(call);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "488 Not Acceptable Here");
    alice.sends("ACK");
    alice.told(&["inviting", "settled Incompatible SDP"]);
    alice.asked(&["offer", "rollback"]);
    alice.sends_nothing();
    assert!(alice.agent.call_status(call) == telnyx_device::agent::CallStatus::Connected);
}

#[test]
fn offers_that_cross_are_made_again() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.renegotiate(call);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "491 Request Pending");
    alice.sends("ACK");
    let again = alice.sends_later("INVITE");
    alice.answer(&again, BOB);
    alice.sends("ACK");
    alice.told(&["inviting", "inviting", "settled"]);
    alice.asked(&["offer", "rollback", "offer", "apply v=0 bob"]);
}

#[test]
fn a_change_during_an_offer_is_offered_after_it() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.renegotiate(call);
    let invite = alice.sends("INVITE");
    alice.renegotiate(call);
    alice.sends_nothing();
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    let invite = alice.sends("INVITE");
    alice.told(&["inviting", "inviting"]);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.told(&["settled", "settled"]);
    alice.sends_nothing();
}

#[test]
fn a_hold_carries_the_change_along() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INVITE 1", "Contact: <sip:bob@b.invalid>");
    alice.sends("SIP/2.0 200 OK");
    // Both wait for the end of Bob's exchange.
    alice.renegotiate(call);
    alice.hold(call);
    alice.sends_nothing();
    let answer = "Content-Type: application/sdp\n\nv=0 bob";
    alice.hear_in_dialog(&ack, "ACK 1", answer);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.told(&["inviting", "hold local", "settled", "settled"]);
    alice.sends_nothing();
}

#[test]
fn a_dead_socket_does_not_swallow_it() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.renegotiate(call);
    alice.sends("INVITE");
    alice.lose_socket();
    alice.open();
    let invite = alice.sends("INVITE");
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.asked(&["offer", "rollback", "offer", "apply v=0 bob"]);
}

#[test]
fn only_a_connected_call_has_something_to_offer_anew() {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    assert_eq!(alice.agent.renegotiate(alice.now, call), Err(ApiMisuse::InvalidState));
}

#[test]
fn a_call_that_ends_takes_the_wish_with_it() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.renegotiate(call);
    alice.sends("INVITE");
    alice.hear_in_dialog(&ack, "BYE 1", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["inviting", "bye", "terminated Terminated", "settled Terminated"]);
}
