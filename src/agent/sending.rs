//! The way out: requests get their credentials, messages their socket.

use super::{CallStatus, Event, Output, Owner, Unsent, UserAgent, farewells};
use crate::auth::Challenged;
use crate::call::CONNECTION_PATIENCE;
use crate::error::Cause;
use crate::message::{
    ExtraHeader, Frame, Message, Method, Name, RequestDraft, Response, ResponseDraft, StatusCode,
};
use crate::transaction::{Expired, ServerKey};

impl UserAgent {
    /// Starts a client transaction by the flow that this owner has, as soon as there is a connection.
    pub(super) fn send_request(&mut self, request: RequestDraft, owner: Owner) {
        let before = self.look_at(self.flow_of(owner));
        self.send_here(request, owner);
        self.look_at(before);
    }

    fn send_here(&mut self, mut request: RequestDraft, owner: Owner) {
        if self.connection.socket().is_none() {
            self.wait_for_connection(request, owner);
            if self.connection.is_closed() && self.stopping.is_none() {
                self.connect();
            }
            return;
        }
        request.set(Name::UserAgent, self.local.user_agent().clone());
        if !request.is_in_dialog() {
            self.config.extra.iter().for_each(|header| request.extra_if_absent(header));
        }
        self.route(&mut request);
        self.auth.authorize(&mut request);
        self.transact(request, owner);
    }

    fn wait_for_connection(&mut self, request: RequestDraft, owner: Owner) {
        if is_farewell(&request, owner) {
            return self.bid_later(request);
        }
        let until = match owner {
            Owner::Nobody => Some(self.now + farewells::PATIENCE),
            Owner::Call(_) | Owner::InDialog(..) if request.is_in_dialog() => {
                Some(self.now + CONNECTION_PATIENCE)
            }
            _ => None,
        };
        self.unsent.push(Unsent { request, owner, until });
    }

    /// Sends a request outside any dialog the way that the registrar has told us (RFC 3608 §5).
    fn route(&self, request: &mut RequestDraft) {
        let goes_anywhere = *request.method() != Method::Register && !request.is_in_dialog();
        if goes_anywhere && request.get(Name::Route).is_none() {
            request.set_route(self.local.service_route());
        }
    }

    pub(super) fn transact(&mut self, mut request: RequestDraft, owner: Owner) {
        if *request.method() == Method::Register && self.config.keep_alive_interval > 0 {
            request.offer_keep_alive();
        }
        self.send(request.write());
        self.connection.handle_said(self.now, true);
        if let (Owner::Call(call), Method::Invite) = (owner, request.method()) {
            let event = super::CallEvent::Inviting(request.to_request());
            self.tell(Event::Call { call, event });
        }
        let key = self.transactions.start(request, owner, self.now);
        if self.connection.socket().is_some() {
            self.transactions.sent_by(key, self.local.flow());
        }
    }

    /// Sends a refused request again with credentials, now or when the application has said them; false where it cannot.
    pub(super) fn retry_with_credentials(
        &mut self,
        mut request: RequestDraft,
        owner: Owner,
        response: &Response,
    ) -> bool {
        match self.auth.challenged(&mut request, response, &mut self.entropy) {
            Challenged::Retry => {}
            Challenged::Wanted(realm) => {
                self.want_credentials(realm, request, owner, response);
                return true;
            }
            _ => return false,
        }
        let before = self.look_at(self.flow_of(owner));
        let sequence = match owner {
            Owner::Registration(_) => Some(self.registration.next_sequence()),
            Owner::Call(call) | Owner::InDialog(call, _) => {
                self.step_call(call, |call, _| call.next_sequence(&request)).flatten()
            }
            Owner::Subscription(_) | Owner::Publication(_) => self.subscriptions.next_sequence(owner),
            Owner::Verb(_) | Owner::Options(_) | Owner::Probe(_) | Owner::Nobody => None,
        };
        request.set_cseq(sequence.unwrap_or_else(|| request.cseq().saturating_add(1)));
        request.set_via(self.local.via(&mut self.entropy));
        if self.connection.socket().is_some() {
            self.transact(request, owner);
        } else {
            self.send_request(request, owner);
        }
        self.look_at(before);
        true
    }

    /// The ACK of a 2xx, outside any transaction (RFC 3261 §13.2.2.4).
    pub(super) fn send_ack(&mut self, ack: RequestDraft) {
        self.send(ack.write());
        self.transactions.acknowledge(ack);
    }

    /// CANCELs the INVITE of `owner`.
    pub(super) fn send_cancel(&mut self, owner: Owner, extra: &[ExtraHeader]) {
        let invite = self.transactions.invite_of(&owner);
        if let Some(mut cancel) = invite.and_then(|key| self.transactions.cancel(key, self.now)) {
            for header in extra {
                cancel.extra(header);
            }
            self.transact(cancel, Owner::Nobody);
        }
    }

    /// The calls that we have placed by this flow and that nobody has answered go down with their connection. What rings there would
    /// ring on: it is told to stop by the next connection, where that comes in time. Their INVITEs live on without them, so
    /// that who answers all the same gets ACK and BYE.
    pub(super) fn cancel_unanswered(&mut self, flow: u8) {
        for call in self.calls.on(flow) {
            let owner = Owner::Call(call);
            if self.call_status(call) == CallStatus::Initiating
                && self.transactions.invite_of(&owner).is_some()
            {
                self.send_cancel(owner, &[]);
                self.cancel_unheard(call);
                self.with_call(call, |call, cx| call.abandon(cx));
            }
        }
    }

    pub(super) fn respond(&mut self, key: ServerKey, response: ResponseDraft) {
        let way_back = self.way_back(self.transactions.way_back(key));
        if let Some(frame) = self.transactions.respond(key, &response, self.now) {
            let before = self.look_at(way_back);
            self.send(frame);
            self.look_at(before);
        }
    }

    /// Gives up those requests for which no answer can come any more.
    pub(super) fn fail_requests(&mut self, is_lost: &dyn Fn(&RequestDraft, &Owner) -> bool) {
        for expired in self.transactions.transport_lost(is_lost) {
            self.handle_expired(expired);
        }
        self.fail_wanted(Cause::ConnectionError, is_lost);
    }

    pub(super) fn handle_expired(&mut self, expired: Expired<Owner>) {
        match expired {
            // Without a connection it says nothing of the far side, which may wait for its BYE yet.
            Expired::TransportLost { owner, request, .. } | Expired::TimedOut { owner, request, .. }
                if !self.is_connected() && is_farewell(&request, owner) =>
            {
                self.bid_later(request);
            }
            Expired::TransportLost { owner, request, .. } => {
                self.handle_request_failed(&request, owner, Cause::ConnectionError);
            }
            Expired::TimedOut { owner, request, .. } => {
                let is_connected = self.connection.socket().is_some();
                let cause = if is_connected { Cause::RequestTimeout } else { Cause::ConnectionError };
                self.handle_request_failed(&request, owner, cause);
            }
            // The refusal of an INVITE that nobody acknowledged: the call is over all the same.
            Expired::NoAck { .. } => {}
        }
    }

    /// No answer came to a request, or it could not be sent.
    pub(super) fn handle_request_failed(&mut self, request: &RequestDraft, owner: Owner, cause: Cause) {
        match owner {
            Owner::Registration(flow) => {
                let (sequence, before) = (request.cseq(), self.look_at(flow));
                self.with_registration(|registration, cx| {
                    registration.handle_request_failed(cx, sequence, cause);
                });
                self.look_at(before);
            }
            Owner::Call(call) => {
                self.with_call(call, |call, cx| call.handle_request_failed(cx, request, cause));
            }
            Owner::InDialog(call, ticket) => {
                self.settle(ticket, cause, None);
                if cause == Cause::RequestTimeout {
                    self.with_call(call, |call, cx| call.handle_status(cx, StatusCode::REQUEST_TIMEOUT));
                }
            }
            Owner::Subscription(id) => {
                self.with_subscription(id, |it, cx| it.handle_request_failed(cx, request.cseq(), cause));
            }
            Owner::Publication(id) => {
                self.with_publication(id, |it, cx| it.handle_request_failed(cx, request.cseq(), cause));
            }
            Owner::Verb(ticket) | Owner::Options(ticket) => self.settle(ticket, cause, None),
            Owner::Probe(_) | Owner::Nobody => {}
        }
    }

    /// One WebSocket message. Without a socket it is lost, and the far side's timers or ours find out.
    pub(super) fn send(&mut self, frame: Vec<u8>) {
        let Some(socket) = self.connection.socket() else { return };
        if self.tracing
            && let Ok(Frame::Message(message)) = crate::message::read(&frame)
        {
            self.trace(true, message);
        }
        self.connection.handle_said(self.now, false);
        self.outputs.push_back(Output::Send { socket, frame });
    }

    pub(super) fn trace(&mut self, outgoing: bool, message: Message) {
        self.tell(Event::Sip { outgoing, message });
    }
}

/// Whether this is a BYE, of which nobody here waits for the answer.
fn is_farewell(request: &RequestDraft, owner: Owner) -> bool {
    owner == Owner::Nobody && *request.method() == Method::Bye
}
