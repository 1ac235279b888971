//! The non-INVITE client transaction: RFC 3261 §17.1.2 and figure 6.

use super::timer::{LAST_CHANCE, PATIENCE, TIMER_C, Timer};
use super::{Heard, Kind};
use crate::time::Instant;
use Heard::Deliver;
use Kind::{Provisional, Refusal, Success};
use NonInviteClient::{Overdue, Proceeding, Trying};

/// Terminated is the absence of a state, and so is Completed, which timer K ends at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NonInviteClient {
    /// Sent, and nothing heard.
    Trying { timer_f: Instant },
    /// A provisional response has come, which buys no time.
    Proceeding { timer_f: Instant },
    /// Its timer was told too late, and runs once more.
    Overdue { timer_f: Instant },
}

impl NonInviteClient {
    pub(super) fn start(now: Instant) -> Self {
        Trying { timer_f: now + PATIENCE }
    }

    /// A CANCEL for which there is no connection: it waits for one as long as its INVITE may ring.
    pub(super) fn suspend(now: Instant) -> Self {
        Trying { timer_f: now + TIMER_C }
    }

    #[rustfmt::skip]
    pub(super) fn handle_response(self, response: Kind) -> (Option<Self>, Heard) {
        match (self, response) {
            (Trying { timer_f } | Proceeding { timer_f }, Provisional) => (Some(Proceeding { timer_f }), Deliver),
            (Overdue { timer_f },                         Provisional) => (Some(Overdue { timer_f }), Deliver),
            (Trying { .. } | Proceeding { .. } | Overdue { .. }, Success | Refusal) => (None, Deliver),
        }
    }

    /// Its timer has run out, which a clock tells too late. `None` where it did before.
    pub(super) fn handle_late(self, now: Instant) -> Option<Self> {
        match self {
            Trying { .. } | Proceeding { .. } => Some(Overdue { timer_f: now + LAST_CHANCE }),
            Overdue { .. } => None,
        }
    }

    /// The timer that runs; it leads to Terminated.
    pub(super) fn timer(self) -> (Instant, Timer) {
        match self {
            Trying { timer_f } | Proceeding { timer_f } | Overdue { timer_f } => (timer_f, Timer::F),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMER_F: Instant = Instant::from_millis(33_000);

    #[test]
    fn every_row_of_the_figure() {
        let (trying, proceeding) = (Trying { timer_f: TIMER_F }, Proceeding { timer_f: TIMER_F });
        let overdue = Overdue { timer_f: TIMER_F };
        for (state, response, next) in [
            (trying, Provisional, Some(proceeding)),
            (trying, Success, None),
            (trying, Refusal, None),
            (proceeding, Provisional, Some(proceeding)),
            (proceeding, Success, None),
            (proceeding, Refusal, None),
            (overdue, Provisional, Some(overdue)),
            (overdue, Success, None),
            (overdue, Refusal, None),
        ] {
            assert_eq!(state.handle_response(response), (next, Deliver), "{state:?} {response:?}");
        }
    }

    #[test]
    fn a_late_clock_gives_one_more_chance() {
        let late = Trying { timer_f: TIMER_F }.handle_late(Instant::from_millis(50_000)).unwrap();
        assert_eq!(late.timer(), (Instant::from_millis(62_000), Timer::F));
        assert_eq!(late.handle_late(Instant::from_millis(90_000)), None);
    }

    #[test]
    fn one_timer_runs_from_the_start() {
        let trying = NonInviteClient::start(Instant::from_millis(1000));
        assert_eq!(trying.timer(), (TIMER_F, Timer::F));
        assert_eq!(Proceeding { timer_f: TIMER_F }.timer(), trying.timer());
    }
}
