//! One second of a call, from two readings of the browser's counters (W3C webrtc-stats).

use super::Codec;
use super::mos::{rating, score};

/// A packet's worth of speech and the codec's look-ahead, in milliseconds: what is between a microphone and the wire,
/// at least.
const PACKET: f64 = 20.0;

/// What `getStats()` counts, since the beginning of the call unless said otherwise. `None` where a browser tells nothing.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Counters {
    /// When, in milliseconds.
    pub time: f64,
    /// `inbound-rtp`: packets that arrived.
    pub packets_received: Option<f64>,
    /// `inbound-rtp`: packets that never did.
    pub packets_lost: Option<f64>,
    /// `inbound-rtp`: packets that came too late to be heard.
    pub packets_discarded: Option<f64>,
    /// `inbound-rtp`: bytes of payload.
    pub bytes_received: Option<f64>,
    /// `inbound-rtp`: interarrival jitter now (RFC 3550 §6.4.1), in seconds.
    pub jitter: Option<f64>,
    /// `inbound-rtp`: seconds that all samples together have waited in the jitter buffer.
    pub jitter_buffer_delay: Option<f64>,
    /// `inbound-rtp`: samples that have left the jitter buffer.
    pub jitter_buffer_emitted: Option<f64>,
    /// `inbound-rtp`: samples, heard or made up.
    pub samples_received: Option<f64>,
    /// `inbound-rtp`: samples that were made up.
    pub samples_concealed: Option<f64>,
    /// `inbound-rtp`: the energy heard.
    pub energy_received: Option<f64>,
    /// `inbound-rtp`: seconds of audio heard.
    pub duration_received: Option<f64>,
    /// `outbound-rtp`: packets sent.
    pub packets_sent: Option<f64>,
    /// `outbound-rtp`: bytes of payload.
    pub bytes_sent: Option<f64>,
    /// `media-source`: the energy of the microphone.
    pub energy_sent: Option<f64>,
    /// `media-source`: seconds of the microphone.
    pub duration_sent: Option<f64>,
    /// `media-source`: the level of the microphone now, 0 to 1.
    pub level_sent: Option<f64>,
    /// `remote-inbound-rtp` or the candidate pair: the last round trip, in seconds.
    pub round_trip: Option<f64>,
    /// `remote-inbound-rtp`: packets of ours that the far side missed.
    pub remote_lost: Option<f64>,
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

/// What a second was like. `None` where it cannot be known.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Sample {
    /// When it ended, in milliseconds.
    pub time: f64,
    /// Mean opinion score of the conversation, 1 to 4.5; none while nothing arrives.
    pub mos: Option<f64>,
    /// The same of listening alone, for which delay does not matter.
    pub mos_listening: Option<f64>,
    /// Milliseconds.
    pub round_trip: Option<f64>,
    /// Milliseconds.
    pub jitter: Option<f64>,
    /// Milliseconds that audio waits in the jitter buffer.
    pub buffer_delay: Option<f64>,
    /// The fraction of the far side's packets that never came, 0 to 1.
    pub loss: Option<f64>,
    /// The fraction of the far side's packets that came too late, 0 to 1.
    pub discarded: Option<f64>,
    /// The fraction of our packets that the far side missed, 0 to 1.
    pub loss_sent: Option<f64>,
    /// The fraction of what was heard that was made up, 0 to 1.
    pub concealed: Option<f64>,
    /// Bits per second.
    pub bitrate_received: Option<f64>,
    /// Bits per second.
    pub bitrate_sent: Option<f64>,
    /// The effective level heard, 0 to 1.
    pub level_received: Option<f64>,
    /// The effective level of the microphone, 0 to 1.
    pub level_sent: Option<f64>,
    /// For how many seconds nothing has arrived that should have.
    pub deaf: f64,
    /// For how many seconds no sound has been sent that should have been.
    pub dumb: f64,
}

/// A level below which a microphone is switched off rather than quiet: −80 dB of full scale.
const SILENCE: f64 = 1e-4;

/// Makes samples of one call.
#[derive(Default)]
pub struct Sampler {
    before: Option<Counters>,
    deaf: f64,
    dumb: f64,
    /// The last round trip that was told: the far side reports it every few seconds only.
    round_trip: Option<f64>,
}

impl Sampler {
    /// What has passed since the last reading; `None` for the first one, and where no time has passed.
    pub fn sample(&mut self, counters: Counters, codec: Codec, wanted: Wanted) -> Option<Sample> {
        self.round_trip = counters.round_trip.or(self.round_trip);
        let before = self.before.replace(counters)?;
        let seconds = (counters.time - before.time) / 1000.0;
        if seconds <= 0.0 {
            return None;
        }
        // A counter that falls began anew: nothing is known of this second.
        let grown = |of: fn(&Counters) -> Option<f64>| grown(of(&before), of(&counters));
        let received = grown(|it| it.packets_received);
        let sent = grown(|it| it.packets_sent);

        let mut sample = Sample {
            time: counters.time,
            round_trip: milliseconds(self.round_trip),
            jitter: milliseconds(counters.jitter),
            concealed: share(grown(|it| it.samples_concealed), grown(|it| it.samples_received)),
            buffer_delay: milliseconds(share_of_any(
                grown(|it| it.jitter_buffer_delay),
                grown(|it| it.jitter_buffer_emitted),
            )),
            bitrate_received: rate(grown(|it| it.bytes_received), seconds),
            bitrate_sent: rate(grown(|it| it.bytes_sent), seconds),
            level_received: level(grown(|it| it.energy_received), grown(|it| it.duration_received)),
            level_sent: level(grown(|it| it.energy_sent), grown(|it| it.duration_sent))
                .or(counters.level_sent),
            ..Sample::default()
        };
        // A packet that comes after it was given up makes this counter fall.
        let lost = change(before.packets_lost, counters.packets_lost).map(|lost| lost.max(0.0));
        let expected = sum(received, lost);
        sample.loss = share(lost, expected);
        sample.discarded = share(grown(|it| it.packets_discarded), received);
        sample.loss_sent = share(grown(|it| it.remote_lost), sent);
        if received.is_some_and(|received| received > 0.0) {
            rate_conversation(&mut sample, codec);
        }

        let arrived = received.is_none_or(|received| received > 0.0);
        self.deaf = if wanted.receive && !arrived { self.deaf + seconds } else { 0.0 };
        let left = sent.is_none_or(|sent| sent > 0.0);
        let silent = sample.level_sent.is_some_and(|level| level < SILENCE);
        let is_dumb = wanted.send && !left || wanted.sound && silent;
        self.dumb = if is_dumb { self.dumb + seconds } else { 0.0 };
        sample.deaf = self.deaf;
        sample.dumb = self.dumb;
        Some(sample)
    }
}

fn rate_conversation(sample: &mut Sample, codec: Codec) {
    let missed = sample.loss.unwrap_or(0.0) + sample.discarded.unwrap_or(0.0);
    // Half a round trip there, the wait in the far side's packet, and in our buffer: twice the jitter where it is not
    // told, which is what a jitter buffer aims at.
    let buffer = sample.buffer_delay.or(sample.jitter.map(|jitter| 2.0 * jitter)).unwrap_or(0.0);
    let delay = sample.round_trip.unwrap_or(0.0) / 2.0 + PACKET + buffer;
    sample.mos = Some(score(rating(codec, delay, missed)));
    sample.mos_listening = Some(score(rating(codec, 0.0, missed)));
}

fn change(before: Option<f64>, now: Option<f64>) -> Option<f64> {
    // A counter appears with its first value: in Firefox a report has it only once something was counted.
    Some(now? - before.unwrap_or(0.0))
}

fn grown(before: Option<f64>, now: Option<f64>) -> Option<f64> {
    change(before, now).filter(|by| *by >= 0.0)
}

fn sum(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    Some(a? + b?)
}

/// A part of a whole, 0 to 1.
fn share(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    share_of_any(part, whole).map(|share| share.min(1.0))
}

fn share_of_any(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    let whole = whole.filter(|whole| *whole > 0.0)?;
    Some(part? / whole)
}

fn milliseconds(seconds: Option<f64>) -> Option<f64> {
    seconds.map(|seconds| seconds * 1000.0)
}

fn rate(bytes: Option<f64>, seconds: f64) -> Option<f64> {
    bytes.map(|bytes| bytes * 8.0 / seconds)
}

/// The effective level (webrtc-stats `totalAudioEnergy`).
fn level(energy: Option<f64>, duration: Option<f64>) -> Option<f64> {
    share_of_any(energy, duration).map(f64::sqrt)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TALK: Wanted = Wanted { receive: true, send: true, sound: true };

    /// A second of Opus after `second` seconds, 50 packets each, none lost.
    fn counters(second: f64) -> Counters {
        Counters {
            time: 5000.0 + second * 1000.0,
            packets_received: Some(50.0 * second),
            packets_lost: Some(0.0),
            packets_discarded: Some(0.0),
            bytes_received: Some(4000.0 * second),
            jitter: Some(0.004),
            jitter_buffer_delay: Some(48_000.0 * 0.06 * second),
            jitter_buffer_emitted: Some(48_000.0 * second),
            samples_received: Some(48_000.0 * second),
            samples_concealed: Some(480.0 * second),
            energy_received: Some(0.01 * second),
            duration_received: Some(second),
            packets_sent: Some(50.0 * second),
            bytes_sent: Some(5000.0 * second),
            energy_sent: Some(0.04 * second),
            duration_sent: Some(second),
            level_sent: None,
            round_trip: Some(0.08),
            remote_lost: Some(0.0),
        }
    }

    fn next(sampler: &mut Sampler, counters: Counters) -> Sample {
        sampler.sample(counters, Codec::WIDEBAND, TALK).unwrap()
    }

    fn near(value: Option<f64>, wanted: f64) {
        assert!((value.unwrap() - wanted).abs() < 1e-9, "{value:?} is not {wanted}");
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
        now.packets_received = Some(50.0 + 40.0);
        now.packets_lost = Some(10.0);
        now.packets_discarded = Some(4.0);
        now.remote_lost = Some(5.0);
        let sample = next(&mut sampler, now);
        near(sample.loss, 0.2);
        near(sample.discarded, 0.1);
        near(sample.loss_sent, 0.1);
        near(sample.mos, score(rating(Codec::WIDEBAND, 120.0, 0.2 + 0.1)));
        // One of the lost arrives after all.
        let mut later = counters(3.0);
        later.packets_lost = Some(9.0);
        near(next(&mut sampler, later).loss, 0.0);
    }

    #[test]
    fn what_a_browser_does_not_tell_is_not_known() {
        let mut sampler = Sampler::default();
        let bare = |time| Counters { time, packets_received: Some(time / 20.0), ..Counters::default() };
        sampler.sample(bare(1000.0), Codec::G711, TALK);
        let sample = next(&mut sampler, bare(2000.0));
        assert_eq!(
            (sample.loss, sample.jitter, sample.level_sent, sample.bitrate_sent),
            (None, None, None, None)
        );
        near(sample.mos, score(rating(Codec::G711, PACKET, 0.0)));
        assert_eq!(sample.dumb, 0.0);
    }

    #[test]
    fn the_round_trip_holds_until_the_next_one_is_told() {
        let mut sampler = Sampler::default();
        sampler.sample(counters(1.0), Codec::WIDEBAND, TALK);
        let mut now = counters(2.0);
        now.round_trip = None;
        near(next(&mut sampler, now).round_trip, 80.0);
    }

    #[test]
    fn silence_is_counted_while_there_should_be_sound() {
        let mut sampler = Sampler::default();
        sampler.sample(counters(1.0), Codec::WIDEBAND, TALK);
        let silent = |second: f64| Counters {
            time: 5000.0 + second * 1000.0,
            energy_sent: Some(0.04),
            duration_sent: Some(second),
            ..counters(1.0)
        };
        for second in 2..6 {
            let sample = next(&mut sampler, silent(f64::from(second)));
            assert_eq!((sample.deaf, sample.dumb), (f64::from(second - 1), f64::from(second - 1)));
            assert_eq!(sample.mos, None, "nothing was heard that could be rated");
        }
        // On hold, and muted.
        let hold = Wanted { receive: false, send: false, sound: false };
        let sample = sampler.sample(silent(6.0), Codec::WIDEBAND, hold).unwrap();
        assert_eq!((sample.deaf, sample.dumb), (0.0, 0.0));
    }

    #[test]
    fn a_silent_microphone_is_told_from_a_muted_one() {
        let mut sampler = Sampler::default();
        let quiet = |second| Counters { energy_sent: Some(0.0), ..counters(second) };
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
        assert_eq!((sample.bitrate_received, sample.level_sent, sample.mos), (None, None, None));
        near(
            next(&mut sampler, Counters { time: counters(102.0).time, ..counters(2.0) }).bitrate_received,
            32_000.0,
        );
    }
}
