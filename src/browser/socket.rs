//! A WebSocket that carries SIP (RFC 7118).

use super::{Driver, get};
use crate::agent::{Input, SocketId};
use crate::message::MAX_MESSAGE;
use gloo_events::EventListener;
use js_sys::{ArrayBuffer, JsString, Uint8Array};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// RFC 7118 §4.1.
const SUB_PROTOCOL: &str = "sip";

/// A protocol error (RFC 6455 §7.4.1): the server did not choose our sub-protocol.
const PROTOCOL_ERROR: u16 = 1002;

/// No close frame was seen (RFC 6455 §7.1.5).
pub const ABNORMAL: u16 = 1006;

/// The bytes that the server may leave unread of what we send, most of it answers to what it sends itself.
const MAX_UNREAD: f64 = 4.0 * 1024.0 * 1024.0;

/// The longest message that is read, in bytes or in characters, which have one or more.
const MAX_LENGTH: u32 = MAX_MESSAGE as u32;

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

    /// Sends one message; as text where it is UTF-8. False where the server has taken nothing for so long that it is given
    /// up.
    pub fn send(&self, frame: &[u8]) -> bool {
        if get(&self.socket, "bufferedAmount").as_f64().is_some_and(|unread| unread > MAX_UNREAD) {
            return false;
        }
        // A socket that cannot send any more says so by its close event.
        let _ = match str::from_utf8(frame) {
            Ok(text) => self.socket.send_with_str(text),
            Err(_) => self.socket.send_with_u8_array(frame),
        };
        true
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
            driver.hear(Input::SocketOpened(id));
        } else {
            driver.lost(id, PROTOCOL_ERROR, "the server did not choose the sub-protocol sip", false);
        }
    })
}

fn on_message(driver: Weak<Driver>, id: SocketId, socket: &WebSocket) -> EventListener {
    EventListener::new(socket, "message", move |event| {
        // Of one that is too long, as much as shows it: the memory of a module never shrinks again.
        let data = event.unchecked_ref::<MessageEvent>().data();
        let frame = if let Some(text) = data.dyn_ref::<JsString>() {
            let text = if text.length() > MAX_LENGTH { &text.slice(0, MAX_LENGTH + 1) } else { text };
            String::from(text).into_bytes()
        } else if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
            Uint8Array::new(buffer).subarray(0, MAX_LENGTH + 1).to_vec()
        } else {
            return;
        };
        if let Some(driver) = driver.upgrade() {
            driver.hear(Input::Received { socket: id, frame });
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
