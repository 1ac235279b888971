//! bob calls and alice answers (RFC 3665 §3.1; RFC 3261 §13.3): offer, answer, and the 2xx until its ACK.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Browser, INVITE, Phone, field, seconds, tag};
use telnyx_device::agent::{CallStatus, Event, Output};
use telnyx_device::error::{ApiMisuse, Cause};

#[test]
fn a_call_rings_and_is_answered() {
    let mut alice = Phone::connected();
    alice.hear(INVITE);
    let ringing = alice.sends("SIP/2.0 180 Ringing\r\n");
    for name in ["Via", "From", "Call-ID", "CSeq"] {
        assert!(INVITE.contains(field(&ringing, name)), "{name}: {ringing}");
    }
    assert!(field(&ringing, "To").starts_with("<sip:alice@example.com>;tag="), "{ringing}");
    assert!(field(&ringing, "Contact").contains(".invalid;transport=ws>"), "{ringing}");
    alice.told(&["incoming"]);
    let call = alice.agent.active_call().unwrap();
    assert!(alice.agent.is_incoming(call));
    assert_eq!(alice.agent.call_status(call), CallStatus::Starting);

    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK\r\n");
    assert_eq!(field(&ok, "To"), field(&ringing, "To"));
    assert_eq!(field(&ok, "Content-Type"), "application/sdp");
    assert!(ok.ends_with(common::SDP), "{ok}");
    assert!(field(&ok, "Allow").contains("INVITE"), "{ok}");
    alice.asked(&["acquire", "answer to v=0 bob"]);
    alice.told(&["call connecting", "accepted 200", "settled"]);
    assert_eq!(alice.agent.call_status(call), CallStatus::Connected);

    alice.hear_in_dialog(&ok, "ACK 1", "");
    alice.pass(seconds(60));
    alice.sends_nothing();
    alice.hear_in_dialog(&ok, "BYE 2", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["bye", "terminated Terminated"]);
    alice.asked(&["release"]);
    alice.comes_to_rest();
}

#[test]
fn a_repeated_invite_hears_the_same_and_rings_once() {
    let (mut alice, _, ringing) = Phone::called_by_bob();
    alice.hear(INVITE);
    assert_eq!(alice.sends("SIP/2.0 180"), ringing);
    alice.told(&[]);
    assert_eq!(alice.agent.calls().len(), 1);
}

#[test]
fn the_answer_is_repeated_until_it_is_acknowledged() {
    // RFC 3261 §13.3.1.4: after T1, then twice as long each time, at most T2
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK");
    let answered = alice.now;
    for after in [500, 1_500, 3_500, 7_500, 11_500] {
        assert_eq!(alice.sends_later("SIP/2.0 200 OK"), ok);
        assert_eq!(alice.now.since(answered).as_millis(), after);
    }
    alice.hear_in_dialog(&ok, "ACK 1", "");
    alice.hear_in_dialog(&ok, "ACK 1", "");
    alice.pass(seconds(60));
    alice.sends_nothing();
    assert_eq!(alice.agent.call_status(call), CallStatus::Connected);
}

#[test]
fn an_answer_that_is_never_acknowledged_ends_the_call() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    alice.told(&["call connecting", "accepted 200", "settled"]);
    alice.sends("SIP/2.0 200 OK");
    let answered = alice.now;
    let bye = loop {
        let sent = alice.sends_later("");
        if !sent.starts_with("SIP/2.0 200 OK") {
            break sent;
        }
    };
    assert_eq!(alice.now.since(answered), seconds(32));
    assert!(bye.starts_with("BYE sip:bob@b.invalid"), "{bye}");
    alice.answer(&bye, "481 Call/Transaction Does Not Exist");
    alice.told(&["bye", "terminated No ACK"]);
    alice.comes_to_rest();
}

#[test]
fn an_invite_without_an_offer_gets_one() {
    let mut alice = Phone::connected();
    alice.hear(INVITE.split("Content-Type").next().unwrap());
    alice.sends("SIP/2.0 180");
    let call = alice.agent.active_call().unwrap();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK");
    assert!(ok.ends_with(common::SDP), "{ok}");
    alice.hear_in_dialog(&ok, "ACK 1", "Content-Type: application/sdp\n\nv=0 bob answers");
    alice.asked(&["acquire", "offer", "apply v=0 bob answers"]);
    alice.told(&["incoming", "call connecting", "accepted 200", "settled"]);
}

#[test]
fn an_offer_of_ours_that_is_not_answered_ends_the_call() {
    let mut alice = Phone::connected();
    alice.hear(INVITE.split("Content-Type").next().unwrap());
    alice.sends("SIP/2.0 180");
    let call = alice.agent.active_call().unwrap();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK");
    alice.ignore_events();
    alice.hear_in_dialog(&ok, "ACK 1", "");
    let bye = alice.sends("BYE");
    alice.answer(&bye, "200 OK");
    alice.told(&["bye", "terminated Bad Media Description"]);
    alice.comes_to_rest();
}

#[test]
fn an_offer_that_cannot_be_used_is_refused() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.description = Browser::Fails(Cause::BadMediaDescription);
    alice.accept(call);
    alice.sends("SIP/2.0 488 Not Acceptable Here");
    let cause = "Bad Media Description";
    alice.told(&[
        "call connecting",
        &format!("failed {cause}"),
        &format!("settled {cause}"),
        &format!("terminated {cause}"),
    ]);
    alice.comes_to_rest();
}

#[test]
fn a_refused_microphone_declines_the_call() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.microphone = Browser::Fails(Cause::UserDeniedMediaAccess);
    alice.accept(call);
    alice.sends("SIP/2.0 480");
    let cause = "User Denied Media Access";
    alice.told(&[&format!("failed {cause}"), &format!("settled {cause}"), &format!("terminated {cause}")]);
    alice.comes_to_rest();
}

#[test]
fn a_call_is_answered_once() {
    let (mut alice, call, ok) = Phone::answering_bob();
    assert_eq!(alice.agent.accept(alice.now, call, Vec::new()).err(), Some(ApiMisuse::InvalidState));
    assert_eq!(
        alice.agent.reject(alice.now, call, None, None, Vec::new()).err(),
        Some(ApiMisuse::InvalidState)
    );
    assert_eq!(tag(field(&ok, "From")), "far");
}

#[test]
fn an_event_tells_who_calls() {
    let mut alice = Phone::connected();
    let socket = alice.socket.unwrap();
    let frame = INVITE.replace("    ", "").replace('\n', "\r\n").into_bytes();
    alice.agent.handle_input(alice.now, telnyx_device::agent::Input::Received { socket, frame });
    let request = std::iter::from_fn(|| alice.agent.poll_output()).find_map(|output| match output {
        Output::Event(Event::Incoming { request, .. }) => Some(request),
        _ => None,
    });
    let request = request.unwrap();
    assert_eq!(request.from().display_name().unwrap(), "Bob");
    assert_eq!(request.from().uri().as_str(), "sip:bob@example.com");
}

#[test]
fn a_permission_that_is_never_given_ends_the_call() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.microphone = Browser::Waits;
    alice.accept(call);
    alice.pass(seconds(61));
    alice.sends("SIP/2.0 480 ");
    alice.told(&["rejected 480 No Answer", "failed No Answer", "settled No Answer", "terminated No Answer"]);
}

#[test]
fn an_answer_is_confirmed_once() {
    let (mut alice, _, ok) = Phone::answering_bob();
    assert_eq!(alice.confirmed, 1);
    alice.hear_in_dialog(&ok, "ACK 1", "");
    assert_eq!(alice.confirmed, 1);
}
