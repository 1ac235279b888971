//! The INVITE client transaction: RFC 3261 §17.1.1 and figure 5, as RFC 6026 §8.4 amends it.

use super::timer::{LAST_CHANCE, PATIENCE, TIMER_C, Timer};
use super::{Heard, Kind};
use crate::time::Instant;
use Heard::{Absorb, Acknowledge, Deliver};
use InviteClient::{Accepted, Calling, Cancelled, Overdue, Proceeding};
use Kind::{Provisional, Refusal, Success};

/// Terminated is the absence of a state, and so is Completed, which timer D ends at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum InviteClient {
    /// Sent, and nothing heard.
    Calling { timer_b: Instant },
    /// As Calling, but its timer was told too late, and runs once more.
    Overdue { timer_b: Instant },
    /// A provisional response has come; the far side may take its time.
    Proceeding,
    /// As Proceeding, but a CANCEL was sent (§9.1).
    Cancelled { deadline: Instant },
    /// A 2xx has come. The ACK is the user agent's, and other branches may bring more 2xx.
    Accepted { timer_m: Instant },
}

impl InviteClient {
    pub(super) fn start(now: Instant) -> Self {
        Calling { timer_b: now + PATIENCE }
    }

    #[rustfmt::skip]
    pub(super) fn handle_response(self, response: Kind, now: Instant) -> (Option<Self>, Heard) {
        match (self, response) {
            (Calling { .. } | Overdue { .. } | Proceeding, Provisional) =>
                                                          (Some(Proceeding), Deliver),
            (Cancelled { deadline },      Provisional) => (Some(Cancelled { deadline }), Deliver),
            (Accepted { timer_m },        Provisional) => (Some(Accepted { timer_m }), Absorb),
            (Calling { .. } | Overdue { .. } | Proceeding | Cancelled { .. }, Success) =>
                                                          (Some(Accepted { timer_m: now + PATIENCE }), Deliver),
            (Accepted { timer_m },        Success)     => (Some(Accepted { timer_m }), Deliver),
            (Calling { .. } | Overdue { .. } | Proceeding | Cancelled { .. }, Refusal) =>
                                                          (None, Acknowledge),
            (Accepted { timer_m },        Refusal)     => (Some(Accepted { timer_m }), Absorb),
        }
    }

    /// `None` where there is nothing to cancel, or not yet: a CANCEL must wait for a provisional response
    /// (§9.1).
    pub(super) fn cancel(self, now: Instant) -> Option<Self> {
        match self {
            Proceeding => Some(Cancelled { deadline: now + PATIENCE }),
            Calling { .. } | Overdue { .. } | Cancelled { .. } | Accepted { .. } => None,
        }
    }

    /// The same before a provisional response, for a caller that cannot wait for one.
    pub(super) fn cancel_unheard(self, now: Instant) -> Option<Self> {
        matches!(self, Calling { .. } | Overdue { .. }).then_some(Cancelled { deadline: now + PATIENCE })
    }

    /// There is no connection by which the CANCEL could be heard of: it waits for one as long as the INVITE may ring.
    pub(super) fn suspend(self, now: Instant) -> Self {
        match self {
            Cancelled { .. } => Cancelled { deadline: now + TIMER_C },
            Calling { .. } | Overdue { .. } | Proceeding | Accepted { .. } => self,
        }
    }

    /// The far side gets as long again to say that it heeds the CANCEL.
    pub(super) fn prolong(self, now: Instant) -> Self {
        match self {
            Cancelled { .. } => Cancelled { deadline: now + PATIENCE },
            Calling { .. } | Overdue { .. } | Proceeding | Accepted { .. } => self,
        }
    }

    /// Its timer has run out, which a clock tells too late. `None` where that is no reason to wait.
    pub(super) fn handle_late(self, now: Instant) -> Option<Self> {
        match self {
            Calling { .. } => Some(Overdue { timer_b: now + LAST_CHANCE }),
            Overdue { .. } | Proceeding | Cancelled { .. } | Accepted { .. } => None,
        }
    }

    /// Whether a CANCEL was sent, and no final response has come.
    pub(super) fn is_cancelled(self) -> bool {
        matches!(self, Cancelled { .. })
    }

    /// The timer that runs; each of them leads to Terminated.
    pub(super) fn timer(self) -> Option<(Instant, Timer)> {
        match self {
            Calling { timer_b } | Overdue { timer_b } => Some((timer_b, Timer::B)),
            Proceeding => None,
            Cancelled { deadline } => Some((deadline, Timer::Cancelled)),
            Accepted { timer_m } => Some((timer_m, Timer::M)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant::from_millis(1000);
    const LATER: Instant = Instant::from_millis(5000);
    const CALLING: InviteClient = Calling { timer_b: Instant::from_millis(33_000) };
    const OVERDUE: InviteClient = Overdue { timer_b: Instant::from_millis(62_000) };
    const CANCELLED: InviteClient = Cancelled { deadline: Instant::from_millis(37_000) };
    const ACCEPTED: InviteClient = Accepted { timer_m: Instant::from_millis(37_000) };

    #[test]
    fn every_row_of_the_figure() {
        for (state, response, next, heard) in [
            (CALLING, Provisional, Some(Proceeding), Deliver),
            (CALLING, Success, Some(ACCEPTED), Deliver),
            (CALLING, Refusal, None, Acknowledge),
            (OVERDUE, Provisional, Some(Proceeding), Deliver),
            (OVERDUE, Success, Some(ACCEPTED), Deliver),
            (OVERDUE, Refusal, None, Acknowledge),
            (Proceeding, Provisional, Some(Proceeding), Deliver),
            (Proceeding, Success, Some(ACCEPTED), Deliver),
            (Proceeding, Refusal, None, Acknowledge),
            (CANCELLED, Provisional, Some(CANCELLED), Deliver),
            (CANCELLED, Success, Some(ACCEPTED), Deliver),
            (CANCELLED, Refusal, None, Acknowledge),
            (ACCEPTED, Provisional, Some(ACCEPTED), Absorb),
            (ACCEPTED, Success, Some(ACCEPTED), Deliver),
            (ACCEPTED, Refusal, Some(ACCEPTED), Absorb),
        ] {
            assert_eq!(state.handle_response(response, LATER), (next, heard), "{state:?} {response:?}");
        }
    }

    #[test]
    fn more_successes_do_not_lengthen_the_wait() {
        let (next, _) = ACCEPTED.handle_response(Success, Instant::from_millis(30_000));
        assert_eq!(next, Some(ACCEPTED));
    }

    #[test]
    fn a_cancel_waits_for_a_provisional_response_and_is_sent_once() {
        assert_eq!(CALLING.cancel(LATER), None);
        assert_eq!(Proceeding.cancel(LATER), Some(CANCELLED));
        assert_eq!(CANCELLED.cancel(LATER), None);
        assert_eq!(ACCEPTED.cancel(LATER), None);
    }

    #[test]
    fn who_cannot_wait_cancels_at_once() {
        assert_eq!(CALLING.cancel_unheard(LATER), Some(CANCELLED));
        assert_eq!(OVERDUE.cancel_unheard(LATER), Some(CANCELLED));
        for heard in [Proceeding, CANCELLED, ACCEPTED] {
            assert_eq!(heard.cancel_unheard(LATER), None);
        }
    }

    #[test]
    fn only_a_canceled_invite_is_waited_for_anew() {
        let late = Cancelled { deadline: Instant::from_millis(40_000) };
        assert_eq!(CANCELLED.prolong(Instant::from_millis(8000)), late);
        for other in [CALLING, OVERDUE, Proceeding, ACCEPTED] {
            assert_eq!(other.prolong(Instant::from_millis(8000)), other);
        }
    }

    #[test]
    fn only_a_canceled_invite_waits_for_a_connection() {
        let long = Cancelled { deadline: Instant::from_millis(188_000) };
        assert_eq!(CANCELLED.suspend(Instant::from_millis(8000)), long);
        for other in [CALLING, OVERDUE, Proceeding, ACCEPTED] {
            assert_eq!(other.suspend(Instant::from_millis(8000)), other);
        }
    }

    #[test]
    fn a_late_clock_gives_one_more_chance() {
        let late = Instant::from_millis(50_000);
        assert_eq!(CALLING.handle_late(late), Some(OVERDUE));
        assert_eq!(OVERDUE.timer(), Some((Instant::from_millis(62_000), Timer::B)));
        assert_eq!(OVERDUE.handle_late(late), None);
        assert_eq!(CANCELLED.handle_late(late), None);
        assert_eq!(ACCEPTED.handle_late(late), None);
    }

    #[test]
    fn each_state_has_its_timer() {
        assert_eq!(InviteClient::start(START), CALLING);
        assert_eq!(CALLING.timer(), Some((Instant::from_millis(33_000), Timer::B)));
        assert_eq!(Proceeding.timer(), None);
        assert_eq!(CANCELLED.timer(), Some((Instant::from_millis(37_000), Timer::Cancelled)));
        assert_eq!(ACCEPTED.timer(), Some((Instant::from_millis(37_000), Timer::M)));
    }
}
