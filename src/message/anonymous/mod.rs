//! Messages for strangers: what names a person, a number, a host or an address is replaced, and what cannot be
//! understood is left out. Only what is known to tell nothing stays, so that a header of tomorrow tells nothing either.

mod pseudonyms;
mod sdp;

use super::redact::HIDDEN;
use super::{Elements, Head, Message, Name, NameAddr, Params, StatusCode, Via, lex, sipfrag};
pub use pseudonyms::Pseudonyms;

/// The text of a message in which users, numbers, display names, hosts and addresses are pseudonyms. Tags, branches and
/// Call-IDs stay, but for the host in a Call-ID. Of the bodies, a session description is kept, and of a `message/sipfrag`
/// its status; every other is dropped, and Content-Length is that of the body that is left.
pub fn anonymous(message: &Message, names: &mut Pseudonyms) -> String {
    let mut out = String::with_capacity(message.text().len());
    match message {
        Message::Request(request) => {
            out.push_str(request.method().as_str());
            out.push(' ');
            names.push_uri(&mut out, request.uri());
            out.push_str(" SIP/2.0\r\n");
        }
        Message::Response(response) => push_status_line(&mut out, response.status()),
    }
    let mut length_at = usize::MAX;
    for (name, label, value) in message.known_fields() {
        out.push_str(label);
        out.push_str(": ");
        if name == Name::ContentLength {
            length_at = out.len();
        } else {
            push_value(&mut out, name, value, names);
        }
        out.push_str("\r\n");
    }
    out.push_str("\r\n");
    let head_len = out.len();
    push_body(&mut out, message, names);
    if length_at < head_len {
        let mut length = String::new();
        lex::push_number(&mut length, (out.len() - head_len) as u32);
        out.insert_str(length_at, &length);
    }
    out
}

/// The phrase is the standard's: a server's own may name anything.
fn push_status_line(out: &mut String, status: StatusCode) {
    out.push_str("SIP/2.0 ");
    lex::push_number(out, u32::from(status.get()));
    out.push(' ');
    out.push_str(status.reason_phrase());
    out.push_str("\r\n");
}

fn push_body(out: &mut String, head: &Head, names: &mut Pseudonyms) {
    if let Some((status, _)) = sipfrag::read(head) {
        push_status_line(out, status);
    } else if head.has_type("application/sdp") {
        sdp::push(out, head.body_text().unwrap_or_default(), names);
    }
}

fn push_value(out: &mut String, name: Name, value: &str, names: &mut Pseudonyms) {
    use Name::*;
    match name {
        MaxForwards | CSeq | Expires | MinExpires | Require | ProxyRequire | Supported | Unsupported
        | Allow | Accept | AcceptEncoding | AcceptLanguage | RequestDisposition | Event | AllowEvents
        | SubscriptionState | ReferSub | RSeq | RAck | SessionExpires | MinSe | SipETag | SipIfMatch
        | InfoPackage | RecvInfo | FlowTimer | Privacy | Timestamp | Date | UserAgent | Server
        | MimeVersion | ContentDisposition | ContentEncoding | ContentLanguage | ContentType => {
            // No address belongs here, but who knows.
            out.push_str(if value.bytes().any(|byte| byte == b'@') { HIDDEN } else { value });
        }
        // A comment may follow.
        RetryAfter => match lex::leading_number(value) {
            Some(seconds) => lex::push_number(out, seconds),
            None => out.push_str(HIDDEN),
        },
        WwwAuthenticate | ProxyAuthenticate | Warning => {
            push_token(out, lex::split_word(value).0);
            out.push(' ');
            out.push_str(HIDDEN);
        }
        Via => push_each(out, Elements::of_field(name, value), push_via, names),
        Route | RecordRoute | Path | ServiceRoute | From | To | Contact | ReferTo | ReferredBy
        | PAssertedIdentity | PPreferredIdentity | Diversion | HistoryInfo | AlertInfo | CallInfo
        | ErrorInfo => push_each(out, Elements::of_field(name, value), push_address, names),
        CallId | InReplyTo | Replaces | TargetDialog => {
            push_each(out, Elements::of_field(name, value), push_call_id, names)
        }
        Reason => push_each(out, Elements::of_field(name, value), push_reason, names),
        _ => out.push_str(HIDDEN),
    }
}

type Push = fn(&mut String, &str, &mut Pseudonyms);

fn push_each(out: &mut String, elements: Elements<'_>, push: Push, names: &mut Pseudonyms) {
    for (at, element) in elements.enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        push(out, element, names);
    }
}

fn push_token(out: &mut String, word: &str) {
    out.push_str(if lex::is_token(word) { word } else { HIDDEN });
}

fn push_reason(out: &mut String, text: &str, names: &mut Pseudonyms) {
    let (protocol, params) = lex::cut_before(text, b';');
    push_token(out, protocol.trim_ascii_end());
    push_params(out, Params::of(params), names);
}

fn push_via(out: &mut String, text: &str, names: &mut Pseudonyms) {
    let Some(via) = Via::read(text) else { return out.push_str(HIDDEN) };
    out.push_str("SIP/2.0/");
    out.push_str(via.transport());
    out.push(' ');
    names.push_host_port(out, via.host(), via.port());
    push_params(out, via.params(), names);
}

fn push_address(out: &mut String, text: &str, names: &mut Pseudonyms) {
    if text == "*" {
        return out.push('*');
    }
    let Some(address) = NameAddr::read(text) else { return out.push_str(HIDDEN) };
    if let Some(name) = address.display_name() {
        out.push('"');
        names.push_display_name(out, &name);
        out.push_str("\" ");
    }
    out.push('<');
    names.push_uri(out, address.uri());
    out.push('>');
    push_params(out, address.params(), names);
}

/// `word@host;to-tag=1`: the host may be one's own.
fn push_call_id(out: &mut String, text: &str, names: &mut Pseudonyms) {
    let (id, params) = lex::cut_before(text, b';');
    let (word, host) = lex::cut_before(id.trim_ascii_end(), b'@');
    out.push_str(word);
    if let Some(host) = host.get(1..) {
        out.push('@');
        names.push_host(out, host);
    }
    push_params(out, Params::of(params), names);
}

/// What parameters say is hidden, but for those that tell nothing or have a pseudonym.
fn push_params(out: &mut String, params: Params<'_>, names: &mut Pseudonyms) {
    const SHOWN: [&str; 22] = [
        "tag",
        "branch",
        "rport",
        "expires",
        "q",
        "transport",
        "ttl",
        "method",
        "reg-id",
        "cause",
        "index",
        "to-tag",
        "from-tag",
        "refresher",
        "purpose",
        "handling",
        "privacy",
        "screen",
        "counter",
        "limit",
        "keep",
        "user",
    ];
    for (name, value) in params.iter() {
        out.push(';');
        push_token(out, name);
        let Some(value) = value else { continue };
        out.push('=');
        let is = |other: &&str| name.eq_ignore_ascii_case(other);
        if SHOWN.iter().any(&is) && lex::is_token(value) {
            out.push_str(value);
        } else if ["received", "maddr"].iter().any(is) {
            names.push_host(out, value);
        } else {
            out.push_str(HIDDEN);
        }
    }
}

#[cfg(test)]
mod tests;
