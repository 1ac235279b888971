//! What happens in a story, line by line: the users' whims, the network's, and each message in full.

use std::fmt::Write;

use telnyx_device::time::Instant;

/// Written where somebody wants to read it.
#[derive(Default)]
pub struct Script {
    text: Option<String>,
}

impl Script {
    pub fn written() -> Self {
        Self { text: Some(String::new()) }
    }

    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    pub fn say(&mut self, now: Instant, user: &str, what: &str) {
        if let Some(text) = &mut self.text {
            writeln!(text, "{:>8} {user:5} {what}", now.as_millis()).unwrap();
        }
    }

    /// A message that reaches the other end of a line.
    pub fn message(&mut self, now: Instant, user: &str, arrow: &str, frame: &[u8]) {
        if self.text.is_some() {
            let message = String::from_utf8_lossy(frame);
            let message = message.trim_end().replace('\n', &format!("\n{:18}", ""));
            self.say(now, user, &format!("{arrow} {message}"));
        }
    }
}
