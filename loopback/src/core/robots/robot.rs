//! The robots: users of the server that are always at home.

use super::super::io::Sound;
use telnyx_device::time::Duration;

/// A user that the server itself plays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Robot {
    /// Answers and plays back what it hears.
    Echo,
    /// Answers and plays a tone.
    Tone,
    /// Answers like [`Robot::Echo`], and tells each DTMF digit that it hears (RFC 4733) by INFO.
    Dtmf,
    /// Is in another call: 486.
    Busy,
    /// Declines: 603.
    Reject,
    /// Rings and does not answer.
    NoAnswer,
    /// Rings, then answers like [`Robot::Echo`].
    Ringing,
}

/// What a robot does with a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Manner {
    Answer,
    RingThenAnswer(Duration),
    RingThenGiveUp(Duration),
    Busy,
    Decline,
}

impl Robot {
    /// Every robot.
    pub const ALL: [Self; 7] =
        [Self::Echo, Self::Tone, Self::Dtmf, Self::Busy, Self::Reject, Self::NoAnswer, Self::Ringing];

    /// The robot with this user part.
    pub fn named(user: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|robot| robot.name() == user)
    }

    /// The user part of its address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Tone => "tone",
            Self::Dtmf => "dtmf",
            Self::Busy => "busy",
            Self::Reject => "reject",
            Self::NoAnswer => "noanswer",
            Self::Ringing => "ringing",
        }
    }

    /// What a person should expect who calls it.
    pub const fn does(self) -> &'static str {
        match self {
            Self::Echo => "answers and plays back what you say; sends messages back, too",
            Self::Tone => "answers and plays a tone",
            Self::Dtmf => "answers like echo, and tells the digits that it hears by INFO",
            Self::Busy => "is busy",
            Self::Reject => "declines",
            Self::NoAnswer => "rings for three minutes and does not answer",
            Self::Ringing => "rings for five seconds, then answers like echo",
        }
    }

    pub(super) const fn manner(self) -> Manner {
        match self {
            Self::Echo | Self::Tone | Self::Dtmf => Manner::Answer,
            Self::Busy => Manner::Busy,
            Self::Reject => Manner::Decline,
            Self::NoAnswer => Manner::RingThenGiveUp(Duration::from_secs(180)),
            Self::Ringing => Manner::RingThenAnswer(Duration::from_secs(5)),
        }
    }

    /// What is heard of it, if it answers.
    pub(super) const fn sound(self) -> Sound {
        match self {
            Self::Tone => Sound::Tone,
            _ => Sound::Echo,
        }
    }
}
