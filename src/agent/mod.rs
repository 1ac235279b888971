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
mod config;
mod connection;
mod credentials;
mod event_verbs;
mod farewells;
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
use self::connection::{Connection, Next};
use self::credentials::Wanted;
use self::farewells::Farewells;
use self::keeping::Keeping;
use self::promises::{Promises, Until, failure};
use self::subscriptions::Subscriptions;
use crate::auth::Auth;
use crate::entropy::Entropy;
use crate::error::{Cause, PeerMisbehaved};
use crate::local::{Binding, Local};
use crate::message::{Method, RequestDraft, Response};
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
    Registration,
    Call(CallId),
    /// A verb, which it settles.
    Verb(Ticket),
    /// The same inside the dialog of a call.
    InDialog(CallId, Ticket),
    Subscription(SubscriptionId),
    Publication(PublicationId),
    /// An OPTIONS, whose answer is told.
    Options(Ticket),
    /// An OPTIONS that asks whether the connection leads to somebody: any answer says so, whoever it comes from.
    Probe,
    /// Nobody waits for it.
    Nobody,
}

impl Owner {
    /// Whether its requests are not carried over to the next connection: it sends them anew, or they are about this one.
    fn is_bound_to_connection(self) -> bool {
        matches!(self, Self::Registration | Self::Subscription(_) | Self::Publication(_) | Self::Probe)
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
        let (registrar, address) = (config.registrar.clone(), &config.address_of_record);
        Self {
            now: Instant::default(),
            local: Local::new(&config.user_agent, config.instance.as_deref(), &config.push, &mut entropy),
            auth: Auth::new(config.credentials.clone()),
            transactions: Transactions::new(),
            connection: Connection::new(
                &config.servers,
                config.reconnect,
                Duration::from_secs(config.keep_alive_interval.into()),
            ),
            registration: Registration::new(registrar, name, address, config.expires, &mut entropy),
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
        self.with_registration(|registration, cx| registration.handle_timeout(cx));
        for call in self.calls.ids() {
            self.with_call(call, |call, cx| call.handle_timeout(cx));
        }
        self.with_subscriptions(|subscription, cx| subscription.handle_timeout(cx));
        self.with_publications(|publication, cx| publication.handle_timeout(cx));
        self.expire_messages();
        let now = self.now;
        self.fail_unsent(&|unsent| unsent.until.is_some_and(|until| until <= now));
        self.expire_wanted();
        if let Some(socket) = self.connection.overdue(self.now) {
            self.outputs.push_back(Output::Close(socket));
            self.handle_closed(socket, 1006, "The server took too long".into(), false);
        }
        self.outputs.extend(self.connection.handle_timeout(self.now));
        self.handle_silence();
        self.handle_return();
    }

    fn tell(&mut self, event: Event) {
        self.promises.tell(event, &mut self.outputs);
    }

    fn connect(&mut self) {
        self.outputs.extend(self.connection.open(self.now));
    }

    /// What waits is tried at once, and what seems to be up is looked at.
    fn handle_hint(&mut self, hint: Hint) {
        self.outputs.extend(self.connection.handle_hint(self.now));
        if hint != Hint::Visible {
            self.suspect_connection();
        }
        if self.stopping.is_none() {
            self.with_registration(|registration, cx| registration.handle_hint(cx, hint == Hint::Woke));
        }
        for call in self.calls.ids() {
            self.with_call(call, |call, cx| match hint {
                Hint::NetworkChanged => call.handle_network_changed(cx),
                Hint::Online | Hint::Woke | Hint::Visible => call.hurry(cx),
            });
        }
    }

    fn handle_opened(&mut self, socket: SocketId) {
        if self.connection.is_tried(socket) {
            self.change_over();
        } else if self.connection.handle_opened(self.now, socket, &mut self.entropy) {
            self.come_up();
        }
    }

    /// There is a connection where there was none.
    fn come_up(&mut self) {
        self.blamed.clear();
        let server = String::from(self.connection.server());
        self.local.set_server(&server);
        self.tell(Event::Connected { server: server.clone() });
        for frame in self.transactions.unanswered(self.now) {
            self.send(frame);
        }
        if self.stopping.is_some() {
            return self.bid_farewells();
        }
        self.with_registration(|registration, cx| registration.handle_connected(cx, &server));
        self.bid_farewells();
        for Unsent { mut request, owner, .. } in core::mem::take(&mut self.unsent) {
            // It was made for another transport, perhaps.
            request.set_via(self.local.via(&mut self.entropy));
            self.send_request(request, owner);
        }
        if !self.registration.is_asking() {
            self.resume_calls();
        }
        self.with_subscriptions(|subscription, cx| subscription.handle_connected(cx));
        self.with_publications(|publication, cx| publication.handle_connected(cx));
    }

    fn handle_closed(&mut self, socket: SocketId, code: u16, reason: String, was_clean: bool) {
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
        let next = match self.stopping {
            Some(_) => {
                let is_other = |it: &Output| !matches!(it, Output::Close(it) if *it == socket);
                self.outputs.extend(self.connection.close().filter(is_other));
                Next::End
            }
            None => self.connection.handle_closed(self.now, code, &mut self.entropy),
        };
        let will_retry = !matches!(next, Next::End);
        self.tell(Event::Disconnected { code, reason, was_clean, will_retry });
        if was_open {
            self.go_down();
        }
        match next {
            Next::Attempt(attempt) => self.outputs.extend(attempt),
            Next::Pause | Next::End if !was_open => self.handle_unreachable(),
            Next::Pause | Next::End => {}
        }
    }

    /// There is no connection where there was one.
    fn go_down(&mut self) {
        self.with_registration(|registration, cx| registration.handle_connection_lost(cx));
        self.lose_subscriptions();
        self.cancel_unanswered();
        self.transactions.suspend_cancels(self.now);
        // Deviation: requests other than these are not lost with their socket (RFC 3261 §17.1.4), for the next one
        // carries them again. By the time it does, nobody may want to talk any more, and what is refreshed begins
        // anew.
        let living = self.calls.ids();
        self.fail_requests(&|request, owner| {
            let is_left =
                !request.is_in_dialog() && matches!(owner, Owner::Call(call) if !living.contains(call));
            (*request.method() == Method::Invite && !is_left) || owner.is_bound_to_connection()
        });
        for call in self.calls.ids() {
            self.with_call(call, |call, cx| call.handle_connection_lost(cx));
        }
    }

    /// There is no server to be had. What waits for a connection fails, but for the BYEs that nobody waits for, and for what
    /// belongs to a call that waits as well.
    fn handle_unreachable(&mut self) {
        let cause = Cause::ConnectionError;
        self.promises.settle(Until::Connected, failure(cause, None), &mut self.outputs);
        self.promises.give_up_publishing(&mut self.outputs);
        if self.promises.is_awaited(Until::Registered) {
            self.tell(Event::RegistrationFailed { cause, response: None });
        }
        self.fail_unsent(&|unsent| unsent.owner != Owner::Nobody && unsent.until.is_none());
    }

    fn fail_unsent(&mut self, is_lost: &dyn Fn(&Unsent) -> bool) {
        let (lost, kept): (Vec<Unsent>, _) = core::mem::take(&mut self.unsent).into_iter().partition(is_lost);
        self.unsent = kept;
        for Unsent { request, owner, .. } in lost {
            self.handle_request_failed(&request, owner, Cause::ConnectionError);
        }
    }

    /// Lets the registration take a step, and does what it wishes.
    fn with_registration(&mut self, step: impl FnOnce(&mut Registration, &mut registration::Context<'_>)) {
        let mut actions = Vec::new();
        let Self { now, entropy, local, registration, .. } = self;
        step(registration, &mut registration::Context { now: *now, entropy, local, actions: &mut actions });
        self.do_for_registration(actions);
    }

    fn do_for_registration(&mut self, actions: Vec<registration::Action>) {
        let (mut answered, mut failed) = (false, false);
        for action in actions {
            answered |= !matches!(action, registration::Action::Request(_));
            failed |= matches!(action, registration::Action::Failed(..));
            match action {
                registration::Action::Request(request) => self.send_request(request, Owner::Registration),
                registration::Action::Registered { expires, refresh, binding, response } => {
                    let contact = String::from(self.local.contact_uri().as_str());
                    let flow_timer = binding.flow_timer;
                    self.note_keep_alive(binding.outbound, flow_timer, &response);
                    self.outputs.extend(self.connection.settle(self.now, &mut self.entropy));
                    let public_gruu = binding.public_gruu.as_ref().map(|gruu| gruu.as_str().into());
                    self.local.bind(binding);
                    self.tell(Event::Registered {
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
                    self.tell(Event::Unregistered { cause, response });
                }
                registration::Action::Failed(cause, response) => {
                    self.spare_server(response.as_ref());
                    self.tell(Event::RegistrationFailed { cause, response });
                }
            }
        }
        if failed {
            self.change_back();
        }
        if answered && !self.registration.is_asking() && self.connection.socket().is_some() {
            self.resume_calls();
        }
    }

    /// Whoever looks for us finds us where we are now, or will not for a while.
    fn resume_calls(&mut self) {
        for call in self.calls.ids() {
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
        self.with_registration(|registration, cx| registration.handle_connection_lost(cx));
        self.lose_subscriptions();
        self.fail_requests(&|_, _| true);
        self.transactions.clear();
        self.fail_unsent(&|unsent| unsent.owner != Owner::Nobody);
        self.handle_unreachable();
        self.unsent.clear();
        self.stopping = None;
        let was_closed = self.connection.is_closed();
        self.outputs.extend(self.connection.close());
        if !was_closed {
            self.tell(Event::Disconnected {
                code: 1000,
                reason: String::new(),
                was_clean: true,
                will_retry: self.returns,
            });
        }
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
