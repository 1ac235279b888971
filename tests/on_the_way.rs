//! What is on its way while a call has to be restored: an answer without its ACK, an offer, requests in the dialog (RFC 3261
//! §12.2, §13.3.1.4).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Phone, seconds};
use telnyx_device::agent::{CallId, MediaFact};

/// Alice has answered bob, and has lost the connection before his ACK came; with her 200 and the question that follows.
fn unacknowledged() -> (Phone, CallId, String, String) {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.pass(seconds(10));
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK");
    alice.lose_socket();
    alice.open();
    let question = alice.sends("OPTIONS sip:bob@b.invalid");
    alice.ignore_events();
    (alice, call, ok, question)
}

#[test]
fn an_answer_that_was_lost_with_its_connection_ends_with_the_callers_call() {
    let (mut alice, _, _, question) = unacknowledged();
    alice.answer(&question, "481 Call/Transaction Does Not Exist");
    alice.told(&["terminated Dialog Error"]);
    alice.pass(seconds(40));
    alice.comes_to_rest();
}

#[test]
fn an_answer_that_was_not_lost_is_acknowledged_by_the_next_connection() {
    let (mut alice, call, ok, question) = unacknowledged();
    alice.answer(&question, "200 OK");
    assert_eq!(alice.sends_later("SIP/2.0 200 OK"), ok);
    alice.hear_in_dialog(&ok, "ACK 1", "");
    alice.sends("INVITE sip:bob@b.invalid");
    alice.lives(call);
}

#[test]
fn bob_comes_back_while_our_offer_hangs_on_the_way_to_where_he_was() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceFailed);
    let restart = alice.sends("INVITE");
    alice.answer(&restart, "100 Trying");
    let offer = "Contact: <sip:bob@new.invalid>\nContent-Type: application/sdp\n\nv=0\na=ice-ufrag:again";
    alice.hear_in_dialog(&ack, "INVITE 1", offer);
    alice.sends("SIP/2.0 491 Request Pending");
    alice.pass(seconds(10));
    alice.sends("CANCEL");
    alice.asked(&["restart", "offer"]);
    alice.hear_in_dialog(&ack, "INVITE 2", offer);
    alice.sends("SIP/2.0 200 OK");
    alice.hear_in_dialog(&ack, "ACK 2", "");
    alice.media_fact(call, MediaFact::IceConnected);
    alice.told(&["recovering media", "inviting", "recovered media"]);
    // Had he heard of ours after all, what was agreed on is agreed on anew.
    alice.answer(&restart, BOB);
    alice.sends("ACK");
    alice.sends("INVITE");
}

/// Bob's media are lost, and this is sent to him meanwhile; with what was sent.
fn asking_while_media_are_lost(method: &str) -> (Phone, CallId, String) {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceDisconnected);
    match method {
        "REFER" => alice.transfer(call, "carol"),
        "MESSAGE" => alice.write_in_call(call, "hello"),
        _ => alice.dial_tones(call, "5"),
    }
    let request = alice.sends(method);
    alice.ignore_events();
    (alice, call, request)
}

#[test]
fn no_request_that_finds_nobody_ends_a_call_that_is_being_restored() {
    for method in ["REFER", "MESSAGE", "INFO"] {
        let (mut alice, call, request) = asking_while_media_are_lost(method);
        alice.answer(&request, "408 Request Timeout");
        alice.pass(seconds(1));
        assert!(alice.has_settled());
        alice.lives(call);
        let (mut alice, call, _) = asking_while_media_are_lost(method);
        alice.pass(seconds(33));
        assert!(alice.has_settled());
        alice.lives(call);
        // Who knows nothing of the call is another matter.
        let (mut alice, _, request) = asking_while_media_are_lost(method);
        alice.answer(&request, "481 Call/Transaction Does Not Exist");
        alice.sends("BYE");
    }
}
