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
