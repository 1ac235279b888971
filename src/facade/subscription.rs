//! Somebody's events, as JavaScript has them (RFC 6665).

use super::events::{retry_after, text, view};
use super::glue::emitter;
use super::listeners::listeners;
use super::message::SipMessage;
use super::notice;
use super::phone::{Itself, Phone};
use crate::agent::{SubscriptionEvent, SubscriptionId};
use crate::message::{Request, SubscriptionState, TerminationReason};
use js_sys::Promise;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What is known of a subscription for as long as the application keeps it.
pub struct Watch {
    pub(super) id: SubscriptionId,
    state: Cell<&'static str>,
    /// Why the notifier ended it.
    reason: Cell<Option<TerminationReason>>,
    itself: Itself,
}

/// A subscription to somebody's events.
#[wasm_bindgen]
pub struct Subscription {
    phone: Rc<Phone>,
    watch: Rc<Watch>,
}

impl Subscription {
    /// A subscription and its JavaScript object.
    pub fn make(phone: &Rc<Phone>, id: SubscriptionId) -> (Rc<Watch>, JsValue) {
        let watch = Rc::new(Watch {
            id,
            state: Cell::new("subscribing"),
            reason: Cell::new(None),
            itself: Itself::default(),
        });
        let object = JsValue::from(Self { phone: Rc::clone(phone), watch: Rc::clone(&watch) });
        watch.itself.is(&object);
        (watch, object)
    }
}

listeners!(Subscription, watch);

#[wasm_bindgen]
impl Subscription {
    /// `subscribing`, also while it is made anew; `pending`, `active` or `terminated`.
    #[wasm_bindgen(getter, unchecked_return_type = "SubscriptionStatus")]
    pub fn state(&self) -> String {
        self.watch.state.get().into()
    }

    /// Ends it. Resolves when it has ended.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn unsubscribe(&self) -> Promise {
        let ticket = self.phone.driver.wish(|agent, now| agent.unsubscribe(now, self.watch.id));
        self.phone.promise(ticket)
    }
}

impl Watch {
    /// The device is freed.
    pub fn end(&self) {
        self.state.set("terminated");
    }

    /// Tells its listeners.
    pub fn tell(&self, phone: &Phone, object: &JsValue, event: SubscriptionEvent) {
        match event {
            SubscriptionEvent::Notified { state, request, dialogs } => {
                let parsed = dialogs.as_ref().map_or_else(|| notice::parsed(&request), notice::dialog_info);
                self.notified(phone, object, state, request, &parsed);
            }
            SubscriptionEvent::Interrupted { cause, response, wait } => {
                self.state.set("subscribing");
                phone.tell_object(
                    object,
                    "interrupted",
                    &[
                        ("cause", &text(Some(cause))),
                        ("response", &view(response)),
                        ("retryAfter", &retry_after(wait)),
                    ],
                );
            }
            SubscriptionEvent::Terminated { cause, response } => {
                self.state.set("terminated");
                let reason = self.reason.get().map_or(JsValue::NULL, |reason| reason.as_str().into());
                phone.tell_object(
                    object,
                    "terminated",
                    &[("reason", &reason), ("cause", &text(cause)), ("response", &view(response))],
                );
            }
        }
    }

    fn notified(
        &self,
        phone: &Phone,
        object: &JsValue,
        state: SubscriptionState,
        request: Request,
        parsed: &JsValue,
    ) {
        let was = match state {
            SubscriptionState::Pending => self.state.replace("pending"),
            SubscriptionState::Active => self.state.replace("active"),
            SubscriptionState::Terminated { reason, .. } => {
                self.reason.set(reason);
                self.state.get()
            }
        };
        if state == SubscriptionState::Active && was != "active" {
            phone.tell_object(object, "active", &[]);
        }
        let content_type = request.content_type().map_or(JsValue::NULL, Into::into);
        let body = String::from_utf8_lossy(request.body()).into_owned();
        phone.tell_object(
            object,
            "notify",
            &[
                ("request", &SipMessage::request(request)),
                ("contentType", &content_type),
                ("body", &body.into()),
                ("parsed", parsed),
            ],
        );
    }
}
