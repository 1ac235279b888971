//! Who sends a request: digest authentication (RFC 3261 §22) against the accounts.

use super::account::Account;
use telnyx_device::{
    auth::{
        digest::{Algorithm, Hash},
        server::{Gate, Verdict},
    },
    entropy::Entropy,
    message::{Name, Request, ResponseDraft},
    time::{Duration, Instant},
};

const REALM: &str = "localhost";
/// After that a nonce is stale, and a client is asked anew without its user noticing.
const NONCE_LIFE: Duration = Duration::from_secs(600);

/// What the guard says to a request.
pub(super) enum Admission {
    /// It is of this user.
    Granted(String),
    /// It must come again with an answer to a challenge.
    Challenged {
        /// The password was right, but for an old nonce.
        stale: bool,
    },
    /// It is of one user in the name of another.
    Forbidden,
}

pub(super) struct Guard {
    accounts: Vec<Account>,
    gate: Gate,
}

impl Guard {
    pub(super) fn new(accounts: Vec<Account>) -> Self {
        Self { accounts, gate: gate() }
    }

    /// Takes no nonce any more that it has given out: a right answer to one is stale.
    pub(super) fn expire_nonces(&mut self) {
        self.gate = gate();
    }

    pub(super) fn knows(&self, user: &str) -> bool {
        self.accounts.iter().any(|account| account.user == user)
    }

    /// Judges the credentials in `Authorization` of a REGISTER, in `Proxy-Authorization` of anything else.
    pub(super) fn admit(&mut self, request: &Request, field: Name, now: Instant) -> Admission {
        let accounts = &self.accounts;
        let password = |user: &str| {
            accounts.iter().find(|account| account.user == user).map(|account| account.password.clone())
        };
        match self.gate.verify(request, field, password, now) {
            Verdict::Granted { user } if is_sent_by(request, field, &user) => Admission::Granted(user),
            Verdict::Granted { .. } => Admission::Forbidden,
            Verdict::Stale => Admission::Challenged { stale: true },
            Verdict::Missing | Verdict::Refused => Admission::Challenged { stale: false },
        }
    }

    /// Puts challenges on a 401 or 407.
    pub(super) fn challenge(
        &mut self,
        draft: &mut ResponseDraft,
        stale: bool,
        now: Instant,
        entropy: &mut Entropy,
    ) {
        self.gate.challenge(draft, stale, entropy, now);
    }
}

fn gate() -> Gate {
    // The better one first: RFC 8760 §2.4.
    let algorithms = [Hash::Sha256, Hash::Md5].map(|hash| Algorithm { hash, session: false });
    Gate::new(REALM, &algorithms, NONCE_LIFE)
}

/// A user registers themselves only, and sends under their own name or none (RFC 3323 §4.1.1.3).
fn is_sent_by(request: &Request, field: Name, user: &str) -> bool {
    let name = match field {
        Name::Authorization => request.to(),
        _ => request.from(),
    };
    let is_nameless = field != Name::Authorization && name.uri().host() == "anonymous.invalid";
    is_nameless || name.uri().user().as_deref() == Some(user)
}
