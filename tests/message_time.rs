//! However hostile a message is, it is read and taken apart in time in proportion to its length, and about that of a
//! plain one.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by panicking")]

#[path = "support/walk.rs"]
mod walk;

use std::time::{Duration, Instant};
use telnyx_device::message::{MAX_MESSAGE, MAX_URI, read};
use walk::walk;

const START: &str = "OPTIONS sip:a@b SIP/2.0\r\n";
const HEAD: &str = "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n";
const VIA: &str = "Via: SIP/2.0/WS a;branch=z9hG4bK1\r\n";

/// A message whose `name` field repeats `piece` until it is `len` bytes long, and ends in `end`.
fn field(name: &str, piece: &str, end: &str, len: usize) -> String {
    format!("{START}{HEAD}{VIA}{name}: {}{end}\r\n\r\n", piece.repeat((len - 300) / piece.len()))
}

/// Name of the field, what is repeated in it, its end.
const HOSTILE: [(&str, &str, &str); 26] = [
    ("Contact", ",", ""),
    ("Contact", "<sip:a@b>,", "<sip:a@b>"),
    ("Contact", "<sip:a@b;a;b;c;d>,", "<sip:a@b>"),
    ("Contact", "<sip:a@b>,", "<sip:a@b>;x=\""),
    ("Contact", "<", ""),
    ("Contact", "<>", ""),
    ("Contact", "<sip:a@b>;x=\"", "\""),
    ("Contact", "\"\\\"", "\" <sip:a@b>"),
    ("Contact", "\"", ""),
    ("Contact", "\"\" <sip:a@b>,", "\"\" <sip:a@b>"),
    ("Route", "<sip:[::1]:1>,", "<sip:[::1]>"),
    ("Record-Route", "[", ""),
    ("Record-Route", "<sip:[", ""),
    ("Via", "SIP/2.0/WS a, ", "SIP/2.0/WS a"),
    ("Via", "SIP/2.0/WS a;a=b", ""),
    ("Via", ";", ""),
    ("Via", "/", ""),
    ("Supported", ",", ""),
    ("Supported", "\"", ""),
    ("Supported", "\\", ""),
    ("Subject", "\"", ""),
    ("X", "\r\n ", ""),
    ("X", "\0", ""),
    ("X", "\r\na: b", ""),
    ("X", "\r\n:", ""),
    ("WWW-Authenticate", "Digest a=\"b\",", ""),
];

const SMALL: usize = 16 * 1024;
const LARGE: usize = 64 * 1024;

/// The shortest of the times that something took: what other programs did meanwhile only makes a time longer.
struct Shortest(Duration);

impl Shortest {
    fn of(&mut self, work: impl FnOnce()) -> f64 {
        let start = Instant::now();
        work();
        self.0 = self.0.min(start.elapsed());
        self.0.as_secs_f64()
    }
}

/// Measures until `is_fast` is true of both shortest times; fails where that needs more than a hundred rounds.
fn compare(what: &str, one: impl Fn(), other: impl Fn(), is_fast: impl Fn(f64, f64) -> bool) {
    let (mut first, mut second) = (Shortest(Duration::MAX), Shortest(Duration::MAX));
    let fast = (0..100).any(|_| is_fast(first.of(&one), second.of(&other)));
    assert!(fast, "{what}: {:?} and {:?}", first.0, second.0);
}

/// Four times the length takes four times as long; were it to grow with the square, sixteen times.
#[test]
fn reading_and_asking_everything_takes_time_in_proportion() {
    for (name, piece, end) in HOSTILE {
        let [small, large] = [SMALL, LARGE].map(|len| field(name, piece, end, len));
        let what = format!("{name}: {piece:?}…");
        compare(
            &what,
            || walk(small.as_bytes()),
            || walk(large.as_bytes()),
            |small, large| large < 9.0 * small,
        );
    }
}

/// The plain one is as long, with one long word in the same field.
#[test]
fn hostile_messages_are_read_in_the_time_of_a_plain_one() {
    let look = |message: &str| drop(std::hint::black_box(read(message.as_bytes())));
    for name in ["Subject", "Contact", "Via", "To", "Supported", "Route"] {
        let plain = field(name, "word", "", LARGE);
        for piece in [",", "\"", "<", ">", "<>", "[", "]", "(", ";", "\\", "\"\"", "<,>", "\",\""] {
            let hostile = field(name, piece, "", LARGE);
            let what = format!("{name}: {piece:?}…");
            compare(&what, || look(&plain), || look(&hostile), |plain, hostile| hostile < 2.0 * plain);
        }
    }
}

/// The longest that is read, where a square would be minutes.
#[test]
fn the_longest_messages_are_read_in_no_time() {
    let long = |piece: &str| piece.repeat((MAX_MESSAGE - 300) / piece.len());
    for message in [
        "\r".repeat(MAX_MESSAGE),
        long("\r\n"),
        format!("{START}{HEAD}{VIA}{}\r\n", long("a: b\r\n")),
        format!("{START}{HEAD}{VIA}{}\r\n", long(" \r\n")),
        format!("OPTIONS sip:a@b{} SIP/2.0\r\n\r\n", long(";a")),
        format!("OPTIONS sip:a@b{} SIP/2.0\r\n{HEAD}{VIA}\r\n", ";a".repeat(MAX_URI / 2 - 10)),
        field("Contact", "<sip:a@b>,", "<sip:a@b>", MAX_MESSAGE),
    ] {
        let start = Instant::now();
        walk(message.as_bytes());
        let shown: String = message.chars().skip(100).take(60).collect();
        assert!(start.elapsed() < Duration::from_secs(60), "{:?} for {shown}", start.elapsed());
    }
}
