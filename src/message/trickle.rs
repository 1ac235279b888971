//! Candidates that come after the description, in the body of an INFO: `application/trickle-ice-sdpfrag` (RFC 8840 §9).

use super::{Head, Name};

/// The content type.
pub const TYPE: &str = "application/trickle-ice-sdpfrag";
/// The Info-Package, and the option tag.
pub const PACKAGE: &str = "trickle-ice";

/// What a fragment brings at the most. No peer has more candidates.
const MOST: usize = 100;

const UFRAG: &str = "a=ice-ufrag:";
const PWD: &str = "a=ice-pwd:";
const MID: &str = "a=mid:";
const CANDIDATE: &str = "a=candidate:";
const END: &str = "a=end-of-candidates";

/// A candidate of the far side's, or the end of its candidates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemoteCandidate {
    /// `candidate:…`; empty for the end.
    pub attribute: String,
    /// The identification of its stream (RFC 5888); empty where the end is that of all streams.
    pub mid: String,
}

/// The body that tells all candidates of our `description`, and that there are no more if it is `complete`. It repeats
/// what was told before, in the same order (RFC 8840 §4.4).
pub fn write(description: &str, complete: bool) -> Vec<u8> {
    let mut sections = description.split("\nm=");
    let session = sections.next().unwrap_or_default();
    let sections: Vec<&str> = sections.collect();
    // Bundled streams have one transport; where they have several, each says its own.
    let first = sections.first().copied().unwrap_or_default();
    let mut body = String::new();
    for name in [PWD, UFRAG] {
        if let Some(line) = line(first, name).or_else(|| line(session, name)) {
            push(&mut body, line);
        }
    }
    if complete {
        push(&mut body, END);
    }
    for section in &sections {
        let Some(mid) = line(section, MID) else { continue };
        body.push_str("m=");
        body.push_str(section.split(' ').next().unwrap_or_default());
        push(&mut body, " 9 RTP/AVP 0");
        push(&mut body, mid);
        for name in [PWD, UFRAG] {
            let own = line(section, name).filter(|own| line(first, name) != Some(*own));
            own.into_iter().for_each(|own| push(&mut body, own));
        }
        lines(section).filter(|line| line.starts_with(CANDIDATE)).for_each(|line| push(&mut body, line));
    }
    body.into_bytes()
}

/// The candidates in an INFO; `None` where it is of another kind.
pub fn read(head: &Head) -> Option<Vec<RemoteCandidate>> {
    if !head.has_token(Name::InfoPackage, PACKAGE) || !head.has_type(TYPE) {
        return None;
    }
    let (mut found, mut mid) = (Vec::new(), "");
    for line in lines(head.body_text()?) {
        let attribute = match line {
            END => "",
            line if line.starts_with("m=") => {
                mid = "";
                continue;
            }
            line if line.starts_with(MID) => {
                mid = line.get(MID.len()..).unwrap_or_default();
                continue;
            }
            // Of which stream must be said.
            line if line.starts_with(CANDIDATE) && !mid.is_empty() => line.get(2..).unwrap_or_default(),
            _ => continue,
        };
        found.push(RemoteCandidate { attribute: attribute.into(), mid: mid.into() });
    }
    // The end is told last, wherever it stands.
    found.sort_by_key(|candidate| candidate.attribute.is_empty());
    found.truncate(MOST);
    Some(found)
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim_ascii_end)
}

fn line<'a>(section: &'a str, name: &str) -> Option<&'a str> {
    lines(section).find(|line| line.starts_with(name))
}

fn push(body: &mut String, line: &str) {
    body.push_str(line);
    body.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Frame, Message};

    /// In the order in which Chromium writes it.
    const DESCRIPTION: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
        m=audio 51230 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 192.0.2.7\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
        a=candidate:1 1 udp 2113937151 192.0.2.7 51230 typ host\r\n\
        a=candidate:2 1 udp 1677729535 203.0.113.4 51230 typ srflx raddr 0.0.0.0 rport 0\r\n\
        a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=ice-options:trickle\r\na=mid:0\r\na=sendrecv\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=mid:1\r\n";

    fn info(package: &str, content_type: &str, body: &str) -> Message {
        let text = format!(
            "INFO sip:a@b SIP/2.0\r\nVia: SIP/2.0/WS c.invalid;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n\
             To: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INFO\r\nInfo-Package: {package}\r\n\
             Content-Type: {content_type}\r\n\r\n{body}"
        );
        match crate::message::read(text.as_bytes()).unwrap() {
            Frame::Message(message) => message,
            _ => panic!("no message"),
        }
    }

    fn candidate(attribute: &str, mid: &str) -> RemoteCandidate {
        RemoteCandidate { attribute: attribute.into(), mid: mid.into() }
    }

    #[test]
    fn a_fragment_tells_all_candidates() {
        assert_eq!(
            String::from_utf8(write(DESCRIPTION, true)).unwrap(),
            "a=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=ice-ufrag:8hhY\r\na=end-of-candidates\r\n\
             m=audio 9 RTP/AVP 0\r\na=mid:0\r\n\
             a=candidate:1 1 udp 2113937151 192.0.2.7 51230 typ host\r\n\
             a=candidate:2 1 udp 1677729535 203.0.113.4 51230 typ srflx raddr 0.0.0.0 rport 0\r\n\
             m=video 9 RTP/AVP 0\r\na=mid:1\r\n"
        );
    }

    #[test]
    fn each_transport_says_its_own_credentials() {
        let (audio, video) = DESCRIPTION.rsplit_once("8hhY").unwrap();
        let written = String::from_utf8(write(&[audio, "other", video].concat(), false)).unwrap();
        assert!(written.contains("m=video 9 RTP/AVP 0\r\na=mid:1\r\na=ice-ufrag:other\r\n"), "{written}");
        assert!(!written.contains("end-of-candidates"), "{written}");
        assert_eq!(write("", false), b"");
    }

    #[test]
    fn what_we_write_we_read() {
        let body = String::from_utf8(write(DESCRIPTION, true)).unwrap();
        assert_eq!(
            read(&info(PACKAGE, TYPE, &body)).unwrap(),
            [
                candidate("candidate:1 1 udp 2113937151 192.0.2.7 51230 typ host", "0"),
                candidate(
                    "candidate:2 1 udp 1677729535 203.0.113.4 51230 typ srflx raddr 0.0.0.0 rport 0",
                    "0"
                ),
                candidate("", ""),
            ]
        );
    }

    #[test]
    fn what_is_no_fragment_is_none() {
        assert_eq!(read(&info("dtmf", TYPE, "a=end-of-candidates")), None);
        assert_eq!(read(&info(PACKAGE, "application/sdp", "a=end-of-candidates")), None);
        assert_eq!(read(&info(PACKAGE, TYPE, "a=candidate:1\r\nnonsense\r\n")).unwrap(), []);
        let many = ["a=mid:0\r\n", &"a=candidate:1\r\n".repeat(1000)].concat();
        assert_eq!(read(&info(PACKAGE, TYPE, &many)).unwrap().len(), MOST);
    }
}
