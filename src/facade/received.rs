//! A MESSAGE that arrived (RFC 3428), in a call or outside any.

use super::given::{optional_string, string, whole, wrong};
use super::message::{SipMessage, identity};
use super::phone::{Phone, thrown};
use crate::agent::{CallId, CallStatus, MessageId};
use crate::message::Request;
use js_sys::Promise;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Whose turn it is to answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Ours, with 200, when every listener has run.
    Due,
    /// The application's.
    Deferred,
    /// Nobody's any more.
    Given,
}

/// A text message from another user.
#[wasm_bindgen]
pub struct TelnyxMessage {
    phone: Rc<Phone>,
    id: MessageId,
    call: Option<CallId>,
    request: Request,
    answer: Rc<Cell<Answer>>,
}

impl TelnyxMessage {
    /// Tells the listeners of the call in which it came, if it did, and those of the device, then answers 200 unless one of
    /// them has answered or wants to.
    pub fn tell(phone: &Rc<Phone>, id: MessageId, call: Option<CallId>, request: Request) {
        let answer = Rc::new(Cell::new(Answer::Due));
        let message = Self { phone: Rc::clone(phone), id, call, request, answer: Rc::clone(&answer) };
        let detail: [(&str, &JsValue); 1] = [("message", &message.into())];
        if let Some(call) = call {
            phone.tell_call(call, "message", &detail);
        }
        phone.tell("message", &detail);
        if answer.get() == Answer::Due {
            answer.set(Answer::Given);
            let _ = phone.driver.wish(|agent, now| agent.respond_to_message(now, id, 200, None));
        }
    }
}

#[wasm_bindgen]
impl TelnyxMessage {
    /// The text.
    #[wasm_bindgen(getter)]
    pub fn body(&self) -> String {
        String::from_utf8_lossy(self.request.body()).into_owned()
    }

    /// Its media type.
    #[wasm_bindgen(getter, js_name = contentType)]
    pub fn content_type(&self) -> Option<String> {
        self.request.content_type().map(Into::into)
    }

    /// The old name of `contentType`.
    #[wasm_bindgen(getter, js_name = content_type)]
    pub fn old_content_type(&self) -> Option<String> {
        self.content_type()
    }

    /// Who sent it.
    #[wasm_bindgen(getter, unchecked_return_type = "SipIdentity")]
    pub fn from(&self) -> JsValue {
        identity(self.request.from())
    }

    /// The old name of `from`.
    #[wasm_bindgen(getter, js_name = remoteIdentity, unchecked_return_type = "SipIdentity")]
    pub fn remote_identity(&self) -> JsValue {
        self.from()
    }

    /// To whom it was sent.
    #[wasm_bindgen(getter, unchecked_return_type = "SipIdentity")]
    pub fn to(&self) -> JsValue {
        identity(self.request.to())
    }

    /// The MESSAGE request.
    #[wasm_bindgen(getter, unchecked_return_type = "SipRequest")]
    pub fn request(&self) -> JsValue {
        SipMessage::request(self.request.clone())
    }

    /// Sends a text back, inside the call if it came there. `contentType` is `text/plain` unless given.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn reply(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] body: &JsValue,
        #[wasm_bindgen(js_name = contentType, unchecked_optional_param_type = "string | null")]
        content_type: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "reply";
        let body = string(WHO, "body", body)?;
        let content_type = optional_string(WHO, "contentType", content_type)?;
        let content_type = content_type.as_deref().unwrap_or("text/plain");
        let target = self.request.from().uri().as_str();
        let verb = self.phone.driver.wish(|agent, now| match self.call {
            Some(call) if agent.call_status(call) == CallStatus::Connected => {
                agent.send_call_message(now, call, content_type, &body, &[])
            }
            _ => agent.send_message(now, target, content_type, &body, Vec::new()),
        });
        self.phone.promised(WHO, verb)
    }

    /// Answers with this status, from 200 to 699, instead of 200.
    pub fn respond(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] status: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "string | null")] reason: &JsValue,
    ) -> Result<(), JsValue> {
        const WHO: &str = "respond";
        let status = whole(status, 200, 699).and_then(|status| u16::try_from(status).ok());
        let status = status.ok_or_else(|| wrong(WHO, "status", "a status code from 200 to 699"))?;
        let reason = optional_string(WHO, "reason", reason)?;
        let verb = self
            .phone
            .driver
            .wish(|agent, now| agent.respond_to_message(now, self.id, status, reason.as_deref()));
        thrown(WHO, verb)?;
        self.answer.set(Answer::Given);
        Ok(())
    }

    /// Leaves the answer to a later `respond()`.
    pub fn defer(&self) {
        if self.answer.get() == Answer::Due {
            self.answer.set(Answer::Deferred);
        }
    }
}
