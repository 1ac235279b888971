//! A call that was answered ends, from either side and at awkward moments (RFC 3665 §3.1, RFC 3261 §15).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Browser, Phone, field, seconds};
use telnyx_device::agent::{CallStatus, MediaFact};
use telnyx_device::error::Cause;
use telnyx_device::message::ExtraHeader;

#[test]
fn bob_hangs_up() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "BYE 1", "");
    let ok = alice.sends("SIP/2.0 200 OK");
    assert_eq!(field(&ok, "CSeq"), "1 BYE");
    alice.told(&["bye", "terminated Terminated"]);
    alice.asked(&["release"]);
    assert_eq!(alice.agent.call_status(call), CallStatus::Ended);
    alice.comes_to_rest();
}

#[test]
fn alice_hangs_up_on_a_call_that_bob_placed() {
    let (mut alice, call, ok) = Phone::answering_bob();
    alice.hang_up(call);
    let bye = alice.sends("BYE sip:bob@b.invalid SIP/2.0\r\n");
    assert_eq!(field(&bye, "From"), field(&ok, "To"));
    assert_eq!(field(&bye, "To"), field(&ok, "From"));
    assert_eq!(field(&bye, "Call-ID"), "from-bob");
    alice.answer(&bye, "200 OK");
    alice.told(&["bye", "terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn headers_of_the_application_go_with_the_bye() {
    let (mut alice, call, _) = Phone::calling_bob();
    let why = ExtraHeader::read("Reason: SIP;cause=200;text=\"enough\"").unwrap();
    let ticket = alice.agent.disconnect(alice.now, call, vec![why]);
    alice.awaits(ticket);
    assert_eq!(field(&alice.sends("BYE"), "Reason"), "SIP;cause=200;text=\"enough\"");
}

#[test]
fn both_hang_up_at_once() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hang_up(call);
    let bye = alice.sends("BYE");
    alice.hear_in_dialog(&ack, "BYE 1", "");
    // The dialog is no more (RFC 3261 §15.1.2).
    alice.sends("SIP/2.0 481 ");
    alice.answer(&bye, "481 Call/Transaction Does Not Exist");
    alice.told(&["bye", "terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn a_bye_that_nobody_answers_is_a_bye_all_the_same() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hang_up(call);
    alice.sends("BYE");
    alice.told(&["bye", "terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn hanging_up_before_the_ack_waits_for_it() {
    // RFC 3261 §15: the callee must not send a BYE before
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK");
    alice.told(&["call connecting", "accepted 200", "settled"]);
    alice.hang_up(call);
    alice.sends_nothing();
    assert_eq!(alice.agent.call_status(call), CallStatus::Ended);
    alice.asked(&["acquire", "answer to v=0 bob", "release"]);
    alice.sends_later("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ok, "ACK 1", "");
    let bye = alice.sends("BYE");
    alice.answer(&bye, "200 OK");
    alice.told(&["bye", "terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn hanging_up_before_an_ack_that_never_comes_takes_its_time() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    alice.sends("SIP/2.0 200 OK");
    alice.hang_up(call);
    alice.ignore_events();
    while !alice.sends_later("").starts_with("BYE") {}
    alice.told(&["bye", "terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn bob_hangs_up_before_his_ack() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK");
    alice.ignore_events();
    alice.hear_in_dialog(&ok, "BYE 2", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["bye", "terminated Terminated"]);
    alice.comes_to_rest();
}

#[test]
fn bob_hangs_up_while_alice_waits_to_do_so() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK");
    alice.hang_up(call);
    alice.ignore_events();
    alice.hear_in_dialog(&ok, "BYE 2", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["bye", "terminated Terminated", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn a_bye_out_of_order_is_refused() {
    // RFC 3261 §12.2.2
    let (mut alice, call, ok) = Phone::answering_bob();
    alice.hear_in_dialog(&ok, "INFO 7", "");
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ok, "BYE 6", "");
    alice.sends("SIP/2.0 500 ");
    alice.told(&[]);
    assert_eq!(alice.agent.calls(), [call]);
}

#[test]
fn media_that_fails_ends_the_call() {
    let (mut alice, call, _) = Phone::answering_bob();
    alice.media_fact(call, MediaFact::Failed(Cause::WebRtcError));
    let bye = alice.sends("BYE");
    alice.answer(&bye, "200 OK");
    alice.told(&["bye", "terminated WebRTC Error"]);
    alice.comes_to_rest();
}

#[test]
fn a_call_outlives_its_socket() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.lose_socket();
    assert_eq!(alice.agent.call_status(call), CallStatus::Connected);
    alice.open();
    alice.sends("INVITE sip:bob@b.invalid");
    alice.told(&[
        "disconnected 1006 retry true",
        "recovering signaling",
        "connecting 1",
        "connected",
        "inviting",
    ]);
    alice.hear_in_dialog(&ack, "BYE 1", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["bye", "terminated Terminated"]);
}

#[test]
fn hanging_up_without_a_connection_ends_the_call_and_tells_bob_later() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.lose_socket();
    alice.ignore_events();
    alice.hang_up(call);
    alice.told(&["bye", "terminated -", "settled"]);
    alice.lose_socket();
    alice.pass(seconds(2));
    alice.open();
    let bye = alice.sends("BYE sip:bob@b.invalid");
    alice.answer(&bye, "200 OK");
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn a_bye_whose_answer_was_lost_with_the_socket_goes_again() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.hang_up(call);
    let bye = alice.sends("BYE");
    alice.lose_socket();
    alice.open();
    assert_eq!(alice.sends("BYE"), bye);
}

/// No server can be had for so many seconds, and then one.
fn comes_back_after(alice: &mut Phone, outage: u64) {
    let end = alice.now + seconds(outage);
    while alice.now < end || alice.socket.is_none() {
        if alice.socket.is_some() {
            alice.lose_socket();
        }
        alice.pass(seconds(1));
    }
    alice.open();
}

#[test]
fn a_bye_lost_with_the_socket_outlives_a_long_outage() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.hang_up(call);
    let lost = alice.sends("BYE");
    alice.lose_socket();
    comes_back_after(&mut alice, 60);
    let bye = alice.sends("BYE sip:bob@b.invalid");
    for name in ["From", "To", "Call-ID", "CSeq"] {
        assert_eq!(field(&bye, name), field(&lost, name));
    }
    alice.answer(&bye, "481 Call/Transaction Does Not Exist");
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn a_bye_does_not_wait_for_a_connection_for_ever() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.lose_socket();
    alice.hang_up(call);
    comes_back_after(&mut alice, 1900);
    alice.sends_nothing();
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn stopping_ends_every_call_as_its_state_asks() {
    let (mut alice, _, _) = Phone::calling_bob();
    alice.hear(common::INVITE);
    alice.sends("SIP/2.0 180");
    alice.dial("carol");
    let hold = alice.sends("INVITE sip:bob@b.invalid");
    let invite = alice.sends("INVITE sip:carol@example.com");
    alice.answer(&hold, BOB);
    alice.sends("ACK sip:bob@b.invalid");
    alice.answer(&invite, "180 Ringing");
    alice.microphone = Browser::Waits;
    alice.dial("dave");
    alice.ignore_events();
    alice.stop();
    let bye = alice.sends("BYE");
    alice.sends("SIP/2.0 480");
    let cancel = alice.sends("CANCEL");
    alice.sends_nothing();
    alice.told(&[
        "bye",
        "terminated -",
        "rejected 480 Unavailable",
        "failed Unavailable",
        "terminated Unavailable",
        "cancel",
        "cancel",
        "rejected 0 Canceled",
        "failed Canceled",
        "terminated Canceled",
    ]);
    alice.answer(&bye, "200 OK");
    alice.answer(&cancel, "200 OK");
    alice.answer(&invite, "487 Request Terminated");
    alice.sends("ACK");
    alice.told(&[
        "rejected 487 Canceled",
        "failed Canceled",
        "terminated Canceled",
        "disconnected 1000 retry false",
        "settled",
    ]);
    alice.comes_to_rest();
}

#[test]
fn stopping_ends_a_call_that_nobody_helps_to_end() {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    alice.sends("INVITE");
    alice.ignore_events();
    alice.hang_up(call);
    alice.stop();
    alice.pass(seconds(5));
    alice.told(&[
        "cancel",
        "rejected 0 Canceled",
        "failed Canceled",
        "terminated Canceled",
        "settled",
        "disconnected 1000 retry false",
        "settled",
    ]);
    alice.comes_to_rest();
}

#[test]
fn a_call_that_arrives_while_stopping_is_declined() {
    let mut alice = Phone::registered();
    alice.stop();
    alice.sends("REGISTER");
    alice.hear(common::INVITE);
    alice.sends("SIP/2.0 480");
    alice.told(&[]);
}
