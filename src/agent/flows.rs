//! Two flows at once, each by another server, with a binding of its own (RFC 5626).
//!
//! The agent looks at one flow at a time: `connection`, `registration` and the way in `local` are that one's, and so is
//! what is sent. Between two inputs that is the flow in use: it is open if any is, and whatever belongs to no dialog goes
//! by it. A call goes by the flow by which it came about, a response by that of its request.
//!
//! | flow | event | what becomes |
//! |---|---|---|
//! | in use | registered, and the registrar keeps to flows | the other one is opened, and registers |
//! | either | registered, and it does not (or 439 for the second) | the second is closed, which is told once |
//! | in use | lost | the other one, if it is open, is in use, and has its calls and requests at once |
//! | not in use | lost | the one in use has its calls and requests |
//! | either | opened, and the other one is not | is in use, and has everything |
//!
//! A flow that comes back is not in use for that: what works is left alone.

use super::connection::Connection;
use super::{CallId, Event, Owner, SocketId, UserAgent};
use crate::error::PeerMisbehaved;
use crate::local::{FLOW, Way};
use crate::registration::Registration;
use crate::time::{Instant, Reason};

/// The number of the second flow (RFC 5626 §4.2).
pub(super) const SECOND: u8 = 2;

/// What of the flows is not what the agent looks at.
pub(super) struct Flows {
    in_use: u8,
    /// Where there may be two: the one that is not looked at.
    other: Option<Box<Flow>>,
}

pub(super) struct Flow {
    pub(super) connection: Connection,
    pub(super) registration: Registration,
    pub(super) way: Way,
}

impl Flow {
    fn is_open(&self) -> bool {
        self.connection.socket().is_some()
    }

    /// Whether the registrar has a binding by it, or is asked to forget it.
    fn serves(&self, now: Instant) -> bool {
        self.registration.is_registered(now) || self.registration.is_removing()
    }
}

impl Flows {
    pub(super) fn new(second: Option<Flow>) -> Self {
        Self { in_use: FLOW, other: second.map(Box::new) }
    }

    pub(super) const fn in_use(&self) -> u8 {
        self.in_use
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        let other = self.other.as_ref()?;
        let deadlines = [other.connection.poll_timeout(), other.registration.poll_timeout()];
        deadlines.into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// Whether the flow that is not looked at is open.
    pub(super) fn is_other_open(&self) -> bool {
        self.other.as_ref().is_some_and(|other| other.is_open())
    }

    /// Whether it is open, or may be in a moment.
    pub(super) fn is_other_under_way(&self) -> bool {
        self.other.as_ref().is_some_and(|other| other.connection.is_under_way())
    }

    /// Whether it is tried for, or open.
    pub(super) fn is_other_up(&self) -> bool {
        self.other.as_ref().is_some_and(|other| !other.connection.is_closed())
    }

    /// Whether the registrar has a binding by it.
    pub(super) fn is_other_registered(&self, now: Instant) -> bool {
        self.other.as_ref().is_some_and(|other| other.registration.is_registered(now))
    }

    /// Whether the device is registered, or about to be told that it is not, by it.
    pub(super) fn other_serves(&self, now: Instant) -> bool {
        self.other.as_ref().is_some_and(|other| other.serves(now))
    }
}

impl UserAgent {
    /// Looks at the flow with this number, where there is one; the number of the one before.
    pub(super) fn look_at(&mut self, flow: u8) -> u8 {
        let before = self.local.flow();
        if flow != before
            && let Some(other) = &mut self.flows.other
        {
            core::mem::swap(&mut self.connection, &mut other.connection);
            core::mem::swap(&mut self.registration, &mut other.registration);
            self.local.swap_way(&mut other.way);
            self.connection.keep_apart_from(&other.connection);
        }
        before
    }

    /// Does this with each flow, the one in use first.
    pub(super) fn each_flow(&mut self, mut step: impl FnMut(&mut Self)) {
        let before = self.look_at(self.flows.in_use);
        step(self);
        if let Some(other) = self.flows.other.as_ref().map(|other| other.way.flow()) {
            self.look_at(other);
            step(self);
        }
        self.look_at(before);
    }

    /// Whether the flow that is looked at is the one in use.
    pub(super) fn is_in_use(&self) -> bool {
        self.local.flow() == self.flows.in_use
    }

    /// The flow that this socket is of.
    pub(super) fn flow_at(&self, socket: SocketId) -> u8 {
        let other = self.flows.other.as_ref().filter(|other| other.connection.is_current(socket));
        other.map_or(self.local.flow(), |other| other.way.flow())
    }

    /// The flow by which the requests of this owner go.
    pub(super) fn flow_of(&self, owner: Owner) -> u8 {
        match owner {
            Owner::Registration(flow) | Owner::Probe(flow) => flow,
            Owner::Call(call) | Owner::InDialog(call, _) => {
                self.calls.flow(call).unwrap_or(self.flows.in_use)
            }
            // Part of what is being done.
            Owner::Nobody => self.local.flow(),
            Owner::Verb(_) | Owner::Subscription(_) | Owner::Publication(_) | Owner::Options(_) => {
                self.flows.in_use
            }
        }
    }

    /// The flow by which an answer goes: that of the request (RFC 3261 §18.2.2), or where it is lost, the one in use.
    pub(super) fn way_back(&self, flow: Option<u8>) -> u8 {
        let is_open = |flow: &u8| {
            if *flow == self.local.flow() {
                self.connection.socket().is_some()
            } else {
                self.flows.is_other_open()
            }
        };
        flow.filter(is_open).unwrap_or(self.flows.in_use)
    }

    /// Whether the far side of an answered call finds us by the other flow as it has by this one: we told it our GRUU, and have asked
    /// for nothing that is lost.
    pub(super) fn stays_found(&self, call: CallId) -> bool {
        let Some(other) = self.flows.other.as_ref().filter(|it| it.is_open()) else { return false };
        let established = self.calls.get(call).filter(|call| call.is_established());
        let contact = established.and_then(|call| Some(call.dialog()?.contact()));
        other.registration.is_registered(self.now)
            && contact.is_some_and(|contact| other.way.is_gruu(contact))
            && self.transactions.invite_of(&Owner::Call(call)).is_none()
    }

    /// The flow that is looked at is lost. Where the other one is open, it has everything now.
    pub(super) fn pass_on(&mut self) {
        let lost = self.local.flow();
        let Some(other) = self.flows.other.as_ref().filter(|it| it.is_open()) else { return };
        let other = other.way.flow();
        let was_in_use = self.is_in_use();
        self.transactions.forget_way(lost);
        self.look_at(other);
        self.carry_on(was_in_use);
        // What has cut one may have cut both.
        self.suspect_connection();
        self.look_at(lost);
    }

    /// Whatever has no flow goes by this one, and with `all`, so does what is to come.
    pub(super) fn carry_on(&mut self, all: bool) {
        let flow = self.local.flow();
        if all {
            self.flows.in_use = flow;
        }
        self.calls.move_to(flow);
        for frame in self.transactions.unanswered(self.now) {
            self.send(frame);
        }
        self.transactions.resent_by(flow);
        if self.stopping.is_some() {
            return self.bid_farewells();
        }
        let server = String::from(self.connection.server());
        self.with_registration(|registration, cx| registration.handle_connected(cx, &server));
        self.bid_farewells();
        if all {
            self.send_unsent();
        }
        if !self.registration.is_asking() {
            self.resume_calls();
        }
        if all {
            self.with_subscriptions(|subscription, cx| subscription.handle_connected(cx));
            self.with_publications(|publication, cx| publication.handle_connected(cx));
        }
    }

    /// The registration by this flow has taken a step, and was `granted` with or without a promise to keep to the flow.
    pub(super) fn tend_flows(&mut self, granted: Option<bool>) {
        let Some(other) = &self.flows.other else { return };
        let number = other.way.flow();
        let (is_in_use, is_other_closed) = (self.is_in_use(), other.connection.is_closed());
        match granted {
            // By two bindings one device would be called twice, or by none, where one takes the other's place.
            Some(false) => {
                self.blame(PeerMisbehaved::KeepsNoFlows);
                let here = self.look_at(if is_in_use { number } else { self.local.flow() });
                self.close_flow();
                self.look_at(here);
                if !is_in_use {
                    self.look_at(number);
                    self.with_registration(|registration, cx| registration.handle_hint(cx, true));
                    self.look_at(here);
                }
            }
            Some(true) if is_in_use && is_other_closed => self.open_flow(number),
            _ if self.connection.socket().is_some() => self.close_if_of_no_use(),
            _ => {}
        }
    }

    fn open_flow(&mut self, flow: u8) {
        if self.stopping.is_some() || self.blamed.contains(&PeerMisbehaved::KeepsNoFlows) {
            return;
        }
        let before = self.look_at(flow);
        if let Some(first) = &self.flows.other {
            self.registration.follow(&first.registration);
        }
        self.outputs.extend(self.connection.open(self.now));
        self.look_at(before);
    }

    /// A second flow without a wish to be registered is none.
    pub(super) fn close_if_of_no_use(&mut self) {
        if !self.is_in_use() && self.registration.is_off() {
            self.close_flow();
        }
    }

    /// The flow that is looked at is of no use beside the other one.
    pub(super) fn close_flow(&mut self) {
        self.registration.forget();
        if self.connection.is_unwanted() {
            return;
        }
        let was_open = self.connection.socket().is_some();
        self.hang_up_socket(false);
        if was_open {
            self.go_down();
            self.pass_on();
        }
    }

    /// Closes the connection of this flow, and tells so.
    pub(super) fn hang_up_socket(&mut self, will_retry: bool) {
        if !self.connection.is_unwanted() {
            let (flow, server) = (self.local.flow(), String::from(self.connection.server()));
            let was_closed = self.connection.is_closed();
            self.outputs.extend(self.connection.close());
            if !was_closed {
                let (code, reason, was_clean) = (1000, String::new(), true);
                self.tell(Event::Disconnected { flow, server, code, reason, was_clean, will_retry });
            }
        }
    }
}
