//! The microphones and speakers of the machine: which are chosen, which are gone.

use super::{Driver, get, invoke, object, spawn};
use crate::sound::{Choice, find};
use gloo_events::EventListener;
use js_sys::{Array, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, EventTarget, Storage};

/// What a device is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `audioinput`
    Microphone,
    /// `audiooutput`
    Speaker,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Microphone => "audioinput",
            Self::Speaker => "audiooutput",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Microphone => "telnyx-device.microphone",
            Self::Speaker => "telnyx-device.speaker",
        }
    }
}

/// The devices as they were when we last looked, and whether we are told when they change.
#[derive(Default)]
pub struct Devices {
    known: RefCell<Vec<Choice>>,
    listener: RefCell<Option<EventListener>>,
    /// Whether the application wants to know of changes, also while there is no call.
    wanted: Cell<bool>,
    looking: Cell<bool>,
    again: Cell<bool>,
    /// What was chosen since the page was opened, also where the browser keeps nothing.
    chosen: RefCell<[Option<Option<Choice>>; 2]>,
}

impl Devices {
    /// The id of the device that was chosen, where it is there; `None` for the default one.
    pub async fn chosen(&self, kind: Kind) -> Option<String> {
        let choice = self.kept(kind)?;
        let there = choices(&list(kind).await.ok()?);
        // Before the permission the browser does not show which they are.
        if there.iter().all(|device| device.id.is_empty()) {
            return Some(choice.id);
        }
        find(&choice, &there).map(|device| device.id.clone())
    }

    /// Lets everything go.
    pub fn release(&self) {
        self.listener.take();
    }

    /// Keeps a choice, for later visits, too.
    pub fn keep(&self, kind: Kind, choice: Option<Choice>) {
        if let Some(storage) = storage() {
            let _ = match &choice {
                Some(choice) => storage.set_item(kind.key(), &choice.write()),
                None => storage.remove_item(kind.key()),
            };
        }
        let [microphone, speaker] = &mut *self.chosen.borrow_mut();
        *(if kind == Kind::Microphone { microphone } else { speaker }) = Some(choice);
    }

    fn kept(&self, kind: Kind) -> Option<Choice> {
        let [microphone, speaker] = &*self.chosen.borrow();
        match if kind == Kind::Microphone { microphone } else { speaker } {
            Some(choice) => choice.clone(),
            None => Choice::read(&storage()?.get_item(kind.key()).ok()??),
        }
    }
}

/// Those of one kind, as the browser has them.
pub async fn list(kind: Kind) -> Result<Array, JsValue> {
    Ok(all().await?.iter().filter(|device| get(device, "kind") == JsValue::from_str(kind.name())).collect())
}

/// The device with this id, as it is to be kept: `None` for the default one.
///
/// # Errors
/// A NotFoundError where there is none.
pub async fn device(kind: Kind, id: &str) -> Result<Option<Choice>, JsValue> {
    if id.is_empty() || id == "default" {
        return Ok(None);
    }
    let there = choices(&list(kind).await?);
    let asked = Choice { id: id.into(), label: String::new() };
    if there.iter().all(|device| device.id.is_empty()) {
        return Ok(Some(asked));
    }
    match there.into_iter().find(|device| device.id == id) {
        Some(device) => Ok(Some(device)),
        None => Err(no("there is no such device", "NotFoundError")),
    }
}

/// Audio Output Devices §2.
pub fn can_choose_speaker() -> Result<(), JsValue> {
    let element = get(&get(&js_sys::global(), "HTMLMediaElement"), "prototype");
    if get(&element, "setSinkId").is_undefined() {
        return Err(no("this browser has no setSinkId", "NotSupportedError"));
    }
    Ok(())
}

/// The error that the browser would give.
pub fn no(message: &str, name: &str) -> JsValue {
    DomException::new_with_message_and_name(message, name).map_or_else(|error| error, Into::into)
}

impl Driver {
    /// Has every call use this microphone from now on, also those that are up and use one of ours; for an empty id the
    /// default one.
    ///
    /// # Errors
    /// What the browser says. The choice is kept only where all could follow it.
    pub async fn set_microphone(self: &Rc<Self>, id: &str) -> Result<(), JsValue> {
        let choice = device(Kind::Microphone, id).await?;
        let mut sessions = self.all_media();
        // Those that have none yet look for the choice when they have, so it is to be kept at once after them.
        sessions.sort_by_key(|session| !session.sends_audio());
        for session in sessions {
            session.follow_microphone(choice.as_ref()).await?;
        }
        self.devices.keep(Kind::Microphone, choice);
        Ok(())
    }

    /// Has every call be heard here from now on, also those that are up; for an empty id on the default speaker.
    ///
    /// # Errors
    /// What the browser says; a NotSupportedError where it has no `setSinkId`.
    pub async fn set_speaker(self: &Rc<Self>, id: &str) -> Result<(), JsValue> {
        let choice = device(Kind::Speaker, id).await?;
        can_choose_speaker()?;
        for session in self.all_media() {
            session.set_speaker(choice.as_ref()).await?;
        }
        self.devices.keep(Kind::Speaker, choice);
        Ok(())
    }

    /// Plays what the page was not allowed to play.
    ///
    /// # Errors
    /// A NotAllowedError where it still is not.
    pub fn resume_audio(&self) -> impl Future<Output = Result<(), JsValue>> + 'static {
        // All at once and at once: the click counts for a short time only.
        let started: Array = self
            .all_media()
            .iter()
            .flat_map(|session| [session.resume(), session.resume_ringing()])
            .flatten()
            .collect();
        async move { JsFuture::from(Promise::all(&started)).await.map(drop) }
    }

    /// The application wants to know of changes.
    pub fn want_device_changes(self: &Rc<Self>) {
        self.devices.wanted.set(true);
        self.watch_devices();
    }

    /// From now on we are told when a device comes or goes.
    pub(super) fn watch_devices(self: &Rc<Self>) {
        let Some(source) = media_devices() else { return };
        if self.devices.listener.borrow().is_some() {
            return;
        }
        let driver = Rc::downgrade(self);
        let listener = EventListener::new(source.unchecked_ref::<EventTarget>(), "devicechange", move |_| {
            if let Some(driver) = driver.upgrade() {
                driver.look_at_devices();
            }
        });
        *self.devices.listener.borrow_mut() = Some(listener);
        let driver = Rc::clone(self);
        spawn(async move {
            if let Ok(list) = all().await {
                *driver.devices.known.borrow_mut() = choices(&list);
            }
        });
    }

    /// Nobody needs to be told any more, unless the application wants to.
    pub(super) fn unwatch_devices(&self) {
        if !self.devices.wanted.get() {
            self.devices.listener.take();
        }
    }

    /// A device came or went, or the microphone of a call ended.
    pub(super) fn look_at_devices(self: &Rc<Self>) {
        self.devices.again.set(true);
        if self.devices.looking.replace(true) {
            return;
        }
        let driver = Rc::clone(self);
        spawn(async move {
            while driver.devices.again.take() {
                driver.mend().await;
            }
            driver.devices.looking.set(false);
        });
    }

    async fn mend(self: &Rc<Self>) {
        let Ok(list) = all().await else { return };
        let there = choices(&list);
        let before = self.devices.known.replace(there.clone());
        let lost = Array::new();
        for session in self.all_media() {
            session.mend_microphone(&there, &lost).await;
            session.mend_speaker(&there, &lost).await;
        }
        for kind in [Kind::Microphone, Kind::Speaker] {
            // One that was chosen, and that no call has used just now.
            let choice = self
                .devices
                .kept(kind)
                .filter(|it| find(it, &before).is_some() && find(it, &there).is_none());
            if let Some(choice) = choice {
                note_lost(&lost, kind, &choice.id, &choice.label);
            }
        }
        if before == there && lost.length() == 0 {
            return;
        }
        let of = |kind: Kind| -> Array {
            list.iter().filter(|it| get(it, "kind") == JsValue::from_str(kind.name())).collect()
        };
        let detail = object(&[
            ("microphones", &of(Kind::Microphone)),
            ("speakers", &of(Kind::Speaker)),
            ("lost", &lost),
        ]);
        if !self.tell_device("devicesChanged", &detail) {
            self.devices.wanted.set(false);
            if self.all_media().is_empty() {
                self.unwatch_devices();
            }
        }
    }
}

/// Adds a device to those that are gone, once.
pub fn note_lost(lost: &Array, kind: Kind, id: &str, label: &str) {
    if lost.iter().all(|it| get(&it, "deviceId") != JsValue::from_str(id)) {
        let device = [("kind", &kind.name().into()), ("deviceId", &id.into()), ("label", &label.into())];
        lost.push(&object(&device));
    }
}

/// `navigator.mediaDevices`, which only pages of https: and localhost have.
pub fn media_devices() -> Option<JsValue> {
    let devices = get(&web_sys::window()?.navigator(), "mediaDevices");
    (!devices.is_undefined()).then_some(devices)
}

async fn all() -> Result<Array, JsValue> {
    let devices =
        media_devices().ok_or_else(|| no("devices are for pages of https:", "NotSupportedError"))?;
    let asked: Promise = invoke(&devices, "enumerateDevices", &[])?.unchecked_into();
    JsFuture::from(asked).await.map(JsCast::unchecked_into)
}

fn choices(list: &Array) -> Vec<Choice> {
    let text = |device: &JsValue, name| get(device, name).as_string().unwrap_or_default();
    list.iter().map(|it| Choice { id: text(&it, "deviceId"), label: text(&it, "label") }).collect()
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}
