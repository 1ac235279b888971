//! Parameters of URIs and header fields: `;name=value;flag` (RFC 3261 §7.3.1, §19.1.1).

use super::escape::decode;
use super::lex;
use std::borrow::Cow;

/// Parameters as they stand in a URI or after a header field's value. Names are compared without case, and in a URI
/// with the percent escapes of both decoded.
#[derive(Clone, Copy, Default)]
pub struct Params<'a> {
    text: &'a str,
    in_uri: bool,
}

impl<'a> Params<'a> {
    /// Those of a header field. `text` is empty or begins with a semicolon.
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, in_uri: false }
    }

    /// Those of a URI. `text` is empty or begins with a semicolon.
    pub(super) fn of_uri(text: &'a str) -> Self {
        Self { text, in_uri: true }
    }

    /// Each parameter in order: its name, and its value as written (a quoted string in its quotes) if there is one.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        let mut rest = self.text;
        core::iter::from_fn(move || {
            let text = lex::after(rest, b';')?;
            let (param, more) = lex::cut(text, lex::find_outside(text, b';').unwrap_or(text.len()));
            rest = more;
            Some(match lex::split(param, b'=') {
                Some((name, value)) => (name.trim_ascii(), Some(value.trim_ascii())),
                None => (param.trim_ascii(), None),
            })
        })
    }

    /// The value as written of the first parameter of that name; empty where it has none.
    pub fn get(self, name: &str) -> Option<&'a str> {
        let plain = |name| if self.in_uri { decode(name) } else { Cow::Borrowed(name) };
        let name = plain(name);
        let (_, value) = self.iter().find(|(key, _)| plain(key).eq_ignore_ascii_case(&name))?;
        Some(value.unwrap_or_default())
    }

    /// Like [`get`](Self::get), with quotes and escapes taken off.
    pub fn unquoted(self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).map(if self.in_uri { decode } else { lex::unquote })
    }

    /// Whether there is a parameter of that name, with a value or without.
    pub fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// As written, with the leading semicolon; empty where there are none.
    pub fn as_str(self) -> &'a str {
        self.text
    }

    /// Whether they are well formed as parameters of a header field. Values may be more than a token or host, as
    /// they are in practice (`received=2001:db8::9`).
    pub(super) fn are_valid(self) -> bool {
        matches!(self.text.as_bytes().first(), None | Some(b';'))
            && self.iter().all(|(name, value)| lex::is_token(name) && value.is_none_or(is_valid_value))
    }
}

fn is_valid_value(value: &str) -> bool {
    if lex::after(value, b'"').is_some() {
        return matches!(lex::quoted(value), Some((_, "")));
    }
    lex::is_all(value, lex::class::VALUE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_given_as_written_or_unquoted() {
        let params = Params::of(r#" ;tag"#.trim_ascii());
        assert!(params.has("TAG") && params.get("tag") == Some(""));
        let params = Params::of(r#";a = 1 ;b="x;\"y" ; flag;c="#);
        let all: Vec<_> = params.iter().collect();
        assert_eq!(all, [("a", Some("1")), ("b", Some(r#""x;\"y""#)), ("flag", None), ("c", Some(""))]);
        assert_eq!(params.unquoted("B").unwrap(), r#"x;"y"#);
        assert_eq!(params.get("d"), None);
    }

    #[test]
    fn escapes_count_in_a_uri_and_not_in_a_field() {
        let text = ";%6C%72;n%61me=v%61lue%25%34%31";
        let params = Params::of_uri(text);
        assert!(params.has("LR") && params.get("name") == Some("v%61lue%25%34%31"));
        assert_eq!(params.unquoted("name").unwrap(), "value%41");
        assert!(!Params::of(text).has("lr") && Params::of(text).has("%6c%72"));
    }

    #[test]
    fn malformed_parameters_are_seen() {
        for good in ["", ";a", ";a=b", r#";a="b c""#, ";received=2001:db8::1", ";a=[::1]"] {
            assert!(Params::of(good).are_valid(), "{good}");
        }
        for bad in ["a", ";", ";;", ";=b", ";a=b c", r#";a="b"#, r#";a="b"c"#, ";a=<b>", ";a b"] {
            assert!(!Params::of(bad).are_valid(), "{bad}");
        }
    }
}
