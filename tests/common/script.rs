//! What the far side says, and how to read what we said to it.

/// What the phone would offer or answer.
pub const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

/// bob answers a call.
pub const BOB: &str = "200 OK\nContact: <sip:bob@b.invalid>\nContent-Type: application/sdp\n\nv=0 bob";

/// bob calls, as the proxy delivers it.
pub const INVITE: &str = "INVITE sip:alice@example.com SIP/2.0
    Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bKcall
    Max-Forwards: 69
    From: Bob <sip:bob@example.com>;tag=far
    To: <sip:alice@example.com>
    Call-ID: from-bob
    CSeq: 1 INVITE
    Contact: <sip:bob@b.invalid>
    Content-Type: application/sdp

v=0 bob";

/// bob thinks better of it.
pub const CANCEL: &str = "CANCEL sip:alice@example.com SIP/2.0
    Via: SIP/2.0/WSS proxy.example.com;branch=z9hG4bKcall
    Max-Forwards: 69
    From: Bob <sip:bob@example.com>;tag=far
    To: <sip:alice@example.com>
    Call-ID: from-bob
    CSeq: 1 CANCEL";

/// The value of a header field in a message.
#[track_caller]
pub fn field<'a>(message: &'a str, name: &str) -> &'a str {
    let mut fields = message.lines().filter_map(|line| line.split_once(": "));
    fields.find(|(it, _)| *it == name).unwrap_or_else(|| panic!("no {name} in {message}")).1
}

/// The tag of an address.
#[track_caller]
pub fn tag(address: &str) -> &str {
    address.split_once(";tag=").unwrap_or_else(|| panic!("no tag in {address}")).1
}
