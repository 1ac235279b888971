//! The media of a call, as JavaScript has it.

use super::call::TelnyxCall;
use super::device_media::media_promise;
use super::error::misuse;
use super::given::string;
use super::glue::ignorable;
use crate::browser::Session;
use crate::error::ApiMisuse;
use js_sys::Promise;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

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
        #[wasm_bindgen(unchecked_param_type = "string")] device_id: &JsValue,
    ) -> Result<Promise, JsValue> {
        let id = string("setMicrophone", "deviceId", device_id)?;
        Ok(self.with_media("setMicrophone", move |media| async move { media.set_microphone(&id).await }))
    }

    /// Is heard on this speaker, whatever other calls do; `"default"` or `""` for the default one.
    #[wasm_bindgen(js_name = setSpeaker, unchecked_return_type = "Promise<void>")]
    pub fn set_speaker(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] device_id: &JsValue,
    ) -> Result<Promise, JsValue> {
        let id = string("setSpeaker", "deviceId", device_id)?;
        Ok(self.with_media("setSpeaker", move |media| async move { media.choose_speaker(&id).await }))
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
    ) -> Promise {
        if self.is_ended() {
            return ignorable(&Promise::reject(&misuse(method, ApiMisuse::NoSuchCall)));
        }
        media_promise(work(self.phone().driver.session(self.id())))
    }
}

fn or_null(object: Option<impl Into<JsValue>>) -> JsValue {
    object.map_or(JsValue::NULL, Into::into)
}
