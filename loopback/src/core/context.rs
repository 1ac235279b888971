//! What every part of the server works with: the transactions, the flows, chance, the output queue, its name.

use super::{
    flows::Flows,
    io::{ConnectionId, MediaId, Output},
};
use std::{collections::VecDeque, net::SocketAddr};
use telnyx_device::{
    entropy::Entropy,
    message::{HeaderValue, Request, RequestDraft, ResponseDraft, StatusCode, Transport, via},
    time::Instant,
    transaction::{ClientKey, ServerKey, Transactions},
};

/// The methods that something here understands, for Allow.
pub(super) const METHODS: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE, INFO, UPDATE, REGISTER";

/// Whom a transaction belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Owner {
    /// A request that is proxied, for its server transaction.
    Fork(ForkId),
    /// One of its client transactions.
    Branch(ForkId, usize),
    /// A call to a robot.
    Robot(MediaId),
    /// Nobody waits for the outcome.
    Nobody,
}

/// A request that is being proxied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct ForkId(pub u64);

/// A received request that is owed a final response.
#[derive(Clone)]
pub(super) struct Incoming {
    pub request: Request,
    pub connection: ConnectionId,
    pub key: ServerKey,
}

impl Incoming {
    /// A response with a To tag of this server's.
    pub(super) fn draft(&self, status: StatusCode, tag: &str) -> ResponseDraft {
        let mut draft = ResponseDraft::to(&self.request, status);
        draft.set_to_tag(tag);
        draft
    }
}

pub(super) struct Context {
    pub now: Instant,
    pub entropy: Entropy,
    pub transactions: Transactions<Owner>,
    pub flows: Flows,
    pub outputs: VecDeque<Output>,
    address: SocketAddr,
}

impl Context {
    pub(super) fn new(address: SocketAddr, seed: [u8; 32]) -> Self {
        Self {
            now: Instant::default(),
            entropy: Entropy::from_seed(seed),
            transactions: Transactions::new(),
            flows: Flows::default(),
            outputs: VecDeque::new(),
            address,
        }
    }

    /// Forgets what no process remembers of an earlier one.
    pub(super) fn restart(&mut self) {
        self.transactions = Transactions::new();
        self.flows = Flows::default();
    }

    pub(super) fn send(&mut self, connection: ConnectionId, message: Vec<u8>) {
        self.outputs.push_back(Output::Send(connection, message));
    }

    /// Sends a response, as far as its transaction allows one any more.
    pub(super) fn respond(&mut self, incoming: &Incoming, draft: ResponseDraft) {
        if let Some(message) = self.transactions.respond(incoming.key, &draft, self.now) {
            self.send(incoming.connection, message);
        }
    }

    /// Answers with this status and nothing else, finally.
    pub(super) fn reply(&mut self, incoming: &Incoming, status: StatusCode) {
        let tag = self.entropy.tag();
        self.respond(incoming, incoming.draft(status, &tag));
    }

    /// Starts a client transaction with a request that has its Via.
    pub(super) fn request(
        &mut self,
        draft: RequestDraft,
        owner: Owner,
        connection: ConnectionId,
    ) -> ClientKey {
        self.send(connection, draft.write());
        self.transactions.start(draft, owner, self.now)
    }

    /// A Via of this server with a new branch.
    pub(super) fn via(&mut self) -> HeaderValue {
        let branch = self.entropy.branch();
        via(Transport::Ws, &self.host(), Some(self.address.port()), &branch)
    }

    /// True: a Via with this sent-by, or a URI with this host and port, is of this server.
    pub(super) fn is_own(&self, host: &str, port: Option<u16>) -> bool {
        port == Some(self.address.port())
            && (host == self.host() || ["localhost", "127.0.0.1", "[::1]"].contains(&host))
    }

    /// `<sip:host:port;transport=ws…>` of this server, or of a user that it plays.
    pub(super) fn own_uri(&self, user: Option<&str>, params: &str) -> HeaderValue {
        let (host, port) = (self.host(), self.address.port());
        let user = user.map(|user| format!("{user}@")).unwrap_or_default();
        HeaderValue::lossy(&format!("<sip:{user}{host}:{port};transport=ws{params}>"))
    }

    fn host(&self) -> String {
        match self.address {
            SocketAddr::V4(address) => address.ip().to_string(),
            SocketAddr::V6(address) => format!("[{}]", address.ip()),
        }
    }
}
