//! The control door, for tests and the demo page: `/control/…`, where faults are ordered.

use super::{
    Host,
    order::{Command, NAMES, Order, Sockets, read},
};
use serde_json::{Value, json};
use std::net::IpAddr;
use telnyx_device::time::Instant;

/// Where the door is.
pub const PATH: &str = "/control";

/// The largest order, in bytes.
pub const MAX_ORDER: usize = 4096;

/// A request of HTTP for the door.
#[derive(Debug)]
pub struct Asked {
    /// The Host field.
    pub host: Option<String>,
    /// `GET /control`, where there is none; `POST /control/NAME`.
    pub order: Option<Ordered>,
}

/// An order, as it comes.
#[derive(Debug)]
pub struct Ordered {
    /// What comes after `/control/`.
    pub name: String,
    /// The Content-Type.
    pub content_type: Option<String>,
    /// In JSON.
    pub body: Vec<u8>,
}

/// The response.
#[derive(Debug)]
pub struct Told {
    /// Of HTTP.
    pub status: u16,
    /// Content-Type.
    pub content_type: &'static str,
    /// What is said.
    pub body: String,
}

impl Host {
    /// Carries out an order, and tells which sockets it was for.
    pub fn ask(&mut self, now: Instant, Asked { host, order }: Asked) -> Told {
        // A page of elsewhere whose name was turned to this address (DNS rebinding) asks by that name.
        if !host.as_deref().is_some_and(is_loopback) {
            return text(403, "The control door is for localhost alone.");
        }
        match order {
            None => tell(self.carry_out(now, Order::Nothing.into())),
            Some(order) => self.order(now, &order).unwrap_or_else(|told| told),
        }
    }

    fn order(&mut self, now: Instant, ordered: &Ordered) -> Result<Told, Told> {
        let Ordered { name, content_type, body } = ordered;
        // A page of another origin cannot send this without being asked first, and nobody here says yes.
        if content_type.as_deref() != Some("application/json") {
            return Err(wrong("The content type must be application/json."));
        }
        if body.len() > MAX_ORDER {
            return Err(text(413, &format!("An order has at most {} bytes.", MAX_ORDER)));
        }
        let nothing = || text(404, &format!("There is no {name:?} here, only {}.", NAMES.join(", ")));
        let command: Command = read(name, body).ok_or_else(nothing)?.map_err(|error| wrong(&error))?;
        let user = command.order.user().map(str::to_owned);
        let sockets = self.carry_out(now, command);
        match user {
            Some(user) if sockets.is_empty() => {
                Err(wrong(&format!("No socket is open over which {user:?} is bound.")))
            }
            _ => Ok(tell(sockets)),
        }
    }
}

/// Whether a Host field names this machine's loopback: `localhost:8080`, `127.0.0.1`, `[::1]:8080`.
fn is_loopback(host: &str) -> bool {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let name = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(name, _)| name);
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn wrong(why: &str) -> Told {
    text(400, why)
}

fn text(status: u16, why: &str) -> Told {
    Told { status, content_type: "text/plain; charset=utf-8", body: format!("{why}\n") }
}

fn tell(sockets: Sockets) -> Told {
    let told = sockets
        .into_iter()
        .map(|(id, socket)| json!({ "id": id.0, "users": socket.users, "frozen": socket.is_frozen }));
    let told = json!({ "sockets": told.collect::<Vec<Value>>() });
    Told { status: 200, content_type: "application/json", body: told.to_string() }
}
