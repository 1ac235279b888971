//! Which contact is reached by which connection. A WebSocket client cannot be called back: what is addressed
//! to its contact goes down the connection from which that contact was last told (RFC 5626 §5.3, RFC 7118 §5).

use super::io::ConnectionId;
use std::collections::BTreeMap;
use telnyx_device::message::Uri;

/// The contacts of all open connections.
#[derive(Default)]
pub(super) struct Flows {
    contacts: BTreeMap<Key, Ends>,
}

/// Where a contact is.
enum Ends {
    /// As was said.
    Said(ConnectionId),
    /// As was proved: by more than one connection, where a phone has two flows. The last one is the latest.
    Proved(Vec<ConnectionId>),
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    user: String,
    host: String,
    port: Option<u16>,
}

impl Key {
    fn of(uri: Uri<'_>) -> Self {
        Self {
            user: uri.user().unwrap_or_default().into_owned(),
            host: uri.host().to_ascii_lowercase(),
            port: uri.port(),
        }
    }
}

impl Flows {
    /// This contact is at the end of this connection, from now on: its user has proved who they are.
    pub(super) fn register(&mut self, contact: Uri<'_>, connection: ConnectionId) {
        let ends = self.contacts.entry(Key::of(contact)).or_insert(Ends::Proved(Vec::new()));
        let mut all = match std::mem::replace(ends, Ends::Said(connection)) {
            Ends::Proved(all) => all,
            Ends::Said(_) => Vec::new(),
        };
        all.retain(|open| *open != connection);
        all.push(connection);
        *ends = Ends::Proved(all);
    }

    /// This contact is said to be at the end of this connection. It takes it from no other.
    pub(super) fn learn(&mut self, contact: Uri<'_>, connection: ConnectionId) {
        self.contacts.entry(Key::of(contact)).or_insert(Ends::Said(connection));
    }

    pub(super) fn find(&self, contact: Uri<'_>) -> Option<ConnectionId> {
        match self.contacts.get(&Key::of(contact))? {
            Ends::Said(connection) => Some(*connection),
            Ends::Proved(all) => all.last().copied(),
        }
    }

    pub(super) fn close(&mut self, connection: ConnectionId) {
        self.contacts.retain(|_, ends| match ends {
            Ends::Said(open) => *open != connection,
            Ends::Proved(all) => {
                all.retain(|open| *open != connection);
                !all.is_empty()
            }
        });
    }
}
