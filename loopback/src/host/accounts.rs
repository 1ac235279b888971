//! The accounts file: TOML, one `[[account]]` table each with `user` and `password`.

use crate::core::{Account, Robot};
use serde::Deserialize;
use std::io;

/// The text of the file for a server that was given none.
pub const READY_MADE: &str = include_str!("../../accounts.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    account: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    user: String,
    password: String,
}

/// The accounts of a file's text.
///
/// # Errors
///
/// It is no TOML of this form, or names a user twice or as a robot is named.
pub fn read(text: &str) -> io::Result<Vec<Account>> {
    let file: File = toml::from_str(text).map_err(io::Error::other)?;
    let mut accounts: Vec<Account> = Vec::new();
    for Entry { user, password } in file.account {
        if Robot::named(&user).is_some() || accounts.iter().any(|account| account.user == user) {
            return Err(io::Error::other(format!("the name {user:?} is taken")));
        }
        accounts.push(Account { user, password });
    }
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_made_accounts_are_alice_bob_and_carol() {
        let accounts = read(READY_MADE).unwrap();
        let users: Vec<_> = accounts.iter().map(|account| account.user.as_str()).collect();
        assert_eq!(users, ["alice", "bob", "carol"]);
        assert!(accounts.iter().all(|account| account.password == format!("{}-pass", account.user)));
    }

    #[test]
    fn a_name_can_be_taken_once_and_no_robot_s() {
        let entry = |user| format!("[[account]]\nuser = \"{user}\"\npassword = \"x\"\n");
        assert!(read(&entry("dave")).is_ok());
        assert!(read(&(entry("dave") + &entry("dave"))).is_err());
        assert!(read(&entry("echo")).is_err());
        assert!(read("[[account]]\nuser = \"dave\"\n").is_err());
    }
}
