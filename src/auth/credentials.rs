//! Who we are to a server that asks: a name, and a secret in one of three forms.

use super::MAX_SPACES;
use super::challenge::Challenge;
use super::digest::Hash;
use core::fmt;

/// A user's name and secret for digest authentication.
#[derive(Clone)]
pub struct Credentials {
    user: Box<str>,
    secret: Secret,
}

#[derive(Clone)]
enum Secret {
    /// Given to every realm that asks.
    Password(Box<str>),
    /// Good in one realm.
    Ha1(Box<Ha1>),
    /// The application is asked, realm by realm; what it has said so far.
    Asked(Vec<(Box<str>, Box<str>)>),
}

/// H(A1) of a user in one realm, computed beforehand in place of a password (RFC 7616 §3.4.2): the hash of
/// `user:realm:password` as lower-case hexadecimal digits, for one algorithm or several.
#[derive(Clone, Default)]
pub struct Ha1 {
    /// Where it is good.
    pub realm: String,
    /// By MD5.
    pub md5: Option<String>,
    /// By SHA-256.
    pub sha256: Option<String>,
    /// By SHA-512/256.
    pub sha512_256: Option<String>,
}

impl Credentials {
    /// The credentials given to every realm that asks.
    pub fn new(user: &str, password: &str) -> Self {
        Self { user: user.into(), secret: Secret::Password(password.into()) }
    }

    /// Credentials for one realm, without its password.
    pub fn precomputed(user: &str, ha1: Ha1) -> Self {
        Self { user: user.into(), secret: Secret::Ha1(Box::new(ha1)) }
    }

    /// The password is asked for when a realm does, and once more after that realm has refused it.
    pub fn asked(user: &str) -> Self {
        Self { user: user.into(), secret: Secret::Asked(Vec::new()) }
    }

    pub(super) fn user(&self) -> &str {
        &self.user
    }

    /// Whether a challenge could be answered with these, perhaps after asking.
    pub(super) fn fit(&self, challenge: &Challenge) -> bool {
        matches!(self.secret, Secret::Asked(_)) || self.ha1(challenge).is_some()
    }

    /// H(A1) without the `-sess` of the algorithm.
    pub(super) fn ha1(&self, challenge: &Challenge) -> Option<String> {
        let (hash, realm) = (challenge.algorithm.hash, challenge.realm.as_str());
        match &self.secret {
            Secret::Password(password) => Some(hash.ha1(&self.user, realm, password)),
            Secret::Ha1(ha1) if ha1.realm == realm => match hash {
                Hash::Md5 => ha1.md5.clone(),
                Hash::Sha256 => ha1.sha256.clone(),
                Hash::Sha512_256 => ha1.sha512_256.clone(),
            },
            Secret::Ha1(_) => None,
            Secret::Asked(known) => {
                let (_, password) = known.iter().find(|(it, _)| **it == *realm)?;
                Some(hash.ha1(&self.user, realm, password))
            }
        }
    }

    /// Takes what the application said when it was asked.
    pub(super) fn learn(&mut self, realm: &str, password: &str) {
        self.forget(realm);
        if let Secret::Asked(known) = &mut self.secret {
            if known.len() >= MAX_SPACES {
                known.remove(0);
            }
            known.push((realm.into(), password.into()));
        }
    }

    /// What it said was wrong.
    pub(super) fn forget(&mut self, realm: &str) {
        if let Secret::Asked(known) = &mut self.secret {
            known.retain(|(it, _)| **it != *realm);
        }
    }
}

/// Shows nothing: a log must not hold what opens an account.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(***)")
    }
}
