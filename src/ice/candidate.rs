//! One candidate, read from its attribute (RFC 8839 §5.1).

/// Where a candidate's address comes from (RFC 8445 §5.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// From an interface of ours.
    Host,
    /// From a STUN server, which saw us under it.
    ServerReflexive,
    /// From a TURN server, which relays.
    Relayed,
    /// Anything else.
    Other,
}

/// What matters here of a candidate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Candidate<'a> {
    /// Where its address comes from.
    pub kind: Kind,
    /// UDP, against TCP (RFC 6544).
    pub is_udp: bool,
    /// An address, or a name of multicast DNS.
    pub address: &'a str,
}

impl<'a> Candidate<'a> {
    /// Reads `candidate:foundation component transport priority address port typ type …`.
    pub fn read(attribute: &'a str) -> Option<Self> {
        let mut words = attribute.split_ascii_whitespace();
        let transport = words.nth(2)?;
        let address = words.nth(1)?;
        let kind = match words.nth(2)? {
            "host" => Kind::Host,
            "srflx" => Kind::ServerReflexive,
            "relay" => Kind::Relayed,
            _ => Kind::Other,
        };
        Some(Self { kind, is_udp: transport.eq_ignore_ascii_case("udp"), address })
    }

    /// Whether the address is a name that hides it, and that no SIP server can resolve
    /// (draft-ietf-mmusic-mdns-ice-candidates).
    pub fn is_hidden(&self) -> bool {
        self.address.ends_with(".local")
    }

    /// Whether the far side may reach us by it: not by TCP, in which nobody answers, nor by a hidden name.
    pub fn is_usable(&self) -> bool {
        self.is_udp && !self.is_hidden()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_of_browsers_are_read() {
        let read = |text| Candidate::read(text).map(|it| (it.kind, it.is_udp, it.address, it.is_usable()));
        assert_eq!(
            read("candidate:4077567720 1 udp 2113937151 192.0.2.7 51230 typ host generation 0 ufrag qK"),
            Some((Kind::Host, true, "192.0.2.7", true))
        );
        assert_eq!(
            read("candidate:0 1 UDP 2122252543 5e3f.local 51230 typ host"),
            Some((Kind::Host, true, "5e3f.local", false))
        );
        assert_eq!(
            read("candidate:3 1 tcp 1518280447 2001:db8::7 9 typ host tcptype active"),
            Some((Kind::Host, false, "2001:db8::7", false))
        );
        assert_eq!(
            read("candidate:1 1 udp 1677729535 203.0.113.4 51230 typ srflx raddr 0.0.0.0 rport 0"),
            Some((Kind::ServerReflexive, true, "203.0.113.4", true))
        );
        assert_eq!(
            read("candidate:2 1 udp 33562367 198.51.100.3 60000 typ relay raddr 203.0.113.4 rport 51230"),
            Some((Kind::Relayed, true, "198.51.100.3", true))
        );
        assert_eq!(read(""), None);
        assert_eq!(read("candidate:1 1 udp 5 192.0.2.7 9 typ"), None);
    }
}
