//! How a call comes by its microphone and camera: asked for once, told why not, and exchanged while the call goes on.

use super::capture::Track;
use super::devices::{Kind, device, media_devices, no, note_lost};
use super::media::Session;
use super::processor::Direction;
use super::{get, invoke, object, set, spawn};
use crate::agent::MediaFact;
use crate::error::Cause;
use crate::sound::Choice;
use gloo_events::EventListener;
use js_sys::{Array, Object, Reflect};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamConstraints, MediaStreamTrack};

impl Session {
    /// Gets what the call sends: the stream that was given, or what the constraints say.
    pub fn acquire(self: &Rc<Self>) {
        self.sounding.stop_ringing(); // where it rang here, it is answered
        if get(&js_sys::global(), "RTCPeerConnection").is_undefined() {
            return self.report(MediaFact::Failed(Cause::WebRtcNotSupported));
        }
        self.made.replace(self.driver().and_then(|driver| driver.warm().take()));
        let options = self.options();
        if let Some(stream) = &options.stream {
            return self.acquired(Ok(Clone::clone(stream)), None);
        }
        if options.audio.is_falsy() && options.video.is_falsy() {
            return self.report(MediaFact::Acquired);
        }
        if media_devices().is_none() {
            return self.report(MediaFact::Failed(Cause::WebRtcNotSupported));
        }
        let session = Rc::clone(self);
        spawn(async move {
            let turn = session.sending.turn("audio");
            let device = session.microphone().await;
            let is_open = !options.audio.is_falsy() && get(&options.audio, "deviceId").is_undefined();
            let device = device.filter(|_| is_open);
            let chosen = device.as_deref().map(|id| on_device(&options.audio, Some(id)));
            let audio = chosen.unwrap_or_else(|| options.audio.clone());
            let constraints = object(&[("audio", &audio), ("video", &options.video)]);
            session.tell("userMediaRequest", "constraints", &constraints);
            // The listener may have hung up, or changed the constraints.
            if !session.is_released() {
                let mut outcome = user_media(&constraints).await;
                if device.is_some() && outcome.as_ref().is_err_and(is_overconstrained) {
                    // It has gone this very moment, or under its id for good: another will do.
                    set(&constraints, "audio", &options.audio);
                    outcome = user_media(&constraints).await;
                }
                session.acquired(outcome, Some(turn));
            }
        });
    }

    /// The id of the microphone that was chosen for this call, or for all.
    async fn microphone(&self) -> Option<String> {
        let own = self.microphone.borrow().clone();
        match own {
            Some(own) => own,
            None => self.driver()?.devices.chosen(Kind::Microphone).await,
        }
    }

    /// There is something to send, or not. `turn` is that of the microphone for which was asked; of a stream of the
    /// application's there is none.
    fn acquired(self: &Rc<Self>, outcome: Result<MediaStream, JsValue>, turn: Option<u32>) {
        let is_ours = turn.is_some();
        match outcome {
            Ok(stream) if self.is_released() => {
                if is_ours {
                    stop(&stream);
                }
            }
            Ok(stream) => {
                let tracks = stream.get_tracks();
                let tracks = tracks.iter().map(|it| self.track(it.unchecked_into(), is_ours));
                self.sending.hold(&stream, tracks.collect());
                if let (Some(driver), true) = (self.driver(), is_ours) {
                    driver.warm().permit();
                    driver.watch_devices();
                }
                self.tell("userMedia", "stream", &stream);
                let is_chosen = turn.is_none_or(|turn| self.sending.is_last("audio", turn));
                if is_chosen && self.options().outgoing.is_none() {
                    return self.report(MediaFact::Acquired);
                }
                let session = Rc::clone(self);
                spawn(async move {
                    if is_chosen || !session.exchange_microphone().await {
                        session.process_microphone().await;
                    }
                    session.report(MediaFact::Acquired);
                });
            }
            Err(error) => {
                self.tell("userMediaFailed", "error", &error);
                self.report(MediaFact::Failed(cause_of(&error)));
            }
        }
    }

    /// Another microphone was chosen while the browser asked for the one before. Whether it is sent.
    async fn exchange_microphone(self: &Rc<Self>) -> bool {
        let id = self.microphone().await;
        let exchanged = self.switch_microphone(id.as_deref()).await;
        if let Err(error) = &exchanged {
            self.tell("userMediaFailed", "error", error);
        }
        exchanged.is_ok()
    }

    /// A track that we opened is heard of when its device goes.
    pub(super) fn track(self: &Rc<Self>, raw: MediaStreamTrack, is_ours: bool) -> Track {
        let session = Rc::downgrade(self);
        let ended = is_ours.then(|| {
            EventListener::once(&raw, "ended", move |_| {
                if let Some(driver) = session.upgrade().and_then(|session| session.driver()) {
                    driver.look_at_devices();
                }
            })
        });
        Track::new(raw, is_ours, ended)
    }

    /// Sends this microphone from now on, whatever the other calls do; for an empty id the default one.
    ///
    /// # Errors
    /// What the browser says.
    pub async fn set_microphone(self: &Rc<Self>, id: &str) -> Result<(), JsValue> {
        let choice = device(Kind::Microphone, id).await?;
        if self.connection().is_some() && !self.sends_audio() {
            return Err(no("the call sends no audio", "InvalidStateError"));
        }
        self.switch_microphone(choice.as_ref().map(|choice| &*choice.id)).await?;
        *self.microphone.borrow_mut() = Some(choice.map(|choice| choice.id));
        Ok(())
    }

    /// Whether there is audio to send.
    pub(super) fn sends_audio(&self) -> bool {
        self.sending.sent("audio").is_some()
    }

    /// Sends the microphone that was chosen for all calls, where the call sends one of ours, or will.
    pub(super) async fn follow_microphone(self: &Rc<Self>, choice: Option<&Choice>) -> Result<(), JsValue> {
        if self.sending.sent("audio").is_none_or(|audio| audio.is_ours) {
            self.switch_microphone(choice.map(|choice| &*choice.id)).await?;
        }
        self.microphone.take();
        Ok(())
    }

    /// The microphone is gone: the default one takes its place.
    pub(super) async fn mend_microphone(self: &Rc<Self>, there: &[Choice], lost: &Array) {
        let Some(audio) = self.sending.sent("audio").filter(|audio| audio.is_ours) else { return };
        let settings = invoke(&audio.raw, "getSettings", &[]).unwrap_or_default();
        let id = get(&settings, "deviceId").as_string().unwrap_or_default();
        let is_shown = !id.is_empty() && there.iter().any(|device| !device.id.is_empty());
        let has_ended = get(&audio.raw, "readyState") == JsValue::from_str("ended");
        if has_ended || (is_shown && there.iter().all(|device| device.id != id)) {
            note_lost(lost, Kind::Microphone, &id, &audio.raw.label());
            self.microphone.take();
            if let Err(error) = self.switch_microphone(None).await {
                self.tell("userMediaFailed", "error", &error);
            }
        }
    }

    async fn switch_microphone(self: &Rc<Self>, id: Option<&str>) -> Result<(), JsValue> {
        let turn = self.sending.choose("audio");
        if !self.sends_audio() {
            return Ok(()); // it is asked for when the time comes
        }
        let audio = on_device(&self.options().audio, id);
        let stream = user_media(&object(&[("audio", &audio)])).await?;
        let track = self.track(stream.get_audio_tracks().get(0).unchecked_into(), true);
        // Another may have been chosen meanwhile: then this one is closed again.
        if self.sending.is_last("audio", turn) { self.send_instead(track, "audio").await } else { Ok(()) }
    }

    async fn process_microphone(self: &Rc<Self>) {
        let Some(audio) = self.sending.sent("audio") else { return };
        let processed = self.processed(&audio.raw, Direction::Outgoing).await;
        if let (Some(processed), false) = (processed, self.is_released()) {
            self.sending.process(&audio.raw, processed);
        }
    }
}

/// The constraints with this device, or with none for the default one, whatever they say. Chromium takes the default one
/// where it is no more than `ideal`.
fn on_device(audio: &JsValue, id: Option<&str>) -> JsValue {
    let constraints = object(&[]);
    if let Some(audio) = audio.dyn_ref::<Object>() {
        Object::assign(&constraints, audio);
    }
    for name in ["deviceId", "groupId"] {
        let _ = Reflect::delete_property(&constraints, &name.into());
    }
    if let Some(id) = id {
        set(&constraints, "deviceId", &object(&[("exact", &id.into())]));
    }
    constraints.into()
}

/// Media Capture and Streams §10.3: no device is as was asked for.
fn is_overconstrained(error: &JsValue) -> bool {
    get(error, "name") == JsValue::from_str("OverconstrainedError")
}

async fn user_media(constraints: &Object) -> Result<MediaStream, JsValue> {
    let page = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let constraints: &MediaStreamConstraints = constraints.unchecked_ref();
    let asked = page.navigator().media_devices()?.get_user_media_with_constraints(constraints)?;
    JsFuture::from(asked).await.map(JsCast::unchecked_into)
}

/// Media Capture and Streams §10.3: a refusal, by the user or by policy, against all other trouble.
pub fn cause_of(error: &JsValue) -> Cause {
    match get(error, "name").as_string().as_deref() {
        Some("NotAllowedError" | "SecurityError") => Cause::UserDeniedMediaAccess,
        _ => Cause::WebRtcError,
    }
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks() {
        track.unchecked_ref::<MediaStreamTrack>().stop();
    }
}
