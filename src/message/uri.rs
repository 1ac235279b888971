//! URIs (RFC 3261 §19.1, RFC 3966): sip, sips and tel are taken apart, other schemes are kept whole.

use super::escape::{decode, encode};
use super::host::{host_port, push_host_port};
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
        if text.len() > MAX_URI || !lex::is_all(text, lex::class::URI) {
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
            Some(Self { user: Some(number), params: Params::of_uri(params), ..uri })
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
        Some(Self { user, host, port, params: Params::of_uri(params), headers, ..self })
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
        None => !["user", "ttl", "method", "maddr"].iter().any(|n| n.eq_ignore_ascii_case(&decode(name))),
    })
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

    /// Adds the header `?name=value` for whoever turns the URI into a request (RFC 3261 §19.1.1). For URIs without
    /// headers.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut text = String::from(&*self.0);
        text.push('?');
        text.push_str(name);
        text.push('=');
        encode(&mut text, value, b"[]/?:+$");
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

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri<'_> {
        Uri::read(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn a_sip_uri_is_taken_apart() {
        let uri = uri("sips:al%69ce:secret@[2001:db8::1]:5061;transport=ws;lr?Subject=x");
        assert_eq!((uri.scheme(), uri.host(), uri.port()), ("sips", "[2001:db8::1]", Some(5061)));
        assert_eq!(
            (uri.user().unwrap(), uri.user_raw(), uri.password()),
            ("alice".into(), Some("al%69ce"), Some("secret"))
        );
        assert_eq!((uri.params().get("Transport"), uri.params().get("lr")), (Some("ws"), Some("")));
        assert_eq!(uri.headers(), "Subject=x");
    }

    #[test]
    fn other_schemes_are_kept_whole() {
        let tel = uri("tel:+1-201-555-0123;phone-context=example.com");
        assert_eq!((tel.user().unwrap(), tel.host()), ("+1-201-555-0123".into(), ""));
        assert_eq!(tel.params().get("phone-context"), Some("example.com"));
        assert_eq!(uri("urn:service:sos").user(), None);
    }

    #[test]
    fn what_is_no_uri_is_not_read() {
        let long = format!("sip:{}", "a".repeat(MAX_URI));
        let bad = [
            "",
            "sip:",
            ":x",
            "bob",
            "sip:a b",
            "sip:a@",
            "sip:a@b:port",
            "sip:a@b:65536",
            "sip:a@[::1",
            "1s:x",
        ];
        for text in bad.into_iter().chain(["sip:2001:db8::1", "sip:a@b c", "sip:<a>", "sip:\"a\"@b", &long]) {
            assert!(Uri::read(text).is_none(), "{text}");
        }
    }

    /// The examples of RFC 3261 §19.1.4 and RFC 3966 §5.
    #[test]
    fn equivalent_uris_match() {
        for (one, other) in [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtlanTa.CoM;Transport=tcp"),
            ("sip:carol@chicago.com;%6cr", "sip:carol@chicago.com;lr"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"),
            ("sip:alice@atlanta.com?subject=project%20x", "sip:alice@atlanta.com?subject=project%20x"),
            ("tel:+1-201-555-0123", "tel:+12015550123"),
            ("urn:service:sos", "urn:service:sos"),
        ] {
            assert!(uri(one).matches(&uri(other)) && uri(other).matches(&uri(one)), "{one} {other}");
        }
        for (one, other) in [
            ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtlanTa.CoM;Transport=UDP"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com;user=phone", "sip:bob@biloxi.com"),
            ("sip:carol@chicago.com;security=off", "sip:carol@chicago.com;security=on"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
            ("sip:bob@biloxi.com", "sips:bob@biloxi.com"),
            ("tel:+12015550123", "tel:+12015550124"),
            ("urn:service:sos", "urn:service:SOS"),
        ] {
            assert!(!uri(one).matches(&uri(other)) && !uri(other).matches(&uri(one)), "{one} {other}");
        }
    }

    #[test]
    fn a_made_uri_escapes_what_it_must() {
        let uri = UriBuf::sip(Some("a b@c;d%é"), "::1", Some(5060)).unwrap();
        assert_eq!(uri.as_str(), "sip:a%20b%40c;d%25%C3%A9@[::1]:5060");
        assert_eq!(uri.as_uri().user().unwrap(), "a b@c;d%é");
        let uri = UriBuf::sip(None, "x.invalid", None)
            .unwrap()
            .with_param("transport", Some("w s"))
            .with_param("ob", None);
        assert_eq!(uri.as_str(), "sip:x.invalid;transport=w%20s;ob");
        assert_eq!(UriBuf::sip(None, "a b", None), Err(BadUri));
    }
}
