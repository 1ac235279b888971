//! One registration for all tabs of an origin.
//!
//! Each tab runs a whole [`UserAgent`](crate::agent::UserAgent) and knows nothing of the others. One of them leads: it has
//! the lock, the socket to the server, and a switch that gives each message to the tab that it concerns. The sockets of the
//! others stand for that one, over a channel. When the leading tab goes, the next in line for the lock opens a socket of
//! its own, and the others' sockets are lost and regained, which their user agents know how to live with.
//!
//! | role | event | becomes | does |
//! |---|---|---|---|
//! | Following | wish for a socket | the same | stands in line for the lock, asks the leader |
//! | Following | leader says that it is open | the same | takes the names of all |
//! | Following | another one leads | the same | its socket is lost, or it asks again |
//! | Following | lock | Leading | tells all; its socket is lost, or opened in truth |
//! | Following | lock, and nothing is wished for any more | the same | gives it back |
//! | Leading | wish for a socket | the same | opens it |
//! | Leading | wish of another tab | the same | opens it with its own, or at once |
//! | Leading | socket lost | the same | so are those of all |
//! | Leading | yields | Following | its socket is lost, the lock is given back |
//! | any | stop | Following | gives everything back |
//!
//! The names by which the registrar knows the device, its instance and its Contact, are the same in all tabs, and are
//! handed on: what a peer sends to that Contact finds its tab whoever leads. The hosts in Via are each tab's own, which is
//! how its responses find it. A password never passes the channel.

mod fork;
mod io;
mod letter;
mod shared;
mod switch;

use self::letter::{ALL, Content, Letter, Loss};
use self::switch::{OWN, PortId, Routed, Switch};
use crate::agent::{Hint, Input, SocketId};
use crate::entropy::Entropy;
use crate::local::Names;
use crate::time::{Instant, Reason};
use std::collections::VecDeque;

pub use self::io::Output;

/// Tabs that follow one leader; a further one waits.
const MAX_MEMBERS: usize = 64;

/// No close frame was seen (RFC 6455 §7.1.5).
const ABNORMAL: u16 = 1006;

/// One tab among others. See the table above.
pub struct Tabs {
    tab: String,
    names: Names,
    entropy: Entropy,
    is_seeking: bool,
    /// Whether the names are those of all.
    is_named: bool,
    role: Role,
    outputs: VecDeque<Output>,
}

enum Role {
    Following(Link),
    Leading(Box<Lead>),
}

/// The socket of a follower.
enum Link {
    None,
    Asking { socket: SocketId, uri: String },
    Open { socket: SocketId, leader: String },
}

struct Lead {
    wire: Wire,
    switch: Switch,
    members: Vec<Member>,
    last_port: u32,
}

/// The real socket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wire {
    None,
    Opening(SocketId),
    Open(SocketId),
}

/// A follower.
struct Member {
    tab: String,
    port: PortId,
    socket: u32,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Open,
    Closed,
}

impl Tabs {
    /// A tab whose user agent has these names. `seed` is 32 random bytes, never used again.
    pub fn new(names: Names, seed: [u8; 32]) -> Self {
        Self {
            tab: String::new(),
            names,
            entropy: Entropy::from_seed(seed),
            is_seeking: false,
            is_named: false,
            role: Role::Following(Link::None),
            outputs: VecDeque::new(),
        }
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to come back at the latest, by [`handle_timeout`](Self::handle_timeout).
    pub fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match &self.role {
            Role::Leading(lead) => lead.switch.poll_timeout(),
            Role::Following(_) => None,
        }
    }

    /// The time has come.
    pub fn handle_timeout(&mut self, now: Instant) {
        if let Role::Leading(lead) = &mut self.role {
            lead.switch.handle_timeout(now);
            self.carry();
        }
    }

    /// Whether this tab has the socket to the server.
    pub fn is_leading(&self) -> bool {
        matches!(self.role, Role::Leading(_))
    }

    /// The user agent wishes for a socket. A second one beside one that is open, to move to a better server, it does not
    /// get: this tab cannot tell when that would harm the others.
    pub fn open(&mut self, socket: SocketId, uri: String) {
        match &mut self.role {
            Role::Leading(lead) if matches!(lead.wire, Wire::Open(_)) => self.lose(socket, one_for_all()),
            Role::Following(Link::Open { .. }) => self.lose(socket, one_for_all()),
            Role::Leading(lead) => {
                lead.wire = Wire::Opening(socket);
                self.outputs.push_back(Output::Open { socket, uri });
            }
            Role::Following(link) => {
                *link = Link::Asking { socket, uri };
                if !self.is_seeking {
                    self.is_seeking = true;
                    self.tab = self.entropy.token(12);
                    self.outputs.push_back(Output::Seek { tab: self.tab.clone() });
                }
                self.post(ALL, socket.0, Content::Open);
            }
        }
    }

    /// The user agent sends a message.
    pub fn send(&mut self, now: Instant, socket: SocketId, frame: Vec<u8>) {
        match &mut self.role {
            Role::Leading(lead) if lead.wire == Wire::Open(socket) => {
                lead.switch.handle_tab(now, OWN, frame);
                self.carry();
            }
            Role::Following(Link::Open { socket: ours, leader }) if *ours == socket => {
                let leader = leader.clone();
                self.post(&leader, socket.0, Content::Frame(frame));
            }
            _ => {}
        }
    }

    /// The user agent wants this socket no more.
    pub fn close(&mut self, socket: SocketId) {
        match &mut self.role {
            Role::Leading(lead) if lead.wire.is(socket) => {
                self.outputs.push_back(Output::Close(socket));
                self.lose_wire(&Loss { code: ABNORMAL, was_clean: false, reason: String::new() });
            }
            Role::Following(link) if link.is(socket) => {
                *link = Link::None;
                self.post(ALL, socket.0, Content::Close);
            }
            _ => {}
        }
    }

    /// The user is going, or this tab is: what it refuses from now on says nothing of the other tabs.
    pub fn retire(&mut self) {
        match &mut self.role {
            Role::Leading(lead) => lead.switch.retire(OWN),
            Role::Following(Link::Open { socket, leader }) => {
                let (leader, socket) = (leader.clone(), socket.0);
                self.post(&leader, socket, Content::Retire);
            }
            Role::Following(_) => {}
        }
    }

    /// This tab is to lead no more, as it may soon not be able to: it loses its socket, and stands at the end of the line.
    pub fn yield_lead(&mut self) {
        let Role::Leading(lead) = &self.role else { return };
        let wire = lead.wire;
        self.stop();
        if let Wire::Opening(socket) | Wire::Open(socket) = wire {
            self.lose(socket, Loss { code: ABNORMAL, was_clean: false, reason: "another tab leads".into() });
        }
    }

    /// The user agent has stopped, and wants no socket until it wishes for one again.
    pub fn stop(&mut self) {
        if let Role::Leading(lead) = &self.role
            && let Wire::Opening(socket) | Wire::Open(socket) = lead.wire
        {
            self.close(socket);
        }
        self.role = Role::Following(Link::None);
        if core::mem::take(&mut self.is_seeking) {
            self.outputs.push_back(Output::Resign);
        }
    }

    /// The lock is ours. `instance` is the UUID that this browser has kept for the shared device, if it has.
    pub fn handle_elected(&mut self, instance: Option<&str>) {
        let Role::Following(link) = &mut self.role else { return };
        let link = core::mem::replace(link, Link::None);
        if matches!(link, Link::None) {
            return self.stop();
        }
        if let Some(instance) = instance.filter(|_| !self.is_named) {
            self.names.instance = instance.into();
        }
        self.is_named = true;
        self.outputs.push_back(Output::Names(self.names.clone()));
        let switch = Switch::new(self.names.clone(), self.entropy.fork());
        let lead = Lead { wire: Wire::None, switch, members: Vec::new(), last_port: OWN.0 };
        self.role = Role::Leading(Box::new(lead));
        self.post(ALL, 0, Content::Lead);
        match link {
            Link::Asking { socket, uri } => self.open(socket, uri),
            Link::Open { socket, .. } => self.lose(socket, leader_gone()),
            Link::None => {}
        }
    }

    /// A tab that was watched is not there any more.
    pub fn handle_gone(&mut self, now: Instant, tab: &str) {
        let Role::Leading(lead) = &mut self.role else { return };
        if let Some(at) = lead.members.iter().position(|it| it.tab == tab) {
            let member = lead.members.remove(at);
            lead.switch.forget(now, member.port);
            self.carry();
        }
    }

    /// The real socket is open.
    pub fn handle_opened(&mut self, socket: SocketId) {
        let Role::Leading(lead) = &mut self.role else { return };
        if lead.wire != Wire::Opening(socket) {
            return;
        }
        lead.wire = Wire::Open(socket);
        lead.switch.join(OWN);
        let waiting: Vec<String> =
            lead.members.iter().filter(|it| it.stage == Stage::Waiting).map(|it| it.tab.clone()).collect();
        self.outputs.push_back(Output::Input(Input::SocketOpened(socket)));
        for tab in waiting {
            self.open_member(&tab);
        }
        // Who waits to try again need wait no longer.
        self.post(ALL, 0, Content::Lead);
    }

    /// The real socket has closed, or could not be opened.
    pub fn handle_closed(&mut self, socket: SocketId, code: u16, reason: String, was_clean: bool) {
        let Role::Leading(lead) = &self.role else { return };
        if lead.wire.is(socket) {
            let loss = Loss { code, was_clean, reason };
            self.lose_wire(&loss);
            self.lose(socket, loss);
        }
    }

    /// A message came over the real socket.
    pub fn handle_received(&mut self, now: Instant, socket: SocketId, frame: Vec<u8>) {
        if let Role::Leading(lead) = &mut self.role
            && lead.wire == Wire::Open(socket)
        {
            lead.switch.handle_wire(now, frame);
            self.carry();
        }
    }

    /// Something came over the channel.
    pub fn handle_posted(&mut self, now: Instant, bytes: &[u8]) {
        let Some(letter) = Letter::read(bytes) else { return };
        if !self.is_seeking || letter.from == self.tab || (letter.to != self.tab && letter.to != ALL) {
            return;
        }
        match &mut self.role {
            Role::Leading(_) => self.handle_follower(now, letter),
            Role::Following(_) => self.handle_leader(letter),
        }
    }

    fn handle_leader(&mut self, letter: Letter) {
        let Role::Following(link) = &mut self.role else { return };
        let socket = SocketId(letter.socket);
        match (letter.content, &*link) {
            (Content::Lead, Link::Asking { socket, .. }) => {
                let socket = socket.0;
                self.post(ALL, socket, Content::Open);
            }
            (Content::Lead, Link::Open { socket, leader }) if *leader != letter.from => {
                let socket = *socket;
                *link = Link::None;
                self.lose(socket, leader_gone());
            }
            (Content::Lead, Link::None) => {
                self.outputs.push_back(Output::Input(Input::Hint(Hint::Online)));
            }
            (Content::Opened(names), Link::Asking { socket: asked, .. }) if *asked == socket => {
                *link = Link::Open { socket, leader: letter.from };
                self.is_named = true;
                if self.names != names {
                    self.names = names.clone();
                    self.outputs.push_back(Output::Names(names));
                }
                self.outputs.push_back(Output::Input(Input::SocketOpened(socket)));
            }
            (Content::Closed(loss), _) if link.is(socket) => {
                *link = Link::None;
                self.lose(socket, loss);
            }
            (Content::Frame(frame), Link::Open { socket: ours, leader })
                if *ours == socket && *leader == letter.from =>
            {
                self.outputs.push_back(Output::Input(Input::Received { socket, frame }));
            }
            (Content::Unregister, Link::Open { leader, .. }) if *leader == letter.from => {
                self.outputs.push_back(Output::Unregister);
            }
            _ => {}
        }
    }

    fn handle_follower(&mut self, now: Instant, letter: Letter) {
        let Role::Leading(lead) = &mut self.role else { return };
        let is_open = matches!(lead.wire, Wire::Open(_));
        let at = lead.members.iter().position(|it| it.tab == letter.from);
        if let Content::Open = letter.content {
            if let Some(member) = at.and_then(|at| lead.members.get_mut(at)) {
                // Where it is the same socket, both have told each other at once.
                if member.socket != letter.socket || member.stage == Stage::Closed {
                    (member.socket, member.stage) = (letter.socket, Stage::Waiting);
                    lead.switch.leave(now, member.port);
                }
            } else if lead.members.len() < MAX_MEMBERS {
                lead.last_port += 1;
                let (port, tab) = (PortId(lead.last_port), letter.from.clone());
                lead.members.push(Member { tab, port, socket: letter.socket, stage: Stage::Waiting });
                self.outputs.push_back(Output::Watch(letter.from.clone()));
            }
            self.carry();
            if is_open {
                self.open_member(&letter.from);
            }
            return;
        }
        let member = at.and_then(|at| lead.members.get_mut(at)).filter(|it| it.socket == letter.socket);
        let Some(member) = member.filter(|it| it.stage != Stage::Closed) else { return };
        match letter.content {
            Content::Close => {
                member.stage = Stage::Closed;
                lead.switch.leave(now, member.port);
            }
            Content::Frame(frame) if member.stage == Stage::Open => {
                lead.switch.handle_tab(now, member.port, frame);
            }
            Content::Retire => lead.switch.retire(member.port),
            _ => {}
        }
        self.carry();
    }

    fn open_member(&mut self, tab: &str) {
        let Role::Leading(lead) = &mut self.role else { return };
        if let Some(member) = lead.members.iter_mut().find(|it| it.tab == tab && it.stage == Stage::Waiting) {
            member.stage = Stage::Open;
            lead.switch.join(member.port);
            let (tab, socket) = (member.tab.clone(), member.socket);
            let names = self.names.clone();
            self.post(&tab, socket, Content::Opened(names));
        }
    }

    /// The real socket is lost, and with it all that stand for it.
    fn lose_wire(&mut self, loss: &Loss) {
        let Role::Leading(lead) = &mut self.role else { return };
        lead.wire = Wire::None;
        lead.switch.handle_lost();
        let mut lost = Vec::new();
        for member in lead.members.iter_mut().filter(|it| it.stage != Stage::Closed) {
            member.stage = Stage::Closed;
            lost.push((member.tab.clone(), member.socket));
        }
        for (tab, socket) in lost {
            self.post(&tab, socket, Content::Closed(loss.clone()));
        }
    }

    /// Tells our user agent that its socket is lost.
    fn lose(&mut self, socket: SocketId, loss: Loss) {
        let Loss { code, was_clean, reason } = loss;
        self.outputs.push_back(Output::Input(Input::SocketClosed { socket, code, reason, was_clean }));
    }

    /// Carries what the switch has to say to where it belongs.
    fn carry(&mut self) {
        let Role::Leading(lead) = &mut self.role else { return };
        let Wire::Open(wire) = lead.wire else { return };
        for routed in lead.switch.drain() {
            let (port, content) = match routed {
                Routed::Wire(frame) => {
                    self.outputs.push_back(Output::Send { socket: wire, frame });
                    continue;
                }
                Routed::Port(OWN, frame) => {
                    self.outputs.push_back(Output::Input(Input::Received { socket: wire, frame }));
                    continue;
                }
                Routed::Unregister(OWN) => {
                    self.outputs.push_back(Output::Unregister);
                    continue;
                }
                Routed::Port(port, frame) => (port, Content::Frame(frame)),
                Routed::Unregister(port) => (port, Content::Unregister),
            };
            if let Some(member) = lead.members.iter().find(|it| it.port == port && it.stage == Stage::Open) {
                let (from, to) = (self.tab.clone(), member.tab.clone());
                let letter = Letter { from, to, socket: member.socket, content };
                self.outputs.push_back(Output::Post(letter.write()));
            }
        }
    }

    fn post(&mut self, to: &str, socket: u32, content: Content) {
        let letter = Letter { from: self.tab.clone(), to: to.into(), socket, content };
        self.outputs.push_back(Output::Post(letter.write()));
    }
}

fn one_for_all() -> Loss {
    Loss { code: ABNORMAL, was_clean: false, reason: "all tabs share one connection".into() }
}

fn leader_gone() -> Loss {
    Loss { code: ABNORMAL, was_clean: false, reason: "the leading tab has gone".into() }
}

impl Wire {
    fn is(self, socket: SocketId) -> bool {
        self == Self::Opening(socket) || self == Self::Open(socket)
    }
}

impl Link {
    fn is(&self, socket: SocketId) -> bool {
        match self {
            Self::None => false,
            Self::Asking { socket: ours, .. } | Self::Open { socket: ours, .. } => *ours == socket,
        }
    }
}
