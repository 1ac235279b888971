//! A phone with two flows (RFC 5626): bound by each, called once, and found by the one that is left.

mod support;
use support::{World, field, find_field, invite, register, request};
use telnyx_device_loopback::core::ConnectionId;

/// A REGISTER of alice's one device by its flow with this number.
fn register_by(flow: u32, cseq: u32, expires: u32) -> String {
    let more = format!("Supported: path, outbound\nExpires: {expires}\n");
    register("alice", "a.invalid", cseq, &more)
        .replace("transport=ws>", &format!("transport=ws>;+sip.instance=\"<urn:uuid:1>\";reg-id={flow}"))
        .replace("register-a", &format!("register-{flow}-a"))
        .replace("-ra", &format!("-{flow}ra"))
        .replace("-a.invalid-r", &format!("-a.invalid-{flow}-r"))
}

fn with_two_flows(world: &mut World) -> [ConnectionId; 2] {
    [1, 2].map(|flow| {
        let connection = world.connect();
        world.send_as(connection, "alice", &register_by(flow, 1, 600));
        assert_eq!(field(&world.expect(connection, "SIP/2.0 200"), "Require"), "outbound");
        connection
    })
}

fn bindings(ok: &str) -> Vec<&str> {
    ok.lines()
        .filter(|line| line.starts_with("Contact: "))
        .filter_map(|it| it.split(";reg-id=").nth(1))
        .collect()
}

#[test]
fn a_flow_is_a_binding_of_its_own_and_removed_alone() {
    let mut world = World::new();
    let [one, two] = with_two_flows(&mut world);
    world.send_as(one, "alice", &register_by(1, 10, 60));
    assert_eq!(bindings(&world.expect(one, "SIP/2.0 200")), ["1;expires=60", "2;expires=600"]);
    world.send_as(one, "alice", &register_by(1, 20, 0));
    assert_eq!(bindings(&world.expect(one, "SIP/2.0 200")), ["2;expires=600"]);
    world.disconnect(two);
    world.send_as(one, "alice", &register_by(1, 30, 60));
    assert_eq!(bindings(&world.expect(one, "SIP/2.0 200")), ["1;expires=60"]);
}

#[test]
fn who_names_no_flow_is_promised_none() {
    let mut world = World::new();
    let tab = world.connect();
    let named =
        register("alice", "a.invalid", 1, "").replace("ws>", "ws>;+sip.instance=\"<urn:uuid:1>\";reg-id=1");
    world.send_as(tab, "alice", &named);
    assert!(find_field(&world.expect(tab, "SIP/2.0 200"), "Require").is_none(), "it supports no outbound");
}

#[test]
fn one_device_is_called_once_and_by_the_flow_that_is_left() {
    let mut world = World::new();
    let bob = world.registered("bob", "b.invalid");
    let [one, two] = with_two_flows(&mut world);
    world.send_as(bob, "bob", &invite("sip:alice@localhost", "bob", "b.invalid"));
    world.expect(one, "INVITE sip:alice@a.invalid");
    world.expect_quiet_of(two);
    world.expect(bob, "SIP/2.0 100");
    world.disconnect(one);
    world.expect(bob, "SIP/2.0 480");
    let message = request("MESSAGE", "sip:alice@localhost", "bob", "b.invalid", "", "");
    world.send_as(bob, "bob", &message);
    world.expect(two, "MESSAGE sip:alice@a.invalid");
}

#[test]
fn a_contact_of_two_flows_is_reached_by_the_one_that_is_left() {
    let mut world = World::new();
    let bob = world.registered("bob", "b.invalid");
    let [one, two] = with_two_flows(&mut world);
    world.disconnect(two);
    let message = request("MESSAGE", "sip:alice@a.invalid", "bob", "b.invalid", "", "");
    world.send_as(bob, "bob", &message);
    world.expect(one, "MESSAGE sip:alice@a.invalid");
}
