//! A softphone, as JavaScript has it.

use super::check;
use super::config::Settings;
use super::given::{Given, string};
use super::glue::{TELNYX_ERROR, emitter};
use super::listeners::listeners;
use super::phone::Phone;
use super::trace::{TelnyxTrace, redact};
use crate::agent::UserAgent;
use crate::browser::{Driver, set};
use crate::error::Cause;
use js_sys::{Object, Promise};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

thread_local! {
    static CAUSES: JsValue = causes();
}

/// All causes by their names in capitals, frozen.
fn causes() -> JsValue {
    let causes = Object::new();
    for cause in Cause::ALL {
        let name = cause.as_str().to_ascii_uppercase().replace(' ', "_");
        set(&causes, &name, &cause.as_str().into());
    }
    Object::freeze(&causes).into()
}

/// A softphone: one user at one SIP server.
#[wasm_bindgen]
pub struct TelnyxDevice {
    pub(super) phone: Rc<Phone>,
}

impl TelnyxDevice {
    fn itself(&self) -> JsValue {
        self.phone.device.object()
    }

    pub(super) fn driver(&self) -> Rc<Driver> {
        Rc::clone(&self.phone.driver)
    }

    /// What costs something is done only while somebody listens.
    fn listened(&self, kind: &JsValue) {
        match kind.as_string().as_deref().and_then(|kind| kind.rsplit('.').next()) {
            Some("sip") => self.phone.driver.set_tracing(true),
            Some("devicesChanged") => self.phone.driver.want_device_changes(),
            Some("levels") => self.phone.driver.want_levels(),
            _ => {}
        }
    }
}

/// `free()`, or the garbage collector for a device that is not up.
impl Drop for TelnyxDevice {
    fn drop(&mut self) {
        self.phone.shut_down();
    }
}

listeners!(TelnyxDevice);

#[wasm_bindgen]
impl TelnyxDevice {
    /// A device at rest: no socket, no request, no permission prompt. Throws a `TypeError` for a bad config.
    // The JavaScript object comes from here so that the device knows it, as events do.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_ret_no_self)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "TelnyxDeviceConfig")] config: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let phone = Phone::new(Settings::read(config)?);
        let device = JsValue::from(Self { phone: Rc::clone(&phone) });
        phone.device.is(&device);
        Ok(device)
    }

    /// What promises are rejected with.
    #[wasm_bindgen(getter, js_name = TelnyxError, unchecked_return_type = "TelnyxErrorConstructor")]
    pub fn telnyx_error() -> JsValue {
        TELNYX_ERROR.with(JsValue::clone)
    }

    /// Why something ended or failed, by constant names: `causes.BUSY` is `"Busy"`.
    #[wasm_bindgen(getter, unchecked_return_type = "Causes")]
    pub fn causes() -> JsValue {
        CAUSES.with(JsValue::clone)
    }

    /// The version of this package.
    #[wasm_bindgen(getter)]
    pub fn version() -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    /// Tries what a call needs, and says what to do where something fails: microphone, WebSocket, registration, each STUN
    /// and TURN server, and with an `echoTarget` a real call that must bring audio. Takes a minute and a half at the very
    /// most, and leaves nothing behind. It registers beside a device that is registered already: where the server allows
    /// one registration for a user, check before. Throws a `TypeError` for a bad config.
    #[wasm_bindgen(unchecked_return_type = "Promise<CheckReport>")]
    pub fn check(
        #[wasm_bindgen(unchecked_param_type = "TelnyxDeviceConfig")] config: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CheckOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        let (settings, echo_target) = check::read(config, options)?;
        Ok(check::check(settings, echo_target))
    }

    /// Connects to the SIP server; a device that was stopped while registered registers again. Resolves when the WebSocket is
    /// open. Rejects (`ERR_CONNECTION`) once every server was tried; attempts go on by `reconnect`.
    #[wasm_bindgen(js_name = startWS, unchecked_return_type = "Promise<void>")]
    pub fn start_ws(&self) -> Promise {
        self.phone.keep();
        let ticket = self.phone.driver.wish(UserAgent::start);
        self.phone.promise(ticket)
    }

    /// Ends calls (BYE, CANCEL or 480), unregisters and disconnects. Resolves within five seconds, whatever the server does.
    #[wasm_bindgen(js_name = stopWS, unchecked_return_type = "Promise<void>")]
    pub fn stop_ws(&self) -> Promise {
        self.phone.stop()
    }

    /// Whether the WebSocket is open.
    #[wasm_bindgen(js_name = isWSConnected)]
    pub fn is_ws_connected(&self) -> bool {
        self.phone.driver.ask(|agent, _| agent.is_connected())
    }

    /// Registers (RFC 3261 §10), connecting first where needed, and stays registered. Rejects where the first attempt fails;
    /// where that can help, it is tried again by itself.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn register(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "ExtraHeaders")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        let extra = Given::new("register", options)?.extra_headers()?;
        self.phone.keep();
        let ticket = self.phone.driver.wish(|agent, now| agent.register(now, extra));
        Ok(self.phone.promise(ticket))
    }

    /// Removes this registration, or every one of the user. Rejects where the registrar refuses or does not answer.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn unregister(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "UnregisterOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        let given = Given::new("unregister", options)?;
        let (all, extra) = (given.boolean("all")?, given.extra_headers()?);
        let ticket = self.phone.driver.wish(|agent, now| agent.unregister(now, all, extra));
        Ok(self.phone.promise(ticket))
    }

    /// Whether the registrar knows this device now: the time that it has granted runs, and the connection is up.
    #[wasm_bindgen(js_name = isRegistered)]
    pub fn is_registered(&self) -> bool {
        self.phone.driver.ask(UserAgent::is_registered)
    }

    /// Sends a text message (RFC 3428), connecting first where needed. Resolves when the far side, or its server, has it.
    #[wasm_bindgen(js_name = sendMessage, unchecked_return_type = "Promise<void>")]
    pub fn send_message(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] target: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] body: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "MessageOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "sendMessage";
        let (target, body) = (string(WHO, "target", target)?, string(WHO, "body", body)?);
        let given = Given::new(WHO, options)?;
        let content_type = given.string("contentType")?;
        let content_type = content_type.as_deref().unwrap_or("text/plain");
        let extra = given.extra_headers()?;
        let verb =
            self.phone.driver.wish(|agent, now| agent.send_message(now, &target, content_type, &body, extra));
        self.phone.kept(WHO, verb)
    }

    /// The recent SIP messages and events, the oldest first, without credentials. Kept are the last 1000, in at most
    /// 256 KiB.
    #[wasm_bindgen(unchecked_return_type = "TelnyxTrace")]
    pub fn trace(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "TraceOptions")] options: &JsValue,
    ) -> Result<TelnyxTrace, JsValue> {
        Ok(self.phone.driver.trace(redact(options)?).into())
    }
}
