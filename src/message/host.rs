//! Hosts with ports, as they stand in URIs and in Via (RFC 3261 §25.1, RFC 5954).

use super::lex;

/// Reads `host[:port]`, white space around the colon allowed as in Via.
pub(super) fn host_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, rest) = match text.as_bytes().first() {
        Some(b'[') => lex::cut(text, lex::cut_before(text, b']').0.len() + 1),
        _ => lex::cut_before(text, b':'),
    };
    let (host, rest) = (host.trim_ascii_end(), rest.trim_ascii());
    let is_host = match lex::after(host, b'[') {
        Some(address) => is_ipv6(address.strip_suffix(']')?),
        None => !host.is_empty() && lex::is_all(host, lex::class::HOST),
    };
    let port = if rest.is_empty() {
        None
    } else {
        Some(u16::try_from(lex::number(rest.strip_prefix(':')?.trim_ascii_start())?).ok()?)
    };
    is_host.then_some((host, port))
}

/// Whether the text is an IPv6 address (RFC 5954): eight groups, the last two perhaps as IPv4, or fewer and one `::`.
fn is_ipv6(text: &str) -> bool {
    let (mut rest, mut gap) = match text.strip_prefix("::") {
        Some(rest) => (rest, true),
        None if text.starts_with(':') => return false,
        None => (text, false),
    };
    let mut groups = 0;
    while !rest.is_empty() {
        let (group, more) = lex::cut_before(rest, b':');
        rest = more.get(1..).unwrap_or_default();
        groups += match group.len() {
            0 if gap => return false,
            0 => {
                gap = true;
                0
            }
            1..=4 if more != ":" && group.bytes().all(|byte| byte.is_ascii_hexdigit()) => 1,
            _ if more.is_empty() && is_ipv4(group) => 2,
            _ => return false,
        };
    }
    if gap { groups < 8 } else { groups == 8 }
}

fn is_ipv4(text: &str) -> bool {
    let number = |text| lex::number(text).filter(|number| *number < 256);
    let mut rest = text;
    for _ in 0..3 {
        match lex::split(rest, b'.') {
            Some((part, more)) if number(part).is_some() => rest = more,
            _ => return false,
        }
    }
    number(rest).is_some()
}

/// Adds `host[:port]`, with the brackets that an IPv6 address needs.
pub(super) fn push_host_port(out: &mut String, host: &str, port: Option<u16>) {
    if host.bytes().any(|byte| byte == b':') && !host.starts_with('[') {
        out.push('[');
        out.push_str(host);
        out.push(']');
    } else {
        out.push_str(host);
    }
    if let Some(port) = port {
        out.push(':');
        lex::push_number(out, u32::from(port));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_addresses_have_eight_groups_or_one_gap() {
        for good in [
            "::",
            "::1",
            "1::",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:192.0.2.1",
            "::ffff:192.0.2.1",
            "2001:db8::9:1",
        ] {
            assert!(is_ipv6(good), "{good}");
        }
        let bad = [
            "",
            ":",
            ":::",
            "1",
            "1:",
            ":1",
            "1::2::3",
            "1:::2",
            "1:2:3:4:5:6:7:8:9",
            "12345::",
            "g::",
            "::1.2.3",
            "::1.2.3.256",
        ];
        for bad in bad {
            assert!(!is_ipv6(bad), "{bad}");
        }
    }
}
