//! Time as a value. The core never asks what time it is: it is told, with every input.

use core::ops::Add;
pub use core::time::Duration;

/// A clock that says this late that a deadline has passed was not there to hear what came in time.
pub(crate) const LATE: Duration = Duration::from_secs(2);

/// What a deadline is for: the letter of its timer in the RFC, or a word.
pub type Reason = &'static str;

/// When to come back, and for what.
pub(crate) type Deadline = Option<(Instant, Reason)>;

/// The sooner one; of two at once, the first.
pub(crate) fn sooner(one: Deadline, other: Deadline) -> Deadline {
    match (one, other) {
        (Some((at, _)), Some((then, _))) if at <= then => one,
        (_, None) => one,
        (_, Some(_)) => other,
    }
}

/// The soonest; of those at once, the first.
pub(crate) fn soonest(deadlines: &[Deadline]) -> Deadline {
    deadlines.iter().copied().fold(None, sooner)
}

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
        let whole = duration.as_secs().saturating_mul(1000);
        Self(self.0.saturating_add(whole).saturating_add(duration.subsec_millis().into()))
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
    fn the_soonest_deadline_is_the_first_of_those_at_once() {
        let at = |millis, reason| Some((Instant::from_millis(millis), reason));
        assert_eq!(soonest(&[None, at(7, "a"), at(5, "b"), None, at(5, "c"), at(9, "d")]), at(5, "b"));
        assert_eq!(soonest(&[None, None]), None);
    }

    #[test]
    fn time_between_moments_is_never_negative() {
        let (early, late) = (Instant::from_millis(10), Instant::from_millis(25));
        assert_eq!(late.since(early), Duration::from_millis(15));
        assert_eq!(early.since(late), Duration::ZERO);
    }
}
