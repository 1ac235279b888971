//! Fields of the extensions that a call uses: RFC 3262, 3325, 3891, 4028.

use super::escape::decode;
use super::{CSeq, Head, HeaderValue, Method, Name, NameAddr, Params, UriBuf, lex};

/// Session-Expires (RFC 4028 §4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionExpires {
    /// Seconds.
    pub interval: u32,
    /// Who refreshes, if that is said.
    pub refresher: Option<Role>,
}

/// A side of a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The side that sent the request.
    Uac,
    /// The side that answers it.
    Uas,
}

impl SessionExpires {
    /// As the value of the field.
    pub fn to_value(self) -> HeaderValue {
        let value = HeaderValue::from(self.interval);
        match self.refresher {
            Some(Role::Uac) => value.with_param("refresher", Some("uac")),
            Some(Role::Uas) => value.with_param("refresher", Some("uas")),
            None => value,
        }
    }
}

/// The dialog that a call takes the place of (RFC 3891 §3). The tags are as the user agent has them that is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replaces {
    /// Its Call-ID.
    pub call_id: String,
    /// The local tag there.
    pub to_tag: String,
    /// The remote tag there.
    pub from_tag: String,
    /// Only as long as it is not answered.
    pub early_only: bool,
}

impl Replaces {
    /// Reads the value of a Replaces field.
    pub fn read(value: &str) -> Option<Self> {
        let (call_id, params) = lex::cut(value, value.find(';')?);
        let params = Params::of(params);
        Some(Self {
            call_id: call_id.trim_ascii().into(),
            to_tag: params.get("to-tag")?.into(),
            from_tag: params.get("from-tag")?.into(),
            early_only: params.has("early-only"),
        })
    }

    /// As the value of the field.
    pub fn to_value(&self) -> HeaderValue {
        let value = HeaderValue::lossy(&self.call_id);
        value.with_param("to-tag", Some(&self.to_tag)).with_param("from-tag", Some(&self.from_tag))
    }
}

/// The value of RAck: which reliable provisional response, to which request (RFC 3262 §7.2).
pub fn rack(rseq: u32, cseq: CSeq<'_>) -> HeaderValue {
    let mut text = String::new();
    lex::push_number(&mut text, rseq);
    text.push(' ');
    lex::push_number(&mut text, cseq.number);
    text.push(' ');
    text.push_str(cseq.method.as_str());
    HeaderValue::lossy(&text)
}

impl Head {
    /// Session-Expires.
    pub fn session_expires(&self) -> Option<SessionExpires> {
        let value = self.value(Name::SessionExpires)?;
        let params = Params::of(value.find(';').map_or("", |at| lex::cut(value, at).1));
        let refresher = match params.get("refresher") {
            Some(role) if role.eq_ignore_ascii_case("uac") => Some(Role::Uac),
            Some(role) if role.eq_ignore_ascii_case("uas") => Some(Role::Uas),
            _ => None,
        };
        Some(SessionExpires { interval: lex::leading_number(value)?, refresher })
    }

    /// Min-SE in seconds.
    pub fn min_se(&self) -> Option<u32> {
        self.value(Name::MinSe).and_then(lex::leading_number)
    }

    /// RSeq, of a provisional response that wants to be acknowledged: one with `Require: 100rel` (RFC 3262 §3).
    pub fn rseq(&self) -> Option<u32> {
        let rseq = self.value(Name::RSeq).and_then(lex::leading_number)?;
        self.has_token(Name::Require, "100rel").then_some(rseq)
    }

    /// RAck: the number of the response, and the number and method of the request that it answered.
    pub fn rack(&self) -> Option<(u32, u32, Method)> {
        let mut parts = self.value(Name::RAck)?.split_ascii_whitespace();
        Some((lex::number(parts.next()?)?, lex::number(parts.next()?)?, Method::read(parts.next()?)?))
    }

    /// Who sent this: whom the network asserts (RFC 3325 §9.1), else whom From names.
    pub fn identity(&self) -> NameAddr<'_> {
        self.addresses(Name::PAssertedIdentity).next().unwrap_or_else(|| self.from())
    }

    /// The dialog that this INVITE is to take the place of; `None` where it names more than one (RFC 3891 §3).
    pub fn replaces(&self) -> Option<Replaces> {
        let mut values = self.lines(Name::Replaces);
        let value = values.next()?;
        if values.next().is_some() { None } else { Replaces::read(value) }
    }
}

impl UriBuf {
    /// Takes the parameter of that name off a URI without headers.
    #[must_use]
    pub fn without_param(&self, name: &str) -> Self {
        let params = self.as_uri().params();
        let mut text = String::from(self.as_str().strip_suffix(params.as_str()).unwrap_or_default());
        for (key, value) in params.iter().filter(|(key, _)| !decode(key).eq_ignore_ascii_case(name)) {
            text.push(';');
            text.push_str(key);
            if let Some(value) = value {
                text.push('=');
                text.push_str(value);
            }
        }
        Self::read(&text).unwrap_or_default()
    }

    /// Takes the headers off a URI, and gives the one of that name, decoded: `sip:b@c?Replaces=1%3Bto-tag…`
    /// (RFC 3261 §19.1.1).
    pub fn split_header(&self, name: &str) -> (Self, Option<String>) {
        let uri = self.as_uri();
        let headers = uri.headers();
        let value = headers.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            key.eq_ignore_ascii_case(name).then(|| decode(value).into_owned())
        });
        let whole = uri.as_str();
        // A user part may hold a question mark, too.
        let bare = whole.strip_suffix(headers).and_then(|it| it.strip_suffix('?')).unwrap_or(whole);
        (Self::read(bare).unwrap_or_default(), value)
    }
}
