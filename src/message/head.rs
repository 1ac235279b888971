//! What requests and responses have in common once they are received.

use super::index::Index;
use super::{Elements, Method, Name, NameAddr, Via, lex, redacted};
use core::fmt;
use core::ops::Range;
use std::rc::Rc;

/// The fields and the body of a received message, which has them all: [`read`](super::read) refuses a message whose
/// mandatory fields are absent, repeated or malformed. Cloning shares it.
#[derive(Clone)]
pub struct Head(pub(super) Rc<Parts>);

pub(super) struct Parts {
    pub(super) index: Index,
    /// The Request-URI or the reason phrase.
    pub(super) target: Range<usize>,
    pub(super) method: Method,
    pub(super) cseq: u32,
    /// The body's place in the text, unless it is `binary`.
    pub(super) body: Range<usize>,
    /// A body that is not UTF-8.
    pub(super) binary: Vec<u8>,
}

/// A sequence number and the method that it counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CSeq<'a> {
    /// Below 2³¹.
    pub number: u32,
    /// The method of the request, or of the one that a response answers.
    pub method: &'a Method,
}

impl Head {
    fn index(&self) -> &Index {
        &self.0.index
    }

    pub(super) fn target(&self) -> &str {
        self.index().text.get(self.0.target.clone()).unwrap_or_default()
    }

    fn mandatory_address(&self, name: Name) -> NameAddr<'_> {
        self.value(name).and_then(NameAddr::reread).unwrap_or_default() // `read` has checked it
    }

    /// How long the message is, in bytes.
    pub fn size(&self) -> usize {
        self.index().text.len() + self.0.binary.len()
    }

    /// From.
    pub fn from(&self) -> NameAddr<'_> {
        self.mandatory_address(Name::From)
    }

    /// To.
    pub fn to(&self) -> NameAddr<'_> {
        self.mandatory_address(Name::To)
    }

    /// Call-ID.
    pub fn call_id(&self) -> &str {
        self.value(Name::CallId).unwrap_or_default()
    }

    /// CSeq.
    pub fn cseq(&self) -> CSeq<'_> {
        CSeq { number: self.0.cseq, method: &self.0.method }
    }

    /// The topmost Via.
    pub fn via(&self) -> Via<'_> {
        self.vias().next().unwrap_or_default()
    }

    /// Every Via, topmost first.
    pub fn vias(&self) -> impl Iterator<Item = Via<'_>> {
        self.elements(Name::Via).filter_map(Via::reread) // `read` has checked them
    }

    fn leading_number(&self, name: Name) -> Option<u32> {
        self.value(name).and_then(lex::leading_number)
    }

    /// Max-Forwards, 0 to 255.
    pub fn max_forwards(&self) -> Option<u8> {
        self.leading_number(Name::MaxForwards).and_then(|hops| u8::try_from(hops).ok())
    }

    /// Expires in seconds; what is larger than 2³²−1 is that.
    pub fn expires(&self) -> Option<u32> {
        self.leading_number(Name::Expires)
    }

    /// Min-Expires in seconds.
    pub fn min_expires(&self) -> Option<u32> {
        self.leading_number(Name::MinExpires)
    }

    /// Retry-After in seconds.
    pub fn retry_after(&self) -> Option<u32> {
        self.leading_number(Name::RetryAfter)
    }

    /// Every Contact that is an address.
    pub fn contacts(&self) -> impl Iterator<Item = NameAddr<'_>> {
        self.addresses(Name::Contact)
    }

    /// Whether Contact is `*` (RFC 3261 §10.2.2).
    pub fn is_contact_star(&self) -> bool {
        self.value(Name::Contact) == Some("*")
    }

    /// The addresses in all fields of that name, in order: Route, Record-Route, P-Asserted-Identity, Refer-To …
    pub fn addresses(&self, name: Name) -> impl Iterator<Item = NameAddr<'_>> {
        self.elements(name).filter_map(NameAddr::read)
    }

    /// Whether a list such as Require, Supported, Allow or Accept names `token`, in any case.
    pub fn has_token(&self, name: Name, token: &str) -> bool {
        self.elements(name)
            .any(|element| lex::cut_before(element, b';').0.trim_ascii_end().eq_ignore_ascii_case(token))
    }

    /// Whether there is a field of that name.
    pub fn has(&self, name: Name) -> bool {
        self.value(name).is_some()
    }

    /// The value of the first field of that name, with folded lines joined.
    pub fn value(&self, name: Name) -> Option<&str> {
        self.lines(name).next()
    }

    /// The value of each field of that name, in order.
    pub fn lines(&self, name: Name) -> impl Iterator<Item = &str> {
        self.index().lines(name)
    }

    /// The elements of all fields of that name, in order, split at commas.
    pub fn elements(&self, name: Name) -> impl Iterator<Item = &str> {
        self.index().elements(name)
    }

    /// The values of all fields of that name, given in any case, long or compact. Those that are lists give one item
    /// for each element.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &str> {
        let known = Name::find(name);
        self.index()
            .fields()
            .filter(move |(field, label, _)| {
                *field == known && (known != Name::Other || label.eq_ignore_ascii_case(name))
            })
            .flat_map(|(field, _, value)| Elements::of_field(field, value))
    }

    /// Each field in order: its name as written and its value.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.index().fields().map(|(_, label, value)| (label, value))
    }

    pub(super) fn known_fields(&self) -> impl Iterator<Item = (Name, &str, &str)> {
        self.index().fields()
    }

    /// Content-Type.
    pub fn content_type(&self) -> Option<&str> {
        self.value(Name::ContentType)
    }

    /// Whether the body is of this media type, whatever its parameters, and not in an encoding.
    pub fn has_type(&self, media_type: &str) -> bool {
        let is_plain = self.elements(Name::ContentEncoding).all(|it| it.eq_ignore_ascii_case("identity"));
        let value = self.content_type().unwrap_or_default();
        is_plain && lex::cut_before(value, b';').0.trim_ascii_end().eq_ignore_ascii_case(media_type)
    }

    /// The body; empty where there is none.
    pub fn body(&self) -> &[u8] {
        match self.0.binary.as_slice() {
            [] => self.index().text.as_bytes().get(self.0.body.clone()).unwrap_or_default(),
            binary => binary,
        }
    }

    /// The body, where it is UTF-8.
    pub fn body_text(&self) -> Option<&str> {
        core::str::from_utf8(self.body()).ok()
    }

    /// The whole message as it was received, but with folded lines joined and without a body that is not UTF-8.
    pub fn text(&self) -> &str {
        lex::cut(&self.index().text, self.0.body.end).0
    }

    /// The whole message with credentials replaced by `***`.
    pub fn redacted(&self) -> String {
        redacted(self.text())
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}
