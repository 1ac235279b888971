//! One INVITE, several phones that answer it (RFC 3261 §13.2.2.4): the first has the call, the others are thanked and
//! let go.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Phone, field, seconds, tag};

const RELIABLE: &str = "180 Ringing\nContact: <sip:bob@b.invalid>\nRequire: 100rel\nRSeq: 1";
const CAROL: &str = "200 OK\nContact: <sip:carol@c.invalid>\nContent-Type: application/sdp\n\nv=0 carol";

/// In a call with bob, whose INVITE may be answered by others still.
fn answered_by_bob() -> (Phone, telnyx_device::agent::CallId, String) {
    let mut alice = Phone::connected();
    let call = alice.dial("team");
    let invite = alice.sends("INVITE");
    alice.answer_as("bob", &invite, "180 Ringing");
    alice.answer_as("carol", &invite, "180 Ringing");
    alice.answer_as("bob", &invite, BOB);
    let ack = alice.sends("ACK sip:bob@b.invalid");
    assert_eq!(tag(field(&ack, "To")), "bob");
    alice.told(&["call connecting", "inviting", "progress 180", "progress 180", "accepted 200"]);
    alice.asked(&["acquire", "offer", "apply v=0 bob"]);
    (alice, call, invite)
}

#[test]
fn the_second_answer_is_acknowledged_and_ended() {
    let (mut alice, call, invite) = answered_by_bob();
    alice.answer_as("carol", &invite, CAROL);
    let ack = alice.sends("ACK sip:carol@c.invalid");
    let bye = alice.sends("BYE sip:carol@c.invalid");
    assert_eq!((tag(field(&ack, "To")), tag(field(&bye, "To"))), ("carol", "carol"));
    alice.answer(&bye, "200 OK");
    alice.told(&[]);
    alice.asked(&[]);

    alice.hang_up(call);
    let bye = alice.sends("BYE sip:bob@b.invalid");
    alice.answer(&bye, "200 OK");
    alice.told(&["bye", "terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn an_answer_after_the_call_is_over_is_ended_too() {
    let (mut alice, call, invite) = answered_by_bob();
    alice.hang_up(call);
    let bye = alice.sends("BYE");
    alice.answer(&bye, "200 OK");
    alice.told(&["bye", "terminated -", "settled"]);
    alice.pass(seconds(1));
    alice.answer_as("carol", &invite, CAROL);
    alice.sends("ACK sip:carol@c.invalid");
    let bye = alice.sends("BYE sip:carol@c.invalid");
    alice.answer(&bye, "200 OK");
    alice.comes_to_rest();
}

#[test]
fn a_repeated_answer_of_the_loser_does_not_disturb_the_winner() {
    let (mut alice, _, invite) = answered_by_bob();
    alice.answer_as("carol", &invite, CAROL);
    alice.sends("ACK sip:carol@c.invalid");
    alice.sends("BYE sip:carol@c.invalid");
    alice.answer_as("carol", &invite, CAROL);
    alice.sends("ACK sip:carol@c.invalid");
    alice.told(&[]);
    assert_eq!(alice.agent.calls().len(), 1);
}

#[test]
fn early_media_of_the_first_phone_is_heard() {
    let mut alice = Phone::connected();
    alice.dial("team");
    let invite = alice.sends("INVITE");
    let early = |who| format!("183 Session Progress\nContent-Type: application/sdp\n\nv=0 {who}");
    alice.answer_as("bob", &invite, &early("bob"));
    alice.answer_as("carol", &invite, &early("carol"));
    alice.answer_as("bob", &invite, BOB);
    alice.asked(&["acquire", "offer", "early answer v=0 bob", "apply v=0 bob"]);
}

#[test]
fn a_refusal_that_crosses_an_answer_changes_nothing() {
    let (mut alice, call, invite) = answered_by_bob();
    alice.answer_as("carol", &invite, "486 Busy Here");
    alice.sends_nothing();
    alice.told(&[]);
    assert_eq!(alice.agent.call_status(call), telnyx_device::agent::CallStatus::Connected);
}

#[test]
fn a_phone_that_rings_may_say_something() {
    // RFC 6086 §4.2.1
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, RELIABLE);
    let prack = alice.sends("PRACK");
    alice.ignore_events();
    for (request, status) in [("INFO 1", "200"), ("INVITE 2", "491"), ("REFER 3", "603"), ("NOTIFY 4", "481")]
    {
        alice.hear_in_dialog(&prack, request, "Contact: <sip:bob@b.invalid>");
        alice.sends(&format!("SIP/2.0 {status} "));
    }
    alice.hear_in_dialog(&prack, "INFO 5", "Content-Type: text/plain\n\nhello");
    alice.told(&["info hello"]);
}
