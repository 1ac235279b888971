//! The stateful proxy of RFC 3261 §16: calls and messages from tab to tab.

mod support;
use support::{
    OFFER, World, cancel, field, find_field, in_dialog, in_dialog_of_callee, invite, register, request,
    response,
};
use telnyx_device_loopback::core::ConnectionId;

const ANSWER: &str = "v=0\n";

/// alice has invited bob; what she sent, and what each of his tabs got.
fn called(world: &mut World, alice: ConnectionId, bobs: &[ConnectionId]) -> (String, Vec<String>) {
    let sent = world.send_as(alice, "alice", &invite("sip:bob@localhost", "alice", "a.invalid"));
    world.expect(alice, "SIP/2.0 100");
    let got = bobs.iter().map(|bob| world.expect(*bob, "INVITE sip:bob@")).collect();
    (sent, got)
}

fn contact(host: &str) -> String {
    format!("Contact: <sip:bob@{host};transport=ws>\n")
}

#[test]
fn alice_calls_bob_and_either_hangs_up() {
    for hangs_up in ["alice", "bob"] {
        let mut world = World::new();
        let alice = world.registered("alice", "a.invalid");
        let bob = world.registered("bob", "b.invalid");
        let (_, got) = called(&mut world, alice, &[bob]);
        let got = &got[0];
        assert!(got.starts_with("INVITE sip:bob@b.invalid;transport=ws SIP/2.0"));
        assert_eq!(got.matches("Via: ").count(), 2);
        assert_eq!(field(got, "Max-Forwards"), "69");
        assert_eq!(field(got, "Record-Route"), "<sip:127.0.0.1:8080;transport=ws;lr>");
        assert!(find_field(got, "Proxy-Authorization").is_none(), "credentials are passed on:\n{got}");
        assert!(got.ends_with(OFFER));

        world.send(bob, &response(got, "180 Ringing", "bob1", &contact("b.invalid"), ""));
        assert_eq!(world.expect(alice, "SIP/2.0 180").matches("Via: ").count(), 1);
        world.send(bob, &response(got, "200 OK", "bob1", &contact("b.invalid"), ANSWER));
        let ok = world.expect(alice, "SIP/2.0 200");
        world.send(alice, &in_dialog("ACK", 2, &ok, "", ""));
        let ack = world.expect(bob, "ACK sip:bob@b.invalid;transport=ws SIP/2.0");
        assert!(find_field(&ack, "Route").is_none());

        let (from, to, bye) = match hangs_up {
            "alice" => (alice, bob, in_dialog("BYE", 3, &ok, "", "")),
            _ => (bob, alice, in_dialog_of_callee("BYE", 1, got, "bob1")),
        };
        world.send(from, &bye);
        let bye = world.expect(to, "BYE sip:");
        world.send(to, &response(&bye, "200 OK", "", "", ""));
        world.expect(from, "SIP/2.0 200");
        world.expect_quiet();
        world.advance(64_000);
        assert!(world.is_idle());
    }
}

#[test]
fn every_tab_of_bob_rings_and_the_first_to_answer_has_the_call() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bobs = [world.registered("bob", "b1.invalid"), world.registered("bob", "b2.invalid")];
    let (_, got) = called(&mut world, alice, &bobs);
    for (bob, got) in bobs.iter().zip(&got) {
        world.send(*bob, &response(got, "180 Ringing", "x", "", ""));
        world.expect(alice, "SIP/2.0 180");
    }
    world.send(bobs[1], &response(&got[1], "200 OK", "x", &contact("b2.invalid"), ANSWER));
    world.expect(alice, "SIP/2.0 200");
    let canceled = world.expect(bobs[0], "CANCEL sip:bob@b1.invalid");
    assert_eq!(field(&canceled, "Via"), field(&got[0], "Via"));
    world.send(bobs[0], &response(&canceled, "200 OK", "x", "", ""));
    world.send(bobs[0], &response(&got[0], "487 Request Terminated", "x", "", ""));
    world.expect(bobs[0], "ACK ");
    world.expect_quiet();
}

#[test]
fn of_several_refusals_the_best_is_told() {
    for (first, second, told) in [
        ("480 Gone", "486 Busy Here", "486"),
        ("603 Decline", "486 Busy Here", "603"),
        ("500 Broken", "404 Not Found", "404"),
        ("302 Moved", "486 Busy Here", "302"),
        ("503 Overloaded", "503 Overloaded", "500"),
    ] {
        let mut world = World::new();
        let alice = world.registered("alice", "a.invalid");
        let bobs = [world.registered("bob", "b1.invalid"), world.registered("bob", "b2.invalid")];
        let (_, got) = called(&mut world, alice, &bobs);
        world.send(bobs[1], &response(&got[1], "180 Ringing", "2", "", ""));
        world.expect(alice, "SIP/2.0 180");
        world.send(bobs[0], &response(&got[0], first, "1", "", ""));
        world.expect(bobs[0], "ACK ");
        if first.starts_with('6') {
            world.expect(bobs[1], "CANCEL ");
        }
        world.expect_quiet();
        world.send(bobs[1], &response(&got[1], second, "2", "", ""));
        world.expect(bobs[1], "ACK ");
        world.expect(alice, &format!("SIP/2.0 {told}"));
    }
}

#[test]
fn a_cancel_goes_to_every_tab_and_waits_for_those_that_have_not_rung() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bobs = [world.registered("bob", "b1.invalid"), world.registered("bob", "b2.invalid")];
    let (sent, got) = called(&mut world, alice, &bobs);
    world.send(bobs[0], &response(&got[0], "180 Ringing", "1", "", ""));
    world.expect(alice, "SIP/2.0 180");
    world.send(alice, &cancel(&sent));
    world.expect(alice, "SIP/2.0 200");
    world.expect(bobs[0], "CANCEL ");
    world.expect_quiet();
    world.send(bobs[1], &response(&got[1], "180 Ringing", "2", "", ""));
    world.expect(bobs[1], "CANCEL ");
    world.expect(alice, "SIP/2.0 180");
    for (bob, got) in bobs.iter().zip(&got) {
        world.send(*bob, &response(got, "487 Request Terminated", "1", "", ""));
        world.expect(*bob, "ACK ");
    }
    world.expect(alice, "SIP/2.0 487");
    world.advance(64_000);
    world.expect_quiet();
    assert!(world.is_idle());
}

#[test]
fn a_cancel_that_crosses_the_answer_changes_nothing() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bob = world.registered("bob", "b.invalid");
    let (sent, got) = called(&mut world, alice, &[bob]);
    world.send(bob, &response(&got[0], "200 OK", "1", &contact("b.invalid"), ANSWER));
    world.expect(alice, "SIP/2.0 200");
    world.send(alice, &cancel(&sent));
    world.expect(alice, "SIP/2.0 200");
    world.expect_quiet();
    world.send(alice, &cancel(&sent.replace("z9hG4bK", "z9hG4bKother")));
    world.expect(alice, "SIP/2.0 481");
}

#[test]
fn nobody_there_is_said_at_once() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    for (target, status) in [
        ("sip:bob@localhost", "480"),
        ("sip:nobody@localhost", "404"),
        ("sip:bob@gone.invalid;transport=ws", "480"),
        ("tel:+1-201-555-0123", "404"),
    ] {
        let again = invite(target, "alice", "a.invalid")
            .replace("z9hG4bK", &format!("z9hG4bK-{status}-{}", target.len()));
        world.send_as(alice, "alice", &again.replace("Call-ID: ", &format!("Call-ID: {}", target.len())));
        world.expect(alice, &format!("SIP/2.0 {status}"));
    }
}

#[test]
fn a_tab_that_goes_away_while_it_rings_is_not_waited_for() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bob = world.registered("bob", "b.invalid");
    let (_, got) = called(&mut world, alice, &[bob]);
    world.send(bob, &response(&got[0], "180 Ringing", "1", "", ""));
    world.expect(alice, "SIP/2.0 180");
    world.disconnect(bob);
    world.expect(alice, "SIP/2.0 480");
    world.advance(400_000);
    assert!(world.is_idle());
}

#[test]
fn a_caller_that_goes_away_stops_the_ringing() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bob = world.registered("bob", "b.invalid");
    let (_, got) = called(&mut world, alice, &[bob]);
    world.send(bob, &response(&got[0], "180 Ringing", "1", "", ""));
    world.disconnect(alice);
    world.expect(bob, "CANCEL ");
}

#[test]
fn ringing_ends_by_timer_c() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bob = world.registered("bob", "b.invalid");
    let (_, got) = called(&mut world, alice, &[bob]);
    world.send(bob, &response(&got[0], "180 Ringing", "1", "", ""));
    world.expect(alice, "SIP/2.0 180");
    world.advance(199_000);
    world.expect_quiet();
    world.advance(2_000);
    world.expect(bob, "CANCEL ");
    world.advance(32_000);
    world.expect(alice, "SIP/2.0 408");
    world.advance(64_000);
    assert!(world.is_idle());
}

#[test]
fn a_call_goes_on_over_a_new_connection() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bob = world.registered("bob", "b.invalid");
    let (_, got) = called(&mut world, alice, &[bob]);
    world.send(bob, &response(&got[0], "200 OK", "1", &contact("b.invalid"), ANSWER));
    let ok = world.expect(alice, "SIP/2.0 200");
    world.send(alice, &in_dialog("ACK", 2, &ok, "", ""));
    world.expect(bob, "ACK ");

    world.disconnect(bob);
    world.send(alice, &in_dialog("INFO", 3, &ok, "", ""));
    world.expect(alice, "SIP/2.0 430");
    let bob = world.connect();
    world.send_as(bob, "bob", &register("bob", "b.invalid", 10, "Expires: 600\n"));
    world.expect(bob, "SIP/2.0 200");
    world.send(alice, &in_dialog("INFO", 4, &ok, "", ""));
    world.expect(bob, "INFO sip:bob@b.invalid");
}

#[test]
fn a_message_goes_to_every_tab_and_the_first_answer_back() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bobs = [world.registered("bob", "b1.invalid"), world.registered("bob", "b2.invalid")];
    let text =
        request("MESSAGE", "sip:bob@localhost", "alice", "a.invalid", "Content-Type: text/plain\n", "Hello");
    world.send_as(alice, "alice", &text);
    for bob in bobs {
        let got = world.expect(bob, "MESSAGE sip:bob@");
        assert!(got.ends_with("\r\n\r\nHello"));
        assert!(find_field(&got, "Record-Route").is_none());
        world.send(bob, &response(&got, "200 OK", "x", "", ""));
    }
    world.expect(alice, "SIP/2.0 200");
    world.expect_quiet();
}

#[test]
fn who_hears_nothing_is_told_so() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    world.registered("bob", "b.invalid");
    world.send_as(alice, "alice", &invite("sip:bob@localhost", "alice", "a.invalid"));
    world.expect(alice, "SIP/2.0 100");
    world.advance(32_000);
    world.expect(alice, "SIP/2.0 408");
}

#[test]
fn what_a_proxy_must_refuse_it_refuses() {
    let plain = |more: &str| request("OPTIONS", "sip:bob@localhost", "alice", "a.invalid", more, "");
    let mut world = World::new();
    let alice = world.connect();
    for (text, status) in [
        (plain("Proxy-Require: gymnastics\n"), "420"),
        (plain("").replace("sip:bob@localhost SIP", "http://localhost SIP"), "416"),
        (plain("Via: SIP/2.0/WS 127.0.0.1:8080;branch=z9hG4bKwashere\n"), "482"),
        (request("PUBLISH", "sip:localhost", "alice", "a.invalid", "", ""), "405"),
    ] {
        let text = text.replace("z9hG4bK-", &format!("z9hG4bK-{status}"));
        world.send(alice, &text.replace("Call-ID: ", &format!("Call-ID: {status}")));
        let refused = world.expect(alice, &format!("SIP/2.0 {status}"));
        assert_eq!(find_field(&refused, "Unsupported").as_deref(), (status == "420").then_some("gymnastics"));
    }
}

#[test]
fn the_last_hop_is_this_server() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    world.registered("bob", "b.invalid");
    let hopless = |target| invite(target, "alice", "a.invalid").replace("Forwards: 70", "Forwards: 0");
    world.send_as(alice, "alice", &hopless("sip:bob@localhost"));
    world.expect(alice, "SIP/2.0 483");
    let other = hopless("sip:busy@localhost").replace("z9hG4bK", "z9hG4bKother");
    world.send_as(alice, "alice", &other.replace("CSeq: 1 ", "CSeq: 11 "));
    world.expect(alice, "SIP/2.0 486");
}

#[test]
fn challenges_of_every_tab_are_passed_on_together() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bobs = [world.registered("bob", "b1.invalid"), world.registered("bob", "b2.invalid")];
    let (_, got) = called(&mut world, alice, &bobs);
    world.send(
        bobs[0],
        &response(&got[0], "401 Who", "1", "WWW-Authenticate: Digest realm=\"1\", nonce=\"1\"\n", ""),
    );
    world.send(
        bobs[1],
        &response(&got[1], "407 Who", "2", "Proxy-Authenticate: Digest realm=\"2\", nonce=\"2\"\n", ""),
    );
    let told = world.expect(alice, "SIP/2.0 401");
    assert_eq!(field(&told, "WWW-Authenticate"), "Digest realm=\"1\", nonce=\"1\"");
    assert_eq!(field(&told, "Proxy-Authenticate"), "Digest realm=\"2\", nonce=\"2\"");
}

#[test]
fn a_contact_is_not_taken_from_the_connection_that_has_it() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    let bob = world.registered("bob", "b.invalid");
    let (_, got) = called(&mut world, alice, &[bob]);
    world.send(bob, &response(&got[0], "200 OK", "1", &contact("b.invalid"), ANSWER));
    let ok = world.expect(alice, "SIP/2.0 200");
    let thief = world.connect();
    world.send(thief, &in_dialog("INFO", 9, &ok, &contact("b.invalid"), ""));
    world.expect(bob, "INFO ");
    world.send(alice, &in_dialog("BYE", 10, &ok, "", ""));
    world.expect(bob, "BYE ");
    world.expect_quiet_of(thief);
}

#[test]
fn only_the_account_itself_sends_in_its_name() {
    let mut world = World::new();
    let alice = world.registered("alice", "a.invalid");
    world.registered("bob", "b.invalid");
    world.send_as(alice, "alice", &request("MESSAGE", "sip:bob@localhost", "carol", "a.invalid", "", ""));
    world.expect(alice, "SIP/2.0 403");
    let nameless = request("OPTIONS", "sip:bob@localhost", "alice", "n.invalid", "", "")
        .replace("<sip:alice@localhost>;tag", "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag");
    world.send_as(alice, "alice", &nameless);
    world.expect_quiet_of(alice);
}

#[test]
fn the_server_itself_answers_options_without_a_password() {
    let mut world = World::new();
    let tab = world.connect();
    world.send(tab, &request("OPTIONS", "sip:localhost", "alice", "a.invalid", "", ""));
    assert!(field(&world.expect(tab, "SIP/2.0 200"), "Allow").contains("INVITE"));
}
