//! The messages that passed last, for whoever wants to know afterwards what happened.

use super::UserAgent;
use crate::message::redacted;
use crate::time::Instant;
use std::collections::VecDeque;

/// How many are kept, and how much of them.
const MAX_MESSAGES: usize = 100;
const MAX_BYTES: usize = 128 * 1024;

/// As on the wire, credentials and all; they are left out when it is read.
#[derive(Default)]
pub(super) struct Recorder {
    messages: VecDeque<(Instant, bool, Box<[u8]>)>,
    bytes: usize,
}

/// A message that passed.
pub struct Recorded {
    /// When.
    pub at: Instant,
    /// Whether we sent it.
    pub outgoing: bool,
    /// Its text, without credentials.
    pub text: String,
}

impl Recorder {
    pub(super) fn note(&mut self, now: Instant, outgoing: bool, frame: &[u8]) {
        // A ping says nothing (RFC 5626 §3.5.1).
        if frame.trim_ascii().is_empty() || frame.len() > MAX_BYTES {
            return;
        }
        self.bytes += frame.len();
        self.messages.push_back((now, outgoing, frame.into()));
        while self.messages.len() > MAX_MESSAGES || self.bytes > MAX_BYTES {
            let Some((.., oldest)) = self.messages.pop_front() else { return };
            self.bytes = self.bytes.saturating_sub(oldest.len());
        }
    }
}

impl UserAgent {
    /// The last hundred SIP messages, of 128 KB at the most, by age and without credentials.
    pub fn recent(&self) -> impl Iterator<Item = Recorded> {
        self.recorder.messages.iter().map(|(at, outgoing, frame)| Recorded {
            at: *at,
            outgoing: *outgoing,
            text: redacted(&String::from_utf8_lossy(frame)),
        })
    }
}
