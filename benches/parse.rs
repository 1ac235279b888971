//! Messages of the kind that a phone reads and writes: time and allocations for each, and `rsip` beside it.
//!     cargo bench --bench parse
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a benchmark")]

#[path = "../tests/support/messages.rs"]
mod messages;

use divan::{AllocProfiler, Bencher, black_box};
use telnyx_device::message::*;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

/// Typical messages that `rsip` reads as well.
const TYPICAL: [&str; 6] = ["invite", "ringing", "answer", "ack", "bye", "unauthorized"];

fn main() {
    divan::main();
}

fn sample(name: &str) -> Vec<u8> {
    messages::samples().into_iter().find(|(sample, _)| sample == name).unwrap().1
}

/// What routing needs of every message.
#[divan::bench(args = TYPICAL)]
fn read_and_route(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = sample(name);
    bencher.bench_local(|| {
        let Ok(Frame::Message(message)) = read(black_box(&bytes)) else { panic!("{name}") };
        black_box((message.via().branch(), message.from().tag(), message.to().tag(), message.call_id()));
        black_box((message.cseq().number, message.contacts().next().map(|contact| contact.uri().host())));
        message
    });
}

/// The same with `rsip`.
#[divan::bench(args = TYPICAL)]
fn rsip_read_and_route(bencher: Bencher<'_, '_>, name: &str) {
    use rsip::prelude::*;
    let bytes = sample(name);
    bencher.bench_local(|| {
        let message = rsip::SipMessage::try_from(black_box(&bytes[..])).unwrap();
        black_box((message.via_header().unwrap().typed().unwrap(), message.call_id_header().unwrap()));
        black_box((
            message.from_header().unwrap().typed().unwrap(),
            message.to_header().unwrap().typed().unwrap(),
        ));
        black_box(message.cseq_header().unwrap().typed().unwrap());
        black_box(message.contact_headers().first().map(|contact| contact.typed().unwrap()));
        message
    });
}

#[divan::bench]
fn make_a_request(bencher: Bencher<'_, '_>) {
    let uri = UriBuf::sip(Some("bob"), "example.com", None).unwrap();
    bencher.bench_local(|| {
        let from = name_addr(Some("Alice"), uri.as_uri(), Some("asdyka899"));
        let to = name_addr(None, uri.as_uri(), None);
        let hop = via(Transport::Wss, "df7jal23ls0d.invalid", None, "z9hG4bK56sdasks");
        let mut draft = RequestDraft::new(Method::Message, uri.clone(), hop, from, to, "asidkj3ss", 1);
        draft.set_body(HeaderValue::lossy("text/plain"), b"Watson, come here.".to_vec());
        black_box(draft.write())
    });
}

#[divan::bench]
fn make_a_response(bencher: Bencher<'_, '_>) {
    let bytes = sample("invite");
    let Ok(Frame::Message(Message::Request(invite))) = read(&bytes) else { panic!() };
    bencher.bench_local(|| {
        let mut draft = ResponseDraft::to(black_box(&invite), StatusCode::RINGING);
        draft.set_to_tag("bmqkjhsd");
        draft.copy_record_route(&invite);
        black_box(draft.write())
    });
}

/// What a proxy does with a request.
#[divan::bench]
fn forward_a_request(bencher: Bencher<'_, '_>) {
    let bytes = sample("invite");
    bencher.bench_local(|| {
        let Ok(Frame::Message(Message::Request(invite))) = read(black_box(&bytes)) else { panic!() };
        let mut draft = RequestDraft::forward(&invite);
        draft.pop_first(Name::Route);
        draft.push_via(via(Transport::Ws, "edge.example.com", None, "z9hG4bKmma01m3r5"));
        black_box(draft.write())
    });
}
