//! A 2xx to an INVITE that waits for its ACK (RFC 3261 §13.3.1.4), and what the ACK settles.

use super::repetition::Repetition;
use super::{CallEvent, Context, sdp};
use crate::message::{Request, ResponseDraft};
use crate::time::{Duration, Instant, Reason};
use crate::transaction::ServerKey;

/// The longest time between two of them (RFC 3261 §17.1.2.2).
const T2: Duration = Duration::from_secs(4);

/// Waits for the ACK.
pub(super) struct Unacknowledged {
    repetition: Repetition,
    sequence: u32,
    /// Whether the 2xx carried an offer of ours, whose answer then stands in the ACK.
    offered: bool,
    /// Whether it answers the INVITE that began the call.
    first: bool,
}

/// What the ACK settles.
pub(super) enum Acknowledged {
    /// It is for another INVITE.
    No(Unacknowledged),
    /// Offer and answer are complete.
    Yes,
    /// With the far side's answer to our offer.
    WithAnswer(String),
    /// Our offer was not answered.
    WithoutAnswer,
}

impl Unacknowledged {
    /// Sends `response`, the 2xx to `invite`.
    pub(super) fn send(
        cx: &mut Context<'_>,
        key: ServerKey,
        invite: &Request,
        response: ResponseDraft,
        first: bool,
    ) -> Self {
        Self {
            repetition: Repetition::begin(cx, key, response, T2),
            sequence: invite.cseq().number,
            offered: sdp(invite).is_none(),
            first,
        }
    }

    /// Whether it answers the INVITE that began the call.
    pub(super) fn is_first(&self) -> bool {
        self.first
    }

    /// Whether its ACK is to answer an offer of ours.
    pub(super) fn has_offered(&self) -> bool {
        self.offered
    }

    pub(super) fn handle_ack(self, cx: &mut Context<'_>, ack: &Request) -> Acknowledged {
        if ack.cseq().number != self.sequence {
            return Acknowledged::No(self);
        }
        if self.first {
            cx.tell(CallEvent::Confirmed);
        }
        match sdp(ack) {
            _ if !self.offered => Acknowledged::Yes,
            Some(answer) => Acknowledged::WithAnswer(answer.into()),
            None => Acknowledged::WithoutAnswer,
        }
    }

    pub(super) fn poll_timeout(&self) -> (Instant, Reason) {
        let (at, is_last) = self.repetition.poll_timeout();
        (at, if is_last { "H" } else { "G" })
    }

    /// Sends it once more; `None` when nobody acknowledges it any more.
    pub(super) fn handle_timeout(mut self, cx: &mut Context<'_>) -> Option<Self> {
        self.repetition.handle_timeout(cx).then_some(self)
    }
}
