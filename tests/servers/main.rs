//! The habits of servers that cannot run here, written by hand after what is publicly known of them: their challenges,
//! routes, targets, descriptions, identities and keep-alives. They stand in for the servers; that they were run against
//! them nobody may claim. The answers to REGISTER are in `tests/registrars.rs`.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)] // also in the helpers

#[path = "../common/mod.rs"]
mod common;

mod asterisk;
mod freeswitch;
mod opensips;
mod telnyx;

use common::{Phone, config, field};
use telnyx_device::agent::{CallId, Config};
use telnyx_device::call::Settings;

/// A phone as the device configures it, connected.
fn alice() -> Phone {
    let mut alice =
        Phone::with(Config { instance: Some(UUID.into()), calls: Settings::default(), ..config() });
    alice.start();
    alice.open();
    alice.ignore_events();
    alice
}

const UUID: &str = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

/// The values of all header fields of this name, one line each.
fn all<'a>(message: &'a str, name: &str) -> Vec<&'a str> {
    let fields = message.lines().filter_map(|line| line.split_once(": "));
    fields.filter(|(it, _)| *it == name).map(|(_, value)| value).collect()
}

/// Registers, is asked who it is, and shows this much of its credentials; the server takes them and tells its grant by
/// `lines`. Then it refreshes, with the same nonce counted on where there is a `qop`, and once more as the nonce is old.
#[track_caller]
fn registers(challenges: &str, shows: &[&str], lines: &str) {
    let mut alice = alice();
    alice.register();
    let first = alice.sends("REGISTER sip:example.com SIP/2.0");
    alice.answer(&first, &format!("401 Unauthorized\n{challenges}"));
    let second = alice.sends("REGISTER sip:example.com SIP/2.0");
    let shown = field(&second, "Authorization").to_owned();
    assert_eq!(all(&second, "Authorization").len(), 1, "one of several challenges is answered: {second}");
    for part in shows {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    let counts = shown.contains("qop=auth");
    assert_eq!(counts, shown.contains("nc=00000001"), "{shown}");
    assert_eq!(counts, shown.contains("cnonce="), "{shown}");
    let ok = format!("200 OK\nContact: {{Contact}};expires=120\n{lines}");
    alice.answer(&second, &ok);
    alice.told(&["registered 120 refresh false", "settled"]);

    let refresh = alice.sends_later("REGISTER");
    assert_eq!(counts, field(&refresh, "Authorization").contains("nc=00000002"), "{refresh}");
    let stale = challenges.replace("nonce=\"", "stale=true, nonce=\"newer");
    alice.answer(&refresh, &format!("401 Unauthorized\n{stale}"));
    let again = alice.sends("REGISTER");
    let shown = field(&again, "Authorization");
    assert!(shown.contains("nonce=\"newer"), "{shown}");
    assert_eq!(counts, shown.contains("nc=00000001"), "{shown}");
    alice.answer(&again, &ok);
    alice.told(&["registered 120 refresh true"]);
}

/// What the far side of a call that we place says: a challenge, and the answers after it.
struct Answers<'a> {
    challenge: &'a str,
    /// Each with its lines; `{Contact}` and the like are of the INVITE.
    provisional: &'a [&'a str],
    ok: &'a str,
}

/// Places a call and has it answered; with the last INVITE and the ACK.
#[track_caller]
fn calls(alice: &mut Phone, answers: &Answers<'_>) -> (CallId, String, String) {
    let call = alice.dial("+1 (206) 555-1111");
    let first = alice.sends("INVITE sip:+12065551111@example.com SIP/2.0");
    alice.answer(&first, answers.challenge);
    alice.sends("ACK sip:+12065551111@example.com SIP/2.0");
    let invite = alice.sends("INVITE sip:+12065551111@example.com SIP/2.0");
    for provisional in answers.provisional {
        alice.answer(&invite, provisional);
    }
    alice.answer(&invite, answers.ok);
    let ack = alice.sends("ACK ");
    (call, invite, ack)
}

/// Hangs up: the BYE goes to this target by this route, and its answer ends the call.
#[track_caller]
fn hangs_up(alice: &mut Phone, call: CallId, target: &str, routes: &[&str]) {
    alice.ignore_events();
    alice.hang_up(call);
    let bye = alice.sends(&format!("BYE {target} SIP/2.0\r\n"));
    assert_eq!(all(&bye, "Route"), routes);
    alice.answer(&bye, "200 OK");
    alice.told(&["bye", "terminated -", "settled"]);
    alice.comes_to_rest();
}

/// Is called; with the 200 and after the ACK. The answers tell the way back as it was recorded.
#[track_caller]
fn answers(alice: &mut Phone, invite: &str, ack: &str) -> (CallId, String) {
    alice.hear(invite);
    let ringing = alice.sends("SIP/2.0 180 Ringing\r\n");
    alice.told(&["incoming"]);
    let call = alice.agent.active_call().unwrap();
    alice.accept(call);
    let ok = alice.sends("SIP/2.0 200 OK\r\n");
    let recorded: Vec<_> =
        invite.lines().filter_map(|line| line.trim().strip_prefix("Record-Route: ")).collect();
    assert_eq!(all(&ringing, "Record-Route").join(", "), recorded.join(", "));
    assert_eq!(all(&ok, "Record-Route").join(", "), recorded.join(", "));
    alice.hear_about(&ok, ack);
    alice.told(&["call connecting", "accepted 200", "settled"]);
    assert_eq!(alice.confirmed, 1);
    (call, ok)
}

/// A request to nobody in a dialog, such as a server sends to keep a way open, gets this answer; nothing is told.
#[track_caller]
fn pings(request: &str, status: &str) {
    let mut alice = Phone::registered();
    for number in ["1", "2"] {
        alice.hear(&request.replace("{n}", number));
        let answer = alice.sends(&format!("SIP/2.0 {status}"));
        assert!(field(&answer, "To").contains(";tag="), "{answer}");
        assert_eq!(field(&answer, "Call-ID"), format!("ping-{number}"));
    }
    alice.told(&[]);
}
