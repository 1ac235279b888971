//! Three phones, a server and a clock.

use std::collections::{BTreeMap, VecDeque};

use telnyx_device::agent::{
    CallEvent, CallId, CallStatus, Event, Hint, Input, InviteOptions, MediaFact, Output, SocketId,
};
use telnyx_device::time::{Duration, Instant};

use crate::media::{FAILED, Media, Report};
use crate::phone::{LATENCY, Line, Phone};
use crate::server::{self, Account, ConnectionId, Server};

pub const ALICE: usize = 0;
pub const BOB: usize = 1;
pub const CAROL: usize = 2;
const USERS: [&str; 3] = ["alice", "bob", "carol"];

/// How long a socket takes to open, or to be refused.
const OPENING: Duration = Duration::from_millis(20);
/// How long a browser takes for what it is asked, and for a description where no server says how it can be reached.
const BROWSER: Duration = Duration::from_millis(5);
const GATHERING: Duration = Duration::from_millis(500);

enum Happening {
    ToServer { connection: u64, frame: Vec<u8> },
    ToPhone { line: usize, connection: u64, frame: Vec<u8> },
    Opened { line: usize, socket: SocketId },
    Feeds { line: usize, input: Input },
    Reports(Report),
    Checks,
    Does(Box<dyn FnOnce(&mut World)>),
}

pub struct World {
    pub now: Instant,
    pub phones: Vec<Phone>,
    pub lines: Vec<Option<Line>>,
    pub media: Media,
    pub server_is_up: bool,
    /// Nobody is found any more by the Contact of before.
    pub contacts_are_stale: bool,
    /// A phone that rings plays something instead.
    pub has_early_media: bool,
    /// How soon a user answers.
    pub answers: Vec<Option<Duration>>,
    /// The call of alice with bob, at either end.
    pub bond: Vec<Option<CallId>>,
    server: Server,
    restarts: u8,
    connections: u64,
    schedule: BTreeMap<(Instant, u64), Happening>,
    count: u64,
}

fn server_of(restarts: u8) -> Server {
    let account = |user: &str| Account { user: user.into(), password: "secret".into() };
    let accounts = USERS.iter().map(|user| account(user)).collect();
    Server::new(server::Config { address: ([127, 0, 0, 1], 5060).into(), accounts }, [restarts; 32])
}

impl World {
    /// bob and carol are registered.
    pub fn new() -> Self {
        let mut world = Self {
            now: Instant::from_millis(10_000),
            phones: USERS.iter().zip(10..).map(|(user, seed)| Phone::new(user, seed)).collect(),
            lines: vec![None; USERS.len()],
            media: Media::default(),
            server_is_up: true,
            contacts_are_stale: false,
            has_early_media: false,
            answers: vec![None; USERS.len()],
            bond: vec![None; USERS.len()],
            server: server_of(1),
            restarts: 1,
            connections: 0,
            schedule: BTreeMap::new(),
            count: 0,
        };
        world.register(BOB);
        world.register(CAROL);
        world.run_for(Duration::from_secs(1));
        world
    }

    pub fn after(&mut self, after: Duration, does: impl FnOnce(&mut Self) + 'static) {
        self.plan(after, Happening::Does(Box::new(does)));
    }

    fn plan(&mut self, after: Duration, happening: Happening) {
        self.count += 1;
        self.schedule.insert((self.now + after, self.count), happening);
    }

    pub fn run_for(&mut self, duration: Duration) {
        self.run_until(self.now + duration);
    }

    pub fn run_until(&mut self, end: Instant) {
        let mut steps = 0;
        while self.step(end) {
            steps += 1;
            assert!(steps < 200_000, "it never ends\n{}", self.story());
        }
        self.now = self.now.max(end);
    }

    fn step(&mut self, end: Instant) -> bool {
        let phones = self.phones.iter().enumerate();
        let wake = phones.filter_map(|(line, phone)| Some((phone.poll_timeout()?, line))).min();
        let planned = self.schedule.first_key_value().map(|((at, _), _)| *at);
        let server = if self.server_is_up { self.server.poll_timeout() } else { None };
        let next = [wake.map(|(at, _)| at), planned, server].into_iter().flatten().min();
        let Some(next) = next.filter(|next| *next <= end) else { return false };
        self.now = self.now.max(next);
        if planned == Some(next) {
            let (_, happening) = self.schedule.pop_first().unwrap();
            self.happen(happening);
        } else if server == Some(next) {
            self.tell_server(server::Input::Woke);
        } else if let Some((_, line)) = wake {
            self.feed(line, Input::Wake);
        }
        true
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::ToServer { connection, frame } => {
                let is_open =
                    self.lines.iter().flatten().any(|it| it.connection == connection && !it.is_dead);
                let refusal = self.contacts_are_stale.then(|| unfound(&frame)).flatten();
                if let Some(frame) = refusal.filter(|_| is_open) {
                    let line =
                        self.lines.iter().position(|it| it.is_some_and(|it| it.connection == connection));
                    self.plan(LATENCY, Happening::ToPhone { line: line.unwrap(), connection, frame });
                } else if self.server_is_up && is_open {
                    self.tell_server(server::Input::Received(ConnectionId(connection), &frame));
                }
            }
            Happening::ToPhone { line, connection, frame } => {
                if let Some(it) = self.lines[line].filter(|it| it.connection == connection && !it.is_dead) {
                    self.feed(line, Input::Received { socket: it.socket, frame });
                }
            }
            Happening::Opened { line, socket } => {
                if !self.server_is_up {
                    return self.feed(line, closed(socket, 1006, false));
                }
                self.connections += 1;
                self.lines[line] = Some(Line { socket, connection: self.connections, is_dead: false });
                self.feed(line, Input::SocketOpened(socket));
            }
            Happening::Feeds { line, input } => self.feed(line, input),
            Happening::Reports(Report { line, call, fact, .. }) => {
                if self.media.is_true(line, call, &fact) {
                    self.feed(line, Input::Media { call, fact });
                }
            }
            Happening::Checks => self.check(),
            Happening::Does(does) => does(self),
        }
    }

    fn tell_server(&mut self, input: server::Input<'_>) {
        self.server.handle_input(self.now, input);
        while let Some(output) = self.server.poll_output() {
            let server::Output::Send(ConnectionId(connection), frame) = output else { continue };
            let line = self.lines.iter().position(|it| it.is_some_and(|it| it.connection == connection));
            if let Some(line) = line {
                let frame = if self.has_early_media { played(frame) } else { frame };
                self.plan(LATENCY, Happening::ToPhone { line, connection, frame });
            }
        }
    }

    /// A fact for a phone; one that does not run hears of it later.
    pub fn feed(&mut self, line: usize, input: Input) {
        if let Some(queue) = &mut self.phones[line].frozen {
            return queue.push_back(input);
        }
        let phone = &mut self.phones[line];
        phone.ledger.input(&input);
        phone.agent.handle_input(self.now + phone.ahead, input);
        self.carry_out(line);
    }

    pub fn carry_out(&mut self, line: usize) {
        let address = self.phones[line].address;
        for output in self.phones[line].drain(self.now) {
            match output {
                Output::Open { socket, .. } => self.plan(OPENING, Happening::Opened { line, socket }),
                Output::Close(socket) => {
                    if let Some(it) = self.lines[line].take_if(|it| it.socket == socket) {
                        self.tell_server(server::Input::Closed(ConnectionId(it.connection)));
                    }
                }
                Output::Send { socket, frame } => {
                    if let Some(it) = self.lines[line].filter(|it| it.socket == socket) {
                        self.plan(LATENCY, Happening::ToServer { connection: it.connection, frame });
                    }
                }
                Output::AcquireMedia(call) => self.say(line, call, MediaFact::Acquired),
                Output::CreateOffer(call) => {
                    let offer = self.media.offer(line, call, address);
                    self.say(line, call, MediaFact::LocalDescription(offer));
                }
                Output::CreateAnswer { call, offer } => {
                    let answer = self.media.answer(line, call, address, &offer);
                    self.say(line, call, MediaFact::LocalDescription(answer));
                    self.exchange(line, call);
                }
                Output::ApplyAnswer { call, answer, .. } => {
                    self.media.apply(line, call, &answer);
                    self.exchange(line, call);
                }
                Output::Hold { call, hold } => self.media.hold(line, call, hold),
                Output::RestartIce(call) => self.media.restart(line, call),
                Output::Rollback(call) => self.media.roll_back(line, call),
                Output::PlayTone { call, .. } => self.say(line, call, MediaFact::NoTone),
                Output::ReleaseMedia(call) => {
                    let reports = self.media.release(self.now, line, call);
                    self.report(reports);
                }
                Output::Event(event) => self.hear(line, &event),
                _ => {}
            }
        }
    }

    fn say(&mut self, line: usize, call: CallId, fact: MediaFact) {
        let is_slow =
            matches!(fact, MediaFact::LocalDescription(_)) && self.media.relay == Some((line, false));
        let takes = if is_slow { GATHERING } else { BROWSER };
        self.plan(takes, Happening::Feeds { line, input: Input::Media { call, fact } });
    }

    /// What the users do by themselves.
    fn hear(&mut self, line: usize, event: &Event) {
        match *event {
            Event::Incoming { call, .. } => {
                self.bond[line] = self.bond[line].or(Some(call));
                if let Some(after) = self.answers[line] {
                    self.after(after, move |world| world.accept(line, call));
                }
            }
            Event::Restoring(call) => self.bond[line] = Some(call),
            Event::Call { call, event: CallEvent::Refer(_) } => {
                self.after(Duration::from_millis(100), move |world| {
                    let _ = world.phones[line].agent.accept_refer(world.now, call);
                    world.carry_out(line);
                });
            }
            _ => {}
        }
    }

    /// ICE looks for a way, or gives up.
    fn exchange(&mut self, line: usize, call: CallId) {
        for after in Media::checks() {
            self.plan(after, Happening::Checks);
        }
        let given_up = Report { after: FAILED, line, call, fact: MediaFact::IceFailed };
        self.report(vec![given_up]);
    }

    fn check(&mut self) {
        let addresses: Vec<_> =
            self.phones.iter().map(|phone| phone.frozen.is_none().then_some(phone.address)).collect();
        let reports = self.media.check(self.now, &addresses);
        self.report(reports);
    }

    fn report(&mut self, reports: Vec<Report>) {
        for report in reports {
            self.plan(report.after, Happening::Reports(report));
        }
    }

    /// The media of these phones have lost their way.
    pub fn lose_media(&mut self, lines: &[usize]) {
        let reports = self.media.lose(self.now, lines);
        self.report(reports);
    }

    /// The only way of all media is cut.
    pub fn cut(&mut self, duration: Duration) {
        self.media.is_cut = true;
        self.lose_media(&[ALICE, BOB, CAROL]);
        self.after(duration, |world| {
            world.media.is_cut = false;
            if world.media.still_checks(world.now) {
                world.check();
            }
        });
    }

    /// The servers are gone by which this phone finds a way for its media, which has no other. What comes back has another
    /// address for it.
    pub fn lose_relay(&mut self, line: usize, duration: Duration) {
        self.media.relay = Some((line, false));
        self.lose_media(&[line]);
        self.after(duration, move |world| {
            world.media.relay = Some((line, true));
            world.phones[line].address += 1;
        });
    }

    /// The users have had enough: nothing is left.
    pub fn close(&mut self) {
        for line in [ALICE, BOB, CAROL] {
            let phone = &mut self.phones[line];
            for call in phone.agent.calls() {
                phone.agent.disconnect(self.now, call, Vec::new());
            }
            phone.agent.stop(self.now);
            self.carry_out(line);
        }
        self.run_for(Duration::from_secs(400));
        for phone in &mut self.phones {
            phone.ledger.close(&phone.agent, self.now);
        }
    }

    /// The socket of a phone is gone at both ends.
    pub fn break_socket(&mut self, line: usize, code: u16, was_clean: bool) {
        if let Some(it) = self.lines[line].take() {
            self.tell_server(server::Input::Closed(ConnectionId(it.connection)));
            self.feed(line, closed(it.socket, code, was_clean));
        }
    }

    /// A page goes, and another one comes; nothing that the first has asked for reaches it.
    pub fn reload(&mut self, line: usize) {
        self.lose_media(&[line]);
        self.bond[line] = None;
        if let Some(it) = self.lines[line].take() {
            self.tell_server(server::Input::Closed(ConnectionId(it.connection)));
        }
        self.media.forget(line);
        self.schedule.retain(|_, it| match it {
            Happening::Opened { line: of, .. } | Happening::Feeds { line: of, .. } => *of != line,
            Happening::Reports(report) => report.line != line,
            _ => true,
        });
        self.phones[line].reload(self.now, 99);
        self.carry_out(line);
        self.register(line);
    }

    /// The server goes down, and comes back; with what it knew, or without.
    pub fn restart_server(&mut self, down: Duration, remembers: bool) {
        for line in [ALICE, BOB, CAROL] {
            self.break_socket(line, 1006, false);
        }
        self.server_is_up = false;
        self.after(down, move |world| {
            world.server_is_up = true;
            if !remembers {
                world.restarts += 1;
                world.server = server_of(world.restarts);
            }
        });
    }

    /// A phone does not run any more; what it would have heard waits.
    pub fn freeze(&mut self, line: usize) {
        self.phones[line].frozen = Some(VecDeque::new());
        self.lose_media(&[line]);
    }

    pub fn thaw(&mut self, line: usize, hint: Option<Hint>) {
        let queue = self.phones[line].frozen.take().unwrap_or_default();
        queue.into_iter().for_each(|input| self.feed(line, input));
        self.feed(line, hint.map_or(Input::Wake, Input::Hint));
    }

    pub fn register(&mut self, line: usize) {
        let now = self.now;
        self.phones[line].agent.register(now, Vec::new());
        self.carry_out(line);
    }

    pub fn dial(&mut self, line: usize, target: &str) -> CallId {
        let now = self.now;
        let call = self.phones[line].agent.invite(now, target, InviteOptions::default()).unwrap();
        self.bond[line] = self.bond[line].or(Some(call));
        self.carry_out(line);
        call
    }

    pub fn accept(&mut self, line: usize, call: CallId) {
        let now = self.now;
        let _ = self.phones[line].agent.accept(now, call, Vec::new());
        self.carry_out(line);
    }

    pub fn hang_up(&mut self, line: usize, call: CallId) {
        let now = self.now;
        self.phones[line].agent.disconnect(now, call, Vec::new());
        self.carry_out(line);
    }

    /// The call of alice with bob at this end, while it lives.
    pub fn call_of(&self, line: usize) -> Option<CallId> {
        self.bond[line].filter(|call| self.phones[line].agent.call_status(*call) != CallStatus::Ended)
    }

    pub fn is_registered(&self, line: usize) -> bool {
        self.phones[line].agent.is_registered(self.now)
    }

    pub fn story(&self) -> String {
        self.phones.iter().map(Phone::story).collect()
    }
}

fn closed(socket: SocketId, code: u16, was_clean: bool) -> Input {
    Input::SocketClosed { socket, code, reason: String::new(), was_clean }
}

/// The refusal of a re-INVITE that names a Contact which leads nowhere.
fn unfound(frame: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(frame);
    let is_copied =
        |line: &&str| ["Via:", "From:", "To:", "Call-ID:", "CSeq:"].iter().any(|it| line.starts_with(it));
    let in_dialog = text.lines().any(|line| line.starts_with("To:") && line.contains(";tag="));
    let leads_nowhere = text.starts_with("INVITE ") && in_dialog;
    let fields: Vec<&str> = text.lines().filter(is_copied).collect();
    leads_nowhere.then(|| format!("SIP/2.0 404 Not Found\r\n{}\r\n\r\n", fields.join("\r\n")).into_bytes())
}

/// A 180 becomes a 183 with a description that nobody speaks by.
fn played(frame: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8_lossy(&frame);
    if !text.starts_with("SIP/2.0 180 ") {
        return frame;
    }
    let body = "v=0\r\ns=-\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=sendonly\r\na=ice-ufrag:early\r\n";
    let head = text.replacen("180 Ringing", "183 Session Progress", 1);
    let length = format!("Content-Type: application/sdp\r\nContent-Length: {}\r\n", body.len());
    [head.replacen("Content-Length: 0\r\n", &length, 1).as_str(), body].concat().into_bytes()
}
