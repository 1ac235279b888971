//! What is kept: the latest messages and events, as they are.

use super::event::{Note, Text};
use crate::agent::{CallId, Event};
use core::mem::size_of;
use std::collections::VecDeque;

/// The most that a ring holds, in bytes, its own bookkeeping included.
pub const MAX_BYTES: usize = 256 * 1024;

/// The most entries that a ring holds.
pub const MAX_ENTRIES: usize = 1000;

/// Of a longer message, the rest is not kept, in bytes. It is what one UDP datagram could carry in the export.
pub const MAX_KEPT: usize = 65_507;

pub(super) struct Entry {
    /// Milliseconds since 1970.
    pub(super) time: u64,
    pub(super) what: What,
}

pub(super) enum What {
    Message { outgoing: bool, frame: Vec<u8> },
    Event(Note),
}

impl Entry {
    fn weight(&self) -> usize {
        let more = match &self.what {
            What::Message { frame, .. } => frame.capacity(),
            What::Event(Note { text: Text::Free(text) | Text::Address(text), .. }) => text.capacity(),
            What::Event(_) => 0,
        };
        size_of::<Self>() + more
    }
}

/// The latest SIP messages and events of a device. What comes to it is kept as it is: nothing is read, copied or redacted
/// before [`Trace::of`](super::Trace::of) asks. The oldest make room for the newest, so that there are never more than
/// [`MAX_BYTES`] or [`MAX_ENTRIES`]; one that is empty holds no memory.
#[derive(Default)]
pub struct Ring {
    entries: VecDeque<Entry>,
    bytes: usize,
}

impl Ring {
    /// A WebSocket message has come, or leaves, at `time`, in milliseconds since 1970. Keep-alives (RFC 5626 §4.4.1) are
    /// not kept.
    pub fn message(&mut self, time: u64, outgoing: bool, mut frame: Vec<u8>) {
        if frame.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            return;
        }
        frame.truncate(MAX_KEPT);
        frame.shrink_to_fit();
        self.push(Entry { time, what: What::Message { outgoing, frame } });
    }

    /// The application is about to be told. What says nothing beside the messages is not kept.
    pub fn event(&mut self, time: u64, event: &Event) {
        if let Some(note) = Note::of(event) {
            self.push(Entry { time, what: What::Event(note) });
        }
    }

    /// News of a call's media, which the browser tells.
    pub fn media(&mut self, time: u64, call: CallId, name: &'static str) {
        self.push(Entry { time, what: What::Event(Note::named(name, Some(call))) });
    }

    fn push(&mut self, entry: Entry) {
        self.bytes += entry.weight();
        self.entries.push_back(entry);
        while self.bytes > MAX_BYTES || self.entries.len() > MAX_ENTRIES {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.weight();
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(ring: &Ring) -> Vec<u64> {
        ring.iter().map(|entry| entry.time).collect()
    }

    #[test]
    fn the_oldest_make_room() {
        let mut ring = Ring::default();
        for time in 0..2000 {
            ring.media(time, CallId(1), "track");
        }
        assert_eq!(kept(&ring), (1000..2000).collect::<Vec<_>>());
        for time in 2000..2005 {
            ring.message(time, true, vec![b'x'; 60_000]);
        }
        assert_eq!(kept(&ring), [2001, 2002, 2003, 2004]);
        assert!(ring.bytes <= MAX_BYTES);
    }

    #[test]
    fn a_message_is_cut_and_a_keep_alive_forgotten() {
        let mut ring = Ring::default();
        ring.message(1, false, vec![b'x'; 1_000_000]);
        ring.message(2, false, b"\r\n".to_vec());
        ring.message(3, true, b"\r\n\r\n".to_vec());
        assert_eq!(kept(&ring), [1]);
        assert_eq!(ring.bytes, size_of::<Entry>() + MAX_KEPT);
    }
}
