//! A subscription that the notifier ends, or that was to be no more than a question (RFC 6665).

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

mod common;

use common::notifier::{MAILBOX, SUMMARY, notify, subscribe, subscribed};
use common::{Phone, field, seconds};
use telnyx_device::agent::SubscribeOptions;

#[test]
fn the_notifiers_reason_says_what_follows() {
    // RFC 6665 §4.1.3
    let ends = |reason: &str| {
        let (mut alice, _, subscribe) = subscribed(MAILBOX);
        notify(&mut alice, &subscribe, 2, reason, "");
        alice.sends("SIP/2.0 200 OK");
        alice
    };
    for (reason, cause) in
        [("rejected", "Rejected"), ("noresource", "Not Found"), ("invariant", "Terminated")]
    {
        let mut alice = ends(&format!("terminated;reason={reason}"));
        alice.told(&["notified terminated", &format!("subscription terminated {cause}")]);
        alice.comes_to_rest();
    }
    for (reason, cause) in [("deactivated", "Terminated"), ("timeout", "Expires")] {
        let mut alice = ends(&format!("terminated;reason={reason};retry-after=60"));
        alice.told(&["notified terminated", &format!("subscription interrupted {cause} at once")]);
        alice.sends("SUBSCRIBE sip:bob@example.com");
    }
    for reason in ["probation", "giveup", "unheard-of"] {
        let mut alice = ends(&format!("terminated;reason={reason};retry-after=60"));
        alice.told(&["notified terminated", "subscription interrupted Terminated later"]);
        let before = alice.now;
        alice.sends_later("SUBSCRIBE sip:bob@example.com");
        assert_eq!(alice.now.since(before), seconds(60));
    }
}

#[test]
fn a_notifier_that_deactivates_again_and_again_is_left_alone() {
    let (mut alice, _, mut subscribe) = subscribed(MAILBOX);
    for at_once in [true, false] {
        notify(&mut alice, &subscribe, 2, "terminated;reason=deactivated", "");
        alice.sends("SIP/2.0 200 OK");
        if at_once {
            subscribe = alice.sends("SUBSCRIBE sip:bob@example.com");
        }
    }
    alice.sends_nothing();
    alice.sends_later("SUBSCRIBE sip:bob@example.com");
}

#[test]
fn a_subscription_that_never_lives_is_asked_for_ever_more_rarely() {
    let ends: [&[&str]; 2] =
        [&["active;expires=0"], &["active;expires=600", "terminated;reason=deactivated"]];
    for states in ends {
        let mut alice = Phone::connected();
        subscribe(&mut alice, MAILBOX);
        let mut waits = Vec::new();
        for _ in 0..5 {
            let before = alice.now;
            let at_once = alice.next_is("SUBSCRIBE");
            let asked = if at_once { alice.sends("SUBSCRIBE") } else { alice.sends_later("SUBSCRIBE") };
            waits.push(alice.now.since(before).as_secs());
            alice.answer(&asked, "200 OK\nExpires: 600");
            for (number, state) in (1..).zip(states) {
                notify(&mut alice, &asked, number, state, "");
                alice.sends("SIP/2.0 200 OK");
            }
        }
        assert!(waits[..2] == [0, 0] && waits[2] >= 3 && waits[3] >= 6 && waits[4] >= 12, "{waits:?}");
    }
}

#[test]
fn one_that_has_lived_is_made_anew_at_once_each_time() {
    let (mut alice, _, mut subscribe) = subscribed(MAILBOX);
    for _ in 0..3 {
        alice.pass(seconds(32));
        notify(&mut alice, &subscribe, 2, "terminated;reason=deactivated", "");
        alice.sends("SIP/2.0 200 OK");
        subscribe = alice.sends("SUBSCRIBE sip:bob@example.com");
        alice.answer(&subscribe, "200 OK\nExpires: 600");
        notify(&mut alice, &subscribe, 1, "active;expires=600", "");
        alice.sends("SIP/2.0 200 OK");
    }
}

#[test]
fn a_notifier_that_is_never_content_is_followed_three_times() {
    let mut alice = Phone::connected();
    subscribe(&mut alice, MAILBOX);
    for least in 3601..3605 {
        let asked = alice.sends("SUBSCRIBE");
        alice.answer(&asked, &format!("423 Interval Too Brief\nMin-Expires: {least}"));
    }
    alice.told(&["subscription terminated SIP Failure Code"]);
    alice.comes_to_rest();
}

/// The state is asked for once.
fn fetching() -> (Phone, String) {
    let mut alice = Phone::connected();
    let options = SubscribeOptions { expires: Some(0), ..SubscribeOptions::default() };
    alice.agent.subscribe(alice.now, "bob", MAILBOX, options).unwrap();
    alice.drain();
    let fetch = alice.sends("SUBSCRIBE");
    assert_eq!(field(&fetch, "Expires"), "0");
    (alice, fetch)
}

#[test]
fn a_fetch_is_over_with_its_first_news() {
    // RFC 6665 §4.4.3
    for (state, name, end) in [
        ("terminated;reason=timeout", "terminated", "-"),
        ("terminated", "terminated", "-"),
        ("active;expires=0", "active", "-"),
        ("terminated;reason=rejected", "terminated", "Rejected"),
        ("terminated;reason=probation;retry-after=9", "terminated", "Terminated"),
    ] {
        let (mut alice, fetch) = fetching();
        alice.answer(&fetch, "200 OK\nExpires: 0");
        notify(&mut alice, &fetch, 1, state, SUMMARY);
        alice.sends("SIP/2.0 200 OK");
        alice.told(&[&format!("notified {name}"), &format!("subscription terminated {end}")]);
        alice.comes_to_rest();
    }
}

#[test]
fn a_fetch_is_over_with_its_first_failure() {
    for (answer, cause) in [
        ("200 OK\nExpires: 0", "Request Timeout"), // and no NOTIFY
        ("503 Service Unavailable\nRetry-After: 5", "SIP Failure Code"),
        ("423 Interval Too Brief\nMin-Expires: 60", "SIP Failure Code"),
    ] {
        let (mut alice, fetch) = fetching();
        alice.answer(&fetch, answer);
        alice.pass(seconds(32));
        alice.told(&[&format!("subscription terminated {cause}")]);
        alice.comes_to_rest();
    }
}
