//! Reading: from the bytes of one WebSocket message to a coherent [`Message`], or to a [`Refused`] that knows the
//! answer (RFC 3261 §7, §8.2, §16.3, RFC 7118).

use super::check::check;
use super::index::Index;
use super::refused::{Fault, bad};
use super::{Frame, Refused, StatusCode};

/// The longest message that is read, in bytes.
pub const MAX_MESSAGE: usize = 256 * 1024;

/// The most header fields that a message may have.
pub const MAX_FIELDS: usize = 512;

/// Reads one WebSocket message, text or binary, in time linear in its length.
///
/// Line ends may be bare LF, empty lines may come first, and a missing Content-Length means that the body is all the
/// rest (RFC 7118 §5.2). What follows the body is dropped.
///
/// # Errors
/// [`Refused`] for everything that is not a coherent SIP message.
pub fn read(frame: &[u8]) -> Result<Frame, Refused> {
    let line_ends = frame.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let message = frame.get(line_ends..).unwrap_or_default();
    if message.is_empty() && line_ends > 0 {
        return Ok(if line_ends > 2 { Frame::Ping } else { Frame::Pong });
    }
    if message.len() > MAX_MESSAGE {
        return Err(Refused::unanswered(Fault(StatusCode::MESSAGE_TOO_LARGE, "Message Too Large")));
    }
    let (index, binary) = take_in(message);
    if !index.is_whole {
        return Err(Refused::unanswered(bad("No end of header")));
    }
    match check(&index, message.len() - index.head_len) {
        Ok(facts) => Ok(Frame::Message(facts.into_message(index, binary))),
        Err(fault) => Err(Refused::new(fault, &index)),
    }
}

/// The one copy of the message: folded lines joined, fields indexed, a body that is not UTF-8 beside it.
pub(super) fn take_in(message: &[u8]) -> (Index, Vec<u8>) {
    let mut bytes = message.to_vec();
    let mut index = Index::of(&mut bytes);
    let binary = match String::from_utf8(bytes) {
        Ok(text) => {
            index.text = text;
            Vec::new()
        }
        Err(error) => {
            let mut bytes = error.into_bytes();
            let binary = bytes.split_off(index.head_len);
            let (text, garbled) = head_text(bytes);
            index.text = text;
            if garbled {
                index.fault = Some("Header is not UTF-8");
            }
            binary
        }
    };
    (index, binary)
}

/// The head as text. If it is not UTF-8 it is refused, and what is ASCII in it serves for the answer.
fn head_text(head: Vec<u8>) -> (String, bool) {
    match String::from_utf8(head) {
        Ok(text) => (text, false),
        Err(error) => {
            let ascii =
                error.as_bytes().iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' });
            (ascii.collect(), true)
        }
    }
}
