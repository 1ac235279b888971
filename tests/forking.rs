//! One INVITE, several phones that answer it (RFC 3261 §13.2.2.4): the first has the call, the others are thanked and
//! let go.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Phone, field, seconds, tag};
use telnyx_device::agent::{CallStatus, InviteOptions};

const RELIABLE: &str = "180 Ringing\nContact: <sip:bob@b.invalid>\nRequire: 100rel\nRSeq: 1";
const CAROL: &str = "200 OK\nContact: <sip:carol@c.invalid>\nContent-Type: application/sdp\n\nv=0 carol";

/// Asks a team to offer.
fn asking_for_an_offer() -> (Phone, String) {
    let mut alice = Phone::connected();
    alice.dial_with("team", InviteOptions { late_offer: true, ..InviteOptions::default() });
    let invite = alice.sends("INVITE");
    alice.ignore_events();
    (alice, invite)
}

/// A phone of the team offers, reliably.
fn offering(name: &str) -> String {
    format!(
        "183 Session Progress\nContact: <sip:{name}@{name}.invalid>\nRequire: 100rel\nRSeq: 1\n\
         Content-Type: application/sdp\n\nv=0 {name}"
    )
}

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

#[test]
fn of_several_phones_that_offer_the_first_is_heard_and_the_others_let_go() {
    // RFC 3262 §5, RFC 3261 §15
    let (mut alice, invite) = asking_for_an_offer();
    alice.answer_as("one", &invite, &offering("one"));
    alice.sends("PRACK sip:one@one.invalid");
    alice.answer_as("two", &invite, &offering("two"));
    let bye = alice.sends("BYE sip:two@two.invalid");
    alice.answer(&bye, "200 OK");
    alice.answer_as("two", &invite, &offering("two").replace("RSeq: 1", "RSeq: 2"));
    alice.sends_nothing();
    alice.told(&["progress 183", "progress 183"]);
    alice.answer_as("one", &invite, "200 OK\nContact: <sip:one@one.invalid>");
    alice.sends("ACK");
    alice.told(&["accepted 200"]);
}

#[test]
fn a_phone_that_answers_while_it_is_let_go_has_no_call() {
    let (mut alice, invite) = asking_for_an_offer();
    alice.answer_as("one", &invite, &offering("one"));
    alice.sends("PRACK");
    alice.answer_as("two", &invite, &offering("two"));
    let early = alice.sends("BYE");
    alice.answer_as("two", &invite, "200 OK\nContact: <sip:two@two.invalid>");
    alice.sends("ACK");
    let bye = alice.sends("BYE");
    assert_eq!((field(&early, "CSeq"), field(&bye, "CSeq")), ("2 BYE", "3 BYE"));
    alice.answer(&early, "200 OK");
    alice.answer(&bye, "481 Call/Transaction Does Not Exist");
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn what_is_no_offer_does_not_keep_the_media_from_another_phone() {
    let (mut alice, invite) = asking_for_an_offer();
    let unreliable = offering("one").replace("Require: 100rel\nRSeq: 1\n", "");
    alice.answer_as("one", &invite, &unreliable);
    alice.sends_nothing();
    alice.answer_as("two", &invite, &offering("two"));
    assert!(alice.sends("PRACK sip:two@two.invalid").ends_with(common::SDP));
}

#[test]
fn a_phone_that_hangs_up_while_it_rings_rings_no_more() {
    // RFC 3261 §15: it may not, and it has
    let mut alice = Phone::connected();
    let call = alice.dial("team");
    let invite = alice.sends("INVITE");
    let early =
        "183 Session Progress\nContact: <sip:one@one.invalid>\nContent-Type: application/sdp\n\nv=0 one";
    alice.answer_as("one", &invite, early);
    alice.answer_as("two", &invite, RELIABLE);
    let prack = alice.sends("PRACK");
    alice.hear_in_dialog(&prack, "BYE 1", "");
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&prack, "UPDATE 2", "");
    alice.sends("SIP/2.0 481 ");
    alice.told(&["call connecting", "inviting", "progress 183", "progress 180"]);
    assert_eq!(alice.agent.call_status(call), CallStatus::Initiating);
    alice.answer_as("one", &invite, BOB);
    alice.sends("ACK");
    alice.told(&["accepted 200"]);
}
