//! The messages of RFC 4475 and RFC 5118, where they lie beside the project, against the RFCs' verdicts.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by panicking")]

#[path = "support/messages.rs"]
mod messages;

use std::borrow::Cow;
use telnyx_device::message::*;

/// Faults that the RFC lets an element tolerate, and that are tolerated: nothing here depends on the field.
const TOLERATED: [&str; 1] = ["baddate"];

#[test]
fn every_message_gets_the_verdict_of_its_rfc() {
    let corpus = messages::torture();
    for (name, valid, bytes) in &corpus {
        let verdict = read(bytes);
        assert_eq!(verdict.is_ok(), *valid || TOLERATED.contains(&&**name), "{name}: {verdict:?}");
    }
    println!("{} messages", corpus.len());
}

/// What a torture message says, where that is more than its plain fields.
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
fn what_is_odd_in_them_is_read_right() {
    for (name, _, bytes) in messages::torture() {
        if let Some((_, expected)) = FACTS.iter().find(|(known, _)| *known == name) {
            let Ok(Frame::Message(message)) = read(&bytes) else { panic!("{name}") };
            assert_eq!(facts(&name, &message).unwrap(), *expected, "{name}");
        }
    }
}
