//! The user agent: four doors, one queue (see [`io`]).
//!
//! ```text
//! loop {
//!     agent.handle_input(now, input);                  // what happened, or a verb
//!     while let Some(output) = agent.poll_output() {}  // what to do, in this order
//!     agent.poll_timeout();                            // when to come back with Input::Wake
//! }
//! ```

mod away;
mod call_verbs;
mod calls;
mod coming;
mod config;
mod connection;
mod credentials;
mod event_verbs;
mod farewells;
mod flows;
mod focus;
pub mod io;
mod keeping;
mod limits;
mod moving;
mod probing;
mod promises;
mod requests;
mod routing;
mod sending;
mod subscriptions;
mod verbs;

use std::collections::VecDeque;

use self::calls::Calls;
use self::connection::Connection;
use self::credentials::Wanted;
use self::farewells::Farewells;
use self::flows::{Flow, Flows, SECOND};
use self::keeping::Keeping;
use self::promises::{Promises, Until, failure};
use self::subscriptions::Subscriptions;
use crate::auth::Auth;
use crate::entropy::Entropy;
use crate::error::{Cause, PeerMisbehaved};
use crate::local::{Binding, FLOW, Local};
use crate::message::{RequestDraft, Response, StatusCode};
use crate::registration::{self, Registration};
use crate::time::{Duration, Instant, Reason, sooner, soonest};
use crate::transaction::{ServerKey, Transactions};

pub use self::config::Config;
pub use self::connection::Reconnect;
pub use self::io::*;
pub use self::keeping::Times;
pub use self::limits::Load;

/// Whom the answer to a request of ours is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Owner {
    /// By the flow with this number.
    Registration(u8),
    Call(CallId),
    /// A verb, which it settles.
    Verb(Ticket),
    /// The same inside the dialog of a call.
    InDialog(CallId, Ticket),
    Subscription(SubscriptionId),
    Publication(PublicationId),
    /// An OPTIONS, whose answer is told.
    Options(Ticket),
    /// An OPTIONS that asks whether this flow leads to somebody: any answer says so, whoever it comes from.
    Probe(u8),
    /// Nobody waits for it.
    Nobody,
}

impl Owner {
    /// Whether its requests are not carried over to the next connection: it sends them anew, or they are about this one.
    fn is_bound_to_connection(self) -> bool {
        matches!(self, Self::Registration(_) | Self::Subscription(_) | Self::Publication(_) | Self::Probe(_))
    }
}

/// A request that waits for a connection.
struct Unsent {
    request: RequestDraft,
    owner: Owner,
    /// How long it does though no server can be had: the call that it is of waits for one, too.
    until: Option<Instant>,
}

/// One SIP user agent with one address of record.
pub struct UserAgent {
    config: Config,
    now: Instant,
    entropy: Entropy,
    local: Local,
    auth: Auth,
    transactions: Transactions<Owner>,
    connection: Connection,
    registration: Registration,
    flows: Flows,
    calls: Calls,
    keeping: Keeping,
    subscriptions: Subscriptions,
    promises: Promises,
    /// Requests that wait for a connection.
    unsent: Vec<Unsent>,
    farewells: Farewells,
    wanted: Wanted,
    /// MESSAGEs and INFOs that wait for the application's answer, and until when they do.
    messages: Vec<(MessageId, ServerKey, crate::message::Request, Instant)>,
    last_message: u32,
    /// The faults that were told on this connection.
    blamed: Vec<PeerMisbehaved>,
    /// While `stop` waits for the last answers: how long.
    stopping: Option<Instant>,
    /// Whether the page went away while we were up, so that we are to be up again when it comes back.
    returns: bool,
    tracing: bool,
    outputs: VecDeque<Output>,
}

impl UserAgent {
    /// A user agent at rest: it asks for nothing until the first verb. `seed` is 32 random bytes, never used again.
    pub fn new(config: Config, seed: [u8; 32]) -> Self {
        let mut entropy = Entropy::from_seed(seed);
        let name = config.display_name.as_deref();
        let local = Local::new(&config.user_agent, config.instance.as_deref(), &config.push, &mut entropy);
        let mut registration = || {
            let (registrar, address) = (config.registrar.clone(), &config.address_of_record);
            Registration::new(registrar, name, address, config.expires, &mut entropy)
        };
        let connection = |flow| {
            let keep_alive = Duration::from_secs(config.keep_alive_interval.into());
            Connection::new(&config.servers, config.reconnect, keep_alive, flow)
        };
        let first = registration();
        let second = (config.flows > 1 && config.servers.len() > 1).then(|| Flow {
            connection: connection(SECOND),
            registration: registration(),
            way: local.another_way(SECOND),
        });
        Self {
            now: Instant::default(),
            local,
            auth: Auth::new(config.credentials.clone()),
            transactions: Transactions::new(),
            connection: connection(FLOW),
            registration: first,
            flows: Flows::new(second),
            calls: Calls::new(),
            keeping: Keeping::default(),
            subscriptions: Subscriptions::default(),
            promises: Promises::new(),
            unsent: Vec::new(),
            farewells: Farewells::default(),
            wanted: Wanted::default(),
            messages: Vec::new(),
            last_message: 0,
            blamed: Vec::new(),
            stopping: None,
            returns: false,
            tracing: false,
            outputs: VecDeque::new(),
            config,
            entropy,
        }
    }

    /// The one line where time comes in. It never runs backwards.
    fn enter(&mut self, now: Instant) {
        self.now = self.now.max(now);
    }

    /// Takes a fact. Deadlines that have passed are kept first, so that a late wake-up finds things as they should be.
    pub fn handle_input(&mut self, now: Instant, input: Input) {
        self.enter(now);
        self.handle_deadlines();
        if let Input::SocketOpened(socket)
        | Input::SocketClosed { socket, .. }
        | Input::Received { socket, .. } = &input
        {
            self.look_at(self.flow_at(*socket));
        }
        match input {
            Input::SocketOpened(socket) => self.handle_opened(socket),
            Input::SocketClosed { socket, code, reason, was_clean } => {
                self.handle_closed(socket, code, reason, was_clean);
            }
            Input::Received { socket, frame } => self.handle_frame(socket, &frame),
            Input::Media { call, fact } => self.with_call(call, |call, cx| call.handle_media(cx, fact)),
            Input::Hint(hint) => self.handle_hint(hint),
            Input::PageHidden { persisted } => self.handle_page_hidden(persisted),
            Input::PageShown => self.handle_page_shown(),
            Input::Wake => {}
        }
        self.look_at(self.flows.in_use());
        self.finish_stopping();
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front().or_else(|| self.keep())
    }

    /// When to come back at the latest, and for what.
    pub fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        let transaction = self.transactions.poll_timeout().map(|(at, timer)| (at, timer.letter()));
        let soonest = soonest(&[
            transaction,
            self.connection.poll_timeout(),
            self.registration.poll_timeout(),
            self.flows.poll_timeout(),
            self.calls.poll_timeout(),
            self.keeping.poll_timeout(),
            self.subscriptions.poll_timeout(),
            self.wanted.poll_timeout(),
            self.stopping.map(|until| (until, "stop")),
        ]);
        let message = |found, (.., until): &(_, _, _, Instant)| sooner(found, Some((*until, "message")));
        let unsent = |found, it: &Unsent| sooner(found, it.until.map(|until| (until, "connection")));
        self.unsent.iter().fold(self.messages.iter().fold(soonest, message), unsent)
    }

    fn handle_deadlines(&mut self) {
        while let Some(expired) = self.transactions.handle_timeout(self.now) {
            self.handle_expired(expired);
        }
        self.each_flow(|agent| agent.with_registration(|registration, cx| registration.handle_timeout(cx)));
        for call in self.calls.ids() {
            self.with_call(call, |call, cx| call.handle_timeout(cx));
        }
        self.with_subscriptions(|subscription, cx| subscription.handle_timeout(cx));
        self.with_publications(|publication, cx| publication.handle_timeout(cx));
        self.expire_messages();
        let now = self.now;
        self.fail_unsent(&|unsent| unsent.until.is_some_and(|until| until <= now));
        self.expire_wanted();
        self.each_flow(Self::keep_connection);
        self.look_at(self.flows.in_use());
    }

    fn tell(&mut self, event: Event) {
        self.promises.tell(event, &mut self.outputs);
    }

    fn connect(&mut self) {
        self.outputs.extend(self.connection.open(self.now));
    }

    /// What waits is tried at once, and what seems to be up is looked at.
    fn handle_hint(&mut self, hint: Hint) {
        self.each_flow(|agent| {
            agent.outputs.extend(agent.connection.handle_hint(agent.now));
            if hint != Hint::Visible {
                agent.suspect_connection();
            }
            if agent.stopping.is_none() {
                agent.with_registration(|it, cx| it.handle_hint(cx, hint == Hint::Woke));
            }
        });
        for call in self.calls.ids() {
            self.with_call(call, |call, cx| match hint {
                Hint::NetworkChanged => call.handle_network_changed(cx),
                Hint::Online | Hint::Woke | Hint::Visible => call.hurry(cx),
            });
        }
    }

    /// Lets the registration take a step, and does what it wishes.
    fn with_registration(&mut self, step: impl FnOnce(&mut Registration, &mut registration::Context<'_>)) {
        let mut actions = Vec::new();
        let alone = !self.flows.other_serves(self.now);
        let Self { now, entropy, local, registration, .. } = self;
        step(
            registration,
            &mut registration::Context { now: *now, entropy, local, alone, actions: &mut actions },
        );
        self.do_for_registration(actions);
    }

    fn do_for_registration(&mut self, actions: Vec<registration::Action>) {
        let (flow, other_serves) = (self.local.flow(), self.flows.other_serves(self.now));
        let (mut answered, mut failed, mut granted) = (false, false, None);
        for action in actions {
            answered |= !matches!(action, registration::Action::Request(_));
            failed |= matches!(action, registration::Action::Failed(..));
            match action {
                registration::Action::Request(request) => {
                    self.send_request(request, Owner::Registration(flow));
                }
                registration::Action::Registered { expires, refresh, binding, response } => {
                    let contact = String::from(self.local.contact_uri().as_str());
                    let flow_timer = binding.flow_timer;
                    granted = Some(binding.outbound);
                    self.note_keep_alive(binding.outbound, flow_timer, &response);
                    self.outputs.extend(self.connection.settle(self.now, &mut self.entropy));
                    let public_gruu = binding.public_gruu.as_ref().map(|gruu| gruu.as_str().into());
                    self.local.bind(binding);
                    self.tell(Event::Registered {
                        flow,
                        expires,
                        contact,
                        refresh,
                        public_gruu,
                        flow_timer,
                        response,
                    });
                }
                registration::Action::Unregistered(cause, response) => {
                    self.local.bind(Binding::default());
                    if !other_serves {
                        self.tell(Event::Unregistered { cause, response });
                    }
                }
                registration::Action::Failed(cause, response) => {
                    self.spare_server(response.as_ref());
                    let status = response.as_ref().map(|it| it.status());
                    let event = Event::RegistrationFailed { flow, cause, response };
                    if !other_serves {
                        self.tell(event);
                        continue;
                    }
                    // Whoever waits to be registered is.
                    self.outputs.push_back(Output::Event(event));
                    if status == Some(StatusCode::FIRST_HOP_LACKS_OUTBOUND_SUPPORT) {
                        self.blame(PeerMisbehaved::KeepsNoFlows);
                    }
                }
            }
        }
        if failed {
            self.change_back();
        }
        if answered && !self.registration.is_asking() && self.connection.socket().is_some() {
            self.resume_calls();
        }
        self.tend_flows(granted);
    }

    /// Whoever looks for us finds us where we are now, or will not for a while.
    fn resume_calls(&mut self) {
        for call in self.calls.on(self.local.flow()) {
            self.with_call(call, |call, cx| call.handle_reachable(cx));
        }
    }

    /// Once nothing waits for an answer any more, or too long, closes the socket that `stop` asked to be closed.
    fn finish_stopping(&mut self) {
        let Some(until) = self.stopping else { return };
        let is_under_way = if self.connection.socket().is_some() {
            self.transactions.is_waiting() || !self.calls.is_empty()
        } else {
            self.connection.is_opening() && (self.transactions.is_waiting() || !self.farewells.is_empty())
        };
        if is_under_way && until > self.now {
            return;
        }
        for call in self.calls.ids() {
            self.with_call(call, |call, cx| call.abandon(cx));
        }
        self.each_flow(|agent| {
            agent.with_registration(|registration, cx| registration.handle_connection_lost(cx));
            agent.transactions.lose_flow(agent.local.flow());
        });
        self.lose_subscriptions();
        self.fail_requests(&|_, _| true);
        self.transactions.clear();
        self.fail_unsent(&|unsent| unsent.owner != Owner::Nobody);
        self.handle_unreachable();
        self.unsent.clear();
        self.stopping = None;
        self.each_flow(|agent| agent.hang_up_socket(agent.returns && agent.is_in_use()));
        self.promises.settle(Until::Stopped, Ok(()), &mut self.outputs);
    }

    fn settle(&mut self, ticket: Ticket, cause: Cause, response: Option<&Response>) {
        let outcome = match response {
            Some(response) if response.status().is_success() => Ok(()),
            _ => failure(cause, response.cloned()),
        };
        self.promises.settle_one(ticket, outcome, &mut self.outputs);
    }
}
