//! A call is placed and answered (RFC 3665 §3.1), and its events come in this order.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, Browser, Phone, field, seconds, tag};
use telnyx_device::agent::InviteOptions;
use telnyx_device::agent::{CallStatus, MediaFact};
use telnyx_device::error::{ApiMisuse, Cause};

#[test]
fn a_call_is_set_up_and_hung_up() {
    // RFC 3665 §3.1, its F1 to F6
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE sip:bob@example.com SIP/2.0\r\n");
    assert!(field(&invite, "From").starts_with("\"Alice\" <sip:alice@example.com>;tag="), "{invite}");
    assert_eq!(field(&invite, "To"), "<sip:bob@example.com>");
    assert_eq!(field(&invite, "CSeq"), "1 INVITE");
    assert_eq!(field(&invite, "Max-Forwards"), "70");
    assert_eq!(field(&invite, "Content-Type"), "application/sdp");
    assert!(field(&invite, "Contact").contains(".invalid;transport=ws>"), "{invite}");
    assert!(invite.ends_with(common::SDP), "{invite}");
    assert_eq!(alice.agent.call_status(call), CallStatus::Initiating);

    alice.hear_about(
        &invite,
        "SIP/2.0 180 Ringing
        Via: {Via};received=192.0.2.101
        From: {From}
        To: {To};tag=8321234356
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: <sip:bob@client.biloxi.example.com;transport=tcp>
        Content-Length: 0",
    );
    alice.hear_about(
        &invite,
        "SIP/2.0 200 OK
        Via: {Via};received=192.0.2.101
        From: {From}
        To: {To};tag=8321234356
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: <sip:bob@client.biloxi.example.com;transport=tcp>
        Content-Type: application/sdp
        Content-Length: 7

v=0 bob",
    );
    let ack = alice.sends("ACK sip:bob@client.biloxi.example.com;transport=tcp SIP/2.0\r\n");
    assert_eq!(field(&ack, "CSeq"), "1 ACK");
    assert_eq!(field(&ack, "From"), field(&invite, "From"));
    assert_eq!(field(&ack, "To"), "<sip:bob@example.com>;tag=8321234356");
    assert_ne!(field(&ack, "Via"), field(&invite, "Via"), "the ACK of a 2xx is a transaction of its own");
    alice.asked(&["acquire", "offer", "apply v=0 bob"]);
    alice.told(&["call connecting", "inviting", "progress 180", "accepted 200"]);
    assert_eq!(alice.agent.call_status(call), CallStatus::Connected);

    alice.hang_up(call);
    let bye = alice.sends("BYE sip:bob@client.biloxi.example.com;transport=tcp SIP/2.0\r\n");
    assert_eq!(field(&bye, "CSeq"), "2 BYE");
    alice.answer(&bye, "200 OK");
    alice.told(&["bye", "terminated -", "settled"]);
    alice.asked(&["release"]);
    assert_eq!(alice.agent.call_status(call), CallStatus::Ended);
    alice.comes_to_rest();
}

#[test]
fn every_provisional_response_is_progress() {
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    for status in ["100 Trying", "180 Ringing", "181 Call Is Being Forwarded", "182 Queued"] {
        alice.answer(&invite, status);
    }
    alice.told(&[
        "call connecting",
        "inviting",
        "progress 100",
        "progress 180",
        "progress 181",
        "progress 182",
    ]);
}

#[test]
fn early_media_is_heard_and_then_confirmed() {
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    let early = "183 Session Progress\nContent-Type: application/sdp\n\nv=0 early";
    alice.answer(&invite, early);
    alice.answer(&invite, early);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.asked(&["acquire", "offer", "early answer v=0 early", "apply v=0 bob"]);
    alice.told(&["call connecting", "inviting", "progress 183", "progress 183", "accepted 200"]);
}

#[test]
fn an_answer_that_came_early_need_not_come_again() {
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "183 Session Progress\nContent-Type: application/sdp\n\nv=0 early");
    alice.answer(&invite, "200 OK\nContact: <sip:bob@b.invalid>");
    alice.sends("ACK");
    alice.asked(&["acquire", "offer", "early answer v=0 early", "apply v=0 early"]);
}

#[test]
fn an_answer_without_any_description_is_acknowledged_and_ended() {
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "200 OK\nContact: <sip:bob@b.invalid>");
    alice.sends("ACK");
    let bye = alice.sends("BYE sip:bob@b.invalid");
    alice.answer(&bye, "200 OK");
    let cause = "Bad Media Description";
    alice.told(&["call connecting", "inviting", &format!("failed {cause}"), &format!("terminated {cause}")]);
    alice.comes_to_rest();
}

#[test]
fn an_answer_that_says_not_where_it_comes_from_is_ended_as_well_as_can_be() {
    // RFC 3261 §13.2.2.4
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    let ok = "200 OK\nRecord-Route: <sip:p.example.com;lr>\nContent-Type: application/sdp\n\nv=0 bob";
    alice.answer(&invite, ok);
    let ack = alice.sends("ACK sip:bob@example.com SIP/2.0");
    assert_eq!((field(&ack, "Route"), tag(field(&ack, "To"))), ("<sip:p.example.com;lr>", "far"));
    let bye = alice.sends("BYE sip:bob@example.com SIP/2.0");
    assert_eq!((field(&bye, "Route"), field(&bye, "CSeq")), ("<sip:p.example.com;lr>", "2 BYE"));
    alice.told(&["call connecting", "inviting", "failed Dialog Error", "terminated Dialog Error"]);
    alice.answer(&invite, ok);
    alice.sends("ACK");
    alice.answer(&bye, "200 OK");
    alice.comes_to_rest();
}

#[test]
fn a_peer_of_rfc_2543_answers_without_a_tag() {
    // RFC 3261 §12.1.2
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    let ok = "SIP/2.0 200 OK
        Via: {Via}
        From: {From}
        To: {To}
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Contact: <sip:bob@b.invalid>
        Content-Type: application/sdp\n\nv=0 bob";
    alice.hear_about(&invite, ok);
    assert_eq!(field(&alice.sends("ACK sip:bob@b.invalid"), "To"), field(&invite, "To"));
    alice.told(&["call connecting", "inviting", "accepted 200"]);
    alice.hang_up(call);
    assert_eq!(field(&alice.sends("BYE"), "To"), field(&invite, "To"));
}

#[test]
fn an_answer_that_the_browser_cannot_take_ends_the_call() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::Failed(Cause::BadMediaDescription));
    let bye = alice.sends("BYE");
    alice.answer(&bye, "200 OK");
    alice.told(&["bye", "terminated Bad Media Description"]);
    alice.asked(&["release"]);
    alice.comes_to_rest();
}

#[test]
fn a_repeated_200_is_acknowledged_again() {
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, BOB);
    let ack = alice.sends("ACK");
    alice.pass(seconds(1));
    alice.answer(&invite, BOB);
    assert_eq!(alice.sends("ACK"), ack);
    alice.told(&["call connecting", "inviting", "accepted 200"]);
}

#[test]
fn an_ack_that_may_be_lost_with_its_connection_goes_again() {
    // For as long as bob may repeat his 200, which cannot reach us any more.
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.pass(seconds(31));
    alice.lose_socket();
    alice.open();
    assert_eq!(alice.sends("ACK"), ack);
    alice.sends("INVITE sip:bob@b.invalid");
    alice.pass(seconds(30));
    alice.lose_socket();
    alice.open();
    alice.sends("INVITE sip:bob@b.invalid");
    alice.sends_nothing();
}

#[test]
fn a_proxy_asks_who_calls() {
    // RFC 3665 §3.2, its F2 to F4
    let mut alice = Phone::connected();
    alice.dial("bob");
    let first = alice.sends("INVITE");
    alice.answer(&first, "100 Trying");
    alice.hear_about(
        &first,
        r#"SIP/2.0 407 Proxy Authorization Required
        Via: {Via};received=192.0.2.101
        From: {From}
        To: {To};tag=3flal12sf
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Proxy-Authenticate: Digest realm="atlanta.example.com", qop="auth", nonce="f84f1cec41e6cbe5aea9c8e88d359", opaque="", stale=FALSE, algorithm=MD5
        Content-Length: 0"#,
    );
    let ack = alice.sends("ACK sip:bob@example.com");
    assert_eq!(field(&ack, "Via"), field(&first, "Via"), "the ACK of a refusal belongs to its transaction");
    assert_eq!(tag(field(&ack, "To")), "3flal12sf");
    let second = alice.sends("INVITE sip:bob@example.com");
    assert_eq!(field(&second, "CSeq"), "2 INVITE");
    assert_eq!(field(&second, "Call-ID"), field(&first, "Call-ID"));
    assert_eq!(field(&second, "From"), field(&first, "From"));
    assert_eq!(field(&second, "To"), "<sip:bob@example.com>");
    assert_ne!(field(&second, "Via"), field(&first, "Via"));
    assert!(field(&second, "Proxy-Authorization").contains("realm=\"atlanta.example.com\""), "{second}");

    alice.answer(&second, BOB);
    let ack = alice.sends("ACK");
    assert_eq!(field(&ack, "CSeq"), "2 ACK");
    assert_eq!(field(&ack, "Proxy-Authorization"), field(&second, "Proxy-Authorization"));
    alice.told(&["call connecting", "inviting", "progress 100", "inviting", "accepted 200"]);
}

#[test]
fn hanging_up_is_challenged_too() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.hang_up(call);
    let first = alice.sends("BYE");
    alice.answer(
        &first,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"p\", nonce=\"n\"",
    );
    let second = alice.sends("BYE");
    assert_eq!(field(&second, "CSeq"), "3 BYE");
    assert!(second.contains("Proxy-Authorization: Digest "), "{second}");
    alice.answer(&second, "200 OK");
    alice.told(&["bye", "terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn a_call_connects_first_where_needed() {
    let mut alice = Phone::new();
    alice.dial("bob");
    alice.sends_nothing();
    alice.open();
    alice.sends("INVITE");
    alice.told(&["connecting 1", "call connecting", "connected", "inviting"]);
}

#[test]
fn a_refused_microphone_sends_nothing() {
    let mut alice = Phone::connected();
    alice.microphone = Browser::Fails(Cause::UserDeniedMediaAccess);
    alice.dial("bob");
    alice.sends_nothing();
    alice.told(&["failed User Denied Media Access", "terminated User Denied Media Access"]);
    alice.asked(&["acquire", "release"]);
    alice.comes_to_rest();
}

#[test]
fn a_question_for_the_microphone_that_nobody_answers_ends_the_call() {
    let mut alice = Phone::connected();
    alice.microphone = Browser::Waits;
    let call = alice.dial("bob");
    alice.pass(seconds(119));
    alice.told(&[]);
    alice.pass(seconds(2));
    alice.told(&["failed User Denied Media Access", "terminated User Denied Media Access"]);
    alice.asked(&["acquire", "release"]);
    alice.media_fact(call, MediaFact::Acquired);
    alice.sends_nothing();
    alice.comes_to_rest();
}

#[test]
fn a_browser_that_can_make_no_offer_sends_nothing() {
    let mut alice = Phone::connected();
    alice.description = Browser::Fails(Cause::WebRtcError);
    alice.dial("bob");
    alice.sends_nothing();
    alice.told(&["call connecting", "failed WebRTC Error", "terminated WebRTC Error"]);
    alice.comes_to_rest();
}

#[test]
fn what_cannot_be_called_is_refused_at_once() {
    let mut alice = Phone::connected();
    for target in ["", "  ", "bob smith", "sip:", "sip:bob@", "<bob>", "bob\r\nX: y", "sip:bob@b\r\nX: y"] {
        let refused = alice.agent.invite(alice.now, target, InviteOptions::default()).err();
        assert_eq!(refused, Some(ApiMisuse::InvalidTarget), "{target:?}");
    }
    alice.told(&[]);
}

#[test]
fn whom_a_target_means() {
    for (target, uri) in [
        ("bob", "sip:bob@example.com"),
        ("*97", "sip:*97@example.com"),
        ("+1 (206) 555-1111", "sip:+12065551111@example.com"),
        ("bob@elsewhere.org", "sip:bob@elsewhere.org"),
        ("sip:bob@elsewhere.org:5070;user=phone", "sip:bob@elsewhere.org:5070;user=phone"),
        ("tel:+12065551111", "tel:+12065551111"),
    ] {
        let mut alice = Phone::connected();
        alice.dial(target);
        alice.sends(&format!("INVITE {uri} SIP/2.0\r\n"));
    }
}

#[test]
fn the_dialog_has_our_names_whatever_the_answer_makes_of_them() {
    // RFC 3261 §12.1.2
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.hear_about(
        &invite,
        "SIP/2.0 200 OK
        Via: {Via}
        From: <sip:alice@example.com>;tag=garbled
        To: {To};tag=b
        Call-ID: garbled
        CSeq: {CSeq}
        Contact: <sip:bob@b.invalid>
        Content-Type: application/sdp

v=0 bob",
    );
    let ack = alice.sends("ACK");
    for name in ["From", "Call-ID"] {
        assert_eq!(field(&ack, name), field(&invite, name));
    }
}

#[test]
fn a_browser_that_makes_no_description_is_not_waited_for() {
    let mut alice = Phone::connected();
    alice.description = Browser::Waits;
    let call = alice.dial("bob");
    alice.pass(seconds(60));
    alice.told(&["call connecting", "failed WebRTC Error", "terminated WebRTC Error"]);
    alice.sends_nothing();
    alice.media_fact(call, common::described());
    alice.comes_to_rest();
    // An offer of theirs, in the answer and before it.
    let late = || InviteOptions { late_offer: true, ..InviteOptions::default() };
    let reliable = "183 Session Progress\nContact: <sip:bob@b.invalid>\nRequire: 100rel\nRSeq: 1\n\
                    Content-Type: application/sdp\n\nv=0 early";
    for answer in [BOB, reliable] {
        let mut alice = Phone::connected();
        alice.description = Browser::Waits;
        alice.dial_with("bob", late());
        let invite = alice.sends("INVITE");
        alice.answer(&invite, answer);
        alice.ignore_events();
        alice.sends_nothing();
        alice.pass(seconds(31));
        if answer == BOB {
            alice.sends("ACK");
            alice.sends("BYE");
            alice.told(&["failed WebRTC Error", "terminated WebRTC Error"]);
        } else {
            alice.sends("CANCEL");
            alice.answer(&invite, "487 Request Terminated");
            alice.sends("ACK");
            alice.told(&["rejected 487 WebRTC Error", "failed WebRTC Error", "terminated WebRTC Error"]);
        }
    }
}
