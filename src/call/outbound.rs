//! A call that we place, until it is answered (RFC 3261 §13.2, §9.1, §8.1.3.4; RFC 4028 §7.4).
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | Acquiring | media acquired | Offering; Proceeding for a late offer | asks for an offer; INVITE |
//! | Offering | offer made | Proceeding | INVITE |
//! | Proceeding | 1xx | Proceeding | see [`early`](super::early) |
//! | Proceeding | 2xx | Established; Confirming for a late offer | ACK, takes the answer; asks for an answer |
//! | Proceeding | 3xx with Contacts | Redirected | tells: nothing is followed without consent |
//! | Proceeding | 422, not too often in a row | Proceeding | INVITE with the interval that is asked for |
//! | Proceeding | 3xx–6xx, no answer | Ended | |
//! | Confirming | answer made | Established | ACK with it |
//! | Redirected | consent | Proceeding | INVITE to the contact |
//! | Redirected | refusal, no word in time | Ended | |
//! | Acquiring, Offering | cancel | Ended | nothing was sent |
//! | Acquiring | the user does not answer the browser | Ended | nothing was sent |
//! | Offering, Confirming, Proceeding | the browser takes too long | as if media had failed | |
//! | Proceeding | cancel, early media failed | Canceling | CANCEL, or nothing before a 1xx (§9.1) |
//! | Canceling | 1xx | Canceling | CANCEL, if that was not possible before |
//! | Canceling | 2xx | Ended | ACK, BYE: it crossed the CANCEL |
//! | Canceling | 3xx–6xx, no answer | Ended | |

use super::early::Early;
use super::established::{Established, Settled};
use super::session_timer::SessionTimer;
use super::{Action, Call, CallEvent, CallStatus, Context, MediaFact, SDP, decline_fork, sdp};
use crate::dialog::Dialog;
use crate::error::Cause;
use crate::message::{
    ExtraHeader, HeaderValue, Message, Method, Name, Replaces, Request, RequestDraft, Response, StatusCode,
    UriBuf, name_addr,
};
use crate::retry::Rounds;
use crate::time::{Duration, Instant, Reason};
use crate::transaction::ServerKey;

/// How long the application may think about a redirection.
const CONSENT: Duration = Duration::from_secs(60);
/// How long the user may think about the browser's question for the microphone, which may stay open for ever.
const PERMISSION: Duration = Duration::from_secs(120);

/// See the table above.
pub enum Outbound {
    /// Waits for something to send, until then.
    Acquiring(Plan, Instant),
    /// Waits for the offer, until then.
    Offering(Plan, Instant),
    /// The INVITE is out.
    Proceeding(Early),
    /// They answered, and offered; our answer is being made.
    Confirming(Box<(Dialog, RequestDraft, Response)>, Instant),
    /// They sent us elsewhere; the application is asked.
    Redirected {
        /// What was refused.
        invite: Box<RequestDraft>,
        /// The 3xx.
        response: Response,
        /// How long it may think.
        until: Instant,
    },
    /// Given up for this cause, by a CANCEL with these headers; the INVITE's final answer is awaited, for as long as its
    /// transaction does.
    Canceling(Cause, Vec<ExtraHeader>),
}

/// What the INVITE will say.
pub struct Plan {
    /// Whom to call.
    pub target: UriBuf,
    /// From, without a tag.
    pub from: HeaderValue,
    /// What the application adds.
    pub extra: Vec<ExtraHeader>,
    /// Whether the far side is to offer.
    pub late_offer: bool,
    /// Whether our Contact is not to tell who we are.
    pub anonymous: bool,
}

impl Outbound {
    pub(super) fn new(cx: &mut Context<'_>, plan: Plan) -> Self {
        cx.push(Action::AcquireMedia);
        Self::Acquiring(plan, cx.now + PERMISSION)
    }

    pub(super) fn status(&self) -> CallStatus {
        match self {
            Self::Acquiring(..) => CallStatus::Starting,
            _ => CallStatus::Initiating,
        }
    }

    pub(super) fn handle_media(self, cx: &mut Context<'_>, fact: MediaFact) -> Call {
        Call::Outbound(match (self, fact) {
            (Self::Acquiring(plan, _), MediaFact::Acquired) => {
                cx.tell(CallEvent::Connecting);
                if plan.late_offer {
                    plan.invite(cx, None)
                } else {
                    cx.push(Action::CreateOffer);
                    Self::Offering(plan, cx.description_due())
                }
            }
            (Self::Offering(plan, _), MediaFact::LocalDescription(offer)) => plan.invite(cx, Some(offer)),
            (Self::Acquiring(..) | Self::Offering(..), MediaFact::Failed(cause)) => return cx.fail(cause),
            (Self::Proceeding(mut early), MediaFact::LocalDescription(description)) => {
                early.handle_description(cx, description);
                Self::Proceeding(early)
            }
            (Self::Proceeding(mut early), MediaFact::Failed(cause)) => {
                if early.refuse_update(cx) {
                    Self::Proceeding(early)
                } else {
                    // Early media could not be used.
                    Self::revoke(cx, cause, &[])
                }
            }
            (Self::Confirming(confirming, _), MediaFact::LocalDescription(answer)) => {
                let (dialog, invite, response) = *confirming;
                let settled = Settled::ByUs(answer);
                return Call::Established(Established::caller(cx, dialog, &invite, &response, settled));
            }
            (Self::Confirming(confirming, _), MediaFact::Failed(cause)) => {
                let (_, invite, response) = *confirming;
                return unusable(cx, &invite, &response, cause);
            }
            (state, _) => state,
        })
    }

    pub(super) fn cancel(self, cx: &mut Context<'_>, extra: &[ExtraHeader]) -> Call {
        match self {
            Self::Canceling(..) => return Call::Outbound(self),
            Self::Confirming(confirming, _) => {
                cx.tell(CallEvent::Cancel);
                decline_fork(cx, &confirming.1, &confirming.2);
                return cx.reject(None, Cause::Canceled);
            }
            Self::Acquiring(..) | Self::Offering(..) | Self::Redirected { .. } => {
                cx.tell(CallEvent::Cancel);
                return cx.reject(None, Cause::Canceled);
            }
            Self::Proceeding(mut early) => {
                cx.tell(CallEvent::Cancel);
                early.abandon(cx);
            }
        }
        Call::Outbound(Self::revoke(cx, Cause::Canceled, extra))
    }

    fn revoke(cx: &mut Context<'_>, cause: Cause, extra: &[ExtraHeader]) -> Self {
        cx.push(Action::ReleaseMedia);
        cx.push(Action::Cancel(extra.to_vec()));
        Self::Canceling(cause, extra.to_vec())
    }

    /// It ends by itself.
    fn let_go(self, cx: &mut Context<'_>) {
        if let Self::Proceeding(mut early) = self {
            early.abandon(cx);
        }
    }

    /// Follows a redirection to `contact`, or to none.
    pub(super) fn redirect(self, cx: &mut Context<'_>, contact: Option<UriBuf>) -> Call {
        let Self::Redirected { mut invite, response, .. } = self else { return Call::Outbound(self) };
        let Some(contact) = contact else {
            return cx.reject(Some(response), Cause::Redirected);
        };
        // The way is found anew, as a strict router in it has the old target (§12.2.1.1).
        invite.remove(Name::Route);
        invite.set_uri(contact);
        again(cx, &mut invite);
        Call::Outbound(Self::Proceeding(Early::new(!invite.body().is_empty())))
    }

    pub(super) fn is_redirected(&self) -> bool {
        matches!(self, Self::Redirected { .. })
    }

    pub(super) fn offers(&self, contact: &str) -> bool {
        let Self::Redirected { response, .. } = self else { return false };
        response.addresses(Name::Contact).any(|offered| offered.uri().as_str() == contact)
    }

    pub(super) fn next_sequence(&mut self, request: &RequestDraft) -> Option<u32> {
        match self {
            Self::Proceeding(early) => early.next_sequence(request),
            _ => None,
        }
    }

    pub(super) fn owns(&self, request: &Request) -> bool {
        matches!(self, Self::Proceeding(early) if early.owns(request))
    }

    /// The early dialog of a request that arrived.
    pub(super) fn dialog_of(&mut self, request: &Request) -> Option<&mut Dialog> {
        match self {
            Self::Proceeding(early) => early.dialog_of(request),
            _ => None,
        }
    }

    pub(super) fn is_meant_by(&self, replaces: &Replaces) -> bool {
        matches!(self, Self::Proceeding(early) if early.is_meant_by(replaces))
    }

    /// A request in an early dialog.
    pub(super) fn handle_request(mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
        if let Self::Proceeding(early) = &mut self {
            early.handle_request(cx, key, request);
        }
        Call::Outbound(self)
    }

    pub(super) fn handle_response(
        self,
        cx: &mut Context<'_>,
        invite: &RequestDraft,
        response: &Response,
    ) -> Call {
        if *invite.method() != Method::Invite {
            // Of PRACK nothing more is expected.
            return Call::Outbound(self);
        }
        let status = response.status();
        match self {
            Self::Acquiring(..) | Self::Offering(..) | Self::Redirected { .. } => Call::Outbound(self),
            Self::Confirming(confirming, until) => {
                // Another fork; the same 2xx again will be answered by our ACK.
                if !confirming.0.is_answered_by(response) {
                    decline_fork(cx, invite, response);
                }
                Call::Outbound(Self::Confirming(confirming, until))
            }
            Self::Canceling(cause, _) if status.is_success() => {
                decline_fork(cx, invite, response);
                cx.reject(None, cause)
            }
            Self::Canceling(cause, _) if status.is_final() => cx.reject(Some(response.clone()), cause),
            Self::Canceling(_, ref extra) => {
                cx.push(Action::Cancel(extra.clone()));
                Call::Outbound(self)
            }
            Self::Proceeding(mut early) if status.is_provisional() => {
                early.handle_provisional(cx, invite, response);
                Call::Outbound(Self::Proceeding(early))
            }
            Self::Proceeding(mut early) => {
                early.abandon(cx);
                if status.is_success() {
                    handle_answer(cx, &early, invite, response)
                } else {
                    handle_refusal(cx, early.rounds, invite, response)
                }
            }
        }
    }

    pub(super) fn handle_request_failed(self, cx: &mut Context<'_>, method: &Method, cause: Cause) -> Call {
        match self {
            Self::Canceling(cause, _) => cx.reject(None, cause),
            _ if *method != Method::Invite => Call::Outbound(self),
            state => {
                state.let_go(cx);
                cx.fail(cause)
            }
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match self {
            Self::Redirected { until, .. } => Some((*until, "redirect")),
            Self::Acquiring(_, until) | Self::Offering(_, until) | Self::Confirming(_, until) => {
                Some((*until, "media"))
            }
            Self::Proceeding(early) => Some((early.description_due()?, "media")),
            _ => None,
        }
    }

    pub(super) fn handle_timeout(self, cx: &mut Context<'_>) -> Call {
        match self {
            Self::Redirected { .. } => self.redirect(cx, None),
            Self::Acquiring(..) => cx.fail(Cause::UserDeniedMediaAccess),
            // A description that never comes is one that cannot be made.
            state => state.handle_media(cx, MediaFact::Failed(Cause::WebRtcError)),
        }
    }
}

impl Plan {
    fn invite(self, cx: &mut Context<'_>, offer: Option<String>) -> Outbound {
        let to = name_addr(None, self.target.as_uri(), None);
        let from = self.from.with_param("tag", Some(&cx.entropy.tag()));
        let call_id = cx.entropy.call_id();
        let mut invite = RequestDraft::new(Method::Invite, self.target, cx.via(), from, to, &call_id, 1);
        cx.introduce(&mut invite, cx.local.contact_of(self.anonymous));
        SessionTimer::Off.ask(cx.settings, &mut invite);
        for header in &self.extra {
            invite.extra(header);
        }
        let offered = offer.is_some();
        if let Some(offer) = offer {
            invite.set_body(HeaderValue::lossy(SDP), offer.into_bytes());
        }
        cx.push(Action::Request(invite));
        Outbound::Proceeding(Early::new(offered))
    }
}

/// The same INVITE once more, as a new transaction (§8.1.3.5).
fn again(cx: &mut Context<'_>, invite: &mut RequestDraft) {
    invite.set_cseq(invite.cseq().saturating_add(1));
    invite.set_via(cx.via());
    cx.push(Action::Request(invite.clone()));
}

fn handle_answer(cx: &mut Context<'_>, early: &Early, invite: &RequestDraft, response: &Response) -> Call {
    let Some(dialog) = early.confirm(invite, response) else {
        // Without a Contact it is no dialog that could be talked in, and one that has ended is none either.
        return unusable(cx, invite, response, Cause::DialogError);
    };
    let settled = match (early.settled(response), sdp(response)) {
        (Some(settled), _) => settled,
        (None, Some(offer)) if !early.offered() => {
            cx.push(Action::CreateAnswer(offer.into()));
            let confirming = Box::new((dialog, invite.clone(), response.clone()));
            return Call::Outbound(Outbound::Confirming(confirming, cx.description_due()));
        }
        (None, _) => return unusable(cx, invite, response, Cause::BadMediaDescription),
    };
    Call::Established(Established::caller(cx, dialog, invite, response, settled))
}

/// A 2xx that brings no media, or no dialog: acknowledged, and ended.
fn unusable(cx: &mut Context<'_>, invite: &RequestDraft, response: &Response, cause: Cause) -> Call {
    decline_fork(cx, invite, response);
    cx.tell(CallEvent::Failed { response: Some(response.clone()), cause });
    cx.end(Some(Message::Response(response.clone())), Some(cause))
}

fn handle_refusal(
    cx: &mut Context<'_>,
    mut rounds: Rounds,
    invite: &RequestDraft,
    response: &Response,
) -> Call {
    let status = response.status();
    if status.class() == 3 && response.contacts().next().is_some() {
        cx.tell(CallEvent::Redirect(response.clone()));
        let (invite, response) = (Box::new(invite.clone()), response.clone());
        return Call::Outbound(Outbound::Redirected { invite, response, until: cx.now + CONSENT });
    }
    let least = response.min_se().filter(|_| status == StatusCode::SESSION_INTERVAL_TOO_SMALL);
    if let Some(least) = least.filter(|least| asked(invite).is_some_and(|asked| asked < *least))
        && rounds.another()
    {
        let mut invite = invite.clone();
        invite.set(Name::SessionExpires, HeaderValue::from(least));
        invite.set(Name::MinSe, HeaderValue::from(least));
        again(cx, &mut invite);
        let mut early = Early::new(!invite.body().is_empty());
        early.rounds = rounds;
        return Call::Outbound(Outbound::Proceeding(early));
    }
    cx.reject(Some(response.clone()), Cause::of_status(status.get()))
}

fn asked(invite: &RequestDraft) -> Option<u32> {
    invite.get(Name::SessionExpires)?.as_str().parse().ok()
}
