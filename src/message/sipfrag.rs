//! How a referred request fares, in the body of a NOTIFY: `message/sipfrag` (RFC 3515 §2.4.5, RFC 3420).

use super::{Head, StatusCode, lex};

/// The content type.
pub const TYPE: &str = "message/sipfrag;version=2.0";

/// The body that tells of this status.
pub fn write(status: StatusCode, reason: &str) -> Vec<u8> {
    let mut body = String::from("SIP/2.0 ");
    lex::push_number(&mut body, u32::from(status.get()));
    body.push(' ');
    body.extend(reason.chars().filter(|c| !c.is_control()));
    body.push_str("\r\n");
    body.into_bytes()
}

/// The status and reason that a body tells of.
pub fn read(head: &Head) -> Option<(StatusCode, &str)> {
    let content_type = head.content_type()?;
    if !lex::cut_before(content_type, b';').0.trim_ascii().eq_ignore_ascii_case("message/sipfrag") {
        return None;
    }
    let (version, rest) = lex::split_word(head.body_text()?.lines().next()?);
    let (code, reason) = lex::split_word(rest);
    let status = StatusCode::new(u16::try_from(lex::number(code)?).ok()?)?;
    version.eq_ignore_ascii_case("SIP/2.0").then_some((status, reason))
}
