//! A change of the session is not waited for without end, and leaves the session as it was (RFC 3261 §9.1, §14.1).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Phone, field, seconds};
use telnyx_device::agent::{CallId, CallStatus, Hint, Input};
use telnyx_device::time::Duration;

/// Bob's phone rings on and on over a hold and a renegotiation, until we CANCEL.
fn canceled() -> (Phone, CallId, String) {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INVITE 1", "Contact: <sip:bob@b.invalid>");
    alice.sends("SIP/2.0 200 OK");
    alice.renegotiate(call);
    alice.hold(call);
    alice.hear_in_dialog(&ack, "ACK 1", "Content-Type: application/sdp\n\nv=0 bob");
    let invite = alice.sends("INVITE");
    alice.told(&["inviting"]);
    alice.answer(&invite, "100 Trying");
    alice.pass(seconds(74));
    alice.sends_nothing();
    alice.pass(seconds(1));
    let cancel = alice.sends("CANCEL sip:bob@b.invalid");
    assert_eq!(field(&cancel, "CSeq"), "2 CANCEL");
    alice.answer(&cancel, "200 OK");
    alice.told(&[]);
    alice.asked(&["offer", "apply v=0 bob", "hold", "offer"]);
    (alice, call, invite)
}

fn stands(alice: &Phone, call: CallId) {
    assert_eq!(alice.agent.call_status(call), CallStatus::Connected);
    assert_eq!(alice.agent.is_on_hold(call), (false, false));
}

#[test]
fn a_change_of_which_nothing_is_heard_but_trying_is_canceled() {
    let (mut alice, call, invite) = canceled();
    alice.answer(&invite, "487 Request Terminated");
    alice.sends("ACK");
    alice.told(&["settled Request Timeout", "settled Request Timeout"]);
    alice.asked(&["rollback", "unhold"]);
    stands(&alice, call);
    alice.sends_nothing();
}

#[test]
fn a_canceled_change_that_is_never_answered_is_no_end_of_the_call() {
    let (mut alice, call, _) = canceled();
    alice.pass(seconds(32));
    alice.told(&["settled Request Timeout", "settled Request Timeout"]);
    stands(&alice, call);
    alice.pass(seconds(600));
    alice.sends_nothing();
    alice.hold(call);
    alice.sends("INVITE");
}

#[test]
fn a_canceled_change_that_is_agreed_to_all_the_same_stands() {
    // §9.1: the two may cross
    let (mut alice, call, invite) = canceled();
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.told(&["hold local", "settled", "settled"]);
    assert_eq!(alice.agent.is_on_hold(call), (true, false));
    alice.sends_nothing();
}

#[test]
fn a_canceled_change_that_loses_its_connection_is_given_up() {
    let (mut alice, call, _) = canceled();
    alice.lose_socket();
    alice.told(&[
        "disconnected 1006 retry true",
        "settled Request Timeout",
        "settled Request Timeout",
        "recovering signaling",
        "connecting 1",
    ]);
    stands(&alice, call);
}

#[test]
fn a_far_side_that_needs_time_is_waited_for_for_three_minutes() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    for _ in 0..3 {
        alice.answer(&invite, "183 Session Progress");
        alice.pass(seconds(59));
        alice.sends_nothing();
    }
    alice.answer(&invite, "183 Session Progress");
    alice.pass(seconds(3));
    alice.sends("CANCEL");
}

#[test]
fn a_change_is_not_waited_for_without_a_server() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.hold(call);
    alice.sends("INVITE");
    // It was not in that offer, and waits like it.
    alice.renegotiate(call);
    alice.lose_socket();
    alice.pass(seconds(60) - Duration::from_millis(1));
    alice.ignore_events();
    alice.pass(Duration::from_millis(1));
    alice.told(&["settled Connection Error", "settled Connection Error"]);
    alice.asked(&["hold", "offer", "rollback"]);
    // Both are wanted still.
    while !alice.connects() {
        alice.pass(seconds(1));
    }
    let invite = alice.sends("INVITE");
    alice.ignore_events();
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.told(&["hold local", "recovered signaling"]);
    alice.asked(&["offer", "apply v=0 bob"]);
    alice.sends_nothing();
}

#[test]
fn a_change_wished_without_a_server_is_not_waited_for_without_end() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.lose_socket();
    alice.pass(seconds(20));
    alice.ignore_events();
    alice.hold(call);
    alice.pass(seconds(120));
    assert!(alice.has_settled());
    stands(&alice, call);
}

#[test]
fn offers_that_cross_again_and_again_are_given_up() {
    let (mut alice, call, _) = Phone::answering_bob();
    alice.hold(call);
    alice.renegotiate(call);
    let mut invite = alice.sends("INVITE");
    for _ in 0..5 {
        alice.answer(&invite, "491 Request Pending");
        alice.sends("ACK");
        invite = alice.sends_later("INVITE");
    }
    alice.ignore_events();
    alice.answer(&invite, "491 Request Pending");
    alice.sends("ACK");
    alice.told(&["settled SIP Failure Code", "settled SIP Failure Code"]);
    stands(&alice, call);
    alice.pass(seconds(60));
    alice.sends_nothing();
    // The next one begins anew.
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "491 Request Pending");
    alice.sends("ACK");
    alice.sends_later("INVITE");
}

#[test]
fn an_offer_over_which_every_connection_breaks_is_given_up() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.hold(call);
    for _ in 0..6 {
        alice.sends("INVITE");
        alice.pass(seconds(3));
        alice.ignore_events();
        alice.lose_socket();
        alice.input(Input::Hint(Hint::Online));
        alice.open();
    }
    // What comes now says only where we are.
    alice.sends("INVITE");
    alice.told(&[
        "disconnected 1006 retry true",
        "settled Connection Error",
        "connecting 1",
        "connected",
        "inviting",
    ]);
    stands(&alice, call);
}
