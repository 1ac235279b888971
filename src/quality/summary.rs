//! A whole call, from its samples.

use super::{Counters, Sample};

/// The least, the mean and the greatest of a value; NaN where no sample had it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Range {
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    sum: f64,
    count: f64,
}

impl Default for Range {
    fn default() -> Self {
        Self { min: f64::NAN, max: f64::NAN, sum: 0.0, count: 0.0 }
    }
}

impl Range {
    /// The mean.
    pub fn average(&self) -> f64 {
        self.sum / self.count
    }

    fn add(&mut self, value: f64) {
        if !value.is_nan() {
            // These two take a number before NaN.
            (self.min, self.max) = (self.min.min(value), self.max.max(value));
            self.sum += value;
            self.count += 1.0;
        }
    }
}

/// What a call was like.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Summary {
    /// When the first second ended, in milliseconds.
    pub start: f64,
    /// When the last one did.
    pub stop: f64,
    /// How many samples there were.
    pub samples: u32,
    /// Mean opinion score of the conversation.
    pub mos: Range,
    /// Mean opinion score of listening.
    pub mos_listening: Range,
    /// Milliseconds.
    pub round_trip: Range,
    /// Milliseconds.
    pub jitter: Range,
    /// Milliseconds.
    pub buffer_delay: Range,
    /// Bits per second.
    pub bitrate_received: Range,
    /// Bits per second.
    pub bitrate_sent: Range,
    /// The last counters: what was received, lost, discarded and sent in all.
    pub totals: Counters,
}

impl Summary {
    /// One more second.
    pub fn add(&mut self, sample: &Sample, counters: Counters) {
        if self.samples == 0 {
            self.start = sample.time;
        }
        self.stop = sample.time;
        self.samples = self.samples.saturating_add(1);
        self.totals = counters;
        for (range, value) in [
            (&mut self.mos, sample.mos),
            (&mut self.mos_listening, sample.mos_listening),
            (&mut self.round_trip, sample.round_trip),
            (&mut self.jitter, sample.jitter),
            (&mut self.buffer_delay, sample.buffer_delay),
            (&mut self.bitrate_received, sample.bitrate_received),
            (&mut self.bitrate_sent, sample.bitrate_sent),
        ] {
            range.add(value);
        }
    }

    /// The fraction of the far side's packets that never came, 0 to 1.
    pub fn loss(&self) -> f64 {
        // Duplicates make it negative.
        let lost = self.totals.packets_lost.clamp(0.0, f64::MAX);
        fraction(lost, self.totals.packets_received + lost)
    }

    /// The fraction of the far side's packets that came too late, 0 to 1.
    pub fn discarded(&self) -> f64 {
        fraction(self.totals.packets_discarded, self.totals.packets_received)
    }

    /// The fraction of our packets that the far side missed, 0 to 1.
    pub fn loss_sent(&self) -> f64 {
        fraction(self.totals.remote_lost, self.totals.packets_sent)
    }
}

fn fraction(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_the_mean_and_the_greatest() {
        let mut summary = Summary::default();
        for (time, mos) in [(1000.0, 4.0), (2000.0, f64::NAN), (3000.0, 3.0), (4000.0, 4.4)] {
            summary.add(&Sample { time, mos, ..Sample::UNKNOWN }, Counters::default());
        }
        let mos = summary.mos;
        assert_eq!((mos.min, mos.max), (3.0, 4.4));
        assert!((mos.average() - 3.8).abs() < 1e-9);
        assert_eq!((summary.start, summary.stop, summary.samples), (1000.0, 4000.0, 4));
        assert!(summary.jitter.average().is_nan() && summary.jitter.min.is_nan());
    }

    #[test]
    fn fractions_are_of_the_whole_call() {
        let mut summary = Summary::default();
        assert!(summary.loss().is_nan() && summary.discarded().is_nan() && summary.loss_sent().is_nan());
        summary.totals = Counters {
            packets_received: 900.0,
            packets_lost: 100.0,
            packets_discarded: 9.0,
            packets_sent: 1000.0,
            remote_lost: 20.0,
            ..Counters::default()
        };
        assert_eq!((summary.loss(), summary.discarded(), summary.loss_sent()), (0.1, 0.01, 0.02));
        summary.totals.packets_lost = -1.0;
        assert_eq!(summary.loss(), 0.0, "duplicates are no gain");
        summary.totals.packets_received = 0.0;
        assert!(summary.loss().is_nan());
    }
}
