//! One user agent with a user, who does as chance tells him, and media that come late, fail, or never come.

use telnyx_device::agent::{
    CallId, Config, Digits, Event, Input, InviteOptions, MediaFact, MessageId, Output, PublicationId,
    PublishOptions, Reconnect, SocketId, SubscribeOptions, SubscriptionId, ToneTransport, UserAgent,
};
use telnyx_device::auth::Credentials;
use telnyx_device::call::Settings;
use telnyx_device::error::Cause;
use telnyx_device::message::{ExtraHeader, UriBuf};
use telnyx_device::time::{Duration, Instant};

use super::chance::{Chance, seed};
use super::ledger::{Ledger, media};

/// What each phone can call.
pub const TARGETS: [&str; 9] =
    ["alice", "bob", "carol", "team", "robot", "robot", "void", "nobody", "sip:bob@example.com"];

/// What a phone does to its surroundings, now or after a while.
pub enum Effect {
    Open(SocketId),
    Close(SocketId),
    Send(SocketId, Vec<u8>),
    /// The phone's own media will report this.
    Report(Duration, Input),
}

/// How its media behave, in percent.
#[derive(Clone, Copy)]
pub struct Media {
    pub fails: u64,
    pub absent: u64,
    pub late: u64,
}

pub struct Phone {
    pub agent: UserAgent,
    pub ledger: Ledger,
    chance: Chance,
    media: Media,
    /// MESSAGEs that wait for an answer.
    messages: Vec<MessageId>,
    subscriptions: Vec<SubscriptionId>,
    publications: Vec<PublicationId>,
    pub asleep_until: Option<Instant>,
    /// It asks whether the server is there, or for a better one, as long as there is a connection.
    looks_after: bool,
    /// Whether the user has told the phone to stop, and nothing since.
    stopped: bool,
    /// What the user wished last.
    pub wish: &'static str,
}

fn config(name: &str, chance: &mut Chance) -> Config {
    let servers = chance.between(1, 2);
    let keep_alive_interval = chance.pick(&[0, 10, 25]);
    let max_attempts = chance.pick(&[None, None, Some(3)]);
    Config {
        servers: (0..servers).map(|server| format!("wss://{server}.example.com/")).collect(),
        address_of_record: UriBuf::read(&format!("sip:{name}@example.com")).unwrap(),
        domain: UriBuf::read("sip:example.com").unwrap(),
        registrar: UriBuf::read("sip:example.com").unwrap(),
        display_name: Some(name.into()),
        credentials: Some(Credentials::new(name, "secret")),
        flows: 1,
        reconnect: Reconnect { max_attempts, ..Reconnect::default() },
        keep_alive_interval,
        expires: 120,
        no_answer_timeout: 45,
        user_agent: "simulation".into(),
        extra: Vec::new(),
        instance: None,
        push: Vec::new(),
        persist: false,
        calls: Settings::default(),
    }
}

impl Phone {
    pub fn new(name: &str, number: u64, part: u8, media: Media) -> Self {
        let mut chance = Chance::new(number, part);
        let config = config(name, &mut chance);
        let looks_after = config.keep_alive_interval > 0 || config.servers.len() > 1;
        let mut agent = UserAgent::new(config, seed(number, part + 100));
        agent.set_tracing(chance.percent(20));
        Self {
            agent,
            ledger: Ledger::default(),
            chance,
            media,
            messages: Vec::new(),
            subscriptions: Vec::new(),
            publications: Vec::new(),
            asleep_until: None,
            looks_after,
            stopped: true,
            wish: "nothing",
        }
    }

    /// A fact for the agent.
    pub fn handle(&mut self, now: Instant, input: Input) -> Vec<Effect> {
        self.ledger.input(&input);
        self.agent.handle_input(now, input);
        self.drain(now)
    }

    /// One more whim of the user.
    pub fn act(&mut self, now: Instant) -> Vec<Effect> {
        self.wish = "nothing";
        let soon = |seconds| Some(now + Duration::from_secs(seconds));
        let agent = &mut self.agent;
        let (ticket, verb, until) = match self.chance.between(0, 99) {
            0..5 => (Some(agent.start(now)), "start", soon(21)),
            5..9 => (Some(agent.stop(now)), "stop", soon(5)),
            9..18 => (Some(agent.register(now, extra(&mut self.chance))), "register", soon(900)),
            18..22 => {
                let all = self.chance.percent(20);
                (Some(agent.unregister(now, all, Vec::new())), "unregister", soon(200))
            }
            22..42 => {
                let target = self.chance.pick(&TARGETS);
                let late_offer = self.chance.percent(10);
                let extra = extra(&mut self.chance);
                let options = InviteOptions { extra, late_offer, ..InviteOptions::default() };
                if agent.invite(now, target, options).is_ok() {
                    self.stopped = false;
                }
                (None, "invite", None)
            }
            42..60 => {
                let calls = agent.calls();
                if calls.is_empty() {
                    return Vec::new();
                }
                let call = self.chance.pick(&calls);
                (agent.accept(now, call, extra(&mut self.chance)).ok(), "accept", None)
            }
            60..64 => {
                let Some(call) = agent.active_call() else { return Vec::new() };
                let status = self.chance.pick(&[None, Some(486), Some(603), Some(302), Some(200), Some(9)]);
                (agent.reject(now, call, status, Some("no\r\nway"), Vec::new()).ok(), "reject", Some(now))
            }
            64..74 => {
                let calls = self.ledger.living_calls();
                if calls.is_empty() {
                    return Vec::new();
                }
                let call = self.chance.pick(&calls);
                (Some(agent.disconnect(now, call, extra(&mut self.chance))), "disconnect", soon(100))
            }
            74..84 => {
                let Some(call) = agent.active_call() else { return Vec::new() };
                let text = self.chance.pick(&["1", "12#", "1,2", "", "x"]);
                let duration = self.chance.between(40, 400) as u32;
                let transport = self.chance.pick(&[ToneTransport::Audio, ToneTransport::Info]);
                let digits = Digits { text, duration, gap: 70, transport };
                (agent.send_digits(now, call, &digits).ok(), "digits", soon(400))
            }
            84..88 => {
                let Some(call) = agent.active_call() else { return Vec::new() };
                let verb = self.chance.between(0, 8);
                let other = self.chance.pick(&agent.calls());
                let target = self.chance.pick(&TARGETS);
                let ticket = match verb {
                    0 | 1 => agent.hold(now, call),
                    2 => agent.unhold(now, call),
                    3 => agent.transfer(now, call, target, &[]),
                    4 => agent.transfer_to(now, call, other, &[]),
                    5 => agent.send_info(now, call, "text/plain", "hello", &[]),
                    6 => return self.consent(now, call),
                    7 => agent.renegotiate(now, call),
                    _ => agent.send_call_message(now, call, "text/plain", "hello", &[]),
                };
                (ticket.ok(), "in the call", soon(400))
            }
            88..92 => {
                let target = self.chance.pick(&TARGETS);
                let sent = agent.send_message(now, target, "text/plain", "hello", extra(&mut self.chance));
                (sent.ok(), "message", soon(200))
            }
            92..96 => return self.follow(now),
            96..98 if !self.messages.is_empty() => {
                let id = self.messages.remove(0);
                let status = self.chance.pick(&[200, 202, 480, 603]);
                let _ = agent.respond_to_message(now, id, status, None);
                (None, "respond", None)
            }
            _ => (Some(agent.disconnect(now, CallId(77_777), Vec::new())), "disconnect", Some(now)),
        };
        self.wish = verb;
        if let Some(ticket) = ticket {
            self.ledger.promise(ticket, verb, until);
        }
        match verb {
            "stop" => self.stopped = true,
            "start" | "register" | "message" | "unregister" => self.stopped = false,
            _ => {}
        }
        self.drain(now)
    }

    /// The user wants to know of others, or to tell of himself.
    fn follow(&mut self, now: Instant) -> Vec<Effect> {
        let verb = self.chance.between(0, 5);
        self.wish =
            ["subscribe", "subscribe", "unsubscribe", "publish", "unpublish", "options"][verb as usize];
        let target = self.chance.pick(&TARGETS);
        let agent = &mut self.agent;
        let ticket = match verb {
            0 | 1 => {
                let id = agent.subscribe(now, target, "dialog", SubscribeOptions::default());
                self.subscriptions.extend(id);
                None
            }
            2 => self.subscriptions.pop().map(|id| agent.unsubscribe(now, id)),
            3 => {
                let (content_type, body) = ("text/plain".into(), b"here".to_vec());
                let options = PublishOptions { content_type, body, expires: None, extra: Vec::new() };
                self.publications.extend(agent.publish(now, "presence", options));
                None
            }
            4 => self.publications.pop().map(|id| agent.unpublish(now, id)),
            _ => agent.options(now, target).ok(),
        };
        if let Some(ticket) = ticket {
            self.ledger.promise(ticket, "events", Some(now + Duration::from_secs(400)));
        }
        if !matches!(verb, 2 | 4) {
            self.stopped = false;
        }
        self.drain(now)
    }

    /// The user agrees to what the far side asks for, or does not.
    fn consent(&mut self, now: Instant, call: CallId) -> Vec<Effect> {
        self.wish = "consent, or not";
        if self.chance.percent(50) {
            let _ = self.agent.accept_refer(now, call);
            let _ = self.agent.redirect(now, call, Some("sip:robot@robot.test"));
        } else {
            let _ = self.agent.reject_refer(now, call);
            let _ = self.agent.redirect(now, call, None);
        }
        self.drain(now)
    }

    /// The user has had enough: every call is hung up, the binding removed; with `stop`, the connection closed.
    pub fn quit(&mut self, now: Instant, stop: bool) -> Vec<Effect> {
        for call in self.agent.calls() {
            let ticket = self.agent.disconnect(now, call, Vec::new());
            self.ledger.promise(ticket, "disconnect", Some(now + Duration::from_secs(100)));
        }
        for id in core::mem::take(&mut self.subscriptions) {
            let ticket = self.agent.unsubscribe(now, id);
            self.ledger.promise(ticket, "unsubscribe", Some(now + Duration::from_secs(200)));
        }
        for id in core::mem::take(&mut self.publications) {
            let ticket = self.agent.unpublish(now, id);
            self.ledger.promise(ticket, "unpublish", Some(now + Duration::from_secs(200)));
        }
        // A hang-up may have asked for a connection.
        let mut effects = self.drain(now);
        if stop || self.looks_after {
            let ticket = self.agent.stop(now);
            self.ledger.promise(ticket, "stop", Some(now + Duration::from_secs(5)));
            self.stopped = true;
        } else {
            let ticket = self.agent.unregister(now, false, Vec::new());
            self.ledger.promise(ticket, "unregister", Some(now + Duration::from_secs(200)));
        }
        effects.extend(self.drain(now));
        effects
    }

    fn drain(&mut self, now: Instant) -> Vec<Effect> {
        let mut effects = Vec::new();
        while let Some(output) = self.agent.poll_output() {
            self.ledger.output(&output);
            match output {
                Output::Open { socket, .. } => {
                    assert!(!self.stopped, "a stopped phone connects by itself");
                    effects.push(Effect::Open(socket));
                }
                Output::Close(socket) => effects.push(Effect::Close(socket)),
                Output::Send { socket, frame } => effects.push(Effect::Send(socket, frame)),
                Output::AcquireMedia(call) => self.report(&mut effects, call, MediaFact::Acquired),
                Output::CreateOffer(call) | Output::CreateAnswer { call, .. } => {
                    let description = MediaFact::LocalDescription("v=0\r\ns=ours\r\n".into());
                    self.report(&mut effects, call, description);
                }
                Output::ApplyAnswer { call, .. } if self.chance.percent(self.media.fails / 2) => {
                    let failed = media(call, MediaFact::Failed(Cause::BadMediaDescription));
                    effects.push(Effect::Report(self.chance.millis(0, 3_000), failed));
                }
                Output::ApplyAnswer { call, .. } if self.chance.percent(self.media.fails / 2) => {
                    let fact = [MediaFact::IceDisconnected, MediaFact::IceFailed];
                    let [disconnected, failed] = fact.map(|fact| media(call, fact));
                    let first = if self.chance.percent(50) { disconnected } else { failed };
                    effects.push(Effect::Report(self.chance.millis(0, 30_000), first));
                    if self.chance.percent(70) {
                        let back = media(call, MediaFact::IceConnected);
                        effects.push(Effect::Report(self.chance.millis(0, 90_000), back));
                    }
                }
                Output::PlayTone { call, .. } => {
                    let fact = if self.chance.percent(50) { MediaFact::TonePlays } else { MediaFact::NoTone };
                    self.report(&mut effects, call, fact);
                }
                Output::Event(Event::Message { id, .. } | Event::Info { id, .. }) => self.messages.push(id),
                Output::Event(_)
                | Output::ApplyAnswer { .. }
                | Output::Hold { .. }
                | Output::RestartIce(_)
                | Output::Trickle(_)
                | Output::AddCandidates { .. }
                | Output::Rollback(_)
                | Output::ReleaseMedia(_)
                | Output::Keep(_) => {}
            }
        }
        self.ledger.check(&self.agent, now);
        effects
    }

    fn report(&mut self, effects: &mut Vec<Effect>, call: CallId, fact: MediaFact) {
        if self.chance.percent(self.media.absent) {
            return;
        }
        let late = self.chance.percent(self.media.late);
        let after = if late { self.chance.millis(5_000, 90_000) } else { self.chance.millis(0, 400) };
        let fails = self.chance.percent(self.media.fails);
        let cause = self.chance.pick(&[Cause::UserDeniedMediaAccess, Cause::WebRtcError]);
        let fact = if fails { MediaFact::Failed(cause) } else { fact };
        effects.push(Effect::Report(after, media(call, fact)));
    }
}

fn extra(chance: &mut Chance) -> Vec<ExtraHeader> {
    let some = chance.percent(20);
    some.then(|| ExtraHeader::read("X-Whim: yes").unwrap()).into_iter().collect()
}
