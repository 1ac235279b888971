//! Digest authentication (RFC 3261 §22, RFC 7616, RFC 8760) in two verbs: [`Auth::authorize`] puts credentials
//! on a new request where a challenge is known already, [`Auth::challenged`] on one that was refused.
//!
//! Nonces are kept per realm and used again with a rising count, so that a challenge costs one round trip and
//! not one per request.

mod challenge;
mod credentials;
pub mod digest;
pub mod server;

use crate::entropy::Entropy;
use crate::message::{HeaderValue, Method, Name, RequestDraft, Response};
use challenge::{Challenge, answerable, push_quoted, push_token, schemes};
use core::fmt;
pub use credentials::{Credentials, Ha1};
use digest::{Question, nonce_count};

/// How many challenges are remembered; the oldest is forgotten first.
const MAX_SPACES: usize = 16;

/// How often one request is sent again for challenges of all kinds, so that servers which find every nonce
/// stale, or ask for one realm after another, are not followed for ever.
const MAX_ANSWERS: u8 = 4;

/// What has become of a refused request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Challenged {
    /// It carries credentials now. Send it again with a higher CSeq and a new branch (RFC 3261 §22.2).
    Retry,
    /// The same realm has refused these credentials, or there were too many challenges.
    GiveUp,
    /// There are no credentials to answer with; they may be set and the response be handled again.
    NoCredentials,
    /// The password for this realm is not known yet ([`Auth::learn`]). Handle the response again when it is.
    Wanted(Box<str>),
    /// No challenge that we can answer: another scheme, an unknown algorithm, or broken text.
    Unsupported,
}

/// The protection spaces that a device has met, and its credentials.
#[derive(Clone, Debug, Default)]
pub struct Auth {
    credentials: Option<Credentials>,
    spaces: Vec<Space>,
}

/// Who asked: the server that the request is for (401), or a proxy on its way (407).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Server,
    Proxy,
}

const ROLES: [Role; 2] = [Role::Server, Role::Proxy];

impl Role {
    const fn challenge(self) -> Name {
        match self {
            Self::Server => Name::WwwAuthenticate,
            Self::Proxy => Name::ProxyAuthenticate,
        }
    }

    const fn credentials(self) -> Name {
        match self {
            Self::Server => Name::Authorization,
            Self::Proxy => Name::ProxyAuthorization,
        }
    }
}

/// A challenge and the use that was made of it.
#[derive(Clone)]
struct Space {
    role: Role,
    challenge: Challenge,
    /// One per nonce, so that the `-sess` algorithms have one session.
    cnonce: String,
    count: u32,
    uri: Box<str>,
    call_id: Box<str>,
}

impl Space {
    /// Whether a request may carry credentials for this space without being asked. A proxy on our way
    /// sees every request. A server's credentials go only to the resource that asked for them and through
    /// the dialog with it (RFC 3261 §22.2, §22.3): anybody else could guess passwords against them.
    fn covers(&self, request: &RequestDraft) -> bool {
        self.role == Role::Proxy || *self.uri == *request.uri().as_str() || *self.call_id == *call_id(request)
    }

    /// `None` where these credentials are not for this space.
    fn credentials(&mut self, request: &RequestDraft, owner: &Credentials) -> Option<HeaderValue> {
        let ha1 = owner.ha1(&self.challenge)?;
        self.count = self.count.saturating_add(1);
        let Challenge { realm, nonce, algorithm, qop, .. } = &self.challenge;
        let question = Question {
            algorithm: *algorithm,
            nonce,
            cnonce: &self.cnonce,
            protection: qop.map(|qop| (qop, self.count)),
            method: request.method().as_str(),
            uri: request.uri().as_str(),
            body: request.body(),
        };
        let response = question.response(&ha1);
        let mut line = String::from("Digest");
        push_quoted(&mut line, "username", owner.user());
        push_quoted(&mut line, "realm", realm);
        push_quoted(&mut line, "nonce", nonce);
        push_quoted(&mut line, "uri", question.uri);
        push_quoted(&mut line, "response", &response);
        push_token(&mut line, "algorithm", algorithm.name());
        if qop.is_some() || algorithm.session {
            push_quoted(&mut line, "cnonce", &self.cnonce);
        }
        if let Some(opaque) = &self.challenge.opaque {
            push_quoted(&mut line, "opaque", opaque);
        }
        if let Some((qop, count)) = question.protection {
            push_token(&mut line, "qop", qop.name());
            push_token(&mut line, "nc", &nonce_count(count));
        }
        Some(HeaderValue::lossy(&line))
    }
}

/// The realm only: a nonce is nobody else's business.
impl fmt::Debug for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Space").field(&self.role).field(&self.challenge.realm).finish()
    }
}

fn call_id(request: &RequestDraft) -> &str {
    request.get(Name::CallId).map_or("", HeaderValue::as_str)
}

/// Whether a request carries credentials for a realm.
fn carries(request: &RequestDraft, role: Role, realm: &str) -> bool {
    request.all(role.credentials()).any(|value| {
        schemes(value.as_str()).iter().any(|scheme| scheme.is_digest() && scheme.get("realm") == Some(realm))
    })
}

impl Auth {
    /// Knows no challenge yet. Without credentials every challenge is [`Challenged::NoCredentials`].
    pub fn new(credentials: Option<Credentials>) -> Self {
        Self { credentials, spaces: Vec::new() }
    }

    /// Replaces the credentials, and forgets the challenges that the old ones have answered.
    pub fn set_credentials(&mut self, credentials: Option<Credentials>) {
        *self = Self::new(credentials);
    }

    /// Takes the password for a realm, where the credentials are of the kind that is asked for.
    pub fn learn(&mut self, realm: &str, password: &str) {
        if let Some(owner) = &mut self.credentials {
            owner.learn(realm, password);
        }
    }

    /// Puts `Authorization` and `Proxy-Authorization` on a request for each protection space that covers it,
    /// in place of those it has. ACK and CANCEL get none: nobody may challenge them (RFC 3261 §22.1), and an
    /// ACK repeats what its INVITE carried ([`repeat_credentials`]).
    pub fn authorize(&mut self, request: &mut RequestDraft) {
        if matches!(request.method(), Method::Ack | Method::Cancel) {
            return;
        }
        ROLES.iter().for_each(|role| request.remove(role.credentials()));
        let Some(owner) = &self.credentials else { return };
        for space in &mut self.spaces {
            if space.covers(request)
                && let Some(value) = space.credentials(request, owner)
            {
                request.push(space.role.credentials(), value);
            }
        }
    }

    /// Reads the challenges of a 401 or 407 to `request` and answers all of them, whichever field they are in.
    ///
    /// One refusal is taken for an old nonce, the second of the same realm for a wrong password, unless the
    /// server says that the nonce was stale.
    pub fn challenged(
        &mut self,
        request: &mut RequestDraft,
        response: &Response,
        entropy: &mut Entropy,
    ) -> Challenged {
        let fits = |challenge: &Challenge| self.credentials.as_ref().is_none_or(|owner| owner.fit(challenge));
        let asked = ROLES.map(|role| (role, answerable(response.lines(role.challenge()), fits)));
        if asked.iter().all(|(_, challenges)| challenges.is_empty()) {
            return Challenged::Unsupported;
        }
        let Some(owner) = &mut self.credentials else { return Challenged::NoCredentials };
        let refused = request.answers() >= MAX_ANSWERS
            || asked.iter().any(|(role, challenges)| {
                let again = |challenge: &Challenge| {
                    request.answers() > 0 && !challenge.stale && carries(request, *role, &challenge.realm)
                };
                challenges.iter().any(again)
            });
        for (_, challenges) in &asked {
            for challenge in challenges {
                if refused {
                    owner.forget(&challenge.realm);
                } else if owner.ha1(challenge).is_none() {
                    return Challenged::Wanted(challenge.realm.as_str().into());
                }
            }
        }
        for (role, challenges) in asked {
            for challenge in challenges.into_iter().take(MAX_SPACES) {
                self.spaces.retain(|space| {
                    space.role != role || space.challenge.realm != challenge.realm || !space.covers(request)
                });
                if !refused {
                    self.remember(role, challenge, request, entropy);
                }
            }
        }
        if refused {
            return Challenged::GiveUp;
        }
        request.count_answer();
        self.authorize(request);
        Challenged::Retry
    }

    fn remember(&mut self, role: Role, challenge: Challenge, request: &RequestDraft, entropy: &mut Entropy) {
        if self.spaces.len() >= MAX_SPACES {
            self.spaces.remove(0);
        }
        self.spaces.push(Space {
            role,
            challenge,
            cnonce: entropy.cnonce(),
            count: 0,
            uri: request.uri().as_str().into(),
            call_id: call_id(request).into(),
        });
    }
}

/// Gives an ACK the credentials of its INVITE, as they are (RFC 3261 §13.2.2.4).
pub fn repeat_credentials(invite: &RequestDraft, ack: &mut RequestDraft) {
    for name in ROLES.map(Role::credentials) {
        invite.all(name).for_each(|value| ack.push(name, value.clone()));
    }
}

#[cfg(test)]
mod tests;
