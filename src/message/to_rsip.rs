//! Received messages as the types of the crate `rsip`, for Rust programs that are built on them.
//!
//! They are made from what was read here and not by its parser, so dots in users, IPv6 addresses, folded lines and
//! compact names come across. Typed headers that are made from them later are parsed by `rsip` itself.

use super::{Head, Message, Name, NameAddr, Params, Request, Response, Uri, Via};
use core::fmt;

/// The types of `rsip` have no place for it: an extension method or transport, a URI that is not sip or sips, headers
/// in a URI.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unconvertible;

impl fmt::Display for Unconvertible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the types of rsip have no place for it")
    }
}

impl core::error::Error for Unconvertible {}

impl From<rsip::Error> for Unconvertible {
    fn from(_: rsip::Error) -> Self {
        Self
    }
}

impl TryFrom<&Message> for rsip::SipMessage {
    type Error = Unconvertible;

    fn try_from(message: &Message) -> Result<Self, Unconvertible> {
        Ok(match message {
            Message::Request(request) => rsip::Request::try_from(request)?.into(),
            Message::Response(response) => rsip::Response::try_from(response)?.into(),
        })
    }
}

impl TryFrom<&Request> for rsip::Request {
    type Error = Unconvertible;

    fn try_from(request: &Request) -> Result<Self, Unconvertible> {
        let method = request.method().as_str().parse::<rsip::Method>()?;
        // `rsip` compares methods without case, SIP does not.
        if method.to_string() != request.method().as_str() {
            return Err(Unconvertible);
        }
        Ok(Self {
            method,
            uri: request.uri().try_into()?,
            version: rsip::Version::V2,
            headers: headers(request)?,
            body: request.body().to_vec(),
        })
    }
}

impl TryFrom<&Response> for rsip::Response {
    type Error = Unconvertible;

    fn try_from(response: &Response) -> Result<Self, Unconvertible> {
        let code = response.status().get();
        let status_code = match rsip::StatusCode::from(code) {
            rsip::StatusCode::Other(..) => rsip::StatusCode::Other(code, response.reason().to_owned()),
            known => known,
        };
        Ok(Self {
            status_code,
            version: rsip::Version::V2,
            headers: headers(response)?,
            body: response.body().to_vec(),
        })
    }
}

/// Each field by its long name; Via and Contact one value a field, the only way in which `rsip` reads them further.
fn headers(head: &Head) -> Result<rsip::Headers, Unconvertible> {
    let mut headers = Vec::new();
    for (name, label, value) in head.known_fields() {
        let label = if name == Name::Other { label } else { name.as_str() };
        let elements = super::Elements::of_field(name, value);
        let values = if matches!(name, Name::Via | Name::Contact) { elements.collect() } else { vec![value] };
        for value in values {
            let pair = (label.as_bytes(), value.as_bytes());
            headers.push(rsip::headers::header::Tokenizer::from(pair).try_into()?);
        }
    }
    Ok(headers.into())
}

impl TryFrom<Uri<'_>> for rsip::Uri {
    type Error = Unconvertible;

    fn try_from(uri: Uri<'_>) -> Result<Self, Unconvertible> {
        if !uri.is_sip() || !uri.headers().is_empty() {
            return Err(Unconvertible);
        }
        let auth = |user: &str| rsip::Auth { user: user.into(), password: uri.password().map(str::to_owned) };
        Ok(Self {
            scheme: Some(if uri.is_sips() { rsip::Scheme::Sips } else { rsip::Scheme::Sip }),
            auth: uri.user_raw().map(auth),
            host_with_port: host_with_port(uri.host(), uri.port()),
            params: params(uri.params())?,
            headers: Vec::new(),
        })
    }
}

fn host_with_port(host: &str, port: Option<u16>) -> rsip::HostWithPort {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let host = match bare.parse() {
        Ok(address) => rsip::Host::IpAddr(address),
        Err(_) => rsip::Host::Domain(host.into()),
    };
    rsip::HostWithPort { host, port: port.map(Into::into) }
}

fn params(params: Params<'_>) -> Result<Vec<rsip::Param>, Unconvertible> {
    params.iter().map(|param| Ok(param.try_into()?)).collect()
}

impl TryFrom<Via<'_>> for rsip::typed::Via {
    type Error = Unconvertible;

    fn try_from(via: Via<'_>) -> Result<Self, Unconvertible> {
        let host_with_port = host_with_port(via.host(), via.port());
        Ok(Self {
            version: rsip::Version::V2,
            transport: via.transport().parse()?,
            uri: rsip::Uri { scheme: None, host_with_port, ..rsip::Uri::default() },
            params: params(via.params())?,
        })
    }
}

macro_rules! from_name_addr {
    ($($typed:ident)*) => {
        $(impl TryFrom<NameAddr<'_>> for rsip::typed::$typed {
            type Error = Unconvertible;

            fn try_from(address: NameAddr<'_>) -> Result<Self, Unconvertible> {
                Ok(Self {
                    display_name: address.display_name().map(|name| super::quote(&name)), // quotes are part of it there
                    uri: address.uri().try_into()?,
                    params: params(address.params())?,
                })
            }
        })*
    };
}

from_name_addr!(From To Contact);
