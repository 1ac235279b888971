//! Which contact is reached by which connection. A WebSocket client cannot be called back: what is addressed
//! to its contact goes down the connection from which that contact was last told (RFC 5626 §5.3, RFC 7118 §5).

use super::io::ConnectionId;
use std::collections::BTreeMap;
use telnyx_device::message::Uri;

/// The contacts of all open connections.
#[derive(Default)]
pub(super) struct Flows {
    contacts: BTreeMap<Key, ConnectionId>,
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
        self.contacts.insert(Key::of(contact), connection);
    }

    /// This contact is said to be at the end of this connection. It takes it from no other.
    pub(super) fn learn(&mut self, contact: Uri<'_>, connection: ConnectionId) {
        self.contacts.entry(Key::of(contact)).or_insert(connection);
    }

    pub(super) fn find(&self, contact: Uri<'_>) -> Option<ConnectionId> {
        self.contacts.get(&Key::of(contact)).copied()
    }

    pub(super) fn close(&mut self, connection: ConnectionId) {
        self.contacts.retain(|_, open| *open != connection);
    }
}
