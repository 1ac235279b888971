//! The trace as a file for Wireshark and its like (draft-ietf-opsawg-pcapng): each message as a UDP datagram between two
//! addresses for documentation, to or from port 5060, which every tool reads as SIP. The events stand as comments at
//! the message that they follow.

use super::{Kind, Line, MAX_KEPT, Trace};

const SECTION_HEADER: u32 = 0x0A0D_0D0A;
const INTERFACE: u32 = 1;
const ENHANCED_PACKET: u32 = 6;
/// Packets begin with their IP header.
const LINKTYPE_RAW: u32 = 101;
const OPTION_COMMENT: u16 = 1;
const OPTION_RESOLUTION: u16 = 9;
/// In 10⁻³ s.
const MILLISECONDS: u8 = 3;
/// RFC 5737.
const DEVICE: [u8; 4] = [192, 0, 2, 1];
const SERVER: [u8; 4] = [192, 0, 2, 2];
const SIP_PORT: [u8; 2] = 5060u16.to_be_bytes();
/// IPv4 header and UDP header.
const HEADERS: usize = 28;

impl Trace {
    /// The bytes of a `.pcapng` file, little-endian.
    pub fn pcapng(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let start = begin(&mut file, SECTION_HEADER);
        number(&mut file, 0x1A2B_3C4D); // the byte order
        number(&mut file, 1); // version 1.0
        file.extend_from_slice(&[0xFF; 8]); // the length of the section is not told
        end(&mut file, start);
        let start = begin(&mut file, INTERFACE);
        number(&mut file, LINKTYPE_RAW);
        number(&mut file, 0); // packets are not cut
        option(&mut file, OPTION_RESOLUTION, &[MILLISECONDS]);
        end_of_options(&mut file);
        end(&mut file, start);
        let mut lines = self.lines.as_slice();
        // What happened before the first message is told at the first message.
        let mut events = take_events(&mut lines);
        while let Some((message, rest)) = lines.split_first() {
            lines = rest;
            let later = take_events(&mut lines);
            packet(&mut file, message, [events, later]);
            events = &[];
        }
        file
    }
}

/// The events that the lines begin with.
fn take_events<'a>(lines: &mut &'a [Line]) -> &'a [Line] {
    let is_message = |line: &Line| !matches!(line.kind, Kind::Event { .. });
    let count = lines.iter().position(is_message).unwrap_or(lines.len());
    let (taken, rest) = lines.split_at_checked(count).unwrap_or_default();
    *lines = rest;
    taken
}

fn packet(out: &mut Vec<u8>, message: &Line, events: [&[Line]; 2]) {
    let text = message.text.as_bytes();
    let text = text.get(..MAX_KEPT).unwrap_or(text); // `***` may be longer than what it hides
    let length = u32::try_from(HEADERS + text.len()).unwrap_or_default();
    let start = begin(out, ENHANCED_PACKET);
    number(out, 0); // the interface
    number(out, (message.time >> 32) as u32);
    number(out, message.time as u32);
    number(out, length);
    number(out, length);
    let (from, to) = if message.kind == Kind::Sent { (DEVICE, SERVER) } else { (SERVER, DEVICE) };
    datagram(out, from, to, text);
    pad(out);
    for event in events.into_iter().flatten() {
        option(out, OPTION_COMMENT, comment(event).as_bytes());
    }
    end_of_options(out);
    end(out, start);
}

fn datagram(out: &mut Vec<u8>, from: [u8; 4], to: [u8; 4], text: &[u8]) {
    let [high, low] = ((HEADERS + text.len()) as u16).to_be_bytes();
    // Version and length of the header, its life, and UDP (RFC 791 §3.1).
    let mut header = [
        0x45, 0, high, low, 0, 0, 0, 0, 64, 17, 0, 0, from[0], from[1], from[2], from[3], to[0], to[1],
        to[2], to[3],
    ];
    let [high, low] = checksum(&header).to_be_bytes();
    (header[10], header[11]) = (high, low);
    out.extend_from_slice(&header);
    out.extend_from_slice(&SIP_PORT);
    out.extend_from_slice(&SIP_PORT);
    out.extend_from_slice(&((8 + text.len()) as u16).to_be_bytes());
    out.extend_from_slice(&[0, 0]); // no checksum (RFC 768)
    out.extend_from_slice(text);
}

/// RFC 1071.
fn checksum(header: &[u8; 20]) -> u16 {
    let pairs =
        header.chunks_exact(2).map(|pair| pair.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)));
    let sum: u32 = pairs.sum();
    let sum = (sum & 0xFFFF) + (sum >> 16);
    !((sum & 0xFFFF) + (sum >> 16)) as u16
}

fn comment(event: &Line) -> String {
    let Kind::Event { name, .. } = event.kind else { return String::new() };
    [name, " ", &event.text].concat().trim_ascii_end().into()
}

/// Begins a block: its type and the room for its length.
fn begin(out: &mut Vec<u8>, kind: u32) -> usize {
    let start = out.len();
    number(out, kind);
    number(out, 0);
    start
}

/// Ends the block that began at `start` by its length, which also goes where it began. All is in multiples of four bytes.
fn end(out: &mut Vec<u8>, start: usize) {
    let length = ((out.len() - start + 4) as u32).to_le_bytes();
    out.extend_from_slice(&length);
    if let Some(place) = out.get_mut(start + 4..start + 8) {
        place.copy_from_slice(&length);
    }
}

fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = value.get(..MAX_KEPT).unwrap_or(value);
    let length = value.len() as u16;
    out.extend_from_slice(&code.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(value);
    pad(out);
}

fn end_of_options(out: &mut Vec<u8>) {
    number(out, 0);
}

fn number(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

/// Everything before it began at a multiple of four.
fn pad(out: &mut Vec<u8>) {
    while !out.len().is_multiple_of(4) {
        out.push(0);
    }
}
