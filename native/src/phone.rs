//! Feeds a user agent and carries out its wishes.

use crate::{
    media::Session,
    socket::{ABNORMAL, Socket},
};
use std::{
    collections::{BTreeMap, VecDeque},
    io,
};
use telnyx_device::{
    agent::{CallId, Config, Event, Input, MediaFact, Output, Reconnect, SocketId, UserAgent},
    auth::Credentials,
    call::Settings,
    error::Cause,
    message::{BadUri, UriBuf},
    time::{Duration, Instant},
};
use tokio::{sync::mpsc, time};

/// Whose phone it is, and by which server it calls.
#[derive(Clone)]
pub struct Account {
    /// A `ws:` URI.
    pub server: String,
    /// The host of all addresses, with its port where it has one.
    pub domain: String,
    /// The user part, which is also the name to the server.
    pub user: String,
    /// Absent: every challenge is final.
    pub password: Option<String>,
}

impl Account {
    /// The settings of a user agent: everything that is not said is as the SDK has it for browsers.
    ///
    /// # Errors
    ///
    /// The user or the domain cannot stand in a SIP URI.
    pub fn config(&self) -> Result<Config, BadUri> {
        let domain = UriBuf::read(&format!("sip:{}", self.domain))?;
        Ok(Config {
            servers: vec![self.server.clone()],
            address_of_record: UriBuf::sip(Some(&self.user), domain.as_uri().host(), domain.as_uri().port())?,
            registrar: domain.clone(),
            domain,
            display_name: None,
            credentials: self.password.as_ref().map(|password| Credentials::new(&self.user, password)),
            flows: 1,
            reconnect: Reconnect::default(),
            keep_alive_interval: 25,
            expires: 600,
            no_answer_timeout: 60,
            user_agent: concat!("telnyx-device-native/", env!("CARGO_PKG_VERSION")).into(),
            extra: Vec::new(),
            instance: None,
            push: Vec::new(),
            persist: false,
            calls: Settings::default(),
        })
    }
}

/// One user agent, its sockets and the descriptions of its calls.
///
/// It moves only while somebody awaits [`next`](Self::next), or makes a [`wish`](Self::wish).
pub struct Phone {
    agent: UserAgent,
    sockets: BTreeMap<SocketId, Socket>,
    sessions: BTreeMap<CallId, Session>,
    events: VecDeque<Event>,
    reporter: mpsc::UnboundedSender<Input>,
    news: mpsc::UnboundedReceiver<Input>,
    origin: time::Instant,
}

impl Phone {
    /// A phone at rest: it opens nothing until a verb does.
    ///
    /// # Errors
    ///
    /// The operating system gives no random numbers.
    pub fn new(config: Config) -> io::Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(io::Error::other)?;
        let (reporter, news) = mpsc::unbounded_channel();
        Ok(Self {
            agent: UserAgent::new(config, seed),
            sockets: BTreeMap::new(),
            sessions: BTreeMap::new(),
            events: VecDeque::new(),
            reporter,
            news,
            origin: time::Instant::now(),
        })
    }

    /// Gives the core a verb, and carries out what it wishes then. Must be called within a tokio runtime.
    pub fn wish<T>(&mut self, verb: impl FnOnce(&mut UserAgent, Instant) -> T) -> T {
        let now = self.now();
        let result = verb(&mut self.agent, now);
        self.work();
        result
    }

    /// Asks the core how things stand.
    pub fn ask<T>(&self, noun: impl FnOnce(&UserAgent, Instant) -> T) -> T {
        noun(&self.agent, self.now())
    }

    /// The next event. Dropped before it is there, nothing is lost.
    pub async fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            let wake = self.agent.poll_timeout().map(|(at, _)| self.origin + since_origin(at));
            let input = tokio::select! {
                Some(input) = self.news.recv() => input,
                () = sleep_until(wake) => Input::Wake,
            };
            self.agent.handle_input(self.now(), input);
            self.work();
        }
    }

    /// Breaks the connection as a network does: no close frame is sent, and the core hears of it at once.
    pub fn drop_connection(&mut self) {
        for (socket, broken) in std::mem::take(&mut self.sockets) {
            broken.drop_connection();
            let lost =
                Input::SocketClosed { socket, code: ABNORMAL, reason: "dropped".into(), was_clean: false };
            self.agent.handle_input(self.now(), lost);
        }
        self.work();
    }

    /// The one line at which the time is read.
    fn now(&self) -> Instant {
        Instant::from_millis(u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn work(&mut self) {
        while let Some(output) = self.agent.poll_output() {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Open { socket, uri } => {
                self.sockets.insert(socket, Socket::open(socket, uri, self.reporter.clone()));
            }
            Output::Send { socket, frame } => {
                if let Some(socket) = self.sockets.get(&socket) {
                    socket.send(frame);
                }
            }
            Output::Close(socket) => _ = self.sockets.remove(&socket),
            Output::AcquireMedia(call) => self.report(call, MediaFact::Acquired),
            Output::CreateOffer(call) => {
                let offer = self.session(call).offer();
                self.report(call, MediaFact::LocalDescription(offer));
            }
            Output::CreateAnswer { call, offer } => {
                let answer = self.session(call).answer(&offer);
                let fact =
                    answer.map_or(MediaFact::Failed(Cause::BadMediaDescription), MediaFact::LocalDescription);
                self.report(call, fact);
            }
            // No media flows, so there is nothing to set up or to take back.
            Output::ApplyAnswer { .. }
            | Output::RestartIce(_)
            | Output::Trickle(_)
            | Output::AddCandidates { .. }
            | Output::Rollback(_)
            // Nor a page that could be reloaded.
            | Output::Keep(_) => {}
            Output::PlayTone { call, .. } => self.report(call, MediaFact::NoTone),
            Output::Hold { call, hold } => self.session(call).hold = hold,
            Output::ReleaseMedia(call) => _ = self.sessions.remove(&call),
            Output::Event(event) => self.events.push_back(event),
        }
    }

    fn session(&mut self, call: CallId) -> &mut Session {
        self.sessions.entry(call).or_default()
    }

    fn report(&mut self, call: CallId, fact: MediaFact) {
        self.agent.handle_input(self.now(), Input::Media { call, fact });
    }
}

const fn since_origin(at: Instant) -> Duration {
    Duration::from_millis(at.as_millis())
}

async fn sleep_until(wake: Option<time::Instant>) {
    match wake {
        Some(at) => time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
