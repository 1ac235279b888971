//! A user agent on a hand-turned clock, against a far side that is scripted text.
//!
//! The far side is never made by our own builders: a test writes the messages as the wire has them, and `{Via}`,
//! `{From}` and the like stand for what the agent sent.

#![cfg(not(target_arch = "wasm32"))]
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod browser;
mod names;
pub mod notifier;
mod script;
mod verbs;

use std::collections::VecDeque;

use telnyx_device::agent::{
    CallEvent, CallId, Config, Event, Input, MediaFact, Output, Reconnect, SocketId, Ticket, UserAgent,
};
use telnyx_device::auth::Credentials;
use telnyx_device::call::Settings;
use telnyx_device::error::Cause;
use telnyx_device::message::{Frame, UriBuf, read};
use telnyx_device::time::{Duration, Instant};

use names::name;
pub use script::*;

/// What the browser says when it is asked for the microphone or for a description.
#[derive(Clone, Copy)]
pub enum Browser {
    Agrees,
    /// The test answers by [`Phone::media_fact`].
    Waits,
    Fails(Cause),
}

/// One user agent and what it has put out.
pub struct Phone {
    pub agent: UserAgent,
    pub now: Instant,
    pub socket: Option<SocketId>,
    /// The one that was there before, where it is still wanted.
    pub older: Option<SocketId>,
    /// The last URI that a socket was asked for.
    pub server: String,
    pub microphone: Browser,
    pub description: Browser,
    /// Whether the far side takes tones in the audio.
    pub plays_tones: bool,
    /// SIP messages sent and not looked at yet, and their sockets.
    wire: VecDeque<String>,
    sent_by: VecDeque<SocketId>,
    /// The socket of the message that was looked at last.
    pub by: Option<SocketId>,
    /// Events told and not looked at yet, by their short names.
    told: VecDeque<String>,
    /// Media wishes not looked at yet.
    media: VecDeque<String>,
    /// Messages told while tracing, as a log would have them.
    pub log: String,
    /// How often a call was told to be confirmed.
    pub confirmed: u32,
    /// Verbs that have not settled.
    unsettled: Vec<Ticket>,
    /// The URI of our Contact, since we first sent one.
    contact: String,
    /// What the next page is to find.
    pub kept: String,
}

/// alice's phone.
pub fn config() -> Config {
    Config {
        servers: vec!["wss://proxy.example.com/sip".into()],
        address_of_record: UriBuf::read("sip:alice@example.com").unwrap(),
        domain: UriBuf::read("sip:example.com").unwrap(),
        registrar: UriBuf::read("sip:example.com").unwrap(),
        display_name: Some("Alice".into()),
        credentials: Some(Credentials::new("alice", "secret")),
        flows: 1,
        reconnect: Reconnect::default(),
        keep_alive_interval: 0, // tests/liveness.rs has it
        expires: 600,
        no_answer_timeout: 60,
        user_agent: "telnyx-device".into(),
        extra: Vec::new(),
        instance: None,
        push: Vec::new(),
        persist: false,
        calls: Settings { session_expires: None, session_refresher: None },
    }
}

pub fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

impl Phone {
    pub fn new() -> Self {
        Self::with(config())
    }

    pub fn with(config: Config) -> Self {
        Self {
            agent: UserAgent::new(config, [7; 32]),
            now: Instant::from_millis(1_000),
            socket: None,
            older: None,
            server: String::new(),
            microphone: Browser::Agrees,
            description: Browser::Agrees,
            plays_tones: false,
            wire: VecDeque::new(),
            sent_by: VecDeque::new(),
            by: None,
            told: VecDeque::new(),
            media: VecDeque::new(),
            log: String::new(),
            confirmed: 0,
            unsettled: Vec::new(),
            contact: String::new(),
            kept: String::new(),
        }
    }

    /// Connected, with nothing left to look at.
    pub fn connected() -> Self {
        let mut phone = Self::new();
        phone.start();
        phone.open();
        phone.told.clear();
        phone
    }

    /// Registered for 600 s without being challenged.
    pub fn registered() -> Self {
        let mut phone = Self::connected();
        phone.register();
        let register = phone.sends("REGISTER sip:example.com");
        phone.answer(&register, "200 OK\nExpires: 600");
        phone.told(&["registered 600 refresh false", "settled"]);
        phone
    }

    /// In a call that alice has placed to bob; with the ACK.
    pub fn calling_bob() -> (Self, CallId, String) {
        let mut phone = Self::connected();
        let call = phone.dial("bob");
        let invite = phone.sends("INVITE sip:bob@example.com");
        phone.answer(&invite, BOB);
        let ack = phone.sends("ACK sip:bob@b.invalid");
        phone.told(&["call connecting", "inviting", "accepted 200"]);
        phone.media.clear();
        (phone, call, ack)
    }

    /// Ringing, as bob calls; with the 180.
    pub fn called_by_bob() -> (Self, CallId, String) {
        let mut phone = Self::connected();
        phone.hear(INVITE);
        let ringing = phone.sends("SIP/2.0 180 Ringing");
        phone.told(&["incoming"]);
        let call = phone.agent.active_call().unwrap();
        (phone, call, ringing)
    }

    /// In a call that bob has placed; with the 200.
    pub fn answering_bob() -> (Self, CallId, String) {
        let (mut phone, call, _) = Self::called_by_bob();
        phone.accept(call);
        let ok = phone.sends("SIP/2.0 200 OK");
        phone.hear_in_dialog(&ok, "ACK 1", "");
        phone.told(&["call connecting", "accepted 200", "settled"]);
        phone.media.clear();
        (phone, call, ok)
    }

    /// A verb was called whose promise is to settle.
    pub fn awaits(&mut self, ticket: Ticket) {
        self.unsettled.push(ticket);
        self.drain();
    }

    /// The pending socket opens.
    #[track_caller]
    pub fn open(&mut self) {
        let socket = self.socket.expect("no socket was asked for");
        self.input(Input::SocketOpened(socket));
    }

    /// The socket is gone, or could not be opened.
    #[track_caller]
    pub fn lose_socket(&mut self) {
        let socket = self.socket.take().expect("no socket to lose");
        self.input(Input::SocketClosed { socket, code: 1006, reason: String::new(), was_clean: false });
    }

    /// Opens the pending socket, where there is one.
    pub fn connects(&mut self) -> bool {
        let is_pending = self.socket.is_some();
        if is_pending {
            self.open();
        }
        is_pending
    }

    /// Whether every promise has settled.
    pub fn has_settled(&self) -> bool {
        self.unsettled.is_empty()
    }

    pub fn media_fact(&mut self, call: CallId, fact: MediaFact) {
        self.input(Input::Media { call, fact });
    }

    pub fn input(&mut self, input: Input) {
        self.agent.handle_input(self.now, input);
        self.drain();
    }

    /// The far side says this. Lines may be indented; line ends are made CRLF.
    #[track_caller]
    pub fn hear(&mut self, text: &str) {
        let (head, body) = text.trim_start().split_once("\n\n").unwrap_or((text, ""));
        let lines: Vec<&str> = head.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let frame = format!("{}\r\n\r\n{body}", lines.join("\r\n"));
        assert!(matches!(read(frame.as_bytes()), Ok(Frame::Message(_))), "the script is no SIP: {frame}");
        self.hear_bytes(frame.as_bytes());
    }

    pub fn hear_bytes(&mut self, frame: &[u8]) {
        let socket = self.socket.expect("no socket");
        self.input(Input::Received { socket, frame: frame.into() });
    }

    /// The far side says this about `sent`: `{Via}`, `{CSeq}` and the like are its header fields, `{contact}` is the
    /// URI of our Contact.
    #[track_caller]
    pub fn hear_about(&mut self, sent: &str, script: &str) {
        let mut text = script.replace("{contact}", &self.contact);
        for name in ["Via", "From", "To", "Call-ID", "CSeq", "Contact"] {
            let stands = format!("{{{name}}}");
            if text.contains(&stands) {
                text = text.replace(&stands, field(sent, name));
            }
        }
        self.hear(&text);
    }

    /// The far side answers `request` with this status, and further lines.
    #[track_caller]
    pub fn answer(&mut self, request: &str, status: &str) {
        self.answer_as("far", request, status);
    }

    /// The same for one of several far sides.
    #[track_caller]
    pub fn answer_as(&mut self, tag: &str, request: &str, status: &str) {
        let (status, more) = status.split_once('\n').unwrap_or((status, ""));
        let to =
            if field(request, "To").contains(";tag=") { "{To}".into() } else { format!("{{To}};tag={tag}") };
        self.hear_about(
            request,
            &format!(
                "SIP/2.0 {status}\nVia: {{Via}}\nFrom: {{From}}\nTo: {to}\nCall-ID: {{Call-ID}}\nCSeq: {{CSeq}}\n{more}"
            ),
        );
    }

    /// The far side sends `request`, such as `BYE 2`, in the dialog of a message that we `sent`.
    #[track_caller]
    pub fn hear_in_dialog(&mut self, sent: &str, request: &str, more: &str) {
        let (method, number) = request.split_once(' ').unwrap();
        let (ours, theirs) =
            if sent.starts_with("SIP/2.0") { ("{To}", "{From}") } else { ("{From}", "{To}") };
        self.hear_about(
            sent,
            &format!(
                "{method} {{contact}} SIP/2.0
                Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bK{method}{number}
                Max-Forwards: 69
                From: {theirs}
                To: {ours}
                Call-ID: {{Call-ID}}
                CSeq: {number} {method}\n{more}"
            ),
        );
    }

    /// Time passes, with every deadline on the way kept.
    pub fn pass(&mut self, duration: Duration) {
        let end = self.now + duration;
        while let Some((at, _)) = self.agent.poll_timeout().filter(|(at, _)| *at <= end) {
            self.now = self.now.max(at);
            self.input(Input::Wake);
        }
        self.now = end;
    }

    /// The next message that we have sent, which begins so.
    #[track_caller]
    pub fn sends(&mut self, start: &str) -> String {
        let Some(message) = self.wire.pop_front() else { panic!("nothing was sent, but {start} was due") };
        assert!(message.starts_with(start), "{start} was due, not {message}");
        self.by = self.sent_by.pop_front();
        message
    }

    /// Whether the next message that we have sent begins so.
    pub fn next_is(&self, start: &str) -> bool {
        self.wire.front().is_some_and(|message| message.starts_with(start))
    }

    /// The next message that time brings.
    #[track_caller]
    pub fn sends_later(&mut self, start: &str) -> String {
        self.sends_nothing();
        while self.wire.is_empty() {
            let (at, _) = self.agent.poll_timeout().expect("nothing is due at all");
            self.pass(at.since(self.now));
        }
        self.sends(start)
    }

    #[track_caller]
    pub fn sends_nothing(&mut self) {
        assert!(self.wire.is_empty(), "nothing was due, not {:#?}", self.wire);
    }

    /// These events were told since the last look.
    #[track_caller]
    pub fn told(&mut self, events: &[&str]) {
        assert_eq!(self.told.drain(..).collect::<Vec<_>>(), events);
    }

    /// All events told since the last look.
    pub fn all_told(&mut self) -> Vec<String> {
        self.told.drain(..).collect()
    }

    pub fn ignore_events(&mut self) {
        self.told.clear();
    }

    /// This was asked of the browser since the last look.
    #[track_caller]
    pub fn asked(&mut self, wishes: &[&str]) {
        assert_eq!(self.media.drain(..).collect::<Vec<_>>(), wishes);
    }

    /// No timer runs and no promise is open, once a while has passed: nothing is left of what was.
    #[track_caller]
    pub fn comes_to_rest(&mut self) {
        self.pass(seconds(120));
        assert_eq!(self.agent.poll_timeout(), None);
        assert!(self.agent.is_idle(), "a transaction is left");
        assert_eq!(self.unsettled, [], "these promises never settled");
        assert_eq!(self.agent.calls(), [], "these calls never ended");
        self.sends_nothing();
        self.told(&[]);
    }

    /// Carries out what the agent wants, as the browser's driver does.
    pub fn drain(&mut self) {
        while let Some(output) = self.agent.poll_output() {
            match output {
                Output::Open { socket, uri } => {
                    self.older = self.socket.replace(socket);
                    self.server = uri;
                }
                Output::Send { socket, frame } => {
                    self.sent_by.push_back(socket);
                    self.send(String::from_utf8(frame).unwrap());
                }
                Output::Close(socket) if self.older == Some(socket) => self.older = None,
                Output::Close(_) => self.socket = self.older.take(),
                Output::AcquireMedia(call) => {
                    self.ask(call, "acquire".into(), self.microphone, MediaFact::Acquired);
                }
                Output::CreateOffer(call) => self.ask(call, "offer".into(), self.description, described()),
                Output::CreateAnswer { call, offer } => {
                    self.ask(call, format!("answer to {}", offer.trim()), self.description, described());
                }
                Output::ApplyAnswer { answer, provisional, .. } => {
                    let kind = if provisional { "early answer" } else { "apply" };
                    self.media.push_back(format!("{kind} {}", answer.trim()));
                }
                Output::Hold { hold, .. } => {
                    self.media.push_back(if hold { "hold" } else { "unhold" }.into())
                }
                Output::Trickle(_) => self.media.push_back("trickle".into()),
                Output::AddCandidates { candidates, .. } => {
                    let attributes: Vec<_> = candidates.iter().map(|it| it.attribute.as_str()).collect();
                    self.media.push_back(format!("add {}", attributes.join(", ")));
                }
                Output::RestartIce(_) => self.media.push_back("restart".into()),
                Output::PlayTone { call, tone } => {
                    self.media.push_back(format!("play {}", tone.digit));
                    let fact = if self.plays_tones { MediaFact::TonePlays } else { MediaFact::NoTone };
                    self.agent.handle_input(self.now, Input::Media { call, fact });
                }
                Output::Rollback(_) => self.media.push_back("rollback".into()),
                Output::ReleaseMedia(_) => self.media.push_back("release".into()),
                Output::Keep(text) => self.kept = text,
                Output::Event(event) => self.tell(&event),
            }
        }
    }

    fn send(&mut self, message: String) {
        if let Some(contact) = message.lines().find_map(|line| line.strip_prefix("Contact: <")) {
            self.contact = contact.split('>').next().unwrap_or_default().into();
        }
        self.wire.push_back(message);
    }

    fn ask(&mut self, call: CallId, wish: String, browser: Browser, fact: MediaFact) {
        self.media.push_back(wish);
        let fact = match browser {
            Browser::Agrees => fact,
            Browser::Waits => return,
            Browser::Fails(cause) => MediaFact::Failed(cause),
        };
        self.agent.handle_input(self.now, Input::Media { call, fact });
    }

    fn tell(&mut self, event: &Event) {
        match event {
            Event::Settled { ticket, .. } => {
                let at = self.unsettled.iter().position(|it| it == ticket);
                self.unsettled.remove(at.expect("a promise settled twice"));
            }
            Event::Sip { message, .. } => self.log.push_str(&message.redacted()),
            // Comes with each ACK; `tests/answering.rs` has a test of its own for it.
            Event::Call { event: CallEvent::Confirmed, .. } => {
                self.confirmed += 1;
                return;
            }
            _ => {}
        }
        self.told.push_back(name(event));
    }
}

/// A description, ready to be sent.
pub fn described() -> MediaFact {
    MediaFact::LocalDescription(SDP.into())
}
