//! Reliable provisional responses (RFC 3262).

use super::{Action, Context};
use crate::message::{HeaderValue, Method, Name, Request, ResponseDraft};
use crate::time::{Duration, Instant, Reason};
use crate::transaction::{ServerKey, T1};

/// A provisional response of ours, sent again and again until its PRACK comes (§3).
pub(super) struct Unpracked {
    key: ServerKey,
    response: ResponseDraft,
    rseq: u32,
    sequence: u32,
    interval: Duration,
    repeat: Instant,
    give_up: Instant,
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
        cx.push(Action::Respond(key, response.clone()));
        let sequence = invite.cseq().number;
        Self { key, response, rseq, sequence, interval: T1, repeat: cx.now + T1, give_up: cx.now + T1 * 64 }
    }

    /// Whether this PRACK is for it.
    pub(super) fn is_acknowledged_by(&self, prack: &Request) -> bool {
        prack.rack() == Some((self.rseq, self.sequence, Method::Invite))
    }

    pub(super) fn poll_timeout(&self) -> (Instant, Reason) {
        (self.repeat.min(self.give_up), "PRACK")
    }

    /// Sends it once more; `None` when nobody acknowledges it any more.
    pub(super) fn handle_timeout(mut self, cx: &mut Context<'_>) -> Option<Self> {
        if self.give_up <= cx.now {
            return None;
        }
        if self.repeat <= cx.now {
            cx.push(Action::Respond(self.key, self.response.clone()));
            self.interval *= 2;
            self.repeat = cx.now + self.interval;
        }
        Some(self)
    }
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
