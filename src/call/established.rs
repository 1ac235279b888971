//! A call that was answered, until a BYE (RFC 3261 §12.2, §15).

use super::dtmf::Digits;
use super::exchange::{Exchange, updates};
use super::leaving::{Leaving, handle_bye, hang_up};
use super::recovery::{self, Recovery, is_elsewhere};
use super::reliable::{self, Unpracked};
use super::session_timer::{Due, SessionTimer};
use super::transfer::Transfers;
use super::trickle::{self, Trickle};
use super::unacknowledged::Unacknowledged;
use super::wishes::{Change, Hold, Restart};
use super::{
    Action, Call, CallEvent, Context, MediaFact, Outage, Tone, ToneTransport, acknowledge, answers,
    decline_fork,
};
use crate::dialog::Dialog;
use crate::error::Cause;
use crate::message::{ExtraHeader, Method, Name, Request, RequestDraft, Response, ResponseDraft, StatusCode};
use crate::time::{Instant, Reason, soonest};
use crate::transaction::ServerKey;

/// A call with a confirmed dialog.
pub struct Established {
    pub(super) dialog: Dialog,
    pub(super) exchange: Exchange,
    /// Whether we placed the call, and so made its Call-ID.
    pub(super) caller: bool,
    /// Whether our Contact is not to tell who we are.
    pub(super) anonymous: bool,
    pub(super) far_side_updates: bool,
    pub(super) hold: Hold,
    pub(super) timer: SessionTimer,
    pub(super) restart: Restart,
    pub(super) recovery: Recovery,
    /// What ICE calls itself in the far side's last description.
    pub(super) ice_name: Option<Box<str>>,
    /// The session timer asks for a refresh that has not begun yet.
    pub(super) refresh_wanted: bool,
    pub(super) change: Change,
    /// How often in a row what we want offered had to be offered again.
    pub(super) repetitions: u8,
    pub(super) transfers: Transfers,
    pub(super) trickle: Trickle,
    /// Our 180, whose PRACK may be on its way still; it is not sent again after the 2xx.
    pub(super) unpracked: Option<Box<Unpracked>>,
    digits: Digits,
}

impl Established {
    pub(super) fn new(
        dialog: Dialog,
        exchange: Exchange,
        timer: SessionTimer,
        caller: bool,
        far_side_updates: bool,
    ) -> Self {
        Self {
            dialog,
            exchange,
            caller,
            anonymous: false,
            far_side_updates,
            hold: Hold::default(),
            timer,
            restart: Restart::default(),
            recovery: Recovery::default(),
            ice_name: None,
            refresh_wanted: false,
            change: Change::default(),
            repetitions: 0,
            transfers: Transfers::default(),
            unpracked: None,
            digits: Digits::new(),
            trickle: Trickle::Off,
        }
    }

    /// Our `invite` was answered by `response`. `sdp` is how offer and answer were settled.
    pub(super) fn caller(
        cx: &mut Context<'_>,
        dialog: Dialog,
        invite: &RequestDraft,
        response: &Response,
        sdp: Settled,
    ) -> Self {
        let timer = SessionTimer::answered(cx.now, response);
        let mut ack = acknowledge(cx, &dialog, invite);
        if let Settled::ByUs(answer) = &sdp {
            ack.set_body(crate::message::HeaderValue::lossy(super::SDP), answer.clone().into_bytes());
        }
        cx.push(Action::Acknowledge(ack));
        let description = match sdp {
            Settled::ByThem(answer) => {
                cx.push(Action::ApplyAnswer { answer: answer.clone(), provisional: false });
                Some(answer)
            }
            Settled::ByUs(_) | Settled::Before => super::sdp(response).map(String::from),
        };
        cx.tell(CallEvent::Accepted(response.clone()));
        cx.tell(CallEvent::Confirmed);
        let mut call = Self::new(dialog, Exchange::Idle, timer, true, updates(response));
        call.anonymous = invite.get(Name::Privacy).is_some();
        call.far_side_says(cx, description.as_deref());
        call.trickle = Trickle::with(cx, response);
        call
    }

    /// We answer their INVITE by `answer`.
    pub(super) fn callee(
        cx: &mut Context<'_>,
        dialog: Dialog,
        key: ServerKey,
        invite: &Request,
        answer: ResponseDraft,
        timer: SessionTimer,
    ) -> Self {
        let response = answer.to_response();
        let exchange = Exchange::Unacknowledged(Unacknowledged::send(cx, key, invite, answer, true));
        cx.tell(CallEvent::Accepted(response));
        let mut call = Self::new(dialog, exchange, timer, false, updates(invite));
        call.far_side_says(cx, super::sdp(invite));
        call.trickle = Trickle::with(cx, invite);
        call
    }

    pub(super) fn dialog(&self) -> &Dialog {
        &self.dialog
    }

    /// The next sequence number for this request; `None` where it is not of the dialog.
    pub(super) fn next_sequence(&mut self, request: &RequestDraft) -> Option<u32> {
        request.is_in_dialog().then(|| self.dialog.next_sequence())
    }

    pub(super) fn send_digits(
        &mut self,
        cx: &mut Context<'_>,
        tones: &[Option<Tone>],
        transport: ToneTransport,
        batch: u32,
    ) {
        self.digits.queue(tones, transport, batch);
        self.digits.proceed(cx, &mut self.dialog);
    }

    /// Sends the candidates that wait, where the far side knows where we are, and no restart makes them void.
    pub(super) fn send_candidates(&mut self, cx: &mut Context<'_>) {
        if !self.recovery.is_stale() && self.restart != Restart::Wanted {
            self.trickle.proceed(cx, &mut self.dialog);
        }
    }

    /// Whether the audio plays the tone that it was asked for.
    pub(super) fn handle_played(&mut self, cx: &mut Context<'_>, plays: bool) {
        self.digits.handle_played(cx, &mut self.dialog, plays);
    }

    /// Puts the far side on hold, or takes it off.
    pub(super) fn set_hold(&mut self, cx: &mut Context<'_>, hold: bool) {
        self.hold.wanted = hold;
        self.proceed(cx);
    }

    /// Whether something was lost that is being restored.
    pub(super) fn is_recovering(&self) -> bool {
        self.recovery.is_under_way()
    }

    /// Who is on hold: we them, they us.
    pub(super) fn is_on_hold(&self) -> (bool, bool) {
        (self.hold.local, self.hold.remote)
    }

    /// Whether it is not on hold, nor to be, and no transfer has the say over it.
    pub(super) fn is_audible(&self) -> bool {
        !self.hold.wanted && self.transfers.are_idle()
    }

    /// Whether it is on hold, or not, as it is wanted, and nothing else is offered.
    pub(super) fn is_settled(&self) -> bool {
        self.hold.is_settled()
    }

    /// Sends a request of the application's inside the dialog.
    pub(super) fn request(&mut self, cx: &mut Context<'_>, method: Method) -> RequestDraft {
        self.dialog.request(cx.via(), method)
    }

    /// Ends the call without a word, as there is nobody to tell.
    pub(super) fn abandon(mut self, cx: &mut Context<'_>) -> Call {
        self.let_go(cx);
        self.exchange.abandon(cx);
        cx.end(None, Some(Cause::ConnectionError))
    }

    /// What is under way will not come to its end.
    fn let_go(&mut self, cx: &mut Context<'_>) {
        self.digits.abandon(cx);
        self.transfers.abandon(cx);
    }

    /// Ends the call from our side: by BYE, at once or as soon as the far side has acknowledged our first 2xx (§15).
    pub(super) fn leave(mut self, cx: &mut Context<'_>, extra: &[ExtraHeader], cause: Option<Cause>) -> Call {
        self.let_go(cx);
        if self.recovery.is_sought() {
            cx.push(Action::Cancel(Vec::new()));
        }
        let mut bye = self.dialog.request(cx.via(), Method::Bye);
        for header in extra {
            bye.extra(header);
        }
        match self.exchange {
            // Once it was acknowledged, there is a dialog that can be ended.
            Exchange::Unacknowledged(unacknowledged) if unacknowledged.is_first() => {
                cx.push(Action::ReleaseMedia);
                Call::Leaving(Leaving { dialog: self.dialog, unacknowledged, bye, cause })
            }
            exchange => {
                exchange.abandon(cx);
                hang_up(cx, bye, cause)
            }
        }
    }

    pub(super) fn handle_request(mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
        match request.method() {
            // The far side has found our INVITE that takes the place of this dialog.
            Method::Bye if self.recovery.is_sought() && matches!(self.exchange, Exchange::Sent(_)) => {
                cx.respond(key, request, StatusCode::OK);
            }
            Method::Bye => {
                self.let_go(cx);
                self.exchange.abandon(cx);
                return handle_bye(cx, key, request);
            }
            Method::Invite => return self.handle_reinvite(cx, key, request),
            Method::Update => return self.handle_update(cx, key, request),
            Method::Notify => return self.handle_notify(cx, key, request),
            Method::Refer => self.transfers.handle_refer(cx, key, request),
            Method::Subscribe => self.handle_subscribe(cx, key, request),
            Method::Info => answers::take_info(cx, key, request),
            Method::Prack => cx.push(Action::Respond(key, reliable::answer(&mut self.unpracked, request))),
            _ => cx.push(Action::Respond(key, answers::not_allowed(request))),
        }
        Call::Established(self)
    }

    pub(super) fn handle_response(
        mut self,
        cx: &mut Context<'_>,
        request: &RequestDraft,
        response: &Response,
    ) -> Call {
        let status = response.status();
        let is_invite = *request.method() == Method::Invite;
        if is_invite && self.dialog.is_foreign(request) {
            return self.handle_sought(cx, request, response);
        }
        if is_invite && !self.dialog.is_answered_by(response) {
            decline_fork(cx, request, response);
            return Call::Established(self);
        }
        match request.method() {
            // Deviation: 408 ends no dialog that is being restored (§12.2.1.2). The far side may have lost its connection,
            // too.
            Method::Invite if self.is_recovering() && is_elsewhere(status) => {
                return self.handle_not_there(cx);
            }
            _ if self.is_recovering() && status == StatusCode::REQUEST_TIMEOUT => {
                self.handle_lost(cx, request, Cause::RequestTimeout);
            }
            // A NOTIFY so refused ends no more than the subscription (RFC 5057 §5.1).
            method if is_gone(status) && *method != Method::Notify => {
                if matches!(self.exchange, Exchange::Unacknowledged(_)) {
                    // There is nobody left who could acknowledge.
                    self.let_go(cx);
                    return cx.end(None, Some(Cause::DialogError));
                }
                return self.leave(cx, &[], Some(Cause::DialogError));
            }
            Method::Invite if status.is_final() => return self.handle_reinvite_answer(cx, request, response),
            Method::Invite => self.handle_reinvite_progress(cx),
            Method::Info if status.is_final() && trickle::is_ours(request) => {
                self.trickle.handle_response(response);
                self.send_candidates(cx);
            }
            Method::Info if status.is_final() => self.digits.handle_response(cx, &mut self.dialog, response),
            Method::Update if status.is_success() => {
                self.dialog.refresh_target(response);
                self.timer = SessionTimer::answered(cx.now, response);
            }
            Method::Update if status.is_final() => self.handle_refresh_refused(cx, response),
            Method::Refer if status.is_final() => return self.handle_refer_answer(cx, response),
            _ => {}
        }
        Call::Established(self)
    }

    /// A request inside the dialog was not answered: as if by 408 (§12.2.1.2).
    pub(super) fn handle_request_failed(
        mut self,
        cx: &mut Context<'_>,
        request: &RequestDraft,
        cause: Cause,
    ) -> Call {
        let method = request.method();
        if *method == Method::Invite && cause == Cause::RequestTimeout && self.is_recovering() {
            return self.handle_not_there(cx);
        }
        // One that was canceled says nothing of the dialog (§9.1).
        let is_canceled = *method == Method::Invite && self.has_canceled();
        let is_spared = *method == Method::Notify || is_canceled || self.is_recovering();
        if cause == Cause::RequestTimeout && !is_spared {
            return self.leave(cx, &[], Some(Cause::DialogError));
        }
        self.handle_lost(cx, request, cause);
        Call::Established(self)
    }

    /// A request has not reached the far side, as far as we know.
    fn handle_lost(&mut self, cx: &mut Context<'_>, request: &RequestDraft, cause: Cause) {
        match request.method() {
            Method::Invite => self.handle_reinvite_lost(cx),
            // Nobody was there: not at once again.
            Method::Update if cause == Cause::RequestTimeout => self.timer.postpone(cx.now, None),
            Method::Update => self.refresh_wanted = true,
            Method::Info if trickle::is_ours(request) => self.trickle.handle_lost(request),
            Method::Info => self.digits.handle_lost(cx, &mut self.dialog),
            Method::Refer => self.transfers.settle(cx, Err((cause, None))),
            _ => {}
        }
    }

    /// A request of the application's was answered by `status`, or not at all, which is as if by 408 (§12.2.1.2).
    pub(super) fn handle_status(self, cx: &mut Context<'_>, status: StatusCode) -> Call {
        let is_spared = status == StatusCode::REQUEST_TIMEOUT && self.is_recovering();
        if is_gone(status) && !is_spared {
            return self.leave(cx, &[], Some(Cause::DialogError));
        }
        Call::Established(self)
    }

    /// The connection is lost that the far side knows.
    pub(super) fn handle_connection_lost(&mut self, cx: &mut Context<'_>) {
        self.recovery.lose();
        self.recovery.begin(cx, Outage::Signaling);
    }

    /// We can be reached again, and what waited for that can be asked for.
    pub(super) fn handle_reachable(&mut self, cx: &mut Context<'_>) {
        if !self.recovery.find(cx.now) {
            return;
        }
        if self.recovery.has_no_media() {
            self.restart = Restart::Wanted;
        }
        match self.exchange {
            Exchange::Stranded(_) => self.exchange = Exchange::Idle,
            // Whether our 2xx has made a dialog, or was lost with the connection, is not seen from here.
            Exchange::Unacknowledged(_) => {
                let options = self.dialog.request(cx.via(), Method::Options);
                cx.push(Action::Request(options));
            }
            _ => {}
        }
        self.proceed(cx);
    }

    /// We are on another network.
    pub(super) fn handle_network_changed(&mut self, cx: &mut Context<'_>) {
        self.recovery.hurry(cx.now);
        self.restart_ice(cx, Outage::Network);
    }

    /// Time has passed unseen, or there is a network again.
    pub(super) fn hurry(&mut self, cx: &mut Context<'_>) {
        self.recovery.hurry(cx.now);
        self.mend(cx);
    }

    pub(super) fn handle_ice(&mut self, cx: &mut Context<'_>, fact: &MediaFact) {
        match fact {
            MediaFact::IceConnected => {
                self.recovery.handle_ice_connected();
                self.recovery.settle(cx, self.restart);
            }
            fact => {
                let failed = matches!(fact, MediaFact::IceFailed);
                self.recovery.handle_ice_lost(cx.now, failed, self.caller);
                self.mend(cx);
            }
        }
    }

    /// Does what is due of what was lost. False where it is given up.
    fn mend(&mut self, cx: &mut Context<'_>) -> bool {
        match self.recovery.due(cx.now, self.hold.remote) {
            recovery::Due::Nothing => {}
            recovery::Due::Refresh => self.proceed(cx),
            recovery::Due::Restart => self.restart_ice(cx, Outage::Media),
            recovery::Due::End => return false,
        }
        true
    }

    fn restart_ice(&mut self, cx: &mut Context<'_>, reason: Outage) {
        self.recovery.begin(cx, reason);
        // One that is under way is given its time.
        if self.restart == Restart::None {
            self.restart = Restart::Wanted;
        }
        self.proceed(cx);
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        soonest(&[
            self.exchange.poll_timeout(),
            self.recovery.poll_timeout(),
            self.digits.poll_timeout(),
            self.timer.poll_timeout(),
            self.transfers.poll_timeout(),
        ])
    }

    pub(super) fn handle_timeout(mut self, cx: &mut Context<'_>) -> Call {
        let is_due = |deadline: Option<(Instant, Reason)>| deadline.is_some_and(|(at, _)| at <= cx.now);
        let (digits, exchange) = (is_due(self.digits.poll_timeout()), is_due(self.exchange.poll_timeout()));
        if digits {
            self.digits.proceed(cx, &mut self.dialog);
        }
        self.transfers.handle_timeout(cx);
        if exchange && !self.handle_exchange_timeout(cx) {
            return self.leave(cx, &[], Some(Cause::NoAck));
        }
        if !self.mend(cx) {
            return self.leave(cx, &[], Some(Cause::RtpTimeout));
        }
        match self.timer.due(cx.now) {
            Due::Nothing => {}
            Due::Refresh => {
                self.refresh_wanted = true;
                self.proceed(cx);
            }
            Due::Bye => return self.leave(cx, &[], Some(Cause::Expires)),
        }
        Call::Established(self)
    }
}

/// Whether an answer says that the far side knows nothing of the dialog any more (§12.2.1.2).
fn is_gone(status: StatusCode) -> bool {
    matches!(status, StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST | StatusCode::REQUEST_TIMEOUT)
}

/// How offer and answer of the first INVITE were settled.
pub(super) enum Settled {
    /// We offered, this is their answer.
    ByThem(String),
    /// They offered, this is our answer, which the ACK carries.
    ByUs(String),
    /// Before the call was answered.
    Before,
}
