//! A call that we place, until it is answered (RFC 3261 §13.2, §9.1).
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | Acquiring | media acquired | Offering | asks for an offer |
//! | Offering | offer made | Calling | INVITE |
//! | Calling | 1xx | Proceeding | |
//! | Calling, Proceeding | 2xx | Established | ACK, takes the answer |
//! | Calling, Proceeding | 3xx–6xx, no answer | Ended | |
//! | Acquiring, Offering | cancel | Ended | nothing was sent |
//! | Calling, Proceeding | cancel, early media failed | Canceling | CANCEL, or nothing before a 1xx (§9.1) |
//! | Canceling | 1xx | Canceling | CANCEL, if that was not possible before |
//! | Canceling | 2xx | Ended | ACK, BYE: it crossed the CANCEL |
//! | Canceling | 3xx–6xx, no answer | Ended | |

use super::established::Established;
use super::{Action, Call, CallEvent, CallStatus, Context, MediaFact, SDP, decline_fork, sdp};
use crate::dialog::Dialog;
use crate::error::Cause;
use crate::message::{ExtraHeader, HeaderValue, Message, Method, RequestDraft, Response, UriBuf, name_addr};

/// See the table above.
pub enum Outbound {
    /// Waits for something to send.
    Acquiring(Plan),
    /// Waits for the offer.
    Offering(Plan),
    /// The INVITE is out, nothing came back.
    Calling,
    /// A provisional response came. `early` is the answer that one of them brought.
    Proceeding {
        /// The far side's SDP.
        early: Option<String>,
    },
    /// Given up for this cause; the INVITE's final answer is awaited, for as long as its transaction does.
    Canceling(Cause),
}

/// What the INVITE will say.
pub struct Plan {
    target: UriBuf,
    from: HeaderValue,
    call_id: String,
    extra: Vec<ExtraHeader>,
}

impl Outbound {
    pub(super) fn new(
        cx: &mut Context<'_>,
        target: UriBuf,
        (name, address): (Option<&str>, &UriBuf),
        extra: Vec<ExtraHeader>,
    ) -> Self {
        cx.push(Action::AcquireMedia);
        let from = name_addr(name, address.as_uri(), Some(&cx.entropy.tag()));
        Self::Acquiring(Plan { target, from, call_id: cx.entropy.call_id(), extra })
    }

    pub(super) fn status(&self) -> CallStatus {
        match self {
            Self::Acquiring(_) => CallStatus::Starting,
            _ => CallStatus::Initiating,
        }
    }

    pub(super) fn handle_media(self, cx: &mut Context<'_>, fact: MediaFact) -> Call {
        match (self, fact) {
            (Self::Acquiring(plan), MediaFact::Acquired) => {
                cx.tell(CallEvent::Connecting);
                cx.push(Action::CreateOffer);
                Call::Outbound(Self::Offering(plan))
            }
            (Self::Offering(plan), MediaFact::LocalDescription(offer)) => {
                let invite = plan.invite(cx, offer);
                cx.push(Action::Request(invite));
                Call::Outbound(Self::Calling)
            }
            (Self::Acquiring(_) | Self::Offering(_), MediaFact::Failed(cause)) => cx.fail(cause),
            // Early media could not be used.
            (Self::Calling | Self::Proceeding { .. }, MediaFact::Failed(cause)) => {
                Call::Outbound(Self::revoke(cx, cause))
            }
            (state, _) => Call::Outbound(state),
        }
    }

    pub(super) fn cancel(self, cx: &mut Context<'_>) -> Call {
        match self {
            Self::Canceling(_) => Call::Outbound(self),
            Self::Acquiring(_) | Self::Offering(_) => {
                cx.tell(CallEvent::Cancel);
                cx.reject(None, Cause::Canceled)
            }
            Self::Calling | Self::Proceeding { .. } => {
                cx.tell(CallEvent::Cancel);
                Call::Outbound(Self::revoke(cx, Cause::Canceled))
            }
        }
    }

    fn revoke(cx: &mut Context<'_>, cause: Cause) -> Self {
        cx.push(Action::ReleaseMedia);
        cx.push(Action::Cancel);
        Self::Canceling(cause)
    }

    pub(super) fn handle_response(
        self,
        cx: &mut Context<'_>,
        invite: &RequestDraft,
        response: &Response,
    ) -> Call {
        let status = response.status();
        match self {
            Self::Acquiring(_) | Self::Offering(_) => Call::Outbound(self),
            Self::Canceling(cause) if status.is_success() => {
                decline_fork(cx, invite, response);
                cx.reject(None, cause)
            }
            Self::Canceling(cause) if status.is_final() => cx.reject(Some(response.clone()), cause),
            Self::Canceling(_) => {
                cx.push(Action::Cancel);
                Call::Outbound(self)
            }
            Self::Calling => Self::Proceeding { early: None }.handle_answer(cx, invite, response),
            Self::Proceeding { .. } => self.handle_answer(cx, invite, response),
        }
    }

    fn handle_answer(self, cx: &mut Context<'_>, invite: &RequestDraft, response: &Response) -> Call {
        let early = if let Self::Proceeding { early } = self { early } else { None };
        let status = response.status();
        if status.is_provisional() {
            let answer = sdp(response).filter(|it| early.as_deref() != Some(*it)).map(String::from);
            if let Some(answer) = answer.clone() {
                cx.push(Action::ApplyAnswer { answer, provisional: true });
            }
            cx.tell(CallEvent::Progress(response.clone()));
            return Call::Outbound(Self::Proceeding { early: answer.or(early) });
        }
        if !status.is_success() {
            return cx.reject(Some(response.clone()), Cause::of_status(status.get()));
        }
        let Some(dialog) = Dialog::uac(invite, response) else {
            // No tag or no Contact: there is nobody to acknowledge or to hang up on.
            cx.tell(CallEvent::Failed { response: Some(response.clone()), cause: Cause::DialogError });
            return cx.end(Some(Message::Response(response.clone())), Some(Cause::DialogError));
        };
        // The answer stands in the 2xx; a peer that gave it in an unreliable 1xx alone meant the same one.
        match sdp(response).map(String::from).or(early) {
            Some(answer) => Call::Established(Established::caller(cx, dialog, invite, response, answer)),
            None => {
                decline_fork(cx, invite, response);
                let cause = Cause::BadMediaDescription;
                cx.tell(CallEvent::Failed { response: Some(response.clone()), cause });
                cx.end(Some(Message::Response(response.clone())), Some(cause))
            }
        }
    }

    pub(super) fn handle_request_failed(self, cx: &mut Context<'_>, cause: Cause) -> Call {
        match self {
            Self::Canceling(cause) => cx.reject(None, cause),
            _ => cx.fail(cause),
        }
    }
}

impl Plan {
    fn invite(self, cx: &mut Context<'_>, offer: String) -> RequestDraft {
        let to = name_addr(None, self.target.as_uri(), None);
        let mut invite =
            RequestDraft::new(Method::Invite, self.target, cx.via(), self.from, to, &self.call_id, 1);
        cx.introduce(&mut invite);
        for header in &self.extra {
            invite.extra(header);
        }
        invite.set_body(HeaderValue::lossy(SDP), offer.into_bytes());
        invite
    }
}
