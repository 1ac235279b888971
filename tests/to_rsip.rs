//! Received messages as types of the crate `rsip`.
#![cfg(all(feature = "rsip", not(target_arch = "wasm32")))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by panicking")]

#[path = "support/messages.rs"]
mod messages;

use messages::samples;
use rsip::prelude::*;
use telnyx_device::message::*;

fn message(name: &str) -> Message {
    let (_, bytes) = samples().into_iter().find(|(sample, _)| sample == name).unwrap();
    let Ok(Frame::Message(message)) = read(&bytes) else { panic!("{name}") };
    message
}

#[test]
fn plain_messages_become_what_rsip_itself_reads() {
    for name in ["invite", "ack", "bye", "answer", "ringing", "notify", "binary", "no-length"] {
        let (_, bytes) = samples().into_iter().find(|(sample, _)| sample == name).unwrap();
        let converted = rsip::SipMessage::try_from(&message(name)).unwrap();
        assert_eq!(converted, rsip::SipMessage::try_from(bytes).unwrap(), "{name}");
    }
}

#[test]
fn what_rsip_cannot_read_comes_across() {
    let folded = message("folded");
    let Message::Request(request) = &folded else { panic!() };
    let converted = rsip::Request::try_from(request).unwrap();
    assert_eq!(converted.uri.to_string(), "sip:bob.smith@example.com:5062;user=phone");
    assert_eq!(converted.call_id_header().unwrap().value(), "f.1@x");
    let vias = converted.headers.iter().filter(|header| matches!(header, rsip::Header::Via(_)));
    assert_eq!(vias.count(), 2);

    let via = rsip::typed::Via::try_from(request.via()).unwrap();
    assert_eq!(via.uri.host().to_string(), "2001:db8::1");
    let to = rsip::typed::To::try_from(request.to()).unwrap();
    assert_eq!(to.display_name.unwrap(), r#""Bob \\ \"Smith\"""#);
    assert_eq!(to.uri.to_string(), "sips:bob%20s@example.com");
}

#[test]
fn what_rsip_has_no_place_for_is_an_error() {
    let redirect = message("redirect");
    let contacts: Vec<_> = redirect.contacts().map(rsip::typed::Contact::try_from).collect();
    assert!(contacts[0].is_ok());
    assert_eq!(contacts[1], Err(Unconvertible), "a tel URI");
    let text = message("ack").text().replace("ACK", "ack");
    let Ok(Frame::Message(extension)) = read(text.as_bytes()) else { panic!() };
    assert!(rsip::SipMessage::try_from(&extension).is_err(), "methods are case-sensitive");
}
