//! A user agent against challenges in text, and against the gate of the embedded server.

use super::digest::{Algorithm, Hash};
use super::server::{Gate, MAX_NONCES, Verdict};
use super::*;
use crate::message::{Frame, Message, Request, ResponseDraft, StatusCode, UriBuf, read};
use crate::time::{Duration, Instant};

const SECRET: &str = "correct horse";
const START: Instant = Instant::from_millis(0);

fn auth() -> Auth {
    Auth::new(Some(Credentials::new("alice", SECRET)))
}

fn entropy() -> Entropy {
    Entropy::from_seed([7; 32])
}

fn draft(method: Method, uri: &str, call_id: &str) -> RequestDraft {
    let via = HeaderValue::lossy("SIP/2.0/WS us.invalid;branch=z9hG4bK1");
    let alice = HeaderValue::lossy("<sip:alice@example.com>;tag=a");
    let to = HeaderValue::lossy("<sip:alice@example.com>");
    RequestDraft::new(method, UriBuf::read(uri).unwrap(), via, alice, to, call_id, 1)
}

fn register() -> RequestDraft {
    draft(Method::Register, "sip:example.com", "register")
}

fn invite() -> RequestDraft {
    draft(Method::Invite, "sip:bob@example.com", "call")
}

fn parsed(bytes: &[u8]) -> Message {
    match read(bytes) {
        Ok(Frame::Message(message)) => message,
        _ => panic!("not a message: {}", String::from_utf8_lossy(bytes)),
    }
}

fn received(draft: &RequestDraft) -> Request {
    match parsed(&draft.write()) {
        Message::Request(request) => request,
        Message::Response(_) => panic!("a request was written"),
    }
}

/// A response to `request` that carries these header lines.
fn refused(request: &RequestDraft, status: u16, lines: &[&str]) -> Response {
    let mut draft = ResponseDraft::to(&received(request), StatusCode::new(status).unwrap());
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        let name = if name == "WWW-Authenticate" { Name::WwwAuthenticate } else { Name::ProxyAuthenticate };
        draft.push(name, HeaderValue::lossy(value));
    }
    response(&draft)
}

fn response(draft: &ResponseDraft) -> Response {
    match parsed(&draft.write()) {
        Message::Response(response) => response,
        Message::Request(_) => panic!("a response was written"),
    }
}

/// The parameters of a request's credentials, per line: realm, nonce, nc.
fn carried(request: &RequestDraft, name: Name) -> Vec<String> {
    request
        .all(name)
        .map(|value| {
            let scheme = schemes(value.as_str()).remove(0);
            ["realm", "nonce", "nc"].map(|param| scheme.get(param).unwrap_or("-").to_owned()).join(" ")
        })
        .collect()
}

#[test]
fn an_answer_is_what_rfc_7616_computes() {
    let mut auth = auth();
    let mut request = register();
    let challenge = r#"WWW-Authenticate: Digest realm="example.com", nonce="n\"1", opaque="o", qop="auth", algorithm=SHA-256"#;
    let response = refused(&request, 401, &[challenge]);
    assert_eq!(auth.challenged(&mut request, &response, &mut entropy()), Challenged::Retry);

    let cnonce = entropy().cnonce();
    let digest = Question {
        algorithm: Algorithm { hash: Hash::Sha256, session: false },
        nonce: "n\"1",
        cnonce: &cnonce,
        protection: Some((digest::Qop::Auth, 1)),
        method: "REGISTER",
        uri: "sip:example.com",
        body: b"",
    }
    .response(&Hash::Sha256.ha1("alice", "example.com", SECRET));
    let expected = format!(
        r#"Digest username="alice", realm="example.com", nonce="n\"1", uri="sip:example.com", response="{digest}", algorithm=SHA-256, cnonce="{cnonce}", opaque="o", qop=auth, nc=00000001"#
    );
    assert_eq!(request.get(Name::Authorization).unwrap().as_str(), expected);
    assert!(request.get(Name::ProxyAuthorization).is_none());
}

#[test]
fn a_wrong_password_ends_after_one_retry() {
    for protection in ["", r#", qop="auth""#] {
        let mut auth = auth();
        let mut request = register();
        let challenge = |nonce| format!(r#"WWW-Authenticate: Digest realm="r", nonce="{nonce}"{protection}"#);
        let first = refused(&request, 401, &[&challenge("1")]);
        assert_eq!(auth.challenged(&mut request, &first, &mut entropy()), Challenged::Retry);
        let second = refused(&request, 401, &[&challenge("2")]);
        assert_eq!(auth.challenged(&mut request, &second, &mut entropy()), Challenged::GiveUp);

        // What was refused is not sent unasked.
        let mut next = register();
        auth.authorize(&mut next);
        assert!(next.get(Name::Authorization).is_none());
    }
}

#[test]
fn a_nonce_is_used_again_without_a_round_trip() {
    let mut auth = auth();
    let mut request = register();
    let response = refused(&request, 401, &[r#"WWW-Authenticate: Digest realm="r", nonce="1", qop="auth""#]);
    auth.challenged(&mut request, &response, &mut entropy());
    for count in ["00000002", "00000003"] {
        let mut refresh = register();
        auth.authorize(&mut refresh);
        assert_eq!(carried(&refresh, Name::Authorization), [format!("r 1 {count}")]);
    }
}

#[test]
fn an_old_nonce_costs_one_more_try_whether_or_not_the_server_calls_it_stale() {
    for stale in ["", ", stale=true"] {
        let mut auth = auth();
        let mut request = register();
        let first = refused(&request, 401, &[r#"WWW-Authenticate: Digest realm="r", nonce="1", qop="auth""#]);
        auth.challenged(&mut request, &first, &mut entropy());

        let mut refresh = register();
        auth.authorize(&mut refresh);
        let challenge = format!(r#"WWW-Authenticate: Digest realm="r", nonce="2", qop="auth"{stale}"#);
        let aged = refused(&refresh, 401, &[&challenge]);
        assert_eq!(auth.challenged(&mut refresh, &aged, &mut entropy()), Challenged::Retry);
        assert_eq!(carried(&refresh, Name::Authorization), ["r 2 00000001"]);
    }
}

#[test]
fn a_server_that_always_challenges_is_not_followed_for_ever() {
    let mut auth = auth();
    let mut request = register();
    let verdicts: Vec<_> = (0..=MAX_ANSWERS)
        .map(|nonce| {
            let line = format!(r#"WWW-Authenticate: Digest realm="r", nonce="{nonce}", stale=true"#);
            let response = refused(&request, 401, &[&line]);
            auth.challenged(&mut request, &response, &mut entropy())
        })
        .collect();
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == Challenged::Retry).count(), 4);
    assert_eq!(verdicts.last(), Some(&Challenged::GiveUp));
}

#[test]
fn proxy_and_server_are_both_answered() {
    let mut auth = auth();
    let mut request = invite();
    let proxy = r#"Proxy-Authenticate: Digest realm="p", nonce="1", qop="auth""#;
    let server = r#"WWW-Authenticate: Digest realm="s", nonce="2", qop="auth""#;
    let first = refused(&request, 407, &[proxy]);
    assert_eq!(auth.challenged(&mut request, &first, &mut entropy()), Challenged::Retry);
    let second = refused(&request, 401, &[server]);
    assert_eq!(auth.challenged(&mut request, &second, &mut entropy()), Challenged::Retry);
    assert_eq!(carried(&request, Name::ProxyAuthorization), ["p 1 00000002"]);
    assert_eq!(carried(&request, Name::Authorization), ["s 2 00000001"]);

    // One response of a forking proxy may hold the challenges of all branches (RFC 3261 §22.3).
    let mut both = invite();
    let response = refused(&both, 401, &[proxy, server]);
    assert_eq!(self::auth().challenged(&mut both, &response, &mut entropy()), Challenged::Retry);
    assert_eq!(
        (carried(&both, Name::ProxyAuthorization).len(), carried(&both, Name::Authorization).len()),
        (1, 1)
    );
}

#[test]
fn a_refusal_in_one_realm_is_not_one_in_another() {
    let mut auth = auth();
    let mut request = invite();
    for realm in ["one", "two"] {
        let line = format!(r#"Proxy-Authenticate: Digest realm="{realm}", nonce="{realm}", qop="auth""#);
        let response = refused(&request, 407, &[&line]);
        assert_eq!(auth.challenged(&mut request, &response, &mut entropy()), Challenged::Retry);
    }
    assert_eq!(carried(&request, Name::ProxyAuthorization), ["one one 00000002", "two two 00000001"]);
}

#[test]
fn a_servers_credentials_go_to_that_resource_and_through_its_dialog_only() {
    let mut auth = auth();
    let mut request = invite();
    let lines = [
        r#"WWW-Authenticate: Digest realm="s", nonce="1", qop="auth""#,
        r#"Proxy-Authenticate: Digest realm="p", nonce="1", qop="auth""#,
    ];
    let response = refused(&request, 401, &lines);
    auth.challenged(&mut request, &response, &mut entropy());
    let mut counts = |method, uri, call_id| {
        let mut request = draft(method, uri, call_id);
        auth.authorize(&mut request);
        (request.all(Name::Authorization).count(), request.all(Name::ProxyAuthorization).count())
    };
    assert_eq!(counts(Method::Invite, "sip:bob@example.com", "another call"), (1, 1));
    assert_eq!(counts(Method::Bye, "sip:bob@192.0.2.1", "call"), (1, 1));
    assert_eq!(counts(Method::Invite, "sip:carol@example.com", "another call"), (0, 1));
    assert_eq!(counts(Method::Ack, "sip:bob@example.com", "call"), (0, 0));
    assert_eq!(counts(Method::Cancel, "sip:bob@example.com", "call"), (0, 0));
}

#[test]
fn an_ack_repeats_the_credentials_of_its_invite() {
    let mut auth = auth();
    let mut request = invite();
    let response =
        refused(&request, 407, &[r#"Proxy-Authenticate: Digest realm="p", nonce="1", qop="auth""#]);
    auth.challenged(&mut request, &response, &mut entropy());
    let mut ack = draft(Method::Ack, "sip:bob@192.0.2.1", "call");
    repeat_credentials(&request, &mut ack);
    assert!(ack.get(Name::ProxyAuthorization) == request.get(Name::ProxyAuthorization));
    assert_eq!(carried(&ack, Name::ProxyAuthorization), ["p 1 00000001"]);
}

#[test]
fn what_cannot_be_answered_is_said_to_be_so() {
    let mut request = register();
    for line in [
        r#"WWW-Authenticate: Basic realm="r""#,
        r#"WWW-Authenticate: Digest realm="r", nonce="1", algorithm=SHA-3"#,
    ] {
        let response = refused(&request, 401, &[line]);
        assert_eq!(auth().challenged(&mut request, &response, &mut entropy()), Challenged::Unsupported);
    }
    let bare = refused(&request, 401, &[]);
    assert_eq!(auth().challenged(&mut request, &bare, &mut entropy()), Challenged::Unsupported);
}

#[test]
fn credentials_may_come_after_the_challenge() {
    let mut auth = Auth::new(None);
    let mut request = register();
    let response = refused(&request, 401, &[r#"WWW-Authenticate: Digest realm="r", nonce="1""#]);
    assert_eq!(auth.challenged(&mut request, &response, &mut entropy()), Challenged::NoCredentials);
    auth.set_credentials(Some(Credentials::new("alice", SECRET)));
    assert_eq!(auth.challenged(&mut request, &response, &mut entropy()), Challenged::Retry);
    assert_eq!(carried(&request, Name::Authorization), ["r 1 -"]);
}

#[test]
fn no_debug_output_tells_the_secret() {
    let mut auth = auth();
    let mut request = register();
    let response = refused(&request, 401, &[r#"WWW-Authenticate: Digest realm="r", nonce="1", qop="auth""#]);
    let verdict = auth.challenged(&mut request, &response, &mut entropy());
    let shown = format!("{auth:?} {:?} {request:?} {verdict:?}", Credentials::new("alice", SECRET));
    let ha1 = Hash::Md5.ha1("alice", "r", SECRET);
    let digest = schemes(request.get(Name::Authorization).unwrap().as_str()).remove(0);
    for secret in [SECRET, &ha1, digest.get("response").unwrap()] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("Credentials(***)"), "{shown}");
}

/// One exchange with the embedded server's gate: the verdict on `request`.
fn at(gate: &mut Gate, request: &RequestDraft, millis: u64) -> Verdict {
    let password = |user: &str| (user == "alice").then(|| SECRET.to_owned());
    gate.verify(&received(request), Name::Authorization, password, Instant::from_millis(millis))
}

fn challenge_of(gate: &mut Gate, request: &RequestDraft, stale: bool) -> Response {
    let mut draft = ResponseDraft::to(&received(request), StatusCode::UNAUTHORIZED);
    gate.challenge(&mut draft, stale, &mut entropy(), START);
    response(&draft)
}

#[test]
fn the_gate_opens_for_every_algorithm() {
    for name in ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"] {
        let mut gate = Gate::new("r", &[Algorithm::read(name).unwrap()], Duration::from_secs(60));
        let mut request = register();
        assert_eq!(at(&mut gate, &request, 0), Verdict::Missing);
        let response = challenge_of(&mut gate, &request, false);
        assert_eq!(auth().challenged(&mut request, &response, &mut entropy()), Challenged::Retry);
        assert_eq!(at(&mut gate, &request, 1), Verdict::Granted { user: "alice".into() }, "{name}");
        assert_eq!(at(&mut gate, &request, 2), Verdict::Stale, "the same count again is a replay");
    }
}

#[test]
fn the_gate_tells_a_stale_nonce_from_a_wrong_password() {
    let mut gate = Gate::new("r", &[Algorithm::read("MD5").unwrap()], Duration::from_secs(60));
    let mut auth = auth();
    let mut request = register();
    let response = challenge_of(&mut gate, &request, false);
    auth.challenged(&mut request, &response, &mut entropy());
    assert_eq!(at(&mut gate, &request, 60_000), Verdict::Stale);
    assert!(
        challenge_of(&mut gate, &request, true)
            .lines(Name::WwwAuthenticate)
            .all(|line| line.contains("stale=true"))
    );

    for (user, password) in [("alice", "wrong"), ("mallory", SECRET)] {
        let mut request = register();
        let response = challenge_of(&mut gate, &request, false);
        let mut auth = Auth::new(Some(Credentials::new(user, password)));
        auth.challenged(&mut request, &response, &mut entropy());
        assert_eq!(at(&mut gate, &request, 1), Verdict::Refused, "{user}");
    }
}

#[test]
fn the_gate_wants_credentials_for_this_very_request() {
    let mut gate = Gate::new("r", &[Algorithm::read("MD5").unwrap()], Duration::from_secs(60));
    let mut request = register();
    let response = challenge_of(&mut gate, &request, false);
    auth().challenged(&mut request, &response, &mut entropy());
    let mut stolen = draft(Method::Register, "sip:other.example.com", "register");
    repeat_credentials(&request, &mut stolen);
    assert_eq!(at(&mut gate, &stolen, 1), Verdict::Refused);
    let mut stolen = draft(Method::Invite, "sip:example.com", "register");
    repeat_credentials(&request, &mut stolen);
    assert_eq!(at(&mut gate, &stolen, 1), Verdict::Refused);
}

#[test]
fn the_gate_forgets_the_oldest_nonce_first() {
    let mut gate = Gate::new("r", &[Algorithm::read("MD5").unwrap()], Duration::from_secs(60));
    let mut request = register();
    let response = challenge_of(&mut gate, &request, false);
    auth().challenged(&mut request, &response, &mut entropy());
    let mut chance = Entropy::from_seed([8; 32]);
    let mut draft = ResponseDraft::to(&received(&request), StatusCode::UNAUTHORIZED);
    for _ in 0..MAX_NONCES {
        gate.challenge(&mut draft, false, &mut chance, START);
    }
    assert_eq!(at(&mut gate, &request, 1), Verdict::Stale);
}
