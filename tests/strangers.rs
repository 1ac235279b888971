//! What others ask of us outside any call, sensible or not: each gets its answer, and the device goes on
//! (RFC 3261 §8.2, §11).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{INVITE, Phone, field, tag};

/// A request from nowhere in particular.
fn request(method: &str, more: &str) -> String {
    format!(
        "{method} sip:alice@example.com SIP/2.0
        Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bK{method}
        Max-Forwards: 69
        From: <sip:eve@example.org>;tag=eve
        To: <sip:alice@example.com>
        Call-ID: {method}@example.org
        CSeq: 63104 {method}
        {more}"
    )
}

#[test]
fn a_question_what_we_can_is_answered() {
    // RFC 3261 §11
    let mut alice = Phone::connected();
    alice.hear(&request("OPTIONS", "Contact: <sip:eve@e.invalid>\nAccept: application/sdp"));
    let ok = alice.sends("SIP/2.0 200 OK\r\n");
    for method in ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "MESSAGE", "INFO"] {
        assert!(field(&ok, "Allow").contains(method), "{method}: {ok}");
    }
    assert_eq!(field(&ok, "Accept"), "application/sdp");
    assert!(field(&ok, "Supported").contains("100rel"));
    assert!(field(&ok, "To").contains(";tag="), "{ok}");
    alice.told(&[]);
}

#[test]
fn the_question_may_come_within_a_call() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "OPTIONS 1", "");
    let ok = alice.sends("SIP/2.0 200 OK");
    assert_eq!(field(&ok, "To"), field(&ack, "From"));
}

#[test]
fn methods_that_we_do_not_know_are_not_allowed() {
    // RFC 3261 §8.2.1
    for method in ["NEWMETHOD", "PUBLISH", "SUBSCRIBE", "REGISTER", "invite"] {
        let mut alice = Phone::connected();
        alice.hear(&request(method, ""));
        let refusal = alice.sends("SIP/2.0 405 Method Not Allowed\r\n");
        assert!(field(&refusal, "Allow").contains("INVITE"), "{refusal}");
        assert!(field(&refusal, "To").contains(";tag="), "{refusal}");
        alice.told(&[]);
    }
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "NEWMETHOD 1", "");
    assert!(field(&alice.sends("SIP/2.0 405 "), "Allow").contains("INVITE"));
}

#[test]
fn strays_find_no_call() {
    // RFC 3261 §12.2.2, §15.1.2
    for method in ["BYE", "INFO", "INVITE", "MESSAGE", "REFER", "OPTIONS", "NOTIFY", "NEWMETHOD"] {
        let mut alice = Phone::connected();
        alice.hear(&request(method, "").replace("To: <sip:alice@example.com>", "To: <sip:a@b>;tag=gone"));
        let refusal = alice.sends("SIP/2.0 481 ");
        assert_eq!(tag(field(&refusal, "To")), "gone");
        alice.told(&[]);
    }
    let mut alice = Phone::connected();
    for method in ["BYE", "NOTIFY", "INFO", "PRACK", "UPDATE"] {
        alice.hear(&request(method, ""));
        alice.sends("SIP/2.0 481 ");
    }
    alice.hear(&request("REFER", "Refer-To: <sip:carol@example.com>"));
    alice.sends("SIP/2.0 603 ");
    alice.hear(&request("ACK", ""));
    alice.sends_nothing();
}

#[test]
fn a_call_is_told_from_others_by_both_tags() {
    let (mut alice, call, ack) = Phone::calling_bob();
    for wrong in [ack.replace("tag=far", "tag=near"), ack.replace("Call-ID: ", "Call-ID: x")] {
        alice.hear_in_dialog(&wrong, "BYE 1", "");
        alice.sends("SIP/2.0 481 ");
    }
    assert_eq!(alice.agent.calls(), [call]);
}

#[test]
fn an_extension_that_must_be_and_cannot_is_named() {
    // RFC 3261 §8.2.2.3
    for method in ["INVITE", "MESSAGE", "OPTIONS"] {
        let mut alice = Phone::connected();
        alice.hear(&request(method, "Contact: <sip:e@e>\nRequire: join, nothingSupportsThis\nRequire: x"));
        let refusal = alice.sends("SIP/2.0 420 Bad Extension\r\n");
        let unsupported: Vec<_> = refusal.lines().filter(|line| line.starts_with("Unsupported: ")).collect();
        let named = unsupported.join(",");
        assert!(["join", "nothingSupportsThis", "x"].iter().all(|it| named.contains(it)), "{refusal}");
        alice.told(&[]);
    }
}

#[test]
fn an_address_of_another_kind_is_none_of_ours() {
    // RFC 3261 §8.2.2.1
    for uri in ["tel:+12065551111", "mailto:alice@example.com", "unknown:x"] {
        let mut alice = Phone::connected();
        alice.hear(&INVITE.replace("sip:alice@example.com SIP", &format!("{uri} SIP")));
        alice.sends("SIP/2.0 416 Unsupported URI Scheme\r\n");
        alice.told(&[]);
    }
}

#[test]
fn an_invite_on_a_second_way_is_a_loop() {
    // RFC 3261 §8.2.2.2
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.hear(&INVITE.replace("z9hG4bKcall", "z9hG4bKotherway"));
    let merged = alice.sends("SIP/2.0 482 Loop Detected\r\n");
    assert!(field(&merged, "To").contains(";tag="), "{merged}");
    alice.told(&[]);
    assert_eq!(alice.agent.calls(), [call]);
}

#[test]
fn a_body_that_we_cannot_read_is_refused() {
    // RFC 3261 §8.2.3
    let mut alice = Phone::connected();
    alice.hear(&INVITE.replace("application/sdp", "multipart/mixed;boundary=x"));
    assert_eq!(field(&alice.sends("SIP/2.0 415 "), "Accept"), "application/sdp");
    alice.told(&[]);
    let zipped = "Content-Encoding: gzip\nContent-Type: application/sdp";
    alice.hear(
        &INVITE
            .replace("from-bob", "zipped")
            .replace("z9hG4bKcall", "z9hG4bKzip")
            .replace("Content-Type: application/sdp", zipped),
    );
    assert_eq!(field(&alice.sends("SIP/2.0 415 "), "Accept-Encoding"), "identity");
    alice.told(&[]);
}

#[test]
fn the_type_of_a_body_may_have_parameters() {
    let mut alice = Phone::connected();
    alice.hear(&INVITE.replace("application/sdp", "Application/SDP ; charset=utf-8"));
    alice.sends("SIP/2.0 180");
    let call = alice.agent.active_call().unwrap();
    alice.accept(call);
    alice.asked(&["acquire", "answer to v=0 bob"]);
}

#[test]
fn an_invite_that_says_not_where_it_comes_from_is_refused() {
    let mut alice = Phone::connected();
    alice.hear(&INVITE.replace("Contact: <sip:bob@b.invalid>", "X: y"));
    alice.sends("SIP/2.0 400 ");
    alice.told(&[]);
}

#[test]
fn transfers_wait_for_consent() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "REFER 1", "Contact: <sip:bob@b.invalid>\nRefer-To: <sip:carol@example.com>");
    alice.sends_nothing();
    alice.told(&["refer"]);
    alice.agent.reject_refer(alice.now, call).unwrap();
    alice.drain();
    alice.sends("SIP/2.0 603 Decline");
    alice.hear_in_dialog(&ack, "REFER 2", "Contact: <sip:bob@b.invalid>");
    alice.sends("SIP/2.0 400 ");
    alice.hear_in_dialog(&ack, "REFER 3", "Refer-To: <sip:a@b>\nRefer-To: <sip:c@d>");
    alice.sends("SIP/2.0 400 ");
    alice.told(&[]);
    assert_eq!(alice.agent.calls(), [call]);
}

#[test]
fn garbage_is_answered_where_it_can_be_and_passed_over_where_not() {
    let mut alice = Phone::connected();
    alice.hear_bytes(b"INVITE sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/WSS p;branch=z9hG4bK1\r\nFrom: <sip:e@e>;tag=e\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: one INVITE\r\n\r\n");
    let refusal = alice.sends("SIP/2.0 400 ");
    assert!(field(&refusal, "To").contains(";tag="), "RFC 3261 §8.2.6.2: {refusal}");
    alice.hear_bytes(b"INVITE sip:alice@example.com SIP/7.0\r\nVia: SIP/2.0/WSS p;branch=z9hG4bK2\r\nFrom: <sip:e@e>;tag=e\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n");
    alice.sends("SIP/2.0 505 ");
    for frame in [
        &b"hello"[..],
        b"",
        b"\0\0\0\0",
        b"\xff\xfe",
        b"SIP/2.0 200 OK\r\n\r\n",
        b"SIP/2.0 999 What\r\nVia: x\r\n\r\n",
        b"ACK sip:alice@example.com SIP/2.0\r\nCSeq: one ACK\r\n\r\n",
        b"INVITE sip:a@b SIP/2.0\r\n\r\n",
        &[b'A'; 300_000],
    ] {
        alice.hear_bytes(frame);
        alice.sends_nothing();
    }
    alice.told(&["Unreadable", "TooLong"]);
    alice.hear(INVITE);
    alice.sends("SIP/2.0 180");
    alice.told(&["incoming"]);
}

#[test]
fn answers_to_nothing_are_passed_over() {
    let (mut alice, call, ack) = Phone::calling_bob();
    let scripted = |branch: &str| {
        format!(
            "SIP/2.0 200 OK\nVia: SIP/2.0/WSS x.invalid{branch}\nFrom: {{From}}\nTo: {{To}}\nCall-ID: {{Call-ID}}\nCSeq: 9 BYE"
        )
    };
    alice.hear_about(&ack, &scripted(";branch=z9hG4bKnever"));
    alice.hear_about(&ack, &scripted(""));
    alice.sends_nothing();
    alice.told(&[]);
    assert_eq!(alice.agent.calls(), [call]);
}

#[test]
fn a_ping_is_answered_by_a_pong() {
    // RFC 7118 §6, RFC 5626 §3.5.1
    let mut alice = Phone::connected();
    alice.hear_bytes(b"\r\n\r\n");
    assert_eq!(alice.sends(""), "\r\n");
    alice.hear_bytes(b"\r\n");
    alice.sends_nothing();
}

#[test]
fn news_of_an_old_socket_is_no_news() {
    let mut alice = Phone::connected();
    alice.pass(common::seconds(10));
    let old = alice.socket.unwrap();
    alice.lose_socket();
    alice.open();
    alice.ignore_events();
    let frame = request("OPTIONS", "").replace('\n', "\r\n").into_bytes();
    alice.input(telnyx_device::agent::Input::Received { socket: old, frame });
    alice.input(telnyx_device::agent::Input::SocketOpened(old));
    alice.sends_nothing();
    alice.told(&[]);
    assert!(alice.agent.is_connected());
}

#[test]
fn a_response_that_went_astray_is_nobodys() {
    // RFC 3261 §8.1.3.3, §18.1.2
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.told(&["call connecting", "inviting"]);
    alice.answer(&invite, "486 Busy Here\nVia: SIP/2.0/WSS other.invalid;branch=z9hG4bKother");
    let host = field(&invite, "Via").split([' ', ';']).nth(1).unwrap().to_owned();
    alice.answer(&invite.replace(&host, "other.invalid"), "486 Busy Here");
    alice.sends_nothing();
    alice.told(&[]);
    assert_eq!(alice.agent.calls(), [call]);
    alice.answer(&invite, "486 Busy Here");
    alice.sends("ACK");
}

#[test]
fn every_request_in_a_dialog_comes_in_order() {
    // RFC 3261 §12.2.2
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "OPTIONS 5", "");
    alice.sends("SIP/2.0 200 OK");
    for method in ["MESSAGE", "OPTIONS", "INFO", "INVITE", "BYE"] {
        alice.hear_in_dialog(&ack, &format!("{method} 4"), "");
        assert_eq!(field(&alice.sends("SIP/2.0 500 "), "CSeq"), format!("4 {method}"));
    }
    alice.told(&[]);
}

#[test]
fn who_takes_no_description_for_an_answer_cannot_be_answered() {
    // RFC 3261 §20.1, §21.4.7; RFC 4475 §3.3.15
    let asking = |accept: &str| {
        let mut alice = Phone::connected();
        alice.hear(&INVITE.replace("Max-Forwards: 69", &format!("Max-Forwards: 69\n{accept}")));
        alice
    };
    for no in [
        "Accept: text/plain",
        "Accept:",
        "Accept: application/sdp;q=0",
        "Accept: application/sdp;q=0.000, */*",
        "Accept: text/plain\nAccept: image/*, application/*;q=0",
    ] {
        let mut alice = asking(no);
        alice.sends("SIP/2.0 406 Not Acceptable\r\n");
        alice.told(&[]);
    }
    for yes in [
        "X: y",
        "Accept: application/SDP;level=1",
        "Accept: text/plain, application/*;q=0.3",
        "Accept: text/*;q=0, */*;q=0.001",
    ] {
        asking(yes).sends("SIP/2.0 180 ");
    }
    let (mut alice, _, ack) = Phone::calling_bob();
    let reinvite = "Contact: <sip:bob@b.invalid>\nAccept: text/plain\nContent-Type: application/sdp\n\nv=0";
    alice.hear_in_dialog(&ack, "INVITE 1", reinvite);
    alice.sends("SIP/2.0 406 ");
}

#[test]
fn what_no_proxy_can_have_done_is_named_too() {
    let mut alice = Phone::connected();
    alice.hear(&request("INVITE", "Contact: <sip:e@e>\nProxy-Require: privacy, weigh"));
    assert_eq!(field(&alice.sends("SIP/2.0 420 Bad Extension\r\n"), "Unsupported"), "weigh");
    alice.hear(&request("MESSAGE", "Proxy-Require: privacy"));
    alice.told(&["message "]);
}
