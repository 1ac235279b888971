//! Who can be reached: `application/pidf+xml` (RFC 3863 §4).

use super::xml::{Piece, Pieces, Tag};

/// The media type.
pub const TYPE: &str = "application/pidf+xml";

/// The presence of somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Presence {
    /// The URI of whom it is.
    pub entity: String,
    /// Each way to reach them.
    pub tuples: Vec<Tuple>,
    /// What they say to people.
    pub notes: Vec<String>,
}

/// One way to reach somebody.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tuple {
    /// Its name in these documents.
    pub id: String,
    /// Whether they can be reached this way, if that is said.
    pub is_open: Option<bool>,
    /// The URI.
    pub contact: Option<String>,
    /// What they say to people.
    pub notes: Vec<String>,
}

impl Presence {
    /// Reads a body; `None` where it is no such document.
    pub fn read(body: &str) -> Option<Self> {
        let mut pieces = Pieces::of(body);
        let root = pieces.find_map(|piece| match piece {
            Piece::Start(tag) => Some(tag),
            _ => None,
        });
        let root = root.filter(|tag| tag.name == "presence")?;
        let mut presence = Self { entity: root.attribute("entity")?, tuples: Vec::new(), notes: Vec::new() };
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Start(tag) if tag.name == "tuple" => {
                    presence.tuples.push(Tuple::read(tag, &mut pieces)?);
                }
                Piece::Start(tag) if tag.name == "note" => presence.notes.push(pieces.text()),
                Piece::End("presence") => return Some(presence),
                _ => {}
            }
        }
        None
    }
}

impl Tuple {
    fn read(tag: Tag<'_>, pieces: &mut Pieces<'_>) -> Option<Self> {
        let mut tuple = Self { id: tag.attribute("id").unwrap_or_default(), ..Self::default() };
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::End("tuple") => return Some(tuple),
                Piece::Start(tag) => match tag.name {
                    "basic" => {
                        tuple.is_open = match &*pieces.text() {
                            "open" => Some(true),
                            "closed" => Some(false),
                            _ => None,
                        };
                    }
                    "contact" => tuple.contact = Some(pieces.text()),
                    "note" => tuple.notes.push(pieces.text()),
                    _ => {}
                },
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<impp:presence xmlns:impp="urn:ietf:params:xml:ns:pidf" entity="pres:bob@example.com">
  <impp:tuple id="sg89ae">
    <impp:status><impp:basic> open </impp:basic></impp:status>
    <impp:contact priority="0.8">tel:+09012345678</impp:contact>
    <impp:note xml:lang="en">Don't disturb &lt;please&gt;</impp:note>
  </impp:tuple>
  <impp:tuple id="b"><impp:status/></impp:tuple>
  <impp:note>in Tokyo</impp:note>
</impp:presence>"#;

    #[test]
    fn tuples_and_notes_are_read() {
        let presence = Presence::read(EXAMPLE).unwrap();
        assert_eq!(presence.entity, "pres:bob@example.com");
        assert_eq!(presence.notes, ["in Tokyo"]);
        let [first, second] = &*presence.tuples else { panic!("{presence:?}") };
        assert_eq!((first.is_open, first.contact.as_deref()), (Some(true), Some("tel:+09012345678")));
        assert_eq!(first.notes, ["Don't disturb <please>"]);
        assert_eq!((&*second.id, second.is_open), ("b", None));
    }

    #[test]
    fn a_document_that_breaks_off_is_none() {
        for end in 0..EXAMPLE.len() {
            assert_eq!(Presence::read(&EXAMPLE[..end]), None, "{end}");
        }
        assert_eq!(Presence::read("<presence/>"), None);
    }
}
