//! A description waits for its candidates: [`ice`](crate::ice) says until when.

use super::clock;
use super::media::Session;
use super::peer::Peer;
use crate::ice::{Candidate, Gathering, Silence};
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{RtcIceGatheringState, RtcPeerConnection, RtcPeerConnectionIceEvent};

thread_local! {
    /// What this page knows of its ICE servers.
    static SILENCE: RefCell<Silence> = RefCell::default();
}

/// The network may be another one, and the ICE servers be heard there.
pub fn forget_silence() {
    SILENCE.with_borrow_mut(Silence::forget);
}

/// Whether a description waits for candidates.
#[derive(Default)]
pub enum Waiting {
    /// None was made yet.
    #[default]
    Idle,
    /// One does, until the timeout.
    Until {
        gathering: Gathering,
        /// Whether the application knows that the browser gathers.
        told: bool,
        _timeout: Option<Timeout>,
    },
    /// It has left.
    Over(Gathering),
}

impl Session {
    /// The local description is set; what the browser told before was of another one. Where nothing is left to gather, such
    /// as in a later offer without an ICE restart, it can leave at once and the browser tells no more.
    pub(super) fn begin_gathering(self: &Rc<Self>, connection: &RtcPeerConnection) {
        if self.is_released() {
            return;
        }
        let since = self.peer.borrow().as_ref().and_then(Peer::take_head_start);
        let mut gathering = Gathering::new(clock::now(), since, self.rtc.servers, self.rtc.timeout);
        let local = connection.local_description().map(|local| local.sdp()).unwrap_or_default();
        for candidate in local.lines().filter_map(|line| line.strip_prefix("a=candidate:")) {
            if let Some(candidate) = Candidate::read(candidate) {
                gathering.handle_candidate(clock::now(), candidate);
            }
        }
        let again = self.peer.borrow().as_ref().is_some_and(Peer::has_described);
        let complete = connection.ice_gathering_state() == RtcIceGatheringState::Complete;
        if gathering.has_any() && (complete || again) {
            self.waiting.replace(Waiting::Over(gathering));
            return self.describe();
        }
        self.waiting.replace(Waiting::Until { gathering, told: false, _timeout: None });
        self.wait_on();
    }

    /// The browser has begun.
    pub(super) fn gathering_began(&self, event: &JsValue) {
        match &mut *self.waiting.borrow_mut() {
            Waiting::Until { told, .. } if !*told => *told = true,
            _ => return,
        }
        self.tell("iceGathering", "event", event);
    }

    /// A candidate came.
    pub(super) fn candidate_came(self: &Rc<Self>, event: &RtcPeerConnectionIceEvent) {
        self.gathering_began(&JsValue::NULL);
        let attribute = event.candidate().map(|it| it.candidate()).unwrap_or_default();
        let candidate = Candidate::read(&attribute);
        let waits = match (&mut *self.waiting.borrow_mut(), candidate) {
            (Waiting::Until { gathering, .. }, Some(candidate)) => {
                gathering.handle_candidate(clock::now(), candidate);
                true
            }
            (Waiting::Over(gathering), Some(candidate)) => {
                gathering.handle_candidate(clock::now(), candidate);
                false
            }
            _ => false,
        };
        self.tell("iceCandidate", "event", event);
        if waits {
            self.wait_on();
        } else if candidate.is_some() {
            self.learn();
            self.came_late();
        }
    }

    /// The next offer restarts ICE.
    pub fn restart_ice(&self) {
        if let Some(peer) = self.peer.borrow().as_ref() {
            peer.restart_ice();
        }
    }

    /// The waiting ends: the browser has all candidates, or there are enough, or none is waited for any longer.
    pub(super) fn gathering_ended(&self, event: &JsValue) {
        self.gathering_began(&JsValue::NULL);
        let gathering = match self.waiting.take() {
            Waiting::Until { gathering, .. } => gathering,
            over => {
                self.waiting.replace(over);
                return self.came_late();
            }
        };
        self.waiting.replace(Waiting::Over(gathering));
        self.learn();
        self.tell("iceGatheringComplete", "event", event);
        self.describe();
    }

    /// Sets the timeout anew, or ends the waiting.
    fn wait_on(self: &Rc<Self>) {
        let wait = match &*self.waiting.borrow() {
            Waiting::Until { gathering, .. } => {
                let due = SILENCE.with_borrow(|silence| gathering.due_after(silence, &self.rtc.urls));
                due.since(clock::now()).as_millis()
            }
            _ => return,
        };
        if wait == 0 {
            return self.gathering_ended(&JsValue::NULL);
        }
        let session = Rc::downgrade(self);
        // As a description does not wait for longer than some seconds, it is a number that fits.
        let timeout = Timeout::new(u32::try_from(wait).unwrap_or_default(), move || {
            if let Some(session) = session.upgrade() {
                session.gathering_ended(&JsValue::NULL);
            }
        });
        if let Waiting::Until { _timeout, .. } = &mut *self.waiting.borrow_mut() {
            *_timeout = Some(timeout);
        }
    }

    /// Which servers have answered, for the next description.
    fn learn(&self) {
        let Waiting::Over(gathering) = &*self.waiting.borrow() else { return };
        SILENCE.with_borrow_mut(|silence| gathering.learn(silence, &self.rtc.urls));
    }
}
