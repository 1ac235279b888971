//! Which of several tabs a call, a message, a dialog is for.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::browser::Browser;
use common::{BOB, CANCEL, INVITE, field, seconds};

const ELSEWHERE: &str = "SIP;cause=200;text=\"Call completed elsewhere\"";
const REFUSED: &str = "SIP;cause=603;text=\"Call refused elsewhere\"";

/// The reasons of the CANCELs and BYEs that have ended calls in this tab.
fn reasons(browser: &mut Browser, tab: usize) -> Vec<String> {
    browser.reasons(tab)
}

const STOPPED: [&str; 5] =
    ["incoming", "cancel", "rejected 487 Canceled", "failed Canceled", "terminated Canceled"];

/// A registered browser in whose tabs bob's call rings; with the 180.
fn ringing(count: usize) -> (Browser, String) {
    let mut browser = Browser::registered(count);
    browser.hear(INVITE);
    let ringing = browser.sends("SIP/2.0 180");
    browser.sends_nothing();
    (browser, ringing)
}

#[test]
fn a_call_rings_in_each_tab_and_once_for_the_caller() {
    let (mut browser, _) = ringing(3);
    for tab in 0..3 {
        assert_eq!(browser.told(tab), ["incoming"]);
    }
}

#[test]
fn answered_in_one_tab_it_stops_in_the_others_as_completed_elsewhere() {
    let (mut browser, _) = ringing(3);
    browser.accept(1);
    let ok = browser.sends("SIP/2.0 200");
    browser.sends_nothing();
    browser.hear_in_dialog(&ok, "ACK 1", "");
    assert_eq!(browser.told(1), ["incoming", "call connecting", "accepted 200"]);
    for tab in [0, 2] {
        assert_eq!(browser.told(tab), STOPPED);
        assert_eq!(reasons(&mut browser, tab), [ELSEWHERE]);
    }
    browser.hear_in_dialog(&ok, "BYE 2", "");
    browser.sends("SIP/2.0 200");
    assert_eq!(browser.told(1), ["bye", "terminated Terminated"]);
    browser.pass(seconds(120));
    browser.sends_nothing();
    browser.is_at_rest();
}

#[test]
fn the_one_that_answers_hangs_up_too() {
    let (mut browser, _) = ringing(2);
    browser.accept(1);
    let ok = browser.sends("SIP/2.0 200");
    browser.hear_in_dialog(&ok, "ACK 1", "");
    browser.hang_up(1);
    let bye = browser.sends("BYE");
    browser.answer(&bye, "200 OK");
    assert_eq!(browser.told(1).last().unwrap(), "terminated -");
}

#[test]
fn refused_by_the_user_in_one_tab_it_is_refused_in_all() {
    let (mut browser, _) = ringing(3);
    browser.reject(2, Some(603));
    let refusal = browser.sends("SIP/2.0 603");
    browser.sends_nothing();
    browser.hear_in_dialog(&refusal, "ACK 1", "");
    for tab in [0, 1] {
        assert_eq!(browser.told(tab), STOPPED);
        assert_eq!(reasons(&mut browser, tab), [REFUSED]);
    }
}

#[test]
fn the_caller_takes_it_back_in_all_tabs() {
    let (mut browser, _) = ringing(3);
    browser.hear(CANCEL);
    let mut answers = [browser.sends("SIP/2.0 "), browser.sends("SIP/2.0 ")];
    answers.sort();
    assert!(answers[0].starts_with("SIP/2.0 200") && field(&answers[0], "CSeq") == "1 CANCEL");
    assert!(answers[1].starts_with("SIP/2.0 487"));
    browser.sends_nothing();
    for tab in 0..3 {
        assert_eq!(browser.told(tab), STOPPED);
        assert_eq!(reasons(&mut browser, tab), [""; 0]);
    }
}

#[test]
fn nobody_answers() {
    let (mut browser, _) = ringing(2);
    browser.pass(seconds(60));
    browser.sends("SIP/2.0 480");
    browser.sends_nothing();
    browser.pass(seconds(120));
    browser.is_at_rest();
}

#[test]
fn a_tab_that_is_closed_or_stopped_lets_the_others_ring_on() {
    let (mut browser, _) = ringing(4);
    browser.close_tab(3);
    browser.stop(2);
    browser.sends_nothing();
    browser.accept(1);
    browser.sends("SIP/2.0 200");
    assert_eq!(browser.told(0), STOPPED);
}

#[test]
fn the_last_tab_that_rings_is_closed() {
    let mut browser = Browser::registered(2);
    browser.wish(0, |agent, now| agent.unregister(now, false, Vec::new()));
    browser.hear(INVITE);
    browser.sends("SIP/2.0 180");
    assert_eq!(browser.told(0), ["unregistered -"], "who is not registered is not called");
    browser.close_tab(1);
    browser.sends("SIP/2.0 480");
}

#[test]
fn answered_in_two_tabs_at_once_it_is_hung_up_in_the_later() {
    let (mut browser, _) = ringing(2);
    browser.at_once(|browser| {
        browser.accept(1);
        browser.accept(0);
    });
    let ok = browser.sends("SIP/2.0 200");
    browser.sends_nothing();
    browser.hear_in_dialog(&ok, "ACK 1", "");
    let ended: Vec<String> = [0, 1]
        .into_iter()
        .filter_map(|tab| browser.told(tab).pop())
        .filter(|it| it.starts_with("term"))
        .collect();
    assert_eq!(ended.len(), 1);
    browser.pass(seconds(120));
    browser.sends_nothing();
}

#[test]
fn where_one_tab_cannot_the_others_may() {
    let mut browser = Browser::registered(2);
    browser.wish(1, |agent, now| agent.invite(now, "carol", Default::default())).unwrap();
    let dialled = browser.sends("INVITE");
    browser.answer(&dialled, BOB);
    browser.sends("ACK");
    // Of the two, one has the dialog that is to be replaced.
    let (call_id, ours) =
        (field(&dialled, "Call-ID").to_owned(), common::tag(field(&dialled, "From")).to_owned());
    let replacing = INVITE.replace(
        "Content-Type",
        &format!("Replaces: {call_id};to-tag={ours};from-tag=far\n    Content-Type"),
    );
    browser.hear(&replacing);
    browser.sends("SIP/2.0 180");
    browser.sends_nothing();
    browser.accept(1);
    browser.sends("SIP/2.0 200");
}

#[test]
fn where_no_tab_can_the_caller_hears_why() {
    let mut browser = Browser::registered(2);
    browser.hear(&INVITE.replace("Content-Type", "Require: teleport\n    Content-Type"));
    let refusal = browser.sends("SIP/2.0 420");
    browser.sends_nothing();
    browser.hear_in_dialog(&refusal, "ACK 1", "");
    browser.pass(seconds(120));
    browser.is_at_rest();
}

#[test]
fn a_repeated_invite_is_answered_as_before() {
    let (mut browser, _) = ringing(2);
    browser.hear(INVITE);
    browser.sends("SIP/2.0 180");
    browser.sends_nothing();
    browser.accept(1);
    let ok = browser.sends("SIP/2.0 200");
    browser.hear_in_dialog(&ok, "ACK 1", "");
    browser.hear(INVITE);
    browser.sends_nothing();
}

#[test]
fn reliable_provisional_answers_of_all_tabs_are_passed_on() {
    let mut browser = Browser::registered(2);
    browser.hear(&INVITE.replace("Content-Type", "Require: 100rel\n    Content-Type"));
    let (first, second) = (browser.sends("SIP/2.0 180"), browser.sends("SIP/2.0 180"));
    assert_ne!(field(&first, "To"), field(&second, "To"));
    for (number, answer) in [(2, first), (3, second)] {
        let rack = format!("RAck: {} 1 INVITE", field(&answer, "RSeq"));
        browser.hear_in_dialog(&answer, &format!("PRACK {number}"), &rack);
        browser.sends("SIP/2.0 200");
    }
    browser.sends_nothing();
}

#[test]
fn calls_of_all_tabs_go_over_the_one_socket() {
    let mut browser = Browser::registered(3);
    let mut acks = Vec::new();
    for tab in 0..3 {
        browser.wish(tab, |agent, now| agent.invite(now, "bob", Default::default())).unwrap();
        let invite = browser.sends("INVITE");
        browser.answer(&invite, BOB);
        acks.push(browser.sends("ACK"));
        browser.told(tab);
    }
    for tab in [1, 0, 2] {
        let ack = &acks[tab];
        browser.hear(&format!(
            "BYE sip:alice@a.invalid SIP/2.0
            Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bKbye{tab}
            From: {}
            To: {}
            Call-ID: {}
            CSeq: 1 BYE",
            field(ack, "To"),
            field(ack, "From"),
            field(ack, "Call-ID")
        ));
        browser.sends("SIP/2.0 200");
        assert_eq!(browser.told(tab), ["bye", "terminated Terminated"]);
    }
    for tab in 0..3 {
        assert_eq!(browser.told(tab), [""; 0]);
    }
}

#[test]
fn a_dialog_of_before_the_lead_was_taken_over_finds_its_tab() {
    let mut browser = Browser::registered(3);
    browser.wish(2, |agent, now| agent.invite(now, "bob", Default::default())).unwrap();
    let invite = browser.sends("INVITE");
    browser.answer(&invite, BOB);
    let ack = browser.sends("ACK");
    browser.pass(seconds(3));
    browser.close_tab(0);
    browser.connects();
    browser.grants();
    browser.skips();
    browser.told(2);
    browser.hear(&format!(
        "BYE sip:alice@a.invalid SIP/2.0
        Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bKbye
        From: {}
        To: {}
        Call-ID: {}
        CSeq: 1 BYE",
        field(&ack, "To"),
        field(&ack, "From"),
        field(&ack, "Call-ID")
    ));
    browser.sends("SIP/2.0 200");
    assert!(browser.told(2).contains(&"bye".to_owned()));
}

#[test]
fn what_is_in_no_dialog_of_any_tab_is_refused_once() {
    let mut browser = Browser::registered(3);
    browser.hear(
        "BYE sip:alice@a.invalid SIP/2.0
        Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bKbye
        From: <sip:bob@example.com>;tag=far
        To: <sip:alice@example.com>;tag=unheard-of
        Call-ID: unheard-of
        CSeq: 1 BYE",
    );
    browser.sends("SIP/2.0 481");
    browser.sends_nothing();
}

#[test]
fn a_message_is_shown_in_each_tab_and_answered_once() {
    let mut browser = Browser::registered(3);
    browser.hear(
        "MESSAGE sip:alice@example.com SIP/2.0
        Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bKmessage
        From: <sip:bob@example.com>;tag=far
        To: <sip:alice@example.com>
        Call-ID: text
        CSeq: 1 MESSAGE
        Content-Type: text/plain

hello",
    );
    for tab in 0..3 {
        assert_eq!(browser.told(tab), ["message hello"]);
        browser
            .wish(tab, |agent, now| {
                agent.respond_to_message(now, telnyx_device::agent::MessageId(1), 200, None)
            })
            .unwrap();
    }
    browser.sends("SIP/2.0 200");
    browser.sends_nothing();
}

#[test]
fn the_leading_tab_speaks_for_all_where_one_answer_is_wanted() {
    let mut browser = Browser::registered(3);
    for (method, answer) in [("OPTIONS", "SIP/2.0 200"), ("NOTIFY", "SIP/2.0 481")] {
        browser.hear(&format!(
            "{method} sip:alice@example.com SIP/2.0
            Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bK{method}
            From: <sip:bob@example.com>;tag=far
            To: <sip:alice@example.com>
            Call-ID: {method}
            CSeq: 1 {method}"
        ));
        browser.sends(answer);
        browser.sends_nothing();
    }
}

#[test]
fn a_subscription_belongs_to_the_tab_that_made_it() {
    let mut browser = Browser::registered(2);
    browser.wish(1, |agent, now| agent.subscribe(now, "bob", "presence", Default::default())).unwrap();
    let subscribe = browser.sends("SUBSCRIBE");
    browser.answer(&subscribe, "200 OK\nExpires: 600\nContact: <sip:bob@b.invalid>");
    browser.hear(&format!(
        "NOTIFY sip:alice@a.invalid SIP/2.0
        Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bKnotify
        From: {};tag=far
        To: {}
        Call-ID: {}
        CSeq: 1 NOTIFY
        Contact: <sip:bob@b.invalid>
        Event: presence
        Subscription-State: active;expires=600",
        field(&subscribe, "To"),
        field(&subscribe, "From"),
        field(&subscribe, "Call-ID")
    ));
    browser.sends("SIP/2.0 200");
    assert_eq!(browser.told(1), ["notified active"]);
    assert_eq!(browser.told(0), [""; 0]);
}

#[test]
fn a_flood_of_calls_fills_no_memory_and_is_answered() {
    let mut browser = Browser::registered(2);
    for number in 0..300 {
        browser.hear(
            &INVITE
                .replace("z9hG4bKcall", &format!("z9hG4bKcall{number}"))
                .replace("from-bob", &format!("{number}")),
        );
    }
    browser.skips();
    browser.pass(seconds(120));
    browser.skips();
    browser.is_at_rest();
}
