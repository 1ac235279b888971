//! bob calls and is not answered: declined, too late, canceled, cut off (RFC 3665 §3.8–§3.10; RFC 3261 §9.2).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Browser, CANCEL, INVITE, Phone, field, seconds};
use telnyx_device::agent::{CallEvent, CallStatus, Event, Input, Output};
use telnyx_device::error::ApiMisuse;
use telnyx_device::message::Message;

#[test]
fn a_call_is_declined() {
    for (status, line, rejected, cause) in [
        (None, "480 Temporarily Unavailable", "rejected 480", "Unavailable"),
        (Some(486), "486 Busy Here", "rejected 486", "Busy"), // RFC 3665 §3.9 seen from bob
        (Some(603), "603 Decline", "rejected 603", "Rejected"),
        (Some(302), "302 Moved Temporarily", "rejected 302", "Redirected"),
    ] {
        let (mut alice, call, ringing) = Phone::called_by_bob();
        alice.reject(call, status);
        let refusal = alice.sends(&format!("SIP/2.0 {line}\r\n"));
        assert_eq!(field(&refusal, "To"), field(&ringing, "To"));
        let rejected = format!("{rejected} {cause}");
        alice.told(&[&rejected, &format!("failed {cause}"), &format!("terminated {cause}"), "settled"]);
        // A repeated INVITE hears it again, until the ACK.
        alice.hear(INVITE);
        assert_eq!(alice.sends("SIP/2.0"), refusal);
        alice.hear(&CANCEL.replace("CANCEL", "ACK").replace("To: <sip:alice@example.com>", &to(&refusal)));
        alice.comes_to_rest();
    }
}

fn to(response: &str) -> String {
    format!("To: {}", field(response, "To"))
}

#[test]
fn a_refusal_that_nobody_acknowledges_is_forgotten_in_time() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.reject(call, None);
    alice.sends("SIP/2.0 480");
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn declining_carries_words_and_headers_of_the_application() {
    let (mut alice, call, _) = Phone::called_by_bob();
    let header = telnyx_device::message::ExtraHeader::read("X-Why: dinner").unwrap();
    let words = Some("At dinner\r\nX-Evil: 1");
    let ticket = alice.agent.reject(alice.now, call, Some(603), words, vec![header]).unwrap();
    alice.awaits(ticket);
    let refusal = alice.sends("SIP/2.0 603 At dinner  X-Evil: 1\r\n");
    assert_eq!(field(&refusal, "X-Why"), "dinner");
}

#[test]
fn only_refusals_can_be_given() {
    let (mut alice, call, _) = Phone::called_by_bob();
    for status in [0, 99, 100, 200, 299, 700] {
        let refused = alice.agent.reject(alice.now, call, Some(status), None, Vec::new()).err();
        assert_eq!(refused, Some(ApiMisuse::InvalidStatus), "{status}");
    }
    assert_eq!(alice.agent.calls(), [call]);
}

#[test]
fn hanging_up_a_ringing_call_declines_it() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.hang_up(call);
    alice.sends("SIP/2.0 480");
    alice.told(&["rejected 480 Unavailable", "failed Unavailable", "terminated Unavailable", "settled"]);
}

#[test]
fn nobody_answers() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.pass(seconds(59));
    alice.sends_nothing();
    alice.pass(seconds(1));
    alice.sends("SIP/2.0 480 Temporarily Unavailable");
    alice.told(&["rejected 480 No Answer", "failed No Answer", "terminated No Answer"]);
    let late = alice.agent.accept(alice.now, call, Vec::new()).err();
    assert_eq!(late, Some(ApiMisuse::NoSuchCall));
    alice.comes_to_rest();
}

#[test]
fn bob_thinks_better_of_it() {
    // RFC 3665 §3.8, seen from bob
    let (mut alice, _, ringing) = Phone::called_by_bob();
    alice.hear(CANCEL);
    let ok = alice.sends("SIP/2.0 200 OK\r\n");
    assert_eq!(field(&ok, "CSeq"), "1 CANCEL");
    assert_eq!(field(&ok, "To"), field(&ringing, "To"), "RFC 3261 §9.2");
    let terminated = alice.sends("SIP/2.0 487 Request Terminated\r\n");
    assert_eq!(field(&terminated, "CSeq"), "1 INVITE");
    assert_eq!(field(&terminated, "To"), field(&ringing, "To"));
    alice.told(&["cancel", "rejected 487 Canceled", "failed Canceled", "terminated Canceled"]);
    alice.comes_to_rest();
}

#[test]
fn the_end_of_a_call_tells_why_it_was_canceled() {
    // RFC 3326 §3
    let (mut alice, ..) = Phone::called_by_bob();
    let lines: Vec<&str> = CANCEL.lines().map(str::trim).collect();
    let why = "SIP;cause=200;text=\"Call completed elsewhere\"";
    let cancel = format!("{}\r\nReason: {why}\r\n\r\n", lines.join("\r\n"));
    let socket = alice.socket.unwrap();
    alice.agent.handle_input(alice.now, Input::Received { socket, frame: cancel.into_bytes() });
    let ends = core::iter::from_fn(|| alice.agent.poll_output()).find_map(|output| match output {
        Output::Event(Event::Call { event: CallEvent::Terminated { message, .. }, .. }) => message,
        _ => None,
    });
    let Some(Message::Request(cancel)) = ends else { panic!("by the CANCEL") };
    assert_eq!(cancel.named("Reason").collect::<Vec<_>>(), [why]);
}

#[test]
fn bob_thinks_better_of_it_while_alice_answers() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.microphone = Browser::Waits;
    alice.accept(call);
    alice.hear(CANCEL);
    alice.sends("SIP/2.0 200 OK");
    alice.sends("SIP/2.0 487");
    alice.told(&[
        "cancel",
        "rejected 487 Canceled",
        "failed Canceled",
        "settled Canceled",
        "terminated Canceled",
    ]);
    alice.asked(&["acquire", "release"]);
    alice.comes_to_rest();
}

#[test]
fn a_cancel_that_crosses_the_answer_changes_nothing() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK");
    alice.hear(CANCEL);
    let canceled = alice.sends("SIP/2.0 200 OK");
    assert_eq!(field(&canceled, "CSeq"), "1 CANCEL");
    alice.hear_in_dialog(&ok, "ACK 1", "");
    alice.told(&["call connecting", "accepted 200", "settled"]);
    assert_eq!(alice.agent.call_status(call), CallStatus::Connected);
}

#[test]
fn a_cancel_of_nothing_is_told_so() {
    let mut alice = Phone::connected();
    alice.hear(CANCEL);
    alice.sends("SIP/2.0 481 ");
    alice.told(&[]);
}

#[test]
fn bob_may_hang_up_before_the_answer() {
    // RFC 3261 §15: the caller may send BYE in an early dialog
    let (mut alice, _, ringing) = Phone::called_by_bob();
    alice.hear_in_dialog(&ringing, "BYE 2", "");
    alice.sends("SIP/2.0 200 OK");
    alice.sends("SIP/2.0 487");
    alice.told(&["cancel", "rejected 487 Canceled", "failed Canceled", "terminated Canceled"]);
    alice.comes_to_rest();
}

#[test]
fn a_second_invite_before_the_answer_has_to_wait() {
    // RFC 3261 §14.2
    let (mut alice, call, ringing) = Phone::called_by_bob();
    alice.hear_in_dialog(&ringing, "INVITE 2", "Contact: <sip:bob@b.invalid>");
    let busy = alice.sends("SIP/2.0 500 ");
    assert!(field(&busy, "Retry-After").parse::<u32>().unwrap() <= 10);
    alice.told(&[]);
    assert_eq!(alice.agent.calls(), [call]);
}

#[test]
fn other_requests_before_the_answer_come_too_early() {
    let (mut alice, _, ringing) = Phone::called_by_bob();
    for (request, status) in
        [("REFER 2", "603"), ("NOTIFY 3", "481"), ("PRACK 4", "481"), ("SUBSCRIBE 5", "405")]
    {
        alice.hear_in_dialog(&ringing, request, "");
        alice.sends(&format!("SIP/2.0 {status} "));
    }
    alice.told(&[]);
}

#[test]
fn bob_may_say_something_before_the_answer() {
    // RFC 6086 §4.2.1
    let (mut alice, _, ringing) = Phone::called_by_bob();
    alice.hear_in_dialog(&ringing, "INFO 2", "");
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ringing, "INFO 3", "Content-Type: application/dtmf-relay\n\nSignal=5\r\n");
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ringing, "INFO 4", "Content-Type: text/plain\n\nhello");
    alice.told(&["dtmf in 5", "info hello"]);
}

#[test]
fn the_socket_goes_while_it_rings() {
    let (mut alice, _, _) = Phone::called_by_bob();
    alice.pass(seconds(10));
    alice.lose_socket();
    alice.told(&[
        "disconnected 1006 retry true",
        "failed Connection Error",
        "terminated Connection Error",
        "connecting 1",
    ]);
    alice.open();
    // The INVITE is not pending any more: a CANCEL of it finds it refused, and a repetition hears so.
    alice.hear(INVITE);
    alice.sends("SIP/2.0 480");
    alice.told(&["connected"]);
}

#[test]
fn alice_declines_what_she_had_begun_to_answer() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.microphone = Browser::Waits;
    alice.accept(call);
    alice.reject(call, Some(603));
    alice.sends("SIP/2.0 603 Decline");
    alice.told(&[
        "rejected 603 Rejected",
        "failed Rejected",
        "settled Rejected",
        "terminated Rejected",
        "settled",
    ]);
    alice.asked(&["acquire", "release"]);
    alice.comes_to_rest();
}
