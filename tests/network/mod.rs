//! Phones on one virtual clock over a virtual network that loses, repeats, delays and reorders.
//!
//! A [`Story`] is told by its number alone: the same number, the same bytes on the wire.

pub mod chance;
pub mod ledger;
pub mod phone;
pub mod proxy;
pub mod robot;
pub mod script;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

use telnyx_device::agent::{Hint, Input, SocketId};
use telnyx_device::time::{Duration, Instant};

use self::chance::Chance;
use self::phone::{Effect, Media, Phone};
use self::proxy::{Delivery, Proxy};
use self::script::Script;

/// What the platform may notice, rightly or not.
const HINTS: [Hint; 4] = [Hint::Online, Hint::NetworkChanged, Hint::Woke, Hint::Visible];
const USERS: [&str; 3] = ["alice", "bob", "carol"];
/// After the users have quit, all is over by then: a CANCEL after Timer B, and Timer H or L after that, with room.
const REST: Duration = Duration::from_secs(400);

/// How bad the network is; each in percent.
#[derive(Clone, Copy)]
struct Weather {
    reorders: bool,
    loses: u64,
    repeats: u64,
    refuses: u64,
    silent: u64,
    /// Sockets lost, for each whim of a user.
    breaks: u64,
    /// Phones that sleep, for each whim.
    sleeps: u64,
}

enum Happening {
    /// At the proxy, over a socket of this phone.
    Arrives {
        line: usize,
        socket: SocketId,
        frame: Vec<u8>,
    },
    /// At the phone, over whatever socket it has then.
    Delivered {
        line: usize,
        socket: SocketId,
        frame: Vec<u8>,
    },
    Opens {
        line: usize,
        socket: SocketId,
    },
    Breaks {
        line: usize,
        socket: SocketId,
    },
    /// Said by the proxy after a while.
    Said(Delivery),
    Reported {
        line: usize,
        input: Input,
    },
    /// A user does something.
    Whim(usize),
    /// The robot does.
    Stir,
    Wakes(usize),
    Quits {
        line: usize,
        stop: bool,
    },
}

/// One run.
pub struct Story {
    now: Instant,
    schedule: BTreeMap<(Instant, u64), Happening>,
    count: u64,
    phones: Vec<Phone>,
    /// Those that are open, of each phone; the newest is last.
    sockets: Vec<Vec<SocketId>>,
    proxy: Proxy,
    chance: Chance,
    weather: Weather,
    told: DefaultHasher,
    /// What has happened.
    pub script: Script,
    /// Frames that left a phone.
    pub frames: usize,
}

impl Story {
    pub fn new(number: u64, script: Script) -> Self {
        let mut chance = Chance::new(number, 0);
        let calm = chance.percent(30);
        let mut bad = |most: u64| if calm { 0 } else { chance.between(0, most) };
        let weather = Weather {
            loses: bad(6),
            repeats: bad(8),
            refuses: bad(20),
            silent: bad(10),
            breaks: bad(8),
            sleeps: bad(4),
            reorders: bad(1) == 1,
        };
        let media = Media { fails: bad(10), absent: bad(6), late: bad(15) };
        let mischief = bad(20);
        let phones =
            USERS.iter().zip(1..).map(|(user, part)| Phone::new(user, number, part, media)).collect();
        let mut story = Self {
            now: Instant::from_millis(chance.between(0, 5_000)),
            schedule: BTreeMap::new(),
            count: 0,
            phones,
            sockets: vec![Vec::new(); USERS.len()],
            proxy: Proxy::new(&USERS, number, mischief),
            weather,
            told: DefaultHasher::new(),
            script,
            frames: 0,
            chance,
        };
        story.plan();
        story
    }

    /// When the users do something, and when they have had enough.
    fn plan(&mut self) {
        let length = self.chance.between(20_000, 240_000);
        for line in 0..self.phones.len() {
            for _ in 0..self.chance.between(5, 45) {
                let after = self.chance.millis(0, length);
                self.after(after, Happening::Whim(line));
            }
            let stop = self.chance.percent(30);
            self.after(Duration::from_millis(length), Happening::Quits { line, stop });
        }
        for _ in 0..self.chance.between(0, 6) {
            let after = self.chance.millis(0, length);
            self.after(after, Happening::Stir);
        }
    }

    fn after(&mut self, after: Duration, happening: Happening) {
        self.count += 1;
        self.schedule.insert((self.now + after, self.count), happening);
    }

    /// Tells the story; what came over the wire, in one number. Panics where a promise is broken.
    pub fn tell(&mut self) -> u64 {
        let mut quit = None;
        while self.step() {
            let over =
                self.schedule.values().all(|it| !matches!(it, Happening::Whim(_) | Happening::Quits { .. }));
            if over {
                let quit = *quit.get_or_insert(self.now);
                let rests = self.phones.iter().all(|phone| phone.agent.poll_timeout().is_none());
                assert!(rests || self.now.since(quit) < REST, "it never ends: {:?}", self.deadlines());
            }
        }
        for (phone, user) in self.phones.iter_mut().zip(USERS) {
            self.script.say(self.now, user, "has to be at rest");
            phone.ledger.close(&phone.agent, self.now);
        }
        self.told.finish()
    }

    fn deadlines(&self) -> Vec<Option<(Instant, &'static str)>> {
        self.phones.iter().map(|phone| phone.agent.poll_timeout()).collect()
    }

    /// What comes next; false where nothing does.
    fn step(&mut self) -> bool {
        let awake = self.phones.iter().enumerate().filter(|(_, phone)| phone.asleep_until.is_none());
        let wake = awake.filter_map(|(at, phone)| Some((phone.agent.poll_timeout()?.0, at))).min();
        let next = self.schedule.first_key_value().map(|((at, _), _)| *at);
        match (wake, next) {
            (Some((at, line)), next) if next.is_none_or(|next| at < next) => {
                self.now = self.now.max(at);
                self.feed(line, Input::Wake);
            }
            (_, Some(next)) => {
                self.now = next;
                if let Some((_, happening)) = self.schedule.pop_first() {
                    self.happen(happening);
                }
            }
            _ => return false,
        }
        true
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Arrives { line, socket, frame } => {
                if self.sockets[line].contains(&socket) {
                    self.note("->", line, &frame);
                    let said = self.proxy.handle(line, &frame, self.now);
                    self.say(said);
                }
            }
            Happening::Delivered { line, socket, frame } => {
                self.note("<-", line, &frame);
                self.feed(line, Input::Received { socket, frame });
            }
            Happening::Said(delivery) => self.deliver(delivery),
            Happening::Opens { line, socket } => {
                self.sockets[line].push(socket);
                self.script.say(self.now, USERS[line], "is connected");
                self.feed(line, Input::SocketOpened(socket));
            }
            Happening::Breaks { line, socket } => {
                self.sockets[line].retain(|it| *it != socket);
                self.script.say(self.now, USERS[line], "has lost a socket, or got none");
                let (code, reason) = (1006, String::from("broken"));
                self.feed(line, Input::SocketClosed { socket, code, reason, was_clean: false });
            }
            Happening::Reported { line, input } => self.feed(line, input),
            Happening::Whim(line) => self.whim(line),
            Happening::Stir => {
                let said = self.proxy.stir();
                self.say(said);
            }
            Happening::Wakes(line) => self.wake(line),
            Happening::Quits { line, stop } => {
                self.wake(line);
                self.script.say(self.now, USERS[line], "quits");
                let effects = self.phones[line].quit(self.now, stop);
                self.carry_out(line, effects);
            }
        }
    }

    fn whim(&mut self, line: usize) {
        if self.phones[line].asleep_until.is_some() {
            return;
        }
        if self.chance.percent(self.weather.sleeps) {
            let length = self.chance.pick(&[2_000, 40_000, 3_600_000]);
            if self.chance.percent(30) {
                self.script.say(self.now, USERS[line], "goes into the back/forward cache");
                self.feed(line, Input::PageHidden { persisted: true });
            }
            self.phones[line].asleep_until = Some(self.now);
            self.script.say(self.now, USERS[line], &format!("sleeps for {length} ms"));
            return self.after(Duration::from_millis(length), Happening::Wakes(line));
        }
        if !self.sockets[line].is_empty() && self.chance.percent(self.weather.breaks) {
            let socket = self.chance.pick(&self.sockets[line]);
            return self.happen(Happening::Breaks { line, socket });
        }
        if self.chance.percent(5) {
            let hint = self.chance.pick(&HINTS);
            self.script.say(self.now, USERS[line], &format!("notices: {hint:?}"));
            self.feed(line, Input::Hint(hint));
        }
        let effects = self.phones[line].act(self.now);
        self.script.say(self.now, USERS[line], &format!("wishes: {}", self.phones[line].wish));
        self.carry_out(line, effects);
    }

    fn wake(&mut self, line: usize) {
        if let Some(since) = self.phones[line].asleep_until.take() {
            self.phones[line].ledger.forgive(self.now.since(since));
            let notices = self.chance.percent(50);
            self.feed(line, if notices { Input::Hint(Hint::Woke) } else { Input::Wake });
            self.feed(line, Input::PageShown);
        }
    }

    /// A fact for a phone; one that sleeps hears of it when it wakes.
    fn feed(&mut self, line: usize, input: Input) {
        if self.phones[line].asleep_until.is_some() {
            return self.after(Duration::from_millis(500), Happening::Reported { line, input });
        }
        let effects = self.phones[line].handle(self.now, input);
        self.carry_out(line, effects);
    }

    fn carry_out(&mut self, line: usize, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Open(socket) => self.open(line, socket),
                Effect::Close(socket) => {
                    self.sockets[line].retain(|it| *it != socket);
                    // A browser tells of it all the same.
                    self.after(Duration::from_millis(20), Happening::Breaks { line, socket });
                }
                Effect::Send(socket, frame) => {
                    self.frames += 1;
                    self.travel(line, frame, |frame| Happening::Arrives { line, socket, frame });
                }
                Effect::Report(after, input) => self.after(after, Happening::Reported { line, input }),
            }
        }
    }

    fn open(&mut self, line: usize, socket: SocketId) {
        let after = self.chance.millis(5, 600);
        if self.chance.percent(self.weather.refuses) {
            self.after(after, Happening::Breaks { line, socket });
        } else if !self.chance.percent(self.weather.silent) {
            self.after(after, Happening::Opens { line, socket });
        }
    }

    fn say(&mut self, said: Vec<Delivery>) {
        for delivery in said {
            if delivery.after.is_zero() {
                self.deliver(delivery);
            } else {
                self.after(delivery.after, Happening::Said(delivery));
            }
        }
    }

    fn deliver(&mut self, delivery: Delivery) {
        let Delivery { line, frame, .. } = delivery;
        if let Some(socket) = self.sockets[line].last().copied() {
            self.travel(line, frame, |frame| Happening::Delivered { line, socket, frame });
        }
    }

    /// Over the network, in its weather.
    fn travel(&mut self, line: usize, frame: Vec<u8>, arrival: impl Fn(Vec<u8>) -> Happening) {
        if self.chance.percent(self.weather.loses) {
            return self.script.message(self.now, USERS[line], "lost:", &frame);
        }
        if self.chance.percent(self.weather.repeats) {
            let after = self.chance.millis(0, 2_000);
            self.script.message(self.now, USERS[line], "comes twice:", &frame);
            self.after(after, arrival(frame.clone()));
        }
        let after =
            if self.weather.reorders { self.chance.millis(1, 300) } else { Duration::from_millis(20) };
        self.after(after, arrival(frame));
    }

    fn note(&mut self, arrow: &str, line: usize, frame: &[u8]) {
        self.told.write_u64(self.now.as_millis());
        self.told.write_usize(line);
        self.told.write(frame);
        self.script.message(self.now, USERS[line], arrow, frame);
    }
}
