//! Provisional responses that are acknowledged (RFC 3262).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Browser, INVITE, Phone, field, seconds};
use telnyx_device::agent::MediaFact;

const EARLY: &str = "183 Session Progress\nContact: <sip:bob@b.invalid>\nRequire: 100rel\nRSeq: 7\n\
                     Content-Type: application/sdp\n\nv=0 early";

fn required() -> String {
    INVITE.replace("CSeq: 1 INVITE", "CSeq: 1 INVITE\n    Require: 100rel")
}

#[test]
fn a_reliable_response_is_acknowledged_once() {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    assert!(field(&invite, "Supported").contains("100rel"), "{invite}");
    alice.answer(&invite, EARLY);
    let prack = alice.sends("PRACK sip:bob@b.invalid SIP/2.0");
    assert_eq!((field(&prack, "RAck"), field(&prack, "CSeq")), ("7 1 INVITE", "2 PRACK"));
    alice.answer(&prack, "200 OK");
    alice.answer(&invite, EARLY);
    alice.sends_nothing();
    alice.answer(&invite, &EARLY.replace("RSeq: 7", "RSeq: 9"));
    alice.sends_nothing();
    alice.told(&["call connecting", "inviting", "progress 183"]);

    alice.answer(&invite, BOB);
    assert_eq!(field(&alice.sends("ACK"), "CSeq"), "1 ACK");
    alice.told(&["accepted 200"]);
    alice.asked(&["acquire", "offer", "early answer v=0 early", "apply v=0 bob"]);
    alice.hang_up(call);
    let bye = alice.sends("BYE");
    assert_eq!(field(&bye, "CSeq"), "3 BYE");
}

#[test]
fn the_bye_of_an_answer_that_crosses_the_cancel_comes_after_the_prack() {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, EARLY);
    assert_eq!(field(&alice.sends("PRACK"), "CSeq"), "2 PRACK");
    alice.hang_up(call);
    alice.sends("CANCEL");
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    assert_eq!(
        field(&alice.sends("BYE"), "CSeq"),
        "3 BYE",
        "else bob would answer 500, and stay in the call"
    );
}

#[test]
fn the_answer_of_a_reliable_response_need_not_come_again() {
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, EARLY);
    alice.sends("PRACK");
    alice.answer(&invite, "200 OK\nContact: <sip:bob@b.invalid>");
    alice.sends("ACK");
    alice.asked(&["acquire", "offer", "early answer v=0 early", "apply v=0 early"]);
}

#[test]
fn ringing_is_repeated_until_it_is_acknowledged() {
    let mut alice = Phone::connected();
    alice.hear(&required());
    let ringing = alice.sends("SIP/2.0 180");
    assert_eq!(field(&ringing, "Require"), "100rel");
    let rseq = field(&ringing, "RSeq").to_owned();
    assert_eq!(alice.sends_later("SIP/2.0 180"), ringing);
    alice.hear_in_dialog(&ringing, "PRACK 2", "RAck: 1 1 INVITE");
    alice.sends("SIP/2.0 481 ");
    alice.hear_in_dialog(&ringing, "PRACK 3", &format!("RAck: {rseq} 1 INVITE"));
    alice.sends("SIP/2.0 200 OK");
    alice.pass(seconds(40));
    alice.sends_nothing();
    alice.told(&["incoming"]);
}

#[test]
fn a_caller_that_never_acknowledges_is_refused() {
    let mut alice = Phone::connected();
    alice.hear(&required());
    alice.pass(seconds(33));
    while alice.next_is("SIP/2.0 180") {
        alice.sends("SIP/2.0 180");
    }
    alice.sends("SIP/2.0 504 ");
    alice.told(&["incoming", "rejected 504 No PRACK", "failed No PRACK", "terminated No PRACK"]);
}

#[test]
fn the_prack_of_our_ringing_may_come_after_the_user_has_accepted() {
    // RFC 3262 §3
    for answered in [true, false] {
        let mut alice = Phone::connected();
        alice.microphone = if answered { Browser::Agrees } else { Browser::Waits };
        alice.hear(&required());
        let ringing = alice.sends("SIP/2.0 180");
        let call = alice.agent.active_call().unwrap();
        alice.accept(call);
        if answered {
            alice.sends("SIP/2.0 200 OK");
            alice.hear_in_dialog(&ringing, "ACK 1", "");
            alice.pass(seconds(40));
        } else {
            assert_eq!(alice.sends_later("SIP/2.0 180"), ringing, "until the 2xx");
        }
        let rack = format!("RAck: {} 1 INVITE", field(&ringing, "RSeq"));
        alice.hear_in_dialog(&ringing, "PRACK 2", &rack);
        alice.sends("SIP/2.0 200 OK");
        alice.hear_in_dialog(&ringing, "PRACK 3", &rack);
        alice.sends("SIP/2.0 481 ");
        if !answered {
            alice.media_fact(call, MediaFact::Acquired);
            alice.sends("SIP/2.0 200 OK");
        }
    }
}
