//! The calls of a device: placing one, and those that live.

use super::device::TelnyxDevice;
use super::given::{Given, string};
use super::given_media::media_options;
use super::phone::thrown;
use crate::agent::{InviteOptions, UserAgent};
use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl TelnyxDevice {
    /// Calls a user, a phone number or a `sip:`, `sips:` or `tel:` URI, connecting first where needed. Other calls that
    /// are up are put on hold.
    #[wasm_bindgen(js_name = initiateCall, unchecked_return_type = "TelnyxCall")]
    pub fn initiate_call(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] target: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        const WHO: &str = "initiateCall";
        let target = string(WHO, "target", target)?;
        let given = Given::new(WHO, options)?;
        let media = media_options(&given, self.phone.driver.media_options())?;
        let options = InviteOptions {
            extra: given.extra_headers()?,
            late_offer: false,
            display_name: given.string("displayName")?,
            from_user: given.string("fromUser")?,
            anonymous: given.boolean("anonymous")?,
        };
        let verb = self.phone.driver.wish(|agent, now| agent.invite(now, &target, options));
        let call = thrown(WHO, verb)?;
        self.phone.driver.session(call).set_options(media);
        self.phone.keep();
        Ok(self.phone.adopt(call, false))
    }

    /// The call that has the focus: the one last placed, answered or taken off hold that still lives, else a ringing one.
    #[wasm_bindgen(js_name = activeCall, unchecked_return_type = "TelnyxCall | undefined")]
    pub fn active_call(&self) -> JsValue {
        let call = self.phone.driver.ask(|agent, _| agent.active_call());
        call.map_or(JsValue::UNDEFINED, |call| self.phone.call(call))
    }

    /// Every living call, the oldest first.
    #[wasm_bindgen(unchecked_return_type = "TelnyxCall[]")]
    pub fn calls(&self) -> Array {
        let calls = self.phone.driver.ask(|agent, _| UserAgent::calls(agent));
        // One that has only just come is not told of yet.
        calls.into_iter().map(|call| self.phone.call(call)).filter(|call| !call.is_undefined()).collect()
    }
}
