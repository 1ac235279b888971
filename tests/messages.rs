//! What is read from the wire and what is written to it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests say what they expect by panicking, too

use telnyx_device::message::*;

const INVITE: &str = "INVITE sip:bob@example.com SIP/2.0\r\n\
    v: SIP/2.0/WS a.invalid;branch=z9hG4bK1, SIP / 2.0 / UDP [2001:db8::1]:5061 ;received=192.0.2.1;rport\r\n\
    Max-Forwards: 70\r\n\
    f: \"Al \\\"the\\\" Ice\" <sip:alice@example.com>;tag=a1\r\n\
    To: <sip:bob%20b@example.com>\r\n\
    i: abc@x\r\n\
    CSeq: 7\r\n INVITE\r\n\
    m: <sip:alice@a.invalid;transport=ws>;expires=60;+sip.instance=\"<urn:uuid:1>\"\r\n\
    Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\n\
    X-Thing: one, two\r\n\
    Supported : replaces, outbound\r\n\
    k: timer\r\n\
    Authorization: Digest username=\"alice\"\r\n\
    c: text/plain\r\n\
    \r\n\
    hello";

fn request(text: &str) -> Request {
    match read(text.as_bytes()) {
        Ok(Frame::Message(Message::Request(request))) => request,
        other => panic!("{other:?}"),
    }
}

fn response(text: &[u8]) -> Response {
    match read(text) {
        Ok(Frame::Message(Message::Response(response))) => response,
        other => panic!("{other:?}"),
    }
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::new(text).unwrap()
}

#[test]
fn a_request_is_taken_apart() {
    let invite = request(INVITE);
    assert_eq!(*invite.method(), Method::Invite);
    assert_eq!(invite.uri().host(), "example.com");
    assert_eq!(invite.from().display_name().unwrap(), "Al \"the\" Ice");
    assert_eq!(invite.from().tag(), Some("a1"));
    assert_eq!(invite.to().tag(), None);
    assert_eq!(invite.to().uri().user().unwrap(), "bob b");
    assert_eq!(invite.call_id(), "abc@x");
    assert_eq!(invite.cseq(), CSeq { number: 7, method: &Method::Invite });
    assert_eq!(invite.via().branch(), Some("z9hG4bK1"));
    let below = invite.vias().nth(1).unwrap();
    assert_eq!((below.transport(), below.host(), below.port()), ("UDP", "[2001:db8::1]", Some(5061)));
    assert_eq!((below.received(), below.rport()), (Some("192.0.2.1"), Some(None)));
    let contact = invite.contacts().next().unwrap();
    assert_eq!(contact.uri().params().get("transport"), Some("ws"));
    assert_eq!(contact.params().unquoted("+sip.instance").unwrap(), "<urn:uuid:1>");
    let routes: Vec<_> = invite.addresses(Name::RecordRoute).map(|route| route.uri().host()).collect();
    assert_eq!(routes, ["p1", "p2"]);
    assert!(invite.has_token(Name::Supported, "timer") && invite.has_token(Name::Supported, "Replaces"));
    assert_eq!(invite.named("x-thing").collect::<Vec<_>>(), ["one, two"]);
    assert_eq!(invite.named("supported").collect::<Vec<_>>(), ["replaces", "outbound", "timer"]);
    assert_eq!(invite.body_text(), Some("hello"));
    assert_eq!(invite.content_type(), Some("text/plain"));
}

#[test]
fn credentials_are_not_in_the_redacted_text() {
    let text = request(INVITE).redacted();
    assert!(!text.contains("username") && text.contains("Authorization: ***\r\n"), "{text}");
    assert!(text.ends_with("\r\n\r\nhello"));
}

#[test]
fn what_is_written_is_read_back() {
    let uri = UriBuf::sip(Some("bob smith"), "::1", Some(5060)).unwrap();
    let from = name_addr(Some("A \"q\" \\"), uri.as_uri(), Some("t1"));
    let to = name_addr(None, uri.as_uri(), None);
    let hop = via(Transport::Ws, "x.invalid", None, "z9hG4bKx");
    let mut draft = RequestDraft::new(Method::Message, uri, hop, from, to, "call-1", 41);
    draft.set_cseq(42);
    draft.push(
        Name::Contact,
        value("<sip:me@x.invalid;transport=ws>").with_param("+sip.instance", Some("<urn:x>")),
    );
    draft.extra(&ExtraHeader::read("X-Foo: bar").unwrap());
    draft.set_body(value("text/plain"), b"h\xffi".to_vec());
    let bytes = draft.write();
    let Ok(Frame::Message(Message::Request(message))) = read(&bytes) else { panic!() };
    assert_eq!(message.uri().as_str(), "sip:bob%20smith@[::1]:5060");
    assert_eq!(message.from().display_name().unwrap(), "A \"q\" \\");
    assert_eq!((message.cseq().number, message.max_forwards()), (42, Some(70)));
    assert_eq!(message.named("X-FOO").next(), Some("bar"));
    assert_eq!(message.body(), b"h\xffi");
    assert_eq!(RequestDraft::forward(&message).write(), bytes);

    let mut ok = ResponseDraft::to(&message, StatusCode::OK);
    ok.set_to_tag("u1");
    let answer = response(&ok.write());
    assert_eq!((answer.status(), answer.reason(), answer.to().tag()), (StatusCode::OK, "OK", Some("u1")));
    assert_eq!(answer.via().branch(), Some(draft.branch()));
    let ack = draft.ack(&answer).write();
    assert!(ack.starts_with(
        b"ACK sip:bob%20smith@[::1]:5060 SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKx\r\n"
    ));
    assert!(read(&ack).is_ok());
}

#[test]
fn a_refused_request_knows_its_answer() {
    let refused = read(INVITE.replace("SIP/2.0\r\nv:", "SIP/3.0\r\nv:").as_bytes()).unwrap_err();
    assert_eq!(refused.status(), StatusCode::VERSION_NOT_SUPPORTED);
    let answer = response(&refused.response().unwrap().write());
    assert_eq!((answer.status(), answer.vias().count()), (StatusCode::VERSION_NOT_SUPPORTED, 2));
    assert!(
        read(INVITE.replace("INVITE", "ACK").replace("To:", "Two:").as_bytes())
            .unwrap_err()
            .response()
            .is_none()
    );
}

#[test]
fn keep_alives_are_frames_of_their_own() {
    assert!(matches!(read(b"\r\n\r\n"), Ok(Frame::Ping)));
    assert!(matches!(read(b"\r\n"), Ok(Frame::Pong)));
    assert!(read(b"").is_err());
}

#[test]
fn a_value_cannot_end_a_line() {
    assert!(matches!(HeaderValue::new("a\r\nEvil: 1"), Err(BadHeader::Control)));
    assert_eq!(HeaderValue::lossy("a\r\nEvil: 1\0").as_str(), "a  Evil: 1");
    for owned in ["f: <sip:x@y>", "Content-Foo: 1", "VIA: x", "l : 3", "Proxy-Authorization: x"] {
        assert!(matches!(ExtraHeader::read(owned), Err(BadHeader::Owned)), "{owned}");
    }
    for bad in ["no colon", ": x", "a b: c", ""] {
        assert!(matches!(ExtraHeader::read(bad), Err(BadHeader::Malformed)), "{bad}");
    }
}
