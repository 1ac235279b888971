//! Values as lines of text, to be kept where a reload of the page does not reach: one value on a line, in the order that
//! the reader knows. What is read may have been written by anybody.

/// Writes one value after the other.
#[derive(Default)]
pub struct Writer(String);

impl Writer {
    /// Text that has no end of a line in it. Empty text cannot be told from none.
    pub fn text(&mut self, text: &str) {
        self.0.push_str(if text.is_empty() { NONE } else { text });
        self.0.push('\n');
    }

    /// A number.
    pub fn number(&mut self, number: u64) {
        push(&mut self.0, number);
        self.0.push('\n');
    }

    /// A number, where there is one.
    pub fn optional(&mut self, number: Option<u64>) {
        match number {
            Some(number) => self.number(number),
            None => self.text(""),
        }
    }

    /// A yes or a no.
    pub fn flag(&mut self, flag: bool) {
        self.number(flag.into());
    }

    /// All of it.
    pub fn finish(self) -> String {
        self.0
    }
}

/// Reads one value after the other; `None` where there is no such value.
pub struct Reader<'a>(core::str::Split<'a, char>);

impl<'a> Reader<'a> {
    /// Reads this from its beginning.
    pub fn new(text: &'a str) -> Self {
        Self(text.split('\n'))
    }

    /// Text that is not empty.
    pub fn text(&mut self) -> Option<&'a str> {
        self.line().filter(|line| *line != NONE)
    }

    /// A number.
    pub fn number(&mut self) -> Option<u64> {
        self.line()?.parse().ok()
    }

    /// The same below 2³².
    pub fn short(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// A number, or that there is none.
    pub fn optional(&mut self) -> Option<Option<u64>> {
        let line = self.line()?;
        if line == NONE { Some(None) } else { Some(Some(line.parse().ok()?)) }
    }

    /// A yes or a no.
    pub fn flag(&mut self) -> Option<bool> {
        match self.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// Whether all has been read.
    pub fn is_at_end(&self) -> bool {
        let mut rest = self.0.clone();
        rest.next() == Some("") && rest.next().is_none()
    }

    fn line(&mut self) -> Option<&'a str> {
        self.0.next().filter(|line| !line.is_empty())
    }
}

/// Stands for nothing.
const NONE: &str = "-";

fn push(out: &mut String, number: u64) {
    if number >= 10 {
        push(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_in_the_same_order() {
        let mut out = Writer::default();
        out.text("\"Bob\" <sip:bob@example.com>;tag=1");
        out.number(u64::MAX);
        out.optional(None);
        out.optional(Some(0));
        out.flag(true);
        out.text("");
        let text = out.finish();
        let mut reader = Reader::new(&text);
        assert_eq!(reader.text(), Some("\"Bob\" <sip:bob@example.com>;tag=1"));
        assert_eq!(reader.number(), Some(u64::MAX));
        assert_eq!((reader.optional(), reader.optional()), (Some(None), Some(Some(0))));
        assert_eq!(reader.flag(), Some(true));
        assert_eq!(reader.text(), None);
        assert!(reader.is_at_end());
    }

    #[test]
    fn what_is_no_such_value_is_none() {
        assert_eq!(Reader::new("").text(), None);
        assert_eq!(Reader::new("1x\n").number(), None);
        assert_eq!(Reader::new("18446744073709551616\n").number(), None);
        assert_eq!(Reader::new("4294967296\n").short(), None);
        assert_eq!(Reader::new("2\n").flag(), None);
        assert_eq!(Reader::new("x\n").optional(), None);
        assert!(!Reader::new("\n\n").is_at_end());
        assert!(!Reader::new("1").is_at_end());
    }
}
