//! When to try again, and when to refresh what was granted: never at the same moment as a thousand other phones.

use crate::entropy::Entropy;
use crate::time::Duration;

/// The first wait after a failure; doubled by each further one.
const FIRST_WAIT: Duration = Duration::from_secs(2);

/// How often in a row a peer is followed that finds brief what it has just asked for.
const MOST_ROUNDS: u8 = 3;

/// Counts requests that were made anew at once, each as the answer to the one before has asked.
#[derive(Clone, Copy, Default)]
pub struct Rounds(u8);

impl Rounds {
    /// Whether there may be another one.
    pub fn another(&mut self) -> bool {
        self.0 = self.0.saturating_add(1);
        self.0 <= MOST_ROUNDS
    }
}

/// How long to wait after so many failures, at the most `longest`; longer where that was `asked` for, in seconds.
pub fn backoff(entropy: &mut Entropy, failures: u32, longest: Duration, asked: Option<u32>) -> Duration {
    let wait = (FIRST_WAIT * 2_u32.saturating_pow(failures.min(16))).min(longest);
    jittered(entropy, wait).max(Duration::from_secs(u64::from(asked.unwrap_or(0))))
}

/// A wait, a quarter longer or shorter.
pub fn jittered(entropy: &mut Entropy, wait: Duration) -> Duration {
    wait * u32::try_from(entropy.between(75, 125)).unwrap_or(100) / 100
}

/// When to refresh what was granted for `expires` seconds: early enough for several more attempts.
pub fn refresh_after(entropy: &mut Entropy, expires: u32) -> Duration {
    Duration::from_millis(u64::from(expires) * 10 * entropy.between(50, 75))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_secs(120);

    fn waits(failures: u32, asked: Option<u32>) -> Vec<Duration> {
        let mut entropy = Entropy::from_seed([1; 32]);
        (0..200).map(|_| backoff(&mut entropy, failures, LONGEST, asked)).collect()
    }

    #[test]
    fn waits_double_up_to_the_longest_and_are_spread() {
        for (failures, seconds) in [(0, 2), (1, 4), (5, 64), (6, 120), (u32::MAX, 120)] {
            let wait = Duration::from_secs(seconds);
            let waits = waits(failures, None);
            assert!(
                waits.iter().all(|it| (wait * 3 / 4..=wait * 5 / 4).contains(it)),
                "{failures}: {waits:?}"
            );
            assert!(waits.iter().any(|it| *it < wait) && waits.iter().any(|it| *it > wait));
        }
    }

    #[test]
    fn what_is_asked_for_is_waited_out() {
        assert!(waits(0, Some(600)).iter().all(|it| *it == Duration::from_secs(600)));
        assert!(waits(0, Some(0)).iter().all(|it| *it > Duration::ZERO));
    }

    #[test]
    fn a_grant_is_refreshed_between_half_and_three_quarters_of_its_life() {
        let mut entropy = Entropy::from_seed([1; 32]);
        for _ in 0..200 {
            let after = refresh_after(&mut entropy, 600);
            assert!((Duration::from_secs(300)..=Duration::from_secs(450)).contains(&after), "{after:?}");
        }
    }
}
