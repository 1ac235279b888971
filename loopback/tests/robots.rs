//! The robots, and how they end.

mod support;
use support::{OFFER, World, cancel, field, in_dialog, invite, request, response};
use telnyx_device_loopback::core::{ConnectionId, Output, Sound};

const SDP: &str = "Content-Type: application/sdp\n";

fn calling(world: &mut World, robot: &str) -> (ConnectionId, String) {
    let alice = world.connect();
    let sent =
        world.send_as(alice, "alice", &invite(&format!("sip:{robot}@localhost"), "alice", "a.invalid"));
    (alice, sent)
}

#[test]
fn echo_answers_and_takes_a_bye() {
    let mut world = World::new();
    let (alice, _) = calling(&mut world, "echo");
    let (media, sound, offer) = world.asked_media();
    assert_eq!((sound, offer.as_str()), (Sound::Echo, OFFER));
    world.expect_quiet();
    world.answer_media(media, Ok("v=0\r\n"));
    let ok = world.expect(alice, "SIP/2.0 200");
    assert_eq!(field(&ok, "Contact"), "<sip:echo@127.0.0.1:8080;transport=ws>");
    assert!(ok.ends_with("\r\n\r\nv=0\r\n"));
    world.send(alice, &in_dialog("ACK", 2, &ok, "", ""));
    world.advance(60_000);
    world.expect_quiet();
    world.send(alice, &in_dialog("INFO", 3, &ok, "", ""));
    world.expect(alice, "SIP/2.0 200");
    world.send(alice, &in_dialog("REFER", 4, &ok, "", ""));
    world.expect(alice, "SIP/2.0 405");
    world.send(alice, &in_dialog("BYE", 4, &ok, "", ""));
    world.expect(alice, "SIP/2.0 500"); // its number was used
    world.send(alice, &in_dialog("BYE", 5, &ok, "", ""));
    world.expect(alice, "SIP/2.0 200");
    assert_eq!(world.media.pop_front(), Some(Output::EndMedia(media)));
    world.send(alice, &in_dialog("BYE", 6, &ok, "", ""));
    world.expect(alice, "SIP/2.0 481");
    world.advance(64_000);
    assert!(world.is_idle());
}

#[test]
fn a_later_offer_goes_to_the_same_media() {
    let mut world = World::new();
    let (alice, _) = calling(&mut world, "tone");
    let (media, sound, _) = world.asked_media();
    assert_eq!(sound, Sound::Tone);
    world.answer_media(media, Ok("v=0\r\n"));
    let ok = world.expect(alice, "SIP/2.0 200");
    world.send(alice, &in_dialog("INVITE", 3, &ok, SDP, "early"));
    world.expect(alice, "SIP/2.0 500");
    world.send(alice, &in_dialog("ACK", 2, &ok, "", ""));

    world.send(alice, &in_dialog("INVITE", 4, &ok, SDP, "hold"));
    let (again, _, offer) = world.asked_media();
    assert_eq!((again, offer.as_str()), (media, "hold"));
    world.answer_media(media, Ok("held"));
    assert!(world.expect(alice, "SIP/2.0 200").ends_with("held"));
    world.send(alice, &in_dialog("ACK", 4, &ok, "", ""));

    world.send(alice, &in_dialog("INVITE", 5, &ok, SDP, "nonsense"));
    world.asked_media();
    world.answer_media(media, Err("not SDP"));
    let refused = world.expect(alice, "SIP/2.0 488");
    assert_eq!(field(&refused, "Warning"), "399 localhost \"not SDP\"");
    world.send(alice, &in_dialog("UPDATE", 6, &ok, SDP, "resume"));
    world.asked_media();
    world.answer_media(media, Ok("resumed"));
    world.expect(alice, "SIP/2.0 200");
    world.advance(60_000);
    world.expect_quiet();
}

#[test]
fn an_answer_is_repeated_until_its_ack_and_then_given_up() {
    let mut world = World::new();
    let (alice, _) = calling(&mut world, "echo");
    let (media, ..) = world.asked_media();
    world.answer_media(media, Ok("v=0\r\n"));
    world.advance(31_999);
    // At 0, 0.5, 1.5, 3.5, 7.5 and then every four seconds (§13.3.1.4).
    for _ in 0..11 {
        world.expect(alice, "SIP/2.0 200");
    }
    world.expect_quiet();
    world.advance(1);
    world.expect(alice, "BYE sip:alice@a.invalid;transport=ws");
    assert_eq!(world.media.pop_front(), Some(Output::EndMedia(media)));
}

#[test]
fn busy_and_reject_refuse() {
    for (robot, status) in [("busy", "486"), ("reject", "603")] {
        let mut world = World::new();
        let (alice, _) = calling(&mut world, robot);
        world.expect(alice, &format!("SIP/2.0 {status}"));
        assert!(world.media.is_empty());
    }
}

#[test]
fn noanswer_rings_until_it_is_canceled_or_gives_up() {
    let mut world = World::new();
    let (alice, sent) = calling(&mut world, "noanswer");
    world.expect(alice, "SIP/2.0 180");
    world.advance(100_000);
    world.expect_quiet();
    world.send(alice, &cancel(&sent));
    world.expect(alice, "SIP/2.0 200");
    world.expect(alice, "SIP/2.0 487");

    let mut world = World::new();
    let (alice, _) = calling(&mut world, "noanswer");
    world.expect(alice, "SIP/2.0 180");
    world.advance(180_000);
    world.expect(alice, "SIP/2.0 480");
}

#[test]
fn ringing_rings_for_five_seconds() {
    let mut world = World::new();
    let (alice, _) = calling(&mut world, "ringing");
    world.expect(alice, "SIP/2.0 180");
    world.advance(4_999);
    assert!(world.media.is_empty());
    world.advance(1);
    let (media, sound, _) = world.asked_media();
    assert_eq!(sound, Sound::Echo);
    world.answer_media(media, Ok("v=0\r\n"));
    world.expect(alice, "SIP/2.0 200");
}

#[test]
fn a_cancel_while_the_answer_is_made_frees_the_media() {
    let mut world = World::new();
    let (alice, sent) = calling(&mut world, "echo");
    let (media, ..) = world.asked_media();
    world.send(alice, &cancel(&sent));
    world.expect(alice, "SIP/2.0 200");
    world.expect(alice, "SIP/2.0 487");
    assert_eq!(world.media.pop_front(), Some(Output::EndMedia(media)));
    world.answer_media(media, Ok("v=0\r\n"));
    world.expect_quiet();
}

#[test]
fn dtmf_tells_each_digit_that_it_hears_and_echo_none() {
    for robot in ["dtmf", "echo"] {
        let mut world = World::new();
        let (alice, _) = calling(&mut world, robot);
        let (media, sound, _) = world.asked_media();
        assert_eq!(sound, Sound::Echo);
        world.answer_media(media, Ok("v=0\r\n"));
        let ok = world.expect(alice, "SIP/2.0 200");
        world.send(alice, &in_dialog("ACK", 2, &ok, "", ""));
        world.hear(media, '1', 100);
        world.hear(media, '#', 8250);
        if robot == "dtmf" {
            for (cseq, body) in [(1, "Signal=1\r\nDuration=100\r\n"), (2, "Signal=#\r\nDuration=8250\r\n")] {
                let info = world.expect(alice, "INFO sip:alice@a.invalid;transport=ws");
                assert_eq!(field(&info, "From"), field(&ok, "To"));
                assert_eq!(field(&info, "CSeq"), format!("{cseq} INFO"));
                assert_eq!(field(&info, "Content-Type"), "application/dtmf-relay");
                assert!(info.ends_with(&format!("\r\n\r\n{body}")), "{info}");
                world.send(alice, &response(&info, "200 OK", "", "", ""));
            }
        }
        world.send(alice, &in_dialog("BYE", 3, &ok, "", ""));
        world.expect(alice, "SIP/2.0 200");
        world.hear(media, '2', 100);
        world.expect_quiet();
    }
}

#[test]
fn lost_media_ends_the_call() {
    let mut world = World::new();
    let (alice, _) = calling(&mut world, "echo");
    let (media, ..) = world.asked_media();
    world.answer_media(media, Ok("v=0\r\n"));
    let ok = world.expect(alice, "SIP/2.0 200");
    world.send(alice, &in_dialog("ACK", 2, &ok, "", ""));
    world.lose_media(media);
    let bye = world.expect(alice, "BYE sip:alice@a.invalid;transport=ws");
    assert_eq!(field(&bye, "From"), field(&ok, "To"));
    assert_eq!(field(&bye, "To"), field(&ok, "From"));
}

#[test]
fn a_call_without_an_offer_or_with_a_strange_one_is_refused() {
    for (more, body, status) in [
        ("", "", "488"),
        ("Content-Type: text/plain\n", "hello", "415"),
        ("Content-Type: application/sdp\nRequire: 100rel\n", OFFER, "420"),
    ] {
        let mut world = World::new();
        let alice = world.connect();
        let text = request("INVITE", "sip:echo@localhost", "alice", "a.invalid", more, body);
        world.send_as(alice, "alice", &text);
        world.expect(alice, &format!("SIP/2.0 {status}"));
        assert!(world.media.is_empty());
    }
}

#[test]
fn echo_sends_messages_back() {
    let mut world = World::new();
    let alice = world.connect();
    let text =
        request("MESSAGE", "sip:echo@localhost", "alice", "a.invalid", "Content-Type: text/plain\n", "Hello");
    world.send_as(alice, "alice", &text);
    world.expect(alice, "SIP/2.0 200");
    let back = world.expect(alice, "MESSAGE sip:alice@localhost SIP/2.0");
    assert!(back.ends_with("\r\n\r\nHello"));
    assert!(field(&back, "From").starts_with("<sip:echo@localhost>;tag="));
}
