//! A connection that leads to nobody is found out, soon and by itself (RFC 5626 §4.4, RFC 6223).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Phone, config, field, seconds};
use telnyx_device::agent::{Config, Hint, Input};
use telnyx_device::time::Duration;

const PING: &str = "\r\n\r\n";
const PONG: &[u8] = b"\r\n";
const DEAD: [&str; 2] = ["disconnected 1006 retry true", "connecting 1"];

fn phone() -> Phone {
    Phone::with(Config { keep_alive_interval: 25, ..config() })
}

/// Connected, and nothing more.
fn connected() -> Phone {
    let mut alice = phone();
    alice.start();
    alice.open();
    alice.ignore_events();
    alice
}

/// Registered with this answer.
fn granted(answer: &str) -> (Phone, String) {
    let mut alice = connected();
    alice.register();
    let register = alice.sends("REGISTER");
    alice.answer(&register, answer);
    alice.ignore_events();
    (alice, register)
}

/// The socket is not dead yet at this time, and is then.
#[track_caller]
fn dies_after(alice: &mut Phone, time: Duration) {
    alice.pass(time - Duration::from_millis(1));
    alice.told(&[]);
    assert!(alice.agent.is_connected());
    let dead = alice.socket;
    alice.pass(Duration::from_millis(1));
    alice.told(&DEAD);
    assert!(!alice.agent.is_connected());
    assert_ne!(alice.socket, dead, "it is closed, and another one asked for");
}

#[test]
fn a_server_of_which_nothing_is_known_is_pinged_and_asked() {
    let mut alice = connected();
    let quiet_since = alice.now;
    alice.sends_later(PING);
    let silence = alice.now.since(quiet_since).as_secs();
    assert!((20..=25).contains(&silence), "{silence}");
    let options = alice.sends("OPTIONS sip:example.com SIP/2.0");
    assert!(!options.contains("Authorization"), "{options}");
    // A refusal is life. No pong has come, so there is no ping from now on.
    alice.answer(
        &options,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"p\", nonce=\"n\"",
    );
    alice.sends_nothing();
    let options = alice.sends_later("OPTIONS");
    alice.answer(&options, "404 Not Found");
    alice.sends_later("OPTIONS");
    dies_after(&mut alice, seconds(10));
}

#[test]
fn a_server_that_pongs_is_only_pinged() {
    let mut alice = connected();
    alice.sends_later(PING);
    alice.sends("OPTIONS");
    for _ in 0..3 {
        alice.hear_bytes(PONG);
        alice.sends_later(PING);
        alice.sends_nothing();
    }
    dies_after(&mut alice, seconds(10));
    alice.open();
    alice.told(&["connected"]);
}

#[test]
fn a_server_that_says_something_by_itself_need_not_pong() {
    let mut alice = connected();
    alice.hear_bytes(PONG);
    alice.sends_later(PING);
    let mut options = alice.sends("OPTIONS");
    for _ in 0..3 {
        alice.answer(&options, "200 OK");
        alice.pass(seconds(2));
        alice.hear_bytes(PONG);
        options = alice.sends_later("OPTIONS");
    }
    dies_after(&mut alice, seconds(10));
}

#[test]
fn a_server_may_promise_to_pong() {
    for promise in [
        "200 OK\nRequire: outbound\nContact: {Contact};expires=600",
        "200 OK\nFlow-Timer: 90\nContact: {Contact};expires=600",
    ] {
        let (mut alice, _) = granted(promise);
        alice.sends_later(PING);
        alice.sends_nothing();
        alice.pass(seconds(10));
        assert!(!alice.agent.is_connected());
    }
}

#[test]
fn our_via_asks_for_pongs_and_the_answer_promises_them() {
    // RFC 6223 §4.2, §5
    let (_, register) = granted("200 OK\nExpires: 600");
    assert!(field(&register, "Via").ends_with(";keep"), "{register}");
    for (keep, both) in [("keep=15", false), ("keep=0", false), ("keep", true)] {
        let mut alice = connected();
        alice.register();
        let register = alice.sends("REGISTER");
        let answered = register.replace(";keep", &format!(";{keep}"));
        alice.answer(&answered, "200 OK\nExpires: 600");
        let from = alice.now;
        alice.sends_later(PING);
        let silence = alice.now.since(from).as_secs();
        let wanted = if keep == "keep=15" { 12..=15 } else { 20..=25 };
        assert!(wanted.contains(&silence), "{keep}: {silence}");
        assert_eq!(alice.next_is("OPTIONS"), both, "{keep}");
    }
    // Nobody else's, and not where it is not wanted.
    let mut alice = Phone::registered();
    alice.dial("bob");
    assert!(!alice.sends("INVITE").contains("keep"));
    alice.pass(seconds(3_600));
    assert!(!alice.next_is(PING));
}

#[test]
fn a_flow_timer_bounds_the_interval() {
    // RFC 5626 §5.4
    let (mut alice, _) = granted("200 OK\nRequire: outbound\nFlow-Timer: 10\nContact: {Contact};expires=600");
    for _ in 0..5 {
        let from = alice.now;
        alice.sends_later(PING);
        let silence = alice.now.since(from).as_secs();
        assert!((8..=10).contains(&silence), "{silence}");
        alice.hear_bytes(PONG);
    }
}

#[test]
fn a_request_that_stays_unanswered_finds_a_dead_socket_in_ten_seconds() {
    let mut alice = connected();
    alice.write_to("bob", "hello");
    let message = alice.sends("MESSAGE");
    alice.pass(seconds(4));
    alice.sends(PING);
    alice.sends("OPTIONS");
    dies_after(&mut alice, seconds(6));
    // The MESSAGE goes out again by the next one, the question does not.
    alice.open();
    assert_eq!(alice.sends("MESSAGE"), message);
    alice.sends_nothing();
}

#[test]
fn who_is_slow_is_not_dead() {
    let mut alice = connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.pass(seconds(4));
    alice.sends(PING);
    alice.sends("OPTIONS");
    alice.hear_bytes(PONG);
    alice.pass(seconds(15));
    assert!(alice.agent.is_connected());
    alice.answer(&invite, "180 Ringing");
}

#[test]
fn a_hint_that_the_network_is_another_one_asks_at_once() {
    for hint in [Hint::Woke, Hint::NetworkChanged, Hint::Online] {
        let mut alice = connected();
        alice.pass(seconds(5));
        alice.input(Input::Hint(hint));
        alice.sends(PING);
        alice.sends("OPTIONS");
        alice.input(Input::Hint(hint));
        alice.sends_nothing();
        dies_after(&mut alice, seconds(3));
    }
    let mut alice = connected();
    alice.input(Input::Hint(Hint::Visible));
    alice.sends_nothing();
}

#[test]
fn a_device_that_slept_does_not_judge_by_what_it_did_not_hear() {
    let mut alice = connected();
    alice.sends_later(PING);
    alice.sends("OPTIONS");
    // It sleeps before the answer comes, which it finds when it wakes, behind the timer.
    alice.now = alice.now + seconds(3_600);
    alice.input(Input::Wake);
    alice.sends(PING);
    alice.hear_bytes(PONG);
    alice.told(&[]);
    assert!(alice.agent.is_connected());
    alice.pass(seconds(10));
    assert!(alice.agent.is_connected());
}

#[test]
fn a_registration_follows_a_socket_that_is_found_dead() {
    let (mut alice, _) = granted("200 OK\nFlow-Timer: 30\nContact: {Contact};expires=600");
    let heard = alice.now;
    alice.sends_later(PING);
    alice.pass(seconds(10));
    assert!(alice.now.since(heard) <= seconds(35), "keep-alive + 10");
    assert!(!alice.agent.is_registered(alice.now));
    alice.told(&["disconnected 1006 retry true", "unregistered Connection Error", "connecting 1"]);
    alice.open();
    let register = alice.sends("REGISTER");
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.told(&["connected", "registered 600 refresh false"]);
}

#[test]
fn a_pending_register_survives_a_socket_that_is_found_dead() {
    let mut alice = connected();
    alice.register();
    alice.sends("REGISTER");
    alice.pass(seconds(10));
    alice.told(&DEAD);
    alice.sends(PING);
    alice.sends("OPTIONS");
    alice.open();
    let register = alice.sends("REGISTER");
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.told(&["connected", "registered 600 refresh false", "settled"]);
}

#[test]
fn stopping_is_not_disturbed() {
    let mut alice = connected();
    alice.sends_later(PING);
    alice.sends("OPTIONS");
    alice.stop();
    alice.input(Input::Hint(Hint::Woke));
    alice.pass(seconds(5));
    alice.told(&["disconnected 1000 retry false", "settled"]);
    alice.comes_to_rest();
}
