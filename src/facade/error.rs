//! Errors as JavaScript knows them: a `TypeError` for a wrong argument, a `TelnyxError` for what failed.

use super::glue::TelnyxError;
use super::message::SipMessage;
use crate::agent::Failure;
use crate::browser::{cause_of, get};
use crate::error::{ApiMisuse, Cause, PeerMisbehaved};
use crate::message::{NameAddr, Response};
use wasm_bindgen::JsValue;

/// A wrong argument. `what` is the method or key.
pub fn type_error(text: &[&str]) -> JsValue {
    js_sys::TypeError::new(&text.concat()).into()
}

/// A verb that was refused.
pub fn misuse(method: &str, misuse: ApiMisuse) -> JsValue {
    let text = [method, ": ", wrong_moment(method, misuse).unwrap_or_else(|| misuse.message())];
    if misuse.is_argument() {
        return type_error(&text);
    }
    TelnyxError::new(misuse.code(), &text.concat(), None, &JsValue::NULL, &JsValue::UNDEFINED).into()
}

/// What is in the wrong state, where it is no call.
fn wrong_moment(method: &str, misuse: ApiMisuse) -> Option<&'static str> {
    match (misuse, method) {
        (ApiMisuse::InvalidState, "respond") => Some("the message was answered already"),
        (ApiMisuse::InvalidState, "update") => Some("the publication has ended: publish() anew"),
        _ => None,
    }
}

/// Work that failed. `underlying` is the browser's own error, where there is one.
pub fn failure(failure: Failure, underlying: &JsValue) -> JsValue {
    let cause = failure.cause;
    let of_media = if is_media(cause) { media_advice(underlying) } else { None };
    let (code, advice) = of_media.unwrap_or_else(|| advice(cause));
    let response = failure.response.map_or(JsValue::NULL, SipMessage::view);
    let text = [cause.as_str(), ": ", advice].concat();
    TelnyxError::new(code, &text, Some(cause.as_str()), &response, underlying).into()
}

/// A call of before a reload of the page that could not be brought back; with whom, as From has it.
pub fn call_lost(peer: Option<&str>, cause: Cause, response: Option<Response>) -> JsValue {
    let whom = peer.and_then(NameAddr::read).map(|peer| peer.uri().as_str()).unwrap_or("somebody");
    let text =
        [cause.as_str(), ": the call with ", whom, " was not brought back after the reload; call again"];
    let response = response.map_or(JsValue::NULL, SipMessage::view);
    TelnyxError::new("ERR_CALL_LOST", &text.concat(), Some(cause.as_str()), &response, &JsValue::UNDEFINED)
        .into()
}

/// What a peer did that nothing owns.
pub fn peer_fault(fault: PeerMisbehaved) -> JsValue {
    TelnyxError::new("ERR_PEER", fault.message(), None, &JsValue::NULL, &JsValue::UNDEFINED).into()
}

/// Whether the browser's own error may be behind this cause.
pub const fn is_media(cause: Cause) -> bool {
    matches!(cause, Cause::UserDeniedMediaAccess | Cause::WebRtcError | Cause::WebRtcNotSupported)
}

/// What the browser said when it was to play. No call ends by it, so there is no cause of SIP.
pub fn playing_failure(error: &JsValue) -> JsValue {
    let (code, advice) = match get(error, "name").as_string().as_deref() {
        Some("NotAllowedError") => {
            ("ERR_AUDIO_BLOCKED", "the page may not make a sound yet; call resumeAudio() from a click")
        }
        Some("AbortError") => ("ERR_CANCELED", "the audio was replaced or ended before it played"),
        _ => ("ERR_AUDIO", "the audio cannot be played; look at 'cause'"),
    };
    TelnyxError::new(code, advice, None, &JsValue::NULL, error).into()
}

/// What the browser said when a speaker was chosen (Audio Output Devices §2).
pub fn speaker_failure(error: &JsValue) -> JsValue {
    let (code, advice) = match get(error, "name").as_string().as_deref() {
        Some("NotAllowedError" | "SecurityError") => {
            ("ERR_SPEAKER_DENIED", "the page may not use this speaker; let the user choose it, or allow it")
        }
        Some("AbortError") => ("ERR_SPEAKER", "the browser cannot play on this speaker; choose another"),
        _ => return media_failure(error),
    };
    TelnyxError::new(code, advice, None, &JsValue::NULL, error).into()
}

/// What the browser said of a device.
pub fn media_failure(error: &JsValue) -> JsValue {
    let cause = cause_of(error);
    let (code, advice) = media_advice(error).unwrap_or_else(|| advice(cause));
    TelnyxError::new(code, advice, Some(cause.as_str()), &JsValue::NULL, error).into()
}

/// Why a microphone, camera or speaker is not to be had (Media Capture and Streams §10.3).
fn media_advice(error: &JsValue) -> Option<(&'static str, &'static str)> {
    Some(match get(error, "name").as_string()?.as_str() {
        "NotAllowedError" | "SecurityError" => {
            ("ERR_MEDIA_DENIED", "the microphone was refused; ask the user to allow it")
        }
        "NotReadableError" | "AbortError" => {
            ("ERR_MEDIA_IN_USE", "the device is in use by something else, or broken; free it and try again")
        }
        "NotFoundError" | "OverconstrainedError" => {
            ("ERR_MEDIA_NOT_FOUND", "there is no such device; connect one, or choose another")
        }
        "NotSupportedError" => (
            "ERR_MEDIA_UNSUPPORTED",
            "this browser cannot choose a speaker; let the user choose it in the system",
        ),
        "TimeoutError" => ("ERR_TIMEOUT", "the user did not answer the browser in time; try again"),
        "InvalidStateError" | "InvalidAccessError" => {
            ("ERR_INVALID_STATE", "the call sends no such media, or sends it already; look at localStream")
        }
        _ => return None,
    })
}

/// A stable code, and what to do.
const fn advice(cause: Cause) -> (&'static str, &'static str) {
    match cause {
        Cause::ConnectionError => {
            ("ERR_CONNECTION", "the server cannot be reached; look at 'wsServers' and the network")
        }
        Cause::RequestTimeout | Cause::NoAck => {
            ("ERR_TIMEOUT", "the far side did not answer in time; try again")
        }
        Cause::AuthenticationError => (
            "ERR_AUTHENTICATION",
            "the server did not accept the credentials; look at 'username' and 'password'",
        ),
        Cause::UserDeniedMediaAccess => {
            ("ERR_MEDIA_DENIED", "the microphone was refused; ask the user to allow it")
        }
        Cause::WebRtcNotSupported => {
            ("ERR_MEDIA_UNSUPPORTED", "WebRTC needs a browser that has it and a page of https: or localhost")
        }
        Cause::WebRtcError | Cause::BadMediaDescription | Cause::IncompatibleSdp => {
            ("ERR_MEDIA", "no media could be agreed; look at the microphone and the codecs of both sides")
        }
        Cause::Canceled | Cause::Terminated => ("ERR_CANCELED", "it was ended before it was done"),
        Cause::InternalError => ("ERR_INTERNAL", "a fault of this software; please report it"),
        _ => ("ERR_REFUSED", "the far side refused; 'response' has its answer"),
    }
}
