//! One user agent, what it was told, and what it has told.

use std::collections::VecDeque;

use telnyx_device::agent::{CallEvent, CallId, Config, Event, Input, Output, Reconnect, SocketId, UserAgent};
use telnyx_device::auth::Credentials;
use telnyx_device::call::Settings;
use telnyx_device::message::UriBuf;
use telnyx_device::time::{Duration, Instant};

use crate::ledger::Ledger;

pub struct Phone {
    pub user: &'static str,
    pub agent: UserAgent,
    pub ledger: Ledger,
    /// While it does not run: what it will hear of.
    pub frozen: Option<VecDeque<Input>>,
    /// How many addresses it has had.
    pub address: u32,
    /// By how much its clock has jumped.
    pub ahead: Duration,
    /// What its pages leave behind.
    pub kept: String,
    told: Vec<(Instant, String)>,
    pub calls: Vec<CallId>,
}

/// alice's, bob's or carol's settings: what JavaScript has where nothing is said.
fn settings(user: &str) -> Config {
    Config {
        servers: vec!["wss://edge.example.com/".into()],
        address_of_record: UriBuf::read(&format!("sip:{user}@example.com")).unwrap(),
        domain: UriBuf::read("sip:example.com").unwrap(),
        registrar: UriBuf::read("sip:example.com").unwrap(),
        display_name: None,
        credentials: Some(Credentials::new(user, "secret")),
        flows: 1,
        reconnect: Reconnect::default(),
        keep_alive_interval: 25,
        expires: 600,
        no_answer_timeout: 60,
        user_agent: "matrix".into(),
        extra: Vec::new(),
        instance: None,
        push: Vec::new(),
        persist: true,
        calls: Settings::default(),
    }
}

impl Phone {
    pub fn new(user: &'static str, seed: u8) -> Self {
        Self {
            user,
            agent: UserAgent::new(settings(user), [seed; 32]),
            ledger: Ledger::default(),
            frozen: None,
            address: 1,
            ahead: Duration::ZERO,
            kept: String::new(),
            told: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// Its page is loaded anew, and knows what was kept.
    pub fn reload(&mut self, now: Instant, seed: u8) {
        self.agent = UserAgent::new(settings(self.user), [seed; 32]);
        self.ledger = Ledger::default();
        self.calls.clear();
        self.agent.restore(now, &core::mem::take(&mut self.kept));
    }

    /// What it wants, each booked and noted.
    pub fn drain(&mut self, now: Instant) -> Vec<Output> {
        let mut outputs = Vec::new();
        while let Some(output) = self.agent.poll_output() {
            self.ledger.output(&output);
            match &output {
                Output::Event(event) => self.note(now, event),
                Output::Keep(kept) => self.kept.clone_from(kept),
                _ => {}
            }
            outputs.push(output);
        }
        self.ledger.check(&self.agent, now);
        outputs
    }

    fn note(&mut self, now: Instant, event: &Event) {
        let text = match event {
            Event::Disconnected { .. } => "disconnected".into(),
            Event::Connected { .. } => "connected".into(),
            Event::Registered { .. } => "registered".into(),
            Event::Incoming { call, .. } => {
                self.calls.push(*call);
                "incoming".into()
            }
            Event::Call { event: CallEvent::Terminated { cause, .. }, call } => {
                self.calls.retain(|it| it != call);
                format!("terminated {}", cause.map_or("by us", |cause| cause.as_str()))
            }
            Event::Call { event: CallEvent::Recovering { reason }, .. } => {
                format!("recovering {}", reason.as_str())
            }
            Event::Call { event: CallEvent::Recovered { reason }, .. } => {
                format!("recovered {}", reason.as_str())
            }
            Event::Call { event, .. } => event.name().into(),
            _ => return,
        };
        self.told.push((now, text));
    }

    /// How much was told so far.
    pub fn mark(&self) -> usize {
        self.told.len()
    }

    /// When this was first told after `mark`.
    pub fn told_after(&self, mark: usize, name: &str) -> Option<Instant> {
        self.told.iter().skip(mark).find(|(_, text)| text.starts_with(name)).map(|(at, _)| *at)
    }

    /// How many outages of calls that live have begun, and are not over.
    pub fn unpaired(&self) -> usize {
        let count = |name| self.told.iter().filter(|(_, text)| text.starts_with(name)).count();
        count("recovering") - count("recovered")
    }

    /// Why the last call that ended did.
    pub fn last_end(&self) -> Option<String> {
        let mut ends = self.told.iter().rev().filter_map(|(_, text)| text.strip_prefix("terminated "));
        ends.next().map(String::from)
    }

    pub fn story(&self) -> String {
        let lines =
            self.told.iter().map(|(at, text)| format!("{:>8} {} {text}\n", at.as_millis(), self.user));
        lines.collect()
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        let (at, _) = self.agent.poll_timeout().filter(|_| self.frozen.is_none())?;
        Some(Instant::default() + at.since(Instant::default() + self.ahead))
    }
}

/// A socket of a phone, and what has become of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub socket: SocketId,
    pub connection: u64,
    /// Nothing gets through, and neither end knows.
    pub is_dead: bool,
}

/// So long a frame takes each way.
pub const LATENCY: Duration = Duration::from_millis(10);
