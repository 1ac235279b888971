//! A call's media: microphone, peer connection, remote audio.

use super::capture::Sending;
use super::ear::Ear;
use super::gathering::Waiting;
use super::options::MediaOptions;
use super::over::Over;
use super::playing::Playing;
use super::rtc::{Made, Rtc};
use super::tones::Sounding;
use super::{Driver, Work, codecs, get, object, peer, promise_of, renegotiating};
use crate::agent::{CallId, MediaFact};
use crate::error::Cause;
use crate::message::session::fingerprint;
use gloo_events::EventListener;
use js_sys::Promise;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, RtcPeerConnection, RtcSessionDescriptionInit};

/// What the application is told of a call's media: an event, and the names and values of its arguments.
pub struct News<'a> {
    /// The event.
    pub name: &'static str,
    /// Its arguments.
    pub arguments: &'a [(&'static str, &'a JsValue)],
}

/// The media of one call, until it is released. What the browser tells later is not listened to.
pub struct Session {
    call: CallId,
    driver: Weak<Driver>,
    pub(super) rtc: Rc<Rtc>,
    options: RefCell<Rc<MediaOptions>>,
    released: Cell<bool>,
    over: Over,
    connected: Cell<bool>,
    pub(super) sending: Sending,
    /// The peer connection to be, with a head start.
    pub(super) made: RefCell<Option<Made>>,
    pub(super) peer: RefCell<Option<peer::Peer>>,
    pub(super) waiting: RefCell<Waiting>,
    /// The work on descriptions that was begun last.
    working: RefCell<Option<Promise>>,
    /// Waits to play a tone.
    pub(super) tones: RefCell<Option<EventListener>>,
    pub(super) playing: Playing,
    pub(super) sounding: Sounding,
    /// Listens to what is sent, where the browser does not tell how loud it is.
    pub(super) ear: RefCell<Option<Ear>>,
    /// Chosen for this call alone; of it, `None` is the default one.
    pub(super) microphone: RefCell<Option<Option<String>>>,
}

impl Session {
    /// Nothing is acquired yet.
    pub fn new(driver: &Rc<Driver>, call: CallId, rtc: &Rc<Rtc>, options: Rc<MediaOptions>) -> Rc<Self> {
        Rc::new(Self {
            call,
            driver: Rc::downgrade(driver),
            rtc: Rc::clone(rtc),
            options: RefCell::new(options),
            released: Cell::new(false),
            over: Over::default(),
            connected: Cell::new(false),
            sending: Sending::default(),
            made: RefCell::default(),
            peer: RefCell::default(),
            waiting: RefCell::default(),
            working: RefCell::default(),
            tones: RefCell::default(),
            playing: Playing::default(),
            sounding: Sounding::default(),
            ear: RefCell::default(),
            microphone: RefCell::default(),
        })
    }

    /// Whose media this is.
    pub const fn call(&self) -> CallId {
        self.call
    }

    /// What is wanted of the media of this call.
    pub fn options(&self) -> Rc<MediaOptions> {
        Rc::clone(&self.options.borrow())
    }

    /// Something else is wanted than by the device.
    pub fn set_options(&self, options: MediaOptions) {
        *self.options.borrow_mut() = Rc::new(options);
    }

    /// Makes an offer.
    pub fn offer(self: &Rc<Self>) {
        let session = Rc::clone(self);
        self.attempt(async move {
            session.replace_spent();
            let peer = session.connect()?;
            if !renegotiating::has_offered(&peer) {
                renegotiating::rehearse(&session, &peer).await;
            }
            if session.is_released() {
                return Ok(());
            }
            peer::expect_audio(&peer);
            if session.sending.is_held() {
                session.keep_direction();
            }
            codecs::prefer(&peer, &session.options().codecs);
            let Some(offer) = session.peer.borrow().as_ref().map(peer::Peer::create_offer) else {
                return Ok(());
            };
            session.describe_locally(&peer, offer).await
        });
    }

    /// Takes the far side's offer and makes an answer.
    pub fn answer(self: &Rc<Self>, offer: String) {
        let offer = self.remote_description("offer", &offer);
        let session = Rc::clone(self);
        self.attempt(async move {
            session.make_way(&get(&offer, "sdp"));
            let peer = session.connect()?;
            renegotiating::keep_role(&peer, &offer);
            session.settled(peer.set_remote_description(&offer), Cause::BadMediaDescription).await?;
            if session.sending.is_held() {
                session.keep_direction();
            }
            codecs::prefer(&peer, &session.options().codecs);
            session.describe_locally(&peer, peer.create_answer()).await
        });
    }

    /// Takes the far side's answer.
    pub fn apply(self: &Rc<Self>, answer: String, provisional: bool) {
        let answer = self.remote_description(if provisional { "pranswer" } else { "answer" }, &answer);
        let session = Rc::clone(self);
        self.attempt(async move {
            let peer = session.connect()?;
            let outcome =
                session.settled(peer.set_remote_description(&answer), Cause::BadMediaDescription).await;
            // A provisional answer that the browser cannot use costs no more than early media.
            if provisional { Ok(()) } else { outcome.map(drop) }
        });
    }

    /// Says in later descriptions that nothing is to be sent to us, or that it may be again; on hold we send silence.
    pub fn set_hold(&self, hold: bool) {
        let sends_silence = self.sending.set_held(hold);
        if let Some(peer) = self.peer.borrow().as_ref() {
            peer.set_hold(hold, sends_silence);
        }
    }

    /// What was agreed on hold holds for the tracks that came and went, too.
    pub(super) fn keep_direction(&self) {
        if let Some(peer) = self.peer.borrow().as_ref() {
            peer.keep_direction();
        }
    }

    /// Takes back the offer that was made.
    pub fn roll_back(self: &Rc<Self>) {
        let session = Rc::clone(self);
        self.attempt(async move {
            let peer = session.connect()?;
            let rollback = object(&[("type", &"rollback".into())]);
            // There may be none any more.
            let _ = session
                .settled(peer.set_local_description(rollback.unchecked_ref()), Cause::WebRtcError)
                .await;
            renegotiating::rehearse(&session, &peer).await;
            Ok(())
        });
    }

    /// `localStream`.
    pub fn local_stream(&self) -> Option<MediaStream> {
        self.sending.stream()
    }

    /// `remoteStream`.
    pub fn remote_stream(&self) -> Option<MediaStream> {
        self.playing.stream()
    }

    /// `peerConnection`.
    pub fn connection(&self) -> Option<RtcPeerConnection> {
        self.peer.borrow().as_ref().map(peer::Peer::connection)
    }

    /// Mutes the audio sent, now and whenever there will be some.
    pub fn set_muted(&self, muted: bool) {
        self.sending.set_muted(muted);
    }

    /// Whether the audio sent is muted.
    pub const fn is_muted(&self) -> bool {
        self.sending.is_muted()
    }

    /// ICE and DTLS are up; told once.
    pub(super) fn connected(&self) {
        if !self.connected.replace(true) {
            self.tell_all("mediaConnected", &[]);
        }
    }

    /// Lets everything go: microphone, peer connection, listeners, element.
    pub fn release(&self) {
        // A browser says nothing of a peer connection that it was told to close (W3C WebRTC §4.4.2, *close*).
        if self.peer.borrow().is_some() {
            for name in ["iceConnection", "iceConnectionClosed"] {
                self.tell(name, "event", &JsValue::NULL);
            }
        }
        self.released.set(true);
        self.over.come();
        self.waiting.take();
        self.made.take();
        self.tones.take();
        self.peer.take();
        self.playing.release();
        self.sounding.release();
        self.ear.take();
        self.sending.release();
    }

    /// Whether the call has let its media go.
    pub const fn is_released(&self) -> bool {
        self.released.get()
    }

    /// News for the application.
    pub(super) fn tell(&self, name: &'static str, argument: &'static str, value: &JsValue) {
        self.tell_all(name, &[(argument, value)]);
    }

    fn tell_all(&self, name: &'static str, arguments: &[(&'static str, &JsValue)]) {
        if let Some(driver) = self.driver() {
            driver.tell(self.call, &News { name, arguments });
        }
    }

    /// The driver, until the call has let its media go.
    pub(super) fn driver(&self) -> Option<Rc<Driver>> {
        self.driver.upgrade().filter(|_| !self.is_released())
    }

    /// News of the device, for the application.
    pub(super) fn tell_device(&self, name: &str, detail: &JsValue) {
        if let Some(driver) = self.driver() {
            driver.tell_device(name, detail);
        }
    }

    /// News for the core.
    pub(super) fn report(&self, fact: MediaFact) {
        if let Some(driver) = self.driver() {
            driver.report(self.call, fact);
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

    /// Lets the peer connection go where another one is at the far end by now, as after a reload of its page (RFC 8842
    /// §5.1): Firefox takes no other key of DTLS for the same, and Chromium takes its time.
    fn make_way(&self, offer: &JsValue) {
        let peer = self.peer.borrow().as_ref().map(peer::Peer::connection);
        let known = peer.and_then(|peer| get(&get(&peer, "currentRemoteDescription"), "sdp").as_string());
        let (Some(known), Some(offer)) = (known, offer.as_string()) else { return };
        if fingerprint(&known) != fingerprint(&offer) {
            self.let_peer_go();
        }
    }

    /// The same where no restart of ICE could bring it back.
    fn replace_spent(&self) {
        if self.connection().is_some_and(|connection| renegotiating::is_spent(&connection)) {
            self.let_peer_go();
        }
    }

    /// The next description is that of another peer connection.
    fn let_peer_go(&self) {
        self.waiting.take();
        self.peer.take();
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
        let peer = peer.insert(peer::Peer::new(self, made, self.local_stream().as_ref()));
        if self.sending.is_held() {
            peer.set_hold(true, self.sending.set_held(true)); // since before there was this one
        }
        Ok(peer.connection())
    }

    async fn describe_locally(self: &Rc<Self>, peer: &RtcPeerConnection, made: Promise) -> Result<(), Cause> {
        let made = self.settled(made, Cause::WebRtcError).await?;
        self.settled(peer.set_local_description(made.unchecked_ref()), Cause::WebRtcError).await?;
        self.begin_gathering(peer);
        Ok(())
    }

    /// What the call's peer connection has promised, until the call has let its media go.
    ///
    /// # Errors
    /// What the browser says; `undefined` where the media are let go.
    pub(super) async fn promised(&self, promise: &Promise) -> Result<JsValue, JsValue> {
        let outcome = self.over.or(promise).await;
        if self.is_released() { Err(JsValue::UNDEFINED) } else { outcome }
    }

    async fn settled(&self, promise: Promise, cause: Cause) -> Result<JsValue, Cause> {
        self.promised(&promise).await.map_err(|_| cause)
    }

    fn remote_description(&self, kind: &str, sdp: &str) -> RtcSessionDescriptionInit {
        let description = description(&kind.into(), &sdp.into());
        self.tell("setDescription", "description", &description);
        description.unchecked_into()
    }

    /// Works on the descriptions, after all that was to be done before.
    fn attempt(self: &Rc<Self>, work: impl Future<Output = Result<(), Cause>> + 'static) {
        self.queue(Box::pin(work));
    }

    fn queue(self: &Rc<Self>, work: Work<Result<(), Cause>>) {
        let session = Rc::clone(self);
        let before = self.working.take();
        let work = promise_of(async move {
            if let Some(before) = before {
                let _ = session.over.or(&before).await;
            }
            if !session.is_released()
                && let Err(cause) = work.await
            {
                session.report(MediaFact::Failed(cause));
            }
            Ok(JsValue::UNDEFINED)
        });
        self.working.replace(Some(work));
    }
}

fn description(kind: &JsValue, sdp: &JsValue) -> JsValue {
    object(&[("type", kind), ("sdp", sdp)]).into()
}
