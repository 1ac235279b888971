//! Hold: ours, theirs, and the two at once (RFC 3261 §14, RFC 3264 §8.4).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Browser, Phone, field, seconds};
use telnyx_device::agent::{CallId, MediaFact};
use telnyx_device::error::Cause;

const THEIR_HOLD: &str =
    "Contact: <sip:bob@b.invalid>\nContent-Type: application/sdp\n\nv=0\nm=audio 9 RTP/AVP 0\na=sendonly";

#[test]
fn bob_is_held_and_taken_off_again() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE sip:bob@b.invalid SIP/2.0");
    assert_eq!(field(&invite, "CSeq"), "2 INVITE");
    alice.told(&["inviting"]);
    alice.answer(&invite, BOB);
    assert_eq!(field(&alice.sends("ACK"), "CSeq"), "2 ACK");
    alice.told(&["hold local", "settled"]);
    assert_eq!(alice.agent.is_on_hold(call), (true, false));
    alice.unhold(call);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.told(&["inviting", "unhold local", "settled"]);
    alice.asked(&["hold", "offer", "apply v=0 bob", "unhold", "offer", "apply v=0 bob"]);
}

#[test]
fn bob_holds_us_and_it_is_told() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INVITE 1", THEIR_HOLD);
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["hold remote"]);
    assert_eq!(alice.agent.is_on_hold(call), (false, true));
    alice.hear_in_dialog(&ack, "ACK 1", "");
    alice.hear_in_dialog(&ack, "INVITE 2", &THEIR_HOLD.replace("sendonly", "sendrecv"));
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["unhold remote"]);
}

#[test]
fn a_refused_hold_leaves_all_as_it_was() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "488 Not Acceptable Here");
    alice.sends("ACK");
    alice.told(&["inviting", "settled Incompatible SDP"]);
    alice.asked(&["hold", "offer", "rollback", "unhold"]);
    assert_eq!(alice.agent.is_on_hold(call), (false, false));
    alice.sends_nothing();
}

#[test]
fn who_placed_the_call_waits_longer_when_offers_cross() {
    // RFC 3261 §14.1
    for ((mut alice, call, _), low, high) in
        [(Phone::calling_bob(), 2_100, 4_000), (Phone::answering_bob(), 0, 2_000)]
    {
        alice.hold(call);
        let invite = alice.sends("INVITE");
        alice.answer(&invite, "491 Request Pending");
        alice.sends("ACK");
        alice.told(&["inviting"]);
        let before = alice.now;
        let again = alice.sends_later("INVITE");
        let waited = alice.now.since(before).as_millis();
        assert!((low..=high).contains(&waited), "{waited} ms");
        alice.answer(&again, BOB);
        alice.sends("ACK");
        alice.told(&["inviting", "hold local", "settled"]);
    }
}

#[test]
fn a_change_of_mind_holds() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.unhold(call);
    alice.told(&["inviting", "settled Canceled"]);
    alice.sends_nothing();
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.told(&["hold local", "inviting", "unhold local", "settled"]);
}

#[test]
fn a_call_that_ends_takes_the_wish_with_it() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hold(call);
    alice.sends("INVITE");
    alice.hear_in_dialog(&ack, "BYE 1", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["inviting", "bye", "terminated Terminated", "settled Terminated"]);
}

#[test]
fn a_wish_that_is_heard_of_after_the_call_has_ended_is_not_waited_for_without_end() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.hang_up(call);
    let bye = alice.sends("BYE");
    alice.answer(&invite, "183 Session Progress");
    alice.answer(&bye, "200 OK");
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn a_hold_that_meets_a_dead_socket_is_asked_for_again() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.hold(call);
    alice.sends("INVITE");
    alice.lose_socket();
    alice.asked(&["hold", "offer", "rollback"]);
    alice.open();
    let invite = alice.sends("INVITE");
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    assert_eq!(alice.agent.is_on_hold(call), (true, false));
}

#[test]
fn a_far_side_that_knows_nothing_of_the_call_ends_it() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "481 Call/Transaction Does Not Exist");
    alice.sends("ACK");
    alice.sends("BYE");
    let cause = Cause::DialogError.as_str();
    alice.told(&["inviting", "bye", &format!("terminated {cause}"), &format!("settled {cause}")]);
    alice.pass(seconds(40));
}

/// Bob is on hold; with nothing left to look at.
fn holding_bob() -> (Phone, CallId) {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.told(&["inviting", "hold local", "settled"]);
    alice.asked(&["hold", "offer", "apply v=0 bob"]);
    (alice, call)
}

fn fail(alice: &mut Phone, call: CallId) {
    alice.media_fact(call, MediaFact::Failed(Cause::WebRtcError));
}

#[test]
fn a_hold_taken_back_before_it_is_refused_leaves_the_microphone_on() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.unhold(call);
    alice.told(&["inviting", "settled Canceled"]);
    alice.answer(&invite, "488 Not Acceptable Here");
    alice.sends("ACK");
    alice.told(&["settled"]);
    alice.asked(&["hold", "offer", "rollback", "unhold"]);
    assert_eq!(alice.agent.is_on_hold(call), (false, false));
    alice.sends_nothing();
}

#[test]
fn a_hold_taken_back_before_it_meets_another_offer_is_not_asked_for_again() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.unhold(call);
    alice.answer(&invite, "491 Request Pending");
    alice.sends("ACK");
    alice.told(&["inviting", "settled Canceled", "settled"]);
    alice.asked(&["hold", "offer", "rollback", "unhold"]);
    alice.pass(seconds(5));
    alice.sends_nothing();
}

#[test]
fn a_hold_taken_back_before_the_browser_fails_leaves_the_microphone_on() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.description = Browser::Waits;
    alice.hold(call);
    alice.unhold(call);
    fail(&mut alice, call);
    alice.told(&["settled Canceled", "settled"]);
    alice.asked(&["hold", "offer", "unhold"]);
    alice.sends_nothing();
}

#[test]
fn an_unhold_taken_back_before_it_is_refused_leaves_the_microphone_off() {
    for status in ["488 Not Acceptable Here", "491 Request Pending"] {
        let (mut alice, call) = holding_bob();
        alice.unhold(call);
        let invite = alice.sends("INVITE");
        alice.hold(call);
        alice.told(&["inviting", "settled Canceled"]);
        alice.answer(&invite, status);
        alice.sends("ACK");
        alice.told(&["settled"]);
        alice.asked(&["unhold", "offer", "rollback", "hold"]);
        assert_eq!(alice.agent.is_on_hold(call), (true, false));
        alice.pass(seconds(5));
        alice.sends_nothing();
    }
    let (mut alice, call) = holding_bob();
    alice.description = Browser::Waits;
    alice.unhold(call);
    alice.hold(call);
    fail(&mut alice, call);
    alice.told(&["settled Canceled", "settled"]);
    alice.asked(&["unhold", "offer", "hold"]);
}

#[test]
fn an_unhold_while_offers_that_crossed_wait_is_done_at_once() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "491 Request Pending");
    alice.sends("ACK");
    alice.told(&["inviting"]);
    alice.asked(&["hold", "offer", "rollback"]);
    alice.unhold(call);
    alice.told(&["settled Canceled", "settled"]);
    alice.asked(&["unhold"]);
    alice.pass(seconds(5));
    alice.sends_nothing();
}

#[test]
fn a_hold_that_waits_is_in_the_answer_to_the_offer_that_it_met() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "491 Request Pending");
    alice.sends("ACK");
    alice.description = Browser::Waits;
    alice.hear_in_dialog(&ack, "INVITE 1", &THEIR_HOLD.replace("sendonly", "sendrecv"));
    // It is not done yet: the answer that is being made says that Bob is on hold.
    alice.unhold(call);
    alice.told(&["inviting", "settled Canceled"]);
    alice.hold(call);
    alice.told(&["settled Canceled"]);
    alice.media_fact(call, common::described());
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["hold local", "settled"]);
    alice.hear_in_dialog(&ack, "ACK 1", "");
    alice.asked(&["hold", "offer", "rollback", "answer to v=0\nm=audio 9 RTP/AVP 0\na=sendrecv"]);
    alice.pass(seconds(5));
    alice.sends_nothing();
}

#[test]
fn what_is_so_already_is_not_waited_for() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.renegotiate(call);
    alice.sends("INVITE");
    alice.unhold(call);
    alice.told(&["inviting", "settled"]);
}

#[test]
fn a_hold_wished_during_another_offer_outlives_its_refusal() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.renegotiate(call);
    let invite = alice.sends("INVITE");
    alice.hold(call);
    alice.answer(&invite, "488 Not Acceptable Here");
    alice.sends("ACK");
    let invite = alice.sends("INVITE");
    alice.told(&["inviting", "settled Incompatible SDP", "inviting"]);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.told(&["hold local", "settled"]);
}
