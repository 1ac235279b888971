//! Tracks that come and go while a call goes on: another stream, a camera, a screen. They are the application's: we open
//! none of them, and stop none.

use super::capture::Track;
use super::devices::no;
use super::invoke;
use super::media::Session;
use super::processor::Direction;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamTrack, RtcRtpSender, RtcRtpTransceiver};

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
        match stream {
            Some(stream) => invoke(&connection, "addTrack", &[track, stream])?,
            None => invoke(&connection, "addTrack", &[track])?,
        };
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
        let turn = self.sending.choose();
        if kind == "audio" {
            let raw = track.raw();
            track.process(self.processed(&raw, Direction::Outgoing).await);
        }
        let (Some(before), true) = (self.sending.sent(kind), self.sending.is_last(turn)) else {
            return Ok(());
        };
        self.sending.apply_to(&track);
        if let Some(sender) = self.sender_of(&before.sent) {
            JsFuture::from(sender.replace_track(Some(track.sent()))).await?;
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
