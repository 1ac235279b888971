//! What tabs say to each other.
//!
//! One line that says what it is, from whom, for whom and about which socket of the follower's, and then the rest. Whatever
//! else comes over the channel is ignored.

use crate::local::Names;
use crate::message::{UriBuf, push_number};

/// For whoever hears it.
pub(super) const ALL: &str = "*";

/// See above.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Letter {
    pub(super) from: String,
    pub(super) to: String,
    /// The follower's name of the socket that it stands in for.
    pub(super) socket: u32,
    pub(super) content: Content,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Content {
    /// The sender leads, from now on or with a new socket.
    Lead,
    /// The sender wants a socket.
    Open,
    /// It is open, and these are the names of all.
    Opened(Names),
    /// It is closed, or could not be opened.
    Closed(Loss),
    /// The sender wants it no more.
    Close,
    /// What the sender refuses from now on, it refuses for itself: its user is going.
    Retire,
    /// The user wants no registration of any device: the receiver is to give up its own.
    Unregister,
    /// One message over it, either way.
    Frame(Vec<u8>),
}

/// How a socket was lost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Loss {
    pub(super) code: u16,
    pub(super) was_clean: bool,
    pub(super) reason: String,
}

impl Letter {
    pub(super) fn write(&self) -> Vec<u8> {
        let kind = match self.content {
            Content::Lead => "lead",
            Content::Open => "open",
            Content::Opened(_) => "opened",
            Content::Closed(_) => "closed",
            Content::Close => "close",
            Content::Retire => "retire",
            Content::Unregister => "unregister",
            Content::Frame(_) => "frame",
        };
        let mut text = [kind, " ", &self.from, " ", &self.to, " "].concat();
        push_number(&mut text, self.socket);
        text.push('\n');
        match &self.content {
            Content::Opened(names) => {
                text.push_str(&names.instance);
                text.push(' ');
                text.push_str(names.contact.as_str());
            }
            Content::Closed(loss) => {
                push_number(&mut text, u32::from(loss.code));
                text.push_str(if loss.was_clean { " 1 " } else { " 0 " });
                text.push_str(&loss.reason);
            }
            _ => {}
        }
        let mut bytes = text.into_bytes();
        if let Content::Frame(frame) = &self.content {
            bytes.extend_from_slice(frame);
        }
        bytes
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (head, rest) = bytes.split_at_checked(end)?;
        let rest = rest.get(1..)?;
        let mut words = core::str::from_utf8(head).ok()?.split(' ');
        let (kind, from, to) = (words.next()?, words.next()?, words.next()?);
        let socket = words.next()?.parse().ok()?;
        let text = core::str::from_utf8(rest);
        let content = match kind {
            "lead" => Content::Lead,
            "open" => Content::Open,
            "opened" => {
                let (instance, contact) = text.ok()?.split_once(' ')?;
                let is_uuid =
                    instance.len() == 36 && instance.bytes().all(|it| it == b'-' || it.is_ascii_hexdigit());
                let contact = UriBuf::read(contact).ok().filter(|it| is_uuid && it.as_uri().is_sip())?;
                Content::Opened(Names { instance: instance.into(), contact })
            }
            "closed" => {
                let mut parts = text.ok()?.splitn(3, ' ');
                let code = parts.next()?.parse().ok()?;
                let was_clean = parts.next()? == "1";
                Content::Closed(Loss { code, was_clean, reason: parts.next()?.into() })
            }
            "close" => Content::Close,
            "retire" => Content::Retire,
            "unregister" => Content::Unregister,
            "frame" => Content::Frame(rest.to_vec()),
            _ => return None,
        };
        Some(Self { from: from.into(), to: to.into(), socket, content })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let names = Names {
            instance: "f81d4fae-7dec-41d0-a765-00a0c91e6bf6".into(),
            contact: UriBuf::read("sip:a@b.invalid;transport=ws").unwrap(),
        };
        let loss = Loss { code: 1006, was_clean: false, reason: "gone for good".into() };
        for content in [
            Content::Lead,
            Content::Open,
            Content::Opened(names),
            Content::Closed(loss),
            Content::Close,
            Content::Retire,
            Content::Unregister,
            Content::Frame(b"BYE\r\n\r\n\xff".to_vec()),
        ] {
            let letter = Letter { from: "a".into(), to: ALL.into(), socket: 7, content };
            assert_eq!(Letter::read(&letter.write()), Some(letter));
        }
    }

    #[test]
    fn what_is_no_letter_is_ignored() {
        for bytes in [
            "",
            "open",
            "open a b 1",
            "open a b\n",
            "open a b x\n",
            "open a b -1\n",
            "shout a b 1\n",
            "opened a b 1\n",
            "opened a b 1\nno-uuid sip:a@b.invalid",
            "opened a b 1\nf81d4fae-7dec-41d0-a765-00a0c91e6bf6 javascript:alert(1)",
            "opened a b 1\nf81d4fae-7dec-41d0-a765-00a0c91e6bf6 sip:a@b\r\nEvil: 1",
            "closed a b 1\n1006",
            "closed a b 1\nabc 1 x",
        ] {
            assert_eq!(Letter::read(bytes.as_bytes()), None, "{bytes}");
        }
        assert_eq!(Letter::read(b"open \xff b 1\n"), None);
    }
}
