//! The location service: which contacts an address of record is bound to (RFC 3261 §10.3), each by which flow of its
//! device (RFC 5626 §6).

use super::io::ConnectionId;
use std::{collections::BTreeMap, fmt::Write};
use telnyx_device::{
    message::{HeaderValue, Name, NameAddr, Request, UriBuf},
    time::{Duration, Instant},
};

/// What a REGISTER that names no time gets.
const DEFAULT_EXPIRES: u32 = 600;
/// Shorter registrations are refused with 423.
pub(super) const MIN_EXPIRES: u32 = 10;
const MAX_EXPIRES: u32 = 3600;
/// What one user may bind.
const MAX_BINDINGS: usize = 20;

/// One contact of a user.
pub(super) struct Binding {
    pub contact: UriBuf,
    /// None where the server has been started anew since it was told.
    pub connection: Option<ConnectionId>,
    flow: Option<Flow>,
    /// Contact parameters besides `expires`, each with its leading semicolon.
    params: String,
    call_id: String,
    cseq: u32,
    expires: Instant,
}

/// A device, and one of its ways to us: which binding it is, whatever its URI.
#[derive(Clone, PartialEq, Eq)]
struct Flow {
    instance: String,
    number: u32,
}

/// Why a REGISTER changes nothing.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Refusal {
    /// `*` besides other contacts or without `Expires: 0`: 400.
    Malformed,
    /// Less than [`MIN_EXPIRES`]: 423.
    TooBrief,
    /// Older than what the binding has seen: 500.
    OutOfOrder,
    /// More than [`MAX_BINDINGS`]: 503.
    TooMany,
}

enum Change {
    Bind(Binding),
    Remove(UriBuf, Option<Flow>),
}

/// The bindings of all users, in the order in which they were made.
#[derive(Default)]
pub(super) struct Bindings {
    users: BTreeMap<String, Vec<Binding>>,
}

impl Bindings {
    /// The bindings whose time runs.
    pub(super) fn of(&self, user: &str, now: Instant) -> impl Iterator<Item = &Binding> {
        self.users.get(user).into_iter().flatten().filter(move |binding| binding.expires > now)
    }

    /// Where a call rings: with each device once, by the first of its flows that is there (RFC 5626 §6).
    pub(super) fn targets(&self, user: &str, now: Instant) -> Vec<(&UriBuf, ConnectionId)> {
        let mut devices: Vec<&str> = Vec::new();
        self.of(user, now)
            .filter_map(|binding| {
                let connection = binding.connection?;
                if let Some(Flow { instance, .. }) = &binding.flow {
                    if devices.contains(&instance.as_str()) {
                        return None;
                    }
                    devices.push(instance);
                }
                Some((&binding.contact, connection))
            })
            .collect()
    }

    /// Does what a REGISTER asks: all of it or nothing (§10.3 steps 6 and 7).
    pub(super) fn update(
        &mut self,
        user: &str,
        request: &Request,
        connection: ConnectionId,
        now: Instant,
    ) -> Result<(), Refusal> {
        let bound = self.users.entry(user.into()).or_default();
        bound.retain(|binding| binding.expires > now);
        let changes = if request.is_contact_star() {
            if request.expires() != Some(0) || request.contacts().count() > 0 {
                return Err(Refusal::Malformed);
            }
            let remove = |it: &Binding| Change::Remove(it.contact.clone(), it.flow.clone());
            bound.iter().map(remove).collect()
        } else {
            request
                .contacts()
                .map(|contact| change(contact, request, connection, now))
                .collect::<Result<Vec<_>, _>>()?
        };
        let stale =
            |binding: &Binding| binding.call_id == request.call_id() && binding.cseq >= request.cseq().number;
        if changes.iter().any(|change| bound.iter().any(|known| change.is_of(known) && stale(known))) {
            return Err(Refusal::OutOfOrder);
        }
        let new = changes.iter().filter(|change| !bound.iter().any(|known| change.is_of(known))).count();
        if bound.len() + new > MAX_BINDINGS {
            return Err(Refusal::TooMany);
        }
        for change in changes {
            let place = bound.iter().position(|known| change.is_of(known));
            match (change, place.and_then(|place| bound.get_mut(place))) {
                (Change::Bind(binding), Some(known)) => *known = binding,
                (Change::Bind(binding), None) => bound.push(binding),
                (removed, _) => bound.retain(|known| !removed.is_of(known)),
            }
        }
        Ok(())
    }

    /// Forgets what was bound over a connection that is gone.
    pub(super) fn close(&mut self, connection: ConnectionId) {
        for bound in self.users.values_mut() {
            bound.retain(|binding| binding.connection != Some(connection));
        }
    }

    /// The users with a binding over this connection whose time runs.
    pub(super) fn users_over(&self, connection: ConnectionId, now: Instant) -> Vec<&str> {
        self.users.keys().map(String::as_str).filter(|user| self.is_over(user, connection, now)).collect()
    }

    /// Whether this user has such a binding.
    pub(super) fn is_over(&self, user: &str, connection: ConnectionId, now: Instant) -> bool {
        self.of(user, now).any(|binding| binding.connection == Some(connection))
    }

    /// Forgets the bindings of a user, or of everybody.
    pub(super) fn forget(&mut self, user: Option<&str>) {
        self.users.retain(|bound, _| user.is_some_and(|user| user != bound));
    }

    /// Keeps the bindings without their connections.
    pub(super) fn detach(&mut self) {
        for binding in self.users.values_mut().flatten() {
            binding.connection = None;
        }
    }
}

impl Change {
    fn is_of(&self, known: &Binding) -> bool {
        let (Self::Bind(Binding { contact, flow, .. }) | Self::Remove(contact, flow)) = self;
        match (flow, &known.flow) {
            (Some(flow), Some(known)) => flow == known,
            _ => known.contact.as_uri().matches(&contact.as_uri()),
        }
    }
}

impl Binding {
    /// The Contact value that tells of it, with the seconds it has left.
    pub(super) fn value(&self, now: Instant) -> HeaderValue {
        let seconds = self.expires.since(now).as_millis().div_ceil(1000);
        HeaderValue::lossy(&format!("<{}>{};expires={seconds}", self.contact.as_uri().as_str(), self.params))
    }
}

fn change(
    contact: NameAddr<'_>,
    request: &Request,
    connection: ConnectionId,
    now: Instant,
) -> Result<Change, Refusal> {
    // A malformed parameter counts as the default (§10.2.1.1).
    let own = contact.params().get("expires").map(|value| value.parse().unwrap_or(DEFAULT_EXPIRES));
    let expires = own.or(request.expires()).unwrap_or(DEFAULT_EXPIRES);
    let uri = contact.uri().to_owned();
    let flow = flow(&contact, request);
    match expires {
        0 => return Ok(Change::Remove(uri, flow)),
        1..MIN_EXPIRES => return Err(Refusal::TooBrief),
        MIN_EXPIRES.. => {}
    }
    let mut params = String::new();
    for (name, value) in contact.params().iter() {
        match value {
            _ if name.eq_ignore_ascii_case("expires") => {}
            Some(value) => _ = write!(params, ";{name}={value}"),
            None => _ = write!(params, ";{name}"),
        }
    }
    Ok(Change::Bind(Binding {
        contact: uri,
        connection: Some(connection),
        flow,
        params,
        call_id: request.call_id().into(),
        cseq: request.cseq().number,
        expires: now + Duration::from_secs(expires.min(MAX_EXPIRES).into()),
    }))
}

/// Whether a phone asks for its flows to be kept to, and names this one (RFC 5626 §4.2.1).
pub(super) fn names_flow(request: &Request) -> bool {
    request.contacts().any(|contact| flow(&contact, request).is_some())
}

fn flow(contact: &NameAddr<'_>, request: &Request) -> Option<Flow> {
    let asks = request.has_token(Name::Supported, "outbound");
    let instance = contact.params().unquoted("+sip.instance").filter(|_| asks)?.into_owned();
    Some(Flow { instance, number: contact.params().get("reg-id")?.parse().ok()? })
}
