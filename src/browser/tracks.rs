//! Tracks that come and go while a call goes on: another stream, a camera, a screen. They are the application's: we open
//! none of them, and stop none.

use super::capture::Track;
use super::devices::no;
use super::media::Session;
use super::processor::Direction;
use super::{get, invoke, object, within};
use gloo_events::EventListener;
use js_sys::{Array, Function, Promise};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, MediaStreamTrack, RtcRtpSender, RtcRtpTransceiver};

/// Milliseconds for an offer to be taken back.
const PATIENCE: u32 = 1000;

impl Session {
    /// Sends this track besides the others, as one of `stream` where there is one. The far side learns of it by the next
    /// offer.
    ///
    /// # Errors
    /// What the browser says, such as for a track that is sent already.
    pub fn add_track(
        self: &Rc<Self>,
        track: &MediaStreamTrack,
        stream: Option<&MediaStream>,
    ) -> Result<(), JsValue> {
        let connection =
            self.connection().ok_or_else(|| no("the call has no media yet", "InvalidStateError"))?;
        let streams: Array = stream.into_iter().collect();
        let arguments: Array = [&**track].into_iter().map(JsValue::from).chain(streams.iter()).collect();
        let add: Function = get(&connection, "addTrack").dyn_into()?;
        if let Err(error) = add.apply(&connection, &arguments) {
            if self.sending.sent_as(track).is_some() {
                return Err(error);
            }
            // Chromium remembers the sender of a track that was taken back.
            invoke(&connection, "addTransceiver", &[track, &object(&[("streams", &streams)])])?;
        }
        self.sending.put(None, Some(self.track(Clone::clone(track), false)));
        self.keep_direction();
        Ok(())
    }

    /// Sends this track no longer. Whether it was sent.
    pub fn remove_track(&self, track: &MediaStreamTrack) -> bool {
        let Some(sent) = self.sending.sent_as(track) else { return false };
        if let (Some(sender), Some(connection)) = (self.sender_of(&sent), self.connection()) {
            connection.remove_track(&sender);
            // One that no description knows is not to be in any.
            for transceiver in connection.get_transceivers() {
                let transceiver: &RtcRtpTransceiver = transceiver.unchecked_ref();
                if transceiver.sender() == sender && transceiver.mid().is_none() {
                    transceiver.stop();
                }
            }
        }
        self.sending.put(Some(track), None);
        self.keep_direction();
        true
    }

    /// Takes back tracks to which the far side did not agree, as soon as the offer of them is taken back.
    pub async fn take_back(&self, tracks: &[MediaStreamTrack]) {
        let Some(connection) = self.connection().filter(|_| !tracks.is_empty()) else { return };
        if get(&connection, "signalingState") != "stable" {
            let mut listener = None;
            let stable = Promise::new(&mut |resolve, _| {
                listener = Some(EventListener::once(&connection, "signalingstatechange", move |_| {
                    let _ = resolve.call0(&JsValue::UNDEFINED);
                }));
            });
            let _ = within(PATIENCE, &stable).await;
        }
        for track in tracks {
            self.remove_track(track);
        }
    }

    /// Sends the first audio track and the first video track of this stream in place of what is sent. The tracks that had
    /// to be added, and whether the far side has to agree, because there is more or less to send than before.
    ///
    /// # Errors
    /// What the browser says.
    pub async fn replace_stream(
        self: &Rc<Self>,
        stream: &MediaStream,
    ) -> Result<(Vec<MediaStreamTrack>, bool), JsValue> {
        let (mut added, mut is_removed) = (Vec::new(), false);
        for kind in ["audio", "video"] {
            let tracks = stream.get_tracks();
            let mut tracks = tracks.iter().map(JsCast::unchecked_into::<MediaStreamTrack>);
            let next = tracks.find(|track| track.kind() == kind);
            match (self.sending.sent(kind), next) {
                (Some(before), Some(next)) if before.raw == next => {}
                (Some(_), Some(next)) => self.send_instead(self.track(next, false), kind).await?,
                (Some(before), None) => is_removed |= self.remove_track(&before.raw),
                (None, Some(next)) => {
                    self.add_track(&next, Some(stream))?;
                    added.push(next);
                }
                (None, None) => {}
            }
        }
        let is_changed = is_removed || !added.is_empty();
        Ok((added, is_changed))
    }

    /// Sends a track in place of the one of its kind that is sent, processed where it is audio. Where the call is over
    /// meanwhile, or something else is chosen, it is let go.
    pub(super) async fn send_instead(self: &Rc<Self>, mut track: Track, kind: &str) -> Result<(), JsValue> {
        let turn = self.sending.choose(kind);
        if kind == "audio" {
            let raw = track.raw();
            track.process(self.processed(&raw, Direction::Outgoing).await);
        }
        let (Some(before), true) = (self.sending.sent(kind), self.sending.is_last(kind, turn)) else {
            return Ok(());
        };
        self.sending.apply_to(&track);
        if let Some(sender) = self.sender_of(&before.sent) {
            let replaced = self.promised(&sender.replace_track(Some(track.sent()))).await;
            if !self.is_released() {
                replaced?;
            }
        }
        if !self.is_released() {
            self.sending.put(Some(&before.raw), Some(track));
        }
        Ok(())
    }

    fn sender_of(&self, track: &MediaStreamTrack) -> Option<RtcRtpSender> {
        let senders = self.connection()?.get_senders();
        let mut senders = senders.iter().map(JsCast::unchecked_into::<RtcRtpSender>);
        senders.find(|sender| sender.track().as_ref() == Some(track))
    }
}
