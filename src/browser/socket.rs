//! A WebSocket that carries SIP (RFC 7118).

use super::Driver;
use crate::agent::{Input, SocketId};
use gloo_events::EventListener;
use js_sys::{ArrayBuffer, Uint8Array};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// RFC 7118 §4.1.
const SUB_PROTOCOL: &str = "sip";

/// A protocol error (RFC 6455 §7.4.1): the server did not choose our sub-protocol.
const PROTOCOL_ERROR: u16 = 1002;

/// No close frame was seen (RFC 6455 §7.1.5).
pub const ABNORMAL: u16 = 1006;

/// An open or opening socket. Dropped, it closes and tells nothing more.
pub struct Socket {
    id: SocketId,
    socket: WebSocket,
    _listeners: [EventListener; 3],
}

impl Socket {
    /// Opens a socket, or says why the browser does not even try (such as `ws:` from a page of `https:`).
    pub fn open(driver: &Rc<Driver>, id: SocketId, uri: &str) -> Result<Self, JsValue> {
        let socket = WebSocket::new_with_str(uri, SUB_PROTOCOL)?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let to = |driver: &Rc<Driver>| Rc::downgrade(driver);
        let listeners = [
            on_open(to(driver), id, &socket),
            on_message(to(driver), id, &socket),
            on_close(to(driver), id, &socket),
        ];
        Ok(Self { id, socket, _listeners: listeners })
    }

    /// Whose news it tells.
    pub const fn id(&self) -> SocketId {
        self.id
    }

    /// Sends one message; as text where it is UTF-8.
    pub fn send(&self, frame: &[u8]) {
        // A socket that cannot send any more says so by its close event.
        let _ = match str::from_utf8(frame) {
            Ok(text) => self.socket.send_with_str(text),
            Err(_) => self.socket.send_with_u8_array(frame),
        };
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = self.socket.close();
    }
}

fn on_open(driver: Weak<Driver>, id: SocketId, socket: &WebSocket) -> EventListener {
    let opened = socket.clone();
    EventListener::new(socket, "open", move |_| {
        let Some(driver) = driver.upgrade() else { return };
        if opened.protocol() == SUB_PROTOCOL {
            driver.turn(Input::SocketOpened(id));
        } else {
            driver.lost(id, PROTOCOL_ERROR, "the server did not choose the sub-protocol sip", false);
        }
    })
}

fn on_message(driver: Weak<Driver>, id: SocketId, socket: &WebSocket) -> EventListener {
    EventListener::new(socket, "message", move |event| {
        let data = event.unchecked_ref::<MessageEvent>().data();
        let frame = match data.as_string() {
            Some(text) => text.into_bytes(),
            None => match data.dyn_ref::<ArrayBuffer>() {
                Some(buffer) => Uint8Array::new(buffer).to_vec(),
                None => return,
            },
        };
        if let Some(driver) = driver.upgrade() {
            driver.turn(Input::Received { socket: id, frame });
        }
    })
}

fn on_close(driver: Weak<Driver>, id: SocketId, socket: &WebSocket) -> EventListener {
    EventListener::new(socket, "close", move |event| {
        let event: &CloseEvent = event.unchecked_ref();
        if let Some(driver) = driver.upgrade() {
            driver.lost(id, event.code(), &event.reason(), event.was_clean());
        }
    })
}
