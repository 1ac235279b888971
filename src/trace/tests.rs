use super::*;
use crate::agent::{CallEvent, Event};
use crate::error::Cause;

const START: u64 = 1_764_000_000_123;

const REGISTER: &str = "REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\n\
    From: \"Alice\" <sip:alice@example.com>;tag=1\r\nTo: <sip:alice@example.com>\r\nCall-ID: c\r\nCSeq: 2 REGISTER\r\n\
    Authorization: Digest response=\"f00\"\r\nContent-Length: 0\r\n\r\n";
const OK: &str = "SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\n\
    From: <sip:alice@example.com>;tag=1\r\nTo: <sip:alice@example.com>;tag=2\r\nCall-ID: c\r\nCSeq: 2 REGISTER\r\n\r\n";

fn ring() -> Ring {
    let mut ring = Ring::default();
    ring.event(START, &Event::Connecting { flow: 1, attempts: 1 });
    ring.event(
        START + 1,
        &Event::Connected { flow: 1, server: "wss://u:p@example.com:7443/ws?token=t".into() },
    );
    ring.message(START + 2, true, REGISTER.into());
    ring.message(START + 40, false, OK.into());
    ring.event(START + 41, &Event::RegistrationFailed { flow: 1, cause: Cause::Busy, response: None });
    ring.media(START + 42, CallId(1), "iceConnection");
    ring.event(
        START + 43,
        &Event::Call {
            call: CallId(1),
            event: CallEvent::Terminated { message: None, cause: Some(Cause::NoAnswer) },
        },
    );
    ring.message(START + 44, false, b"SIP/2.0 nonsense of alice\r\n\r\n".to_vec());
    ring.event(
        START + 45,
        &Event::Disconnected {
            flow: 1,
            server: "wss://example.com:7443/ws".into(),
            code: 1006,
            reason: "alice left".into(),
            was_clean: false,
            will_retry: true,
        },
    );
    ring
}

const LADDER: &str = "\
SIP trace of 2025-11-24, times in UTC, without credentials

16:00:00.123       |  wsConnecting 1
16:00:00.124       |  wsConnected wss://example.com:7443
16:00:00.125    1  |-- REGISTER sip:example.com ----------->|
16:00:00.163    2  |<----------------------------- 200 OK --|
16:00:00.164       |  registrationFailed Busy
16:00:00.165       |  call 1 iceConnection
16:00:00.166       |  call 1 terminated No Answer
16:00:00.167    3  |<------------------ nonsense of alice --|
16:00:00.168       |  wsDisconnected 1006 alice left

--- 1 sent 16:00:00.125
REGISTER sip:example.com SIP/2.0
Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1
";

#[test]
fn the_ladder_is_read_from_top_to_bottom() {
    let text = Trace::of(&ring(), Redact::Credentials).ladder();
    assert!(text.starts_with(LADDER), "{text}");
    assert!(text.contains("\nAuthorization: ***\n") && !text.contains("f00"), "{text}");
    assert!(text.ends_with("\n--- 3 received 16:00:00.167\nSIP/2.0 nonsense of alice\n"), "{text}");
}

#[test]
fn nobody_is_named_on_request() {
    let trace = Trace::of(&ring(), Redact::All);
    let texts: Vec<_> = trace.lines().iter().map(|line| line.text.as_str()).collect();
    assert!(
        texts
            .iter()
            .all(|text| !text.contains("alice") && !text.contains("Alice") && !text.contains("example.com"))
    );
    assert_eq!((texts[1], texts[8]), ("wss://host-1.invalid:7443", "1006"));
    assert!(texts[2].starts_with("REGISTER sip:host-1.invalid SIP/2.0\r\n"), "{}", texts[2]);
    assert!(
        texts[2].contains("\"Name 1\" <sip:user-1@host-1.invalid>")
            && texts[2].contains("Authorization: ***")
    );
    assert_eq!(trace.lines()[7].summary(), "(not a SIP message)");
}

fn word(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

/// Each block: its type and what is between its lengths.
fn blocks(file: &[u8]) -> Vec<(usize, &[u8])> {
    let (mut blocks, mut at) = (Vec::new(), 0);
    while at < file.len() {
        let length = word(file, at + 4);
        assert_eq!((length % 4, word(file, at + length - 4)), (0, length), "both lengths are the same");
        blocks.push((word(file, at), &file[at + 8..at + length - 4]));
        at += length;
    }
    blocks
}

fn options(mut bytes: &[u8]) -> Vec<(u16, String)> {
    let mut options = Vec::new();
    while bytes.len() > 4 {
        let code = u16::from_le_bytes([bytes[0], bytes[1]]);
        let length = usize::from(u16::from_le_bytes([bytes[2], bytes[3]]));
        options.push((code, String::from_utf8_lossy(&bytes[4..4 + length]).into()));
        bytes = &bytes[4 + length.next_multiple_of(4)..];
    }
    assert_eq!(bytes, [0; 4], "the end of the options");
    options
}

#[test]
fn the_file_is_pcapng_with_a_datagram_for_each_message() {
    let file = Trace::of(&ring(), Redact::Credentials).pcapng();
    let blocks = blocks(&file);
    let kinds: Vec<_> = blocks.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [0x0A0D_0D0A, 1, 6, 6, 6]);
    assert_eq!(blocks[0].1, [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);
    assert_eq!(blocks[1].1, [101, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0]);

    let packet = blocks[2].1;
    let time = (word(packet, 4) as u64) << 32 | word(packet, 8) as u64;
    let (length, original) = (word(packet, 12), word(packet, 16));
    assert_eq!((time, original), (START + 2, length));
    let ip = &packet[20..20 + length];
    assert_eq!((ip[0], ip[9], &ip[12..20]), (0x45, 17, [192, 0, 2, 1, 192, 0, 2, 2].as_slice()));
    assert_eq!(usize::from(u16::from_be_bytes([ip[2], ip[3]])), length);
    let sum: u32 = ip[..20].chunks(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]]))).sum();
    assert_eq!(sum % 0xFFFF, 0, "the checksum of the header");
    assert_eq!(&ip[20..24], [0x13, 0xC4, 0x13, 0xC4], "port 5060");
    assert_eq!(usize::from(u16::from_be_bytes([ip[24], ip[25]])), length - 20);
    let text = String::from_utf8_lossy(&ip[28..]);
    assert!(text.starts_with("REGISTER sip:example.com SIP/2.0\r\n") && text.ends_with("\r\n\r\n"), "{text}");
    assert_eq!(
        options(&packet[(20 + length).next_multiple_of(4)..]),
        [(1, "wsConnecting 1".into()), (1, "wsConnected wss://example.com:7443".into())]
    );
    let (packet, length) = (blocks[3].1, word(blocks[3].1, 12));
    assert_eq!(packet[32..40], [192, 0, 2, 2, 192, 0, 2, 1]);
    let comments = options(&packet[(20 + length).next_multiple_of(4)..]);
    assert_eq!(
        comments.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(),
        ["registrationFailed Busy", "iceConnection", "terminated No Answer"]
    );
}

#[test]
fn an_empty_ring_is_a_trace_all_the_same() {
    let trace = Trace::of(&Ring::default(), Redact::All);
    assert_eq!(trace.ladder(), "SIP trace, times in UTC, without credentials, names and addresses\n\n");
    assert_eq!(blocks(&trace.pcapng()).len(), 2);
}

/// Wireshark's own reader, where it is installed.
#[test]
fn tshark_reads_it_as_sip() {
    let file = std::env::temp_dir()
        .join(["telnyx-device-trace-", &std::process::id().to_string(), ".pcapng"].concat());
    let Ok(version) = std::process::Command::new("tshark").arg("--version").output() else { return };
    assert!(version.status.success());
    std::fs::write(&file, Trace::of(&ring(), Redact::Credentials).pcapng()).unwrap();
    let read = std::process::Command::new("tshark")
        .args([
            "-T",
            "fields",
            "-E",
            "separator=|",
            "-e",
            "frame.time_epoch",
            "-e",
            "frame.comment",
            "-e",
            "ip.src",
        ])
        .args([
            "-e",
            "_ws.col.Protocol",
            "-e",
            "sip.Method",
            "-e",
            "sip.Status-Code",
            "-e",
            "sip.from.user",
            "-e",
            "_ws.expert",
        ])
        .arg("-r")
        .arg(&file)
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    let text = String::from_utf8_lossy(&read.stdout);
    assert!(
        text.contains("|192.0.2.1|SIP|REGISTER||alice|"),
        "{text}{}",
        String::from_utf8_lossy(&read.stderr)
    );
    assert!(text.contains("|192.0.2.2|SIP||200|alice|"), "{text}");
}
