//! A call is given up before it is answered (RFC 3665 §3.8; RFC 3261 §9.1): the CANCEL and what it crosses.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, reason = "a test says what it expects by panicking")]

mod common;

use common::{BOB, Browser, Phone, field, seconds};
use telnyx_device::agent::{CallId, MediaFact};
use telnyx_device::error::Cause;
use telnyx_device::message::ExtraHeader;

const CANCELED: [&str; 5] =
    ["cancel", "rejected 487 Canceled", "failed Canceled", "terminated Canceled", "settled"];
const CANCELED_UNANSWERED: [&str; 5] =
    ["cancel", "rejected 0 Canceled", "failed Canceled", "terminated Canceled", "settled"];

/// A call to bob, whose INVITE has just left.
fn dialing() -> (Phone, CallId, String) {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.told(&["call connecting", "inviting"]);
    (alice, call, invite)
}

#[test]
fn a_ringing_call_is_canceled() {
    // RFC 3665 §3.8, its F9 to F19
    let (mut alice, call, invite) = dialing();
    alice.answer(&invite, "180 Ringing");
    alice.told(&["progress 180"]);
    alice.hang_up(call);
    let cancel = alice.sends("CANCEL sip:bob@example.com SIP/2.0\r\n");
    for name in ["Via", "From", "To", "Call-ID"] {
        assert_eq!(field(&cancel, name), field(&invite, name), "§9.1");
    }
    assert_eq!(field(&cancel, "CSeq"), "1 CANCEL");
    alice.answer(&cancel, "200 OK");
    alice.asked(&["acquire", "offer", "release"]);
    alice.answer(&invite, "487 Request Terminated");
    alice.sends("ACK sip:bob@example.com");
    alice.told(&CANCELED);
    alice.comes_to_rest();
}

#[test]
fn a_cancel_says_why() {
    // RFC 3326 §3.2
    for early in [true, false] {
        let (mut alice, call, invite) = dialing();
        if early {
            alice.answer(&invite, "180 Ringing");
        }
        let why = ExtraHeader::read("Reason: SIP;cause=200").unwrap();
        let ticket = alice.agent.disconnect(alice.now, call, vec![why]);
        alice.awaits(ticket);
        if !early {
            alice.answer(&invite, "100 Trying");
        }
        assert_eq!(field(&alice.sends("CANCEL"), "Reason"), "SIP;cause=200");
    }
}

#[test]
fn a_cancel_that_is_challenged_is_not_tried_again() {
    let (mut alice, call, invite) = dialing();
    alice.answer(&invite, "180 Ringing");
    alice.hang_up(call);
    let cancel = alice.sends("CANCEL");
    alice.answer(
        &cancel,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"r\", nonce=\"n\"",
    );
    alice.sends_nothing();
    alice.answer(&invite, "487 Request Terminated");
    alice.sends("ACK");
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn a_cancel_waits_for_the_first_provisional_response() {
    let (mut alice, call, invite) = dialing();
    alice.hang_up(call);
    alice.sends_nothing();
    alice.answer(&invite, "100 Trying");
    let cancel = alice.sends("CANCEL");
    alice.answer(&cancel, "200 OK");
    alice.answer(&invite, "180 Ringing");
    alice.sends_nothing();
    alice.answer(&invite, "487 Request Terminated");
    alice.sends("ACK");
    alice.told(&CANCELED);
    alice.comes_to_rest();
}

#[test]
fn a_cancel_waits_also_after_a_challenge() {
    let (mut alice, call, first) = dialing();
    alice.answer(&first, "100 Trying");
    alice.answer(
        &first,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"p\", nonce=\"n\"",
    );
    alice.sends("ACK");
    let second = alice.sends("INVITE");
    alice.told(&["progress 100", "inviting"]);
    alice.hang_up(call);
    alice.sends_nothing();
    alice.answer(&second, "100 Trying");
    let cancel = alice.sends("CANCEL");
    assert_eq!(field(&cancel, "Via"), field(&second, "Via"));
    alice.answer(&cancel, "200 OK");
    alice.answer(&second, "487 Request Terminated");
    alice.sends("ACK");
    alice.told(&["cancel", "rejected 487 Canceled", "failed Canceled", "terminated Canceled", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn a_canceled_call_is_not_tried_again_with_credentials() {
    let (mut alice, call, invite) = dialing();
    alice.hang_up(call);
    alice.answer(
        &invite,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"p\", nonce=\"n\"",
    );
    alice.sends("ACK");
    alice.told(&["cancel", "rejected 407 Canceled", "failed Canceled", "terminated Canceled", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn a_cancel_that_crosses_the_answer_ends_in_ack_and_bye() {
    let (mut alice, call, invite) = dialing();
    alice.answer(&invite, "180 Ringing");
    alice.told(&["progress 180"]);
    alice.hang_up(call);
    let cancel = alice.sends("CANCEL");
    alice.answer(&invite, BOB);
    alice.sends("ACK sip:bob@b.invalid");
    let bye = alice.sends("BYE sip:bob@b.invalid");
    assert_eq!(field(&bye, "CSeq"), "2 BYE");
    alice.told(&CANCELED_UNANSWERED);
    alice.answer(&cancel, "481 Call/Transaction Does Not Exist");
    alice.answer(&bye, "200 OK");
    alice.comes_to_rest();
}

#[test]
fn an_answer_before_any_provisional_response_crosses_too() {
    let (mut alice, call, invite) = dialing();
    alice.hang_up(call);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    let bye = alice.sends("BYE");
    alice.answer(&bye, "200 OK");
    alice.told(&CANCELED_UNANSWERED);
    alice.comes_to_rest();
}

#[test]
fn a_cancel_that_nobody_heeds_ends_by_time() {
    let (mut alice, call, invite) = dialing();
    alice.answer(&invite, "180 Ringing");
    alice.told(&["progress 180"]);
    alice.hang_up(call);
    alice.sends("CANCEL");
    alice.pass(seconds(32));
    alice.told(&CANCELED_UNANSWERED);
    alice.comes_to_rest();
}

#[test]
fn hanging_up_twice_cancels_once() {
    let (mut alice, call, invite) = dialing();
    alice.answer(&invite, "180 Ringing");
    alice.hang_up(call);
    alice.hang_up(call);
    alice.sends("CANCEL");
    alice.sends_nothing();
    alice.answer(&invite, "487 Request Terminated");
    alice.sends("ACK");
    alice.told(&[
        "progress 180",
        "cancel",
        "rejected 487 Canceled",
        "failed Canceled",
        "terminated Canceled",
        "settled",
        "settled",
    ]);
}

#[test]
fn before_the_invite_has_left_nothing_is_sent() {
    for step in ["microphone", "description", "connection"] {
        let mut alice = if step == "connection" { Phone::new() } else { Phone::connected() };
        match step {
            "microphone" => alice.microphone = Browser::Waits,
            "description" => alice.description = Browser::Waits,
            _ => {}
        }
        let call = alice.dial("bob");
        alice.ignore_events();
        alice.hang_up(call);
        alice.told(&CANCELED_UNANSWERED);
        // What the browser brings now comes too late.
        alice.media_fact(call, MediaFact::Acquired);
        alice.media_fact(call, common::described());
        if step == "connection" {
            alice.open();
            alice.told(&["connected"]);
        }
        alice.sends_nothing();
        alice.comes_to_rest();
    }
}

#[test]
fn early_media_that_cannot_be_used_cancels_the_call() {
    let (mut alice, call, invite) = dialing();
    alice.answer(&invite, "183 Session Progress\nContent-Type: application/sdp\n\nnonsense");
    alice.media_fact(call, MediaFact::Failed(Cause::BadMediaDescription));
    let cancel = alice.sends("CANCEL");
    alice.answer(&cancel, "200 OK");
    alice.answer(&invite, "487 Request Terminated");
    alice.sends("ACK");
    let cause = "Bad Media Description";
    alice.told(&[
        "progress 183",
        &format!("rejected 487 {cause}"),
        &format!("failed {cause}"),
        &format!("terminated {cause}"),
    ]);
    alice.comes_to_rest();
}

/// A call of which nobody has said anything yet when its socket is lost.
fn going_down() -> (Phone, String) {
    let (mut alice, _, invite) = dialing();
    alice.lose_socket();
    alice.told(&["disconnected 1006 retry true", "failed Connection Error", "terminated Connection Error"]);
    (alice, invite)
}

/// The same, with its INVITE and the CANCEL by the next one.
fn canceled_by_the_next_connection() -> (Phone, String, String) {
    let (mut alice, invite) = going_down();
    alice.pass(seconds(2));
    alice.open();
    let cancel = alice.sends("CANCEL sip:bob@example.com");
    assert_eq!(field(&cancel, "Via"), field(&invite, "Via"));
    alice.sends_nothing();
    alice.told(&["connecting 1", "connected"]);
    (alice, invite, cancel)
}

/// No server is to be had for so long.
fn outage(alice: &mut Phone, length: u64) {
    let end = alice.now + seconds(length);
    while alice.now < end {
        if alice.socket.is_some() {
            alice.lose_socket();
        }
        let (at, _) = alice.agent.poll_timeout().expect("it tries again");
        alice.pass(at.since(alice.now));
    }
    while !alice.connects() {
        let (at, _) = alice.agent.poll_timeout().expect("it tries again");
        alice.pass(at.since(alice.now));
    }
    alice.ignore_events();
}

#[test]
fn as_long_as_it_may_ring_a_call_is_canceled_by_the_next_connection() {
    let (mut alice, invite) = going_down();
    outage(&mut alice, 140);
    let cancel = alice.sends("CANCEL sip:bob@example.com");
    // Somebody has answered meanwhile.
    alice.answer(&invite, BOB);
    alice.sends("ACK sip:bob@b.invalid");
    let bye = alice.sends("BYE sip:bob@b.invalid");
    alice.answer(&cancel, "481 Call/Transaction Does Not Exist");
    alice.answer(&bye, "200 OK");
    alice.comes_to_rest();
}

#[test]
fn a_call_that_rings_no_more_is_not_canceled() {
    let (mut alice, _) = going_down();
    outage(&mut alice, 180);
    alice.sends_nothing();
}

#[test]
fn a_call_unheard_of_is_canceled_by_the_next_connection() {
    let (mut alice, invite, cancel) = canceled_by_the_next_connection();
    alice.answer(&cancel, "200 OK");
    alice.answer(&invite, "180 Ringing");
    alice.sends_nothing();
    alice.answer(&invite, "487 Request Terminated");
    alice.sends("ACK sip:bob@example.com");
    alice.comes_to_rest();
}

#[test]
fn who_answers_a_call_that_went_down_with_its_connection_gets_ack_and_bye() {
    let (mut alice, invite, cancel) = canceled_by_the_next_connection();
    alice.answer(&invite, BOB);
    alice.sends("ACK sip:bob@b.invalid");
    let bye = alice.sends("BYE sip:bob@b.invalid");
    alice.answer(&cancel, "481 Call/Transaction Does Not Exist");
    alice.answer(&bye, "200 OK");
    alice.comes_to_rest();
}
