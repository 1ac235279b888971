//! Requests outside any dialog: calls and messages that arrive, and the questions of others (RFC 3261 §8.2, §11,
//! RFC 3428).

use super::{Event, MessageId, Owner, UserAgent};
use crate::call::Call;
use crate::local::ALLOW;
use crate::message::{HeaderValue, Method, Name, Request, ResponseDraft, StatusCode};
use crate::time::Duration;
use crate::transaction::ServerKey;

/// Calls that live at once; a further one is told that we are busy.
const MAX_CALLS: usize = 32;
/// MESSAGEs that wait at once for the application's answer.
const MAX_MESSAGES: usize = 64;
/// How long they do: shorter than the sender's Timer F.
const MESSAGE_PATIENCE: Duration = Duration::from_secs(20);
/// The body that an INVITE may have.
const SDP: &str = "application/sdp";

impl UserAgent {
    pub(super) fn handle_out_of_dialog(&mut self, key: ServerKey, request: &Request) {
        let handled = matches!(request.method(), Method::Invite | Method::Message | Method::Options);
        let refusal = match request.method() {
            // A request to end what does not exist (§15.1.2); one of no method that we know (§8.2.1).
            Method::Bye => Some(StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST),
            _ if !handled => Some(StatusCode::METHOD_NOT_ALLOWED),
            _ if !request.uri().is_sip() => Some(StatusCode::UNSUPPORTED_URI_SCHEME),
            // No extension is supported that a request could require (§8.2.2.3).
            _ if request.has(Name::Require) => Some(StatusCode::BAD_EXTENSION),
            Method::Invite => self.refuses_invite(request),
            _ => None,
        };
        if let Some(status) = refusal {
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
        let has_sdp = request.has_type(SDP);
        if self.stopping.is_some() {
            Some(StatusCode::TEMPORARILY_UNAVAILABLE)
        } else if self.calls.len() >= MAX_CALLS {
            Some(StatusCode::BUSY_HERE)
        } else if request.contacts().next().is_none() {
            Some(StatusCode::BAD_REQUEST)
        } else if !request.body().is_empty() && !has_sdp {
            Some(StatusCode::UNSUPPORTED_MEDIA_TYPE)
        } else {
            None
        }
    }

    pub(super) fn answer(&mut self, request: &Request, status: StatusCode) -> ResponseDraft {
        let mut answer = ResponseDraft::to(request, status);
        if request.to().tag().is_none() {
            answer.set_to_tag(&self.entropy.tag());
        }
        match status {
            StatusCode::OK | StatusCode::METHOD_NOT_ALLOWED => {
                answer.set(Name::Allow, HeaderValue::lossy(ALLOW))
            }
            StatusCode::BAD_EXTENSION => {
                for extension in request.elements(Name::Require) {
                    answer.push(Name::Unsupported, HeaderValue::lossy(extension));
                }
            }
            _ => {}
        }
        if matches!(status, StatusCode::OK | StatusCode::UNSUPPORTED_MEDIA_TYPE) {
            answer.set(Name::Accept, HeaderValue::lossy(SDP));
            answer.set(Name::AcceptEncoding, HeaderValue::lossy("identity"));
        }
        answer
    }

    fn handle_invite(&mut self, key: ServerKey, request: &Request) {
        let invite = request.clone();
        let now = self.now;
        let call = self.add_call(
            true,
            |cx, config| {
                let no_answer = now + Duration::from_secs(u64::from(config.no_answer_timeout));
                Call::ring(cx, key, invite, no_answer)
            },
            |agent, call| agent.transactions.adopt(key, Owner::Call(call)),
        );
        self.tell(Event::Incoming { call, request: request.clone() });
    }

    fn handle_message(&mut self, key: ServerKey, request: &Request) {
        if self.messages.len() >= MAX_MESSAGES {
            let answer = self.answer(request, StatusCode::SERVICE_UNAVAILABLE);
            return self.respond(key, answer);
        }
        self.last_message += 1;
        let id = MessageId(self.last_message);
        self.messages.push((id, key, request.clone(), self.now + MESSAGE_PATIENCE));
        self.tell(Event::Message { id, request: request.clone() });
    }

    /// Answers a MESSAGE; false where it was answered already.
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
