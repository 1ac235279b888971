//! After a loss: at once, then ever more rarely, never all at the same moment, and not without end where that is wished.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // also in the helpers

mod common;

use common::{Phone, config, seconds};
use telnyx_device::agent::{Config, Hint, Input, Reconnect};
use telnyx_device::time::{Duration, Instant};

const MILLISECOND: Duration = Duration::from_millis(1);

fn with(reconnect: Reconnect) -> Phone {
    Phone::with(Config { reconnect, ..config() })
}

fn with_servers(servers: &[&str]) -> Phone {
    Phone::with(Config { servers: servers.iter().map(ToString::to_string).collect(), ..config() })
}

/// Connected to the only server, for a minute.
fn connected(mut phone: Phone) -> Phone {
    phone.start();
    phone.open();
    phone.pass(seconds(60));
    phone.ignore_events();
    phone
}

/// Until the next attempt.
fn wait_of(phone: &Phone) -> Duration {
    let (at, reason) = phone.agent.poll_timeout().expect("nothing is due at all");
    assert_eq!(reason, "reconnect");
    at.since(phone.now)
}

/// The server is down for this long, and refuses whoever comes; how much later a socket opens.
fn outage(phone: &mut Phone, length: Duration) -> Duration {
    let back = phone.now + length;
    phone.lose_socket();
    loop {
        if phone.socket.is_none() {
            phone.pass(wait_of(phone));
        }
        if phone.now >= back {
            phone.open();
            return phone.now.since(back);
        }
        phone.pass(MILLISECOND);
        phone.lose_socket();
    }
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all[all.len() / 2]
}

#[test]
fn a_server_that_was_down_for_a_moment_is_found_within_one_more() {
    for (down, found) in [(5, 600), (22, 2_500)] {
        let mut phone = connected(Phone::new());
        let late: Vec<Duration> = (0..41)
            .map(|_| {
                phone.pass(seconds(60));
                outage(&mut phone, seconds(down))
            })
            .collect();
        let median = median(late);
        assert!(median <= Duration::from_millis(found), "{down} s down, and found {median:?} later");
    }
}

#[test]
fn the_waits_are_as_they_were_set() {
    let (min_delay, max_delay) = (seconds(2), seconds(8));
    let mut phone = connected(with(Reconnect {
        min_delay,
        max_delay,
        fraction: 0.5,
        jitter: 0.0,
        ..Reconnect::default()
    }));
    phone.lose_socket();
    let lost = phone.now;
    for _ in 0..12 {
        phone.lose_socket();
        let outage = phone.now.since(lost);
        assert_eq!(wait_of(&phone), (outage / 2).max(min_delay).min(max_delay));
        phone.pass(wait_of(&phone));
    }
}

#[test]
fn a_server_that_takes_everyone_and_keeps_nobody_is_met_ever_more_rarely() {
    // More than a moment, and still no proof.
    for lasts in [seconds(3), seconds(25)] {
        let mut alice = connected(Phone::new());
        let mut waits = Vec::new();
        for _ in 0..60 {
            alice.lose_socket();
            waits.push(if alice.socket.is_some() { Duration::ZERO } else { wait_of(&alice) });
            alice.pass(waits[waits.len() - 1]);
            alice.open();
            alice.pass(lasts);
        }
        assert_eq!(waits[0], Duration::ZERO, "that connection had lasted");
        assert!(waits[1..].iter().all(|wait| *wait >= Duration::from_millis(375)), "{waits:?}");
        assert!(waits[50..].iter().all(|wait| *wait >= seconds(22)), "{waits:?}");
        alice.pass(seconds(30));
        alice.lose_socket();
        assert!(alice.socket.is_some(), "and so had this one");
    }
}

#[test]
fn a_device_that_gave_up_still_wants_to_know_of_the_page() {
    let mut alice = connected(with(Reconnect { max_attempts: Some(1), ..Reconnect::default() }));
    alice.lose_socket();
    alice.lose_socket();
    assert!(alice.agent.heeds_page() && !alice.agent.is_up());
    // The page goes to the back/forward cache, and comes back.
    alice.input(Input::PageHidden { persisted: true });
    alice.ignore_events();
    assert!(alice.agent.heeds_page());
    alice.input(Input::PageShown);
    alice.told(&["connecting 1"]);
    // A wish is an end of it, once the calls are over.
    let mut alice = Phone::registered();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "180 Ringing");
    alice.stop();
    assert!(alice.agent.heeds_page(), "a call is being canceled");
    alice.pass(seconds(60));
    assert!(!alice.agent.heeds_page());
}

#[test]
fn there_may_be_an_end_of_it_which_is_told_and_settles() {
    let mut alice = with(Reconnect { max_attempts: Some(3), ..Reconnect::default() });
    alice.start();
    alice.register();
    alice.write_to("bob", "hello");
    for attempts in [2, 3] {
        alice.lose_socket();
        alice.pass(wait_of(&alice));
        if attempts == 2 {
            alice.told(&[
                "connecting 1",
                "disconnected 1006 retry true",
                "settled Connection Error",
                "registrationFailed Connection Error",
                "settled Connection Error",
                "settled Connection Error",
                "connecting 2",
            ]);
        }
    }
    alice.ignore_events();
    alice.start();
    alice.lose_socket();
    alice.told(&["disconnected 1006 retry false", "settled Connection Error"]);
    assert_eq!(alice.socket, None);
    alice.comes_to_rest();
}

#[test]
fn after_the_end_a_wish_or_a_hint_begins_anew() {
    let given_up = || {
        let mut alice = connected(with(Reconnect { max_attempts: Some(1), ..Reconnect::default() }));
        alice.lose_socket();
        alice.lose_socket();
        alice.told(&["disconnected 1006 retry true", "connecting 1", "disconnected 1006 retry false"]);
        alice.comes_to_rest();
        alice
    };
    let mut alice = given_up();
    alice.register();
    alice.told(&["connecting 1"]);
    let mut alice = given_up();
    alice.write_to("bob", "hello");
    alice.told(&["connecting 1"]);
    let mut alice = given_up();
    alice.input(Input::Hint(Hint::Online));
    alice.told(&["connecting 1"]);
    // What was told is not told again.
    let mut alice = given_up();
    alice.stop();
    alice.told(&["settled"]);
    alice.input(Input::Hint(Hint::Online));
    alice.comes_to_rest();
    assert_eq!(alice.socket, None);
}

#[test]
fn a_server_that_sends_everyone_away_is_not_met_by_all_at_once() {
    for code in [1001, 1012, 1013] {
        let mut alice = connected(Phone::new());
        let socket = alice.socket.take().unwrap();
        alice.input(Input::SocketClosed { socket, code, reason: "restart".into(), was_clean: true });
        alice.told(&[&format!("disconnected {code} retry true")]);
        let wait = wait_of(&alice);
        assert!((Duration::from_millis(500)..=seconds(5)).contains(&wait), "{wait:?}");
        alice.pass(wait);
        alice.told(&["connecting 1"]);
    }
}

#[test]
fn late_news_of_an_old_socket_starts_no_second_attempt() {
    let mut alice = connected(Phone::new());
    let old = alice.socket.unwrap();
    let closed = |code| Input::SocketClosed { socket: old, code, reason: String::new(), was_clean: false };
    alice.input(closed(1006));
    alice.told(&["disconnected 1006 retry true", "connecting 1"]);
    let new = alice.socket.unwrap();
    for _ in 0..3 {
        alice.input(closed(1006));
        alice.input(Input::SocketOpened(old));
    }
    alice.told(&[]);
    assert_eq!(alice.socket, Some(new));
    alice.open();
    alice.input(closed(1000));
    assert!(alice.agent.is_connected());
    alice.told(&["connected"]);
}

#[test]
fn after_a_loss_the_same_server_comes_first_and_then_the_best() {
    let mut alice = with_servers(&["wss://one", "wss://two", "wss://three"]);
    alice.start();
    alice.lose_socket();
    assert_eq!(alice.server, "wss://two");
    alice.open();
    alice.pass(seconds(20));
    alice.lose_socket();
    let mut tried = vec![alice.server.clone()];
    while tried.len() < 4 {
        alice.lose_socket();
        if alice.socket.is_none() {
            alice.pass(wait_of(&alice));
        }
        tried.push(alice.server.clone());
    }
    assert_eq!(tried, ["wss://two", "wss://one", "wss://three", "wss://one"]);
}

#[test]
fn a_hint_gives_an_attempt_by_way_of_the_old_network_three_seconds_more() {
    let mut alice = with_servers(&["wss://one", "wss://two"]);
    alice.start();
    alice.pass(seconds(1));
    alice.input(Input::Hint(Hint::NetworkChanged));
    alice.pass(seconds(2));
    assert_eq!(alice.server, "wss://one");
    alice.pass(seconds(1));
    assert_eq!(alice.server, "wss://two");
}

#[test]
fn a_server_that_asks_to_be_left_alone_is() {
    let refused = |servers: &[&str]| {
        let mut alice = with_servers(servers);
        alice.register();
        alice.open();
        let register = alice.sends("REGISTER");
        alice.answer(&register, "503 Service Unavailable\nRetry-After: 40");
        alice.pass(seconds(5));
        alice.ignore_events();
        alice.lose_socket();
        alice
    };
    let mut alice = refused(&["wss://one"]);
    assert_eq!(wait_of(&alice), seconds(30), "the longest that there is");
    // No hint makes it any better; who wishes does not wait.
    alice.input(Input::Hint(Hint::Online));
    assert_eq!(alice.socket, None);
    alice.start();
    alice.told(&["disconnected 1006 retry true", "connecting 1"]);
    // It does not speak for the others.
    let mut alice = refused(&["wss://one", "wss://two"]);
    assert_eq!(alice.server, "wss://two");
    alice.lose_socket();
    assert_eq!(alice.socket, None);
    alice.pass(wait_of(&alice));
    assert_eq!(alice.server, "wss://two");
    assert!(alice.now < Instant::from_millis(40_000));
}

/// Connected to the second of two servers, as the first one was not there.
fn second_best() -> Phone {
    let mut alice = with_servers(&["wss://one", "wss://two"]);
    alice.start();
    alice.lose_socket();
    alice.open();
    alice.ignore_events();
    alice
}

/// The same, registered there.
fn registered_at_second_best() -> Phone {
    let mut alice = second_best();
    alice.register();
    let register = alice.sends("REGISTER");
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.ignore_events();
    alice
}

/// Time passes until the better server is looked for.
fn looks(alice: &mut Phone) -> Duration {
    let from = alice.now;
    while alice.older.is_none() {
        let (at, reason) = alice.agent.poll_timeout().unwrap();
        assert_eq!(reason, "return");
        alice.pass(at.since(alice.now));
    }
    assert_eq!(alice.server, "wss://one");
    alice.now.since(from)
}

#[test]
fn the_better_server_is_looked_for_beside_the_connection_and_the_registration_follows() {
    let mut alice = registered_at_second_best();
    let after = looks(&mut alice);
    assert!((seconds(22)..=seconds(38)).contains(&after), "{after:?}");
    let old = alice.older;
    assert!(alice.agent.is_registered(alice.now));
    alice.told(&[]);
    alice.open();
    alice.told(&["connected"]);
    let register = alice.sends("REGISTER");
    assert!(alice.agent.is_registered(alice.now), "make before break");
    assert_eq!(alice.older, old);
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.told(&["registered 600 refresh true"]);
    assert_eq!(alice.older, None, "it has done its work");
    alice.write_to("bob", "hello");
    alice.sends("MESSAGE");
}

#[test]
fn a_device_that_is_only_connected_returns_too() {
    let mut alice = second_best();
    looks(&mut alice);
    alice.open();
    alice.told(&["connected"]);
    assert_eq!(alice.older, None);
    alice.sends_nothing();
    alice.comes_to_rest();
}

#[test]
fn a_better_server_that_is_still_away_is_looked_for_more_and_more_rarely() {
    let mut alice = second_best();
    let mut waits = Vec::new();
    for round in 0..20 {
        waits.push(looks(&mut alice));
        let old = alice.older;
        if round % 2 == 0 {
            let socket = alice.socket.unwrap();
            alice.older = None;
            alice.socket = old;
            alice.input(Input::SocketClosed { socket, code: 1006, reason: String::new(), was_clean: false });
        } else {
            alice.pass(seconds(10)); // it never opens
        }
        assert_eq!((alice.socket, alice.older), (old, None));
        alice.told(&[]);
        alice.sends_nothing();
    }
    let (first, last) = (waits[0], waits[19]);
    assert!(first <= seconds(38) && last >= seconds(50) && last <= seconds(375), "{waits:?}");
}

#[test]
fn a_call_is_not_moved() {
    let mut alice = second_best();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, common::BOB);
    alice.sends("ACK");
    alice.pass(seconds(120));
    assert_eq!(alice.older, None);
    alice.hang_up(call);
    let bye = alice.sends("BYE");
    alice.answer(&bye, "200 OK");
    looks(&mut alice);
    // Nor where it begins while the better server is tried.
    alice.dial("bob");
    let old = alice.older;
    alice.open();
    assert_eq!(alice.socket, old, "the new one is let go");
    alice.sends("INVITE");
}

#[test]
fn a_registration_that_does_not_follow_goes_back() {
    for fails in [
        |alice: &mut Phone, register: &str| alice.answer(register, "503 Service Unavailable"),
        |alice: &mut Phone, _: &str| alice.pass(seconds(10)),
        |alice: &mut Phone, _: &str| {
            let (socket, code) = (alice.socket.unwrap(), 1006);
            alice.input(Input::SocketClosed { socket, code, reason: String::new(), was_clean: false });
        },
    ] {
        let mut alice = registered_at_second_best();
        looks(&mut alice);
        let old = alice.older;
        alice.open();
        let register = alice.sends("REGISTER");
        fails(&mut alice, &register);
        assert_eq!((alice.socket, alice.older), (old, None));
        assert!(alice.agent.is_connected());
        let register = alice.sends("REGISTER");
        alice.answer(&register, "200 OK\nExpires: 600");
        assert!(alice.agent.is_registered(alice.now));
    }
}

#[test]
fn a_call_by_the_old_connection_is_answered_by_it() {
    // RFC 3261 §18.2.2
    let mut alice = registered_at_second_best();
    looks(&mut alice);
    let (old, new) = (alice.older.unwrap(), alice.socket);
    alice.open();
    alice.sends("REGISTER");
    let frame = common::INVITE.trim_start().lines().map(str::trim).collect::<Vec<_>>().join("\r\n");
    alice.input(Input::Received { socket: old, frame: frame.into() });
    assert_eq!((alice.socket, alice.older), (Some(old), None));
    assert_ne!(alice.socket, new);
    alice.sends("REGISTER");
    alice.sends("SIP/2.0 180");
}

#[test]
fn a_connection_lost_while_the_better_server_is_tried_is_that_attempt() {
    let mut alice = registered_at_second_best();
    looks(&mut alice);
    let socket = alice.older.take().unwrap();
    alice.input(Input::SocketClosed { socket, code: 1006, reason: String::new(), was_clean: false });
    alice.told(&["disconnected 1006 retry true", "unregistered Connection Error", "connecting 1"]);
    alice.open();
    alice.told(&["connected"]);
    alice.sends("REGISTER");
}

#[test]
fn stopping_lets_go_of_both() {
    let mut alice = registered_at_second_best();
    looks(&mut alice);
    alice.open();
    alice.sends("REGISTER");
    alice.stop();
    alice.pass(seconds(5));
    assert_eq!((alice.socket, alice.older), (None, None));
    alice.sends("REGISTER");
    alice.ignore_events();
    alice.comes_to_rest();
}
