//! One second of a call, from two readings of the browser's counters (W3C webrtc-stats).

use super::Codec;
use super::mos::{rating, score};

/// A packet's worth of speech and the codec's look-ahead, in milliseconds: what is between a microphone and the wire,
/// at least.
const PACKET: f64 = 20.0;

/// What `getStats()` counts, since the beginning of the call unless said otherwise. NaN where a browser tells nothing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Counters {
    /// When, in milliseconds.
    pub time: f64,
    /// `inbound-rtp`: packets that arrived.
    pub packets_received: f64,
    /// `inbound-rtp`: packets that never did.
    pub packets_lost: f64,
    /// `inbound-rtp`: packets that came too late to be heard.
    pub packets_discarded: f64,
    /// `inbound-rtp`: bytes of payload.
    pub bytes_received: f64,
    /// `inbound-rtp`: interarrival jitter now (RFC 3550 §6.4.1), in seconds.
    pub jitter: f64,
    /// `inbound-rtp`: seconds that all samples together have waited in the jitter buffer.
    pub jitter_buffer_delay: f64,
    /// `inbound-rtp`: samples that have left the jitter buffer.
    pub jitter_buffer_emitted: f64,
    /// `inbound-rtp`: samples, heard or made up.
    pub samples_received: f64,
    /// `inbound-rtp`: samples that were made up.
    pub samples_concealed: f64,
    /// `inbound-rtp`: the energy heard.
    pub energy_received: f64,
    /// `inbound-rtp`: seconds of audio heard.
    pub duration_received: f64,
    /// `outbound-rtp`: packets sent.
    pub packets_sent: f64,
    /// `outbound-rtp`: bytes of payload.
    pub bytes_sent: f64,
    /// `media-source`: the energy of the microphone.
    pub energy_sent: f64,
    /// `media-source`: seconds of the microphone.
    pub duration_sent: f64,
    /// `media-source`: the level of the microphone now, 0 to 1.
    pub level_sent: f64,
    /// `remote-inbound-rtp` or the candidate pair: the last round trip, in seconds.
    pub round_trip: f64,
    /// `remote-inbound-rtp`: packets of ours that the far side missed.
    pub remote_lost: f64,
}

impl Counters {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self {
        time: 0.0,
        packets_received: f64::NAN,
        packets_lost: f64::NAN,
        packets_discarded: f64::NAN,
        bytes_received: f64::NAN,
        jitter: f64::NAN,
        jitter_buffer_delay: f64::NAN,
        jitter_buffer_emitted: f64::NAN,
        samples_received: f64::NAN,
        samples_concealed: f64::NAN,
        energy_received: f64::NAN,
        duration_received: f64::NAN,
        packets_sent: f64::NAN,
        bytes_sent: f64::NAN,
        energy_sent: f64::NAN,
        duration_sent: f64::NAN,
        level_sent: f64::NAN,
        round_trip: f64::NAN,
        remote_lost: f64::NAN,
    };
}

impl Default for Counters {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

/// What ought to flow. On hold, or muted, silence is no fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Audio of the far side's.
    pub receive: bool,
    /// Packets of ours.
    pub send: bool,
    /// Sound in them.
    pub sound: bool,
}

/// What a second was like. NaN where it cannot be known.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sample {
    /// When it ended, in milliseconds.
    pub time: f64,
    /// Mean opinion score of the conversation, 1 to 4.5; none while nothing arrives.
    pub mos: f64,
    /// The same of listening alone, for which delay does not matter.
    pub mos_listening: f64,
    /// Milliseconds.
    pub round_trip: f64,
    /// Milliseconds.
    pub jitter: f64,
    /// Milliseconds that audio waits in the jitter buffer.
    pub buffer_delay: f64,
    /// The fraction of the far side's packets that never came, 0 to 1.
    pub loss: f64,
    /// The fraction of the far side's packets that came too late, 0 to 1.
    pub discarded: f64,
    /// The fraction of our packets that the far side missed, 0 to 1.
    pub loss_sent: f64,
    /// The fraction of what was heard that was made up, 0 to 1.
    pub concealed: f64,
    /// Bits per second.
    pub bitrate_received: f64,
    /// Bits per second.
    pub bitrate_sent: f64,
    /// The effective level heard, 0 to 1.
    pub level_received: f64,
    /// The effective level of the microphone, 0 to 1.
    pub level_sent: f64,
    /// For how many seconds nothing has arrived that should have.
    pub deaf: f64,
    /// For how many seconds no sound has been sent that should have been.
    pub dumb: f64,
}

impl Sample {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self {
        time: 0.0,
        mos: f64::NAN,
        mos_listening: f64::NAN,
        round_trip: f64::NAN,
        jitter: f64::NAN,
        buffer_delay: f64::NAN,
        loss: f64::NAN,
        discarded: f64::NAN,
        loss_sent: f64::NAN,
        concealed: f64::NAN,
        bitrate_received: f64::NAN,
        bitrate_sent: f64::NAN,
        level_received: f64::NAN,
        level_sent: f64::NAN,
        deaf: 0.0,
        dumb: 0.0,
    };
}

/// A level below which a microphone is switched off rather than quiet: −80 dB of full scale.
const SILENCE: f64 = 1e-4;

/// Makes samples of one call.
pub struct Sampler {
    before: Counters,
    deaf: f64,
    dumb: f64,
    /// The last round trip that was told: the far side reports it every few seconds only.
    round_trip: f64,
}

impl Default for Sampler {
    fn default() -> Self {
        Self {
            before: Counters { time: f64::NAN, ..Counters::UNKNOWN },
            deaf: 0.0,
            dumb: 0.0,
            round_trip: f64::NAN,
        }
    }
}

impl Sampler {
    /// What has passed since the last reading; `None` for the first one, and where no time has passed.
    pub fn sample(&mut self, now: Counters, codec: Codec, wanted: Wanted) -> Option<Sample> {
        let before = core::mem::replace(&mut self.before, now);
        self.round_trip = or(now.round_trip, self.round_trip);
        let seconds = (now.time - before.time) / 1000.0;
        if seconds.is_nan() || seconds <= 0.0 {
            return None;
        }
        let received = grown(before.packets_received, now.packets_received);
        let sent = grown(before.packets_sent, now.packets_sent);
        // A packet that comes after it was given up makes this counter fall.
        let lost = at_least_none(change(before.packets_lost, now.packets_lost));
        let played = grown(before.samples_received, now.samples_received);
        let emitted = grown(before.jitter_buffer_emitted, now.jitter_buffer_emitted);
        let heard = grown(before.duration_received, now.duration_received);
        let spoken = grown(before.duration_sent, now.duration_sent);
        let mut sample = Sample {
            time: now.time,
            round_trip: self.round_trip * 1000.0,
            jitter: now.jitter * 1000.0,
            buffer_delay: ratio(grown(before.jitter_buffer_delay, now.jitter_buffer_delay), emitted) * 1000.0,
            loss: share(lost, received + lost),
            discarded: share(grown(before.packets_discarded, now.packets_discarded), received),
            loss_sent: share(grown(before.remote_lost, now.remote_lost), sent),
            concealed: share(grown(before.samples_concealed, now.samples_concealed), played),
            bitrate_received: grown(before.bytes_received, now.bytes_received) * 8.0 / seconds,
            bitrate_sent: grown(before.bytes_sent, now.bytes_sent) * 8.0 / seconds,
            // The effective level, as webrtc-stats has it at `totalAudioEnergy`.
            level_received: ratio(grown(before.energy_received, now.energy_received), heard).sqrt(),
            level_sent: or(ratio(grown(before.energy_sent, now.energy_sent), spoken).sqrt(), now.level_sent),
            ..Sample::UNKNOWN
        };
        if received > 0.0 {
            sample.rate(codec);
        }
        let is_deaf = wanted.receive && is_none(received);
        self.deaf = if is_deaf { self.deaf + seconds } else { 0.0 };
        let is_dumb = wanted.send && is_none(sent) || wanted.sound && sample.level_sent < SILENCE;
        self.dumb = if is_dumb { self.dumb + seconds } else { 0.0 };
        (sample.deaf, sample.dumb) = (self.deaf, self.dumb);
        Some(sample)
    }
}

impl Sample {
    fn rate(&mut self, codec: Codec) {
        let missed = or(self.loss, 0.0) + or(self.discarded, 0.0);
        // Half a round trip, the wait for the far side's packet, and that in our buffer: twice the jitter where it is
        // not told, which is what a jitter buffer aims at.
        let buffer = or(or(self.buffer_delay, 2.0 * self.jitter), 0.0);
        let delay = or(self.round_trip, 0.0) / 2.0 + PACKET + buffer;
        self.mos = score(rating(codec, delay, missed));
        self.mos_listening = score(rating(codec, 0.0, missed));
    }
}

/// Nothing is counted of a stream before its first packet.
const fn is_none(packets: f64) -> bool {
    packets.is_nan() || packets <= 0.0
}

/// The first that is known.
const fn or(a: f64, b: f64) -> f64 {
    if a.is_nan() { b } else { a }
}

/// A counter appears with its first value: in Firefox a report has it only once something was counted.
const fn change(before: f64, now: f64) -> f64 {
    now - or(before, 0.0)
}

/// A counter that falls began anew: nothing is known of this second.
const fn grown(before: f64, now: f64) -> f64 {
    let by = change(before, now);
    if by < 0.0 { f64::NAN } else { by }
}

// `max` and `min` would make something known of NaN.

const fn at_least_none(value: f64) -> f64 {
    if value < 0.0 { 0.0 } else { value }
}

/// A part of a whole, 0 to 1.
fn share(part: f64, whole: f64) -> f64 {
    let share = ratio(part, whole);
    if share > 1.0 { 1.0 } else { share }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TALK: Wanted = Wanted { receive: true, send: true, sound: true };

    /// A second of Opus after `second` seconds, 50 packets each, none lost.
    fn counters(second: f64) -> Counters {
        Counters {
            time: 5000.0 + second * 1000.0,
            packets_received: 50.0 * second,
            packets_lost: 0.0,
            packets_discarded: 0.0,
            bytes_received: 4000.0 * second,
            jitter: 0.004,
            jitter_buffer_delay: 48_000.0 * 0.06 * second,
            jitter_buffer_emitted: 48_000.0 * second,
            samples_received: 48_000.0 * second,
            samples_concealed: 480.0 * second,
            energy_received: 0.01 * second,
            duration_received: second,
            packets_sent: 50.0 * second,
            bytes_sent: 5000.0 * second,
            energy_sent: 0.04 * second,
            duration_sent: second,
            level_sent: f64::NAN,
            round_trip: 0.08,
            remote_lost: 0.0,
        }
    }

    fn next(sampler: &mut Sampler, counters: Counters) -> Sample {
        sampler.sample(counters, Codec::WIDEBAND, TALK).unwrap()
    }

    fn near(value: f64, wanted: f64) {
        assert!((value - wanted).abs() < 1e-9, "{value:?} is not {wanted}");
    }

    #[test]
    fn a_second_is_the_difference_of_two_readings() {
        let mut sampler = Sampler::default();
        assert_eq!(sampler.sample(counters(3.0), Codec::WIDEBAND, TALK), None);
        let sample = next(&mut sampler, counters(4.0));
        near(sample.bitrate_received, 32_000.0);
        near(sample.bitrate_sent, 40_000.0);
        near(sample.round_trip, 80.0);
        near(sample.jitter, 4.0);
        near(sample.buffer_delay, 60.0);
        near(sample.loss, 0.0);
        near(sample.concealed, 0.01);
        near(sample.level_received, 0.1);
        near(sample.level_sent, 0.2);
        near(sample.mos, score(rating(Codec::WIDEBAND, 120.0, 0.0)));
        near(sample.mos_listening, score(rating(Codec::WIDEBAND, 0.0, 0.0)));
        assert_eq!((sample.deaf, sample.dumb), (0.0, 0.0));
        assert_eq!(sampler.sample(counters(4.0), Codec::WIDEBAND, TALK), None, "no time has passed");
    }

    #[test]
    fn what_is_lost_or_late_is_not_heard() {
        let mut sampler = Sampler::default();
        sampler.sample(counters(1.0), Codec::WIDEBAND, TALK);
        let mut now = counters(2.0);
        now.packets_received = 50.0 + 40.0;
        now.packets_lost = 10.0;
        now.packets_discarded = 4.0;
        now.remote_lost = 5.0;
        let sample = next(&mut sampler, now);
        near(sample.loss, 0.2);
        near(sample.discarded, 0.1);
        near(sample.loss_sent, 0.1);
        near(sample.mos, score(rating(Codec::WIDEBAND, 120.0, 0.2 + 0.1)));
        // One of the lost arrives after all.
        let mut later = counters(3.0);
        later.packets_lost = 9.0;
        near(next(&mut sampler, later).loss, 0.0);
    }

    #[test]
    fn what_a_browser_does_not_tell_is_not_known() {
        let mut sampler = Sampler::default();
        let bare = |time| Counters {
            time,
            packets_received: time / 20.0,
            packets_sent: time / 20.0,
            ..Counters::UNKNOWN
        };
        sampler.sample(bare(1000.0), Codec::G711, TALK);
        let sample = next(&mut sampler, bare(2000.0));
        for unknown in
            [sample.loss, sample.jitter, sample.buffer_delay, sample.level_sent, sample.bitrate_sent]
        {
            assert!(unknown.is_nan());
        }
        near(sample.mos, score(rating(Codec::G711, PACKET, 0.0)));
        assert_eq!(sample.dumb, 0.0);
    }

    #[test]
    fn the_round_trip_holds_until_the_next_one_is_told() {
        let mut sampler = Sampler::default();
        sampler.sample(counters(1.0), Codec::WIDEBAND, TALK);
        let mut now = counters(2.0);
        now.round_trip = f64::NAN;
        near(next(&mut sampler, now).round_trip, 80.0);
    }

    #[test]
    fn silence_is_counted_while_there_should_be_sound() {
        let mut sampler = Sampler::default();
        sampler.sample(counters(1.0), Codec::WIDEBAND, TALK);
        let silent = |second: f64| Counters {
            time: 5000.0 + second * 1000.0,
            energy_sent: 0.04,
            duration_sent: second,
            ..counters(1.0)
        };
        for second in 2..6 {
            let sample = next(&mut sampler, silent(f64::from(second)));
            assert_eq!((sample.deaf, sample.dumb), (f64::from(second - 1), f64::from(second - 1)));
            assert!(sample.mos.is_nan(), "nothing was heard that could be rated");
        }
        // On hold, and muted.
        let hold = Wanted { receive: false, send: false, sound: false };
        let sample = sampler.sample(silent(6.0), Codec::WIDEBAND, hold).unwrap();
        assert_eq!((sample.deaf, sample.dumb), (0.0, 0.0));
    }

    #[test]
    fn what_never_came_is_missed_too() {
        // Browsers count nothing of a stream before its first packet.
        let mut sampler = Sampler::default();
        let never = |time| Counters { time, ..Counters::UNKNOWN };
        sampler.sample(never(1000.0), Codec::G711, TALK);
        let sample = next(&mut sampler, never(2500.0));
        assert_eq!((sample.deaf, sample.dumb), (1.5, 1.5));
    }

    #[test]
    fn a_silent_microphone_is_told_from_a_muted_one() {
        let mut sampler = Sampler::default();
        let quiet = |second| Counters { energy_sent: 0.0, ..counters(second) };
        sampler.sample(quiet(1.0), Codec::WIDEBAND, TALK);
        assert_eq!(next(&mut sampler, quiet(2.0)).dumb, 1.0);
        let muted = Wanted { sound: false, ..TALK };
        assert_eq!(sampler.sample(quiet(3.0), Codec::WIDEBAND, muted).unwrap().dumb, 0.0);
    }

    #[test]
    fn counters_that_begin_anew_make_no_nonsense() {
        let mut sampler = Sampler::default();
        sampler.sample(counters(100.0), Codec::WIDEBAND, TALK);
        let anew = Counters { time: counters(101.0).time, ..counters(1.0) };
        let sample = next(&mut sampler, anew);
        assert!(sample.bitrate_received.is_nan() && sample.level_sent.is_nan() && sample.mos.is_nan());
        near(
            next(&mut sampler, Counters { time: counters(102.0).time, ..counters(2.0) }).bitrate_received,
            32_000.0,
        );
    }
}
