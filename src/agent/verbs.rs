//! What the application wishes, and what it may ask.

use super::calls::Bond;
use super::promises::{Until, failure};
use super::{
    CallId, CallStatus, Digits, InviteOptions, MessageId, Owner, Ticket, Tone, Unsent, UserAgent, Verb,
};
use crate::call::Call;
use crate::dialog::Dialog;
use crate::error::{ApiMisuse, Cause};
use crate::local::Names;
use crate::message::{ExtraHeader, HeaderValue, Method, RequestDraft, StatusCode, UriBuf, name_addr};
use crate::registration::Then;
use crate::time::{Duration, Instant};

/// How long `stop` waits for answers.
const STOP_PATIENCE: Duration = Duration::from_secs(4);

impl UserAgent {
    /// Connects, and registers again where [`stop`](Self::stop) ended a registration. Settles when the socket is open,
    /// or fails when every server was tried; the attempts go on.
    pub fn start(&mut self, now: Instant) -> Ticket {
        self.enter(now);
        self.cut_stopping_short();
        let ticket = self.promises.wait(Until::Connected);
        if self.connection.socket().is_some() {
            self.promises.settle(Until::Connected, Ok(()), &mut self.outputs);
        } else {
            self.connect();
        }
        ticket
    }

    /// Ends all calls, removes the binding, closes the socket. Settles within five seconds.
    pub fn stop(&mut self, now: Instant) -> Ticket {
        self.enter(now);
        self.returns = false;
        let ticket = self.promises.wait(Until::Stopped);
        self.begin_stopping();
        self.finish_stopping();
        ticket
    }

    /// The same without waiting for any answer: what is to be said is said now, and everything has ended.
    pub fn quit(&mut self, now: Instant) {
        self.enter(now);
        self.returns = false;
        self.say_farewell();
    }

    /// Says what there is to say before the connection is closed.
    pub(super) fn begin_stopping(&mut self) {
        if self.stopping.is_some() {
            return;
        }
        self.stopping = Some(self.now + STOP_PATIENCE);
        for call in self.calls.ids() {
            self.hang_up(call, &[]);
        }
        self.each_flow(|agent| {
            if agent.connection.socket().is_none() {
                // What is to be said goes by the other flow.
                if !agent.is_in_use() {
                    agent.close_flow();
                }
            } else if agent.registration.is_active() {
                agent.with_registration(|it, cx| it.unregister(cx, false, &[], Then::Offline));
            }
        });
        self.with_subscriptions(|subscription, cx| subscription.suspend(cx));
        self.with_publications(|publication, cx| publication.suspend(cx));
    }

    /// Registers, connecting first where needed, and stays registered. Settles with the first attempt.
    pub fn register(&mut self, now: Instant, extra: Vec<ExtraHeader>) -> Ticket {
        self.enter(now);
        self.cut_stopping_short();
        let ticket = self.promises.wait(Until::Registered);
        self.each_flow(|agent| {
            let (online, extra) = (agent.connection.socket().is_some(), extra.clone());
            if agent.is_in_use() || !agent.registration.is_off() {
                agent.with_registration(|registration, cx| registration.register(cx, extra, online));
            }
        });
        if !self.is_connected() {
            self.connect();
        }
        ticket
    }

    /// Removes the binding, or with `all` every binding of the user. Nothing keeps it alive from now on. Settles with the
    /// answer, and fails where that is a refusal or does not come: then what the registrar holds runs out by itself.
    pub fn unregister(&mut self, now: Instant, all: bool, extra: Vec<ExtraHeader>) -> Ticket {
        self.enter(now);
        let ticket = self.promises.wait(Until::Unregistered);
        self.promises.settle(Until::Registered, failure(Cause::Canceled, None), &mut self.outputs);
        self.each_flow(|agent| {
            if agent.is_in_use() || (agent.registration.is_active() && !all) {
                agent.with_registration(|it, cx| it.unregister(cx, all, &extra, Then::Off));
            } else {
                agent.close_flow();
            }
        });
        ticket
    }

    /// Places a call, connecting first where needed. The other calls that are up are put on hold.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidTarget`] where `target` can be no SIP address.
    pub fn invite(&mut self, now: Instant, target: &str, options: InviteOptions) -> Verb<CallId> {
        let target = self.target(target)?;
        self.wish_for_connection(now);
        Ok(self.dial(target, options, Bond::None))
    }

    /// Answers a ringing call, and puts the others that are up on hold. Settles when it is answered, or has ended.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidState`] where it does not ring.
    pub fn accept(&mut self, now: Instant, call: CallId, extra: Vec<ExtraHeader>) -> Verb<Ticket> {
        self.enter(now);
        self.demand(call, Call::is_ringing)?;
        let ticket = self.accepted(call);
        self.with_call(call, |call, cx| call.accept(cx, extra));
        Ok(ticket)
    }

    /// Refuses an incoming call, by 480 unless another `status` (300–699) is given.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidState`] where it is not an unanswered incoming call, [`ApiMisuse::InvalidStatus`].
    pub fn reject(
        &mut self,
        now: Instant,
        call: CallId,
        status: Option<u16>,
        reason: Option<&str>,
        extra: Vec<ExtraHeader>,
    ) -> Verb<Ticket> {
        let status = match status {
            None => StatusCode::TEMPORARILY_UNAVAILABLE,
            Some(code) => {
                StatusCode::new(code).filter(|it| it.class() >= 3).ok_or(ApiMisuse::InvalidStatus)?
            }
        };
        self.enter(now);
        self.demand(call, Call::is_rejectable)?;
        let ticket = self.promises.wait(Until::Ended(call));
        self.with_call(call, |call, cx| call.reject(cx, status, reason, &extra));
        Ok(ticket)
    }

    /// Ends a call as its state asks: nothing where the INVITE has not left, CANCEL, a refusal, or BYE. Settles when it
    /// has ended; at once where it had ended before.
    pub fn disconnect(&mut self, now: Instant, call: CallId, extra: Vec<ExtraHeader>) -> Ticket {
        self.enter(now);
        let ticket = self.promises.wait(Until::Ended(call));
        if self.calls.get(call).is_some() {
            self.hang_up(call, &extra);
        } else {
            self.promises.settle(Until::Ended(call), Ok(()), &mut self.outputs);
        }
        ticket
    }

    pub(super) fn hang_up(&mut self, call: CallId, extra: &[ExtraHeader]) {
        let (unsent, kept): (Vec<Unsent>, _) =
            core::mem::take(&mut self.unsent).into_iter().partition(|it| it.owner == Owner::Call(call));
        self.unsent = kept;
        let mut unsent: Vec<_> = unsent.into_iter().map(|it| (it.request, it.owner)).collect();
        unsent.extend(self.wanted.take(&|_, owner| *owner == Owner::Call(call)));
        self.with_call(call, |call, cx| call.disconnect(cx, extra));
        for (request, owner) in unsent {
            // It has not left, or waits for a password, so no answer will come.
            self.handle_request_failed(&request, owner, Cause::Canceled);
        }
    }

    /// Sends DTMF tones: `digits` of `0-9 A-D * #`, and `,` for two seconds of silence; each tone `duration` ms long, the
    /// next `gap` ms after its end. Settles when the last one is over.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidTone`], [`ApiMisuse::InvalidState`] where the call is not connected.
    pub fn send_digits(&mut self, now: Instant, call: CallId, digits: &Digits<'_>) -> Verb<Ticket> {
        let Digits { text, duration, gap, transport } = *digits;
        let tones: Vec<Option<Tone>> = text
            .chars()
            .map(|digit| match digit.to_ascii_uppercase() {
                ',' => Ok(None),
                digit @ ('0'..='9' | 'A'..='D' | '*' | '#') => Ok(Some(Tone { digit, duration, gap })),
                _ => Err(ApiMisuse::InvalidTone),
            })
            .collect::<Result<_, _>>()?;
        self.enter(now);
        self.demand(call, Call::is_established)?;
        let ticket = self.promises.wait(Until::DigitsSent(call));
        self.with_call(call, |call, cx| call.send_digits(cx, &tones, transport, ticket.0));
        Ok(ticket)
    }

    /// Sends a MESSAGE outside any dialog (RFC 3428), connecting first where needed. Settles with its answer.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidTarget`]; [`ApiMisuse::InvalidHeader`] for a `content_type` that is none.
    pub fn send_message(
        &mut self,
        now: Instant,
        target: &str,
        content_type: &str,
        body: &str,
        extra: Vec<ExtraHeader>,
    ) -> Verb<Ticket> {
        let target = self.target(target)?;
        let content_type = HeaderValue::new(content_type).map_err(|_| ApiMisuse::InvalidHeader)?;
        self.wish_for_connection(now);
        let ticket = self.promises.ticket();
        let mut request = self.request_to(Method::Message, target);
        for header in &extra {
            request.extra(header);
        }
        request.set_body(content_type, body.as_bytes().to_vec());
        self.send_request(request, Owner::Verb(ticket));
        Ok(ticket)
    }

    /// Answers a MESSAGE or INFO that was told by [`Event::Message`](super::Event::Message) or
    /// [`Event::Info`](super::Event::Info); 200–699.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidStatus`]; [`ApiMisuse::InvalidState`] where it was answered already.
    pub fn respond_to_message(
        &mut self,
        now: Instant,
        id: MessageId,
        status: u16,
        reason: Option<&str>,
    ) -> Verb<()> {
        let status = StatusCode::new(status).filter(|it| it.is_final()).ok_or(ApiMisuse::InvalidStatus)?;
        self.enter(now);
        if self.answer_message(id, status, reason) { Ok(()) } else { Err(ApiMisuse::InvalidState) }
    }

    /// The UUID of this device, where it was not known from the beginning. A binding that is there already keeps the
    /// one that was made up.
    pub fn set_instance(&mut self, instance: &str) {
        self.local.set_instance(instance);
    }

    /// By what the registrar knows this device.
    pub fn names(&self) -> &Names {
        self.local.names()
    }

    /// The names under which all tabs of a shared registration are known (see [`tabs`](crate::tabs)).
    pub fn set_names(&mut self, names: Names) {
        self.local.set_names(names);
    }

    /// Whether each SIP message is told as it passes.
    pub fn set_tracing(&mut self, on: bool) {
        self.tracing = on;
    }

    /// Whether the socket is open.
    pub fn is_connected(&self) -> bool {
        self.connection.socket().is_some()
    }

    /// Whether there is a connection that is to last, or one is being tried for.
    pub fn is_up(&self) -> bool {
        self.stopping.is_none() && (!self.connection.is_closed() || self.flows.is_other_up())
    }

    /// Whether news of the page matter: unless no connection is wished for and no call lives. One that was given up comes
    /// back with a [`Hint`](super::Hint).
    pub fn heeds_page(&self) -> bool {
        self.is_wanted() || self.is_away() || !self.calls.is_empty()
    }

    /// Whether a connection is wished for, also where none is being tried for any more.
    pub(super) fn is_wanted(&self) -> bool {
        self.stopping.is_none() && !self.connection.is_unwanted()
    }

    /// Whether the page went away while we were up, and is to find us so again.
    pub fn is_away(&self) -> bool {
        self.returns
    }

    /// Whether the registrar's granted time runs at `now`, and the connection that carried it is up.
    pub fn is_registered(&self, now: Instant) -> bool {
        let now = self.now.max(now);
        self.is_connected() && (self.registration.is_registered(now) || self.flows.is_other_registered(now))
    }

    /// Whether nothing is under way: no call, no request without its answer, no verb unsettled. A connection and a
    /// registration may be there.
    pub fn is_idle(&self) -> bool {
        self.calls.is_empty()
            && self.transactions.is_empty()
            && self.promises.is_empty()
            && self.unsent.is_empty()
            && self.messages.is_empty()
            && self.wanted.is_empty()
    }

    /// Where a call stands; `Ended` for one that was let go.
    pub fn call_status(&self, call: CallId) -> CallStatus {
        self.calls.get(call).map_or(CallStatus::Ended, Call::status)
    }

    /// A name for a living call that no other one has, also of another device.
    pub fn call_name(&self, call: CallId) -> Option<&str> {
        self.calls.name(call)
    }

    /// Who is at the other end of a living call, as From has it: whom the network asserts (RFC 3325), else whom we
    /// called, or who says to be calling.
    pub fn call_peer(&self, call: CallId) -> Option<&HeaderValue> {
        self.calls.peer(call)
    }

    /// The dialog of a living call that was answered.
    pub fn call_dialog(&self, call: CallId) -> Option<&Dialog> {
        self.calls.get(call).and_then(Call::dialog)
    }

    /// Whether a living call was placed by the far side.
    pub fn is_incoming(&self, call: CallId) -> bool {
        self.calls.is_incoming(call)
    }

    /// The call last placed, answered or taken off hold that still lives, else the last that rings.
    pub fn active_call(&self) -> Option<CallId> {
        self.calls.focus()
    }

    /// The living calls, by age.
    pub fn calls(&self) -> Vec<CallId> {
        self.calls.shown_ids()
    }

    /// A request outside any dialog.
    pub(super) fn request_to(&mut self, method: Method, target: UriBuf) -> RequestDraft {
        let to = name_addr(None, target.as_uri(), None);
        let from = self.address().with_param("tag", Some(&self.entropy.tag()));
        let (via, call_id) = (self.local.via(&mut self.entropy), self.entropy.call_id());
        RequestDraft::new(method, target, via, from, to, &call_id, 1)
    }

    /// Our address of record, as From has it.
    pub(super) fn address(&self) -> HeaderValue {
        name_addr(self.config.display_name.as_deref(), self.config.address_of_record.as_uri(), None)
    }

    /// A user of our domain, a phone number with its separators, or a whole URI.
    pub(super) fn target(&self, target: &str) -> Verb<UriBuf> {
        self.config.target(target).ok_or(ApiMisuse::InvalidTarget)
    }

    /// The state that a verb needs of a call.
    pub(super) fn demand(&self, call: CallId, condition: impl FnOnce(&Call) -> bool) -> Verb<()> {
        match self.calls.get(call) {
            None => Err(ApiMisuse::NoSuchCall),
            Some(call) if condition(call) => Ok(()),
            Some(_) => Err(ApiMisuse::InvalidState),
        }
    }

    /// A wish that needs a connection, now or soon.
    pub(super) fn wish_for_connection(&mut self, now: Instant) {
        self.enter(now);
        self.cut_stopping_short();
        self.connect();
    }

    /// A wish that needs a connection, while one is being closed.
    pub(super) fn cut_stopping_short(&mut self) {
        if self.stopping.is_some() {
            self.stopping = Some(Instant::default());
            self.finish_stopping();
        }
    }
}
