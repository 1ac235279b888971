//! How many messages wait: `application/simple-message-summary` (RFC 3842 §5.2).

use super::lex;

/// The media type.
pub const TYPE: &str = "application/simple-message-summary";

/// A mailbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageSummary {
    /// Whether there are new messages.
    pub waiting: bool,
    /// Whose mailbox it is, as written, if that is said.
    pub account: Option<String>,
    /// How many messages there are of each class.
    pub counts: Vec<MessageCount>,
}

/// The messages of one class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageCount {
    /// `voice-message`, `fax-message`, `text-message` …, in small letters.
    pub class: String,
    /// Not heard yet.
    pub new: u32,
    /// Heard.
    pub old: u32,
    /// Urgent ones among the new.
    pub new_urgent: u32,
    /// Urgent ones among the old.
    pub old_urgent: u32,
}

impl MessageSummary {
    /// Reads a body; `None` where it does not say whether messages wait.
    pub fn read(body: &str) -> Option<Self> {
        let mut summary = Self { waiting: false, account: None, counts: Vec::new() };
        let mut is_said = false;
        // An empty line ends the summary; what follows it describes single messages.
        for line in body.lines().map(str::trim_ascii).take_while(|line| !line.is_empty()) {
            let Some((name, value)) = lex::split(line, b':') else { continue };
            let (name, value) = (name.trim_ascii(), value.trim_ascii());
            if name.eq_ignore_ascii_case("Messages-Waiting") {
                summary.waiting = value.eq_ignore_ascii_case("yes");
                is_said = summary.waiting || value.eq_ignore_ascii_case("no");
            } else if name.eq_ignore_ascii_case("Message-Account") {
                summary.account = Some(value.into());
            } else if let Some(count) = MessageCount::read(name, value) {
                summary.counts.push(count);
            }
        }
        is_said.then_some(summary)
    }
}

impl MessageCount {
    /// `2/8 (0/2)`: new and old, and the urgent ones among them.
    fn read(class: &str, value: &str) -> Option<Self> {
        let (all, urgent) = lex::cut_before(value, b'(');
        let (new, old) = pair(all)?;
        let urgent = urgent.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
        let (new_urgent, old_urgent) = urgent.map_or(Some((0, 0)), pair)?;
        Some(Self { class: class.to_ascii_lowercase(), new, old, new_urgent, old_urgent })
    }
}

fn pair(text: &str) -> Option<(u32, u32)> {
    let (new, old) = lex::split(text, b'/')?;
    Some((lex::number(new.trim_ascii())?, lex::number(old.trim_ascii())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc_is_read() {
        // RFC 3842 §4
        let body = "Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\nVoice-Message: 2/8 (0/2)\r\n";
        let summary = MessageSummary::read(body).unwrap();
        assert!(summary.waiting);
        assert_eq!(summary.account.as_deref(), Some("sip:alice@vmail.example.com"));
        let count =
            MessageCount { class: "voice-message".into(), new: 2, old: 8, new_urgent: 0, old_urgent: 2 };
        assert_eq!(summary.counts, [count]);
    }

    #[test]
    fn only_the_first_line_is_needed() {
        let none = MessageSummary::read("messages-waiting: NO\nFax-Message: 4/1").unwrap();
        assert!(!none.waiting);
        assert_eq!((none.counts[0].new, none.counts[0].old, none.counts[0].new_urgent), (4, 1, 0));
        for bad in ["", "Voice-Message: 1/2", "Messages-Waiting: perhaps"] {
            assert_eq!(MessageSummary::read(bad), None, "{bad}");
        }
        let odd =
            MessageSummary::read("Messages-Waiting: yes\nVoice-Message: many\nX-Message: 1/2 (3").unwrap();
        assert_eq!(odd.counts.len(), 1);
        let more = MessageSummary::read("Messages-Waiting: yes\n\nVoice-Message: 1/2").unwrap();
        assert_eq!(more.counts, []);
    }
}
