//! Whether an open socket still leads to somebody (RFC 5626 §4.4.1, RFC 6223, RFC 7118 §6).
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | Quiet | for an interval nothing was heard, or nothing said | Probing, 10 s | probes |
//! | Quiet | a request went out 4 s ago, and nothing was heard since | Probing, 6 s | probes |
//! | Quiet | suspicion | Probing, 3 s | probes |
//! | Probing | suspicion | the same, 3 s at the most | |
//! | Probing | its time is over | | the socket is dead |
//! | Probing | its time is over, and the clock says so too late | LastChance, 3 s | probes |
//! | LastChance | its time is over | | the socket is dead |
//! | any | anything is heard | Quiet | |
//!
//! The interval is the configured one, or less where the server asks for less; a fifth of it is left to chance. The probe
//! is a ping of two line ends where the server is known to answer it. Where it is known not to, an OPTIONS is sent; where
//! neither is known, both are. Whatever comes then is life. A line end that answers no ping says nothing of pongs: it may
//! be the server's own keep-alive.

use crate::entropy::Entropy;
use crate::time::{Duration, Instant, LATE};

/// How long an answer to a probe may take (RFC 5626 §4.4.1).
const PATIENCE: Duration = Duration::from_secs(10);
/// The same where a request has waited already.
const LESS_PATIENCE: Duration = Duration::from_secs(6);
/// The same where there is reason to think that the socket is dead.
const LEAST_PATIENCE: Duration = Duration::from_secs(3);
/// How long the answer to a request may take before it is asked whether there is anybody.
const ANSWER: Duration = Duration::from_secs(4);
/// How long after the answer to an OPTIONS a line end is still that to the ping sent with it.
const BEHIND: Duration = Duration::from_secs(1);

/// See the table above.
pub(super) struct Liveness {
    /// Zero: it is not for us to know.
    interval: Duration,
    pongs: Pongs,
    /// When we heard something, and said something, for the last time.
    heard: Instant,
    said: Instant,
    /// The first request since then that nothing was heard after.
    asked: Option<Instant>,
    /// The present interval, in hundredths of the whole.
    part: u32,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    Quiet,
    Probing { until: Instant },
    LastChance { until: Instant },
}

/// What the server makes of a ping.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pongs {
    Unknown,
    /// It was sent one, and something else was `heard` since, or nothing yet.
    Asked {
        heard: Option<Instant>,
    },
    Given,
    NotGiven,
}

/// What is to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::agent) struct Probe {
    /// Two line ends.
    pub(in crate::agent) ping: bool,
    /// An OPTIONS.
    pub(in crate::agent) options: bool,
}

/// What is to be done.
#[derive(PartialEq, Eq, Debug)]
pub(in crate::agent) enum Verdict {
    /// Ask whether there is somebody.
    Ask(Probe),
    /// There is nobody: close the socket.
    Dead,
}

impl Liveness {
    /// Of a socket that has just opened.
    pub(super) fn new(now: Instant, interval: Duration, entropy: &mut Entropy) -> Self {
        Self {
            interval,
            pongs: Pongs::Unknown,
            heard: now,
            said: now,
            asked: None,
            part: part(entropy),
            state: State::Quiet,
        }
    }

    /// Something has come.
    pub(super) fn handle_heard(&mut self, now: Instant, is_pong: bool) {
        self.heard = now;
        self.asked = None;
        self.state = State::Quiet;
        match self.pongs {
            Pongs::Asked { heard } if is_pong && heard.is_none_or(|heard| now.since(heard) <= BEHIND) => {
                self.pongs = Pongs::Given;
            }
            Pongs::Asked { heard } => self.pongs = Pongs::Asked { heard: heard.or(Some(now)) },
            Pongs::Unknown | Pongs::Given | Pongs::NotGiven => {}
        }
    }

    /// Something was sent; `asks` where it is to be answered.
    pub(super) fn handle_said(&mut self, now: Instant, asks: bool) {
        self.said = now;
        if asks {
            self.asked = self.asked.or(Some(now));
        }
    }

    /// The server has promised pongs, and wants pings as often as this (RFC 5626 §5.4, RFC 6223 §4).
    pub(super) fn promised(&mut self, interval: Option<Duration>) {
        self.pongs = Pongs::Given;
        self.interval = interval.filter(|it| !it.is_zero()).unwrap_or(self.interval).min(self.interval);
    }

    /// Something has happened that sockets do not survive.
    pub(super) fn suspect(&mut self, now: Instant) -> Option<Probe> {
        let until = now + LEAST_PATIENCE;
        match &mut self.state {
            _ if self.interval.is_zero() => None,
            State::Quiet => Some(self.probe(State::Probing { until })),
            State::Probing { until: end } | State::LastChance { until: end } => {
                *end = until.min(*end);
                None
            }
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let due = match self.state {
            State::Quiet => {
                let silent = self.heard.min(self.said) + self.interval * self.part / 100;
                self.asked.map_or(silent, |asked| silent.min(asked + ANSWER))
            }
            State::Probing { until } | State::LastChance { until } => until,
        };
        (!self.interval.is_zero()).then_some(due)
    }

    /// The time has come to `now`.
    pub(super) fn handle_timeout(&mut self, now: Instant, entropy: &mut Entropy) -> Option<Verdict> {
        let due = self.deadline().filter(|due| *due <= now)?;
        let next = match self.state {
            State::Quiet => {
                self.part = part(entropy);
                let has_waited = self.asked.is_some_and(|asked| asked + ANSWER <= now);
                State::Probing { until: now + if has_waited { LESS_PATIENCE } else { PATIENCE } }
            }
            State::Probing { .. } if now.since(due) > LATE => {
                State::LastChance { until: now + LEAST_PATIENCE }
            }
            State::Probing { .. } | State::LastChance { .. } => return Some(Verdict::Dead),
        };
        Some(Verdict::Ask(self.probe(next)))
    }

    fn probe(&mut self, next: State) -> Probe {
        self.state = next;
        if matches!(self.pongs, Pongs::Asked { heard: Some(_) }) {
            self.pongs = Pongs::NotGiven;
        }
        let probe = Probe { ping: self.pongs != Pongs::NotGiven, options: self.pongs != Pongs::Given };
        if self.pongs == Pongs::Unknown {
            self.pongs = Pongs::Asked { heard: None };
        }
        probe
    }
}

/// So that a thousand phones that came at once do not all ping at once: 80 to 100 hundredths (RFC 5626 §4.4).
fn part(entropy: &mut Entropy) -> u32 {
    u32::try_from(entropy.between(80, 100)).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: Option<Verdict> = Some(Verdict::Ask(Probe { ping: true, options: false }));
    const OPTIONS: Option<Verdict> = Some(Verdict::Ask(Probe { ping: false, options: true }));
    const BOTH: Option<Verdict> = Some(Verdict::Ask(Probe { ping: true, options: true }));

    struct Socket {
        liveness: Liveness,
        entropy: Entropy,
        now: Instant,
    }

    impl Socket {
        fn open() -> Self {
            let (mut entropy, now) = (Entropy::from_seed([1; 32]), Instant::from_millis(50_000));
            Self { liveness: Liveness::new(now, Duration::from_secs(25), &mut entropy), entropy, now }
        }

        /// One that is known to answer pings.
        fn that_pongs() -> Self {
            let mut socket = Self::open();
            socket.next();
            socket.hears(true);
            socket
        }

        fn hears(&mut self, pong: bool) {
            self.liveness.handle_heard(self.now, pong);
        }

        /// Time passes up to the next deadline; the verdict, and after how many seconds.
        fn next(&mut self) -> (Option<Verdict>, u64) {
            let (due, from) = (self.liveness.deadline().unwrap(), self.now);
            self.now = self.now.max(due);
            let verdict = self.liveness.handle_timeout(self.now, &mut self.entropy);
            if let Some(Verdict::Ask(probe)) = verdict {
                self.liveness.handle_said(self.now, probe.options);
            }
            (verdict, self.now.since(from).as_secs())
        }
    }

    #[test]
    fn a_silent_socket_is_dead_ten_seconds_after_the_ping() {
        let mut socket = Socket::that_pongs();
        let (verdict, after) = socket.next();
        assert!(verdict == PING && (20..=25).contains(&after), "{after}");
        assert_eq!(socket.next(), (Some(Verdict::Dead), 10));
    }

    #[test]
    fn anything_heard_is_life() {
        for pong in [true, false] {
            let mut socket = Socket::that_pongs();
            socket.next();
            socket.hears(pong);
            let (verdict, after) = socket.next();
            assert!(verdict == PING && after >= 19, "{after}");
        }
    }

    #[test]
    fn what_the_server_makes_of_a_ping_is_found_out() {
        let mut socket = Socket::open();
        assert_eq!(socket.next().0, BOTH);
        socket.hears(false);
        assert_eq!(socket.next().0, OPTIONS, "an answer, and no pong for a whole interval");
        socket.hears(true);
        assert_eq!(socket.next().0, OPTIONS, "what comes without a ping is no pong");
        let mut socket = Socket::open();
        socket.next();
        socket.hears(false);
        socket.hears(true);
        assert_eq!(socket.next().0, PING, "the pong came behind the answer");
        let mut socket = Socket::open();
        socket.next();
        assert_eq!(socket.next().0, Some(Verdict::Dead), "both without an answer");
        let mut socket = Socket::open();
        socket.liveness.promised(None);
        assert_eq!(socket.next().0, PING, "promised is as good as given");
    }

    #[test]
    fn the_line_ends_of_a_server_that_pings_by_itself_are_no_pongs() {
        let mut socket = Socket::open();
        socket.hears(true);
        assert_eq!(socket.next().0, BOTH, "none was asked for");
        socket.hears(false);
        socket.now = socket.now + Duration::from_secs(2);
        socket.hears(true);
        for _ in 0..3 {
            assert_eq!(socket.next().0, OPTIONS, "nor was one any more");
            socket.hears(false);
            socket.hears(true);
        }
    }

    #[test]
    fn a_server_may_ask_for_more_pings_and_not_for_fewer() {
        for (asked, low, high) in [(Some(10), 8, 10), (Some(120), 20, 25), (Some(0), 20, 25), (None, 20, 25)]
        {
            let mut socket = Socket::open();
            socket.liveness.promised(asked.map(Duration::from_secs));
            let (verdict, after) = socket.next();
            assert!(verdict == PING && (low..=high).contains(&after), "{asked:?}: {after}");
        }
    }

    #[test]
    fn traffic_spares_the_ping_where_it_goes_both_ways() {
        let mut socket = Socket::that_pongs();
        socket.now = socket.now + Duration::from_secs(15);
        socket.hears(false);
        assert!(socket.next().1 <= 10, "nothing was said, and a router forgets");
        let mut socket = Socket::that_pongs();
        socket.now = socket.now + Duration::from_secs(15);
        socket.hears(false);
        socket.liveness.handle_said(socket.now, false);
        assert!(socket.next().1 >= 20);
    }

    #[test]
    fn a_request_without_an_answer_makes_suspicious() {
        let mut socket = Socket::that_pongs();
        socket.liveness.handle_said(socket.now, true);
        socket.now = socket.now + Duration::from_secs(1);
        socket.liveness.handle_said(socket.now, true);
        assert_eq!(socket.next(), (PING, 3), "the first one counts");
        assert_eq!(socket.next(), (Some(Verdict::Dead), 6));
        let mut socket = Socket::that_pongs();
        socket.liveness.handle_said(socket.now, true);
        socket.hears(false);
        assert!(socket.next().1 >= 20);
    }

    #[test]
    fn suspicion_asks_at_once_and_does_not_wait_long() {
        let mut socket = Socket::that_pongs();
        let probe = socket.liveness.suspect(socket.now);
        assert_eq!(probe, Some(Probe { ping: true, options: false }));
        socket.now = socket.now + Duration::from_secs(1);
        assert_eq!(socket.liveness.suspect(socket.now), None, "it is asked already");
        assert_eq!(socket.next(), (Some(Verdict::Dead), 2));
        let mut socket = Socket::that_pongs();
        socket.next();
        assert_eq!(socket.liveness.suspect(socket.now), None);
        assert_eq!(socket.next(), (Some(Verdict::Dead), 3));
    }

    #[test]
    fn who_was_not_there_to_hear_the_answer_asks_once_more() {
        let mut socket = Socket::that_pongs();
        socket.next();
        socket.now = socket.now + Duration::from_secs(3_600);
        assert_eq!(socket.next(), (PING, 0));
        assert_eq!(socket.next(), (Some(Verdict::Dead), 3));
        let mut socket = Socket::that_pongs();
        socket.next();
        socket.now = socket.now + Duration::from_secs(60);
        socket.next();
        socket.now = socket.now + Duration::from_secs(60);
        assert_eq!(socket.next(), (Some(Verdict::Dead), 0), "timers that are always late are no excuse");
    }

    #[test]
    fn an_interval_of_zero_asks_never() {
        let mut entropy = Entropy::from_seed([1; 32]);
        let mut liveness = Liveness::new(Instant::default(), Duration::ZERO, &mut entropy);
        liveness.promised(Some(Duration::from_secs(10)));
        liveness.handle_said(Instant::default(), true);
        assert_eq!((liveness.suspect(Instant::default()), liveness.deadline()), (None, None));
    }
}
