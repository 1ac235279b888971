//! ICE fails while there are candidates that the far side does not know: one restart by re-INVITE (RFC 8839 §4.4.1.1).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Phone, field};
use telnyx_device::agent::MediaFact;

const HOLD: &str =
    "Contact: <sip:bob@b.invalid>\nContent-Type: application/sdp\n\nv=0\nm=audio 9 RTP/AVP 0\na=sendonly";

#[test]
fn a_restart_is_offered_and_answered_once() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    let invite = alice.sends("INVITE sip:bob@b.invalid");
    assert_eq!(field(&invite, "CSeq"), "2 INVITE");
    alice.told(&["inviting"]);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.asked(&["restart", "offer", "apply v=0 bob"]);
    alice.media_fact(call, MediaFact::IceFailed);
    alice.sends_nothing();
    alice.asked(&[]);
}

#[test]
fn a_refused_restart_is_not_tried_again() {
    let (mut alice, call, _) = Phone::answering_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "488 Not Acceptable Here");
    alice.sends("ACK");
    alice.told(&["inviting"]);
    alice.asked(&["restart", "offer", "rollback"]);
    alice.media_fact(call, MediaFact::IceFailed);
    alice.sends_nothing();
}

#[test]
fn after_glare_it_is_offered_again() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "491 Request Pending");
    alice.sends("ACK");
    let again = alice.sends_later("INVITE");
    alice.answer(&again, BOB);
    alice.sends("ACK");
    alice.told(&["inviting", "inviting"]);
    alice.asked(&["restart", "offer", "rollback", "restart", "offer", "apply v=0 bob"]);
}

#[test]
fn it_waits_for_the_exchange_that_is_under_way() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.media_fact(call, MediaFact::IceFailed);
    alice.sends_nothing();
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    let again = alice.sends("INVITE");
    alice.answer(&again, BOB);
    alice.sends("ACK");
    alice.told(&["inviting", "hold local", "settled", "inviting"]);
    alice.asked(&["hold", "offer", "apply v=0 bob", "restart", "offer", "apply v=0 bob"]);
}

#[test]
fn it_waits_while_the_far_side_holds_us() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INVITE 1", HOLD);
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ack, "ACK 1", "");
    alice.media_fact(call, MediaFact::IceFailed);
    alice.sends_nothing();
    alice.hear_in_dialog(&ack, "INVITE 2", &HOLD.replace("sendonly", "sendrecv"));
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ack, "ACK 2", "");
    alice.sends("INVITE");
    alice.told(&["hold remote", "unhold remote", "inviting"]);
}

#[test]
fn before_the_answer_nothing_is_restarted() {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    alice.sends("INVITE");
    alice.media_fact(call, MediaFact::IceFailed);
    alice.sends_nothing();
}
