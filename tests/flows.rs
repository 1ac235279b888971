//! Two connections at once, each to another server, with a binding of its own: RFC 5626.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)] // also in the helpers

mod common;

use common::{BOB, INVITE, Phone, config, field, seconds};
use telnyx_device::agent::{CallId, Config, Input, SocketId};

const UUID: &str = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
const OUTBOUND: &str = "200 OK\nRequire: outbound\nContact: {Contact};expires=600";
const GRUU: &str = "200 OK\nRequire: outbound\nContact: {Contact};expires=600\
    ;pub-gruu=\"sip:alice@example.com;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"";

/// alice's phone, with a socket to each of two servers.
struct Alice {
    phone: Phone,
    one: SocketId,
    two: SocketId,
}

fn with_two(keep_alive_interval: u32) -> Phone {
    let servers = ["wss://one", "wss://two"].map(Into::into).to_vec();
    Phone::with(Config { flows: 2, servers, instance: Some(UUID.into()), keep_alive_interval, ..config() })
}

/// The socket that was asked for last.
fn asked_for(phone: &Phone) -> SocketId {
    phone.socket.unwrap()
}

/// Connects, has the binding of that connection granted, and gives the socket.
fn register_first(phone: &mut Phone, granted: &str) -> SocketId {
    phone.register();
    let one = asked_for(phone);
    bind(phone, granted);
    one
}

/// Opens the connection that was asked for, and has its binding granted.
fn bind(phone: &mut Phone, granted: &str) {
    phone.open();
    let register = phone.sends("REGISTER");
    phone.answer(&register, granted);
}

impl Alice {
    /// Registered by both, which the registrar grants so.
    fn registered(granted: &str) -> Self {
        Self::registered_by(with_two(0), granted)
    }

    fn registered_by(mut phone: Phone, granted: &str) -> Self {
        let one = register_first(&mut phone, granted);
        let two = asked_for(&phone);
        bind(&mut phone, granted);
        phone.ignore_events();
        let mut alice = Self { phone, one, two };
        alice.outlasts_doubt();
        alice
    }

    /// Until no connection is too young to be tried again at once, and no 2xx is left that may want its ACK again.
    fn outlasts_doubt(&mut self) {
        if self.phone.agent.poll_timeout().is_some_and(|(_, reason)| reason != "keep-alive") {
            self.phone.pass(seconds(40));
        }
    }

    /// In a call that alice has placed to bob.
    fn calling_bob(granted: &str) -> (Self, CallId) {
        let mut alice = Self::registered(granted);
        let call = alice.phone.dial("bob");
        let invite = alice.sends(alice.one, "INVITE");
        alice.answer(alice.one, &invite, BOB);
        alice.sends(alice.one, "ACK");
        alice.phone.ignore_events();
        alice.outlasts_doubt();
        (alice, call)
    }

    /// The next message, which goes by this socket.
    #[track_caller]
    fn sends(&mut self, by: SocketId, start: &str) -> String {
        let message = self.phone.sends(start);
        assert_eq!(self.phone.by, Some(by), "{message}");
        message
    }

    #[track_caller]
    fn hear(&mut self, by: SocketId, text: &str) {
        self.phone.socket = Some(by);
        self.phone.hear(text);
    }

    #[track_caller]
    fn answer(&mut self, by: SocketId, request: &str, status: &str) {
        self.phone.socket = Some(by);
        self.phone.answer(request, status);
    }

    /// The network takes this one away.
    fn lose(&mut self, socket: SocketId) {
        let reason = String::new();
        self.phone.input(Input::SocketClosed { socket, code: 1006, reason, was_clean: false });
    }

    fn is_registered(&self) -> bool {
        self.phone.agent.is_registered(self.phone.now)
    }
}

fn contact_of(register: &str) -> &str {
    field(register, "Contact")
}

#[test]
fn both_flows_are_registered_under_one_name_and_two_numbers() {
    let mut phone = with_two(0);
    phone.register();
    assert_eq!(phone.server, "wss://one");
    let one = asked_for(&phone);
    phone.open();
    let first = phone.sends("REGISTER");
    assert!(contact_of(&first).ends_with(&format!(";+sip.instance=\"<urn:uuid:{UUID}>\";reg-id=1")));
    assert_eq!(asked_for(&phone), one, "nobody knows yet whether a second one is of any use");
    phone.answer(&first, OUTBOUND);
    assert_eq!(phone.server, "wss://two");
    phone.told(&["connecting 1", "connected", "registered 600 refresh false", "settled", "connecting 1"]);
    phone.open();
    let second = phone.sends("REGISTER");
    assert_eq!(phone.by, phone.socket);
    assert!(contact_of(&second).ends_with(&format!(";+sip.instance=\"<urn:uuid:{UUID}>\";reg-id=2")));
    assert_eq!(field(&second, "Supported"), "path, gruu, outbound");
    let both = format!("{OUTBOUND}, {};expires=60", contact_of(&first));
    phone.answer(&second, &both);
    phone.told(&["connected", "registered 600 refresh false"]);
}

#[test]
fn a_hold_leaves_by_the_second_flow_in_the_moment_in_which_the_first_is_lost() {
    let (mut alice, call) = Alice::calling_bob(GRUU);
    let now = alice.phone.now;
    alice.lose(alice.one);
    alice.phone.hold(call);
    assert!(alice.sends(alice.two, "INVITE sip:bob@b.invalid").contains("CSeq: 2 INVITE"));
    assert_eq!(alice.phone.now, now);
    alice.phone.told(&["disconnected 1006 retry true", "connecting 1", "inviting"]);
    assert!(alice.is_registered());
}

#[test]
fn whoever_knows_the_gruu_finds_us_by_the_other_flow_and_is_told_nothing() {
    let (mut alice, call) = Alice::calling_bob(GRUU);
    alice.lose(alice.one);
    alice.phone.sends_nothing();
    alice.phone.told(&["disconnected 1006 retry true", "connecting 1"]);
    alice.phone.hang_up(call);
    alice.sends(alice.two, "BYE");
}

#[test]
fn whoever_knows_the_flow_only_is_told_of_the_other_one_at_once() {
    let (mut alice, call) = Alice::calling_bob(OUTBOUND);
    alice.lose(alice.one);
    let refresh = alice.sends(alice.two, "INVITE sip:bob@b.invalid");
    assert!(contact_of(&refresh).ends_with(";ob>"), "{refresh}");
    alice.phone.told(&["disconnected 1006 retry true", "recovering signaling", "connecting 1", "inviting"]);
    alice.answer(alice.two, &refresh, BOB);
    alice.sends(alice.two, "ACK");
    alice.phone.told(&["recovered signaling"]);
    alice.phone.lives(call);
}

#[test]
fn what_has_no_answer_is_asked_again_by_the_other_flow() {
    let mut alice = Alice::registered(GRUU);
    alice.phone.write_to("bob", "Hello");
    let first = alice.sends(alice.one, "MESSAGE");
    alice.lose(alice.one);
    let again = alice.sends(alice.two, "MESSAGE");
    assert_eq!(first, again);
    alice.answer(alice.two, &again, "200 OK");
    alice.phone.told(&["disconnected 1006 retry true", "connecting 1", "settled"]);
}

#[test]
fn a_lost_flow_comes_back_and_what_works_is_left_alone() {
    let mut alice = Alice::registered(GRUU);
    alice.lose(alice.one);
    assert_eq!(alice.phone.server, "wss://one", "the other server is taken");
    let back = asked_for(&alice.phone);
    alice.phone.open();
    let register = alice.sends(back, "REGISTER");
    assert!(contact_of(&register).ends_with(";reg-id=1"), "{register}");
    alice.answer(back, &register, GRUU);
    alice.phone.told(&[
        "disconnected 1006 retry true",
        "connecting 1",
        "connected",
        "registered 600 refresh false",
    ]);
    alice.phone.write_to("bob", "Hello");
    alice.sends(alice.two, "MESSAGE");
    alice.lose(alice.two);
    alice.sends(back, "MESSAGE");
}

#[test]
fn a_server_that_is_gone_is_tried_again_and_never_is_the_other_one_taken_twice() {
    let mut alice = Alice::registered(GRUU);
    alice.lose(alice.one);
    for _ in 0..5 {
        let tried = asked_for(&alice.phone);
        assert_eq!(alice.phone.server, "wss://one");
        alice.lose(tried);
        alice.phone.socket = None;
        while alice.phone.socket.is_none() {
            let (at, _) = alice.phone.agent.poll_timeout().unwrap();
            alice.phone.pass(at.since(alice.phone.now));
        }
    }
    assert!(alice.is_registered() && alice.phone.agent.is_connected());
}

#[test]
fn only_the_loss_of_both_ends_the_registration() {
    let (mut alice, call) = Alice::calling_bob(GRUU);
    alice.lose(alice.two);
    alice.phone.told(&["disconnected 1006 retry true", "connecting 1"]);
    let second = asked_for(&alice.phone);
    alice.lose(alice.one);
    alice.phone.told(&[
        "disconnected 1006 retry true",
        "unregistered Connection Error",
        "recovering signaling",
        "connecting 1",
    ]);
    assert!(!alice.is_registered() && !alice.phone.agent.is_connected());
    // Whichever opens first has everything.
    alice.phone.input(Input::SocketOpened(second));
    let register = alice.sends(second, "REGISTER");
    alice.phone.sends_nothing();
    alice.answer(second, &register, GRUU);
    let refresh = alice.sends(second, "INVITE sip:bob@b.invalid");
    alice.answer(second, &refresh, BOB);
    alice.sends(second, "ACK");
    alice.phone.told(&["connected", "registered 600 refresh false", "inviting", "recovered signaling"]);
    alice.phone.lives(call);
}

#[test]
fn an_answer_goes_by_the_flow_of_its_request() {
    let mut alice = Alice::registered(GRUU);
    alice.hear(alice.two, INVITE);
    alice.sends(alice.two, "SIP/2.0 180");
    let call = alice.phone.agent.active_call().unwrap();
    // The flow in use has nothing to do with it.
    alice.lose(alice.one);
    alice.phone.told(&["incoming", "disconnected 1006 retry true", "connecting 1"]);
    alice.phone.accept(call);
    let ok = alice.sends(alice.two, "SIP/2.0 200 OK");
    alice.phone.socket = Some(alice.two);
    alice.phone.hear_in_dialog(&ok, "ACK 1", "");
    alice.phone.told(&["call connecting", "accepted 200", "settled"]);
    alice.phone.hang_up(call);
    alice.sends(alice.two, "BYE");
}

#[test]
fn a_call_goes_by_the_flow_that_it_came_by() {
    let mut alice = Alice::registered(OUTBOUND);
    alice.hear(alice.two, INVITE);
    alice.sends(alice.two, "SIP/2.0 180");
    let call = alice.phone.agent.active_call().unwrap();
    alice.phone.accept(call);
    let ok = alice.sends(alice.two, "SIP/2.0 200 OK");
    alice.phone.socket = Some(alice.two);
    alice.phone.hear_in_dialog(&ok, "ACK 1", "");
    alice.phone.hold(call);
    let hold = alice.sends(alice.two, "INVITE");
    alice.answer(alice.two, &hold, BOB);
    alice.sends(alice.two, "ACK");
    alice.phone.ignore_events();
    alice.outlasts_doubt();
    alice.lose(alice.two);
    alice.sends(alice.one, "INVITE");
    alice.phone.told(&["disconnected 1006 retry true", "recovering signaling", "connecting 1", "inviting"]);
}

#[test]
fn a_call_that_comes_by_both_flows_rings_once() {
    // RFC 3261 §8.2.2.2
    let mut alice = Alice::registered(GRUU);
    alice.hear(alice.one, INVITE);
    alice.sends(alice.one, "SIP/2.0 180");
    alice.hear(alice.two, &INVITE.replace("z9hG4bKcall", "z9hG4bKfork"));
    alice.sends(alice.two, "SIP/2.0 482");
    alice.phone.told(&["incoming"]);
}

#[test]
fn a_call_that_rang_by_a_lost_flow_rings_again_where_the_server_tries_the_other() {
    let mut alice = Alice::registered(GRUU);
    alice.hear(alice.one, INVITE);
    alice.sends(alice.one, "SIP/2.0 180");
    alice.lose(alice.one);
    let lost = ["failed Connection Error", "terminated Connection Error"];
    alice.phone.told(&["incoming", "disconnected 1006 retry true", lost[0], lost[1], "connecting 1"]);
    alice.hear(alice.two, &INVITE.replace("z9hG4bKcall", "z9hG4bKfork"));
    alice.sends(alice.two, "SIP/2.0 180");
    alice.phone.told(&["incoming"]);
}

#[test]
fn each_flow_is_asked_whether_it_lives() {
    let alice = Alice::registered_by(with_two(25), GRUU);
    for (dead, living) in [(alice.one, alice.two), (alice.two, alice.one)] {
        let mut alice = Alice::registered_by(with_two(25), GRUU);
        let mut asked = Vec::new();
        while asked.len() < 2 {
            alice.phone.sends_later("\r\n\r\n");
            asked.extend(alice.phone.by);
            alice.phone.socket = Some(living);
            alice.phone.hear_bytes(b"\r\n");
        }
        assert!(asked.contains(&dead) && asked.contains(&living), "{asked:?}");
        alice.phone.pass(seconds(8));
        alice.phone.hear_bytes(b"\r\n");
        alice.phone.pass(seconds(3));
        alice.phone.told(&["disconnected 1006 retry true", "connecting 1"]);
        assert!(alice.is_registered());
    }
}

#[test]
fn a_registrar_that_keeps_no_flows_gets_one() {
    let mut phone = with_two(0);
    let one = register_first(&mut phone, "200 OK\nContact: {Contact};expires=600");
    phone.told(&["connecting 1", "connected", "registered 600 refresh false", "settled", "KeepsNoFlows"]);
    let refresh = phone.sends_later("REGISTER");
    phone.answer(&refresh, "200 OK\nContact: {Contact};expires=600");
    phone.told(&["registered 600 refresh true"]);
    assert_eq!(asked_for(&phone), one);
}

#[test]
fn a_first_hop_that_knows_no_flows_gets_no_second() {
    // RFC 5626 §11.6
    let mut phone = with_two(0);
    let one = register_first(&mut phone, GRUU);
    phone.ignore_events();
    let two = asked_for(&phone);
    phone.open();
    let register = phone.sends("REGISTER");
    phone.answer(&register, "439 First Hop Lacks Outbound Support");
    phone.told(&[
        "connected",
        "registrationFailed SIP Failure Code",
        "KeepsNoFlows",
        "disconnected 1000 retry false",
    ]);
    assert!(phone.agent.is_registered(phone.now));
    phone.socket = Some(one);
    let refresh = phone.sends_later("REGISTER");
    phone.answer(&refresh, GRUU);
    phone.told(&["registered 600 refresh true"]);
    assert_ne!(phone.socket, Some(two));
}

#[test]
fn unregistering_removes_both_bindings() {
    let mut alice = Alice::registered(GRUU);
    alice.phone.unregister();
    let first = alice.sends(alice.one, "REGISTER");
    let second = alice.sends(alice.two, "REGISTER");
    for (register, flow) in [(&first, ";reg-id=1"), (&second, ";reg-id=2")] {
        assert!(register.contains("Expires: 0") && contact_of(register).ends_with(flow), "{register}");
    }
    alice.answer(alice.one, &first, "200 OK");
    alice.phone.told(&[]);
    alice.answer(alice.two, &second, "200 OK");
    alice.phone.told(&["unregistered -", "settled", "disconnected 1000 retry false"]);
    assert!(alice.phone.agent.is_connected());
}

#[test]
fn a_flow_that_is_lost_while_its_binding_is_removed_does_not_come_back() {
    let mut alice = Alice::registered(GRUU);
    alice.phone.unregister();
    let first = alice.sends(alice.one, "REGISTER");
    alice.sends(alice.two, "REGISTER");
    alice.lose(alice.two);
    let given_up = "disconnected 1000 retry false";
    alice.phone.told(&["disconnected 1006 retry true", "connecting 1", given_up]);
    alice.answer(alice.one, &first, "200 OK");
    alice.phone.told(&["unregistered -", "settled"]);
    alice.phone.comes_to_rest();
}

#[test]
fn stopping_closes_both_connections() {
    let mut alice = Alice::registered(GRUU);
    alice.phone.stop();
    let first = alice.sends(alice.one, "REGISTER");
    let second = alice.sends(alice.two, "REGISTER");
    alice.answer(alice.one, &first, "200 OK");
    alice.answer(alice.two, &second, "200 OK");
    let closed = "disconnected 1000 retry false";
    alice.phone.told(&["unregistered -", closed, closed, "settled"]);
    alice.phone.comes_to_rest();
    alice.phone.register();
    assert_eq!(alice.phone.server, "wss://one");
}

#[test]
fn stopping_lets_go_of_a_second_connection_that_is_on_its_way() {
    let mut phone = with_two(0);
    let one = register_first(&mut phone, GRUU);
    assert_ne!(asked_for(&phone), one, "the second is on its way");
    phone.ignore_events();
    phone.stop();
    let closed = "disconnected 1000 retry false";
    phone.told(&[closed]);
    phone.socket = Some(one);
    let removal = phone.sends("REGISTER");
    phone.answer(&removal, "200 OK");
    phone.told(&["unregistered -", closed, "settled"]);
    phone.comes_to_rest();
}
