//! A call that was hung up before the far side acknowledged our 2xx: the BYE waits for the ACK (RFC 3261 §15).

use super::unacknowledged::{Acknowledged, Unacknowledged};
use super::{Action, Call, CallEvent, Context};
use crate::dialog::Dialog;
use crate::error::Cause;
use crate::message::{Message, Method, Request, RequestDraft, StatusCode};
use crate::time::{Instant, Reason};
use crate::transaction::ServerKey;

/// See above.
pub struct Leaving {
    pub(super) dialog: Dialog,
    pub(super) unacknowledged: Unacknowledged,
    pub(super) bye: RequestDraft,
    pub(super) cause: Option<Cause>,
}

impl Leaving {
    pub(super) fn owns(&self, request: &Request) -> bool {
        self.dialog.owns(request)
    }

    pub(super) fn local_tag(&self) -> &str {
        self.dialog.local_tag()
    }

    pub(super) fn handle_request(self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
        if *request.method() == Method::Bye {
            return handle_bye(cx, key, request);
        }
        cx.respond(key, request, StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST);
        Call::Leaving(self)
    }

    pub(super) fn handle_ack(mut self, cx: &mut Context<'_>, ack: &Request) -> Call {
        match self.unacknowledged.handle_ack(cx, ack) {
            Acknowledged::No(unacknowledged) => {
                self.unacknowledged = unacknowledged;
                Call::Leaving(self)
            }
            _ => hang_up(cx, self.bye, self.cause),
        }
    }

    /// Sends the BYE without waiting any longer.
    pub(super) fn give_up(self, cx: &mut Context<'_>) -> Call {
        hang_up(cx, self.bye, self.cause)
    }

    pub(super) fn poll_timeout(&self) -> (Instant, Reason) {
        self.unacknowledged.poll_timeout()
    }

    pub(super) fn handle_timeout(mut self, cx: &mut Context<'_>) -> Call {
        match self.unacknowledged.handle_timeout(cx) {
            Some(unacknowledged) => {
                self.unacknowledged = unacknowledged;
                Call::Leaving(self)
            }
            None => hang_up(cx, self.bye, self.cause),
        }
    }
}

/// Sends the BYE, and ends the call.
pub(super) fn hang_up(cx: &mut Context<'_>, bye: RequestDraft, cause: Option<Cause>) -> Call {
    cx.push(Action::HangUp(bye));
    cx.tell(CallEvent::Bye);
    cx.end(None, cause)
}

/// Answers the far side's BYE, and ends the call.
pub(super) fn handle_bye(cx: &mut Context<'_>, key: ServerKey, bye: &Request) -> Call {
    cx.respond(key, bye, StatusCode::OK);
    cx.tell(CallEvent::Bye);
    cx.end(Some(Message::Request(bye.clone())), Some(Cause::Terminated))
}
