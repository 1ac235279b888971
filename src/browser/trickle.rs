//! Candidates that come after the descriptions have left, ours and the far side's.

use super::media::Session;
use super::peer::Peer;
use super::{object, spawn};
use crate::agent::{MediaFact, RemoteCandidate};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::RtcIceGatheringState;

impl Session {
    /// The far side takes them: it is told now what it has missed.
    pub fn trickle(&self) {
        let missed = self.peer.borrow().as_ref().is_some_and(Peer::begin_trickling);
        if missed {
            self.tell_candidates();
        }
    }

    /// A candidate came when the description had left, or it was the last one.
    pub(super) fn came_late(&self) {
        if self.peer.borrow().as_ref().is_some_and(Peer::trickles) {
            self.tell_candidates();
        }
    }

    fn tell_candidates(&self) {
        let Some(connection) = self.connection() else { return };
        let Some(description) = connection.local_description() else { return };
        let complete = connection.ice_gathering_state() == RtcIceGatheringState::Complete;
        self.report(MediaFact::Candidates { description: description.sdp(), complete });
    }

    /// Takes those of the far side. One that does not fit its description is of an older one.
    pub fn add_candidates(self: &Rc<Self>, candidates: Vec<RemoteCandidate>) {
        let session = Rc::clone(self);
        // Not before its description has been handed to the browser, which is done in a task like this one.
        spawn(async move {
            for candidate in candidates {
                let Some(connection) = session.connection() else { return };
                let init = object(&[("candidate", &candidate.attribute.into())]);
                if !candidate.mid.is_empty() {
                    super::set(&init, "sdpMid", &candidate.mid.into());
                }
                let added =
                    connection.add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(init.unchecked_ref()));
                let _ = session.promised(&added).await;
            }
        });
    }
}
