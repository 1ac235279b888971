//! The table, told as exchanges of messages. The far side is text.

use super::*;
use crate::message::{Frame, Message, Method, Response, ResponseDraft, read};
use crate::time::Duration;

const START: Instant = Instant::from_millis(10_000);

fn later(millis: u64) -> Instant {
    START + Duration::from_millis(millis)
}

fn message(text: &str) -> Message {
    match read(text.replace('\n', "\r\n").as_bytes()) {
        Ok(Frame::Message(message)) => message,
        _ => panic!("not a message: {text}"),
    }
}

fn request(text: &str) -> Request {
    match message(text) {
        Message::Request(request) => request,
        Message::Response(_) => panic!("not a request: {text}"),
    }
}

/// A request to us, from the sender and on the branch given.
fn asked(method: &str, sender: &str, branch: &str) -> Request {
    request(&format!(
        "{method} sip:bob@example.com SIP/2.0\nVia: SIP/2.0/WS {sender};branch={branch}\nFrom: <sip:alice@example.com>;tag=a\n\
         To: <sip:bob@example.com>\nCall-ID: c\nCSeq: 7 {method}\nMax-Forwards: 70\n\n"
    ))
}

fn draft(method: &str, branch: &str) -> RequestDraft {
    RequestDraft::forward(&asked(method, "us.invalid", branch))
}

/// A response to one of our requests.
fn heard(status: u16, method: &str, branch: &str) -> Response {
    let text = format!(
        "SIP/2.0 {status} Whatever\nVia: SIP/2.0/WS us.invalid;branch={branch}\nFrom: <sip:alice@example.com>;tag=a\n\
         To: <sip:bob@example.com>;tag=b\nCall-ID: c\nCSeq: 7 {method}\n\n"
    );
    match message(&text) {
        Message::Response(response) => response,
        Message::Request(_) => panic!("not a response: {text}"),
    }
}

fn answer(request: &Request, status: u16) -> ResponseDraft {
    ResponseDraft::to(request, StatusCode::new(status).unwrap())
}

fn starts_with(bytes: Option<Vec<u8>>, start: &str) -> bool {
    bytes.is_some_and(|bytes| bytes.starts_with(start.as_bytes()))
}

/// A table with one INVITE received, on branch `z9hG4bKi`.
fn invited() -> (Transactions<&'static str>, ServerKey, Request) {
    let mut table = Transactions::new();
    let invite = asked("INVITE", "proxy.example.com", "z9hG4bKi");
    let Arrived::New(key) = table.handle_request(&invite) else { panic!("the INVITE is new") };
    table.adopt(key, "call");
    (table, key, invite)
}

#[test]
fn a_refused_invite_is_acknowledged_and_given_back() {
    let mut table = Transactions::new();
    let key = table.start(draft("INVITE", "z9hG4bK1"), "call", START);
    let ringing = table.handle_response(&heard(180, "INVITE", "z9hG4bK1"), later(1)).unwrap();
    assert!(ringing.deliver && ringing.send.is_none() && ringing.request.is_none());
    assert_eq!(table.poll_timeout(), None);

    let refused = table.handle_response(&heard(407, "INVITE", "z9hG4bK1"), later(2)).unwrap();
    assert_eq!((refused.owner, refused.key, refused.deliver), ("call", key, true));
    let ack = String::from_utf8(refused.send.unwrap()).unwrap();
    assert!(ack.starts_with("ACK sip:bob@example.com SIP/2.0\r\n"), "{ack}");
    assert!(ack.contains("branch=z9hG4bK1\r\n") && ack.contains("tag=b\r\n"), "{ack}");
    assert!(ack.contains("CSeq: 7 ACK\r\n"), "{ack}");
    assert_eq!(refused.request.unwrap().branch(), "z9hG4bK1");
    assert!(table.is_empty());
}

#[test]
fn every_success_of_an_invite_is_delivered_until_timer_m() {
    let mut table = Transactions::new();
    table.start(draft("INVITE", "z9hG4bK1"), "call", START);
    for millis in [5, 30_000] {
        let success = table.handle_response(&heard(200, "INVITE", "z9hG4bK1"), later(millis)).unwrap();
        assert!(success.deliver && success.send.is_none() && success.request.is_some());
    }
    let refusal = table.handle_response(&heard(486, "INVITE", "z9hG4bK1"), later(30_001)).unwrap();
    assert!(!refusal.deliver && refusal.send.is_none() && refusal.request.is_none());
    assert_eq!(table.poll_timeout(), Some((later(32_005), Timer::M)));
    assert!(table.handle_timeout(later(32_005)).is_none());
    assert!(table.is_empty());
}

#[test]
fn a_response_finds_its_transaction_by_branch_and_method() {
    let mut table = Transactions::new();
    let invite = table.start(draft("INVITE", "z9hG4bK1"), "invite", START);
    table.handle_response(&heard(100, "INVITE", "z9hG4bK1"), START);
    let cancel = table.cancel(invite, START).unwrap();
    table.start(cancel, "cancel", START);
    table.start(draft("OPTIONS", "z9hG4bK2"), "options", START);

    let owner = |table: &mut Transactions<_>, method, branch| {
        table.handle_response(&heard(200, method, branch), START).map(|answered| answered.owner)
    };
    assert_eq!(owner(&mut table, "CANCEL", "z9hG4bK1"), Some("cancel"));
    assert_eq!(owner(&mut table, "OPTIONS", "z9hG4bK2"), Some("options"));
    assert_eq!(owner(&mut table, "OPTIONS", "z9hG4bK2"), None);
    assert_eq!(owner(&mut table, "MESSAGE", "z9hG4bK1"), None);
    assert_eq!(owner(&mut table, "INVITE", "z9hG4bK3"), None);
    assert_eq!(owner(&mut table, "INVITE", "z9hG4bK1"), Some("invite"));
}

#[test]
fn unanswered_requests_time_out_in_order_of_their_deadlines() {
    let mut table = Transactions::new();
    table.start(draft("OPTIONS", "z9hG4bK2"), "late", later(10));
    table.start(draft("INVITE", "z9hG4bK1"), "early", START);
    assert_eq!(table.poll_timeout(), Some((later(32_000), Timer::B)));
    assert!(table.handle_timeout(later(31_999)).is_none());

    assert_eq!(timed_out(&mut table, 34_000), [("early", Timer::B), ("late", Timer::F)]);
    assert!(table.is_empty());
}

/// Who is told by then that nobody has answered.
fn timed_out(table: &mut Transactions<&'static str>, millis: u64) -> Vec<(&'static str, Timer)> {
    let mut ended = Vec::new();
    while let Some(Expired::TimedOut { owner, timer, .. }) = table.handle_timeout(later(millis)) {
        ended.push((owner, timer));
    }
    ended
}

#[test]
fn a_throttled_tab_that_wakes_up_long_after_reads_first_what_has_come() {
    let mut table = Transactions::new();
    table.start(draft("INVITE", "z9hG4bK1"), "read", START);
    table.start(draft("OPTIONS", "z9hG4bK2"), "unanswered", START);
    assert_eq!(timed_out(&mut table, 99_000), []);
    assert!(table.handle_response(&heard(200, "INVITE", "z9hG4bK1"), later(99_000)).is_some());
    assert_eq!(timed_out(&mut table, 110_999), []);
    // However late it is again.
    assert_eq!(timed_out(&mut table, 200_000), [("unanswered", Timer::F)]);
    assert!(table.is_empty());
}

#[test]
fn a_cancelled_invite_ends_even_if_nobody_says_so() {
    let mut table = Transactions::new();
    let key = table.start(draft("INVITE", "z9hG4bK1"), "call", START);
    assert!(table.cancel(key, START).is_none(), "a CANCEL waits for a provisional response");
    table.handle_response(&heard(180, "INVITE", "z9hG4bK1"), later(1));
    let cancel = table.cancel(key, later(1000)).unwrap();
    assert_eq!((cancel.method(), cancel.branch()), (&Method::Cancel, "z9hG4bK1"));
    assert!(table.cancel(key, later(1001)).is_none());
    assert!(matches!(
        table.handle_timeout(later(33_000)),
        Some(Expired::TimedOut { owner: "call", timer: Timer::Cancelled, .. })
    ));
}

#[test]
fn a_lost_connection_ends_what_awaits_a_response() {
    let (mut table, ..) = invited();
    table.start(draft("INVITE", "z9hG4bK1"), "answered", START);
    table.handle_response(&heard(200, "INVITE", "z9hG4bK1"), START);
    table.start(draft("INVITE", "z9hG4bK2"), "ringing", START);
    table.handle_response(&heard(180, "INVITE", "z9hG4bK2"), START);
    table.start(draft("REGISTER", "z9hG4bK3"), "registration", START);
    let owners: Vec<_> = table
        .transport_lost(|_, _| true)
        .into_iter()
        .map(|lost| match lost {
            Expired::TransportLost { owner, .. } => owner,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(owners, ["ringing", "registration"]);
    assert!(!table.is_empty(), "the INVITE from outside may still be answered");
    table.clear();
    assert!(table.is_empty());
}

#[test]
fn a_lost_connection_may_spare_requests_that_are_to_be_sent_again() {
    let mut table = Transactions::new();
    let first = table.start(draft("INVITE", "z9hG4bK1"), "call", START);
    table.start(draft("MESSAGE", "z9hG4bK2"), "message", START);
    assert_eq!(table.invite_of(&"call"), Some(first));
    assert_eq!(table.invite_of(&"message"), None);
    let lost = table.transport_lost(|request, _| *request.method() == Method::Message);
    assert!(matches!(lost[..], [Expired::TransportLost { owner: "message", .. }]));
    assert_eq!(table.unanswered(START), [draft("INVITE", "z9hG4bK1").write()]);

    table.handle_response(&heard(200, "INVITE", "z9hG4bK1"), START);
    assert!(!table.is_waiting() && table.unanswered(START).is_empty() && !table.is_empty());
}

#[test]
fn an_invite_is_refused_repeated_and_acknowledged() {
    let (mut table, key, invite) = invited();
    assert!(matches!(table.handle_request(&invite), Arrived::Retransmission { send: None }));
    assert!(starts_with(table.respond(key, &answer(&invite, 180), START), "SIP/2.0 180 "));
    let Arrived::Retransmission { send } = table.handle_request(&invite) else {
        panic!("it is a repetition")
    };
    assert!(starts_with(send, "SIP/2.0 180 "));
    assert!(starts_with(table.respond(key, &answer(&invite, 486), START), "SIP/2.0 486 "));
    assert!(table.respond(key, &answer(&invite, 200), START).is_none());
    assert_eq!(table.poll_timeout(), Some((later(32_000), Timer::H)));

    let ack = asked("ACK", "proxy.example.com", "z9hG4bKi");
    assert!(matches!(table.handle_request(&ack), Arrived::Ack { owner: Some("call"), key: k } if k == key));
    assert!(table.is_empty());
    assert!(matches!(table.handle_request(&ack), Arrived::AckForDialog));
}

#[test]
fn a_refusal_without_ack_is_told() {
    let (mut table, key, invite) = invited();
    table.respond(key, &answer(&invite, 486), START);
    assert!(matches!(table.handle_timeout(later(32_000)), Some(Expired::NoAck { owner: "call", .. })));
    assert!(table.is_empty());
}

#[test]
fn an_accepted_invite_absorbs_repetitions_until_timer_l() {
    let (mut table, key, invite) = invited();
    assert!(table.respond(key, &answer(&invite, 200), START).is_some());
    assert!(matches!(table.handle_request(&invite), Arrived::Retransmission { send: None }));
    assert!(
        table.respond(key, &answer(&invite, 200), later(500)).is_some(),
        "the user agent repeats its 2xx"
    );
    assert!(table.respond(key, &answer(&invite, 486), later(500)).is_none());
    assert!(matches!(
        table.handle_request(&asked("ACK", "proxy.example.com", "z9hG4bKi")),
        Arrived::AckForDialog
    ));
    assert!(matches!(
        table.handle_request(&asked("ACK", "proxy.example.com", "z9hG4bKa")),
        Arrived::AckForDialog
    ));
    assert_eq!(table.poll_timeout(), Some((later(32_000), Timer::L)));
    assert!(table.handle_timeout(later(32_000)).is_none());
    assert!(table.is_empty());
}

#[test]
fn a_cancel_finds_the_invite_it_means() {
    let (mut table, key, invite) = invited();
    let cancel = asked("CANCEL", "proxy.example.com", "z9hG4bKi");
    let Arrived::Cancel { server, target } = table.handle_request(&cancel) else { panic!("it is a CANCEL") };
    assert_eq!(target, Some((key, "call")));
    assert!(table.respond(server, &answer(&cancel, 200), START).is_some());
    assert!(table.respond(key, &answer(&invite, 487), START).is_some());

    let other = asked("CANCEL", "proxy.example.com", "z9hG4bKx");
    assert!(matches!(table.handle_request(&other), Arrived::Cancel { target: None, .. }));
    let stranger = asked("CANCEL", "evil.example.com", "z9hG4bKi");
    assert!(matches!(table.handle_request(&stranger), Arrived::Cancel { target: None, .. }));
}

#[test]
fn a_request_other_than_invite_ends_with_its_final_response() {
    let mut table = Transactions::<&str>::new();
    let options = asked("OPTIONS", "proxy.example.com", "z9hG4bKo");
    let Arrived::New(key) = table.handle_request(&options) else { panic!("it is new") };
    assert!(matches!(table.handle_request(&options), Arrived::Retransmission { send: None }));
    assert_eq!(table.server_request(key).map(|request| request.method().as_str()), Some("OPTIONS"));
    assert!(table.respond(key, &answer(&options, 200), START).is_some());
    assert!(table.respond(key, &answer(&options, 200), START).is_none());
    assert!(table.is_empty());
}

#[test]
fn the_sent_by_tells_equal_branches_apart() {
    let (mut table, ..) = invited();
    for sender in ["PROXY.example.com:5060", "other.example.com"] {
        let elsewhere = asked("INVITE", sender, "z9hG4bKi");
        assert!(matches!(table.handle_request(&elsewhere), Arrived::Merged(_)), "{sender}");
    }
    let shouted = asked("INVITE", "PROXY.EXAMPLE.COM", "z9hG4bKi");
    assert!(matches!(table.handle_request(&shouted), Arrived::Retransmission { .. }));
}

#[test]
fn a_request_that_came_on_two_ways_is_merged() {
    let (mut table, ..) = invited();
    let second_way = asked("INVITE", "proxy.example.com", "z9hG4bKj");
    assert!(matches!(table.handle_request(&second_way), Arrived::Merged(_)));
    let another = asked("MESSAGE", "proxy.example.com", "z9hG4bKk");
    assert!(matches!(table.handle_request(&another), Arrived::New(_)));
}

#[test]
fn a_peer_of_rfc_2543_is_known_by_the_whole_request() {
    let mut table = Transactions::new();
    let old = |method: &str, call: &str, to: &str| {
        request(&format!(
            "{method} sip:bob@example.com SIP/2.0\nVia: SIP/2.0/WS old.example.com;branch=1\nFrom: <sip:alice@example.com>\n\
             To: <sip:bob@example.com>{to}\nCall-ID: {call}\nCSeq: 1 {method}\n\n"
        ))
    };
    let invite = old("INVITE", "one", "");
    let Arrived::New(key) = table.handle_request(&invite) else { panic!("it is new") };
    table.adopt(key, "call");
    assert!(matches!(table.handle_request(&invite), Arrived::Retransmission { .. }));
    assert!(matches!(table.handle_request(&old("INVITE", "two", "")), Arrived::New(_)));
    assert!(matches!(
        table.handle_request(&old("CANCEL", "one", "")),
        Arrived::Cancel { target: Some((target, "call")), .. } if target == key
    ));
    table.respond(key, &answer(&invite, 487), START);
    assert!(matches!(
        table.handle_request(&old("ACK", "one", ";tag=ours")),
        Arrived::Ack { owner: Some("call"), .. }
    ));
}

#[test]
fn a_flood_is_bounded_and_can_still_be_cancelled() {
    let (mut table, key, _) = invited();
    for index in 1..MAX_SERVERS {
        let options = asked("OPTIONS", "flood.example.com", &format!("z9hG4bK{index}"));
        assert!(!matches!(table.handle_request(&options), Arrived::Overload));
    }
    let one_more = asked("OPTIONS", "flood.example.com", "z9hG4bKmore");
    assert!(matches!(table.handle_request(&one_more), Arrived::Overload));
    assert!(matches!(
        table.handle_request(&asked("CANCEL", "proxy.example.com", "z9hG4bKi")),
        Arrived::Cancel { target: Some((target, _)), .. } if target == key
    ));
}
