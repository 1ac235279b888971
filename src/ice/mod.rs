//! When a session description has candidates enough to leave (RFC 8445, half trickle of RFC 8838 §13).
//!
//! The browser gathers, this decides: it is told each candidate with the time, and says until when to wait.

mod candidate;
mod gathering;
mod role;
mod silence;

pub use self::candidate::{Candidate, Kind};
pub use self::gathering::Gathering;
pub use self::role::keep_role;
pub use self::silence::Silence;

/// What the configured ICE servers can add to the candidates of our own interfaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Servers {
    /// STUN: a server-reflexive candidate.
    pub stun: bool,
    /// TURN: a relayed candidate.
    pub turn: bool,
}

impl Servers {
    /// Whether there is none.
    pub const fn is_none(self) -> bool {
        !self.stun && !self.turn
    }

    /// Those that are not among `others`.
    pub const fn without(self, others: Self) -> Self {
        Self { stun: self.stun && !others.stun, turn: self.turn && !others.turn }
    }

    /// These, and the server that this URI names (RFC 7064, RFC 7065).
    #[must_use]
    pub fn and(self, uri: &str) -> Self {
        let named = |schemes: [&str; 2]| {
            let scheme = uri.trim_start().split(':').next().unwrap_or_default();
            schemes.iter().any(|name| scheme.eq_ignore_ascii_case(name))
        };
        Self { stun: self.stun || named(["stun", "stuns"]), turn: self.turn || named(["turn", "turns"]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_by_the_scheme_of_their_uris() {
        let servers = |uris: &[&str]| uris.iter().fold(Servers::default(), |servers, uri| servers.and(uri));
        assert!(servers(&["", "sip:stun", "turnip:a"]).is_none());
        assert_eq!(servers(&["STUN:a"]), Servers { stun: true, turn: false });
        assert_eq!(servers(&["turns:a?transport=tcp", "stuns:b"]), Servers { stun: true, turn: true });
    }
}
