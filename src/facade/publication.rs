//! State of ours that others see, as JavaScript has it (RFC 3903).

use super::events::{retry_after, text, view};
use super::given::{Given, string};
use super::glue::emitter;
use super::listeners::listeners;
use super::message::SipMessage;
use super::phone::{Itself, Phone};
use crate::agent::{PublicationEvent, PublicationId};
use js_sys::Promise;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What is known of a publication for as long as the application keeps it.
pub struct Edition {
    pub(super) id: PublicationId,
    state: Cell<&'static str>,
    content_type: RefCell<String>,
    itself: Itself,
}

/// State of the user that a server shows to others.
#[wasm_bindgen]
pub struct Publication {
    phone: Rc<Phone>,
    edition: Rc<Edition>,
}

impl Publication {
    /// A publication and its JavaScript object.
    pub fn make(phone: &Rc<Phone>, id: PublicationId, content_type: String) -> (Rc<Edition>, JsValue) {
        let edition = Rc::new(Edition {
            id,
            state: Cell::new("publishing"),
            content_type: RefCell::new(content_type),
            itself: Itself::default(),
        });
        let object = JsValue::from(Self { phone: Rc::clone(phone), edition: Rc::clone(&edition) });
        edition.itself.is(&object);
        (edition, object)
    }
}

listeners!(Publication, edition);

#[wasm_bindgen]
impl Publication {
    /// `publishing`, also while it is tried again; `published` or `terminated`.
    #[wasm_bindgen(getter, unchecked_return_type = "PublicationStatus")]
    pub fn state(&self) -> String {
        self.edition.state.get().into()
    }

    /// Publishes something else in its place. Resolves when the server has it.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn update(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] body: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "UpdateOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "update";
        let body = string(WHO, "body", body)?.into_bytes();
        let given = Given::new(WHO, options)?.string("contentType")?;
        let content_type = given.unwrap_or_else(|| self.edition.content_type.borrow().clone());
        let verb =
            self.phone.driver.wish(|agent, now| agent.republish(now, self.edition.id, &content_type, body));
        if verb.is_ok() {
            self.edition.content_type.replace(content_type);
        }
        self.phone.promised(WHO, verb)
    }

    /// Takes it back. Resolves when it is gone.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn unpublish(&self) -> Promise {
        let ticket = self.phone.driver.wish(|agent, now| agent.unpublish(now, self.edition.id));
        self.phone.promise(ticket)
    }
}

impl Edition {
    /// The device is freed.
    pub fn end(&self) {
        self.state.set("terminated");
    }

    /// Tells its listeners.
    pub fn tell(&self, phone: &Phone, object: &JsValue, event: PublicationEvent) {
        match event {
            PublicationEvent::Published { expires, refresh, response } => {
                self.state.set("published");
                phone.tell_object(
                    object,
                    "published",
                    &[
                        ("expires", &expires.into()),
                        ("refresh", &refresh.into()),
                        ("response", &SipMessage::view(response)),
                    ],
                );
            }
            PublicationEvent::Interrupted { cause, response, wait } => {
                self.state.set("publishing");
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
            PublicationEvent::Terminated { cause, response } => {
                self.state.set("terminated");
                phone.tell_object(
                    object,
                    "terminated",
                    &[("cause", &text(cause)), ("response", &view(response))],
                );
            }
        }
    }
}
