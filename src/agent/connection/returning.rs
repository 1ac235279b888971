//! The way back to a better server: make before break.
//!
//! | beside the open socket | event | becomes |
//! |---|---|---|
//! | Nothing | opened, and there is a better server | BackAt |
//! | BackAt | it is time, and nothing is under way | Trying the best server |
//! | BackAt | it is time, and something is | BackAt, 10 s later |
//! | Trying | closed, or 10 s | BackAt |
//! | Trying | opened, and nothing is under way | Leaving: the sockets change places |
//! | Trying | opened, and something is | BackAt, 10 s later |
//! | Trying | the open socket closed | Connecting by the one that is tried |
//! | Leaving | the registration is there | Nothing: the old socket is closed |
//! | Leaving | it fails, or 10 s, or a request by the old socket, or the new one closed | BackAt: the sockets change places again |
//! | Leaving | the old socket closed | Nothing |

use super::{CONNECT_TIMEOUT, Connection, Effort, Next, SocketId, State, Up};
use crate::agent::io::{Event, Output};
use crate::entropy::Entropy;
use crate::time::{Duration, Instant, Reason};

/// The bounds of the wait between two looks at the better servers.
const SOONEST: Duration = Duration::from_secs(30);
const LATEST: Duration = Duration::from_secs(300);
/// When to look again where it was not the moment.
const SOON: Duration = Duration::from_secs(10);
/// How long a registration may take to follow.
const PATIENCE: Duration = Duration::from_secs(10);

/// See the table above.
pub(super) enum Aside {
    Nothing,
    BackAt(Instant),
    Trying { socket: SocketId, server: usize, give_up: Instant },
    Leaving { old: Box<Up>, until: Instant },
}

impl Aside {
    pub(super) fn deadline(&self) -> Option<(Instant, Reason)> {
        match self {
            Self::Nothing => None,
            Self::BackAt(at) => Some((*at, "return")),
            Self::Trying { give_up, .. } => Some((*give_up, "connect")),
            Self::Leaving { until, .. } => Some((*until, "return")),
        }
    }

    /// The socket that is not the one in use.
    pub(super) fn socket(&self) -> Option<SocketId> {
        match self {
            Self::Nothing | Self::BackAt(_) => None,
            Self::Trying { socket, .. } => Some(*socket),
            Self::Leaving { old, .. } => Some(old.socket),
        }
    }
}

/// What the deadline of a way back asks for.
#[derive(PartialEq, Eq)]
pub(in crate::agent) enum Due {
    /// Try the best server, if nothing is under way.
    Return,
    /// The better server did not open, or did not let us register.
    GiveUp,
}

impl Connection {
    /// What is due by `now` beside the open socket.
    pub(in crate::agent) fn return_due(&self, now: Instant) -> Option<Due> {
        let State::Open(_, aside) = &self.state else { return None };
        let (at, _) = aside.deadline()?;
        let due = if matches!(aside, Aside::BackAt(_)) { Due::Return } else { Due::GiveUp };
        (at <= now).then_some(due)
    }

    /// Looks for a better server, beside the open socket; later where it is `busy`.
    pub(in crate::agent) fn look_for_better(&mut self, now: Instant, busy: bool) -> Option<Output> {
        let State::Open(up, aside @ Aside::BackAt(_)) = &mut self.state else { return None };
        if !self.alone {
            *aside = Aside::Nothing;
            return None;
        }
        let server = self.servers.begin(now, 0);
        if busy || server >= up.effort.server {
            *aside = Aside::BackAt(now + SOON);
            return None;
        }
        self.last_socket += 1;
        let socket = SocketId(self.last_socket);
        *aside = Aside::Trying { socket, server, give_up: now + CONNECT_TIMEOUT };
        Some(Output::Open { socket, uri: self.servers.uri(server).into() })
    }

    /// Whether this socket is that of a better server, which may open.
    pub(in crate::agent) fn is_tried(&self, it: SocketId) -> bool {
        matches!(&self.state, State::Open(_, Aside::Trying { socket, .. }) if *socket == it)
    }

    /// Whether this is the socket beside the one in use.
    pub(in crate::agent) fn is_aside(&self, socket: SocketId) -> bool {
        matches!(&self.state, State::Open(_, aside) if aside.socket() == Some(socket))
    }

    /// Whether this socket was in use before, and is still open.
    pub(in crate::agent) fn is_leaving(&self, socket: SocketId) -> bool {
        matches!(&self.state, State::Open(_, Aside::Leaving { old, .. }) if old.socket == socket)
    }

    /// Changes over to the better server, whose socket has opened.
    pub(in crate::agent) fn change_over(&mut self, now: Instant, entropy: &mut Entropy) -> bool {
        let new = match &self.state {
            State::Open(_, Aside::Trying { socket, server, .. }) => {
                let effort = Effort { server: *server, ..Effort::new(now) };
                self.up(now, *socket, effort, entropy)
            }
            _ => return false,
        };
        if let State::Open(old, _) = core::mem::replace(&mut self.state, State::Closed) {
            self.state = State::Open(new, Aside::Leaving { old: Box::new(old), until: now + PATIENCE });
        }
        true
    }

    /// The registration has followed: the old socket has done its work.
    pub(in crate::agent) fn settle(&mut self, now: Instant, entropy: &mut Entropy) -> Option<Output> {
        let State::Open(up, aside @ Aside::Leaving { .. }) = &mut self.state else { return None };
        let (socket, server) = (aside.socket(), up.effort.server);
        *aside = Aside::Nothing;
        self.plan_return(now, server, Duration::ZERO, entropy);
        socket.map(Output::Close)
    }

    /// Takes the old socket again, and lets go of the new one; nothing where none was being left.
    pub(in crate::agent) fn change_back(&mut self, now: Instant, entropy: &mut Entropy) -> Option<Output> {
        match core::mem::replace(&mut self.state, State::Closed) {
            State::Open(new, Aside::Leaving { old, .. }) => {
                let (server, since) = (old.effort.server, old.since);
                self.state = State::Open(*old, Aside::Nothing);
                self.plan_return(now, server, now.since(since), entropy);
                Some(Output::Close(new.socket))
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    /// What is beside the open socket is gone, or no longer wanted; its socket is to be closed.
    pub(in crate::agent) fn drop_aside(&mut self, now: Instant, entropy: &mut Entropy) -> Option<Output> {
        let State::Open(up, aside) = &mut self.state else { return None };
        let (socket, server, since) = (aside.socket(), up.effort.server, up.since);
        *aside = Aside::Nothing;
        self.plan_return(now, server, now.since(since), entropy);
        socket.map(Output::Close)
    }

    /// The open socket closed while another one was being tried: that is the next attempt.
    pub(super) fn instead(&mut self, now: Instant) -> Option<Next> {
        let State::Open(_, Aside::Trying { socket, server, give_up }) = self.state else { return None };
        let effort = Effort { server, first: server, ..Effort::new(now) };
        self.state = State::Connecting { socket, effort, give_up };
        Some(Next::Attempt(vec![Output::Event(Event::Connecting { flow: self.flow, attempts: 1 })]))
    }

    /// Where there is a better server, says when to look for it: in proportion to the time without it.
    fn plan_return(&mut self, now: Instant, server: usize, without: Duration, entropy: &mut Entropy) {
        let wait = self.reconnect.wait_between(entropy, without, SOONEST, LATEST);
        if let State::Open(_, aside) = &mut self.state
            && server > 0
            && self.alone
        {
            *aside = Aside::BackAt(now + wait);
        }
    }
}
