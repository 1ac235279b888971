//! When to try again: how long a server is left alone.

use crate::entropy::Entropy;
use crate::time::Duration;

/// After a loss the first attempt is made at once. Each further wait is in proportion to the time since the loss, so that
/// neither the user waits long nor a server that comes back meets all phones in one moment.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reconnect {
    /// The shortest wait, before jitter.
    pub min_delay: Duration,
    /// The longest wait, before jitter.
    pub max_delay: Duration,
    /// The part of the time since the loss that a wait is.
    pub fraction: f64,
    /// The part of itself by which a wait may be longer or shorter, at the most 1.
    pub jitter: f64,
    /// How many attempts may fail in a row before no more are made, until a connection is wished for again. At least one
    /// is made. Absent: there is no end.
    pub max_attempts: Option<u32>,
}

impl Default for Reconnect {
    fn default() -> Self {
        Self {
            min_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(30),
            fraction: 0.15,
            jitter: 0.25,
            max_attempts: None,
        }
    }
}

impl Reconnect {
    /// The wait after so long an outage.
    pub(super) fn wait(&self, entropy: &mut Entropy, outage: Duration) -> Duration {
        self.wait_between(entropy, outage, self.min_delay, self.max_delay)
    }

    /// The same between other bounds.
    pub(super) fn wait_between(
        &self,
        entropy: &mut Entropy,
        outage: Duration,
        least: Duration,
        most: Duration,
    ) -> Duration {
        let wait = times(outage, self.fraction).max(least).min(most);
        times(wait, 1.0 + self.jitter.min(1.0) * (2.0 * entropy.fraction() - 1.0)).max(SHORTEST)
    }

    /// Whether the attempt with this number is the last.
    pub(super) fn ends_with(&self, attempts: u32) -> bool {
        self.max_attempts.is_some_and(|most| attempts >= most)
    }
}

/// No settings make a storm.
const SHORTEST: Duration = Duration::from_millis(50);

/// Saturates; a factor that is no number makes nothing of it.
fn times(duration: Duration, factor: f64) -> Duration {
    Duration::from_millis((duration.as_millis() as f64 * factor) as u64)
}

/// The close codes of a server that sends everyone away: it goes, it restarts, or it has too much to do
/// (RFC 6455 §7.4.1, and the registry of its §11.7).
const GOING_AWAY: u16 = 1001;
const SERVICE_RESTART: u16 = 1012;
const TRY_AGAIN_LATER: u16 = 1013;

/// Milliseconds before the first attempt, where everyone else makes it too.
const SCATTER: (u64, u64) = (500, 5_000);

/// How long to wait before even the first attempt, after a connection was closed with this code.
pub(super) fn scatter(entropy: &mut Entropy, code: u16) -> Option<Duration> {
    let is_of_all = matches!(code, GOING_AWAY | SERVICE_RESTART | TRY_AGAIN_LATER);
    is_of_all.then(|| Duration::from_millis(entropy.between(SCATTER.0, SCATTER.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(reconnect: Reconnect, outage: Duration) -> Vec<u128> {
        let mut entropy = Entropy::from_seed([1; 32]);
        (0..300).map(|_| reconnect.wait(&mut entropy, outage).as_millis()).collect()
    }

    #[test]
    fn waits_are_a_part_of_the_outage_between_their_bounds_and_are_spread() {
        for (outage, wait) in
            [(0, 500), (3, 500), (20, 3_000), (100, 15_000), (200, 30_000), (86_400, 30_000)]
        {
            let waits = waits(Reconnect::default(), Duration::from_secs(outage));
            let (shortest, longest) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
            assert!(
                *shortest >= wait * 3 / 4 && *longest <= wait * 5 / 4,
                "{outage}: {shortest} to {longest}"
            );
            assert!(
                *shortest < wait * 8 / 10 && *longest > wait * 12 / 10,
                "{outage}: {shortest} to {longest}"
            );
        }
    }

    #[test]
    fn no_settings_make_a_wait_without_end() {
        let odd = |fraction, jitter| Reconnect { fraction, jitter, ..Reconnect::default() };
        for (fraction, jitter) in [(f64::NAN, f64::NAN), (f64::INFINITY, 9.0), (-1.0, 0.0), (0.0, 1.0)] {
            let waits = waits(odd(fraction, jitter), Duration::from_secs(60));
            assert!(waits.iter().all(|wait| *wait <= 60_000), "{fraction} {jitter}: {waits:?}");
        }
        let crossed = Reconnect { min_delay: Duration::from_secs(60), jitter: 0.0, ..Reconnect::default() };
        assert!(waits(crossed, Duration::ZERO).iter().all(|wait| *wait == 30_000));
    }

    #[test]
    fn a_server_that_sends_everyone_away_does_not_meet_them_all_at_once() {
        let mut entropy = Entropy::from_seed([1; 32]);
        for code in [1001, 1012, 1013] {
            let waits: Vec<_> = (0..300).map(|_| scatter(&mut entropy, code).unwrap().as_millis()).collect();
            let (shortest, longest) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
            assert!(
                (500..700).contains(shortest) && (4_800..=5_000).contains(longest),
                "{shortest} {longest}"
            );
        }
        assert!([1000, 1005, 1006, 1011].map(|code| scatter(&mut entropy, code)).iter().all(Option::is_none));
    }
}
