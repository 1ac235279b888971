//! Writing: the fields and body that requests and responses have in common while they are being made.

use super::{ExtraHeader, HeaderValue, Name, NameAddr, lex};

/// The fields and the body of a message that is being made. Those that a message cannot be without can be replaced
/// and not removed, and Content-Length is always written from the body.
#[derive(Clone)]
pub struct Fields {
    /// In the order of [`Name`].
    lines: Vec<Line>,
    body: Vec<u8>,
}

#[derive(Clone)]
struct Line {
    name: Name,
    /// The name of a field that is none of [`Name`].
    label: Box<str>,
    value: HeaderValue,
}

impl Fields {
    pub(super) fn new() -> Self {
        Self { lines: Vec::with_capacity(16), body: Vec::new() }
    }

    /// The same fields as in a received message.
    pub(super) fn copy<'a>(fields: impl Iterator<Item = (Name, &'a str, &'a str)>, body: &[u8]) -> Self {
        let mut copy = Self::new();
        for (name, label, value) in fields {
            copy.insert(name, if name == Name::Other { label } else { "" }, HeaderValue::lossy(value));
        }
        copy.body = body.to_vec();
        copy
    }

    /// Adds a field after those of the same name. Content-Length comes from the body, and `label` is the name of a
    /// field that is none of [`Name`].
    fn insert(&mut self, name: Name, label: &str, value: HeaderValue) {
        if name != Name::ContentLength && (name == Name::Other) != label.is_empty() {
            let at = self.lines.partition_point(|line| line.name <= name);
            self.lines.insert(at, Line { name, label: label.into(), value });
        }
    }

    /// Adds a field after those of the same name. `Name::Other` and `Name::ContentLength` add nothing.
    pub fn push(&mut self, name: Name, value: HeaderValue) {
        self.insert(name, "", value);
    }

    /// Adds a field before those of the same name.
    pub fn push_front(&mut self, name: Name, value: HeaderValue) {
        self.push(name, value);
        let start = self.lines.partition_point(|line| line.name < name);
        let end = self.lines.partition_point(|line| line.name <= name);
        if let Some(lines) = self.lines.get_mut(start..end) {
            lines.rotate_right(usize::from(!lines.is_empty()));
        }
    }

    /// Puts this one field in place of all of that name.
    pub fn set(&mut self, name: Name, value: HeaderValue) {
        self.lines.retain(|line| line.name != name);
        self.push(name, value);
    }

    /// Removes all fields of that name; not those that every message has.
    pub fn remove(&mut self, name: Name) {
        if !name.is_mandatory() {
            self.lines.retain(|line| line.name != name);
        }
    }

    /// Adds a field of the application; one that may stand only once replaces what was there.
    pub fn extra(&mut self, header: &ExtraHeader) {
        let value = header.value.clone();
        match header.name {
            Name::Other => self.insert(Name::Other, &header.label, value),
            name if name.is_list() => self.push(name, value),
            name => self.set(name, value),
        }
    }

    /// Adds a field of the application, unless one of its name is there that is no list.
    pub fn extra_if_absent(&mut self, header: &ExtraHeader) {
        let same = |line: &Line| line.name == header.name && line.label.eq_ignore_ascii_case(header.other());
        if header.name.is_list() || !self.lines.iter().any(same) {
            self.extra(header);
        }
    }

    /// The value of the first field of that name.
    pub fn get(&self, name: Name) -> Option<&HeaderValue> {
        self.all(name).next()
    }

    /// The value of each field of that name.
    pub fn all(&self, name: Name) -> impl Iterator<Item = &HeaderValue> {
        self.lines.iter().filter(move |line| line.name == name).map(|line| &line.value)
    }

    /// Takes the first element off a list such as Route or Via.
    pub fn pop_first(&mut self, name: Name) -> Option<HeaderValue> {
        let at = self.lines.iter().position(|line| line.name == name)?;
        let value = self.lines.get(at)?.value.clone();
        let comma = lex::find_outside(value.as_str(), b',');
        let (first, rest) = lex::cut(value.as_str(), comma.unwrap_or(value.as_str().len()));
        match (self.lines.get_mut(at), rest.strip_prefix(',')) {
            (Some(line), Some(rest)) => line.value = HeaderValue::lossy(rest),
            _ => drop(self.lines.remove(at)),
        }
        Some(HeaderValue::lossy(first))
    }

    /// Adds the first element of a field of other fields.
    pub(super) fn copy_first(&mut self, other: &Self, name: Name) {
        if let Some(value) = other.get(name) {
            let comma = if name == Name::Via { lex::find_outside(value.as_str(), b',') } else { None };
            let (first, _) = lex::cut(value.as_str(), comma.unwrap_or(value.as_str().len()));
            self.push(name, HeaderValue::lossy(first));
        }
    }

    /// Sets the body.
    pub fn set_body(&mut self, content_type: HeaderValue, body: Vec<u8>) {
        self.set(Name::ContentType, content_type);
        self.body = body;
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The address in the first field of that name.
    pub(super) fn address(&self, name: Name) -> Option<NameAddr<'_>> {
        NameAddr::read(self.get(name)?.as_str())
    }

    /// All of it after the given start line.
    pub(super) fn write(&self, mut out: String) -> Vec<u8> {
        out.reserve(
            self.lines.iter().map(|line| line.value.as_str().len() + 32).sum::<usize>() + self.body.len(),
        );
        out.push_str("\r\n");
        for line in &self.lines {
            out.push_str(if line.name == Name::Other { &line.label } else { line.name.as_str() });
            out.push_str(": ");
            out.push_str(line.value.as_str());
            out.push_str("\r\n");
        }
        out.push_str("Content-Length: ");
        lex::push_number(&mut out, u32::try_from(self.body.len()).unwrap_or(u32::MAX));
        out.push_str("\r\n\r\n");
        let mut out = out.into_bytes();
        out.extend_from_slice(&self.body);
        out
    }
}
