//! MESSAGE both ways (RFC 3428).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Phone, field, seconds};
use telnyx_device::agent::MessageId;
use telnyx_device::error::ApiMisuse;

/// RFC 3428 §10, its F1, as the proxy delivers it.
const MESSAGE: &str = "MESSAGE sip:alice@example.com SIP/2.0
    Via: SIP/2.0/TCP proxy.domain.com;branch=z9hG4bK123dsghds
    Via: SIP/2.0/TCP user1pc.domain.com;branch=z9hG4bK776sgdkse;received=192.0.2.1
    Max-Forwards: 69
    From: sip:user1@domain.com;tag=49394
    To: sip:alice@example.com
    Call-ID: asd88asd77a@192.0.2.1
    CSeq: 1 MESSAGE
    Content-Type: text/plain
    Content-Length: 18

Watson, come here.";

#[test]
fn a_message_is_sent() {
    let mut alice = Phone::connected();
    alice.write_to("bob", "Grüße 👋");
    let message = alice.sends("MESSAGE sip:bob@example.com SIP/2.0\r\n");
    assert_eq!(field(&message, "To"), "<sip:bob@example.com>");
    assert_eq!(field(&message, "Content-Type"), "text/plain");
    assert_eq!(field(&message, "Content-Length"), "Grüße 👋".len().to_string());
    assert!(!message.contains("Contact:"), "RFC 3428 §4: {message}");
    assert!(message.ends_with("\r\n\r\nGrüße 👋"), "{message}");
    alice.told(&[]);
    alice.answer(&message, "202 Accepted");
    alice.told(&["settled"]);
    alice.comes_to_rest();
}

#[test]
fn each_failure_has_its_cause() {
    for (status, cause) in [
        ("404 Not Found", "Not Found"),
        ("480 Temporarily Unavailable", "Unavailable"),
        ("403 Forbidden", "Rejected"),
        ("302 Moved Temporarily", "Redirected"),
    ] {
        let mut alice = Phone::connected();
        alice.write_to("bob", "hello");
        let message = alice.sends("MESSAGE");
        alice.answer(&message, status);
        alice.told(&[&format!("settled {cause}")]);
        alice.comes_to_rest();
    }
}

#[test]
fn a_message_without_an_answer_fails_in_time() {
    let mut alice = Phone::connected();
    alice.write_to("bob", "hello");
    let message = alice.sends("MESSAGE");
    alice.answer(&message, "100 Trying");
    alice.pass(seconds(32));
    alice.told(&["settled Request Timeout"]);
    alice.comes_to_rest();
}

#[test]
fn a_message_is_challenged() {
    let mut alice = Phone::connected();
    alice.write_to("bob", "hello");
    let first = alice.sends("MESSAGE");
    alice.answer(
        &first,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"p\", nonce=\"n\"",
    );
    let second = alice.sends("MESSAGE");
    assert_eq!(field(&second, "CSeq"), "2 MESSAGE");
    assert!(second.contains("Proxy-Authorization: Digest "), "{second}");
    assert!(second.ends_with("hello"), "{second}");
    alice.answer(&second, "200 OK");
    alice.told(&["settled"]);
}

#[test]
fn a_message_connects_first() {
    let mut alice = Phone::new();
    alice.write_to("bob", "hello");
    alice.sends_nothing();
    alice.open();
    let message = alice.sends("MESSAGE");
    alice.answer(&message, "200 OK");
    alice.told(&["connecting 1", "connected", "settled"]);
}

#[test]
fn a_message_that_finds_no_server_fails() {
    let mut alice = Phone::new();
    alice.write_to("bob", "hello");
    alice.lose_socket();
    alice.told(&["connecting 1", "disconnected 1006 retry true", "settled Connection Error"]);
}

#[test]
fn what_is_no_message_is_refused_at_once() {
    let mut alice = Phone::connected();
    let mut send = |target: &str, content_type: &str| {
        alice.agent.send_message(alice.now, target, content_type, "hello", Vec::new()).err()
    };
    assert_eq!(send("", "text/plain"), Some(ApiMisuse::InvalidTarget));
    assert_eq!(send("bob", "text/plain\r\nX-Evil: 1"), Some(ApiMisuse::InvalidHeader));
    alice.sends_nothing();
}

#[test]
fn a_message_arrives_and_is_answered_by_the_application() {
    for (status, reason, line) in [
        (200, None, "SIP/2.0 200 OK\r\n"),
        (202, Some("Later\r\nX-Evil: 1"), "SIP/2.0 202 Later  X-Evil: 1\r\n"),
        (603, None, "SIP/2.0 603 Decline\r\n"),
    ] {
        let mut alice = Phone::connected();
        alice.hear(MESSAGE);
        alice.told(&["message Watson, come here."]);
        alice.sends_nothing();
        let id = MessageId(1);
        alice.respond(id, status, reason);
        let answer = alice.sends(line);
        assert_eq!(field(&answer, "From"), "sip:user1@domain.com;tag=49394");
        assert!(field(&answer, "To").contains(";tag="), "{answer}");
        assert!(!answer.contains("Contact:"), "RFC 3428 §7: {answer}");
        let again = alice.agent.respond_to_message(alice.now, id, 200, None).err();
        assert_eq!(again, Some(ApiMisuse::InvalidState));
        alice.comes_to_rest();
    }
}

#[test]
fn a_repeated_message_is_told_once() {
    let mut alice = Phone::connected();
    alice.hear(MESSAGE);
    alice.hear(MESSAGE);
    alice.told(&["message Watson, come here."]);
}

#[test]
fn a_message_that_the_application_forgets_is_answered_all_the_same() {
    let mut alice = Phone::connected();
    alice.hear(MESSAGE);
    alice.ignore_events();
    alice.pass(seconds(19));
    alice.sends_nothing();
    alice.pass(seconds(1));
    alice.sends("SIP/2.0 480 Temporarily Unavailable");
    alice.comes_to_rest();
}

#[test]
fn a_message_is_answered_finally_or_not_at_all() {
    let mut alice = Phone::connected();
    alice.hear(MESSAGE);
    for status in [0, 100, 199, 700] {
        let refused = alice.agent.respond_to_message(alice.now, MessageId(1), status, None).err();
        assert_eq!(refused, Some(ApiMisuse::InvalidStatus), "{status}");
    }
}

#[test]
fn a_message_in_a_call_says_whose_it_is() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "MESSAGE 1", "Content-Type: text/plain\n\nare you there?");
    alice.told(&["message in a call are you there?"]);
    alice.respond(MessageId(1), 200, None);
    let ok = alice.sends("SIP/2.0 200 OK");
    assert_eq!(field(&ok, "To"), field(&ack, "From"));
    // The next request of the dialog is in order.
    alice.hear_in_dialog(&ack, "BYE 2", "");
    alice.sends("SIP/2.0 200 OK");
}

#[test]
fn a_message_of_a_dialog_that_is_no_more_finds_nothing() {
    let mut alice = Phone::connected();
    alice.hear(&MESSAGE.replace("To: sip:alice@example.com", "To: sip:alice@example.com;tag=gone"));
    alice.sends("SIP/2.0 481 ");
    alice.told(&[]);
}
