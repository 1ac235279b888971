//! Faults on demand, for tests: a fence between the connections and the server that harms what passes it, and answers
//! before anybody else does. Without orders it lets everything through.

use super::io::{ConnectionId, Output};
use std::collections::{BTreeMap, VecDeque};
use telnyx_device::{
    message::{Frame, Message, Method, Request, StatusCode, read},
    time::{Duration, Instant},
};

/// Something that shall go wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The next messages are harmed.
    Harm(Harm),
    /// The next requests are answered so, and not handled.
    Answer(Answer),
    /// The bindings of this user are gone, or those of everybody. What is in a dialog is still routed.
    ForgetBindings(Option<String>),
    /// Every nonce is stale.
    ExpireNonces,
    /// The server begins anew. Transactions and known flows are gone; [`Input::Closed`](super::Input::Closed) is owed
    /// for every connection.
    Restart {
        /// Bindings, nonces and the calls of the robots are kept, as by a database, but no binding can be reached
        /// before it is told again.
        keeps_memory: bool,
    },
    /// What was ordered and has not happened shall not happen; what is held back goes on.
    Heal,
}

/// What happens to the next SIP messages; keep-alives pass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Harm {
    /// What happens.
    pub kind: HarmKind,
    /// Which way they go.
    pub direction: Direction,
    /// To how many.
    pub count: u32,
    /// Only to requests of this method and responses to them.
    pub method: Option<Method>,
    /// Only on connections over which this user is bound.
    pub user: Option<String>,
}

/// What can happen to a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HarmKind {
    /// It comes later; others may overtake it.
    Delay(Duration),
    /// It does not come.
    Drop,
    /// It comes twice.
    Repeat,
    /// It comes with other bytes.
    Corrupt,
}

/// The way of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// From a client to the server.
    In,
    /// From the server to a client.
    Out,
}

/// What the next requests are answered, but for ACK and CANCEL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// With this status.
    pub status: StatusCode,
    /// And this phrase, else that of the status.
    pub reason: Option<String>,
    /// And a Retry-After, in seconds.
    pub retry_after: Option<u32>,
    /// How many of them.
    pub count: u32,
    /// Only those of this method.
    pub method: Option<Method>,
    /// Only those that come on connections over which this user is bound.
    pub user: Option<String>,
}

/// A message that comes later.
pub(super) struct Held {
    pub direction: Direction,
    pub connection: ConnectionId,
    pub message: Vec<u8>,
}

/// What was ordered and is still to happen.
#[derive(Default)]
pub(super) struct Fence {
    harms: VecDeque<Harm>,
    answers: VecDeque<Answer>,
    held: BTreeMap<(Instant, u64), Held>,
    holds: u64,
    /// What has passed on its way out.
    passed: VecDeque<Output>,
}

impl Fence {
    pub(super) fn harm(&mut self, harm: Harm) {
        self.harms.push_back(harm);
    }

    pub(super) fn answer(&mut self, answer: Answer) {
        self.answers.push_back(answer);
    }

    /// How many orders are left.
    pub(super) fn orders(&self) -> usize {
        self.harms.len() + self.answers.len() + self.held.len()
    }

    /// What happens to this message: the oldest order that it falls under counts. `is_bound` says whether a user is
    /// bound over its connection.
    pub(super) fn harm_to(
        &mut self,
        direction: Direction,
        message: &[u8],
        is_bound: impl Fn(&str) -> bool,
    ) -> Option<HarmKind> {
        if self.harms.is_empty() {
            return None;
        }
        let method = method_of(message)?;
        let place = self.harms.iter().position(|harm| {
            harm.direction == direction
                && harm.method.as_ref().is_none_or(|wanted| *wanted == method)
                && harm.user.as_deref().is_none_or(&is_bound)
        })?;
        let harm = self.harms.get_mut(place)?;
        let kind = harm.kind;
        harm.count = harm.count.saturating_sub(1);
        if harm.count == 0 {
            self.harms.remove(place);
        }
        Some(kind)
    }

    /// What this request is answered instead of being handled. `is_bound` says whether a user is bound over its connection.
    pub(super) fn answer_to(&mut self, request: &Request, is_bound: impl Fn(&str) -> bool) -> Option<Answer> {
        let place = self.answers.iter().position(|answer| {
            answer.method.as_ref().is_none_or(|wanted| wanted == request.method())
                && answer.user.as_deref().is_none_or(&is_bound)
        })?;
        let order = self.answers.get_mut(place)?;
        let answer = order.clone();
        order.count = order.count.saturating_sub(1);
        if order.count == 0 {
            self.answers.remove(place);
        }
        Some(answer)
    }

    /// Lets a message out.
    pub(super) fn send(&mut self, connection: ConnectionId, message: Vec<u8>) {
        self.passed.push_back(Output::Send(connection, message));
    }

    /// The next message that was let out.
    pub(super) fn sent(&mut self) -> Option<Output> {
        self.passed.pop_front()
    }

    /// Holds a message back until then.
    pub(super) fn hold(&mut self, until: Instant, held: Held) {
        self.held.insert((until, self.holds), held);
        self.holds += 1;
    }

    /// The next message whose time has come.
    pub(super) fn release(&mut self, now: Instant) -> Option<Held> {
        let first = self.held.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.held.first_key_value().map(|((until, _), _)| *until)
    }

    /// What is held back for this connection has nowhere to go.
    pub(super) fn close(&mut self, connection: ConnectionId) {
        self.held.retain(|_, held| held.connection != connection);
    }

    /// Takes back every order; what is held back is due now.
    pub(super) fn heal(&mut self, now: Instant) {
        self.harms.clear();
        self.answers.clear();
        let held = std::mem::take(&mut self.held);
        self.held = held.into_iter().map(|((_, number), held)| ((now, number), held)).collect();
    }
}

/// The message with every sixteenth byte changed: what was ASCII stays ASCII, and neither a length nor the start line
/// is what it was.
pub(super) fn corrupted(message: &[u8]) -> Vec<u8> {
    let change = |(place, byte): (usize, &u8)| if place % 16 == 5 { byte ^ 0x15 } else { *byte };
    message.iter().enumerate().map(change).collect()
}

/// The method of a request, or of that which a response answers; none of a keep-alive or of what is no SIP.
fn method_of(message: &[u8]) -> Option<Method> {
    match read(message).ok()? {
        Frame::Ping | Frame::Pong => None,
        Frame::Message(Message::Request(request)) => Some(request.method().clone()),
        Frame::Message(Message::Response(response)) => Some(response.cseq().method.clone()),
    }
}
