//! The sounds that a telephone makes by itself, with WebAudio: it rings, it rings there, a key was pressed.

use super::devices::Kind;
use super::media::Session;
use super::{get, invoke, spawn, within};
use crate::sound::{RATE, Sound};
use gloo_timers::callback::Timeout;
use js_sys::Promise;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AudioBufferSourceNode, AudioContext};

/// Milliseconds within which a page that may make a sound begins to.
const PATIENCE: u32 = 1000;

/// Milliseconds after which what a key sounded is let go.
const REST: u32 = 100;

/// Which sounds are wanted.
#[derive(Clone, Copy, Default)]
pub struct Tones {
    /// For an incoming call.
    pub ringtone: bool,
    /// While it rings at the far side, and the far side sends nothing to be heard.
    pub ringback: bool,
    /// For the DTMF tones that are sent.
    pub keys: bool,
}

/// What sounds in one call.
#[derive(Default)]
pub struct Sounding {
    ring: RefCell<Option<Player>>,
    key: RefCell<Option<(Player, Timeout)>>,
}

impl Sounding {
    /// Whatever rings, here or there, is silent.
    pub fn stop_ringing(&self) {
        self.ring.take();
    }

    /// Lets everything go.
    pub fn release(&self) {
        self.ring.take();
        self.key.take();
    }
}

/// One sound. Dropped, it stops, and its AudioContext is closed.
struct Player {
    context: AudioContext,
    source: AudioBufferSourceNode,
}

impl Player {
    fn play(sound: &Sound, is_ringing: bool) -> Result<Self, JsValue> {
        let samples = sound.samples();
        let context = AudioContext::new()?;
        let source = context.create_buffer_source()?;
        let player = Self { context, source };
        let length = u32::try_from(samples.len()).unwrap_or(u32::MAX);
        let buffer = player.context.create_buffer(1, length, RATE as f32)?;
        buffer.copy_to_channel(&samples, 0)?;
        player.source.set_buffer(Some(&buffer));
        player.source.set_loop(is_ringing);
        player.source.connect_with_audio_node(&player.context.destination())?;
        player.source.start()?;
        Ok(player)
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.source.disconnect().ok();
        close(&self.context);
    }
}

impl Session {
    /// It rings here, or during another call.
    pub(super) fn ring(self: &Rc<Self>, is_busy: bool) {
        if self.options().tones.ringtone {
            self.sound(&if is_busy { Sound::call_waiting() } else { Sound::ringtone() });
        }
    }

    /// It rings there.
    pub(super) fn ring_back(self: &Rc<Self>) {
        if self.options().tones.ringback && !self.is_heard() && self.sounding.ring.borrow().is_none() {
            self.sound(&Sound::ringback());
        }
    }

    /// A tone is sent.
    pub(super) fn sound_key(self: &Rc<Self>, digit: char, duration: u32) {
        if !self.options().tones.keys {
            return;
        }
        let Some(Ok(player)) = Sound::key(digit, duration).map(|sound| Player::play(&sound, false)) else {
            return;
        };
        let session = Rc::downgrade(self);
        let over = Timeout::new(duration + REST, move || {
            if let Some(session) = session.upgrade() {
                session.sounding.key.take();
            }
        });
        drop(self.sounding.key.replace(Some((player, over))));
    }

    fn sound(self: &Rc<Self>, sound: &Sound) {
        let Ok(player) = Player::play(sound, true) else { return };
        let context = player.context.clone();
        drop(self.sounding.ring.replace(Some(player)));
        let session = Rc::clone(self);
        spawn(async move {
            let Some(driver) = session.driver() else { return };
            if let Some(id) = driver.devices.chosen(Kind::Speaker).await {
                // Where the browser cannot, it sounds on the default speaker.
                let _ = invoke(&context, "setSinkId", &[&id.into()]).map(swallow);
            }
            let Ok(resumed) = context.resume() else { return };
            let is_blocked =
                within(PATIENCE, &resumed).await.is_err() && get(&context, "state") == "suspended";
            if is_blocked && session.sounding.ring.borrow().is_some() {
                session.tell_device("audioBlocked", &JsValue::NULL);
            }
        });
    }

    /// Tries again to make itself heard.
    pub(super) fn resume_ringing(&self) -> Option<Promise> {
        self.sounding.ring.borrow().as_ref()?.context.resume().ok()
    }
}

/// Lets its sound device go.
pub fn close(context: &AudioContext) {
    if let Ok(closed) = context.close() {
        swallow(closed.into());
    }
}

fn swallow(promise: JsValue) {
    spawn(async move { drop(JsFuture::from(promise.unchecked_into::<Promise>()).await) });
}
