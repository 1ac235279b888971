//! Who talks with whom: `application/dialog-info+xml` (RFC 4235 §4).

use super::lex;
use super::xml::{Piece, Pieces, Tag};

/// The media type.
pub const TYPE: &str = "application/dialog-info+xml";

/// How many dialogs of one user are kept in mind.
const MAX_DIALOGS: usize = 256;

/// The dialogs of a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DialogInfo {
    /// The URI of the user.
    pub entity: String,
    /// Counts the documents of a subscription, so that a gap shows.
    pub version: u32,
    /// Whether these are all dialogs, and not only those that have changed.
    pub is_full: bool,
    /// The dialogs.
    pub dialogs: Vec<DialogEntry>,
}

/// One dialog.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DialogEntry {
    /// Its name in these documents.
    pub id: String,
    /// Its Call-ID, with which a call can be picked up (RFC 3891).
    pub call_id: Option<String>,
    /// The user's tag.
    pub local_tag: Option<String>,
    /// The other's tag.
    pub remote_tag: Option<String>,
    /// Whether the user has placed the call, if that is said.
    pub is_initiator: Option<bool>,
    /// Where it stands.
    pub state: DialogState,
    /// The user.
    pub local: Party,
    /// The other.
    pub remote: Party,
}

/// Where a dialog stands (RFC 4235 §3.7.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs)] // each is the state of its name
pub enum DialogState {
    #[default]
    Trying,
    Proceeding,
    Early,
    Confirmed,
    Terminated,
}

/// A side of a dialog.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Party {
    /// Its display name.
    pub display_name: Option<String>,
    /// Its URI.
    pub identity: Option<String>,
    /// Where it can be reached.
    pub target: Option<String>,
}

impl DialogInfo {
    /// Reads a body; `None` where it is no such document.
    pub fn read(body: &str) -> Option<Self> {
        let mut pieces = Pieces::of(body);
        let root = pieces.find_map(|piece| match piece {
            Piece::Start(tag) => Some(tag),
            _ => None,
        });
        let root = root.filter(|tag| tag.name == "dialog-info")?;
        let mut info = Self {
            entity: root.attribute("entity")?,
            version: root.attribute("version").as_deref().and_then(lex::number)?,
            is_full: root.attribute("state")? == "full",
            dialogs: Vec::new(),
        };
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Start(tag) if tag.name == "dialog" => {
                    info.dialogs.push(DialogEntry::read(tag, &mut pieces)?);
                }
                Piece::End("dialog-info") => return Some(info),
                _ => {}
            }
        }
        None
    }
}

impl DialogInfo {
    /// Takes in the next document of the same subscription, and forgets those dialogs that were over before it (§4.3).
    /// True where documents between the two are missing, so that the state is to be asked for anew.
    ///
    /// Deviation: a full document is taken whatever its version, as some notifiers do not count. One that was overtaken
    /// does not come here: its NOTIFY is out of order.
    pub fn merge(&mut self, next: Self) -> bool {
        if next.is_full {
            *self = next;
            return false;
        }
        if next.version <= self.version {
            return false;
        }
        let is_gap = next.version - self.version > 1;
        self.is_full &= !is_gap;
        (self.version, self.entity) = (next.version, next.entity);
        self.dialogs.retain(|entry| entry.state != DialogState::Terminated);
        for entry in next.dialogs {
            let has_room = self.dialogs.len() < MAX_DIALOGS;
            match self.dialogs.iter_mut().find(|known| known.id == entry.id) {
                Some(known) => *known = entry,
                None if has_room => self.dialogs.push(entry),
                None => self.is_full = false,
            }
        }
        is_gap
    }
}

impl DialogEntry {
    fn read(tag: Tag<'_>, pieces: &mut Pieces<'_>) -> Option<Self> {
        let mut entry = Self {
            id: tag.attribute("id")?,
            call_id: tag.attribute("call-id"),
            local_tag: tag.attribute("local-tag"),
            remote_tag: tag.attribute("remote-tag"),
            is_initiator: tag.attribute("direction").map(|it| it == "initiator"),
            ..Self::default()
        };
        let mut is_local = true;
        while let Some(piece) = pieces.next() {
            let tag = match piece {
                Piece::End("dialog") => return Some(entry),
                Piece::Start(tag) => tag,
                _ => continue,
            };
            let party = if is_local { &mut entry.local } else { &mut entry.remote };
            match tag.name {
                "local" => is_local = true,
                "remote" => is_local = false,
                "state" => entry.state = state(&pieces.text())?,
                "identity" => {
                    party.display_name = tag.attribute("display");
                    party.identity = Some(pieces.text());
                }
                "target" => party.target = tag.attribute("uri"),
                _ => {}
            }
        }
        None
    }
}

fn state(word: &str) -> Option<DialogState> {
    Some(match word {
        "trying" => DialogState::Trying,
        "proceeding" => DialogState::Proceeding,
        "early" => DialogState::Early,
        "confirmed" => DialogState::Confirmed,
        "terminated" => DialogState::Terminated,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = r#"<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="2" state="partial" entity="sip:alice@example.com">
  <dialog id="as7d900as8" call-id="a84b4c76e66710" local-tag="1928301774" remote-tag="456887766" direction="initiator">
    <state event="replaced">confirmed</state>
    <local><identity display="Alice &amp; Co">sip:alice@example.com</identity><target uri="sip:alice@pc33.example.com"/></local>
    <remote><identity>sip:bob@example.org</identity></remote>
  </dialog>
</dialog-info>"#;

    #[test]
    fn both_parties_and_the_state_are_read() {
        let info = DialogInfo::read(EXAMPLE).unwrap();
        assert_eq!((info.version, info.is_full, &*info.entity), (2, false, "sip:alice@example.com"));
        let dialog = &info.dialogs[0];
        assert_eq!(
            (&*dialog.id, dialog.state, dialog.is_initiator),
            ("as7d900as8", DialogState::Confirmed, Some(true))
        );
        assert_eq!(dialog.call_id.as_deref(), Some("a84b4c76e66710"));
        assert_eq!(dialog.local.display_name.as_deref(), Some("Alice & Co"));
        assert_eq!(dialog.local.target.as_deref(), Some("sip:alice@pc33.example.com"));
        assert_eq!(dialog.remote.identity.as_deref(), Some("sip:bob@example.org"));
        assert_eq!(dialog.remote.target, None);
    }

    #[test]
    fn a_document_that_breaks_off_is_none() {
        for end in (0..EXAMPLE.len()).filter(|end| EXAMPLE.is_char_boundary(*end)) {
            assert_eq!(DialogInfo::read(&EXAMPLE[..end]), None, "{end}");
        }
        let empty = r#"<d:dialog-info version="0" state="full" entity="sip:a@b"></d:dialog-info>"#;
        assert!(DialogInfo::read(empty).unwrap().dialogs.is_empty());
        assert_eq!(DialogInfo::read("<presence/>"), None);
    }

    fn info(version: u32, is_full: bool, dialogs: &[(&str, DialogState)]) -> DialogInfo {
        let entry = |(id, state): &(&str, DialogState)| DialogEntry {
            id: String::from(*id),
            state: *state,
            ..DialogEntry::default()
        };
        let entity = "sip:alice@example.com".into();
        DialogInfo { entity, version, is_full, dialogs: dialogs.iter().map(entry).collect() }
    }

    #[test]
    fn documents_are_merged_by_their_versions() {
        use DialogState::*;
        let mut all = info(3, true, &[("a", Early), ("b", Confirmed)]);
        assert!(!all.merge(info(4, false, &[("a", Confirmed), ("c", Trying), ("b", Terminated)])));
        assert_eq!(all, info(4, true, &[("a", Confirmed), ("b", Terminated), ("c", Trying)]));
        assert!(!all.merge(info(4, false, &[("a", Terminated)])), "it is known already");
        assert!(!all.merge(info(5, false, &[])));
        assert_eq!(all, info(5, true, &[("a", Confirmed), ("c", Trying)]), "what was over is forgotten");
        assert!(all.merge(info(7, false, &[("d", Early)])), "one is missing");
        assert_eq!(all, info(7, false, &[("a", Confirmed), ("c", Trying), ("d", Early)]));
        assert!(!all.merge(info(0, true, &[("d", Early)])));
        assert_eq!(all, info(0, true, &[("d", Early)]));
    }

    #[test]
    fn only_so_many_dialogs_are_kept_in_mind() {
        let mut all = info(0, true, &[]);
        for version in 1..=2 * MAX_DIALOGS as u32 {
            all.merge(info(version, false, &[(&version.to_string(), DialogState::Early)]));
        }
        assert_eq!((all.dialogs.len(), all.is_full), (MAX_DIALOGS, false));
    }
}
