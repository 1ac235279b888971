//! A call, as JavaScript has it: what it is, and how it stands. What it does is in [`call_verbs`](super::call_verbs).

use super::call_quality::Quality;
use super::error::call_lost;
use super::glue::emitter;
use super::listeners::listeners;
use super::message::{SipMessage, identity};
use super::phone::{Itself, Phone};
use crate::agent::{CallEvent, CallId, CallStatus};
use crate::browser::{Session, object};
use crate::error::Cause;
use crate::message::{Message, NameAddr, Request};
use js_sys::{Date, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What is known of a call for as long as the application keeps it.
pub struct Record {
    /// The core's name for it.
    pub id: CallId,
    /// The application's.
    name: String,
    is_incoming: bool,
    request: RefCell<Option<Request>>,
    /// How it is heard.
    pub quality: Rc<Quality>,
    /// As From has it.
    peer: RefCell<String>,
    /// Milliseconds since 1970.
    begun: Cell<f64>,
    answered: Cell<Option<f64>>,
    ended: Cell<Option<f64>>,
    cause: Cell<Option<Cause>>,
    /// Whether the listeners were last told that it is muted.
    pub(super) told_muted: Cell<bool>,
    /// What the browser said when the call came by no microphone.
    pub(super) media_error: RefCell<JsValue>,
    /// Whether it is one of before a reload of the page, and not back yet.
    restoring: Cell<bool>,
    itself: Itself,
}

impl Record {
    fn new(phone: &Phone, id: CallId, is_incoming: bool) -> Self {
        Self {
            id,
            name: phone.driver.ask(|agent, _| agent.call_name(id).unwrap_or_default().into()),
            is_incoming,
            request: RefCell::default(),
            quality: Quality::new(id, is_incoming),
            peer: RefCell::new(peer_of(phone, id)),
            begun: Cell::new(Date::now()),
            answered: Cell::new(None),
            ended: Cell::new(None),
            cause: Cell::new(None),
            told_muted: Cell::new(false),
            media_error: RefCell::default(),
            restoring: Cell::new(false),
            itself: Itself::default(),
        }
    }

    /// It is one of before a reload of the page.
    pub fn revive(&self, phone: &Phone) {
        if let Some(times) = phone.driver.ask(|agent, _| agent.call_times(self.id)) {
            self.begun.set(times.begun as f64);
            self.answered.set(times.answered.map(|at| at as f64));
        }
        self.told_muted.set(phone.driver.is_muted(self.id));
        self.restoring.set(true);
    }

    /// What its end means, where it was to be brought back.
    pub fn lost(&self, message: Option<&Message>, cause: Option<Cause>) -> Option<JsValue> {
        // The far side has hung up, or the user has.
        let cause = cause.filter(|cause| *cause != Cause::Terminated && self.restoring.get())?;
        let response = match message {
            Some(Message::Response(response)) => Some(response.clone()),
            _ => None,
        };
        Some(call_lost(Some(&self.peer.borrow()), cause, response))
    }

    /// The INVITE received, or sent.
    pub fn set_request(&self, request: Request) {
        *self.request.borrow_mut() = Some(request);
    }

    /// What an event changes, before it is told.
    pub fn note(&self, phone: &Phone, event: &CallEvent) {
        match event {
            CallEvent::Progress(_) => *self.peer.borrow_mut() = peer_of(phone, self.id),
            CallEvent::Accepted(_) => {
                *self.peer.borrow_mut() = peer_of(phone, self.id);
                self.answered.set(Some(Date::now()));
            }
            CallEvent::Recovered { .. } => self.restoring.set(false),
            CallEvent::Terminated { cause, .. } => {
                self.ended.set(Some(Date::now()));
                self.cause.set(*cause);
            }
            _ => {}
        }
    }
}

fn peer_of(phone: &Phone, id: CallId) -> String {
    phone.driver.ask(|agent, _| agent.call_peer(id).map_or_else(String::new, |peer| peer.as_str().into()))
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
        let record = Rc::new(Record::new(phone, id, is_incoming));
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

    fn stands(&self) -> CallStatus {
        self.phone.driver.ask(|agent, _| agent.call_status(self.record.id))
    }
}

listeners!(TelnyxCall, record);

#[wasm_bindgen]
impl TelnyxCall {
    /// A name that no other call has, also not one of another device. It never changes.
    #[wasm_bindgen(getter, js_name = id)]
    pub fn name(&self) -> String {
        self.record.name.clone()
    }

    /// Who is at the other end: whom the network asserts (P-Asserted-Identity, RFC 3325), else who calls, or whom we
    /// called.
    #[wasm_bindgen(getter, js_name = remoteIdentity, unchecked_return_type = "SipIdentity")]
    pub fn remote_identity(&self) -> JsValue {
        NameAddr::read(&self.record.peer.borrow()).map_or(JsValue::NULL, identity)
    }

    /// When it was placed, or arrived: milliseconds since 1970.
    #[wasm_bindgen(getter, js_name = startTime)]
    pub fn start_time(&self) -> f64 {
        self.record.begun.get()
    }

    /// When it was answered: milliseconds since 1970; `null` if it was not.
    #[wasm_bindgen(getter, js_name = answerTime, unchecked_return_type = "number | null")]
    pub fn answer_time(&self) -> JsValue {
        or_null(self.record.answered.get())
    }

    /// When it ended: milliseconds since 1970; `null` until then.
    #[wasm_bindgen(getter, js_name = endTime, unchecked_return_type = "number | null")]
    pub fn end_time(&self) -> JsValue {
        or_null(self.record.ended.get())
    }

    /// Why it ended, as `terminated` said; `null` until then, and for a hang-up of our own.
    #[wasm_bindgen(getter, js_name = endCause, unchecked_return_type = "Cause | null")]
    pub fn end_cause(&self) -> JsValue {
        or_null(self.record.cause.get().map(Cause::as_str))
    }

    /// After how many seconds the caller asks to be answered without the user's doing (Call-Info, Alert-Info, Answer-Mode
    /// and their like); `null` where it does not. Nothing is answered by itself.
    #[wasm_bindgen(getter, js_name = autoAnswer, unchecked_return_type = "number | null")]
    pub fn auto_answer(&self) -> JsValue {
        let request = self.record.request.borrow();
        or_null(request.as_ref().filter(|_| self.record.is_incoming).and_then(|invite| invite.auto_answer()))
    }

    /// Who is on hold: the far side by us, we by the far side.
    #[wasm_bindgen(js_name = isOnHold, unchecked_return_type = "HoldState")]
    pub fn is_on_hold(&self) -> JsValue {
        let (local, remote) = self.phone.driver.ask(|agent, _| agent.is_on_hold(self.record.id));
        object(&[("local", &local.into()), ("remote", &remote.into())]).into()
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

fn or_null<T: Into<JsValue>>(value: Option<T>) -> JsValue {
    value.map_or(JsValue::NULL, Into::into)
}
