//! FreeSWITCH (mod_sofia over its `wss-binding`): a far side of its own. It puts a `Route` with the address that it has
//! seen into requests to us, counts its requests from nine digits, and says `mod_sofia` in its Contact.

use super::{Answers, alice, all, answers, calls, hangs_up, pings, registers};
use crate::common::{Phone, field, seconds, tag};
use telnyx_device::agent::MessageId;

const CHALLENGE: &str = r#"User-Agent: FreeSWITCH-mod_sofia/1.10.11-release~64bit
    Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REGISTER, REFER, NOTIFY, PUBLISH, SUBSCRIBE
    Supported: timer, path, replaces
    WWW-Authenticate: Digest realm="pbx.example.com", nonce="12100442-134b-4c62-a4fb-debd8d355d05", algorithm=MD5, qop="auth"
    Content-Length: 0"#;

const OFFER: &str = include_str!("freeswitch.sdp");

const TARGET: &str = "sip:mod_sofia@203.0.113.6:7443;transport=wss";

fn invite() -> String {
    format!(
        "INVITE sip:q7vkp2@kf93jd.invalid;transport=ws SIP/2.0
        Via: SIP/2.0/WSS 203.0.113.6:7443;branch=z9hG4bK5DeH431SQpZ0p
        Route: <sip:q7vkp2@192.0.2.1:51234>;transport=wss
        Max-Forwards: 69
        From: \"Extension 1001\" <sip:1001@203.0.113.6>;tag=Q9jrFKvS2t0Ze
        To: <sip:q7vkp2@kf93jd.invalid;transport=ws>
        Call-ID: 9f4cdf1c-fa7c-123a
        CSeq: 127318911 INVITE
        Contact: <{TARGET}>
        User-Agent: FreeSWITCH-mod_sofia/1.10.11-release~64bit
        Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REGISTER, REFER, NOTIFY, PUBLISH, SUBSCRIBE
        Supported: timer, path, replaces
        Allow-Events: talk, hold, conference, presence, as-feature-event, dialog, line-seize, call-info, sla, include-session-description, presence.winfo, message-summary, refer
        Session-Expires: 1800;refresher=uac
        Min-SE: 120
        Content-Type: application/sdp
        Content-Disposition: session
        Content-Length: {}
        X-FS-Support: update_display,send_info
        Remote-Party-ID: \"Extension 1001\" <sip:1001@203.0.113.6>;party=calling;screen=yes;privacy=off

{OFFER}",
        OFFER.len()
    )
}

/// Sends it in the dialog of the call that it has placed.
fn in_dialog(request: &str, number: u32, more: &str) -> String {
    format!(
        "{request} sip:q7vkp2@kf93jd.invalid;transport=ws SIP/2.0
        Via: SIP/2.0/WSS 203.0.113.6:7443;branch=z9hG4bK{request}{number}
        Route: <sip:q7vkp2@192.0.2.1:51234>;transport=wss
        Max-Forwards: 70
        From: {{From}}
        To: {{To}}
        Call-ID: {{Call-ID}}
        CSeq: {number} {request}
        Contact: <{TARGET}>
        {more}"
    )
}

#[test]
fn it_asks_for_a_password() {
    registers(
        CHALLENGE,
        &[
            "realm=\"pbx.example.com\"",
            "nonce=\"12100442-134b-4c62-a4fb-debd8d355d05\"",
            "algorithm=MD5",
            "qop=auth",
        ],
        "Date: Tue, 24 Nov 2026 07:00:00 GMT",
    );
}

#[test]
fn it_finds_the_first_nonce_stale() {
    // A nonce lives for a minute, or is of before a restart.
    let mut alice = alice();
    alice.register();
    let register = alice.sends("REGISTER");
    alice.answer(&register, &format!("401 Unauthorized\n{CHALLENGE}"));
    let second = alice.sends("REGISTER");
    let stale = CHALLENGE.replace("nonce=\"1210", "stale=true, nonce=\"1211");
    alice.answer(&second, &format!("401 Unauthorized\n{stale}"));
    let third = alice.sends("REGISTER");
    assert!(field(&third, "Authorization").contains("nonce=\"12110442"), "{third}");
    alice.told(&[]);
    // A wrong password gets the same challenge again without a word of that, or 403.
    alice.answer(&third, &format!("401 Unauthorized\n{CHALLENGE}"));
    alice.told(&["registrationFailed Authentication Error", "settled Authentication Error"]);
}

#[test]
fn it_is_called_and_its_media_come_early() {
    let mut alice = alice();
    let challenge = format!("407 Proxy Authentication Required\n{}", CHALLENGE.replace("WWW", "Proxy"));
    let early = format!(
        "183 Session Progress\nContact: <sip:+12065551111@203.0.113.6:7443;transport=wss>\nAccept: application/sdp\nContent-Type: application/sdp\nContent-Disposition: session\n\n{OFFER}"
    );
    let ok = format!(
        "200 OK
        Contact: <sip:+12065551111@203.0.113.6:7443;transport=wss>
        Require: timer
        Supported: timer, path, replaces
        Session-Expires: 1800;refresher=uac
        Remote-Party-ID: \"Bob\" <sip:+12065551111@203.0.113.6>;party=calling;privacy=off;screen=no
        Content-Type: application/sdp
        Content-Disposition: session

{OFFER}"
    );
    let (call, invite, ack) = calls(
        &mut alice,
        &Answers {
            challenge: &challenge,
            provisional: &["100 Trying\nUser-Agent: FreeSWITCH-mod_sofia/1.10.11-release~64bit", &early],
            ok: &ok,
        },
    );
    assert!(field(&invite, "Proxy-Authorization").contains("nc=00000001"), "{invite}");
    assert_eq!(field(&ack, "Proxy-Authorization"), field(&invite, "Proxy-Authorization"));
    alice.asked(&[
        "acquire",
        "offer",
        &format!("early answer {}", OFFER.trim()),
        &format!("apply {}", OFFER.trim()),
    ]);
    alice.ignore_events();

    // Soon after its answer it asks again, without a description of its own.
    alice.hear_in_dialog(&ack, "INVITE 127319001", &format!("Contact: <{TARGET}>"));
    let offer = alice.sends("SIP/2.0 200 OK\r\n");
    assert!(offer.ends_with(crate::common::SDP), "{offer}");
    alice.hear_in_dialog(&ack, "ACK 127319001", &format!("Content-Type: application/sdp\n\n{OFFER}"));
    alice.asked(&["offer", &format!("apply {}", OFFER.trim())]);
    // And says who is there, which has no body.
    alice.hear_in_dialog(
        &ack,
        "UPDATE 127319002",
        &format!("Contact: <{TARGET}>\nX-FS-Display-Name: Carol\nX-FS-Display-Number: 1002"),
    );
    alice.sends("SIP/2.0 200 OK\r\n");
    // A reader of its own kind only.
    alice.hear_in_dialog(&ack, "INFO 127319003", "Content-Type: message/update_display\n\nFrom: Carol");
    alice.told(&["info From: Carol"]);
    alice.respond(MessageId(1), 415, None);
    alice.sends("SIP/2.0 415 Unsupported Media Type\r\n");
    hangs_up(&mut alice, call, TARGET, &[]);
}

#[test]
fn it_calls_and_names_the_way_that_it_has_seen() {
    let mut alice = alice();
    let (call, ok) = answers(&mut alice, &invite(), &in_dialog("ACK", 127_318_911, ""));
    assert_eq!(all(&ok, "Route"), [""; 0]);
    assert_eq!(field(&ok, "Session-Expires"), "1800;refresher=uac");
    alice.asked(&["acquire", &format!("answer to {}", OFFER.trim())]);
    for (number, direction, told) in [
        (127_318_912, "sendonly", "hold remote"),
        (127_318_913, "inactive", ""),
        (127_318_914, "sendrecv", "unhold remote"),
    ] {
        let offer = OFFER.replace("sendrecv", direction);
        alice.hear_about(
            &ok,
            &in_dialog("INVITE", number, &format!("Content-Type: application/sdp\n\n{offer}")),
        );
        alice.sends("SIP/2.0 200 OK\r\n");
        alice.hear_about(&ok, &in_dialog("ACK", number, ""));
        alice.told(if told.is_empty() { &[] } else { std::slice::from_ref(&told) });
    }
    hangs_up(&mut alice, call, TARGET, &[]);
}

#[test]
fn it_hangs_up_and_says_why() {
    let mut alice = alice();
    let (_, ok) = answers(&mut alice, &invite(), &in_dialog("ACK", 127_318_911, ""));
    alice.hear_about(&ok, &in_dialog("BYE", 127_318_912, "Reason: Q.850;cause=16;text=\"NORMAL_CLEARING\""));
    alice.sends("SIP/2.0 200 OK\r\n");
    alice.told(&["bye", "terminated Terminated"]);
    alice.comes_to_rest();
}

#[test]
fn it_gives_up_a_call_that_was_taken_elsewhere() {
    let mut alice = alice();
    alice.hear(&invite());
    let ringing = alice.sends("SIP/2.0 180");
    let cancel = in_dialog("CANCEL", 127_318_911, "Reason: SIP;cause=200;text=\"LOSE_RACE\"");
    let cancel = cancel.replace("z9hG4bKCANCEL127318911", "z9hG4bK5DeH431SQpZ0p");
    alice.hear_about(&ringing, &cancel.replace("{To}", "<sip:q7vkp2@kf93jd.invalid;transport=ws>"));
    alice.sends("SIP/2.0 200 OK\r\n");
    let refused = alice.sends("SIP/2.0 487 Request Terminated\r\n");
    assert_eq!(tag(field(&refused, "To")), tag(field(&ringing, "To")));
    alice.told(&["incoming", "cancel", "rejected 487 Canceled", "failed Canceled", "terminated Canceled"]);
}

/// Its session timers are ours to keep, as it says `refresher=uac` to what we placed.
#[test]
fn a_session_is_refreshed_in_its_half() {
    let mut alice = alice();
    let challenge = format!("407 Proxy Authentication Required\n{}", CHALLENGE.replace("WWW", "Proxy"));
    let ok = format!(
        "200 OK\nContact: <{TARGET}>\nRequire: timer\nAllow: INVITE, ACK, BYE, UPDATE\nSession-Expires: 120;refresher=uac\nMin-SE: 120\nContent-Type: application/sdp\n\n{OFFER}"
    );
    calls(&mut alice, &Answers { challenge: &challenge, provisional: &[], ok: &ok });
    alice.pass(seconds(59));
    alice.sends_nothing();
    let refresh = alice.sends_later(&format!("UPDATE {TARGET} SIP/2.0\r\n"));
    assert!(field(&refresh, "Session-Expires").starts_with("120;refresher=uac"), "{refresh}");
    assert!(field(&refresh, "Proxy-Authorization").contains("nc=00000002"), "{refresh}");
}

#[test]
fn it_asks_whether_we_are_there() {
    // `nat-options-ping`: what is not answered is unregistered.
    pings(
        "OPTIONS sip:q7vkp2@kf93jd.invalid;transport=ws;fs_nat=yes SIP/2.0
        Via: SIP/2.0/WSS 203.0.113.6:7443;branch=z9hG4bKcQ{n}
        Route: <sip:q7vkp2@192.0.2.1:51234>;transport=ws
        Max-Forwards: 70
        From: <sip:mod_sofia@203.0.113.6:7443>;tag=5Xa
        To: <sip:q7vkp2@kf93jd.invalid>
        Call-ID: ping-{n}
        CSeq: 127320001 OPTIONS
        Contact: <sip:mod_sofia@203.0.113.6:7443>
        User-Agent: FreeSWITCH-mod_sofia/1.10.11-release~64bit
        Supported: timer, path, replaces
        Content-Length: 0",
        "200 OK",
    );
    // Mail, and a wish that only desk phones grant.
    for event in ["message-summary", "check-sync", "keep-alive"] {
        pings(
            &format!(
                "NOTIFY sip:q7vkp2@kf93jd.invalid;transport=ws;fs_nat=yes SIP/2.0
                Via: SIP/2.0/WSS 203.0.113.6:7443;branch=z9hG4bKdR{{n}}
                Max-Forwards: 70
                From: <sip:1000@pbx.example.com>;tag=6Ya
                To: <sip:1000@pbx.example.com>
                Call-ID: ping-{{n}}
                CSeq: 127320002 NOTIFY
                Contact: <sip:mod_sofia@203.0.113.6:7443>
                Event: {event}
                Subscription-State: terminated;reason=noresource
                Content-Length: 0"
            ),
            "481 ",
        );
    }
}

/// After a crash.
#[test]
fn a_call_that_it_has_forgotten_ends() {
    let mut alice = Phone::connected();
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, &format!("200 OK\nContact: <{TARGET}>\nContent-Type: application/sdp\n\n{OFFER}"));
    alice.sends("ACK");
    alice.ignore_events();
    alice.hang_up(call);
    let bye = alice.sends("BYE");
    alice.answer(&bye, "481 Call Does Not Exist");
    alice.told(&["bye", "terminated -", "settled"]);
    alice.comes_to_rest();
}
