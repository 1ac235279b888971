//! As much of XML as event bodies need: elements, attributes and text, read once from start to end.
//!
//! Name spaces are not looked into: an element is known by its local name, as the bodies' schemas have no two that
//! differ in the prefix only. Declared entities do not exist, so nothing can expand.

/// What comes next in a document.
#[derive(Clone, Copy)]
pub(super) enum Piece<'a> {
    /// `<name …>`; a `<name …/>` is followed by its end.
    Start(Tag<'a>),
    /// `</name>`, by its local name.
    End(&'a str),
    /// Text between them, as written.
    Text(&'a str),
}

/// A start tag.
#[derive(Clone, Copy)]
pub(super) struct Tag<'a> {
    /// The local name.
    pub(super) name: &'a str,
    attributes: &'a str,
}

/// The pieces of a document, in order. What is not well formed ends them.
pub(super) struct Pieces<'a> {
    rest: &'a str,
    /// The end of an empty element that was told last.
    ends: Option<&'a str>,
}

impl<'a> Pieces<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { rest: text, ends: None }
    }

    /// Skips to after the first `end`.
    fn skip(&mut self, end: &str) -> Option<&'a str> {
        let (skipped, rest) = self.rest.split_once(end)?;
        self.rest = rest;
        Some(skipped)
    }

    /// The text of the element that has just begun, without what its children say, decoded.
    pub(super) fn text(&mut self) -> String {
        let (mut text, mut depth) = (String::new(), 0);
        for piece in self {
            match piece {
                Piece::Start(_) => depth += 1,
                Piece::End(_) if depth == 0 => break,
                Piece::End(_) => depth -= 1,
                Piece::Text(more) if depth == 0 => text.push_str(&decode(more)),
                Piece::Text(_) => {}
            }
        }
        String::from(text.trim_ascii())
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(name) = self.ends.take() {
            return Some(Piece::End(name));
        }
        loop {
            let Some(markup) = self.rest.strip_prefix('<') else {
                let at = self.rest.bytes().position(|byte| byte == b'<').unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at_checked(at)?;
                self.rest = rest;
                return (!text.is_empty()).then_some(Piece::Text(text));
            };
            self.rest = markup;
            match markup.as_bytes() {
                [b'?', ..] => self.skip("?>").map(drop)?,
                [b'!', b'-', b'-', ..] => self.skip("-->").map(drop)?,
                // Neither a document type nor CDATA belongs into these bodies.
                [b'!', ..] => return None,
                [b'/', ..] => {
                    let name = self.skip(">")?.get(1..)?;
                    return Some(Piece::End(local(name.trim_ascii())));
                }
                _ => return self.tag().map(Piece::Start),
            }
        }
    }
}

impl<'a> Pieces<'a> {
    fn tag(&mut self) -> Option<Tag<'a>> {
        // A quoted value may hold what would end the tag.
        let mut quote = None;
        let end = self.rest.bytes().position(|byte| match (quote, byte) {
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                false
            }
            (None, _) => byte == b'>',
            (Some(open), _) => {
                if open == byte {
                    quote = None;
                }
                false
            }
        })?;
        let (tag, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.get(1..)?;
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let name_ends = tag.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at_checked(name_ends)?;
        let name = local(name);
        self.ends = is_empty.then_some(name);
        Some(Tag { name, attributes })
    }
}

impl Tag<'_> {
    /// The value of an attribute, decoded.
    pub(super) fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            let (name, more) = rest.split_once('=')?;
            let more = more.trim_ascii_start();
            let quote = more.chars().next().filter(|it| matches!(it, '"' | '\''))?;
            let (value, next) = more.get(1..)?.split_once(quote)?;
            if name.trim_ascii() == wanted {
                return Some(decode(value));
            }
            rest = next;
        }
    }
}

fn local(name: &str) -> &str {
    name.bytes().position(|byte| byte == b':').and_then(|at| name.get(at + 1..)).unwrap_or(name)
}

/// Text with its references replaced; one that means nothing stays as it is.
fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte == b'&') {
        let (plain, reference) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        // No reference is longer than this.
        let end = reference.bytes().take(12).position(|byte| byte == b';');
        let meant = end.and_then(|end| meaning(reference.get(1..end)?));
        let taken = if meant.is_some() { end.map_or(1, |end| end + 1) } else { 1 };
        out.push(meant.unwrap_or('&'));
        rest = reference.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn meaning(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = reference.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let piece = |piece| match piece {
            Piece::Start(tag) => format!("<{}", tag.name),
            Piece::End(name) => format!("/{name}"),
            Piece::Text(text) => text.into(),
        };
        Pieces::of(text).map(piece).collect()
    }

    #[test]
    fn a_document_falls_into_its_pieces() {
        let text = "<?xml version='1.0'?><!-- <no> --><p:a x=\"1>2\" y = 'z'>t<b/></p:a >";
        assert_eq!(told(text), ["<a", "t", "<b", "/b", "/a"]);
        let Some(Piece::Start(tag)) = Pieces::of(text).next() else { panic!("no tag") };
        assert_eq!(tag.attribute("x").as_deref(), Some("1>2"));
        assert_eq!(tag.attribute("y").as_deref(), Some("z"));
        assert_eq!(tag.attribute("q"), None);
    }

    #[test]
    fn what_is_malformed_ends_the_pieces() {
        assert_eq!(told("<a><!DOCTYPE b>c"), ["<a"]);
        assert_eq!(told("<a>t<b x='"), ["<a", "t"]);
        assert_eq!(told("<a></"), ["<a"]);
        assert_eq!(told("<a><!-- "), ["<a"]);
        assert_eq!(told(""), Vec::<String>::new());
    }

    #[test]
    fn references_are_decoded_once() {
        assert_eq!(decode("a&amp;lt;&#65;&#x42;&quot;"), "a&lt;AB\"");
        assert_eq!(decode("&none;&;&#xD800;&é&"), "&none;&;&#xD800;&é&");
    }
}
