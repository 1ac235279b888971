//! Comma-separated lists (RFC 3261 §7.3.1).

use super::lex;

/// The elements of a list: split at commas outside quoted strings and angle brackets, white space trimmed.
/// Empty elements are passed on, the reader of an element decides.
#[derive(Clone)]
pub struct Elements<'a>(Option<&'a str>);

impl<'a> Elements<'a> {
    /// The elements of this field value. One without commas is one element.
    pub fn of(value: &'a str) -> Self {
        Self(Some(value))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.0?;
        let element = match lex::find_outside(text, b',') {
            Some(comma) => {
                self.0 = text.get(comma + 1..);
                lex::cut(text, comma).0
            }
            None => self.0.take()?,
        };
        Some(lex::trim(element))
    }
}
