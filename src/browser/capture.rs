//! What a call sends: tracks that we opened or that the application gave, muted or not, processed or not.

use super::processor::Processed;
use gloo_events::EventListener;
use js_sys::Array;
use std::cell::{Cell, RefCell};
use web_sys::{MediaStream, MediaStreamTrack};

/// The tracks that a call sends, and the stream that has them.
#[derive(Default)]
pub struct Sending {
    stream: RefCell<Option<MediaStream>>,
    tracks: RefCell<Vec<Track>>,
    muted: Cell<bool>,
    /// The far side is on hold: it is to hear nothing.
    held: Cell<bool>,
    /// How often a microphone and a camera were chosen: only the last choice of its kind counts.
    choices: [Cell<u32>; 2],
}

/// One track. Dropped, it is stopped where we opened it, and given back as it was where we did not.
pub struct Track {
    raw: MediaStreamTrack,
    is_ours: bool,
    processed: Option<Processed>,
    /// Whether it was enabled when we silenced it; `None` while we do not. The application may have disabled its track
    /// itself: that is not ours to undo.
    silenced: Cell<Option<bool>>,
    _ended: Option<EventListener>,
}

impl Track {
    /// A track from a device, or from the application.
    pub const fn new(raw: MediaStreamTrack, is_ours: bool, ended: Option<EventListener>) -> Self {
        Self { raw, is_ours, processed: None, silenced: Cell::new(None), _ended: ended }
    }

    /// What came from the device, or from the application.
    pub fn raw(&self) -> MediaStreamTrack {
        Clone::clone(&self.raw) // not the method of MediaStreamTrack, which makes another one
    }

    /// What leaves.
    pub fn sent(&self) -> &MediaStreamTrack {
        self.processed.as_ref().map_or(&self.raw, Processed::track)
    }

    /// Has this leave in its place.
    pub fn process(&mut self, processed: Option<Processed>) {
        let was_silenced = self.silenced.get().is_some();
        self.mute(false);
        self.processed = processed;
        // A processor may have made a copy of what only we had disabled.
        if was_silenced && self.raw.enabled() {
            self.sent().set_enabled(true);
        }
    }

    fn is(&self, kind: &str) -> bool {
        self.raw.kind() == kind
    }

    /// Where it is audio.
    fn mute(&self, muted: bool) {
        if !self.is("audio") {
            return;
        }
        let sent = self.sent();
        if muted {
            self.silenced.set(self.silenced.get().or(Some(sent.enabled())));
            sent.set_enabled(false);
        } else if let Some(was_enabled) = self.silenced.take() {
            sent.set_enabled(was_enabled);
        }
    }
}

impl Drop for Track {
    fn drop(&mut self) {
        if self.is_ours {
            self.raw.stop();
        } else {
            self.mute(false);
        }
    }
}

/// A track as it stood when it was asked for.
pub struct Sent {
    /// What came from the device, or from the application.
    pub raw: MediaStreamTrack,
    /// What leaves.
    pub sent: MediaStreamTrack,
    /// Whether we opened it.
    pub is_ours: bool,
}

impl Sending {
    /// `localStream`.
    pub fn stream(&self) -> Option<MediaStream> {
        // Not the method of MediaStream, which makes tracks of its own.
        self.stream.borrow().as_ref().map(Clone::clone)
    }

    /// Mutes the audio, now and whenever there will be some.
    pub fn set_muted(&self, muted: bool) {
        self.muted.set(muted);
        self.apply();
    }

    /// Sends silence while the far side is on hold. False where that is not all: a track is the application's, which another
    /// call may send, too, or is video. Then the description has to say that nothing is sent.
    pub fn set_held(&self, held: bool) -> bool {
        self.held.set(held);
        self.apply();
        self.tracks.borrow().iter().all(|track| track.is_ours && track.is("audio"))
    }

    /// Whether the far side is on hold.
    pub const fn is_held(&self) -> bool {
        self.held.get()
    }

    fn apply(&self) {
        self.tracks.borrow().iter().for_each(|track| self.apply_to(track));
    }

    /// Has a track of ours, or to be, heard or not.
    pub fn apply_to(&self, track: &Track) {
        track.mute(self.muted.get() || (self.held.get() && track.is_ours));
    }

    /// Whether the audio is muted.
    pub const fn is_muted(&self) -> bool {
        self.muted.get()
    }

    /// Sends this stream from now on.
    pub fn hold(&self, stream: &MediaStream, tracks: Vec<Track>) {
        drop(self.tracks.replace(tracks));
        *self.stream.borrow_mut() = Some(Clone::clone(stream));
        self.apply();
    }

    /// What is sent of this kind of media.
    pub fn sent(&self, kind: &str) -> Option<Sent> {
        let tracks = self.tracks.borrow();
        let track = tracks.iter().find(|track| track.is(kind))?;
        Some(Sent { raw: track.raw(), sent: Clone::clone(track.sent()), is_ours: track.is_ours })
    }

    /// What leaves for the `raw` track, if it is sent.
    pub fn sent_as(&self, raw: &MediaStreamTrack) -> Option<MediaStreamTrack> {
        let tracks = self.tracks.borrow();
        tracks.iter().find(|track| track.raw == *raw).map(|track| Clone::clone(track.sent()))
    }

    /// Has this leave in the place of the `raw` track.
    pub fn process(&self, raw: &MediaStreamTrack, processed: Processed) {
        if let Some(track) = self.tracks.borrow_mut().iter_mut().find(|track| track.raw == *raw) {
            track.process(Some(processed));
            self.apply_to(track);
        }
        self.gather();
    }

    /// Puts a track in the place of the `raw` one, or beside the others; without a track, takes that one out.
    pub fn put(&self, raw: Option<&MediaStreamTrack>, track: Option<Track>) {
        let mut tracks = self.tracks.borrow_mut();
        let at = tracks.iter().position(|track| Some(&track.raw) == raw);
        let before = at.map(|at| tracks.remove(at));
        if let Some(track) = track {
            self.apply_to(&track);
            tracks.push(track);
        }
        drop(tracks);
        drop(before); // its processor's signal is heard while nothing is borrowed
        self.gather();
    }

    /// Another track of this kind is chosen; gives the number of the choice.
    pub fn choose(&self, kind: &str) -> u32 {
        let choices = self.choices(kind);
        choices.set(choices.get() + 1);
        choices.get()
    }

    /// The number of the last choice of this kind.
    pub fn turn(&self, kind: &str) -> u32 {
        self.choices(kind).get()
    }

    /// Whether this choice is the last one of its kind.
    pub fn is_last(&self, kind: &str, choice: u32) -> bool {
        self.turn(kind) == choice
    }

    fn choices(&self, kind: &str) -> &Cell<u32> {
        let [audio, video] = &self.choices;
        if kind == "audio" { audio } else { video }
    }

    /// Lets everything go.
    pub fn release(&self) {
        self.stream.take();
        drop(self.tracks.take()); // not borrowed meanwhile
    }

    fn gather(&self) {
        let list: Array = self.tracks.borrow().iter().map(|track| Clone::clone(track.sent())).collect();
        *self.stream.borrow_mut() = MediaStream::new_with_tracks(&list).ok();
    }
}
