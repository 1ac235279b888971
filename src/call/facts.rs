//! What happens to a call.

use super::{Call, Context, MediaFact, decline_fork};
use crate::error::Cause;
use crate::message::{Method, Request, RequestDraft, Response, StatusCode};
use crate::time::{Instant, Reason};
use crate::transaction::ServerKey;

impl Call {
    /// The next sequence number for this request of the call, which is sent again with credentials.
    pub fn next_sequence(&mut self, request: &RequestDraft) -> Option<u32> {
        match self {
            Self::Outbound(outbound) => outbound.next_sequence(request),
            Self::Established(established) => established.next_sequence(request),
            Self::Restoring(restoring) => restoring.established_mut().next_sequence(request),
            _ => None,
        }
    }

    /// The tag that an incoming call's answers carry.
    pub fn local_tag(&self) -> Option<&str> {
        match self {
            Self::Leaving(leaving) => Some(leaving.local_tag()),
            call => call.dialog().map(|dialog| dialog.local_tag()),
        }
    }

    /// Whether a request with a To-tag belongs to this call.
    pub fn owns(&self, request: &Request) -> bool {
        match self {
            Self::Outbound(outbound) => outbound.owns(request),
            Self::Leaving(leaving) => leaving.owns(request),
            call => call.dialog().is_some_and(|dialog| dialog.owns(request)),
        }
    }

    /// Takes note of the sequence number of a request that it owns. False for one that is out of order (RFC 3261
    /// §12.2.2).
    pub fn accepts(&mut self, request: &Request) -> bool {
        let dialog = match self {
            Self::Outbound(outbound) => outbound.dialog_of(request),
            Self::Inbound(inbound) => Some(&mut inbound.dialog),
            Self::Established(established) => Some(&mut established.dialog),
            Self::Restoring(restoring) => Some(&mut restoring.established_mut().dialog),
            Self::Leaving(leaving) => Some(&mut leaving.dialog),
            Self::Ended => None,
        };
        dialog.is_none_or(|dialog| dialog.accepts(request))
    }

    /// Takes a request inside the call's dialog, other than ACK.
    pub fn handle_request(&mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) {
        self.step(|state| match state {
            Self::Inbound(inbound) => inbound.handle_request(cx, key, request),
            Self::Established(established) => established.handle_request(cx, key, request),
            Self::Restoring(restoring) => restoring.handle_request(cx, key, request),
            Self::Leaving(leaving) => leaving.handle_request(cx, key, request),
            Self::Outbound(outbound) => outbound.handle_request(cx, key, request),
            Self::Ended => state,
        });
    }

    /// Its far side goes on in another dialog, by this INVITE (RFC 3891).
    pub fn take_back(&mut self, cx: &mut Context<'_>, key: ServerKey, invite: &Request) {
        self.step(|state| match state {
            Self::Established(established) => established.handle_reinvite(cx, key, invite),
            Self::Restoring(restoring) => restoring.handle_request(cx, key, invite),
            other => other,
        });
    }

    /// Takes the ACK of a 2xx of ours.
    pub fn handle_ack(&mut self, cx: &mut Context<'_>, ack: &Request) {
        self.step(|state| match state {
            Self::Established(established) => established.handle_ack(cx, ack),
            Self::Leaving(leaving) => leaving.handle_ack(cx, ack),
            other => other,
        });
    }

    /// The far side canceled its INVITE, the first or a later one.
    pub fn handle_cancel(&mut self, cx: &mut Context<'_>, invite: ServerKey, cancel: &Request) {
        self.step(|state| match state {
            Self::Inbound(inbound) => inbound.handle_cancel(cx, cancel),
            Self::Established(established) => established.handle_cancel(cx, invite),
            other => other,
        });
    }

    /// Takes an answer to a request of this call.
    pub fn handle_response(&mut self, cx: &mut Context<'_>, request: &RequestDraft, response: &Response) {
        self.step(|state| match state {
            Self::Outbound(outbound) => outbound.handle_response(cx, request, response),
            Self::Established(established) => established.handle_response(cx, request, response),
            other => {
                decline_fork(cx, request, response);
                other
            }
        });
    }

    /// A request of the application's in the call was answered by `status`, or not at all, which is as if by 408: the far
    /// side may know nothing of the dialog any more (RFC 3261 §12.2.1.2).
    pub fn handle_status(&mut self, cx: &mut Context<'_>, status: StatusCode) {
        self.step(|state| match state {
            Self::Established(established) => established.handle_status(cx, status),
            other => other,
        });
    }

    /// No answer came to a request of this call, or it could not be sent.
    pub fn handle_request_failed(&mut self, cx: &mut Context<'_>, request: &RequestDraft, cause: Cause) {
        self.step(|state| match state {
            Self::Outbound(outbound) => outbound.handle_request_failed(cx, request.method(), cause),
            Self::Established(established) => established.handle_request_failed(cx, request, cause),
            other => other,
        });
    }

    /// The socket is gone: what was not answered yet cannot be any more. An answered call lives on.
    pub fn handle_connection_lost(&mut self, cx: &mut Context<'_>) {
        self.step(|state| match state {
            Self::Inbound(inbound) => inbound.lose(cx),
            Self::Established(mut established) => {
                established.handle_connection_lost(cx);
                Self::Established(established)
            }
            Self::Restoring(mut restoring) => {
                restoring.handle_connection_lost();
                Self::Restoring(restoring)
            }
            other => other,
        });
    }

    /// There is a connection again, and whoever looks for us finds us there.
    pub fn handle_reachable(&mut self, cx: &mut Context<'_>) {
        match self {
            Self::Established(established) => established.handle_reachable(cx),
            Self::Restoring(restoring) => restoring.handle_reachable(cx),
            _ => {}
        }
    }

    /// The device is on another network.
    pub fn handle_network_changed(&mut self, cx: &mut Context<'_>) {
        if let Self::Established(established) = self {
            established.handle_network_changed(cx);
        }
    }

    /// What waits to be tried again is worth trying now.
    pub fn hurry(&mut self, cx: &mut Context<'_>) {
        if let Self::Established(established) = self {
            established.hurry(cx);
        }
    }

    /// Ends it now, as the connection goes.
    pub fn abandon(&mut self, cx: &mut Context<'_>) {
        self.step(|state| match state {
            Self::Outbound(outbound) => {
                outbound.handle_request_failed(cx, &Method::Invite, Cause::ConnectionError)
            }
            Self::Inbound(_) => cx.fail(Cause::ConnectionError),
            Self::Established(established) => established.abandon(cx),
            Self::Restoring(restoring) => restoring.abandon(cx),
            Self::Leaving(leaving) => leaving.give_up(cx),
            Self::Ended => Self::Ended,
        });
    }

    /// Takes news of the call's media.
    pub fn handle_media(&mut self, cx: &mut Context<'_>, fact: MediaFact) {
        self.step(|state| match state {
            Self::Outbound(outbound) => outbound.handle_media(cx, fact),
            Self::Inbound(inbound) => inbound.handle_media(cx, fact),
            Self::Established(established) => established.handle_media(cx, fact),
            Self::Restoring(restoring) => restoring.handle_media(cx, fact),
            other => other,
        });
    }

    /// Its next deadline.
    pub fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match self {
            Self::Inbound(inbound) => inbound.poll_timeout(),
            Self::Established(established) => established.poll_timeout(),
            Self::Restoring(restoring) => restoring.poll_timeout(),
            Self::Leaving(leaving) => Some(leaving.poll_timeout()),
            Self::Outbound(outbound) => outbound.poll_timeout(),
            Self::Ended => None,
        }
    }

    /// The time has come to `cx.now`.
    pub fn handle_timeout(&mut self, cx: &mut Context<'_>) {
        if self.poll_timeout().is_none_or(|(at, _)| at > cx.now) {
            return;
        }
        self.step(|state| match state {
            Self::Inbound(inbound) => inbound.handle_timeout(cx),
            Self::Established(established) => established.handle_timeout(cx),
            Self::Restoring(restoring) => restoring.handle_timeout(cx),
            Self::Leaving(leaving) => leaving.handle_timeout(cx),
            Self::Outbound(outbound) => outbound.handle_timeout(cx),
            Self::Ended => state,
        });
    }
}
