//! The arithmetic of digest authentication (RFC 7616 §3.4), with the hashes that RFC 8760 admits to SIP.

use crate::entropy::push_hex;
use md5::Md5;
use sha2::{Digest, Sha256, Sha512_256};

/// A hash function that SIP knows (RFC 8760 §2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hash {
    /// MD5, for the sake of old servers.
    Md5,
    /// SHA-256.
    Sha256,
    /// SHA-512/256.
    Sha512_256,
}

impl Hash {
    /// The lower-case hexadecimal hash of `parts` joined by colons.
    fn joined(self, parts: &[&[u8]]) -> String {
        match self {
            Self::Md5 => joined::<Md5>(parts),
            Self::Sha256 => joined::<Sha256>(parts),
            Self::Sha512_256 => joined::<Sha512_256>(parts),
        }
    }

    /// H(A1) of the algorithms without `-sess`: what a password comes to in one realm.
    pub fn ha1(self, user: &str, realm: &str, password: &str) -> String {
        self.joined(&[user.as_bytes(), realm.as_bytes(), password.as_bytes()])
    }
}

fn joined<D: Digest>(parts: &[&[u8]]) -> String {
    let mut hash = D::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            hash.update(b":");
        }
        hash.update(part);
    }
    let mut text = String::with_capacity(64);
    hash.finalize().iter().for_each(|byte| push_hex(&mut text, *byte));
    text
}

/// The `algorithm` of a challenge: a hash, and whether H(A1) is bound to the session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Algorithm {
    /// The hash function.
    pub hash: Hash,
    /// True for the `-sess` variants: nonce and client nonce go into H(A1).
    pub session: bool,
}

const NAMES: [(&str, Algorithm); 6] = [
    ("MD5", Algorithm { hash: Hash::Md5, session: false }),
    ("MD5-sess", Algorithm { hash: Hash::Md5, session: true }),
    ("SHA-256", Algorithm { hash: Hash::Sha256, session: false }),
    ("SHA-256-sess", Algorithm { hash: Hash::Sha256, session: true }),
    ("SHA-512-256", Algorithm { hash: Hash::Sha512_256, session: false }),
    ("SHA-512-256-sess", Algorithm { hash: Hash::Sha512_256, session: true }),
];

impl Algorithm {
    /// Reads an algorithm's name, in any case; `None` for one that we cannot compute.
    pub fn read(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, algorithm)| *algorithm)
    }

    /// The registered name.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, algorithm)| *algorithm == self).map_or("MD5", |(name, _)| name)
    }
}

/// The quality of protection (RFC 7616 §3.4): what the answer vouches for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Qop {
    /// Method and URI.
    Auth,
    /// Method, URI and body.
    AuthInt,
}

impl Qop {
    /// Reads one token, in any case.
    pub fn read(token: &str) -> Option<Self> {
        [Self::Auth, Self::AuthInt].into_iter().find(|qop| qop.name().eq_ignore_ascii_case(token))
    }

    /// The registered token.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::AuthInt => "auth-int",
        }
    }
}

/// All that one answer is computed from, but for the secret.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The algorithm of the challenge.
    pub algorithm: Algorithm,
    /// The server's nonce.
    pub nonce: &'a str,
    /// The client's nonce; without `qop` only a `-sess` algorithm uses it.
    pub cnonce: &'a str,
    /// The protection chosen and the nonce count, 1 and up; `None` for a server that offered no `qop`.
    pub protection: Option<(Qop, u32)>,
    /// The request's method.
    pub method: &'a str,
    /// The request's URI as written.
    pub uri: &'a str,
    /// The request's body, which only `auth-int` looks at.
    pub body: &'a [u8],
}

impl Question<'_> {
    /// The `response` for who knows H(A1) of [`Hash::ha1`].
    pub fn response(&self, ha1: &str) -> String {
        let hash = self.algorithm.hash;
        let (nonce, cnonce) = (self.nonce.as_bytes(), self.cnonce.as_bytes());
        let bound;
        let ha1 = if self.algorithm.session {
            bound = hash.joined(&[ha1.as_bytes(), nonce, cnonce]);
            bound.as_bytes()
        } else {
            ha1.as_bytes()
        };
        let (method, uri) = (self.method.as_bytes(), self.uri.as_bytes());
        let ha2 = match self.protection {
            Some((Qop::AuthInt, _)) => hash.joined(&[method, uri, hash.joined(&[self.body]).as_bytes()]),
            _ => hash.joined(&[method, uri]),
        };
        match self.protection {
            Some((qop, count)) => hash.joined(&[
                ha1,
                nonce,
                nonce_count(count).as_bytes(),
                cnonce,
                qop.name().as_bytes(),
                ha2.as_bytes(),
            ]),
            None => hash.joined(&[ha1, nonce, ha2.as_bytes()]),
        }
    }
}

/// A nonce count as it is written: eight hexadecimal digits.
pub fn nonce_count(count: u32) -> String {
    let mut text = String::with_capacity(8);
    count.to_be_bytes().iter().for_each(|byte| push_hex(&mut text, *byte));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn algorithm(name: &str) -> Algorithm {
        Algorithm::read(name).unwrap()
    }

    fn mufasa(algorithm: Algorithm, password: &str) -> String {
        algorithm.hash.ha1("Mufasa", "http-auth@example.org", password)
    }

    const RFC_7616: Question<'_> = Question {
        algorithm: Algorithm { hash: Hash::Md5, session: false },
        nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        protection: Some((Qop::Auth, 1)),
        method: "GET",
        uri: "/dir/index.html",
        body: b"",
    };

    #[test]
    fn rfc_2617_section_3_5() {
        let question =
            Question { nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", cnonce: "0a4f113b", ..RFC_7616 };
        let ha1 = Hash::Md5.ha1("Mufasa", "testrealm@host.com", "Circle Of Life");
        assert_eq!(question.response(&ha1), "6629fae49393a05397450978507c4ef1");
        // The same challenge as a server of RFC 2069 would have sent it: no qop, no client nonce in the hash.
        let old = Question { protection: None, ..question };
        assert_eq!(old.response(&ha1), "670fd8c2df070c60b045671b8b24ff02");
    }

    #[test]
    fn rfc_7616_section_3_9_1() {
        for (name, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let question = Question { algorithm: algorithm(name), ..RFC_7616 };
            assert_eq!(question.response(&mufasa(question.algorithm, "Circle of Life")), response, "{name}");
        }
    }

    /// The text of RFC 7616 truncates SHA-512 here; erratum 4897 gives the value for SHA-512/256.
    #[test]
    fn rfc_7616_section_3_9_2_as_corrected() {
        let question = Question {
            algorithm: algorithm("SHA-512-256"),
            nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
            cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
            uri: "/doe.json",
            ..RFC_7616
        };
        let ha1 = Hash::Sha512_256.ha1("J\u{e4}s\u{f8}n Doe", "api@example.org", "Secret, or not?");
        assert_eq!(
            question.response(&ha1),
            "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"
        );
    }

    /// The numbers of RFC 7616 §3.9.1 with the combinations for which the RFC gives no value: computed once
    /// with another implementation (OpenSSL's hashes through Python's hashlib).
    #[test]
    fn session_algorithms_and_integrity() {
        let none = None;
        let auth = Some((Qop::Auth, 1));
        let integrity = Some((Qop::AuthInt, 1));
        for (name, protection, response) in [
            ("MD5", integrity, "d1b8e2ac3f6782372de4bf3d8735b406"),
            ("MD5-sess", none, "37a7f42db2090a3fcac4e26e747d4fc8"),
            ("MD5-sess", auth, "e783283f46242139c486a698fec7211d"),
            ("MD5-sess", integrity, "4321e8772738f242cc32334079264d8c"),
            ("SHA-256", none, "a1306b0595a6c7fe96c448631fb5cfbd5107bd1fe1da729d978dd7446b812363"),
            ("SHA-256", integrity, "385d2de062660ced11876f42d9497c69cacf5caaf3d951dd424aee9f7157d563"),
            ("SHA-256-sess", auth, "2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7"),
            ("SHA-512-256", auth, "430d05014cecc49cab6fbe03176d41a1da86cbfe24a16580e22aaad928d960d0"),
            (
                "SHA-512-256-sess",
                integrity,
                "1ba4333021256e8b4eebe5c8d20ba53b167f1dac1f6d8c916a08c17ef99eae9a",
            ),
        ] {
            let question = Question { algorithm: algorithm(name), protection, body: b"v=0\r\n", ..RFC_7616 };
            assert_eq!(
                question.response(&mufasa(question.algorithm, "Circle of Life")),
                response,
                "{name} {protection:?}"
            );
        }
    }

    #[test]
    fn names_are_read_in_any_case_and_unknown_ones_not_at_all() {
        assert_eq!(algorithm("sha-512-256-SESS").name(), "SHA-512-256-sess");
        assert_eq!(algorithm("md5").name(), "MD5");
        assert_eq!(Algorithm::read("SHA-1"), None);
        assert_eq!(Qop::read("AUTH-INT"), Some(Qop::AuthInt));
        assert_eq!(Qop::read("auth-conf"), None);
    }

    #[test]
    fn a_nonce_count_has_eight_digits() {
        assert_eq!(nonce_count(1), "00000001");
        assert_eq!(nonce_count(0x2ab), "000002ab");
    }
}
