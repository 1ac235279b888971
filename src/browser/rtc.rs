//! How peer connections are made.

use super::{clock, get};
use crate::ice::Servers;
use crate::time::{Duration, Instant};
use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RtcConfiguration, RtcPeerConnection};

/// An `RTCConfiguration`, ICE servers with their credentials in it, which nobody can read back; and what follows from it.
pub struct Rtc {
    pub(super) configuration: RtcConfiguration,
    /// Which servers' candidates a description waits for.
    pub servers: Servers,
    /// Their URIs.
    pub urls: String,
    /// How long it waits for them at the most, once there is a candidate.
    pub timeout: Duration,
    /// Whether a peer connection is kept ready.
    pub warm: bool,
}

impl Rtc {
    /// Reads the servers from an `RTCConfiguration`; `timeout` is in milliseconds.
    pub fn new(configuration: RtcConfiguration, timeout: u32, warm: bool) -> Self {
        let (mut servers, mut urls) = (Servers::default(), String::new());
        for server in list(&get(&configuration, "iceServers")) {
            for url in list(&get(&server, "urls")).iter().filter_map(JsValue::as_string) {
                servers = servers.and(&url);
                urls.push_str(&url);
                urls.push(' ');
            }
        }
        if get(&configuration, "iceTransportPolicy").as_string().as_deref() == Some("relay") {
            servers.stun = false;
        }
        Self { configuration, servers, urls, timeout: Duration::from_millis(timeout.into()), warm }
    }

    /// A new peer connection. It gathers from its first description on.
    pub fn connect(&self) -> Result<Made, JsValue> {
        let connection = RtcPeerConnection::new_with_configuration(&self.configuration)?;
        Ok(Made { connection, since: None })
    }

    /// A new peer connection that gathers at once, where the browser can do that.
    pub fn connect_early(&self) -> Option<Made> {
        let configuration = Object::assign(&Object::new(), &self.configuration);
        super::set(&configuration, "iceCandidatePoolSize", &1.into());
        let connection = RtcPeerConnection::new_with_configuration(configuration.unchecked_ref()).ok()?;
        Some(Made { connection, since: Some(clock::now()) })
    }
}

/// A peer connection, closed when it is dropped.
pub struct Made {
    /// The browser's object.
    pub connection: RtcPeerConnection,
    /// When it began to gather, where that was before its first description.
    pub since: Option<Instant>,
}

impl Drop for Made {
    fn drop(&mut self) {
        self.connection.close();
    }
}

/// An array, or the one thing that stands for an array of it.
pub(super) fn list(value: &JsValue) -> Vec<JsValue> {
    if Array::is_array(value) { value.unchecked_ref::<Array>().to_vec() } else { vec![value.clone()] }
}
