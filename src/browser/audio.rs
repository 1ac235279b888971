//! Remote audio.

use web_sys::{HtmlAudioElement, MediaStream};

/// An `<audio autoplay>` element in the page, removed when it is dropped.
pub struct Speaker(HtmlAudioElement);

impl Speaker {
    /// An element for one call. `None` where the page has no place for it.
    pub fn new() -> Option<Self> {
        let element = HtmlAudioElement::new().ok()?;
        element.set_autoplay(true);
        let document = web_sys::window()?.document()?;
        document.body()?.append_child(&element).ok()?;
        Some(Self(element))
    }

    /// Plays this stream from now on.
    pub fn play(&self, stream: &MediaStream) {
        self.0.set_src_object(Some(stream));
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        self.0.set_src_object(None);
        self.0.remove();
    }
}
