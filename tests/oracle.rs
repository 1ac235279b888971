//! Another reader, the crate `rsip`, as an oracle: what both accept, both must read alike, but for its known faults.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by panicking")]

#[path = "support/messages.rs"]
mod messages;
#[path = "support/rsip_facts.rs"]
mod rsip_facts;

use messages::{Case, documents, samples, vectors};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rsip_facts::{Facts, theirs};
use telnyx_device::message::*;

fn ours(bytes: &[u8]) -> Option<Facts> {
    let Ok(Frame::Message(message)) = read(bytes) else { return None };
    let mut facts = Facts::new();
    let mut say = |what, text: String| facts.push((what, text));
    match &message {
        Message::Request(request) => {
            say("method", request.method().as_str().to_owned());
            say("uri", uri(request.uri()));
        }
        Message::Response(response) => say("status", response.status().get().to_string()),
    }
    for (what, name, address) in [("from", "caller", message.from()), ("to", "callee", message.to())] {
        say(what, uri(address.uri()) + " " + address.tag().unwrap_or("-"));
        say(name, address.display_name().unwrap_or_default().into_owned());
    }
    say("call-id", message.call_id().to_owned());
    say("cseq", format!("{} {}", message.cseq().number, message.cseq().method.as_str()));
    let via = message.via();
    let branch = via.params().get("branch").unwrap_or("-");
    say("via", format!("{} {} {branch}", via.transport(), host_port(via.host(), via.port())));
    if let Some(contact) = message.contacts().next() {
        say("contact", uri(contact.uri()));
    }
    say("hops", message.max_forwards().unwrap_or_default().to_string());
    for (label, value) in message.fields() {
        match Name::find(label) {
            Name::Via => {
                for via in Elements::of(value).map(|it| Via::read(it).unwrap()) {
                    say(
                        "below",
                        format!("{} {}", host_port(via.host(), via.port()), via.params().iter().count()),
                    );
                }
            }
            Name::Expires => say("expires", message.expires().unwrap().to_string()),
            Name::ContentType => say("type", value.to_owned()),
            Name::Allow => say("allow", value.to_owned()),
            Name::Other if label.starts_with("X-") => say("other", format!("{label} {value}")),
            _ => {}
        }
    }
    say("body", String::from_utf8_lossy(message.body()).into_owned());
    Some(facts)
}

fn uri(uri: Uri<'_>) -> String {
    if !uri.is_sip() {
        return uri.scheme().to_owned();
    }
    let user = uri.user_raw().unwrap_or("-");
    format!("{} {user} {}", uri.scheme(), host_port(uri.host(), uri.port()))
}

fn host_port(host: &str, port: Option<u16>) -> String {
    format!("{} {}", host.trim_matches(['[', ']']), port.map_or("-".into(), |port| port.to_string()))
}

/// Whether `rsip` reads a message as it is read here, or refuses it as it is refused here.
fn agrees(bytes: &[u8]) -> bool {
    match (ours(bytes), theirs(bytes)) {
        (Some(ours), Ok(theirs)) => ours == theirs,
        (None, Err(_)) => true,
        _ => false,
    }
}

/// The samples on which `rsip` 0.4 fails, and why.
const FAULTS: [(&str, &str); 5] = [
    ("folded", "folded lines, white space before colons, compact names, IPv6, a user with a dot"),
    ("redirect", "two addresses in one Contact, a user with a dot"),
    ("refer", "a colon in a parameter of a URI (GRUU)"),
    ("register", "a quoted parameter (the instance id of RFC 5626)"),
    ("registered", "two addresses in one Contact, quoted parameters (GRUU)"),
];

#[test]
fn samples_are_read_alike_but_for_known_faults() {
    let disputed: Vec<_> =
        samples().into_iter().filter(|(_, bytes)| !agrees(bytes)).map(|(name, _)| name).collect();
    assert_eq!(disputed, FAULTS.map(|(name, _)| name));
}

/// The cases that `rsip` judges wrongly, by what it fails on.
const TORTURE_FAULTS: [(&str, &[&str]); 9] = [
    ("folded lines", &["wsinv", "longreq"]),
    ("extension methods", &["intmeth", "esc02"]),
    ("compact names", &["esc01", "dblreq", "regescrt"]),
    ("a semicolon in the user", &["semiuri"]),
    ("transports that it does not know", &["transports"]),
    ("schemes other than sip", &["unkscm", "unksm2"]),
    (
        "IPv6",
        &[
            "ipv6-good",
            "port-ambiguous",
            "port-unambiguous",
            "via-received-param-with-delim",
            "via-received-param-no-delim",
            "ipv6-in-sdp",
            "mult-ip-in-header",
            "mult-ip-in-sdp",
            "ipv4-mapped-ipv6",
            "ipv6-correct-abnf-2-colons",
        ],
    ),
    ("accepts malformed fields", &["badinv01", "ncl", "quotbal", "ltgtruri", "baddn"]),
    ("accepts incoherent messages", &["clerr", "mismatch01", "multi01", "mcl01"]),
];

/// Those that only our messages for them show: headers or a space that it accepts, a scheme with a query.
const IN_VECTORS: [&str; 3] = ["regbadct", "badaspec", "novelsc"];
/// Those that only the documents' messages show: a dot in the user.
const IN_DOCUMENTS: [&str; 2] = ["invut", "regaut01"];

fn only_known_faults(cases: &[Case], more: &[&str]) {
    let known = |case: &Case| {
        let known = &&*case.document;
        more.contains(known) || TORTURE_FAULTS.iter().any(|(_, cases)| cases.contains(known))
    };
    for case in cases {
        assert_eq!(agrees(&case.bytes), !known(case), "{}", case.name);
    }
}

#[test]
fn torture_messages_are_judged_alike_but_for_known_faults() {
    only_known_faults(&vectors(), &IN_VECTORS);
    only_known_faults(&documents(), &IN_DOCUMENTS);
}

/// Messages of the kind that both accept, as text.
fn plain_message() -> impl Strategy<Value = String> {
    let method =
        select(vec!["INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "MESSAGE", "INFO", "NOTIFY"]);
    let host = "[a-z][a-z0-9-]{0,9}[a-z0-9]\\.(com|invalid)|192\\.0\\.2\\.[1-9]";
    let uri = (
        "sips?",
        "[a-zA-Z0-9_+*-]{1,9}",
        host,
        option::of(1u16..),
        option::of("transport=(ws|tcp|udp)|user=phone"),
    )
        .prop_map(|(scheme, user, host, port, param)| {
            let port = port.map_or(String::new(), |port| format!(":{port}"));
            format!(
                "{scheme}:{user}@{host}{port}{}",
                param.map_or(String::new(), |param| format!(";{param}"))
            )
        });
    let start = prop_oneof![
        (Just(true), uri.clone(), 0u16..1),
        (Just(false), uri.clone(), select(vec![100u16, 180, 200, 302, 404, 486, 503, 603])),
    ];
    let address =
        (option::of("\"[a-zA-Z ]{1,9}\" |[a-zA-Z]{1,9} "), uri.clone(), option::of("[a-z0-9]{1,9}"))
            .prop_map(|(name, uri, tag)| {
                let tag = tag.map_or(String::new(), |tag| format!(";tag={tag}"));
                format!("{}<{uri}>{tag}", name.unwrap_or_default())
            });
    let via =
        (select(vec!["UDP", "TCP", "TLS", "WS", "WSS"]), host, option::of(1u16..), "[a-zA-Z0-9.]{1,20}")
            .prop_map(|(transport, host, port, branch)| {
                let port = port.map_or(String::new(), |port| format!(":{port}"));
                format!("SIP/2.0/{transport} {host}{port};branch=z9hG4bK{branch}")
            });
    (
        start,
        method,
        vec(via, 1..4),
        address.clone(),
        address,
        "[a-z0-9@.-]{1,20}",
        0u32..1 << 31,
        option::of(uri),
        (0u8..=255, option::of(any::<u32>()), "[!-~][ -~]{0,20}[!-~]", any::<bool>()),
        "[ -~]{0,30}",
    )
        .prop_map(|((is_request, uri, code), method, vias, from, to, call_id, cseq, contact, more, body)| {
            let (hops, expires, subject, is_typed) = more;
            let start =
                if is_request { format!("{method} {uri} SIP/2.0") } else { format!("SIP/2.0 {code} Reason") };
            let vias: String = vias.iter().map(|via| format!("Via: {via}\r\n")).collect();
            let contact = contact.map_or(String::new(), |uri| format!("Contact: <{uri}>\r\n"));
            let expires = expires.map_or(String::new(), |it| format!("Expires: {it}\r\n"));
            let content_type = if is_typed { "Content-Type: text/plain;charset=utf-8\r\n" } else { "" };
            format!(
                "{start}\r\n{vias}From: {from}\r\nTo: {to}\r\nCall-ID: {call_id}\r\nCSeq: {cseq} {method}\r\n\
                 {contact}{expires}Max-Forwards: {hops}\r\nAllow: INVITE, {method}\r\nX-Thing: {subject}\r\n\
                 {content_type}Content-Length: {}\r\n\r\n{body}",
                body.len()
            )
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plain_messages_are_read_alike(message in plain_message()) {
        prop_assert_eq!(ours(message.as_bytes()), theirs(message.as_bytes()).ok());
    }
}
