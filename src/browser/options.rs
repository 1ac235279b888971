//! What a call sends, takes and plays: as the device's config has it, or as one call wants it.

use super::tones::Tones;
use js_sys::Function;
use wasm_bindgen::JsValue;
use web_sys::{HtmlMediaElement, MediaStream};

/// The choices for the media of a call.
#[derive(Clone)]
pub struct MediaOptions {
    /// The microphone: `true`, `false`, or MediaTrackConstraints.
    pub audio: JsValue,
    /// The camera: `true`, `false`, or MediaTrackConstraints.
    pub video: JsValue,
    /// What is sent instead of microphone and camera. Never stopped by us.
    pub stream: Option<MediaStream>,
    /// Where the far side is heard, instead of in an element of our own. Never removed by us.
    pub element: Option<HtmlMediaElement>,
    /// The codecs that are agreed to, by preference; all where there is none.
    pub codecs: Vec<String>,
    /// Whether the far side is heard before it answers.
    pub early_media: bool,
    /// Which sounds a call makes by itself.
    pub tones: Tones,
    /// Between microphone and sender.
    pub outgoing: Option<Function>,
    /// Between receiver and element.
    pub incoming: Option<Function>,
}

impl Default for MediaOptions {
    fn default() -> Self {
        Self {
            audio: JsValue::TRUE,
            video: JsValue::FALSE,
            stream: None,
            element: None,
            codecs: Vec::new(),
            early_media: true,
            tones: Tones::default(),
            outgoing: None,
            incoming: None,
        }
    }
}
