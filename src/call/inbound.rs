//! A call that the far side places, until it is answered (RFC 3261 §13.3).
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | – | INVITE | Ringing | 180 |
//! | Ringing | accept | Acquiring | asks for something to send |
//! | Acquiring | media acquired | Answering | asks for an answer, or an offer where the INVITE had none |
//! | Answering | description made | Established | 2xx |
//! | any | reject, media failed | Ended | the refusal |
//! | any | CANCEL, BYE | Ended | 487 |
//! | any | connection lost | Ended | 480, for a repeated INVITE |
//! | Ringing | nobody answers | Ended | 480 |

use super::established::Established;
use super::{Action, Call, CallEvent, CallStatus, Context, MediaFact, SDP, answers, sdp};
use crate::dialog::Dialog;
use crate::error::Cause;
use crate::message::{ExtraHeader, HeaderValue, Method, Request, Response, ResponseDraft, StatusCode};
use crate::time::{Instant, Reason};
use crate::transaction::ServerKey;

/// See the table above.
pub enum Inbound {
    /// Rings, until then.
    Ringing {
        /// The INVITE and its transaction.
        invited: Invited,
        /// When it stops by itself.
        no_answer: Instant,
    },
    /// Accepted; waits for something to send.
    Acquiring(Invited, Vec<ExtraHeader>),
    /// Waits for our description.
    Answering(Invited, Vec<ExtraHeader>),
}

/// An INVITE, and what is needed to answer it.
pub struct Invited {
    key: ServerKey,
    request: Request,
    local_tag: String,
}

impl Inbound {
    pub(super) fn new(cx: &mut Context<'_>, key: ServerKey, request: Request, no_answer: Instant) -> Self {
        let invited = Invited { key, request, local_tag: cx.entropy.tag() };
        let ringing = invited.dialog_answer(cx, StatusCode::RINGING);
        cx.push(Action::Respond(key, ringing));
        Self::Ringing { invited, no_answer }
    }

    pub(super) fn status(&self) -> CallStatus {
        match self {
            Self::Ringing { .. } | Self::Acquiring(..) => CallStatus::Starting,
            Self::Answering(..) => CallStatus::Initiating,
        }
    }

    pub(super) fn local_tag(&self) -> &str {
        &self.invited().local_tag
    }

    fn invited(&self) -> &Invited {
        match self {
            Self::Ringing { invited, .. } | Self::Acquiring(invited, _) | Self::Answering(invited, _) => {
                invited
            }
        }
    }

    pub(super) fn accept(self, cx: &mut Context<'_>, extra: Vec<ExtraHeader>) -> Call {
        match self {
            Self::Ringing { invited, .. } => {
                cx.push(Action::AcquireMedia);
                Call::Inbound(Self::Acquiring(invited, extra))
            }
            state => Call::Inbound(state),
        }
    }

    pub(super) fn handle_media(self, cx: &mut Context<'_>, fact: MediaFact) -> Call {
        match (self, fact) {
            (Self::Acquiring(invited, extra), MediaFact::Acquired) => {
                cx.tell(CallEvent::Connecting);
                cx.push(match sdp(&invited.request) {
                    Some(offer) => Action::CreateAnswer(offer.into()),
                    None => Action::CreateOffer,
                });
                Call::Inbound(Self::Answering(invited, extra))
            }
            (Self::Answering(invited, extra), MediaFact::LocalDescription(description)) => {
                invited.answer(cx, &extra, description)
            }
            (state @ (Self::Acquiring(..) | Self::Answering(..)), MediaFact::Failed(cause)) => {
                let status = match cause {
                    Cause::BadMediaDescription => StatusCode::NOT_ACCEPTABLE_HERE,
                    _ => StatusCode::TEMPORARILY_UNAVAILABLE,
                };
                state.refuse(cx, status, None, &[]);
                cx.fail(cause)
            }
            (state, _) => Call::Inbound(state),
        }
    }

    pub(super) fn reject(
        self,
        cx: &mut Context<'_>,
        status: StatusCode,
        reason: Option<&str>,
        extra: &[ExtraHeader],
    ) -> Call {
        let refusal = self.refuse(cx, status, reason, extra);
        cx.reject(Some(refusal), Cause::of_status(status.get()))
    }

    fn refuse(
        &self,
        cx: &mut Context<'_>,
        status: StatusCode,
        reason: Option<&str>,
        extra: &[ExtraHeader],
    ) -> Response {
        let invited = self.invited();
        let mut refusal = invited.answer_draft(status);
        if let Some(reason) = reason {
            refusal.set_reason(reason);
        }
        for header in extra {
            refusal.extra(header);
        }
        let response = refusal.to_response();
        cx.push(Action::Respond(invited.key, refusal));
        response
    }

    /// The way back is gone; the refusal waits there for a repeated INVITE.
    pub(super) fn lose(self, cx: &mut Context<'_>) -> Call {
        self.refuse(cx, StatusCode::TEMPORARILY_UNAVAILABLE, None, &[]);
        cx.fail(Cause::ConnectionError)
    }

    pub(super) fn handle_cancel(self, cx: &mut Context<'_>) -> Call {
        let refusal = self.refuse(cx, StatusCode::REQUEST_TERMINATED, None, &[]);
        cx.tell(CallEvent::Cancel);
        cx.reject(Some(refusal), Cause::Canceled)
    }

    pub(super) fn owns(&self, request: &Request) -> bool {
        let invited = self.invited();
        request.call_id() == invited.request.call_id()
            && request.to().tag() == Some(&invited.local_tag)
            && request.from().tag() == invited.request.from().tag()
    }

    /// A request in the early dialog. Of those only BYE means something here (§15), and another INVITE comes too soon.
    pub(super) fn handle_request(self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
        if *request.method() == Method::Bye {
            cx.push(Action::Respond(key, ResponseDraft::to(request, StatusCode::OK)));
            return self.handle_cancel(cx);
        }
        let answer = match request.method() {
            Method::Invite => answers::pending(cx, request),
            _ => answers::not_allowed(request),
        };
        cx.push(Action::Respond(key, answer));
        Call::Inbound(self)
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match self {
            Self::Ringing { no_answer, .. } => Some((*no_answer, "no answer")),
            _ => None,
        }
    }

    pub(super) fn handle_timeout(self, cx: &mut Context<'_>) -> Call {
        let refusal = self.refuse(cx, StatusCode::TEMPORARILY_UNAVAILABLE, None, &[]);
        cx.reject(Some(refusal), Cause::NoAnswer)
    }
}

impl Invited {
    fn answer_draft(&self, status: StatusCode) -> ResponseDraft {
        let mut answer = ResponseDraft::to(&self.request, status);
        answer.set_to_tag(&self.local_tag);
        answer
    }

    /// An answer that makes a dialog (§12.1.1).
    fn dialog_answer(&self, cx: &Context<'_>, status: StatusCode) -> ResponseDraft {
        let mut answer = self.answer_draft(status);
        answer.copy_record_route(&self.request);
        cx.introduce(&mut answer);
        answer
    }

    fn answer(self, cx: &mut Context<'_>, extra: &[ExtraHeader], description: String) -> Call {
        let Some(dialog) = Dialog::uas(&self.request, &self.local_tag) else {
            // The agent lets no INVITE without a Contact ring; still the type allows it.
            cx.push(Action::Respond(self.key, self.answer_draft(StatusCode::BAD_REQUEST)));
            return cx.fail(Cause::DialogError);
        };
        let mut answer = self.dialog_answer(cx, StatusCode::OK);
        for header in extra {
            answer.extra(header);
        }
        answer.set_body(HeaderValue::lossy(SDP), description.into_bytes());
        Call::Established(Established::callee(cx, dialog, self.key, &self.request, answer))
    }
}
