//! What happened lately, to be read, saved or sent to whoever helps.

use super::given::Given;
use crate::agent::CallId;
use crate::browser::object;
use crate::trace::{Kind, Line, Redact, Trace};
use js_sys::Array;
use wasm_bindgen::prelude::*;

/// The recent SIP messages and events of a device, without credentials. It does not change any more.
#[wasm_bindgen]
pub struct TelnyxTrace(Trace);

impl From<Trace> for TelnyxTrace {
    fn from(trace: Trace) -> Self {
        Self(trace)
    }
}

/// The option `redact`.
pub fn redact(options: &JsValue) -> Result<Redact, JsValue> {
    let given = Given::new("trace", options)?;
    match given.string("redact")?.as_deref() {
        None => Ok(Redact::Credentials),
        Some(name) => [Redact::Credentials, Redact::All]
            .into_iter()
            .find(|redact| redact.as_str() == name)
            .ok_or_else(|| given.wrong("redact", "'credentials' or 'all'")),
    }
}

#[wasm_bindgen]
impl TelnyxTrace {
    /// The messages and events, oldest first.
    #[wasm_bindgen(getter, unchecked_return_type = "TraceEntry[]")]
    pub fn entries(&self) -> Array {
        self.0.lines().iter().map(entry).collect()
    }

    /// A ladder of arrows between the device and the server, then every message whole.
    #[wasm_bindgen(js_name = toString)]
    #[allow(clippy::inherent_to_string)] // what JavaScript calls
    pub fn to_string(&self) -> String {
        self.0.ladder()
    }

    /// What `JSON.stringify` writes.
    #[wasm_bindgen(js_name = toJSON, unchecked_return_type = "TraceJSON")]
    pub fn to_json(&self) -> JsValue {
        let redact = self.0.redact().as_str();
        object(&[("version", &1.into()), ("redact", &redact.into()), ("entries", &self.entries())]).into()
    }

    /// A `.pcapng` file, which Wireshark opens as SIP.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    pub fn pcapng(&self) -> Vec<u8> {
        self.0.pcapng()
    }
}

fn entry(line: &Line) -> JsValue {
    let (kind, direction) = match line.kind {
        Kind::Received => ("message", "in".into()),
        Kind::Sent => ("message", "out".into()),
        Kind::Event { .. } => ("event", JsValue::NULL),
    };
    let (name, call) = match line.kind {
        Kind::Event { name, call } => (name, call.map_or(JsValue::NULL, |CallId(call)| call.into())),
        _ => (line.summary(), JsValue::NULL),
    };
    object(&[
        ("time", &(line.time as f64).into()),
        ("kind", &kind.into()),
        ("direction", &direction),
        ("name", &name.into()),
        ("call", &call),
        ("text", &line.text.as_str().into()),
    ])
    .into()
}
