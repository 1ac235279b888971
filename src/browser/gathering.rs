//! When a description has candidates enough to leave.
//!
//! It leaves when gathering is complete, or [`PATIENCE`] after the first candidate, whichever comes first; where none
//! comes at all, after [`LONGEST`].

use super::media::Session;
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{RtcIceGatheringState, RtcPeerConnection};

/// Milliseconds for further candidates once there is one.
const PATIENCE: u32 = 500;

/// Milliseconds for the first candidate.
const LONGEST: u32 = 5000;

/// Whether a description waits for candidates.
#[derive(Default)]
pub enum Gathering {
    /// None does.
    #[default]
    Idle,
    /// One does, until the timeout.
    Waiting {
        /// How far it has come.
        stage: Stage,
        /// The end of our patience.
        _until: Timeout,
    },
}

/// What the browser has told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing yet.
    Asked,
    /// That it gathers.
    Begun,
    /// Candidates.
    Usable,
}

impl Session {
    /// A local description is about to be set.
    pub(super) fn begin_gathering(self: &Rc<Self>) {
        self.gathering.replace(Gathering::Waiting { stage: Stage::Asked, _until: self.end_after(LONGEST) });
    }

    /// The local description is set. Where nothing is left to gather, such as in an answer to a later offer without an
    /// ICE restart, it can leave at once and the browser tells no more.
    pub(super) fn look_at_gathering(&self, connection: &RtcPeerConnection) {
        let complete = connection.ice_gathering_state() == RtcIceGatheringState::Complete;
        let usable =
            || connection.local_description().is_some_and(|local| local.sdp().contains("a=candidate:"));
        if complete && self.stage() == Some(Stage::Asked) && usable() {
            self.gathering.take();
            self.describe();
        }
    }

    /// The browser has begun.
    pub(super) fn gathering_began(&self, event: &JsValue) {
        match &mut *self.gathering.borrow_mut() {
            Gathering::Waiting { stage, .. } if *stage == Stage::Asked => *stage = Stage::Begun,
            _ => return,
        }
        self.tell("iceGathering", "event", event);
    }

    /// A candidate came.
    pub(super) fn candidate_came(self: &Rc<Self>, event: &JsValue) {
        self.gathering_began(&JsValue::NULL);
        if self.stage() == Some(Stage::Begun) {
            self.gathering
                .replace(Gathering::Waiting { stage: Stage::Usable, _until: self.end_after(PATIENCE) });
        }
        self.tell("iceCandidate", "event", event);
    }

    /// The waiting ends: the browser has all candidates, or our patience has run out.
    pub(super) fn gathering_ended(&self, event: &JsValue) {
        self.gathering_began(&JsValue::NULL);
        if matches!(self.gathering.take(), Gathering::Idle) {
            return;
        }
        self.tell("iceGatheringComplete", "event", event);
        self.describe();
    }

    fn stage(&self) -> Option<Stage> {
        match *self.gathering.borrow() {
            Gathering::Idle => None,
            Gathering::Waiting { stage, .. } => Some(stage),
        }
    }

    fn end_after(self: &Rc<Self>, milliseconds: u32) -> Timeout {
        let session = Rc::downgrade(self);
        Timeout::new(milliseconds, move || {
            if let Some(session) = session.upgrade() {
                session.gathering_ended(&JsValue::NULL);
            }
        })
    }
}
