//! Answers to requests inside a dialog that need none of its state.

use super::Context;
use crate::local::ALLOW;
use crate::message::{HeaderValue, Name, Request, ResponseDraft, StatusCode, dtmf, trickle};

/// An INVITE came while another of theirs is pending (RFC 3261 §14.2).
pub(super) fn pending(cx: &mut Context<'_>, request: &Request) -> ResponseDraft {
    let mut answer = ResponseDraft::to(request, StatusCode::SERVER_INTERNAL_ERROR);
    let seconds = u32::try_from(cx.entropy.between(0, 10)).unwrap_or(0);
    answer.set(Name::RetryAfter, HeaderValue::from(seconds));
    answer
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

/// To an INFO (RFC 6086 §4.2.2): 200 to one without a body, with a tone or with candidates, 469 to a package that we do not
/// know. Of anything else the application may know what it is.
pub(super) fn to_info(request: &Request) -> Option<ResponseDraft> {
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
