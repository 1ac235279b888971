//! Who is who: the same name gets the same pseudonym wherever it stands.

use super::{HIDDEN, lex, push_params};
use crate::message::Uri;
use crate::message::host::host_port;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    User,
    Number,
    DisplayName,
    Host,
    /// An IPv4 address of a private network (RFC 1918).
    Private,
    Ipv4,
    Ipv6,
}

/// The pseudonyms given so far. Users are `user-1`, telephone numbers `number-1`, display names `Name 1`, host names
/// `host-1.invalid`, IPv4 addresses 198.18.0.1 (RFC 2544), or 10.0.0.1 for those of private networks, IPv6 addresses
/// 2001:db8::1 (RFC 3849), and so on. What says nothing stays: `anonymous`, loopback and unspecified addresses, and
/// the hosts below `.invalid` that browsers call themselves by.
#[derive(Default)]
pub struct Pseudonyms(Vec<(Kind, String)>);

impl Pseudonyms {
    /// 1 for the first of its kind.
    fn number(&mut self, kind: Kind, text: String) -> u32 {
        let mut number = 1;
        for (known, name) in &self.0 {
            if *known == kind {
                if *name == text {
                    return number;
                }
                number += 1;
            }
        }
        self.0.push((kind, text));
        number
    }

    fn push_numbered(&mut self, out: &mut String, prefix: &str, kind: Kind, text: String) {
        out.push_str(prefix);
        lex::push_number(out, self.number(kind, text));
    }

    /// The pseudonym of a user, or of a telephone number, with whatever separators it is written.
    pub(super) fn push_user(&mut self, out: &mut String, user: &str) {
        let is_number = user.bytes().any(|byte| byte.is_ascii_digit())
            && user.bytes().all(|byte| byte.is_ascii_digit() || b"+-.()*#".contains(&byte));
        if is_number {
            let plain = user.chars().filter(|c| !matches!(c, '-' | '.' | '(' | ')')).collect();
            self.push_numbered(out, "number-", Kind::Number, plain);
        } else if user.is_empty() || user.eq_ignore_ascii_case("anonymous") {
            out.push_str(user);
        } else {
            self.push_numbered(out, "user-", Kind::User, user.into());
        }
    }

    pub(super) fn push_display_name(&mut self, out: &mut String, name: &str) {
        if name.eq_ignore_ascii_case("anonymous") {
            out.push_str(name);
        } else {
            self.push_numbered(out, "Name ", Kind::DisplayName, name.into());
        }
    }

    /// The pseudonym of a host name or an address, the latter in brackets if it was.
    pub(super) fn push_host(&mut self, out: &mut String, host: &str) {
        let host = host.to_ascii_lowercase();
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if bare.is_some() || host.bytes().any(|byte| byte == b':') {
            let address = bare.unwrap_or(&host);
            out.push_str(if bare.is_some() { "[" } else { "" });
            if matches!(address, "::" | "::1") {
                out.push_str(address);
            } else {
                self.push_numbered(out, "2001:db8::", Kind::Ipv6, address.into());
            }
            out.push_str(if bare.is_some() { "]" } else { "" });
        } else if let Some(address) = ipv4(&host) {
            self.push_ipv4(out, address, host);
        } else if host.is_empty() || host == "localhost" || host.ends_with(".invalid") {
            out.push_str(&host);
        } else {
            self.push_numbered(out, "host-", Kind::Host, host);
            out.push_str(".invalid");
        }
    }

    fn push_ipv4(&mut self, out: &mut String, address: [u32; 4], text: String) {
        let (prefix, kind) = match address {
            [0 | 127, ..] => return out.push_str(&text),
            [10, ..] | [192, 168, ..] | [172, 16..=31, ..] => ("10.0.", Kind::Private),
            _ => ("198.18.", Kind::Ipv4),
        };
        let number = self.number(kind, text);
        out.push_str(prefix);
        lex::push_number(out, (number >> 8) & 255);
        out.push('.');
        lex::push_number(out, number & 255);
    }

    /// A host with the port that follows it.
    pub(super) fn push_host_port(&mut self, out: &mut String, host: &str, port: Option<u16>) {
        self.push_host(out, host);
        if let Some(port) = port {
            out.push(':');
            lex::push_number(out, u32::from(port));
        }
    }

    /// What stands between the slashes of a WebSocket's URI.
    pub fn push_authority(&mut self, out: &mut String, text: &str) {
        match host_port(text) {
            Some((host, port)) => self.push_host_port(out, host, port),
            None => out.push_str(HIDDEN),
        }
    }

    /// A URI, without its password and without what its headers say. Only sip, sips and tel have a pseudonym.
    pub fn push_uri(&mut self, out: &mut String, uri: Uri<'_>) {
        out.push_str(uri.scheme());
        out.push(':');
        if !uri.is_sip() && !uri.is_tel() {
            return out.push_str(HIDDEN);
        }
        if let Some(user) = uri.user() {
            self.push_user(out, &user);
            if uri.is_sip() {
                out.push('@');
            }
        }
        self.push_host_port(out, uri.host(), uri.port());
        push_params(out, uri.params(), self);
        if !uri.headers().is_empty() {
            out.push('?');
            out.push_str(HIDDEN);
        }
    }
}

fn ipv4(text: &str) -> Option<[u32; 4]> {
    let mut address = [0; 4];
    let mut rest = text;
    for (at, part) in address.iter_mut().enumerate() {
        let (digits, more) = lex::cut_before(rest, b'.');
        *part = lex::number(digits).filter(|part| *part < 256)?;
        rest = if at < 3 { more.get(1..)? } else { more };
    }
    rest.is_empty().then_some(address)
}
