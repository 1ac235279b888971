//! A call outlives its connection: the far side is told where we are, is looked for where it was not found, and comes back
//! itself (RFC 3261 §12.2, RFC 3891).

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{BOB, INVITE, Phone, field, seconds, tag};
use telnyx_device::agent::{CallId, Hint, Input, MediaFact};
use telnyx_device::time::Duration;

const ELSEWHERE: [&str; 4] =
    ["404 Not Found", "480 Temporarily Unavailable", "430 Flow Failed", "408 Request Timeout"];

/// A GRUU of this number.
fn gruu(number: u8) -> String {
    format!("sip:alice@example.com;gr=urn:uuid:{number}")
}

/// The registrar grants a binding with this GRUU.
#[track_caller]
fn registers(alice: &mut Phone, number: u8) {
    let register = alice.sends("REGISTER");
    let contact = field(&register, "Contact").to_owned();
    let grant = format!("200 OK\nContact: {contact};pub-gruu=\"{}\";expires=600", gruu(number));
    alice.answer(&register, &grant);
}

/// Registered, in a call that alice has placed to bob, with nothing left to look at; the ACK.
fn registered_calling_bob() -> (Phone, CallId, String) {
    let mut alice = Phone::connected();
    alice.register();
    registers(&mut alice, 1);
    let call = alice.dial("bob");
    let invite = alice.sends("INVITE sip:bob@example.com");
    assert_eq!(field(&invite, "Contact"), format!("<{}>", gruu(1)));
    alice.answer(&invite, BOB);
    let ack = alice.sends("ACK");
    alice.pass(seconds(40));
    alice.ignore_events();
    alice.asked(&["acquire", "offer", "apply v=0 bob"]);
    (alice, call, ack)
}

/// Has lost the connection, and looks for bob.
fn refreshing() -> (Phone, CallId, String, String) {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.lose_socket();
    alice.open();
    let refresh = alice.sends("INVITE sip:bob@b.invalid");
    alice.ignore_events();
    (alice, call, ack, refresh)
}

/// Bob is not where he was: he is looked for by his address; with the ACK of the call.
fn seeking() -> (Phone, CallId, String, String) {
    let (mut alice, call, ack, refresh) = refreshing();
    alice.answer(&refresh, "404 Not Found");
    alice.sends("ACK");
    let sought = alice.sends("INVITE sip:bob@example.com");
    alice.told(&["inviting"]);
    alice.asked(&["offer", "rollback", "restart", "offer"]);
    (alice, call, ack, sought)
}

#[test]
fn bob_is_told_where_we_are_once_we_are_registered_again() {
    let (mut alice, _, _) = registered_calling_bob();
    alice.lose_socket();
    alice.told(&[
        "disconnected 1006 retry true",
        "unregistered Connection Error",
        "recovering signaling",
        "connecting 1",
    ]);
    alice.open();
    registers(&mut alice, 2);
    let refresh = alice.sends("INVITE sip:bob@b.invalid");
    assert_eq!(field(&refresh, "Contact"), format!("<{}>", gruu(2)));
    assert_eq!(field(&refresh, "CSeq"), "2 INVITE");
    alice.told(&["connected", "registered 600 refresh false", "inviting"]);
    alice.answer(&refresh, &BOB.replace("b.invalid", "elsewhere.invalid"));
    alice.sends("ACK sip:bob@elsewhere.invalid");
    alice.told(&["recovered signaling"]);
    // Media that never stopped are left alone.
    alice.asked(&["offer", "apply v=0 bob"]);
    alice.sends_nothing();
}

#[test]
fn a_registrar_that_refuses_keeps_no_call_waiting() {
    let (mut alice, _, _) = registered_calling_bob();
    alice.lose_socket();
    alice.open();
    let register = alice.sends("REGISTER");
    alice.sends_nothing();
    alice.answer(&register, "503 Service Unavailable");
    alice.sends("INVITE sip:bob@b.invalid");
}

#[test]
fn what_was_asked_for_meanwhile_goes_along() {
    let (mut alice, call, _) = registered_calling_bob();
    alice.lose_socket();
    alice.hold(call);
    alice.dial_tones(call, "5");
    alice.transfer(call, "carol");
    alice.open();
    alice.ignore_events();
    registers(&mut alice, 1);
    let info = alice.sends("INFO sip:bob@b.invalid");
    alice.sends("REFER sip:bob@b.invalid");
    let refresh = alice.sends("INVITE sip:bob@b.invalid");
    alice.answer(&info, "200 OK");
    alice.answer(&refresh, BOB);
    alice.sends("ACK");
    assert_eq!(alice.agent.is_on_hold(call), (true, false));
    alice.told(&["registered 600 refresh false", "inviting", "hold local", "settled", "recovered signaling"]);
}

#[test]
fn what_is_asked_for_without_a_server_waits_for_one_for_a_minute() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.lose_socket();
    alice.lose_socket();
    alice.ignore_events();
    alice.transfer(call, "carol");
    alice.pass(seconds(2));
    alice.open();
    alice.sends("REFER");
    alice.sends("INVITE");
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.lose_socket();
    alice.transfer(call, "carol");
    alice.pass(seconds(61));
    assert!(alice.has_settled());
    alice.lives(call);
}

#[test]
fn lost_media_are_restarted_with_it() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.media_fact(call, MediaFact::IceDisconnected);
    alice.lose_socket();
    alice.open();
    let refresh = alice.sends("INVITE");
    alice.asked(&["restart", "offer"]);
    alice.answer(&refresh, BOB);
    alice.sends("ACK");
    alice.told(&[
        "disconnected 1006 retry true",
        "recovering signaling",
        "connecting 1",
        "connected",
        "inviting",
    ]);
    alice.media_fact(call, MediaFact::IceConnected);
    alice.told(&["recovered signaling"]);
}

#[test]
fn it_is_told_once_however_often_the_connection_breaks() {
    let (mut alice, call, _) = Phone::calling_bob();
    alice.pass(seconds(40));
    alice.ignore_events();
    let breaks = |alice: &mut Phone| {
        alice.lose_socket();
        alice.input(Input::Hint(Hint::Online));
        alice.open();
        alice.sends("INVITE")
    };
    for _ in 0..8 {
        breaks(&mut alice);
        alice.pass(seconds(3));
    }
    let invite = breaks(&mut alice);
    alice.answer(&invite, BOB);
    alice.sends("ACK");
    alice.lives(call);
    let told = alice.all_told();
    assert_eq!(
        told.iter().filter(|it| it.starts_with("recover")).collect::<Vec<_>>(),
        ["recovering signaling", "recovered signaling"]
    );
}

#[test]
fn a_far_side_that_knows_nothing_of_the_call_ends_it() {
    let (mut alice, _, _, refresh) = refreshing();
    alice.answer(&refresh, "481 Call/Transaction Does Not Exist");
    alice.sends("ACK");
    alice.sends("BYE");
    alice.told(&["bye", "terminated Dialog Error"]);
}

#[test]
fn a_far_side_that_refuses_leaves_the_call_as_it_is() {
    for status in ["488 Not Acceptable Here", "500 Server Internal Error", "403 Forbidden"] {
        let (mut alice, call, _, mut refresh) = refreshing();
        for attempt in 1..=3 {
            alice.answer(&refresh, status);
            alice.sends("ACK");
            if attempt < 3 {
                refresh = alice.sends_later("INVITE");
            }
        }
        alice.told(&["inviting", "inviting", "recovered signaling"]);
        alice.pass(seconds(600));
        alice.sends_nothing();
        alice.lives(call);
    }
}

#[test]
fn bob_answers_before_he_is_asked() {
    // He has lost his connection as well, and was faster.
    let (mut alice, call, ack) = registered_calling_bob();
    alice.lose_socket();
    alice.open();
    registers(&mut alice, 2);
    let refresh = alice.sends("INVITE");
    alice.answer(&refresh, "491 Request Pending");
    alice.sends("ACK");
    alice.ignore_events();
    alice.hear_in_dialog(
        &ack,
        "INVITE 1",
        "Contact: <sip:bob@new.invalid>\nContent-Type: application/sdp\n\nv=0 bob",
    );
    let ok = alice.sends("SIP/2.0 200 OK");
    assert_eq!(field(&ok, "Contact"), format!("<{}>", gruu(2)));
    alice.hear_in_dialog(&ack, "ACK 1", "");
    alice.told(&["recovered signaling"]);
    alice.pass(seconds(10));
    alice.sends_nothing();
    alice.hang_up(call);
    alice.sends("BYE sip:bob@new.invalid");
}

#[test]
fn bob_is_looked_for_by_his_address_where_he_was_not_found() {
    for status in ELSEWHERE {
        let (mut alice, call, ack, refresh) = refreshing();
        alice.answer(&refresh, status);
        alice.sends("ACK");
        let sought = alice.sends("INVITE sip:bob@example.com SIP/2.0");
        let replaces = format!("{};to-tag=far;from-tag={}", field(&ack, "Call-ID"), tag(field(&ack, "From")));
        assert_eq!(field(&sought, "Replaces"), replaces);
        assert_eq!(field(&sought, "Require"), "replaces");
        assert_ne!(field(&sought, "Call-ID"), field(&ack, "Call-ID"));
        assert!(!field(&sought, "Supported").contains("100rel"), "{sought}");
        alice.answer_as("again", &sought, &BOB.replace("b.invalid", "new.invalid"));
        let ack = alice.sends("ACK sip:bob@new.invalid");
        assert_eq!(field(&ack, "Call-ID"), field(&sought, "Call-ID"));
        alice.told(&["inviting", "recovered signaling"]);
        assert_eq!(alice.agent.calls(), [call]);
        alice.hang_up(call);
        let bye = alice.sends("BYE sip:bob@new.invalid");
        assert_eq!(field(&bye, "To"), field(&ack, "To"));
        assert_eq!(field(&bye, "Call-ID"), field(&sought, "Call-ID"));
    }
}

#[test]
fn a_refresh_that_nobody_answers_looks_for_bob_as_well() {
    let (mut alice, _, _, _) = refreshing();
    alice.pass(seconds(32));
    alice.sends("INVITE sip:bob@example.com");
}

#[test]
fn the_search_takes_credentials() {
    let (mut alice, _, _, sought) = seeking();
    alice.answer(
        &sought,
        "407 Proxy Authentication Required\nProxy-Authenticate: Digest realm=\"r\", nonce=\"n\"",
    );
    alice.sends("ACK");
    let again = alice.sends("INVITE sip:bob@example.com");
    assert_eq!((field(&again, "CSeq"), field(&again, "Call-ID")), ("2 INVITE", field(&sought, "Call-ID")));
    assert!(again.contains("Proxy-Authorization: "), "{again}");
}

#[test]
fn whoever_would_have_to_be_asked_is_not() {
    let (mut alice, _, _, sought) = seeking();
    alice.answer(&sought, "180 Ringing");
    let cancel = alice.sends("CANCEL sip:bob@example.com");
    alice.answer(&cancel, "200 OK");
    alice.answer(&sought, "487 Request Terminated");
    alice.sends("ACK");
    alice.sends("BYE sip:bob@b.invalid");
    alice.told(&["bye", "terminated Dialog Error"]);
}

#[test]
fn whoever_knows_nothing_of_the_call_ends_it() {
    for status in ["481 Call/Transaction Does Not Exist", "420 Bad Extension", "603 Decline"] {
        let (mut alice, _, _, sought) = seeking();
        alice.answer(&sought, status);
        alice.sends("ACK");
        alice.sends("BYE");
        alice.told(&["bye", "terminated Dialog Error"]);
        alice.pass(seconds(40));
        alice.ignore_events();
        alice.comes_to_rest();
    }
}

#[test]
fn bob_is_looked_for_for_two_minutes() {
    let (mut alice, call, _, mut sought) = seeking();
    let begin = alice.now;
    loop {
        alice.answer(&sought, "480 Temporarily Unavailable");
        alice.sends("ACK");
        if alice.next_is("BYE") {
            break;
        }
        alice.lives(call);
        let refresh = alice.sends_later("INVITE sip:bob@b.invalid");
        alice.answer(&refresh, "404 Not Found");
        alice.sends("ACK");
        sought = alice.sends("INVITE sip:bob@example.com");
    }
    let took = alice.now.since(begin);
    assert!((seconds(60)..seconds(120)).contains(&took), "{took:?}");
    assert_eq!(alice.all_told().last().unwrap(), "terminated Dialog Error");
}

#[test]
fn hanging_up_gives_up_the_search() {
    let (mut alice, call, _, sought) = seeking();
    alice.answer(&sought, "100 Trying");
    alice.hang_up(call);
    alice.sends("CANCEL sip:bob@example.com");
    alice.sends("BYE sip:bob@b.invalid");
    alice.told(&["bye", "terminated -", "settled"]);
    // The two cross.
    alice.answer_as("again", &sought, BOB);
    alice.sends("ACK");
    let bye = alice.sends("BYE");
    assert_eq!(field(&bye, "Call-ID"), field(&sought, "Call-ID"));
}

#[test]
fn a_search_that_loses_its_connection_begins_anew() {
    let (mut alice, call, _, _) = seeking();
    alice.pass(seconds(3));
    alice.lose_socket();
    alice.pass(seconds(1));
    alice.open();
    let refresh = alice.sends("INVITE sip:bob@b.invalid");
    alice.answer(&refresh, BOB);
    alice.sends("ACK");
    alice.lives(call);
}

#[test]
fn bob_hangs_up_what_we_replace() {
    let (mut alice, call, ack, sought) = seeking();
    alice.hear_in_dialog(&ack, "BYE 1", "");
    alice.sends("SIP/2.0 200 OK");
    alice.lives(call);
    alice.answer_as("again", &sought, BOB);
    alice.sends("ACK");
    alice.told(&["recovered signaling"]);
}

/// Bob calls in the place of the call that `ack` was of.
fn in_the_place_of(ack: &str) -> String {
    let replaces = format!(
        "CSeq: 7 INVITE\n    Replaces: {};to-tag={};from-tag=far\n    Require: replaces",
        field(ack, "Call-ID"),
        tag(field(ack, "From")),
    );
    INVITE.replace("CSeq: 1 INVITE", &replaces).replace(";tag=far\n", ";tag=again\n")
}

#[test]
fn bob_comes_back_by_a_new_invite() {
    let (mut alice, call, ack, refresh) = refreshing();
    alice.answer(&refresh, "500 Server Internal Error\nRetry-After: 9");
    alice.sends("ACK");
    alice.ignore_events();
    alice.hear(&in_the_place_of(&ack));
    let bye = alice.sends("BYE sip:bob@b.invalid");
    assert_eq!(field(&bye, "Call-ID"), field(&ack, "Call-ID"));
    let ok = alice.sends("SIP/2.0 200 OK");
    assert_eq!(field(&ok, "Call-ID"), "from-bob");
    alice.told(&[]);
    alice.hear_in_dialog(&ok, "ACK 7", "");
    alice.told(&["recovered signaling"]);
    assert_eq!(alice.agent.calls(), [call]);
    alice.hang_up(call);
    assert_eq!(field(&alice.sends("BYE"), "Call-ID"), "from-bob");
    alice.told(&["bye", "terminated -", "settled"]);
}

#[test]
fn one_who_comes_back_to_what_was_never_lost_is_a_caller_like_any() {
    let (mut alice, _, ack) = Phone::calling_bob();
    alice.hear(&in_the_place_of(&ack));
    alice.sends("SIP/2.0 180 Ringing");
    alice.told(&["incoming"]);
}

#[test]
fn another_one_who_knows_the_call_is_a_caller_like_any() {
    let (mut alice, _, ack, _) = refreshing();
    let carol = in_the_place_of(&ack).replace("Bob <sip:bob@example.com>", "<sip:carol@example.com>");
    alice.hear(&carol);
    alice.sends("SIP/2.0 180 Ringing");
    alice.told(&["incoming"]);
    // As is one who only says to be bob.
    let (mut alice, _, ack, _) = refreshing();
    let asserted = in_the_place_of(&ack)
        .replace("Require:", "P-Asserted-Identity: <sip:carol@example.com>\n    Require:");
    alice.hear(&asserted);
    alice.sends("SIP/2.0 180 Ringing");
    alice.told(&["incoming"]);
}

#[test]
fn who_meets_us_on_the_way_is_asked_to_wait() {
    let (mut alice, _, ack, _) = seeking();
    alice.hear(&in_the_place_of(&ack));
    let pending = alice.sends("SIP/2.0 491 Request Pending");
    assert!(field(&pending, "To").contains(";tag="), "{pending}");
    alice.told(&[]);
}

#[test]
fn one_who_thinks_better_of_coming_back_changes_nothing() {
    let (mut alice, call, ack) = Phone::calling_bob();
    alice.media_fact(call, MediaFact::IceDisconnected);
    alice.description = common::Browser::Waits;
    alice.hear(&in_the_place_of(&ack));
    alice.hear(&common::CANCEL.replace("tag=far", "tag=again").replace("CSeq: 1", "CSeq: 7"));
    alice.sends("SIP/2.0 200 OK");
    alice.sends("SIP/2.0 487 Request Terminated");
    alice.media_fact(call, common::described());
    alice.asked(&["answer to v=0 bob", "rollback"]);
    alice.lives(call);
}

#[test]
fn a_wait_is_cut_short_by_time_that_passes_unseen() {
    let (mut alice, _, _, refresh) = refreshing();
    alice.answer(&refresh, "503 Service Unavailable");
    alice.sends("ACK");
    alice.now = alice.now + Duration::from_secs(3_600);
    alice.input(telnyx_device::agent::Input::Wake);
    alice.sends("INVITE");
}
