//! How loud a track is, as WebAudio has it: for browsers whose statistics say nothing of what is sent.

use super::get;
use super::media::Session;
use super::tones::close;
use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::{AnalyserNode, AudioContext, MediaStream, MediaStreamAudioSourceNode, MediaStreamTrack};

/// Samples that are looked at: at 48 kHz, 85 ms of the 100 ms from one look to the next.
const SAMPLES: u16 = 4096;

/// A track that is listened to, or that could not be.
pub struct Ear {
    track: MediaStreamTrack,
    tap: Option<Tap>,
}

/// Dropped, it is closed, and its sound device with it.
struct Tap {
    context: AudioContext,
    source: MediaStreamAudioSourceNode,
    analyser: AnalyserNode,
}

impl Tap {
    fn on(track: &MediaStreamTrack) -> Result<Self, JsValue> {
        let stream = MediaStream::new_with_tracks(&Array::of1(track))?;
        let context = AudioContext::new()?;
        let nodes = context.create_analyser().and_then(|analyser| {
            analyser.set_fft_size(SAMPLES.into());
            let source = context.create_media_stream_source(&stream)?;
            source.connect_with_audio_node(&analyser)?;
            Ok((source, analyser))
        });
        match nodes {
            Ok((source, analyser)) => Ok(Self { context, source, analyser }),
            Err(error) => {
                close(&context);
                Err(error)
            }
        }
    }

    /// `None` while the browser lets no sound pass: before the page may make any, or without a sound device.
    fn level(&self) -> Option<f32> {
        if get(&self.context, "state") != JsValue::from_str("running") {
            return None;
        }
        let mut samples = vec![0.0; SAMPLES.into()];
        self.analyser.get_float_time_domain_data(&mut samples);
        Some(samples.into_iter().fold(0.0, |peak: f32, sample| peak.max(sample.abs())).min(1.0))
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.source.disconnect().ok();
        close(&self.context);
    }
}

impl Session {
    /// How loud it is what the call sends, from 0 to 1; null where that cannot be heard.
    pub(super) fn level_sent(&self) -> JsValue {
        let Some(audio) = self.sending.sent("audio") else { return JsValue::NULL };
        let mut ear = self.ear.borrow_mut();
        if ear.as_ref().is_none_or(|ear| ear.track != audio.sent) {
            let tap = Tap::on(&audio.sent).ok();
            *ear = Some(Ear { track: audio.sent, tap });
        }
        let level = ear.as_ref().and_then(|ear| ear.tap.as_ref()?.level());
        level.map_or(JsValue::NULL, Into::into)
    }
}
