//! The non-INVITE server transaction: RFC 3261 §17.2.2 and figure 8.

use super::Kind;
use Kind::{Provisional, Refusal, Success};
use NonInviteServer::{Proceeding, Trying};

/// Terminated is the absence of a state, and so is Completed, which timer J ends at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum NonInviteServer {
    /// Nothing was answered yet.
    Trying,
    /// A provisional response was sent, which a repeated request hears again.
    Proceeding { latest: Vec<u8> },
}

impl NonInviteServer {
    /// The next state, and the response to send.
    #[rustfmt::skip]
    pub(super) fn respond(self, kind: Kind, response: Vec<u8>) -> (Option<Self>, Vec<u8>) {
        match (self, kind) {
            (Trying | Proceeding { .. }, Provisional)       => (Some(Proceeding { latest: response.clone() }), response),
            (Trying | Proceeding { .. }, Success | Refusal) => (None, response),
        }
    }

    /// What a repeated request is answered.
    pub(super) fn handle_retransmission(&self) -> Option<Vec<u8>> {
        match self {
            Trying => None,
            Proceeding { latest } => Some(latest.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proceeding(latest: &str) -> NonInviteServer {
        Proceeding { latest: latest.into() }
    }

    #[test]
    fn every_row_of_the_figure() {
        for (state, kind, response, next) in [
            (Trying, Provisional, "100", Some(proceeding("100"))),
            (Trying, Success, "200", None),
            (Trying, Refusal, "486", None),
            (proceeding("100"), Provisional, "183", Some(proceeding("183"))),
            (proceeding("100"), Success, "200", None),
            (proceeding("100"), Refusal, "486", None),
        ] {
            let name = format!("{state:?} {response}");
            assert_eq!(state.respond(kind, response.into()), (next, response.into()), "{name}");
        }
    }

    #[test]
    fn a_repeated_request_hears_the_provisional_response() {
        assert_eq!(Trying.handle_retransmission(), None);
        assert_eq!(proceeding("100").handle_retransmission(), Some(b"100".to_vec()));
    }
}
