//! When something stays bad, and when it is well again.
//!
//! | warning | value | bad above | good below |
//! |---|---|---|---|
//! | high loss | fraction of packets lost, either way | 0.03 | 0.01 |
//! | high jitter | milliseconds | 30 | 20 |
//! | high round trip | milliseconds | 400 | 300 |
//! | low MOS | mean opinion score | below 3.1 | above 3.6 |
//! | no audio received | seconds without a packet | 3 | 1 |
//! | no audio sent | seconds without a packet or without sound | 5 | 1 |
//! | ICE disconnected | 1 while it is | 0.5 | 0.5 |
//!
//! The first four are raised by three bad samples among the last five, and cleared by five good ones in a row; a sample
//! between the two limits is neither. The last three measure time or state themselves: one sample raises them, and one
//! clears them.
//!
//! 3.6 and 3.1 are the limits of "some users dissatisfied" and "many users dissatisfied" (G.107 annex B). 400 ms there and
//! back is 200 ms one way, from which G.114 has users notice.

use super::Sample;

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Warning {
    /// Packets are lost, on the way to us or to the far side.
    HighLoss,
    /// Packets come at uneven times.
    HighJitter,
    /// Packets take long.
    HighRoundTrip,
    /// The conversation is hard to follow.
    LowMos,
    /// The far side sends nothing, or nothing arrives.
    NoAudioReceived,
    /// We send nothing: the microphone is silent or gone.
    NoAudioSent,
    /// ICE has lost the far side.
    IceDisconnected,
}

impl Warning {
    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HighLoss => "highLoss",
            Self::HighJitter => "highJitter",
            Self::HighRoundTrip => "highRoundTrip",
            Self::LowMos => "lowMos",
            Self::NoAudioReceived => "noAudioReceived",
            Self::NoAudioSent => "noAudioSent",
            Self::IceDisconnected => "iceDisconnected",
        }
    }
}

struct Rule {
    warning: Warning,
    bad: f64,
    good: f64,
    /// How many bad samples among the last [`WINDOW`], and how many good ones in a row.
    needed: u32,
    calm: u32,
}

/// Where small values are the bad ones, all of the rule is negative.
const fn rule(warning: Warning, bad: f64, good: f64, needed: u32, calm: u32) -> Rule {
    Rule { warning, bad, good, needed, calm }
}

const RULES: [Rule; 7] = [
    rule(Warning::HighLoss, 0.03, 0.01, 3, 5),
    rule(Warning::HighJitter, 30.0, 20.0, 3, 5),
    rule(Warning::HighRoundTrip, 400.0, 300.0, 3, 5),
    rule(Warning::LowMos, -3.1, -3.6, 3, 5),
    rule(Warning::NoAudioReceived, 3.0, 1.0, 1, 1),
    rule(Warning::NoAudioSent, 5.0, 1.0, 1, 1),
    rule(Warning::IceDisconnected, 0.5, 0.5, 1, 1),
];

/// The samples that are looked back on, as bits.
const WINDOW: u8 = 0b1_1111;

#[derive(Clone, Copy, Default)]
struct Watch {
    /// The last samples, the newest lowest: 1 for a bad one.
    bad: u8,
    /// Good samples in a row.
    good: u32,
    raised: bool,
}

/// A warning came or went.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Change {
    /// Which one.
    pub warning: Warning,
    /// Whether it came.
    pub raised: bool,
    /// What was measured, in the unit of the table above.
    pub value: f64,
    /// The limit that it crossed.
    pub threshold: f64,
}

/// Watches one call.
#[derive(Default)]
pub struct Warnings([Watch; RULES.len()]);

impl Warnings {
    /// Looks at one more sample. `connected` is false while ICE has lost the far side.
    pub fn judge(&mut self, sample: &Sample, connected: bool) -> Vec<Change> {
        let values = [
            sample.loss.max(sample.loss_sent), // the one that is known, where it is one
            sample.jitter,
            sample.round_trip,
            -sample.mos,
            sample.deaf,
            sample.dumb,
            f64::from(u8::from(!connected)),
        ];
        let watched = RULES.iter().zip(&mut self.0).zip(values);
        watched.filter_map(|((rule, watch), value)| watch.judge(rule, value)).collect()
    }

    /// Whether this one stands now.
    pub fn stands(&self, warning: Warning) -> bool {
        RULES.iter().zip(&self.0).any(|(rule, watch)| rule.warning == warning && watch.raised)
    }
}

impl Watch {
    fn judge(&mut self, rule: &Rule, value: f64) -> Option<Change> {
        if value.is_nan() {
            return None;
        }
        let is_bad = value > rule.bad;
        self.bad = (self.bad << 1 | u8::from(is_bad)) & WINDOW;
        self.good = if value < rule.good { self.good + 1 } else { 0 };
        let turns =
            if self.raised { self.good >= rule.calm } else { is_bad && self.bad.count_ones() >= rule.needed };
        if !turns {
            return None;
        }
        let threshold = if self.raised { rule.good } else { rule.bad };
        *self = Self { raised: !self.raised, ..Self::default() };
        Some(Change {
            warning: rule.warning,
            raised: self.raised,
            value: value.abs(),
            threshold: threshold.abs(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jitter(jitter: f64) -> Sample {
        Sample { jitter, ..Sample::UNKNOWN }
    }

    /// What came (`+`) and went (`-`) at each sample.
    fn course(samples: impl IntoIterator<Item = Sample>) -> Vec<String> {
        let mut warnings = Warnings::default();
        let told = |changes: Vec<Change>| {
            let told =
                changes.iter().map(|it| [if it.raised { "+" } else { "-" }, it.warning.name()].concat());
            told.collect::<String>()
        };
        samples.into_iter().map(|sample| told(warnings.judge(&sample, true))).collect()
    }

    #[test]
    fn three_bad_samples_of_five_raise_it_and_five_good_ones_clear_it() {
        let told = course([31.0, 10.0, 31.0, 10.0, 31.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0].map(jitter));
        assert_eq!(told[4], "+highJitter");
        assert_eq!(told[9], "-highJitter");
        assert_eq!(told.concat(), "+highJitter-highJitter");
    }

    #[test]
    fn single_spikes_and_the_space_between_the_limits_change_nothing() {
        assert_eq!(course([50.0, 1.0, 1.0, 50.0, 1.0, 1.0, 50.0].map(jitter)).concat(), "");
        assert_eq!(course([30.0; 9].map(jitter)).concat(), "", "at the limit is not above it");
        let hover = [31.0, 31.0, 31.0, 25.0, 25.0, 25.0, 25.0, 25.0, 25.0, 25.0];
        assert_eq!(course(hover.map(jitter)).concat(), "+highJitter");
        let relapse = [31.0, 31.0, 31.0, 1.0, 1.0, 1.0, 1.0, 25.0, 1.0, 1.0, 1.0, 1.0];
        assert_eq!(course(relapse.map(jitter)).concat(), "+highJitter");
    }

    #[test]
    fn each_value_has_its_warning() {
        let three = |sample: Sample| course([sample; 3]).concat();
        assert_eq!(three(Sample { loss: 0.04, ..Sample::UNKNOWN }), "+highLoss");
        assert_eq!(three(Sample { loss: 0.0, loss_sent: 0.04, ..Sample::UNKNOWN }), "+highLoss");
        assert_eq!(three(Sample { round_trip: 401.0, ..Sample::UNKNOWN }), "+highRoundTrip");
        assert_eq!(three(Sample { mos: 3.0, ..Sample::UNKNOWN }), "+lowMos");
        assert_eq!(three(Sample { mos: 3.2, ..Sample::UNKNOWN }), "");
        assert_eq!(three(Sample::UNKNOWN), "", "what is not known is no trouble");
    }

    #[test]
    fn a_change_says_what_was_measured_and_the_limit() {
        let mut warnings = Warnings::default();
        let poor = Sample { mos: 2.5, ..Sample::UNKNOWN };
        warnings.judge(&poor, true);
        warnings.judge(&poor, true);
        let change = Change { warning: Warning::LowMos, raised: true, value: 2.5, threshold: 3.1 };
        assert_eq!(warnings.judge(&poor, true), [change]);
        assert!(warnings.stands(Warning::LowMos));
        let fine = Sample { mos: 4.0, ..Sample::UNKNOWN };
        let changes: Vec<_> = (0..5).flat_map(|_| warnings.judge(&fine, true)).collect();
        assert_eq!(changes, [Change { warning: Warning::LowMos, raised: false, value: 4.0, threshold: 3.6 }]);
        assert!(!warnings.stands(Warning::LowMos));
    }

    #[test]
    fn lost_audio_and_a_lost_path_are_told_at_once_and_so_is_their_return() {
        let deaf = |seconds| Sample { deaf: seconds, ..Sample::UNKNOWN };
        let told = course([1.0, 2.0, 3.0, 4.0, 5.0, 0.0].map(deaf));
        assert_eq!(told, ["", "", "", "+noAudioReceived", "", "-noAudioReceived"]);
        let dumb = |seconds| Sample { dumb: seconds, ..Sample::UNKNOWN };
        assert_eq!(course([5.0, 6.0, 0.0].map(dumb)), ["", "+noAudioSent", "-noAudioSent"]);

        let mut warnings = Warnings::default();
        let mut raised = |connected| warnings.judge(&Sample::UNKNOWN, connected).first().map(|it| it.raised);
        assert_eq!(
            [raised(true), raised(false), raised(false), raised(true)],
            [None, Some(true), None, Some(false)]
        );
    }
}
