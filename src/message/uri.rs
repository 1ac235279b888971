//! URIs (RFC 3261 §19.1, RFC 3966): sip, sips and tel are taken apart, other schemes are kept whole.

use super::{Params, lex};
use core::fmt;
use std::borrow::Cow;

/// The longest URI that is read, in bytes.
pub const MAX_URI: usize = 4096;

/// A URI inside a received message or a [`UriBuf`].
#[derive(Clone, Copy, Default)]
pub struct Uri<'a> {
    text: &'a str,
    scheme: &'a str,
    user: Option<&'a str>,
    host: &'a str,
    port: Option<u16>,
    params: Params<'a>,
    headers: &'a str,
}

impl<'a> Uri<'a> {
    /// Reads an absolute URI; `None` if it is not one, or longer than [`MAX_URI`].
    pub fn read(text: &'a str) -> Option<Self> {
        if text.len() > MAX_URI
            || text.bytes().any(|byte| byte <= b' ' || matches!(byte, b'<' | b'>' | b'"' | 0x7f))
        {
            return None;
        }
        let (scheme, rest) = lex::split(text, b':')?;
        let scheme_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        if rest.is_empty()
            || !scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            || !scheme.bytes().all(scheme_byte)
        {
            return None;
        }
        let uri = Self { text, scheme, ..Self::default() };
        if uri.is_sip() {
            uri.read_sip(rest)
        } else if uri.is_tel() {
            let (number, params) = lex::cut_before(rest, b';');
            Some(Self { user: Some(number), params: Params::of(params), ..uri })
        } else {
            Some(uri)
        }
    }

    fn read_sip(self, rest: &'a str) -> Option<Self> {
        // Neither parameters nor headers may hold a bare `@`, while a user part may hold `;` and `?`.
        let (user, rest) = lex::split(rest, b'@').map_or((None, rest), |(user, rest)| (Some(user), rest));
        let (rest, headers) = lex::split(rest, b'?').unwrap_or((rest, ""));
        let (host, params) = lex::cut_before(rest, b';');
        let (host, port) = host_port(host)?;
        Some(Self { user, host, port, params: Params::of(params), headers, ..self })
    }

    /// Whether the scheme is sip or sips.
    pub fn is_sip(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("sip") || self.is_sips()
    }

    /// Whether the scheme is sips.
    pub fn is_sips(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("sips")
    }

    /// Whether the scheme is tel.
    pub fn is_tel(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("tel")
    }

    /// The scheme as written, without the colon.
    pub fn scheme(&self) -> &'a str {
        self.scheme
    }

    /// The user, or the number of a tel URI, with percent escapes decoded and the password left out.
    pub fn user(&self) -> Option<Cow<'a, str>> {
        self.user_raw().map(decode)
    }

    /// Like [`user`](Self::user), as written.
    pub fn user_raw(&self) -> Option<&'a str> {
        Some(lex::cut_before(self.user?, b':').0)
    }

    /// The password of a sip URI, as written.
    pub fn password(&self) -> Option<&'a str> {
        lex::split(self.user?, b':').map(|(_, password)| password)
    }

    /// The host as written, an IPv6 address in its brackets; empty where the scheme has none.
    pub fn host(&self) -> &'a str {
        self.host
    }

    /// The port, where one is written.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The parameters of a sip or tel URI, as written.
    pub fn params(&self) -> Params<'a> {
        self.params
    }

    /// The headers of a sip URI, as written after the question mark; empty where there are none.
    pub fn headers(&self) -> &'a str {
        self.headers
    }

    /// The whole URI, as written.
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// An owned copy.
    pub fn to_owned(&self) -> UriBuf {
        UriBuf(self.text.into())
    }

    /// Whether both name the same resource (RFC 3261 §19.1.4).
    pub fn matches(&self, other: &Uri<'_>) -> bool {
        let same_user = if self.is_tel() {
            digits(self.user).eq(digits(other.user)) // RFC 3966 §5
        } else {
            self.is_sip() && self.user.map(decode) == other.user.map(decode)
        };
        let equivalent = same_user
            && self.scheme.eq_ignore_ascii_case(other.scheme)
            && self.host.eq_ignore_ascii_case(other.host)
            && self.port == other.port
            && params_match(self.params, other.params)
            && params_match(other.params, self.params)
            && self.headers == other.headers;
        equivalent || self.text == other.text
    }
}

/// A telephone number without its visual separators.
fn digits(number: Option<&str>) -> impl Iterator<Item = u8> {
    let bytes = number.unwrap_or_default().bytes();
    bytes.filter(|byte| !matches!(byte, b'-' | b'.' | b'(' | b')')).map(|byte| byte.to_ascii_lowercase())
}

/// Whether each parameter of `ours` is the same in `theirs`; most may be absent there.
fn params_match(ours: Params<'_>, theirs: Params<'_>) -> bool {
    ours.iter().all(|(name, value)| match theirs.get(name) {
        Some(other) => decode(other).eq_ignore_ascii_case(&decode(value.unwrap_or_default())),
        None => !["user", "ttl", "method", "maddr"].iter().any(|n| n.eq_ignore_ascii_case(name)),
    })
}

/// Reads `host[:port]`, white space around the colon allowed as in Via (RFC 3261 §25.1).
pub(super) fn host_port(text: &str) -> Option<(&str, Option<u16>)> {
    let bracket = lex::cut_before(text, b']').0.len();
    let (host, rest) =
        if text.starts_with('[') { lex::cut(text, bracket + 1) } else { lex::cut_before(text, b':') };
    let (host, rest) = (host.trim_ascii_end(), rest.trim_ascii());
    let is_host = match host.strip_prefix('[') {
        Some(address) => is_ipv6(address.strip_suffix(']')?),
        None => {
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        }
    };
    let port = if rest.is_empty() {
        None
    } else {
        Some(u16::try_from(lex::number(rest.strip_prefix(':')?.trim_ascii_start())?).ok()?)
    };
    is_host.then_some((host, port))
}

/// Whether the text is an IPv6 address (RFC 5954): eight groups, the last two perhaps as IPv4, or fewer and one `::`.
fn is_ipv6(text: &str) -> bool {
    let (mut rest, mut gap) = match text.strip_prefix("::") {
        Some(rest) => (rest, true),
        None if text.starts_with(':') => return false,
        None => (text, false),
    };
    let mut groups = 0;
    while !rest.is_empty() {
        let (group, more) = lex::cut_before(rest, b':');
        rest = more.get(1..).unwrap_or_default();
        groups += match group.len() {
            0 if gap => return false,
            0 => {
                gap = true;
                0
            }
            1..=4 if more != ":" && group.bytes().all(|byte| byte.is_ascii_hexdigit()) => 1,
            _ if more.is_empty() && is_ipv4(group) => 2,
            _ => return false,
        };
    }
    if gap { groups < 8 } else { groups == 8 }
}

fn is_ipv4(text: &str) -> bool {
    let number = |text| lex::number(text).filter(|number| *number < 256);
    let mut rest = text;
    for _ in 0..3 {
        match lex::split(rest, b'.') {
            Some((part, more)) if number(part).is_some() => rest = more,
            _ => return false,
        }
    }
    number(rest).is_some()
}

/// `text` with percent escapes decoded; as it is where that gives no UTF-8.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte == b'%') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, more)) = rest.split_first() {
        rest = more;
        match (byte, more) {
            (b'%', [high, low, tail @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(hex(*high) << 4 | hex(*low));
                rest = tail;
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn hex(digit: u8) -> u8 {
    char::from(digit).to_digit(16).unwrap_or_default() as u8
}

/// Adds `text` with everything escaped that is neither unreserved nor in `plain`.
fn encode(out: &mut String, text: &str, plain: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |n: u8| DIGITS.get(usize::from(n)).copied().map_or('0', char::from);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) || plain.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(digit(byte >> 4));
            out.push(digit(byte & 15));
        }
    }
}

/// A URI of one's own, known to be one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UriBuf(Box<str>);

/// Text that is no absolute URI.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadUri;

impl fmt::Display for BadUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a URI")
    }
}

impl core::error::Error for BadUri {}

/// An address that reaches nobody (RFC 3323 §4.1.1.3).
impl Default for UriBuf {
    fn default() -> Self {
        Self("sip:anonymous@anonymous.invalid".into())
    }
}

impl UriBuf {
    /// Reads a sip, sips, tel or other absolute URI.
    ///
    /// # Errors
    /// [`BadUri`] if it is none.
    pub fn read(text: &str) -> Result<Self, BadUri> {
        Uri::read(text).map(|uri| uri.to_owned()).ok_or(BadUri)
    }

    /// Makes `sip:user@host:port`. The user is plain text and gets its percent escapes here; an IPv6 host may come
    /// with brackets or without.
    ///
    /// # Errors
    /// [`BadUri`] if `host` is neither a host name nor an address.
    pub fn sip(user: Option<&str>, host: &str, port: Option<u16>) -> Result<Self, BadUri> {
        let mut text = String::from("sip:");
        if let Some(user) = user {
            encode(&mut text, user, b"&=+$,;?/");
            text.push('@');
        }
        push_host_port(&mut text, host, port);
        Self::read(&text)
    }

    /// Adds the parameter `;name=value`, or `;name`, with what needs it escaped. For sip URIs without headers.
    #[must_use]
    pub fn with_param(self, name: &str, value: Option<&str>) -> Self {
        let mut text = String::from(self.0);
        text.push(';');
        encode(&mut text, name, b"[]/:&+$");
        if let Some(value) = value {
            text.push('=');
            encode(&mut text, value, b"[]/:&+$");
        }
        Self(text.into())
    }

    /// A view of it.
    pub fn as_uri(&self) -> Uri<'_> {
        Uri::read(&self.0).unwrap_or_default() // it was read before
    }

    /// The whole URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Adds `host[:port]`, with the brackets that an IPv6 address needs.
pub(super) fn push_host_port(out: &mut String, host: &str, port: Option<u16>) {
    if host.bytes().any(|byte| byte == b':') && !host.starts_with('[') {
        out.push('[');
        out.push_str(host);
        out.push(']');
    } else {
        out.push_str(host);
    }
    if let Some(port) = port {
        out.push(':');
        lex::push_number(out, u32::from(port));
    }
}
