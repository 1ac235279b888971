//! Requests outside any dialog: calls and messages that arrive, and the questions of others (RFC 3261 §8.2, §11,
//! RFC 3428).

use super::calls::Bond;
use super::{CallId, Event, MessageId, Owner, UserAgent};
use crate::call::{Call, MIN_SE, is_too_brief};
use crate::dialog::Dialog;
use crate::error::PeerMisbehaved;
use crate::local::{ALLOW, supported};
use crate::message::session::{Body, TYPE as SDP, body_of, is_welcome};
use crate::message::{HeaderValue, Method, Name, NameAddr, Request, ResponseDraft, StatusCode, dtmf};
use crate::time::Duration;
use crate::transaction::ServerKey;

/// Calls that live at once; a further one is told that we are busy.
pub(super) const MAX_CALLS: usize = 32;
/// MESSAGEs and INFOs that wait at once for the application's answer.
const MAX_MESSAGES: usize = 64;
/// How long they do: shorter than the sender's Timer F.
const MESSAGE_PATIENCE: Duration = Duration::from_secs(20);

/// What proxies have had to do for a request, which is done by the time that it is here (RFC 3323 §4.2, RFC 3329).
const OF_PROXIES: &str = "privacy, sec-agree";

impl UserAgent {
    pub(super) fn handle_out_of_dialog(&mut self, key: ServerKey, request: &Request) {
        let handled = matches!(request.method(), Method::Invite | Method::Message | Method::Options);
        let refusal = match request.method() {
            // For a dialog, and in none (§15.1.2, RFC 3262 §3, RFC 3311 §5.2, RFC 6086 §4.2.1); news that nobody asked
            // for (RFC 6665 §4.1.3).
            Method::Bye | Method::Notify | Method::Prack | Method::Update | Method::Info => {
                Some(StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST)
            }
            // There is nobody whose consent could be asked.
            Method::Refer => Some(StatusCode::DECLINE),
            // One of no method that we know (§8.2.1).
            _ if !handled => Some(StatusCode::METHOD_NOT_ALLOWED),
            _ if !request.uri().is_sip() => Some(StatusCode::UNSUPPORTED_URI_SCHEME),
            // §8.2.2.3
            _ if self.lacks(request) => Some(StatusCode::BAD_EXTENSION),
            Method::Invite => self.refuses_invite(request),
            _ => None,
        };
        if let Some(status) = refusal {
            if status == StatusCode::BUSY_HERE {
                self.blame(PeerMisbehaved::TooManyCalls);
            }
            let answer = self.answer(request, status);
            return self.respond(key, answer);
        }
        match request.method() {
            Method::Invite => self.handle_invite(key, request),
            Method::Message => self.handle_message(key, request),
            _ => {
                let answer = self.answer(request, StatusCode::OK);
                self.respond(key, answer);
            }
        }
    }

    fn refuses_invite(&self, request: &Request) -> Option<StatusCode> {
        if self.stopping.is_some() {
            Some(StatusCode::TEMPORARILY_UNAVAILABLE)
        } else if self.calls.len() >= MAX_CALLS {
            Some(StatusCode::BUSY_HERE)
        } else if body_of(request) == Body::Foreign {
            Some(StatusCode::UNSUPPORTED_MEDIA_TYPE)
        } else if !is_welcome(request) {
            Some(StatusCode::NOT_ACCEPTABLE)
        } else if is_too_brief(&self.config.calls, request) {
            Some(StatusCode::SESSION_INTERVAL_TOO_SMALL)
        } else {
            None
        }
    }

    /// Whether a request requires an extension that we have not (§8.2.2.3).
    pub(super) fn lacks(&self, request: &Request) -> bool {
        unsupported(request, self.config.calls.session_expires.is_some()).next().is_some()
    }

    pub(super) fn answer(&mut self, request: &Request, status: StatusCode) -> ResponseDraft {
        let mut answer = ResponseDraft::to(request, status);
        let timers = self.config.calls.session_expires.is_some();
        if request.to().tag().is_none() {
            answer.set_to_tag(&self.entropy.tag());
        }
        match status {
            StatusCode::OK | StatusCode::METHOD_NOT_ALLOWED => {
                answer.set(Name::Allow, HeaderValue::lossy(ALLOW))
            }
            StatusCode::SESSION_INTERVAL_TOO_SMALL => answer.set(Name::MinSe, HeaderValue::from(MIN_SE)),
            StatusCode::BAD_EXTENSION => {
                for extension in unsupported(request, timers) {
                    answer.push(Name::Unsupported, HeaderValue::lossy(extension));
                }
            }
            _ => {}
        }
        if matches!(status, StatusCode::OK | StatusCode::UNSUPPORTED_MEDIA_TYPE) {
            answer.set(Name::Accept, HeaderValue::lossy(SDP));
            answer.set(Name::AcceptEncoding, HeaderValue::lossy("identity"));
        }
        if status == StatusCode::OK {
            answer.set(Name::Supported, HeaderValue::lossy(supported(timers)));
        }
        answer
    }

    fn handle_invite(&mut self, key: ServerKey, request: &Request) {
        let replaces = match self.replaced(request) {
            Ok(replaces) => replaces,
            Err(status) => {
                let answer = self.answer(request, status);
                return self.respond(key, answer);
            }
        };
        if let Some(call) = replaces.filter(|call| self.comes_back(*call, request)) {
            self.transactions.adopt(key, Owner::Call(call));
            return self.with_call(call, |call, cx| call.take_back(cx, key, request));
        }
        let no_answer = self.now + Duration::from_secs(u64::from(self.config.no_answer_timeout));
        let mut actions = Vec::new();
        let call = Call::ring(&mut self.call_context(&mut actions), key, request.clone(), no_answer);
        let Some(call) = call else {
            let answer = self.answer(request, StatusCode::BAD_REQUEST);
            return self.respond(key, answer);
        };
        let bond = replaces.map_or(Bond::None, Bond::Replaces);
        let (peer, name) = (request.identity().to_value(), self.entropy.tag());
        let facts = self.facts(true, peer, name);
        let call = self.calls.add(call, facts, bond, self.local.flow());
        self.transactions.adopt(key, Owner::Call(call));
        self.carry_out(call, actions);
        self.tell(Event::Incoming { call, request: request.clone(), replaces });
    }

    /// The call that an INVITE is to take the place of, or why it cannot (RFC 3891 §3).
    fn replaced(&self, request: &Request) -> Result<Option<CallId>, StatusCode> {
        if !request.has(Name::Replaces) {
            return Ok(None);
        }
        let replaces = request.replaces().ok_or(StatusCode::BAD_REQUEST)?;
        let gone = StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST;
        let call = self.calls.meant_by(&replaces).ok_or(gone)?;
        match self.calls.get(call) {
            Some(Call::Established(_) | Call::Restoring(_)) if replaces.early_only => {
                Err(StatusCode::BUSY_HERE)
            }
            // An early dialog is replaced at the side that began it.
            Some(Call::Established(_) | Call::Restoring(_) | Call::Outbound(_)) => Ok(Some(call)),
            Some(Call::Leaving(_)) => Err(StatusCode::DECLINE),
            _ => Err(gone),
        }
    }

    /// Whether an INVITE is the far side of a call that is being restored, which could not find us in its dialog: it knows
    /// the dialog's three names, which is all that a re-INVITE would have to know, and says to be who it was.
    fn comes_back(&self, call: CallId, invite: &Request) -> bool {
        let identity = invite.identity();
        let peer = self.calls.peer(call).and_then(|peer| NameAddr::read(peer.as_str()));
        let is_recovering = self.calls.get(call).is_some_and(Call::is_recovering);
        let is_itself = peer.is_some_and(|peer| peer.uri().matches(&identity.uri()))
            || self
                .calls
                .get(call)
                .and_then(Call::dialog)
                .and_then(Dialog::remote_uri)
                .is_some_and(|remote| remote.as_uri().matches(&identity.uri()));
        is_recovering && is_itself
    }

    fn handle_message(&mut self, key: ServerKey, request: &Request) {
        let call = if request.to().tag().is_some() { self.calls.owner(request) } else { None };
        if let Some(id) = self.ask_about(key, request) {
            self.tell(Event::Message { id, call, request: request.clone() });
        }
    }

    /// An INFO of which the application may know what it is.
    pub(super) fn handle_info(&mut self, call: CallId, key: ServerKey, request: Request) {
        if let Some(id) = self.ask_about(key, &request) {
            self.tell(Event::Info { id, call, request });
        }
    }

    /// The application is to answer this.
    fn ask_about(&mut self, key: ServerKey, request: &Request) -> Option<MessageId> {
        if self.messages.len() >= MAX_MESSAGES {
            self.blame(PeerMisbehaved::TooManyMessages);
            let answer = self.answer(request, StatusCode::SERVICE_UNAVAILABLE);
            self.respond(key, answer);
            return None;
        }
        self.last_message += 1;
        let id = MessageId(self.last_message);
        self.messages.push((id, key, request.clone(), self.now + MESSAGE_PATIENCE));
        Some(id)
    }

    /// Answers a MESSAGE or INFO; false where it was answered already.
    pub(super) fn answer_message(&mut self, id: MessageId, status: StatusCode, reason: Option<&str>) -> bool {
        let Some(at) = self.messages.iter().position(|(it, ..)| *it == id) else { return false };
        let (_, key, request, _) = self.messages.remove(at);
        let mut answer = ResponseDraft::to(&request, status);
        if request.to().tag().is_none() {
            answer.set_to_tag(&self.entropy.tag());
        }
        if let Some(reason) = reason {
            answer.set_reason(reason);
        }
        if status == StatusCode::UNSUPPORTED_MEDIA_TYPE && *request.method() == Method::Info {
            answer.set(Name::Accept, HeaderValue::lossy(dtmf::ACCEPT)); // §8.2.3
        }
        self.respond(key, answer);
        true
    }

    /// The application has kept a sender waiting for too long.
    pub(super) fn expire_messages(&mut self) {
        while let Some((id, ..)) = self.messages.iter().find(|(.., until)| *until <= self.now) {
            self.answer_message(*id, StatusCode::TEMPORARILY_UNAVAILABLE, None);
        }
    }
}

/// The extensions that a request requires and we do not have; where we have them all, those that it requires of proxies
/// and nobody has: a request that is here has passed them all.
fn unsupported(request: &Request, session_timers: bool) -> impl Iterator<Item = &str> {
    let is_call = !matches!(request.method(), Method::Message | Method::Options);
    let ours = if is_call { supported(session_timers) } else { "" };
    let lacks = |name, list: &'static str| {
        request.elements(name).filter(move |it| !list.split(", ").any(|ours| ours.eq_ignore_ascii_case(it)))
    };
    let of_us = lacks(Name::Require, ours).next().is_some();
    if of_us { lacks(Name::Require, ours) } else { lacks(Name::ProxyRequire, OF_PROXIES) }
}
