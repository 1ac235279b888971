//! Feeds the user agent and carries out its wishes.

use super::devices::Devices;
use super::gathering::forget_silence;
use super::instance::{Instance, Scope};
use super::levels::Meter;
use super::media::{News, Session};
use super::options::MediaOptions;
use super::page::Page;
use super::rtc::Rtc;
use super::socket::{ABNORMAL, Socket};
use super::tabs::Tabs;
use super::warm::Warm;
use super::{clock, seed, spawn};
use crate::agent::{
    CallEvent, CallId, CallStatus, Config, Event, Hint, Input, MediaFact, Output, SocketId, UserAgent,
};
use crate::local::Names;
use crate::message::StatusCode;
use crate::tabs::Tabs as Core;
use crate::time::Instant;
use crate::trace::{Redact, Ring, Trace};
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell, RefMut};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsValue;

/// Who is told. Nothing of the driver is borrowed while these run, so they may call anything.
pub trait Application {
    /// An event of the core.
    fn event(self: Rc<Self>, event: Event);
    /// News of a call's media that the core need not know.
    fn media(self: Rc<Self>, call: CallId, news: &News<'_>);
    /// How loud it is in a call: of the audio sent, null where it is not known, and of that received. Whether anybody listens.
    fn levels(self: Rc<Self>, call: CallId, input: &JsValue, output: &JsValue) -> bool;
    /// News of the media of all calls. Whether anybody listens.
    fn devices(self: Rc<Self>, name: &str, detail: &JsValue) -> bool;
}

/// One user agent in a web page.
///
/// A listener may call any method, also in the midst of an event. So the core is borrowed only while it is fed: what it
/// wishes waits in a queue that is worked off in order after the borrow has ended, and whatever a listener does
/// meanwhile only joins that queue.
pub struct Driver {
    agent: RefCell<UserAgent>,
    pub(super) instance: Instance,
    queue: RefCell<VecDeque<Output>>,
    working: Cell<bool>,
    application: RefCell<Option<Weak<dyn Application>>>,
    over: Cell<bool>,
    vigil: clock::Vigil,
    page: Page,
    sockets: RefCell<Vec<Rc<Socket>>>,
    /// The other tabs, where they share our registration.
    tabs: Option<Tabs>,
    sessions: RefCell<Vec<(CallId, Rc<Session>)>>,
    rtc: Rc<Rtc>,
    warm: Rc<Warm>,
    media: Rc<MediaOptions>,
    pub(super) devices: Devices,
    pub(super) meter: Meter,
    alarm: RefCell<Option<(Instant, Timeout)>>,
    ring: RefCell<Ring>,
}

impl Driver {
    /// A driver at rest. It opens nothing and asks for nothing until a verb does.
    pub fn new(config: Config, rtc: Rtc, media: MediaOptions, scope: Scope) -> Rc<Self> {
        let rtc = Rc::new(rtc);
        let name = [config.address_of_record.as_str(), " ", config.registrar.as_str()].concat();
        let agent = UserAgent::new(config, seed::seed());
        Rc::new(Self {
            instance: Instance::new(&name, scope),
            tabs: (scope == Scope::Tabs).then(|| Tabs::new(name, &agent, seed::seed())),
            agent: RefCell::new(agent),
            queue: RefCell::default(),
            working: Cell::new(false),
            application: RefCell::new(None),
            over: Cell::new(false),
            vigil: clock::Vigil::default(),
            page: Page::default(),
            sockets: RefCell::default(),
            sessions: RefCell::default(),
            warm: Warm::new(&rtc),
            rtc,
            media: Rc::new(media),
            devices: Devices::default(),
            meter: Meter::default(),
            alarm: RefCell::new(None),
            ring: RefCell::default(),
        })
    }

    /// Who is told from now on.
    pub fn attach(&self, application: Weak<dyn Application>) {
        *self.application.borrow_mut() = Some(application);
    }

    /// Has SIP messages told as they pass, or not.
    pub fn set_tracing(&self, on: bool) {
        self.agent.borrow_mut().set_tracing(on);
    }

    /// Tells the core which device this is.
    pub(super) fn set_instance(&self, instance: &str) {
        // All tabs that share are one device, whose name they tell each other.
        if self.tabs.is_none() {
            self.agent.borrow_mut().set_instance(instance);
        }
    }

    /// The same of one that is shared by several tabs.
    pub(super) fn set_names(&self, names: Names) {
        self.agent.borrow_mut().set_names(names);
    }

    /// The other tabs, where they share our registration.
    pub(super) fn tabs(&self) -> Option<&Tabs> {
        self.tabs.as_ref()
    }

    /// What happened lately.
    pub fn trace(&self, redact: Redact) -> Trace {
        Trace::of(&self.ring.borrow(), redact)
    }

    /// Asks the core how things stand.
    pub fn ask<T>(&self, noun: impl FnOnce(&UserAgent, Instant) -> T) -> T {
        noun(&self.agent.borrow(), clock::now())
    }

    /// Gives the core a verb. Its events come in a microtask, so that whoever called can still add listeners.
    pub fn wish<T>(self: &Rc<Self>, verb: impl FnOnce(&mut UserAgent, Instant) -> T) -> T {
        let result = self.feed(verb);
        self.work_later();
        result
    }

    /// Tells the core what happened, and carries out what it wishes.
    pub fn turn(self: &Rc<Self>, input: Input) {
        if let Input::Received { frame, .. } = &input {
            self.ring.borrow_mut().message(clock::wall(), false, frame.clone());
        }
        self.feed(|agent, now| agent.handle_input(now, input));
        self.work();
    }

    /// A socket's last news.
    pub fn lost(self: &Rc<Self>, socket: SocketId, code: u16, reason: &str, was_clean: bool) {
        self.disconnect(socket);
        self.hear(Input::SocketClosed { socket, code, reason: reason.into(), was_clean });
    }

    /// News of a call's media for the core.
    pub fn report(self: &Rc<Self>, call: CallId, fact: MediaFact) {
        self.turn(Input::Media { call, fact });
    }

    /// News of a call's media for the application.
    pub fn tell(&self, call: CallId, news: &News<'_>) {
        self.ring.borrow_mut().media(clock::wall(), call, news.name);
        if let Some(application) = self.application() {
            application.media(call, news);
        }
    }

    /// News of the media of all calls for the application.
    pub fn tell_device(&self, name: &str, detail: &JsValue) -> bool {
        self.application().is_some_and(|application| application.devices(name, detail))
    }

    /// How loud it is.
    pub(super) fn tell_level(&self, call: CallId, input: &JsValue, output: &JsValue) -> bool {
        self.application().is_some_and(|application| application.levels(call, input, output))
    }

    /// The media of a call, from its first use until it is released.
    pub fn session(self: &Rc<Self>, call: CallId) -> Rc<Session> {
        self.media(call).unwrap_or_else(|| {
            let session = Session::new(self, call, &self.rtc, Rc::clone(&self.media));
            self.sessions.borrow_mut().push((call, Rc::clone(&session)));
            self.measure_levels();
            session
        })
    }

    /// The media of a call, if it has any.
    pub fn media(&self, call: CallId) -> Option<Rc<Session>> {
        let sessions = self.sessions.borrow();
        sessions.iter().find(|(id, _)| *id == call).map(|(_, session)| Rc::clone(session))
    }

    /// The media of all calls.
    pub(super) fn all_media(&self) -> Vec<Rc<Session>> {
        self.sessions.borrow().iter().map(|(_, session)| Rc::clone(session)).collect()
    }

    /// The peer connection of a call, while there is one.
    pub fn connection(&self, call: CallId) -> Option<web_sys::RtcPeerConnection> {
        self.media(call)?.connection()
    }

    /// The peer connection that is kept ready.
    pub const fn warm(&self) -> &Rc<Warm> {
        &self.warm
    }

    /// Whether the audio that this call sends is muted.
    pub fn is_muted(&self, call: CallId) -> bool {
        self.media(call).is_some_and(|session| session.is_muted())
    }

    /// Mutes the audio that this call sends, now and on the next page, or lets it be heard.
    pub fn set_muted(self: &Rc<Self>, call: CallId, muted: bool) {
        self.session(call).set_muted(muted);
        self.wish(|agent, _| agent.set_muted(call, muted));
    }

    /// What the device wants of the media of its calls.
    pub fn media_options(&self) -> &MediaOptions {
        &self.media
    }

    /// Whether the end has come.
    pub fn is_over(&self) -> bool {
        self.over.get()
    }

    /// The end, at once: farewells are sent, calls end, everything is let go.
    pub fn shut_down(self: &Rc<Self>) {
        self.retire();
        self.over.set(true);
        self.feed(UserAgent::quit);
        self.work();
    }

    /// News of the network or of the page.
    pub(super) fn hint(self: &Rc<Self>, hint: Hint) {
        if matches!(hint, Hint::Online | Hint::NetworkChanged) {
            self.network_changed();
        }
        self.turn(Input::Hint(hint));
    }

    /// What is known of the network is of another one.
    pub(super) fn network_changed(self: &Rc<Self>) {
        forget_silence();
        self.warm.renew();
    }

    /// The page goes away.
    pub(super) fn hide(self: &Rc<Self>, persisted: bool) {
        self.retire();
        self.turn(Input::PageHidden { persisted });
        if self.sockets.borrow().is_empty() {
            // A lock keeps a page out of the back/forward cache, and the next page from being this device.
            self.instance.release();
        }
    }

    fn feed<T>(&self, feed: impl FnOnce(&mut UserAgent, Instant) -> T) -> T {
        let (mut agent, now) = self.enter();
        let result = feed(&mut agent, now);
        self.collect(agent);
        result
    }

    fn enter(&self) -> (RefMut<'_, UserAgent>, Instant) {
        let mut agent = self.agent.borrow_mut();
        let now = clock::now();
        agent.set_wall(now, clock::wall());
        if self.vigil.has_slept() {
            agent.handle_input(now, Input::Hint(Hint::Woke));
        }
        (agent, now)
    }

    fn collect(&self, mut agent: RefMut<'_, UserAgent>) {
        let mut queue = self.queue.borrow_mut();
        while let Some(output) = agent.poll_output() {
            queue.push_back(output);
        }
    }

    fn work_later(self: &Rc<Self>) {
        let driver = Rc::clone(self);
        spawn(async move { driver.work() });
    }

    fn work(self: &Rc<Self>) {
        if self.working.replace(true) {
            return;
        }
        while let Some(output) = self.next() {
            self.carry_out(output);
        }
        self.working.set(false);
        if self.is_over() {
            self.let_go();
        } else {
            self.arm();
            self.page.set_watched(self, self.ask(|agent, _| agent.heeds_page()));
        }
    }

    fn next(&self) -> Option<Output> {
        self.queue.borrow_mut().pop_front()
    }

    fn carry_out(self: &Rc<Self>, output: Output) {
        match output {
            Output::Open { socket, uri } => self.open(socket, &uri),
            Output::Send { socket, frame } => {
                self.ring.borrow_mut().message(clock::wall(), true, frame.clone());
                match &self.tabs {
                    Some(tabs) => tabs.send(self, socket, frame),
                    None => self.transmit(socket, &frame),
                }
            }
            Output::Close(socket) => {
                self.instance.forget(socket);
                match &self.tabs {
                    Some(tabs) => tabs.close(self, socket),
                    None => self.disconnect(socket),
                }
            }
            Output::AcquireMedia(call) => self.session(call).acquire(),
            Output::CreateOffer(call) => self.session(call).offer(),
            Output::CreateAnswer { call, offer } => self.session(call).answer(offer),
            Output::ApplyAnswer { call, answer, provisional } => {
                self.session(call).apply(answer, provisional)
            }
            Output::PlayTone { call, tone } => self.session(call).play_tone(tone),
            Output::Hold { call, hold } => self.session(call).set_hold(hold),
            Output::Trickle(call) => self.session(call).trickle(),
            Output::AddCandidates { call, candidates } => self.session(call).add_candidates(candidates),
            Output::RestartIce(call) => self.session(call).restart_ice(),
            Output::Rollback(call) => self.session(call).roll_back(),
            Output::ReleaseMedia(call) => self.release(call),
            Output::Keep(text) => self.instance.keep(&text),
            Output::Event(event) => {
                self.ring.borrow_mut().event(clock::wall(), &event);
                self.notice(&event);
                if let Some(application) = self.application() {
                    application.event(event);
                }
            }
        }
    }

    /// What the media must know.
    fn notice(self: &Rc<Self>, event: &Event) {
        match event {
            Event::Registered { .. } => self.warm.begin(),
            Event::Unregistered { .. } => self.warm.end(),
            Event::Disconnected { will_retry: false, .. } => {
                if let Some(tabs) = &self.tabs {
                    tabs.feed(self, |core, _| core.stop());
                }
            }
            Event::Incoming { call, .. } => {
                let is_busy = self.ask(|agent, _| {
                    agent.calls().into_iter().any(|it| agent.call_status(it) == CallStatus::Connected)
                });
                self.session(*call).ring(is_busy);
            }
            Event::Restoring(call) => {
                let is_muted = self.ask(|agent, _| agent.was_muted(*call));
                self.session(*call).set_muted(is_muted);
            }
            Event::Call { call, event } => {
                if let Some(session) = self.media(*call) {
                    match event {
                        CallEvent::Progress(response) if response.status() == StatusCode::RINGING => {
                            session.ring_back();
                        }
                        CallEvent::Accepted(_) => session.answered(),
                        CallEvent::Dtmf { tone, outgoing: true, .. } => {
                            session.sound_key(tone.digit, tone.duration);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn application(&self) -> Option<Rc<dyn Application>> {
        self.application.borrow().as_ref()?.upgrade()
    }

    /// Opens a socket, as soon as it is known which device this is.
    pub(super) fn open(self: &Rc<Self>, id: SocketId, uri: &str) {
        if self.instance.is_known(self, id, uri) {
            match &self.tabs {
                Some(tabs) => tabs.open(self, id, uri.into()),
                None => self.connect(id, uri),
            }
        }
    }

    pub(super) fn connect(self: &Rc<Self>, id: SocketId, uri: &str) {
        match Socket::open(self, id, uri) {
            Ok(socket) => self.sockets.borrow_mut().push(Rc::new(socket)),
            // The browser's own words hold the whole URI, and with it what may be secret.
            Err(_) => {
                let reason = REFUSED.into();
                self.hear(Input::SocketClosed { socket: id, code: ABNORMAL, reason, was_clean: false });
            }
        }
    }

    pub(super) fn transmit(self: &Rc<Self>, id: SocketId, frame: &[u8]) {
        let socket = self.sockets.borrow().iter().find(|socket| socket.id() == id).map(Rc::clone);
        if socket.is_some_and(|socket| !socket.send(frame)) {
            self.lost(id, ABNORMAL, "the server takes nothing any more", false);
        }
    }

    pub(super) fn disconnect(&self, id: SocketId) {
        let at = self.sockets.borrow().iter().position(|socket| socket.id() == id);
        let closed = at.map(|at| self.sockets.borrow_mut().remove(at));
        drop(closed); // nothing is borrowed while the browser closes it
    }

    fn release(&self, call: CallId) {
        let at = self.sessions.borrow().iter().position(|(id, _)| *id == call);
        let released = at.map(|at| self.sessions.borrow_mut().remove(at));
        if let Some((_, session)) = released {
            session.release();
        }
        if self.sessions.borrow().is_empty() {
            self.unwatch_devices();
            self.meter.stop();
        }
    }

    /// The deadlines of the tabs may have changed.
    pub(super) fn rearm(self: &Rc<Self>) {
        if !self.working.get() && !self.is_over() {
            self.arm();
        }
    }

    /// One timeout, for the earliest deadline. It is set anew only where that has changed.
    fn arm(self: &Rc<Self>) {
        let tabs = self.tabs.as_ref().and_then(Tabs::poll_timeout);
        let deadlines = [self.ask(|agent, _| agent.poll_timeout()), tabs];
        let deadline = deadlines.into_iter().flatten().map(|(deadline, _)| deadline).min();
        let mut alarm = self.alarm.borrow_mut();
        if alarm.as_ref().map(|(at, _)| *at) == deadline {
            return;
        }
        *alarm = deadline.map(|deadline| {
            let driver = Rc::downgrade(self);
            let wait = deadline.since(clock::now()).as_millis().min(LONGEST_TIMEOUT);
            let timeout = Timeout::new(wait as u32, move || {
                if let Some(driver) = driver.upgrade() {
                    driver.alarm.take();
                    if let Some(tabs) = &driver.tabs {
                        tabs.feed(&driver, Core::handle_timeout);
                    }
                    driver.turn(Input::Wake);
                }
            });
            (deadline, timeout)
        });
    }

    fn let_go(&self) {
        self.alarm.take();
        self.page.release();
        self.warm.end();
        self.sockets.take();
        self.instance.release();
        if let Some(tabs) = &self.tabs {
            tabs.release();
        }
        for (_, session) in self.sessions.take() {
            session.release();
        }
        self.devices.release();
        self.meter.stop();
    }
}

/// Why a socket was not even opened.
const REFUSED: &str =
    "the browser refused the server's URI: look at 'wsServers'; a page of https: needs wss:";

/// What `setTimeout` can wait; beyond it fires at once.
const LONGEST_TIMEOUT: u128 = i32::MAX as u128;
