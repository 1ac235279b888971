//! What a call plays: the far side's audio, processed or not, early or not.

use super::devices::{Kind, can_choose_speaker, device, note_lost};
use super::media::Session;
use super::processor::{Direction, Processed};
use super::speaker::Speaker;
use super::{get, spawn, within};
use crate::sound::Choice;
use js_sys::{Array, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlMediaElement, MediaStream, MediaStreamTrack};

/// Milliseconds that a change of the device may keep the far side from being heard.
const PATIENCE: u32 = 1000;

/// What comes in, and where it is heard.
#[derive(Default)]
pub struct Playing {
    /// All that the far side sends.
    remote: RefCell<Option<MediaStream>>,
    /// What is heard of it, once it may be.
    audible: RefCell<Option<MediaStream>>,
    processed: RefCell<Option<Processed>>,
    /// Plays unheard what goes into a processor: Chromium decodes for a WebAudio graph only what an element plays, too.
    source: RefCell<Option<HtmlMediaElement>>,
    speaker: RefCell<Option<Speaker>>,
    /// Chosen for this call alone; of it, `None` is the default one.
    device: RefCell<Option<Option<String>>>,
    is_answered: Cell<bool>,
}

impl Playing {
    /// `remoteStream`.
    pub fn stream(&self) -> Option<MediaStream> {
        self.remote.borrow().as_ref().map(Clone::clone)
    }

    /// Takes another track of the far side to the others, whatever streams it says that they are of, if any: gateways name
    /// none.
    fn gather(&self, track: &MediaStreamTrack) -> Option<MediaStream> {
        let mut remote = self.remote.borrow_mut();
        if remote.is_none() {
            *remote = MediaStream::new().ok();
        }
        let stream = remote.as_ref()?;
        for old in stream.get_tracks() {
            if get(&old, "readyState") == "ended" {
                stream.remove_track(old.unchecked_ref());
            }
        }
        stream.add_track(track);
        Some(Clone::clone(stream))
    }

    /// Plays what is to be heard.
    fn start(&self) -> Option<Promise> {
        let (speaker, stream) = (self.speaker.borrow(), self.audible.borrow());
        speaker.as_ref()?.play(stream.as_ref()?).ok()
    }

    /// Gives the call an element, if it has none; the promise is for that it plays on the device.
    fn install(&self, given: Option<HtmlMediaElement>, device: Option<&str>) -> Option<Promise> {
        let mut speaker = self.speaker.borrow_mut();
        if speaker.is_none() {
            *speaker = Speaker::new(given);
        }
        speaker.as_ref()?.set_sink(device?).ok()
    }

    /// Lets everything go.
    pub fn release(&self) {
        self.remote.take();
        self.audible.take();
        self.speaker.take();
        if let Some(source) = self.source.take() {
            source.set_src_object(None);
        }
        drop(self.processed.take()); // its signal is heard while nothing is borrowed
    }
}

impl Session {
    /// A track of the far side. The stream that has all of them.
    pub(super) fn received(self: &Rc<Self>, track: &MediaStreamTrack) -> Option<MediaStream> {
        let stream = self.playing.gather(track)?;
        if track.kind() == "audio" {
            self.take_audio(track, Clone::clone(&stream));
        }
        Some(stream)
    }

    fn take_audio(self: &Rc<Self>, track: &MediaStreamTrack, stream: MediaStream) {
        if self.options().incoming.is_none() {
            return self.hear(stream);
        }
        let (session, track) = (Rc::clone(self), Clone::clone(track));
        spawn(async move {
            session.play_unheard(&stream);
            let processed = session.processed(&track, Direction::Incoming).await;
            if session.is_released() {
                return;
            }
            let made = processed.as_ref().map(|it| MediaStream::new_with_tracks(&Array::of1(it.track())));
            drop(session.playing.processed.replace(processed));
            session.hear(made.and_then(Result::ok).unwrap_or(stream));
        });
    }

    /// The call is answered: from now on the far side is heard, whatever was wanted of early media.
    pub(super) fn answered(self: &Rc<Self>) {
        self.sounding.stop_ringing();
        if !self.playing.is_answered.replace(true) && !self.options().early_media {
            self.play();
        }
    }

    fn hear(self: &Rc<Self>, stream: MediaStream) {
        *self.playing.audible.borrow_mut() = Some(stream);
        if self.is_heard() {
            self.play();
        }
    }

    /// Whether something of the far side is played.
    pub(super) fn is_heard(&self) -> bool {
        self.playing.audible.borrow().is_some()
            && (self.options().early_media || self.playing.is_answered.get())
    }

    fn play(self: &Rc<Self>) {
        self.sounding.stop_ringing();
        let session = Rc::clone(self);
        spawn(async move {
            session.find_speaker().await;
            // Where the page may not make a sound before the user has touched it, the application asks for a click.
            if let Some(started) = session.playing.start()
                && let Err(error) = JsFuture::from(started).await
                && get(&error, "name") == JsValue::from_str("NotAllowedError")
            {
                session.tell_device("audioBlocked", &JsValue::NULL);
            }
        });
    }

    /// An element, on the device that was chosen.
    async fn find_speaker(&self) {
        if self.playing.speaker.borrow().is_some() {
            return;
        }
        let Some(driver) = self.driver() else { return };
        let own = self.playing.device.borrow().clone();
        let device = match own {
            Some(own) => own,
            None => driver.devices.chosen(Kind::Speaker).await,
        };
        if !self.is_released()
            && let Some(moved) = self.playing.install(self.options().element.clone(), device.as_deref())
        {
            // Where it cannot be, the default one is heard.
            let _ = within(PATIENCE, &moved).await;
        }
    }

    /// Is heard on this device from now on; `None` is the default one.
    ///
    /// # Errors
    /// What the browser says.
    pub(super) async fn set_speaker(&self, choice: Option<&Choice>) -> Result<(), JsValue> {
        let id = choice.map_or("", |choice| choice.id.as_str());
        let moved = self.playing.speaker.borrow().as_ref().map(|speaker| speaker.set_sink(id));
        if let Some(moved) = moved {
            JsFuture::from(moved?).await?;
        }
        *self.playing.device.borrow_mut() = Some(choice.map(|choice| choice.id.clone()));
        Ok(())
    }

    /// Is heard on this device from now on, whatever the other calls do; for an empty id on the default one.
    ///
    /// # Errors
    /// What the browser says; a NotSupportedError where it has no `setSinkId`.
    pub async fn choose_speaker(&self, id: &str) -> Result<(), JsValue> {
        let choice = device(Kind::Speaker, id).await?;
        can_choose_speaker()?;
        self.set_speaker(choice.as_ref()).await
    }

    /// The speaker is gone: the default one takes its place.
    pub(super) async fn mend_speaker(&self, there: &[Choice], lost: &Array) {
        let used = self.playing.speaker.borrow().as_ref().map(Speaker::sink).unwrap_or_default();
        let is_shown = there.iter().any(|device| !device.id.is_empty());
        if !used.is_empty() && is_shown && there.iter().all(|device| device.id != used) {
            note_lost(lost, Kind::Speaker, &used, "");
            let _ = self.set_speaker(None).await; // a browser that cannot go back plays where it can
        }
    }

    /// Tries to play again.
    pub(super) fn resume(&self) -> Option<Promise> {
        self.playing.speaker.borrow().as_ref()?.resume().ok()
    }

    fn play_unheard(&self, stream: &MediaStream) {
        let Some(document) = web_sys::window().and_then(|page| page.document()) else { return };
        let Ok(element) = document.create_element("audio") else { return };
        let element: HtmlMediaElement = element.unchecked_into();
        element.set_muted(true);
        element.set_src_object(Some(stream));
        if let Ok(started) = element.play() {
            spawn(async move { drop(JsFuture::from(started).await) });
        }
        *self.playing.source.borrow_mut() = Some(element);
    }
}
