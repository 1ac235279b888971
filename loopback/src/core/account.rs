//! Who may register and call.

use std::fmt;

/// A user of the server's domain, by name and password.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The user part of the address of record, and the user name of digest authentication.
    pub user: String,
    /// The shared secret.
    pub password: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("user", &self.user).field("password", &"***").finish()
    }
}
