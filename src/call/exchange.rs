//! Offers and answers in a call that is up: re-INVITE and UPDATE, ours and theirs (RFC 3261 §14, RFC 3311, RFC 3264,
//! RFC 6337). One exchange at a time.
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | Idle | what we want differs from what stands | Offering | asks for an offer |
//! | Offering | offer made | Sent | re-INVITE |
//! | Sent | 2xx | Idle | ACK, takes the answer |
//! | Sent | 491, five times in a row at the most | Glare, for 2.1–4 s or 0–2 s (§14.1) | takes the offer back |
//! | Sent | other refusal | Idle | takes the offer back; what stands, stands |
//! | Sent | provisional answers only, for too long | Canceled | CANCEL (§9.1) |
//! | Sent | the connection is lost, five times in a row at the most | Stranded | takes the offer back |
//! | Canceled | 2xx | Idle | ACK, takes the answer |
//! | Canceled | refusal, or no answer at all | Idle | takes the offer back; what stands, stands |
//! | Glare | the wait is over | Offering | asks for an offer |
//! | Stranded | there is a connection | Offering | asks for an offer |
//! | Stranded | there is none for long | Idle, until there is one | tells those who wait |
//! | Idle, Glare | their re-INVITE, their UPDATE with an offer | Answering | asks for an answer, or for an offer |
//! | Answering | CANCEL | Discarding, until the description is made | 487 |
//! | Offering | the browser takes too long | Discarding, likewise | what stands, stands |
//! | Answering | the browser takes too long | Discarding, likewise | 500 |
//! | Discarding | description made, or too late | Idle | takes it back |
//! | Answering | description made | Unacknowledged, or Idle for UPDATE | 2xx |
//! | Unacknowledged | ACK | Idle | takes the answer in it, if the 2xx offered |
//! | Offering, Sent, Canceled | their offer | the same | 491 |
//! | Answering, Discarding, Unacknowledged | their offer | the same | 500 with Retry-After (§14.2) |
//!
//! What is wanted while an exchange is under way waits for its end.

use super::established::Established;
use super::session_timer::{SessionTimer, agree, agreement, too_brief};
use super::unacknowledged::{Acknowledged, Unacknowledged};
use super::wishes::{Change, Restart};
use super::{Action, Call, Context, MediaFact, SDP, acknowledge, answers, sdp};
use crate::error::Cause;
use crate::message::session::{Body, body_of, is_hold, is_welcome};
use crate::message::trickle;
use crate::message::{HeaderValue, Method, Name, Request, RequestDraft, Response, ResponseDraft, StatusCode};
use crate::time::{Duration, Instant, Reason};
use crate::transaction::ServerKey;

/// How long a re-INVITE is waited for after a provisional answer, which a far side that needs time repeats every minute
/// (§13.3.1.1), and after the first of them.
const ANSWER_PATIENCE: Duration = Duration::from_secs(75);
const LONGEST_ANSWER: Duration = Duration::from_secs(180);
/// How long those who wait for a change wait for a connection.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(60);
/// How often in a row an offer is made again that met another one, or lost its connection.
const MOST_REPETITIONS: u8 = 5;

/// See the table above.
pub(super) enum Exchange {
    Idle,
    /// Ours: the offer is being made, until then.
    Offering(Instant),
    /// Ours: the re-INVITE waits for its final answer; after a provisional one until then, and at the very most until
    /// then.
    Sent(Option<(Instant, Instant)>),
    /// Ours: waited for in vain. An answer may still come.
    Canceled,
    /// Ours, refused for glare.
    Glare(Instant),
    /// Ours, lost with its connection. By then, those who wait for it hear of that.
    Stranded(Instant),
    /// Theirs: our description for this INVITE or UPDATE is being made.
    Answering {
        key: ServerKey,
        request: Request,
        until: Instant,
    },
    /// Canceled or given up while our description was being made, which is not wanted any more. By then it is taken for
    /// lost.
    Discarding(Instant),
    /// Theirs: our 2xx waits for its ACK.
    Unacknowledged(Unacknowledged),
}

impl Exchange {
    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match self {
            Self::Unacknowledged(unacknowledged) => Some(unacknowledged.poll_timeout()),
            Self::Glare(until) => Some((*until, "glare")),
            Self::Sent(Some((until, _))) => Some((*until, "re-INVITE")),
            Self::Stranded(until) => Some((*until, "connection")),
            Self::Offering(until) | Self::Answering { until, .. } | Self::Discarding(until) => {
                Some((*until, "media"))
            }
            _ => None,
        }
    }

    /// It is not to be answered any more: a request of theirs that still waits hears 487 (§9.2, §15.1.2).
    pub(super) fn abandon(self, cx: &mut Context<'_>) {
        if let Self::Answering { key, request, .. } = self {
            cx.respond(key, &request, StatusCode::REQUEST_TERMINATED);
        }
    }

    /// The refusal of an offer of theirs that comes at the wrong moment, if it does.
    fn refuses(&self, cx: &mut Context<'_>, request: &Request) -> Option<ResponseDraft> {
        match self {
            Self::Idle | Self::Glare(_) | Self::Stranded(_) => None,
            Self::Offering(_) | Self::Sent(_) | Self::Canceled => {
                Some(ResponseDraft::to(request, StatusCode::REQUEST_PENDING))
            }
            Self::Answering { .. } | Self::Discarding(_) | Self::Unacknowledged(_) => {
                Some(answers::pending(cx, request))
            }
        }
    }
}

impl Established {
    /// Begins what is wanted and does not stand yet, if nothing is under way.
    pub(super) fn proceed(&mut self, cx: &mut Context<'_>) {
        if matches!(self.exchange, Exchange::Idle | Exchange::Glare(_) | Exchange::Stranded(_)) {
            self.hold.come_back(cx);
        }
        if !matches!(self.exchange, Exchange::Idle) {
            return;
        }
        // Who holds us hears nothing of us anyway: that waits for its end.
        let restart = self.restart == Restart::Wanted && !self.hold.remote;
        if restart {
            self.restart = Restart::Offered;
            cx.push(Action::RestartIce);
        }
        if self.hold.wanted != self.hold.local {
            self.hold.tell_media(cx, self.hold.wanted);
        } else if restart || self.change == Change::Wanted {
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

    /// Offers the session anew.
    pub(super) fn renegotiate(&mut self, cx: &mut Context<'_>) {
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
        self.restart.waits();
        if self.change == Change::Offered {
            self.change = Change::Wanted;
        }
        self.hold.come_back(cx);
        true
    }

    fn change_settled(&mut self, cx: &mut Context<'_>, outcome: Result<(), (Cause, Option<Response>)>) {
        if self.change == Change::Offered {
            self.change = Change::None;
            cx.push(Action::Renegotiated(outcome));
        }
    }

    /// The media could not connect by the candidates that the far side has, and there are others (RFC 8839 §4.4.1.1).
    fn handle_ice_failed(&mut self, cx: &mut Context<'_>) {
        if self.restart == Restart::Never {
            self.restart = Restart::Wanted;
            self.proceed(cx);
        }
    }

    /// Their re-INVITE (§14.2).
    pub(super) fn handle_reinvite(mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
        if let Some(refusal) = self.refusal(cx, request) {
            cx.push(Action::Respond(key, refusal));
            return Call::Established(self);
        }
        cx.push(match sdp(request) {
            Some(offer) => Action::CreateAnswer(offer.into()),
            None => Action::CreateOffer,
        });
        self.exchange = Exchange::Answering { key, request: request.clone(), until: cx.description_due() };
        Call::Established(self)
    }

    /// Their UPDATE (RFC 3311 §5.2).
    pub(super) fn handle_update(mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
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
        let wrong_moment = self.exchange.refuses(cx, request);
        wrong_moment.or_else(|| too_brief(cx, request))
    }

    pub(super) fn handle_media(mut self, cx: &mut Context<'_>, fact: MediaFact) -> Call {
        let fact = match fact {
            MediaFact::IceFailed => {
                self.handle_ice_failed(cx);
                return Call::Established(self);
            }
            MediaFact::Candidates { description, complete } => {
                self.trickle.send(cx, &mut self.dialog, trickle::write(&description, complete));
                return Call::Established(self);
            }
            MediaFact::TonePlays | MediaFact::NoTone => {
                self.handle_played(cx, matches!(fact, MediaFact::TonePlays));
                return Call::Established(self);
            }
            fact => fact,
        };
        match (fact, self.exchange) {
            (MediaFact::LocalDescription(offer), Exchange::Offering(_)) => {
                self.exchange = Exchange::Sent(None);
                let mut invite = self.dialog.request(cx.via(), Method::Invite);
                cx.introduce(&mut invite, self.dialog.contact());
                self.timer.ask(cx.settings, &mut invite);
                invite.set_body(HeaderValue::lossy(SDP), offer.into_bytes());
                cx.push(Action::Request(invite));
            }
            (MediaFact::LocalDescription(description), Exchange::Answering { key, request, .. }) => {
                // Not before: what is refused changes nothing (RFC 6141 §4).
                self.dialog.refresh_target(&request);
                let mut answer = cx.agree_to(&request, self.dialog.contact());
                self.timer = agree(cx, agreement(cx.settings, &request).unwrap_or(None), &mut answer);
                answer.set_body(HeaderValue::lossy(SDP), description.into_bytes());
                if *request.method() == Method::Invite {
                    let sent = Unacknowledged::send(cx, key, &request, answer, false);
                    self.exchange = Exchange::Unacknowledged(sent);
                } else {
                    cx.push(Action::Respond(key, answer));
                    self.exchange = Exchange::Idle;
                }
                // Our description has said so, as the media were told to.
                self.hold.we_are(cx);
                self.far_side_says(cx, sdp(&request));
                self.proceed(cx);
            }
            (MediaFact::Failed(_), Exchange::Answering { key, request, .. }) => {
                // The session stays as it was (§14.2).
                cx.respond(key, &request, StatusCode::NOT_ACCEPTABLE_HERE);
                self.exchange = Exchange::Idle;
                self.proceed(cx);
            }
            (_, Exchange::Discarding(_)) => {
                cx.push(Action::Rollback);
                self.exchange = Exchange::Idle;
                self.proceed(cx);
            }
            (MediaFact::Failed(_), Exchange::Offering(_)) => {
                self.exchange = Exchange::Idle;
                self.give_in(cx, Cause::WebRtcError, None);
            }
            (MediaFact::Failed(cause), exchange) => {
                self.exchange = exchange;
                return self.leave(cx, &[], Some(cause));
            }
            (_, exchange) => self.exchange = exchange,
        }
        Call::Established(self)
    }

    /// The session stays as it was (§9.2, §14.2).
    pub(super) fn handle_cancel(mut self, cx: &mut Context<'_>, invite: ServerKey) -> Call {
        if matches!(self.exchange, Exchange::Answering { key, .. } if key == invite) {
            self.exchange.abandon(cx);
            self.exchange = Exchange::Discarding(cx.description_due());
        }
        Call::Established(self)
    }

    pub(super) fn handle_ack(mut self, cx: &mut Context<'_>, ack: &Request) -> Call {
        self.exchange = match self.exchange {
            Exchange::Unacknowledged(unacknowledged) => match unacknowledged.handle_ack(cx, ack) {
                Acknowledged::No(unacknowledged) => Exchange::Unacknowledged(unacknowledged),
                Acknowledged::Yes => Exchange::Idle,
                Acknowledged::WithAnswer(answer) => {
                    let held = is_hold(&answer);
                    cx.push(Action::ApplyAnswer { answer, provisional: false });
                    self.hold.far_side_is(cx, held);
                    Exchange::Idle
                }
                Acknowledged::WithoutAnswer => {
                    self.exchange = Exchange::Idle;
                    return self.leave(cx, &[], Some(Cause::BadMediaDescription));
                }
            },
            exchange => exchange,
        };
        self.proceed(cx);
        Call::Established(self)
    }

    /// A provisional answer to our re-INVITE. It is waited for the longer, but not without end.
    pub(super) fn handle_reinvite_progress(&mut self, cx: &mut Context<'_>) {
        match &mut self.exchange {
            Exchange::Sent(limit) => {
                let last = limit.map_or(cx.now + LONGEST_ANSWER, |(_, last)| last);
                *limit = Some((last.min(cx.now + ANSWER_PATIENCE), last));
            }
            // Where it could not be canceled before.
            Exchange::Canceled => cx.push(Action::Cancel(Vec::new())),
            _ => {}
        }
    }

    /// Our re-INVITE will not be answered: what it wanted is asked for again on the next connection, unless it was
    /// canceled, or lost too often.
    pub(super) fn handle_reinvite_lost(&mut self, cx: &mut Context<'_>) {
        let was_canceled = self.has_canceled();
        if !was_canceled && !matches!(self.exchange, Exchange::Sent(_)) {
            return;
        }
        cx.push(Action::Rollback);
        self.exchange = Exchange::Idle;
        if was_canceled {
            self.give_in(cx, Cause::RequestTimeout, None);
        } else if !self.offer_again(cx, Exchange::Stranded(cx.now + CONNECTION_PATIENCE)) {
            self.give_in(cx, Cause::ConnectionError, None);
        }
    }

    /// Whether a re-INVITE of ours was canceled and may still be answered.
    pub(super) fn has_canceled(&self) -> bool {
        matches!(self.exchange, Exchange::Canceled)
    }

    /// There is a connection again.
    pub(super) fn handle_connected(&mut self, cx: &mut Context<'_>) {
        if matches!(self.exchange, Exchange::Stranded(_)) {
            self.exchange = Exchange::Idle;
        }
        self.proceed(cx);
    }

    /// The final answer to our re-INVITE (§14.1).
    pub(super) fn handle_reinvite_answer(
        mut self,
        cx: &mut Context<'_>,
        request: &RequestDraft,
        response: &Response,
    ) -> Call {
        let was_canceled = self.has_canceled();
        if !was_canceled && !matches!(self.exchange, Exchange::Sent(_)) {
            return Call::Established(self);
        }
        let status = response.status();
        if status.is_success() {
            let ack = acknowledge(cx, &self.dialog, request);
            cx.push(Action::Acknowledge(ack));
            self.exchange = Exchange::Idle;
            self.dialog.refresh_target(response);
            self.timer = SessionTimer::answered(cx.now, response);
            let Some(answer) = sdp(response) else {
                return self.leave(cx, &[], Some(Cause::BadMediaDescription));
            };
            cx.push(Action::ApplyAnswer { answer: answer.into(), provisional: false });
            self.refresh_wanted = false;
            self.restart.is_over();
            self.repetitions = 0;
            self.hold.we_are(cx);
            self.change_settled(cx, Ok(()));
            self.far_side_says(cx, Some(answer));
            self.proceed(cx);
            return Call::Established(self);
        }
        cx.push(Action::Rollback);
        self.exchange = Exchange::Idle;
        if was_canceled {
            self.give_in(cx, Cause::RequestTimeout, None);
        } else if status == StatusCode::REQUEST_PENDING {
            // The side that made the Call-ID waits longer, so that they do not meet again (§14.1).
            let (low, high) = if self.caller { (210, 400) } else { (0, 200) };
            let wait = Duration::from_millis(cx.entropy.between(low, high) * 10);
            if !self.offer_again(cx, Exchange::Glare(cx.now + wait)) {
                self.give_in(cx, Cause::of_status(status.get()), Some(response));
            }
        } else if self.timer.lengthen(response) && self.offer_again(cx, Exchange::Idle) {
            self.proceed(cx);
        } else {
            self.give_in(cx, Cause::of_status(status.get()), Some(response));
        }
        Call::Established(self)
    }

    /// What we offered cannot be had: what stands, stands. What is wanted since then is another matter.
    fn give_in(&mut self, cx: &mut Context<'_>, cause: Cause, response: Option<&Response>) {
        if core::mem::take(&mut self.refresh_wanted) {
            self.timer.postpone(cx.now, response);
        }
        self.repetitions = 0;
        self.restart.is_over();
        self.hold.give_in(cx, cause, response);
        self.change_settled(cx, Err((cause, response.cloned())));
        self.proceed(cx);
    }

    /// Our UPDATE, which only refreshes the session, was refused.
    pub(super) fn handle_refresh_refused(&mut self, cx: &mut Context<'_>, response: &Response) {
        match response.status() {
            // By re-INVITE, then.
            StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => self.far_side_updates = false,
            _ if self.timer.lengthen(response) => {}
            _ => return self.timer.postpone(cx.now, Some(response)),
        }
        self.refresh_wanted = true;
        self.proceed(cx);
    }

    pub(super) fn far_side_says(&mut self, cx: &mut Context<'_>, sdp: Option<&str>) {
        if let Some(sdp) = sdp {
            self.hold.far_side_is(cx, is_hold(sdp));
        }
    }

    /// The deadline of the exchange has come. `false` where our 2xx was never acknowledged.
    pub(super) fn handle_exchange_timeout(&mut self, cx: &mut Context<'_>) -> bool {
        match core::mem::replace(&mut self.exchange, Exchange::Idle) {
            Exchange::Unacknowledged(unacknowledged) => {
                let repeated = unacknowledged.handle_timeout(cx);
                let given_up = repeated.is_none();
                self.exchange = repeated.map_or(Exchange::Idle, Exchange::Unacknowledged);
                !given_up
            }
            Exchange::Glare(_) => {
                self.proceed(cx);
                true
            }
            Exchange::Offering(_) => {
                self.exchange = Exchange::Discarding(cx.description_due());
                self.give_in(cx, Cause::WebRtcError, None);
                true
            }
            Exchange::Sent(_) => {
                cx.push(Action::Cancel(Vec::new()));
                self.exchange = Exchange::Canceled;
                true
            }
            Exchange::Stranded(_) => {
                // It stays wanted, and is asked for on the next connection.
                self.hold.tell_waiting(cx, Cause::ConnectionError, None);
                if self.change == Change::Wanted {
                    cx.push(Action::Renegotiated(Err((Cause::ConnectionError, None))));
                }
                true
            }
            Exchange::Answering { key, request, .. } => {
                cx.respond(key, &request, StatusCode::SERVER_INTERNAL_ERROR);
                self.exchange = Exchange::Discarding(cx.description_due());
                true
            }
            Exchange::Discarding(_) => {
                cx.push(Action::Rollback);
                self.proceed(cx);
                true
            }
            exchange => {
                self.exchange = exchange;
                true
            }
        }
    }
}

/// The far side can be asked by UPDATE (RFC 3311 §4).
pub(super) fn updates(head: &crate::message::Head) -> bool {
    head.has_token(Name::Allow, "UPDATE")
}
