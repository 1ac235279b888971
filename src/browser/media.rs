//! A call's media: microphone, peer connection, remote audio.

use super::audio::Speaker;
use super::gathering::Waiting;
use super::rtc::{Made, Rtc};
use super::{Driver, get, object, peer};
use crate::agent::{CallId, MediaFact};
use crate::error::Cause;
use js_sys::Promise;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MediaStream, MediaStreamConstraints, MediaStreamTrack, RtcPeerConnection, RtcSessionDescriptionInit,
};

/// What the application is told of a call's media: an event, and the name and value of its argument.
pub struct News<'a> {
    /// The event.
    pub name: &'static str,
    /// Its argument.
    pub argument: (&'static str, &'a JsValue),
}

/// The media of one call, until it is released. What the browser tells later is not listened to.
pub struct Session {
    call: CallId,
    driver: Weak<Driver>,
    pub(super) rtc: Rc<Rtc>,
    muted: Cell<bool>,
    released: Cell<bool>,
    local: RefCell<Option<MediaStream>>,
    /// The peer connection to be, with a head start.
    made: RefCell<Option<Made>>,
    pub(super) peer: RefCell<Option<peer::Peer>>,
    pub(super) waiting: RefCell<Waiting>,
    speaker: RefCell<Option<Speaker>>,
}

impl Session {
    /// Nothing is acquired yet.
    pub fn new(driver: &Rc<Driver>, call: CallId, rtc: &Rc<Rtc>) -> Rc<Self> {
        Rc::new(Self {
            call,
            driver: Rc::downgrade(driver),
            rtc: Rc::clone(rtc),
            muted: Cell::new(false),
            released: Cell::new(false),
            local: RefCell::default(),
            made: RefCell::default(),
            peer: RefCell::default(),
            waiting: RefCell::default(),
            speaker: RefCell::default(),
        })
    }

    /// Asks for the microphone.
    pub fn acquire(self: &Rc<Self>) {
        if !is_supported() {
            return self.report(MediaFact::Failed(Cause::WebRtcNotSupported));
        }
        let constraints = object(&[("audio", &JsValue::TRUE), ("video", &JsValue::FALSE)]);
        self.tell("userMediaRequest", "constraints", &constraints);
        let session = Rc::clone(self);
        spawn_local(async move {
            // The listener may have hung up, or changed the constraints.
            if !session.is_released() {
                session.made.replace(session.driver.upgrade().and_then(|driver| driver.warm().take()));
                session.acquired(microphone(constraints.unchecked_ref()).await);
            }
        });
    }

    fn acquired(self: &Rc<Self>, outcome: Result<MediaStream, JsValue>) {
        match outcome {
            Ok(stream) if self.is_released() => stop(&stream),
            Ok(stream) => {
                // Not the method of MediaStream, which makes tracks of its own.
                *self.local.borrow_mut() = Some(Clone::clone(&stream));
                self.apply_mute();
                if let Some(driver) = self.driver.upgrade() {
                    driver.warm().permit();
                }
                self.tell("userMedia", "stream", &stream);
                self.report(MediaFact::Acquired);
            }
            Err(error) => {
                self.tell("userMediaFailed", "error", &error);
                self.report(MediaFact::Failed(cause_of(&error)));
            }
        }
    }

    /// Makes an offer.
    pub fn offer(self: &Rc<Self>) {
        let session = Rc::clone(self);
        self.attempt(async move {
            let peer = session.connect()?;
            session.describe_locally(&peer, peer.create_offer()).await
        });
    }

    /// Takes the far side's offer and makes an answer.
    pub fn answer(self: &Rc<Self>, offer: String) {
        let offer = self.remote_description("offer", &offer);
        let session = Rc::clone(self);
        self.attempt(async move {
            let peer = session.connect()?;
            settled(peer.set_remote_description(&offer), Cause::BadMediaDescription).await?;
            session.describe_locally(&peer, peer.create_answer()).await
        });
    }

    /// Takes the far side's answer.
    pub fn apply(self: &Rc<Self>, answer: String, provisional: bool) {
        let answer = self.remote_description(if provisional { "pranswer" } else { "answer" }, &answer);
        let session = Rc::clone(self);
        self.attempt(async move {
            let peer = session.connect()?;
            let outcome = settled(peer.set_remote_description(&answer), Cause::BadMediaDescription).await;
            // A provisional answer that the browser cannot use costs no more than early media.
            if provisional { Ok(()) } else { outcome.map(drop) }
        });
    }

    /// Says in later descriptions that nothing is to be sent to us, or that it may be again.
    pub fn set_hold(&self, hold: bool) {
        if let Some(peer) = self.peer.borrow().as_ref() {
            peer.set_hold(hold);
        }
    }

    /// Takes back the offer that was made.
    pub fn roll_back(self: &Rc<Self>) {
        let session = Rc::clone(self);
        self.attempt(async move {
            let peer = session.connect()?;
            let rollback = object(&[("type", &"rollback".into())]);
            // There may be none any more.
            let _ = settled(peer.set_local_description(rollback.unchecked_ref()), Cause::WebRtcError).await;
            Ok(())
        });
    }

    /// Mutes the audio sent, now and whenever there will be some.
    pub fn set_muted(&self, muted: bool) {
        self.muted.set(muted);
        self.apply_mute();
    }

    /// Whether the audio sent is muted.
    pub const fn is_muted(&self) -> bool {
        self.muted.get()
    }

    /// Lets everything go: microphone, peer connection, listeners, element.
    pub fn release(&self) {
        self.released.set(true);
        self.waiting.take();
        self.made.take();
        self.peer.take();
        self.speaker.take();
        if let Some(stream) = self.local.take() {
            stop(&stream);
        }
    }

    /// The peer connection, while there is one.
    pub fn connection(&self) -> Option<RtcPeerConnection> {
        self.peer.borrow().as_ref().map(peer::Peer::connection)
    }

    /// Whether the call has let its media go.
    pub const fn is_released(&self) -> bool {
        self.released.get()
    }

    /// News for the application.
    pub(super) fn tell(&self, name: &'static str, argument: &'static str, value: &JsValue) {
        if let (Some(driver), false) = (self.driver.upgrade(), self.is_released()) {
            driver.tell(self.call, &News { name, argument: (argument, value) });
        }
    }

    /// News for the core.
    pub(super) fn report(&self, fact: MediaFact) {
        if let (Some(driver), false) = (self.driver.upgrade(), self.is_released()) {
            driver.report(self.call, fact);
        }
    }

    /// Plays this stream in an element of the call's own.
    pub(super) fn play(&self, stream: &MediaStream) {
        let mut speaker = self.speaker.borrow_mut();
        if speaker.is_none() {
            *speaker = Speaker::new();
        }
        if let Some(speaker) = speaker.as_ref() {
            speaker.play(stream);
        }
    }

    /// Our description is as good as it gets: the listeners may still change its text, then it leaves.
    pub(super) fn describe(&self) {
        let local = self.peer.borrow().as_ref().and_then(peer::Peer::describe);
        let Some(local) = local else {
            return self.report(MediaFact::Failed(Cause::WebRtcError));
        };
        let description = description(&get(&local, "type"), &local.sdp().into());
        self.tell("getDescription", "description", &description);
        match get(&description, "sdp").as_string() {
            Some(sdp) => self.report(MediaFact::LocalDescription(sdp)),
            None => self.report(MediaFact::Failed(Cause::BadMediaDescription)),
        }
    }

    /// The call's peer connection, made on its first use with what there is to send.
    fn connect(self: &Rc<Self>) -> Result<RtcPeerConnection, Cause> {
        if self.is_released() {
            return Err(Cause::Canceled);
        }
        let mut peer = self.peer.borrow_mut();
        if let Some(peer) = peer.as_ref() {
            return Ok(peer.connection());
        }
        let made = match self.made.take() {
            Some(made) => made,
            None => self.rtc.connect().map_err(|_| Cause::WebRtcError)?,
        };
        Ok(peer.insert(peer::Peer::new(self, made, self.local.borrow().as_ref())).connection())
    }

    async fn describe_locally(self: &Rc<Self>, peer: &RtcPeerConnection, made: Promise) -> Result<(), Cause> {
        let made = settled(made, Cause::WebRtcError).await?;
        self.begin_gathering();
        settled(peer.set_local_description(made.unchecked_ref()), Cause::WebRtcError).await?;
        self.look_at_gathering(peer);
        Ok(())
    }

    fn remote_description(&self, kind: &str, sdp: &str) -> RtcSessionDescriptionInit {
        let description = description(&kind.into(), &sdp.into());
        self.tell("setDescription", "description", &description);
        description.unchecked_into()
    }

    fn attempt(self: &Rc<Self>, work: impl Future<Output = Result<(), Cause>> + 'static) {
        let session = Rc::clone(self);
        spawn_local(async move {
            if let Err(cause) = work.await {
                session.report(MediaFact::Failed(cause));
            }
        });
    }

    fn apply_mute(&self) {
        if let Some(stream) = self.local.borrow().as_ref() {
            for track in stream.get_audio_tracks() {
                track.unchecked_ref::<MediaStreamTrack>().set_enabled(!self.muted.get());
            }
        }
    }
}

fn is_supported() -> bool {
    !get(&js_sys::global(), "RTCPeerConnection").is_undefined()
        && web_sys::window().is_some_and(|page| !get(&page.navigator(), "mediaDevices").is_undefined())
}

async fn microphone(constraints: &MediaStreamConstraints) -> Result<MediaStream, JsValue> {
    let page = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let asked = page.navigator().media_devices()?.get_user_media_with_constraints(constraints)?;
    JsFuture::from(asked).await.map(JsCast::unchecked_into)
}

/// Media Capture and Streams §10.3: a refusal, by the user or by policy, against all other trouble.
fn cause_of(error: &JsValue) -> Cause {
    match get(error, "name").as_string().as_deref() {
        Some("NotAllowedError" | "SecurityError") => Cause::UserDeniedMediaAccess,
        _ => Cause::WebRtcError,
    }
}

async fn settled(promise: Promise, cause: Cause) -> Result<JsValue, Cause> {
    JsFuture::from(promise).await.map_err(|_| cause)
}

fn description(kind: &JsValue, sdp: &JsValue) -> JsValue {
    object(&[("type", kind), ("sdp", sdp)]).into()
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks() {
        track.unchecked_ref::<MediaStreamTrack>().stop();
    }
}
