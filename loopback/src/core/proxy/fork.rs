//! One proxied request and its branches: the response context of RFC 3261 §16.7.

use super::{
    super::{
        context::{Context, ForkId, Incoming, Owner},
        io::ConnectionId,
    },
    Target, relayed,
};
use telnyx_device::{
    message::{Method, Name, Response, ResponseDraft, StatusCode},
    time::{Duration, Instant},
    transaction::ClientKey,
};

/// How long a branch may ring, counted anew with each provisional response; more than three minutes (§16.6
/// step 11).
const TIMER_C: Duration = Duration::from_secs(200);
/// 64 × T1: how long late 2xx pass (RFC 6026 §7.1).
const LINGER: Duration = Duration::from_secs(32);

pub(super) struct Fork {
    incoming: Incoming,
    branches: Vec<Branch>,
    phase: Phase,
}

enum Phase {
    /// No final response has been forwarded.
    Open,
    /// One has; more 2xx to an INVITE may follow.
    Answered { over: Instant },
}

struct Branch {
    connection: ConnectionId,
    client: ClientKey,
    state: State,
}

enum State {
    /// Nothing heard; the transaction minds the time.
    Calling,
    /// Nothing heard, and a CANCEL is owed as soon as something is (§9.1).
    Unwanted,
    /// Rings.
    Proceeding { timer_c: Instant },
    /// CANCEL was sent; the transaction minds the time again.
    Canceled,
    /// Has its final response.
    Done(ResponseDraft),
}

impl Fork {
    pub(super) fn start(id: ForkId, incoming: Incoming, targets: Vec<Target>, context: &mut Context) -> Self {
        let branches = targets.into_iter().enumerate().map(|(number, target)| {
            let draft = relayed(&incoming.request, &target.uri, context);
            let client = context.request(draft, Owner::Branch(id, number), target.connection);
            Branch { connection: target.connection, client, state: State::Calling }
        });
        let branches = branches.collect();
        Self { incoming, branches, phase: Phase::Open }
    }

    pub(super) fn handle_response(
        &mut self,
        number: usize,
        response: &Response,
        connection: ConnectionId,
        context: &mut Context,
    ) {
        // A 3xx tells of other people's contacts.
        for contact in response.contacts().take_while(|_| response.status().class() < 3) {
            context.flows.learn(contact.uri(), connection);
        }
        let mut draft = ResponseDraft::forward(response);
        draft.pop_via();
        if response.status().is_final() {
            return self.conclude(number, draft, context);
        }
        let Some(branch) = self.branches.get_mut(number) else { return };
        branch.handle_provisional(self.incoming.request.method(), context);
        if matches!(self.phase, Phase::Open) && response.status() != StatusCode::TRYING {
            context.respond(&self.incoming, draft);
        }
    }

    /// Ends a branch with a response of this server's own.
    pub(super) fn give_up(&mut self, number: usize, status: StatusCode, context: &mut Context) {
        let tag = context.entropy.tag();
        self.conclude(number, self.incoming.draft(status, &tag), context);
    }

    /// Steps 4 to 6 and 10 of §16.7.
    fn conclude(&mut self, number: usize, draft: ResponseDraft, context: &mut Context) {
        let status = draft.status();
        let passes = status.is_success() && (self.is_invite() || matches!(self.phase, Phase::Open));
        let Some(branch) = self.branches.get_mut(number) else { return };
        branch.state = State::Done(draft.clone());
        if passes {
            self.answer(draft, context);
        }
        if status.is_success() || status.class() == 6 {
            self.cancel_all(context);
        }
        if matches!(self.phase, Phase::Open)
            && let Some(best) = self.best(context)
        {
            self.answer(best, context);
        }
    }

    fn answer(&mut self, draft: ResponseDraft, context: &mut Context) {
        context.respond(&self.incoming, draft);
        self.phase = Phase::Answered { over: context.now + LINGER };
    }

    /// The response to forward when every branch has one: any 6xx, else the lowest class, in it the most useful
    /// (§16.7 step 6).
    fn best(&self, context: &mut Context) -> Option<ResponseDraft> {
        let mut finals = Vec::new();
        for branch in &self.branches {
            let State::Done(draft) = &branch.state else { return None };
            finals.push(draft);
        }
        let mut best = (*finals.iter().min_by_key(|draft| rank(draft.status()))?).clone();
        match best.status() {
            StatusCode::SERVICE_UNAVAILABLE => {
                // It would be said of this server.
                let tag = context.entropy.tag();
                best = self.incoming.draft(StatusCode::SERVER_INTERNAL_ERROR, &tag);
            }
            StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                collect(&finals, &mut best)
            }
            _ => {}
        }
        Some(best)
    }

    pub(super) fn cancel_all(&mut self, context: &mut Context) {
        if self.is_invite() {
            for branch in &mut self.branches {
                branch.cancel(context);
            }
        }
    }

    pub(super) fn close(&mut self, connection: ConnectionId, context: &mut Context) {
        if self.incoming.connection == connection {
            self.cancel_all(context);
        }
        for number in 0..self.branches.len() {
            if self.branches.get_mut(number).is_some_and(|branch| branch.lose(connection, context)) {
                self.give_up(number, StatusCode::TEMPORARILY_UNAVAILABLE, context);
            }
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let over = match self.phase {
            Phase::Open => None,
            Phase::Answered { over } => Some(over),
        };
        self.branches.iter().filter_map(Branch::timer_c).chain(over).min()
    }

    pub(super) fn handle_timeout(&mut self, context: &mut Context) {
        for branch in &mut self.branches {
            if branch.timer_c().is_some_and(|timer_c| timer_c <= context.now) {
                branch.cancel(context);
            }
        }
    }

    pub(super) fn is_over(&self, now: Instant) -> bool {
        matches!(self.phase, Phase::Answered { over } if over <= now)
    }

    fn is_invite(&self) -> bool {
        *self.incoming.request.method() == Method::Invite
    }
}

impl Branch {
    fn handle_provisional(&mut self, method: &Method, context: &mut Context) {
        match self.state {
            State::Calling | State::Proceeding { .. } if *method == Method::Invite => {
                self.state = State::Proceeding { timer_c: context.now + TIMER_C };
            }
            State::Unwanted => self.send_cancel(context),
            _ => {}
        }
    }

    fn cancel(&mut self, context: &mut Context) {
        match self.state {
            State::Calling => self.state = State::Unwanted,
            State::Proceeding { .. } => self.send_cancel(context),
            State::Unwanted | State::Canceled | State::Done(_) => {}
        }
    }

    fn send_cancel(&mut self, context: &mut Context) {
        if let Some(cancel) = context.transactions.cancel(self.client, context.now) {
            context.request(cancel, Owner::Nobody, self.connection);
        }
        self.state = State::Canceled;
    }

    /// True: it hung on this connection. The transaction is left to run out.
    fn lose(&mut self, connection: ConnectionId, context: &mut Context) -> bool {
        let lost = self.connection == connection && !matches!(self.state, State::Done(_));
        if lost {
            context.transactions.cancel(self.client, context.now);
        }
        lost
    }

    fn timer_c(&self) -> Option<Instant> {
        match self.state {
            State::Proceeding { timer_c } => Some(timer_c),
            State::Calling | State::Unwanted | State::Canceled | State::Done(_) => None,
        }
    }
}

/// Whoever answers must answer all who have asked (§16.7 step 7).
fn collect(finals: &[&ResponseDraft], best: &mut ResponseDraft) {
    for name in [Name::WwwAuthenticate, Name::ProxyAuthenticate] {
        let challenges: Vec<_> = finals.iter().flat_map(|draft| draft.all(name)).cloned().collect();
        best.remove(name);
        for challenge in challenges {
            best.push(name, challenge);
        }
    }
}

/// Less is better.
fn rank(status: StatusCode) -> u16 {
    match status.get() {
        600.. => 0,
        // The caller can do better the next time.
        401 | 407 | 415 | 420 | 484 => 400,
        // Nobody was there, which somebody's answer outweighs.
        408 | 480 | 487 => 499,
        other => other / 100 * 100 + 1,
    }
}
