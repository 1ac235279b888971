//! DTMF in the audio (RFC 4733) and by INFO (`application/dtmf-relay`), sent in order; INFO received (RFC 6086).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Phone, field, seconds};
use telnyx_device::agent::{Digits, Input, MediaFact, MessageId, ToneTransport};
use telnyx_device::error::ApiMisuse;
use telnyx_device::time::Duration;

#[test]
fn tones_go_one_after_another_with_their_gaps() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.dial_tones(call, "1#");
    let first = alice.sends("INFO sip:bob@b.invalid");
    assert_eq!(field(&first, "Content-Type"), "application/dtmf-relay");
    assert!(first.ends_with("\r\n\r\nSignal=1\r\nDuration=100\r\n"), "{first}");
    alice.pass(seconds(5));
    alice.sends_nothing();
    alice.answer(&first, "200 OK");

    let second = alice.sends("INFO");
    let sent = alice.now;
    assert!(second.ends_with("Signal=#\r\nDuration=100\r\n"), "{second}");
    alice.answer(&second, "200 OK");
    alice.told(&["dtmf out 1", "dtmf out #"]);
    alice.pass(Duration::from_millis(599));
    alice.told(&[]);
    alice.pass(Duration::from_millis(1));
    alice.told(&["settled"]);
    assert_eq!(alice.now.since(sent).as_millis(), 600);
}

#[test]
fn an_early_answer_does_not_shorten_the_gap() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.dial_tones(call, "12");
    let first = alice.sends("INFO");
    let sent = alice.now;
    alice.answer(&first, "200 OK");
    alice.sends_later("INFO");
    assert_eq!(alice.now.since(sent).as_millis(), 600, "100 ms of tone and 500 ms of gap");
}

#[test]
fn a_comma_is_two_seconds_of_silence() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.dial_tones(call, ",,a");
    let asked = alice.now;
    let info = alice.sends_later("INFO");
    assert_eq!(alice.now.since(asked), seconds(4));
    assert!(info.contains("Signal=A\r\n"), "{info}");
}

#[test]
fn a_second_string_waits_for_the_first() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.dial_tones(call, "1");
    alice.dial_tones(call, "2");
    let first = alice.sends("INFO");
    alice.sends_nothing();
    alice.answer(&first, "200 OK");
    let second = alice.sends_later("INFO");
    alice.answer(&second, "200 OK");
    alice.pass(seconds(1));
    alice.told(&["dtmf out 1", "settled", "dtmf out 2", "settled"]);
}

#[test]
fn no_tones_are_sent_at_once() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.dial_tones(call, "");
    alice.told(&["settled"]);
    alice.sends_nothing();
}

#[test]
fn a_refused_tone_gives_up_its_string_only() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.dial_tones(call, "12");
    alice.dial_tones(call, "3");
    let first = alice.sends("INFO");
    alice.answer(&first, "403 Forbidden");
    alice.told(&["dtmf out 1", "settled Rejected"]);
    let next = alice.sends_later("INFO");
    assert!(next.contains("Signal=3\r\n"), "{next}");
    assert_eq!(alice.agent.calls(), [call]);
}

#[test]
fn a_tone_is_challenged_and_told_once() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.dial_tones(call, "5");
    let first = alice.sends("INFO");
    alice.answer(
        &first,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"p\", nonce=\"n\"",
    );
    let second = alice.sends("INFO");
    assert_eq!(field(&second, "CSeq"), "3 INFO");
    assert!(second.contains("Signal=5\r\n"), "{second}");
    alice.answer(&second, "200 OK");
    alice.pass(seconds(1));
    alice.told(&["dtmf out 5", "settled"]);
}

#[test]
fn a_call_that_ends_takes_its_tones_with_it() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.dial_tones(call, "12345");
    alice.sends("INFO");
    alice.hear_in_dialog(&ack, "BYE 1", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["dtmf out 1", "settled Canceled", "bye", "terminated Terminated"]);
    alice.comes_to_rest();
}

#[test]
fn a_dialog_that_the_far_side_has_forgotten_ends() {
    // RFC 3261 §12.2.1.2
    for status in ["481 Call/Transaction Does Not Exist", "408 Request Timeout"] {
        let (mut alice, call, _) = Phone::calling_bob();
        alice.dial_tones(call, "1");
        let info = alice.sends("INFO");
        alice.answer(&info, status);
        alice.sends("BYE");
        alice.told(&["dtmf out 1", "settled Canceled", "bye", "terminated Dialog Error"]);
        alice.comes_to_rest();
    }
}

#[test]
fn a_far_side_that_never_answers_is_gone() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.dial_tones(call, "1");
    alice.sends("INFO");
    alice.pass(seconds(32));
    alice.sends("BYE");
    alice.told(&["dtmf out 1", "settled Canceled", "bye", "terminated Dialog Error"]);
    alice.comes_to_rest();
}

#[test]
fn only_tones_in_a_call_can_be_sent() {
    let (alice, call, _) = Phone::calling_bob();
    let mut alice = alice;
    for digits in ["E", "1 2", "1\r\n", "é", "١"] {
        let refused = alice.agent.send_digits(alice.now, call, &Digits::new(digits)).err();
        assert_eq!(refused, Some(ApiMisuse::InvalidTone), "{digits:?}");
    }
    let (mut alice, call, _) = Phone::called_by_bob();
    let refused = alice.agent.send_digits(alice.now, call, &Digits::new("1")).err();
    assert_eq!(refused, Some(ApiMisuse::InvalidState));
}

#[test]
fn tones_of_bob_are_told() {
    let (mut alice, _, ack) = Phone::calling_bob();
    for (number, body) in [
        (1, "Content-Type: application/dtmf-relay\n\nSignal=5\r\nDuration=160\r\n"),
        (2, "Content-Type: application/dtmf\n\n#"),
        (3, "Content-Type: Application/DTMF-Relay; charset=utf-8\n\nSignal= *\nDuration= 250"),
    ] {
        alice.hear_in_dialog(&ack, &format!("INFO {number}"), body);
        alice.sends("SIP/2.0 200 OK");
    }
    alice.told(&["dtmf in 5", "dtmf in #", "dtmf in *"]);
}

#[test]
fn an_info_without_a_body_asks_whether_we_live() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INFO 1", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&[]);
}

#[test]
fn an_info_of_another_kind_is_the_applications_to_answer() {
    let (mut alice, _, ack) = Phone::calling_bob();
    for (number, status) in [(1, 200), (2, 415)] {
        alice.hear_in_dialog(&ack, &format!("INFO {number}"), "Content-Type: text/x-light\n\ngreen");
        alice.sends_nothing();
        alice.told(&["info green"]);
        alice.respond(MessageId(number), status, None);
        let answer = alice.sends(&format!("SIP/2.0 {status} "));
        assert_eq!(answer.contains("Accept: application/dtmf-relay"), status == 415, "{answer}");
    }
    alice.hear_in_dialog(&ack, "INFO 3", "Content-Type: text/x-light\n\nred");
    alice.told(&["info red"]);
    alice.pass(seconds(20));
    alice.sends("SIP/2.0 480 ");
}

#[test]
fn an_info_of_an_unknown_package_is_refused() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INFO 1", "Info-Package: foo\nContent-Type: text/plain\n\nx");
    alice.sends("SIP/2.0 469 ");
    alice.told(&[]);
}

#[test]
fn tones_are_played_where_the_far_side_hears_them() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.plays_tones = true;
    alice.dial_tones(call, "1#");
    alice.asked(&["play 1"]);
    alice.told(&["audible dtmf out 1"]);
    alice.pass(Duration::from_millis(599));
    alice.asked(&[]);
    alice.pass(Duration::from_millis(1));
    alice.asked(&["play #"]);
    alice.pass(Duration::from_millis(599));
    alice.told(&["audible dtmf out #"]);
    alice.pass(Duration::from_millis(1));
    alice.told(&["settled"]);
    alice.sends_nothing();
}

#[test]
fn a_tone_that_cannot_be_played_goes_by_info() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.dial_tones(call, "1");
    alice.asked(&["play 1"]);
    let info = alice.sends("INFO");
    alice.answer(&info, "200 OK");
    alice.told(&["dtmf out 1"]);
}

#[test]
fn by_info_when_asked() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.plays_tones = true;
    let digits = Digits { transport: ToneTransport::Info, ..Digits::new("1") };
    let ticket = alice.agent.send_digits(alice.now, call, &digits).unwrap();
    alice.awaits(ticket);
    alice.asked(&[]);
    alice.sends("INFO");
}

#[test]
fn a_browser_that_says_nothing_is_not_waited_for() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.agent.send_digits(alice.now, call, &Digits::new("1")).unwrap();
    while alice.agent.poll_output().is_some() {}
    alice.pass(seconds(10));
    let info = alice.sends("INFO");
    alice.input(Input::Media { call, fact: MediaFact::TonePlays });
    alice.answer(&info, "200 OK");
    alice.told(&["dtmf out 1"]);
}

#[test]
fn a_call_that_ends_takes_the_tone_that_plays_with_it() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.plays_tones = true;
    alice.dial_tones(call, "12");
    alice.hear_in_dialog(&ack, "BYE 1", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["audible dtmf out 1", "settled Canceled", "bye", "terminated Terminated"]);
    alice.comes_to_rest();
}

#[test]
fn an_info_outside_a_call_finds_nothing() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack.replace(";tag=far", ";tag=other"), "INFO 1", "");
    alice.sends("SIP/2.0 481 ");
}
