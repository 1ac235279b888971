//! The binding of our Contact to our address of record (RFC 3261 §10.2).
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | Off | wish, offline | Offline | |
//! | Off, Offline | wish or connection | Registering | REGISTER |
//! | Registering, Refreshing | 2xx | Registered | tells; sets the time of the refresh |
//! | Registering, Refreshing | 423, not too often in a row | the same | REGISTER with the registrar's Min-Expires |
//! | Registering, Refreshing | 439, and there is no other flow | the same | REGISTER without a flow of its own (RFC 5626 §11.6) |
//! | Registering, Refreshing | other refusal that time may heal, or a 2xx without our binding | BackingOff | tells |
//! | Registering, Refreshing | other refusal | Off | tells |
//! | Registered | refresh is due, or slept | Refreshing | REGISTER |
//! | BackingOff | wait is over, or a hint and no Retry-After runs | Registering, or Refreshing | REGISTER |
//! | Refreshing, BackingOff | the binding runs out | Registering, or BackingOff | tells |
//! | Registered, BackingOff | another connection takes over | Refreshing, or Registering | REGISTER |
//! | any but Off | connection lost | Offline | tells, where there was a binding |
//! | Offline | connection to the same server before its Retry-After is over | BackingOff | |
//! | any but Off | wish to remove | Removing, or Off | REGISTER with expiry 0 |
//! | Removing | wish | Removing, then Registering | |
//! | Removing | any answer | Off, or Offline until the next connection | tells |

use crate::entropy::Entropy;
use crate::error::Cause;
use crate::local::{Binding, Local};
use crate::message::{
    ExtraHeader, HeaderValue, Method, Name, RequestDraft, Response, StatusCode, UriBuf, name_addr,
};
use crate::retry::{Rounds, backoff, refresh_after};
use crate::time::{Duration, Instant, Reason};

/// The longest wait after a failure.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// What the registration needs from outside for one step.
pub struct Context<'a> {
    /// The time.
    pub now: Instant,
    /// Where tags and chance come from.
    pub entropy: &'a mut Entropy,
    /// Our names.
    pub local: &'a Local,
    /// Whether no other flow has, or had, a binding of this device.
    pub alone: bool,
    /// What it wants done, in this order.
    pub actions: &'a mut Vec<Action>,
}

/// A wish of the registration.
pub enum Action {
    /// Start a client transaction with this REGISTER.
    Request(RequestDraft),
    /// The registrar granted the binding.
    Registered {
        /// For how many seconds.
        expires: u32,
        /// Whether it was there before.
        refresh: bool,
        /// What else was granted.
        binding: Binding,
        /// The 2xx.
        response: Response,
    },
    /// The binding is gone, as far as we know; no cause where that was wished, and not refused.
    Unregistered(Option<Cause>, Option<Response>),
    /// An attempt failed.
    Failed(Cause, Option<Response>),
}

/// See the table above.
pub struct Registration {
    registrar: UriBuf,
    address: HeaderValue,
    call_id: String,
    sequence: u32,
    expires: u32,
    extra: Vec<ExtraHeader>,
    /// Whether to name our flow; not at a server that cannot keep to it.
    outbound: bool,
    /// How often in a row we were asked for a longer life.
    rounds: Rounds,
    /// Whom this is about, and until when it wants to hear nothing of us, whatever becomes of the connection.
    server: String,
    not_before: Instant,
    state: State,
}

enum State {
    Off,
    Offline { failures: u32 },
    Registering { failures: u32 },
    Registered { expires: Instant, refresh: Instant },
    Refreshing { expires: Instant, failures: u32 },
    BackingOff { retry: Instant, expires: Option<Instant>, failures: u32 },
    Removing { then: Then },
}

/// What follows once a binding is removed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Nothing: none is wished for.
    Off,
    /// It is wished for again at the next connection.
    Offline,
    /// It is wished for at once.
    Again,
}

impl Registration {
    /// Nothing is registered, nothing is wished.
    pub fn new(
        registrar: UriBuf,
        name: Option<&str>,
        address: &UriBuf,
        expires: u32,
        entropy: &mut Entropy,
    ) -> Self {
        let address = name_addr(name, address.as_uri(), None);
        let call_id = entropy.call_id();
        Self {
            registrar,
            address,
            call_id,
            sequence: 0,
            expires,
            extra: Vec::new(),
            outbound: true,
            rounds: Rounds::default(),
            server: String::new(),
            not_before: Instant::default(),
            state: State::Off,
        }
    }

    /// Whether a binding is alive at `now`.
    pub fn is_registered(&self, now: Instant) -> bool {
        self.binding().is_some_and(|expires| expires > now)
    }

    fn binding(&self) -> Option<Instant> {
        match self.state {
            State::Registered { expires, .. } | State::Refreshing { expires, .. } => Some(expires),
            State::BackingOff { expires, .. } => expires,
            _ => None,
        }
    }

    /// Wishes for a binding, `online` or as soon as there is a connection.
    pub fn register(&mut self, cx: &mut Context<'_>, extra: Vec<ExtraHeader>, online: bool) {
        self.extra = extra;
        // The user does not wait.
        self.not_before = Instant::default();
        match (&self.state, self.binding()) {
            // No second REGISTER before the first is answered (§10.2).
            (State::Registering { .. } | State::Refreshing { .. }, _) => {}
            (State::Removing { .. }, _) => self.state = State::Removing { then: Then::Again },
            _ if !online => self.state = State::Offline { failures: 0 },
            (_, Some(expires)) => self.refresh(cx, expires, 0),
            (_, None) => self.start(cx, 0),
        }
    }

    /// The same as the registration by another flow, as soon as there is a connection.
    pub fn follow(&mut self, other: &Self) {
        self.extra.clone_from(&other.extra);
        self.state = State::Offline { failures: 0 };
    }

    /// Wishes for nothing, and says so to nobody.
    pub fn forget(&mut self) {
        self.state = State::Off;
    }

    /// Whether no binding is wished for.
    pub fn is_off(&self) -> bool {
        matches!(self.state, State::Off)
    }

    /// Whether the registrar is being asked to forget the binding.
    pub fn is_removing(&self) -> bool {
        matches!(self.state, State::Removing { .. })
    }

    /// Whether the registrar knows of a binding, or is being asked for one.
    pub fn is_active(&self) -> bool {
        !matches!(self.state, State::Off | State::Offline { .. })
    }

    /// Whether the registrar is being asked for a binding that is not there yet.
    pub fn is_asking(&self) -> bool {
        matches!(self.state, State::Registering { .. } | State::Removing { then: Then::Again })
    }

    /// Wishes for no binding; with `all`, for none of any device of this user (§10.2.2).
    pub fn unregister(&mut self, cx: &mut Context<'_>, all: bool, extra: &[ExtraHeader], then: Then) {
        match self.state {
            // The answer to the first wish is the answer to this one. What was to stay off stays so.
            State::Removing { then: first } if !all => {
                self.state = State::Removing { then: if first == Then::Off { first } else { then } };
                return;
            }
            State::Off | State::Offline { .. } if !all => return self.removed(cx, then, None, None),
            _ => {}
        }
        self.state = State::Removing { then };
        // Those of `register`, where this wish has none of the same name.
        self.extra.retain(|ours| !extra.iter().any(|it| it.is_like(ours)));
        let mut request = self.draft(cx, 0);
        if all {
            request.set(Name::Contact, HeaderValue::lossy("*"));
        }
        for header in extra {
            request.extra(header);
        }
        cx.actions.push(Action::Request(request));
    }

    /// We keep the binding no more; `cause` is why the registrar may, until it runs out.
    fn removed(
        &mut self,
        cx: &mut Context<'_>,
        then: Then,
        cause: Option<Cause>,
        response: Option<&Response>,
    ) {
        self.state = if then == Then::Off { State::Off } else { State::Offline { failures: 0 } };
        cx.actions.push(Action::Unregistered(cause, response.cloned()));
        if then == Then::Again {
            self.start(cx, 0);
        }
    }

    /// There is a connection to this server. What another one has asked for does not bind it.
    pub fn handle_connected(&mut self, cx: &mut Context<'_>, server: &str) {
        if server != self.server {
            self.server = server.into();
            self.not_before = Instant::default();
        }
        if let State::Offline { failures } = self.state {
            if self.not_before > cx.now {
                self.state = State::BackingOff { retry: self.not_before, expires: None, failures };
            } else {
                self.start(cx, failures);
            }
        }
    }

    /// Another connection has taken the place of the one that carried the binding, and leads to this server.
    pub fn handle_moved(&mut self, cx: &mut Context<'_>, server: &str) {
        self.server = server.into();
        self.not_before = Instant::default();
        self.outbound = true;
        match (&self.state, self.binding()) {
            (State::Registered { .. } | State::BackingOff { .. }, Some(expires)) => {
                self.refresh(cx, expires, 0)
            }
            (State::BackingOff { .. }, None) => self.start(cx, 0),
            _ => {}
        }
    }

    /// The connection is lost, and with it the way that the binding names.
    pub fn handle_connection_lost(&mut self, cx: &mut Context<'_>) {
        let had_binding = self.is_registered(cx.now);
        self.outbound = true;
        match self.state {
            State::Off => return,
            // Whether the registrar has heard of it, nobody knows.
            State::Removing { then: Then::Off } => {
                return self.removed(cx, Then::Off, Some(Cause::ConnectionError), None);
            }
            State::Removing { .. } => return self.removed(cx, Then::Offline, None, None),
            // One loss is survived in silence; a server that drops whoever registers is told of.
            State::Registering { failures } => {
                self.state = State::Offline { failures: failures.saturating_add(1) };
                if failures > 0 {
                    cx.actions.push(Action::Failed(Cause::ConnectionError, None));
                }
            }
            _ => self.state = State::Offline { failures: 0 },
        }
        if had_binding {
            cx.actions.push(Action::Unregistered(Some(Cause::ConnectionError), None));
        }
    }

    /// Takes the answer to a REGISTER of ours.
    pub fn handle_response(&mut self, cx: &mut Context<'_>, response: &Response) {
        let status = response.status();
        if !self.is_current(response.cseq().number) || !status.is_final() {
            return;
        }
        match self.state {
            State::Removing { then } => {
                let refused = (!status.is_success()).then(|| Cause::of_status(status.get()));
                self.removed(cx, then, refused, Some(response));
            }
            State::Registering { .. } | State::Refreshing { .. } if status.is_success() => {
                self.handle_granted(cx, response);
            }
            State::Registering { .. } | State::Refreshing { .. } => {
                if status == StatusCode::INTERVAL_TOO_BRIEF
                    && let Some(minimum) = response.min_expires().filter(|minimum| *minimum > self.expires)
                    && self.rounds.another()
                {
                    self.expires = minimum;
                    let request = self.draft(cx, self.expires);
                    cx.actions.push(Action::Request(request));
                    return;
                }
                let lacks_flows = status == StatusCode::FIRST_HOP_LACKS_OUTBOUND_SUPPORT;
                if lacks_flows && self.outbound && cx.alone {
                    self.outbound = false;
                    let request = self.draft(cx, self.expires);
                    cx.actions.push(Action::Request(request));
                    return;
                }
                self.handle_failure(cx, Cause::of_status(status.get()), Some(response));
            }
            _ => {}
        }
    }

    /// Whether the REGISTER with this sequence number is the latest: what becomes of an older one says nothing about
    /// what is wished now.
    pub fn is_current(&self, sequence: u32) -> bool {
        sequence == self.sequence
    }

    /// No answer came to the REGISTER with this sequence number, or it could not be sent.
    pub fn handle_request_failed(&mut self, cx: &mut Context<'_>, sequence: u32, cause: Cause) {
        match self.state {
            _ if !self.is_current(sequence) => {}
            State::Removing { then } => self.removed(cx, then, Some(cause), None),
            State::Registering { .. } | State::Refreshing { .. } => {
                self.handle_failure(cx, cause, None);
            }
            _ => {}
        }
    }

    /// Its next deadline.
    pub fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match self.state {
            State::Registered { refresh, expires } => Some((refresh.min(expires), "refresh")),
            State::Refreshing { expires, .. } => Some((expires, "expiry")),
            State::BackingOff { retry, expires: Some(expires), .. } if expires < retry => {
                Some((expires, "expiry"))
            }
            State::BackingOff { retry, .. } => Some((retry, "retry")),
            State::Off | State::Offline { .. } | State::Registering { .. } | State::Removing { .. } => None,
        }
    }

    /// The time has come to `cx.now`.
    pub fn handle_timeout(&mut self, cx: &mut Context<'_>) {
        if self.binding().is_some_and(|expires| expires <= cx.now) {
            cx.actions.push(Action::Unregistered(Some(Cause::Expires), None));
            match self.state {
                State::Refreshing { failures, .. } => self.state = State::Registering { failures },
                State::BackingOff { retry, failures, .. } => {
                    self.state = State::BackingOff { retry, expires: None, failures };
                }
                // Slept through: the refresh is as late as the expiry.
                _ => self.start(cx, 0),
            }
        }
        match self.state {
            State::Registered { refresh, expires } if refresh <= cx.now => self.refresh(cx, expires, 0),
            State::BackingOff { retry, expires, failures } if retry <= cx.now => {
                self.retry(cx, expires, failures);
            }
            _ => {}
        }
    }

    /// Things may be better now than they were, and where the machine has `slept`, perhaps with our clock, the registrar's
    /// granted time may be over.
    pub fn handle_hint(&mut self, cx: &mut Context<'_>, slept: bool) {
        match self.state {
            State::Registered { expires, .. } if slept => self.refresh(cx, expires, 0),
            State::BackingOff { expires, failures, .. } if self.not_before <= cx.now => {
                self.retry(cx, expires, failures);
            }
            _ => {}
        }
    }

    fn retry(&mut self, cx: &mut Context<'_>, expires: Option<Instant>, failures: u32) {
        match expires {
            Some(expires) => self.refresh(cx, expires, failures),
            None => self.start(cx, failures),
        }
    }

    fn start(&mut self, cx: &mut Context<'_>, failures: u32) {
        self.state = State::Registering { failures };
        let request = self.draft(cx, self.expires);
        cx.actions.push(Action::Request(request));
    }

    fn refresh(&mut self, cx: &mut Context<'_>, expires: Instant, failures: u32) {
        self.state = State::Refreshing { expires, failures };
        let request = self.draft(cx, self.expires);
        cx.actions.push(Action::Request(request));
    }

    fn handle_granted(&mut self, cx: &mut Context<'_>, response: &Response) {
        let refresh = self.is_registered(cx.now);
        let granted = Binding::read(cx.local.names(), cx.local.flow(), response)
            .map(|binding| (binding.expires.unwrap_or(self.expires), binding))
            .filter(|(expires, _)| *expires > 0);
        let Some((expires, binding)) = granted else {
            // Granted, and not: the binding is not there.
            if let State::Refreshing { failures, .. } = self.state {
                self.state = State::Registering { failures };
                let (cause, response) = (Cause::SipFailureCode, response.clone());
                cx.actions.push(Action::Unregistered(Some(cause), Some(response)));
            }
            return self.handle_failure(cx, Cause::SipFailureCode, Some(response));
        };
        self.rounds = Rounds::default();
        self.state = State::Registered {
            expires: cx.now + Duration::from_secs(u64::from(expires)),
            refresh: cx.now + refresh_after(cx.entropy, expires),
        };
        cx.actions.push(Action::Registered { expires, refresh, binding, response: response.clone() });
    }

    fn handle_failure(&mut self, cx: &mut Context<'_>, cause: Cause, response: Option<&Response>) {
        let (expires, failures) = match self.state {
            State::Refreshing { expires, failures } => (Some(expires), failures),
            State::Registering { failures } => (None, failures),
            _ => (None, 0),
        };
        cx.actions.push(Action::Failed(cause, response.cloned()));
        self.rounds = Rounds::default();
        if response.is_none_or(heals) {
            let asked = response.and_then(|it| it.retry_after());
            let retry = cx.now + backoff(cx.entropy, failures, LONGEST_WAIT, asked);
            self.not_before = cx.now + Duration::from_secs(u64::from(asked.unwrap_or(0)));
            self.state = State::BackingOff { retry, expires, failures: failures + 1 };
        } else {
            self.state = State::Off;
            if expires.is_some() {
                cx.actions.push(Action::Unregistered(Some(cause), response.cloned()));
            }
        }
    }

    /// Takes the next sequence number, for a REGISTER that is sent again with credentials.
    pub fn next_sequence(&mut self) -> u32 {
        self.sequence = self.sequence.saturating_add(1);
        self.sequence
    }

    fn draft(&mut self, cx: &mut Context<'_>, expires: u32) -> RequestDraft {
        let sequence = self.next_sequence();
        let from = self.address.clone().with_param("tag", Some(&cx.entropy.tag()));
        let mut request = RequestDraft::new(
            Method::Register,
            self.registrar.clone(),
            cx.local.via(cx.entropy),
            from,
            self.address.clone(),
            &self.call_id,
            sequence,
        );
        request.set(Name::Contact, cx.local.registered_contact(self.outbound));
        let supported = if self.outbound { "path, gruu, outbound" } else { "path, gruu" };
        request.set(Name::Supported, HeaderValue::lossy(supported));
        request.set(Name::Expires, HeaderValue::from(expires));
        for header in &self.extra {
            request.extra(header);
        }
        request
    }
}

/// Whether the same request may succeed later: congestion, a server's fault or absence, or where the answer says when,
/// but not a refusal of who we are or of what we ask, such as the push service (RFC 8599 §8.1).
fn heals(response: &Response) -> bool {
    match response.status().get() {
        401 | 407 | 555 => false,
        200 | 408 | 430 | 480 | 500..=599 => true,
        _ => response.retry_after().is_some(),
    }
}
