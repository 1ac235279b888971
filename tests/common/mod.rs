//! A user agent on a hand-turned clock, against a far side that is scripted text.
//!
//! The far side is never made by our own builders: a test writes the messages as the wire has them, with `{branch}` and
//! the like filled in from what the agent sent.

#![cfg(not(target_arch = "wasm32"))]
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::VecDeque;

use telnyx_device::agent::{CallEvent, Config, Event, Input, MediaFact, Output, SocketId, UserAgent};
use telnyx_device::auth::Credentials;
use telnyx_device::message::{Frame, Message, UriBuf, read};
use telnyx_device::time::{Duration, Instant};

/// What the phone's microphone would offer or answer.
pub const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

/// One user agent and what it has put out.
pub struct Phone {
    pub agent: UserAgent,
    pub now: Instant,
    pub socket: Option<SocketId>,
    /// SIP messages sent and not looked at yet.
    pub wire: VecDeque<String>,
    /// Events told and not looked at yet, by their short names.
    pub told: VecDeque<String>,
    /// Media wishes and not looked at yet.
    pub media: VecDeque<String>,
    /// Answer microphone wishes at once, as a granted permission does.
    pub grants: bool,
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
        expires: 600,
        no_answer_timeout: 60,
        user_agent: "telnyx-device".into(),
    }
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
            wire: VecDeque::new(),
            told: VecDeque::new(),
            media: VecDeque::new(),
            grants: true,
        }
    }

    /// Connected, with nothing left to look at.
    pub fn connected() -> Self {
        let mut phone = Self::new();
        phone.agent.start(phone.now);
        phone.open();
        phone.told.clear();
        phone
    }

    /// The pending socket opens.
    pub fn open(&mut self) {
        self.drain();
        let socket = self.socket.expect("no socket was asked for");
        self.input(Input::SocketOpened(socket));
    }

    /// The socket is gone.
    pub fn lose_socket(&mut self) {
        let socket = self.socket.take().expect("no socket to lose");
        self.input(Input::SocketClosed { socket, code: 1006, reason: String::new(), was_clean: false });
    }

    pub fn input(&mut self, input: Input) {
        self.agent.handle_input(self.now, input);
        self.drain();
    }

    /// The far side says this. Lines may be indented; line ends are made CRLF.
    pub fn hear(&mut self, text: &str) {
        let head_and_body = text.trim_start().split_once("\n\n");
        let (head, body) = head_and_body.unwrap_or((text, ""));
        let lines: Vec<&str> = head.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let frame = format!("{}\r\n\r\n{}", lines.join("\r\n"), body);
        assert!(matches!(read(frame.as_bytes()), Ok(Frame::Message(_))), "the script is no SIP: {frame}");
        let socket = self.socket.expect("no socket");
        self.input(Input::Received { socket, frame: frame.into_bytes() });
    }

    /// The far side answers `request`, which the agent sent, with this status line, To-tag and further lines.
    pub fn answer(&mut self, request: &str, status: &str, tag: &str, more: &str) {
        let field = |name: &str| {
            request
                .lines()
                .find(|line| line.starts_with(name))
                .unwrap_or_else(|| panic!("no {name} in {request}"))
        };
        let to = field("To:");
        let to = if tag.is_empty() || to.contains(";tag=") { to.into() } else { format!("{to};tag={tag}") };
        let (via, from, call_id, cseq) = (field("Via:"), field("From:"), field("Call-ID:"), field("CSeq:"));
        self.hear(&format!("SIP/2.0 {status}\n{via}\n{from}\n{to}\n{call_id}\n{cseq}\n{more}"));
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

    /// The next message that the agent has sent.
    pub fn sent(&mut self) -> String {
        self.drain();
        self.wire.pop_front().expect("nothing was sent")
    }

    /// The events told since the last look.
    pub fn events(&mut self) -> Vec<String> {
        self.drain();
        self.told.drain(..).collect()
    }

    /// The media wishes since the last look.
    pub fn wishes(&mut self) -> Vec<String> {
        self.drain();
        self.media.drain(..).collect()
    }

    /// Carries out what the agent wants, as the browser's driver does.
    pub fn drain(&mut self) {
        while let Some(output) = self.agent.poll_output() {
            match output {
                Output::Open { socket, .. } => self.socket = Some(socket),
                Output::Send { frame, .. } => self.wire.push_back(String::from_utf8(frame).unwrap()),
                Output::Close(_) => self.socket = None,
                Output::AcquireMedia(call) => {
                    self.media.push_back("acquire".into());
                    if self.grants {
                        self.agent.handle_input(self.now, Input::Media { call, fact: MediaFact::Acquired });
                    }
                }
                Output::CreateOffer(call) => {
                    self.media.push_back("offer".into());
                    let fact = MediaFact::LocalDescription(SDP.into());
                    self.agent.handle_input(self.now, Input::Media { call, fact });
                }
                Output::CreateAnswer { call, offer } => {
                    self.media.push_back(format!("answer to {}", offer.trim()));
                    let fact = MediaFact::LocalDescription(SDP.into());
                    self.agent.handle_input(self.now, Input::Media { call, fact });
                }
                Output::ApplyAnswer { answer, provisional, .. } => {
                    let kind = if provisional { "early answer" } else { "apply" };
                    self.media.push_back(format!("{kind} {}", answer.trim()));
                }
                Output::ReleaseMedia(_) => self.media.push_back("release".into()),
                Output::Event(event) => self.told.push_back(name(&event)),
            }
        }
    }
}

/// An event in a word or two.
pub fn name(event: &Event) -> String {
    match event {
        Event::Connecting { attempts } => format!("connecting {attempts}"),
        Event::Connected { .. } => "connected".into(),
        Event::Disconnected { code, will_retry, .. } => format!("disconnected {code} retry {will_retry}"),
        Event::Registered { expires, refresh, .. } => format!("registered {expires} refresh {refresh}"),
        Event::Unregistered { cause, .. } => format!("unregistered {}", cause.map_or("-", |it| it.as_str())),
        Event::RegistrationFailed { cause, .. } => format!("registrationFailed {}", cause.as_str()),
        Event::Incoming { .. } => "incoming".into(),
        Event::Message { request, .. } => format!("message {}", request.body_text().unwrap_or_default()),
        Event::Sip { outgoing, message } => {
            let kind = match message {
                Message::Request(request) => request.method().as_str().to_owned(),
                Message::Response(response) => response.status().get().to_string(),
            };
            format!("sip {} {kind}", if *outgoing { "out" } else { "in" })
        }
        Event::Settled { outcome, .. } => match outcome {
            Ok(()) => "settled".into(),
            Err(failure) => format!("settled {}", failure.cause.as_str()),
        },
        Event::Call { event, .. } => call_event(event),
    }
}

fn call_event(event: &CallEvent) -> String {
    match event {
        CallEvent::Connecting => "call connecting".into(),
        CallEvent::Inviting(_) => "inviting".into(),
        CallEvent::Progress(response) => format!("progress {}", response.status().get()),
        CallEvent::Accepted(response) => format!("accepted {}", response.status().get()),
        CallEvent::Cancel => "cancel".into(),
        CallEvent::Refer(_) => "refer".into(),
        CallEvent::Dtmf { tone, outgoing, .. } => {
            format!("dtmf {} {}", if *outgoing { "out" } else { "in" }, tone.digit)
        }
        CallEvent::Rejected { cause, response } => {
            let status = response.as_ref().map_or(0, |it| it.status().get());
            format!("rejected {status} {}", cause.as_str())
        }
        CallEvent::Failed { cause, .. } => format!("failed {}", cause.as_str()),
        CallEvent::Bye => "bye".into(),
        CallEvent::Terminated { cause, .. } => format!("terminated {}", cause.map_or("-", |it| it.as_str())),
    }
}
