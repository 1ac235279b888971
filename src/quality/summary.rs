//! A whole call, from its samples.

use super::{Counters, Sample};

/// The least, the mean and the greatest of a value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Range {
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    sum: f64,
    count: f64,
}

impl Range {
    /// The mean.
    pub fn average(&self) -> f64 {
        self.sum / self.count
    }

    fn add(range: &mut Option<Self>, value: Option<f64>) {
        let Some(value) = value else { return };
        let grown = range.map_or(Self { min: value, max: value, sum: value, count: 1.0 }, |range| Self {
            min: range.min.min(value),
            max: range.max.max(value),
            sum: range.sum + value,
            count: range.count + 1.0,
        });
        *range = Some(grown);
    }
}

/// What a call was like. A range is `None` where no sample had the value.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Summary {
    /// When the first second ended, in milliseconds.
    pub start: f64,
    /// When the last one did.
    pub stop: f64,
    /// How many samples there were.
    pub samples: u32,
    /// Mean opinion score of the conversation.
    pub mos: Option<Range>,
    /// Mean opinion score of listening.
    pub mos_listening: Option<Range>,
    /// Milliseconds.
    pub round_trip: Option<Range>,
    /// Milliseconds.
    pub jitter: Option<Range>,
    /// Milliseconds.
    pub buffer_delay: Option<Range>,
    /// Bits per second.
    pub bitrate_received: Option<Range>,
    /// Bits per second.
    pub bitrate_sent: Option<Range>,
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
            Range::add(range, value);
        }
    }

    /// The fraction of the far side's packets that never came, 0 to 1.
    pub fn loss(&self) -> Option<f64> {
        let lost = self.totals.packets_lost?.max(0.0);
        fraction(lost, self.totals.packets_received? + lost)
    }

    /// The fraction of the far side's packets that came too late, 0 to 1.
    pub fn discarded(&self) -> Option<f64> {
        fraction(self.totals.packets_discarded?, self.totals.packets_received?)
    }

    /// The fraction of our packets that the far side missed, 0 to 1.
    pub fn loss_sent(&self) -> Option<f64> {
        fraction(self.totals.remote_lost?.max(0.0), self.totals.packets_sent?)
    }
}

fn fraction(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| (part / whole).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_the_mean_and_the_greatest() {
        let mut summary = Summary::default();
        for (time, mos) in [(1000.0, Some(4.0)), (2000.0, None), (3000.0, Some(3.0)), (4000.0, Some(4.4))] {
            summary.add(&Sample { time, mos, ..Sample::default() }, Counters::default());
        }
        let mos = summary.mos.unwrap();
        assert_eq!((mos.min, mos.max), (3.0, 4.4));
        assert!((mos.average() - 3.8).abs() < 1e-9);
        assert_eq!((summary.start, summary.stop, summary.samples), (1000.0, 4000.0, 4));
        assert_eq!(summary.jitter, None);
    }

    #[test]
    fn fractions_are_of_the_whole_call() {
        let mut summary = Summary::default();
        assert_eq!((summary.loss(), summary.discarded(), summary.loss_sent()), (None, None, None));
        summary.totals = Counters {
            packets_received: Some(900.0),
            packets_lost: Some(100.0),
            packets_discarded: Some(9.0),
            packets_sent: Some(1000.0),
            remote_lost: Some(20.0),
            ..Counters::default()
        };
        assert_eq!(
            (summary.loss(), summary.discarded(), summary.loss_sent()),
            (Some(0.1), Some(0.01), Some(0.02))
        );
        summary.totals.packets_lost = Some(-1.0);
        assert_eq!(summary.loss(), Some(0.0), "duplicates are no gain");
        summary.totals.packets_received = Some(0.0);
        assert_eq!(summary.loss(), None);
    }
}
