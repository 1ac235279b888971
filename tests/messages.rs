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

/// A request with one thing wrong is refused with the reason that says so, and answered.
#[test]
fn what_is_wrong_is_said() {
    let long = format!("INVITE sip:{}@example.com", "b".repeat(MAX_URI));
    let fields = "X: 1\r\n".repeat(MAX_FIELDS + 1) + "CSeq";
    for (old, new, status, reason) in [
        (
            "INVITE sip:bob@example.com SIP/2.0",
            "INVITE sip:bob@example.com SIP/1.0",
            505,
            "Version Not Supported",
        ),
        (
            "INVITE sip:bob@example.com SIP/2.0",
            "INVITE sip:bob@example.com HTTP/1.1",
            400,
            "Malformed start line",
        ),
        (
            "INVITE sip:bob@example.com SIP/2.0",
            "INVITE sip:bob@example.com  SIP/2.0",
            400,
            "Malformed start line",
        ),
        (
            "INVITE sip:bob@example.com SIP/2.0",
            "INVITE <sip:bob@example.com> SIP/2.0",
            400,
            "Bad Request-URI",
        ),
        ("INVITE sip:bob@example.com", &*long, 414, "Request-URI Too Long"),
        (
            "INVITE sip:bob@example.com SIP/2.0",
            "BYE sip:bob@example.com SIP/2.0",
            400,
            "CSeq does not match the method",
        ),
        ("CSeq: 7", "CSeq: 2147483648", 400, "Bad CSeq"),
        ("CSeq: 7", "CSeq: -7", 400, "Bad CSeq"),
        ("CSeq: 7", "CSeq: 7 INVITE\r\nCSeq: 7", 400, "Repeated header field"),
        ("Max-Forwards: 70", "Max-Forwards: 256", 400, "Bad Max-Forwards"),
        ("f: \"Al", "f: Al", 400, "Bad From"),
        ("To: <sip:bob%20b@example.com>", "To: <>", 400, "Bad To"),
        ("i: abc@x", "i:", 400, "Bad Call-ID"),
        ("v: SIP", "v: , SIP", 400, "Bad Via"),
        ("<sip:p1;lr>", "<sip:p1;lr", 400, "Bad Contact, Route or Record-Route"),
        ("m: <sip", "m: *, <sip", 400, "Bad Contact, Route or Record-Route"),
        ("c: text", "c: a/b\r\nContent-Type: text", 400, "Repeated header field"),
        ("c: text", "l: 6\r\nc: text", 400, "Body shorter than Content-Length"),
        ("c: text", "l: five\r\nc: text", 400, "Bad Content-Length"),
        ("X-Thing: one", "X Thing: one", 400, "Malformed header field"),
        ("X-Thing: one", "X-Thing: o\rne", 400, "CR without LF"),
        ("CSeq", &fields, 400, "Too many header fields"),
    ] {
        let text = INVITE.replacen(old, new, 1);
        assert_ne!(text, INVITE, "{old}");
        let refused = read(text.as_bytes()).unwrap_err();
        assert_eq!((refused.status().get(), refused.reason()), (status, reason), "{new}");
        if !matches!(reason, "Bad Call-ID" | "Too many header fields") {
            let answer = String::from_utf8(refused.response().unwrap().write()).unwrap();
            assert!(answer.starts_with(&format!("SIP/2.0 {status} {reason}\r\nVia: ")), "{answer}");
        }
    }
}

#[test]
fn what_is_no_message_has_no_answer() {
    let large = format!("{INVITE}{}", "x".repeat(MAX_MESSAGE));
    let refused = read(large.as_bytes()).unwrap_err();
    assert_eq!(refused.status(), StatusCode::MESSAGE_TOO_LARGE);
    for text in [
        "hello\r\n\r\n",
        "INVITE sip:a@b SIP/2.0\r\n",
        "SIP/2.0 200 OK\r\n\r\n",
        "\0",
        "INVITE sip:a@b SIP/2.0\r\n\r\n",
    ] {
        assert!(read(text.as_bytes()).unwrap_err().response().is_none(), "{text}");
    }
    let garbled = [b"\xff\xfe ", INVITE.as_bytes()].concat();
    assert!(read(&garbled).is_err());
}

#[test]
fn a_header_that_is_not_utf8_is_answered_in_ascii() {
    let [before, after] = INVITE.split("Al ").collect::<Vec<_>>().try_into().unwrap();
    let refused = read(&[before.as_bytes(), b"\xc3( ", after.as_bytes()].concat()).unwrap_err();
    assert_eq!(refused.reason(), "Header is not UTF-8");
    let answer = response(&refused.response().unwrap().write());
    assert_eq!(answer.from().display_name().unwrap(), "?( \"the\" Ice");
}

#[test]
fn line_ends_may_be_bare_and_come_first() {
    let bare = INVITE.replace("\r\n", "\n");
    let request = request(&format!("\n\r\n{bare}"));
    assert_eq!((request.cseq().number, request.body()), (7, &b"hello"[..]));
}

#[test]
fn what_follows_the_body_is_dropped() {
    let request = request(&INVITE.replace("c: text", "l: 2\r\nc: text"));
    assert_eq!(request.body_text(), Some("he"));
    assert!(request.text().ends_with("\r\n\r\nhe"));
    let binary = [INVITE.replace("c: text", "l: 6\r\nc: text").as_bytes(), b"\xff\xfe"].concat();
    let Ok(Frame::Message(message)) = read(&binary) else { panic!() };
    assert_eq!((message.body(), message.body_text()), (&b"hello\xff"[..], None));
}

#[test]
fn a_bad_binding_in_a_response_is_passed_over() {
    let text = "SIP/2.0 200 OK\r\nVia: SIP/2.0/WS a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n\
                Call-ID: 1\r\nCSeq: 1 REGISTER\r\nContact: <sip:broken, <sip:a@c>;expires=5\r\nContact: <sip:a@d>\r\n\r\n";
    let hosts: Vec<_> =
        response(text.as_bytes()).contacts().map(|contact| contact.uri().host().to_owned()).collect();
    assert_eq!(hosts, ["d"]);
}

#[test]
fn drafts_keep_what_a_message_cannot_be_without() {
    let mut draft = RequestDraft::forward(&request(INVITE));
    for name in [Name::Via, Name::From, Name::To, Name::CallId, Name::CSeq, Name::Authorization] {
        draft.remove(name);
    }
    draft.push(Name::Other, value("x"));
    draft.push(Name::ContentLength, value("99"));
    draft.set(Name::Supported, value("outbound"));
    draft.extra(&ExtraHeader::read("Subject: one").unwrap());
    draft.extra(&ExtraHeader::read("s: two").unwrap());
    draft.extra(&ExtraHeader::read("Allow: INFO").unwrap());
    let written = String::from_utf8(draft.write()).unwrap();
    let again = request(&written);
    assert!(!again.has(Name::Authorization) && again.has_token(Name::Allow, "info"));
    assert_eq!(again.named("Supported").collect::<Vec<_>>(), ["outbound"]);
    assert_eq!(again.named("Subject").collect::<Vec<_>>(), ["two"]);
    assert_eq!(again.value(Name::ContentLength), Some("5"));
    assert!(!written.contains("\r\n: x"));
}

#[test]
fn a_proxy_takes_its_route_and_adds_its_via() {
    let mut draft = RequestDraft::forward(&request(&INVITE.replace("Record-Route", "Route")));
    assert_eq!(draft.pop_first(Name::Route).unwrap().as_str(), "<sip:p1;lr>");
    draft.push_via(via(Transport::Ws, "2001:db8::7", Some(80), "z9hG4bKp"));
    assert_eq!(draft.branch(), "z9hG4bKp");
    let forwarded = request(&String::from_utf8(draft.write()).unwrap());
    assert_eq!(forwarded.via().host(), "[2001:db8::7]");
    assert_eq!(forwarded.vias().count(), 3);
    let routes: Vec<_> = forwarded.addresses(Name::Route).map(|route| route.uri().host()).collect();
    assert_eq!(routes, ["p2"]);

    let answer = response(&ResponseDraft::to(&forwarded, StatusCode::OK).write());
    let mut back = ResponseDraft::forward(&answer);
    assert!(back.pop_via().unwrap().as_str().contains("z9hG4bKp"));
    assert_eq!(response(&back.write()).via().branch(), Some("z9hG4bK1"));
}

/// RFC 3261 §9.1 and §17.1.1.3: both are of the same transaction, and take the same route.
#[test]
fn cancel_and_ack_go_where_the_invite_went() {
    let draft = RequestDraft::forward(&request(&INVITE.replace("Record-Route", "Route")));
    let cancel = request(&String::from_utf8(draft.cancel().write()).unwrap());
    let busy = {
        let mut busy = ResponseDraft::to(&request(INVITE), StatusCode::BUSY_HERE);
        busy.set_to_tag("b1");
        response(&busy.write())
    };
    let ack = request(&String::from_utf8(draft.ack(&busy).write()).unwrap());
    for (made, method, tag) in [(&cancel, Method::Cancel, None), (&ack, Method::Ack, Some("b1"))] {
        assert_eq!((made.method(), made.cseq().number, made.to().tag()), (&method, 7, tag));
        assert_eq!((made.vias().count(), made.via().branch()), (1, Some("z9hG4bK1")));
        assert_eq!((made.from().tag(), made.call_id()), (Some("a1"), "abc@x"));
        assert_eq!(made.addresses(Name::Route).count(), 2);
        assert!(made.body().is_empty() && !made.has(Name::ContentType));
    }
}
