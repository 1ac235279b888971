//! A call that was answered, until a BYE (RFC 3261 §14, §15; RFC 6086 for INFO).

use super::dtmf::Digits;
use super::unacknowledged::{Acknowledged, Unacknowledged};
use super::{
    Action, Call, CallEvent, Context, MediaFact, SDP, Tone, acknowledge, answers, decline_fork, sdp,
};
use crate::dialog::Dialog;
use crate::error::Cause;
use crate::message::{ExtraHeader, HeaderValue, Message, Method, Name, Request, RequestDraft, Response};
use crate::message::{ResponseDraft, StatusCode, dtmf};
use crate::time::{Instant, Reason};
use crate::transaction::ServerKey;

/// A call with a confirmed dialog.
pub struct Established {
    dialog: Dialog,
    exchange: Exchange,
    digits: Digits,
}

/// Their last INVITE of the dialog.
enum Exchange {
    /// A re-INVITE: our description is being made.
    Answering { key: ServerKey, request: Request },
    /// Canceled while our description was being made, which is not wanted any more.
    Discarding,
    /// Answered by a 2xx that waits for its ACK.
    Unacknowledged(Unacknowledged),
    /// Complete, or there was none.
    Complete,
}

impl Established {
    /// Our `invite` was answered by `response`, with this SDP.
    pub(super) fn caller(
        cx: &mut Context<'_>,
        dialog: Dialog,
        invite: &RequestDraft,
        response: &Response,
        answer: String,
    ) -> Self {
        let ack = acknowledge(cx, &dialog, invite);
        cx.push(Action::Acknowledge(ack));
        cx.push(Action::ApplyAnswer { answer, provisional: false });
        cx.tell(CallEvent::Accepted(response.clone()));
        Self { dialog, exchange: Exchange::Complete, digits: Digits::new() }
    }

    /// We answer their INVITE by `answer`.
    pub(super) fn callee(
        cx: &mut Context<'_>,
        dialog: Dialog,
        key: ServerKey,
        invite: &Request,
        answer: ResponseDraft,
    ) -> Self {
        let response = answer.to_response();
        let exchange = Exchange::Unacknowledged(Unacknowledged::send(cx, key, invite, answer));
        cx.tell(CallEvent::Accepted(response));
        Self { dialog, exchange, digits: Digits::new() }
    }

    pub(super) fn owns(&self, request: &Request) -> bool {
        self.dialog.owns(request)
    }

    pub(super) fn local_tag(&self) -> &str {
        self.dialog.local_tag()
    }

    pub(super) fn next_sequence(&mut self) -> u32 {
        self.dialog.next_sequence()
    }

    pub(super) fn send_digits(&mut self, cx: &mut Context<'_>, tones: &[Option<Tone>], batch: u32) {
        self.digits.queue(tones, batch);
        self.digits.proceed(cx, &mut self.dialog);
    }

    pub(super) fn hang_up(self, cx: &mut Context<'_>, extra: &[ExtraHeader]) -> Call {
        self.leave(cx, extra, None)
    }

    /// Ends the call from our side: by BYE, at once or as soon as the far side has acknowledged our 2xx (§15).
    fn leave(mut self, cx: &mut Context<'_>, extra: &[ExtraHeader], cause: Option<Cause>) -> Call {
        self.digits.abandon(cx);
        let mut bye = self.dialog.request(cx.via(), Method::Bye);
        for header in extra {
            bye.extra(header);
        }
        match self.exchange {
            Exchange::Unacknowledged(unacknowledged) => {
                cx.push(Action::ReleaseMedia);
                Call::Leaving(Leaving { dialog: self.dialog, unacknowledged, bye, cause })
            }
            exchange => {
                exchange.abandon(cx);
                cx.push(Action::HangUp(bye));
                cx.tell(CallEvent::Bye);
                cx.end(None, cause)
            }
        }
    }

    pub(super) fn handle_request(mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
        if !self.dialog.accepts(request) {
            cx.push(Action::Respond(key, ResponseDraft::to(request, StatusCode::SERVER_INTERNAL_ERROR)));
            return Call::Established(self);
        }
        match request.method() {
            Method::Bye => {
                self.digits.abandon(cx);
                self.exchange.abandon(cx);
                handle_bye(cx, key, request)
            }
            Method::Invite => self.handle_reinvite(cx, key, request),
            Method::Info => {
                cx.push(Action::Respond(key, answers::to_info(request)));
                if let Some((digit, duration)) = dtmf::read(request) {
                    let tone = Tone { digit, duration, gap: 0 };
                    cx.tell(CallEvent::Dtmf { request: request.clone(), tone, outgoing: false });
                }
                Call::Established(self)
            }
            Method::Refer => {
                let one_target = request.elements(Name::ReferTo).count() == 1;
                let status = if one_target { StatusCode::DECLINE } else { StatusCode::BAD_REQUEST };
                cx.push(Action::Respond(key, ResponseDraft::to(request, status)));
                if one_target {
                    cx.tell(CallEvent::Refer(request.clone()));
                }
                Call::Established(self)
            }
            _ => {
                cx.push(Action::Respond(key, answers::not_allowed(request)));
                Call::Established(self)
            }
        }
    }

    /// §14.2.
    fn handle_reinvite(mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
        if !matches!(self.exchange, Exchange::Complete) {
            let pending = answers::pending(cx, request);
            cx.push(Action::Respond(key, pending));
            return Call::Established(self);
        }
        if sdp(request).is_none() && !request.body().is_empty() {
            cx.push(Action::Respond(key, answers::unsupported_media(request, SDP)));
            return Call::Established(self);
        }
        self.dialog.refresh_target(request);
        cx.push(match sdp(request) {
            Some(offer) => Action::CreateAnswer(offer.into()),
            None => Action::CreateOffer,
        });
        self.exchange = Exchange::Answering { key, request: request.clone() };
        Call::Established(self)
    }

    pub(super) fn handle_media(mut self, cx: &mut Context<'_>, fact: MediaFact) -> Call {
        match (fact, self.exchange) {
            (MediaFact::LocalDescription(description), Exchange::Answering { key, request }) => {
                let mut answer = ResponseDraft::to(&request, StatusCode::OK);
                cx.introduce(&mut answer);
                answer.set_body(HeaderValue::lossy(SDP), description.into_bytes());
                self.exchange = Exchange::Unacknowledged(Unacknowledged::send(cx, key, &request, answer));
                Call::Established(self)
            }
            (MediaFact::Failed(_), Exchange::Answering { key, request }) => {
                // The session stays as it was (§14.2).
                let refusal = ResponseDraft::to(&request, StatusCode::NOT_ACCEPTABLE_HERE);
                cx.push(Action::Respond(key, refusal));
                self.exchange = Exchange::Complete;
                Call::Established(self)
            }
            (_, Exchange::Discarding) => {
                self.exchange = Exchange::Complete;
                Call::Established(self)
            }
            (MediaFact::Failed(cause), exchange) => {
                self.exchange = exchange;
                self.leave(cx, &[], Some(cause))
            }
            (_, exchange) => {
                self.exchange = exchange;
                Call::Established(self)
            }
        }
    }

    /// The session stays as it was (§9.2, §14.2).
    pub(super) fn handle_cancel(mut self, cx: &mut Context<'_>, invite: ServerKey) -> Call {
        if matches!(self.exchange, Exchange::Answering { key, .. } if key == invite) {
            self.exchange.abandon(cx);
            self.exchange = Exchange::Discarding;
        }
        Call::Established(self)
    }

    pub(super) fn handle_ack(mut self, cx: &mut Context<'_>, ack: &Request) -> Call {
        let Exchange::Unacknowledged(unacknowledged) = self.exchange else { return Call::Established(self) };
        self.exchange = match unacknowledged.handle_ack(ack) {
            Acknowledged::No(unacknowledged) => Exchange::Unacknowledged(unacknowledged),
            Acknowledged::Yes => Exchange::Complete,
            Acknowledged::WithAnswer(answer) => {
                cx.push(Action::ApplyAnswer { answer, provisional: false });
                Exchange::Complete
            }
            Acknowledged::WithoutAnswer => {
                self.exchange = Exchange::Complete;
                return self.leave(cx, &[], Some(Cause::BadMediaDescription));
            }
        };
        Call::Established(self)
    }

    pub(super) fn handle_response(
        mut self,
        cx: &mut Context<'_>,
        request: &RequestDraft,
        response: &Response,
    ) -> Call {
        let status = response.status();
        match request.method() {
            Method::Invite => {
                decline_fork(cx, request, response);
                Call::Established(self)
            }
            // The far side knows nothing of the dialog any more (§12.2.1.2).
            _ if matches!(
                status,
                StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST | StatusCode::REQUEST_TIMEOUT
            ) =>
            {
                self.leave(cx, &[], Some(Cause::DialogError))
            }
            Method::Info if status.is_final() => {
                self.digits.handle_response(cx, &mut self.dialog, response);
                Call::Established(self)
            }
            _ => Call::Established(self),
        }
    }

    /// A request inside the dialog was not answered: as if by 408 (§12.2.1.2).
    pub(super) fn handle_request_failed(self, cx: &mut Context<'_>, cause: Cause) -> Call {
        match cause {
            Cause::RequestTimeout => self.leave(cx, &[], Some(Cause::DialogError)),
            _ => Call::Established(self),
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        let ack = match &self.exchange {
            Exchange::Unacknowledged(unacknowledged) => Some(unacknowledged.poll_timeout()),
            _ => None,
        };
        ack.into_iter().chain(self.digits.poll_timeout()).min_by_key(|(at, _)| *at)
    }

    pub(super) fn handle_timeout(mut self, cx: &mut Context<'_>) -> Call {
        if self.digits.poll_timeout().is_some_and(|(at, _)| at <= cx.now) {
            self.digits.proceed(cx, &mut self.dialog);
        }
        match self.exchange {
            Exchange::Unacknowledged(unacknowledged) if unacknowledged.poll_timeout().0 <= cx.now => {
                let repeated = unacknowledged.handle_timeout(cx);
                let given_up = repeated.is_none();
                self.exchange = repeated.map_or(Exchange::Complete, Exchange::Unacknowledged);
                if given_up { self.leave(cx, &[], Some(Cause::NoAck)) } else { Call::Established(self) }
            }
            _ => Call::Established(self),
        }
    }
}

impl Exchange {
    /// It is not to be answered any more: a re-INVITE that still waits hears 487 (§9.2, §15.1.2).
    fn abandon(self, cx: &mut Context<'_>) {
        if let Self::Answering { key, request } = self {
            cx.push(Action::Respond(key, ResponseDraft::to(&request, StatusCode::REQUEST_TERMINATED)));
        }
    }
}

/// See [`Call::Leaving`].
pub struct Leaving {
    dialog: Dialog,
    unacknowledged: Unacknowledged,
    bye: RequestDraft,
    cause: Option<Cause>,
}

impl Leaving {
    pub(super) fn owns(&self, request: &Request) -> bool {
        self.dialog.owns(request)
    }

    pub(super) fn local_tag(&self) -> &str {
        self.dialog.local_tag()
    }

    pub(super) fn handle_request(self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
        if *request.method() == Method::Bye {
            return handle_bye(cx, key, request);
        }
        cx.push(Action::Respond(
            key,
            ResponseDraft::to(request, StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST),
        ));
        Call::Leaving(self)
    }

    pub(super) fn handle_ack(mut self, cx: &mut Context<'_>, ack: &Request) -> Call {
        match self.unacknowledged.handle_ack(ack) {
            Acknowledged::No(unacknowledged) => {
                self.unacknowledged = unacknowledged;
                Call::Leaving(self)
            }
            _ => finish(cx, self.bye, self.cause),
        }
    }

    /// Sends the BYE without waiting any longer.
    pub(super) fn give_up(self, cx: &mut Context<'_>) -> Call {
        finish(cx, self.bye, self.cause)
    }

    pub(super) fn poll_timeout(&self) -> (Instant, Reason) {
        self.unacknowledged.poll_timeout()
    }

    pub(super) fn handle_timeout(mut self, cx: &mut Context<'_>) -> Call {
        match self.unacknowledged.handle_timeout(cx) {
            Some(unacknowledged) => {
                self.unacknowledged = unacknowledged;
                Call::Leaving(self)
            }
            None => finish(cx, self.bye, self.cause),
        }
    }
}

fn finish(cx: &mut Context<'_>, bye: RequestDraft, cause: Option<Cause>) -> Call {
    cx.push(Action::HangUp(bye));
    cx.tell(CallEvent::Bye);
    cx.end(None, cause)
}

fn handle_bye(cx: &mut Context<'_>, key: ServerKey, bye: &Request) -> Call {
    cx.push(Action::Respond(key, ResponseDraft::to(bye, StatusCode::OK)));
    cx.tell(CallEvent::Bye);
    cx.end(Some(Message::Request(bye.clone())), Some(Cause::Terminated))
}
