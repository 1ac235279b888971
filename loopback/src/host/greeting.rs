//! What a server says of itself when it listens, and whom it offers to pages.

use super::{Options, PATH};
use crate::core::{Account, Robot};
use serde::Serialize;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Where a server is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Places {
    /// The TCP port.
    pub port: u16,
    /// The URL of the page.
    pub page: String,
    /// The URL for SIP over WebSocket.
    pub sip: String,
}

impl Places {
    /// Those of a server that listens here.
    pub fn at(address: SocketAddr) -> Self {
        let host = if address.ip().is_loopback() { "localhost".into() } else { address.ip().to_string() };
        let (host, port) = (if host.contains(':') { format!("[{host}]") } else { host }, address.port());
        Self { port, page: format!("http://{host}:{port}/"), sip: format!("ws://{host}:{port}/sip") }
    }
}

/// What a person wants to know, then one line for programs.
pub fn greeting(places: &Places, accounts: &[Account], has_page: bool) -> String {
    let Places { page, sip, .. } = places;
    let first = if has_page {
        format!("The softphone is at {page} and speaks SIP with {sip}.")
    } else {
        format!("SIP over WebSocket is at {sip}.")
    };
    let accounts = accounts.iter().map(|it| format!("  {:<10} password {}\n", it.user, it.password));
    let robots = Robot::ALL.iter().map(|robot| format!("  {:<10} {}\n", robot.name(), robot.does()));
    format!(
        "{first}\n\nSign in as one of these, in each window as another, and call each other:\n{}\n\
         Or call a robot:\n{}\nlistening {}\n",
        accounts.collect::<String>(),
        robots.collect::<String>(),
        json!(places),
    )
}

/// Whom the page may suggest to sign in as and to call, and the path of the control door, null where that is closed:
/// `{"accounts": [{"user", "password"?}], "robots": [{"name", "does"}], "control"}`.
pub fn offer(accounts: &[Account], options: &Options) -> Value {
    let (are_ready_made, control) = (options.accounts.is_none(), options.control.then_some(PATH));
    let accounts = accounts.iter().map(|Account { user, password }| {
        // Whoever brings accounts of their own may have a secret to keep.
        if are_ready_made { json!({ "user": user, "password": password }) } else { json!({ "user": user }) }
    });
    let robots = Robot::ALL.map(|robot| json!({ "name": robot.name(), "does": robot.does() }));
    json!({ "accounts": accounts.collect::<Vec<_>>(), "robots": robots, "control": control })
}
