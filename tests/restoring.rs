//! A page that is reloaded, or crashes, with a call up: the next one brings it back (RFC 3261 §12.2, §14.1).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Browser, Phone, config, field, seconds};
use proptest::prelude::*;
use telnyx_device::agent::{CallId, CallStatus, Config, MediaFact, Times, UserAgent};
use telnyx_device::call::Settings;
use telnyx_device::error::Cause;

/// 2026, in milliseconds since 1970.
const WALL: u64 = 1_790_000_000_000;

fn persistent() -> Config {
    Config { persist: true, ..config() }
}

/// A phone of a page that was loaded when people's clocks showed this.
fn loaded(config: Config, wall: u64) -> Phone {
    let mut phone = Phone::with(config);
    phone.agent.set_wall(phone.now, wall);
    phone
}

fn talking(config: Config) -> (Phone, CallId, String) {
    let mut alice = loaded(config, WALL);
    alice.start();
    alice.open();
    alice.ignore_events();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE sip:bob@example.com");
    alice.answer(&invite, BOB);
    let ack = alice.sends("ACK sip:bob@b.invalid");
    alice.told(&["call connecting", "inviting", "accepted 200"]);
    (alice, call, ack)
}

/// The next page, so many milliseconds after the last word of the old one.
fn reloaded(old: &Phone, after: u64) -> Phone {
    reloaded_with(persistent(), &old.kept, old.now.as_millis() - 1_000 + WALL + after)
}

fn reloaded_with(config: Config, kept: &str, wall: u64) -> Phone {
    let mut phone = Phone::new();
    // Another page, another chance.
    phone.agent = UserAgent::new(config, [8; 32]);
    phone.agent.set_wall(phone.now, wall);
    phone.kept = kept.into();
    phone.agent.restore(phone.now, kept);
    phone.drain();
    phone
}

fn registers(phone: &mut Phone) {
    phone.register();
    phone.open();
    let register = phone.sends("REGISTER");
    phone.answer(&register, "200 OK\nExpires: 600");
}

fn cseq(message: &str) -> u32 {
    field(message, "CSeq").split(' ').next().map_or(0, |number| number.parse().unwrap_or(0))
}

#[test]
fn a_call_is_back_with_new_media_in_its_old_dialog() {
    let (old, _, ack) = talking(persistent());
    let mut alice = reloaded(&old, 800);
    alice.told(&["restoring"]);
    alice.sends_nothing();
    alice.asked(&[]);
    registers(&mut alice);
    alice.told(&[
        "connecting 1",
        "connected",
        "registered 600 refresh false",
        "settled",
        "recovering reload",
        "inviting",
    ]);
    alice.asked(&["acquire", "offer"]);
    let invite = alice.sends("INVITE sip:bob@b.invalid");
    for name in ["Call-ID", "From", "To"] {
        assert_eq!(field(&invite, name), field(&ack, name), "{name}");
    }
    assert!(cseq(&invite) > cseq(&ack) + 10, "a number may have been used that was not kept: {invite}");
    assert_ne!(field(&invite, "Via"), field(&ack, "Via"));
    alice.answer(&invite, BOB);
    alice.sends("ACK sip:bob@b.invalid");
    alice.asked(&["apply v=0 bob"]);
    alice.told(&["recovered reload"]);
    let call = alice.agent.active_call().unwrap();
    assert_eq!(alice.agent.call_status(call), CallStatus::Connected);
    // And it goes on like any other.
    alice.hear_in_dialog(&invite, "BYE 7", "");
    alice.sends("SIP/2.0 200 OK");
    alice.told(&["bye", "terminated Terminated"]);
    assert_eq!(alice.kept, "");
}

#[test]
fn what_is_known_of_a_call_is_known_of_it_still() {
    let (mut old, call, _) = talking(persistent());
    old.agent.set_muted(call, true);
    old.drain();
    let name = old.agent.call_name(call).unwrap().to_owned();
    let times = old.agent.call_times(call).unwrap();
    assert_eq!(times, Times { begun: WALL, answered: Some(WALL) });
    let alice = reloaded(&old, 4_321);
    let call = alice.agent.active_call().unwrap();
    assert_eq!(alice.agent.call_name(call), Some(&*name));
    assert_eq!(alice.agent.call_peer(call).unwrap().as_str(), "<sip:bob@example.com>");
    assert_eq!(alice.agent.call_times(call), Some(times));
    assert!(alice.agent.was_muted(call));
    assert!(!alice.agent.is_incoming(call));
}

#[test]
fn a_call_that_came_in_comes_back_as_such() {
    let mut old = loaded(persistent(), WALL);
    old.start();
    old.open();
    old.hear(common::INVITE);
    let call = old.agent.active_call().unwrap();
    assert_eq!(old.kept, "", "nobody has answered it yet");
    old.accept(call);
    let mut alice = reloaded(&old, 500);
    assert!(alice.agent.is_incoming(alice.agent.active_call().unwrap()));
    registers(&mut alice);
    let invite = alice.sends("INVITE sip:bob@b.invalid");
    assert_eq!(field(&invite, "To"), "Bob <sip:bob@example.com>;tag=far");
    assert_eq!(field(&invite, "Call-ID"), "from-bob");
    // A number that bob has used is not taken twice.
    alice.hear_in_dialog(&invite, "INFO 1", "");
    alice.sends("SIP/2.0 500");
    alice.hear_in_dialog(&invite, "INFO 2", "");
    alice.sends("SIP/2.0 200");
}

#[test]
fn the_route_is_kept() {
    let mut old = loaded(persistent(), WALL);
    old.start();
    old.open();
    old.dial("bob");
    let invite = old.sends("INVITE");
    let answer =
        BOB.replace("Contact", "Record-Route: <sip:near.example.com;lr>, <sip:far.example.com;lr>\nContact");
    old.answer(&invite, &answer);
    let mut alice = reloaded(&old, 0);
    registers(&mut alice);
    let invite = alice.sends("INVITE");
    let routes: Vec<_> = invite.lines().filter_map(|line| line.strip_prefix("Route: ")).collect();
    assert_eq!(routes, ["<sip:far.example.com;lr>", "<sip:near.example.com;lr>"]);
}

#[test]
fn who_does_not_register_is_back_as_soon_as_there_is_a_connection() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    alice.start();
    alice.open();
    alice.sends("INVITE sip:bob@b.invalid");
}

#[test]
fn a_registration_that_fails_keeps_no_call_from_coming_back() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    alice.register();
    alice.open();
    let register = alice.sends("REGISTER");
    alice.sends_nothing();
    alice.answer(&register, "403 Forbidden");
    alice.sends("INVITE sip:bob@b.invalid");
}

#[test]
fn a_challenge_is_answered() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    registers(&mut alice);
    let first = alice.sends("INVITE");
    alice.answer(
        &first,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"e\", nonce=\"n\"",
    );
    alice.sends("ACK");
    let second = alice.sends("INVITE");
    assert!(second.contains("Proxy-Authorization: Digest"), "{second}");
    assert_eq!(cseq(&second), cseq(&first) + 1);
}

#[test]
fn bob_may_hang_up_before_it_is_back() {
    for microphone in [Browser::Agrees, Browser::Waits] {
        let (old, _, ack) = talking(persistent());
        let mut alice = reloaded(&old, 0);
        alice.microphone = microphone;
        registers(&mut alice);
        alice.ignore_events();
        let contact = if alice.next_is("INVITE") { alice.sends("INVITE") } else { ack };
        alice.hear_in_dialog(&contact, "BYE 5", "");
        alice.sends("SIP/2.0 200 OK");
        alice.told(&["bye", "terminated Terminated"]);
        assert_eq!(alice.kept, "");
    }
}

#[test]
fn an_offer_of_bob_waits_for_ours() {
    let (old, _, ack) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    alice.microphone = Browser::Waits;
    registers(&mut alice);
    alice.hear_in_dialog(
        &ack,
        "INVITE 2",
        "Contact: <sip:bob@b.invalid>\nContent-Type: application/sdp\n\nv=0",
    );
    alice.sends("SIP/2.0 491 Request Pending");
    alice.media_fact(alice.agent.active_call().unwrap(), MediaFact::Acquired);
    alice.hear_in_dialog(&ack, "ACK 2", "");
    alice.sends("INVITE");
}

#[test]
fn offers_that_cross_are_repeated() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    registers(&mut alice);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "491 Request Pending");
    alice.sends("ACK");
    let again = alice.sends_later("INVITE");
    alice.ignore_events();
    alice.answer(&again, BOB);
    alice.sends("ACK");
    alice.told(&["recovered reload"]);
}

#[test]
fn a_far_side_that_has_ended_the_call_says_so() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    registers(&mut alice);
    let invite = alice.sends("INVITE");
    alice.ignore_events();
    alice.answer(&invite, "481 Call/Transaction Does Not Exist");
    alice.sends("ACK");
    alice.sends("BYE");
    alice.told(&["bye", "terminated Dialog Error"]);
    assert_eq!(alice.kept, "");
}

#[test]
fn a_far_side_that_has_moved_is_found_by_its_address() {
    let (old, _, ack) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    registers(&mut alice);
    let invite = alice.sends("INVITE sip:bob@b.invalid");
    alice.answer(&invite, "404 Not Found");
    alice.sends("ACK");
    let invite = alice.sends("INVITE sip:bob@example.com");
    let replaces =
        format!("{};to-tag=far;from-tag={}", field(&ack, "Call-ID"), common::tag(field(&ack, "From")));
    assert_eq!(field(&invite, "Replaces"), replaces);
    alice.ignore_events();
    alice.answer_as("moved", &invite, BOB);
    alice.sends("ACK sip:bob@b.invalid");
    alice.told(&["recovered reload"]);
    assert!(alice.kept.contains("tag=moved"), "{}", alice.kept);
}

#[test]
fn a_far_side_that_does_not_agree_is_not_left_without_media() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    registers(&mut alice);
    for _ in 0..3 {
        let invite =
            if alice.next_is("INVITE") { alice.sends("INVITE") } else { alice.sends_later("INVITE") };
        alice.ignore_events();
        alice.answer(&invite, "488 Not Acceptable Here");
        alice.sends("ACK");
    }
    alice.sends("BYE");
    alice.told(&["bye", "terminated Incompatible SDP"]);
    assert_eq!(alice.kept, "");
}

#[test]
fn without_a_description_neither() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    alice.description = Browser::Fails(Cause::WebRtcError);
    registers(&mut alice);
    alice.ignore_events();
    alice.sends("BYE");
    assert_eq!(alice.kept, "");
}

#[test]
fn the_user_may_hang_up_before_it_is_back() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    alice.microphone = Browser::Waits;
    registers(&mut alice);
    alice.ignore_events();
    let call = alice.agent.active_call().unwrap();
    alice.hang_up(call);
    alice.sends("BYE sip:bob@b.invalid");
    alice.told(&["bye", "terminated -", "settled"]);
    assert_eq!(alice.kept, "");
}

#[test]
fn without_a_microphone_bob_is_not_left_waiting() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    alice.microphone = Browser::Fails(Cause::UserDeniedMediaAccess);
    registers(&mut alice);
    alice.ignore_events();
    alice.sends("BYE sip:bob@b.invalid");
    assert_eq!(alice.kept, "");
}

#[test]
fn without_a_word_of_the_browser_neither() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    alice.microphone = Browser::Waits;
    registers(&mut alice);
    alice.ignore_events();
    alice.pass(seconds(60));
    alice.sends("BYE sip:bob@b.invalid");
    alice.told(&["bye", "terminated WebRTC Error"]);
}

#[test]
fn a_page_without_a_network_does_not_wait_for_ever() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    alice.register();
    alice.lose_socket();
    alice.pass(seconds(119));
    assert_eq!(alice.agent.calls().len(), 1);
    alice.ignore_events();
    alice.pass(seconds(1));
    assert_eq!(alice.agent.calls().len(), 0);
    assert!(alice.kept.contains("BYE sip:bob@b.invalid"), "bob is told when there is one");
}

#[test]
fn a_connection_lost_on_the_way_back_is_survived() {
    let (old, ..) = talking(persistent());
    let mut alice = reloaded(&old, 0);
    registers(&mut alice);
    alice.pass(seconds(3));
    let first = alice.sends("INVITE");
    alice.lose_socket();
    alice.open();
    let register = alice.sends("REGISTER");
    alice.answer(&register, "200 OK\nExpires: 600");
    let again = alice.sends("INVITE");
    assert!(cseq(&again) > cseq(&first));
    alice.ignore_events();
    alice.answer(&again, BOB);
    alice.sends("ACK");
    alice.told(&["recovered reload"]);
}

#[test]
fn it_may_be_reloaded_again_before_it_is_back() {
    let (old, _, ack) = talking(persistent());
    let mut second = reloaded(&old, 100);
    registers(&mut second);
    let first = second.sends("INVITE");
    assert!(cseq(&first) > cseq(&ack));
    let mut third = reloaded_with(persistent(), &second.kept, WALL + 5_000);
    registers(&mut third);
    let again = third.sends("INVITE sip:bob@b.invalid");
    assert!(cseq(&again) > cseq(&first));
}

#[test]
fn who_was_on_hold_is_on_hold_still() {
    let (mut old, call, _) = talking(persistent());
    old.hold(call);
    let invite = old.sends("INVITE");
    old.answer(&invite, BOB);
    let mut alice = reloaded(&old, 0);
    registers(&mut alice);
    alice.asked(&["acquire", "hold", "offer"]);
    let invite = alice.sends("INVITE");
    alice.ignore_events();
    alice.answer(&invite, BOB);
    alice.told(&["recovered reload"]);
    let call = alice.agent.active_call().unwrap();
    assert_eq!(alice.agent.is_on_hold(call), (true, false));
}

#[test]
fn the_user_attends_to_the_same_call() {
    let (mut old, bob, _) = talking(persistent());
    let carol = old.dial("carol");
    old.sends("INVITE sip:bob@b.invalid");
    let invite = old.sends("INVITE sip:carol@example.com");
    old.answer_as("carol", &invite, &BOB.replace("bob", "carol"));
    old.drain();
    let names = [bob, carol].map(|call| old.agent.call_name(call).unwrap().to_owned());
    let alice = reloaded(&old, 0);
    let calls = alice.agent.calls();
    let found: Vec<_> = calls.iter().map(|call| alice.agent.call_name(*call).unwrap().to_owned()).collect();
    assert_eq!(found, names);
    assert_eq!(alice.agent.active_call(), Some(calls[1]));
}

#[test]
fn a_session_that_has_run_out_is_told_as_lost() {
    let timers = Settings { session_expires: Some(90), session_refresher: None };
    let mut old = loaded(Config { calls: timers, ..persistent() }, WALL);
    old.start();
    old.open();
    old.dial("bob");
    let invite = old.sends("INVITE");
    old.answer(&invite, &BOB.replace("Contact", "Session-Expires: 90;refresher=uas\nContact"));
    old.pass(seconds(55));
    let mut alice = reloaded(&old, 4_000);
    alice.told(&["restoring"]);
    let mut alice = reloaded(&old, 6_000);
    alice.told(&["lost Expires"]);
    assert_eq!(alice.agent.calls(), []);
}

#[test]
fn a_page_that_has_been_gone_for_long_brings_nothing_back() {
    let (mut old, ..) = talking(persistent());
    // It has been open for a day, and has said so to the last.
    old.pass(seconds(86_400));
    let mut alice = reloaded(&old, 269_000);
    alice.told(&["restoring"]);
    let mut alice = reloaded(&old, 301_000);
    alice.told(&["lost Expires"]);
    assert_eq!(alice.kept, "", "it is told once");
    alice.start();
    alice.open();
    alice.sends_nothing();
}

#[test]
fn without_the_option_nothing_is_kept_or_restored() {
    let (old, ..) = talking(config());
    assert_eq!(old.kept, "");
    let (old, ..) = talking(persistent());
    let mut alice = reloaded_with(config(), &old.kept, WALL);
    alice.told(&[]);
    assert_eq!(alice.kept, "");
    assert_eq!(alice.agent.calls(), []);
}

#[test]
fn what_is_no_list_of_calls_is_told_and_nothing_else() {
    let (old, ..) = talking(persistent());
    let half: String = old.kept.chars().take(old.kept.len() / 2).collect();
    for text in
        ["x", "telnyx-device calls 2\n", "telnyx-device calls 3\n1\n0\n", &half, &old.kept.repeat(400)]
    {
        let mut alice = reloaded_with(persistent(), text, WALL);
        alice.told(&["lost Internal Error"]);
        assert_eq!(alice.agent.calls(), [], "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_refused_or_restored(text in "\\PC{0,200}") {
        let mut alice = reloaded_with(persistent(), &text, WALL);
        alice.start();
        alice.open();
    }

    /// What is kept, damaged at one place.
    #[test]
    fn damaged_lines_do_no_harm(at in 0_usize..1_000, with in "\\PC{0,8}|\n|\r\n|\0|<|;tag=|-1|99999999999999999999") {
        let (old, ..) = talking(persistent());
        let at = (0..=at % old.kept.len()).rev().find(|at| old.kept.is_char_boundary(*at)).unwrap();
        let damaged = [&old.kept[..at], &with, &old.kept[at..]].concat();
        let mut alice = reloaded_with(persistent(), &damaged, WALL);
        alice.start();
        alice.open();
        alice.pass(seconds(300));
    }
}
