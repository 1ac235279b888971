//! From the core's events to those of JavaScript.

use super::consent;
use super::console::Level;
use super::error::{call_lost, peer_fault};
use super::glue::emit;
use super::message::SipMessage;
use super::phone::Phone;
use super::received::TelnyxMessage;
use crate::agent::{CallEvent, CallId, Event, Originator, Outage, Tone};
use crate::browser::{Application, News, object};
use crate::error::Cause;
use crate::message::{HeaderValue, Message, Response};
use crate::time::Duration;
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::JsValue;

impl Application for Phone {
    fn event(self: Rc<Self>, event: Event) {
        // Of a device that was freed only the end of its calls is told. What was not done is told as given up.
        if self.driver.is_over()
            && !matches!(event, Event::Call { .. } | Event::Settled { outcome: Ok(()), .. })
        {
            return;
        }
        match event {
            Event::Connecting { flow, attempts } => {
                self.console.write(Level::Log, &["connecting"]);
                self.tell("wsConnecting", &[("flow", &flow.into()), ("attempts", &attempts.into())]);
            }
            Event::Connected { flow, server } => {
                let server = shown(&server);
                self.console.write(Level::Log, &["connected to ", &server]);
                self.tell("wsConnected", &[("flow", &flow.into()), ("server", &server.into())]);
            }
            Event::Disconnected { flow, server, code, reason, was_clean, will_retry } => {
                let level = if will_retry { Level::Warn } else { Level::Log };
                self.console.write(level, &["disconnected ", &reason]);
                self.tell(
                    "wsDisconnected",
                    &[
                        ("flow", &flow.into()),
                        ("server", &shown(&server).into()),
                        ("code", &code.into()),
                        ("reason", &reason.into()),
                        ("wasClean", &was_clean.into()),
                        ("willRetry", &will_retry.into()),
                    ],
                );
            }
            Event::Registered { flow, expires, contact, refresh, public_gruu, flow_timer, response } => {
                self.console.write(Level::Log, &["registered as ", &contact]);
                self.tell(
                    "registered",
                    &[
                        ("flow", &flow.into()),
                        ("expires", &expires.into()),
                        ("contact", &contact.into()),
                        ("refresh", &refresh.into()),
                        ("publicGruu", &public_gruu.map_or(JsValue::NULL, Into::into)),
                        ("flowTimer", &flow_timer.map_or(JsValue::NULL, Into::into)),
                        ("response", &SipMessage::view(response)),
                    ],
                );
            }
            Event::Unregistered { cause, response } => {
                self.console.write(Level::Log, &["unregistered ", cause.map_or("", Cause::as_str)]);
                self.tell("unregistered", &[("cause", &text(cause)), ("response", &view(response))]);
            }
            Event::RegistrationFailed { flow, cause, response } => {
                self.console.write(Level::Warn, &["registration failed: ", cause.as_str()]);
                self.tell(
                    "registrationFailed",
                    &[("flow", &flow.into()), ("cause", &text(Some(cause))), ("response", &view(response))],
                );
            }
            Event::Incoming { call, request, .. } => {
                self.console.write(Level::Debug, &["invite"]);
                let object = self.adopt(call, true);
                self.set_request(call, request);
                for name in ["invite", "incomingInvite"] {
                    self.tell(name, &[("activeCall", &object), ("call", &object)]);
                }
            }
            Event::Restoring(call) => {
                self.console.write(Level::Log, &["bringing a call back"]);
                self.adopt(call, self.driver.ask(|agent, _| agent.is_incoming(call)));
                self.revive(call);
            }
            Event::Lost { peer, cause } => {
                self.tell_error(&call_lost(peer.as_ref().map(HeaderValue::as_str), cause, None));
            }
            Event::Message { id, call, request } => TelnyxMessage::tell(&self, id, call, request),
            Event::Info { id, call, request } => {
                let is_heard = self.tell_call(call, "info", &[("request", &SipMessage::request(request))]);
                let status = if is_heard { 200 } else { 415 };
                let _ = self.driver.wish(|agent, now| agent.respond_to_message(now, id, status, None));
            }
            Event::Sip { outgoing, message } => self.sip(outgoing, &message),
            Event::Call { call, event } => self.call_event(call, event),
            Event::Replaced { call, by } => {
                self.tell_call(call, "replaced", &[("newCall", &self.call(by))]);
            }
            Event::Subscription { id, event } => self.subscription_event(id, event),
            Event::Publication { id, event } => self.publication_event(id, event),
            Event::Capabilities { response, .. } => self.set_result(SipMessage::view(response)),
            Event::CredentialsWanted { realm } => self.ask_password(realm),
            Event::PeerMisbehaved(fault) => {
                self.console.write(Level::Warn, &[fault.message()]);
                self.tell_error(&peer_fault(fault));
            }
            Event::Settled { ticket, outcome } => self.settle(ticket, outcome),
        }
    }

    fn media(self: Rc<Self>, call: CallId, news: &News<'_>) {
        self.console.write(Level::Debug, &[news.name]);
        if let ("userMediaFailed", [(_, error)]) = (news.name, news.arguments) {
            self.set_media_error(call, error);
        }
        self.tell_call(call, news.name, news.arguments);
    }

    fn levels(self: Rc<Self>, call: CallId, input: &JsValue, output: &JsValue) -> bool {
        self.tell("levels", &[("call", &self.call(call)), ("input", input), ("output", output)])
    }

    fn devices(self: Rc<Self>, name: &str, detail: &JsValue) -> bool {
        self.console.write(Level::Debug, &[name]);
        emit(&self.device.object(), name, detail, &Array::of1(detail))
    }
}

impl Phone {
    fn sip(&self, outgoing: bool, message: &Message) {
        let text = message.redacted();
        if self.trace_sip {
            self.console.write(Level::Log, &[if outgoing { "sent\n" } else { "received\n" }, &text]);
        }
        let is_heard = self.tell(
            "sip",
            &[
                ("direction", &if outgoing { "out" } else { "in" }.into()),
                ("time", &js_sys::Date::now().into()),
                ("message", &SipMessage::watched(message.clone())),
                ("text", &text.into()),
            ],
        );
        if !is_heard && !self.trace_sip {
            self.driver.set_tracing(false);
        }
    }

    fn call_event(self: &Rc<Self>, call: CallId, event: CallEvent) {
        let name = event.name();
        self.console.write(Level::Debug, &["call ", name]);
        self.note(call, &event);
        match event {
            // One that goes out later changes the call, and is not what it began with.
            CallEvent::Inviting(_) if self.is_connected(call) => {}
            CallEvent::Inviting(request) => self.set_request(call, request),
            CallEvent::Connecting
            | CallEvent::Confirmed
            | CallEvent::Cancel
            | CallEvent::Transferred
            | CallEvent::Bye => {
                self.tell_call(call, name, &[]);
            }
            CallEvent::Progress(response) => {
                self.tell_call(call, name, &[("response", &SipMessage::view(response))]);
            }
            CallEvent::Accepted(message) => {
                if let Some(quality) = self.quality(call) {
                    quality.begin(self);
                }
                self.tell_call(call, name, &[("data", &SipMessage::view(message))]);
            }
            CallEvent::Refer(request) => consent::refer(self, call, &request),
            CallEvent::Redirect(response) => consent::redirect(self, call, &response),
            CallEvent::Hold(originator) | CallEvent::Unhold(originator) => {
                let originator = if originator == Originator::Local { "local" } else { "remote" };
                self.tell_call(call, name, &[("originator", &originator.into())]);
            }
            CallEvent::Recovering { reason } | CallEvent::Recovered { reason } => {
                if let (Outage::Reload, CallEvent::Recovered { .. }) = (reason, &event) {
                    if let Some(quality) = self.quality(call) {
                        quality.begin(self);
                    }
                    self.tell("recoveredCall", &[("call", &self.call(call))]);
                }
                self.tell_call(call, name, &[("reason", &reason.as_str().into())]);
            }
            CallEvent::TransferProgress { status, reason } => {
                let code = u32::from(status.get()).into();
                let progress = object(&[("statusCode", &code), ("reasonPhrase", &reason.as_str().into())]);
                self.tell_call(call, name, &[("progress", &progress)]);
            }
            CallEvent::Dtmf { request, tone, outgoing } => {
                let dtmf = dtmf(tone, outgoing);
                let request = request.map_or(JsValue::NULL, SipMessage::request);
                self.tell_call(call, name, &[("request", &request), ("dtmf", &dtmf)]);
            }
            CallEvent::Rejected { response, cause } | CallEvent::Failed { response, cause } => {
                self.tell_call(call, name, &[("response", &view(response)), ("cause", &text(Some(cause)))]);
            }
            CallEvent::Terminated { message, cause } => {
                if let Some(quality) = self.quality(call) {
                    quality.end(self);
                }
                let lost = self.lost(call, message.as_ref(), cause);
                let message = message.map_or(JsValue::NULL, SipMessage::of);
                self.tell_call(call, name, &[("message", &message), ("cause", &text(cause))]);
                self.forget(call);
                if let Some(error) = lost {
                    self.tell_error(&error);
                }
            }
        }
    }
}

/// A server without what may be secret: a user and password, a query with a token.
fn shown(server: &str) -> String {
    let server = server.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = server.split_once("//").unwrap_or(("", server));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    [scheme, "//", host, path].concat()
}

pub(super) fn view(response: Option<Response>) -> JsValue {
    response.map_or(JsValue::NULL, SipMessage::view)
}

pub(super) fn text(cause: Option<Cause>) -> JsValue {
    cause.map_or(JsValue::NULL, |cause| cause.as_str().into())
}

/// Seconds; `null` where it is not known for how long.
pub(super) fn retry_after(wait: Option<Duration>) -> JsValue {
    wait.map_or(JsValue::NULL, |wait| wait.as_secs_f64().into())
}

fn dtmf(tone: Tone, outgoing: bool) -> JsValue {
    let mut digit = [0; 4];
    object(&[
        ("tone", &JsValue::from_str(tone.digit.encode_utf8(&mut digit))),
        ("duration", &tone.duration.into()),
        ("interToneGap", &tone.gap.into()),
        ("direction", &if outgoing { "out" } else { "in" }.into()),
    ])
    .into()
}
