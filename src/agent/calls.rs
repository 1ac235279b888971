//! The living calls, and what they wish.

use super::promises::Until;
use super::{CallEvent, CallId, CallStatus, Cause, Event, Failure, Output, Owner, Ticket, UserAgent};
use crate::call::{Action, Call, Context};
use crate::message::Request;
use crate::time::{Instant, Reason};

/// The calls that have not ended, by age.
pub(super) struct Calls {
    living: Vec<Entry>,
    last: u32,
}

struct Entry {
    id: CallId,
    call: Call,
    incoming: bool,
    /// When it was last placed or answered, counted in such moments; 0 for one that only rings.
    focus: u32,
}

impl Calls {
    pub(super) fn new() -> Self {
        Self { living: Vec::new(), last: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.living.is_empty()
    }

    pub(super) fn ids(&self) -> Vec<CallId> {
        self.living.iter().map(|entry| entry.id).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.living.len()
    }

    pub(super) fn get(&self, id: CallId) -> Option<&Call> {
        self.living.iter().find(|entry| entry.id == id).map(|entry| &entry.call)
    }

    fn get_mut(&mut self, id: CallId) -> Option<&mut Call> {
        self.living.iter_mut().find(|entry| entry.id == id).map(|entry| &mut entry.call)
    }

    pub(super) fn is_incoming(&self, id: CallId) -> bool {
        self.living.iter().any(|entry| entry.id == id && entry.incoming)
    }

    /// The call whose dialog a request belongs to.
    pub(super) fn owner(&self, request: &Request) -> Option<CallId> {
        self.living.iter().find(|entry| entry.call.owns(request)).map(|entry| entry.id)
    }

    /// Those that the user knows of: not one that is hung up and only waits to say so.
    fn shown(&self) -> impl Iterator<Item = &Entry> {
        self.living.iter().filter(|entry| entry.call.status() != CallStatus::Ended)
    }

    pub(super) fn shown_ids(&self) -> Vec<CallId> {
        self.shown().map(|entry| entry.id).collect()
    }

    /// The call last placed or answered, else the last that rings.
    pub(super) fn focus(&self) -> Option<CallId> {
        self.shown().max_by_key(|entry| entry.focus).map(|entry| entry.id)
    }

    pub(super) fn set_focus(&mut self, id: CallId) {
        let next = self.living.iter().map(|entry| entry.focus).max().unwrap_or(0) + 1;
        if let Some(entry) = self.living.iter_mut().find(|entry| entry.id == id) {
            entry.focus = next;
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        self.living.iter().filter_map(|entry| entry.call.poll_timeout()).min_by_key(|(at, _)| *at)
    }

    fn add(&mut self, call: Call, incoming: bool) -> CallId {
        self.last += 1;
        let id = CallId(self.last);
        self.living.push(Entry { id, call, incoming, focus: 0 });
        id
    }

    fn remove(&mut self, id: CallId) {
        self.living.retain(|entry| entry.id != id);
    }
}

impl UserAgent {
    /// Adds the call that `make` makes. Its first wishes are carried out once `announce` has been.
    pub(super) fn add_call(
        &mut self,
        incoming: bool,
        make: impl FnOnce(&mut Context<'_>, &super::Config) -> Call,
        announce: impl FnOnce(&mut Self, CallId),
    ) -> CallId {
        let mut actions = Vec::new();
        let Self { now, entropy, local, config, .. } = self;
        let call = make(&mut Context { now: *now, entropy, local, actions: &mut actions }, config);
        let id = self.calls.add(call, incoming);
        announce(self, id);
        self.carry_out(id, actions);
        id
    }

    /// Lets a call take a step, and does what it wishes. `None` where there is no such call any more.
    pub(super) fn step_call<R>(
        &mut self,
        id: CallId,
        step: impl FnOnce(&mut Call, &mut Context<'_>) -> R,
    ) -> Option<R> {
        let mut actions = Vec::new();
        let Self { now, entropy, local, calls, .. } = self;
        let call = calls.get_mut(id)?;
        let result = step(call, &mut Context { now: *now, entropy, local, actions: &mut actions });
        self.carry_out(id, actions);
        Some(result)
    }

    /// The same for a fact that comes too late for a call that is over.
    pub(super) fn with_call(&mut self, id: CallId, step: impl FnOnce(&mut Call, &mut Context<'_>)) {
        self.step_call(id, step);
    }

    pub(super) fn carry_out(&mut self, id: CallId, actions: Vec<Action>) {
        let owner = Owner::Call(id);
        for action in actions {
            match action {
                Action::Request(request) => self.send_request(request, owner),
                Action::SendTone(info, tone) => {
                    let event = CallEvent::Dtmf { request: info.to_request(), tone, outgoing: true };
                    self.send_request(info, owner);
                    self.tell(Event::Call { call: id, event });
                }
                Action::Acknowledge(ack) => self.send_ack(ack),
                Action::HangUp(bye) => self.send_request(bye, Owner::Nobody),
                Action::Cancel => self.send_cancel(owner),
                Action::Respond(key, response) => self.respond(key, response),
                Action::AcquireMedia => self.outputs.push_back(Output::AcquireMedia(id)),
                Action::CreateOffer => self.outputs.push_back(Output::CreateOffer(id)),
                Action::CreateAnswer(offer) => {
                    self.outputs.push_back(Output::CreateAnswer { call: id, offer })
                }
                Action::ApplyAnswer { answer, provisional } => {
                    self.outputs.push_back(Output::ApplyAnswer { call: id, answer, provisional });
                }
                Action::ReleaseMedia => self.outputs.push_back(Output::ReleaseMedia(id)),
                Action::Tell(event) => {
                    if let CallEvent::Terminated { .. } = event {
                        self.calls.remove(id);
                        self.unsent.retain(|(_, it)| *it != owner);
                    }
                    self.tell(Event::Call { call: id, event });
                }
                Action::DigitsSent { batch, outcome } => {
                    let outcome = outcome.map_err(|response| {
                        let status = response.as_ref().map(|it| it.status().get());
                        Failure { cause: status.map_or(Cause::Canceled, Cause::of_status), response }
                    });
                    self.promises.settle_one(Ticket(batch), outcome, &mut self.outputs);
                }
            }
        }
    }

    pub(super) fn accepted(&mut self, call: CallId) -> Ticket {
        self.calls.set_focus(call);
        self.promises.wait(Until::Accepted(call))
    }
}
