//! Transfers in both directions (RFC 3515, 3891, 3892, 4488, 5589).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, INVITE, Phone, field, seconds, tag};

const REFER: &str = "Contact: <sip:bob@b.invalid>\nRefer-To: <sip:carol@example.com>\n\
                     Referred-By: <sip:bob@example.com>";

fn notify(state: &str, status: &str) -> String {
    format!("Event: refer\nSubscription-State: {state}\nContent-Type: message/sipfrag\n\nSIP/2.0 {status}")
}

#[test]
fn bob_is_sent_to_carol() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.transfer(call, "carol");
    let refer = alice.sends("REFER sip:bob@b.invalid");
    assert_eq!(field(&refer, "Refer-To"), "<sip:carol@example.com>");
    assert_eq!(field(&refer, "Referred-By"), "<sip:alice@example.com>");
    alice.answer(&refer, "202 Accepted");
    for (number, status) in [(1, "100 Trying"), (2, "180 Ringing")] {
        alice.hear_in_dialog(&ack, &format!("NOTIFY {number}"), &notify("active", status));
        alice.sends("SIP/2.0 200 OK");
    }
    alice.told(&["transferProgress 100", "transferProgress 180"]);
    alice.hear_in_dialog(&ack, "NOTIFY 3", &notify("terminated;reason=noresource", "200 OK"));
    alice.sends("SIP/2.0 200 OK");
    let bye = alice.sends("BYE");
    alice.answer(&bye, "200 OK");
    alice.told(&["transferProgress 200", "settled", "transferred", "bye", "terminated -"]);
    alice.comes_to_rest();
}

#[test]
fn a_transfer_that_fails_gives_the_call_back() {
    for (answer, news, told) in [
        ("403 Forbidden", None, vec!["settled Rejected"]),
        ("202 Accepted", Some("486 Busy Here"), vec!["transferProgress 486", "settled Busy"]),
        // The far side will tell no more.
        ("202 Accepted", Some("100 Trying"), vec!["transferProgress 100", "settled SIP Failure Code"]),
    ] {
        let (mut alice, call, ack) = Phone::calling_bob();
        alice.transfer(call, "carol");
        let refer = alice.sends("REFER");
        alice.answer(&refer, answer);
        if let Some(news) = news {
            alice.hear_in_dialog(&ack, "NOTIFY 1", &notify("Terminated", news));
            alice.sends("SIP/2.0 200 OK");
        }
        alice.told(&told);
        assert_eq!(alice.agent.calls(), [call]);
        alice.transfer(call, "dave");
        alice.sends("REFER");
    }
}

#[test]
fn a_transfer_of_which_nothing_is_heard_is_given_up() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.transfer(call, "carol");
    let refer = alice.sends("REFER");
    alice.answer(&refer, "202 Accepted");
    alice.pass(seconds(181));
    alice.told(&["settled Request Timeout"]);
}

#[test]
fn a_far_side_that_will_not_tell_has_agreed() {
    // RFC 4488 §4
    let (mut alice, call, _) = Phone::calling_bob();
    alice.transfer(call, "carol");
    let refer = alice.sends("REFER");
    alice.answer(&refer, "200 OK\nRefer-Sub: false");
    alice.sends("BYE");
    alice.told(&["settled", "transferred", "bye", "terminated -"]);
}

#[test]
fn two_far_sides_are_connected() {
    let (mut alice, bob, _) = Phone::calling_bob();
    let carol = alice.dial("carol");
    alice.sends("INVITE sip:bob@b.invalid");
    let invite = alice.sends("INVITE sip:carol@example.com");
    alice.answer_as("carol", &invite, &BOB.replace("bob@b", "carol@c"));
    let ack = alice.sends("ACK");
    alice.ignore_events();
    let ticket = alice.agent.transfer_to(alice.now, bob, carol, &[]).unwrap();
    alice.awaits(ticket);
    let refer = alice.sends("REFER sip:bob@b.invalid");
    let (call_id, ours) = (field(&ack, "Call-ID"), tag(field(&ack, "From")));
    let expected = format!("<sip:carol@c.invalid?Replaces={call_id}%3Bto-tag%3Dcarol%3Bfrom-tag%3D{ours}>");
    assert_eq!(field(&refer, "Refer-To"), expected);
}

#[test]
fn a_wish_of_theirs_is_followed_with_consent() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "REFER 1", REFER);
    alice.told(&["refer"]);
    let carol = alice.accept_refer(call);
    alice.sends("SIP/2.0 202 Accepted");
    let trying = alice.sends("NOTIFY sip:bob@b.invalid");
    assert!(trying.ends_with("\r\n\r\nSIP/2.0 100 Trying\r\n"), "{trying}");
    assert_eq!(field(&trying, "Event"), "refer;id=1");
    let invite = alice.sends("INVITE sip:carol@example.com");
    assert_eq!(field(&invite, "Referred-By"), "<sip:bob@example.com>");
    alice.answer_as("carol", &invite, "180 Ringing");
    assert!(alice.sends("NOTIFY").contains("SIP/2.0 180 Ringing"));
    alice.answer_as("carol", &invite, BOB);
    alice.sends("ACK");
    let last = alice.sends("NOTIFY");
    assert!(last.contains("SIP/2.0 200 OK"), "{last}");
    assert!(field(&last, "Subscription-State").starts_with("terminated"));
    assert_eq!(alice.agent.calls(), [call, carol]);
}

#[test]
fn a_wish_of_theirs_that_fails_is_told_them() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "REFER 1", REFER);
    alice.accept_refer(call);
    alice.sends("SIP/2.0 202 Accepted");
    alice.sends("NOTIFY");
    let invite = alice.sends("INVITE");
    alice.answer_as("carol", &invite, "486 Busy Here");
    alice.sends("ACK");
    assert!(alice.sends("NOTIFY").contains("SIP/2.0 486 Busy Here"));
    alice.sends_nothing();
}

#[test]
fn news_of_a_wish_of_theirs_can_be_asked_for_and_ended() {
    // RFC 6665 §4.2.1, on the subscription of RFC 3515 §2.4.4
    let (mut alice, call, ack) = Phone::calling_bob();
    let subscribe =
        |event: &str, expires| format!("Contact: <sip:bob@b.invalid>\nEvent: {event}\nExpires: {expires}");
    alice.hear_in_dialog(&ack, "SUBSCRIBE 1", &subscribe("refer", 60));
    alice.sends("SIP/2.0 403 ");
    alice.hear_in_dialog(&ack, "REFER 2", REFER);
    alice.accept_refer(call);
    alice.sends("SIP/2.0 202 Accepted");
    alice.sends("NOTIFY");
    let invite = alice.sends("INVITE");
    alice.answer_as("carol", &invite, "180 Ringing");
    alice.sends("NOTIFY");
    alice.hear_in_dialog(&ack, "SUBSCRIBE 3", &subscribe("presence", 60));
    alice.sends("SIP/2.0 489 ");
    alice.hear_in_dialog(&ack, "SUBSCRIBE 4", &subscribe("refer;id=1", 60));
    alice.sends("SIP/2.0 403 ");
    for (number, event, expires, granted, state) in [
        (5, "refer", 3600, "180", "active;expires=180"),
        (6, "refer;id=2", 0, "0", "terminated;reason=timeout"),
    ] {
        alice.hear_in_dialog(&ack, &format!("SUBSCRIBE {number}"), &subscribe(event, expires));
        assert_eq!(field(&alice.sends("SIP/2.0 200 OK"), "Expires"), granted);
        let notify = alice.sends("NOTIFY");
        assert_eq!((field(&notify, "Event"), field(&notify, "Subscription-State")), ("refer;id=2", state));
        assert!(notify.contains("SIP/2.0 180 Ringing"), "{notify}");
    }
    alice.answer_as("carol", &invite, BOB);
    alice.sends("ACK");
    alice.sends_nothing();
}

#[test]
fn only_calls_can_be_asked_for() {
    // RFC 3515 §2.4.2
    let (mut alice, call, ack) = Phone::calling_bob();
    for (number, target) in
        ["sip:carol@example.com;method=MESSAGE", "https://example.com/"].iter().enumerate()
    {
        alice.hear_in_dialog(&ack, &format!("REFER {}", number + 1), &format!("Refer-To: <{target}>"));
        alice.sends("SIP/2.0 603 ");
    }
    alice.told(&[]);
    let target =
        "<sip:ca?rol@example.com;method=INVITE;x=y?Subject=hi&Replaces=1%3Bto-tag%3D2%3Bfrom-tag%3D3>";
    alice.hear_in_dialog(&ack, "REFER 3", &format!("Refer-To: {target}"));
    alice.accept_refer(call);
    alice.sends("SIP/2.0 202 Accepted");
    alice.sends("NOTIFY");
    let invite = alice.sends("INVITE sip:ca?rol@example.com;x=y SIP/2.0");
    assert_eq!(field(&invite, "Replaces"), "1;to-tag=2;from-tag=3");
    assert!(!invite.contains("Subject"), "{invite}");
}

#[test]
fn who_wants_no_news_gets_none() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "REFER 1", &format!("{REFER}\nRefer-Sub: false\nSupported: norefersub"));
    alice.accept_refer(call);
    assert_eq!(field(&alice.sends("SIP/2.0 202 Accepted"), "Refer-Sub"), "false");
    let invite = alice.sends("INVITE");
    alice.answer_as("carol", &invite, "486 Busy Here");
    alice.sends("ACK");
    alice.sends_nothing();
}

#[test]
fn without_a_word_nothing_is_dialed() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear_in_dialog(&ack, "REFER 1", REFER);
    alice.hear_in_dialog(&ack, "REFER 2", REFER);
    alice.sends("SIP/2.0 491 ");
    alice.pass(seconds(26));
    alice.sends("SIP/2.0 603 Decline");
    alice.sends_nothing();
}

#[test]
fn a_call_takes_the_place_of_another_with_consent() {
    // RFC 3891
    let (mut alice, bob, ack) = Phone::calling_bob();
    let replaces = format!(
        "CSeq: 1 INVITE\n    Replaces: {};to-tag={};from-tag=far",
        field(&ack, "Call-ID"),
        tag(field(&ack, "From"))
    );
    alice.hear(&INVITE.replace("CSeq: 1 INVITE", &replaces).replace("tag=far", "tag=carol").replacen(
        "from-tag=carol",
        "from-tag=far",
        1,
    ));
    alice.sends("SIP/2.0 180");
    alice.told(&["incoming"]);
    let calls = alice.agent.calls();
    assert_eq!(calls.len(), 2);
    alice.accept(calls[1]);
    alice.sends("SIP/2.0 200 OK");
    alice.sends("BYE sip:bob@b.invalid");
    alice.told(&["call connecting", "accepted 200", "settled", "replaced", "bye", "terminated -"]);
    assert!(!alice.agent.calls().contains(&bob));
}

#[test]
fn what_is_not_there_cannot_be_replaced() {
    let mut alice = Phone::connected();
    let nothing = "nothing;to-tag=1;from-tag=2";
    let twice = format!("{nothing}\n    Replaces: {nothing}");
    for (number, (value, status)) in
        [(nothing, "481"), ("nothing", "400"), (&twice, "400")].into_iter().enumerate()
    {
        alice.hear(
            &INVITE
                .replace("CSeq: 1 INVITE", &format!("CSeq: 1 INVITE\n    Replaces: {value}"))
                .replace("z9hG4bKcall", &format!("z9hG4bK{number}"))
                .replace("from-bob", &number.to_string()),
        );
        alice.sends(&format!("SIP/2.0 {status} "));
    }
    alice.told(&[]);
}

#[test]
fn news_without_end_do_not_keep_a_transfer_waiting_without_end() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.transfer(call, "carol");
    let refer = alice.sends("REFER");
    alice.answer(&refer, "202 Accepted");
    for number in 1..4 {
        alice.pass(seconds(50));
        alice.hear_in_dialog(
            &ack,
            &format!("NOTIFY {number}"),
            "Event: refer\nSubscription-State: active\nContent-Type: message/sipfrag\n\nSIP/2.0 180 Ringing",
        );
        alice.sends("SIP/2.0 200 OK");
        alice.told(&["transferProgress 180"]);
    }
    alice.pass(seconds(30));
    alice.told(&["settled Request Timeout"]);
}
