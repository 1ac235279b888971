//! The application's functions between microphone and sender, and between receiver and element.

use super::media::Session;
use super::{object, within};
use js_sys::{Error, Function, Promise};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, MediaStreamTrack};

/// Milliseconds that a processor may take before the call goes on without it.
const PATIENCE: u32 = 2000;

/// The side of the call that a processor serves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the microphone.
    Outgoing,
    /// From the far side.
    Incoming,
}

/// What a processor made of a track. Dropped, it is stopped, and the processor's signal says that it is not needed.
pub struct Processed {
    raw: MediaStreamTrack,
    track: MediaStreamTrack,
    controller: AbortController,
}

impl Processed {
    /// What the processor gave.
    pub const fn track(&self) -> &MediaStreamTrack {
        &self.track
    }
}

impl Drop for Processed {
    fn drop(&mut self) {
        if self.track != self.raw {
            self.track.stop();
        }
        self.controller.abort();
    }
}

impl Session {
    /// Puts a track through the application's processor. `None` where there is none, or where it failed, which is told.
    pub(super) async fn processed(
        self: &Rc<Self>,
        raw: &MediaStreamTrack,
        direction: Direction,
    ) -> Option<Processed> {
        let options = self.options();
        let processor = match direction {
            Direction::Outgoing => options.outgoing.as_ref(),
            Direction::Incoming => options.incoming.as_ref(),
        };
        match process(processor?, raw).await {
            Ok(processed) => Some(processed),
            Err(error) => {
                let direction = if direction == Direction::Outgoing { "outgoing" } else { "incoming" };
                let failure = object(&[("direction", &direction.into()), ("error", &error)]);
                self.tell("processorFailed", "failure", &failure);
                None
            }
        }
    }
}

async fn process(processor: &Function, raw: &MediaStreamTrack) -> Result<Processed, JsValue> {
    let controller = AbortController::new()?;
    let given = match processor.call2(&JsValue::UNDEFINED, raw, &controller.signal()) {
        Ok(promise) => within(PATIENCE, &Promise::resolve(&promise)).await,
        Err(error) => Err(error),
    };
    match given.map(JsCast::dyn_into::<MediaStreamTrack>) {
        Ok(Ok(track)) => Ok(Processed { raw: Clone::clone(raw), track, controller }),
        refused => {
            controller.abort();
            Err(refused.err().filter(|error| !error.is_undefined()).unwrap_or_else(|| {
                Error::new("processAudio: the processor must return a MediaStreamTrack within 2 seconds")
                    .into()
            }))
        }
    }
}
