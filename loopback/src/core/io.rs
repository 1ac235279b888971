//! What the server is told and what it says: its doors to sockets, media and clock.

use super::faults::Fault;
use telnyx_device::time::Duration;

/// A WebSocket connection, numbered by the shell; a number is never used again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ConnectionId(pub u64);

/// The media of one call to a robot, numbered by the core.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MediaId(pub u64);

/// What a robot lets its caller hear.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sound {
    /// What the caller says, played back.
    Echo,
    /// A steady tone.
    Tone,
}

/// Something that happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// A WebSocket message, text or binary, came in (RFC 7118 §4.1), the first one over a new connection too.
    Received(ConnectionId, &'a [u8]),
    /// A connection is gone, whoever closed it.
    Closed(ConnectionId),
    /// The answer to [`Output::AnswerOffer`]: SDP, or why there is none.
    Answered(MediaId, Result<String, String>),
    /// A DTMF digit has ended that the caller sent in the media (RFC 4733): its sign, and how long it sounded.
    Heard(MediaId, char, Duration),
    /// The media found no path or lost it, and has been freed.
    MediaLost(MediaId),
    /// Something shall go wrong, for a test.
    Fault(Fault),
    /// The time of [`Server::poll_timeout`](super::Server::poll_timeout) has come.
    Woke,
}

/// Something to do, in this order.
#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    /// Send one WebSocket message.
    Send(ConnectionId, Vec<u8>),
    /// Make an answer to this offer: the first time with a new endpoint that plays `sound`, afterwards with
    /// the one that has this number. [`Input::Answered`] is owed.
    AnswerOffer {
        /// Whose media it is.
        media: MediaId,
        /// What its caller shall hear.
        sound: Sound,
        /// The caller's SDP.
        offer: String,
    },
    /// Free the media; nothing more is owed for it.
    EndMedia(MediaId),
}
