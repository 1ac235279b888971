//! The way in: each message finds whom it concerns.
//!
//! A response goes by its branch to its transaction, and from there to the owner. A request is a repetition, an ACK, a
//! CANCEL, or new; new ones go to the dialog that their tags name, or are for the device ([`requests`](super::requests)).

use super::{Event, Owner, SocketId, UserAgent};
use crate::call::{Action, Call, decline_fork};
use crate::error::{Cause, PeerMisbehaved};
use crate::message::{Frame, Message, Method, Refused, Request, RequestDraft, Response};
use crate::message::{ResponseDraft, StatusCode};
use crate::transaction::{Arrived, ServerKey};

impl UserAgent {
    pub(super) fn handle_frame(&mut self, socket: SocketId, frame: &[u8]) {
        let read = crate::message::read(frame);
        // Who asks by the connection that is being left is answered by it (RFC 3261 §18.2.2).
        if self.connection.is_leaving(socket) && matches!(read, Ok(Frame::Message(Message::Request(_)))) {
            self.change_back();
        }
        if self.connection.socket() != Some(socket) {
            return;
        }
        self.connection.handle_heard(self.now, matches!(read, Ok(Frame::Pong)));
        match read {
            Ok(Frame::Ping) => self.send(b"\r\n".to_vec()),
            Ok(Frame::Pong) => {}
            Ok(Frame::Message(message)) => {
                if self.tracing {
                    self.trace(false, message.clone());
                }
                match message {
                    Message::Request(request) => self.handle_request(&request),
                    Message::Response(response) => self.handle_response(&response),
                }
            }
            // As some servers keep UDP alive.
            Err(_) if frame.iter().all(|byte| *byte == 0) => {}
            Err(refused) => self.handle_refused(&refused),
        }
    }

    /// What cannot be acted on is answered where it can be, and the device goes on.
    fn handle_refused(&mut self, refused: &Refused) {
        self.blame_for(refused);
        if let Some(mut response) = refused.response() {
            response.set_to_tag(&self.entropy.tag());
            self.send(response.write());
        }
    }

    fn handle_response(&mut self, response: &Response) {
        // One that went astray is nobody's (RFC 3261 §8.1.3.3, §18.1.2).
        if response.vias().count() != 1 || !self.local.is_sent_by(&response.via()) {
            return;
        }
        let Some(answered) = self.transactions.handle_response(response, self.now) else { return };
        if answered.is_excess {
            self.blame(PeerMisbehaved::TooManyAnswers);
        }
        if let Some(ack) = answered.send {
            self.send(ack);
        }
        if !answered.deliver {
            return;
        }
        let (owner, key) = (answered.owner, answered.key);
        let Some(request) = answered.request else {
            // A provisional response: only an INVITE's are news.
            if let (Owner::Call(call), Some(request)) =
                (owner, self.transactions.client_request(key).cloned())
            {
                let known = self.step_call(call, |call, cx| call.handle_response(cx, &request, response));
                if known.is_none() {
                    self.limit_invite(call);
                }
            }
            return;
        };
        let challenged =
            matches!(response.status(), StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED);
        if challenged
            && self.wants_retry(owner, &request)
            && self.retry_with_credentials(request.clone(), owner, response)
        {
            return;
        }
        self.deliver(&request, owner, response);
    }

    /// Gives a final response to whom it is for.
    pub(super) fn deliver(&mut self, request: &RequestDraft, owner: Owner, response: &Response) {
        match owner {
            Owner::Registration(flow) => {
                let before = self.look_at(flow);
                self.with_registration(|registration, cx| registration.handle_response(cx, response));
                self.look_at(before);
            }
            Owner::Call(id) => {
                let known = self.step_call(id, |call, cx| call.handle_response(cx, request, response));
                if known.is_none() {
                    // A fork that answers after the call is over.
                    let mut actions: Vec<Action> = Vec::new();
                    decline_fork(&mut self.call_context(&mut actions), request, response);
                    self.carry_out(id, actions);
                }
            }
            Owner::Verb(ticket) | Owner::InDialog(_, ticket) => {
                let status = response.status();
                self.settle(ticket, Cause::of_status(status.get()), Some(response));
                if let Owner::InDialog(call, _) = owner {
                    self.with_call(call, |call, cx| call.handle_status(cx, status));
                }
            }
            Owner::Subscription(id) => self.with_subscription(id, |it, cx| it.handle_response(cx, response)),
            Owner::Publication(id) => self.with_publication(id, |it, cx| it.handle_response(cx, response)),
            Owner::Options(ticket) => {
                if response.status().is_success() {
                    self.tell(Event::Capabilities { ticket, response: response.clone() });
                }
                self.settle(ticket, Cause::of_status(response.status().get()), Some(response));
            }
            Owner::Probe(_) | Owner::Nobody => {}
        }
    }

    /// The requests of a canceled or ended call are not tried again, nor what has been overtaken by a later wish.
    pub(super) fn wants_retry(&self, owner: Owner, request: &RequestDraft) -> bool {
        match owner {
            // A CANCEL is the same as its INVITE or nothing (RFC 3261 §22.1).
            _ if *request.method() == Method::Cancel => false,
            Owner::Probe(_) => false,
            Owner::Subscription(_) | Owner::Publication(_) => self.subscriptions.awaits(owner, request),
            Owner::Registration(_) => self.registration.is_current(request.cseq()),
            Owner::Call(call) | Owner::InDialog(call, _) => {
                self.calls.get(call).is_some_and(|call| !call.is_revoked())
            }
            _ => true,
        }
    }

    fn handle_request(&mut self, request: &Request) {
        let arrived = match self.transactions.handle_request(request) {
            Arrived::Overload if self.is_expected(request) => self.transactions.handle_expected(request),
            arrived => arrived,
        };
        if let Arrived::New(key) | Arrived::Merged(key) | Arrived::Cancel { server: key, .. } = arrived {
            self.transactions.came_by(key, self.local.flow());
        }
        match arrived {
            Arrived::New(key) => self.handle_new(key, request),
            Arrived::Merged(key) => {
                let merged = self.answer(request, StatusCode::LOOP_DETECTED);
                self.respond(key, merged);
            }
            Arrived::Cancel { server, target } => self.handle_cancel(server, target, request),
            Arrived::AckForDialog => {
                if let Some(call) = self.calls.owner(request) {
                    self.with_call(call, |call, cx| call.handle_ack(cx, request));
                }
            }
            Arrived::Retransmission { send } => {
                if let Some(frame) = send {
                    self.send(frame);
                }
            }
            Arrived::Overload => {
                self.blame(PeerMisbehaved::TooManyRequests);
                let overload = self.answer(request, StatusCode::SERVICE_UNAVAILABLE);
                self.send(overload.write());
            }
            Arrived::Ack { .. } => {}
        }
    }

    /// RFC 3261 §9.2.
    fn handle_cancel(&mut self, key: ServerKey, target: Option<(ServerKey, Owner)>, cancel: &Request) {
        let status = match target {
            Some(_) => StatusCode::OK,
            None => StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST,
        };
        let mut answer = ResponseDraft::to(cancel, status);
        if let Some((_, Owner::Call(call))) = target
            && let Some(tag) = self.calls.get(call).and_then(Call::local_tag)
        {
            answer.set_to_tag(tag);
        }
        answer.set_to_tag(&self.entropy.tag());
        self.respond(key, answer);
        if let Some((invite, Owner::Call(call))) = target {
            self.with_call(call, |call, cx| call.handle_cancel(cx, invite, cancel));
        }
    }

    fn handle_new(&mut self, key: ServerKey, request: &Request) {
        if request.to().tag().is_none() {
            return self.handle_out_of_dialog(key, request);
        }
        let in_any_dialog = matches!(request.method(), Method::Message | Method::Options);
        match self.calls.owner(request) {
            // Overtaken by a later one (RFC 3261 §12.2.2).
            Some(call) if self.step_call(call, |call, _| call.accepts(request)) == Some(false) => {
                let refusal = self.answer(request, StatusCode::SERVER_INTERNAL_ERROR);
                self.respond(key, refusal);
            }
            Some(_) if in_any_dialog => self.handle_out_of_dialog(key, request),
            Some(_) if self.lacks(request) => {
                let refusal = self.answer(request, StatusCode::BAD_EXTENSION);
                self.respond(key, refusal);
            }
            Some(call) => {
                self.transactions.adopt(key, Owner::Call(call));
                self.with_call(call, |call, cx| call.handle_request(cx, key, request));
            }
            None => self.handle_notify(key, request),
        }
    }
}
