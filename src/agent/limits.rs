//! What others can make a device hold, and what is told where they ask for more. All bounds stand in `docs/SECURITY.md`.

use super::{CallId, Event, Owner, UserAgent};
use crate::error::PeerMisbehaved;
use crate::message::{Method, Refused, Request, RequestDraft, StatusCode};

/// Requests of one call that wait for their answers, when no more PRACKs and NOTIFYs are sent in it: whatever the far side
/// does makes us send them.
const MAX_QUESTIONS: usize = 32;

/// What a user agent holds at the moment, in numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Load {
    /// Calls that have not ended.
    pub calls: usize,
    /// Requests of others whose transactions have not ended.
    pub received: usize,
    /// Their length, in bytes.
    pub received_bytes: usize,
    /// Requests of ours whose transactions have not ended.
    pub sent: usize,
    /// Requests of ours that wait for a connection.
    pub unsent: usize,
    /// MESSAGEs and INFOs that wait for the application.
    pub messages: usize,
}

impl UserAgent {
    /// What it holds at the moment: bounded, whatever others do.
    pub fn load(&self) -> Load {
        let (received, received_bytes) = self.transactions.received();
        Load {
            calls: self.calls.len(),
            received,
            received_bytes,
            sent: self.transactions.sent(),
            unsent: self.unsent.len() + self.farewells.len(),
            messages: self.messages.len(),
        }
    }

    /// Tells of a fault, unless that was done on this connection.
    pub(super) fn blame(&mut self, fault: PeerMisbehaved) {
        if !self.blamed.contains(&fault) {
            self.blamed.push(fault);
            self.tell(Event::PeerMisbehaved(fault));
        }
    }

    pub(super) fn blame_for(&mut self, refused: &Refused) {
        let is_long = refused.status() == StatusCode::MESSAGE_TOO_LARGE;
        self.blame(if is_long { PeerMisbehaved::TooLong } else { PeerMisbehaved::Unreadable });
    }

    /// Whether a request is let in though there are too many: that of a call, which a flood of others must not keep from
    /// ending. It is answered at once, or is one of the few that wait.
    pub(super) fn is_expected(&self, request: &Request) -> bool {
        *request.method() != Method::Invite && self.calls.owner(request).is_some()
    }

    /// Whether this request of a call is not sent, as too many of it wait for their answers.
    pub(super) fn is_swamped(&self, call: CallId, request: &RequestDraft) -> bool {
        matches!(request.method(), Method::Prack | Method::Notify)
            && self.transactions.waiting_of(&Owner::Call(call)) >= MAX_QUESTIONS
    }
}
