//! The table: which machine a message, a wish or a timer belongs to.

use super::invite_client::InviteClient;
use super::invite_server::{Acknowledged, InviteServer};
use super::matching::{is_merged, is_same};
use super::non_invite_client::NonInviteClient;
use super::non_invite_server::NonInviteServer;
use super::{Answered, Arrived, Client, ClientKey, ClientState, Expired, Heard, Kind};
use super::{MAX_ANSWERS, MAX_SERVER_BYTES, MAX_SERVERS, Server, ServerKey, ServerState, Timer, Way};
use crate::message::{Method, Name, Request, RequestDraft, Response, ResponseDraft};
use crate::time::{Instant, LATE};

/// All transactions of a device, in the order in which they began.
pub struct Transactions<O> {
    clients: Vec<Client<O>>,
    servers: Vec<Server<O>>,
    begun: u64,
}

/// Where the transaction stands whose timer runs out first.
enum Place {
    Client(usize),
    Server(usize),
}

impl<O> Default for Transactions<O> {
    fn default() -> Self {
        Self { clients: Vec::new(), servers: Vec::new(), begun: 0 }
    }
}

impl<O: Clone> Transactions<O> {
    /// A table without transactions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether no transaction lives.
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty() && self.servers.is_empty()
    }

    /// The request of a living client transaction.
    pub fn client_request(&self, key: ClientKey) -> Option<&RequestDraft> {
        self.clients.iter().find(|client| client.key == key).map(|client| &client.request)
    }

    /// The request of a living server transaction.
    pub fn server_request(&self, key: ServerKey) -> Option<&Request> {
        self.servers.iter().find(|server| server.key == key).map(|server| &server.request)
    }

    /// Begins a client transaction for a request, whose top Via has a branch of its own. The caller sends it.
    ///
    /// An ACK to a 2xx begins none (RFC 3261 §13.2.2.4) and does not come here.
    pub fn start(&mut self, request: RequestDraft, owner: O, now: Instant) -> ClientKey {
        let key = ClientKey(self.next());
        let state = match request.method() {
            Method::Invite => ClientState::Invite(InviteClient::start(now)),
            _ => ClientState::NonInvite(NonInviteClient::start(now)),
        };
        if request.is_in_dialog() {
            self.clients.iter_mut().for_each(|client| client.request.note(&request));
        }
        let (branch, acks) = (request.branch().into(), Vec::new());
        self.clients.push(Client { key, owner, flow: None, branch, request, state, acks });
        key
    }

    /// The CANCEL of an INVITE, for which the caller starts a transaction. The INVITE now has 64 × T1 to end in
    /// (RFC 3261 §9.1).
    ///
    /// `None` while no provisional response has come, and when the INVITE was answered, or cancelled already.
    pub fn cancel(&mut self, key: ClientKey, now: Instant) -> Option<RequestDraft> {
        let client = self.clients.iter_mut().find(|client| client.key == key)?;
        let ClientState::Invite(state) = client.state else { return None };
        client.state = ClientState::Invite(state.cancel(now)?);
        Some(client.request.cancel())
    }

    /// The CANCEL of an INVITE to which nobody has said anything yet, for a caller that cannot wait until somebody does.
    pub fn cancel_unheard(&mut self, key: ClientKey, now: Instant) -> Option<RequestDraft> {
        let client = self.clients.iter_mut().find(|client| client.key == key)?;
        let ClientState::Invite(state) = client.state else { return None };
        client.state = ClientState::Invite(state.cancel_unheard(now)?);
        Some(client.request.cancel())
    }

    /// Keeps the ACK to a 2xx, to be sent again whenever that 2xx is (RFC 3261 §13.2.2.4).
    pub fn acknowledge(&mut self, ack: RequestDraft) {
        let call_id = ack.get(Name::CallId);
        let is_answered = |client: &&mut Client<O>| {
            let request = &client.request;
            *request.method() == Method::Invite
                && request.cseq() == ack.cseq()
                && request.get(Name::CallId) == call_id
        };
        if let Some(client) = self.clients.iter_mut().find(is_answered) {
            client.acks.push(ack);
        }
    }

    /// Finds the client transaction of a response by branch and method (RFC 3261 §17.1.3) and moves it.
    ///
    /// `None` for a stray. A 2xx to an INVITE whose transaction is gone may still mean a dialog.
    pub fn handle_response(&mut self, response: &Response, now: Instant) -> Option<Answered<O>> {
        let (via, method) = (response.via(), response.cseq().method);
        let branch = via.branch()?;
        let at = self
            .clients
            .iter()
            .position(|client| *client.branch == *branch && client.request.method() == method)?;
        let client = self.clients.get_mut(at)?;
        let kind = Kind::of(response.status());
        if kind == Kind::Success
            && let Some(ack) = client.acks.iter().find(|ack| ack.to_tag() == response.to().tag())
        {
            let (owner, key, send) = (client.owner.clone(), client.key, Some(ack.write()));
            return Some(Answered { owner, key, send, deliver: false, is_excess: false, request: None });
        }
        if kind == Kind::Success && client.acks.len() >= MAX_ANSWERS {
            let (owner, key) = (client.owner.clone(), client.key);
            return Some(Answered { owner, key, send: None, deliver: false, is_excess: true, request: None });
        }
        let (next, heard) = client.state.handle_response(kind, now);
        let (owner, key) = (client.owner.clone(), client.key);
        let send = (heard == Heard::Acknowledge).then(|| client.request.ack(response).write());
        let deliver = heard != Heard::Absorb;
        let request = match next {
            Some(state) => {
                client.state = state;
                (deliver && kind != Kind::Provisional).then(|| client.request.clone())
            }
            None => Some(self.clients.remove(at).request),
        };
        Some(Answered { owner, key, send, deliver, is_excess: false, request })
    }

    /// Finds what a request belongs to (RFC 3261 §9.2, §17.2.3), and begins a server transaction if to nothing.
    pub fn handle_request(&mut self, request: &Request) -> Arrived<O> {
        let (number, bytes) = self.received();
        let is_full = number >= MAX_SERVERS || bytes + request.size() > MAX_SERVER_BYTES;
        self.take_in(request, is_full)
    }

    /// The same where there are too many already.
    pub fn handle_expected(&mut self, request: &Request) -> Arrived<O> {
        self.take_in(request, false)
    }

    /// How many server transactions live, and how many bytes their requests have.
    pub fn received(&self) -> (usize, usize) {
        (self.servers.len(), self.servers.iter().map(|server| server.request.size()).sum())
    }

    /// How many client transactions live.
    pub fn sent(&self) -> usize {
        self.clients.len()
    }

    /// How many requests of this owner wait for their final answers.
    pub fn waiting_of(&self, owner: &O) -> usize
    where
        O: PartialEq,
    {
        self.clients.iter().filter(|client| client.is_waiting() && client.owner == *owner).count()
    }

    fn take_in(&mut self, request: &Request, is_full: bool) -> Arrived<O> {
        let method = request.method();
        if *method == Method::Ack {
            return self.handle_ack(request);
        }
        let branch = request.via().branch().unwrap_or_default();
        let mut same = self
            .servers
            .iter()
            .filter(|server| *server.branch == *branch && is_same(&server.request, request));
        if let Some(server) = same.clone().find(|server| server.request.method() == method) {
            return Arrived::Retransmission { send: server.state.handle_retransmission() };
        }
        let target = if *method == Method::Cancel {
            same.find(|server| *server.request.method() == Method::Invite)
                .and_then(|server| Some((server.key, server.owner.clone()?)))
        } else {
            None
        };
        if is_full && target.is_none() {
            return Arrived::Overload;
        }
        // Whoever tries another flow because the first is lost asks anew.
        let merged = self.servers.iter().any(|it| it.way != Way::Lost && is_merged(&it.request, request));
        let key = ServerKey(self.next());
        let state = match method {
            Method::Invite => ServerState::Invite(InviteServer::start()),
            _ => ServerState::NonInvite(NonInviteServer::Trying),
        };
        self.servers.push(Server {
            key,
            owner: None,
            way: Way::Only,
            branch: branch.into(),
            request: request.clone(),
            state,
        });
        match method {
            Method::Cancel => Arrived::Cancel { server: key, target },
            _ if merged => Arrived::Merged(key),
            _ => Arrived::New(key),
        }
    }

    fn handle_ack(&mut self, ack: &Request) -> Arrived<O> {
        let branch = ack.via().branch().unwrap_or_default();
        let acknowledges = |server: &Server<O>| {
            *server.branch == *branch
                && *server.request.method() == Method::Invite
                && is_same(&server.request, ack)
        };
        let Some(at) = self.servers.iter().position(acknowledges) else {
            return Arrived::AckForDialog;
        };
        let Server { key, owner, way, branch, request, state } = self.servers.remove(at);
        let (next, acknowledged) = state.handle_ack();
        if let Some(state) = next {
            self.servers.insert(at, Server { key, owner: owner.clone(), way, branch, request, state });
        }
        match acknowledged {
            Acknowledged::Refusal => Arrived::Ack { key, owner },
            Acknowledged::Success => Arrived::AckForDialog,
            Acknowledged::Nothing => Arrived::Retransmission { send: None },
        }
    }

    /// Says who is to be told of a server transaction.
    pub fn adopt(&mut self, key: ServerKey, owner: O) {
        if let Some(server) = self.servers.iter_mut().find(|server| server.key == key) {
            server.owner = Some(owner);
        }
    }

    /// Answers a request. What is returned must be sent; `None` when the transaction is gone or allows this
    /// response no more.
    pub fn respond(&mut self, key: ServerKey, response: &ResponseDraft, now: Instant) -> Option<Vec<u8>> {
        let at = self.servers.iter().position(|server| server.key == key)?;
        let Server { key, owner, way, branch, request, state } = self.servers.remove(at);
        let (next, send) = state.respond(Kind::of(response.status()), response.write(), now);
        if let Some(state) = next {
            self.servers.insert(at, Server { key, owner, way, branch, request, state });
        }
        send
    }

    /// When to call [`Self::handle_timeout`], and the timer that will have fired.
    pub fn poll_timeout(&self) -> Option<(Instant, Timer)> {
        self.earliest().map(|(deadline, timer, _)| (deadline, timer))
    }

    /// Ends the next transaction whose timer has fired by `now` and which its owner is to be told of. To be
    /// called until it returns `None`.
    ///
    /// Deviation: where `now` is too late by far, a request waits a little longer, once (RFC 3261 §17.1.1.2, §17.1.2.2).
    /// Its answer may have come to a page that was frozen.
    pub fn handle_timeout(&mut self, now: Instant) -> Option<Expired<O>> {
        while let Some((deadline, timer, place)) = self.earliest()
            && deadline <= now
        {
            match place {
                Place::Client(at) => {
                    let late = self.clients.get_mut(at).filter(|_| now.since(deadline) > LATE);
                    if let Some(client) = late
                        && let Some(state) = client.state.handle_late(now)
                    {
                        client.state = state;
                        continue;
                    }
                    let Client { key, owner, request, .. } = self.clients.remove(at);
                    if timer != Timer::M {
                        return Some(Expired::TimedOut { owner, key, request, timer });
                    }
                }
                Place::Server(at) => {
                    let Server { key, owner, .. } = self.servers.remove(at);
                    if let (Timer::H, Some(owner)) = (timer, owner) {
                        return Some(Expired::NoAck { owner, key });
                    }
                }
            }
        }
        None
    }

    fn earliest(&self) -> Option<(Instant, Timer, Place)> {
        let clients = self.clients.iter().enumerate().filter_map(|(at, client)| {
            let (deadline, timer) = client.state.timer()?;
            Some((deadline, timer, Place::Client(at)))
        });
        let servers = self.servers.iter().enumerate().filter_map(|(at, server)| {
            let (deadline, timer) = server.state.timer()?;
            Some((deadline, timer, Place::Server(at)))
        });
        clients.chain(servers).min_by_key(|(deadline, ..)| *deadline)
    }

    /// A request of ours was sent by this flow.
    pub fn sent_by(&mut self, key: ClientKey, flow: u8) {
        if let Some(client) = self.clients.iter_mut().find(|client| client.key == key) {
            client.flow = Some(flow);
        }
    }

    /// A request came by this flow.
    pub fn came_by(&mut self, key: ServerKey, flow: u8) {
        if let Some(server) = self.servers.iter_mut().find(|server| server.key == key) {
            server.way = Way::Flow(flow);
        }
    }

    /// The flow by which a request came, unless that is lost.
    pub fn way_back(&self, key: ServerKey) -> Option<u8> {
        match self.servers.iter().find(|server| server.key == key)?.way {
            Way::Flow(flow) => Some(flow),
            Way::Only | Way::Lost => None,
        }
    }

    /// A flow is lost: what was sent by it has no way any more.
    pub fn lose_flow(&mut self, flow: u8) {
        for client in self.clients.iter_mut().filter(|client| client.flow == Some(flow)) {
            client.flow = None;
        }
    }

    /// Another flow takes over from a lost one: what comes by it is no second copy of what came by the lost one.
    pub fn forget_way(&mut self, lost: u8) {
        for server in self.servers.iter_mut().filter(|server| server.way == Way::Flow(lost)) {
            server.way = Way::Lost;
        }
    }

    /// Whatever has no way is sent again by this flow.
    pub fn resent_by(&mut self, flow: u8) {
        for client in &mut self.clients {
            client.flow = client.flow.or(Some(flow));
        }
    }

    /// Ends every client transaction without a way that awaits a response and `is_lost`, because none can come any more
    /// (RFC 3261 §17.1.4). Server transactions go on: their responses may take another connection (§18.2.2).
    pub fn transport_lost(&mut self, is_lost: impl Fn(&RequestDraft, &O) -> bool) -> Vec<Expired<O>> {
        let (lost, kept) = core::mem::take(&mut self.clients).into_iter().partition(|client| {
            client.flow.is_none() && client.is_waiting() && is_lost(&client.request, &client.owner)
        });
        self.clients = kept;
        let lost: Vec<Client<O>> = lost;
        lost.into_iter()
            .map(|Client { key, owner, request, .. }| Expired::TransportLost { owner, key, request })
            .collect()
    }

    /// A flow is lost: what cancels an INVITE and has no way waits for the next one, and is among the
    /// [`unanswered`](Self::unanswered) then.
    pub fn suspend_cancels(&mut self, now: Instant) {
        for client in self.clients.iter_mut().filter(|client| client.flow.is_none()) {
            match &mut client.state {
                ClientState::Invite(state) => *state = state.suspend(now),
                ClientState::NonInvite(state) if *client.request.method() == Method::Cancel => {
                    *state = NonInviteClient::suspend(now);
                }
                ClientState::NonInvite(_) => {}
            }
        }
    }

    /// Whether a response is awaited.
    pub fn is_waiting(&self) -> bool {
        self.clients.iter().any(Client::is_waiting)
    }

    /// The requests without a way that await a response, and the ACKs that a 2xx may still wait for, as they were sent: to
    /// be sent once more, as the connection that carried them is gone. The far side has as long to answer as before. An INVITE that
    /// was canceled is not among them: its CANCEL is.
    pub fn unanswered(&mut self, now: Instant) -> Vec<Vec<u8>> {
        for client in self.clients.iter_mut().filter(|client| client.flow.is_none()) {
            match &mut client.state {
                ClientState::NonInvite(state) => *state = NonInviteClient::start(now),
                ClientState::Invite(state) => *state = state.prolong(now),
            }
        }
        let is_again = |client: &Client<O>| {
            client.is_waiting() && !matches!(client.state, ClientState::Invite(state) if state.is_cancelled())
        };
        let request = |client: &Client<O>| is_again(client).then(|| client.request.write());
        let acks = |client: &Client<O>| client.acks.iter().map(RequestDraft::write).collect::<Vec<_>>();
        let lost = self.clients.iter().filter(|client| client.flow.is_none());
        lost.flat_map(|client| request(client).into_iter().chain(acks(client))).collect()
    }

    /// The INVITE that this owner waits for.
    pub fn invite_of(&self, owner: &O) -> Option<ClientKey>
    where
        O: PartialEq,
    {
        let is_theirs = |client: &&Client<O>| {
            matches!(client.state, ClientState::Invite(_)) && client.is_waiting() && client.owner == *owner
        };
        self.clients.iter().rfind(is_theirs).map(|client| client.key)
    }

    /// Forgets all transactions, telling nobody.
    pub fn clear(&mut self) {
        self.clients.clear();
        self.servers.clear();
    }

    fn next(&mut self) -> u64 {
        self.begun += 1;
        self.begun
    }
}
