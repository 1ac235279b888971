//! REGISTER as RFC 3261 §10.3 has it, and the door before it.

mod support;
use support::{World, authorized, field, find_field, register};

fn contacts(ok: &str) -> Vec<&str> {
    ok.lines().filter_map(|line| line.strip_prefix("Contact: ")).collect()
}

#[test]
fn a_right_password_registers_and_a_wrong_one_is_asked_again() {
    let mut world = World::new();
    let tab = world.connect();
    let first = register("alice", "a.invalid", 1, "Expires: 300\n");
    world.send(tab, &first);
    let challenged = world.expect(tab, "SIP/2.0 401");
    assert!(field(&challenged, "WWW-Authenticate").contains("realm=\"localhost\""));
    assert!(field(&challenged, "To").contains(";tag="));

    world.send(tab, &authorized(&first, &challenged, "alice", "wrong"));
    let challenged = world.expect(tab, "SIP/2.0 401");
    let third = register("alice", "a.invalid", 3, "Expires: 300\n");
    world.send(tab, &authorized(&third, &challenged, "alice", "alice-pass"));
    let ok = world.expect(tab, "SIP/2.0 200");
    assert_eq!(contacts(&ok), ["<sip:alice@a.invalid;transport=ws>;expires=300"]);
}

#[test]
fn nobody_registers_in_another_s_name() {
    let mut world = World::new();
    let tab = world.connect();
    let request = register("bob", "a.invalid", 1, "");
    world.send(tab, &request);
    let challenged = world.expect(tab, "SIP/2.0 401");
    world.send(tab, &authorized(&request, &challenged, "alice", "alice-pass"));
    world.expect(tab, "SIP/2.0 403");
    let request = register("mallory", "a.invalid", 5, "");
    world.send(tab, &request);
    let challenged = world.expect(tab, "SIP/2.0 401");
    world.send(tab, &authorized(&request, &challenged, "mallory", "x"));
    world.expect(tab, "SIP/2.0 401");
}

#[test]
fn a_refresh_lengthens_and_time_ends_a_binding() {
    let mut world = World::new();
    let tab = world.registered("alice", "a.invalid");
    let other = world.registered("alice", "b.invalid");
    world.advance(500_000);
    world.send_as(tab, "alice", &register("alice", "a.invalid", 10, "Expires: 600\n"));
    let ok = world.expect(tab, "SIP/2.0 200");
    assert_eq!(
        contacts(&ok),
        ["<sip:alice@a.invalid;transport=ws>;expires=600", "<sip:alice@b.invalid;transport=ws>;expires=100"]
    );
    world.advance(100_000);
    world.send_as(other, "alice", &register("alice", "c.invalid", 10, "Expires: 60\n"));
    let ok = world.expect(other, "SIP/2.0 200");
    assert_eq!(
        contacts(&ok),
        ["<sip:alice@a.invalid;transport=ws>;expires=500", "<sip:alice@c.invalid;transport=ws>;expires=60"]
    );
}

#[test]
fn expires_0_removes_one_and_a_star_all() {
    let mut world = World::new();
    let tab = world.registered("alice", "a.invalid");
    world.registered("alice", "b.invalid");
    world.send_as(tab, "alice", &register("alice", "a.invalid", 10, "Expires: 0\n"));
    let ok = world.expect(tab, "SIP/2.0 200");
    assert_eq!(contacts(&ok), ["<sip:alice@b.invalid;transport=ws>;expires=600"]);

    let star = |expires| {
        register("alice", "a.invalid", 20, expires).replace("<sip:alice@a.invalid;transport=ws>", "*")
    };
    world.send_as(tab, "alice", &star("Expires: 10\n"));
    world.expect(tab, "SIP/2.0 400");
    world.send_as(tab, "alice", &star("Expires: 0\n").replace("CSeq: 20", "CSeq: 30"));
    let ok = world.expect(tab, "SIP/2.0 200");
    assert!(find_field(&ok, "Contact").is_none());
}

#[test]
fn what_comes_late_changes_nothing() {
    let mut world = World::new();
    let tab = world.connect();
    world.send_as(tab, "alice", &register("alice", "a.invalid", 10, "Expires: 600\n"));
    world.expect(tab, "SIP/2.0 200");
    world.send_as(tab, "alice", &register("alice", "a.invalid", 5, "Expires: 0\n"));
    world.expect(tab, "SIP/2.0 500");
    let query =
        register("alice", "q.invalid", 1, "").replace("Contact: <sip:alice@q.invalid;transport=ws>\n", "");
    world.send_as(tab, "alice", &query);
    assert_eq!(
        contacts(&world.expect(tab, "SIP/2.0 200")),
        ["<sip:alice@a.invalid;transport=ws>;expires=600"]
    );
}

#[test]
fn a_time_too_short_is_refused_with_the_shortest() {
    let mut world = World::new();
    let tab = world.connect();
    world.send_as(tab, "alice", &register("alice", "a.invalid", 1, "Expires: 5\n"));
    assert_eq!(field(&world.expect(tab, "SIP/2.0 423"), "Min-Expires"), "10");
}

#[test]
fn a_binding_goes_with_its_connection() {
    let mut world = World::new();
    let tab = world.registered("alice", "a.invalid");
    let other = world.registered("alice", "b.invalid");
    world.disconnect(tab);
    world.send_as(other, "alice", &register("alice", "b.invalid", 10, "Expires: 60\n"));
    assert_eq!(
        contacts(&world.expect(other, "SIP/2.0 200")),
        ["<sip:alice@b.invalid;transport=ws>;expires=60"]
    );
}

#[test]
fn a_ping_is_answered_and_garbage_is_not() {
    let mut world = World::new();
    let tab = world.connect();
    world.send(tab, "\n\n");
    assert_eq!(world.take(tab), "\r\n");
    world.send(tab, "hello");
    world.expect_quiet();
}
