//! Microphones and speakers, as JavaScript has them.

use super::device::TelnyxDevice;
use super::error::{media_failure, playing_failure, speaker_failure};
use super::given::string;
use super::glue::ignorable;
use crate::browser::{Kind, Work, list, no, promise_of, within};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

/// Milliseconds for the user to answer a prompt.
const PATIENCE: u32 = 60_000;

/// The promise of work on devices, in bounded time.
pub fn media_promise(
    work: impl Future<Output = Result<(), JsValue>> + 'static,
    failure: fn(&JsValue) -> JsValue,
) -> Promise {
    bounded(Box::pin(work), failure)
}

fn bounded(work: Work<Result<(), JsValue>>, failure: fn(&JsValue) -> JsValue) -> Promise {
    let work = promise_of(async move { work.await.map(|()| JsValue::UNDEFINED) });
    ignorable(&promise_of(async move {
        within(PATIENCE, &work).await.map_err(|error| {
            if error.is_undefined() {
                return media_failure(&no("the user did not answer in a minute", "TimeoutError"));
            }
            failure(&error)
        })
    }))
}

fn listed(kind: Kind) -> Promise {
    ignorable(&promise_of(
        async move { list(kind).await.map(Into::into).map_err(|error| media_failure(&error)) },
    ))
}

#[wasm_bindgen]
impl TelnyxDevice {
    /// The microphones that are there. Before the permission the browser shows neither ids nor labels.
    #[wasm_bindgen(unchecked_return_type = "Promise<MediaDeviceInfo[]>")]
    pub fn microphones(&self) -> Promise {
        listed(Kind::Microphone)
    }

    /// The speakers that are there, where the browser shows them.
    #[wasm_bindgen(unchecked_return_type = "Promise<MediaDeviceInfo[]>")]
    pub fn speakers(&self) -> Promise {
        listed(Kind::Speaker)
    }

    /// Has all calls use this microphone, those of now too, and remembers it; `"default"` or `""` for the default one.
    #[wasm_bindgen(js_name = setMicrophone, unchecked_return_type = "Promise<void>")]
    pub fn set_microphone(
        &self,
        #[wasm_bindgen(js_name = deviceId, unchecked_param_type = "string")] device_id: &JsValue,
    ) -> Result<Promise, JsValue> {
        let id = string("setMicrophone", "deviceId", device_id)?;
        let driver = self.driver();
        Ok(media_promise(async move { driver.set_microphone(&id).await }, media_failure))
    }

    /// Has all calls be heard on this speaker, those of now too, and remembers it; `"default"` or `""` for the default one.
    #[wasm_bindgen(js_name = setSpeaker, unchecked_return_type = "Promise<void>")]
    pub fn set_speaker(
        &self,
        #[wasm_bindgen(js_name = deviceId, unchecked_param_type = "string")] device_id: &JsValue,
    ) -> Result<Promise, JsValue> {
        let id = string("setSpeaker", "deviceId", device_id)?;
        let driver = self.driver();
        Ok(media_promise(async move { driver.set_speaker(&id).await }, speaker_failure))
    }

    /// Plays what the browser did not let the page play (`audioBlocked`). To be called from a click.
    #[wasm_bindgen(js_name = resumeAudio, unchecked_return_type = "Promise<void>")]
    pub fn resume_audio(&self) -> Promise {
        // The elements are played here and now, within the click.
        let resumed = self.driver().resume_audio();
        media_promise(resumed, playing_failure)
    }
}
