//! Offers of ours: when they are made, and what becomes of them.

use super::{ANSWER_PATIENCE, Exchange, LONGEST_ANSWER, MOST_REPETITIONS, RECOVERY_PATIENCE, updates};
use crate::call::established::Established;
use crate::call::recovery::is_elsewhere;
use crate::call::session_timer::SessionTimer;
use crate::call::trickle::Trickle;
use crate::call::wishes::{Change, Restart};
use crate::call::{Action, CONNECTION_PATIENCE, Call, Context, SDP, acknowledge, decline_fork, sdp};
use crate::dialog::Dialog;
use crate::error::Cause;
use crate::local::supported;
use crate::message::{HeaderValue, Method, Name, RequestDraft, Response, StatusCode};
use crate::time::Duration;

impl Established {
    /// Begins what is wanted and does not stand yet, if nothing is under way.
    pub(in crate::call) fn proceed(&mut self, cx: &mut Context<'_>) {
        self.send_candidates(cx);
        if matches!(self.exchange, Exchange::Idle | Exchange::Glare(_) | Exchange::Stranded(_)) {
            self.hold.come_back(cx);
        }
        if !matches!(self.exchange, Exchange::Idle) {
            return;
        }
        if self.recovery.is_lost() {
            if self.hold.wanted != self.hold.local || self.change == Change::Wanted {
                self.exchange = Exchange::Stranded(cx.now + CONNECTION_PATIENCE);
            }
            return;
        }
        if self.recovery.is_waiting() {
            return;
        }
        let refresh = self.recovery.wants_refresh();
        // Who holds us hears nothing of us anyway: that waits for its end, or for an offer that has to be made. On another
        // network nothing would be heard of the far side.
        let may_restart = refresh || !self.hold.remote || self.recovery.has_moved();
        let restart = self.restart == Restart::Wanted && may_restart;
        // Nobody knows what is left of the media where the far side is found otherwise.
        if restart || self.recovery.is_sought() {
            self.restart = Restart::Offered;
            self.trickle.handle_restart();
            cx.push(Action::RestartIce);
        }
        if self.hold.wanted != self.hold.local {
            self.hold.tell_media(cx, self.hold.wanted);
        } else if restart || refresh || self.change == Change::Wanted {
            // Nothing else to say.
        } else if !self.refresh_wanted {
            return;
        } else if self.far_side_updates {
            self.refresh_wanted = false;
            let mut update = self.dialog.request(cx.via(), Method::Update);
            cx.introduce(&mut update, self.dialog.contact());
            self.timer.ask(cx.settings, &mut update);
            return cx.push(Action::Request(update));
        }
        cx.push(Action::CreateOffer);
        if self.change == Change::Wanted {
            self.change = Change::Offered;
        }
        self.exchange = Exchange::Offering(cx.description_due());
    }

    /// Our offer is made.
    pub(super) fn send_offer(&mut self, cx: &mut Context<'_>, offer: String) {
        self.exchange = Exchange::Sent(None);
        if self.recovery.is_stale() {
            self.dialog.move_to(cx.local.contact_of(self.anonymous));
        }
        let sought = if self.recovery.is_sought() { self.replacement(cx) } else { None };
        let mut invite = sought.unwrap_or_else(|| self.dialog.request(cx.via(), Method::Invite));
        cx.introduce(&mut invite, self.dialog.contact());
        self.timer.ask(cx.settings, &mut invite);
        if !invite.is_in_dialog() {
            // It is answered at once, or given up.
            let extensions = supported(cx.settings.session_expires.is_some());
            let extensions = extensions.strip_prefix("100rel, ").unwrap_or(extensions);
            invite.set(Name::Supported, HeaderValue::lossy(extensions));
        }
        invite.set_body(HeaderValue::lossy(SDP), offer.into_bytes());
        cx.push(Action::Request(invite));
    }

    /// Offers the session anew.
    pub(in crate::call) fn renegotiate(&mut self, cx: &mut Context<'_>) {
        self.change = Change::Wanted;
        self.proceed(cx);
    }

    /// What was offered has to be offered again, in this state. False where that was so too often.
    fn offer_again(&mut self, cx: &mut Context<'_>, exchange: Exchange) -> bool {
        self.repetitions += 1;
        if self.repetitions > MOST_REPETITIONS {
            return false;
        }
        self.exchange = exchange;
        self.take_back(cx);
        true
    }

    /// What was offered is wanted still.
    pub(super) fn take_back(&mut self, cx: &mut Context<'_>) {
        self.restart.waits();
        if self.change == Change::Offered {
            self.change = Change::Wanted;
        }
        self.hold.come_back(cx);
    }

    fn change_settled(&mut self, cx: &mut Context<'_>, outcome: Result<(), (Cause, Option<Response>)>) {
        if self.change == Change::Offered {
            self.change = Change::None;
            cx.push(Action::Renegotiated(outcome));
        }
    }

    /// Whether an offer of ours waits for its answer.
    fn awaits_answer(&self) -> bool {
        matches!(self.exchange, Exchange::Sent(_) | Exchange::Canceled)
    }

    /// A provisional answer to our re-INVITE. It is waited for the longer, but not without end.
    pub(in crate::call) fn handle_reinvite_progress(&mut self, cx: &mut Context<'_>) {
        let patience = if self.recovery.is_under_way() { RECOVERY_PATIENCE } else { ANSWER_PATIENCE };
        match &mut self.exchange {
            Exchange::Sent(limit) => {
                let last = limit.map_or(cx.now + LONGEST_ANSWER, |(_, last)| last);
                *limit = Some((last.min(cx.now + patience), last));
            }
            // Where it could not be canceled before.
            Exchange::Canceled => cx.push(Action::Cancel(Vec::new())),
            _ => {}
        }
    }

    /// Our re-INVITE will not be answered: what it wanted is asked for again on the next connection, unless it was
    /// canceled, or lost too often.
    pub(in crate::call) fn handle_reinvite_lost(&mut self, cx: &mut Context<'_>) {
        if !self.awaits_answer() {
            return;
        }
        let was_canceled = self.has_canceled();
        cx.push(Action::Rollback);
        self.exchange = Exchange::Idle;
        if was_canceled {
            self.give_in(cx, Cause::RequestTimeout, None);
        } else if !self.offer_again(cx, Exchange::Stranded(cx.now + CONNECTION_PATIENCE)) {
            self.give_in(cx, Cause::ConnectionError, None);
        }
    }

    /// Whether a re-INVITE of ours was canceled and may still be answered.
    pub(in crate::call) fn has_canceled(&self) -> bool {
        matches!(self.exchange, Exchange::Canceled)
    }

    /// Our offer has not reached the far side, which may have lost its own connection.
    pub(in crate::call) fn handle_not_there(mut self, cx: &mut Context<'_>) -> Call {
        if !self.awaits_answer() {
            return Call::Established(self);
        }
        cx.push(Action::Rollback);
        self.exchange = Exchange::Idle;
        if !self.recovery.is_stale() {
            self.give_in(cx, Cause::Unavailable, None);
        } else if self.recovery.is_not_there(cx.now, self.dialog.has_remote_address()) {
            self.take_back(cx);
            self.proceed(cx);
        } else {
            return self.leave(cx, &[], Some(Cause::DialogError));
        }
        Call::Established(self)
    }

    /// The final answer to our re-INVITE (§14.1).
    pub(in crate::call) fn handle_reinvite_answer(
        mut self,
        cx: &mut Context<'_>,
        request: &RequestDraft,
        response: &Response,
    ) -> Call {
        let status = response.status();
        if !self.awaits_answer() {
            if status.is_success() {
                // Canceled, and overtaken by an offer of theirs. What was agreed on by now is agreed on anew.
                let ack = acknowledge(cx, &self.dialog, request);
                cx.push(Action::Acknowledge(ack));
                self.renegotiate(cx);
            }
            return Call::Established(self);
        }
        let was_canceled = self.has_canceled();
        if status.is_success() {
            return self.take_answer(cx, request, response);
        }
        if self.recovery.is_under_way() && (is_elsewhere(status) || was_canceled) {
            return self.handle_not_there(cx);
        }
        cx.push(Action::Rollback);
        self.exchange = Exchange::Idle;
        if was_canceled {
            self.give_in(cx, Cause::RequestTimeout, None);
        } else if status == StatusCode::REQUEST_PENDING {
            return self.give_way(cx, response);
        } else if self.timer.lengthen(response) && self.offer_again(cx, Exchange::Idle) {
            self.proceed(cx);
        } else {
            return self.be_refused(cx, response);
        }
        Call::Established(self)
    }

    /// The far side does not agree.
    fn be_refused(mut self, cx: &mut Context<'_>, response: &Response) -> Call {
        let cause = Cause::of_status(response.status().get());
        if !self.recovery.is_refused(cx.now, Some(response)) {
            return self.leave(cx, &[], Some(cause));
        }
        self.give_in(cx, cause, Some(response));
        Call::Established(self)
    }

    /// Our offer has met one of theirs.
    fn give_way(mut self, cx: &mut Context<'_>, response: &Response) -> Call {
        // The side that made the Call-ID waits longer, so that they do not meet again (§14.1).
        let (low, high) = if self.caller { (210, 400) } else { (0, 200) };
        let wait = Duration::from_millis(cx.entropy.between(low, high) * 10);
        if !self.offer_again(cx, Exchange::Glare(cx.now + wait)) {
            return self.be_refused(cx, response);
        }
        Call::Established(self)
    }

    fn take_answer(mut self, cx: &mut Context<'_>, request: &RequestDraft, response: &Response) -> Call {
        self.dialog.refresh_target(response);
        let ack = acknowledge(cx, &self.dialog, request);
        cx.push(Action::Acknowledge(ack));
        self.exchange = Exchange::Idle;
        self.timer = SessionTimer::answered(cx.now, response);
        let Some(answer) = sdp(response) else {
            return self.leave(cx, &[], Some(Cause::BadMediaDescription));
        };
        cx.push(Action::ApplyAnswer { answer: answer.into(), provisional: false });
        self.refresh_wanted = false;
        self.restart.is_over();
        self.repetitions = 0;
        self.recovery.refreshed();
        self.recovery.handle_exchanged(cx.now);
        self.hold.we_are(cx);
        self.change_settled(cx, Ok(()));
        self.far_side_says(cx, Some(answer));
        self.recovery.settle(cx, self.restart);
        self.proceed(cx);
        Call::Established(self)
    }

    /// The INVITE that looks for the far side where it can be found whatever has become of its connection, and takes the
    /// place of this call there (RFC 3891 §4). Whoever does not know how is to refuse it, not to ring.
    fn replacement(&mut self, cx: &mut Context<'_>) -> Option<RequestDraft> {
        let (tag, call_id, via) = (cx.entropy.tag(), cx.entropy.call_id(), cx.via());
        let mut invite = self.dialog.replacement(via, &call_id, &tag)?;
        if self.anonymous {
            invite.set(Name::Privacy, HeaderValue::lossy("id"));
        }
        Some(invite)
    }

    /// An answer to an INVITE of ours in another dialog than this: the one that looks for the far side, or a fork of the
    /// first.
    pub(in crate::call) fn handle_sought(
        mut self,
        cx: &mut Context<'_>,
        request: &RequestDraft,
        response: &Response,
    ) -> Call {
        let status = response.status();
        if !self.awaits_answer() || !self.recovery.is_sought() {
            decline_fork(cx, request, response);
            return Call::Established(self);
        }
        match status.get() {
            100 => self.handle_reinvite_progress(cx),
            // Somebody is being asked who does not know of the call.
            101..=199 => {
                cx.push(Action::Cancel(Vec::new()));
                self.exchange = Exchange::Canceled;
            }
            200..=299 => {
                let Some(dialog) = Dialog::uac(request, response) else {
                    decline_fork(cx, request, response);
                    return self.leave(cx, &[], Some(Cause::DialogError));
                };
                self.dialog = dialog;
                self.caller = true;
                self.far_side_updates = updates(response);
                self.trickle = Trickle::with(cx, response);
                return self.take_answer(cx, request, response);
            }
            491 => {
                cx.push(Action::Rollback);
                self.exchange = Exchange::Idle;
                return self.give_way(cx, response);
            }
            486 | 500..=599 => return self.handle_not_there(cx),
            _ if is_elsewhere(status) => return self.handle_not_there(cx),
            _ => return self.leave(cx, &[], Some(Cause::DialogError)),
        }
        Call::Established(self)
    }

    /// What we offered cannot be had: what stands, stands. What is wanted since then is another matter.
    pub(super) fn give_in(&mut self, cx: &mut Context<'_>, cause: Cause, response: Option<&Response>) {
        if core::mem::take(&mut self.refresh_wanted) {
            self.timer.postpone(cx.now, response);
        }
        self.repetitions = 0;
        self.restart.is_over();
        self.hold.give_in(cx, cause, response);
        self.change_settled(cx, Err((cause, response.cloned())));
        self.recovery.settle(cx, self.restart);
        self.proceed(cx);
    }

    /// Our UPDATE, which only refreshes the session, was refused.
    pub(in crate::call) fn handle_refresh_refused(&mut self, cx: &mut Context<'_>, response: &Response) {
        match response.status() {
            // By re-INVITE, then.
            StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => self.far_side_updates = false,
            _ if self.timer.lengthen(response) => {}
            _ => return self.timer.postpone(cx.now, Some(response)),
        }
        self.refresh_wanted = true;
        self.proceed(cx);
    }
}
