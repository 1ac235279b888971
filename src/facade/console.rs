//! What is written to the console. No password ever comes here; SIP messages come redacted.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = debug)]
    fn console_debug(text: &str);
    #[wasm_bindgen(js_namespace = console, js_name = log)]
    fn console_log(text: &str);
    #[wasm_bindgen(js_namespace = console, js_name = warn)]
    fn console_warn(text: &str);
}

/// The least that is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Every event.
    Debug,
    /// How connection and registration go, and SIP messages where they are traced.
    Log,
    /// What fails.
    Warn,
    /// Nothing that an event or a promise does not tell.
    Error,
    /// Nothing.
    Off,
}

impl Level {
    /// By its name in the config.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "debug" => Self::Debug,
            "log" => Self::Log,
            "warn" => Self::Warn,
            "error" => Self::Error,
            "off" => Self::Off,
            _ => return None,
        })
    }
}

/// The console, from a level on.
#[derive(Clone, Copy)]
pub struct Console(pub Level);

impl Console {
    /// Writes the parts as one line.
    pub fn write(self, level: Level, parts: &[&str]) {
        if level < self.0 {
            return;
        }
        let text = ["TelnyxDevice: ", &parts.concat()].concat();
        match level {
            Level::Debug => console_debug(&text),
            Level::Log => console_log(&text),
            _ => console_warn(&text),
        }
    }
}
