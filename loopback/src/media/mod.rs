//! The WebRTC side of a robot: it answers an offer (or makes one), and plays.
//!
//! What happens is decided by a session that does no IO and is told the time, so its tests run on a clock turned by hand.
//! `MediaEndpoint` is a thin shell for it: UDP sockets, one task, the clock; [`node`](crate::node) is another one. Signaling
//! stays outside: this module takes and gives SDP text (RFC 8866, RFC 3264) and knows nothing of SIP.

#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "no robot calls"))]
mod codecs;
mod crypto;
mod digits;
mod echo;
#[cfg(not(target_arch = "wasm32"))]
mod endpoint;
mod g711;
pub(crate) mod interfaces;
mod rejected;
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "no robot calls"))]
pub(crate) mod session;
#[cfg(test)]
mod tests;
mod tone;

use crate::core;
use std::{fmt, io, time::Duration};

#[cfg(not(target_arch = "wasm32"))]
pub use endpoint::MediaEndpoint;

/// What a robot plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// What it hears: each RTP packet goes back as it came, in the codec it came in (opus, G.722, PCMU, PCMA), RFC 4733
    /// events included. Nothing is held back to smooth the arrivals: a late, lost or swapped packet keeps its place in
    /// the sequence, and the receiver's own jitter buffer deals with it.
    Echo,
    /// A sine at half of full scale for as long as the call lasts, in PCMU or PCMA.
    Tone {
        /// Its frequency in hertz, 1 to 3400 (the band of G.711).
        hertz: u16,
    },
}

impl Sound {
    /// 440 Hz, the A to which orchestras tune.
    pub const TONE: Sound = Sound::Tone { hertz: 440 };
}

impl From<core::Sound> for Sound {
    fn from(sound: core::Sound) -> Self {
        match sound {
            core::Sound::Echo => Self::Echo,
            core::Sound::Tone => Self::TONE,
        }
    }
}

/// A DTMF digit that was heard (RFC 4733 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digit {
    /// 0 to 9, `*`, `#`, A to D.
    pub sign: char,
    /// How long it sounded.
    pub lasted: Duration,
}

/// How robots reach their callers.
#[derive(Clone, Copy, Debug, Default)]
pub struct MediaConfig {
    /// Offer only 127.x addresses as ICE candidates, for tests. Otherwise the machine's interface addresses are
    /// offered, because an unmodified Firefox pairs none of its candidates with a loopback address.
    pub loopback_media: bool,
}

/// Why there is no description to send back.
#[derive(Debug)]
#[non_exhaustive]
pub enum MediaError {
    /// The peer's: its description cannot be read, or asks for what a robot cannot do. SIP says 488.
    NotAcceptable(String),
    /// The caller's: an answer without an offer of ours that waits for it.
    NoOfferPending,
    /// The endpoint has ended.
    Ended,
    /// The machine's: no address or no socket to be had.
    NoSocket(io::Error),
}

impl fmt::Display for MediaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAcceptable(why) => write!(f, "the session description is not acceptable: {why}"),
            Self::NoOfferPending => f.write_str("no offer waits for an answer"),
            Self::Ended => f.write_str("the endpoint has ended"),
            Self::NoSocket(error) => write!(f, "no socket for media: {error}"),
        }
    }
}

impl std::error::Error for MediaError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoSocket(error) => Some(error),
            _ => None,
        }
    }
}

/// Why an endpoint ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaEnd {
    /// It was closed from this side, or dropped.
    Closed,
    /// The peer closed its DTLS connection (RFC 5764): its page is gone, or it hung up.
    PeerClosed,
    /// No ICE candidate pair worked for 30 seconds, be it at the beginning or later.
    Unreachable,
    /// What ICE connected could not be secured, in words for a log.
    Failed(String),
}
