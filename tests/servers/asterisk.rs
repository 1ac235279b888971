//! Asterisk with chan_pjsip, and the older chan_sip: a server that is the far side of every call itself.
//! pjsip writes no space after the commas of a challenge, two after `Content-Length:`, and takes the branch of a refused
//! request for its To-tag; it sends to the address that it saw, not to our `.invalid` one.

use super::{Answers, alice, all, answers, calls, hangs_up, pings, registers};
use crate::common::{Phone, field};

const ONE: &str = r#"WWW-Authenticate: Digest realm="asterisk",nonce="1732430971/3f21aa00e9bd5f4f9e4b2a6c1d0f7788",opaque="0bf928b66d3bc065",algorithm=MD5,qop="auth"
    Server: Asterisk PBX 20.5.0
    Content-Length:  0"#;

/// The offer of an endpoint with `use_avpf`, `media_encryption=dtls` and `ice_support` set by hand: no `a=mid`.
const OFFER: &str = include_str!("asterisk.sdp");

fn invite() -> String {
    format!(
        "INVITE sip:q7vkp2@192.0.2.1:51234;transport=ws SIP/2.0
        Via: SIP/2.0/WSS 203.0.113.5:8089;rport;branch=z9hG4bKPj0f5a;alias
        From: \"Bob\" <sip:6001@203.0.113.5>;tag=b1d5a2c4-77aa
        To: <sip:q7vkp2@kf93jd.invalid>
        Contact: <sip:asterisk@203.0.113.5:8089;transport=ws>
        Call-ID: 6a1c0b9e-8d22-4e0e
        CSeq: 16469 INVITE
        Allow: OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, MESSAGE, REFER
        Supported: 100rel, timer, replaces, norefersub, histinfo
        Session-Expires: 1800
        Min-SE: 90
        P-Asserted-Identity: \"Bob\" <sip:6001@203.0.113.5>
        Remote-Party-ID: \"Bob\" <sip:6001@203.0.113.5>;party=calling;privacy=off;screen=no
        Max-Forwards: 70
        User-Agent: Asterisk PBX 20.5.0
        Content-Type: application/sdp
        Content-Length:   {}

{OFFER}",
        OFFER.len()
    )
}

/// Sends it in the dialog of the call that it has placed.
fn in_dialog(request: &str, number: u32, more: &str) -> String {
    format!(
        "{request} sip:q7vkp2@192.0.2.1:51234;transport=ws SIP/2.0
        Via: SIP/2.0/WSS 203.0.113.5:8089;rport;branch=z9hG4bKPj{request}{number};alias
        From: {{From}}
        To: {{To}}
        Call-ID: {{Call-ID}}
        CSeq: {number} {request}
        Max-Forwards: 70
        User-Agent: Asterisk PBX 20.5.0
        {more}"
    )
}

#[test]
fn it_asks_for_a_password() {
    let shows = [
        "realm=\"asterisk\"",
        "nonce=\"1732430971/3f21aa00e9bd5f4f9e4b2a6c1d0f7788\"",
        "opaque=\"0bf928b66d3bc065\"",
        "algorithm=MD5",
        "qop=auth",
    ];
    registers(ONE, &shows, "Expires: 120");
    // An older pjsip writes the algorithm small, and chan_sip had no qop.
    registers(&ONE.replace("MD5", "md5"), &["algorithm=MD5"], "Expires: 120");
    let old = "WWW-Authenticate: Digest algorithm=MD5, realm=\"asterisk\", nonce=\"78e706a3\"";
    registers(old, &["algorithm=MD5", "nonce=\"78e706a3\""], "Expires: 120");
}

#[test]
fn a_newer_one_asks_once_for_each_algorithm() {
    let two = format!("{}\n{ONE}", ONE.lines().next().unwrap().replace("MD5", "SHA-256"));
    registers(&two, &["algorithm=SHA-256"], "Expires: 120");
}

#[test]
fn it_is_called_and_asks_again_soon_after_its_answer() {
    let mut alice = alice();
    let challenge = format!("401 Unauthorized\n{ONE}");
    let (call, invite, ack) = calls(
        &mut alice,
        &Answers {
            challenge: &challenge,
            provisional: &[
                "100 Trying\nServer: Asterisk PBX 20.5.0",
                "180 Ringing\nContact: <sip:203.0.113.5:8089;transport=ws>",
                "183 Session Progress\nContact: <sip:203.0.113.5:8089;transport=ws>\nContent-Type: application/sdp\n\nv=0 early",
            ],
            ok: "200 OK
            Server: Asterisk PBX 20.5.0
            Contact: <sip:203.0.113.5:8089;transport=ws>
            Supported: 100rel, timer, replaces, norefersub, histinfo
            Session-Expires: 1800;refresher=uac
            Require: timer
            P-Asserted-Identity: \"Bob\" <sip:6001@203.0.113.5>
            Content-Type: application/sdp

v=0 early",
        },
    );
    assert!(field(&invite, "Authorization").contains("uri=\"sip:+12065551111@example.com\""), "{invite}");
    // Its Contact has no user.
    assert!(ack.starts_with("ACK sip:203.0.113.5:8089;transport=ws SIP/2.0\r\n"), "{ack}");
    assert_eq!(all(&ack, "Route"), [""; 0]);
    alice.asked(&["acquire", "offer", "early answer v=0 early", "apply v=0 early"]);

    // Its first request in the dialog: media are to flow directly. Sent to the address that it has seen.
    alice.ignore_events();
    let script = in_dialog(
        "INVITE",
        22_310,
        &format!(
            "Contact: <sip:203.0.113.5:8089;transport=ws>\nSession-Expires: 1800;refresher=uas\nSupported: timer\nContent-Type: application/sdp\n\n{OFFER}"
        ),
    );
    let turned = script.replace("{From}", "<swap>").replace("{To}", "{From}").replace("<swap>", "{To}");
    alice.hear_about(&ack, &turned);
    let ok = alice.sends("SIP/2.0 200 OK\r\n");
    assert!(field(&ok, "Session-Expires").ends_with("refresher=uas"), "we refresh: {ok}");
    alice.hear_in_dialog(&ok, "ACK 22310", "");
    alice.asked(&[&format!("answer to {}", OFFER.trim())]);
    alice.told(&[]);
    hangs_up(&mut alice, call, "sip:203.0.113.5:8089;transport=ws", &[]);
}

#[test]
fn it_calls_and_moves_the_media_soon_after_the_answer() {
    let mut alice = alice();
    let (call, ok) = answers(&mut alice, &invite(), &in_dialog("ACK", 16_469, ""));
    alice.asked(&["acquire", &format!("answer to {}", OFFER.trim())]);
    assert_eq!(all(&ok, "Require"), ["timer"]);
    let contact = "Contact: <sip:asterisk@203.0.113.5:8089;transport=ws>";
    let offer = format!(
        "{contact}\nSupported: timer\nSession-Expires: 1800;refresher=uac\nContent-Type: application/sdp\n\n{OFFER}"
    );
    alice.hear_about(&ok, &in_dialog("INVITE", 16_470, &offer));
    alice.sends("SIP/2.0 200 OK\r\n");
    alice.hear_about(&ok, &in_dialog("ACK", 16_470, ""));
    alice.asked(&[&format!("answer to {}", OFFER.trim())]);
    // Who speaks has changed: an UPDATE without a description (`connected_line_method`).
    alice.hear_about(
        &ok,
        &in_dialog(
            "UPDATE",
            16_471,
            &format!("{contact}\nP-Asserted-Identity: \"Carol\" <sip:6002@203.0.113.5>"),
        ),
    );
    alice.sends("SIP/2.0 200 OK\r\n");
    alice.sends_nothing();
    alice.told(&[]);
    hangs_up(&mut alice, call, "sip:asterisk@203.0.113.5:8089;transport=ws", &[]);
}

#[test]
fn it_hangs_up_and_says_why() {
    let mut alice = alice();
    let (_, ok) = answers(&mut alice, &invite(), &in_dialog("ACK", 16_469, ""));
    alice.hear_about(&ok, &in_dialog("BYE", 16_470, "Reason: Q.850;cause=16"));
    alice.sends("SIP/2.0 200 OK\r\n");
    alice.told(&["bye", "terminated Terminated"]);
    alice.comes_to_rest();
}

#[test]
fn another_phone_takes_the_call() {
    let mut alice = alice();
    alice.hear(&invite());
    let ringing = alice.sends("SIP/2.0 180");
    alice.hear_about(
        &ringing,
        "CANCEL sip:q7vkp2@192.0.2.1:51234;transport=ws SIP/2.0
        Via: SIP/2.0/WSS 203.0.113.5:8089;rport;branch=z9hG4bKPj0f5a;alias
        From: {From}
        To: <sip:q7vkp2@kf93jd.invalid>
        Call-ID: {Call-ID}
        CSeq: 16469 CANCEL
        Reason: SIP ;cause=200 ;text=\"Call completed elsewhere\"
        Reason: Q.850;cause=26
        Max-Forwards: 70
        Content-Length:  0",
    );
    alice.sends("SIP/2.0 200 OK\r\n");
    alice.sends("SIP/2.0 487 Request Terminated\r\n");
    alice.told(&["incoming", "cancel", "rejected 487 Canceled", "failed Canceled", "terminated Canceled"]);
    alice.comes_to_rest();
}

/// One that takes wss for sips names itself and us so.
#[test]
fn a_secure_scheme_is_ours_as_well() {
    let mut alice = alice();
    let secure = invite().replace("INVITE sip:", "INVITE sips:").replace("<sip:asterisk@", "<sips:asterisk@");
    let (call, _) =
        answers(&mut alice, &secure, &in_dialog("ACK", 16_469, "").replace("ACK sip:", "ACK sips:"));
    hangs_up(&mut alice, call, "sips:asterisk@203.0.113.5:8089;transport=ws", &[]);
}

/// chan_sip held a call by an address of zeros.
#[test]
fn a_hold_of_the_old_kind() {
    let mut alice = alice();
    let (call, ok) = answers(&mut alice, &invite(), &in_dialog("ACK", 16_469, ""));
    let contact = "Contact: <sip:asterisk@203.0.113.5:8089;transport=WS>\nContent-Type: application/sdp\n";
    let held = OFFER.replace("c=IN IP4 203.0.113.5", "c=IN IP4 0.0.0.0");
    alice.hear_about(&ok, &in_dialog("INVITE", 16_470, &format!("{contact}\n{held}")));
    alice.sends("SIP/2.0 200 OK\r\n");
    alice.hear_about(&ok, &in_dialog("ACK", 16_470, ""));
    assert_eq!(alice.agent.is_on_hold(call), (false, true));
    alice.hear_about(&ok, &in_dialog("INVITE", 16_471, &format!("{contact}\n{OFFER}")));
    alice.sends("SIP/2.0 200 OK\r\n");
    alice.hear_about(&ok, &in_dialog("ACK", 16_471, ""));
    alice.told(&["hold remote", "unhold remote"]);
    hangs_up(&mut alice, call, "sip:asterisk@203.0.113.5:8089;transport=WS", &[]);
}

#[test]
fn it_asks_whether_we_are_there() {
    // `qualify_frequency`: no answer, no calls.
    pings(
        "OPTIONS sip:q7vkp2@192.0.2.1:51234;transport=ws SIP/2.0
        Via: SIP/2.0/WSS 203.0.113.5:8089;rport;branch=z9hG4bKPj4c{n};alias
        From: <sip:asterisk@203.0.113.5>;tag=0d7e
        To: <sip:q7vkp2@192.0.2.1;transport=ws>
        Contact: <sip:asterisk@203.0.113.5:8089;transport=ws>
        Call-ID: ping-{n}
        CSeq: 40021 OPTIONS
        Max-Forwards: 70
        User-Agent: Asterisk PBX 20.5.0
        Content-Length:  0",
        "200 OK",
    );
    // Mail that nobody asked after: any answer will do.
    pings(
        "NOTIFY sip:q7vkp2@192.0.2.1:51234;transport=ws SIP/2.0
        Via: SIP/2.0/WSS 203.0.113.5:8089;rport;branch=z9hG4bKPj5d{n};alias
        From: <sip:asterisk@203.0.113.5>;tag=77{n}
        To: <sip:q7vkp2@192.0.2.1;transport=ws>
        Contact: <sip:asterisk@203.0.113.5:8089;transport=ws>
        Call-ID: ping-{n}
        CSeq: 1021 NOTIFY
        Event: message-summary
        Subscription-State: active
        Allow-Events: message-summary, presence, dialog, refer
        Max-Forwards: 70
        Content-Type: application/simple-message-summary

Messages-Waiting: yes\r\nVoice-Message: 1/0 (0/0)\r\n",
        "481 ",
    );
}

#[test]
fn it_refuses_with_words_of_its_own() {
    for (refusal, cause) in [
        ("404 Not Found", "404 Not Found"),
        ("486 Busy Here\nReason: Q.850;cause=17", "486 Busy"),
        ("503 Service Unavailable\nReason: Q.850;cause=34", "503 SIP Failure Code"),
        ("603 Decline\nReason: Q.850;cause=21", "603 Rejected"),
    ] {
        let mut alice = Phone::connected();
        alice.dial("bob");
        let invite = alice.sends("INVITE");
        alice.answer(&invite, &format!("{refusal}\nServer: Asterisk PBX 20.5.0\nContent-Length:  0"));
        alice.sends("ACK sip:bob@example.com SIP/2.0\r\n");
        let (_, name) = cause.split_once(' ').unwrap();
        alice.told(&[
            "call connecting",
            "inviting",
            &format!("rejected {cause}"),
            &format!("failed {name}"),
            &format!("terminated {name}"),
        ]);
        alice.comes_to_rest();
    }
}
