//! A call that the far side places, until it is answered (RFC 3261 §13.3; RFC 3262 §3, RFC 3311 §5.2).
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | – | INVITE | Ringing | 180, reliably where the far side requires it |
//! | Ringing | PRACK | Ringing | 200 |
//! | Ringing | accept | Acquiring | asks for something to send |
//! | Acquiring | media acquired | Answering | asks for an answer, or an offer where the INVITE had none |
//! | Answering | description made | Established | 2xx |
//! | any | INFO with candidates | the same | 200; they wait for Answering |
//! | any | UPDATE | the same | 200; 500 with Retry-After where it offers |
//! | any | reject, media failed | Ended | the refusal |
//! | any | CANCEL, BYE | Ended | 487 |
//! | any | connection lost | Ended | 480, for a repeated INVITE |
//! | Ringing | nobody answers, no PRACK comes | Ended | 480, 504 |
//! | Acquiring, Answering | the browser takes too long | Ended | 480 |

use super::established::Established;
use super::reliable::Unpracked;
use super::session_timer::{agree, agree_early, agreement, too_brief};
use super::{Action, Call, CallEvent, CallStatus, Context, MediaFact, SDP, answers, sdp};
use crate::dialog::Dialog;
use crate::error::Cause;
use crate::message::session::{Body, body_of};
use crate::message::trickle::{self, RemoteCandidate};
use crate::message::{ExtraHeader, HeaderValue, Method, Name, Request, Response, ResponseDraft, StatusCode};
use crate::time::{Duration, Instant, Reason};
use crate::transaction::ServerKey;

/// See the table above.
pub struct Inbound {
    key: ServerKey,
    request: Request,
    pub(super) dialog: Dialog,
    stage: Stage,
    /// The far side's candidates that have come by themselves.
    trickled: Vec<RemoteCandidate>,
}

enum Stage {
    /// Until `no_answer`; the 180 may still be `unpracked`.
    Ringing { no_answer: Instant, unpracked: Option<Unpracked> },
    /// Accepted; waits for something to send.
    Acquiring(Acceptance),
    /// Waits for our description.
    Answering(Acceptance),
}

/// The user's word, and how long the browser may take to keep it: a permission prompt may stay open for ever.
struct Acceptance {
    extra: Vec<ExtraHeader>,
    until: Instant,
}

/// See [`Acceptance`].
const PATIENCE: Duration = Duration::from_secs(60);

impl Inbound {
    /// `None` where the INVITE has no Contact, so that there is nobody to answer.
    pub(super) fn new(
        cx: &mut Context<'_>,
        key: ServerKey,
        request: Request,
        no_answer: Instant,
    ) -> Option<Self> {
        let dialog = Dialog::uas(&request, &cx.entropy.tag(), cx.local.contact())?;
        let stage = Stage::Ringing { no_answer, unpracked: None };
        let mut call = Self { key, request, dialog, stage, trickled: Vec::new() };
        let ringing = Self::dialog_answer(cx, &call.dialog, &call.request, StatusCode::RINGING);
        if !call.request.has_token(Name::Require, "100rel") {
            cx.push(Action::Respond(key, ringing));
        } else if sdp(&call.request).is_some() {
            let unpracked = Some(Unpracked::send(cx, key, &call.request, ringing));
            call.stage = Stage::Ringing { no_answer, unpracked };
        }
        // Deviation: no 180 to a late offer that requires a reliable one. It would have to carry our offer (RFC 3262 §5),
        // and there is no media to describe before the user accepts.
        Some(call)
    }

    pub(super) fn status(&self) -> CallStatus {
        match self.stage {
            Stage::Ringing { .. } | Stage::Acquiring(_) => CallStatus::Starting,
            Stage::Answering(_) => CallStatus::Initiating,
        }
    }

    pub(super) fn is_ringing(&self) -> bool {
        matches!(self.stage, Stage::Ringing { .. })
    }

    pub(super) fn dialog(&self) -> &Dialog {
        &self.dialog
    }

    pub(super) fn accept(mut self, cx: &mut Context<'_>, extra: Vec<ExtraHeader>) -> Call {
        if self.is_ringing() {
            cx.push(Action::AcquireMedia);
            self.stage = Stage::Acquiring(Acceptance { extra, until: cx.now + PATIENCE });
        }
        Call::Inbound(self)
    }

    pub(super) fn handle_media(mut self, cx: &mut Context<'_>, fact: MediaFact) -> Call {
        match (self.stage, fact) {
            (Stage::Acquiring(acceptance), MediaFact::Acquired) => {
                cx.tell(CallEvent::Connecting);
                cx.push(match sdp(&self.request) {
                    Some(offer) => Action::CreateAnswer(offer.into()),
                    None => Action::CreateOffer,
                });
                if !self.trickled.is_empty() {
                    cx.push(Action::AddCandidates(core::mem::take(&mut self.trickled)));
                }
                self.stage = Stage::Answering(acceptance);
            }
            (Stage::Answering(Acceptance { extra, .. }), MediaFact::LocalDescription(description)) => {
                let mut answer = Self::dialog_answer(cx, &self.dialog, &self.request, StatusCode::OK);
                let timer = agree(cx, agreement(cx.settings, &self.request).unwrap_or(None), &mut answer);
                for header in &extra {
                    answer.extra(header);
                }
                answer.set_body(HeaderValue::lossy(SDP), description.into_bytes());
                let Self { key, request, dialog, .. } = self;
                return Call::Established(Established::callee(cx, dialog, key, &request, answer, timer));
            }
            (stage @ (Stage::Acquiring(_) | Stage::Answering(_)), MediaFact::Failed(cause)) => {
                self.stage = stage;
                let status = match cause {
                    Cause::BadMediaDescription => StatusCode::NOT_ACCEPTABLE_HERE,
                    _ => StatusCode::TEMPORARILY_UNAVAILABLE,
                };
                self.refuse(cx, status, None, &[]);
                return cx.fail(cause);
            }
            (stage, _) => self.stage = stage,
        }
        Call::Inbound(self)
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
        let mut refusal = ResponseDraft::to(&self.request, status);
        refusal.set_to_tag(self.dialog.local_tag());
        if let Some(reason) = reason {
            refusal.set_reason(reason);
        }
        for header in extra {
            refusal.extra(header);
        }
        let response = refusal.to_response();
        cx.push(Action::Respond(self.key, refusal));
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

    /// A request in the early dialog (§12.2.2, §15).
    pub(super) fn handle_request(mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
        let answer = match request.method() {
            Method::Bye => {
                cx.respond(key, request, StatusCode::OK);
                return self.handle_cancel(cx);
            }
            Method::Prack => self.handle_prack(request),
            Method::Info if trickle::read(request).is_some() => {
                self.handle_candidates(cx, request);
                ResponseDraft::to(request, StatusCode::OK)
            }
            // Another INVITE comes too soon; so does an offer, before that of the INVITE is answered.
            Method::Invite => answers::pending(cx, request),
            Method::Update if sdp(request).is_some() => answers::pending(cx, request),
            Method::Update if body_of(request) == Body::Foreign => answers::unsupported_media(request, SDP),
            Method::Update => too_brief(cx, request).unwrap_or_else(|| {
                self.dialog.refresh_target(request);
                agree_early(cx, request, &self.dialog)
            }),
            _ => answers::not_allowed(request),
        };
        cx.push(Action::Respond(key, answer));
        Call::Inbound(self)
    }

    /// Candidates that come before the answer is made wait for the offer to be taken.
    fn handle_candidates(&mut self, cx: &mut Context<'_>, info: &Request) {
        // Each INFO repeats those before (RFC 8840 §4.4).
        self.trickled = trickle::read(info).unwrap_or_default();
        if matches!(self.stage, Stage::Answering(_)) {
            cx.push(Action::AddCandidates(core::mem::take(&mut self.trickled)));
        }
    }

    /// RFC 3262 §3. An offer cannot come here: none of our reliable responses has settled the INVITE's.
    fn handle_prack(&mut self, prack: &Request) -> ResponseDraft {
        let status = match &mut self.stage {
            Stage::Ringing { unpracked, .. }
                if unpracked.as_ref().is_some_and(|it| it.is_acknowledged_by(prack)) =>
            {
                if prack.body().is_empty() {
                    *unpracked = None;
                    StatusCode::OK
                } else {
                    StatusCode::NOT_ACCEPTABLE_HERE
                }
            }
            _ => StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST,
        };
        ResponseDraft::to(prack, status)
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match &self.stage {
            Stage::Ringing { no_answer, unpracked } => {
                let unpracked = unpracked.as_ref().map(Unpracked::poll_timeout);
                unpracked.into_iter().chain(Some((*no_answer, "no answer"))).min_by_key(|(at, _)| *at)
            }
            Stage::Acquiring(acceptance) | Stage::Answering(acceptance) => Some((acceptance.until, "media")),
        }
    }

    pub(super) fn handle_timeout(mut self, cx: &mut Context<'_>) -> Call {
        let (Stage::Ringing { no_answer: until, .. }
        | Stage::Acquiring(Acceptance { until, .. })
        | Stage::Answering(Acceptance { until, .. })) = self.stage;
        if until <= cx.now {
            let refusal = self.refuse(cx, StatusCode::TEMPORARILY_UNAVAILABLE, None, &[]);
            return cx.reject(Some(refusal), Cause::NoAnswer);
        }
        if let Stage::Ringing { unpracked, .. } = &mut self.stage
            && let Some(waiting) = unpracked.take()
        {
            *unpracked = waiting.handle_timeout(cx);
            if unpracked.is_none() {
                let refusal = self.refuse(cx, StatusCode::SERVER_TIME_OUT, None, &[]);
                return cx.reject(Some(refusal), Cause::NoPrack);
            }
        }
        Call::Inbound(self)
    }

    /// An answer that makes a dialog (§12.1.1).
    fn dialog_answer(
        cx: &Context<'_>,
        dialog: &Dialog,
        request: &Request,
        status: StatusCode,
    ) -> ResponseDraft {
        let mut answer = ResponseDraft::to(request, status);
        answer.set_to_tag(dialog.local_tag());
        answer.copy_record_route(request);
        cx.introduce(&mut answer, dialog.contact());
        answer
    }
}
