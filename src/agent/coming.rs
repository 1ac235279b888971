//! The connection comes and goes, and with it what goes by it.

use super::connection::Next;
use super::promises::{Until, failure};
use super::{CallId, Event, Output, Owner, SocketId, Unsent, UserAgent};
use crate::error::Cause;
use crate::message::Method;

impl UserAgent {
    /// Keeps the deadlines of this flow's connection.
    pub(super) fn keep_connection(&mut self) {
        if let Some(socket) = self.connection.overdue(self.now) {
            self.outputs.push_back(Output::Close(socket));
            self.handle_closed(socket, 1006, "The server took too long".into(), false);
        }
        self.outputs.extend(self.connection.handle_timeout(self.now));
        self.handle_silence();
        self.handle_return();
    }

    pub(super) fn handle_opened(&mut self, socket: SocketId) {
        if self.connection.is_tried(socket) {
            self.change_over();
        } else if self.connection.handle_opened(self.now, socket, &mut self.entropy) {
            self.come_up();
        }
    }

    /// There is a connection where there was none, unless by the other flow.
    pub(super) fn come_up(&mut self) {
        let (flow, server) = (self.local.flow(), String::from(self.connection.server()));
        self.local.set_server(&server);
        self.tell(Event::Connected { flow, server: server.clone() });
        if self.flows.is_other_open() {
            self.with_registration(|registration, cx| registration.handle_connected(cx, &server));
        } else {
            self.blamed.clear();
            self.carry_on(true);
        }
    }

    pub(super) fn handle_closed(&mut self, socket: SocketId, code: u16, reason: String, was_clean: bool) {
        if self.connection.is_aside(socket) {
            self.connection.drop_aside(self.now, &mut self.entropy);
        }
        if !self.connection.is_current(socket) {
            return;
        }
        if self.stopping.is_none() && self.change_back() {
            return;
        }
        let was_open = self.connection.socket().is_some();
        let (flow, server) = (self.local.flow(), String::from(self.connection.server()));
        let next = match self.stopping {
            Some(_) => {
                let is_other = |it: &Output| !matches!(it, Output::Close(it) if *it == socket);
                self.outputs.extend(self.connection.close().filter(is_other));
                Next::End
            }
            None => self.connection.handle_closed(self.now, code, &mut self.entropy),
        };
        let will_retry = !matches!(next, Next::End);
        self.tell(Event::Disconnected { flow, server, code, reason, was_clean, will_retry });
        if was_open {
            self.go_down();
            self.pass_on();
        }
        match next {
            Next::Attempt(attempt) => self.outputs.extend(attempt),
            Next::Pause | Next::End if !was_open && !self.flows.is_other_under_way() => {
                self.handle_unreachable();
            }
            Next::Pause | Next::End => {}
        }
        self.close_if_of_no_use();
    }

    /// There is no connection where there was one: what has gone by this flow is lost, for now.
    pub(super) fn go_down(&mut self) {
        let (flow, is_in_use) = (self.local.flow(), self.is_in_use());
        self.with_registration(|registration, cx| registration.handle_connection_lost(cx));
        self.transactions.lose_flow(flow);
        if is_in_use {
            self.lose_subscriptions();
        }
        self.cancel_unanswered(flow);
        self.transactions.suspend_cancels(self.now);
        // Deviation: requests other than these are not lost with their socket (RFC 3261 §17.1.4), for the next one
        // carries them again. By the time it does, nobody may want to talk any more, and what is refreshed begins
        // anew.
        let (living, here) = (self.calls.ids(), self.calls.on(flow));
        let is_found: Vec<CallId> = here.iter().copied().filter(|call| self.stays_found(*call)).collect();
        self.fail_requests(&|request, owner| {
            let is_left =
                !request.is_in_dialog() && matches!(owner, Owner::Call(call) if !living.contains(call));
            let is_here = match owner {
                Owner::Registration(it) | Owner::Probe(it) => *it == flow,
                Owner::Call(call) => here.contains(call) || !living.contains(call),
                _ => is_in_use,
            };
            is_here && ((*request.method() == Method::Invite && !is_left) || owner.is_bound_to_connection())
        });
        for call in here.into_iter().filter(|call| !is_found.contains(call)) {
            self.with_call(call, |call, cx| call.handle_connection_lost(cx));
        }
    }

    /// There is no server to be had. What waits for a connection fails, but for the BYEs that nobody waits for, and for what
    /// belongs to a call that waits as well.
    pub(super) fn handle_unreachable(&mut self) {
        let cause = Cause::ConnectionError;
        self.promises.settle(Until::Connected, failure(cause, None), &mut self.outputs);
        self.promises.give_up_publishing(&mut self.outputs);
        if self.promises.is_awaited(Until::Registered) {
            let flow = self.local.flow();
            self.tell(Event::RegistrationFailed { flow, cause, response: None });
        }
        self.fail_unsent(&|unsent| unsent.owner != Owner::Nobody && unsent.until.is_none());
    }

    pub(super) fn send_unsent(&mut self) {
        for Unsent { mut request, owner, .. } in core::mem::take(&mut self.unsent) {
            // It was made for another transport, perhaps.
            request.set_via(self.local.via(&mut self.entropy));
            self.send_request(request, owner);
        }
    }

    pub(super) fn fail_unsent(&mut self, is_lost: &dyn Fn(&Unsent) -> bool) {
        let (lost, kept): (Vec<Unsent>, _) = core::mem::take(&mut self.unsent).into_iter().partition(is_lost);
        self.unsent = kept;
        for Unsent { request, owner, .. } in lost {
            self.handle_request_failed(&request, owner, Cause::ConnectionError);
        }
    }
}
