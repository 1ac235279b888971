//! The WebSocket: which server, when to try again (RFC 7118).
//!
//! | state | event | becomes |
//! |---|---|---|
//! | Closed, GivenUp | wish | Connecting to the best server |
//! | Connecting | opened | Open |
//! | Connecting | closed, or 10 s | Connecting to the next server; Waiting after the last; GivenUp after as many attempts as are allowed |
//! | Connecting | hint | the same, for 3 s more at the most |
//! | Waiting | wait is over, wish, or hint | Connecting to the best server |
//! | Open | closed, or found dead | Connecting at once to the same server; Waiting where the server sends everyone away, or it had lasted less than 2 s, or it is not the first one that is lost after less than 30 s |
//! | GivenUp | hint | Connecting to the best server |
//! | any | wish to close | Closed |
//!
//! Open has a table of its own for the way back to a better server, [`returning`], and one for silence, [`liveness`].
//!
//! A server that has refused us with a Retry-After is passed by until then, and where there is no other one, the wait is as
//! long, or the longest that there is; unless there is a wish.

mod liveness;
mod reconnect;
mod returning;
mod servers;

use self::liveness::Liveness;
use self::reconnect::scatter;
use self::returning::Aside;
use self::servers::Servers;
use super::io::{Event, Output, SocketId};
use crate::entropy::Entropy;
use crate::local::FLOW;
use crate::time::{Duration, Instant, Reason, sooner};

pub(super) use self::liveness::{Probe, Verdict};
pub use self::reconnect::Reconnect;
pub(super) use self::returning::Due;

/// A socket that takes longer than this to open counts as refused.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The same for one that was asked for by way of a network that is perhaps gone.
const SHORT_TIMEOUT: Duration = Duration::from_secs(3);
/// A connection that lasted less than this is no proof that the next one will be better.
const FLEETING: Duration = Duration::from_secs(2);

/// One that lasted this long has ended the outage before it.
const LASTING: Duration = Duration::from_secs(30);

/// See the table above.
pub(super) struct Connection {
    servers: Servers,
    reconnect: Reconnect,
    /// The longest silence; zero where it may last.
    keep_alive: Duration,
    /// The number of the flow (RFC 5626 §4.2).
    flow: u8,
    /// Whether there is no other flow, so that a better server is worth a change.
    alone: bool,
    last_socket: u32,
    state: State,
}

enum State {
    Closed,
    GivenUp,
    Connecting {
        socket: SocketId,
        effort: Effort,
        give_up: Instant,
    },
    /// In use, and what is beside it.
    Open(Up, Aside),
    Waiting {
        effort: Effort,
        retry: Instant,
    },
}

/// An open socket.
struct Up {
    socket: SocketId,
    effort: Effort,
    since: Instant,
    liveness: Liveness,
}

/// What it took so far.
#[derive(Clone, Copy)]
struct Effort {
    server: usize,
    /// The one with which this round of servers has begun.
    first: usize,
    /// Since the last success, the present one included.
    attempts: u32,
    /// When the outage began: a lasting connection was lost, or the first one wished for. The time of a shorter connection
    /// is no part of it.
    since: Instant,
    /// Whether a connection was lost since then.
    is_repeated: bool,
}

/// What follows when a socket is gone.
pub(super) enum Next {
    /// Another attempt, at once.
    Attempt(Vec<Output>),
    /// A pause. Every server was tried, unless there was a connection.
    Pause,
    /// Nothing.
    End,
}

impl Connection {
    pub(super) fn new(servers: &[String], reconnect: Reconnect, keep_alive: Duration, flow: u8) -> Self {
        // No socket of one flow has the name of one of the other's.
        let last_socket = u32::from(flow - FLOW) << 24;
        let servers = Servers::new(servers);
        Self { servers, reconnect, keep_alive, flow, alone: true, last_socket, state: State::Closed }
    }

    /// Another flow of the same device is at the server that this other connection has, or tries: two to the same server
    /// would be lost together.
    pub(super) fn keep_apart_from(&mut self, other: &Self) {
        self.alone = other.is_unwanted();
        self.servers.avoid(match &other.state {
            State::Connecting { effort, .. } | State::Open(Up { effort, .. }, _) => Some(effort.server),
            State::Closed | State::GivenUp | State::Waiting { .. } => None,
        });
    }

    /// The socket, if it is open.
    pub(super) fn socket(&self) -> Option<SocketId> {
        match &self.state {
            State::Open(up, _) => Some(up.socket),
            _ => None,
        }
    }

    /// Whether no connection comes by itself.
    pub(super) fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed | State::GivenUp)
    }

    /// Whether a socket is about to open, or to fail.
    pub(super) fn is_opening(&self) -> bool {
        matches!(self.state, State::Connecting { .. })
    }

    /// Whether it is open, or may be in a moment.
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self.state, State::Connecting { .. } | State::Open(..))
    }

    /// Whether none is wished for.
    pub(super) fn is_unwanted(&self) -> bool {
        matches!(self.state, State::Closed)
    }

    /// The URI of the server that we are connected to, or try.
    pub(super) fn server(&self) -> &str {
        let server = match &self.state {
            State::Connecting { effort, .. } | State::Waiting { effort, .. } => effort.server,
            State::Open(up, _) => up.effort.server,
            State::Closed | State::GivenUp => 0,
        };
        self.servers.uri(server)
    }

    /// Begins to connect, unless it is under way; a wait is cut short.
    pub(super) fn open(&mut self, now: Instant) -> Vec<Output> {
        self.servers.spare_none();
        match self.state {
            State::Closed | State::GivenUp => self.begin(now, Effort::new(now)),
            State::Waiting { effort, .. } => self.begin(now, effort),
            State::Connecting { .. } | State::Open(..) => Vec::new(),
        }
    }

    /// Things may be better now than they were.
    pub(super) fn handle_hint(&mut self, now: Instant) -> Vec<Output> {
        let is_free = self.rest(now).is_zero();
        match &mut self.state {
            State::Waiting { effort, .. } if is_free => {
                let effort = *effort;
                self.begin(now, effort)
            }
            State::GivenUp => self.begin(now, Effort::new(now)),
            State::Connecting { give_up, .. } => {
                *give_up = (now + SHORT_TIMEOUT).min(*give_up);
                Vec::new()
            }
            State::Closed | State::Waiting { .. } | State::Open(..) => Vec::new(),
        }
    }

    /// Lets go of the connection.
    pub(super) fn close(&mut self) -> impl Iterator<Item = Output> {
        let (socket, aside) = match core::mem::replace(&mut self.state, State::Closed) {
            State::Connecting { socket, .. } => (Some(socket), None),
            State::Open(up, aside) => (Some(up.socket), aside.socket()),
            State::Closed | State::GivenUp | State::Waiting { .. } => (None, None),
        };
        socket.into_iter().chain(aside).map(Output::Close)
    }

    /// True where this is news.
    pub(super) fn handle_opened(&mut self, now: Instant, socket: SocketId, entropy: &mut Entropy) -> bool {
        match self.state {
            State::Connecting { socket: expected, effort, .. } if expected == socket => {
                self.state = State::Open(self.up(now, socket, effort, entropy), Aside::Nothing);
                self.drop_aside(now, entropy);
                true
            }
            _ => false,
        }
    }

    fn up(&self, now: Instant, socket: SocketId, effort: Effort, entropy: &mut Entropy) -> Up {
        Up { socket, effort, since: now, liveness: Liveness::new(now, self.keep_alive, entropy) }
    }

    /// The server that we are connected to wants to be left alone until then.
    pub(super) fn spare(&mut self, until: Instant) {
        if let State::Open(up, _) = &self.state {
            self.servers.spare(up.effort.server, until);
        }
    }

    /// Whether news of this socket is news of ours.
    pub(super) fn is_current(&self, socket: SocketId) -> bool {
        match &self.state {
            State::Connecting { socket: ours, .. } | State::Open(Up { socket: ours, .. }, _) => {
                *ours == socket
            }
            State::Closed | State::GivenUp | State::Waiting { .. } => false,
        }
    }

    /// The socket closed, with this WebSocket close code.
    pub(super) fn handle_closed(&mut self, now: Instant, code: u16, entropy: &mut Entropy) -> Next {
        if let Some(next) = self.instead(now) {
            return next;
        }
        match self.state {
            State::Connecting { effort, .. } if self.reconnect.ends_with(effort.attempts) => {
                self.state = State::GivenUp;
                Next::End
            }
            State::Connecting { effort, .. } => {
                let next = Effort { attempts: effort.attempts.saturating_add(1), ..effort };
                match self.servers.next(now, effort.first, effort.server) {
                    Some(server) => Next::Attempt(self.attempt(now, Effort { server, ..next })),
                    None => {
                        let wait = self.reconnect.wait(entropy, now.since(effort.since));
                        self.pause(now, wait, Effort { server: 0, ..next })
                    }
                }
            }
            State::Open(Up { effort, since, .. }, _) => {
                let lasted = now.since(since);
                let proven = if effort.is_repeated { LASTING } else { FLEETING };
                let is_anew = lasted >= proven;
                let since = if is_anew { now } else { effort.since + lasted };
                let effort = Effort { attempts: 1, since, is_repeated: true, ..effort };
                let wait = (!is_anew).then(|| self.reconnect.wait(entropy, now.since(since)));
                let wait = wait.max(scatter(entropy, code)).unwrap_or_default();
                let wait = wait.max(self.rest(now));
                if wait.is_zero() {
                    Next::Attempt(self.begin(now, effort))
                } else {
                    self.pause(now, wait, effort)
                }
            }
            State::Closed | State::GivenUp | State::Waiting { .. } => Next::Pause,
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match self.state {
            State::Connecting { give_up, .. } => Some((give_up, "connect")),
            State::Waiting { retry, .. } => Some((retry, "reconnect")),
            State::Open(ref up, ref aside) => {
                let silence = up.liveness.deadline().map(|at| (at, "keep-alive"));
                sooner(silence, aside.deadline())
            }
            State::Closed | State::GivenUp => None,
        }
    }

    /// The socket that took too long to open, if one did by `now`.
    pub(super) fn overdue(&self, now: Instant) -> Option<SocketId> {
        match self.state {
            State::Connecting { socket, give_up, .. } if give_up <= now => Some(socket),
            _ => None,
        }
    }

    /// Tries again, if a wait is over by `now`.
    pub(super) fn handle_timeout(&mut self, now: Instant) -> Vec<Output> {
        match self.state {
            State::Waiting { effort, retry } if retry <= now => self.begin(now, effort),
            _ => Vec::new(),
        }
    }

    /// A message has come over the open socket.
    pub(super) fn handle_heard(&mut self, now: Instant, is_pong: bool) {
        if let State::Open(up, _) = &mut self.state {
            up.liveness.handle_heard(now, is_pong);
        }
    }

    /// One was sent; `asks` where it is to be answered.
    pub(super) fn handle_said(&mut self, now: Instant, asks: bool) {
        if let State::Open(up, _) = &mut self.state {
            up.liveness.handle_said(now, asks);
        }
    }

    /// The server answers pings, and wants to hear one as often as this.
    pub(super) fn promised(&mut self, interval: Option<Duration>) {
        if let State::Open(up, _) = &mut self.state {
            up.liveness.promised(interval);
        }
    }

    /// The open socket may be dead.
    pub(super) fn suspect(&mut self, now: Instant) -> Option<Probe> {
        match &mut self.state {
            State::Open(up, _) => up.liveness.suspect(now),
            _ => None,
        }
    }

    /// What is to be done by `now` about a socket that is silent.
    pub(super) fn verdict(&mut self, now: Instant, entropy: &mut Entropy) -> Option<(SocketId, Verdict)> {
        match &mut self.state {
            State::Open(up, _) => Some((up.socket, up.liveness.handle_timeout(now, entropy)?)),
            _ => None,
        }
    }

    /// How long there is no server that may be tried.
    fn rest(&self, now: Instant) -> Duration {
        self.servers.earliest().since(now).min(self.reconnect.max_delay)
    }

    fn pause(&mut self, now: Instant, wait: Duration, effort: Effort) -> Next {
        let retry = now + wait.max(self.rest(now));
        self.state = State::Waiting { effort, retry };
        Next::Pause
    }

    /// Begins a round of servers.
    fn begin(&mut self, now: Instant, effort: Effort) -> Vec<Output> {
        let server = self.servers.begin(now, effort.server);
        self.attempt(now, Effort { server, first: server, ..effort })
    }

    fn attempt(&mut self, now: Instant, effort: Effort) -> Vec<Output> {
        self.last_socket += 1;
        let socket = SocketId(self.last_socket);
        self.state = State::Connecting { socket, effort, give_up: now + CONNECT_TIMEOUT };
        let uri = self.servers.uri(effort.server).into();
        let event = Event::Connecting { flow: self.flow, attempts: effort.attempts };
        vec![Output::Event(event), Output::Open { socket, uri }]
    }
}

impl Effort {
    fn new(now: Instant) -> Self {
        Self { server: 0, first: 0, attempts: 1, since: now, is_repeated: false }
    }
}
