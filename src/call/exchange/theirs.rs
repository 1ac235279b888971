//! Offers of theirs.

use super::{Exchange, updates};
use crate::call::established::Established;
use crate::call::session_timer::{agree, agreement, too_brief};
use crate::call::trickle::Trickle;
use crate::call::unacknowledged::{Acknowledged, Unacknowledged};
use crate::call::wishes::Restart;
use crate::call::{Action, Call, Context, SDP, answers, sdp};
use crate::dialog::Dialog;
use crate::error::Cause;
use crate::message::session::{Body, body_of, ice_name, is_welcome};
use crate::message::{HeaderValue, Method, Request, ResponseDraft, StatusCode};
use crate::transaction::ServerKey;

impl Established {
    /// Their re-INVITE (§14.2), or the INVITE by which they come back (RFC 3891).
    pub(in crate::call) fn handle_reinvite(
        mut self,
        cx: &mut Context<'_>,
        key: ServerKey,
        request: &Request,
    ) -> Call {
        if let Some(refusal) = self.refusal(cx, request) {
            cx.push(Action::Respond(key, refusal));
            return Call::Established(self);
        }
        if self.has_canceled() {
            cx.push(Action::Rollback);
            self.take_back(cx);
        }
        cx.push(match sdp(request) {
            Some(offer) => Action::CreateAnswer(offer.into()),
            None => Action::CreateOffer,
        });
        self.exchange = Exchange::Answering { key, request: request.clone(), until: cx.description_due() };
        Call::Established(self)
    }

    /// Their UPDATE (RFC 3311 §5.2).
    pub(in crate::call) fn handle_update(
        mut self,
        cx: &mut Context<'_>,
        key: ServerKey,
        request: &Request,
    ) -> Call {
        if body_of(request) != Body::Silent {
            return self.handle_reinvite(cx, key, request);
        }
        match agreement(cx.settings, request) {
            Err(least) => cx.push(Action::Respond(key, answers::interval_too_small(request, least))),
            Ok(agreed) => {
                self.dialog.refresh_target(request);
                let mut answer = cx.agree_to(request, self.dialog.contact());
                self.timer = agree(cx, agreed, &mut answer);
                cx.push(Action::Respond(key, answer));
            }
        }
        Call::Established(self)
    }

    fn refusal(&self, cx: &mut Context<'_>, request: &Request) -> Option<ResponseDraft> {
        if body_of(request) == Body::Foreign {
            return Some(answers::unsupported_media(request, SDP));
        }
        if !is_welcome(request) {
            return Some(ResponseDraft::to(request, StatusCode::NOT_ACCEPTABLE));
        }
        // Deviation: while a call is being restored, an offer of ours that was canceled refuses none of theirs, though it
        // may still be answered (§14.2). It was sent to where they are no more; they know better.
        let is_overtaken = self.has_canceled() && self.recovery.is_under_way();
        let wrong_moment = if is_overtaken { None } else { self.exchange.refuses(cx, request) };
        wrong_moment.or_else(|| too_brief(cx, request))
    }

    /// Our description for an INVITE or UPDATE of theirs is made.
    pub(super) fn send_answer(
        &mut self,
        cx: &mut Context<'_>,
        key: ServerKey,
        request: &Request,
        description: String,
    ) {
        if self.recovery.is_stale() {
            self.dialog.move_to(cx.local.contact_of(self.anonymous));
        }
        let comes_back = request.to().tag().is_none();
        if comes_back {
            self.come_back(cx, request);
        } else {
            // Not before: what is refused changes nothing (RFC 6141 §4).
            self.dialog.refresh_target(request);
        }
        self.recovery.refreshed();
        let mut answer = cx.agree_to(request, self.dialog.contact());
        if comes_back {
            answer.set_to_tag(self.dialog.local_tag());
            answer.copy_record_route(request);
        }
        self.timer = agree(cx, agreement(cx.settings, request).unwrap_or(None), &mut answer);
        answer.set_body(HeaderValue::lossy(SDP), description.into_bytes());
        if *request.method() == Method::Invite {
            let sent = Unacknowledged::send(cx, key, request, answer, false);
            self.exchange = Exchange::Unacknowledged(sent);
        } else {
            cx.push(Action::Respond(key, answer));
            self.exchange = Exchange::Idle;
        }
        let restarts =
            sdp(request).and_then(ice_name).is_some_and(|name| self.ice_name.as_deref() != Some(name));
        if restarts {
            // Our description has other names, too.
            self.trickle.handle_restart();
            if self.restart == Restart::Wanted {
                self.restart = Restart::None;
            }
        }
        self.recovery.handle_exchanged(cx.now);
        // Our description has said so, as the media were told to.
        self.hold.we_are(cx);
        self.far_side_says(cx, sdp(request));
        self.proceed(cx);
    }

    /// The far side goes on in the dialog that this INVITE makes. Ours is over, as far as it can still be told.
    fn come_back(&mut self, cx: &mut Context<'_>, invite: &Request) {
        let Some(dialog) = Dialog::uas(invite, &cx.entropy.tag(), self.dialog.contact()) else { return };
        let mut old = core::mem::replace(&mut self.dialog, dialog);
        self.caller = false;
        self.far_side_updates = updates(invite);
        self.trickle = Trickle::with(cx, invite);
        let bye = old.request(cx.via(), Method::Bye);
        cx.push(Action::HangUp(bye));
    }

    /// The session stays as it was (§9.2, §14.2).
    pub(in crate::call) fn handle_cancel(mut self, cx: &mut Context<'_>, invite: ServerKey) -> Call {
        if matches!(self.exchange, Exchange::Answering { key, .. } if key == invite) {
            self.exchange.abandon(cx);
            self.exchange = Exchange::Discarding(cx.description_due());
        }
        Call::Established(self)
    }

    pub(in crate::call) fn handle_ack(mut self, cx: &mut Context<'_>, ack: &Request) -> Call {
        match core::mem::replace(&mut self.exchange, Exchange::Idle) {
            Exchange::Unacknowledged(unacknowledged) => match unacknowledged.handle_ack(cx, ack) {
                Acknowledged::No(unacknowledged) => {
                    self.exchange = Exchange::Unacknowledged(unacknowledged);
                }
                Acknowledged::Yes => {}
                Acknowledged::WithAnswer(answer) => {
                    cx.push(Action::ApplyAnswer { answer: answer.clone(), provisional: false });
                    self.far_side_says(cx, Some(&answer));
                }
                Acknowledged::WithoutAnswer => {
                    return self.leave(cx, &[], Some(Cause::BadMediaDescription));
                }
            },
            exchange => self.exchange = exchange,
        }
        self.recovery.settle(cx, self.restart);
        self.proceed(cx);
        Call::Established(self)
    }
}
