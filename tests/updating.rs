//! UPDATE of the far side (RFC 3311), and offers that cross.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Browser, Phone, field};
use telnyx_device::error::Cause;

const OFFER: &str = "Contact: <sip:bob@b.invalid>\nContent-Type: application/sdp\n\nv=0 new";

#[test]
fn an_update_without_an_offer_is_agreed_to() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "UPDATE 1", "Contact: <sip:bob@elsewhere.invalid>");
    assert!(field(&alice.sends("SIP/2.0 200 OK"), "Contact").contains(".invalid"));
    alice.asked(&[]);
}

#[test]
fn an_update_moves_the_far_side() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "UPDATE 1", "Contact: <sip:bob@elsewhere.invalid>");
    alice.sends("SIP/2.0 200 OK");
    alice.hang_up(call);
    alice.sends("BYE sip:bob@elsewhere.invalid SIP/2.0");
}

#[test]
fn an_update_with_an_offer_is_answered() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "UPDATE 1", OFFER);
    assert!(alice.sends("SIP/2.0 200 OK").ends_with(common::SDP));
    alice.asked(&["answer to v=0 new"]);
    alice.sends_nothing();
}

#[test]
fn an_offer_while_one_of_theirs_is_pending_comes_too_soon() {
    // RFC 3311 §5.2
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.description = Browser::Waits;
    alice.hear_in_dialog(&ack, "INVITE 1", OFFER);
    alice.hear_in_dialog(&ack, "UPDATE 2", OFFER);
    assert!(field(&alice.sends("SIP/2.0 500 "), "Retry-After").parse::<u32>().unwrap() <= 10);
}

#[test]
fn an_offer_while_one_of_ours_is_pending_crosses() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hold(call);
    alice.sends("INVITE");
    alice.hear_in_dialog(&ack, "UPDATE 1", OFFER);
    alice.sends("SIP/2.0 491 ");
    alice.hear_in_dialog(&ack, "INVITE 2", OFFER);
    alice.sends("SIP/2.0 491 ");
}

#[test]
fn an_offer_before_the_first_is_answered_comes_too_soon() {
    let (mut alice, _, ringing) = Phone::called_by_bob();
    alice.hear_in_dialog(&ringing, "UPDATE 2", OFFER);
    field(&alice.sends("SIP/2.0 500 "), "Retry-After");
    alice.hear_in_dialog(&ringing, "UPDATE 3", "Contact: <sip:bob@b.invalid>");
    alice.sends("SIP/2.0 200 OK");
}

#[test]
fn early_media_may_be_changed_by_update() {
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    let early = "183 Session Progress\nContact: <sip:bob@b.invalid>\nRequire: 100rel\nRSeq: 1\n\
                 Content-Type: application/sdp\n\nv=0 early";
    alice.answer(&invite, early);
    let prack = alice.sends("PRACK");
    alice.answer(&prack, "200 OK");
    alice.hear_in_dialog(&prack, "UPDATE 1", OFFER);
    assert!(alice.sends("SIP/2.0 200 OK").ends_with(common::SDP));
    alice.asked(&["acquire", "offer", "early answer v=0 early", "answer to v=0 new"]);
}

#[test]
fn early_media_that_cannot_be_changed_stay_as_they_were() {
    // RFC 3311 §5.2
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    let early = "183 Session Progress\nContact: <sip:bob@b.invalid>\nRequire: 100rel\nRSeq: 1\n\
                 Content-Type: application/sdp\n\nv=0 early";
    alice.answer(&invite, early);
    let prack = alice.sends("PRACK");
    alice.answer(&prack, "200 OK");
    alice.description = Browser::Fails(Cause::BadMediaDescription);
    alice.hear_in_dialog(&prack, "UPDATE 1", OFFER);
    alice.sends("SIP/2.0 488 ");
    alice.sends_nothing();
    assert_eq!(alice.agent.calls(), [call]);
}
