//! A response to an INVITE that is sent again and again until the far side acknowledges it: a 2xx until its ACK (RFC
//! 3261 §13.3.1.4), a reliable provisional one until its PRACK (RFC 3262 §3). Reliable transports do this too, since a
//! proxy further on may lose it.

use super::{Action, Context};
use crate::message::ResponseDraft;
use crate::time::{Duration, Instant};
use crate::transaction::{ServerKey, T1};

/// The response, and when it is sent next.
pub(super) struct Repetition {
    key: ServerKey,
    response: ResponseDraft,
    interval: Duration,
    /// The longest time between two of them.
    longest: Duration,
    repeat: Instant,
    give_up: Instant,
}

impl Repetition {
    /// Sends it for the first time. The time until the next begins with T1 and doubles, up to `longest`.
    pub(super) fn begin(
        cx: &mut Context<'_>,
        key: ServerKey,
        response: ResponseDraft,
        longest: Duration,
    ) -> Self {
        cx.push(Action::Respond(key, response.clone()));
        let (repeat, give_up) = (cx.now + T1, cx.now + T1 * 64);
        Self { key, response, interval: T1, longest, repeat, give_up }
    }

    /// Its next deadline, and whether it is the last.
    pub(super) fn poll_timeout(&self) -> (Instant, bool) {
        (self.repeat.min(self.give_up), self.give_up <= self.repeat)
    }

    /// Sends it once more, if that is due; false when nobody acknowledges it any more.
    pub(super) fn handle_timeout(&mut self, cx: &mut Context<'_>) -> bool {
        if self.give_up <= cx.now {
            return false;
        }
        if self.repeat <= cx.now {
            cx.push(Action::Respond(self.key, self.response.clone()));
            self.interval = (self.interval * 2).min(self.longest);
            self.repeat = cx.now + self.interval;
        }
        true
    }
}
