//! A 2xx to an INVITE, sent again and again until its ACK comes (RFC 3261 §13.3.1.4). Reliable transports do this
//! too, since a proxy further on may lose it.

use super::{Action, CallEvent, Context, sdp};
use crate::message::{Request, ResponseDraft};
use crate::time::{Duration, Instant, Reason};
use crate::transaction::{ServerKey, T1};

/// The longest time between two of them (RFC 3261 §17.1.2.2).
const T2: Duration = Duration::from_secs(4);

/// Waits for the ACK.
pub(super) struct Unacknowledged {
    key: ServerKey,
    response: ResponseDraft,
    sequence: u32,
    /// Whether the 2xx carried an offer of ours, whose answer then stands in the ACK.
    offered: bool,
    /// Whether it answers the INVITE that began the call.
    first: bool,
    interval: Duration,
    repeat: Instant,
    give_up: Instant,
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
        cx.push(Action::Respond(key, response.clone()));
        Self {
            key,
            response,
            sequence: invite.cseq().number,
            offered: sdp(invite).is_none(),
            first,
            interval: T1,
            repeat: cx.now + T1,
            give_up: cx.now + T1 * 64,
        }
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
        if self.give_up <= self.repeat { (self.give_up, "H") } else { (self.repeat, "G") }
    }

    /// Sends it once more; `None` when nobody acknowledges it any more.
    pub(super) fn handle_timeout(mut self, cx: &mut Context<'_>) -> Option<Self> {
        if self.give_up <= cx.now {
            return None;
        }
        cx.push(Action::Respond(self.key, self.response.clone()));
        self.interval = (self.interval * 2).min(T2);
        self.repeat = cx.now + self.interval;
        Some(self)
    }
}
