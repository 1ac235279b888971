//! Where each header field of a received message stands. It is made of whatever came, well formed or not, so that a
//! refusal can still be answered.

use super::{Elements, MAX_FIELDS, Name, lex};
use core::ops::Range;

/// The head of a message and the places of its fields.
pub(super) struct Index {
    /// The start line, the fields and the empty line; then the body, where that is UTF-8.
    pub(super) text: String,
    /// The text up to the end of the empty line.
    pub(super) head_len: usize,
    /// Whether there is an empty line. Without one, all is head.
    pub(super) is_whole: bool,
    /// What of the head cannot be read at all.
    pub(super) fault: Option<&'static str>,
    start_line: usize,
    fields: Vec<Field>,
}

struct Field {
    name: Name,
    label: Range<usize>,
    value: Range<usize>,
}

impl Index {
    /// Finds the lines of the head, up to the first that is empty, in one pass. The line ends of folded lines become
    /// spaces (RFC 3261 §7.3.1), and so does NUL, which only a quoted string may hold, so that all that was read can be
    /// written. The text is for the caller to give.
    pub(super) fn of(message: &mut [u8]) -> Self {
        let mut index = Self {
            text: String::new(),
            head_len: message.len(),
            is_whole: false,
            fault: None,
            start_line: 0,
            fields: Vec::with_capacity(24),
        };
        let (mut at, mut line, mut colon, mut stray) = (0, 0, None, false);
        while let Some(&byte) = message.get(at) {
            let next = at + 1;
            // Most bytes are letters.
            if byte <= b':' {
                match byte {
                    b':' => colon = colon.or(Some(at)),
                    b'\n' => {
                        let whole = message.get(line..at).unwrap_or_default();
                        if line > 0 && whole.iter().all(|byte| *byte == b'\r') {
                            (index.head_len, index.is_whole) = (next, true);
                            break;
                        }
                        if matches!(message.get(next), Some(b' ' | b'\t')) {
                            blank(message, at);
                        } else {
                            match line {
                                0 => index.start_line = whole.strip_suffix(b"\r").unwrap_or(whole).len(),
                                _ => index.push(whole, line, colon),
                            }
                            (line, colon) = (next, None);
                        }
                    }
                    b'\r' => stray |= message.get(next) != Some(&b'\n'),
                    0 => blank(message, at),
                    _ => {}
                }
            }
            at = next;
        }
        if stray {
            index.fault = Some("CR without LF");
        }
        index
    }

    /// Adds the line that begins at `start`, with its first colon at `colon`.
    fn push(&mut self, line: &[u8], start: usize, colon: Option<usize>) {
        if line.trim_ascii_end().is_empty() {
            return;
        }
        match colon.and_then(|colon| field(line, start, colon - start)) {
            _ if self.fields.len() == MAX_FIELDS => self.fault = Some("Too many header fields"),
            Some(field) => self.fields.push(field),
            None => self.fault = Some("Malformed header field"),
        }
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    pub(super) fn start_line(&self) -> &str {
        lex::cut(&self.text, self.start_line).0
    }

    /// The value of each field of that name, in order.
    pub(super) fn lines(&self, name: Name) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |field| field.name == name).map(|field| self.slice(&field.value))
    }

    /// The elements of all fields of that name, in order.
    pub(super) fn elements(&self, name: Name) -> impl Iterator<Item = &str> {
        self.lines(name).flat_map(Elements::of)
    }

    /// Each field: which it is, its name as written, its value.
    pub(super) fn fields(&self) -> impl Iterator<Item = (Name, &str, &str)> {
        self.fields.iter().map(|field| (field.name, self.slice(&field.label), self.slice(&field.value)))
    }
}

/// Reads one line, which stands at `at`, as `name: value`.
fn field(line: &[u8], at: usize, colon: usize) -> Option<Field> {
    let (label, value) = line.split_at_checked(colon)?;
    let (label, value) = (label.trim_ascii_end(), value.get(1..)?);
    let label = core::str::from_utf8(label).ok().filter(|label| lex::is_token(label))?;
    let end = at + colon + 1 + value.trim_ascii_end().len();
    let start = at + line.len() - value.trim_ascii_start().len();
    Some(Field { name: Name::find(label), label: at..at + label.len(), value: start.min(end)..end })
}

/// Puts a space in the place of a byte, and of the CR before an LF.
fn blank(message: &mut [u8], at: usize) {
    let is_line_end = message.get(at) == Some(&b'\n');
    if let Some(byte) = message.get_mut(at) {
        *byte = b' ';
    }
    let before = at.checked_sub(1).filter(|_| is_line_end).and_then(|before| message.get_mut(before));
    if let Some(byte) = before.filter(|byte| **byte == b'\r') {
        *byte = b' ';
    }
}
