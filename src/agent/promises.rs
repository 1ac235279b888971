//! Which event settles which verb. Every ticket settles exactly once.

use std::collections::VecDeque;

use super::io::{CallEvent, CallId, Event, Failure, Originator, Output, PublicationEvent, PublicationId};
use super::io::{SubscriptionEvent, SubscriptionId, Ticket};
use crate::error::Cause;
use crate::message::Response;

/// What a ticket waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    Connected,
    Stopped,
    Registered,
    Unregistered,
    Accepted(CallId),
    Ended(CallId),
    Held(CallId),
    Unheld(CallId),
    Transferred(CallId),
    Renegotiated(CallId),
    Unsubscribed(SubscriptionId),
    Published(PublicationId),
    Unpublished(PublicationId),
    /// The tones of the batch with the ticket's own number are through.
    DigitsSent(CallId),
}

/// The tickets that are out.
pub(super) struct Promises {
    waiting: Vec<(Ticket, Until)>,
    next: u32,
}

impl Promises {
    pub(super) fn new() -> Self {
        Self { waiting: Vec::new(), next: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn ticket(&mut self) -> Ticket {
        self.next += 1;
        Ticket(self.next)
    }

    pub(super) fn wait(&mut self, until: Until) -> Ticket {
        let ticket = self.ticket();
        self.waiting.push((ticket, until));
        ticket
    }

    pub(super) fn is_awaited(&self, until: Until) -> bool {
        self.waiting.iter().any(|(_, it)| *it == until)
    }

    /// Puts `event` into the queue, and behind it what it settles.
    pub(super) fn tell(&mut self, event: Event, outputs: &mut VecDeque<Output>) {
        let settled = match &event {
            Event::Connected { .. } => Some((Until::Connected, Ok(()))),
            Event::Registered { .. } => Some((Until::Registered, Ok(()))),
            Event::RegistrationFailed { cause, response, .. } => {
                Some((Until::Registered, failure(*cause, response.clone())))
            }
            Event::Unregistered { cause, response } => {
                let outcome = cause.map_or(Ok(()), |cause| failure(cause, response.clone()));
                Some((Until::Unregistered, outcome))
            }
            Event::Call { call, event: CallEvent::Accepted(_) } => Some((Until::Accepted(*call), Ok(()))),
            Event::Call { call, event: CallEvent::Failed { cause, response } } => {
                Some((Until::Accepted(*call), failure(*cause, response.clone())))
            }
            Event::Call { call, event: CallEvent::Hold(Originator::Local) } => {
                Some((Until::Held(*call), Ok(())))
            }
            Event::Call { call, event: CallEvent::Unhold(Originator::Local) } => {
                Some((Until::Unheld(*call), Ok(())))
            }
            Event::Call { call, event: CallEvent::Terminated { .. } } => Some((Until::Ended(*call), Ok(()))),
            Event::Subscription { id, event: SubscriptionEvent::Terminated { .. } } => {
                Some((Until::Unsubscribed(*id), Ok(())))
            }
            Event::Publication { id, event: PublicationEvent::Published { refresh: false, .. } } => {
                Some((Until::Published(*id), Ok(())))
            }
            Event::Publication { id, event: PublicationEvent::Interrupted { cause, response, .. } } => {
                Some((Until::Published(*id), failure(*cause, response.clone())))
            }
            Event::Publication { id, event: PublicationEvent::Terminated { .. } } => {
                Some((Until::Unpublished(*id), Ok(())))
            }
            _ => None,
        };
        let withdrawn = match &event {
            Event::Publication { id, event: PublicationEvent::Terminated { cause, response } } => {
                Some((*id, failure(cause.unwrap_or(Cause::Canceled), response.clone())))
            }
            _ => None,
        };
        let ended = match &event {
            Event::Call { call, event: CallEvent::Terminated { cause, .. } } => Some((*call, *cause)),
            _ => None,
        };
        outputs.push_back(Output::Event(event));
        if let Some((until, outcome)) = settled {
            self.settle(until, outcome, outputs);
        }
        if let Some((id, outcome)) = withdrawn {
            self.settle(Until::Published(id), outcome, outputs);
        }
        // What else was wished of the call will not be.
        if let Some((call, cause)) = ended {
            for until in
                [Until::Held(call), Until::Unheld(call), Until::Transferred(call), Until::Renegotiated(call)]
            {
                self.settle(until, failure(cause.unwrap_or(Cause::Terminated), None), outputs);
            }
        }
    }

    /// Settles all that wait for this.
    pub(super) fn settle(
        &mut self,
        until: Until,
        outcome: Result<(), Failure>,
        outputs: &mut VecDeque<Output>,
    ) {
        self.waiting.retain(|(ticket, it)| {
            if *it == until {
                settled(*ticket, outcome.clone(), outputs);
            }
            *it != until
        });
    }

    /// There is no server to be had: changes of what is published wait for nobody any longer.
    pub(super) fn give_up_publishing(&mut self, outputs: &mut VecDeque<Output>) {
        self.waiting.retain(|(ticket, until)| {
            let is_publishing = matches!(until, Until::Published(_));
            if is_publishing {
                settled(*ticket, failure(Cause::ConnectionError, None), outputs);
            }
            !is_publishing
        });
    }

    /// Settles one.
    pub(super) fn settle_one(
        &mut self,
        ticket: Ticket,
        outcome: Result<(), Failure>,
        outputs: &mut VecDeque<Output>,
    ) {
        self.waiting.retain(|(it, _)| *it != ticket);
        settled(ticket, outcome, outputs);
    }
}

fn settled(ticket: Ticket, outcome: Result<(), Failure>, outputs: &mut VecDeque<Output>) {
    outputs.push_back(Output::Event(Event::Settled { ticket, outcome }));
}

pub(super) fn failure(cause: Cause, response: Option<Response>) -> Result<(), Failure> {
    Err(Failure { cause, response })
}
