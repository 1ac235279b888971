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
    /// `text` begins with a start line, and no field in its first `head_len` bytes is folded.
    pub(super) fn of(text: String, head_len: usize) -> Self {
        let mut index = Self {
            text: String::new(),
            head_len,
            fault: None,
            start_line: 0,
            fields: Vec::with_capacity(24),
        };
        let mut lines = lex::cut(&text, head_len).0.split_inclusive('\n');
        let mut at = lines.next().map_or(0, str::len);
        let line = lex::cut(&text, at).0;
        index.start_line = line.strip_suffix("\r\n").or(line.strip_suffix('\n')).unwrap_or(line).len();
        for line in lines {
            if !line.trim_ascii_end().is_empty() {
                match field(line, at) {
                    _ if index.fields.len() == MAX_FIELDS => index.fault = Some("Too many header fields"),
                    Some(field) => index.fields.push(field),
                    None => index.fault = Some("Malformed header field"),
                }
            }
            at += line.len();
        }
        index.text = text;
        index
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
fn field(line: &str, at: usize) -> Option<Field> {
    let (label, value) = lex::split(line, b':')?;
    let start = at + label.len() + 1;
    let label = label.trim_ascii_end();
    let end = start + value.trim_ascii_end().len();
    let start = start + (value.len() - value.trim_ascii_start().len());
    lex::is_token(label).then(|| Field {
        name: Name::find(label),
        label: at..at + label.len(),
        value: start.min(end)..end,
    })
}
