//! Orders to the control door: what shall go wrong, read from JSON.

use super::handshakes::{Extent, Misfortune};
use crate::core::{Answer, ConnectionId, Direction, Fault, Harm, HarmKind};
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use telnyx_device::{
    message::{Method, StatusCode},
    time::Duration,
};

/// The faults that can be ordered, by their names in the path.
pub(super) const NAMES: [&str; 11] = [
    "close",
    "reset",
    "freeze",
    "thaw",
    "messages",
    "answer",
    "restart",
    "forget",
    "expire",
    "handshakes",
    "heal",
];

/// RFC 6455 §7.4.1 and the registry of IANA: what a server may put into a closing frame.
const CLOSE_CODES: [std::ops::RangeInclusive<u16>; 3] = [1000..=1003, 1007..=1014, 3000..=4999];
/// A closing frame holds 125 bytes, two of them the code.
const MAX_CLOSE_REASON: usize = 123;
/// Code 1012 says that the service restarts.
const SERVICE_RESTART: u16 = 1012;
const MAX_COUNT: u32 = 1_000_000;
const MAX_MILLISECONDS: u64 = 600_000;

/// What is to be carried out.
#[derive(Debug)]
pub(super) enum Order {
    Close {
        user: Option<String>,
        code: u16,
        reason: String,
    },
    Reset {
        user: Option<String>,
    },
    Freeze {
        user: Option<String>,
    },
    Thaw {
        user: Option<String>,
    },
    Restart {
        keeps_memory: bool,
        by: Ending,
    },
    Fault(Fault),
    Heal,
    /// Only what there is is asked for.
    Nothing,
}

impl Order {
    /// Whose sockets it is for, where it is not for all.
    pub(super) fn user(&self) -> Option<&str> {
        match self {
            Self::Close { user, .. } | Self::Reset { user } | Self::Freeze { user } | Self::Thaw { user } => {
                user.as_deref()
            }
            Self::Restart { .. } | Self::Fault(_) | Self::Heal | Self::Nothing => None,
        }
    }
}

/// How a restart ends the sockets.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    Reset,
    Close(u16),
}

/// What is told of a socket.
pub(super) struct Socket {
    pub users: Vec<String>,
    pub is_frozen: bool,
}

/// Sockets that an order was for.
pub(super) type Sockets = BTreeMap<ConnectionId, Socket>;

/// An order as it was read.
#[derive(Debug)]
pub(super) struct Command {
    pub order: Order,
    /// What is to be true of handshakes before the order is carried out.
    pub handshakes: Option<(Misfortune, Extent)>,
}

impl From<Order> for Command {
    fn from(order: Order) -> Self {
        Self { order, handshakes: None }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfUser {
    user: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Close {
    user: Option<String>,
    #[serde(default = "normal_closure")]
    code: u16,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Messages {
    fault: MessageFault,
    direction: Way,
    #[serde(default = "once")]
    count: u32,
    milliseconds: Option<u64>,
    method: Option<String>,
    user: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum MessageFault {
    Delay,
    Drop,
    Repeat,
    Corrupt,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    In,
    Out,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AnswerNext {
    status: u16,
    reason: Option<String>,
    retry_after: Option<u32>,
    method: Option<String>,
    user: Option<String>,
    #[serde(default = "once")]
    count: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restart {
    #[serde(default)]
    memory: bool,
    #[serde(default)]
    by: RestartBy,
    #[serde(default)]
    down: u64,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RestartBy {
    #[default]
    Close,
    Reset,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NextHandshakes {
    fault: HandshakeFault,
    status: Option<u16>,
    count: Option<u32>,
    milliseconds: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum HandshakeFault {
    Refuse,
    Reset,
    Silent,
    Mute,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

const fn normal_closure() -> u16 {
    1000
}

const fn once() -> u32 {
    1
}

/// The order of this name, or what is wrong with it. `None`: there is no such order.
pub(super) fn read(name: &str, body: &[u8]) -> Option<Result<Command, String>> {
    let body = if body.is_empty() { b"{}" } else { body };
    let order = match name {
        "close" => parse(body).and_then(close),
        "reset" => parse(body).map(|OfUser { user }| Order::Reset { user }),
        "freeze" => parse(body).map(|OfUser { user }| Order::Freeze { user }),
        "thaw" => parse(body).map(|OfUser { user }| Order::Thaw { user }),
        "messages" => parse(body).and_then(harm),
        "answer" => parse(body).and_then(answer),
        "restart" => return Some(parse(body).and_then(restart)),
        "forget" => parse(body).map(|OfUser { user }| Order::Fault(Fault::ForgetBindings(user))),
        "expire" => parse(body).map(|Nothing {}| Order::Fault(Fault::ExpireNonces)),
        "handshakes" => return Some(parse(body).and_then(handshakes)),
        "heal" => parse(body).map(|Nothing {}| Order::Heal),
        _ => return None,
    };
    Some(order.map(Command::from))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn close(Close { user, code, reason }: Close) -> Result<Order, String> {
    if !CLOSE_CODES.iter().any(|codes| codes.contains(&code)) {
        return Err(format!("`code` {code} cannot be sent: 1000–1003, 1007–1014 and 3000–4999 can"));
    }
    if reason.len() > MAX_CLOSE_REASON {
        return Err(format!("`reason` is longer than {MAX_CLOSE_REASON} bytes"));
    }
    Ok(Order::Close { user, code, reason })
}

fn harm(messages: Messages) -> Result<Order, String> {
    let Messages { fault, direction, count, milliseconds, method, user } = messages;
    let kind = match (fault, milliseconds) {
        (MessageFault::Delay, Some(time)) => HarmKind::Delay(milliseconds_of(time)?),
        (MessageFault::Delay, None) => return Err("a delay needs `milliseconds`".into()),
        (_, Some(_)) => return Err("`milliseconds` is for a delay".into()),
        (MessageFault::Drop, None) => HarmKind::Drop,
        (MessageFault::Repeat, None) => HarmKind::Repeat,
        (MessageFault::Corrupt, None) => HarmKind::Corrupt,
    };
    let direction = match direction {
        Way::In => Direction::In,
        Way::Out => Direction::Out,
    };
    let (count, method) = (count_of(count)?, method_of(method)?);
    Ok(Order::Fault(Fault::Harm(Harm { kind, direction, count, method, user })))
}

fn answer(next: AnswerNext) -> Result<Order, String> {
    let AnswerNext { status, reason, retry_after, method, user, count } = next;
    let status = StatusCode::new(status).filter(|status| status.is_final());
    let status = status.ok_or("`status` is a final one of SIP, 200 to 699")?;
    let (count, method) = (count_of(count)?, method_of(method)?);
    Ok(Order::Fault(Fault::Answer(Answer { status, reason, retry_after, count, method, user })))
}

fn restart(Restart { memory, by, down }: Restart) -> Result<Command, String> {
    let by = match by {
        RestartBy::Close => Ending::Close(SERVICE_RESTART),
        RestartBy::Reset => Ending::Reset,
    };
    let down = if down > 0 { Some(milliseconds_of(down)?) } else { None };
    let handshakes = down.map(|time| (Misfortune::Reset, Extent::For(time)));
    Ok(Command { order: Order::Restart { keeps_memory: memory, by }, handshakes })
}

fn handshakes(next: NextHandshakes) -> Result<Command, String> {
    let NextHandshakes { fault, status, count, milliseconds } = next;
    let misfortune = match (fault, status) {
        (HandshakeFault::Refuse, status) => {
            let status = Some(status.unwrap_or(503)).filter(|status| (400..600).contains(status));
            Misfortune::Refused(status.ok_or("`status` is one of HTTP that refuses, 400 to 599")?)
        }
        (_, Some(_)) => return Err("`status` is for a refusal".into()),
        (HandshakeFault::Reset, None) => Misfortune::Reset,
        (HandshakeFault::Silent, None) => Misfortune::Unanswered,
        (HandshakeFault::Mute, None) => Misfortune::Mute,
    };
    let extent = match (count, milliseconds) {
        (None, Some(time)) => Extent::For(milliseconds_of(time)?),
        (count, None) => Extent::Next(count_of(count.unwrap_or(1))?),
        (Some(_), Some(_)) => return Err("either `count` or `milliseconds`, not both".into()),
    };
    Ok(Command { order: Order::Nothing, handshakes: Some((misfortune, extent)) })
}

fn count_of(count: u32) -> Result<u32, String> {
    let fits = (1..=MAX_COUNT).contains(&count);
    if fits { Ok(count) } else { Err(format!("`count` is from 1 to {MAX_COUNT}")) }
}

fn milliseconds_of(time: u64) -> Result<Duration, String> {
    let fits = (1..=MAX_MILLISECONDS).contains(&time);
    if fits {
        Ok(Duration::from_millis(time))
    } else {
        Err(format!("a time is from 1 to {MAX_MILLISECONDS} ms"))
    }
}

fn method_of(name: Option<String>) -> Result<Option<Method>, String> {
    name.map(|name| Method::read(&name).ok_or_else(|| format!("`method` {name:?} is no token"))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(name: &str, body: &str) -> String {
        read(name, body.as_bytes()).unwrap().unwrap_err()
    }

    #[test]
    fn every_name_is_read_and_no_other() {
        for name in NAMES {
            assert!(read(name, br#"{"surprise":1}"#).unwrap().is_err(), "{name}");
        }
        assert!(read("explode", b"{}").is_none());
    }

    #[test]
    fn wrong_values_are_told() {
        for (name, body, told) in [
            ("close", r#"{"code":1006}"#, "`code` 1006 cannot be sent"),
            ("close", r#"{"code":70000}"#, "u16"),
            ("messages", r#"{"fault":"delay","direction":"in"}"#, "a delay needs `milliseconds`"),
            ("messages", r#"{"fault":"drop","direction":"in","milliseconds":5}"#, "is for a delay"),
            ("messages", r#"{"fault":"drop"}"#, "direction"),
            ("messages", r#"{"fault":"drop","direction":"in","count":0}"#, "`count` is from 1"),
            ("messages", r#"{"fault":"drop","direction":"in","method":"A B"}"#, "is no token"),
            ("answer", r#"{"status":180}"#, "a final one"),
            ("answer", "{}", "status"),
            ("restart", r#"{"down":600001}"#, "from 1 to 600000 ms"),
            ("handshakes", r#"{"fault":"mute","status":503}"#, "is for a refusal"),
            ("handshakes", r#"{"fault":"refuse","status":200}"#, "400 to 599"),
            ("handshakes", r#"{"fault":"mute","count":1,"milliseconds":1}"#, "not both"),
            ("heal", "[", "EOF"),
        ] {
            let said = wrong(name, body);
            assert!(said.contains(told), "{name} {body}: {said}");
        }
    }
}
