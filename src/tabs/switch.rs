//! Between the one real socket and the tabs: which message is whose.
//!
//! | from the wire | goes to |
//! |---|---|
//! | a response | the tab whose host the Via has |
//! | a request in a dialog | the tab that has spoken in that dialog; where none is known, to all, of which those without it answer 481 |
//! | INVITE, MESSAGE | each tab that is registered, or each at all where none is |
//! | CANCEL | whoever got its INVITE |
//! | anything else, pings, what cannot be read | the leading tab |
//!
//! | from a tab | goes to |
//! |---|---|
//! | REGISTER | the registrar, where no other tab's binding will do ([`shared`](super::shared)) |
//! | another request | the wire |
//! | a response | the wire, where it is the answer of all ([`fork`](super::fork)) |
//! | ping | nowhere: it is answered here, so that a tab finds out when the leading one is dead |

use super::fork::{Fork, Mint};
use super::shared::{Context, Shared};
use crate::entropy::Entropy;
use crate::local::Names;
use crate::message::{Frame, Message, Method, Name, Request, Response, StatusCode, read};
use crate::time::{Instant, Reason, sooner};

/// A tab, as the switch knows it. Never used again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct PortId(pub(super) u32);

/// The leading tab itself.
pub(super) const OWN: PortId = PortId(0);

/// Dialogs of which it is remembered whose they are. A forgotten one is asked for everywhere.
const MAX_HOMES: usize = 256;
/// Requests that are with several tabs at once. What becomes of the oldest beyond that is passed on as it comes.
const MAX_FORKS: usize = 64;

/// What the switch has to say.
pub(super) enum Routed {
    /// To the server.
    Wire(Vec<u8>),
    /// To a tab.
    Port(PortId, Vec<u8>),
    /// This tab is to give up its registration.
    Unregister(PortId),
}

/// See the tables above.
pub(super) struct Switch {
    names: Names,
    entropy: Entropy,
    host: String,
    ports: Vec<Port>,
    homes: Vec<Home>,
    forks: Vec<Fork>,
    shared: Shared,
    out: Vec<Routed>,
}

/// A tab whose socket is open.
struct Port {
    id: PortId,
    /// What it calls itself in Via, once it has sent a request.
    host: String,
    /// Whether its user is going: what it refuses it refuses for itself.
    retiring: bool,
}

/// Whose a dialog is.
struct Home {
    call_id: String,
    local_tag: String,
    port: PortId,
}

impl Switch {
    pub(super) fn new(names: Names, mut entropy: Entropy) -> Self {
        Self {
            names,
            host: entropy.host(),
            entropy,
            ports: Vec::new(),
            homes: Vec::new(),
            forks: Vec::new(),
            shared: Shared::default(),
            out: Vec::new(),
        }
    }

    /// The next thing to say.
    pub(super) fn drain(&mut self) -> Vec<Routed> {
        core::mem::take(&mut self.out)
    }

    /// This tab's socket is open.
    pub(super) fn join(&mut self, port: PortId) {
        self.ports.push(Port { id: port, host: String::new(), retiring: false });
    }

    /// The user of this tab is going.
    pub(super) fn retire(&mut self, port: PortId) {
        if let Some(port) = self.ports.iter_mut().find(|it| it.id == port) {
            port.retiring = true;
        }
    }

    /// This tab's socket is closed. Its dialogs may be taken up by its next one.
    pub(super) fn leave(&mut self, now: Instant, port: PortId) {
        self.ports.retain(|it| it.id != port);
        let (shared, mut cx) = self.shared();
        shared.handle_gone(now, port, &mut cx);
        let (forks, mut mint) = self.forks();
        for fork in forks {
            fork.handle_gone(now, port, &mut mint);
        }
    }

    /// This tab will not come back.
    pub(super) fn forget(&mut self, now: Instant, port: PortId) {
        self.leave(now, port);
        self.homes.retain(|home| home.port != port);
    }

    /// The wire is lost, and with it what was under way.
    pub(super) fn handle_lost(&mut self) {
        self.ports.clear();
        self.forks.clear();
        self.shared = Shared::default();
        self.out.clear();
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        let fork = |found, fork: &Fork| sooner(found, fork.until().map(|until| (until, "fork")));
        sooner(self.forks.iter().fold(None, fork), self.shared.poll_timeout())
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.forks.retain(|fork| fork.until().is_none_or(|until| until > now));
        let (shared, mut cx) = self.shared();
        shared.handle_timeout(now, &mut cx);
    }

    /// A message from the server.
    pub(super) fn handle_wire(&mut self, now: Instant, frame: Vec<u8>) {
        match read(&frame) {
            Ok(Frame::Message(Message::Response(response))) => {
                if *response.cseq().method == Method::Register {
                    let (shared, mut cx) = self.shared();
                    shared.handle_response(now, &response, &mut cx);
                }
                let via = response.via();
                let port = self.ports.iter().find(|port| via.host().eq_ignore_ascii_case(&port.host));
                if let Some(port) = port {
                    // Before what follows from it.
                    self.out.insert(0, Routed::Port(port.id, frame));
                }
            }
            Ok(Frame::Message(Message::Request(request))) => self.handle_request(&request, &frame),
            _ => self.give(&[OWN], &frame),
        }
    }

    fn give(&mut self, ports: &[PortId], frame: &[u8]) {
        self.out.extend(ports.iter().map(|port| Routed::Port(*port, frame.to_vec())));
    }

    fn all(&self) -> Vec<PortId> {
        self.ports.iter().map(|port| port.id).collect()
    }

    fn handle_request(&mut self, request: &Request, frame: &[u8]) {
        let via = request.via();
        // It comes again.
        if let Some(fork) = self.forks.iter().find(|fork| fork.is_of(&via, request.method())) {
            let ports: Vec<PortId> = fork.ports().collect();
            return self.give(&ports, frame);
        }
        let home = self.home(request);
        let ports = match (request.method(), home) {
            (Method::Cancel, _) => {
                let invite = self.forks.iter().find(|fork| fork.is_of(&via, &Method::Invite));
                invite.map(|fork| fork.ports().collect()).unwrap_or_default()
            }
            (_, Some(home)) => return self.give(&[home], frame),
            (_, None) if request.to().tag().is_some() => self.all(),
            // Whose call is to be replaced, need not be registered.
            (Method::Invite, None) if request.has(Name::Replaces) => self.all(),
            (Method::Invite | Method::Message, None) => {
                let all = self.all();
                let wanting: Vec<PortId> = all.iter().copied().filter(|it| self.shared.wants(*it)).collect();
                if wanting.is_empty() { all } else { wanting }
            }
            _ => vec![OWN],
        };
        match ports.as_slice() {
            [] => self.give(&[OWN], frame),
            // One answer needs no choice; but a CANCEL must find its INVITE, and is told from those that the switch sends.
            [one] if !matches!(request.method(), Method::Invite | Method::Cancel) => {
                self.give(&[*one], frame)
            }
            _ => {
                self.give(&ports, frame);
                if *request.method() != Method::Ack {
                    if self.forks.len() >= MAX_FORKS {
                        self.forks.remove(0);
                    }
                    self.forks.push(Fork::new(request.clone(), &ports));
                }
            }
        }
    }

    /// The open tab whose dialog a request from the wire is in.
    fn home(&self, request: &Request) -> Option<PortId> {
        let tag = request.to().tag()?;
        let is_its = |home: &&Home| home.local_tag == tag && home.call_id == request.call_id();
        let home = self.homes.iter().find(is_its)?.port;
        self.ports.iter().any(|port| port.id == home).then_some(home)
    }

    /// This tab has spoken in a dialog. The latest are the last.
    fn learn(&mut self, port: PortId, call_id: &str, local_tag: Option<&str>) {
        let Some(local_tag) = local_tag else { return };
        self.homes.retain(|home| home.local_tag != local_tag || home.call_id != call_id);
        if self.homes.len() >= MAX_HOMES {
            self.homes.remove(0);
        }
        self.homes.push(Home { call_id: call_id.into(), local_tag: local_tag.into(), port });
    }

    /// A message from a tab.
    pub(super) fn handle_tab(&mut self, now: Instant, port: PortId, frame: Vec<u8>) {
        match read(&frame) {
            Ok(Frame::Message(Message::Request(request))) => self.handle_wish(now, port, &request, frame),
            Ok(Frame::Message(Message::Response(response))) => {
                self.handle_answer(now, port, &response, frame)
            }
            // Its answers to what cannot be read may be as garbled.
            _ if port == OWN => self.out.push(Routed::Wire(frame)),
            Ok(Frame::Ping) => self.out.push(Routed::Port(port, b"\r\n".to_vec())),
            _ => {}
        }
    }

    fn handle_wish(&mut self, now: Instant, port: PortId, request: &Request, frame: Vec<u8>) {
        if let Some(port) = self.ports.iter_mut().find(|it| it.id == port) {
            let via = request.via();
            if port.host != via.host() {
                port.host = via.host().into();
            }
        }
        match request.method() {
            Method::Register => {
                let (shared, mut cx) = self.shared();
                return shared.handle_request(now, port, request, frame, &mut cx);
            }
            Method::Invite | Method::Subscribe => self.learn(port, request.call_id(), request.from().tag()),
            _ if request.to().tag().is_some() => self.learn(port, request.call_id(), request.from().tag()),
            _ => {}
        }
        self.out.push(Routed::Wire(frame));
    }

    fn handle_answer(&mut self, now: Instant, port: PortId, response: &Response, frame: Vec<u8>) {
        let (via, cseq) = (response.via(), response.cseq());
        // To what the switch itself has asked.
        if via.host().eq_ignore_ascii_case(&self.host) {
            return;
        }
        // A refusal makes no dialog, but its ACK has its tag.
        if *cseq.method == Method::Invite && response.status() != StatusCode::TRYING {
            self.learn(port, response.call_id(), response.to().tag());
        }
        let retiring = self.ports.iter().any(|it| it.id == port && it.retiring);
        let (forks, mut mint) = self.forks();
        if let Some(fork) = forks.iter_mut().find(|fork| fork.is_of(&via, cseq.method)) {
            return fork.handle_response(now, port, retiring, response, frame, &mut mint);
        }
        // The switch has canceled, nobody else: nobody waits for the answer.
        let is_ours =
            *cseq.method == Method::Cancel && forks.iter().any(|fork| fork.is_of(&via, &Method::Invite));
        if !is_ours {
            self.out.push(Routed::Wire(frame));
        }
    }

    fn forks(&mut self) -> (&mut Vec<Fork>, Mint<'_>) {
        let Self { forks, entropy, host, out, .. } = self;
        (forks, Mint { entropy, host, out })
    }

    fn shared(&mut self) -> (&mut Shared, Context<'_>) {
        let Self { shared, names, entropy, out, .. } = self;
        (shared, Context { names, entropy, out })
    }
}
