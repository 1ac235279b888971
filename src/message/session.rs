//! What the SIP side needs to know of a session description (RFC 4566, RFC 3264).

use super::multipart::parts;
use super::{Head, Name, Params, lex};

/// The content type of a session description.
pub const TYPE: &str = "application/sdp";

/// What a body says of the session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Body<'a> {
    /// Nothing, or nothing that has to be understood.
    Silent,
    /// This is its description.
    Describes(&'a str),
    /// Something that must be understood and is not: it is answered 415.
    Foreign,
}

/// Looks for the description in a message's body, which may have several parts (RFC 5621 §3.1). What is no description is
/// passed over where its `handling` is `optional` (RFC 3261 §20.11).
///
/// Deviation: beside a description, a part without a `handling` is taken to be optional too, and not required.
/// Locations and telephone signaling ride along so.
pub fn body_of(head: &Head) -> Body<'_> {
    if head.body().is_empty() {
        return Body::Silent;
    }
    if head.has_type(TYPE) {
        return head.body_text().map_or(Body::Foreign, Body::Describes);
    }
    let handling = head.value(Name::ContentDisposition).and_then(handling);
    let foreign = if handling == Some(Handling::Optional) { Body::Silent } else { Body::Foreign };
    let content_type = head.content_type().unwrap_or_default();
    let (media_type, params) = lex::cut_before(content_type, b';');
    let is_multipart = media_type.get(..10).is_some_and(|it| it.eq_ignore_ascii_case("multipart/"));
    let boundary = Params::of(params).unquoted("boundary").filter(|it| is_multipart && !it.is_empty());
    let (Some(boundary), Some(text)) = (boundary, head.body_text()) else { return foreign };
    let mut found = foreign;
    for part in parts(text, &boundary) {
        if part.has_type(TYPE) {
            found = if let Body::Describes(_) = found { found } else { Body::Describes(part.body) };
        } else if part.value("Content-Disposition").and_then(self::handling) == Some(Handling::Required) {
            return Body::Foreign;
        }
    }
    found
}

/// Whether the sender of this INVITE or UPDATE takes a description for an answer (RFC 3261 §20.1). Without an Accept it
/// does; an empty one admits nothing. The range that fits best decides, and a weight of 0 is a no.
pub fn is_welcome(request: &Head) -> bool {
    let weights = |wanted: &str| {
        let mut best = None;
        for element in request.elements(Name::Accept) {
            let (range, params) = lex::cut_before(element, b';');
            if range.trim_ascii_end().eq_ignore_ascii_case(wanted) {
                let weight = Params::of(params).get("q").unwrap_or("1");
                best = best.max(Some(weight.bytes().any(|byte| matches!(byte, b'1'..=b'9'))));
            }
        }
        best
    };
    !request.has(Name::Accept)
        || weights(TYPE).or_else(|| weights("application/*")).or_else(|| weights("*/*")).unwrap_or(false)
}

#[derive(PartialEq, Eq)]
enum Handling {
    Required,
    Optional,
}

fn handling(disposition: &str) -> Option<Handling> {
    match Params::of(lex::cut_before(disposition, b';').1).get("handling")? {
        it if it.eq_ignore_ascii_case("optional") => Some(Handling::Optional),
        it if it.eq_ignore_ascii_case("required") => Some(Handling::Required),
        _ => None,
    }
}

/// Whether the side that wrote `sdp` has put the other on hold: its first stream is `sendonly` or `inactive`
/// (RFC 3264 §8.4), or has the address 0.0.0.0 as before that (RFC 2543 §B.5). With port 9 that address says only that
/// a browser knows none yet (RFC 8829 §5.2.1).
pub fn is_hold(sdp: &str) -> bool {
    let (mut direction, mut address, mut port) = ("", "", "");
    let mut media = 0;
    for line in sdp.lines() {
        if let Some(stream) = line.strip_prefix("m=") {
            media += 1;
            if media == 1 {
                port = stream.split(' ').nth(1).unwrap_or_default();
            }
        }
        // What stands before the first stream is for all of them, what stands in it for that one.
        match line.split_at_checked(2) {
            _ if media > 1 => break,
            Some(("a=", value @ ("sendrecv" | "sendonly" | "recvonly" | "inactive"))) => direction = value,
            Some(("c=", value)) => address = value,
            _ => {}
        }
    }
    matches!(direction, "sendonly" | "inactive")
        || port != "9" && address.trim_ascii_end().ends_with(" 0.0.0.0")
}

/// What ICE calls itself in `sdp`, anew with each restart (RFC 8839 §5.4).
pub fn ice_name(sdp: &str) -> Option<&str> {
    sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).map(str::trim_ascii_end)
}

/// What the key of DTLS is known by in `sdp`: another one where there is another at the far end (RFC 8122 §5).
pub fn fingerprint(sdp: &str) -> Option<&str> {
    sdp.lines().find_map(|line| line.strip_prefix("a=fingerprint:")).map(str::trim_ascii_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_dtls_is_found() {
        let sdp = "v=0\r\na=fingerprint:sha-256 AB:CD\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n";
        assert_eq!(fingerprint(sdp), Some("sha-256 AB:CD"));
        assert_eq!(fingerprint("v=0\r\nm=audio 9 RTP/AVP 0\r\n"), None);
    }

    #[test]
    fn hold_is_read_from_the_first_stream() {
        let sdp = |session: &str, audio: &str, video: &str| {
            format!(
                "v=0\r\n{session}m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\n{audio}m=video 9 RTP/AVP 96\r\n{video}"
            )
        };
        assert!(!is_hold(&sdp("c=IN IP4 192.0.2.1\r\n", "", "a=inactive\r\n")));
        assert!(is_hold(&sdp("", "a=sendonly\r\n", "")));
        assert!(is_hold(&sdp("a=inactive\r\n", "", "")));
        assert!(!is_hold(&sdp("a=sendonly\r\n", "a=sendrecv\r\n", "")));
        assert!(!is_hold(&sdp("", "a=recvonly\r\n", "")));
        let zeros = sdp("", "c=IN IP4 0.0.0.0\r\na=sendrecv\r\n", "");
        assert!(is_hold(&zeros));
        assert!(!is_hold(&zeros.replace("audio 4000", "audio 9")), "a browser without candidates");
    }
}
