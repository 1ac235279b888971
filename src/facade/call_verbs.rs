//! What an application does with a call.

use super::call::TelnyxCall;
use super::error::misuse;
use super::given::{Given, string, wrong};
use super::given_media::media_options;
use super::glue::ignorable;
use crate::agent::{Digits, Ticket, ToneTransport, UserAgent, Verb};
use crate::browser::{get, object, spawn};
use crate::error::ApiMisuse;
use crate::message::ExtraHeader;
use crate::time::Instant;
use js_sys::Promise;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

impl TelnyxCall {
    fn wish(
        &self,
        method: &str,
        verb: impl FnOnce(&mut UserAgent, Instant) -> Verb<Ticket>,
    ) -> Result<Promise, JsValue> {
        self.phone.promised_of(Some(self.record.id), method, self.phone.driver.wish(verb))
    }

    /// Whether this is a call, too.
    fn is_like(&self, other: &JsValue) -> bool {
        other.is_object() && get(other, "constructor") == get(&self.itself(), "constructor")
    }
}

#[wasm_bindgen]
impl TelnyxCall {
    /// Answers an incoming call. Resolves when the answer is sent. Rejects without a microphone (`ERR_MEDIA_…`), where the call
    /// ends in between, and with `ERR_INVALID_STATE` where it does not ring.
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
        self.phone.promised_of(Some(self.record.id), "accept", verb)
    }

    /// Refuses an incoming call, with 480 unless given. Rejects with `ERR_INVALID_STATE` where it does not ring.
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
        self.wish("reject", |agent, now| agent.reject(now, self.record.id, status, reason.as_deref(), extra))
    }

    /// Ends the call, however far it has come: by CANCEL, a refusal or BYE. Resolves when it is over.
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
        let (phone, record) = (Rc::clone(&self.phone), Rc::clone(&self.record));
        phone.driver.set_muted(record.id, muted);
        spawn(async move {
            // It may have been changed back meanwhile: only what still stands is told.
            let muted = phone.driver.is_muted(record.id);
            if record.told_muted.replace(muted) != muted {
                let media = object(&[("audio", &JsValue::TRUE), ("video", &JsValue::FALSE)]);
                phone.tell_call(record.id, if muted { "muted" } else { "unmuted" }, &[("media", &media)]);
            }
        });
        Ok(())
    }

    /// Whether the audio sent is muted.
    #[wasm_bindgen(js_name = isMuted)]
    pub fn is_muted(&self) -> bool {
        self.phone.driver.is_muted(self.record.id)
    }

    /// Puts the far side on hold (RFC 3264 §8.4): neither side hears the other. Resolves when the far side has agreed. Rejects
    /// where it refuses; the call goes on as before.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn hold(&self) -> Result<Promise, JsValue> {
        self.wish("hold", |agent, now| agent.hold(now, self.record.id))
    }

    /// Takes the far side off hold again, and puts the other calls that are up on hold.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn unhold(&self) -> Result<Promise, JsValue> {
        self.wish("unhold", |agent, now| agent.unhold(now, self.record.id))
    }

    /// Asks the far side to call `target`, or connects it with the far side of another call of this device (REFER, RFC 3515;
    /// Replaces, RFC 3891). Resolves when
    /// they talk; this call has ended then. Rejects where they do not within three minutes; this call goes on then.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn transfer(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string | TelnyxCall")] target: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "ExtraHeaders")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "transfer";
        let extra = Given::new(WHO, options)?.extra_headers()?;
        let id = self.record.id;
        if let Some(target) = target.as_string() {
            return self.wish(WHO, |agent, now| agent.transfer(now, id, &target, &extra));
        }
        match self.phone.id_of(target) {
            Some(other) => self.wish(WHO, |agent, now| agent.transfer_to(now, id, other, &extra)),
            // One that has ended.
            None if self.is_like(target) => {
                Ok(ignorable(&Promise::reject(&misuse(WHO, ApiMisuse::NoSuchCall))))
            }
            None => Err(wrong(WHO, "target", "a string or another call of this device")),
        }
    }

    /// Sends an INFO inside the call (RFC 6086). Resolves when the far side has taken it.
    #[wasm_bindgen(js_name = sendInfo, unchecked_return_type = "Promise<void>")]
    pub fn send_info(
        &self,
        #[wasm_bindgen(js_name = contentType, unchecked_param_type = "string")] content_type: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] body: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "ExtraHeaders")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "sendInfo";
        let (content_type, body) = (string(WHO, "contentType", content_type)?, string(WHO, "body", body)?);
        let extra = Given::new(WHO, options)?.extra_headers()?;
        self.wish(WHO, |agent, now| agent.send_info(now, self.record.id, &content_type, &body, &extra))
    }

    /// Sends a text message inside the call (RFC 3428). Resolves when the far side has taken it.
    #[wasm_bindgen(js_name = sendMessage, unchecked_return_type = "Promise<void>")]
    pub fn send_message(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] body: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "MessageOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "sendMessage";
        let body = string(WHO, "body", body)?;
        let given = Given::new(WHO, options)?;
        let content_type = given.string("contentType")?;
        let content_type = content_type.as_deref().unwrap_or("text/plain");
        let extra = given.extra_headers()?;
        self.wish(WHO, |agent, now| agent.send_call_message(now, self.record.id, content_type, &body, &extra))
    }

    /// Sends DTMF tones, one after the other: in the audio where the far side takes them there (RFC 4733), else by INFO.
    /// `digits` are `0`–`9`, `A`–`D`, `*`, `#`, and `,` for a pause of two seconds. Resolves when the last one and its gap are
    /// over; later calls of it wait for earlier ones.
    #[wasm_bindgen(js_name = sendDigits, unchecked_return_type = "Promise<void>")]
    pub fn send_digits(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] digits: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "DigitsOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "sendDigits";
        let text = string(WHO, "digits", digits)?;
        let given = Given::new(WHO, options)?;
        let mut digits = Digits::new(&text);
        if let Some(duration) = given.number("duration", "milliseconds from 40 to 6000", 40, 6000)? {
            digits.duration = duration;
        }
        if let Some(gap) = given.number("gap", "milliseconds from 0 to 6000", 0, 6000)? {
            digits.gap = gap;
        }
        match given.string("transport")?.as_deref() {
            None => {}
            Some("info") => digits.transport = ToneTransport::Info,
            Some(_) => return Err(given.wrong("transport", "\"info\"")),
        }
        self.wish(WHO, |agent, now| agent.send_digits(now, self.record.id, &digits))
    }
}
