//! DTMF in the audio that a call sends (RFC 4733), by the browser's RTCDTMFSender.

use super::media::Session;
use super::{clock, get};
use crate::agent::{MediaFact, Tone};
use crate::time::{Duration, Instant};
use gloo_events::EventListener;
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::RtcPeerConnection;

/// The least silence that browsers know, in milliseconds (WebRTC §7.3). The core keeps the rest.
const GAP: u32 = 30;

/// How long a connection may take to come up: less than the core waits for our word.
const PATIENCE: Duration = Duration::from_secs(9);

#[wasm_bindgen]
extern "C" {
    type Sender;

    #[wasm_bindgen(method, getter)]
    fn dtmf(this: &Sender) -> JsValue;

    type Tones;

    /// Throws where telephone events are not negotiated, or nothing is sent.
    #[wasm_bindgen(method, catch, js_name = insertDTMF)]
    fn insert(this: &Tones, tones: &str, duration: u32, gap: u32) -> Result<(), JsValue>;
}

impl Session {
    /// Plays a tone as soon as the connection is up, and says whether it does.
    pub fn play_tone(self: &Rc<Self>, tone: Tone) {
        let Some(connection) = self.connection() else { return self.report(MediaFact::NoTone) };
        if is_coming(&connection) {
            let (session, until) = (Rc::downgrade(self), clock::now() + PATIENCE);
            let listener = EventListener::new(&connection.clone(), "connectionstatechange", move |_| {
                if let (Some(session), false) = (session.upgrade(), is_coming(&connection)) {
                    session.play_by(&connection, tone, until);
                }
            });
            self.tones.replace(Some(listener));
        } else {
            self.report(play(&connection, tone));
        }
    }

    fn play_by(&self, connection: &RtcPeerConnection, tone: Tone, until: Instant) {
        // The listener is dropped only after it has run.
        let listener = self.tones.take();
        if listener.is_some() && clock::now() < until {
            self.report(play(connection, tone));
        }
    }
}

/// Whether the connection is being made still.
fn is_coming(connection: &RtcPeerConnection) -> bool {
    matches!(get(connection, "connectionState").as_string().as_deref(), Some("new" | "connecting"))
}

fn play(connection: &RtcPeerConnection, tone: Tone) -> MediaFact {
    let mut digit = [0; 4];
    let digit = tone.digit.encode_utf8(&mut digit);
    let senders: Array = connection.get_senders();
    let plays = senders.iter().any(|sender| {
        let tones = sender.unchecked_into::<Sender>().dtmf();
        tones.is_object() && tones.unchecked_into::<Tones>().insert(digit, tone.duration, GAP).is_ok()
    });
    if plays { MediaFact::TonePlays } else { MediaFact::NoTone }
}
