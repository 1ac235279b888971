//! Descriptions of media that never flow: what a browser would say of one microphone (RFC 8829), with the ICE and DTLS
//! lines of nobody.

/// What the lines of a description end in.
const END: &str = "\r\n";

/// What stands before the first media of every description, but for its version.
const SESSION: &str = "s=-\r\nt=0 0\r\n";

/// Where and how secretly: the same in all of them, as nobody will look.
const TRANSPORT: &str = "c=IN IP4 127.0.0.1\r\n\
    a=candidate:1 1 udp 2130706431 127.0.0.1 50000 typ host\r\n\
    a=end-of-candidates\r\n\
    a=ice-ufrag:nobo\r\n\
    a=ice-pwd:nobodynobodynobodynobody\r\n\
    a=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:\
10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F\r\n\
    a=rtcp-mux\r\n";

/// The codecs, with the payload types that we offer them by.
const CODECS: [(&str, &str); 4] =
    [("111", "opus/48000/2"), ("0", "PCMU/8000"), ("8", "PCMA/8000"), ("101", "telephone-event/8000")];

/// The descriptions of one call.
#[derive(Default)]
pub struct Session {
    version: u32,
    /// Whether our descriptions say that the far side is on hold.
    pub hold: bool,
}

impl Session {
    /// One audio, in every codec that we pretend to have.
    pub fn offer(&mut self) -> String {
        let formats: Vec<&str> = CODECS.iter().map(|(payload, _)| *payload).collect();
        let mut text = self.begin();
        text +=
            &format!("a=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF {}{END}{TRANSPORT}", formats.join(" "));
        for (payload, codec) in CODECS {
            text += &format!("a=rtpmap:{payload} {codec}{END}");
        }
        text + &format!("a=setup:actpass\r\na=mid:0\r\na={}{END}", self.direction(Direction::BOTH).name())
    }

    /// Takes the first audio that has a codec of ours, refuses all else (RFC 3264 §6). Any profile will do, plain RTP as
    /// well. `None`: there is nothing to take.
    pub fn answer(&mut self, offer: &str) -> Option<String> {
        let mut text = self.begin();
        let mut taken = None;
        for media in offer.split("\nm=").skip(1).map(Media) {
            let formats = media.formats();
            if taken.is_some() || media.word(0) != "audio" || formats.is_empty() {
                text += &format!(
                    "m={} 0 {} {}{END}c=IN IP4 0.0.0.0{END}",
                    media.word(0),
                    media.word(2),
                    media.word(3)
                );
                continue;
            }
            text += &format!("m=audio 9 {} {}{END}{TRANSPORT}", media.word(2), formats.join(" "));
            for attribute in media.kept(&formats) {
                text += &format!("a={attribute}{END}");
            }
            let direction = self.direction(media.direction(offer).mirrored());
            text += &format!("a=setup:active\r\na={}{END}", direction.name());
            taken = Some(());
        }
        taken.map(|()| text)
    }

    fn begin(&mut self) -> String {
        self.version += 1;
        format!("v=0{END}o=- 1 {} IN IP4 127.0.0.1{END}{SESSION}", self.version)
    }

    /// On hold we do not listen (RFC 3264 §8.4).
    const fn direction(&self, allowed: Direction) -> Direction {
        Direction { receives: allowed.receives && !self.hold, ..allowed }
    }
}

/// Which ways media may flow.
#[derive(Clone, Copy)]
struct Direction {
    sends: bool,
    receives: bool,
}

impl Direction {
    const BOTH: Self = Self { sends: true, receives: true };

    fn read(attribute: &str) -> Option<Self> {
        match attribute {
            "sendrecv" => Some(Self::BOTH),
            "sendonly" => Some(Self { sends: true, receives: false }),
            "recvonly" => Some(Self { sends: false, receives: true }),
            "inactive" => Some(Self { sends: false, receives: false }),
            _ => None,
        }
    }

    const fn mirrored(self) -> Self {
        Self { sends: self.receives, receives: self.sends }
    }

    const fn name(self) -> &'static str {
        match (self.sends, self.receives) {
            (true, true) => "sendrecv",
            (true, false) => "sendonly",
            (false, true) => "recvonly",
            (false, false) => "inactive",
        }
    }
}

/// One media of an offer: its line without `m=`, and the lines after it.
struct Media<'a>(&'a str);

impl<'a> Media<'a> {
    /// A word of the media line: kind, port, profile, formats.
    fn word(&self, at: usize) -> &'a str {
        self.0.lines().next().and_then(|line| line.split_whitespace().nth(at)).unwrap_or("0")
    }

    fn attributes(&self) -> impl Iterator<Item = &'a str> {
        attributes(self.0)
    }

    /// The offered payload types of codecs that we pretend to have.
    fn formats(&self) -> Vec<&'a str> {
        let offered = self.0.lines().next().into_iter().flat_map(|line| line.split_whitespace().skip(3));
        offered.filter(|payload| self.is_known(payload)).collect()
    }

    /// 0 and 8 are PCMU and PCMA whether or not that is said (RFC 3551 §6).
    fn is_known(&self, payload: &str) -> bool {
        let said = self
            .attributes()
            .find_map(|it| it.strip_prefix("rtpmap:")?.strip_prefix(payload)?.strip_prefix(' '));
        match said {
            Some(codec) => {
                CODECS.iter().any(|(_, ours)| ours.eq_ignore_ascii_case(codec.trim_end_matches("/1")))
            }
            None => matches!(payload, "0" | "8"),
        }
    }

    /// What an answer says again: its name, and what the payload types that were taken mean.
    fn kept(&self, formats: &[&str]) -> impl Iterator<Item = &'a str> {
        self.attributes().filter(move |attribute| match attribute.split_once(':') {
            Some(("mid", _)) => true,
            Some(("rtpmap" | "fmtp", value)) => {
                value.split_whitespace().next().is_some_and(|it| formats.contains(&it))
            }
            _ => false,
        })
    }

    /// Its own, else that of the whole offer (RFC 8866 §6.7).
    fn direction(&self, offer: &str) -> Direction {
        let session = offer.split("\nm=").next().unwrap_or_default();
        let said = self.attributes().find_map(Direction::read);
        said.or_else(|| attributes(session).find_map(Direction::read)).unwrap_or(Direction::BOTH)
    }
}

fn attributes(lines: &str) -> impl Iterator<Item = &str> {
    lines.lines().filter_map(|line| line.strip_prefix("a="))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
        m=video 6000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n\
        m=audio 6002 RTP/AVP 18 8 97\r\na=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-16\r\na=sendonly\r\n";

    #[test]
    fn a_plain_offer_is_answered_media_by_media() {
        let answer = Session::default().answer(PLAIN).unwrap();
        assert!(answer.contains("m=video 0 RTP/AVP 96\r\n"), "{answer}");
        assert!(answer.contains("m=audio 9 RTP/AVP 8 97\r\n"), "{answer}");
        assert!(answer.contains("a=fmtp:97 0-16\r\n") && answer.contains("a=recvonly\r\n"), "{answer}");
    }

    #[test]
    fn our_own_offer_is_answered_with_all_of_its_codecs() {
        let offer = Session::default().offer();
        let answer = Session::default().answer(&offer).unwrap();
        assert!(answer.contains("m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 101\r\n"), "{answer}");
        assert!(answer.contains("a=mid:0\r\n") && answer.contains("a=sendrecv\r\n"), "{answer}");
    }

    #[test]
    fn on_hold_nothing_is_received() {
        let mut session = Session { hold: true, ..Session::default() };
        assert!(session.offer().contains("a=sendonly\r\n"));
        assert!(session.answer(PLAIN).unwrap().contains("a=inactive\r\n"));
    }

    #[test]
    fn an_offer_without_a_known_codec_cannot_be_answered() {
        let offer = PLAIN.replace("18 8 97", "18").replace("audio 6002", "audio 6004");
        assert_eq!(Session::default().answer(&offer), None);
    }

    #[test]
    fn each_description_has_a_higher_version() {
        let mut session = Session::default();
        assert!(session.offer().contains("o=- 1 1 "));
        assert!(session.answer(PLAIN).unwrap().contains("o=- 1 2 "));
    }
}
