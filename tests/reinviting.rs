//! The far side changes a session that runs: hold, new media, and what cannot be (RFC 3261 §14; RFC 3665 §3.7).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Browser, Phone, field, seconds};
use telnyx_device::agent::{CallId, CallStatus};
use telnyx_device::error::Cause;

const HOLD: &str = "Contact: <sip:bob@b.invalid>\nContent-Type: application/sdp\n\nv=0 a=sendonly";

#[test]
fn bob_holds_and_comes_back() {
    let (mut alice, call, ack) = Phone::calling_bob();
    for (number, offer) in [(1, HOLD), (2, &HOLD.replace("sendonly", "sendrecv"))] {
        alice.hear_in_dialog(&ack, &format!("INVITE {number}"), offer);
        let ok = alice.sends("SIP/2.0 200 OK");
        assert_eq!(field(&ok, "CSeq"), format!("{number} INVITE"));
        assert!(ok.ends_with(common::SDP), "{ok}");
        assert!(field(&ok, "Contact").contains(".invalid"), "{ok}");
        alice.hear_in_dialog(&ack, &format!("ACK {number}"), "");
    }
    alice.asked(&["answer to v=0 a=sendonly", "answer to v=0 a=sendrecv"]);
    alice.told(&[]);
    assert_eq!(alice.agent.call_status(call), CallStatus::Connected);
    alice.pass(seconds(60));
    alice.sends_nothing();
}

#[test]
fn an_offer_that_cannot_be_used_is_refused_and_the_session_stays() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.description = Browser::Fails(Cause::BadMediaDescription);
    alice.hear_in_dialog(&ack, "INVITE 1", HOLD);
    alice.sends("SIP/2.0 488 Not Acceptable Here");
    alice.told(&[]);
    assert_eq!(alice.agent.call_status(call), CallStatus::Connected);
    alice.description = Browser::Agrees;
    alice.hear_in_dialog(&ack, "INVITE 2", HOLD);
    alice.sends("SIP/2.0 200 OK");
}

#[test]
fn a_body_that_is_no_description_is_refused() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INVITE 1", "Content-Type: text/plain\n\nhello");
    let refusal = alice.sends("SIP/2.0 415 ");
    assert_eq!(field(&refusal, "Accept"), "application/sdp");
}

#[test]
fn an_invitation_to_offer_is_taken() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INVITE 1", "Contact: <sip:bob@b.invalid>");
    let ok = alice.sends("SIP/2.0 200 OK");
    assert!(ok.ends_with(common::SDP), "{ok}");
    alice.hear_in_dialog(&ack, "ACK 1", "Content-Type: application/sdp\n\nv=0 bob again");
    alice.asked(&["offer", "apply v=0 bob again"]);
    alice.told(&[]);
}

#[test]
fn a_second_change_while_the_first_is_pending_has_to_wait() {
    // RFC 3261 §14.2
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.description = Browser::Waits;
    alice.hear_in_dialog(&ack, "INVITE 1", HOLD);
    alice.hear_in_dialog(&ack, "INVITE 2", HOLD);
    let busy = alice.sends("SIP/2.0 500 ");
    assert_eq!(field(&busy, "CSeq"), "2 INVITE");
    assert!(field(&busy, "Retry-After").parse::<u32>().unwrap() <= 10);
    alice.asked(&["answer to v=0 a=sendonly"]);
}

#[test]
fn a_change_before_the_first_ack_has_to_wait_too() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ok, "INVITE 2", HOLD);
    let busy = alice.sends("SIP/2.0 500 ");
    assert!(field(&busy, "Retry-After").parse::<u32>().unwrap() <= 10);
    alice.hear_in_dialog(&ok, "ACK 1", "");
    alice.hear_in_dialog(&ok, "INVITE 3", HOLD);
    alice.sends("SIP/2.0 200 OK");
}

/// Bob changes something, and acknowledges no answer; the INVITE by which alice offers anew.
fn never_acknowledged(more: &str) -> (Phone, CallId, String) {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INVITE 1", more);
    alice.sends("SIP/2.0 200 OK");
    alice.ignore_events();
    let invite = loop {
        let sent = alice.sends_later("");
        if !sent.starts_with("SIP/2.0 200 OK") {
            break sent;
        }
    };
    assert!(invite.starts_with("INVITE sip:bob@b.invalid"), "{invite}");
    (alice, call, invite)
}

#[test]
fn a_change_that_is_never_acknowledged_is_agreed_on_anew() {
    for (more, asked) in [
        (HOLD, &["answer to v=0 a=sendonly", "offer", "apply v=0 bob"][..]),
        ("Contact: <sip:bob@b.invalid>", &["offer", "rollback", "offer", "apply v=0 bob"]),
    ] {
        let (mut alice, call, invite) = never_acknowledged(more);
        alice.answer(&invite, BOB);
        alice.sends("ACK");
        alice.asked(asked);
        alice.lives(call);
        alice.pass(seconds(60));
        alice.sends_nothing();
    }
}

#[test]
fn one_who_does_not_answer_that_either_is_gone() {
    let (mut alice, ..) = never_acknowledged(HOLD);
    alice.pass(seconds(32));
    let bye = alice.sends("BYE sip:bob@b.invalid");
    alice.answer(&bye, "481 Call/Transaction Does Not Exist");
    alice.told(&["inviting", "bye", "terminated Dialog Error"]);
    alice.comes_to_rest();
}

#[test]
fn who_has_given_up_a_change_may_ask_for_another_and_is_told_of_the_end_at_once() {
    let (mut alice, call, ack) = Phone::calling_bob();
    for number in ["1", "2"] {
        alice.hear_in_dialog(&ack, &format!("INVITE {number}"), HOLD);
        assert_eq!(field(&alice.sends("SIP/2.0 200 OK"), "CSeq"), format!("{number} INVITE"));
    }
    alice.hang_up(call);
    alice.sends("BYE");
}

#[test]
fn hanging_up_in_the_middle_of_a_change_answers_it() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.description = Browser::Waits;
    alice.hear_in_dialog(&ack, "INVITE 1", HOLD);
    alice.hang_up(call);
    alice.sends("SIP/2.0 487 ");
    alice.sends("BYE");
    alice.media_fact(call, common::described());
    alice.told(&["bye", "terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn bob_hangs_up_in_the_middle_of_his_change() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.description = Browser::Waits;
    alice.hear_in_dialog(&ack, "INVITE 1", HOLD);
    alice.hear_in_dialog(&ack, "BYE 2", "");
    alice.sends("SIP/2.0 487 ");
    assert_eq!(field(&alice.sends("SIP/2.0 200 OK"), "CSeq"), "2 BYE");
    alice.told(&["bye", "terminated Terminated"]);
    alice.comes_to_rest();
}

#[test]
fn bob_cancels_his_change() {
    // RFC 3261 §9.2: a re-INVITE may be canceled like any INVITE, and the call goes on
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.description = Browser::Waits;
    alice.hear_in_dialog(&ack, "INVITE 1", HOLD);
    let scripted = "CANCEL {contact} SIP/2.0
        Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bKINVITE1
        From: {To}
        To: {From}
        Call-ID: {Call-ID}
        CSeq: 1 CANCEL";
    alice.hear_about(&ack, scripted);
    assert_eq!(field(&alice.sends("SIP/2.0 200 OK"), "CSeq"), "1 CANCEL");
    assert_eq!(field(&alice.sends("SIP/2.0 487 "), "CSeq"), "1 INVITE");
    assert_eq!(alice.agent.call_status(call), CallStatus::Connected);
    alice.told(&[]);
    // The description that the canceled one asked for comes too late.
    alice.media_fact(call, common::described());
    alice.sends_nothing();
    alice.description = Browser::Agrees;
    alice.hear_in_dialog(&ack, "INVITE 2", HOLD);
    alice.sends("SIP/2.0 200 OK");
}

#[test]
fn a_change_out_of_order_is_refused() {
    let (mut alice, _, ok) = Phone::answering_bob();
    alice.hear_in_dialog(&ok, "INVITE 1", HOLD);
    alice.sends("SIP/2.0 500 ");
    alice.asked(&[]);
}

#[test]
fn a_change_that_requires_what_we_cannot_is_refused() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "INVITE 1", &format!("Require: nothing, 100rel, timer, precondition\n{HOLD}"));
    let refusal = alice.sends("SIP/2.0 420 ");
    assert!(
        refusal.contains("Unsupported: nothing")
            && refusal.contains("precondition")
            && refusal.contains("timer")
            && !refusal.contains("100rel"),
        "{refusal}"
    );
    alice.asked(&[]);
}

#[test]
fn what_is_refused_does_not_move_the_far_side() {
    // RFC 6141 §4
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.description = Browser::Fails(Cause::BadMediaDescription);
    for method in ["INVITE 1", "UPDATE 2"] {
        alice.hear_in_dialog(&ack, method, &HOLD.replace("b.invalid", "elsewhere.invalid"));
        alice.sends("SIP/2.0 488 ");
    }
    alice.hang_up(call);
    alice.sends("BYE sip:bob@b.invalid SIP/2.0");
}

#[test]
fn a_description_may_come_with_other_parts() {
    // RFC 5621 §3.1
    let (mut alice, _, ack) = Phone::calling_bob();
    let parts = |other: &str| {
        format!(
            "Contact: <sip:bob@b.invalid>\nContent-Type: multipart/mixed;boundary=\"b 1\"\n\n\
             --b 1\nContent-Type: application/pidf+xml\n{other}\n<presence/>\n\
             --b 1\nContent-Type: application/sdp\n\nv=0 a=sendonly\n--b 1--\n"
        )
    };
    alice.hear_in_dialog(&ack, "INVITE 1", &parts(""));
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ack, "ACK 1", "");
    alice.asked(&["answer to v=0 a=sendonly"]);
    let required = "Content-Disposition: render;handling=required\n";
    alice.hear_in_dialog(&ack, "INVITE 2", &parts(required));
    alice.sends("SIP/2.0 415 ");
}

#[test]
fn a_body_that_need_not_be_understood_is_passed_over() {
    // RFC 3261 §20.11
    let (mut alice, _, ack) = Phone::calling_bob();
    let picture = "Contact: <sip:bob@b.invalid>\nContent-Type: image/png\n\
                   Content-Disposition: icon;handling=optional\n\nPNG";
    alice.hear_in_dialog(&ack, "INVITE 1", picture);
    assert!(alice.sends("SIP/2.0 200 OK").ends_with(common::SDP));
    alice.asked(&["offer"]);
}

#[test]
fn a_description_that_never_comes_is_not_waited_for() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.description = Browser::Waits;
    alice.hear_in_dialog(&ack, "INVITE 1", HOLD);
    assert_eq!(field(&alice.sends_later("SIP/2.0 500 "), "CSeq"), "1 INVITE");
    // What comes too late is for nobody.
    alice.media_fact(call, common::described());
    alice.sends_nothing();
    alice.hear_in_dialog(&ack, "UPDATE 2", HOLD);
    assert_eq!(field(&alice.sends_later("SIP/2.0 500 "), "CSeq"), "2 UPDATE");
    alice.pass(common::seconds(60));
    alice.asked(&["answer to v=0 a=sendonly", "rollback", "answer to v=0 a=sendonly", "rollback"]);
    alice.hold(call);
    alice.told(&[]);
    alice.pass(common::seconds(60));
    alice.told(&["settled WebRTC Error"]);
    alice.asked(&["hold", "offer", "unhold", "rollback"]);
    assert_eq!(alice.agent.call_status(call), CallStatus::Connected);
}
