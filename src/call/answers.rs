//! Answers to requests inside a dialog that need none of its state.

use super::trickle::handle_info;
use super::{Action, CallEvent, Context, Tone};
use crate::local::ALLOW;
use crate::message::{HeaderValue, Method, Name, Request, ResponseDraft, StatusCode, dtmf, trickle};
use crate::transaction::ServerKey;

/// An INVITE came while another of theirs is pending (RFC 3261 §14.2).
pub(super) fn pending(cx: &mut Context<'_>, request: &Request) -> ResponseDraft {
    let mut answer = ResponseDraft::to(request, StatusCode::SERVER_INTERNAL_ERROR);
    let seconds = u32::try_from(cx.entropy.between(0, 10)).unwrap_or(0);
    answer.set(Name::RetryAfter, HeaderValue::from(seconds));
    answer
}

/// To what has no place in an early dialog, and would have one elsewhere.
pub(super) fn too_early(request: &Request) -> ResponseDraft {
    match request.method() {
        // Nobody has asked for news, nothing waits to be acknowledged.
        Method::Notify | Method::Prack => {
            ResponseDraft::to(request, StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST)
        }
        // There is no session yet that could go elsewhere.
        Method::Refer => ResponseDraft::to(request, StatusCode::DECLINE),
        _ => not_allowed(request),
    }
}

/// 405.
pub(super) fn not_allowed(request: &Request) -> ResponseDraft {
    let mut answer = ResponseDraft::to(request, StatusCode::METHOD_NOT_ALLOWED);
    answer.set(Name::Allow, HeaderValue::lossy(ALLOW));
    answer
}

/// 415, where these types were expected.
pub(super) fn unsupported_media(request: &Request, accept: &str) -> ResponseDraft {
    let mut answer = ResponseDraft::to(request, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    answer.set(Name::Accept, HeaderValue::lossy(accept));
    answer.set(Name::AcceptEncoding, HeaderValue::lossy("identity"));
    answer
}

/// Takes an INFO, in an early dialog too (RFC 6086 §4.2.1).
pub(super) fn take_info(cx: &mut Context<'_>, key: ServerKey, request: &Request) {
    let Some(answer) = to_info(request) else {
        return cx.push(Action::AskAbout(key, request.clone()));
    };
    cx.push(Action::Respond(key, answer));
    handle_info(cx, request);
    if let Some((digit, duration)) = dtmf::read(request) {
        let tone = Tone { digit, duration, gap: 0 };
        cx.tell(CallEvent::Dtmf { request: Some(request.clone()), tone, outgoing: false });
    }
}

/// To an INFO (RFC 6086 §4.2.2): 200 to one without a body, with a tone or with candidates, 469 to a package that we do not
/// know. Of anything else the application may know what it is.
fn to_info(request: &Request) -> Option<ResponseDraft> {
    if trickle::read(request).is_some() {
        return Some(ResponseDraft::to(request, StatusCode::OK));
    }
    if request.has(Name::InfoPackage) {
        let mut answer = ResponseDraft::to(request, StatusCode::BAD_INFO_PACKAGE);
        answer.set(Name::RecvInfo, HeaderValue::lossy(trickle::PACKAGE));
        return Some(answer);
    }
    let is_ours = request.body().is_empty() || dtmf::read(request).is_some();
    is_ours.then(|| ResponseDraft::to(request, StatusCode::OK))
}

/// 422 (RFC 4028 §6).
pub(super) fn interval_too_small(request: &Request, least: u32) -> ResponseDraft {
    let mut answer = ResponseDraft::to(request, StatusCode::SESSION_INTERVAL_TOO_SMALL);
    answer.set(Name::MinSe, HeaderValue::from(least));
    answer
}
