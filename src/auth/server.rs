//! The other side of digest authentication, for the embedded server: challenges, and whether credentials
//! open the gate.

use super::challenge::{Scheme, push_quoted, push_token, schemes};
use super::digest::{Algorithm, Qop, Question};
use crate::entropy::Entropy;
use crate::message::{HeaderValue, Name, Request, ResponseDraft, StatusCode};
use crate::time::{Duration, Instant};

/// How many nonces are valid at once; the oldest goes first.
pub const MAX_NONCES: usize = 1024;

/// One protection domain and the nonces that are good in it.
pub struct Gate {
    realm: Box<str>,
    algorithms: Box<[Algorithm]>,
    lifetime: Duration,
    nonces: Vec<Issued>,
}

struct Issued {
    nonce: String,
    expires: Instant,
    /// The highest nonce count seen: one that is not higher is a replay.
    count: u32,
}

/// What credentials are worth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// They are this user's.
    Granted {
        /// The user's name.
        user: String,
    },
    /// There are none for this realm.
    Missing,
    /// They are right, but the nonce is unknown, too old, or its count was seen before.
    Stale,
    /// They are wrong.
    Refused,
}

impl Gate {
    /// A gate that offers these algorithms, the best first, with nonces that live for `lifetime`.
    pub fn new(realm: &str, algorithms: &[Algorithm], lifetime: Duration) -> Self {
        Self { realm: realm.into(), algorithms: algorithms.into(), lifetime, nonces: Vec::new() }
    }

    /// Puts a challenge per algorithm on a response: `Proxy-Authenticate` on a 407, else `WWW-Authenticate`.
    pub fn challenge(
        &mut self,
        response: &mut ResponseDraft,
        stale: bool,
        entropy: &mut Entropy,
        now: Instant,
    ) {
        let name = match response.status() {
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => Name::ProxyAuthenticate,
            _ => Name::WwwAuthenticate,
        };
        let nonce = entropy.token(32);
        for algorithm in &self.algorithms {
            let mut line = String::from("Digest");
            push_quoted(&mut line, "realm", &self.realm);
            push_quoted(&mut line, "nonce", &nonce);
            push_token(&mut line, "algorithm", algorithm.name());
            push_quoted(&mut line, "qop", "auth,auth-int");
            if stale {
                push_token(&mut line, "stale", "true");
            }
            response.push(name, HeaderValue::lossy(&line));
        }
        if self.nonces.len() >= MAX_NONCES {
            self.nonces.remove(0);
        }
        self.nonces.push(Issued { nonce, expires: now + self.lifetime, count: 0 });
    }

    /// Judges the credentials of a request in `Authorization` or `Proxy-Authorization`; `password` knows the
    /// users.
    pub fn verify(
        &mut self,
        request: &Request,
        name: Name,
        password: impl FnOnce(&str) -> Option<String>,
        now: Instant,
    ) -> Verdict {
        let given = request
            .lines(name)
            .flat_map(schemes)
            .find(|scheme| scheme.is_digest() && scheme.get("realm") == Some(&*self.realm));
        let Some(given) = given else { return Verdict::Missing };
        let Some((user, nonce, count)) = self.judge(request, &given, password) else {
            return Verdict::Refused;
        };
        match self.nonces.iter_mut().find(|issued| issued.nonce == nonce) {
            Some(issued) if issued.expires > now && issued.count < count => {
                issued.count = count;
                Verdict::Granted { user: user.to_owned() }
            }
            _ => Verdict::Stale,
        }
    }

    /// User, nonce and nonce count of credentials that were computed from the right password.
    fn judge<'a>(
        &self,
        request: &'a Request,
        given: &'a Scheme<'_>,
        password: impl FnOnce(&str) -> Option<String>,
    ) -> Option<(&'a str, &'a str, u32)> {
        let user = given.get("username")?;
        let algorithm = Algorithm::read(given.get("algorithm").unwrap_or("MD5"))?;
        let count = u32::from_str_radix(given.get("nc")?, 16).ok()?;
        let question = Question {
            algorithm,
            nonce: given.get("nonce")?,
            cnonce: given.get("cnonce")?,
            protection: Some((Qop::read(given.get("qop")?)?, count)),
            method: request.method().as_str(),
            uri: given.get("uri")?,
            body: request.body(),
        };
        let ha1 = algorithm.hash.ha1(user, &self.realm, &password(user)?);
        let right = self.algorithms.contains(&algorithm)
            && question.uri == request.uri().as_str()
            && is_equal(&question.response(&ha1), given.get("response")?);
        right.then_some((user, question.nonce, count))
    }
}

/// Takes the same time wherever the texts differ.
fn is_equal(one: &str, other: &str) -> bool {
    let difference = one.bytes().zip(other.bytes()).fold(0, |seen, (a, b)| seen | (a ^ b));
    one.len() == other.len() && difference == 0
}
