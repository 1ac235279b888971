//! What the far side asks for and only the application can grant: to follow a redirection, or a transfer.
//! Where nobody listens, the answer is no, at once.

use super::given::string;
use super::message::identity;
use super::phone::{Phone, thrown};
use crate::agent::CallId;
use crate::browser::object;
use crate::message::{Name, NameAddr, Request, Response};
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A 3xx (RFC 3261 §8.1.3.4): the device's event `redirect`, with the URIs where the call may go on.
pub fn redirect(phone: &Rc<Phone>, call: CallId, response: &Response) {
    let contacts = Array::new();
    for contact in response.addresses(Name::Contact) {
        contacts.push(&contact.uri().as_str().into());
    }
    let accept = answer(phone, move |phone, contact| {
        let contact = string("accept", "contact", contact)?;
        let verb = phone.driver.wish(|agent, now| agent.redirect(now, call, Some(&contact)));
        thrown("accept", verb).map(|()| JsValue::UNDEFINED)
    });
    let reject = answer(phone, move |phone, _| {
        let verb = phone.driver.wish(|agent, now| agent.redirect(now, call, None));
        thrown("reject", verb).map(|()| JsValue::UNDEFINED)
    });
    let object = phone.call(call);
    let detail = [("call", &object), ("contacts", &contacts), ("accept", &accept), ("reject", &reject)];
    if !phone.tell("redirect", &detail) {
        let _ = phone.driver.wish(|agent, now| agent.redirect(now, call, None));
    }
}

/// A REFER: the call's event `refer`, with where it is to go (RFC 3515 §2.1), and for whom (RFC 3892 §2.1).
pub fn refer(phone: &Rc<Phone>, call: CallId, request: &Request) {
    let party = |name| request.value(name).and_then(NameAddr::read).map_or(JsValue::NULL, identity);
    let accept = answer(phone, move |phone, _| {
        let verb = phone.driver.wish(|agent, now| agent.accept_refer(now, call));
        let placed = thrown("accept", verb)?;
        phone.keep();
        Ok(phone.adopt(placed, false))
    });
    let reject = answer(phone, move |phone, _| {
        let verb = phone.driver.wish(|agent, now| agent.reject_refer(now, call));
        thrown("reject", verb).map(|()| JsValue::UNDEFINED)
    });
    let transfer = object(&[
        ("target", &party(Name::ReferTo)),
        ("referredBy", &party(Name::ReferredBy)),
        ("accept", &accept),
        ("reject", &reject),
    ]);
    if !phone.tell_call(call, "refer", &[("transfer", &transfer)]) {
        let _ = phone.driver.wish(|agent, now| agent.reject_refer(now, call));
    }
}

/// A function for the application.
fn answer(
    phone: &Rc<Phone>,
    work: impl Fn(&Rc<Phone>, &JsValue) -> Result<JsValue, JsValue> + 'static,
) -> JsValue {
    let phone = Rc::clone(phone);
    Closure::<dyn Fn(JsValue) -> Result<JsValue, JsValue>>::new(move |argument: JsValue| {
        work(&phone, &argument)
    })
    .into_js_value()
}
