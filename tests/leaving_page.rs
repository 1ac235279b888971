//! The page goes away, for ever or into the back/forward cache: what it says on its way out needs no answer.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Browser, Phone, config, field, seconds};
use telnyx_device::agent::{CallStatus, Config, Input};

fn leave(alice: &mut Phone, persisted: bool) {
    alice.input(Input::PageHidden { persisted });
}

/// What a device tells whose connection is closed.
const CLOSED: &str = "disconnected 1000 retry false";

#[test]
fn a_registered_device_takes_its_binding_along() {
    let mut alice = Phone::registered();
    leave(&mut alice, false);
    let remove = alice.sends("REGISTER");
    assert_eq!(field(&remove, "Expires"), "0");
    alice.told(&["unregistered -", CLOSED]);
    assert_eq!(alice.socket, None, "closed");
    assert!(!alice.agent.is_up() && !alice.agent.is_away());
    alice.input(Input::PageShown);
    alice.comes_to_rest();
}

#[test]
fn a_call_gets_its_bye_at_once() {
    for (mut alice, call, _) in [Phone::calling_bob(), Phone::answering_bob()] {
        leave(&mut alice, false);
        alice.sends("BYE sip:bob@b.invalid");
        alice.told(&["bye", "terminated -", CLOSED]);
        alice.asked(&["release"]);
        assert_eq!(alice.agent.call_status(call), CallStatus::Ended);
        alice.comes_to_rest();
    }
}

#[test]
fn what_is_said_carries_the_credentials_that_are_known() {
    let mut alice = Phone::connected();
    let challenge =
        |status, field| format!("{status}\n{field}: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"");
    alice.register();
    let register = alice.sends("REGISTER");
    alice.answer(&register, &challenge("401 Unauthorized", "WWW-Authenticate"));
    let register = alice.sends("REGISTER");
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, &challenge("407 Proxy Authentication Required", "Proxy-Authenticate"));
    alice.sends("ACK");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, common::BOB);
    alice.sends("ACK");
    alice.ignore_events();
    leave(&mut alice, false);
    let bye = alice.sends("BYE");
    assert!(field(&bye, "Proxy-Authorization").contains("nc=00000002"), "{bye}");
    let remove = alice.sends("REGISTER");
    assert!(field(&remove, "Authorization").contains("nc=00000002"), "{remove}");
    alice.told(&["bye", "terminated -", "unregistered -", CLOSED]);
    alice.comes_to_rest();
}

#[test]
fn a_call_that_rings_there_is_canceled() {
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, "180 Ringing");
    alice.ignore_events();
    leave(&mut alice, false);
    let cancel = alice.sends("CANCEL");
    assert_eq!(field(&cancel, "Via"), field(&invite, "Via"));
    alice.told(&["cancel", "rejected 0 Canceled", "failed Canceled", "terminated Canceled", CLOSED]);
    alice.comes_to_rest();
}

#[test]
fn a_call_of_which_nobody_has_said_anything_yet_is_canceled_all_the_same() {
    let mut alice = Phone::connected();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.ignore_events();
    // It was hung up before, and waits for a provisional response.
    let call = alice.agent.active_call().unwrap();
    alice.hang_up(call);
    alice.sends_nothing();
    leave(&mut alice, false);
    let cancel = alice.sends("CANCEL");
    assert_eq!(field(&cancel, "Via"), field(&invite, "Via"));
    let end = ["cancel", "rejected 0 Canceled", "failed Canceled", "terminated Canceled", "settled", CLOSED];
    alice.told(&end);
    alice.comes_to_rest();
}

#[test]
fn a_call_whose_invite_has_not_left_ends_without_a_word() {
    let mut alice = Phone::connected();
    alice.description = Browser::Waits;
    alice.dial("bob");
    alice.ignore_events();
    leave(&mut alice, false);
    alice.sends_nothing();
    alice.told(&["cancel", "rejected 0 Canceled", "failed Canceled", "terminated Canceled", CLOSED]);
    alice.comes_to_rest();
}

#[test]
fn a_call_that_rings_here_is_refused() {
    let (mut alice, ..) = Phone::called_by_bob();
    leave(&mut alice, false);
    alice.sends("SIP/2.0 480 ");
    alice.told(&["rejected 480 Unavailable", "failed Unavailable", "terminated Unavailable", CLOSED]);
    alice.comes_to_rest();
}

#[test]
fn a_bye_does_not_wait_for_the_ack_of_our_2xx() {
    let (mut alice, call, _) = Phone::called_by_bob();
    alice.accept(call);
    alice.sends("SIP/2.0 200 OK");
    alice.ignore_events();
    leave(&mut alice, false);
    alice.sends("BYE");
    alice.told(&["bye", "terminated -", CLOSED]);
    alice.comes_to_rest();
}

#[test]
fn a_page_that_comes_back_from_the_cache_connects_and_registers_again() {
    let mut alice = Phone::registered();
    leave(&mut alice, true);
    alice.sends("REGISTER");
    alice.told(&["unregistered -", "disconnected 1000 retry true"]);
    assert!(alice.agent.is_away());
    alice.now = alice.now + seconds(100_000);
    alice.input(Input::PageShown);
    alice.open();
    let register = alice.sends("REGISTER");
    assert_eq!(field(&register, "Expires"), "600");
    alice.answer(&register, "200 OK\nExpires: 600");
    alice.told(&["connecting 1", "connected", "registered 600 refresh false"]);
    assert!(alice.agent.is_up() && !alice.agent.is_away());
}

#[test]
fn what_waits_for_a_connection_comes_back_without_one_likewise() {
    let mut alice = Phone::new();
    alice.register();
    alice.lose_socket();
    alice.ignore_events();
    leave(&mut alice, true);
    alice.told(&["disconnected 1000 retry true"]);
    alice.input(Input::PageShown);
    alice.open();
    alice.sends("REGISTER");
    alice.told(&["connecting 1", "connected"]);
}

#[test]
fn a_device_that_was_down_or_stopping_stays_so() {
    let mut alice = Phone::new();
    leave(&mut alice, true);
    alice.input(Input::PageShown);
    assert_eq!(alice.socket, None);

    let mut alice = Phone::registered();
    alice.stop();
    alice.sends("REGISTER");
    leave(&mut alice, true);
    alice.told(&["unregistered -", CLOSED, "settled"]);
    alice.input(Input::PageShown);
    alice.comes_to_rest();
}

#[test]
fn a_device_that_is_stopped_while_the_page_goes_away_stays_down() {
    let mut alice = Phone::registered();
    leave(&mut alice, true);
    alice.sends("REGISTER");
    alice.ignore_events();
    alice.stop();
    alice.told(&["settled"]);
    alice.input(Input::PageShown);
    alice.comes_to_rest();
    assert_eq!(alice.socket, None);
    alice.start();
    alice.open();
    alice.sends("REGISTER");
}

#[test]
fn a_device_that_is_let_go_ends_its_calls_as_they_stand() {
    let (mut alice, call, ok) = Phone::answering_bob();
    alice.dial("carol");
    alice.sends("INVITE sip:bob@b.invalid"); // on hold
    let invite = alice.sends("INVITE sip:carol@example.com");
    alice.ignore_events();
    alice.agent.quit(alice.now);
    alice.drain();
    let bye = alice.sends("BYE");
    assert_eq!(field(&bye, "Call-ID"), field(&ok, "Call-ID"));
    assert_eq!(field(&alice.sends("CANCEL"), "Via"), field(&invite, "Via"));
    assert_eq!(alice.agent.call_status(call), CallStatus::Ended);
    let canceled = ["cancel", "rejected 0 Canceled", "failed Canceled", "terminated Canceled"];
    alice.told(&[&["bye", "terminated -"][..], &canceled, &[CLOSED]].concat());
    alice.comes_to_rest();
}

#[test]
fn a_call_that_the_next_page_is_to_find_is_not_hung_up() {
    let mut alice = Phone::with(Config { persist: true, ..config() });
    alice.start();
    alice.open();
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, common::BOB);
    alice.sends("ACK");
    alice.dial("carol");
    alice.sends("INVITE sip:bob@b.invalid"); // on hold
    alice.sends("INVITE sip:carol@example.com");
    alice.ignore_events();
    leave(&mut alice, false);
    alice.sends("CANCEL sip:carol@example.com");
    alice.sends_nothing();
    alice.told(&["cancel", "rejected 0 Canceled", "failed Canceled", "terminated Canceled"]);
    assert_eq!(alice.agent.calls().len(), 1);
    // The user has hung up, so there is nothing to find.
    let call = alice.agent.active_call().unwrap();
    alice.hang_up(call);
    alice.sends("BYE");
    alice.ignore_events();
    leave(&mut alice, false);
    alice.told(&[CLOSED]);
    alice.comes_to_rest();
}

/// The files of a folder and the folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn nothing_keeps_a_page_out_of_the_cache() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in ["src", "www/src"].iter().flat_map(|folder| files(&root.join(folder))) {
        let text = fs::read_to_string(&file).unwrap();
        for listened in ["\"unload\"", "\"beforeunload\"", "onunload", "onbeforeunload"] {
            assert!(!text.contains(listened), "{} listens to {listened}", file.display());
        }
    }
}
