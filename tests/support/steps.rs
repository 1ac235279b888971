//! Bytes as the life of a user agent: each step is a time, and a verb of its user or a fact from outside.
//!
//! Whoever uses this also has `network/ledger.rs`, in which every output is booked, as its module `ledger`.

#[path = "far_side.rs"]
mod far_side;

use crate::ledger::{Ledger, media};
use telnyx_device::agent::{
    CallId, Config, Digits, Event, Hint, Input, InviteOptions, MediaFact, MessageId, Output,
};
use telnyx_device::agent::{
    PublicationId, PublishOptions, Reconnect, SocketId, SubscribeOptions, SubscriptionId, UserAgent,
};
use telnyx_device::auth::Credentials;
use telnyx_device::call::Settings;
use telnyx_device::error::Cause;
use telnyx_device::message::{Frame, Message, Request, RequestDraft, Response, UriBuf, read};
use telnyx_device::time::{Duration, Instant};

/// How much later a step may be, in milliseconds.
const LATER: [u64; 16] =
    [0, 0, 0, 0, 0, 0, 1, 40, 300, 500, 2_000, 4_000, 11_000, 32_000, 100_000, 3_600_000];
/// What the platform may notice.
const HINTS: [Hint; 4] = [Hint::Online, Hint::NetworkChanged, Hint::Woke, Hint::Visible];
const SDP: &str = "v=0\r\ns=-\r\n";
/// After all calls are hung up, everything has ended by then.
const REST: Duration = Duration::from_secs(400);

/// Lives through `bytes`, then comes to rest; the frames that were sent. With `astray`, the clock goes wrong by this
/// much in those steps in which it should stand still.
pub fn live(bytes: &[u8], astray: Duration) -> Vec<u8> {
    let mut life = Life::new(bytes, astray);
    while !life.bytes.is_empty() {
        life.step();
    }
    life.rest();
    life.sent
}

fn keeps_alive(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| *first >= 128)
}

struct Life<'a> {
    bytes: &'a [u8],
    agent: UserAgent,
    ledger: Ledger,
    now: Instant,
    /// The latest time that the agent was told.
    told: Instant,
    astray: Duration,
    /// Media facts come by themselves, at once.
    obliging: bool,
    sockets: Vec<SocketId>,
    /// What the agent has sent.
    requests: Vec<Request>,
    answers: Vec<Response>,
    /// What it was sent.
    asked: Vec<Request>,
    messages: Vec<MessageId>,
    subscriptions: Vec<SubscriptionId>,
    publications: Vec<PublicationId>,
    sent: Vec<u8>,
}

/// Whose life it is.
fn config(keep_alive_interval: u32) -> Config {
    let uri = |text| UriBuf::read(text).unwrap_or_default();
    Config {
        servers: vec!["wss://a.example.com/".into(), "ws://b.example.com/".into()],
        address_of_record: uri("sip:alice@example.com"),
        domain: uri("sip:example.com"),
        registrar: uri("sip:example.com"),
        display_name: None,
        credentials: Some(Credentials::new("alice", "secret")),
        flows: 2,
        reconnect: Reconnect::default(),
        // By the byte that also says whether media are obliging.
        keep_alive_interval,
        expires: 600,
        no_answer_timeout: 60,
        user_agent: "steps".into(),
        extra: Vec::new(),
        instance: None,
        push: Vec::new(),
        persist: true,
        calls: Settings::default(),
    }
}

/// What is kept of calls is read by the next page, whatever has become of them.
fn is_read_again(kept: &str) {
    let mut next = UserAgent::new(config(0), [2; 32]);
    next.restore(Instant::from_millis(0), kept);
    while let Some(output) = next.poll_output() {
        let is_unreadable = matches!(output, Output::Event(Event::Lost { cause: Cause::InternalError, .. }));
        assert!(!is_unreadable, "{kept}");
    }
}

impl<'a> Life<'a> {
    fn new(bytes: &'a [u8], astray: Duration) -> Self {
        let mut life = Self {
            bytes,
            agent: UserAgent::new(config(if keeps_alive(bytes) { 25 } else { 0 }), [1; 32]),
            ledger: Ledger::default(),
            now: Instant::from_millis(100_000),
            told: Instant::default(),
            astray,
            obliging: false,
            sockets: Vec::new(),
            requests: Vec::new(),
            answers: Vec::new(),
            asked: Vec::new(),
            messages: Vec::new(),
            subscriptions: Vec::new(),
            publications: Vec::new(),
            sent: Vec::new(),
        };
        life.obliging = !life.byte().is_multiple_of(4);
        life.feed(life.now, Input::Wake);
        life
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        *first
    }

    fn pick<T: Clone>(&mut self, choices: &[T]) -> Option<T> {
        let at = usize::from(self.byte());
        choices.get(at.checked_rem(choices.len())?).cloned()
    }

    fn call(&mut self) -> CallId {
        let living = self.agent.calls();
        self.pick(&living).unwrap_or(CallId(1))
    }

    fn step(&mut self) {
        let later = Duration::from_millis(self.pick(&LATER).unwrap_or(0));
        self.now = self.now + later;
        self.ledger.forgive(later); // no deadline on the way is kept
        // Where the agent knows that it is as late, a clock that went back must change nothing.
        let back = if self.told == self.now { self.astray.as_millis() as u64 } else { 0 };
        let now = Instant::from_millis(self.now.as_millis() - back);
        match self.byte() % 28 {
            verb @ 0..=11 => self.verb(verb, now),
            12 => self.socket(now, true),
            13 => self.socket(now, false),
            14 | 15 => {
                let call = self.call();
                let fact = self.fact();
                self.feed(now, media(call, fact));
            }
            16 => {
                let length = usize::from(self.byte()).min(self.bytes.len());
                let (frame, rest) = self.bytes.split_at(length);
                self.bytes = rest;
                self.hear(now, frame.to_vec());
            }
            17..=19 => {
                let sent = self.requests.clone();
                if let Some(request) = self.pick(&sent) {
                    let answer = self.answer(&request);
                    self.hear(now, answer);
                }
            }
            20 | 21 => {
                let request = self.request();
                if let Ok(Frame::Message(Message::Request(request))) = read(&request) {
                    self.asked.push(request);
                }
                self.hear(now, request);
            }
            22 => {
                let asked = self.asked.clone();
                if let Some(request) = self.pick(&asked) {
                    let again = RequestDraft::forward(&request);
                    let frame =
                        if self.byte().is_multiple_of(2) { again.cancel().write() } else { again.write() };
                    self.hear(now, frame);
                }
            }
            23 | 24 => self.talk(now),
            25 | 26 => self.follow(now),
            // By what is left, not by a byte of its own: lives that are kept go on as they did.
            _ => {
                let left = self.bytes.len();
                let input = match left % 8 {
                    4 => Input::PageHidden { persisted: left % 16 < 8 },
                    5 => Input::PageShown,
                    hint => HINTS.get(hint).copied().map_or(Input::Wake, Input::Hint),
                };
                self.feed(now, input);
            }
        }
    }

    /// A verb of a call that goes on.
    fn talk(&mut self, now: Instant) {
        let (call, verb, other) = (self.call(), self.byte(), self.call());
        let agent = &mut self.agent;
        let ticket = match verb % 8 {
            0 => agent.hold(now, call),
            1 => agent.unhold(now, call),
            2 => agent.transfer(now, call, "carol", &[]),
            3 => agent.transfer_to(now, call, other, &[]),
            4 => agent.send_info(now, call, "text/plain", "hello", &[]),
            5 => agent.send_call_message(now, call, "text/plain", "hello", &[]),
            6 => agent.renegotiate(now, call),
            _ => {
                let _ = agent.redirect(now, call, (verb & 16 == 0).then_some("sip:bob@b.invalid"));
                let _ = if verb & 16 == 0 {
                    agent.accept_refer(now, call).map(drop)
                } else {
                    agent.reject_refer(now, call)
                };
                return self.drain();
            }
        };
        if let Ok(ticket) = ticket {
            self.ledger.promise(ticket, "talk", None);
        }
        self.drain();
    }

    /// A verb about events.
    fn follow(&mut self, now: Instant) {
        let (verb, id) = (self.byte(), u32::from(self.byte() % 4));
        let agent = &mut self.agent;
        let ticket = match verb % 8 {
            0 | 1 => {
                let options = SubscribeOptions::default();
                self.subscriptions.extend(agent.subscribe(now, "bob", "dialog", options));
                None
            }
            2 => Some(agent.unsubscribe(now, SubscriptionId(id))),
            3 | 4 => {
                let (content_type, body) = ("text/plain".into(), b"here".to_vec());
                let options = PublishOptions { content_type, body, expires: Some(90), extra: Vec::new() };
                self.publications.extend(agent.publish(now, "presence", options));
                None
            }
            5 => {
                let _ = agent.republish(now, PublicationId(id), "text/plain", b"away".to_vec());
                None
            }
            6 => Some(agent.unpublish(now, PublicationId(id))),
            _ => agent.options(now, "bob").ok(),
        };
        if let Some(ticket) = ticket {
            self.ledger.promise(ticket, "events", None);
        }
        self.drain();
    }

    fn verb(&mut self, verb: u8, now: Instant) {
        let (agent, targets) = (&mut self.agent, ["bob", "sip:b@c.invalid", "+1 (2)", "<", "tel:+1"]);
        let ticket = match verb {
            0 => Some(agent.start(now)),
            1 => Some(agent.stop(now)),
            2 => Some(agent.register(now, Vec::new())),
            3 => {
                let all = self.byte().is_multiple_of(4);
                Some(self.agent.unregister(now, all, Vec::new()))
            }
            4 | 5 => {
                let target = self.pick(&targets).unwrap_or_default();
                let late_offer = self.byte() % 8 == 7;
                let _ =
                    self.agent.invite(now, target, InviteOptions { late_offer, ..InviteOptions::default() });
                None
            }
            6 => {
                let call = self.call();
                self.agent.accept(now, call, Vec::new()).ok()
            }
            7 => {
                let (call, status) = (self.call(), u16::from(self.byte()) * 4);
                self.agent.reject(now, call, Some(status), Some("\r\nno"), Vec::new()).ok()
            }
            8 => {
                let call = self.call();
                Some(self.agent.disconnect(now, call, Vec::new()))
            }
            9 => {
                let (call, gap) = (self.call(), u32::from(self.byte()));
                self.agent.send_digits(now, call, &Digits { gap, ..Digits::new("1,#") }).ok()
            }
            10 => {
                let target = self.pick(&targets).unwrap_or_default();
                self.agent.send_message(now, target, "text/plain", "hello", Vec::new()).ok()
            }
            _ => {
                self.agent.set_tracing(self.bytes.len().is_multiple_of(2));
                let messages = self.messages.clone();
                if let Some(id) = self.pick(&messages) {
                    let _ = self.agent.respond_to_message(now, id, 200, None);
                }
                None
            }
        };
        if let Some(ticket) = ticket {
            self.ledger.promise(ticket, "verb", None);
        }
        self.drain();
    }

    /// News of a socket: mostly of the present one, else of an old one, or of one that never was.
    fn socket(&mut self, now: Instant, opens: bool) {
        let which = usize::from(self.byte() / 32);
        let socket = self.sockets.iter().rev().nth(which).copied().unwrap_or(SocketId(9_999));
        let reason = String::new();
        let closed = Input::SocketClosed { socket, code: 1006, reason, was_clean: false };
        self.feed(now, if opens { Input::SocketOpened(socket) } else { closed });
    }

    fn fact(&mut self) -> MediaFact {
        match self.byte() % 10 {
            0..=2 => MediaFact::Acquired,
            3..=4 => MediaFact::LocalDescription(SDP.into()),
            5 => MediaFact::IceFailed,
            8 => MediaFact::IceDisconnected,
            9 => MediaFact::IceConnected,
            6 => MediaFact::Failed(Cause::BadMediaDescription),
            _ => MediaFact::Failed(Cause::UserDeniedMediaAccess),
        }
    }

    /// A frame comes over the present socket, mostly as it is.
    fn hear(&mut self, now: Instant, mut frame: Vec<u8>) {
        for _ in 0..self.byte().saturating_sub(200) / 16 {
            let at = usize::from(self.byte()) * 7;
            let Some(at) = at.checked_rem(frame.len()) else { break };
            match self.byte() {
                0..=99 => drop(frame.remove(at)),
                byte => frame[at] = byte,
            }
        }
        if let Some(socket) = self.sockets.last().copied() {
            self.feed(now, Input::Received { socket, frame });
        }
    }

    fn feed(&mut self, now: Instant, input: Input) {
        self.ledger.input(&input);
        self.agent.handle_input(now, input);
        self.told = self.told.max(now);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.agent.poll_output() {
            self.ledger.output(&output);
            match output {
                Output::Open { socket, .. } => self.sockets.push(socket),
                Output::Keep(kept) => is_read_again(&kept),
                Output::Send { frame, .. } => {
                    match read(&frame) {
                        Ok(Frame::Message(Message::Request(request))) => self.requests.push(request),
                        Ok(Frame::Message(Message::Response(response))) => self.answers.push(response),
                        _ => {}
                    }
                    self.sent.extend(frame);
                }
                Output::AcquireMedia(call) => self.oblige(call, MediaFact::Acquired),
                Output::CreateOffer(call) | Output::CreateAnswer { call, .. } => {
                    self.oblige(call, MediaFact::LocalDescription(SDP.into()));
                }
                Output::PlayTone { call, .. } => self.oblige(call, MediaFact::TonePlays),
                Output::Event(Event::Message { id, .. } | Event::Info { id, .. }) => self.messages.push(id),
                _ => {}
            }
        }
        self.ledger.check(&self.agent, self.now);
    }

    fn oblige(&mut self, call: CallId, fact: MediaFact) {
        if self.obliging {
            self.agent.handle_input(self.now, media(call, fact));
        }
    }

    /// The user hangs up and lets go; nobody answers any more.
    fn rest(&mut self) {
        for call in self.ledger.living_calls() {
            let ticket = self.agent.disconnect(self.now, call, Vec::new());
            self.ledger.promise(ticket, "disconnect", None);
        }
        for id in core::mem::take(&mut self.subscriptions) {
            let ticket = self.agent.unsubscribe(self.now, id);
            self.ledger.promise(ticket, "unsubscribe", None);
        }
        for id in core::mem::take(&mut self.publications) {
            let ticket = self.agent.unpublish(self.now, id);
            self.ledger.promise(ticket, "unpublish", None);
        }
        if self.agent.is_connected() {
            let ticket = self.agent.unregister(self.now, false, Vec::new());
            self.ledger.promise(ticket, "unregister", None);
        }
        self.drain();
        self.wait(self.now + REST);
        assert!(self.ledger.living_calls().is_empty(), "a call has no end");
        // A connection is looked after as long as it is wished for.
        let ticket = self.agent.stop(self.now);
        self.ledger.promise(ticket, "stop", None);
        self.drain();
        self.wait(self.now + Duration::from_secs(5));
        self.ledger.close(&self.agent, self.now);
    }

    /// Time passes, with every deadline on the way kept.
    fn wait(&mut self, end: Instant) {
        while let Some((at, _)) = self.agent.poll_timeout().filter(|(at, _)| *at <= end) {
            self.now = self.now.max(at);
            self.feed(self.now, Input::Wake);
        }
        self.now = end;
    }
}
