//! Comma-separated lists (RFC 3261 §7.3.1).

use super::{Name, lex};

/// The elements of a list: split at commas outside quoted strings and angle brackets, white space trimmed.
/// Empty elements are passed on, the reader of an element decides.
#[derive(Clone)]
pub struct Elements<'a> {
    rest: Option<&'a str>,
    is_list: bool,
}

impl<'a> Elements<'a> {
    /// The elements of this field value. One without commas is one element.
    pub fn of(value: &'a str) -> Self {
        Self { rest: Some(value), is_list: true }
    }

    /// The elements of a field of that name: one, if commas mean nothing in it.
    pub(super) fn of_field(name: Name, value: &'a str) -> Self {
        Self { rest: Some(value), is_list: name.is_list() }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.rest.take()?;
        let Some(comma) = lex::find_outside(text, b',').filter(|_| self.is_list) else {
            return Some(text.trim_ascii());
        };
        self.rest = text.get(comma + 1..);
        Some(lex::cut(text, comma).0.trim_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_quotes_and_brackets_do_not_split() {
        let list = r#""a, \", b" <sip:x,y> ;p="1,2" , <sip:z>,,last"#;
        let elements: Vec<_> = Elements::of(list).collect();
        assert_eq!(elements, [r#""a, \", b" <sip:x,y> ;p="1,2""#, "<sip:z>", "", "last"]);
        assert_eq!(Elements::of("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn a_field_that_is_no_list_is_one_element() {
        assert_eq!(Elements::of_field(Name::Subject, "a, b").collect::<Vec<_>>(), ["a, b"]);
        assert_eq!(Elements::of_field(Name::Allow, "A, B").collect::<Vec<_>>(), ["A", "B"]);
    }
}
