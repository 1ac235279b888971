//! The INVITE server transaction: RFC 3261 §17.2.1 and figure 7, as RFC 6026 §8.5 amends it.

use super::Kind;
use super::timer::{PATIENCE, Timer};
use crate::time::Instant;
use InviteServer::{Accepted, Completed, Proceeding};
use Kind::{Provisional, Refusal, Success};

/// Terminated is the absence of a state, and so is Confirmed, which timer I ends at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum InviteServer {
    /// The user agent has not decided. A repeated INVITE is told what it was told before, if anything.
    Proceeding { latest: Option<Vec<u8>> },
    /// Refused; awaiting the ACK.
    Completed { refusal: Vec<u8>, timer_h: Instant },
    /// A 2xx was sent, which the user agent repeats until its ACK comes; repeated INVITEs are absorbed.
    Accepted { timer_l: Instant },
}

/// What an ACK that belongs to this transaction means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Acknowledged {
    /// It ends the transaction.
    Refusal,
    /// It is for the dialog (RFC 6026 §7.1).
    Success,
    /// It came before there was anything to acknowledge.
    Nothing,
}

impl InviteServer {
    /// Deviation: no 100 of its own after 200 ms (§17.2.1), for a reliable hop repeats no INVITE that it would
    /// have to quench.
    pub(super) const fn start() -> Self {
        Proceeding { latest: None }
    }

    /// The next state, and the response if it may still be sent.
    #[rustfmt::skip]
    pub(super) fn respond(self, kind: Kind, response: Vec<u8>, now: Instant) -> (Self, Option<Vec<u8>>) {
        match (self, kind) {
            (Proceeding { .. }, Provisional) => (Proceeding { latest: Some(response.clone()) }, Some(response)),
            (Proceeding { .. }, Success)     => (Accepted { timer_l: now + PATIENCE }, Some(response)),
            (Proceeding { .. }, Refusal)     => (Completed { refusal: response.clone(), timer_h: now + PATIENCE },
                                                 Some(response)),
            (Accepted { timer_l }, Success)  => (Accepted { timer_l }, Some(response)),
            (decided @ (Completed { .. } | Accepted { .. }), _) => (decided, None),
        }
    }

    /// What a repeated INVITE is answered.
    pub(super) fn handle_retransmission(&self) -> Option<Vec<u8>> {
        match self {
            Proceeding { latest } => latest.clone(),
            Completed { refusal, .. } => Some(refusal.clone()),
            Accepted { .. } => None,
        }
    }

    #[rustfmt::skip]
    pub(super) fn handle_ack(self) -> (Option<Self>, Acknowledged) {
        match self {
            Proceeding { latest } => (Some(Proceeding { latest }), Acknowledged::Nothing),
            Completed { .. }      => (None, Acknowledged::Refusal),
            Accepted { timer_l }  => (Some(Accepted { timer_l }), Acknowledged::Success),
        }
    }

    /// The timer that runs; each of them leads to Terminated.
    pub(super) fn timer(&self) -> Option<(Instant, Timer)> {
        match self {
            Proceeding { .. } => None,
            Completed { timer_h, .. } => Some((*timer_h, Timer::H)),
            Accepted { timer_l } => Some((*timer_l, Timer::L)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_millis(1000);
    const DEADLINE: Instant = Instant::from_millis(33_000);

    fn bytes(text: &str) -> Vec<u8> {
        text.into()
    }

    fn proceeding(latest: &str) -> InviteServer {
        Proceeding { latest: Some(bytes(latest)) }
    }

    fn completed() -> InviteServer {
        Completed { refusal: bytes("486"), timer_h: DEADLINE }
    }

    const ACCEPTED: InviteServer = Accepted { timer_l: DEADLINE };

    #[test]
    fn every_row_of_the_figure_that_the_user_agent_drives() {
        for (state, kind, response, next, sent) in [
            (InviteServer::start(), Provisional, "180", proceeding("180"), true),
            (proceeding("180"), Provisional, "183", proceeding("183"), true),
            (proceeding("180"), Success, "200", ACCEPTED, true),
            (proceeding("180"), Refusal, "486", completed(), true),
            (completed(), Provisional, "180", completed(), false),
            (completed(), Success, "200", completed(), false),
            (completed(), Refusal, "500", completed(), false),
            (ACCEPTED, Provisional, "180", ACCEPTED, false),
            (ACCEPTED, Success, "200", ACCEPTED, true),
            (ACCEPTED, Refusal, "486", ACCEPTED, false),
        ] {
            let name = format!("{state:?} {response}");
            let expected = (next, sent.then(|| bytes(response)));
            assert_eq!(state.respond(kind, bytes(response), NOW), expected, "{name}");
        }
    }

    #[test]
    fn a_repeated_invite_hears_the_latest_response_until_it_was_accepted() {
        assert_eq!(InviteServer::start().handle_retransmission(), None);
        assert_eq!(proceeding("180").handle_retransmission(), Some(bytes("180")));
        assert_eq!(completed().handle_retransmission(), Some(bytes("486")));
        assert_eq!(ACCEPTED.handle_retransmission(), None);
    }

    #[test]
    fn an_ack_ends_a_refusal_only() {
        assert_eq!(completed().handle_ack(), (None, Acknowledged::Refusal));
        assert_eq!(ACCEPTED.handle_ack(), (Some(ACCEPTED), Acknowledged::Success));
        assert_eq!(proceeding("180").handle_ack(), (Some(proceeding("180")), Acknowledged::Nothing));
    }

    #[test]
    fn each_state_has_its_timer() {
        assert_eq!(InviteServer::start().timer(), None);
        assert_eq!(completed().timer(), Some((DEADLINE, Timer::H)));
        assert_eq!(ACCEPTED.timer(), Some((DEADLINE, Timer::L)));
    }
}
