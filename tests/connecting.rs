//! The WebSocket comes and goes: which server, when again, and who is told.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Phone, config, field, seconds};
use telnyx_device::agent::{Config, Hint, Input};
use telnyx_device::time::Duration;

fn with_servers(servers: &[&str]) -> Phone {
    Phone::with(Config { servers: servers.iter().map(ToString::to_string).collect(), ..config() })
}

#[test]
fn a_device_at_rest_asks_for_nothing() {
    let mut alice = Phone::new();
    alice.input(Input::Wake);
    alice.comes_to_rest();
    assert_eq!(alice.socket, None);
}

#[test]
fn starting_connects() {
    let mut alice = Phone::new();
    alice.start();
    assert_eq!(alice.server, "wss://proxy.example.com/sip");
    assert!(!alice.agent.is_connected());
    alice.open();
    assert!(alice.agent.is_connected());
    alice.told(&["connecting 1", "connected", "settled"]);
    alice.start();
    alice.told(&["settled"]);
}

#[test]
fn the_servers_are_tried_in_turn() {
    let mut alice = with_servers(&["wss://one", "wss://two", "ws://three"]);
    alice.start();
    assert_eq!(alice.server, "wss://one");
    alice.lose_socket();
    assert_eq!(alice.server, "wss://two");
    alice.lose_socket();
    assert_eq!(alice.server, "ws://three");
    let failed = "disconnected 1006 retry true";
    alice.told(&["connecting 1", failed, "connecting 2", failed, "connecting 3"]);
    alice.open();
    alice.told(&["connected", "settled"]);
    alice.register();
    alice.sends("REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/WS ");
}

#[test]
fn once_all_have_failed_the_promise_does_too_and_the_attempts_go_on() {
    let mut alice = with_servers(&["wss://one", "wss://two"]);
    alice.start();
    alice.lose_socket();
    alice.lose_socket();
    let failed = "disconnected 1006 retry true";
    alice.told(&["connecting 1", failed, "connecting 2", failed, "settled Connection Error"]);
    assert_eq!(alice.socket, None);
    alice.pass(seconds(1));
    assert_eq!(alice.server, "wss://one");
    alice.told(&["connecting 3"]);
    alice.open();
    alice.told(&["connected"]);
}

#[test]
fn the_waits_grow_with_the_outage_up_to_half_a_minute() {
    let mut alice = Phone::new();
    alice.start();
    let mut longest = Duration::ZERO;
    for _ in 0..40 {
        alice.lose_socket();
        let (at, _) = alice.agent.poll_timeout().unwrap();
        let wait = at.since(alice.now);
        assert!(wait >= Duration::from_millis(375) && wait <= Duration::from_millis(37_500), "{wait:?}");
        longest = longest.max(wait);
        alice.pass(wait);
    }
    assert!(longest > seconds(20), "{longest:?}");
}

#[test]
fn a_hint_cuts_a_wait_short() {
    for hint in [Hint::Online, Hint::NetworkChanged, Hint::Woke, Hint::Visible] {
        let mut alice = Phone::new();
        alice.register();
        alice.lose_socket();
        alice.ignore_events();
        alice.input(Input::Hint(hint));
        alice.told(&["connecting 2"]);
        // It comes twice, as browsers tell the same by several events.
        alice.input(Input::Hint(hint));
        alice.told(&[]);
        alice.open();
        alice.sends("REGISTER");
    }
}

#[test]
fn a_hint_connects_nobody_who_does_not_wish_it() {
    let mut alice = Phone::new();
    alice.input(Input::Hint(Hint::Online));
    alice.comes_to_rest();
    assert_eq!(alice.socket, None);
    let mut alice = Phone::registered();
    alice.stop();
    alice.sends("REGISTER");
    alice.input(Input::Hint(Hint::Woke));
    alice.pass(seconds(5));
    alice.told(&["unregistered -", "disconnected 1000 retry false", "settled"]);
    alice.input(Input::Hint(Hint::Woke));
    alice.comes_to_rest();
}

#[test]
fn a_server_that_does_not_open_is_given_up() {
    let mut alice = with_servers(&["wss://one", "wss://two"]);
    alice.start();
    alice.pass(seconds(10));
    assert_eq!(alice.server, "wss://two");
    alice.told(&["connecting 1", "disconnected 1006 retry true", "connecting 2"]);
}

#[test]
fn after_a_loss_the_first_attempt_is_at_once() {
    let mut alice = Phone::connected();
    alice.pass(seconds(60));
    alice.lose_socket();
    assert!(!alice.agent.is_connected());
    alice.told(&["disconnected 1006 retry true", "connecting 1"]);
}

#[test]
fn a_server_that_drops_everyone_is_not_hammered() {
    let mut alice = Phone::connected();
    alice.lose_socket();
    alice.told(&["disconnected 1006 retry true"]);
    alice.pass(seconds(1));
    alice.told(&["connecting 1"]);
}

#[test]
fn a_server_that_goes_on_dropping_us_is_left_alone_for_longer_and_longer() {
    let mut alice = Phone::connected();
    let mut longest = Duration::ZERO;
    for _ in 0..30 {
        alice.lose_socket();
        let (at, _) = alice.agent.poll_timeout().unwrap();
        let wait = at.since(alice.now);
        longest = longest.max(wait);
        alice.pass(wait);
        alice.open();
    }
    assert!(longest > seconds(5), "{longest:?}");
    alice.pass(seconds(30));
    alice.lose_socket();
    assert!(alice.socket.is_some(), "a connection that lasted makes it good");
}

#[test]
fn stopping_while_connecting_gives_up() {
    let mut alice = Phone::new();
    alice.start();
    alice.stop();
    alice.told(&["connecting 1", "settled Connection Error", "disconnected 1000 retry false", "settled"]);
    assert_eq!(alice.socket, None);
    alice.comes_to_rest();
}

#[test]
fn stopping_while_waiting_gives_up() {
    let mut alice = Phone::new();
    alice.register();
    alice.lose_socket();
    alice.told(&[
        "connecting 1",
        "disconnected 1006 retry true",
        "registrationFailed Connection Error",
        "settled Connection Error",
    ]);
    alice.stop();
    alice.told(&["disconnected 1000 retry false", "settled"]);
    alice.comes_to_rest();
    // What was wished is still wished.
    alice.start();
    alice.open();
    alice.sends("REGISTER");
}

#[test]
fn stopping_twice_is_stopping() {
    let mut alice = Phone::registered();
    alice.stop();
    alice.stop();
    let remove = alice.sends("REGISTER");
    alice.sends_nothing();
    alice.answer(&remove, "200 OK");
    alice.told(&["unregistered -", "disconnected 1000 retry false", "settled", "settled"]);
    alice.stop();
    alice.told(&["settled"]);
}

#[test]
fn starting_cuts_stopping_short() {
    let mut alice = Phone::registered();
    alice.stop();
    alice.sends("REGISTER");
    alice.start();
    alice.told(&["unregistered -", "disconnected 1000 retry false", "settled", "connecting 1"]);
    alice.open();
    alice.sends("REGISTER");
    alice.told(&["connected", "settled"]);
}

#[test]
fn time_that_runs_backwards_does_no_harm() {
    let mut alice = Phone::registered();
    alice.pass(seconds(100));
    alice.now = telnyx_device::time::Instant::from_millis(0);
    alice.input(Input::Wake);
    assert!(alice.agent.is_registered(alice.now));
    alice.sends_nothing();
    alice.told(&[]);
}

#[test]
fn what_waited_for_a_connection_names_the_transport_that_it_gets() {
    // RFC 7118 §5.2
    let mut alice = with_servers(&["ws://proxy.example.com/sip"]);
    alice.write_to("bob", "hello");
    alice.dial("bob");
    alice.open();
    for method in ["MESSAGE", "INVITE"] {
        assert!(field(&alice.sends(method), "Via").starts_with("SIP/2.0/WS "), "{method}");
    }
}
