//! Reliable provisional responses (RFC 3262).

use super::Context;
use super::repetition::Repetition;
use crate::message::{HeaderValue, Method, Name, Request, ResponseDraft, StatusCode};
use crate::time::{Duration, Instant, Reason};
use crate::transaction::ServerKey;

/// A provisional response of ours, sent again and again until its PRACK comes (§3).
pub(super) struct Unpracked {
    repetition: Repetition,
    rseq: u32,
    sequence: u32,
}

impl Unpracked {
    /// Sends `response`, a provisional one to `invite`, reliably.
    pub(super) fn send(
        cx: &mut Context<'_>,
        key: ServerKey,
        invite: &Request,
        mut response: ResponseDraft,
    ) -> Self {
        let rseq = u32::try_from(cx.entropy.between(1, 0x7fff_ffff)).unwrap_or(1);
        response.set(Name::Require, HeaderValue::lossy("100rel"));
        response.set(Name::RSeq, HeaderValue::from(rseq));
        // The time between two of them doubles without a bound of its own.
        let repetition = Repetition::begin(cx, key, response, Duration::MAX);
        Self { repetition, rseq, sequence: invite.cseq().number }
    }

    fn is_acknowledged_by(&self, prack: &Request) -> bool {
        prack.rack() == Some((self.rseq, self.sequence, Method::Invite))
    }

    pub(super) fn poll_timeout(&self) -> (Instant, Reason) {
        (self.repetition.poll_timeout().0, "PRACK")
    }

    /// Sends it once more; `None` when nobody acknowledges it any more.
    pub(super) fn handle_timeout(mut self: Box<Self>, cx: &mut Context<'_>) -> Option<Box<Self>> {
        self.repetition.handle_timeout(cx).then_some(self)
    }
}

/// The answer to a PRACK, which takes away what it acknowledges. It may also come when the 2xx has left already (§3). An
/// offer cannot stand in it: none of our reliable responses has settled the INVITE's (§5).
pub(super) fn answer(unpracked: &mut Option<Box<Unpracked>>, prack: &Request) -> ResponseDraft {
    let status = if !unpracked.as_ref().is_some_and(|it| it.is_acknowledged_by(prack)) {
        StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST
    } else if prack.body().is_empty() {
        *unpracked = None;
        StatusCode::OK
    } else {
        StatusCode::NOT_ACCEPTABLE_HERE
    };
    ResponseDraft::to(prack, status)
}

/// Which reliable provisional responses of the far side we have acknowledged, in one early dialog (§4).
#[derive(Clone, Copy, Default)]
pub(super) struct Acknowledged(Option<u32>);

impl Acknowledged {
    /// Whether the response with this number is the next one, to be acknowledged. Those that come again, or before
    /// their turn, are passed over.
    pub(super) fn takes(&mut self, rseq: u32) -> bool {
        let is_next = self.0.is_none_or(|last| last.checked_add(1) == Some(rseq));
        if is_next {
            self.0 = Some(rseq);
        }
        is_next
    }
}
