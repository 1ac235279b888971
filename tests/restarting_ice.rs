//! ICE fails, or hears nothing: it is restarted by re-INVITE until it is back (RFC 8839 §4.4.1.1).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Phone, field, seconds};
use telnyx_device::agent::{CallId, Hint, MediaFact};
use telnyx_device::time::Duration;

const HOLD: &str =
    "Contact: <sip:bob@b.invalid>\nContent-Type: application/sdp\n\nv=0\nm=audio 9 RTP/AVP 0\na=sendonly";

#[test]
fn a_restart_is_offered_at_once_and_given_time() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    let invite = alice.sends("INVITE sip:bob@b.invalid");
    assert_eq!(field(&invite, "CSeq"), "2 INVITE");
    alice.told(&["recovering media", "inviting"]);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.asked(&["restart", "offer", "apply v=0 bob"]);
    alice.media_fact(call, MediaFact::IceFailed);
    alice.sends_nothing();
    alice.media_fact(call, MediaFact::IceConnected);
    alice.told(&["recovered media"]);
    alice.pass(seconds(600));
    alice.sends_nothing();
    alice.asked(&[]);
}

fn offers(alice: &mut Phone) -> String {
    if alice.next_is("INVITE") { alice.sends("INVITE") } else { alice.sends_later("INVITE") }
}

/// The next restart is offered and agreed to; how long it took.
fn restarts(alice: &mut Phone) -> Duration {
    let before = alice.now;
    let invite = offers(alice);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.now.since(before)
}

#[test]
fn as_long_as_there_is_no_way_it_is_sought_anew_at_growing_intervals() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    restarts(&mut alice);
    let mut waits = Vec::new();
    let begin = alice.now;
    while alice.now.since(begin) < seconds(160) {
        waits.push(restarts(&mut alice));
    }
    assert!(waits[..8].iter().all(|wait| *wait == seconds(3)), "{waits:?}");
    assert!(waits.is_sorted() && waits.last() > Some(&seconds(12)), "{waits:?}");
    alice.ignore_events();
    alice.media_fact(call, MediaFact::IceConnected);
    alice.told(&["recovered media"]);
    alice.pass(seconds(600));
    alice.sends_nothing();
}

#[test]
fn a_call_without_media_ends_after_three_minutes() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    let end = alice.now + seconds(180);
    while alice.now + seconds(16) < end {
        restarts(&mut alice);
    }
    alice.ignore_events();
    alice.pass(end.since(alice.now));
    while alice.next_is("INVITE") {
        let invite = alice.sends("INVITE");
        alice.answer(&invite, BOB);
        alice.sends("ACK");
    }
    let bye = alice.sends("BYE");
    alice.answer(&bye, "200 OK");
    alice.ignore_events();
    alice.comes_to_rest();
}

#[test]
fn a_moment_without_an_answer_is_no_loss() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceDisconnected);
    alice.pass(Duration::from_millis(1_999));
    alice.media_fact(call, MediaFact::IceConnected);
    alice.pass(seconds(60));
    alice.sends_nothing();
    alice.told(&[]);
    alice.media_fact(call, MediaFact::IceDisconnected);
    assert_eq!(restarts(&mut alice), seconds(2));
    alice.told(&["recovering media", "inviting"]);
}

#[test]
fn who_was_called_waits_a_little_longer_and_takes_the_offer_of_the_other() {
    let (mut alice, call, ok) = Phone::answering_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    let offer = "Contact: <sip:bob@b.invalid>\nContent-Type: application/sdp\n\nv=0\na=ice-ufrag:new";
    alice.hear_in_dialog(&ok, "INVITE 2", offer);
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ok, "ACK 2", "");
    alice.pass(Duration::from_millis(2_900));
    alice.sends_nothing();
    alice.media_fact(call, MediaFact::IceConnected);
    alice.told(&[]);
    alice.pass(seconds(60));
    alice.sends_nothing();
}

fn on_another_network(alice: &mut Phone) -> String {
    alice.input(telnyx_device::agent::Input::Hint(Hint::NetworkChanged));
    alice.sends("INVITE")
}

#[test]
fn another_network_is_another_way() {
    let (mut alice, _, _) = Phone::calling_bob();
    let invite = on_another_network(&mut alice);
    alice.told(&["recovering network", "inviting"]);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.asked(&["restart", "offer", "apply v=0 bob"]);
    alice.told(&["recovered network"]);
}

#[test]
fn what_was_refused_is_asked_for_again_on_another_network() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "488 Not Acceptable Here");
    alice.sends("ACK");
    alice.pass(seconds(60));
    alice.sends_nothing();
    on_another_network(&mut alice);
}

/// Three times a far side that is busy with itself is asked.
#[test]
fn a_far_side_that_refuses_is_not_asked_without_end() {
    let (mut alice, call, _): (Phone, CallId, String) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    for _ in 0..3 {
        let invite = offers(&mut alice);
        alice.answer(&invite, "500 Server Internal Error");
        alice.sends("ACK");
    }
    alice.pass(seconds(60));
    alice.sends_nothing();
}

#[test]
fn a_far_side_that_is_busy_has_not_refused() {
    // RFC 3261 §14.2
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    for _ in 0..8 {
        let invite = offers(&mut alice);
        alice.answer(&invite, "500 Server Internal Error\nRetry-After: 3");
        alice.sends("ACK");
    }
    restarts(&mut alice);
    alice.media_fact(call, MediaFact::IceConnected);
    assert_eq!(alice.all_told().last().map(String::as_str), Some("recovered media"));
}

#[test]
fn a_refused_restart_is_not_tried_again() {
    let (mut alice, call, _) = Phone::answering_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    let invite = alice.sends_later("INVITE");
    alice.answer(&invite, "488 Not Acceptable Here");
    alice.sends("ACK");
    alice.told(&["recovering media", "inviting"]);
    alice.asked(&["restart", "offer", "rollback"]);
    alice.media_fact(call, MediaFact::IceFailed);
    alice.sends_nothing();
}

#[test]
fn after_glare_it_is_offered_again() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "491 Request Pending");
    alice.sends("ACK");
    let again = alice.sends_later("INVITE");
    alice.answer(&again, BOB);
    alice.sends("ACK");
    alice.told(&["recovering media", "inviting", "inviting"]);
    alice.asked(&["restart", "offer", "rollback", "restart", "offer", "apply v=0 bob"]);
}

#[test]
fn it_waits_for_the_exchange_that_is_under_way() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hold(call);
    let invite = alice.sends("INVITE");
    alice.media_fact(call, MediaFact::IceFailed);
    alice.sends_nothing();
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    let again = alice.sends("INVITE");
    alice.answer(&again, BOB);
    alice.sends("ACK");
    alice.told(&["inviting", "recovering media", "hold local", "settled", "inviting"]);
    alice.asked(&["hold", "offer", "apply v=0 bob", "restart", "offer", "apply v=0 bob"]);
}

#[test]
fn it_waits_while_the_far_side_holds_us() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INVITE 1", HOLD);
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ack, "ACK 1", "");
    alice.media_fact(call, MediaFact::IceFailed);
    alice.sends_nothing();
    alice.hear_in_dialog(&ack, "INVITE 2", &HOLD.replace("sendonly", "sendrecv"));
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ack, "ACK 2", "");
    alice.sends("INVITE");
    alice.told(&["hold remote", "recovering media", "unhold remote", "inviting"]);
}

#[test]
fn before_the_answer_nothing_is_restarted() {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    alice.sends("INVITE");
    alice.media_fact(call, MediaFact::IceFailed);
    alice.sends_nothing();
}

#[test]
fn another_network_does_not_wait_for_the_end_of_their_hold() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INVITE 1", HOLD);
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ack, "ACK 1", "");
    let invite = on_another_network(&mut alice);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.told(&["hold remote", "recovering network", "inviting", "unhold remote", "recovered network"]);
}
