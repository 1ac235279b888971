//! The WebSocket: which server, when to try again (RFC 7118).
//!
//! | state | event | becomes |
//! |---|---|---|
//! | Closed | wish | Connecting |
//! | Connecting | opened | Open |
//! | Connecting | closed, or 10 s | Connecting to the next server; Waiting after the last |
//! | Waiting | wait is over, wish, or hint | Connecting to the first server |
//! | Open | closed | Connecting at once; Waiting where it had lasted less than 2 s |
//! | any | wish to close | Closed |

use super::io::{Event, Output, SocketId};
use crate::entropy::Entropy;
use crate::retry::jittered;
use crate::time::{Duration, Instant, Reason};

/// A socket that takes longer than this to open counts as refused.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection that lasted less than this is no proof that the next one will be better.
const FLEETING: Duration = Duration::from_secs(2);
/// The bounds of the wait between two rounds of attempts.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// See the table above.
pub(super) struct Connection {
    servers: Vec<String>,
    last_socket: u32,
    state: State,
}

enum State {
    Closed,
    Connecting { socket: SocketId, effort: Effort, give_up: Instant },
    Open { socket: SocketId, effort: Effort, since: Instant },
    Waiting { effort: Effort, retry: Instant },
}

/// What it took so far.
#[derive(Clone, Copy)]
struct Effort {
    server: usize,
    /// Since the last success, the present one included.
    attempts: u32,
    /// When the connection was lost, or first wished for. A fleeting one does not count.
    since: Instant,
}

/// What became of an attempt that failed.
#[derive(PartialEq, Eq)]
pub(super) enum Next {
    /// Another server is being tried.
    AnotherServer,
    /// Every server was tried; there is a pause now.
    Pause,
}

impl Connection {
    pub(super) fn new(servers: Vec<String>) -> Self {
        Self { servers, last_socket: 0, state: State::Closed }
    }

    /// The socket, if it is open.
    pub(super) fn socket(&self) -> Option<SocketId> {
        match self.state {
            State::Open { socket, .. } => Some(socket),
            _ => None,
        }
    }

    /// Whether nobody wishes for a connection.
    pub(super) fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed)
    }

    /// Whether the next attempt waits for its time.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting { .. })
    }

    /// The URI of the server that we are connected to, or try.
    pub(super) fn server(&self) -> &str {
        let server = match self.state {
            State::Connecting { effort, .. } | State::Waiting { effort, .. } | State::Open { effort, .. } => {
                effort.server
            }
            State::Closed => 0,
        };
        self.servers.get(server).map_or("", String::as_str)
    }

    /// Begins to connect, unless it is under way; a wait is cut short.
    pub(super) fn open(&mut self, now: Instant) -> Vec<Output> {
        match self.state {
            State::Closed => self.attempt(now, Effort { server: 0, attempts: 1, since: now }),
            State::Waiting { effort, .. } => self.attempt(now, effort),
            State::Connecting { .. } | State::Open { .. } => Vec::new(),
        }
    }

    /// Lets go of the connection.
    pub(super) fn close(&mut self) -> Option<Output> {
        match core::mem::replace(&mut self.state, State::Closed) {
            State::Connecting { socket, .. } | State::Open { socket, .. } => Some(Output::Close(socket)),
            State::Closed | State::Waiting { .. } => None,
        }
    }

    /// True where this is news.
    pub(super) fn handle_opened(&mut self, now: Instant, socket: SocketId) -> bool {
        match self.state {
            State::Connecting { socket: expected, effort, .. } if expected == socket => {
                self.state = State::Open { socket, effort, since: now };
                true
            }
            _ => false,
        }
    }

    /// Whether news of this socket is news of ours.
    pub(super) fn is_current(&self, socket: SocketId) -> bool {
        match self.state {
            State::Connecting { socket: ours, .. } | State::Open { socket: ours, .. } => ours == socket,
            State::Closed | State::Waiting { .. } => false,
        }
    }

    /// The socket closed. Tries again: at once after a loss, the next server after a refusal.
    pub(super) fn handle_closed(&mut self, now: Instant, entropy: &mut Entropy) -> (Vec<Output>, Next) {
        match self.state {
            State::Connecting { effort, .. } => {
                let next = Effort { attempts: effort.attempts + 1, ..effort };
                if effort.server + 1 < self.servers.len() {
                    let attempt = self.attempt(now, Effort { server: effort.server + 1, ..next });
                    return (attempt, Next::AnotherServer);
                }
                self.pause(now, Effort { server: 0, ..next }, entropy);
                (Vec::new(), Next::Pause)
            }
            State::Open { effort, since, .. } => {
                if now.since(since) < FLEETING {
                    self.pause(now, Effort { attempts: 1, ..effort }, entropy);
                    return (Vec::new(), Next::Pause);
                }
                (self.attempt(now, Effort { attempts: 1, since: now, ..effort }), Next::AnotherServer)
            }
            State::Closed | State::Waiting { .. } => (Vec::new(), Next::Pause),
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match self.state {
            State::Connecting { give_up, .. } => Some((give_up, "connect")),
            State::Waiting { retry, .. } => Some((retry, "reconnect")),
            State::Closed | State::Open { .. } => None,
        }
    }

    /// The socket that took too long to open, if one did by `now`.
    pub(super) fn overdue(&self, now: Instant) -> Option<SocketId> {
        match self.state {
            State::Connecting { socket, give_up, .. } if give_up <= now => Some(socket),
            _ => None,
        }
    }

    /// Whether a wait is over by `now`.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        matches!(self.state, State::Waiting { retry, .. } if retry <= now)
    }

    /// Waits in proportion to the outage, so that neither the user waits long nor all phones come at once.
    fn pause(&mut self, now: Instant, effort: Effort, entropy: &mut Entropy) {
        let wait = (now.since(effort.since) * 15 / 100).clamp(SHORTEST_WAIT, LONGEST_WAIT);
        self.state = State::Waiting { effort, retry: now + jittered(entropy, wait) };
    }

    fn attempt(&mut self, now: Instant, effort: Effort) -> Vec<Output> {
        self.last_socket += 1;
        let socket = SocketId(self.last_socket);
        self.state = State::Connecting { socket, effort, give_up: now + CONNECT_TIMEOUT };
        let uri = self.servers.get(effort.server).cloned().unwrap_or_default();
        vec![Output::Event(Event::Connecting { attempts: effort.attempts }), Output::Open { socket, uri }]
    }
}
