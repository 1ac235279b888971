//! The text of challenges and credentials (RFC 3261 §20.27, §25.1; RFC 7616 §3.3): reading both, and
//! choosing which challenge to answer.

use super::digest::{Algorithm, Qop};
use crate::message::{quote, quoted, unquote};
use std::borrow::Cow;

/// One scheme with its parameters, as a challenge or as credentials. Names are in any case.
pub(super) struct Scheme<'a> {
    name: &'a str,
    params: Vec<(&'a str, Cow<'a, str>)>,
}

impl Scheme<'_> {
    pub(super) fn is_digest(&self) -> bool {
        self.name.eq_ignore_ascii_case("Digest")
    }

    /// The value of a parameter without its quotes; the first, where a peer repeats it.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_ref())
    }
}

/// Reads a header value: `scheme name=value, name="value", scheme …`.
///
/// Total: what is no parameter is taken for a scheme's name, which nobody will know, and what is neither is
/// skipped.
pub(super) fn schemes(value: &str) -> Vec<Scheme<'_>> {
    let mut schemes: Vec<Scheme<'_>> = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
        let word;
        (word, rest) = word_of(rest);
        let after = rest.trim_start();
        match (after.strip_prefix('='), schemes.last_mut()) {
            (Some(after), Some(scheme)) => {
                let value;
                (value, rest) = value_of(after.trim_start());
                if !word.is_empty() {
                    scheme.params.push((word, value));
                }
            }
            _ if !word.is_empty() => schemes.push(Scheme { name: word, params: Vec::new() }),
            _ => {
                let mut chars = rest.chars();
                if chars.next().is_none() {
                    return schemes;
                }
                rest = chars.as_str();
            }
        }
    }
}

fn word_of(text: &str) -> (&str, &str) {
    text.split_at(text.find([' ', '\t', '\r', '\n', ',', '=', '"']).unwrap_or(text.len()))
}

/// A token, or a quoted string whose closing quote may be missing.
fn value_of(text: &str) -> (Cow<'_, str>, &str) {
    match text.strip_prefix('"') {
        None => {
            let (word, rest) = word_of(text);
            (Cow::Borrowed(word), rest)
        }
        Some(open) => quoted(text).map_or((Cow::Borrowed(open), ""), |(value, rest)| (unquote(value), rest)),
    }
}

/// Writes ` name="value"`, a comma before it unless the scheme's name ends the line.
pub(super) fn push_quoted(line: &mut String, name: &str, value: &str) {
    push_name(line, name);
    line.push_str(&quote(value));
}

/// Writes ` name=value`, a comma before it unless the scheme's name ends the line.
pub(super) fn push_token(line: &mut String, name: &str, value: &str) {
    push_name(line, name);
    line.push_str(value);
}

fn push_name(line: &mut String, name: &str) {
    line.push_str(if line.contains('=') { ", " } else { " " });
    line.push_str(name);
    line.push('=');
}

/// A digest challenge that we can answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenge {
    /// The protection domain: which password is asked for.
    pub realm: String,
    /// The server's nonce.
    pub nonce: String,
    /// To be given back as it is.
    pub opaque: Option<String>,
    /// How to compute the answer.
    pub algorithm: Algorithm,
    /// The protection chosen among those offered; `None` where the server, of before RFC 2617, offers none.
    pub qop: Option<Qop>,
    /// The credentials were right and only the nonce was too old.
    pub stale: bool,
}

impl Challenge {
    /// `None` for another scheme than Digest, an algorithm or protection that we do not know, or a challenge
    /// without realm or nonce.
    fn read(scheme: &Scheme<'_>) -> Option<Self> {
        if !scheme.is_digest() {
            return None;
        }
        let offered = scheme.get("qop").unwrap_or_default();
        Some(Self {
            realm: scheme.get("realm")?.to_owned(),
            nonce: scheme.get("nonce")?.to_owned(),
            opaque: scheme.get("opaque").map(str::to_owned),
            algorithm: Algorithm::read(scheme.get("algorithm").unwrap_or("MD5"))?,
            qop: if offered.trim().is_empty() { None } else { Some(choose(offered)?) },
            stale: scheme.get("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
        })
    }
}

/// `auth` where it is offered: bodies are rewritten by many a server on the way, which would void `auth-int`.
fn choose(offered: &str) -> Option<Qop> {
    let mut known = offered.split(',').filter_map(|token| Qop::read(token.trim()));
    let first = known.next()?;
    Some(if known.any(|qop| qop == Qop::Auth) { Qop::Auth } else { first })
}

/// The challenges to answer: for each realm the topmost that we can (RFC 8760 §2.4), which `fits` our credentials.
///
/// `values` are the header values in their order, each with any number of challenges.
pub(super) fn answerable<'a>(
    values: impl Iterator<Item = &'a str>,
    fits: impl Fn(&Challenge) -> bool,
) -> Vec<Challenge> {
    let mut chosen: Vec<Challenge> = Vec::new();
    for value in values {
        for challenge in schemes(value).iter().filter_map(Challenge::read).filter(&fits) {
            if chosen.iter().all(|known| known.realm != challenge.realm) {
                chosen.push(challenge);
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&'static str]) -> Vec<Challenge> {
        answerable(values.iter().copied(), |_| true)
    }

    fn names(values: &[&'static str]) -> Vec<(String, &'static str)> {
        read(values).into_iter().map(|challenge| (challenge.realm, challenge.algorithm.name())).collect()
    }

    #[test]
    fn every_parameter_is_read() {
        let value = r#"Digest realm="atlanta.com", domain="sip:ss1.carrier.com", qop="auth,auth-int", nonce="f84f", opaque="", stale=TRUE, algorithm=SHA-256"#;
        assert_eq!(
            read(&[value]),
            [Challenge {
                realm: "atlanta.com".into(),
                nonce: "f84f".into(),
                opaque: Some(String::new()),
                algorithm: Algorithm::read("SHA-256").unwrap(),
                qop: Some(Qop::Auth),
                stale: true,
            }]
        );
    }

    #[test]
    fn white_space_case_quotes_and_order_do_not_matter() {
        let value = "DIGEST  NONCE = \"n\" ,\t, Realm=\"a\\\"b\\\\c, d=e\",ALGORITHM=\"md5\",qop=auth-int,x=1,Stale=false";
        let challenge = read(&[value]).remove(0);
        assert_eq!((challenge.realm.as_str(), challenge.nonce.as_str()), ("a\"b\\c, d=e", "n"));
        assert_eq!((challenge.qop, challenge.stale), (Some(Qop::AuthInt), false));
    }

    #[test]
    fn per_realm_the_topmost_that_we_can_answer() {
        let one_line = r#"Digest realm="a", nonce="1", algorithm=SHA-3, Digest realm="a", nonce="2", algorithm=SHA-512-256, Digest realm="a", nonce="3", Digest realm="b", nonce="4""#;
        assert_eq!(names(&[one_line]), [("a".to_owned(), "SHA-512-256"), ("b".to_owned(), "MD5")]);
        let lines =
            [r#"Digest realm="a", nonce="1", algorithm=SHA-256-sess"#, r#"Digest realm="a", nonce="2""#];
        assert_eq!(names(&lines), [("a".to_owned(), "SHA-256-sess")]);
    }

    #[test]
    fn other_schemes_are_passed_over() {
        let value = r#"Negotiate, NTLM TlRMTVNTUAAC==, Basic realm="a", Digest realm="a", nonce="1", Bearer authz_server="https://x""#;
        assert_eq!(names(&[value]), [("a".to_owned(), "MD5")]);
    }

    #[test]
    fn what_cannot_be_answered_is_no_challenge() {
        for value in [
            "",
            "Digest",
            r#"Digest realm="a""#,
            r#"Digest nonce="a""#,
            r#"Digest realm="a", nonce="1", qop="auth-conf""#,
            r#"Basic realm="a", nonce="1""#,
            r#"realm="a", nonce="1""#,
        ] {
            assert_eq!(read(&[value]), [], "{value}");
        }
    }

    #[test]
    fn an_empty_protection_means_that_none_was_offered() {
        assert_eq!(read(&[r#"Digest realm="a", nonce="1", qop="""#])[0].qop, None);
    }

    #[test]
    fn broken_text_ends() {
        for value in
            ["=", "===", "\"", "Digest realm=\"a\\", "Digest =\"x\",\u{e9}=\"\u{e9}", ",,=,\"=\"", "a\"b\"c"]
        {
            schemes(value);
        }
        assert_eq!(schemes("Digest realm=\"a").first().and_then(|scheme| scheme.get("realm")), Some("a"));
    }

    #[test]
    fn a_value_is_quoted_so_that_it_reads_back() {
        let mut line = String::from("Digest");
        push_quoted(&mut line, "username", "a\"b\\c");
        push_token(&mut line, "nc", "00000001");
        assert_eq!(line, r#"Digest username="a\"b\\c", nc=00000001"#);
        assert_eq!(schemes(&line)[0].get("username"), Some("a\"b\\c"));
    }
}
