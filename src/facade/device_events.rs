//! What a device wants to know of others, and tells of its user: subscriptions, publications, OPTIONS.

use super::device::TelnyxDevice;
use super::given::{Given, string, wrong};
use super::phone::{Phone, thrown};
use super::publication::{Edition, Publication};
use super::subscription::{Subscription, Watch};
use crate::agent::{
    PublicationEvent, PublicationId, PublishOptions, SubscribeOptions, SubscriptionEvent, SubscriptionId,
};
use crate::message::accepted_type;
use js_sys::Promise;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What such a time must be.
const SECONDS: &str = "a whole number of seconds, at least 1";

/// The living subscriptions and publications, with their JavaScript objects.
#[derive(Default)]
pub struct Watched {
    subscriptions: RefCell<Vec<(Rc<Watch>, JsValue)>>,
    publications: RefCell<Vec<(Rc<Edition>, JsValue)>>,
}

impl Watched {
    /// The device is freed.
    pub fn end(&self) {
        self.subscriptions.take().iter().for_each(|(watch, _)| watch.end());
        self.publications.take().iter().for_each(|(edition, _)| edition.end());
    }
}

impl Phone {
    pub(super) fn subscription_event(&self, id: SubscriptionId, event: SubscriptionEvent) {
        let known = self.watched.subscriptions.borrow().iter().find(|(it, _)| it.id == id).cloned();
        if matches!(event, SubscriptionEvent::Terminated { .. }) {
            self.watched.subscriptions.borrow_mut().retain(|(it, _)| it.id != id);
        }
        if let Some((watch, object)) = known {
            watch.tell(self, &object, event);
        }
    }

    pub(super) fn publication_event(&self, id: PublicationId, event: PublicationEvent) {
        let known = self.watched.publications.borrow().iter().find(|(it, _)| it.id == id).cloned();
        if matches!(event, PublicationEvent::Terminated { .. }) {
            self.watched.publications.borrow_mut().retain(|(it, _)| it.id != id);
        }
        if let Some((edition, object)) = known {
            edition.tell(self, &object, event);
        }
    }
}

#[wasm_bindgen]
impl TelnyxDevice {
    /// Subscribes to the events of somebody (RFC 6665), connecting first where needed, and stays subscribed. `event` is
    /// a package, such as `message-summary`, `dialog` or `presence`.
    #[wasm_bindgen(unchecked_return_type = "Subscription")]
    pub fn subscribe(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] target: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] event: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "SubscribeOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        const WHO: &str = "subscribe";
        let (target, event) = (string(WHO, "target", target)?, string(WHO, "event", event)?);
        let given = Given::new(WHO, options)?;
        let mut types = Vec::new();
        for media_type in given.list("accept") {
            let wrong = || wrong(WHO, "accept", "one or more media types");
            types.push(media_type.as_string().ok_or_else(wrong)?);
        }
        let options = SubscribeOptions {
            expires: given.number("expires", "a whole number of seconds", 0, u32::MAX)?,
            accept: Some(types.join(", ")).filter(|accept| !accept.is_empty()),
            extra: given.extra_headers()?,
        };
        let verb = self.phone.driver.wish(|agent, now| agent.subscribe(now, &target, &event, options));
        let id = thrown(WHO, verb)?;
        self.phone.keep();
        let (watch, object) = Subscription::make(&self.phone, id);
        self.phone.watched.subscriptions.borrow_mut().push((watch, object.clone()));
        Ok(object)
    }

    /// Publishes state of the user (RFC 3903), connecting first where needed, and keeps it published. `event` is a
    /// package, such as `presence`.
    #[wasm_bindgen(unchecked_return_type = "Publication")]
    pub fn publish(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] event: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] body: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "PublishOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        const WHO: &str = "publish";
        let (event, body) = (string(WHO, "event", event)?, string(WHO, "body", body)?);
        let given = Given::new(WHO, options)?;
        let content_type = given.string("contentType")?;
        let content_type =
            content_type.unwrap_or_else(|| accepted_type(&event).unwrap_or("text/plain").into());
        let options = PublishOptions {
            content_type: content_type.clone(),
            body: body.into_bytes(),
            expires: given.number("expires", SECONDS, 1, u32::MAX)?,
            extra: given.extra_headers()?,
        };
        let verb = self.phone.driver.wish(|agent, now| agent.publish(now, &event, options));
        let id = thrown(WHO, verb)?;
        self.phone.keep();
        let (edition, object) = Publication::make(&self.phone, id, content_type);
        self.phone.watched.publications.borrow_mut().push((edition, object.clone()));
        Ok(object)
    }

    /// Asks what somebody can (RFC 3261 §11), connecting first where needed. Resolves with the 2xx.
    #[wasm_bindgen(unchecked_return_type = "Promise<SipResponse>")]
    pub fn options(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] target: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "options";
        let target = string(WHO, "target", target)?;
        let verb = self.phone.driver.wish(|agent, now| agent.options(now, &target));
        self.phone.kept(WHO, verb)
    }
}
