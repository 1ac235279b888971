//! A sine in G.711, twenty milliseconds a packet.

use std::{f64::consts::TAU, time::Duration, time::Instant};

use super::g711::{self, SAMPLE_RATE};

/// Samples a packet: the usual 20 ms (RFC 3551 §4.2).
const FRAME: u32 = 160;
const FRAME_TIME: Duration = Duration::from_millis(20);
/// Half of full scale leaves room for whatever is mixed in.
const AMPLITUDE: f64 = i16::MAX as f64 / 2.0;
/// How many packets a late clock may make up for at once; beyond it there is a gap, as after a hold.
const CATCH_UP: u32 = 5;

/// The companding law that was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Law {
    Mu,
    A,
}

/// One packet's worth.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) sequence: u64,
    pub(super) timestamp: u32,
    pub(super) payload: Vec<u8>,
}

/// The oscillator. Its RTP timestamp is its phase, so a gap does not bend the sine.
pub(super) struct Tone {
    hertz: u16,
    sequence: u64,
    timestamp: u32,
    due: Instant,
}

impl Tone {
    pub(super) fn new(hertz: u16, start: Instant) -> Self {
        Self { hertz, sequence: 0, timestamp: 0, due: start }
    }

    /// Its frequency.
    pub(super) fn hertz(&self) -> u16 {
        self.hertz
    }

    /// When the next frame is due.
    pub(super) fn poll_timeout(&self) -> Instant {
        self.due
    }

    /// The next frame, once it is due. Time that nobody asked for passes in silence.
    pub(super) fn poll_frame(&mut self, now: Instant, law: Law) -> Option<Frame> {
        let late = now.checked_duration_since(self.due)?;
        let frames = u32::try_from(late.as_millis() / FRAME_TIME.as_millis()).unwrap_or(u32::MAX);
        if frames > CATCH_UP {
            self.skip(frames);
        }
        let frame = Frame { sequence: self.sequence, timestamp: self.timestamp, payload: self.samples(law) };
        self.sequence += 1;
        self.skip(1);
        Some(frame)
    }

    fn skip(&mut self, frames: u32) {
        self.timestamp = self.timestamp.wrapping_add(frames.wrapping_mul(FRAME));
        self.due += FRAME_TIME * frames;
    }

    fn samples(&self, law: Law) -> Vec<u8> {
        let companded = match law {
            Law::Mu => g711::mu_law,
            Law::A => g711::a_law,
        };
        // A whole number of hertz comes round every second, so the phase needs no more than that.
        let sample = |n: u32| {
            let second = f64::from(self.timestamp.wrapping_add(n) % SAMPLE_RATE) / f64::from(SAMPLE_RATE);
            (AMPLITUDE * (TAU * f64::from(self.hertz) * second).sin()) as i16
        };
        (0..FRAME).map(|n| companded(sample(n))).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::media::g711::tests::{from_a_law, from_mu_law};

    /// The amplitude of one frequency in samples at 8 kHz (the Goertzel recurrence), as a share of full scale.
    pub(in crate::media) fn level(samples: &[i16], hertz: f64) -> f64 {
        let turn = TAU * hertz / f64::from(SAMPLE_RATE);
        let (mut last, mut before) = (0.0, 0.0);
        for sample in samples {
            (last, before) = (f64::from(*sample) + 2.0 * turn.cos() * last - before, last);
        }
        let power = last * last + before * before - 2.0 * turn.cos() * last * before;
        2.0 * power.sqrt() / samples.len() as f64 / f64::from(i16::MAX)
    }

    #[test]
    fn both_laws_carry_a_clean_sine_of_half_scale() {
        for (law, decoded) in [(Law::Mu, from_mu_law as fn(u8) -> i16), (Law::A, from_a_law)] {
            let start = Instant::now();
            let mut tone = Tone::new(700, start);
            let samples: Vec<i16> = (0..50)
                .filter_map(|n| tone.poll_frame(start + FRAME_TIME * n, law))
                .flat_map(|frame| frame.payload)
                .map(decoded)
                .collect();
            assert_eq!(samples.len(), 8000);
            assert!((level(&samples, 700.0) - 0.5).abs() < 0.01, "{}", level(&samples, 700.0));
            assert!(level(&samples, 1400.0) < 0.01);
        }
    }

    #[test]
    fn frames_come_when_due_and_number_on() {
        let start = Instant::now();
        let mut tone = Tone::new(700, start);
        let mut at = |ms| {
            tone.poll_frame(start + Duration::from_millis(ms), Law::Mu).map(|f| (f.sequence, f.timestamp))
        };
        assert_eq!(at(0), Some((0, 0)));
        assert_eq!(at(19), None);
        assert_eq!(at(45), Some((1, 160)));
        assert_eq!(at(45), Some((2, 320)));
        assert_eq!(at(45), None);
    }

    #[test]
    fn after_a_hold_the_time_has_gone_on_and_the_sequence_has_no_hole() {
        let start = Instant::now();
        let mut tone = Tone::new(700, start);
        tone.poll_frame(start, Law::Mu).unwrap();
        let resumed = tone.poll_frame(start + Duration::from_secs(60), Law::Mu).unwrap();
        assert_eq!((resumed.sequence, resumed.timestamp), (1, 60 * SAMPLE_RATE));
        assert_eq!(tone.poll_timeout(), start + Duration::from_millis(60_020));
    }
}
