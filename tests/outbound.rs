//! What a registrar grants besides the binding, and what is done with it: Outbound, GRUU, Service-Route, push
//! (RFC 3327, 3608, 5626, 5627, 8599).

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)] // also in the helpers

mod common;

use common::{BOB, INVITE, Phone, SDP, config, field, seconds};
use telnyx_device::agent::{Config, Event, InviteOptions, Output};

const UUID: &str = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
const PUBLIC: &str = "sip:alice@example.com;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
const TEMPORARY: &str = "sip:tgruu.7hs==jd7vnzga5w7fajsc7-ajd6fabz0f8g5@example.com;gr";
const GRUUS: &str = "200 OK\nContact: {Contact};expires=600\
    ;pub-gruu=\"sip:alice@example.com;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"\
    ;temp-gruu=\"sip:tgruu.7hs==jd7vnzga5w7fajsc7-ajd6fabz0f8g5@example.com;gr\"";

/// alice's phone, whose name is `UUID`, with the REGISTER that has just left.
fn registering() -> (Phone, String) {
    let mut alice = Phone::with(Config { instance: Some(UUID.into()), ..config() });
    alice.start();
    alice.open();
    alice.register();
    alice.ignore_events();
    let register = alice.sends("REGISTER");
    (alice, register)
}

/// The same, answered so.
fn granted(answer: &str) -> Phone {
    let (mut alice, register) = registering();
    alice.answer(&register, answer);
    alice.ignore_events();
    alice
}

fn anonymously(alice: &mut Phone) -> String {
    let options = InviteOptions { anonymous: true, ..InviteOptions::default() };
    alice.agent.invite(alice.now, "bob", options).unwrap();
    alice.drain();
    alice.sends("INVITE")
}

#[test]
fn a_register_names_the_device_and_the_flow() {
    let (_, register) = registering();
    let contact = field(&register, "Contact");
    assert!(
        contact.ends_with(&format!(".invalid;transport=ws>;+sip.instance=\"<urn:uuid:{UUID}>\";reg-id=1")),
        "{contact}"
    );
    assert_eq!(field(&register, "Supported"), "path, gruu, outbound");
}

#[test]
fn a_device_without_a_name_makes_one_up_and_keeps_it() {
    let mut alice = Phone::registered();
    let refresh = alice.sends_later("REGISTER");
    let uuid = field(&refresh, "Contact").split("<urn:uuid:").nth(1).unwrap().get(..36).unwrap();
    assert_eq!(uuid.as_bytes()[14], b'4', "version 4: {uuid}");
    alice.answer(&refresh, "200 OK");
    assert!(alice.sends_later("REGISTER").contains(uuid));
}

#[test]
fn what_a_push_service_needs_is_in_the_registered_contact_only() {
    // RFC 8599 §4.1
    let push = [("pn-provider", "webpush"), ("pn-prid", "a:b/c;d"), ("pn-purr", ""), ("Route", "x")];
    let push = push.map(|(name, value)| (name.into(), value.into())).to_vec();
    let mut alice = Phone::with(Config { push, ..config() });
    alice.start();
    alice.open();
    alice.register();
    let register = alice.sends("REGISTER");
    let contact = field(&register, "Contact");
    assert!(contact.contains(";pn-provider=webpush;pn-prid=a:b/c%3Bd;pn-purr>;+sip.instance="), "{contact}");
    alice.answer(&register, "200 OK\nContact: {Contact};expires=70, <sip:alice@192.0.2.9>;expires=5");
    alice.ignore_events();
    alice.dial("bob");
    assert!(!alice.sends("INVITE").contains("pn-"));
}

#[test]
fn a_push_service_that_the_server_does_not_know_is_refused_for_good() {
    // RFC 8599 §8.1
    let (mut alice, register) = registering();
    alice.answer(&register, "555 Push Notification Service Not Supported");
    alice.told(&["registrationFailed SIP Failure Code", "settled SIP Failure Code"]);
    alice.comes_to_rest();
}

#[test]
fn the_flow_is_our_address_where_the_registrar_keeps_to_it() {
    // RFC 5626 §4.3
    let mut alice = granted("200 OK\nRequire: outbound\nContact: {Contact};expires=600");
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    assert!(field(&invite, "Contact").ends_with(".invalid;transport=ws;ob>"), "{invite}");
    alice.hear(INVITE);
    let ringing = alice.sends("SIP/2.0 180");
    assert!(field(&ringing, "Contact").ends_with(";ob>"), "{ringing}");
    alice.register();
    let refresh = alice.sends("REGISTER");
    assert!(!refresh.contains(";ob"), "{refresh}");
}

#[test]
fn without_outbound_a_contact_says_nothing_of_flows() {
    let mut alice = granted("200 OK\nSupported: outbound\nContact: {Contact};expires=600");
    alice.dial("bob");
    assert!(field(&alice.sends("INVITE"), "Contact").ends_with(";transport=ws>"));
}

#[test]
fn the_time_that_a_silent_flow_lives_is_told() {
    let (mut alice, register) = registering();
    let Some(socket) = alice.socket else { panic!("no socket") };
    let line = |name| format!("{name}: {}", field(&register, name));
    let lines = ["Via", "From", "To", "Call-ID", "CSeq"].map(line).join("\r\n");
    let frame = format!("SIP/2.0 200 OK\r\n{lines};x=y\r\nRequire: outbound\r\nFlow-Timer: 120\r\n\r\n");
    let frame = frame.replace("REGISTER;x=y", "REGISTER").into_bytes();
    alice.agent.handle_input(alice.now, telnyx_device::agent::Input::Received { socket, frame });
    let mut told = std::iter::from_fn(|| alice.agent.poll_output());
    let flow_timer = told.find_map(|output| match output {
        Output::Event(Event::Registered { flow_timer, .. }) => Some(flow_timer),
        _ => None,
    });
    assert_eq!(flow_timer, Some(Some(120)));
}

#[test]
fn a_first_hop_without_outbound_is_asked_without() {
    // RFC 5626 §11.6
    let (mut alice, register) = registering();
    alice.answer(&register, "439 First Hop Lacks Outbound Support");
    let again = alice.sends("REGISTER");
    assert_eq!(field(&again, "Supported"), "path, gruu");
    assert!(field(&again, "Contact").ends_with(&format!("+sip.instance=\"<urn:uuid:{UUID}>\"")), "{again}");
    alice.answer(&again, "200 OK");
    alice.told(&["registered 600 refresh false", "settled"]);
    let refresh = alice.sends_later("REGISTER");
    assert!(!refresh.contains("reg-id"), "{refresh}");
    // Refused even so: that is the end of it.
    alice.answer(&refresh, "439 First Hop Lacks Outbound Support");
    alice.told(&["registrationFailed SIP Failure Code", "unregistered SIP Failure Code"]);
    alice.comes_to_rest();
}

#[test]
fn the_next_connection_may_lead_to_a_first_hop_with_outbound() {
    let (mut alice, register) = registering();
    alice.answer(&register, "439 First Hop Lacks Outbound Support");
    alice.sends("REGISTER");
    alice.pass(seconds(10));
    alice.lose_socket();
    alice.open();
    assert!(alice.sends("REGISTER").contains(";reg-id=1"));
}

#[test]
fn a_failed_flow_is_tried_again() {
    // RFC 5626 §11.5
    let (mut alice, register) = registering();
    alice.answer(&register, "430 Flow Failed");
    alice.told(&["registrationFailed Unavailable", "settled Unavailable"]);
    let again = alice.sends_later("REGISTER");
    alice.answer(&again, "200 OK");
    alice.told(&["registered 600 refresh false"]);
}

#[test]
fn calls_carry_the_public_gruu_to_their_end() {
    // RFC 5627 §4.4
    let mut alice = granted(GRUUS);
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE");
    let contact = format!("<{PUBLIC}>");
    assert_eq!(field(&invite, "Contact"), contact);
    assert!(field(&invite, "Supported").contains("gruu"), "{invite}");
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    // The connection is lost, and with it the registration; what is said in the dialog waits for the next.
    alice.pass(seconds(40));
    alice.lose_socket();
    alice.open();
    let register = alice.sends("REGISTER");
    alice.agent.hold(alice.now, call).unwrap();
    alice.drain();
    alice.sends_nothing();
    alice.answer(&register, GRUUS);
    assert_eq!(field(&alice.sends("INVITE sip:bob@b.invalid"), "Contact"), contact);
}

#[test]
fn answers_carry_the_public_gruu() {
    let mut alice = granted(GRUUS);
    alice.hear(INVITE);
    assert_eq!(field(&alice.sends("SIP/2.0 180"), "Contact"), format!("<{PUBLIC}>"));
}

#[test]
fn an_anonymous_call_does_not_tell_who_we_are() {
    let mut alice = granted(GRUUS);
    let invite = anonymously(&mut alice);
    assert_eq!(field(&invite, "Contact"), format!("<{TEMPORARY}>"));
    alice.answer(&invite, BOB);
    let ack = alice.sends("ACK");
    alice.hear_in_dialog(
        &ack,
        "INVITE 5",
        &format!("Contact: <sip:bob@b.invalid>\nContent-Type: application/sdp\n\n{SDP}"),
    );
    let ok = alice.sends("SIP/2.0 200");
    assert_eq!(field(&ok, "Contact"), format!("<{TEMPORARY}>"));

    let mut alice = granted("200 OK\nContact: {Contact};expires=600;pub-gruu=\"sip:alice@example.com;gr=x\"");
    assert!(!field(&anonymously(&mut alice), "Contact").contains("alice"), "not the public one in its place");
}

#[test]
fn the_latest_gruus_count_and_none_without_a_binding() {
    let mut alice = granted(GRUUS);
    let refresh = alice.sends_later("REGISTER");
    alice.answer(&refresh, &GRUUS.replace("7hs==jd7", "newer"));
    assert!(field(&anonymously(&mut alice), "Contact").starts_with("<sip:tgruu.newervnz"));
    alice.unregister();
    let remove = alice.sends("REGISTER");
    alice.answer(&remove, "200 OK");
    alice.dial("bob");
    assert!(field(&alice.sends("INVITE"), "Contact").ends_with(".invalid;transport=ws>"));
}

#[test]
fn a_gruu_that_is_no_sip_address_is_none() {
    let mut alice = granted("200 OK\nContact: {Contact};pub-gruu=\"tel:+1\";temp-gruu=\"?\"");
    alice.dial("bob");
    assert!(field(&alice.sends("INVITE"), "Contact").ends_with(".invalid;transport=ws>"));
}

#[test]
fn requests_outside_dialogs_go_the_service_route() {
    // RFC 3608 §5
    let mut alice = granted(
        "200 OK\nService-Route: <sip:orig@scscf.example.com;lr>, <sip:b.example.com;lr>\nService-Route: <sip:c;lr>",
    );
    let routes =
        "Route: <sip:orig@scscf.example.com;lr>\r\nRoute: <sip:b.example.com;lr>\r\nRoute: <sip:c;lr>\r\n";
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE sip:bob@example.com");
    assert!(invite.contains(routes), "{invite}");
    alice.answer(
        &invite,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"p\", nonce=\"n\"",
    );
    alice.sends("ACK");
    let again = alice.sends("INVITE");
    assert_eq!(again.matches("Route: ").count(), 3, "{again}");
    alice.answer(&again, "180 Ringing");
    alice.hang_up(call);
    assert!(alice.sends("CANCEL").contains(routes), "the way of its INVITE");
    alice.write_to("bob", "hello");
    assert!(alice.sends("MESSAGE").contains(routes));
}

#[test]
fn registrations_and_dialogs_go_their_own_ways() {
    let mut alice = granted("200 OK\nService-Route: <sip:orig@scscf.example.com;lr>");
    alice.dial("bob");
    let invite = alice.sends("INVITE");
    alice.answer(&invite, &BOB.replacen('\n', "\nRecord-Route: <sip:p;lr>\n", 1));
    let ack = alice.sends("ACK");
    assert_eq!(field(&ack, "Route"), "<sip:p;lr>");
    let refresh = alice.sends_later("REGISTER");
    assert!(!refresh.contains("Route: "), "{refresh}");
    alice.answer(&refresh, "200 OK");
    alice.write_to("bob", "hello");
    assert!(!alice.sends("MESSAGE").contains("Route: "), "the latest answer counts, and it has none");
}

#[test]
fn the_name_of_the_device_may_be_said_before_it_connects() {
    let mut alice = Phone::new();
    alice.register();
    alice.agent.set_instance(UUID);
    alice.open();
    assert!(field(&alice.sends("REGISTER"), "Contact").contains(&format!("<urn:uuid:{UUID}>")));
}

#[test]
fn a_service_route_may_begin_with_a_strict_router() {
    // RFC 3608 §6.1, RFC 3261 §12.2.1.1
    let mut alice = granted("200 OK\nService-Route: <sip:old.example.com>, <sip:b.example.com;lr>");
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE sip:old.example.com SIP/2.0");
    let to = |uri: &str| format!("Route: <sip:b.example.com;lr>\r\nRoute: <sip:{uri}@example.com>\r\n");
    assert!(invite.contains(&to("bob")), "{invite}");
    assert_eq!(field(&invite, "To"), "<sip:bob@example.com>");
    alice.answer(&invite, "302 Moved Temporarily\nContact: <sip:carol@example.com>");
    alice.sends("ACK sip:old.example.com SIP/2.0");
    alice.agent.redirect(alice.now, call, Some("sip:carol@example.com")).unwrap();
    alice.drain();
    let again = alice.sends("INVITE sip:old.example.com SIP/2.0");
    assert!(again.contains(&to("carol")) && again.matches("Route: ").count() == 2, "{again}");
}
