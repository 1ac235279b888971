//! Several tabs of one browser: their user agents, what is between them, the lock, the channel, and the real sockets.

use super::names::name;
use super::{config, described, field};
use std::collections::VecDeque;
use telnyx_device::agent::{self, CallEvent, CallId, Config, Event, Input, MediaFact, SocketId, UserAgent};
use telnyx_device::local::Names;
use telnyx_device::message::Name;
use telnyx_device::tabs::{Output, Tabs};
use telnyx_device::time::{Duration, Instant};

/// The id that the browser keeps for the shared device.
pub const INSTANCE: &str = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6";

pub struct Browser {
    pub now: Instant,
    tabs: Vec<Tab>,
    /// Who stands in line for the lock; the first has it.
    line: VecDeque<usize>,
    channel: VecDeque<(usize, Vec<u8>)>,
    /// Messages sent to the server and not looked at yet.
    wire: VecDeque<String>,
    /// Real sockets that were asked for, in all.
    pub sockets: usize,
    /// Whether the channel and the wire are slow.
    holds_back: bool,
}

struct Tab {
    agent: UserAgent,
    tabs: Tabs,
    /// What others know it by, while it takes part.
    name: Option<String>,
    watches: Vec<String>,
    socket: Option<(SocketId, bool)>,
    told: VecDeque<String>,
    /// `Reason` of what has ended its calls.
    reasons: Vec<String>,
    is_there: bool,
    /// Whether its socket and the channel reach nobody, as in a tab that hangs.
    hangs: bool,
}

impl Browser {
    pub fn new() -> Self {
        Self {
            now: Instant::from_millis(1_000),
            tabs: Vec::new(),
            line: VecDeque::new(),
            channel: VecDeque::new(),
            wire: VecDeque::new(),
            sockets: 0,
            holds_back: false,
        }
    }

    /// A new tab.
    pub fn open_tab(&mut self) -> usize {
        self.open_tab_with(config())
    }

    pub fn open_tab_with(&mut self, config: Config) -> usize {
        let seed = u8::try_from(self.tabs.len()).unwrap();
        let agent = UserAgent::new(config, [seed + 1; 32]);
        let tabs = Tabs::new(agent.names().clone(), [seed + 101; 32]);
        self.tabs.push(Tab {
            agent,
            tabs,
            name: None,
            watches: Vec::new(),
            socket: None,
            told: VecDeque::new(),
            reasons: Vec::new(),
            is_there: true,
            hangs: false,
        });
        self.tabs.len() - 1
    }

    /// So many tabs, of which the first leads, all registered.
    pub fn registered(count: usize) -> Self {
        let mut browser = Self::new();
        for _ in 0..count {
            let tab = browser.open_tab();
            browser.register(tab);
            if tab == 0 {
                browser.connects();
                browser.grants();
            }
            browser.told(tab);
        }
        browser.sends_nothing();
        browser
    }

    pub fn names(&self, tab: usize) -> &Names {
        self.tabs[tab].agent.names()
    }

    pub fn is_registered(&self, tab: usize) -> bool {
        self.tabs[tab].agent.is_registered(self.now)
    }

    pub fn leader(&self) -> Option<usize> {
        self.tabs.iter().position(|tab| tab.is_there && tab.tabs.is_leading())
    }

    /// Gives this tab's user agent a verb.
    pub fn wish<T>(&mut self, tab: usize, verb: impl FnOnce(&mut UserAgent, Instant) -> T) -> T {
        let result = verb(&mut self.tabs[tab].agent, self.now);
        self.settle();
        result
    }

    pub fn register(&mut self, tab: usize) {
        self.wish(tab, |agent, now| agent.register(now, Vec::new()));
    }

    /// `stopWS`.
    pub fn stop(&mut self, tab: usize) {
        self.tabs[tab].tabs.retire();
        self.wish(tab, |agent, now| agent.stop(now));
    }

    /// The last call of this tab.
    #[track_caller]
    pub fn call(&self, tab: usize) -> CallId {
        *self.tabs[tab].agent.calls().last().expect("no call")
    }

    pub fn accept(&mut self, tab: usize) {
        let call = self.call(tab);
        self.wish(tab, |agent, now| agent.accept(now, call, Vec::new())).unwrap();
    }

    pub fn reject(&mut self, tab: usize, status: Option<u16>) {
        let call = self.call(tab);
        self.wish(tab, |agent, now| agent.reject(now, call, status, None, Vec::new())).unwrap();
    }

    pub fn hang_up(&mut self, tab: usize) {
        let call = self.call(tab);
        self.wish(tab, |agent, now| agent.disconnect(now, call, Vec::new()));
    }

    /// The tab is closed, or crashes: the browser frees its locks and its socket.
    pub fn close_tab(&mut self, tab: usize) {
        let it = &mut self.tabs[tab];
        it.is_there = false;
        it.socket = None;
        self.resign(tab);
        self.settle();
    }

    /// The tab is about to be frozen.
    pub fn freeze(&mut self, tab: usize) {
        self.tabs[tab].tabs.yield_lead();
        self.settle();
    }

    /// Somebody else says this on the channel.
    pub fn overhears(&mut self, letter: Vec<u8>) {
        self.channel.push_back((usize::MAX, letter));
        self.settle();
    }

    /// What others know this tab by.
    pub fn tab_name(&self, tab: usize) -> &str {
        self.tabs[tab].name.as_deref().expect("it takes no part")
    }

    /// The tab does nothing more, and keeps what it has.
    pub fn hang(&mut self, tab: usize) {
        self.tabs[tab].hangs = true;
    }

    /// The one real socket that was asked for opens.
    #[track_caller]
    pub fn connects(&mut self) {
        let (tab, socket) = self.real_socket(false).expect("no socket was asked for");
        self.tabs[tab].socket = Some((socket, true));
        self.tabs[tab].tabs.handle_opened(socket);
        self.settle();
    }

    /// The same, if one was.
    pub fn connects_if_asked(&mut self) {
        if self.real_socket(false).is_some() {
            self.connects();
        }
    }

    /// The real socket is lost.
    #[track_caller]
    pub fn loses_socket(&mut self) {
        let found = self.real_socket(true).expect("no socket is open");
        self.lose(found);
    }

    /// The real socket that was asked for does not open, if one was.
    pub fn refuses(&mut self) {
        if let Some(found) = self.real_socket(false) {
            self.lose(found);
        }
    }

    fn lose(&mut self, (tab, socket): (usize, SocketId)) {
        self.tabs[tab].socket = None;
        self.tabs[tab].tabs.handle_closed(socket, 1006, String::new(), false);
        self.settle();
    }

    fn real_socket(&self, open: bool) -> Option<(usize, SocketId)> {
        let sockets = self.tabs.iter().enumerate().filter_map(|(tab, it)| Some((tab, it.socket?)));
        let found: Vec<_> = sockets.filter(|(_, (_, is_open))| *is_open == open).collect();
        assert!(found.len() < 2, "one socket for all tabs");
        found.first().map(|(tab, (socket, _))| (*tab, *socket))
    }

    /// The server says this. Lines may be indented.
    #[track_caller]
    pub fn hear(&mut self, text: &str) {
        let (head, body) = text.trim_start().split_once("\n\n").unwrap_or((text, ""));
        let lines: Vec<&str> = head.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        self.hear_bytes(format!("{}\r\n\r\n{body}", lines.join("\r\n")).as_bytes());
    }

    #[track_caller]
    pub fn hear_bytes(&mut self, frame: &[u8]) {
        let (tab, socket) = self.real_socket(true).expect("no socket is open");
        self.tabs[tab].tabs.handle_received(self.now, socket, frame.into());
        self.settle();
    }

    /// It answers `request`, and adds these lines.
    #[track_caller]
    pub fn answer(&mut self, request: &str, status: &str) {
        let (status, more) = status.split_once('\n').unwrap_or((status, ""));
        let tag = if field(request, "To").contains(";tag=") { "" } else { ";tag=far" };
        let copied: Vec<String> = ["Via", "From", "To", "Call-ID", "CSeq"]
            .iter()
            .map(|name| format!("{name}: {}{}", field(request, name), if *name == "To" { tag } else { "" }))
            .collect();
        self.hear(&format!("SIP/2.0 {status}\n{}\n{more}", copied.join("\n")));
    }

    /// It sends `request`, such as `BYE 2`, in the dialog that our `answer` has made.
    #[track_caller]
    pub fn hear_in_dialog(&mut self, answer: &str, request: &str, more: &str) {
        let (method, number) = request.split_once(' ').unwrap();
        let (from, to) = (field(answer, "From"), field(answer, "To"));
        self.hear(&format!(
            "{method} sip:alice@a.invalid SIP/2.0
            Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bK{method}{number}
            Max-Forwards: 69
            From: {from}
            To: {to}
            Call-ID: {}
            CSeq: {number} {method}\n{more}",
            field(answer, "Call-ID")
        ));
    }

    /// The registrar grants what was asked for, for 600 s.
    #[track_caller]
    pub fn grants(&mut self) -> String {
        let register = self.sends("REGISTER");
        let contact = format!("200 OK\nContact: {};expires=600", field(&register, "Contact"));
        self.answer(&register, &contact);
        register
    }

    /// The registrar grants all that was asked for.
    pub fn grants_all(&mut self) {
        self.wire.retain(|message| message.starts_with("REGISTER"));
        while !self.wire.is_empty() {
            self.grants();
        }
    }

    /// The same for what is asked for as time passes; after so many seconds.
    #[track_caller]
    pub fn grants_later(&mut self) -> u64 {
        self.sends_nothing();
        let since = self.now;
        while self.wire.is_empty() {
            let at = self.deadline().expect("nothing is due at all");
            self.pass(at.since(self.now));
        }
        self.grants();
        self.now.since(since).as_secs()
    }

    /// The next message sent to the server, which begins so.
    #[track_caller]
    pub fn sends(&mut self, start: &str) -> String {
        let Some(message) = self.wire.pop_front() else { panic!("nothing was sent, but {start} was due") };
        assert!(message.starts_with(start), "{start} was due, not {message}");
        message
    }

    #[track_caller]
    pub fn sends_nothing(&self) {
        assert!(self.wire.is_empty(), "nothing was due, not {:#?}", self.wire);
    }

    /// What this tab was told since the last look.
    pub fn told(&mut self, tab: usize) -> Vec<String> {
        self.tabs[tab].told.drain(..).collect()
    }

    /// The reasons that this tab was given for the end of its calls.
    pub fn reasons(&mut self, tab: usize) -> Vec<String> {
        core::mem::take(&mut self.tabs[tab].reasons)
    }

    /// What was sent until now does not matter.
    pub fn skips(&mut self) {
        self.wire.clear();
    }

    /// All this happens before any of it comes to another tab.
    pub fn at_once(&mut self, work: impl FnOnce(&mut Self)) {
        self.holds_back = true;
        work(self);
        self.holds_back = false;
        self.settle();
    }

    /// No call, no request and no choice is left in any tab.
    #[track_caller]
    pub fn is_at_rest(&self) {
        for (at, tab) in self.tabs.iter().enumerate().filter(|(_, tab)| tab.is_there) {
            assert!(
                tab.agent.is_idle() && tab.tabs.poll_timeout().is_none(),
                "something is left in tab {at}"
            );
        }
    }

    /// Time passes, with every deadline on the way kept.
    pub fn pass(&mut self, duration: Duration) {
        let end = self.now + duration;
        while let Some(at) = self.deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            for tab in self.tabs.iter_mut().filter(|tab| tab.is_there && !tab.hangs) {
                if tab.tabs.poll_timeout().is_some_and(|(at, _)| at <= self.now) {
                    tab.tabs.handle_timeout(self.now);
                }
                tab.agent.handle_input(self.now, Input::Wake);
            }
            self.settle();
        }
        self.now = end;
    }

    fn deadline(&self) -> Option<Instant> {
        let there = self.tabs.iter().filter(|tab| tab.is_there && !tab.hangs);
        there
            .flat_map(|tab| [tab.agent.poll_timeout(), tab.tabs.poll_timeout()])
            .flatten()
            .map(|(at, _)| at)
            .min()
    }

    /// Carries out what everybody wants, until nobody wants anything.
    fn settle(&mut self) {
        loop {
            let mut is_quiet = true;
            for tab in 0..self.tabs.len() {
                while let Some(output) = self.tabs[tab].agent.poll_output() {
                    is_quiet = false;
                    self.carry_out(tab, output);
                }
                if self.holds_back {
                    continue;
                }
                while let Some(output) = self.tabs[tab].tabs.poll_output() {
                    is_quiet = false;
                    self.arrange(tab, output);
                }
            }
            if let Some((from, letter)) = self.channel.pop_front().filter(|_| !self.holds_back) {
                is_quiet = false;
                for (_, tab) in self.tabs.iter_mut().enumerate().filter(|(tab, _)| *tab != from) {
                    if tab.is_there && !tab.hangs && tab.name.is_some() {
                        tab.tabs.handle_posted(self.now, &letter);
                    }
                }
            }
            if is_quiet {
                return;
            }
        }
    }

    fn carry_out(&mut self, at: usize, output: agent::Output) {
        let tab = &mut self.tabs[at];
        if !tab.is_there {
            return;
        }
        let mut media = |call, fact| tab.agent.handle_input(self.now, Input::Media { call, fact });
        match output {
            agent::Output::Open { socket, uri } => tab.tabs.open(socket, uri),
            agent::Output::Send { socket, frame } => tab.tabs.send(self.now, socket, frame),
            agent::Output::Close(socket) => tab.tabs.close(socket),
            agent::Output::AcquireMedia(call) => media(call, MediaFact::Acquired),
            agent::Output::CreateOffer(call) => media(call, described()),
            agent::Output::CreateAnswer { call, .. } => media(call, described()),
            agent::Output::Event(event) => {
                if let Event::Disconnected { will_retry: false, .. } = event {
                    tab.tabs.stop();
                }
                if let Event::Call { event: CallEvent::Terminated { message, .. }, .. } = &event {
                    let reason = message.as_ref().and_then(|it| it.value(Name::Reason));
                    tab.reasons.extend(reason.map(Into::into));
                }
                let name = name(&event);
                if !name.starts_with("settled") && name != "confirmed" {
                    tab.told.push_back(name);
                }
            }
            _ => {}
        }
    }

    fn arrange(&mut self, at: usize, output: Output) {
        let tab = &mut self.tabs[at];
        if !tab.is_there {
            return;
        }
        match output {
            Output::Open { socket, .. } => {
                tab.socket = Some((socket, false));
                self.sockets += 1;
            }
            Output::Send { frame, .. } => self.wire.push_back(String::from_utf8(frame).unwrap()),
            Output::Close(_) => tab.socket = None,
            Output::Input(input) => tab.agent.handle_input(self.now, input),
            Output::Names(names) => tab.agent.set_names(names),
            Output::Unregister => {
                tab.agent.unregister(self.now, false, Vec::new());
            }
            Output::Seek { tab: name } => {
                tab.name = Some(name);
                self.line.push_back(at);
                if self.line.len() == 1 {
                    self.elect();
                }
            }
            Output::Resign => self.resign(at),
            Output::Post(letter) => self.channel.push_back((at, letter)),
            Output::Watch(name) => tab.watches.push(name),
        }
    }

    fn elect(&mut self) {
        if let Some(first) = self.line.front() {
            self.tabs[*first].tabs.handle_elected(Some(INSTANCE));
        }
    }

    fn resign(&mut self, at: usize) {
        let had_lock = self.line.front() == Some(&at);
        self.line.retain(|it| *it != at);
        if let Some(name) = self.tabs[at].name.take() {
            for tab in self.tabs.iter_mut().filter(|tab| tab.is_there && tab.watches.contains(&name)) {
                tab.tabs.handle_gone(self.now, &name);
            }
        }
        if had_lock {
            self.elect();
        }
    }
}
