//! Whether a caller asks to be answered without the user's doing, as intercoms and click-to-dial servers do.
//!
//! Only `Answer-Mode` is of a standard (RFC 5373); the others are what phones have agreed on.

use super::{Head, lex};

/// Extensions of which any value but these means yes.
const FLAGS: [&str; 4] = ["X-Auto-Answer", "X-AutoAnswer", "P-Auto-Answer", "Auto-Answer"];
const NO: [&str; 4] = ["", "0", "no", "false"];

impl Head {
    /// After how many seconds an INVITE asks to be answered by itself; `None` where it does not.
    pub fn auto_answer(&self) -> Option<u32> {
        let number = |text: &str, key: &str| {
            let (_, rest) = text.split_once(key)?;
            lex::leading_number(rest.trim_start_matches([' ', '=', '"']))
        };
        // Call-Info: <sip:x>;answer-after=0
        for name in ["Call-Info", "Alert-Info"] {
            let mut values = self.named(name).map(str::to_ascii_lowercase);
            if let Some(seconds) = values.find_map(|value| number(&value, "answer-after")) {
                return Some(seconds);
            }
        }
        // Alert-Info: <http://x>;info=alert-autoanswer;delay=0, Alert-Info: Auto Answer, Alert-Info: ring-answer
        for value in self.named("Alert-Info") {
            let value = value.to_ascii_lowercase();
            let letters: String = value.chars().filter(char::is_ascii_alphabetic).collect();
            if letters.contains("autoanswer") || letters.contains("ringanswer") {
                return Some(number(&value, "delay").unwrap_or(0));
            }
        }
        let mut modes = ["Answer-Mode", "Priv-Answer-Mode"].into_iter().flat_map(|name| self.named(name));
        let is_auto = |value: &str| value.get(..4).is_some_and(|mode| mode.eq_ignore_ascii_case("auto"));
        let mut flags = FLAGS.into_iter().flat_map(|name| self.named(name));
        let is_yes = |value: &str| !NO.iter().any(|no| value.trim_ascii().eq_ignore_ascii_case(no));
        (modes.any(is_auto) || flags.any(is_yes)).then_some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Frame, Message, read};

    fn asked(line: &str) -> Option<u32> {
        let text = format!(
            "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/WS c.invalid;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n\
             To: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n{line}\r\n\r\n"
        );
        match read(text.as_bytes()).unwrap() {
            Frame::Message(Message::Request(request)) => request.auto_answer(),
            _ => panic!("no request"),
        }
    }

    #[test]
    fn what_phones_understand_is_understood() {
        assert_eq!(asked("Call-Info: <sip:example.com>;answer-after=0"), Some(0));
        assert_eq!(asked("Call-Info: <sip:example.com>; Answer-After=5"), Some(5));
        assert_eq!(asked("Call-Info: ;answer-after=0"), Some(0));
        assert_eq!(asked("Alert-Info: <http://localhost>;info=alert-autoanswer;delay=2"), Some(2));
        assert_eq!(asked("Alert-Info: info=alert-autoanswer"), Some(0));
        assert_eq!(asked("Alert-Info: Auto Answer"), Some(0));
        assert_eq!(asked("Alert-Info: Ring Answer"), Some(0));
        assert_eq!(asked("Alert-Info: <sip:example.com>;answer-after=1"), Some(1));
        assert_eq!(asked("Answer-Mode: Auto"), Some(0));
        assert_eq!(asked("Priv-Answer-Mode: auto;require"), Some(0));
        assert_eq!(asked("X-Auto-Answer: true"), Some(0));
        assert_eq!(asked("P-Auto-Answer: normal"), Some(0));
    }

    #[test]
    fn other_alerts_ask_for_nothing() {
        for line in [
            "Subject: auto answer",
            "Alert-Info: <urn:alert:source:external>",
            "Call-Info: <http://example.com/alice.jpg>;purpose=icon",
            "Answer-Mode: Manual",
            "X-Auto-Answer: false",
            "Alert-Info: é",
        ] {
            assert_eq!(asked(line), None, "{line}");
        }
    }
}
