//! Several calls at once: each has its own dialog, and one of them the focus and the sound.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, INVITE, Phone, seconds};
use telnyx_device::agent::CallId;

/// Someone else calls.
fn invite_of(who: &str) -> String {
    INVITE
        .replace("from-bob", &format!("from-{who}"))
        .replace("z9hG4bKcall", &format!("z9hG4bK{who}"))
        .replace("bob@b.invalid", &format!("{who}@b.invalid"))
}

/// What these tests have to say over and over.
trait Lines {
    /// A re-INVITE goes to `who`.
    fn offers(&mut self, who: &str) -> String;
    /// `who` agrees to it.
    fn agrees(&mut self, who: &str, invite: &str);
    /// The one, then the other.
    fn holds(&mut self, who: &str) {
        let invite = self.offers(who);
        self.agrees(who, &invite);
    }
    /// The next thing sent is an INVITE to `who`, who answers.
    fn gets_answer(&mut self, who: &str);
    /// Who is on hold by us.
    fn held(&self, calls: &[CallId]) -> Vec<bool>;
}

impl Lines for Phone {
    #[track_caller]
    fn offers(&mut self, who: &str) -> String {
        self.sends(&format!("INVITE sip:{who}@b.invalid"))
    }

    #[track_caller]
    fn agrees(&mut self, who: &str, invite: &str) {
        self.answer(invite, &BOB.replace("bob", who));
        self.sends(&format!("ACK sip:{who}@b.invalid"));
    }

    #[track_caller]
    fn gets_answer(&mut self, who: &str) {
        let invite = self.sends(&format!("INVITE sip:{who}@example.com"));
        self.answer_as(who, &invite, &BOB.replace("bob", who));
        self.sends(&format!("ACK sip:{who}@b.invalid"));
    }

    fn held(&self, calls: &[CallId]) -> Vec<bool> {
        calls.iter().map(|call| self.agent.is_on_hold(*call).0).collect()
    }
}

#[test]
fn the_focus_is_on_the_call_last_placed_or_answered() {
    let (mut alice, bob, _) = Phone::calling_bob();
    alice.hear(&invite_of("carol"));
    alice.sends("SIP/2.0 180");
    assert_eq!(alice.agent.active_call(), Some(bob), "a call that rings does not take it");
    let carol = alice.agent.calls()[1];
    alice.accept(carol);
    let hold = alice.offers("bob");
    let ok = alice.sends("SIP/2.0 200");
    alice.hear_in_dialog(&ok, "ACK 1", "");
    alice.agrees("bob", &hold);
    assert_eq!(alice.agent.active_call(), Some(carol));
    let dave = alice.dial("dave");
    assert_eq!(alice.agent.active_call(), Some(dave));
    alice.hang_up(dave);
    let hold = alice.offers("carol");
    alice.sends("INVITE sip:dave@example.com");
    alice.agrees("carol", &hold);
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
    let hold = alice.offers("bob");
    alice.gets_answer("carol");
    alice.agrees("bob", &hold);
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
fn the_call_that_goes_on_is_held_while_another_is_placed_and_a_swap_is_one_unhold() {
    let (mut alice, bob, _) = Phone::calling_bob();
    let carol = alice.dial("carol");
    alice.asked(&["acquire", "hold", "offer", "offer"]);
    let hold = alice.offers("bob");
    alice.gets_answer("carol");
    alice.told(&["call connecting", "inviting", "inviting", "accepted 200"]);
    alice.agrees("bob", &hold);
    alice.told(&["hold local"]);
    assert_eq!(alice.held(&[bob, carol]), [true, false]);

    alice.unhold(bob);
    assert_eq!(alice.agent.active_call(), Some(bob));
    let (hold, unhold) = (alice.offers("carol"), alice.offers("bob"));
    alice.agrees("carol", &hold);
    alice.agrees("bob", &unhold);
    alice.told(&["inviting", "inviting", "hold local", "unhold local", "settled"]);
    assert_eq!(alice.held(&[bob, carol]), [false, true]);
}

#[test]
fn of_three_calls_the_two_that_wait_stay_on_hold() {
    let (mut alice, bob, _) = Phone::calling_bob();
    let carol = alice.dial("carol");
    let hold = alice.offers("bob");
    alice.gets_answer("carol");
    alice.agrees("bob", &hold);
    alice.hear(&invite_of("dave"));
    alice.sends("SIP/2.0 180");
    assert_eq!(alice.held(&[bob, carol]), [true, false], "a call that waits changes nothing");
    let dave = alice.agent.calls()[2];
    alice.accept(dave);
    let hold = alice.offers("carol");
    let ok = alice.sends("SIP/2.0 200");
    alice.hear_in_dialog(&ok, "ACK 1", "");
    alice.agrees("carol", &hold);
    assert_eq!(alice.held(&[bob, carol, dave]), [true, true, false]);
    alice.hang_up(dave);
    alice.sends("BYE");
    assert_eq!(alice.agent.active_call(), Some(carol), "who was attended to before");
    alice.sends_nothing();
    alice.unhold(carol);
    alice.holds("carol");
    assert_eq!(alice.held(&[bob, carol]), [true, false]);
}

#[test]
fn who_answers_while_another_is_heard_waits() {
    let mut alice = Phone::connected();
    let calls = [alice.dial("bob"), alice.dial("carol")];
    let invites = [alice.sends("INVITE sip:bob"), alice.sends("INVITE sip:carol")];
    alice.answer_as("carol", &invites[1], &BOB.replace("bob", "carol"));
    alice.sends("ACK sip:carol@b.invalid");
    alice.sends_nothing();
    alice.answer_as("bob", &invites[0], BOB);
    alice.sends("ACK sip:bob@b.invalid");
    alice.holds("bob");
    assert_eq!(alice.held(&calls), [true, false], "carol was called last");
}

#[test]
fn who_answers_before_the_call_that_is_attended_to_is_heard_until_then() {
    let mut alice = Phone::connected();
    let calls = [alice.dial("bob"), alice.dial("carol")];
    let invites = [alice.sends("INVITE sip:bob"), alice.sends("INVITE sip:carol")];
    alice.answer_as("bob", &invites[0], BOB);
    alice.sends("ACK sip:bob@b.invalid");
    alice.sends_nothing();
    alice.answer_as("carol", &invites[1], &BOB.replace("bob", "carol"));
    alice.sends("ACK sip:carol@b.invalid");
    alice.holds("bob");
    assert_eq!(alice.held(&calls), [true, false]);
}

#[test]
fn a_call_that_is_being_transferred_is_left_alone() {
    let (mut alice, bob, _) = Phone::calling_bob();
    alice.transfer(bob, "carol");
    let refer = alice.sends("REFER");
    alice.answer(&refer, "202 Accepted");
    alice.dial("dave");
    alice.sends("INVITE sip:dave@example.com");
    alice.sends_nothing();
}

#[test]
fn a_call_that_bob_asks_for_is_placed_beside_his() {
    let (mut alice, bob, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "REFER 1", "Contact: <sip:bob@b.invalid>\nRefer-To: <sip:carol@example.com>");
    alice.accept_refer(bob);
    alice.sends("SIP/2.0 202");
    alice.sends("NOTIFY");
    alice.sends("INVITE sip:carol@example.com");
    alice.sends_nothing();
}

#[test]
fn a_wish_to_be_heard_is_overtaken_by_the_next_call() {
    let (mut alice, bob, _) = Phone::calling_bob();
    alice.hold(bob);
    alice.holds("bob");
    alice.unhold(bob);
    let invite = alice.sends("INVITE sip:bob");
    alice.ignore_events();
    alice.dial("dave");
    alice.told(&["settled Canceled", "call connecting", "inviting"]);
    alice.sends("INVITE sip:dave");
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.holds("bob");
    assert_eq!(alice.held(&[bob]), [true]);
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

#[test]
fn a_call_has_a_name_and_a_peer_from_its_beginning() {
    let (alice, bob, _) = Phone::called_by_bob();
    let peer = |alice: &Phone, call| String::from(alice.agent.call_peer(call).unwrap().as_str());
    assert_eq!(peer(&alice, bob), "Bob <sip:bob@example.com>;tag=far");
    let mut alice = Phone::connected();
    alice.hear(
        &INVITE
            .replace("CSeq: 1 INVITE", "CSeq: 1 INVITE\n    P-Asserted-Identity: <sip:robert@example.com>"),
    );
    alice.sends("SIP/2.0 180");
    assert_eq!(peer(&alice, alice.agent.calls()[0]), "<sip:robert@example.com>");
    let carol = alice.dial("carol");
    let [one, other] =
        [alice.agent.calls()[0], carol].map(|call| String::from(alice.agent.call_name(call).unwrap()));
    assert!(!one.is_empty() && one != other, "{one} {other}");
    assert_eq!(peer(&alice, carol), "<sip:carol@example.com>");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "183 Session Progress\nP-Asserted-Identity: \"Front desk\" <sip:desk@example.com>");
    assert_eq!(peer(&alice, carol), "\"Front desk\" <sip:desk@example.com>");
}
