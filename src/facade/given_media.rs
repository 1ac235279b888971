//! Reads what is wanted of the media of calls: of the device's config for all, of a call's options for that one.

use super::given::Given;
use crate::browser::{MediaOptions, Tones};
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};

/// What a call wants: the device's wishes, but for what is given here.
///
/// # Errors
/// A `TypeError` that names the key and what was expected of it.
pub fn media_options(given: &Given<'_>, device: &MediaOptions) -> Result<MediaOptions, JsValue> {
    let mut options = MediaOptions {
        audio: constraints(given, "audio")?.unwrap_or_else(|| device.audio.clone()),
        video: constraints(given, "video")?.unwrap_or_else(|| device.video.clone()),
        stream: instance(given, "mediaStream", "a MediaStream")?.or_else(|| device.stream.clone()),
        element: instance(given, "remoteAudioElement", "an HTMLAudioElement")?
            .or_else(|| device.element.clone()),
        codecs: codecs(given)?.unwrap_or_else(|| device.codecs.clone()),
        early_media: match given.value("earlyMedia") {
            None => device.early_media,
            Some(_) => given.boolean("earlyMedia")?,
        },
        tones: tones(given)?.unwrap_or(device.tones),
        outgoing: device.outgoing.clone(),
        incoming: device.incoming.clone(),
    };
    if let Some(processors) = given.value("processAudio") {
        let processors = Given::new(given.who(), &processors)
            .map_err(|_| given.wrong("processAudio", "an object {outgoing, incoming} of functions"))?;
        options.outgoing = function(&processors, "outgoing")?;
        options.incoming = function(&processors, "incoming")?;
    }
    Ok(options)
}

fn constraints(given: &Given<'_>, key: &'static str) -> Result<Option<JsValue>, JsValue> {
    match given.value(key) {
        None => Ok(None),
        Some(value) if value.as_bool().is_some() || value.is_object() => Ok(Some(value)),
        Some(_) => Err(given.wrong(key, "a boolean or MediaTrackConstraints")),
    }
}

fn instance<T: JsCast>(given: &Given<'_>, key: &'static str, expected: &str) -> Result<Option<T>, JsValue> {
    given.value(key).map(JsCast::dyn_into).transpose().map_err(|_| given.wrong(key, expected))
}

/// `true` for all, or an object that names those that are wanted.
fn tones(given: &Given<'_>) -> Result<Option<Tones>, JsValue> {
    let Some(value) = given.value("tones") else { return Ok(None) };
    if let Some(all) = value.as_bool() {
        return Ok(Some(Tones { ringtone: all, ringback: all, keys: all }));
    }
    let wrong = || given.wrong("tones", "a boolean or an object {ringtone, ringback, keys} of booleans");
    if !value.is_object() {
        return Err(wrong());
    }
    let wanted = Given::new(given.who(), &value).map_err(|_| wrong())?;
    Ok(Some(Tones {
        ringtone: wanted.boolean("ringtone")?,
        ringback: wanted.boolean("ringback")?,
        keys: wanted.boolean("keys")?,
    }))
}

fn function(given: &Given<'_>, key: &'static str) -> Result<Option<Function>, JsValue> {
    instance(given, key, "a function")
}

fn codecs(given: &Given<'_>) -> Result<Option<Vec<String>>, JsValue> {
    const KEY: &str = "codecPreferences";
    if given.value(KEY).is_none() {
        return Ok(None);
    }
    let names: Option<Vec<String>> = given.list(KEY).iter().map(JsValue::as_string).collect();
    names.map(Some).ok_or_else(|| given.wrong(KEY, "an array of codec names such as [\"opus\", \"PCMU\"]"))
}
