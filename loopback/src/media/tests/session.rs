//! What a session decides.

use std::time::{Duration, Instant};

use str0m::change::SdpOffer;
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind};

use super::call::{CALLER, Call, ROBOT};
use super::caller::{Caller, EVENTS, OPUS, PCMU};
use crate::media::g711::tests::from_mu_law;
use crate::media::session::{Output, Session, UNREACHABLE_AFTER};
use crate::media::tone::tests::level;
use crate::media::{Digit, MediaEnd, MediaError, Sound};

fn answer(offer: &str, sound: Sound) -> Result<(Session, String), MediaError> {
    Session::answer(offer, sound, &[ROBOT], Instant::now())
}

#[test]
fn an_echo_sends_back_each_packet_as_it_came() {
    let mut call = Call::connected(Sound::Echo, &[Codec::Opus, Codec::PCMU]);
    // The fifth is lost, the sixth and seventh have changed places, and the codec changes at the end.
    let said = [(OPUS, 1), (OPUS, 2), (OPUS, 3), (OPUS, 4), (OPUS, 7), (OPUS, 6), (PCMU, 8), (EVENTS, 9)];
    for (pt, sequence) in said {
        call.say(pt, sequence, 960 * sequence as u32, &[pt, sequence as u8, 3]);
        call.pass(Duration::from_millis(20));
    }
    let heard: Vec<_> =
        call.caller.heard.iter().map(|packet| (*packet.header.payload_type, *packet.seq_no)).collect();
    assert_eq!(heard, said);
    for packet in &call.caller.heard {
        assert_eq!(packet.header.timestamp, 960 * *packet.seq_no as u32);
        assert_eq!(*packet.payload, [*packet.header.payload_type, *packet.seq_no as u8, 3]);
    }
}

#[test]
fn digits_are_heard_between_the_sound_whatever_a_robot_plays() {
    for sound in [Sound::Echo, Sound::TONE] {
        let mut call = Call::connected(sound, &[Codec::Opus, Codec::PCMU]);
        let events = [
            (PCMU, 800, [0, 0x80, 1, 144]), // sound that looks like an end
            (EVENTS, 960, [1, 10, 0, 160]),
            (EVENTS, 960, [1, 0x8a, 1, 64]),
            (EVENTS, 960, [1, 0x8a, 1, 64]),
            (PCMU, 1280, [0, 0x80, 1, 144]),
            (EVENTS, 2400, [11, 10, 1, 144]), // its end is lost
        ];
        for (sequence, (pt, timestamp, payload)) in (1..).zip(events) {
            call.say(pt, sequence, timestamp, &payload);
            call.pass(Duration::from_millis(20));
        }
        let one = Digit { sign: '1', lasted: Duration::from_millis(40) };
        assert_eq!(call.digits, [one]);
        call.pass(Duration::from_millis(200));
        assert_eq!(call.digits, [one, Digit { sign: '#', lasted: Duration::from_millis(50) }]);
    }
}

#[test]
fn an_echo_comes_at_once() {
    let mut call = Call::connected(Sound::Echo, &[Codec::Opus]);
    call.say(OPUS, 1, 960, b"hello");
    call.pass(Duration::from_millis(1));
    assert_eq!(call.caller.heard.len(), 1);
}

#[test]
fn a_tone_is_a_sine_in_the_law_that_was_agreed() {
    let mut call = Call::connected(Sound::Tone { hertz: 700 }, &[Codec::Opus, Codec::PCMU]);
    call.pass(Duration::from_secs(1));
    let heard = &call.caller.heard;
    assert!((49..=51).contains(&heard.len()), "{} packets", heard.len());
    assert!(heard.windows(2).all(|pair| *pair[1].seq_no == *pair[0].seq_no + 1));
    assert!(heard.windows(2).all(|pair| pair[1].header.timestamp == pair[0].header.timestamp + 160));
    assert!(heard.iter().all(|packet| *packet.header.payload_type == PCMU));
    let samples: Vec<i16> =
        heard.iter().flat_map(|packet| packet.payload.iter()).map(|byte| from_mu_law(*byte)).collect();
    assert!((level(&samples, 700.0) - 0.5).abs() < 0.02, "{}", level(&samples, 700.0));
    assert!(level(&samples, 400.0) < 0.02);
}

#[test]
fn an_answer_keeps_the_payload_types_and_the_order_of_the_offer() {
    let mut caller = Caller::new(Instant::now(), CALLER, &[Codec::Opus, Codec::PCMU]);
    let (offer, _) = caller.offer(Direction::SendRecv);
    let offer = offer.replace(" 111 0 126", " 0 126 111").replace("111", "96");
    let (_, answer) = answer(&offer, Sound::Echo).unwrap();
    assert!(answer.contains("m=audio 9 UDP/TLS/RTP/SAVPF 0 96 126\r\n"), "{answer}");
    assert!(answer.contains("a=rtpmap:126 telephone-event/8000\r\n"), "{answer}");
    assert!(answer.contains("a=candidate:") && answer.contains("typ host"), "{answer}");
}

#[test]
fn offers_that_ask_for_what_a_robot_cannot_do_are_refused() {
    let mut caller = Caller::new(Instant::now(), CALLER, &[Codec::Opus]);
    let (offer, _) = caller.offer(Direction::SendRecv);
    let without = |attribute: &str| {
        offer.lines().filter(|line| !line.starts_with(attribute)).collect::<Vec<_>>().join("\r\n")
    };
    let refused = |offer: &str, sound| match answer(offer, sound) {
        Err(MediaError::NotAcceptable(why)) => assert!(!why.is_empty()),
        Err(other) => panic!("{other}"),
        Ok((_, answer)) => panic!("accepted: {answer}"),
    };
    refused("", Sound::Echo);
    refused("v=0\r\ns=-\r\n", Sound::Echo);
    refused(&offer, Sound::TONE);
    refused(&offer.replace("m=audio 9", "m=audio 0"), Sound::Echo);
    refused(&offer.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), Sound::Echo);
    refused(&(without("a=fingerprint") + "\r\n"), Sound::Echo);
    refused(&(without("a=ice-ufrag") + "\r\n"), Sound::Echo);
    assert!(answer(&offer, Sound::Echo).is_ok());
}

#[test]
fn a_video_line_is_refused_and_the_audio_beside_it_is_not() {
    let mut caller = Caller::new(Instant::now(), CALLER, &[Codec::Opus]);
    let mut change = caller.rtc.sdp_api();
    change.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
    change.add_media(MediaKind::Video, Direction::SendRecv, None, None, None);
    let (offer, _) = change.apply().unwrap();
    let (_, answer) = answer(&offer.to_sdp_string(), Sound::Echo).unwrap();
    assert!(answer.contains("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"), "{answer}");
    assert!(answer.contains("m=video 0 UDP/TLS/RTP/SAVPF 0\r\n"), "{answer}");
}

#[test]
fn a_call_on_hold_is_silent_and_sounds_again_when_it_is_resumed() {
    for held in [Direction::SendOnly, Direction::Inactive] {
        let mut call = Call::connected(Sound::TONE, &[Codec::PCMU]);
        call.renegotiate(held);
        // What was under way when the hold came may still arrive.
        call.pass(Duration::from_millis(50));
        call.caller.heard.clear();
        call.pass(Duration::from_secs(10));
        assert_eq!(call.caller.heard.len(), 0, "{held:?}");
        call.renegotiate(Direction::SendRecv);
        call.pass(Duration::from_secs(1));
        assert!(
            (49..=51).contains(&call.caller.heard.len()),
            "{held:?}: {} packets",
            call.caller.heard.len()
        );
    }
}

#[test]
fn a_refused_offer_leaves_the_call_as_it_was() {
    let mut call = Call::connected(Sound::TONE, &[Codec::PCMU]);
    let (offer, pending) = call.caller.offer(Direction::Inactive);
    drop(pending);
    for refused in
        [offer.replace(" 0 126", " 8 126").replace("a=rtpmap:0 PCMU", "a=rtpmap:8 G729"), "v=0".to_owned()]
    {
        assert!(matches!(call.robot.renegotiate(&refused, call.now), Err(MediaError::NotAcceptable(_))));
        call.caller.heard.clear();
        call.pass(Duration::from_secs(1));
        assert!((49..=51).contains(&call.caller.heard.len()));
    }
}

#[test]
fn an_ice_restart_mends_a_broken_path_before_the_call_is_given_up() {
    let mut call = Call::connected(Sound::TONE, &[Codec::PCMU]);
    call.network = false;
    call.pass(Duration::from_secs(20));
    assert_eq!(call.ended, None);
    call.network = true;
    let mut change = call.caller.rtc.sdp_api();
    change.ice_restart(true);
    let (offer, pending) = change.apply().unwrap();
    let answer = call.robot.renegotiate(&offer.to_sdp_string(), call.now).unwrap();
    call.caller.accept(pending, &answer);
    call.caller.heard.clear();
    call.pass(Duration::from_secs(60));
    assert_eq!(call.ended, None);
    assert!(call.caller.heard.len() > 55 * 50, "{} packets", call.caller.heard.len());
}

#[test]
fn a_call_that_nobody_can_reach_ends() {
    let mut call = Call::new(Sound::Echo, &[Codec::Opus]);
    call.network = false;
    call.pass(UNREACHABLE_AFTER - Duration::from_millis(1));
    assert_eq!(call.ended, None);
    call.pass(Duration::from_millis(2));
    assert_eq!(call.ended, Some(MediaEnd::Unreachable));
}

#[test]
fn a_call_that_loses_its_path_ends() {
    let mut call = Call::connected(Sound::Echo, &[Codec::Opus]);
    call.pass(Duration::from_secs(120));
    assert_eq!(call.ended, None);
    call.network = false;
    call.pass(UNREACHABLE_AFTER + Duration::from_secs(30));
    assert_eq!(call.ended, Some(MediaEnd::Unreachable));
}

#[test]
fn each_side_hears_the_other_close() {
    let mut call = Call::connected(Sound::Echo, &[Codec::Opus]);
    call.caller.rtc.close().unwrap();
    call.pass(Duration::from_secs(1));
    assert_eq!(call.ended, Some(MediaEnd::PeerClosed));

    let mut call = Call::connected(Sound::Echo, &[Codec::Opus]);
    call.robot.close();
    call.pass(Duration::from_secs(1));
    assert_eq!(call.ended, Some(MediaEnd::Closed));
    assert!(!call.caller.rtc.is_alive());
}

#[test]
fn datagrams_that_make_no_sense_are_ignored() {
    let mut call = Call::connected(Sound::Echo, &[Codec::Opus]);
    for garbage in [&[][..], &[0], &[20; 60], &[22, 254, 253, 0, 0], &[128; 12], &[200; 200], &[255; 1500]] {
        call.robot.handle_datagram(call.now, CALLER, ROBOT, garbage);
        call.pass(Duration::from_millis(10));
    }
    assert_eq!(call.ended, None);
    call.say(OPUS, 1, 960, b"still there");
    call.pass(Duration::from_millis(1));
    assert_eq!(call.caller.heard.len(), 1);
}

#[test]
fn a_robot_can_make_the_offer() {
    let now = Instant::now();
    let mut caller = Caller::new(now, CALLER, &[Codec::PCMU]);
    let (mut robot, offer) = Session::offer(Sound::TONE, &[ROBOT], now).unwrap();
    let answer = caller.rtc.sdp_api().accept_offer(SdpOffer::from_sdp_string(&offer).unwrap()).unwrap();
    robot.apply_answer(&answer.to_sdp_string(), now).unwrap();
    assert!(matches!(robot.apply_answer(&answer.to_sdp_string(), now), Err(MediaError::NoOfferPending)));
    let mut call = Call::between(robot, caller, now);
    call.pass(Duration::from_secs(3));
    assert!(call.caller.heard.len() > 50, "{} packets", call.caller.heard.len());
}

#[test]
fn a_payload_type_that_an_offer_gives_twice_is_one_codec() {
    let mut caller = Caller::new(Instant::now(), CALLER, &[Codec::Opus, Codec::PCMU]);
    let (offer, _) = caller.offer(Direction::SendRecv);
    let twice = [(" 111 0 126", " 111 0 111"), ("a=rtpmap:126 telephone-event", "a=rtpmap:126 PCMU")];
    for (once, twice) in twice {
        let twice = offer.replace(once, twice);
        assert_ne!(twice, offer);
        let (_, answer) = answer(&twice, Sound::Echo).unwrap();
        assert!(answer.contains("m=audio 9 UDP/TLS/RTP/SAVPF 111"), "{answer}");
    }
}

#[test]
fn an_answer_to_a_check_that_proves_nothing_is_ignored() {
    let mut call = Call::new(Sound::Echo, &[Codec::Opus]);
    call.network = false;
    let check = loop {
        match call.robot.poll_output() {
            Output::Transmit(transmit) => break transmit.contents.to_vec(),
            Output::Wait(next) => {
                call.now = next;
                call.robot.handle_timeout(next);
            }
            Output::Heard(digit) => panic!("{digit:?}"),
            Output::Ended(reason) => panic!("{reason:?}"),
        }
    };
    // A Binding error response with MESSAGE-INTEGRITY before everything else.
    let mut refusal = vec![0x01, 0x11, 0, 24];
    refusal.extend_from_slice(&check[4..20]);
    refusal.extend_from_slice(&[0, 8, 0, 20]);
    refusal.extend_from_slice(&[0; 20]);
    call.robot.handle_datagram(call.now, CALLER, ROBOT, &refusal);
    call.network = true;
    call.pass(Duration::from_secs(5));
    assert!(call.caller.rtc.is_connected());
}
