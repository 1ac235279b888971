//! Peers without manners, or a network in which somebody else speaks: whatever comes, what a device holds is bounded, the
//! rest of it goes on, and each fault is told once on a connection. The bounds are those of `docs/SECURITY.md`.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::collections::BTreeMap;

use common::{BOB, Phone, field, notifier, seconds};
use telnyx_device::agent::{CallId, CallStatus, Load, SubscribeOptions};

/// The most that transactions of others may be, and their bytes.
const RECEIVED: usize = 1024;
const RECEIVED_BYTES: usize = 8 * 1024 * 1024;

#[test]
fn a_flood_of_calls_rings_so_often_and_no_oftener() {
    let (mut alice, call, ack) = Phone::calling_bob();
    let told = flood(&mut alice, 2_000, |at| Flood::call(at, ""));
    assert_eq!(told["incoming"], 31, "beside the one that is up");
    assert_eq!((told["TooManyCalls"], told["TooManyRequests"]), (1, 1));
    let sent = answers(&mut alice);
    assert_eq!((sent["180"], sent["486"]), (31, RECEIVED - 31));
    assert_eq!(sent["503"], 2_000 - RECEIVED);
    let load = alice.agent.load();
    assert_eq!((load.calls, load.received), (32, RECEIVED));
    assert!(load.received_bytes < RECEIVED_BYTES, "{load:?}");

    // The far side of the call that is up can still end it, and we others.
    alice.hear_in_dialog(&ack, "BYE 1", "");
    alice.sends("SIP/2.0 200 OK");
    assert_eq!(alice.agent.call_status(call), CallStatus::Ended);
    alice.pass(seconds(100));
    alice.ignore_events();
    answers(&mut alice);
    assert_eq!(alice.agent.load(), Load::default(), "what nobody answers or acknowledges runs out");
    alice.hear(&Flood::call(2_001, ""));
    alice.sends("SIP/2.0 180 Ringing");
}

#[test]
fn long_requests_are_kept_up_to_so_many_bytes() {
    let mut alice = Phone::connected();
    let body = "x".repeat(200_000);
    let told = flood(&mut alice, 200, |at| Flood::call(at, &body));
    assert_eq!(told["TooManyRequests"], 1);
    let load = alice.agent.load();
    assert!(load.received_bytes <= RECEIVED_BYTES && load.received > 30, "{load:?}");
}

#[test]
fn messages_that_nobody_answers_wait_in_small_numbers() {
    let mut alice = Phone::connected();
    let told = flood(&mut alice, 2_000, Flood::message);
    assert_eq!((told["TooManyMessages"], alice.agent.load().messages), (1, 64));
    let sent = answers(&mut alice);
    assert_eq!(sent["503"], 2_000 - 64);
    alice.pass(seconds(21));
    assert_eq!(answers(&mut alice)["480"], 64);
    assert_eq!(alice.agent.load(), Load::default());
    alice.hear(&Flood::message(2_001).replace("MESSAGE", "OPTIONS"));
    alice.sends("SIP/2.0 200 OK");
}

#[test]
fn so_many_phones_that_answer_one_call_are_hung_up_on() {
    let (mut alice, call) = alice_dials();
    let invite = alice.sends("INVITE");
    for fork in 0..1_000 {
        alice.answer_as(&format!("fork{fork}"), &invite, BOB);
    }
    let sent = answers(&mut alice);
    assert_eq!((sent["ACK"], sent["BYE"]), (16, 15));
    // The INVITE, which more may answer for a while, and the BYEs.
    assert_eq!(alice.agent.load().sent, 16);
    alice.told(&["call connecting", "inviting", "accepted 200", "TooManyAnswers"]);
    alice.hold(call);
    let hold = alice.sends("INVITE");
    alice.answer(&hold, BOB);
    alice.sends("ACK");
    alice.told(&["inviting", "hold local", "settled"]);
    alice.pass(seconds(33));
    assert_eq!(alice.agent.load(), Load { calls: 1, ..Load::default() });
}

#[test]
fn phones_that_ring_are_remembered_in_small_numbers() {
    let (mut alice, _) = alice_dials();
    let invite = alice.sends("INVITE");
    for fork in 0..1_000 {
        let ringing = "183 Session Progress\nContact: <sip:bob@b.invalid>\nRequire: 100rel\nRSeq: 1";
        alice.answer_as(&format!("fork{fork}"), &invite, ringing);
    }
    assert_eq!(answers(&mut alice)["PRACK"], 16, "the others are not acknowledged");
    assert_eq!(alice.agent.load().sent, 17);
    alice.ignore_events();
    alice.answer_as("fork999", &invite, BOB);
    alice.sends("ACK");
    alice.told(&["accepted 200"]);
}

#[test]
fn progress_without_end_is_acknowledged_so_often() {
    let (mut alice, _) = alice_dials();
    let invite = alice.sends("INVITE");
    for rseq in 1..=1_000 {
        let ringing =
            format!("183 Session Progress\nContact: <sip:bob@b.invalid>\nRequire: 100rel\nRSeq: {rseq}");
        alice.answer(&invite, &ringing);
    }
    // Beside the INVITE itself.
    assert_eq!(answers(&mut alice)["PRACK"], 31);
    assert_eq!(alice.agent.load().sent, 32);
    assert_eq!(alice.all_told().last().map(String::as_str), Some("progress 183"));
    alice.answer(&invite, BOB);
    alice.sends("ACK");
}

#[test]
fn what_is_no_sip_or_too_long_is_passed_over_and_told_once() {
    let (mut alice, call, _) = Phone::calling_bob();
    let megabyte = vec![b'x'; 1024 * 1024];
    for _ in 0..1_000 {
        alice.hear_bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        alice.hear_bytes(&[0xff; 100]);
    }
    for _ in 0..20 {
        alice.hear_bytes(&megabyte);
    }
    alice.told(&["Unreadable", "TooLong"]);
    alice.sends_nothing();
    assert_eq!((alice.agent.call_status(call), alice.agent.load().received), (CallStatus::Connected, 0));
    alice.pass(seconds(3));
    alice.lose_socket();
    alice.open();
    alice.ignore_events();
    alice.hear_bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    alice.told(&["Unreadable"]);
}

#[test]
fn wrong_tags_numbers_and_branches_change_nothing() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "OPTIONS 5000", "");
    answers(&mut alice);
    let before = alice.agent.load();
    for at in 1..=1_000 {
        let tags = field(&ack, "To").replace(";tag=far", &format!(";tag=far{at}"));
        let strange = ack.replace(field(&ack, "To"), &tags);
        alice.hear_in_dialog(&strange, &format!("BYE {at}"), "");
        alice.hear_in_dialog(&ack, &format!("INFO {at}"), "");
        let branch = format!("SIP/2.0/WSS x.invalid;branch=z9hG4bKno{at}");
        let lost = ack.replace(field(&ack, "Via"), &branch).replace(" ACK\r\n", " BYE\r\n");
        alice.answer(&lost, "200 OK");
    }
    let sent = answers(&mut alice);
    assert_eq!((sent["481"], sent["500"], sent.len()), (1_000, 1_000, 2));
    alice.told(&[]);
    assert_eq!((alice.agent.load(), alice.agent.call_status(call)), (before, CallStatus::Connected));
}

#[test]
fn news_without_end_leaves_nothing_behind() {
    let mut alice = Phone::connected();
    alice.agent.subscribe(alice.now, "bob", "presence", SubscribeOptions::default()).unwrap();
    alice.drain();
    let subscribe = alice.sends("SUBSCRIBE");
    alice.answer(&subscribe, "200 OK\nContact: <sip:bob@b.invalid>\nExpires: 3600");
    for at in 1..=1_000 {
        notifier::notify(&mut alice, &subscribe, at, "active;expires=3600", "");
    }
    assert_eq!(answers(&mut alice)["200"], 1_000);
    assert_eq!(alice.agent.load(), Load::default());
}

#[test]
fn a_server_that_never_speaks_makes_nothing_grow() {
    let mut alice = Phone::connected();
    alice.register();
    alice.dial("bob");
    alice.write_to("bob", "are you there?");
    alice.agent.subscribe(alice.now, "bob", "presence", SubscribeOptions::default()).unwrap();
    alice.drain();
    let mut most = Load::default();
    for _ in 0..24 * 60 {
        alice.pass(seconds(60));
        while alice.agent.load().unsent > 0 && alice.connects() {}
        let load = alice.agent.load();
        most = Load { sent: most.sent.max(load.sent), unsent: most.unsent.max(load.unsent), ..load };
    }
    assert!(alice.has_settled(), "each promise has settled");
    assert_eq!(alice.agent.calls(), []);
    assert!(most.sent <= 4 && most.unsent <= 4, "{most:?}");
}

fn alice_dials() -> (Phone, CallId) {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    (alice, call)
}

/// What comes in a flood, by its number.
struct Flood;

impl Flood {
    /// Another caller's INVITE.
    fn call(at: usize, body: &str) -> String {
        Self::request("INVITE", at, body)
    }

    /// Another sender's MESSAGE.
    fn message(at: usize) -> String {
        Self::request("MESSAGE", at, "")
    }

    fn request(method: &str, at: usize, body: &str) -> String {
        let content = if body.is_empty() { "" } else { "Content-Type: application/sdp\n" };
        format!(
            "{method} sip:alice@example.com SIP/2.0
            Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bKflood{at}
            Max-Forwards: 69
            From: <sip:flood{at}@example.org>;tag=flood{at}
            To: <sip:alice@example.com>
            Call-ID: flood-{at}
            CSeq: 1 {method}
            Contact: <sip:flood{at}@flood.invalid>
            {content}\n\n{body}"
        )
    }
}

/// So many of them come. How often each event was told, by its first word.
fn flood(phone: &mut Phone, number: usize, message: impl Fn(usize) -> String) -> BTreeMap<String, usize> {
    phone.ignore_events();
    for at in 0..number {
        phone.hear(&message(at));
    }
    count(phone.all_told().iter().map(|event| event.split(' ').next().unwrap_or_default().into()))
}

/// How often each answer or request was sent since the last look, by its status or method.
fn answers(phone: &mut Phone) -> BTreeMap<String, usize> {
    let mut sent = Vec::new();
    while phone.next_is("") {
        sent.push(phone.sends(""));
    }
    count(
        sent.iter().map(|message| {
            message.trim_start_matches("SIP/2.0 ").split(' ').next().unwrap_or_default().into()
        }),
    )
}

fn count(names: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}
