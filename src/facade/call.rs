//! A call, as JavaScript has it.

use super::call_quality::Quality;
use super::given::{Given, string, wrong};
use super::given_media::media_options;
use super::glue::emitter;
use super::listeners::listeners;
use super::message::SipMessage;
use super::phone::{Itself, Phone};
use crate::agent::{CallId, CallStatus};
use crate::browser::{Session, object};
use crate::message::{ExtraHeader, Request};
use js_sys::Promise;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Milliseconds of a DTMF tone, and of the silence after it, unless given.
const TONE: u32 = 100;
const GAP: u32 = 500;

/// What is known of a call for as long as the application keeps it.
pub struct Record {
    /// The core's name for it.
    pub id: CallId,
    is_incoming: bool,
    request: RefCell<Option<Request>>,
    /// How it is heard.
    pub quality: Rc<Quality>,
    itself: Itself,
}

impl Record {
    /// The INVITE received, or sent.
    pub fn set_request(&self, request: Request) {
        *self.request.borrow_mut() = Some(request);
    }
}

/// One call, incoming or outgoing.
#[wasm_bindgen]
pub struct TelnyxCall {
    pub(super) phone: Rc<Phone>,
    pub(super) record: Rc<Record>,
}

impl TelnyxCall {
    /// A call and its JavaScript object.
    pub fn make(phone: &Rc<Phone>, id: CallId, is_incoming: bool) -> (Rc<Record>, JsValue) {
        let record = Rc::new(Record {
            id,
            is_incoming,
            request: RefCell::default(),
            quality: Quality::new(id, is_incoming),
            itself: Itself::default(),
        });
        let call = JsValue::from(Self { phone: Rc::clone(phone), record: Rc::clone(&record) });
        record.itself.is(&call);
        (record, call)
    }

    pub(super) const fn phone(&self) -> &Rc<Phone> {
        &self.phone
    }

    pub(super) fn id(&self) -> CallId {
        self.record.id
    }

    /// Its media, if it has any.
    pub(super) fn media(&self) -> Option<Rc<Session>> {
        self.phone.driver.media(self.record.id)
    }

    fn itself(&self) -> JsValue {
        self.record.itself.object()
    }

    #[allow(clippy::unused_self)] // a call has no listener that costs
    const fn listened(&self, _: &JsValue) {}

    fn stands(&self) -> CallStatus {
        self.phone.driver.ask(|agent, _| agent.call_status(self.record.id))
    }
}

listeners!(TelnyxCall);

#[wasm_bindgen]
impl TelnyxCall {
    /// Answers an incoming call. Resolves when the answer is sent.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn accept(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "AcceptOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        let given = Given::new("accept", options)?;
        let (media, extra) =
            (media_options(&given, self.phone.driver.media_options())?, given.extra_headers()?);
        let verb = self.phone.driver.wish(|agent, now| agent.accept(now, self.record.id, extra));
        if verb.is_ok() {
            self.phone.driver.session(self.record.id).set_options(media);
        }
        self.phone.promised("accept", verb)
    }

    /// Refuses an incoming call, with 480 unless given.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn reject(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "RejectOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        let given = Given::new("reject", options)?;
        let status = given.number("statusCode", "a status code from 300 to 699", 300, 699)?;
        let status = status.and_then(|status| u16::try_from(status).ok());
        let reason = given.string("reasonPhrase")?;
        let extra = given.extra_headers()?;
        let verb = self
            .phone
            .driver
            .wish(|agent, now| agent.reject(now, self.record.id, status, reason.as_deref(), extra));
        self.phone.promised("reject", verb)
    }

    /// Ends the call, however far it has come.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn disconnect(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "DisconnectOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        let given = Given::new("disconnect", options)?;
        let mut extra = given.extra_headers()?;
        if let Some(reason) = given.string("reason")? {
            let header = ExtraHeader::read(&["Reason: ", &reason].concat());
            extra
                .push(header.map_err(|_| given.wrong("reason", "the value of a Reason header on one line"))?);
        }
        let ticket = self.phone.driver.wish(|agent, now| agent.disconnect(now, self.record.id, extra));
        Ok(self.phone.promise(ticket))
    }

    /// Mutes or unmutes the audio sent; where there is none yet, from its beginning.
    pub fn mute(
        &self,
        #[wasm_bindgen(unchecked_param_type = "boolean")] muted: &JsValue,
    ) -> Result<(), JsValue> {
        let muted = muted.as_bool().ok_or_else(|| wrong("mute", "muted", "a boolean"))?;
        if muted == self.is_muted() || self.is_ended() {
            return Ok(());
        }
        let (phone, id) = (Rc::clone(&self.phone), self.record.id);
        phone.driver.session(id).set_muted(muted);
        spawn_local(async move {
            let media = object(&[("audio", &JsValue::TRUE), ("video", &JsValue::FALSE)]);
            phone.tell_call(id, if muted { "muted" } else { "unmuted" }, &[("media", &media)]);
        });
        Ok(())
    }

    /// Whether the audio sent is muted.
    #[wasm_bindgen(js_name = isMuted)]
    pub fn is_muted(&self) -> bool {
        self.phone.driver.is_muted(self.record.id)
    }

    /// Sends DTMF tones by SIP INFO, one after the other.
    #[wasm_bindgen(js_name = sendDigits, unchecked_return_type = "Promise<void>")]
    pub fn send_digits(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] digits: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "DigitsOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "sendDigits";
        let digits = string(WHO, "digits", digits)?;
        let given = Given::new(WHO, options)?;
        let duration = given.number("duration", "milliseconds from 40 to 6000", 40, 6000)?.unwrap_or(TONE);
        let gap = given.number("gap", "milliseconds from 0 to 6000", 0, 6000)?.unwrap_or(GAP);
        let verb = self
            .phone
            .driver
            .wish(|agent, now| agent.send_digits(now, self.record.id, &digits, duration, gap));
        self.phone.promised(WHO, verb)
    }

    /// The INVITE; `false` before there is one.
    #[wasm_bindgen(getter, unchecked_return_type = "SipRequest | false")]
    pub fn request(&self) -> JsValue {
        self.record.request.borrow().clone().map_or(JsValue::FALSE, SipMessage::request)
    }

    /// `starting`, `initiating`, `connected` or `ended`.
    #[wasm_bindgen(unchecked_return_type = "CallStatus")]
    pub fn status(&self) -> String {
        match self.stands() {
            CallStatus::Starting => "starting",
            CallStatus::Initiating => "initiating",
            CallStatus::Connected => "connected",
            CallStatus::Ended => "ended",
        }
        .into()
    }

    /// Whether the call is being set up.
    #[wasm_bindgen(js_name = isInitiating)]
    pub fn is_initiating(&self) -> bool {
        self.stands() == CallStatus::Initiating
    }

    /// Whether the call is answered.
    #[wasm_bindgen(js_name = isConnected)]
    pub fn is_connected(&self) -> bool {
        self.stands() == CallStatus::Connected
    }

    /// Whether the call is over.
    #[wasm_bindgen(js_name = isEnded)]
    pub fn is_ended(&self) -> bool {
        self.stands() == CallStatus::Ended
    }

    /// Whether the far side called.
    #[wasm_bindgen(js_name = isIncoming)]
    pub fn is_incoming(&self) -> bool {
        self.record.is_incoming
    }

    /// Whether we called.
    #[wasm_bindgen(js_name = isOutgoing)]
    pub fn is_outgoing(&self) -> bool {
        !self.record.is_incoming
    }

    /// Deprecated: the same as the device's `stopWS()`.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn shutdown(&self) -> Promise {
        self.phone.stop()
    }
}
