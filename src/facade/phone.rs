//! What a device and its calls share: the driver, the JavaScript objects that are kept alive, the promises that wait.

use super::call::{Record, TelnyxCall};
use super::call_quality::{Quality, Reports};
use super::config::Settings;
use super::console::Console;
use super::device_events::Watched;
use super::error::{failure, is_media, misuse};
use super::glue::{emit, ignorable};
use crate::agent::{CallEvent, CallId, CallStatus, Failure, Ticket, Verb};
use crate::browser::{Application, Driver, object, spawn};
use crate::error::{ApiMisuse, Cause};
use crate::message::{Message, Request};
use js_sys::{Array, Function, Promise, WeakRef};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A JavaScript object of ours, known without being kept alive.
#[derive(Default)]
pub struct Itself(OnceCell<WeakRef>);

impl Itself {
    /// The object has been made.
    pub fn is(&self, object: &JsValue) {
        let _ = self.0.set(WeakRef::new(object.unchecked_ref()));
    }

    /// The object.
    pub fn object(&self) -> JsValue {
        self.0.get().and_then(WeakRef::deref).map_or(JsValue::UNDEFINED, Into::into)
    }
}

struct Waiting {
    ticket: Ticket,
    /// Whose verb it was.
    call: Option<CallId>,
    resolve: Function,
    reject: Function,
}

/// What a promise fails with when its device is freed.
const GIVEN_UP: Failure = Failure { cause: Cause::Canceled, response: None };

/// What the application is told when its own function for passwords fails.
const NO_PASSWORD: Failure = Failure { cause: Cause::AuthenticationError, response: None };

struct Living {
    record: Rc<Record>,
    object: JsValue,
}

/// The inside of a device.
pub struct Phone {
    /// The core and its hands.
    pub driver: Rc<Driver>,
    /// The device.
    pub device: Itself,
    pub(super) console: Console,
    pub(super) trace_sip: bool,
    pub(super) quality_reports: Reports,
    /// Whom to ask for a password.
    password: Option<Function>,
    /// The device, while it is up: a garbage collector never ends a call.
    kept: RefCell<JsValue>,
    stopping: Cell<Option<Ticket>>,
    calls: RefCell<Vec<Living>>,
    pub(super) watched: Watched,
    waiting: RefCell<Vec<Waiting>>,
    /// With what a promise is to be resolved that settles in this turn.
    result: RefCell<JsValue>,
}

impl Phone {
    /// A phone at rest.
    pub fn new(settings: Settings) -> Rc<Self> {
        let driver = Driver::new(settings.agent, settings.rtc, settings.media, settings.scope);
        let phone = Rc::new(Self {
            driver,
            device: Itself::default(),
            console: settings.console,
            trace_sip: settings.trace_sip,
            quality_reports: settings.quality_reports,
            password: settings.password,
            kept: RefCell::default(),
            stopping: Cell::new(None),
            calls: RefCell::default(),
            watched: Watched::default(),
            waiting: RefCell::default(),
            result: RefCell::default(),
        });
        let application: Weak<dyn Application> = Rc::<Self>::downgrade(&phone);
        phone.driver.attach(application);
        if phone.trace_sip {
            phone.driver.set_tracing(true);
        }
        phone
    }

    /// The device is up from now on, until it is stopped.
    pub fn keep(&self) {
        self.stopping.set(None);
        *self.kept.borrow_mut() = self.device.object();
    }

    /// `stopWS`.
    pub fn stop(&self) -> Promise {
        self.driver.retire();
        let ticket = self.driver.wish(|agent, now| agent.stop(now));
        self.stopping.set(Some(ticket));
        self.promise(ticket)
    }

    /// Everything ends now. Nobody is told but the calls and those who wait.
    pub fn shut_down(&self) {
        self.driver.shut_down();
        self.kept.take();
        self.watched.end();
        for waiting in self.waiting.take() {
            waiting.settle(Err(GIVEN_UP), &JsValue::UNDEFINED);
        }
    }

    /// The promise of a verb that was taken; a `TypeError` at once for a wrong argument, a rejection for a wrong moment.
    pub fn promised(&self, method: &str, verb: Verb<Ticket>) -> Result<Promise, JsValue> {
        self.promised_of(None, method, verb)
    }

    /// The same, of a verb for which the device has to be up.
    pub fn kept(&self, method: &str, verb: Verb<Ticket>) -> Result<Promise, JsValue> {
        if verb.is_ok() {
            self.keep();
        }
        self.promised(method, verb)
    }

    /// The same, of a call's verb.
    pub fn promised_of(
        &self,
        call: Option<CallId>,
        method: &str,
        verb: Verb<Ticket>,
    ) -> Result<Promise, JsValue> {
        match verb {
            Ok(ticket) => Ok(self.promise_of(call, ticket)),
            Err(fault) if fault.is_argument() => Err(misuse(method, fault)),
            Err(fault) => Ok(ignorable(&Promise::reject(&misuse(method, fault)))),
        }
    }

    /// The promise of a verb that was taken.
    pub fn promise(&self, ticket: Ticket) -> Promise {
        self.promise_of(None, ticket)
    }

    fn promise_of(&self, call: Option<CallId>, ticket: Ticket) -> Promise {
        ignorable(&Promise::new(&mut |resolve, reject| {
            let waiting = Waiting { ticket, call, resolve, reject };
            if !self.driver.is_over() {
                self.waiting.borrow_mut().push(waiting);
            } else {
                waiting.settle(Err(GIVEN_UP), &JsValue::UNDEFINED);
            }
        }))
    }

    /// A verb that comes to its end next has this to say.
    pub fn set_result(&self, result: JsValue) {
        self.result.replace(result);
    }

    /// A verb has come to its end.
    pub fn settle(&self, ticket: Ticket, outcome: Result<(), Failure>) {
        if self.stopping.get() == Some(ticket) {
            self.kept.take();
        }
        let result = self.result.take();
        let at = self.waiting.borrow().iter().position(|waiting| waiting.ticket == ticket);
        if let Some(at) = at {
            let waiting = self.waiting.borrow_mut().remove(at);
            let is_media = matches!(&outcome, Err(failure) if is_media(failure.cause));
            let living = waiting.call.filter(|_| is_media).and_then(|call| self.living(call));
            let error = living.map(|(record, _)| record.media_error.borrow().clone()).unwrap_or_default();
            waiting.settle(outcome.map(|()| result), &error);
        }
    }

    /// Asks the application for the password of a realm. Whatever it says but text is a refusal, and what it says later
    /// than the core waits is for the next time.
    pub fn ask_password(self: &Rc<Self>, realm: String) {
        let Some(ask) = &self.password else { return };
        let answer = ask.call1(&JsValue::UNDEFINED, &realm.as_str().into());
        let phone = Rc::downgrade(self);
        spawn(async move {
            let answer = match answer {
                Ok(answer) => JsFuture::from(Promise::resolve(&answer)).await,
                Err(error) => Err(error),
            };
            let Some(phone) = phone.upgrade() else { return };
            let password = match answer {
                Ok(answer) => answer.as_string(),
                Err(error) => {
                    phone.tell_error(&failure(NO_PASSWORD, &error));
                    None
                }
            };
            if !phone.driver.is_over() {
                phone.driver.wish(|agent, now| agent.credentials(now, &realm, password.as_deref()));
            }
        });
    }

    /// The JavaScript object of a new call, kept until it is terminated.
    pub fn adopt(self: &Rc<Self>, id: CallId, is_incoming: bool) -> JsValue {
        let (record, object) = TelnyxCall::make(self, id, is_incoming);
        self.calls.borrow_mut().push(Living { record, object: object.clone() });
        object
    }

    /// The JavaScript object of a living call.
    pub fn call(&self, id: CallId) -> JsValue {
        self.living(id).map_or(JsValue::UNDEFINED, |(_, object)| object)
    }

    /// How a living call is heard.
    pub fn quality(&self, id: CallId) -> Option<Rc<Quality>> {
        self.living(id).map(|(record, _)| Rc::clone(&record.quality))
    }

    /// Whose JavaScript object this is, if it is that of a living call.
    pub fn id_of(&self, object: &JsValue) -> Option<CallId> {
        let calls = self.calls.borrow();
        calls.iter().find(|living| living.object == *object).map(|living| living.record.id)
    }

    /// What is known of a living call changes.
    pub fn note(&self, id: CallId, event: &CallEvent) {
        if let Some((record, _)) = self.living(id) {
            record.note(self, event);
        }
    }

    /// A living call is one of before a reload of the page.
    pub fn revive(&self, id: CallId) {
        if let Some((record, _)) = self.living(id) {
            record.revive(self);
        }
    }

    /// What the end of a living call means, where it was to be brought back.
    pub fn lost(&self, id: CallId, message: Option<&Message>, cause: Option<Cause>) -> Option<JsValue> {
        self.living(id)?.0.lost(message, cause)
    }

    /// The INVITE of a living call, received or sent.
    pub fn set_request(&self, id: CallId, request: Request) {
        if let Some((record, _)) = self.living(id) {
            record.set_request(request);
        }
    }

    /// Whether it was answered, and goes on.
    pub fn is_connected(&self, id: CallId) -> bool {
        self.driver.ask(|agent, _| agent.call_status(id)) == CallStatus::Connected
    }

    /// What the browser said of the media of a call that is about to fail. One that is up goes on.
    pub fn set_media_error(&self, id: CallId, error: &JsValue) {
        let is_connected = self.is_connected(id);
        if let Some((record, _)) = self.living(id).filter(|_| !is_connected) {
            *record.media_error.borrow_mut() = error.clone();
        }
    }

    /// The call is over: only the application keeps it from now on.
    pub fn forget(&self, id: CallId) {
        self.calls.borrow_mut().retain(|living| living.record.id != id);
    }

    fn living(&self, id: CallId) -> Option<(Rc<Record>, JsValue)> {
        let calls = self.calls.borrow();
        let living = calls.iter().find(|living| living.record.id == id)?;
        Some((Rc::clone(&living.record), living.object.clone()))
    }

    /// Tells the listeners of the device, if there are any. The detail is the argument, too.
    pub fn tell(&self, name: &str, detail: &[(&str, &JsValue)]) -> bool {
        let detail = object(detail).into();
        emit(&self.device.object(), name, &detail, &Array::of1(&detail))
    }

    /// Tells of an error that no call or request owns. It is the detail itself.
    pub fn tell_error(&self, error: &JsValue) {
        emit(&self.device.object(), "error", error, &Array::of1(error));
    }

    /// Tells the listeners of a subscription or publication. The detail is the argument, too; `null` where it is empty.
    pub fn tell_object(&self, target: &JsValue, name: &str, detail: &[(&str, &JsValue)]) {
        let detail = if detail.is_empty() { JsValue::NULL } else { object(detail).into() };
        emit(target, name, &detail, &Array::of1(&detail));
    }

    /// Tells the listeners of a living call, if there are any: `detail` has the arguments by name and in their order.
    pub fn tell_call(&self, id: CallId, name: &str, arguments: &[(&str, &JsValue)]) -> bool {
        let Some((_, call)) = self.living(id) else { return false };
        let detail = if arguments.is_empty() { JsValue::NULL } else { object(arguments).into() };
        let list = Array::new();
        for (_, argument) in arguments {
            list.push(argument);
        }
        emit(&call, name, &detail, &list)
    }
}

impl Waiting {
    fn settle(self, outcome: Result<JsValue, Failure>, underlying: &JsValue) {
        let (function, value) = match outcome {
            Ok(value) => (self.resolve, value),
            Err(reason) => (self.reject, failure(reason, underlying)),
        };
        let _ = function.call1(&JsValue::UNDEFINED, &value);
    }
}

/// A verb's refusal where no promise can tell it.
pub fn thrown<T>(method: &str, verb: Verb<T>) -> Result<T, JsValue> {
    verb.map_err(|fault: ApiMisuse| misuse(method, fault))
}
