//! The living calls, and what they wish.

use super::keeping::Times;
use super::promises::{Until, failure};
use super::{CallEvent, CallId, CallStatus, Cause, Event, Failure, Output, Owner, Ticket, UserAgent};
use crate::call::{Action, Call, Context};
use crate::error::PeerMisbehaved;
use crate::message::{HeaderValue, Name, Replaces, Request, Response, StatusCode};
use crate::time::{Instant, Reason, sooner};

/// The calls that have not ended, by age.
pub(super) struct Calls {
    pub(super) living: Vec<Entry>,
    last: u32,
    /// Whether anything may be otherwise than when it was last asked for.
    changed: bool,
}

pub(super) struct Entry {
    pub(super) id: CallId,
    pub(super) call: Call,
    pub(super) facts: Facts,
    /// Another call that it has to do with.
    bond: Bond,
    /// The number of the flow that its dialog has come about by, or goes by now.
    flow: u8,
}

/// What is known of a call besides its state.
pub(super) struct Facts {
    pub(super) incoming: bool,
    /// Its name for the application, which no other call has.
    pub(super) name: String,
    /// Who is at the other end, as far as is known.
    pub(super) peer: HeaderValue,
    /// When it was last placed, answered or taken off hold, counted in such moments; 0 for one that only rings.
    pub(super) focus: u32,
    /// Whether the user has muted it, which is the driver's to do and ours to remember.
    pub(super) muted: bool,
    pub(super) times: Times,
}

/// What a call has to do with another one.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Bond {
    /// Nothing.
    #[default]
    None,
    /// Accepted, it takes that one's place (RFC 3891).
    Replaces(CallId),
    /// That one's far side has asked for it, and is told how it fares (RFC 3515).
    ReferredBy(CallId),
}

impl Calls {
    pub(super) fn new() -> Self {
        Self { living: Vec::new(), last: 0, changed: false }
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
        self.changed = true;
        self.living.iter_mut().find(|entry| entry.id == id).map(|entry| &mut entry.call)
    }

    pub(super) fn is_incoming(&self, id: CallId) -> bool {
        self.living.iter().any(|entry| entry.id == id && entry.facts.incoming)
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

    /// The call last placed, answered or taken off hold, else the last that rings.
    pub(super) fn focus(&self) -> Option<CallId> {
        self.shown().max_by_key(|entry| entry.facts.focus).map(|entry| entry.id)
    }

    /// When the user attended to it last, as a number that grows.
    pub(super) fn focus_of(&self, id: CallId) -> u32 {
        self.living.iter().find(|entry| entry.id == id).map_or(0, |entry| entry.facts.focus)
    }

    pub(super) fn set_focus(&mut self, id: CallId) {
        let next = self.living.iter().map(|entry| entry.facts.focus).max().unwrap_or(0) + 1;
        if let Some(entry) = self.living.iter_mut().find(|entry| entry.id == id) {
            entry.facts.focus = next;
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        self.living.iter().fold(None, |found, entry| sooner(found, entry.call.poll_timeout()))
    }

    pub(super) fn add(&mut self, call: Call, facts: Facts, bond: Bond, flow: u8) -> CallId {
        self.changed = true;
        self.last += 1;
        let id = CallId(self.last);
        self.living.push(Entry { id, call, facts, bond, flow });
        id
    }

    /// The flow that a call goes by.
    pub(super) fn flow(&self, id: CallId) -> Option<u8> {
        self.living.iter().find(|entry| entry.id == id).map(|entry| entry.flow)
    }

    /// Those that go by this flow.
    pub(super) fn on(&self, flow: u8) -> Vec<CallId> {
        self.living.iter().filter(|entry| entry.flow == flow).map(|entry| entry.id).collect()
    }

    /// All go by this flow.
    pub(super) fn move_to(&mut self, flow: u8) {
        self.living.iter_mut().for_each(|entry| entry.flow = flow);
    }

    pub(super) fn facts_mut(&mut self, id: CallId) -> Option<&mut Facts> {
        self.changed = true;
        self.living.iter_mut().find(|entry| entry.id == id).map(|entry| &mut entry.facts)
    }

    pub(super) fn facts(&self, id: CallId) -> Option<&Facts> {
        self.living.iter().find(|entry| entry.id == id).map(|entry| &entry.facts)
    }

    pub(super) fn touch(&mut self) {
        self.changed = true;
    }

    /// Whether anything may have changed since this was last asked.
    pub(super) fn take_changed(&mut self) -> bool {
        core::mem::take(&mut self.changed)
    }

    pub(super) fn name(&self, id: CallId) -> Option<&str> {
        self.living.iter().find(|entry| entry.id == id).map(|entry| entry.facts.name.as_str())
    }

    pub(super) fn peer(&self, id: CallId) -> Option<&HeaderValue> {
        self.living.iter().find(|entry| entry.id == id).map(|entry| &entry.facts.peer)
    }

    /// An answer that asserts who gave it.
    fn learn_peer(&mut self, id: CallId, response: &Response) {
        let asserted = response.addresses(Name::PAssertedIdentity).next();
        let entry = self.living.iter_mut().find(|entry| entry.id == id && !entry.facts.incoming);
        if let (Some(asserted), Some(entry)) = (asserted, entry) {
            entry.facts.peer = asserted.to_value();
        }
    }

    pub(super) fn bond(&self, id: CallId) -> Bond {
        self.living.iter().find(|entry| entry.id == id).map_or(Bond::None, |entry| entry.bond)
    }

    /// Its bond has come to its end.
    fn loosen(&mut self, id: CallId) {
        if let Some(entry) = self.living.iter_mut().find(|entry| entry.id == id) {
            entry.bond = Bond::None;
        }
    }

    /// The call that a peer means by Replaces.
    pub(super) fn meant_by(&self, replaces: &Replaces) -> Option<CallId> {
        let is_meant = |entry: &&Entry| entry.call.is_meant_by(replaces);
        self.living.iter().find(is_meant).map(|entry| entry.id)
    }

    fn remove(&mut self, id: CallId) {
        self.changed = true;
        self.living.retain(|entry| entry.id != id);
    }
}

impl UserAgent {
    /// What a call needs that is none of ours.
    pub(super) fn call_context<'a>(&'a mut self, actions: &'a mut Vec<Action>) -> Context<'a> {
        let Self { now, entropy, local, config, .. } = self;
        Context { now: *now, entropy, local, settings: &config.calls, actions }
    }

    /// Lets a call take a step, and does what it wishes. `None` where there is no such call any more.
    pub(super) fn step_call<R>(
        &mut self,
        id: CallId,
        step: impl FnOnce(&mut Call, &mut Context<'_>) -> R,
    ) -> Option<R> {
        let mut actions = Vec::new();
        let before = self.look_at(self.calls.flow(id)?);
        let Self { now, entropy, local, config, calls, .. } = self;
        let call = calls.get_mut(id)?;
        let settings = &config.calls;
        let result = step(call, &mut Context { now: *now, entropy, local, settings, actions: &mut actions });
        self.carry_out(id, actions);
        self.look_at(before);
        Some(result)
    }

    /// The same for a fact that comes too late for a call that is over.
    pub(super) fn with_call(&mut self, id: CallId, step: impl FnOnce(&mut Call, &mut Context<'_>)) {
        self.step_call(id, step);
    }

    /// A re-INVITE of a call that is over is not waited for any longer than one that is canceled (RFC 3261 §9.1).
    pub(super) fn limit_invite(&mut self, id: CallId) {
        let pending = self.transactions.invite_of(&Owner::Call(id));
        pending.and_then(|key| self.transactions.cancel(key, self.now));
    }

    pub(super) fn carry_out(&mut self, id: CallId, actions: Vec<Action>) {
        let owner = Owner::Call(id);
        for action in actions {
            match action {
                Action::Request(request) if self.is_swamped(id, &request) => {
                    self.blame(PeerMisbehaved::TooManyQuestions);
                }
                Action::Request(request) => self.send_request(request, owner),
                Action::PlayTone(tone) => self.outputs.push_back(Output::PlayTone { call: id, tone }),
                Action::SendTone(info, tone) => {
                    let event = CallEvent::Dtmf { request: Some(info.to_request()), tone, outgoing: true };
                    self.send_request(info, owner);
                    self.tell(Event::Call { call: id, event });
                }
                Action::Acknowledge(ack) => self.send_ack(ack),
                Action::HangUp(bye) => self.send_request(bye, Owner::Nobody),
                Action::Cancel(extra) => self.send_cancel(owner, &extra),
                Action::Respond(key, mut response) => {
                    response.set_to_tag(&self.entropy.tag());
                    self.respond(key, response);
                }
                Action::AskAbout(key, info) => self.handle_info(id, key, info),
                Action::AcquireMedia => self.outputs.push_back(Output::AcquireMedia(id)),
                Action::CreateOffer => self.outputs.push_back(Output::CreateOffer(id)),
                Action::CreateAnswer(offer) => {
                    self.outputs.push_back(Output::CreateAnswer { call: id, offer })
                }
                Action::ApplyAnswer { answer, provisional } => {
                    self.outputs.push_back(Output::ApplyAnswer { call: id, answer, provisional });
                }
                Action::Hold(hold) => self.outputs.push_back(Output::Hold { call: id, hold }),
                Action::RestartIce => self.outputs.push_back(Output::RestartIce(id)),
                Action::Trickle => self.outputs.push_back(Output::Trickle(id)),
                Action::AddCandidates(candidates) => {
                    self.outputs.push_back(Output::AddCandidates { call: id, candidates });
                }
                Action::Rollback => self.outputs.push_back(Output::Rollback(id)),
                Action::HoldStands { held, otherwise: (cause, response) } => {
                    let (stands, other) = if held {
                        (Until::Held(id), Until::Unheld(id))
                    } else {
                        (Until::Unheld(id), Until::Held(id))
                    };
                    self.promises.settle(stands, Ok(()), &mut self.outputs);
                    self.promises.settle(other, failure(cause, response), &mut self.outputs);
                }
                Action::Renegotiated(outcome) => {
                    let outcome = outcome.map_err(|(cause, response)| Failure { cause, response });
                    self.promises.settle(Until::Renegotiated(id), outcome, &mut self.outputs);
                }
                Action::TransferSettled(outcome) => {
                    let outcome = outcome.map_err(|(cause, response)| Failure { cause, response });
                    self.promises.settle(Until::Transferred(id), outcome, &mut self.outputs);
                }
                Action::ReleaseMedia => self.outputs.push_back(Output::ReleaseMedia(id)),
                Action::Tell(event) => self.tell_of_call(id, event),
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

    fn tell_of_call(&mut self, id: CallId, event: CallEvent) {
        let bond = self.calls.bond(id);
        let news = match (bond, &event) {
            (Bond::ReferredBy(referrer), event) => fares(event).map(|news| (referrer, news)),
            _ => None,
        };
        let answered = matches!(event, CallEvent::Accepted(_));
        if answered {
            self.note_answered(id);
        }
        if let CallEvent::Progress(response) | CallEvent::Accepted(response) = &event {
            self.calls.learn_peer(id, response);
        }
        if let CallEvent::Terminated { .. } = event {
            self.calls.remove(id);
            self.unsent.retain(|it| it.owner != Owner::Call(id));
            self.limit_invite(id);
        }
        self.tell(Event::Call { call: id, event });
        if answered {
            self.hold_others(id);
        }
        if let Some((referrer, (status, reason))) = news {
            self.with_call(referrer, |call, cx| call.notify_referrer(cx, status, &reason));
        }
        if answered {
            self.calls.loosen(id);
        }
        if let (Bond::Replaces(old), true) = (bond, answered) {
            self.tell(Event::Replaced { call: old, by: id });
            self.with_call(old, |call, cx| call.disconnect(cx, &[]));
        }
    }

    pub(super) fn accepted(&mut self, call: CallId) -> Ticket {
        self.attend_to(call);
        self.promises.wait(Until::Accepted(call))
    }
}

/// How a call fares that somebody else has asked for: a status and its reason phrase.
fn fares(event: &CallEvent) -> Option<(StatusCode, String)> {
    let told = |response: &Response| (response.status(), String::from(response.reason()));
    let plain = |status: StatusCode| (status, String::from(status.reason_phrase()));
    match event {
        CallEvent::Progress(response) | CallEvent::Accepted(response) => Some(told(response)),
        CallEvent::Failed { response: Some(response), .. } => Some(told(response)),
        CallEvent::Failed { cause: Cause::Canceled, .. } => Some(plain(StatusCode::REQUEST_TERMINATED)),
        CallEvent::Failed { cause: Cause::RequestTimeout, .. } => Some(plain(StatusCode::REQUEST_TIMEOUT)),
        CallEvent::Failed { .. } => Some(plain(StatusCode::SERVICE_UNAVAILABLE)),
        _ => None,
    }
}
