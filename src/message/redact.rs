//! Messages for logs: everything but the credentials.

use super::{Name, lex};

/// What stands for a credential.
pub(super) const HIDDEN: &str = "***";

/// What of a session description is a key: of SRTP (RFC 4568, RFC 4566 §5.12) and of ICE (RFC 8839 §5.4).
const KEYS: [&str; 3] = ["a=crypto:", "a=ice-pwd:", "k="];

/// The text of a message without credentials: `***` for the values of Authorization, Proxy-Authorization,
/// Authentication-Info and Proxy-Authentication-Info and for the password of a URI in the head, and as many asterisks
/// as there were bytes for the keys of a session description, so that Content-Length stays true. It need not be a
/// well-formed message.
pub fn redacted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_head, mut secret) = (true, false);
    for line in text.split_inclusive('\n') {
        if !in_head {
            push_body_line(&mut out, line);
            continue;
        }
        let folded = line.bytes().next().is_some_and(lex::is_space);
        secret = if folded { secret } else { is_secret(line) };
        in_head = out.is_empty() || !line.trim_ascii_end().is_empty();
        if !secret {
            push_head_line(&mut out, line);
        } else if !folded {
            out.push_str(lex::cut_before(line, b':').0);
            out.push_str(": ");
            out.push_str(HIDDEN);
            out.push_str("\r\n");
        }
    }
    out
}

/// The same of a body alone.
pub fn redacted_body(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    body.split_inclusive('\n').for_each(|line| push_body_line(&mut out, line));
    out
}

/// Whether the values of a header field prove who one is.
pub fn is_credential(name: Name) -> bool {
    use Name::{AuthenticationInfo, Authorization, ProxyAuthenticationInfo, ProxyAuthorization};
    matches!(name, Authorization | ProxyAuthorization | AuthenticationInfo | ProxyAuthenticationInfo)
}

fn is_secret(line: &str) -> bool {
    is_credential(Name::find(lex::cut_before(line, b':').0.trim_ascii_end()))
}

/// Leaves out what is between `sip:user:` and `@` (RFC 3261 §19.1.1).
fn push_head_line(out: &mut String, line: &str) {
    let mut rest = line;
    while let Some((before, after)) = lex::split(rest, b':') {
        out.push_str(before);
        out.push(':');
        rest = after;
        if !ends_with_sip(before) {
            continue;
        }
        let ends = |byte: u8| byte <= b' ' || matches!(byte, b'@' | b'<' | b'>' | b'"');
        let (user, more) = lex::cut(rest, rest.bytes().position(ends).unwrap_or(rest.len()));
        if let Some((user, _)) = lex::split(user, b':').filter(|_| more.starts_with('@')) {
            out.push_str(user);
            out.push(':');
            out.push_str(HIDDEN);
            rest = more;
        }
    }
    out.push_str(rest);
}

fn ends_with_sip(text: &str) -> bool {
    let ends = |scheme: &[u8]| {
        let start = text.len().saturating_sub(scheme.len());
        text.as_bytes().get(start..).is_some_and(|end| end.eq_ignore_ascii_case(scheme))
    };
    ends(b"sip") || ends(b"sips")
}

fn push_body_line(out: &mut String, line: &str) {
    let key = KEYS.iter().find(|key| line.starts_with(**key)).map_or(line.len(), |key| key.len());
    let (shown, secret) = lex::cut(line, key);
    out.push_str(shown);
    let end = secret.trim_ascii_end().len();
    out.extend(core::iter::repeat_n('*', end));
    out.push_str(lex::cut(secret, end).1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_left_out_wherever_they_are_folded() {
        let text = "REGISTER sip:x SIP/2.0\r\nauthorization : Digest\r\n response=\"1\"\r\nTo: <sip:x>\r\n\
                    Proxy-Authorization: Basic abc\n\r\nAuthorization: in the body\r\n";
        assert_eq!(
            redacted(text),
            "REGISTER sip:x SIP/2.0\r\nauthorization : ***\r\nTo: <sip:x>\r\nProxy-Authorization: ***\r\n\r\n\
             Authorization: in the body\r\n"
        );
        assert_eq!(redacted(""), "");
        assert_eq!(
            redacted("SIP/2.0 200 OK\r\nAuthentication-Info: rspauth=\"1\""),
            "SIP/2.0 200 OK\r\nAuthentication-Info: ***\r\n"
        );
    }

    #[test]
    fn the_password_of_a_uri_is_left_out() {
        let line = |text: &str| redacted(&["OPTIONS sip:x SIP/2.0\r\n", text].concat())[23..].to_owned();
        assert_eq!(line("To: <sip:bob:p:w,d@x:5060>, SIPS:a:b@c"), "To: <sip:bob:***@x:5060>, SIPS:a:***@c");
        for kept in
            ["To: <sip:x:5060>, <sip:a@b>", "Via: SIP/2.0/WS sip:1", "X: sip:", "X: a:b@c sip:a:b c@d"]
        {
            assert_eq!(line(kept), kept);
        }
        assert_eq!(redacted("INVITE sip:a:b@c SIP/2.0\r\n"), "INVITE sip:a:***@c SIP/2.0\r\n");
    }

    #[test]
    fn keys_of_media_are_hidden_at_their_length() {
        let text = "ACK sip:x SIP/2.0\r\n\r\na=ice-ufrag:abc\r\na=ice-pwd:secret\r\na=crypto:1 AES inline:x\r\nk=clear:p\r\n";
        let hidden = "ACK sip:x SIP/2.0\r\n\r\na=ice-ufrag:abc\r\na=ice-pwd:******\r\na=crypto:**************\r\nk=*******\r\n";
        assert_eq!(redacted(text), hidden);
        let body = |text: &str| text.split_once("\r\n\r\n").unwrap_or_default().1.to_owned();
        assert_eq!(redacted_body(&body(text)), body(hidden));
    }
}
