//! What a robot speaks, and which of it an offer asks for.

use str0m::change::SdpOffer;
use str0m::format::{Codec, CodecConfig, FormatParams, PayloadParams};
use str0m::media::{Frequency, Mid};

use super::Sound;
use super::tone::Law;

/// The codecs that carry the sound. An echo needs only to be told the clock rate; a tone is encoded here.
fn carries(sound: Sound, codec: Codec) -> bool {
    match sound {
        Sound::Echo => matches!(codec, Codec::Opus | Codec::G722 | Codec::PCMU | Codec::PCMA),
        Sound::Tone { .. } => law(codec).is_some(),
    }
}

/// The companding law of a G.711 codec.
pub(super) fn law(codec: Codec) -> Option<Law> {
    match codec {
        Codec::PCMU => Some(Law::Mu),
        Codec::PCMA => Some(Law::A),
        _ => None,
    }
}

/// The first audio line of an offer that a robot can speak on, and its codecs: with the offer's payload types and in
/// the offer's order of preference (RFC 3264 §6.1), telephone events (RFC 4733 §2.1) at the clock rates in use.
pub(super) fn offered(offer: &SdpOffer, sound: Sound) -> Option<(Mid, CodecConfig)> {
    offer.media_lines.iter().filter(|line| !line.disabled).find_map(|line| {
        let described = line.rtp_params();
        let offered: Vec<_> =
            line.pts.iter().filter_map(|pt| described.iter().find(|codec| codec.pt() == *pt)).collect();
        let spoken: Vec<_> =
            offered.iter().copied().filter(|codec| carries(sound, codec.spec().codec)).collect();
        let events = offered.iter().copied().filter(|event| {
            event.spec().codec == Codec::Tele && spoken.iter().any(|codec| same_clock(codec, event))
        });
        let mut config = CodecConfig::empty();
        for codec in spoken.iter().copied().chain(events) {
            let spec = codec.spec();
            // A codec has one payload type here, the preferred one, whatever an offer says.
            let known = |other: &PayloadParams| {
                other.pt() == codec.pt()
                    || (other.spec().codec, other.spec().clock_rate) == (spec.codec, spec.clock_rate)
            };
            if config.find(known).is_none() {
                config.add_config(codec.pt(), None, spec.codec, spec.clock_rate, spec.channels, spec.format);
            }
        }
        (!spoken.is_empty()).then(|| (line.mid(), config))
    })
}

fn same_clock(codec: &PayloadParams, event: &PayloadParams) -> bool {
    // G.722 samples at 16 kHz and counts at 8 kHz (RFC 3551 §4.5.2).
    let counts_at = match codec.spec().codec {
        Codec::G722 => Frequency::EIGHT_KHZ,
        _ => codec.spec().clock_rate,
    };
    counts_at == event.spec().clock_rate
}

/// What an offer of our own proposes.
pub(super) fn proposed(sound: Sound) -> CodecConfig {
    let mut config = CodecConfig::empty();
    let carries = |codec| carries(sound, codec);
    config.enable_opus(carries(Codec::Opus), false);
    config.enable_g722(carries(Codec::G722), false);
    config.enable_pcmu(carries(Codec::PCMU), false);
    config.enable_pcma(carries(Codec::PCMA), false);
    let mut event = |pt: u8, clock_rate| {
        config.add_config(pt.into(), None, Codec::Tele, clock_rate, None, FormatParams::default());
    };
    event(101, Frequency::EIGHT_KHZ);
    if carries(Codec::Opus) {
        event(110, Frequency::FORTY_EIGHT_KHZ);
    }
    config
}
