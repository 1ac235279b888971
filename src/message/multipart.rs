//! Bodies of several parts (RFC 2046 §5.1; RFC 5621 §3).

use super::lex;

/// One part of such a body.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    head: &'a str,
    /// What it holds.
    pub body: &'a str,
}

impl<'a> Part<'a> {
    /// Whether it is of this media type, and not in an encoding that would have to be undone.
    pub fn has_type(&self, media_type: &str) -> bool {
        let encoding = self.value("Content-Transfer-Encoding").unwrap_or("binary");
        let is_plain = ["binary", "8bit", "7bit"].iter().any(|it| it.eq_ignore_ascii_case(encoding));
        let value = self.value("Content-Type").unwrap_or_default();
        is_plain && lex::cut_before(value, b';').0.trim_ascii_end().eq_ignore_ascii_case(media_type)
    }

    /// The value of its header field of that name.
    pub fn value(&self, name: &str) -> Option<&'a str> {
        let mut fields = self.head.lines().filter_map(|line| lex::split(line, b':'));
        let (_, value) = fields.find(|(label, _)| label.trim_ascii().eq_ignore_ascii_case(name))?;
        Some(value.trim_ascii())
    }
}

/// The parts of `body`, which lie between lines of two hyphens and `boundary`. What comes before the first and after
/// the last such line is none.
pub fn parts<'a>(body: &'a str, boundary: &str) -> impl Iterator<Item = Part<'a>> {
    let mut rest = delimiter(body, boundary).map_or("", |(_, after)| after);
    core::iter::from_fn(move || {
        let (part, after) = delimiter(rest, boundary)?;
        rest = after;
        let (head, body) =
            part.split_once("\n\r\n").or_else(|| part.split_once("\n\n")).unwrap_or_else(|| {
                // Without a header, it begins with the empty line.
                ("", part.trim_start_matches(['\r', '\n']))
            });
        Some(Part { head, body })
    })
}

/// What stands before the first line that delimits, and after it. The line end before it is a part of it.
fn delimiter<'a>(text: &'a str, boundary: &str) -> Option<(&'a str, &'a str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        let rest = line.strip_prefix("--").and_then(|line| line.strip_prefix(boundary));
        if rest.map(str::trim_ascii_end).is_some_and(|rest| matches!(rest, "" | "--")) {
            let before = text.get(..at)?;
            let before = before.strip_suffix('\n').unwrap_or(before);
            return Some((before.strip_suffix('\r').unwrap_or(before), text.get(next..)?));
        }
        at = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "preamble\r\n--b1\r\nContent-Type: text/plain\r\n\r\nhello\r\n\r\n--b1\r\n\
                        content-type : application/sdp;x=y\r\nContent-Disposition: session\r\n\r\nv=0\r\no=-\r\n\
                        --b1\r\n\r\nbare\r\n--b1--\r\nepilogue";

    #[test]
    fn parts_are_told_apart() {
        let bodies: Vec<_> = parts(BODY, "b1").map(|part| part.body).collect();
        assert_eq!(bodies, ["hello\r\n", "v=0\r\no=-", "bare"]);
        let lines = BODY.replace("\r\n", "\n");
        assert_eq!(parts(&lines, "b1").map(|part| part.body).last(), Some("bare"));
    }

    #[test]
    fn a_part_says_what_it_is() {
        let sdp = parts(BODY, "b1").find(|part| part.has_type("application/SDP")).expect("one of that type");
        assert_eq!(sdp.value("Content-Disposition"), Some("session"));
        assert!(parts(BODY, "b1").any(|part| part.has_type("text/plain")));
        assert!(!parts(BODY, "b1").any(|part| part.has_type("application/isup")));
        let encoded = "--b\nContent-Type: application/sdp\nContent-Transfer-Encoding: base64\n\ndj0w\n--b--";
        assert!(!parts(encoded, "b").any(|part| part.has_type("application/sdp")));
    }

    #[test]
    fn what_is_cut_short_has_no_such_part() {
        assert_eq!(parts("--b\r\n\r\nhello", "b").count(), 0);
        assert_eq!(parts("", "b").count(), 0);
        assert_eq!(parts("no delimiter", "b").count(), 0);
        assert_eq!(
            parts("--b\n\nin --b\n--b2\n--b--", "b").map(|part| part.body).last(),
            Some("in --b\n--b2")
        );
    }
}
