//! A call that the far side places, until it is answered (RFC 3261 §13.3; RFC 3262 §3, RFC 3311 §5.2).
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | – | INVITE | Ringing | 180, reliably where the far side requires it |
//! | Ringing | accept | Acquiring | asks for something to send |
//! | Acquiring | media acquired | Answering | asks for an answer, or an offer where the INVITE had none |
//! | Answering | description made | Established | 2xx |
//! | any | INFO with candidates | the same | 200; they wait for Answering |
//! | any | PRACK | the same | 200 |
//! | any | UPDATE | the same | 200; 500 with Retry-After where it offers |
//! | any | reject, media failed | Ended | the refusal |
//! | any | CANCEL, BYE | Ended | 487 |
//! | any | connection lost | Ended | 480, for a repeated INVITE |
//! | Ringing | nobody answers | Ended | 480 |
//! | any | no PRACK comes | Ended | 504 |
//! | Acquiring, Answering | the browser takes too long | Ended | 480 |

use super::established::Established;
use super::reliable::{self, Unpracked};
use super::session_timer::{agree, agree_early, agreement, too_brief};
use super::{Action, Call, CallEvent, CallStatus, Context, MediaFact, SDP, answers, sdp};
use crate::dialog::Dialog;
use crate::error::Cause;
use crate::message::session::{Body, body_of};
use crate::message::trickle::{self, RemoteCandidate};
use crate::message::{
    ExtraHeader, HeaderValue, Message, Method, Name, Request, Response, ResponseDraft, StatusCode,
};
use crate::time::{Duration, Instant, Reason, sooner};
use crate::transaction::ServerKey;

/// See the table above.
pub struct Inbound {
    key: ServerKey,
    request: Request,
    pub(super) dialog: Dialog,
    stage: Stage,
    /// The far side's candidates that have come by themselves.
    trickled: Vec<RemoteCandidate>,
    /// Our 180, where it was sent reliably and its PRACK has not come yet.
    unpracked: Option<Box<Unpracked>>,
}

enum Stage {
    /// Until then.
    Ringing(Instant),
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
        let stage = Stage::Ringing(no_answer);
        let mut call = Self { key, request, dialog, stage, trickled: Vec::new(), unpracked: None };
        let ringing = Self::dialog_answer(cx, &call.dialog, &call.request, StatusCode::RINGING);
        if !call.request.has_token(Name::Require, "100rel") {
            cx.push(Action::Respond(key, ringing));
        } else if sdp(&call.request).is_some() {
            call.unpracked = Some(Box::new(Unpracked::send(cx, key, &call.request, ringing)));
        }
        // Deviation: no 180 to a late offer that requires a reliable one. It would have to carry our offer (RFC 3262 §5),
        // and there is no media to describe before the user accepts.
        Some(call)
    }

    pub(super) fn status(&self) -> CallStatus {
        match self.stage {
            Stage::Ringing(_) | Stage::Acquiring(_) => CallStatus::Starting,
            Stage::Answering(_) => CallStatus::Initiating,
        }
    }

    pub(super) fn is_ringing(&self) -> bool {
        matches!(self.stage, Stage::Ringing(_))
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
                let Self { key, request, dialog, unpracked, .. } = self;
                let mut call = Established::callee(cx, dialog, key, &request, answer, timer);
                call.unpracked = unpracked;
                return Call::Established(call);
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

    /// `request` takes the INVITE back: a CANCEL or a BYE, which may say why (RFC 3326).
    pub(super) fn handle_cancel(self, cx: &mut Context<'_>, request: &Request) -> Call {
        let refusal = self.refuse(cx, StatusCode::REQUEST_TERMINATED, None, &[]);
        cx.tell(CallEvent::Cancel);
        cx.reject_by(Some(Message::Request(request.clone())), Some(refusal), Cause::Canceled)
    }

    /// A request in the early dialog (§12.2.2, §15).
    pub(super) fn handle_request(mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
        let answer = match request.method() {
            Method::Bye => {
                cx.respond(key, request, StatusCode::OK);
                return self.handle_cancel(cx, request);
            }
            Method::Info if trickle::read(request).is_some() => {
                self.handle_candidates(cx, request);
                ResponseDraft::to(request, StatusCode::OK)
            }
            Method::Info => {
                answers::take_info(cx, key, request);
                return Call::Inbound(self);
            }
            Method::Prack => reliable::answer(&mut self.unpracked, request),
            // Another INVITE comes too soon; so does an offer, before that of the INVITE is answered.
            Method::Invite => answers::pending(cx, request),
            Method::Update if sdp(request).is_some() => answers::pending(cx, request),
            Method::Update if body_of(request) == Body::Foreign => answers::unsupported_media(request, SDP),
            Method::Update => too_brief(cx, request).unwrap_or_else(|| {
                self.dialog.refresh_target(request);
                agree_early(cx, request, &self.dialog)
            }),
            _ => answers::too_early(request),
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

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        let stage = match &self.stage {
            Stage::Ringing(no_answer) => (*no_answer, "no answer"),
            Stage::Acquiring(acceptance) | Stage::Answering(acceptance) => (acceptance.until, "media"),
        };
        let unpracked = self.unpracked.as_deref().map(Unpracked::poll_timeout);
        sooner(unpracked, Some(stage))
    }

    pub(super) fn handle_timeout(mut self, cx: &mut Context<'_>) -> Call {
        let (Stage::Ringing(until)
        | Stage::Acquiring(Acceptance { until, .. })
        | Stage::Answering(Acceptance { until, .. })) = self.stage;
        if until <= cx.now {
            let refusal = self.refuse(cx, StatusCode::TEMPORARILY_UNAVAILABLE, None, &[]);
            return cx.reject(Some(refusal), Cause::NoAnswer);
        }
        if let Some(waiting) = self.unpracked.take() {
            self.unpracked = waiting.handle_timeout(cx);
            if self.unpracked.is_none() {
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
