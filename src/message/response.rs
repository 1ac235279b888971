//! Responses that are being made (RFC 3261 §8.2.6).

use super::index::Index;
use super::{Fields, HeaderValue, Method, Name, Request, Response, StatusCode, lex, redacted};
use core::fmt;
use core::ops::{Deref, DerefMut};

/// A response that is being made.
#[derive(Clone)]
pub struct ResponseDraft {
    status: StatusCode,
    reason: HeaderValue,
    fields: Fields,
}

impl ResponseDraft {
    /// A response to `request`: its Via, From, To, Call-ID and CSeq, and its Timestamp in a 100.
    pub fn to(request: &Request, status: StatusCode) -> Self {
        let fields = request.known_fields().filter(|(name, ..)| {
            name.is_mandatory() || (*name == Name::Timestamp && status == StatusCode::TRYING)
        });
        Self::with(status, Fields::copy(fields, &[]))
    }

    /// A copy of a received response for a proxy to pass on.
    pub fn forward(response: &Response) -> Self {
        let mut draft = Self::with(response.status(), Fields::copy(response.known_fields(), response.body()));
        draft.set_reason(response.reason());
        draft
    }

    /// The answer to a request that could not be read, with what there is of the fields that it must repeat. None
    /// without a Via, by which it would find its way.
    pub(super) fn refusing(index: &Index, status: StatusCode, reason: &str) -> Option<Self> {
        let method = Method::read(lex::cut_before(index.start_line(), b' ').0)?;
        if method == Method::Ack {
            return None;
        }
        let mut fields = Fields::new();
        for via in index.lines(Name::Via) {
            fields.push(Name::Via, HeaderValue::lossy(via));
        }
        fields.get(Name::Via)?;
        for name in [Name::From, Name::To, Name::CallId, Name::CSeq] {
            if let Some(first) = index.lines(name).next() {
                fields.push(name, HeaderValue::lossy(first));
            }
        }
        let mut draft = Self::with(status, fields);
        draft.set_reason(reason);
        Some(draft)
    }

    fn with(status: StatusCode, fields: Fields) -> Self {
        Self { status, reason: HeaderValue::lossy(status.reason_phrase()), fields }
    }

    /// The status code.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The reason phrase.
    pub fn reason(&self) -> &str {
        self.reason.as_str()
    }

    /// Replaces the reason phrase; CR, LF and NUL in it become spaces.
    pub fn set_reason(&mut self, reason: &str) {
        self.reason = HeaderValue::lossy(reason);
    }

    /// Adds a tag to To, where it has none.
    pub fn set_to_tag(&mut self, tag: &str) {
        if let Some(to) = self.fields.address(Name::To)
            && to.tag().is_none()
        {
            let to = to.to_value().with_param("tag", Some(tag));
            self.set(Name::To, to);
        }
    }

    /// Copies the Record-Route of the request, as the responses that make a dialog need it (RFC 3261 §12.1.1).
    pub fn copy_record_route(&mut self, request: &Request) {
        for route in request.lines(Name::RecordRoute) {
            self.push(Name::RecordRoute, HeaderValue::lossy(route));
        }
    }

    /// Takes off the topmost Via, as a proxy does.
    pub fn pop_via(&mut self) -> Option<HeaderValue> {
        self.pop_first(Name::Via)
    }

    /// The bytes to send.
    pub fn write(&self) -> Vec<u8> {
        let mut out = String::from("SIP/2.0 ");
        lex::push_number(&mut out, u32::from(self.status.get()));
        out.push(' ');
        out.push_str(self.reason.as_str());
        self.fields.write(out)
    }
}

impl Deref for ResponseDraft {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.fields
    }
}

impl DerefMut for ResponseDraft {
    fn deref_mut(&mut self) -> &mut Fields {
        &mut self.fields
    }
}

impl fmt::Debug for ResponseDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted(&String::from_utf8_lossy(&self.write())))
    }
}
