use super::*;
use crate::message::{Frame, read};

fn shown(text: &str, names: &mut Pseudonyms) -> String {
    let wire = text.replace('\n', "\r\n");
    let Ok(Frame::Message(message)) = read(wire.as_bytes()) else {
        panic!("{:?} {text}", read(wire.as_bytes()).err())
    };
    anonymous(&message, names).replace("\r\n", "\n")
}

const INVITE: &str = "\
INVITE sip:+1-206-555-1111@sip.example.com:5061;transport=ws;x-account=77 SIP/2.0
Via: SIP/2.0/WS 203.0.113.9:5060;branch=z9hG4bK1;received=198.51.100.7;rport=4, SIP/2.0/WS a1b2.invalid;branch=z9hG4bK2
Max-Forwards: 70
Route: <sip:SIP.example.com;lr>
f: \"Bob \\\"B\\\" Baker\" <sip:bob:pw@example.com>;tag=1
To: tel:+12065551111
Call-ID: abc@192.168.1.2
CSeq: 1 INVITE
Contact: <sip:bob@[2001:db9::9]:99;ob>;+sip.instance=\"<urn:uuid:1>\";reg-id=1
P-Asserted-Identity: \"Anonymous\" <sip:anonymous@anonymous.invalid>
Proxy-Authorization: Digest username=\"bob\"
Refer-To: <sip:carol@example.com?Replaces=abc>
Subject: Bob's health
X-Customer: Bob
User-Agent: Phone 1
Content-Type: application/sdp
Content-Length: 423

v=0
o=bob 1 2 IN IP4 203.0.113.9
s=Bob's call
i=about health
c=IN IP4 203.0.113.9/127
t=0 0
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=rtpmap:111 opus/48000/2
a=candidate:1 1 udp 9 macbook-of-bob.local 5 typ host generation 0
a=candidate:2 1 udp 9 203.0.113.9 5 typ srflx raddr 192.168.1.2 rport 6
a=rtcp:9 IN IP4 0.0.0.0
a=ssrc:1 cname:bob@example.com
a=ice-ufrag:u
a=ice-pwd:p
a=x-name:bob
a=sendrecv
";

const SHOWN: &str = "\
INVITE sip:number-1@host-1.invalid:5061;transport=ws;x-account=*** SIP/2.0
Via: SIP/2.0/WS 198.18.0.1:5060;branch=z9hG4bK1;received=198.18.0.2;rport=4, SIP/2.0/WS a1b2.invalid;branch=z9hG4bK2
Max-Forwards: 70
Route: <sip:host-1.invalid;lr>
f: \"Name 1\" <sip:user-1@host-2.invalid>;tag=1
To: <tel:number-1>
Call-ID: abc@10.0.0.1
CSeq: 1 INVITE
Contact: <sip:user-1@[2001:db8::1]:99;ob>;+sip.instance=***;reg-id=1
P-Asserted-Identity: \"Anonymous\" <sip:anonymous@anonymous.invalid>
Proxy-Authorization: ***
Refer-To: <sip:user-2@host-2.invalid?***>
Subject: ***
X-Customer: ***
User-Agent: Phone 1
Content-Type: application/sdp
Content-Length: 379

v=0
o=user-1 1 2 IN IP4 198.18.0.1
s=***
i=***
c=IN IP4 198.18.0.1/127
t=0 0
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=rtpmap:111 opus/48000/2
a=candidate:1 1 udp 9 host-3.invalid 5 typ host generation 0
a=candidate:2 1 udp 9 198.18.0.1 5 typ srflx raddr 10.0.0.1 rport 6
a=rtcp:9 IN IP4 0.0.0.0
a=ssrc:1 ***
a=ice-ufrag:u
a=ice-pwd:***
a=x-name:***
a=sendrecv
";

fn with_length(text: &str) -> String {
    let (head, body) = text.split_once("\n\n").unwrap();
    let length = body.replace('\n', "\r\n").len();
    let head: Vec<_> = head
        .lines()
        .map(|line| match line.split_once(": ") {
            Some(("Content-Length", _)) => format!("Content-Length: {length}"),
            _ => line.to_owned(),
        })
        .collect();
    format!("{}\n\n{body}", head.join("\n"))
}

#[test]
fn a_message_keeps_its_structure_and_tells_nobody() {
    let mut names = Pseudonyms::default();
    let text = shown(&with_length(INVITE), &mut names);
    assert_eq!(text, with_length(SHOWN));
    assert_eq!(shown(&with_length(INVITE), &mut names), text, "the same names again");
}

fn message(start: &str, rest: &str) -> String {
    let head = "Via: SIP/2.0/WS a.invalid;branch=z9hG4bK1\nFrom: <sip:a@b>;tag=1\nTo: <sip:a@b>\nCall-ID: 1\nCSeq: 1";
    format!("{start}\n{head} {rest}")
}

#[test]
fn bodies_are_dropped_but_descriptions_and_statuses() {
    let show = |start: &str, rest: &str| shown(&message(start, rest), &mut Pseudonyms::default());
    let text =
        show("MESSAGE sip:a@b SIP/2.0", "MESSAGE\nContent-Type: text/plain\nContent-Length: 6\n\nsecret");
    assert!(text.ends_with("Content-Type: text/plain\nContent-Length: 0\n\n"), "{text}");
    let text = show("INFO sip:a@b SIP/2.0", "INFO\nContent-Type: application/dtmf-relay\n\nSignal=5\n");
    assert!(text.ends_with("dtmf-relay\n\n"), "{text}");
    let text = show(
        "NOTIFY sip:a@b SIP/2.0",
        "NOTIFY\nEvent: refer\nContent-Type: message/sipfrag\n\nSIP/2.0 200 Bob is here\nServer: bob.example.com\n",
    );
    assert!(text.ends_with("sipfrag\n\nSIP/2.0 200 OK\n"), "{text}");
}

#[test]
fn what_a_server_says_in_its_own_words_is_left_out() {
    let rest = "INVITE\nWarning: 307 host.example.com \"Bob\"\nWWW-Authenticate: Digest realm=\"r\"\n\
                Retry-After: 5 (Bob is out)\nReason: SIP;cause=200;text=\"Bob\", Q.850;cause=16\n\
                Contact: *\nAlert-Info: <urn:uuid:1>, nonsense <\n\n";
    let text = shown(&message("SIP/2.0 486 Bob is busy", rest), &mut Pseudonyms::default());
    assert!(text.starts_with("SIP/2.0 486 Busy Here\n"), "{text}");
    let tail = "Warning: 307 ***\nWWW-Authenticate: Digest ***\nRetry-After: 5\n\
                Reason: SIP;cause=200;text=***, Q.850;cause=16\nContact: *\nAlert-Info: <urn:***>, ***\n\n";
    assert!(text.ends_with(tail), "{text}");
}

#[test]
fn hosts_that_tell_nothing_stay() {
    let mut names = Pseudonyms::default();
    let mut host = |text: &str| {
        let mut out = String::new();
        names.push_host(&mut out, text);
        out
    };
    for kept in ["127.0.0.1", "0.0.0.0", "[::1]", "::", "localhost", "x.invalid", ""] {
        assert_eq!(host(kept), kept);
    }
    assert_eq!(host("Example.com"), host("example.COM"));
    assert_eq!(
        (host("10.1.2.3"), host("172.16.0.1"), host("172.32.0.1")),
        ("10.0.0.1".into(), "10.0.0.2".into(), "198.18.0.1".into())
    );
    assert_eq!((host("1.2.3.256"), host("1.2.3")), ("host-2.invalid".into(), "host-3.invalid".into()));
    for number in 0..300 {
        host(&format!("9.9.{}.{}", number / 200, number % 200));
    }
    assert_eq!(host("9.9.1.99"), "198.18.1.45");
}

#[test]
fn an_address_where_none_belongs_is_left_out() {
    let rest = "INVITE\nRetry-After: 12 \"Bob\" <sip:bob@example.com>\nReason: sip:bob@example.com;cause=200\nContent-Type: application/sdp\n\n\
                v=0\no=- 1 \"Bob\" <sip:bob@example.com>\nm=audio 9 <sip:bob@example.com> 0\na=fmtp:0 bob@example.com\n";
    let text = shown(&message("SIP/2.0 503 Service Unavailable", rest), &mut Pseudonyms::default());
    assert!(!text.contains("bob@"), "{text}");
    assert!(text.contains("Retry-After: 12\n"), "{text}");
}
