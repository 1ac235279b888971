//! Where an echoed packet stands in the stream that goes back.
//!
//! The way back has one SSRC for the whole call, while the far side may change its own in the middle (a new track, an
//! SSRC collision; RFC 3550 §8). Sequence numbers that jumped back would put the receiver's SRTP rollover counter
//! out of step for good (RFC 3711 §3.3.1), so a new source is shifted to go on where the old one stopped.

use std::time::Instant;

/// What the echo needs to know of a packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) ssrc: u32,
    /// Extended by the rollover counter.
    pub(super) sequence: u64,
    pub(super) timestamp: u32,
    /// Of the timestamp, in hertz.
    pub(super) clock_rate: u32,
    pub(super) at: Instant,
}

/// The place of a packet in the outgoing stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) sequence: u64,
    pub(super) timestamp: u32,
}

/// The source that speaks now, and the newest packet sent back.
#[derive(Default)]
pub(super) struct Echo {
    source: Option<Source>,
}

struct Source {
    first: Arrival,
    /// Where its first packet went.
    start: Place,
    newest: Place,
    newest_at: Instant,
}

impl Echo {
    /// The place of the packet; `None` for one from before its source's first.
    pub(super) fn place(&mut self, arrival: Arrival) -> Option<Place> {
        let source = match &mut self.source {
            Some(source) if source.first.ssrc == arrival.ssrc => source,
            other => {
                let start = match other {
                    Some(old) => old.followed_by(&arrival),
                    None => Place { sequence: arrival.sequence, timestamp: arrival.timestamp },
                };
                other.insert(Source { first: arrival, start, newest: start, newest_at: arrival.at })
            }
        };
        let place = Place {
            sequence: source.start.sequence + arrival.sequence.checked_sub(source.first.sequence)?,
            timestamp: arrival
                .timestamp
                .wrapping_sub(source.first.timestamp)
                .wrapping_add(source.start.timestamp),
        };
        if place.sequence > source.newest.sequence {
            source.newest = place;
            source.newest_at = arrival.at;
        }
        Some(place)
    }
}

impl Source {
    /// Where another source goes on: the next number, and as much later as it arrives later.
    fn followed_by(&self, arrival: &Arrival) -> Place {
        let silence = arrival.at.saturating_duration_since(self.newest_at).as_millis();
        let ticks = silence * u128::from(arrival.clock_rate) / 1000;
        Place {
            sequence: self.newest.sequence + 1,
            timestamp: self.newest.timestamp.wrapping_add(ticks as u32),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn one_source_keeps_its_numbers_holes_and_swaps_included() {
        let mut echo = Echo::default();
        let at = Instant::now();
        for sequence in [65_530, 65_532, 65_531, 65_537] {
            let arrival =
                Arrival { ssrc: 1, sequence, timestamp: sequence as u32 * 960, clock_rate: 48_000, at };
            assert_eq!(echo.place(arrival), Some(Place { sequence, timestamp: arrival.timestamp }));
        }
    }

    #[test]
    fn a_new_source_goes_on_where_the_old_one_stopped() {
        let mut echo = Echo::default();
        let at = Instant::now();
        let old = Arrival { ssrc: 1, sequence: 40_000, timestamp: u32::MAX - 100, clock_rate: 8000, at };
        echo.place(old);
        let new = Arrival { ssrc: 2, sequence: 7, timestamp: 5, at: at + Duration::from_millis(20), ..old };
        assert_eq!(echo.place(new), Some(Place { sequence: 40_001, timestamp: 59 }));
        let next = Arrival { sequence: 9, timestamp: 325, ..new };
        assert_eq!(echo.place(next), Some(Place { sequence: 40_003, timestamp: 379 }));
    }

    #[test]
    fn a_packet_from_before_its_source_began_is_left_out() {
        let mut echo = Echo::default();
        let first = Arrival { ssrc: 1, sequence: 0, timestamp: 0, clock_rate: 8000, at: Instant::now() };
        echo.place(first);
        echo.place(Arrival { ssrc: 2, sequence: 50, ..first });
        assert_eq!(echo.place(Arrival { ssrc: 2, sequence: 3, ..first }), None);
    }
}
