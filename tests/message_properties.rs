//! What holds for every input: nothing panics, what is read is coherent, what is written is read back the same.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by panicking"
)]

#[path = "support/messages.rs"]
mod messages;
#[path = "support/walk.rs"]
mod walk;

use messages::{documents, samples, vectors};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::sync::LazyLock;
use telnyx_device::message::*;
use walk::walk;

/// What the fuzzer has found worth keeping, messages or not.
#[test]
fn kept_bytes_are_looked_at_again() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/message");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let count = files.map(|path| walk(&std::fs::read(path).unwrap())).count();
    assert!(count > 100, "{count} files");
}

#[test]
fn kept_messages_are_read_and_written_back() {
    for (name, bytes) in SAMPLES.iter() {
        assert!(read(bytes).is_ok(), "{name}");
        walk(bytes);
    }
    vectors().iter().chain(&documents()).for_each(|case| walk(&case.bytes));
}

static SAMPLES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(samples);

/// Pieces that mean something somewhere in a message.
const PIECES: [&str; 30] = [
    "\r\n",
    "\n",
    "\r",
    "\r\n ",
    "\r\n\r\n",
    " ",
    "\t",
    ":",
    ";",
    ",",
    "<",
    ">",
    "\"",
    "\\",
    "=",
    "@",
    "[",
    "]",
    "::",
    "%",
    "%41",
    "/",
    "?",
    "*",
    "\0",
    "é",
    "sip:",
    "SIP/2.0",
    "Contact: ",
    "l: 9",
];

#[derive(Debug, Clone)]
enum Edit {
    Insert(Index, &'static str),
    Remove(Index, usize),
    Flip(Index, u8),
    Repeat(Index, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<Index>(), select(&PIECES[..])).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        (any::<Index>(), 1usize..40).prop_map(|(at, len)| Edit::Remove(at, len)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Edit::Flip(at, byte)),
        (any::<Index>(), 1usize..80).prop_map(|(at, len)| Edit::Repeat(at, len)),
    ]
}

fn apply(bytes: &mut Vec<u8>, edit: &Edit) {
    let at = |index: &Index| index.index(bytes.len().max(1)).min(bytes.len());
    match edit {
        Edit::Insert(index, piece) => {
            let at = at(index);
            bytes.splice(at..at, piece.bytes());
        }
        Edit::Remove(index, len) => {
            let at = at(index);
            bytes.drain(at..(at + len).min(bytes.len()));
        }
        Edit::Flip(index, byte) => {
            let at = at(index);
            bytes.get_mut(at).into_iter().for_each(|old| *old = *byte);
        }
        Edit::Repeat(index, len) => {
            let at = at(index);
            let again = bytes[at..(at + len).min(bytes.len())].to_vec();
            bytes.splice(at..at, again);
        }
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n', '\0'], " ")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..600)) {
        walk(&bytes);
    }

    #[test]
    fn damaged_messages_are_read_or_refused(which in any::<Index>(), edits in vec(edit(), 1..6)) {
        let mut bytes = SAMPLES[which.index(SAMPLES.len())].1.clone();
        edits.iter().for_each(|edit| apply(&mut bytes, edit));
        walk(&bytes);
    }

    #[test]
    fn no_text_ends_a_line(name in any::<String>(), value in any::<String>(), user in any::<String>(), body in vec(any::<u8>(), 0..50)) {
        let uri = UriBuf::sip(Some(&user), "example.com", Some(5060)).unwrap();
        let from = name_addr(Some(&name), uri.as_uri(), Some("1"));
        let to = name_addr(None, uri.as_uri(), None);
        let hop = via(Transport::Wss, "x.invalid", None, "z9hG4bK1");
        let mut draft = RequestDraft::new(Method::Message, uri, hop, from, to, "call", 9);
        draft.push(Name::Subject, HeaderValue::lossy(&value));
        draft.extra(&ExtraHeader::read("X-Mine: 1").unwrap());
        draft.push(Name::Contact, HeaderValue::lossy("<sip:a@b>").with_param("+x", Some(&value)));
        draft.set_body(HeaderValue::lossy("application/octet-stream"), body.clone());
        let bytes = draft.write();

        let Ok(Frame::Message(Message::Request(request))) = read(&bytes) else { panic!("{draft:?}") };
        prop_assert_eq!(request.uri().user().unwrap(), user);
        prop_assert_eq!(request.from().display_name().unwrap_or_default(), one_line(&name));
        prop_assert_eq!(request.value(Name::Subject).unwrap(), one_line(&value).trim_ascii().to_owned());
        prop_assert_eq!(request.contacts().next().unwrap().params().unquoted("+x").unwrap(), one_line(&value));
        prop_assert_eq!(request.fields().count(), 11);
        prop_assert_eq!(request.body(), body);
        prop_assert_eq!(RequestDraft::forward(&request).write(), bytes);
    }

    #[test]
    fn a_response_is_read_back_as_written(code in 100u16..700, reason in any::<String>(), tag in "[a-z0-9]{1,9}") {
        let invite = &SAMPLES.iter().find(|(name, _)| name == "invite").unwrap().1;
        let Ok(Frame::Message(Message::Request(invite))) = read(invite) else { panic!() };
        let mut draft = ResponseDraft::to(&invite, StatusCode::new(code).unwrap());
        draft.set_reason(&reason);
        draft.set_to_tag(&tag);
        let bytes = draft.write();
        let Ok(Frame::Message(Message::Response(response))) = read(&bytes) else { panic!("{draft:?}") };
        prop_assert_eq!(response.status().get(), code);
        prop_assert_eq!(response.reason(), one_line(&reason).trim_ascii().to_owned());
        prop_assert_eq!(response.to().tag(), Some(&*tag));
        prop_assert_eq!(ResponseDraft::forward(&response).write(), bytes);
    }
}
