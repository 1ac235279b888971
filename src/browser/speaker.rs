//! Where the far side is heard.

use super::{get, invoke};
use js_sys::Promise;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlMediaElement, MediaStream};

/// An element that plays one call: the application's, or one of our own in the page, removed when this is dropped.
pub struct Speaker {
    element: HtmlMediaElement,
    is_ours: bool,
    stream: RefCell<Option<MediaStream>>,
}

impl Speaker {
    /// `None` where the page has no place for an element.
    pub fn new(given: Option<HtmlMediaElement>) -> Option<Self> {
        if let Some(element) = given {
            return Some(Self { element, is_ours: false, stream: RefCell::default() });
        }
        let document = web_sys::window()?.document()?;
        let element: HtmlMediaElement = document.create_element("audio").ok()?.unchecked_into();
        document.body()?.append_child(&element).ok()?;
        Some(Self { element, is_ours: true, stream: RefCell::default() })
    }

    /// Plays this stream from now on, in place of what any call has played there. The promise is rejected with a NotAllowedError where the page may not make a
    /// sound yet.
    pub fn play(&self, stream: &MediaStream) -> Result<Promise, JsValue> {
        self.element.set_src_object(Some(stream));
        *self.stream.borrow_mut() = Some(Clone::clone(stream));
        self.resume()
    }

    /// Tries again.
    pub fn resume(&self) -> Result<Promise, JsValue> {
        self.element.play()
    }

    /// The id of the device on which it plays; empty for the default one.
    pub fn sink(&self) -> String {
        get(&self.element, "sinkId").as_string().unwrap_or_default()
    }

    /// Plays on this device from now on; the default one for an empty string (Audio Output Devices §2).
    pub fn set_sink(&self, device: &str) -> Result<Promise, JsValue> {
        invoke(&self.element, "setSinkId", &[&device.into()]).map(JsCast::unchecked_into)
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        // Another call may have taken the application's element over.
        if self.element.src_object() == self.stream.take() {
            self.element.set_src_object(None);
        }
        if self.is_ours {
            self.element.remove();
        }
    }
}
