//! Transactions (RFC 3261 §17, RFC 6026): a request and all responses to it.
//!
//! Four pure machines, a file each, whose states hold their timers and which a step consumes; around them
//! [`Transactions`], the table that finds the machine a message belongs to. Nothing here sends: what is to be
//! sent is returned. The transport is reliable (RFC 7118), so nothing is repeated either.
//!
//! Each knows the flow by which its request left or came (RFC 5626): responses to a request go back by it, and what was
//! asked by one that is lost is asked again by another.
//!
//! `O` is the owner, whatever the user of transactions wants to be told with each event.

mod invite_client;
mod invite_server;
mod matching;
mod non_invite_client;
mod non_invite_server;
mod table;
#[cfg(test)]
mod tests;
mod timer;

use crate::message::{Request, RequestDraft, StatusCode};
use crate::time::Instant;
use invite_client::InviteClient;
use invite_server::{Acknowledged, InviteServer};
use non_invite_client::NonInviteClient;
use non_invite_server::NonInviteServer;
pub use table::Transactions;
pub use timer::{T1, Timer};

/// How many server transactions may live at once; a request beyond that is [`Arrived::Overload`]. A CANCEL
/// for a living one is always let in. Client transactions are as many as were started.
pub const MAX_SERVERS: usize = 1024;

/// How many bytes their requests may have together; beyond that it is the same.
pub const MAX_SERVER_BYTES: usize = 8 * 1024 * 1024;

/// How many 2xx to one INVITE are taken, each of another phone that has answered. More of them are passed over.
pub const MAX_ANSWERS: usize = 16;

/// What matters to the machines about a response.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// 1xx.
    Provisional,
    /// 2xx.
    Success,
    /// 300–699.
    Refusal,
}

impl Kind {
    const fn of(status: StatusCode) -> Self {
        match status.class() {
            1 => Self::Provisional,
            2 => Self::Success,
            _ => Self::Refusal,
        }
    }
}

/// What a client machine does with a response.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Heard {
    /// Tells the owner.
    Deliver,
    /// Tells the owner and sends the ACK.
    Acknowledge,
    /// Nothing.
    Absorb,
}

/// Names a client transaction, in this table only and for its life only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ClientKey(u64);

/// Names a server transaction, in this table only and for its life only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ServerKey(u64);

/// A response that belongs to a client transaction.
#[derive(Debug)]
pub struct Answered<O> {
    /// Who started it.
    pub owner: O,
    /// The transaction; gone by now if the response ended it.
    pub key: ClientKey,
    /// The ACK to the refusal of an INVITE, or once more to a repeated 2xx, to be sent before anything else.
    pub send: Option<Vec<u8>>,
    /// Whether the owner is to be told of the response.
    pub deliver: bool,
    /// Whether it was passed over, as too many phones have answered.
    pub is_excess: bool,
    /// With a final response that is delivered: the request, for another try or for the ACK to a 2xx.
    pub request: Option<RequestDraft>,
}

/// What a received request is.
#[derive(Debug)]
pub enum Arrived<O> {
    /// A new request, to be answered through [`Transactions::respond`].
    New(ServerKey),
    /// A request that came already on another path, to be answered 482 (RFC 3261 §8.2.2.2).
    Merged(ServerKey),
    /// A CANCEL, itself to be answered 200, or 481 without a target (RFC 3261 §9.2).
    Cancel {
        /// The transaction of the CANCEL.
        server: ServerKey,
        /// The living INVITE transaction that it means, and its owner.
        target: Option<(ServerKey, O)>,
    },
    /// The ACK to a refusal that we sent, which has ended that transaction.
    Ack {
        /// The transaction that was.
        key: ServerKey,
        /// Its owner, if it was adopted.
        owner: Option<O>,
    },
    /// An ACK to a 2xx, which no transaction handles: the dialog's.
    AckForDialog,
    /// A request that came already. Send this, if there is something, and forget it.
    Retransmission {
        /// The latest response, where the state repeats it.
        send: Option<Vec<u8>>,
    },
    /// One too many, to be answered 503 without a transaction.
    Overload,
}

/// A transaction that ended without the message that it waited for.
#[derive(Debug)]
pub enum Expired<O> {
    /// No final response; to the owner it is as if 408 had come (RFC 3261 §8.1.3.1).
    TimedOut {
        /// Who started it.
        owner: O,
        /// The transaction that was.
        key: ClientKey,
        /// Its request.
        request: RequestDraft,
        /// Which timer has fired: B, F, or that of a cancelled INVITE.
        timer: Timer,
    },
    /// The connection has gone; to the owner it is as if 503 had come (RFC 3261 §8.1.3.1).
    TransportLost {
        /// Who started it.
        owner: O,
        /// The transaction that was.
        key: ClientKey,
        /// Its request.
        request: RequestDraft,
    },
    /// No ACK to the refusal of an INVITE (timer H).
    NoAck {
        /// Who adopted it.
        owner: O,
        /// The transaction that was.
        key: ServerKey,
    },
}

struct Client<O> {
    key: ClientKey,
    owner: O,
    /// By which it was sent; none where that is lost, or it was sent by none.
    flow: Option<u8>,
    branch: Box<str>,
    request: RequestDraft,
    state: ClientState,
    /// The ACKs to its 2xx.
    acks: Vec<RequestDraft>,
}

impl<O> Client<O> {
    /// Whether a response is awaited, and not only more of them.
    fn is_waiting(&self) -> bool {
        self.state.timer().is_none_or(|(_, timer)| timer != Timer::M)
    }
}

#[derive(Clone, Copy)]
enum ClientState {
    Invite(InviteClient),
    NonInvite(NonInviteClient),
}

impl ClientState {
    fn handle_response(self, kind: Kind, now: Instant) -> (Option<Self>, Heard) {
        match self {
            Self::Invite(state) => {
                let (next, heard) = state.handle_response(kind, now);
                (next.map(Self::Invite), heard)
            }
            Self::NonInvite(state) => {
                let (next, heard) = state.handle_response(kind);
                (next.map(Self::NonInvite), heard)
            }
        }
    }

    fn handle_late(self, now: Instant) -> Option<Self> {
        match self {
            Self::Invite(state) => state.handle_late(now).map(Self::Invite),
            Self::NonInvite(state) => state.handle_late(now).map(Self::NonInvite),
        }
    }

    fn timer(self) -> Option<(Instant, Timer)> {
        match self {
            Self::Invite(state) => state.timer(),
            Self::NonInvite(state) => Some(state.timer()),
        }
    }
}

struct Server<O> {
    key: ServerKey,
    owner: Option<O>,
    way: Way,
    branch: Box<str>,
    request: Request,
    state: ServerState,
}

/// How a request has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By the only one that there is.
    Only,
    /// By this flow.
    Flow(u8),
    /// By one that is lost, while another one was there.
    Lost,
}

enum ServerState {
    Invite(InviteServer),
    NonInvite(NonInviteServer),
}

impl ServerState {
    fn respond(self, kind: Kind, response: Vec<u8>, now: Instant) -> (Option<Self>, Option<Vec<u8>>) {
        match self {
            Self::Invite(state) => {
                let (next, send) = state.respond(kind, response, now);
                (Some(Self::Invite(next)), send)
            }
            Self::NonInvite(state) => {
                let (next, send) = state.respond(kind, response);
                (next.map(Self::NonInvite), Some(send))
            }
        }
    }

    fn handle_retransmission(&self) -> Option<Vec<u8>> {
        match self {
            Self::Invite(state) => state.handle_retransmission(),
            Self::NonInvite(state) => state.handle_retransmission(),
        }
    }

    fn handle_ack(self) -> (Option<Self>, Acknowledged) {
        match self {
            Self::Invite(state) => {
                let (next, acknowledged) = state.handle_ack();
                (next.map(Self::Invite), acknowledged)
            }
            Self::NonInvite(state) => (Some(Self::NonInvite(state)), Acknowledged::Nothing),
        }
    }

    fn timer(&self) -> Option<(Instant, Timer)> {
        match self {
            Self::Invite(state) => state.timer(),
            Self::NonInvite(_) => None,
        }
    }
}
