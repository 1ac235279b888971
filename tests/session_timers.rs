//! A call whose far side has vanished ends by itself (RFC 4028).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, INVITE, Phone, config, field, seconds};
use telnyx_device::agent::MediaFact;
use telnyx_device::call::Settings;

fn alice() -> Phone {
    let calls = Settings { session_expires: Some(1800), session_refresher: None };
    let mut alice = Phone::with(telnyx_device::agent::Config { calls, ..config() });
    alice.start();
    alice.open();
    alice.ignore_events();
    alice
}

/// bob answers, and agrees to this.
fn calling(agreed: &str) -> (Phone, String) {
    let mut alice = alice();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, &BOB.replacen('\n', &format!("\n{agreed}\n"), 1));
    let ack = alice.sends("ACK");
    alice.ignore_events();
    (alice, ack)
}

const BY_US: &str = "Session-Expires: 600;refresher=uac\nRequire: timer\nAllow: INVITE, UPDATE";

#[test]
fn an_invite_asks_for_a_timer() {
    let mut alice = alice();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    assert_eq!((field(&invite, "Session-Expires"), field(&invite, "Min-SE")), ("1800", "90"));
    assert!(field(&invite, "Supported").contains("timer"));
}

#[test]
fn a_longer_interval_is_taken_where_it_is_asked_for() {
    let mut alice = alice();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "422 Session Interval Too Small\nMin-SE: 3600");
    alice.sends("ACK");
    let again = alice.sends("INVITE");
    assert_eq!((field(&again, "Session-Expires"), field(&again, "Min-SE")), ("3600", "3600"));
    assert_eq!(field(&again, "Call-ID"), field(&invite, "Call-ID"));
    assert_eq!(field(&again, "CSeq"), "2 INVITE");
}

#[test]
fn a_server_that_is_never_content_is_followed_three_times() {
    let mut alice = alice();
    alice.dial("bob");
    alice.ignore_events();
    for least in 3600..3604 {
        let invite = alice.sends("INVITE");
        alice.answer(&invite, &format!("422 Session Interval Too Small\nMin-SE: {least}"));
        alice.sends("ACK");
    }
    alice.sends_nothing();
    let end = ["rejected 422 SIP Failure Code", "failed SIP Failure Code", "terminated SIP Failure Code"];
    alice.told(&["inviting", "inviting", "inviting", end[0], end[1], end[2]]);
}

#[test]
fn less_than_anybody_may_ask_for_counts_as_the_least() {
    for agreed in ["Session-Expires: 0;refresher=uas", "Session-Expires: 1;refresher=uac"] {
        let (mut alice, _) = calling(&format!("{agreed}\nRequire: timer\nAllow: UPDATE"));
        alice.pass(seconds(44)); // of 90
        alice.sends_nothing();
        if agreed.ends_with("uac") {
            alice.pass(seconds(1));
            assert_eq!(field(&alice.sends("UPDATE"), "Session-Expires"), "90;refresher=uac");
        } else {
            alice.pass(seconds(16));
            alice.sends("BYE");
        }
    }
}

#[test]
fn we_refresh_by_update_at_half_time() {
    let (mut alice, _) = calling(BY_US);
    alice.pass(seconds(299));
    alice.sends_nothing();
    alice.pass(seconds(1));
    let update = alice.sends("UPDATE sip:bob@b.invalid");
    assert_eq!(field(&update, "Session-Expires"), "600;refresher=uac");
    alice.answer(&update, &format!("200 OK\nContact: <sip:bob@b.invalid>\n{BY_US}"));
    alice.pass(seconds(300));
    alice.sends("UPDATE");
    alice.told(&[]);
}

#[test]
fn where_update_is_unknown_we_refresh_by_invite() {
    let (mut alice, _) = calling(&BY_US.replace(", UPDATE", ""));
    alice.pass(seconds(300));
    let invite = alice.sends("INVITE");
    assert_eq!(field(&invite, "Session-Expires"), "600;refresher=uac");
    let (mut alice, _) = calling(BY_US);
    alice.pass(seconds(300));
    let update = alice.sends("UPDATE");
    alice.answer(&update, "405 Method Not Allowed");
    alice.sends("INVITE");
}

#[test]
fn a_refresh_that_falls_due_without_a_socket_waits_for_the_next() {
    let (mut alice, _) = calling(BY_US);
    alice.pass(seconds(298));
    alice.lose_socket();
    alice.pass(seconds(4));
    alice.sends_nothing();
    alice.open();
    // It says where we are, too.
    let invite = alice.sends("INVITE");
    assert_eq!(field(&invite, "Session-Expires"), "600;refresher=uac");
}

#[test]
fn a_session_that_nobody_refreshes_ends() {
    // §10: a third of the interval before its end, 32 s at the most
    let (mut alice, _) = calling("Session-Expires: 600;refresher=uas\nRequire: timer");
    alice.pass(seconds(567));
    alice.told(&[]);
    alice.pass(seconds(1));
    alice.sends("BYE");
    alice.told(&["bye", "terminated Expires"]);
}

#[test]
fn their_refresh_is_answered_and_counts() {
    let (mut alice, ack) = calling("Session-Expires: 600;refresher=uas\nRequire: timer");
    alice.pass(seconds(300));
    let refresh = "Contact: <sip:bob@b.invalid>\nSupported: timer\nSession-Expires: 600;refresher=uac";
    alice.hear_in_dialog(&ack, "UPDATE 1", refresh);
    let ok = alice.sends("SIP/2.0 200 OK");
    assert_eq!((field(&ok, "Session-Expires"), field(&ok, "Require")), ("600;refresher=uac", "timer"));
    alice.pass(seconds(560));
    alice.told(&[]);
    alice.pass(seconds(10));
    alice.sends("BYE");
}

#[test]
fn a_caller_that_cannot_is_refreshed_by_us() {
    // §9: a proxy has asked for the timer
    let mut alice = alice();
    alice
        .hear(&INVITE.replace("CSeq: 1 INVITE", "CSeq: 1 INVITE\n    Session-Expires: 300\n    Min-SE: 100"));
    let ringing = alice.sends("SIP/2.0 180");
    let call = alice.agent.active_call().unwrap();
    alice.accept(call);
    assert_eq!(field(&alice.sends("SIP/2.0 200"), "Session-Expires"), "300;refresher=uas");
    alice.hear_in_dialog(&ringing, "ACK 1", "");
    alice.pass(seconds(150));
    assert_eq!(field(&alice.sends("INVITE"), "Session-Expires"), "300;refresher=uac");
}

#[test]
fn too_short_an_interval_is_refused() {
    let (mut alice, ack) = calling(BY_US);
    let short = "Contact: <sip:bob@b.invalid>\nSupported: timer\nSession-Expires: 60";
    alice.hear_in_dialog(&ack, "UPDATE 1", short);
    assert_eq!(field(&alice.sends("SIP/2.0 422 "), "Min-SE"), "90");
}

#[test]
fn the_application_may_say_who_refreshes() {
    use telnyx_device::message::Role;
    let calls = Settings { session_expires: Some(600), session_refresher: Some(Role::Uas) };
    let mut alice = Phone::with(telnyx_device::agent::Config { calls, ..config() });
    alice.start();
    alice.open();
    alice.dial("bob");
    assert_eq!(field(&alice.sends("INVITE"), "Session-Expires"), "600;refresher=uas");
    alice.hear(&INVITE.replacen('\n', "\nSupported: timer\n", 1));
    alice.sends("SIP/2.0 180");
    let call = *alice.agent.calls().last().unwrap();
    alice.accept(call);
    assert_eq!(field(&alice.sends("SIP/2.0 200"), "Session-Expires"), "600;refresher=uas");
}

#[test]
fn an_update_before_the_answer_agrees_on_a_timer() {
    // RFC 4028 §9
    let asks =
        |seconds: u32| format!("Contact: <sip:bob@b.invalid>\nSupported: timer\nSession-Expires: {seconds}");
    let check = |alice: &mut Phone, sent: &str| {
        alice.hear_in_dialog(sent, "UPDATE 2", &asks(60));
        assert_eq!(field(&alice.sends("SIP/2.0 422 "), "Min-SE"), "90");
        alice.hear_in_dialog(sent, "UPDATE 3", &asks(600));
        let ok = alice.sends("SIP/2.0 200 OK");
        assert_eq!((field(&ok, "Session-Expires"), field(&ok, "Require")), ("600;refresher=uac", "timer"));
    };
    let mut calling = alice();
    calling.dial("bob");
    let invite = calling.sends("INVITE");
    calling.answer(&invite, "180 Ringing\nContact: <sip:bob@b.invalid>\nRequire: 100rel\nRSeq: 1");
    let prack = calling.sends("PRACK");
    check(&mut calling, &prack);
    let mut called = alice();
    called.hear(common::INVITE);
    let ringing = called.sends("SIP/2.0 180");
    check(&mut called, &ringing);
}

#[test]
fn a_timer_can_be_required_only_where_there_is_one() {
    let required = INVITE.replace("Max-Forwards", "Require: timer\nMax-Forwards");
    let mut with = alice();
    with.hear(&required);
    with.sends("SIP/2.0 180");
    let mut without = Phone::connected();
    without.hear(&required);
    assert_eq!(field(&without.sends("SIP/2.0 420 "), "Unsupported"), "timer");
}

#[test]
fn a_call_that_asks_for_too_short_an_interval_is_refused() {
    // §9
    let mut alice = alice();
    alice.hear(
        &INVITE.replace("CSeq: 1 INVITE", "CSeq: 1 INVITE\n    Supported: timer\n    Session-Expires: 60"),
    );
    assert_eq!(field(&alice.sends("SIP/2.0 422 Session Interval Too Small"), "Min-SE"), "90");
    alice.told(&[]);
}

#[test]
fn a_refresh_takes_the_longer_interval_that_it_is_asked_for() {
    // §7.4
    let (mut alice, _) = calling(BY_US);
    alice.pass(seconds(300));
    let update = alice.sends("UPDATE");
    alice.answer(&update, "422 Session Interval Too Small\nMin-SE: 900");
    let again = alice.sends("UPDATE");
    assert_eq!((field(&again, "Session-Expires"), field(&again, "Min-SE")), ("900;refresher=uac", "900"));
}

#[test]
fn a_change_that_asks_for_too_short_an_interval_is_offered_again() {
    // §7.4
    let (mut alice, _) = calling(BY_US);
    let call = alice.agent.active_call().unwrap();
    alice.renegotiate(call);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "422 Session Interval Too Small\nMin-SE: 900");
    alice.sends("ACK");
    let again = alice.sends("INVITE");
    assert_eq!(field(&again, "Min-SE"), "900");
    alice.answer(&again, BOB);
    alice.sends("ACK");
    alice.told(&["inviting", "inviting", "settled"]);
}

#[test]
fn a_refused_refresh_is_tried_again_before_the_session_ends() {
    // §10
    let (mut alice, _) = calling(BY_US);
    alice.pass(seconds(300));
    let update = alice.sends("UPDATE");
    alice.answer(&update, "500 Server Internal Error\nRetry-After: 20");
    alice.pass(seconds(19));
    alice.sends_nothing();
    alice.pass(seconds(1));
    let update = alice.sends("UPDATE");
    alice.answer(&update, "500 Server Internal Error");
    alice.pass(seconds(140));
    let update = alice.sends("UPDATE");
    alice.answer(&update, &format!("200 OK\nContact: <sip:bob@b.invalid>\n{BY_US}"));
    alice.pass(seconds(299));
    alice.told(&[]);
}

#[test]
fn a_refused_offer_of_a_refresh_is_made_again() {
    let (mut alice, _) = calling(&BY_US.replace(", UPDATE", ""));
    alice.pass(seconds(300));
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "488 Not Acceptable Here");
    alice.sends("ACK");
    alice.pass(seconds(140));
    alice.sends("INVITE");
    alice.told(&["inviting", "inviting"]);
}

#[test]
fn a_refresh_lost_with_its_connection_is_no_end_of_the_call() {
    let (mut alice, _) = calling(BY_US);
    alice.pass(seconds(300));
    alice.sends("UPDATE");
    alice.lose_socket();
    alice.pass(seconds(60));
    alice.open();
    alice.sends("INVITE");
    alice.ignore_events();
    alice.pass(seconds(30));
    alice.told(&[]);
}

#[test]
fn a_refresh_that_finds_nobody_ends_no_call_that_is_being_restored() {
    for answer in [Some("408 Request Timeout"), None] {
        let (mut alice, _) = calling(BY_US);
        let call = alice.agent.active_call().unwrap();
        let update = alice.sends_later("UPDATE");
        alice.media_fact(call, MediaFact::IceDisconnected);
        match answer {
            Some(status) => alice.answer(&update, status),
            None => alice.pass(seconds(32)),
        }
        assert!(!alice.next_is("BYE"));
        alice.media_fact(call, MediaFact::IceConnected);
        assert_eq!(alice.agent.calls(), [call]);
    }
}
