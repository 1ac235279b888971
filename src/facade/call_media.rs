//! The media of a call, as JavaScript has it.

use super::call::TelnyxCall;
use super::device_media::media_promise;
use super::error::{media_failure, misuse, speaker_failure};
use super::given::{is_absent, string, wrong};
use super::glue::ignorable;
use super::phone::Phone;
use crate::agent::CallId;
use crate::browser::{Session, Work, promise_of};
use crate::error::ApiMisuse;
use js_sys::Promise;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamTrack};

#[wasm_bindgen]
impl TelnyxCall {
    /// What is sent; null before there is any, and after the call.
    #[wasm_bindgen(getter, js_name = localStream, unchecked_return_type = "MediaStream | null")]
    pub fn local_stream(&self) -> JsValue {
        or_null(self.media().and_then(|media| media.local_stream()))
    }

    /// What the far side sends; null before there is any, and after the call.
    #[wasm_bindgen(getter, js_name = remoteStream, unchecked_return_type = "MediaStream | null")]
    pub fn remote_stream(&self) -> JsValue {
        or_null(self.media().and_then(|media| media.remote_stream()))
    }

    /// Sends this microphone, whatever other calls do; `"default"` or `""` for the default one.
    #[wasm_bindgen(js_name = setMicrophone, unchecked_return_type = "Promise<void>")]
    pub fn set_microphone(
        &self,
        #[wasm_bindgen(js_name = deviceId, unchecked_param_type = "string")] device_id: &JsValue,
    ) -> Result<Promise, JsValue> {
        let id = string("setMicrophone", "deviceId", device_id)?;
        let work = move |media: Rc<Session>| async move { media.set_microphone(&id).await };
        Ok(self.with_media("setMicrophone", work, media_failure))
    }

    /// Is heard on this speaker, whatever other calls do; `"default"` or `""` for the default one.
    #[wasm_bindgen(js_name = setSpeaker, unchecked_return_type = "Promise<void>")]
    pub fn set_speaker(
        &self,
        #[wasm_bindgen(js_name = deviceId, unchecked_param_type = "string")] device_id: &JsValue,
    ) -> Result<Promise, JsValue> {
        let id = string("setSpeaker", "deviceId", device_id)?;
        let work = move |media: Rc<Session>| async move { media.choose_speaker(&id).await };
        Ok(self.with_media("setSpeaker", work, speaker_failure))
    }

    /// Sends a track, such as that of a camera or a screen, besides the others. Resolves when the far side has agreed.
    #[wasm_bindgen(js_name = addTrack, unchecked_return_type = "Promise<void>")]
    pub fn add_track(
        &self,
        #[wasm_bindgen(unchecked_param_type = "MediaStreamTrack")] track: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "MediaStream | null")] stream: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "addTrack";
        let track = given_track(WHO, track)?;
        let stream = if is_absent(stream) { None } else { Some(given_stream(WHO, stream)?) };
        Ok(self.change(WHO, move |media| async move {
            media.add_track(&track, stream.as_ref())?;
            Ok((vec![track], true))
        }))
    }

    /// Sends a track no longer. Resolves when the far side has agreed.
    #[wasm_bindgen(js_name = removeTrack, unchecked_return_type = "Promise<void>")]
    pub fn remove_track(
        &self,
        #[wasm_bindgen(unchecked_param_type = "MediaStreamTrack")] track: &JsValue,
    ) -> Result<Promise, JsValue> {
        let track = given_track("removeTrack", track)?;
        Ok(self
            .change("removeTrack", move |media| async move { Ok((Vec::new(), media.remove_track(&track))) }))
    }

    /// Sends the first audio and the first video track of this stream in place of what is sent; its tracks are never
    /// stopped. Resolves when they are sent, and the far side has agreed where it has to.
    #[wasm_bindgen(js_name = replaceStream, unchecked_return_type = "Promise<void>")]
    pub fn replace_stream(
        &self,
        #[wasm_bindgen(unchecked_param_type = "MediaStream")] stream: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "replaceStream";
        let stream = given_stream(WHO, stream)?;
        Ok(self.change(WHO, move |media| async move { media.replace_stream(&stream).await }))
    }

    /// The browser's own object, for those who need more; null before there is one, and after the call.
    #[wasm_bindgen(getter, js_name = peerConnection, unchecked_return_type = "RTCPeerConnection | null")]
    pub fn peer_connection(&self) -> JsValue {
        or_null(self.media().and_then(|media| media.connection()))
    }
}

impl TelnyxCall {
    /// A promise of work on the media of a living call.
    fn with_media<Work: Future<Output = Result<(), JsValue>> + 'static>(
        &self,
        method: &str,
        work: impl FnOnce(Rc<Session>) -> Work,
        failure: fn(&JsValue) -> JsValue,
    ) -> Promise {
        if self.is_ended() {
            return ignorable(&Promise::reject(&misuse(method, ApiMisuse::NoSuchCall)));
        }
        media_promise(work(self.phone().driver.session(self.id())), failure)
    }

    /// A promise of a change of what is sent: of the tracks that are new, and whether the far side has to agree. Where it
    /// does not, the new ones are taken back.
    fn change<Work: Future<Output = Result<(Vec<MediaStreamTrack>, bool), JsValue>> + 'static>(
        &self,
        method: &'static str,
        work: impl FnOnce(Rc<Session>) -> Work,
    ) -> Promise {
        let (phone, id) = (Rc::clone(self.phone()), self.id());
        let media = phone.driver.media(id).filter(|_| self.is_connected());
        let Some(media) = media else {
            return ignorable(&Promise::reject(&misuse(method, ApiMisuse::InvalidState)));
        };
        let work = work(Rc::clone(&media));
        agreed_on(method, phone, id, media, Box::pin(work))
    }
}

fn agreed_on(
    method: &'static str,
    phone: Rc<Phone>,
    id: CallId,
    media: Rc<Session>,
    work: Change,
) -> Promise {
    ignorable(&promise_of(async move {
        let (added, has_to_agree) = work.await.map_err(|error| media_failure(&error))?;
        if !has_to_agree {
            return Ok(JsValue::UNDEFINED);
        }
        let verb = phone.driver.wish(|agent, now| agent.renegotiate(now, id));
        let agreed = JsFuture::from(phone.promised(method, verb)?).await;
        if agreed.is_err() {
            media.take_back(&added).await;
        }
        agreed
    }))
}

/// The tracks that are new, and whether the far side has to agree.
type Change = Work<Result<(Vec<MediaStreamTrack>, bool), JsValue>>;

fn given_track(method: &str, track: &JsValue) -> Result<MediaStreamTrack, JsValue> {
    track.clone().dyn_into().map_err(|_| wrong(method, "track", "a MediaStreamTrack"))
}

fn given_stream(method: &str, stream: &JsValue) -> Result<MediaStream, JsValue> {
    stream.clone().dyn_into().map_err(|_| wrong(method, "stream", "a MediaStream"))
}

fn or_null(object: Option<impl Into<JsValue>>) -> JsValue {
    object.map_or(JsValue::NULL, Into::into)
}
