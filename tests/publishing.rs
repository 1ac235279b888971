//! alice tells what she does (RFC 3903).

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

mod common;

use common::{Phone, field, seconds};
use telnyx_device::agent::{PublicationId, PublishOptions};
use telnyx_device::error::ApiMisuse;

const PIDF: &str = "application/pidf+xml";

fn publish(alice: &mut Phone, body: &str) -> PublicationId {
    let options = PublishOptions {
        content_type: PIDF.into(),
        body: body.into(),
        expires: Some(600),
        extra: Vec::new(),
    };
    let id = alice.agent.publish(alice.now, "presence", options).unwrap();
    alice.drain();
    id
}

fn republish(alice: &mut Phone, id: PublicationId, body: &str) {
    let ticket = alice.agent.republish(alice.now, id, PIDF, body.into()).unwrap();
    alice.awaits(ticket);
}

fn unpublish(alice: &mut Phone, id: PublicationId) {
    let ticket = alice.agent.unpublish(alice.now, id);
    alice.awaits(ticket);
}

fn published() -> (Phone, PublicationId, String) {
    let mut alice = Phone::connected();
    let id = publish(&mut alice, "<open/>");
    let publish = alice.sends("PUBLISH sip:alice@example.com");
    alice.answer(&publish, "200 OK\nSIP-ETag: one\nExpires: 600");
    alice.told(&["published 600 refresh false"]);
    (alice, id, publish)
}

fn has_body(message: &str) -> bool {
    !message.ends_with("\r\n\r\n")
}

#[test]
fn state_is_published_refreshed_changed_and_removed() {
    // RFC 3903 §4.1, §4.3 to §4.5
    let (mut alice, id, first) = published();
    assert_eq!((field(&first, "Event"), field(&first, "Expires")), ("presence", "600"));
    assert!(first.ends_with("<open/>") && !first.contains("SIP-If-Match"), "{first}");

    let refresh = alice.sends_later("PUBLISH");
    assert_eq!((field(&refresh, "SIP-If-Match"), field(&refresh, "CSeq")), ("one", "2 PUBLISH"));
    assert!(!has_body(&refresh) && !refresh.contains("Content-Type"), "{refresh}");
    alice.answer(&refresh, "200 OK\nSIP-ETag: two\nExpires: 600");
    alice.told(&["published 600 refresh true"]);

    republish(&mut alice, id, "<closed/>");
    let change = alice.sends("PUBLISH");
    assert_eq!(field(&change, "SIP-If-Match"), "two");
    assert!(change.ends_with("<closed/>"), "{change}");
    alice.answer(&change, "200 OK\nSIP-ETag: three\nExpires: 600");
    alice.told(&["published 600 refresh false", "settled"]);

    unpublish(&mut alice, id);
    let removal = alice.sends("PUBLISH");
    assert_eq!((field(&removal, "SIP-If-Match"), field(&removal, "Expires")), ("three", "0"));
    assert!(!has_body(&removal), "{removal}");
    alice.told(&[]);
    alice.answer(&removal, "200 OK\nSIP-ETag: four\nExpires: 0");
    alice.told(&["publication terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn what_the_server_has_forgotten_is_published_anew() {
    // RFC 3903 §4.1, 412
    let (mut alice, ..) = published();
    let refresh = alice.sends_later("PUBLISH");
    alice.answer(&refresh, "412 Conditional Request Failed");
    let anew = alice.sends("PUBLISH");
    assert!(anew.ends_with("<open/>") && !anew.contains("SIP-If-Match"), "{anew}");
    alice.answer(&anew, "412 Conditional Request Failed");
    alice.told(&["publication terminated SIP Failure Code"]);
    alice.comes_to_rest();
}

#[test]
fn a_server_may_ask_for_longer_and_for_credentials() {
    let mut alice = Phone::connected();
    publish(&mut alice, "<open/>");
    let first = alice.sends("PUBLISH");
    alice.answer(&first, "423 Interval Too Brief\nMin-Expires: 1800");
    let second = alice.sends("PUBLISH");
    assert_eq!((field(&second, "Expires"), field(&second, "CSeq")), ("1800", "2 PUBLISH"));
    alice
        .answer(&second, "401 Unauthorized\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"");
    let third = alice.sends("PUBLISH");
    assert_eq!(field(&third, "CSeq"), "3 PUBLISH");
    assert!(third.ends_with("<open/>"), "{third}");
    alice.answer(&third, "200 OK\nSIP-ETag: a\nExpires: 1800");
    alice.told(&["published 1800 refresh false"]);
}

#[test]
fn one_publish_at_a_time() {
    // RFC 3903 §4: no other before the final answer
    let mut alice = Phone::connected();
    let id = publish(&mut alice, "<a/>");
    let first = alice.sends("PUBLISH");
    republish(&mut alice, id, "<b/>");
    republish(&mut alice, id, "<c/>");
    alice.sends_nothing();
    alice.answer(&first, "200 OK\nSIP-ETag: one\nExpires: 600");
    let second = alice.sends("PUBLISH");
    assert!(second.ends_with("<c/>") && field(&second, "SIP-If-Match") == "one", "{second}");
    unpublish(&mut alice, id);
    alice.sends_nothing();
    alice.answer(&second, "200 OK\nSIP-ETag: two\nExpires: 600");
    let removal = alice.sends("PUBLISH");
    assert_eq!((field(&removal, "SIP-If-Match"), field(&removal, "Expires")), ("two", "0"));
    alice.answer(&removal, "404 Not Found");
    alice.told(&["publication terminated -", "settled", "settled Canceled", "settled Canceled"]);
    alice.comes_to_rest();
}

#[test]
fn trouble_is_waited_out_and_a_refusal_is_final() {
    let mut alice = Phone::connected();
    publish(&mut alice, "<a/>");
    let first = alice.sends("PUBLISH");
    alice.answer(&first, "503 Service Unavailable\nRetry-After: 30");
    alice.told(&["publication interrupted SIP Failure Code later"]);
    let before = alice.now;
    alice.pass(seconds(20));
    alice.lose_socket();
    alice.open();
    alice.ignore_events();
    let second = alice.sends_later("PUBLISH");
    assert_eq!(alice.now.since(before), seconds(30), "over a new connection, too");
    alice.answer(&second, "489 Bad Event");
    alice.told(&["publication terminated SIP Failure Code"]);
    alice.comes_to_rest();
}

#[test]
fn what_changes_during_a_refresh_that_fails_takes_the_place_of_what_is_there() {
    let (mut alice, id, _) = published();
    let refresh = alice.sends_later("PUBLISH");
    republish(&mut alice, id, "<closed/>");
    alice.answer(&refresh, "503 Service Unavailable");
    let failed = ["publication interrupted SIP Failure Code later", "settled SIP Failure Code"];
    alice.told(&failed);
    let change = alice.sends_later("PUBLISH");
    assert!(change.ends_with("<closed/>") && field(&change, "SIP-If-Match") == "one", "{change}");
    alice.answer(&change, "503 Service Unavailable");
    alice.told(&failed[..1]);

    // It waits; what is there can be removed meanwhile.
    unpublish(&mut alice, id);
    let removal = alice.sends("PUBLISH");
    assert_eq!((field(&removal, "SIP-If-Match"), field(&removal, "Expires")), ("one", "0"));
    alice.answer(&removal, "200 OK\nSIP-ETag: two");
    alice.told(&["publication terminated -", "settled"]);
    alice.comes_to_rest();
}

#[test]
fn stopping_removes_what_is_there_while_a_change_waits() {
    let (mut alice, id, _) = published();
    alice.sends_later("PUBLISH");
    republish(&mut alice, id, "<closed/>");
    alice.stop();
    let removal = alice.sends("PUBLISH");
    assert_eq!((field(&removal, "SIP-If-Match"), field(&removal, "Expires")), ("one", "0"));
}

#[test]
fn what_runs_out_during_its_refresh_is_told_of_then() {
    let mut alice = Phone::connected();
    publish(&mut alice, "<open/>");
    let first = alice.sends("PUBLISH");
    alice.answer(&first, "200 OK\nSIP-ETag: one\nExpires: 20");
    alice.pass(seconds(19));
    let refresh = alice.sends("PUBLISH");
    alice.told(&["published 20 refresh false"]);
    alice.pass(seconds(1));
    alice.told(&["publication interrupted Expires at once"]);
    alice.answer(&refresh, "200 OK\nSIP-ETag: two\nExpires: 20");
    alice.told(&["published 20 refresh false"]);
}

#[test]
fn a_server_that_is_never_content_is_followed_three_times() {
    let mut alice = Phone::connected();
    publish(&mut alice, "<open/>");
    for least in 601..605 {
        let asked = alice.sends("PUBLISH");
        alice.answer(&asked, &format!("423 Interval Too Brief\nMin-Expires: {least}"));
    }
    alice.told(&["publication terminated SIP Failure Code"]);
    alice.comes_to_rest();
}

#[test]
fn a_lost_connection_is_made_up_for() {
    let (mut alice, id, _) = published();
    alice.pass(seconds(10));
    alice.lose_socket();
    alice.open();
    alice.ignore_events();
    let refresh = alice.sends("PUBLISH");
    assert_eq!(field(&refresh, "SIP-If-Match"), "one");
    alice.pass(seconds(30));
    alice.lose_socket();
    alice.open();
    alice.ignore_events();
    // What became of the refresh is unknown.
    let anew = alice.sends("PUBLISH");
    assert!(anew.ends_with("<open/>") && !anew.contains("SIP-If-Match"), "{anew}");
    alice.sends_nothing();
    unpublish(&mut alice, id);
    alice.lose_socket();
    alice.told(&["disconnected 1006 retry true", "publication terminated -", "settled"]);
}

#[test]
fn stopping_removes_it_and_starting_comes_back() {
    let (mut alice, ..) = published();
    alice.stop();
    let removal = alice.sends("PUBLISH");
    assert_eq!((field(&removal, "SIP-If-Match"), field(&removal, "Expires")), ("one", "0"));
    alice.answer(&removal, "200 OK\nSIP-ETag: x");
    alice.told(&["disconnected 1000 retry false", "settled"]);
    alice.comes_to_rest();
    alice.start();
    alice.open();
    assert!(alice.sends("PUBLISH").ends_with("<open/>"));
}

#[test]
fn a_quality_report_is_sent_once() {
    // RFC 6035 §4
    let mut alice = Phone::connected();
    let report = "VQSessionReport: CallTerm\r\n";
    for (collector, line) in [
        (None, "PUBLISH sip:alice@example.com SIP/2.0\r\n"),
        (Some("sip:collector@example.net"), "PUBLISH sip:collector@example.net SIP/2.0\r\n"),
    ] {
        let ticket = alice.agent.report_quality(alice.now, collector, report).unwrap();
        alice.awaits(ticket);
        let publish = alice.sends(line);
        assert_eq!(field(&publish, "Event"), "vq-rtcpxr");
        assert_eq!(field(&publish, "Content-Type"), "application/vq-rtcpxr");
        assert!(publish.ends_with(&format!("\r\n\r\n{report}")), "{publish}");
        alice.answer(&publish, "200 OK\nSIP-ETag: one\nExpires: 3600");
        alice.told(&["settled"]);
        alice.comes_to_rest();
    }
    let nowhere = alice.agent.report_quality(alice.now, Some("sip:"), report);
    assert_eq!(nowhere.err(), Some(ApiMisuse::InvalidTarget));
}

#[test]
fn a_report_of_a_call_that_stopping_ends_goes_before_the_connection_does() {
    let (mut alice, ..) = Phone::calling_bob();
    alice.stop();
    let bye = alice.sends("BYE");
    let report = alice.agent.report_quality(alice.now, None, "VQSessionReport: CallTerm\r\n").unwrap();
    alice.awaits(report);
    let publish = alice.sends("PUBLISH");
    alice.answer(&bye, "200 OK");
    assert!(alice.agent.is_connected());
    alice.answer(&publish, "200 OK");
    assert!(!alice.agent.is_connected());
    alice.told(&["bye", "terminated -", "settled", "disconnected 1000 retry false", "settled"]);
    alice.comes_to_rest();
}
