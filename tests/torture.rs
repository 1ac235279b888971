//! The cases of RFC 4475 and RFC 5118: our own messages for them in `tests/vectors/`, always, and the documents' own where
//! [`documents`] finds them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by panicking"
)]

#[path = "support/described.rs"]
mod described;
#[path = "../examples/inspect/device.rs"]
mod device;
#[path = "support/messages.rs"]
mod messages;

use device::Device;
use messages::{Case, Verdict, documents, vectors};
use std::borrow::Cow;
use std::path::Path;
use telnyx_device::message::*;

fn all() -> Vec<Case> {
    vectors().into_iter().chain(documents()).collect()
}

#[test]
fn every_case_gets_the_verdict_of_its_rfc() {
    assert_eq!(vectors().len(), 61);
    for case in all() {
        let refused = read(&case.bytes).err();
        match case.verdict {
            Verdict::Valid => assert!(refused.is_none(), "{}: {refused:?}", case.name),
            Verdict::Invalid => assert!(refused.is_some(), "{}", case.name),
            Verdict::Either => {}
        }
    }
}

/// Beside each vector that is read lies what is to be understood of it.
#[test]
fn vectors_are_read_to_the_last_parameter() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    for case in vectors() {
        let expected = std::fs::read_to_string(folder.join(&case.name).with_extension("txt")).ok();
        let read = match read(&case.bytes) {
            Ok(Frame::Message(message)) => Some(described::described(&message)),
            _ => None,
        };
        assert_eq!(read.as_deref(), expected.as_deref(), "{}", case.name);
    }
}

const QUESTION: &str = "OPTIONS sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/WS p.example.com;branch=z9hG4bKafter\r\n\
    From: <sip:bob@example.com>;tag=b\r\nTo: <sip:alice@example.com>\r\nCall-ID: after\r\nCSeq: 1 OPTIONS\r\n\
    Max-Forwards: 70\r\n\r\n";

/// The status in an answer. It need not be one that we could read: what is wrong in a Via is repeated there.
fn status(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    text.strip_prefix("SIP/2.0 ").unwrap_or_else(|| panic!("{text}")).chars().take(3).collect()
}

/// Each on a device of its own, as some of them use the same branch.
#[test]
fn a_device_answers_as_the_rfc_asks_and_goes_on() {
    for case in all() {
        let mut device = Device::connected();
        let answers = device.hears(&case.bytes);
        match answers.as_slice() {
            [] => assert!(["drop", "told"].contains(&&*case.answers[0]), "{} is not answered", case.name),
            [answer] => assert!(case.answers.contains(&status(answer)), "{}: {}", case.name, status(answer)),
            _ => panic!("{}: {} answers", case.name, answers.len()),
        }
        let after = device.hears(QUESTION.as_bytes());
        assert_eq!(after.iter().map(|it| status(it)).collect::<Vec<_>>(), ["200"], "after {}", case.name);
    }
}

#[test]
fn an_answer_names_what_is_not_supported() {
    for case in all() {
        let named = |name| {
            let answer = Device::connected().hears(&case.bytes);
            let Ok(Frame::Message(answer)) = read(&answer[0]) else { panic!("{}", case.name) };
            answer.elements(name).collect::<Vec<_>>().join(" ")
        };
        match &*case.document {
            "bext01" if case.name == "bext01" => {
                assert_eq!(named(Name::Unsupported), "nothingSupportsThis nothingSupportsThisEither");
            }
            "bext01" => assert_eq!(named(Name::Unsupported), "knead-twice proof-overnight"),
            "invut" => assert_eq!(named(Name::Accept), "application/sdp"),
            "intmeth" | "esc02" => assert!(named(Name::Allow).contains("INVITE")),
            _ => {}
        }
    }
}

/// A message whose fields are not all there is answered with those that are.
#[test]
fn what_lacks_fields_is_answered_all_the_same() {
    let cases = all();
    for case in cases.iter().filter(|case| case.document == "insuf") {
        let answer = read(&case.bytes).unwrap_err().response().unwrap();
        assert!(answer.get(Name::Via).is_some() && answer.get(Name::CSeq).is_some());
        assert!(answer.get(Name::To).is_none() && answer.get(Name::CallId).is_none());
    }
}

/// What one of the documents' messages says, where that is more than its plain fields.
fn facts(name: &str, message: &Message) -> Option<Vec<String>> {
    let via = |via: Via<'_>| {
        let port = via.port().map_or(String::new(), |port| format!(":{port}"));
        format!("{} {}{port} {}", via.transport(), via.host(), via.branch().unwrap_or("-"))
    };
    let text = |text: Option<Cow<'_, str>>| text.map_or("-".to_owned(), Cow::into_owned);
    let request = if let Message::Request(request) = message { Some(request) } else { None };
    Some(match name {
        "wsinv" => message
            .vias()
            .map(via)
            .chain([
                text(message.from().display_name()),
                message.to().tag()?.to_owned(),
                message.cseq().number.to_string(),
                message.value(Name::Subject)?.to_owned(),
                message.contacts().next()?.params().get("q")?.to_owned(),
                message.named("newfangledheader").next()?.split_whitespace().collect::<Vec<_>>().join(" "),
            ])
            .collect(),
        "intmeth" => vec![
            request?.method().as_str().to_owned(),
            text(request?.uri().user()),
            text(message.from().params().unquoted("fromParam''~+*_!.-%")),
        ],
        "esc01" => vec![text(request?.uri().user()), text(message.to().uri().user())],
        "escnull" => message.contacts().map(|contact| text(contact.uri().user())).collect(),
        "esc02" => message.contacts().map(|contact| contact.uri().host().to_owned()).collect(),
        "longreq" => vec![message.vias().count().to_string(), message.vias().last()?.host().to_owned()],
        "dblreq" => vec![message.body().len().to_string(), message.call_id().to_owned()],
        "semiuri" => vec![text(request?.uri().user()), request?.uri().host().to_owned()],
        "mpart01" => vec![message.body().len().to_string()],
        "cparam01" => vec![message.contacts().next()?.params().has("unknownparam").to_string()],
        "cparam02" => vec![message.contacts().next()?.uri().params().has("unknownparam").to_string()],
        "regescrt" => vec![message.contacts().next()?.uri().headers().to_owned()],
        "unkscm" | "novelsc" => vec![request?.uri().scheme().to_owned()],
        "port-ambiguous" | "port-unambiguous" => {
            vec![request?.uri().host().to_owned(), format!("{:?}", request?.uri().port())]
        }
        "via-received-param-with-delim" | "via-received-param-no-delim" => {
            vec![message.via().received()?.to_owned()]
        }
        "ipv4-mapped-ipv6" => message.vias().map(via).collect(),
        "inv2543" => vec![format!("{:?} {:?}", message.from().tag(), message.via().branch())],
        _ => return None,
    })
}

const FACTS: [(&str, &[&str]); 20] = [
    (
        "wsinv",
        &[
            "UDP 192.0.2.2 390skdjuw",
            "TCP spindle.example.com z9hG4bK9ikj8",
            "UDP 192.168.255.111 z9hG4bK30239",
            r#"J Rosenberg \""#,
            "1918181833n",
            "9",
            "",
            "0.33",
            "newfangled value continued newfangled value",
        ],
    ),
    (
        "intmeth",
        &[
            "!interesting-Method0123456789_*+`.%indeed'~",
            "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
            "работающий",
        ],
    ),
    ("esc01", &["sips:user@example.com", "user"]),
    ("escnull", &["\0", "\0\0"]),
    ("esc02", &["host1.example.com", "host3.example.com"]),
    ("longreq", &["34", "host.example.com"]),
    ("dblreq", &["0", "dblreq.0ha0isndaksdj99sdfafnl3lk233412"]),
    ("semiuri", &["user;par=u@example.net", "example.com"]),
    ("mpart01", &["553"]),
    ("cparam01", &["true"]),
    ("cparam02", &["true"]),
    ("regescrt", &["Route=%3Csip:sip.example.com%3E"]),
    ("unkscm", &["nobodyKnowsThisScheme"]),
    ("novelsc", &["soap.beep"]),
    ("port-ambiguous", &["[2001:db8::10:5070]", "None"]),
    ("port-unambiguous", &["[2001:db8::10]", "Some(5070)"]),
    ("via-received-param-with-delim", &["[2001:db8::9:255]"]),
    ("via-received-param-no-delim", &["2001:db8::9:255"]),
    (
        "ipv4-mapped-ipv6",
        &["UDP [::ffff:192.0.2.10]:19823 z9hG4bKbh19", "UDP [::ffff:192.0.2.2] z9hG4bKas3-111"],
    ),
    ("inv2543", &["None None"]),
];

#[test]
fn what_is_odd_in_the_documents_is_read_right() {
    for Case { name, bytes, .. } in documents() {
        if let Some((_, expected)) = FACTS.iter().find(|(known, _)| *known == name) {
            let Ok(Frame::Message(message)) = read(&bytes) else { panic!("{name}") };
            assert_eq!(facts(&name, &message).unwrap(), *expected, "{name}");
        }
    }
}
