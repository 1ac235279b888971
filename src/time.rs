//! Time as a value. The core never asks what time it is: it is told, with every input.

use core::ops::Add;
pub use core::time::Duration;

/// A clock that says this late that a deadline has passed was not there to hear what came in time.
pub(crate) const LATE: Duration = Duration::from_secs(2);

/// What a deadline is for: the letter of its timer in the RFC, or a word.
pub type Reason = &'static str;

/// A moment, in milliseconds since an origin that only the driver knows.
///
/// Only differences mean anything. It is monotonic because [`UserAgent`](crate::agent::UserAgent) never lets it run
/// backwards.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Instant(u64);

impl Instant {
    /// The moment `millis` milliseconds after the origin.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the origin.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    /// Saturates: a deadline past the end of time never comes.
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_saturates_at_the_end_of_time() {
        assert_eq!(Instant::from_millis(5) + Duration::from_millis(7), Instant::from_millis(12));
        assert_eq!(Instant::from_millis(5) + Duration::MAX, Instant::from_millis(u64::MAX));
    }

    #[test]
    fn time_between_moments_is_never_negative() {
        let (early, late) = (Instant::from_millis(10), Instant::from_millis(25));
        assert_eq!(late.since(early), Duration::from_millis(15));
        assert_eq!(early.since(late), Duration::ZERO);
    }
}
