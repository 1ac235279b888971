//! Diagnostics: the latest SIP messages and events of a device, kept in a [`Ring`], and shown to whoever helps.
//!
//! A [`Trace`] is what a ring held at one moment, with the credentials, and on request everything that names somebody,
//! taken out. It is exported as a [ladder](Trace::ladder) to read and as [pcapng](Trace::pcapng) for Wireshark.

mod calendar;
mod event;
mod ladder;
mod pcapng;
mod ring;

use self::event::{Note, Text};
use self::ring::What;
use crate::agent::CallId;
use crate::message::{Frame, Pseudonyms, Uri, anonymous, push_number, read, redacted};
pub use ring::{MAX_BYTES, MAX_ENTRIES, MAX_KEPT, Ring};

/// What is taken out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Redact {
    /// What proves who one is: see [`redacted`].
    Credentials,
    /// Besides, what says who and where: see [`anonymous`]. A message that is not well formed is left out.
    All,
}

impl Redact {
    /// Its name in JavaScript.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::All => "all",
        }
    }
}

/// A message or an event, to be shown.
#[derive(Debug)]
pub struct Line {
    /// Milliseconds since 1970.
    pub time: u64,
    /// Which it is.
    pub kind: Kind,
    /// The message, or what the event says beside its name, often nothing.
    pub text: String,
}

/// Messages and events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A message that came.
    Received,
    /// A message that left.
    Sent,
    /// An event.
    Event {
        /// Its name in JavaScript.
        name: &'static str,
        /// The call that it is of.
        call: Option<CallId>,
    },
}

/// What a [`Ring`] held at one moment, redacted.
pub struct Trace {
    redact: Redact,
    lines: Vec<Line>,
}

impl Trace {
    /// Reads, copies and redacts what the ring holds.
    pub fn of(ring: &Ring, redact: Redact) -> Self {
        let mut names = (redact == Redact::All).then(Pseudonyms::default);
        let lines = ring.iter().map(|entry| {
            let (kind, text) = match &entry.what {
                What::Message { outgoing: true, frame } => (Kind::Sent, message(frame, names.as_mut())),
                What::Message { outgoing: false, frame } => (Kind::Received, message(frame, names.as_mut())),
                What::Event(note) => {
                    (Kind::Event { name: note.name, call: note.call }, detail(note, names.as_mut()))
                }
            };
            Line { time: entry.time, kind, text }
        });
        Self { lines: lines.collect(), redact }
    }

    /// What was taken out.
    pub const fn redact(&self) -> Redact {
        self.redact
    }

    /// The messages and events, oldest first.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}

fn message(frame: &[u8], names: Option<&mut Pseudonyms>) -> String {
    match (names, read(frame)) {
        (None, _) => redacted(&String::from_utf8_lossy(frame)),
        (Some(names), Ok(Frame::Message(message))) => anonymous(&message, names),
        (Some(_), _) => String::from("(not a SIP message)\r\n\r\n"),
    }
}

fn detail(note: &Note, names: Option<&mut Pseudonyms>) -> String {
    let mut out = String::new();
    if let Some(number) = note.number {
        push_number(&mut out, number);
    }
    let start = out.len();
    match (&note.text, names) {
        (Text::None, _) => {}
        (Text::Cause(cause), _) => out.push_str(cause.as_str()),
        (Text::Word(word), _) => out.push_str(word),
        (Text::Free(text), None) => out.push_str(text),
        (Text::Free(_), Some(_)) => {}
        (Text::Address(address), names) => push_address(&mut out, address, names),
    }
    if start > 0 && out.len() > start {
        out.insert(start, ' ');
    }
    out
}

/// A SIP URI, or of the URI of a WebSocket what holds no token: scheme, host and port.
fn push_address(out: &mut String, address: &str, names: Option<&mut Pseudonyms>) {
    match (web_parts(address), names) {
        (Some((scheme, host)), None) => {
            out.push_str(scheme);
            out.push_str(host);
        }
        (Some((scheme, host)), Some(names)) => {
            out.push_str(scheme);
            names.push_authority(out, host);
        }
        (None, None) => out.push_str(address),
        (None, Some(names)) => {
            if let Some(uri) = Uri::read(address) {
                names.push_uri(out, uri);
            }
        }
    }
}

/// `wss://` and `example.com:7443`.
fn web_parts(uri: &str) -> Option<(&str, &str)> {
    let colon = uri.bytes().position(|byte| byte == b':')?;
    let (scheme, rest) = uri.split_at_checked(colon + 3).filter(|(scheme, _)| scheme.ends_with("://"))?;
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let (authority, _) = rest.split_at_checked(end)?;
    let host = authority.bytes().rposition(|byte| byte == b'@').map_or(0, |at| at + 1);
    Some((scheme, authority.get(host..)?))
}

#[cfg(test)]
mod tests;
