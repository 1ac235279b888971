//! Messages for logs: everything but the credentials.

use super::{Name, lex};

/// The text of a message with the values of Authorization and Proxy-Authorization replaced by `***`. It need not be
/// a well-formed message.
pub fn redacted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_head, mut secret) = (true, false);
    for line in text.split_inclusive('\n') {
        if in_head {
            let folded = line.bytes().next().is_some_and(lex::is_space);
            secret = if folded { secret } else { is_secret(line) };
            in_head = out.is_empty() || !line.trim_ascii_end().is_empty();
            if secret {
                if !folded {
                    out.push_str(lex::cut_before(line, b':').0);
                    out.push_str(": ***\r\n");
                }
                continue;
            }
        }
        out.push_str(line);
    }
    out
}

fn is_secret(line: &str) -> bool {
    let name = lex::cut_before(line, b':').0;
    matches!(Name::find(name.trim_ascii_end()), Name::Authorization | Name::ProxyAuthorization)
}
