//! BYEs that find no connection: the next one says them, also after a stop, and also of the next page.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

mod common;

use common::{BOB, Phone, config, field, seconds};
use telnyx_device::agent::{Config, Input};

fn leave(alice: &mut Phone) {
    alice.input(Input::PageHidden { persisted: false });
}

/// In a call whose connection is lost; with a message of it.
fn without_a_connection(config: Config) -> (Phone, String) {
    let mut alice = Phone::with(config);
    alice.start();
    alice.open();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, BOB);
    let ack = alice.sends("ACK");
    alice.pass(seconds(40));
    alice.lose_socket();
    alice.ignore_events();
    (alice, ack)
}

#[track_caller]
fn hangs_up(alice: &mut Phone, message: &str) -> String {
    let bye = alice.sends("BYE sip:bob@b.invalid");
    assert_eq!(field(&bye, "Call-ID"), field(message, "Call-ID"));
    bye
}

#[test]
fn a_stop_while_it_connects_says_them_first() {
    for is_answered in [true, false] {
        let (mut alice, ack) = without_a_connection(config());
        let call = alice.agent.active_call().unwrap();
        alice.hang_up(call);
        alice.stop();
        alice.told(&["bye", "terminated -", "settled"]);
        alice.pass(seconds(2));
        alice.open();
        let bye = hangs_up(&mut alice, &ack);
        alice.told(&["connected"]);
        if is_answered {
            alice.answer(&bye, "200 OK");
        } else {
            alice.pass(seconds(2));
        }
        alice.told(&["disconnected 1000 retry false", "settled"]);
        assert_eq!((alice.socket, &*alice.kept), (None, ""));
        alice.comes_to_rest();
    }
}

#[test]
fn a_device_that_was_registered_does_not_register_in_order_to_stop() {
    let mut alice = Phone::registered();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, BOB);
    let ack = alice.sends("ACK");
    alice.pass(seconds(40));
    alice.lose_socket();
    alice.stop();
    alice.open();
    let bye = hangs_up(&mut alice, &ack);
    alice.answer(&bye, "200 OK");
    alice.ignore_events();
    alice.comes_to_rest();
    // And has not forgotten that it was.
    alice.start();
    alice.open();
    alice.sends("REGISTER");
}

#[test]
fn a_stop_that_finds_no_server_leaves_them_to_the_next_start() {
    let (mut alice, ack) = without_a_connection(config());
    alice.stop();
    alice.lose_socket();
    alice.told(&["bye", "terminated -", "disconnected 1006 retry false", "settled"]);
    assert!(alice.kept.contains(field(&ack, "Call-ID")), "or to the next page");
    alice.comes_to_rest();
    alice.start();
    alice.open();
    let bye = hangs_up(&mut alice, &ack);
    assert_eq!(alice.kept, "");
    alice.answer(&bye, "200 OK");
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn those_that_wait_are_kept_beside_a_call_that_lives_on() {
    let (mut alice, ended) = without_a_connection(Config { persist: true, ..config() });
    let call = alice.agent.active_call().unwrap();
    alice.open();
    let refresh = alice.sends("INVITE");
    alice.answer(&refresh, BOB);
    alice.sends("ACK");
    alice.dial("carol");
    let hold = alice.sends("INVITE sip:bob@b.invalid");
    let invite = alice.sends("INVITE sip:carol@example.com");
    alice.answer(&hold, BOB);
    alice.sends("ACK");
    alice.answer(&invite, &BOB.replace("bob@b.invalid", "carol@c.invalid"));
    let goes_on = alice.sends("ACK");
    alice.pass(seconds(40));
    alice.lose_socket();
    alice.hang_up(call);
    leave(&mut alice);
    alice.sends_nothing();
    let mut next = next_page_with(Config { persist: true, ..config() }, &alice, 3);
    next.told(&["connecting 1", "restoring"]);
    next.open();
    hangs_up(&mut next, &ended);
    let offer = next.sends("INVITE sip:carol@c.invalid");
    assert_eq!(field(&offer, "Call-ID"), field(&goes_on, "Call-ID"));
    assert!(next.kept.contains(field(&goes_on, "Call-ID")) && !next.kept.contains(field(&ended, "Call-ID")));
}

/// In a call, with the connection lost; with what the page that goes away leaves to the next one.
fn leaving_without_a_connection() -> Phone {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.pass(seconds(10));
    alice.lose_socket();
    alice.ignore_events();
    leave(&mut alice);
    alice.sends_nothing();
    assert!(
        field(&ack, "Call-ID").len() > 8 && alice.kept.contains(field(&ack, "Call-ID")),
        "{}",
        alice.kept
    );
    alice.told(&["bye", "terminated -", "disconnected 1000 retry false"]);
    alice
}

/// The next page, so many seconds later.
fn next_page(old: &Phone, after: u64) -> Phone {
    next_page_with(config(), old, after)
}

fn next_page_with(config: Config, old: &Phone, after: u64) -> Phone {
    let mut alice = Phone::with(config);
    alice.agent.set_wall(alice.now, old.now.as_millis() + after * 1_000);
    alice.kept.clone_from(&old.kept);
    alice.agent.restore(alice.now, &old.kept);
    alice.drain();
    alice
}

#[test]
fn a_bye_that_could_not_be_sent_is_sent_by_the_next_page() {
    let old = leaving_without_a_connection();
    let mut alice = next_page(&old, 3);
    alice.register();
    alice.open();
    let register = alice.sends("REGISTER");
    let bye = alice.sends("BYE sip:bob@b.invalid");
    assert!(old.kept.contains(field(&bye, "Call-ID")));
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.answer(
        &bye,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"r\", nonce=\"n\"",
    );
    let again = alice.sends("BYE");
    assert!(field(&again, "Proxy-Authorization").contains("nonce=\"n\""), "{again}");
    alice.answer(&again, "481 Gone");
    assert_eq!(alice.kept, "", "said once");
    // It is no call of this page.
    alice.told(&["connecting 1", "connected", "registered 600 refresh false", "settled"]);
    assert_eq!(alice.agent.calls(), []);
}

#[test]
fn a_bye_that_waited_for_a_connection_is_sent_by_the_next_page() {
    for is_sent in [true, false] {
        let (mut alice, call, ack) = Phone::calling_bob();
        alice.pass(seconds(10));
        if is_sent {
            // Into a connection that leads to nobody.
            alice.hang_up(call);
            alice.sends("BYE");
            alice.lose_socket();
        } else {
            alice.lose_socket();
            alice.hang_up(call);
        }
        leave(&mut alice);
        alice.sends_nothing();
        let mut next = next_page(&alice, 3);
        next.open();
        let bye = next.sends("BYE sip:bob@b.invalid");
        for name in ["From", "To", "Call-ID"] {
            assert_eq!(field(&bye, name), field(&ack, name));
        }
        next.answer(&bye, "200 OK");
        next.ignore_events();
        next.comes_to_rest();
    }
}

#[test]
fn after_a_while_nobody_waits_for_a_bye() {
    let old = leaving_without_a_connection();
    let mut alice = next_page(&old, 301);
    assert_eq!(alice.kept, "");
    alice.start();
    alice.open();
    alice.sends_nothing();
}

#[test]
fn a_damaged_farewell_is_passed_over() {
    let old = leaving_without_a_connection();
    for end in (0..old.kept.len()).filter(|end| old.kept.is_char_boundary(*end)) {
        let mut alice = Phone::new();
        alice.agent.restore(alice.now, &old.kept[..end]);
        alice.drain();
        assert_eq!(alice.agent.calls(), []);
    }
}
