//! DTMF tones in the body of an INFO: `application/dtmf-relay` and `application/dtmf`, which no RFC defines and every
//! gateway knows.

use super::{Head, lex};

/// The content type that we send.
pub const RELAY: &str = "application/dtmf-relay";
/// The content types that we understand.
pub const ACCEPT: &str = "application/dtmf-relay, application/dtmf";

/// What a tone lasts that does not say how long, in milliseconds.
const DEFAULT_DURATION: u32 = 100;

/// The body for a tone of `duration` milliseconds.
pub fn write(digit: char, duration: u32) -> Vec<u8> {
    let mut body = String::from("Signal=");
    body.push(digit);
    body.push_str("\r\nDuration=");
    lex::push_number(&mut body, duration);
    body.push_str("\r\n");
    body.into_bytes()
}

/// The tone in a message, and how long it lasts in milliseconds.
pub fn read(head: &Head) -> Option<(char, u32)> {
    let body = head.body_text()?;
    if head.has_type("application/dtmf") {
        return Some((digit(body)?, DEFAULT_DURATION));
    }
    if !head.has_type(RELAY) {
        return None;
    }
    let field = |name: &str| {
        let mut pairs = body.lines().filter_map(|line| line.split_once('='));
        pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    let duration = field("Duration").and_then(|value| lex::number(value.trim())).unwrap_or(DEFAULT_DURATION);
    Some((digit(field("Signal")?)?, duration))
}

/// One tone, by its sign or by its event number (RFC 4733 §3.2).
fn digit(text: &str) -> Option<char> {
    match text.trim() {
        "10" => Some('*'),
        "11" => Some('#'),
        sign => {
            let mut signs = sign.chars();
            let digit = signs.next()?.to_ascii_uppercase();
            let is_tone = matches!(digit, '0'..='9' | 'A'..='D' | '*' | '#');
            (is_tone && signs.next().is_none()).then_some(digit)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Frame, Message};

    fn info(content_type: &str, body: &str) -> Message {
        let text = format!(
            "INFO sip:a@b SIP/2.0\r\nVia: SIP/2.0/WS c.invalid;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n\
             To: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INFO\r\nContent-Type: {content_type}\r\n\r\n{body}"
        );
        match crate::message::read(text.as_bytes()).unwrap() {
            Frame::Message(message) => message,
            _ => panic!("no message"),
        }
    }

    #[test]
    fn what_we_write_we_read() {
        let body = String::from_utf8(write('#', 160)).unwrap();
        assert_eq!(read(&info(RELAY, &body)), Some(('#', 160)));
    }

    #[test]
    fn the_forms_of_other_gateways_are_read() {
        assert_eq!(read(&info(RELAY, "signal = 5\nduration= 250 ")), Some(('5', 250)));
        assert_eq!(read(&info(RELAY, "Signal=10\r\n")), Some(('*', 100)));
        assert_eq!(read(&info("application/dtmf", "d\r\n")), Some(('D', 100)));
    }

    #[test]
    fn what_is_no_tone_is_none() {
        assert_eq!(read(&info(RELAY, "Signal=55\r\n")), None);
        assert_eq!(read(&info("text/plain", "5")), None);
    }
}
