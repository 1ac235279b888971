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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_left_out_wherever_they_are_folded() {
        let text = "REGISTER sip:x SIP/2.0\r\nauthorization : Digest\r\n response=\"1\"\r\nTo: <sip:x>\r\n\
                    Proxy-Authorization: Basic abc\n\r\nAuthorization: in the body\r\n";
        assert_eq!(
            redacted(text),
            "REGISTER sip:x SIP/2.0\r\nauthorization : ***\r\nTo: <sip:x>\r\nProxy-Authorization: ***\r\n\r\n\
             Authorization: in the body\r\n"
        );
        assert_eq!(redacted(""), "");
    }
}
