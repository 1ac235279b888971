//! alice watches her mailbox, and what others do (RFC 6665).

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

mod common;

use common::notifier::{MAILBOX, SUMMARY, notify, notify_from, subscribe, subscribed, unsubscribe};
use common::{Phone, field, seconds, tag};
use telnyx_device::agent::SubscribeOptions;
use telnyx_device::error::ApiMisuse;

#[test]
fn a_subscription_is_asked_for_kept_and_ended() {
    let (mut alice, id, first) = subscribed(MAILBOX);
    assert_eq!(field(&first, "Event"), "message-summary");
    assert_eq!(field(&first, "Accept"), "application/simple-message-summary");
    assert_eq!(field(&first, "Expires"), "3600");
    assert!(first.contains("\r\nContact: <sip:"), "{first}");

    let before = alice.now;
    let refresh = alice.sends_later("SUBSCRIBE sip:notifier@far.invalid");
    let waited = alice.now.since(before);
    assert!(waited >= seconds(300) && waited <= seconds(450), "{waited:?}");
    assert_eq!(field(&refresh, "CSeq"), "2 SUBSCRIBE");
    assert_eq!(field(&refresh, "Call-ID"), field(&first, "Call-ID"));
    assert_eq!(field(&refresh, "From"), field(&first, "From"));
    assert_eq!(tag(field(&refresh, "To")), "far");
    alice.answer(&refresh, "200 OK\nExpires: 600");
    notify(&mut alice, &refresh, 2, "active;expires=600", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["notified active"]);

    unsubscribe(&mut alice, id);
    let end = alice.sends("SUBSCRIBE sip:notifier@far.invalid");
    assert_eq!((field(&end, "Expires"), field(&end, "CSeq")), ("0", "3 SUBSCRIBE"));
    alice.answer(&end, "200 OK\nExpires: 0");
    alice.told(&[]);
    notify(&mut alice, &end, 3, "terminated;reason=timeout", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["notified terminated", "subscription terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn a_notify_may_come_before_the_answer() {
    // RFC 6665 §4.1.2.4
    let mut alice = Phone::connected();
    subscribe(&mut alice, "dialog;id=7");
    let subscribe = alice.sends("SUBSCRIBE");
    assert_eq!(field(&subscribe, "Accept"), "application/dialog-info+xml");
    notify(&mut alice, &subscribe, 5, "pending;expires=600", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["notified pending"]);
    alice.answer(&subscribe, "200 OK\nExpires: 60");
    // The answer's time, which came last, is kept.
    let before = alice.now;
    alice.sends_later("SUBSCRIBE sip:notifier@far.invalid");
    assert!(alice.now.since(before) <= seconds(45));
}

#[test]
fn a_challenge_is_answered_inside_and_outside_the_dialog() {
    let challenge = "401 Unauthorized\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"";
    let mut alice = Phone::connected();
    subscribe(&mut alice, MAILBOX);
    let first = alice.sends("SUBSCRIBE");
    alice.answer(&first, challenge);
    let second = alice.sends("SUBSCRIBE");
    assert_eq!(field(&second, "CSeq"), "2 SUBSCRIBE");
    assert_eq!(field(&second, "From"), field(&first, "From"));
    assert!(second.contains("\r\nAuthorization: Digest "), "{second}");
    alice.answer(&second, "200 OK\nExpires: 600");
    notify(&mut alice, &second, 1, "active;expires=600", "");
    alice.sends("SIP/2.0 200 OK");

    let refresh = alice.sends_later("SUBSCRIBE");
    assert_eq!(field(&refresh, "CSeq"), "3 SUBSCRIBE");
    alice.answer(&refresh, &challenge.replace("\"n\"", "\"m\", stale=true"));
    let again = alice.sends("SUBSCRIBE");
    assert_eq!(field(&again, "CSeq"), "4 SUBSCRIBE");
    alice.told(&["notified active"]);
}

#[test]
fn forks_are_refused() {
    // RFC 6665 §4.1.2.4, RFC 3842 §3.9
    let (mut alice, _, subscribe) = subscribed(MAILBOX);
    notify_from("other", &mut alice, &subscribe, 1, "active;expires=600", SUMMARY);
    alice.sends("SIP/2.0 481 ");
    alice.told(&[]);
}

#[test]
fn what_nobody_asked_for_is_refused() {
    let (mut alice, _, subscribe) = subscribed(MAILBOX);
    // Of another package, of another subscription, of none.
    notify_from("far", &mut alice, &subscribe.replace("message-summary", "presence"), 2, "active", "");
    alice.sends("SIP/2.0 489 Bad Event");
    let stranger = subscribe.replace(field(&subscribe, "Call-ID"), "unknown");
    notify(&mut alice, &stranger, 3, "active", "");
    alice.sends("SIP/2.0 481 ");
    let unsolicited = stranger.replace(&format!(";tag={}", tag(field(&stranger, "From"))), "");
    notify(&mut alice, &unsolicited, 4, "active", SUMMARY);
    alice.sends("SIP/2.0 481 ");
    alice.told(&[]);
}

#[test]
fn a_notify_that_is_late_or_stateless_is_refused() {
    let (mut alice, _, subscribe) = subscribed(MAILBOX);
    notify(&mut alice, &subscribe, 9, "active", "");
    alice.sends("SIP/2.0 200 OK");
    notify(&mut alice, &subscribe, 8, "active", "");
    alice.sends("SIP/2.0 500 ");
    alice.hear_in_dialog(
        &subscribe.replace(field(&subscribe, "To"), "<sip:bob@example.com>;tag=far"),
        "NOTIFY 10",
        "Event: message-summary",
    );
    alice.sends("SIP/2.0 400 ");
    alice.told(&["notified active"]);
}

#[test]
fn a_longer_time_is_asked_for_where_the_notifier_wants_it() {
    let mut alice = Phone::connected();
    let options = SubscribeOptions { expires: Some(10), ..SubscribeOptions::default() };
    alice.agent.subscribe(alice.now, "bob", MAILBOX, options).unwrap();
    alice.drain();
    let first = alice.sends("SUBSCRIBE");
    alice.answer(&first, "423 Interval Too Brief\nMin-Expires: 90");
    let second = alice.sends("SUBSCRIBE");
    assert_eq!((field(&second, "Expires"), field(&second, "CSeq")), ("90", "2 SUBSCRIBE"));
    assert_eq!(field(&second, "Call-ID"), field(&first, "Call-ID"));
    // One that asks for less than it was given is not listened to for ever.
    alice.answer(&second, "423 Interval Too Brief\nMin-Expires: 90");
    alice.told(&["subscription terminated SIP Failure Code"]);
    alice.comes_to_rest();
}

#[test]
fn an_unknown_package_or_person_ends_it() {
    for (status, cause) in [
        ("489 Bad Event", "SIP Failure Code"),
        ("404 Not Found", "Not Found"),
        ("403 Forbidden", "Rejected"),
        ("481 Gone", "SIP Failure Code"),
    ] {
        let mut alice = Phone::connected();
        subscribe(&mut alice, "nonsense");
        let subscribe = alice.sends("SUBSCRIBE");
        assert!(!subscribe.contains("\r\nAccept:"), "{subscribe}");
        alice.answer(&subscribe, status);
        alice.told(&[&format!("subscription terminated {cause}")]);
        alice.comes_to_rest();
    }
}

#[test]
fn trouble_is_waited_out() {
    let mut alice = Phone::connected();
    let id = subscribe(&mut alice, MAILBOX);
    let first = alice.sends("SUBSCRIBE");
    alice.answer(&first, "503 Service Unavailable\nRetry-After: 20");
    alice.told(&["subscription interrupted SIP Failure Code later"]);
    let before = alice.now;
    let second = alice.sends_later("SUBSCRIBE sip:bob@example.com");
    assert_eq!(alice.now.since(before), seconds(20));
    assert_ne!(field(&second, "Call-ID"), field(&first, "Call-ID"));
    alice.answer(&second, "408 Request Timeout");
    alice.told(&["subscription interrupted Unavailable later"]);
    unsubscribe(&mut alice, id);
    alice.told(&["subscription terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn a_new_connection_does_not_cut_a_wait_short() {
    let mut alice = Phone::connected();
    subscribe(&mut alice, MAILBOX);
    let first = alice.sends("SUBSCRIBE");
    alice.answer(&first, "503 Service Unavailable\nRetry-After: 100");
    let before = alice.now;
    alice.pass(seconds(30));
    alice.lose_socket();
    alice.open();
    alice.sends_later("SUBSCRIBE");
    assert_eq!(alice.now.since(before), seconds(100));
    // The same for a refresh.
    let (mut alice, ..) = subscribed(MAILBOX);
    let refresh = alice.sends_later("SUBSCRIBE sip:notifier@far.invalid");
    alice.answer(&refresh, "503 Service Unavailable\nRetry-After: 100");
    let before = alice.now;
    alice.pass(seconds(30));
    alice.lose_socket();
    alice.open();
    alice.sends_later("SUBSCRIBE sip:notifier@far.invalid");
    assert_eq!(alice.now.since(before), seconds(100));
}

#[test]
fn an_answer_without_a_notify_is_a_failure() {
    // Timer N
    let mut alice = Phone::connected();
    subscribe(&mut alice, MAILBOX);
    let first = alice.sends("SUBSCRIBE");
    alice.answer(&first, "202 Accepted\nExpires: 600");
    alice.pass(seconds(31));
    alice.told(&[]);
    alice.pass(seconds(1));
    alice.told(&["subscription interrupted Request Timeout later"]);
    alice.sends_later("SUBSCRIBE sip:bob@example.com");
    // Nor is there one that answers nothing at all.
    alice.pass(seconds(32));
    alice.told(&["subscription interrupted Request Timeout later"]);
}

#[test]
fn a_refresh_that_is_refused_does_not_end_what_was_granted() {
    let (mut alice, ..) = subscribed(MAILBOX);
    let refresh = alice.sends_later("SUBSCRIBE sip:notifier@far.invalid");
    alice.answer(&refresh, "500 Oops");
    alice.told(&[]);
    let again = alice.sends_later("SUBSCRIBE sip:notifier@far.invalid");
    assert_eq!(field(&again, "CSeq"), "3 SUBSCRIBE");
    alice.answer(&again, "200 OK\nExpires: 600");
    notify(&mut alice, &again, 2, "active;expires=600", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["notified active"]);
    // Forgotten: begun anew, at once.
    let last = alice.sends_later("SUBSCRIBE sip:notifier@far.invalid");
    alice.answer(&last, "481 Subscription Does Not Exist");
    let anew = alice.sends("SUBSCRIBE sip:bob@example.com");
    assert_ne!(field(&anew, "Call-ID"), field(&again, "Call-ID"));
    alice.told(&["subscription interrupted SIP Failure Code at once"]);
}

#[test]
fn a_refresh_that_goes_unnoticed_begins_anew() {
    let (mut alice, ..) = subscribed(MAILBOX);
    let refresh = alice.sends_later("SUBSCRIBE sip:notifier@far.invalid");
    alice.answer(&refresh, "200 OK\nExpires: 600");
    alice.pass(seconds(32));
    alice.told(&["subscription interrupted Request Timeout later"]);
    alice.sends_later("SUBSCRIBE sip:bob@example.com");
}

#[test]
fn a_wish_to_end_waits_for_a_dialog() {
    let mut alice = Phone::connected();
    let id = subscribe(&mut alice, MAILBOX);
    let subscribe = alice.sends("SUBSCRIBE");
    unsubscribe(&mut alice, id);
    alice.sends_nothing();
    alice.answer(&subscribe, "200 OK\nExpires: 600");
    notify(&mut alice, &subscribe, 1, "active;expires=600", "");
    alice.sends("SIP/2.0 200 OK");
    let end = alice.sends("SUBSCRIBE sip:notifier@far.invalid");
    assert_eq!(field(&end, "Expires"), "0");
    alice.answer(&end, "200 OK");
    alice.told(&["notified active"]);
    // The last NOTIFY is lost.
    alice.pass(seconds(32));
    alice.told(&["subscription terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn an_end_that_is_refused_is_an_end() {
    let (mut alice, id, _) = subscribed(MAILBOX);
    unsubscribe(&mut alice, id);
    unsubscribe(&mut alice, id);
    let end = alice.sends("SUBSCRIBE");
    alice.answer(&end, "481 Gone");
    alice.told(&["subscription terminated -", "settled", "settled"]);
    unsubscribe(&mut alice, id);
    alice.told(&["settled"]);
    alice.comes_to_rest();
}

#[test]
fn a_lost_connection_is_made_up_for() {
    let (mut alice, ..) = subscribed(MAILBOX);
    alice.pass(seconds(10));
    alice.lose_socket();
    alice.open();
    alice.ignore_events();
    // The dialog lives on, and the notifier learns our new way.
    let refresh = alice.sends("SUBSCRIBE sip:notifier@far.invalid");
    // Lost before it is answered: it is sent once on the next connection.
    alice.pass(seconds(30));
    alice.lose_socket();
    alice.open();
    alice.ignore_events();
    let again = alice.sends("SUBSCRIBE sip:notifier@far.invalid");
    assert_ne!(field(&again, "CSeq"), field(&refresh, "CSeq"));
    alice.sends_nothing();
    alice.answer(&again, "200 OK\nExpires: 600");
    notify(&mut alice, &again, 2, "active;expires=600", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["notified active"]);
}

#[test]
fn what_is_not_yet_granted_begins_anew_on_the_next_connection() {
    let mut alice = Phone::new();
    let id = subscribe(&mut alice, MAILBOX);
    alice.open();
    let first = alice.sends("SUBSCRIBE");
    alice.pass(seconds(10));
    alice.lose_socket();
    alice.open();
    let second = alice.sends("SUBSCRIBE");
    assert_ne!(field(&second, "Call-ID"), field(&first, "Call-ID"));
    alice.sends_nothing();
    alice.pass(seconds(10));
    alice.lose_socket();
    alice.ignore_events();
    unsubscribe(&mut alice, id);
    alice.told(&["subscription terminated -", "settled"]);
    alice.stop();
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn stopping_takes_leave_and_starting_comes_back() {
    let (mut alice, ..) = subscribed(MAILBOX);
    alice.stop();
    let farewell = alice.sends("SUBSCRIBE sip:notifier@far.invalid");
    assert_eq!(field(&farewell, "Expires"), "0");
    alice.told(&[]);
    alice.answer(&farewell, "200 OK");
    alice.told(&["disconnected 1000 retry false", "settled"]);
    alice.comes_to_rest();
    alice.start();
    alice.open();
    alice.sends("SUBSCRIBE sip:bob@example.com");
}

#[test]
fn a_subscription_that_nobody_can_mean_is_refused() {
    let mut alice = Phone::connected();
    for event in ["", "two words", "a;b=\"", "dialog\r\nX: y"] {
        let refused = alice.agent.subscribe(alice.now, "bob", event, SubscribeOptions::default());
        assert_eq!(refused, Err(ApiMisuse::InvalidHeader), "{event}");
    }
    let refused = alice.agent.subscribe(alice.now, "", MAILBOX, SubscribeOptions::default());
    assert_eq!(refused, Err(ApiMisuse::InvalidTarget));
    alice.sends_nothing();
}

#[test]
fn others_are_asked_what_they_can() {
    let mut alice = Phone::connected();
    let ticket = alice.agent.options(alice.now, "bob").unwrap();
    alice.awaits(ticket);
    let options = alice.sends("OPTIONS sip:bob@example.com");
    assert_eq!(field(&options, "Accept"), "application/sdp");
    alice.answer(&options, "200 OK\nAllow: INVITE");
    alice.told(&["capabilities 200", "settled"]);
    let ticket = alice.agent.options(alice.now, "carol").unwrap();
    alice.awaits(ticket);
    let options = alice.sends("OPTIONS sip:carol@example.com");
    alice.answer(&options, "404 Not Found");
    alice.told(&["settled Not Found"]);
    alice.comes_to_rest();
}

#[test]
fn a_proxy_that_stays_on_the_way_of_the_subscribe_only_is_found_again() {
    let granted = "200 OK\nExpires: 600\nRecord-Route: <sip:inner.example.com;lr>, <sip:edge.example.com;lr>";
    for notify_is_first in [false, true] {
        let mut alice = Phone::connected();
        let id = subscribe(&mut alice, MAILBOX);
        let first = alice.sends("SUBSCRIBE sip:bob@example.com");
        let news = |alice: &mut Phone| {
            notify(alice, &first, 1, "active;expires=600", SUMMARY);
            alice.sends("SIP/2.0 200 OK");
        };
        if notify_is_first {
            news(&mut alice);
            alice.answer(&first, granted);
        } else {
            alice.answer(&first, granted);
            news(&mut alice);
        }
        unsubscribe(&mut alice, id);
        let last = alice.sends("SUBSCRIBE sip:notifier@far.invalid");
        let routes = "Route: <sip:edge.example.com;lr>\r\nRoute: <sip:inner.example.com;lr>\r\n";
        assert!(last.contains(routes), "{last}");
    }
}

#[test]
fn what_the_notify_has_recorded_counts_more() {
    let mut alice = Phone::connected();
    let id = subscribe(&mut alice, MAILBOX);
    let first = alice.sends("SUBSCRIBE sip:bob@example.com");
    alice.answer(&first, "200 OK\nExpires: 600\nRecord-Route: <sip:edge.example.com;lr>");
    notify(&mut alice, &first, 1, "active", "Record-Route: <sip:other.example.com;lr>\n");
    alice.sends("SIP/2.0 200 OK");
    unsubscribe(&mut alice, id);
    assert_eq!(field(&alice.sends("SUBSCRIBE"), "Route"), "<sip:other.example.com;lr>");
}

#[test]
fn news_of_dialogs_adds_up_and_what_is_missing_is_asked_for() {
    // RFC 4235 §4.3
    let body = |version: u32, state: &str, dialogs: &[(&str, &str)]| {
        let mut text = format!(
            "Content-Type: application/dialog-info+xml\n\n<dialog-info version=\"{version}\" state=\"{state}\" \
             entity=\"sip:bob@example.com\">"
        );
        for (id, state) in dialogs {
            text.push_str(&format!("<dialog id=\"{id}\"><state>{state}</state></dialog>"));
        }
        text + "</dialog-info>"
    };
    let mut alice = Phone::connected();
    subscribe(&mut alice, "dialog");
    let sent = alice.sends("SUBSCRIBE");
    alice.answer(&sent, "200 OK\nExpires: 600");
    let mut number = 0;
    let mut hear = |alice: &mut Phone, sent: &str, more: &str| {
        number += 1;
        notify(alice, sent, number, "active;expires=600", more);
        alice.sends("SIP/2.0 200 OK");
    };
    hear(&mut alice, &sent, &body(0, "full", &[("a", "early")]));
    hear(&mut alice, &sent, &body(1, "partial", &[("b", "trying")]));
    hear(&mut alice, &sent, &body(2, "partial", &[("a", "terminated")]));
    hear(&mut alice, &sent, &body(3, "partial", &[]));
    alice.told(&["notified active a", "notified active a b", "notified active a b", "notified active b"]);
    alice.sends_nothing();
    hear(&mut alice, &sent, &body(5, "partial", &[("c", "early")]));
    let refresh = alice.sends("SUBSCRIBE sip:notifier@far.invalid");
    assert_eq!(field(&refresh, "CSeq"), "2 SUBSCRIBE");
    alice.answer(&refresh, "200 OK\nExpires: 600");
    hear(&mut alice, &sent, &body(6, "full", &[("c", "confirmed")]));
    alice.told(&["notified active b c", "notified active c"]);
    alice.sends_nothing();
}
