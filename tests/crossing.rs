//! What crosses on the wire: a hang-up with answers, a stop with the loss of the connection.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, clippy::indexing_slicing, reason = "a test says what it expects by panicking")]

mod common;

use common::{BOB, Phone, field};
use telnyx_device::agent::{Event, Input, Output};

#[test]
fn a_repeated_answer_to_a_call_that_is_over_is_only_acknowledged() {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, BOB);
    let ack = alice.sends("ACK");
    alice.hang_up(call);
    let bye = alice.sends("BYE");
    alice.answer(&invite, BOB);
    assert_eq!(alice.sends("ACK"), ack, "the ACK was lost, but there is no second dialog to end");
    alice.sends_nothing();
    alice.answer(&bye, "200 OK");
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn what_a_hung_up_call_asked_is_not_tried_again() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK");
    alice.dial_tones(call, "1");
    let info = alice.sends("INFO");
    alice.hang_up(call);
    alice.answer(
        &info,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"r\", nonce=\"n\"",
    );
    alice.sends_nothing();
    alice.hear_in_dialog(&ok, "ACK 1", "");
    // RFC 3261 §12.2.1.1: its number is still its own.
    let bye = alice.sends("BYE");
    assert_eq!((field(&info, "CSeq"), field(&bye, "CSeq")), ("1 INFO", "2 BYE"));
    alice.answer(&bye, "200 OK");
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn a_connection_lost_while_stopping_is_neither_closed_again_nor_replaced() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    alice.sends("SIP/2.0 200 OK");
    alice.ignore_events();
    alice.stop(); // the BYE waits for the ACK
    let socket = alice.socket.unwrap();
    let lost = Input::SocketClosed { socket, code: 1006, reason: String::new(), was_clean: false };
    alice.agent.handle_input(alice.now, lost);
    let outputs: Vec<_> = core::iter::from_fn(|| alice.agent.poll_output()).collect();
    assert!(!outputs.iter().any(|it| matches!(it, Output::Close(_) | Output::Open { .. })));
    let [.., last, kept] = &outputs[..] else { panic!("too little") };
    assert!(matches!(last, Output::Event(Event::Settled { outcome: Ok(()), .. })));
    assert!(matches!(kept, Output::Keep(text) if text.contains("BYE sip:bob@b.invalid")), "it is said later");
    assert!(alice.agent.is_idle());
}
