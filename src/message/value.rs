//! Values that may be written into a message: by construction they cannot end a line.

use super::{Name, lex};
use core::fmt;

/// The value of a header field. It holds no CR, LF or NUL, so it cannot add a line to a message.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderValue(Box<str>);

/// Why text is not taken as a header field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadHeader {
    /// Not `Name: value` with a token for a name.
    Malformed,
    /// Holds CR, LF or NUL.
    Control,
    /// The field is one that the stack writes itself.
    Owned,
}

impl fmt::Display for BadHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a header field of the form `Name: value`",
            Self::Control => "a header field cannot hold CR, LF or NUL",
            Self::Owned => "this header field is written by the stack itself",
        })
    }
}

impl core::error::Error for BadHeader {}

fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | 0)
}

impl HeaderValue {
    /// Takes `text`, with the white space at its ends removed, as a value.
    ///
    /// # Errors
    /// [`BadHeader::Control`] if it holds CR, LF or NUL.
    pub fn new(text: &str) -> Result<Self, BadHeader> {
        if text.bytes().any(ends_line) { Err(BadHeader::Control) } else { Ok(Self(text.trim_ascii().into())) }
    }

    /// Takes `text` with every CR, LF and NUL replaced by a space.
    pub fn lossy(text: &str) -> Self {
        if !text.bytes().any(ends_line) {
            return Self(text.trim_ascii().into());
        }
        let mut bytes = text.as_bytes().to_vec();
        bytes.iter_mut().filter(|byte| ends_line(**byte)).for_each(|byte| *byte = b' ');
        Self(String::from_utf8(bytes).unwrap_or_default().trim_ascii().into())
    }

    /// As it will be written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Adds `;name=number`.
    #[must_use]
    pub fn with_number(self, name: &str, number: u32) -> Self {
        let mut text = String::new();
        lex::push_number(&mut text, number);
        self.with_param(name, Some(&text))
    }

    /// Adds `;name=value`, or `;name`. A value that is no token is quoted.
    #[must_use]
    pub fn with_param(self, name: &str, value: Option<&str>) -> Self {
        let mut text = String::from(self.0);
        text.push(';');
        text.push_str(name);
        if let Some(value) = value {
            text.push('=');
            if lex::is_token(value) { text.push_str(value) } else { text.push_str(&lex::quote(value)) }
        }
        Self::lossy(&text)
    }
}

impl From<u32> for HeaderValue {
    fn from(number: u32) -> Self {
        let mut text = String::new();
        lex::push_number(&mut text, number);
        Self(text.into())
    }
}

/// A header field that an application adds to a request or response.
#[derive(Clone, PartialEq, Eq)]
pub struct ExtraHeader {
    pub(super) name: Name,
    pub(super) label: Box<str>,
    pub(super) value: HeaderValue,
}

impl ExtraHeader {
    /// A field of the stack's own.
    pub(crate) fn known(name: Name, value: HeaderValue) -> Self {
        Self { name, label: name.as_str().into(), value }
    }

    /// The name of a field that is none of [`Name`].
    pub(super) fn other(&self) -> &str {
        if self.name == Name::Other { &self.label } else { "" }
    }

    /// Whether it is of the same name as another.
    pub fn is_like(&self, other: &Self) -> bool {
        self.label.eq_ignore_ascii_case(&other.label)
    }

    /// Reads `Name: value`.
    ///
    /// # Errors
    /// [`BadHeader`], also for the fields that the stack owns: Via, From, To, Call-ID, CSeq, Contact,
    /// Max-Forwards, Route, Record-Route, Authorization, Proxy-Authorization and Content-*, compact forms included.
    pub fn read(text: &str) -> Result<Self, BadHeader> {
        let line = HeaderValue::new(text)?;
        let (label, value) = lex::split(line.as_str(), b':').ok_or(BadHeader::Malformed)?;
        let (label, value) = (label.trim_ascii(), HeaderValue::new(value)?);
        if !lex::is_token(label) {
            return Err(BadHeader::Malformed);
        }
        let name = Name::find(label);
        if is_owned(name) || label.to_ascii_lowercase().starts_with("content-") {
            return Err(BadHeader::Owned);
        }
        let label = if name == Name::Other { label } else { name.as_str() };
        Ok(Self { name, label: label.into(), value })
    }
}

fn is_owned(name: Name) -> bool {
    name.is_mandatory()
        || name > Name::Other // Content-*, MIME-Version
        || matches!(
            name,
            Name::Contact
                | Name::MaxForwards
                | Name::Route
                | Name::RecordRoute
                | Name::Authorization
                | Name::ProxyAuthorization
        )
}
