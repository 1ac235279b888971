//! What goes wrong when it is ordered to, in the core.

mod support;
use support::{World, authorized, field, find_field, invite, register, request, response};
use telnyx_device::{
    message::{Method, StatusCode},
    time::Duration,
};
use telnyx_device_loopback::core::{Answer, ConnectionId, Direction, Fault, Harm, HarmKind, Output};

fn harm(kind: HarmKind, direction: Direction) -> Harm {
    Harm { kind, direction, count: 1, method: None, user: None }
}

fn message(world: &mut World, alice: ConnectionId, number: u32) {
    let (host, text) = (format!("{number}.invalid"), "Content-Type: text/plain\n");
    let request = request("MESSAGE", "sip:bob@localhost", "alice", &host, text, &number.to_string());
    world.send_as(alice, "alice", &request);
}

#[test]
fn a_dropped_message_does_not_come_and_the_next_one_does() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bob = world.registered("bob", "b.invalid");
    let dropped = Harm {
        method: Some(Method::Message),
        user: Some("bob".into()),
        ..harm(HarmKind::Drop, Direction::Out)
    };
    world.fault(Fault::Harm(dropped));
    message(&mut world, alice, 1);
    world.expect_quiet_of(bob);
    message(&mut world, alice, 2);
    assert!(world.expect(bob, "MESSAGE ").ends_with("\r\n\r\n2"));
}

#[test]
fn what_a_client_sends_can_be_lost_repeated_and_late() {
    let mut world = World::new();
    let tab = world.connect();
    let options = |number| request("OPTIONS", "sip:localhost", "alice", &format!("{number}.invalid"), "", "");
    world.fault(Fault::Harm(harm(HarmKind::Drop, Direction::In)));
    world.fault(Fault::Harm(Harm { count: 2, ..harm(HarmKind::Repeat, Direction::In) }));
    world.fault(Fault::Harm(harm(HarmKind::Delay(Duration::from_millis(700)), Direction::In)));
    world.send(tab, &options(1));
    world.expect_quiet();
    for number in [2, 3] {
        world.send(tab, &options(number));
        // Over a WebSocket a transaction ends with its answer (RFC 3261 §17.2.2), so the second one is answered anew.
        world.expect(tab, "SIP/2.0 200");
        world.expect(tab, "SIP/2.0 200");
    }
    world.send(tab, &options(4));
    world.advance(699);
    world.expect_quiet();
    world.send(tab, &options(5));
    assert!(world.expect(tab, "SIP/2.0 200").contains("5.invalid"), "others overtake it");
    world.advance(1);
    assert!(world.expect(tab, "SIP/2.0 200").contains("4.invalid"));
}

#[test]
fn a_corrupted_message_is_another_one_and_keep_alives_pass() {
    let mut world = World::new();
    let tab = world.connect();
    world.fault(Fault::Harm(harm(HarmKind::Corrupt, Direction::Out)));
    world.send(tab, "\r\n\r\n");
    assert_eq!(world.take(tab), "\r\n");
    world.send(tab, &request("OPTIONS", "sip:localhost", "alice", "a.invalid", "", ""));
    let corrupted = world.take(tab);
    assert!(!corrupted.starts_with("SIP/2.0 200"), "{corrupted}");
    world.fault(Fault::Harm(Harm {
        count: 2,
        ..harm(HarmKind::Delay(Duration::from_secs(9)), Direction::Out)
    }));
    world.send(tab, &request("OPTIONS", "sip:localhost", "alice", "b.invalid", "", ""));
    world.expect_quiet();
    world.fault(Fault::Heal);
    world.expect(tab, "SIP/2.0 200");
    world.send(tab, &request("OPTIONS", "sip:localhost", "alice", "c.invalid", "", ""));
    world.expect(tab, "SIP/2.0 200");
}

#[test]
fn what_is_held_back_for_a_lost_connection_is_lost_with_it() {
    let mut world = World::new();
    let tab = world.connect();
    world.fault(Fault::Harm(harm(HarmKind::Delay(Duration::from_secs(1)), Direction::In)));
    world.send(tab, &request("OPTIONS", "sip:localhost", "alice", "a.invalid", "", ""));
    world.disconnect(tab);
    assert!(world.is_idle());
}

#[test]
fn the_next_requests_of_a_method_get_the_status_that_was_ordered() {
    let mut world = World::new();
    let tab = world.connect();
    world.fault(Fault::Answer(Answer {
        status: StatusCode::SERVICE_UNAVAILABLE,
        reason: Some("Gone Fishing".into()),
        retry_after: Some(7),
        count: 2,
        method: Some(Method::Register),
        user: None,
    }));
    world.send(tab, &request("OPTIONS", "sip:localhost", "alice", "a.invalid", "", ""));
    world.expect(tab, "SIP/2.0 200");
    for number in [1, 2] {
        world.send(tab, &register("alice", "a.invalid", number, ""));
        let refused = world.expect(tab, "SIP/2.0 503 Gone Fishing\r\n");
        assert_eq!(field(&refused, "Retry-After"), "7");
    }
    world.send(tab, &register("alice", "a.invalid", 3, ""));
    world.expect(tab, "SIP/2.0 401");
}

#[test]
fn an_answer_that_is_for_one_user_is_given_over_no_other_connection() {
    let mut world = World::new();
    let (alice, bob) = (world.registered("alice", "a.invalid"), world.registered("bob", "b.invalid"));
    let question = |user: &str, host: &str| request("OPTIONS", "sip:localhost", user, host, "", "");
    world.fault(Fault::Answer(Answer {
        status: StatusCode::SERVICE_UNAVAILABLE,
        reason: None,
        retry_after: None,
        count: 1,
        method: None,
        user: Some("alice".into()),
    }));
    world.send(bob, &question("bob", "b.invalid"));
    world.expect(bob, "SIP/2.0 200");
    world.send(alice, &question("alice", "a.invalid"));
    world.expect(alice, "SIP/2.0 503");
    world.send(alice, &question("alice", "c.invalid"));
    world.expect(alice, "SIP/2.0 200");
}

#[test]
fn an_expired_nonce_is_stale() {
    let mut world = World::new();
    let tab = world.connect();
    let first = register("alice", "a.invalid", 1, "");
    world.send(tab, &first);
    let challenged = world.expect(tab, "SIP/2.0 401");
    assert!(!field(&challenged, "WWW-Authenticate").contains("stale"));
    world.fault(Fault::ExpireNonces);
    let second = authorized(&first, &challenged, "alice", "alice-pass");
    world.send(tab, &second);
    let challenged = world.expect(tab, "SIP/2.0 401");
    assert!(field(&challenged, "WWW-Authenticate").contains("stale=true"));
    let third = register("alice", "a.invalid", 3, "");
    world.send(tab, &authorized(&third, &challenged, "alice", "alice-pass"));
    world.expect(tab, "SIP/2.0 200");
}

#[test]
fn whose_binding_is_forgotten_cannot_be_called() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bob = world.registered("bob", "b.invalid");
    world.fault(Fault::ForgetBindings(Some("bob".into())));
    world.send_as(alice, "alice", &invite("sip:bob@localhost", "alice", "a.invalid"));
    world.expect(alice, "SIP/2.0 480");
    world.expect_quiet_of(bob);
    world.send_as(bob, "bob", &invite("sip:alice@localhost", "bob", "b.invalid"));
    world.expect(alice, "INVITE ");
}

#[test]
fn a_restart_with_memory_knows_bindings_that_it_cannot_reach() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bob = world.registered("bob", "b.invalid");
    world.fault(Fault::Restart { keeps_memory: true });
    world.disconnect(alice);
    world.disconnect(bob);

    let alice = world.connect();
    world.send_as(alice, "alice", &register("alice", "a2.invalid", 1, ""));
    let ok = world.expect(alice, "SIP/2.0 200");
    assert!(ok.contains("a.invalid") && ok.contains("a2.invalid"), "{ok}");
    world.send_as(alice, "alice", &invite("sip:bob@localhost", "alice", "a2.invalid"));
    world.expect(alice, "SIP/2.0 480");
    // The call-ID and number of the binding are remembered, too.
    let bob = world.connect();
    world.send_as(bob, "bob", &register("bob", "b.invalid", 1, ""));
    world.expect(bob, "SIP/2.0 500");
    world.send_as(bob, "bob", &register("bob", "b.invalid", 10, ""));
    world.expect(bob, "SIP/2.0 200");
    world.send_as(alice, "alice", &request("INVITE", "sip:bob@localhost", "alice", "a3.invalid", "", ""));
    world.expect(alice, "SIP/2.0 100");
    world.expect(bob, "INVITE ");
}

#[test]
fn a_restart_without_memory_knows_nothing() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bob = world.registered("bob", "b.invalid");
    world.send_as(alice, "alice", &invite("sip:echo@localhost", "alice", "a.invalid"));
    let (media, ..) = world.asked_media();
    world.answer_media(media, Ok(support::OFFER));
    let ok = world.expect(alice, "SIP/2.0 200");
    world.send(alice, &support::in_dialog("ACK", 2, &ok, "", ""));
    world.fault(Fault::Restart { keeps_memory: false });
    assert_eq!(world.media.pop_front(), Some(Output::EndMedia(media)));
    world.disconnect(alice);
    world.disconnect(bob);
    assert!(world.is_idle());

    let alice = world.connect();
    world.send_as(alice, "alice", &register("alice", "a2.invalid", 1, ""));
    let known = world.expect(alice, "SIP/2.0 200");
    assert!(!known.contains("sip:alice@a.invalid"), "{known}");
    world.send(alice, &support::in_dialog("BYE", 3, &ok, "", ""));
    world.expect(alice, "SIP/2.0 481");
}

#[test]
fn a_call_finds_its_way_once_both_ends_are_bound_again() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bob = world.registered("bob", "b.invalid");
    world.send_as(alice, "alice", &invite("sip:bob@localhost", "alice", "a.invalid"));
    world.expect(alice, "SIP/2.0 100");
    let got = world.expect(bob, "INVITE ");
    world.send(bob, &response(&got, "200 OK", "b", "Contact: <sip:bob@b.invalid;transport=ws>\n", ""));
    let ok = world.expect(alice, "SIP/2.0 200");
    world.send(alice, &support::in_dialog("ACK", 2, &ok, "", ""));
    world.expect(bob, "ACK ");
    for keeps_memory in [true, false] {
        world.fault(Fault::Restart { keeps_memory });
    }
    world.disconnect(alice);
    world.disconnect(bob);
    let (alice, bob) = (world.registered("alice", "a.invalid"), world.registered("bob", "b.invalid"));
    world.send(alice, &support::in_dialog("BYE", 3, &ok, "", ""));
    let bye = world.expect(bob, "BYE ");
    assert!(find_field(&bye, "Route").is_none());
}
