//! Candidates that come after the descriptions have left (RFC 8838, RFC 8840).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{INVITE, Phone, field, seconds};
use telnyx_device::agent::MediaFact;

const BOB_TRICKLES: &str =
    "200 OK\nContact: <sip:bob@b.invalid>\nSupported: trickle-ice\nContent-Type: application/sdp\n\nv=0 bob";

const CANDIDATES: &str = "Info-Package: trickle-ice\nContent-Disposition: info-package\n\
    Content-Type: application/trickle-ice-sdpfrag\n\na=ice-pwd:p\na=ice-ufrag:u\nm=audio 9 RTP/AVP 0\na=mid:0\n\
    a=candidate:1 1 udp 1 192.0.2.9 9 typ host\na=end-of-candidates";

fn gathered(candidates: &str, complete: bool) -> MediaFact {
    let description =
        format!("v=0\r\nm=audio 9 A 0\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n{candidates}a=mid:0\r\n");
    MediaFact::Candidates { description, complete }
}

fn calling_bob() -> (Phone, telnyx_device::agent::CallId, String) {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    assert!(field(&invite, "Supported").contains("trickle-ice"), "{invite}");
    assert_eq!(field(&invite, "Recv-Info"), "trickle-ice");
    alice.answer(&invite, BOB_TRICKLES);
    let ack = alice.sends("ACK");
    alice.told(&["call connecting", "inviting", "accepted 200"]);
    alice.asked(&["acquire", "offer", "apply v=0 bob", "trickle"]);
    (alice, call, ack)
}

#[test]
fn candidates_leave_by_info_one_at_a_time() {
    let (mut alice, call, _) = calling_bob();
    alice.media_fact(call, gathered("a=candidate:1\r\n", false));
    let info = alice.sends("INFO sip:bob@b.invalid");
    assert_eq!(field(&info, "Info-Package"), "trickle-ice");
    assert_eq!(field(&info, "Content-Disposition"), "info-package");
    assert_eq!(field(&info, "Content-Type"), "application/trickle-ice-sdpfrag");
    assert!(info.ends_with("m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1\r\n"), "{info}");
    // What comes meanwhile goes by the next, all in one.
    alice.media_fact(call, gathered("a=candidate:1\r\na=candidate:2\r\n", false));
    alice.media_fact(call, gathered("a=candidate:1\r\na=candidate:2\r\na=candidate:3\r\n", true));
    alice.sends_nothing();
    alice.answer(&info, "200 OK");
    let info = alice.sends("INFO");
    assert!(info.contains("a=end-of-candidates\r\n"), "{info}");
    assert!(info.ends_with("a=candidate:1\r\na=candidate:2\r\na=candidate:3\r\n"), "{info}");
    alice.answer(&info, "200 OK");
    alice.sends_nothing();
}

#[test]
fn tones_and_candidates_do_not_get_in_each_others_way() {
    let (mut alice, call, _) = calling_bob();
    alice.media_fact(call, gathered("a=candidate:1\r\n", false));
    let candidates = alice.sends("INFO");
    alice.dial_tones(call, "5");
    let tone = alice.sends("INFO");
    assert_eq!(field(&tone, "Content-Type"), "application/dtmf-relay");
    alice.answer(&candidates, "469 Bad Info Package");
    // It does not want them after all; the tone does not care.
    alice.media_fact(call, gathered("a=candidate:1\r\na=candidate:2\r\n", true));
    alice.sends_nothing();
    alice.answer(&tone, "200 OK");
    alice.pass(seconds(1));
    alice.told(&["dtmf out 5", "settled"]);
}

#[test]
fn a_far_side_that_does_not_trickle_gets_none() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.asked(&[]);
    alice.media_fact(call, gathered("a=candidate:1\r\n", true));
    alice.sends_nothing();
}

#[test]
fn candidates_of_the_far_side_are_taken() {
    let (mut alice, _, ack) = calling_bob();
    alice.hear_in_dialog(&ack, "INFO 1", CANDIDATES);
    alice.sends("SIP/2.0 200 OK");
    alice.asked(&["add candidate:1 1 udp 1 192.0.2.9 9 typ host, "]);
    alice.hear_in_dialog(&ack, "INFO 2", "Info-Package: conference\nContent-Type: text/plain\n\nhello");
    let refusal = alice.sends("SIP/2.0 469");
    assert_eq!(field(&refusal, "Recv-Info"), "trickle-ice");
    alice.asked(&[]);
}

#[test]
fn those_of_a_caller_wait_for_the_answer() {
    let mut alice = Phone::connected();
    alice.hear(&INVITE.replace("Content-Type", "Supported: trickle-ice\n    Content-Type"));
    let ringing = alice.sends("SIP/2.0 180");
    assert_eq!(field(&ringing, "Recv-Info"), "trickle-ice");
    alice.hear_in_dialog(&ringing, "INFO 2", CANDIDATES);
    alice.sends("SIP/2.0 200 OK");
    alice.asked(&[]);
    let call = alice.agent.active_call().unwrap();
    alice.accept(call);
    alice.sends("SIP/2.0 200 OK");
    alice.asked(&[
        "acquire",
        "answer to v=0 bob",
        "add candidate:1 1 udp 1 192.0.2.9 9 typ host, ",
        "trickle",
    ]);
}

#[test]
fn those_that_come_while_bob_does_not_know_where_we_are_wait_until_he_does() {
    let (mut alice, call, _) = calling_bob();
    alice.pass(seconds(40));
    alice.lose_socket();
    alice.media_fact(call, gathered("a=candidate:1\r\n", false));
    alice.open();
    let refresh = alice.sends("INVITE");
    alice.media_fact(call, gathered("a=candidate:1\r\na=candidate:2\r\n", true));
    alice.sends_nothing();
    alice.answer(&refresh, BOB_TRICKLES);
    alice.sends("ACK");
    let info = alice.sends("INFO");
    assert!(info.ends_with("a=candidate:1\r\na=candidate:2\r\n"), "{info}");
    alice.sends_nothing();
}

/// While bob cannot be reached, both his candidates and a tone are on their way; with the two.
fn unheard() -> (Phone, String, String) {
    let (mut alice, call, _) = calling_bob();
    alice.media_fact(call, gathered("a=candidate:1\r\n", false));
    let candidates = alice.sends("INFO");
    alice.dial_tones(call, "5");
    let tone = alice.sends("INFO");
    alice.media_fact(call, MediaFact::IceDisconnected);
    (alice, candidates, tone)
}

#[test]
fn those_that_are_lost_give_up_no_tone_and_go_by_another_info() {
    let (mut alice, candidates, tone) = unheard();
    alice.answer(&candidates, "408 Request Timeout");
    alice.sends_nothing();
    alice.answer(&tone, "200 OK");
    alice.pass(seconds(1));
    alice.told(&["dtmf out 5", "settled"]);
    let call = alice.agent.active_call().unwrap();
    alice.media_fact(call, gathered("a=candidate:1\r\na=candidate:2\r\n", true));
    assert!(alice.sends("INFO").contains("a=end-of-candidates"));
}

#[test]
fn those_that_are_lost_go_again_once_there_is_reason_to_hope() {
    let (mut alice, candidates, tone) = unheard();
    alice.answer(&tone, "200 OK");
    alice.answer(&candidates, "408 Request Timeout");
    let call = alice.agent.active_call().unwrap();
    alice.hold(call);
    let again = alice.sends("INFO");
    assert_eq!(again.split_once("\r\n\r\n").unwrap().1, candidates.split_once("\r\n\r\n").unwrap().1);
    alice.sends("INVITE");
}

#[test]
fn those_that_a_restart_makes_void_do_not_go_again() {
    let (mut alice, candidates, tone) = unheard();
    alice.answer(&tone, "200 OK");
    alice.answer(&candidates, "408 Request Timeout");
    alice.sends_later("INVITE");
    alice.sends_nothing();
}

#[test]
fn those_that_were_on_their_way_when_it_was_restarted_do_not_go_again() {
    for by_us in [true, false] {
        let (mut alice, call, ack) = calling_bob();
        alice.media_fact(call, gathered("a=candidate:1\r\n", false));
        let candidates = alice.sends("INFO");
        if by_us {
            alice.media_fact(call, MediaFact::IceFailed);
            let restart = alice.sends("INVITE");
            alice.answer(&restart, BOB_TRICKLES);
            alice.sends("ACK");
        } else {
            alice.media_fact(call, MediaFact::IceDisconnected);
            let offer = "Contact: <sip:bob@b.invalid>\nContent-Type: application/sdp\n\nv=0\na=ice-ufrag:new";
            alice.hear_in_dialog(&ack, "INVITE 1", offer);
            alice.sends("SIP/2.0 200 OK");
            alice.hear_in_dialog(&ack, "ACK 1", "");
        }
        alice.answer(&candidates, "408 Request Timeout");
        alice.hold(call);
        alice.sends("INVITE");
    }
}
