//! A page that was frozen, a timer that was throttled, a machine that slept: what is due is done at once, however late.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, INVITE, Phone, config, field, seconds};
use telnyx_device::agent::{CallId, Config, Hint, Input, MediaFact};
use telnyx_device::call::Settings;

const PING: &str = "\r\n\r\n";

/// Nothing ran for so long, and then the timer does.
fn sleep(alice: &mut Phone, hours: u64) {
    alice.now = alice.now + seconds(hours * 3_600);
    alice.input(Input::Wake);
}

/// Registered for 600 s, and pinged after 25 s of silence.
fn registered(config: Config) -> Phone {
    let mut alice = Phone::with(config);
    alice.register();
    alice.open();
    let register = alice.sends("REGISTER");
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.ignore_events();
    alice
}

#[test]
fn an_hour_late_the_expiry_is_told_and_the_server_asked_for_all_at_once() {
    let mut alice = registered(Config { keep_alive_interval: 25, ..config() });
    sleep(&mut alice, 1);
    alice.told(&["unregistered Expires"]);
    let register = alice.sends("REGISTER");
    alice.sends(PING);
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.told(&["registered 600 refresh false"]);
    assert!(alice.agent.is_registered(alice.now));
}

#[test]
fn an_hour_late_a_server_that_is_gone_is_found_out_within_ten_seconds() {
    let mut alice = registered(Config { keep_alive_interval: 25, ..config() });
    sleep(&mut alice, 1);
    alice.ignore_events();
    alice.pass(seconds(10));
    alice.told(&["disconnected 1006 retry true", "connecting 1"]);
}

/// In a call with bob, who agrees to this session timer.
fn calling(agreed: &str) -> (Phone, String) {
    let calls = Settings { session_expires: Some(1800), session_refresher: None };
    let mut alice = registered(Config { calls, ..config() });
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, &BOB.replacen('\n', &format!("\n{agreed}\nRequire: timer\nAllow: UPDATE\n"), 1));
    let ack = alice.sends("ACK");
    alice.ignore_events();
    (alice, ack)
}

#[test]
fn a_session_that_ran_out_has_ended() {
    for refresher in ["uas", "uac"] {
        let (mut alice, _) = calling(&format!("Session-Expires: 600;refresher={refresher}"));
        sleep(&mut alice, 1);
        alice.sends("REGISTER");
        alice.sends("BYE");
        alice.told(&["unregistered Expires", "bye", "terminated Expires"]);
        alice.asked(&["acquire", "offer", "apply v=0 bob", "release"]);
        assert_eq!(alice.agent.calls(), []);
    }
}

#[test]
fn a_session_that_still_runs_is_refreshed() {
    for (answer, told) in [("481 Gone", &["bye", "terminated Dialog Error"][..]), ("200 OK", &[])] {
        let (mut alice, _) = calling("Session-Expires: 7200;refresher=uac");
        sleep(&mut alice, 1);
        let register = alice.sends("REGISTER");
        alice.answer(&register, "200 OK\nExpires: 600");
        alice.ignore_events();
        let update = alice.sends("UPDATE");
        alice.answer(&update, &format!("{answer}\nContact: <sip:bob@b.invalid>"));
        alice.told(told);
    }
}

#[test]
fn what_rang_for_too_long_rings_no_more() {
    let (mut alice, ..) = Phone::called_by_bob();
    sleep(&mut alice, 1);
    alice.sends("SIP/2.0 480 ");
    alice.told(&["rejected 480 No Answer", "failed No Answer", "terminated No Answer"]);
    alice.comes_to_rest();
}

#[test]
fn what_was_dialled_and_never_answered_is_over() {
    let mut alice = Phone::connected();
    alice.dial("bob");
    alice.sends("INVITE");
    alice.ignore_events();
    sleep(&mut alice, 1);
    // An answer may wait to be read.
    alice.told(&[]);
    alice.pass(seconds(12));
    alice.told(&["failed Request Timeout", "terminated Request Timeout"]);
    alice.comes_to_rest();
}

#[test]
fn what_comes_in_the_same_turn_finds_things_as_they_are() {
    let mut alice = registered(config());
    alice.now = alice.now + seconds(3_600);
    // The timer is throttled, and the socket is not.
    alice.hear(INVITE);
    alice.told(&["unregistered Expires", "incoming"]);
    alice.sends("REGISTER");
    alice.sends("SIP/2.0 180 ");
}

#[test]
fn where_our_clock_stood_still_the_binding_is_asked_for_again() {
    let mut alice = registered(Config { keep_alive_interval: 25, ..config() });
    alice.input(Input::Hint(Hint::Woke));
    alice.sends(PING);
    alice.sends("OPTIONS");
    let register = alice.sends("REGISTER");
    assert_eq!(field(&register, "Expires"), "600");
    alice.input(Input::Hint(Hint::Woke));
    alice.sends_nothing();
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.told(&["registered 600 refresh true"]);
}

#[test]
fn who_is_not_registered_asks_for_no_binding_when_it_wakes() {
    let mut alice = Phone::connected();
    alice.input(Input::Hint(Hint::Woke));
    alice.sends_nothing();
    let mut alice = registered(config());
    alice.stop();
    alice.sends("REGISTER");
    alice.input(Input::Hint(Hint::Woke));
    alice.sends_nothing();
}

/// Asks bob for a refresh of the session by UPDATE, and is frozen for a minute before the answer is read.
fn frozen_while_asking() -> (Phone, String) {
    let (mut alice, _) = calling("Session-Expires: 600;refresher=uac");
    let update = loop {
        alice.pass(seconds(10));
        if alice.next_is("UPDATE") {
            break alice.sends("UPDATE");
        }
    };
    alice.ignore_events();
    alice.now = alice.now + seconds(60);
    (alice, update)
}

#[test]
fn an_answer_that_waits_to_be_read_is_read_before_a_late_clock_judges() {
    let (mut alice, update) = frozen_while_asking();
    alice.input(Input::Wake);
    alice.answer(&update, "200 OK\nContact: <sip:bob@b.invalid>\nSession-Expires: 600;refresher=uac");
    alice.told(&[]);
    alice.pass(seconds(20));
    assert!(!alice.next_is("BYE"));
    assert_eq!(alice.agent.calls().len(), 1);
}

#[test]
fn where_none_waits_bob_is_gone_twelve_seconds_after_waking() {
    let (mut alice, _) = frozen_while_asking();
    alice.input(Input::Wake);
    alice.pass(seconds(11));
    alice.sends_nothing();
    // One chance is all there is, however late the clock is again.
    alice.now = alice.now + seconds(60);
    alice.input(Input::Wake);
    alice.sends("BYE");
    alice.told(&["bye", "terminated Dialog Error"]);
}

#[test]
fn a_call_whose_media_are_long_lost_tries_once_more_to_have_them_back() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceDisconnected);
    sleep(&mut alice, 1);
    let restart = alice.sends("INVITE");
    alice.answer(&restart, BOB);
    alice.sends("ACK");
    alice.told(&["recovering media", "inviting"]);
    alice.pass(seconds(29));
    alice.sends_nothing();
    alice.media_fact(call, MediaFact::IceConnected);
    alice.told(&["recovered media"]);
    // Or it has not got them, and ends.
    alice.media_fact(call, MediaFact::IceDisconnected);
    sleep(&mut alice, 1);
    let restart = alice.sends("INVITE");
    alice.answer(&restart, BOB);
    alice.sends("ACK");
    sleep(&mut alice, 1);
    alice.sends("BYE");
    alice.told(&["recovering media", "inviting", "bye", "terminated RTP Timeout"]);
}

/// Bob is looked for, in vain so far; the INVITE that does.
fn looking_for_bob() -> (Phone, CallId, String) {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.lose_socket();
    alice.open();
    let refresh = alice.sends("INVITE sip:bob@b.invalid");
    alice.ignore_events();
    (alice, call, refresh)
}

fn is_not_there(alice: &mut Phone, invite: &str) {
    alice.answer(invite, "404 Not Found");
    alice.sends("ACK");
}

#[test]
fn bob_is_looked_for_once_more_where_the_page_was_frozen_between_two_looks() {
    let (mut alice, call, refresh) = looking_for_bob();
    is_not_there(&mut alice, &refresh);
    let sought = alice.sends("INVITE sip:bob@example.com");
    is_not_there(&mut alice, &sought);
    sleep(&mut alice, 1);
    finds_bob_in_half_a_minute(alice, call);
}

#[test]
fn bob_is_looked_for_once_more_where_the_page_was_frozen_during_a_look() {
    let (mut alice, call, refresh) = looking_for_bob();
    is_not_there(&mut alice, &refresh);
    alice.sends("INVITE sip:bob@example.com");
    sleep(&mut alice, 1);
    // Its answer may wait to be read, and does not.
    alice.pass(seconds(12));
    alice.pass(seconds(1));
    finds_bob_in_half_a_minute(alice, call);
}

/// Bob is not there at once, and then is.
#[track_caller]
fn finds_bob_in_half_a_minute(mut alice: Phone, call: CallId) {
    let woke = alice.now;
    for _ in 0..3 {
        let refresh =
            if alice.next_is("INVITE") { alice.sends("INVITE") } else { alice.sends_later("INVITE") };
        is_not_there(&mut alice, &refresh);
        let sought = alice.sends("INVITE sip:bob@example.com");
        is_not_there(&mut alice, &sought);
    }
    let refresh = alice.sends_later("INVITE sip:bob@b.invalid");
    assert!(alice.now.since(woke) < seconds(30));
    alice.answer(&refresh, BOB);
    alice.sends("ACK");
    alice.lives(call);
    assert_eq!(alice.all_told().last().map(String::as_str), Some("recovered signaling"));
}

#[test]
fn what_waits_to_be_tried_again_is_worth_trying_when_there_is_a_network_again() {
    for hint in [Hint::Online, Hint::NetworkChanged, Hint::Woke, Hint::Visible] {
        let mut alice = Phone::connected();
        alice.register();
        for wait in ["", "\nRetry-After: 60"] {
            let register = alice.sends("REGISTER");
            alice.answer(&register, &format!("503 Service Unavailable{wait}"));
            alice.input(Input::Hint(hint));
        }
        // Unless the registrar has asked for it.
        alice.sends_nothing();
    }
}
