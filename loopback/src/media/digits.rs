//! The DTMF digits in the telephone events of RFC 4733.
//!
//! An event is told by a row of packets with one timestamp and a duration that grows; the last one has the end bit and
//! comes three times (§2.5.1.4). Each event counts once, when it ends, however many of its packets are lost.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::{Digit, echo::Arrival};

/// The signs of the events 0 to 15 (RFC 4733 §3.2).
const SIGNS: &[u8; 16] = b"0123456789*#ABCD";
/// An event of which nothing is heard for so long has ended, and its end is lost (§2.5.2.2: three times the packets'
/// distance, which is 50 ms and less).
const SILENCE: Duration = Duration::from_millis(200);

/// Hears packets, tells digits.
#[derive(Default)]
pub(super) struct Digits {
    newest: Option<Event>,
    told: VecDeque<Digit>,
}

/// The newest event, also after its end, so that a packet that repeats it is known.
struct Event {
    ssrc: u32,
    code: u8,
    /// Where its newest segment begins (§2.5.1.3).
    timestamp: u32,
    /// What that segment lasts so far, in ticks of the clock.
    lasted: u16,
    /// What the segments before it lasted.
    before: u64,
    clock_rate: u32,
    /// When it counts as ended; `None` after its end.
    until: Option<Instant>,
}

/// What four bytes of a packet say (§2.3).
struct Report {
    code: u8,
    is_end: bool,
    duration: u16,
}

impl Digits {
    /// Takes a packet of events. It may hold several that follow each other (§2.5.1.5).
    pub(super) fn hear(&mut self, mut arrival: Arrival, payload: &[u8]) {
        let (reports, _) = payload.as_chunks();
        for &[code, flags, high, low] in reports {
            let duration = u16::from_be_bytes([high, low]);
            self.take(&arrival, &Report { code, is_end: flags & 0x80 != 0, duration });
            arrival.timestamp = arrival.timestamp.wrapping_add(duration.into());
        }
    }

    fn take(&mut self, arrival: &Arrival, report: &Report) {
        match &mut self.newest {
            Some(event) if event.ssrc == arrival.ssrc => {
                let later = arrival.timestamp.wrapping_sub(event.timestamp).cast_signed();
                if later < 0 {
                    return; // an event from before, again or late
                }
                if later > 0 && event.goes_on_with(arrival, report) {
                    event.before += u64::from(event.lasted);
                    event.timestamp = arrival.timestamp;
                    event.lasted = 0;
                } else if later > 0 {
                    self.begin(arrival, report);
                }
            }
            _ => self.begin(arrival, report),
        }
        if let Some(event) = &mut self.newest
            && event.until.is_some()
        {
            event.lasted = event.lasted.max(report.duration);
            event.until = Some(arrival.at + SILENCE);
        }
        if report.is_end {
            self.end();
        }
    }

    fn begin(&mut self, arrival: &Arrival, report: &Report) {
        self.end();
        self.newest = Some(Event {
            ssrc: arrival.ssrc,
            code: report.code,
            timestamp: arrival.timestamp,
            lasted: 0,
            before: 0,
            clock_rate: arrival.clock_rate,
            until: Some(arrival.at + SILENCE),
        });
    }

    /// Ends the event that goes on, if one does. What is no DTMF is not told.
    fn end(&mut self) {
        let Some(event) = &mut self.newest else { return };
        if event.until.take().is_some()
            && let Some(sign) = SIGNS.get(usize::from(event.code))
        {
            let ticks = event.before + u64::from(event.lasted);
            let millis = ticks.saturating_mul(1000) / u64::from(event.clock_rate.max(1));
            self.told.push_back(Digit { sign: (*sign).into(), lasted: Duration::from_millis(millis) });
        }
    }

    /// The next digit that ended.
    pub(super) fn poll(&mut self) -> Option<Digit> {
        self.told.pop_front()
    }

    /// When an event counts as ended of which nothing more is heard.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.newest.as_ref()?.until
    }

    /// Takes the time.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        if self.poll_timeout().is_some_and(|until| until <= now) {
            self.end();
        }
    }
}

impl Event {
    /// Whether the report is of the next segment of this event: it begins where the longest possible one ends.
    fn goes_on_with(&self, arrival: &Arrival, report: &Report) -> bool {
        self.until.is_some()
            && self.code == report.code
            && arrival.timestamp == self.timestamp.wrapping_add(u16::MAX.into())
            && self.lasted == u16::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: u8 = 0x80;

    /// A listener, and the time.
    struct Ear {
        digits: Digits,
        start: Instant,
        ms: u64,
    }

    impl Ear {
        fn new() -> Self {
            Self { digits: Digits::default(), start: Instant::now(), ms: 0 }
        }

        /// A packet every 20 ms, at 8 kHz.
        fn packet(&mut self, timestamp: u32, payload: &[u8]) {
            self.packet_of(1, 8000, timestamp, payload);
        }

        fn packet_of(&mut self, ssrc: u32, clock_rate: u32, timestamp: u32, payload: &[u8]) {
            self.ms += 20;
            let at = self.start + Duration::from_millis(self.ms);
            self.digits.handle_timeout(at);
            self.digits.hear(Arrival { ssrc, sequence: self.ms, timestamp, clock_rate, at }, payload);
        }

        /// What was told since the last time: signs and milliseconds.
        fn told(&mut self) -> Vec<(char, u128)> {
            std::iter::from_fn(|| self.digits.poll()).map(|it| (it.sign, it.lasted.as_millis())).collect()
        }
    }

    /// Four bytes with a volume of -10 dBm0.
    fn report(code: u8, flags: u8, duration: u16) -> [u8; 4] {
        let [high, low] = duration.to_be_bytes();
        [code, flags | 10, high, low]
    }

    #[test]
    fn an_event_is_told_once_when_it_ends() {
        let mut ear = Ear::new();
        for duration in [160, 320, 480, 640] {
            ear.packet(1000, &report(11, 0, duration));
        }
        assert_eq!(ear.told(), []);
        ear.packet(1000, &report(11, END, 800));
        assert_eq!(ear.told(), [('#', 100)]);
        ear.packet(1000, &report(11, END, 800));
        ear.packet(1000, &report(11, END, 800));
        assert_eq!(ear.told(), []);
        assert_eq!(ear.digits.poll_timeout(), None);
    }

    #[test]
    fn every_sign_has_its_event_and_others_are_not_told() {
        let mut ear = Ear::new();
        for code in 0..=255 {
            ear.packet(1000 * u32::from(code), &report(code, END, 400));
        }
        let signs: String = ear.told().into_iter().map(|(sign, _)| sign).collect();
        assert_eq!(signs, "0123456789*#ABCD");
    }

    #[test]
    fn a_digit_that_comes_twice_is_two() {
        let mut ear = Ear::new();
        for timestamp in [u32::MAX - 500, 1500] {
            ear.packet(timestamp, &report(5, 0, 160));
            ear.packet(timestamp, &report(5, END, 320));
        }
        assert_eq!(ear.told(), [('5', 40), ('5', 40)]);
    }

    #[test]
    fn an_event_whose_end_is_lost_ends_with_the_next_or_with_silence() {
        let mut ear = Ear::new();
        ear.packet(1000, &report(1, 0, 160));
        ear.packet(3000, &report(2, 0, 160));
        assert_eq!(ear.told(), [('1', 20)]);
        let heard = ear.start + Duration::from_millis(ear.ms);
        assert_eq!(ear.digits.poll_timeout(), Some(heard + SILENCE));
        ear.digits.handle_timeout(heard + SILENCE - Duration::from_millis(1));
        assert_eq!(ear.told(), []);
        ear.digits.handle_timeout(heard + SILENCE);
        assert_eq!(ear.told(), [('2', 20)]);
        // Its end comes after all.
        ear.packet(3000, &report(2, END, 800));
        assert_eq!(ear.told(), []);
    }

    #[test]
    fn the_end_alone_is_enough() {
        let mut ear = Ear::new();
        ear.packet(1000, &report(7, END, 800));
        assert_eq!(ear.told(), [('7', 100)]);
    }

    #[test]
    fn packets_out_of_order_change_nothing() {
        let mut ear = Ear::new();
        ear.packet(1000, &report(1, 0, 320));
        ear.packet(1000, &report(1, 0, 160));
        ear.packet(3000, &report(2, 0, 160));
        ear.packet(1000, &report(1, END, 480));
        ear.packet(3000, &report(2, END, 320));
        ear.packet(3000, &report(2, 0, 160));
        assert_eq!(ear.told(), [('1', 40), ('2', 40)]);
    }

    #[test]
    fn a_long_event_in_segments_is_one() {
        let mut ear = Ear::new();
        ear.packet(1000, &report(9, 0, u16::MAX));
        ear.packet(1000 + 65_535, &report(9, 0, 160));
        ear.packet(1000 + 65_535, &report(9, END, 465));
        assert_eq!(ear.told(), [('9', 8250)]);
    }

    #[test]
    fn a_packet_may_hold_several_events() {
        let mut ear = Ear::new();
        let both = [report(1, END, 400), report(2, END, 400)].concat();
        ear.packet(1000, &both);
        ear.packet(1000, &both);
        assert_eq!(ear.told(), [('1', 50), ('2', 50)]);
    }

    #[test]
    fn the_clock_is_that_of_the_events() {
        let mut ear = Ear::new();
        ear.packet_of(1, 48_000, 1000, &report(1, END, 4800));
        assert_eq!(ear.told(), [('1', 100)]);
    }

    #[test]
    fn another_source_has_its_own_timestamps() {
        let mut ear = Ear::new();
        ear.packet_of(1, 8000, 90_000, &report(1, END, 400));
        ear.packet_of(2, 8000, 1000, &report(1, END, 400));
        assert_eq!(ear.told(), [('1', 50), ('1', 50)]);
    }

    #[test]
    fn what_is_too_short_is_ignored() {
        let mut ear = Ear::new();
        ear.packet(1000, &[]);
        ear.packet(1000, &[1, END, 0]);
        assert_eq!(ear.told(), []);
    }
}
