//! A phone registers, calls, talks and hangs up (after RFC 3665 §2.1, §3.1).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::Phone;
use telnyx_device::time::Duration;

#[test]
fn registering_takes_one_challenge_and_refreshes_itself() {
    let mut phone = Phone::new();
    phone.agent.register(phone.now, Vec::new());
    phone.open();
    let first = phone.sent();
    assert!(first.starts_with("REGISTER sip:example.com SIP/2.0\r\n"), "{first}");
    assert!(!first.contains("Authorization"));
    let challenge = r#"WWW-Authenticate: Digest realm="example.com", nonce="n1", qop="auth", algorithm=MD5"#;
    phone.answer(&first, "401 Unauthorized", "r", challenge);
    let second = phone.sent();
    assert!(second.contains("CSeq: 2 REGISTER") && second.contains("Authorization: Digest "), "{second}");
    phone.answer(&second, "200 OK", "r", "Expires: 100");
    assert_eq!(phone.events(), ["connecting 1", "connected", "registered 100 refresh false", "settled"]);
    assert!(phone.agent.is_registered(phone.now));

    phone.pass(Duration::from_secs(80));
    let refresh = phone.sent();
    assert!(refresh.contains("CSeq: 3 REGISTER") && refresh.contains("nc=00000002"), "{refresh}");
    phone.answer(&refresh, "200 OK", "r", "Expires: 100");
    assert_eq!(phone.events(), ["registered 100 refresh true"]);
}

#[test]
fn a_call_is_answered_and_hung_up() {
    let mut phone = Phone::connected();
    let call = phone.agent.invite(phone.now, "bob", Vec::new()).unwrap();
    let invite = phone.sent();
    assert!(invite.starts_with("INVITE sip:bob@example.com SIP/2.0\r\n"), "{invite}");
    phone.answer(&invite, "180 Ringing", "b", "Contact: <sip:bob@b.invalid>");
    phone.answer(
        &invite,
        "200 OK",
        "b",
        "Contact: <sip:bob@b.invalid>\nContent-Type: application/sdp\n\nv=0 bob",
    );
    let ack = phone.sent();
    assert!(ack.starts_with("ACK sip:bob@b.invalid SIP/2.0\r\n"), "{ack}");
    assert_eq!(phone.wishes(), ["acquire", "offer", "apply v=0 bob"]);
    assert_eq!(phone.events(), ["call connecting", "inviting", "progress 180", "accepted 200"]);

    phone.agent.disconnect(phone.now, call, Vec::new());
    let bye = phone.sent();
    assert!(bye.starts_with("BYE sip:bob@b.invalid SIP/2.0\r\n") && bye.contains("CSeq: 2 BYE"), "{bye}");
    phone.answer(&bye, "200 OK", "", "");
    assert_eq!(phone.events(), ["bye", "terminated -", "settled"]);
    assert_eq!(phone.wishes(), ["release"]);
    phone.pass(Duration::from_secs(60));
    assert_eq!(phone.agent.poll_timeout(), None);
}
