//! The timers of RFC 3261 §17 and RFC 6026 §8.8 on a reliable transport (RFC 7118 knows no other).
//!
//! | timer | bounds | here |
//! |---|---|---|
//! | A, E, G | repetitions of a request or response | never run: a reliable transport repeats nothing |
//! | B | an INVITE waiting for any response | 64 × T1, and once more 12 s where a clock tells it too late |
//! | D | repeated refusals of an INVITE | zero: Completed ends as it begins |
//! | F | a request other than INVITE waiting for its final response | likewise |
//! | H | a refusal of an INVITE waiting for its ACK | 64 × T1 |
//! | I | repeated ACKs | zero: Confirmed ends as it begins |
//! | J, K | repeated requests other than INVITE, and their repeated responses | zero |
//! | L | an accepted INVITE, absorbing its repetitions | 64 × T1 |
//! | M | an accepted INVITE, awaiting more 2xx of other branches | 64 × T1 |

use crate::time::{Duration, Reason};

/// The estimate of the round trip (RFC 3261 §17.1.1.1). T2 and T4 bound repetitions only.
pub const T1: Duration = Duration::from_millis(500);

/// 64 × T1 = 32 s: the length of every timer that runs here.
pub(super) const PATIENCE: Duration = T1.saturating_mul(64);

/// How long a proxy waits for the answer to an INVITE (timer C, RFC 3261 §16.6).
pub(super) const TIMER_C: Duration = Duration::from_secs(180);

/// How much longer a request waits whose timer was told too late: its answer may have come, and wait to be read. A socket
/// that is dead is found out before.
pub(super) const LAST_CHANCE: Duration = Duration::from_secs(12);

/// Which timer is meant, by its letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// No response to an INVITE.
    B,
    /// No final response to another request.
    F,
    /// No ACK to the refusal of an INVITE.
    H,
    /// The absorbing of repeated INVITEs ends.
    L,
    /// The waiting for more 2xx ends.
    M,
    /// No final response to a cancelled INVITE. The RFC gives the duration and no letter (§9.1).
    Cancelled,
}

impl Timer {
    /// Its letter.
    pub const fn letter(self) -> Reason {
        match self {
            Self::B => "B",
            Self::F => "F",
            Self::H => "H",
            Self::L => "L",
            Self::M => "M",
            Self::Cancelled => "cancel",
        }
    }
}
