//! What the crate `rsip` says of a message.

use rsip::prelude::*;

/// What was found in a message: which thing, and what it is.
pub type Facts = Vec<(&'static str, String)>;

/// Reads `bytes` with `rsip`, and as far into the header fields as a user agent must.
pub fn theirs(bytes: &[u8]) -> Result<Facts, String> {
    let parsed = std::panic::catch_unwind(|| parse(bytes));
    parsed.map_err(|_| "panics".to_owned())?.map_err(|error| error.to_string())
}

fn parse(bytes: &[u8]) -> Result<Facts, rsip::Error> {
    let message = rsip::SipMessage::try_from(bytes)?;
    let mut facts = Facts::new();
    let mut say = |what, text: String| facts.push((what, text));
    match &message {
        rsip::SipMessage::Request(request) => {
            say("method", request.method.to_string());
            say("uri", uri(&request.uri));
        }
        rsip::SipMessage::Response(response) => say("status", response.status_code.code().to_string()),
    }
    // It leaves the quotes and escapes of display names where they are.
    let name = |name: Option<String>| telnyx_device::message::unquote(&name.unwrap_or_default()).into_owned();
    let from = message.from_header()?.typed()?;
    say("from", uri(&from.uri) + " " + from.tag().map_or("-", |tag| tag.value()));
    say("caller", name(from.display_name));
    let to = message.to_header()?.typed()?;
    say("to", uri(&to.uri) + " " + to.tag().map_or("-", |tag| tag.value()));
    say("callee", name(to.display_name));
    say("call-id", message.call_id_header()?.value().to_owned());
    let cseq = message.cseq_header()?.typed()?;
    say("cseq", format!("{} {}", cseq.seq, cseq.method));
    let via = message.via_header()?.typed()?;
    let branch = via.branch().map_or("-", |branch| branch.value());
    say("via", format!("{} {} {branch}", via.transport, host_port(&via.uri)));
    if let Some(contact) = message.contact_headers().first() {
        say("contact", uri(&contact.typed()?.uri));
    }
    let hops = message.max_forwards_header().map_or(Ok(0), |it| it.num());
    say("hops", hops?.to_string());
    for header in message.headers().iter() {
        match header {
            rsip::Header::Via(via) => {
                let via = via.typed()?;
                say("below", host_port(&via.uri) + " " + &via.params.len().to_string());
            }
            rsip::Header::Expires(it) => say("expires", it.seconds()?.to_string()),
            rsip::Header::ContentType(it) => say("type", it.value().to_owned()),
            rsip::Header::Allow(it) => say("allow", it.value().to_owned()),
            rsip::Header::Other(label, it) if label.starts_with("X-") => {
                say("other", format!("{label} {it}"))
            }
            _ => {}
        }
    }
    say("body", String::from_utf8_lossy(message.body()).into_owned());
    Ok(facts)
}

fn uri(uri: &rsip::Uri) -> String {
    let scheme = match &uri.scheme {
        Some(rsip::Scheme::Other(scheme)) => return scheme.clone(),
        scheme => scheme.clone().unwrap_or_default(),
    };
    format!("{scheme} {} {}", uri.user().unwrap_or("-"), host_port(uri))
}

fn host_port(uri: &rsip::Uri) -> String {
    format!("{} {}", uri.host(), uri.port().map_or("-".into(), ToString::to_string))
}
