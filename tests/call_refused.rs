//! A call that we place is not answered: refused, unanswered, cut off (RFC 3665 §3.6–3.11).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{Phone, field, seconds, tag};

/// A call to bob, whose INVITE has just left.
fn dialing() -> (Phone, String) {
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.told(&["call connecting", "inviting"]);
    (alice, invite)
}

#[test]
fn bob_is_busy() {
    // RFC 3665 §3.9, its F10 to F12
    let (mut alice, invite) = dialing();
    alice.answer(&invite, "100 Trying");
    alice.hear_about(
        &invite,
        "SIP/2.0 486 Busy Here
        Via: {Via};received=192.0.2.101
        From: {From}
        To: {To};tag=314159
        Call-ID: {Call-ID}
        CSeq: {CSeq}
        Content-Length: 0",
    );
    let ack = alice.sends("ACK sip:bob@example.com SIP/2.0\r\n");
    assert_eq!(field(&ack, "Via"), field(&invite, "Via"));
    assert_eq!(field(&ack, "CSeq"), "1 ACK");
    assert_eq!(tag(field(&ack, "To")), "314159");
    alice.told(&["progress 100", "rejected 486 Busy", "failed Busy", "terminated Busy"]);
    alice.asked(&["acquire", "offer", "release"]);
    alice.comes_to_rest();
}

#[test]
fn each_refusal_has_its_cause() {
    for (status, cause) in [
        ("300 Multiple Choices", "Redirected"),
        ("302 Moved Temporarily", "Redirected"), // to nowhere
        ("305 Use Proxy", "Redirected"),
        ("380 Alternative Service", "Redirected"),
        ("400 Bad Request", "SIP Failure Code"),
        ("403 Forbidden", "Rejected"),
        ("404 Not Found", "Not Found"),
        ("408 Request Timeout", "Unavailable"),
        ("410 Gone", "Unavailable"),
        ("480 Temporarily Unavailable", "Unavailable"), // RFC 3665 §3.11
        ("484 Address Incomplete", "Address Incomplete"),
        ("488 Not Acceptable Here", "Incompatible SDP"),
        ("500 Server Internal Error", "SIP Failure Code"),
        ("600 Busy Everywhere", "Busy"),
        ("603 Decline", "Rejected"),
        ("604 Does Not Exist Anywhere", "Not Found"),
        ("606 Not Acceptable", "Incompatible SDP"),
        ("699 Whatever", "SIP Failure Code"),
    ] {
        let (mut alice, invite) = dialing();
        alice.answer(&invite, status);
        alice.sends("ACK");
        let rejected = format!("rejected {} {cause}", &status[..3]);
        alice.told(&[&rejected, &format!("failed {cause}"), &format!("terminated {cause}")]);
        alice.comes_to_rest();
    }
}

#[test]
fn a_redirection_is_not_followed_without_consent() {
    // RFC 3665 §3.6
    let (mut alice, invite) = dialing();
    alice.answer(&invite, "302 Moved Temporarily\nContact: <sip:bob@elsewhere.org>");
    alice.sends("ACK");
    alice.told(&["redirect 302"]);
    let call = alice.agent.active_call().unwrap();
    alice.agent.redirect(alice.now, call, None).unwrap();
    alice.drain();
    alice.told(&["rejected 302 Redirected", "failed Redirected", "terminated Redirected"]);
    alice.comes_to_rest();
}

#[test]
fn a_wrong_password_is_tried_once() {
    let (mut alice, first) = dialing();
    let challenge = "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"p\", nonce=\"n\"";
    alice.answer(&first, challenge);
    alice.sends("ACK");
    let second = alice.sends("INVITE");
    alice.answer(&second, challenge);
    alice.sends("ACK");
    let cause = "Authentication Error";
    alice.told(&[
        "inviting",
        &format!("rejected 407 {cause}"),
        &format!("failed {cause}"),
        &format!("terminated {cause}"),
    ]);
    alice.comes_to_rest();
}

#[test]
fn nobody_is_there() {
    let (mut alice, _) = dialing();
    alice.pass(seconds(31));
    alice.told(&[]);
    alice.pass(seconds(1));
    alice.told(&["failed Request Timeout", "terminated Request Timeout"]);
    alice.comes_to_rest();
}

#[test]
fn a_phone_that_rings_may_ring_for_long() {
    let (mut alice, invite) = dialing();
    alice.answer(&invite, "180 Ringing");
    alice.pass(seconds(600));
    alice.told(&["progress 180"]);
    alice.answer(&invite, common::BOB);
    alice.sends("ACK");
    alice.told(&["accepted 200"]);
}

#[test]
fn the_socket_goes_while_it_rings() {
    let (mut alice, invite) = dialing();
    alice.answer(&invite, "180 Ringing");
    alice.pass(seconds(10));
    alice.lose_socket();
    alice.told(&[
        "progress 180",
        "disconnected 1006 retry true",
        "failed Connection Error",
        "terminated Connection Error",
        "connecting 1",
    ]);
    // bob's phone would ring on.
    alice.open();
    let cancel = alice.sends("CANCEL sip:bob@example.com");
    assert_eq!(field(&cancel, "Via"), field(&invite, "Via"));
    alice.told(&["connected"]);
    alice.answer(&cancel, "200 OK");
    alice.comes_to_rest();
}

#[test]
fn no_server_can_be_reached() {
    let mut alice = Phone::new();
    alice.dial("bob");
    alice.lose_socket();
    alice.told(&[
        "connecting 1",
        "call connecting",
        "disconnected 1006 retry true",
        "failed Connection Error",
        "terminated Connection Error",
    ]);
    alice.stop();
    alice.told(&["disconnected 1000 retry false", "settled"]);
    alice.comes_to_rest();
}
