//! Addresses: `"Display Name" <uri>;parameters` (RFC 3261 §20.10).

use super::{HeaderValue, Params, Uri, lex};
use std::borrow::Cow;

/// The value of From, To, Contact, Route and their like.
#[derive(Clone, Copy, Default)]
pub struct NameAddr<'a> {
    text: &'a str,
    display_name: &'a str,
    uri: Uri<'a>,
    params: Params<'a>,
}

impl<'a> NameAddr<'a> {
    /// Reads one address; `None` if it is not well formed.
    pub fn read(text: &'a str) -> Option<Self> {
        Self::reread(text).filter(|address| address.params.are_valid())
    }

    /// Reads one address whose parameters were read before.
    pub(super) fn reread(text: &'a str) -> Option<Self> {
        let text = text.trim_ascii();
        let (display_name, rest) = display_name(text)?;
        let (uri, params) = match lex::after(rest, b'<') {
            // White space may follow a bare URI, but not stand inside the brackets.
            Some(rest) => lex::split(rest, b'>')?,
            // Without brackets a semicolon or question mark belongs to the field, not to the URI (§20).
            None => {
                let end = rest.bytes().position(|byte| matches!(byte, b';' | b'?' | b','));
                let (uri, params) = lex::cut(rest, end.unwrap_or(rest.len()));
                (uri.trim_ascii_end(), params)
            }
        };
        Some(Self { text, display_name, uri: Uri::read(uri)?, params: Params::of(params.trim_ascii()) })
    }

    /// The display name without quotes and escapes; `None` where there is none or an empty one.
    pub fn display_name(&self) -> Option<Cow<'a, str>> {
        let name = lex::unquote(self.display_name);
        (!name.is_empty()).then_some(name)
    }

    /// The URI.
    pub fn uri(&self) -> Uri<'a> {
        self.uri
    }

    /// The parameters of the field, not those of the URI.
    pub fn params(&self) -> Params<'a> {
        self.params
    }

    /// The tag; `None` where it is absent or empty.
    pub fn tag(&self) -> Option<&'a str> {
        self.params.get("tag").filter(|tag| !tag.is_empty())
    }

    /// As written.
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// A copy to write into a message.
    pub fn to_value(&self) -> HeaderValue {
        HeaderValue::lossy(self.text)
    }
}

/// Splits off a display name, quoted or in tokens. Unquoted ones may hold more than tokens, as they do in practice,
/// but nothing that has a meaning in a list of addresses.
fn display_name(text: &str) -> Option<(&str, &str)> {
    if lex::after(text, b'"').is_some() {
        let (name, rest) = lex::quoted(text)?;
        let rest = rest.trim_ascii_start();
        return lex::after(rest, b'<').map(|_| (name, rest));
    }
    match text.bytes().position(|byte| matches!(byte, b'<' | b'>' | b';' | b',' | b'"' | b'@')) {
        Some(at) if text.as_bytes().get(at) == Some(&b'<') => {
            let (name, rest) = lex::cut(text, at);
            Some((name.trim_ascii_end(), rest))
        }
        _ => Some(("", text)),
    }
}

/// Makes an address to write: `"Display Name" <uri>;tag=tag`.
pub fn name_addr(display_name: Option<&str>, uri: Uri<'_>, tag: Option<&str>) -> HeaderValue {
    let mut text = String::new();
    if let Some(name) = display_name {
        text.push_str(&lex::quote(name));
        text.push(' ');
    }
    text.push('<');
    text.push_str(uri.as_str());
    text.push('>');
    if let Some(tag) = tag {
        text.push_str(";tag=");
        text.push_str(tag);
    }
    HeaderValue::lossy(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (text, name, uri, tag) in [
            ("<sip:a@b>", None, "sip:a@b", None),
            ("sip:a@b;tag=1", None, "sip:a@b", Some("1")),
            ("sip:a@b ; tag = 1", None, "sip:a@b", Some("1")),
            ("Alice Smith <sip:a@b;x=y>;tag=1", Some("Alice Smith"), "sip:a@b;x=y", Some("1")),
            ("Élise (work)<sip:a@b>", Some("Élise (work)"), "sip:a@b", None),
            (r#""A \"B\" <c>"<sip:a@b>;tag="#, Some(r#"A "B" <c>"#), "sip:a@b", None),
            (r#""" <tel:+1>"#, None, "tel:+1", None),
        ] {
            let address = NameAddr::read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (address.display_name().as_deref(), address.uri().as_str(), address.tag()),
                (name, uri, tag)
            );
        }
    }

    #[test]
    fn malformed_addresses_are_not_read() {
        for text in [
            "",
            "*",
            "<sip:a@b",
            "< sip:a@b>",
            "sip:a@b?h=1",
            "sip:a@b,c",
            r#""A <sip:a@b>"#,
            r#""A" sip:a@b"#,
            "A, B <sip:a@b>",
            "<sip:a@b>;;",
            "<sip:a@b> x",
        ] {
            assert!(NameAddr::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_made_address_is_read_back() {
        let uri = Uri::read("sip:a@b").unwrap();
        let value = name_addr(Some(r#"A "\"#), uri, Some("t"));
        assert_eq!(value.as_str(), r#""A \"\\" <sip:a@b>;tag=t"#);
        assert_eq!(NameAddr::read(value.as_str()).unwrap().display_name().unwrap(), r#"A "\"#);
    }
}
