//! The smallest pieces of the grammar (RFC 3261 §25.1): tokens, numbers, quoted strings.
//!
//! Folded lines were joined before any of this runs, so white space is SP and HT only.

use std::borrow::Cow;

// Not by the patterns of `str`: each use of those is compiled anew, and this is code that browsers download.

/// `text` cut before the byte at `at`; all of it and nothing where `at` is no place to cut.
pub(super) fn cut(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// `text` cut before the first byte that is `wanted`; all of it and nothing where there is none.
pub(super) fn cut_before(text: &str, wanted: u8) -> (&str, &str) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while bytes.get(at).is_some_and(|byte| *byte != wanted) {
        at += 1;
    }
    cut(text, at)
}

/// What follows the byte that `text` begins with, if that is `first`.
pub(super) fn after(text: &str, first: u8) -> Option<&str> {
    if text.as_bytes().first() == Some(&first) { text.get(1..) } else { None }
}

/// What is before and after the first byte that is `wanted`.
pub(super) fn split(text: &str, wanted: u8) -> Option<(&str, &str)> {
    let (before, rest) = cut_before(text, wanted);
    Some((before, rest.get(1..)?))
}

/// The text up to its first white space, and what follows that.
pub(super) fn split_word(text: &str) -> (&str, &str) {
    let (word, rest) = cut(text, text.bytes().position(is_space).unwrap_or(text.len()));
    (word, rest.trim_ascii_start())
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && is_all(text, class::TOKEN)
}

/// What a byte may be part of.
pub(super) mod class {
    /// A token (RFC 3261 §25.1).
    pub const TOKEN: u8 = 1;
    /// A host name or IPv4 address; also with the underscores that are met in practice.
    pub const HOST: u8 = 2;
    /// A URI.
    pub const URI: u8 = 4;
    /// The value of a parameter that is not quoted.
    pub const VALUE: u8 = 8;
    /// What begins or ends something in which separators do not separate.
    pub const FENCE: u8 = 16;

    /// The classes of each byte.
    #[allow(clippy::indexing_slicing, reason = "it is made while compiling")]
    pub const OF: [u8; 256] = {
        let mut of = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            let it = byte as u8;
            let alphanumeric = it.is_ascii_alphanumeric();
            let token = alphanumeric
                || matches!(it, b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~');
            let host = alphanumeric || matches!(it, b'-' | b'.' | b'_');
            let visible = it > b' ' && !matches!(it, b'<' | b'>' | b'"' | 0x7f);
            let fence = matches!(it, b'"' | b'\\' | b'<' | b'>');
            of[byte] = if token { TOKEN } else { 0 }
                | if host { HOST } else { 0 }
                | if visible { URI } else { 0 }
                | if visible && it != b',' { VALUE } else { 0 }
                | if fence { FENCE } else { 0 };
            byte += 1;
        }
        of
    };
}

/// Whether all of a text is of a class.
pub(super) fn is_all(text: &str, class: u8) -> bool {
    text.as_bytes().iter().all(|byte| is_of(*byte, class))
}

fn is_of(byte: u8, class: u8) -> bool {
    class::OF.get(usize::from(byte)).is_some_and(|classes| classes & class != 0)
}

/// A decimal number; one too large for `u32` is `u32::MAX`, as RFC 3261 §25.1 advises for delta-seconds.
pub(super) fn number(text: &str) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0u32, |n, byte| {
        byte.is_ascii_digit().then(|| n.saturating_mul(10).saturating_add(u32::from(byte - b'0')))
    })
}

/// The number that `text` begins with, whatever follows it.
pub(super) fn leading_number(text: &str) -> Option<u32> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    number(cut(text, digits).0)
}

/// Adds a number in decimal digits.
pub fn push_number(out: &mut String, number: u32) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// Splits `text`, which begins with a quote, after the matching one: `"a \" b" rest`. `None` without one.
pub fn quoted(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return text.split_at_checked(at + 1),
            _ => {}
        }
    }
    None
}

/// Where `wanted` first stands outside quoted strings and angle brackets.
pub(super) fn find_outside(text: &str, wanted: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut quoted, mut bracketed, mut at) = (false, false, 0);
    while let Some(&byte) = bytes.get(at) {
        if is_of(byte, class::FENCE) {
            match byte {
                b'"' => quoted = !quoted,
                b'\\' if quoted => at += 1,
                b'<' if !quoted => bracketed = true,
                b'>' if !quoted => bracketed = false,
                _ => {}
            }
        } else if byte == wanted && !quoted && !bracketed {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// What a quoted string says; text that is not one is returned as it is.
pub fn unquote(text: &str) -> Cow<'_, str> {
    let Some(inner) = after(text, b'"').and_then(|rest| rest.strip_suffix('"')) else {
        return Cow::Borrowed(text);
    };
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    Cow::Owned(out)
}

/// `text` as a quoted string, quotes included.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if c == '"' || c == '\\' {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}
