//! Several calls at once: each has its own dialog, and one of them the focus.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, INVITE, Phone, seconds};

/// Someone else calls.
fn invite_of(who: &str) -> String {
    INVITE.replace("from-bob", &format!("from-{who}")).replace("z9hG4bKcall", &format!("z9hG4bK{who}"))
}

#[test]
fn the_focus_is_on_the_call_last_placed_or_answered() {
    let (mut alice, bob, _) = Phone::calling_bob();
    alice.hear(&invite_of("carol"));
    alice.sends("SIP/2.0 180");
    assert_eq!(alice.agent.active_call(), Some(bob), "a call that rings does not take it");
    let carol = alice.agent.calls()[1];
    alice.accept(carol);
    let ok = alice.sends("SIP/2.0 200");
    alice.hear_in_dialog(&ok, "ACK 1", "");
    assert_eq!(alice.agent.active_call(), Some(carol));
    let dave = alice.dial("dave");
    assert_eq!(alice.agent.active_call(), Some(dave));
    alice.hang_up(dave);
    alice.sends("INVITE");
    alice.hear_in_dialog(&ok, "BYE 2", "");
    alice.sends("SIP/2.0 200");
    assert_eq!(alice.agent.calls(), [bob, dave]);
}

#[test]
fn without_an_answered_call_the_last_that_rings_has_the_focus() {
    let mut alice = Phone::connected();
    for who in ["bob", "carol"] {
        alice.hear(&invite_of(who));
        alice.sends("SIP/2.0 180");
    }
    let calls = alice.agent.calls();
    assert_eq!(alice.agent.active_call(), calls.last().copied());
}

#[test]
fn a_call_that_is_over_has_no_focus_though_its_bye_must_wait() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    alice.hang_up(call);
    assert_eq!(alice.agent.active_call(), None);
    assert_eq!(alice.agent.calls(), []);
}

#[test]
fn what_is_said_in_one_call_does_not_touch_the_other() {
    let (mut alice, bob, to_bob) = Phone::calling_bob();
    let carol = alice.dial("carol");
    let invite = alice.sends("INVITE sip:carol@example.com");
    alice.answer_as("carol", &invite, &BOB.replace("bob", "carol"));
    alice.sends("ACK sip:carol@b.invalid");
    alice.ignore_events();
    alice.hear_in_dialog(&to_bob, "BYE 1", "");
    alice.sends("SIP/2.0 200");
    alice.told(&["bye", "terminated Terminated"]);
    assert_eq!(alice.agent.calls(), [carol]);
    assert_ne!(bob, carol);
    alice.hang_up(carol);
    alice.sends("BYE sip:carol@b.invalid");
}

#[test]
fn a_phone_has_so_many_lines_and_no_more() {
    let mut alice = Phone::connected();
    for line in 0..32 {
        alice.hear(&invite_of(&line.to_string()));
        alice.sends("SIP/2.0 180");
    }
    alice.hear(&invite_of("the-last"));
    alice.sends("SIP/2.0 486 Busy Here");
    assert_eq!(alice.agent.calls().len(), 32);
    alice.pass(seconds(60));
    assert_eq!(alice.agent.calls(), []);
}
