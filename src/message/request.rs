//! Requests that are being made (RFC 3261 §8.1.1, §9.1, §17.1.1.3).

use super::{
    Fields, HeaderValue, Method, Name, NameAddr, Request, Response, UriBuf, Via, lex, name_addr, redacted,
};
use core::fmt;
use core::ops::{Deref, DerefMut};

/// A request that is being made, kept afterwards by its client transaction.
#[derive(Clone)]
pub struct RequestDraft {
    method: Method,
    uri: UriBuf,
    fields: Fields,
    answers: u8,
    followed_by: u32,
    in_dialog: bool,
}

impl RequestDraft {
    /// A request with all that it must have; Max-Forwards is 70.
    pub fn new(
        method: Method,
        uri: UriBuf,
        via: HeaderValue,
        from: HeaderValue,
        to: HeaderValue,
        call_id: &str,
        cseq: u32,
    ) -> Self {
        let mut draft =
            Self { method, uri, fields: Fields::new(), answers: 0, followed_by: 0, in_dialog: false };
        draft.push(Name::Via, via);
        draft.push(Name::MaxForwards, HeaderValue::from(70));
        draft.push(Name::From, from);
        draft.push(Name::To, to);
        draft.push(Name::CallId, HeaderValue::lossy(call_id));
        draft.set_cseq(cseq);
        draft
    }

    /// A copy of a received request for a proxy to pass on.
    pub fn forward(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().to_owned(),
            fields: Fields::copy(request.known_fields(), request.body()),
            answers: 0,
            followed_by: 0,
            in_dialog: request.to().tag().is_some(),
        }
    }

    /// It is made inside a dialog, also one with a peer of RFC 2543, which has no tag to show that.
    pub fn in_dialog(self) -> Self {
        Self { in_dialog: true, ..self }
    }

    /// Whether it is.
    pub fn is_in_dialog(&self) -> bool {
        self.in_dialog
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The Request-URI.
    pub fn uri(&self) -> &UriBuf {
        &self.uri
    }

    /// Replaces the Request-URI.
    pub fn set_uri(&mut self, uri: UriBuf) {
        self.uri = uri;
    }

    /// How many challenges this request has answered so far; a new request starts at 0.
    pub fn answers(&self) -> u8 {
        self.answers
    }

    /// Counts an answered challenge, so that a request which is always challenged comes to an end.
    pub fn count_answer(&mut self) {
        self.answers = self.answers.saturating_add(1);
    }

    /// The highest sequence number of the requests in the dialogs that this INVITE has made; 0 where none was sent.
    pub fn followed_by(&self) -> u32 {
        self.followed_by
    }

    /// Takes note of `request`, if it is in a dialog that this INVITE has made.
    pub fn note(&mut self, request: &Self) {
        let same = |name| self.get(name) == request.get(name);
        if self.method == Method::Invite && same(Name::CallId) && same(Name::From) {
            self.followed_by = self.followed_by.max(request.cseq());
        }
    }

    /// The sequence number.
    pub fn cseq(&self) -> u32 {
        self.get(Name::CSeq).and_then(|cseq| lex::leading_number(cseq.as_str())).unwrap_or_default()
    }

    /// Replaces the sequence number, which is below 2³¹.
    pub fn set_cseq(&mut self, number: u32) {
        let mut text = String::new();
        lex::push_number(&mut text, number);
        text.push(' ');
        text.push_str(self.method.as_str());
        self.set(Name::CSeq, HeaderValue::lossy(&text));
    }

    /// Sends it this way. A first hop that is a router of RFC 2543 finds itself in the Request-URI, and takes the
    /// target from the last Route (RFC 3261 §12.2.1.1).
    pub fn set_route(&mut self, hops: &[HeaderValue]) {
        let strict = hops.first().and_then(|hop| NameAddr::read(hop.as_str())).map(|hop| hop.uri());
        let Some(strict) = strict.filter(|uri| !uri.params().has("lr")) else {
            return hops.iter().for_each(|hop| self.push(Name::Route, hop.clone()));
        };
        let target = core::mem::replace(&mut self.uri, strict.to_owned());
        hops.iter().skip(1).for_each(|hop| self.push(Name::Route, hop.clone()));
        self.push(Name::Route, name_addr(None, target.as_uri(), None));
    }

    /// Replaces the topmost Via.
    pub fn set_via(&mut self, via: HeaderValue) {
        self.pop_first(Name::Via);
        self.push_via(via);
    }

    /// Says that we send pings, and asks the next hop whether it answers them, and how often it wants one (RFC 6223 §4.2).
    pub fn offer_keep_alive(&mut self) {
        if let Some(via) = self.get(Name::Via).cloned() {
            self.set_via(via.with_param("keep", None));
        }
    }

    /// Puts a Via on top of the others, as a proxy does.
    pub fn push_via(&mut self, via: HeaderValue) {
        self.push_front(Name::Via, via);
    }

    /// The branch of the topmost Via.
    pub fn branch(&self) -> &str {
        let top = self.get(Name::Via).and_then(|via| super::Elements::of(via.as_str()).next());
        top.and_then(Via::read).and_then(|via| via.branch()).unwrap_or_default()
    }

    /// The tag in To: that of the far side, within a dialog.
    pub fn to_tag(&self) -> Option<&str> {
        NameAddr::read(self.get(Name::To)?.as_str())?.tag()
    }

    /// The ACK of a final response that is not a 2xx (RFC 3261 §17.1.1.3).
    pub fn ack(&self, response: &Response) -> Self {
        self.same_transaction(Method::Ack, response.to().to_value())
    }

    /// The CANCEL of this request (RFC 3261 §9.1).
    pub fn cancel(&self) -> Self {
        let to = self.get(Name::To).cloned().unwrap_or_else(|| HeaderValue::lossy(""));
        self.same_transaction(Method::Cancel, to)
    }

    fn same_transaction(&self, method: Method, to: HeaderValue) -> Self {
        let mut draft = Self {
            method,
            uri: self.uri.clone(),
            fields: Fields::new(),
            answers: 0,
            followed_by: 0,
            in_dialog: self.in_dialog,
        };
        for name in [Name::Via, Name::From, Name::CallId] {
            draft.copy_first(&self.fields, name);
        }
        draft.push(Name::MaxForwards, HeaderValue::from(70));
        draft.push(Name::To, to);
        draft.set_cseq(self.cseq());
        for route in self.all(Name::Route) {
            draft.push(Name::Route, route.clone());
        }
        draft
    }

    /// The bytes to send.
    pub fn write(&self) -> Vec<u8> {
        let mut out = String::from(self.method.as_str());
        out.push(' ');
        out.push_str(self.uri.as_str());
        out.push_str(" SIP/2.0");
        self.fields.write(out)
    }
}

impl Deref for RequestDraft {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.fields
    }
}

impl DerefMut for RequestDraft {
    fn deref_mut(&mut self) -> &mut Fields {
        &mut self.fields
    }
}

impl fmt::Debug for RequestDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted(&String::from_utf8_lossy(&self.write())))
    }
}
