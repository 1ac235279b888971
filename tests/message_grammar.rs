//! Messages made from the grammar (RFC 3261 §25.1) as freely as it allows: white space and folds between the parts,
//! names in any case and compact, lists in one field or several. What is read is what they were made of.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by panicking"
)]

#[path = "support/described.rs"]
mod described;
#[path = "support/walk.rs"]
mod walk;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use telnyx_device::message::*;

/// A part of a message: how it is written, and how [`described::described`] shows it.
#[derive(Debug, Clone)]
struct Part {
    /// `OWS` stands where there may be white space, `LWS` where there must be some, `SP` where it cannot be a fold.
    written: String,
    shown: String,
}

const OWS: char = '\u{1}';
const LWS: char = '\u{2}';
const SP: char = '\u{3}';
const SPACES: [&str; 8] = ["", "", " ", "\t", "  ", "\r\n ", " \r\n\t", "\t\r\n  \t"];

/// Puts white space where it may or must be.
fn spaced(text: &str, choices: &[usize]) -> String {
    let mut choices = choices.iter().cycle();
    let mut space = |least: &'static str| {
        let space = SPACES[choices.next().unwrap() % SPACES.len()];
        if space.is_empty() { least } else { space }
    };
    let mut out = String::new();
    for c in text.chars() {
        match c {
            OWS => out.push_str(space("")),
            LWS => out.push_str(space(" ")),
            SP => out.push_str(&space("").replace("\r\n", "")),
            c => out.push(c),
        }
    }
    out
}

fn token() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9.!%*_+`'~-]{1,8}"
}

/// A quoted string, with every character escaped or only those that must be; and what it says.
fn quoted() -> impl Strategy<Value = (String, String)> {
    ("[ -~é✓]{0,9}", any::<bool>()).prop_map(|(text, all)| {
        let escape = |c: char| {
            if matches!(c, '"' | '\\') || all && c.is_ascii() { format!("\\{c}") } else { c.into() }
        };
        (format!("\"{}\"", text.chars().map(escape).collect::<String>()), text)
    })
}

/// The parameters of a header field. Their names differ.
fn params() -> impl Strategy<Value = Part> {
    let value = prop_oneof![token().prop_map(|it| (it.clone(), it)), quoted()];
    vec((token(), option::of(value)), 0..4).prop_map(|params| {
        let mut part = Part { written: String::new(), shown: String::new() };
        for (at, (name, value)) in params.into_iter().enumerate() {
            let (written, shown) = match value {
                Some((written, text)) => (format!("{OWS}={OWS}{written}"), format!("={text:?}")),
                None => Default::default(),
            };
            part.written += &format!("{OWS};{OWS}{at}{name}{written}");
            part.shown += &format!(" ;{at}{name}{shown}");
        }
        part
    })
}

fn host() -> impl Strategy<Value = (String, Option<u16>)> {
    let host = prop_oneof![
        "([a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?\\.){0,2}[a-z]([a-z0-9-]{0,5}[a-z0-9])?\\.?",
        "192\\.0\\.2\\.[0-9]",
        select(vec!["[::]", "[2001:db8::1]", "[2001:DB8:0:0:1::2]", "[::ffff:192.0.2.9]"])
            .prop_map(str::to_owned),
    ];
    (host, option::of(any::<u16>()))
}

/// A sip or sips URI whose user is any text, escaped where it must be or everywhere.
fn uri() -> impl Strategy<Value = Part> {
    let user = option::of(("[ -~é]{1,8}", any::<bool>()));
    let params = vec(("[a-z]{1,5}", option::of("[a-z0-9:&+$/.!~*'()-]{1,5}")), 0..3);
    (select(vec!["sip", "sips", "SIP"]), user, host(), params).prop_map(
        |(scheme, user, (host, port), params)| {
            let (port_written, port_shown) =
                port.map_or_else(Default::default, |it| (format!(":{it}"), format!(" {it}")));
            let (mut written, mut shown) = (format!("{scheme}:"), format!("<{scheme} "));
            if let Some((user, all)) = user {
                let plain =
                    |byte: u8| !all && (byte.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;?/".contains(&byte));
                let escape =
                    |byte: u8| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02x}") };
                written += &(user.bytes().map(escape).collect::<String>() + "@");
                shown += &format!("{user:?}");
            }
            written += &(host.clone() + &port_written);
            shown += &format!("@{host}{port_shown}");
            for (at, (name, value)) in params.into_iter().enumerate() {
                let (value_written, value_shown) =
                    value.map_or_else(Default::default, |it| (format!("={it}"), format!("={it:?}")));
                written += &format!(";{name}{at}{value_written}");
                shown += &format!(" ;{name}{at}{value_shown}");
            }
            Part { written, shown: shown + ">" }
        },
    )
}

fn address() -> impl Strategy<Value = Part> {
    let name = prop_oneof![
        Just((String::new(), String::new())),
        token().prop_map(|name| (format!("{name}{LWS}"), name)),
        quoted().prop_map(|(written, text)| (format!("{written}{OWS}"), text)),
    ];
    (name, uri(), params()).prop_map(|((name, text), uri, params)| Part {
        written: format!("{name}<{}>{}", uri.written, params.written),
        shown: if text.is_empty() { String::new() } else { format!("{text:?} ") }
            + &uri.shown
            + &params.shown,
    })
}

fn via() -> impl Strategy<Value = Part> {
    (token(), host(), params()).prop_map(|(transport, (host, port), params)| {
        let (port_written, port_shown) =
            port.map_or_else(Default::default, |it| (format!("{OWS}:{OWS}{it}"), format!(" {it}")));
        Part {
            written: format!(
                "SIP{OWS}/{OWS}2.0{OWS}/{OWS}{transport}{LWS}{host}{port_written}{}",
                params.written
            ),
            shown: format!("{transport} {host}{port_shown}{}", params.shown),
        }
    })
}

/// The fields of one name, as one list or one field for each element.
fn fields(names: &'static [&'static str], elements: Vec<Part>, as_list: bool, spelling: usize) -> Part {
    let long = names.first().unwrap();
    let name = match names.get(spelling % 4) {
        Some(name) => (*name).to_owned(),
        None if spelling.is_multiple_of(2) => long.to_uppercase(),
        None => long.to_lowercase(),
    };
    let shown = elements.iter().map(|it| format!("{long}: {}\n", it.shown)).collect();
    let written: Vec<String> = elements.into_iter().map(|it| it.written).collect();
    let written = if as_list { vec![written.join(&format!("{OWS},{OWS}"))] } else { written };
    let field = |value: &String| format!("{name}{SP}:{OWS}{value}\r\n");
    Part { written: written.iter().map(field).collect::<String>(), shown }
}

prop_compose! {
    fn message()(
        method in token(), target in uri(), vias in vec(via(), 1..4), from in address(), to in address(),
        contacts in vec(address(), 0..4), call_id in "[a-zA-Z0-9.!%*_+`'~()<>:\\\\\"/\\[\\]?{}@-]{1,12}",
        number in 0u32..1 << 31, lists in any::<[bool; 2]>(), spelling in vec(any::<usize>(), 5),
        spaces in vec(any::<usize>(), 1..64), body in "[ -~\r\n]{0,20}",
    ) -> (String, String) {
        let single = |part: Part| vec![part];
        let own = |text: &str, shown: &str| Part { written: text.into(), shown: shown.into() };
        let mut spelling = spelling.into_iter();
        let mut next = || spelling.next().unwrap();
        let parts = [
            fields(&["Via", "v"], vias, lists[0], next()),
            fields(&["From", "f"], single(from), true, next()),
            fields(&["To", "t"], single(to), true, next()),
            fields(&["Call-ID", "i"], single(own(&call_id, &call_id)), true, next()),
            if contacts.is_empty() { own("", "") } else { fields(&["Contact", "m"], contacts, lists[1], next()) },
        ];
        let written: String = parts.iter().map(|it| &*it.written).collect();
        let shown: String = parts.iter().map(|it| &*it.shown).collect();
        let head = format!("{}CSeq: {number} {method}\r\nContent-Length: {}\r\n", spaced(&written, &spaces), body.len());
        let mut end = format!("CSeq: {number} {method}\nContent-Length: {}\n", body.len());
        if !body.is_empty() {
            end += &format!("{} bytes: {body:?}\n", body.len());
        }
        (
            format!("{method} {} SIP/2.0\r\n{head}\r\n{body}", target.written),
            format!("{method} {}\n{shown}{end}", target.shown),
        )
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_grammar_allows_is_read_as_it_was_meant((written, shown) in message()) {
        let message = match read(written.as_bytes()) {
            Ok(Frame::Message(message)) => message,
            other => panic!("{other:?} of {written}"),
        };
        prop_assert_eq!(described::described(&message), shown);
        walk::walk(written.as_bytes());
    }

    #[test]
    fn what_is_written_once_is_written_again_unchanged((written, _) in message()) {
        let forward = |bytes: &[u8]| match read(bytes) {
            Ok(Frame::Message(Message::Request(request))) => RequestDraft::forward(&request).write(),
            other => panic!("{other:?}"),
        };
        let first = forward(written.as_bytes());
        prop_assert_eq!(String::from_utf8(forward(&first)).unwrap(), String::from_utf8(first).unwrap());
    }
}
