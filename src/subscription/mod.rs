//! A subscription to somebody's events (RFC 6665 §4.1), and what we publish of ours ([`publication`]).
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | Waiting | connection, or wait is over | Subscribing | SUBSCRIBE |
//! | Subscribing | first NOTIFY, before or after the 2xx | Subscribed | tells; from now on there is a dialog |
//! | Subscribing, Refreshing | 423, not too often in a row | the same | SUBSCRIBE with the notifier's Min-Expires |
//! | Subscribing | refusal that time may heal, Timer N | Waiting | tells |
//! | Subscribing, Subscribed, Refreshing | other refusal | Over | tells |
//! | Subscribed | refresh is due, or connection is back | Refreshing | SUBSCRIBE in the dialog |
//! | Refreshing | NOTIFY | Subscribed | tells |
//! | Refreshing | 481 | Subscribing | tells; SUBSCRIBE outside the dialog |
//! | Refreshing | refusal that time may heal | Subscribed | tries again before it expires |
//! | Subscribed, Refreshing, Detached | it expires, Timer N | Waiting | tells |
//! | Subscribed, Refreshing | connection lost | Detached | |
//! | Detached | connection | Refreshing | SUBSCRIBE in the dialog |
//! | Waiting, Detached | connection before a Retry-After is over | Waiting, Subscribed | until it is |
//! | Subscribed, Refreshing | NOTIFY: terminated | Waiting or Over, as its reason asks | tells |
//! | Subscribing | wish to end it | Withdrawing | |
//! | Withdrawing | first NOTIFY | Leaving | SUBSCRIBE with expiry 0 |
//! | Subscribed, Refreshing, Detached | wish to end it | Leaving | SUBSCRIBE with expiry 0 |
//! | Leaving, Withdrawing | NOTIFY: terminated, refusal, Timer N, connection lost | Over | tells |
//!
//! One that is asked for with an expiry of 0 is over with its first NOTIFY or failure (§4.4.3).
//!
//! One SUBSCRIBE has one dialog: what other forks notify is answered 481, which ends them (§4.1.2.4).

mod event;
mod notified;
pub mod publication;

use crate::dialog::Dialog;
use crate::entropy::Entropy;
use crate::error::Cause;
use crate::local::Local;
use crate::message::{
    DialogInfo, ExtraHeader, HeaderValue, Method, Name, RequestDraft, Response, ResponseDraft, StatusCode,
    UriBuf, accepted_type, name_addr,
};
use crate::retry::{Rounds, backoff, refresh_after};
use crate::time::{Duration, Instant, Reason};
use crate::transaction::ServerKey;

pub use event::{PublicationEvent, SubscriptionEvent};
pub use publication::Publication;

/// 64 × T1: how long after a SUBSCRIBE a NOTIFY may be awaited (§4.1.2.4).
const TIMER_N: Duration = Duration::from_secs(32);
/// The longest wait after a failure.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// What a subscription or publication needs from outside for one step.
pub struct Context<'a, A> {
    /// The time.
    pub now: Instant,
    /// Whether there is a connection.
    pub online: bool,
    /// Where tags and chance come from.
    pub entropy: &'a mut Entropy,
    /// Our names.
    pub local: &'a Local,
    /// What it wants done, in this order.
    pub actions: &'a mut Vec<A>,
}

/// A wish of a subscription.
pub enum Action {
    /// Start a client transaction with this SUBSCRIBE.
    Request(RequestDraft),
    /// The same, and whatever answers it is of no interest.
    Farewell(RequestDraft),
    /// Answer a NOTIFY.
    Respond(ServerKey, ResponseDraft),
    /// Tell the application.
    Tell(SubscriptionEvent),
}

/// What is subscribed to.
pub struct Subject {
    /// Whose events.
    pub target: UriBuf,
    /// Who asks: From, without a tag.
    pub from: HeaderValue,
    /// The event package, with an `id` where one is wished.
    pub event: HeaderValue,
    /// The media types that are understood; else that of the package, where we know it.
    pub accept: Option<HeaderValue>,
    /// For how many seconds; the notifier may shorten it. 0 fetches the state once.
    pub expires: u32,
    /// Headers of the application's, in every SUBSCRIBE.
    pub extra: Vec<ExtraHeader>,
}

/// See the table above.
pub struct Subscription {
    subject: Subject,
    /// Attempts in vain since it last lived for [`TIMER_N`].
    failures: u32,
    /// How often in a row we were asked for a longer life.
    rounds: Rounds,
    /// Until then the notifier wants to hear nothing of it, whatever becomes of the connection.
    not_before: Instant,
    /// Of the package `dialog`: what the notifier has said since the dialog was made.
    dialogs: Option<DialogInfo>,
    state: State,
}

enum State {
    /// `None`: for a connection.
    Waiting {
        retry: Option<Instant>,
    },
    Subscribing {
        attempt: Attempt,
        timer_n: Instant,
    },
    Subscribed {
        live: Live,
        refresh: Instant,
    },
    Refreshing {
        live: Live,
        timer_n: Instant,
    },
    Detached {
        live: Live,
    },
    Withdrawing {
        attempt: Attempt,
        timer_n: Instant,
    },
    Leaving {
        dialog: Dialog,
        timer_n: Instant,
    },
    Over,
}

/// A SUBSCRIBE that has no dialog yet.
struct Attempt {
    call_id: String,
    tag: String,
    sequence: u32,
    expires: u32,
    /// The 2xx, where it was faster than the first NOTIFY.
    granted: Option<Response>,
}

/// A dialog, and when the notifier will forget it.
struct Live {
    dialog: Dialog,
    /// The number of the SUBSCRIBE that it began with.
    began: u32,
    since: Instant,
    expires: Instant,
}

impl Subscription {
    /// Subscribes, now or as soon as there is a connection.
    pub fn new(cx: &mut Context<'_, Action>, subject: Subject) -> Self {
        let (not_before, state) = (Instant::default(), State::Waiting { retry: None });
        let rounds = Rounds::default();
        let mut subscription = Self { subject, failures: 0, rounds, not_before, dialogs: None, state };
        if cx.online {
            subscription.start(cx);
        }
        subscription
    }

    /// Whether the state is asked for once, and not watched.
    fn is_fetch(&self) -> bool {
        self.subject.expires == 0
    }

    /// Whether it has told its last.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    fn start(&mut self, cx: &mut Context<'_, Action>) {
        let (call_id, tag) = (cx.entropy.call_id(), cx.entropy.tag());
        self.dialogs = None;
        let attempt = Attempt { call_id, tag, sequence: 1, expires: self.subject.expires, granted: None };
        self.subscribe(cx, attempt);
    }

    fn subscribe(&mut self, cx: &mut Context<'_, Action>, attempt: Attempt) {
        let Subject { target, from, .. } = &self.subject;
        let (via, to) = (cx.local.via(cx.entropy), name_addr(None, target.as_uri(), None));
        let from = from.clone().with_param("tag", Some(&attempt.tag));
        let mut request = RequestDraft::new(
            Method::Subscribe,
            target.clone(),
            via,
            from,
            to,
            &attempt.call_id,
            attempt.sequence,
        );
        self.fill(cx, &mut request, attempt.expires);
        self.state = State::Subscribing { attempt, timer_n: cx.now + TIMER_N };
        cx.actions.push(Action::Request(request));
    }

    fn fill(&self, cx: &Context<'_, Action>, request: &mut RequestDraft, expires: u32) {
        let event = &self.subject.event;
        request.set(Name::Event, event.clone());
        request.set(Name::Expires, HeaderValue::from(expires));
        request.set(Name::Contact, cx.local.contact().clone());
        let known = || accepted_type(event.as_str()).map(HeaderValue::lossy);
        if let Some(accept) = self.subject.accept.clone().or_else(known) {
            request.set(Name::Accept, accept);
        }
        for header in &self.subject.extra {
            request.extra(header);
        }
    }

    fn in_dialog(&self, cx: &mut Context<'_, Action>, dialog: &mut Dialog, expires: u32) -> RequestDraft {
        let mut request = dialog.request(cx.local.via(cx.entropy), Method::Subscribe);
        self.fill(cx, &mut request, expires);
        request
    }

    fn refresh(&mut self, cx: &mut Context<'_, Action>, mut live: Live) {
        let request = self.in_dialog(cx, &mut live.dialog, self.subject.expires);
        cx.actions.push(Action::Request(request));
        self.state = State::Refreshing { live, timer_n: cx.now + TIMER_N };
    }

    fn leave(&mut self, cx: &mut Context<'_, Action>, mut dialog: Dialog) {
        let request = self.in_dialog(cx, &mut dialog, 0);
        cx.actions.push(Action::Request(request));
        self.state = State::Leaving { dialog, timer_n: cx.now + TIMER_N };
    }

    /// Wishes for an end.
    pub fn unsubscribe(&mut self, cx: &mut Context<'_, Action>) {
        match core::mem::replace(&mut self.state, State::Over) {
            State::Subscribing { attempt, timer_n } => self.state = State::Withdrawing { attempt, timer_n },
            State::Subscribed { live, .. } | State::Refreshing { live, .. } | State::Detached { live } => {
                // Without a connection it is the expiry that ends it there.
                if cx.online { self.leave(cx, live.dialog) } else { self.end(cx, None, None) }
            }
            State::Waiting { .. } => self.end(cx, None, None),
            as_before @ (State::Withdrawing { .. } | State::Leaving { .. } | State::Over) => {
                self.state = as_before;
            }
        }
    }

    /// The device stops: says farewell, and begins anew at the next connection.
    pub fn suspend(&mut self, cx: &mut Context<'_, Action>) {
        match core::mem::replace(&mut self.state, State::Waiting { retry: None }) {
            State::Subscribed { mut live, .. } | State::Refreshing { mut live, .. } => {
                let request = self.in_dialog(cx, &mut live.dialog, 0);
                cx.actions.push(Action::Farewell(request));
            }
            as_before @ (State::Withdrawing { .. } | State::Leaving { .. }) => self.state = as_before,
            _ => {}
        }
    }

    /// There is a connection.
    pub fn handle_connected(&mut self, cx: &mut Context<'_, Action>) {
        match core::mem::replace(&mut self.state, State::Over) {
            State::Detached { live } if self.not_before > cx.now => {
                self.state = State::Subscribed { live, refresh: self.not_before };
            }
            // The notifier may know our old way only.
            State::Detached { live } => self.refresh(cx, live),
            State::Waiting { .. } if self.not_before > cx.now => {
                self.state = State::Waiting { retry: Some(self.not_before) };
            }
            State::Waiting { .. } => self.start(cx),
            as_before => self.state = as_before,
        }
    }

    /// The connection is lost, and with it what was on its way.
    pub fn handle_connection_lost(&mut self, cx: &mut Context<'_, Action>) {
        match core::mem::replace(&mut self.state, State::Over) {
            State::Subscribed { live, .. } | State::Refreshing { live, .. } | State::Detached { live } => {
                self.state = State::Detached { live };
            }
            State::Subscribing { .. } | State::Waiting { .. } => self.state = State::Waiting { retry: None },
            State::Withdrawing { .. } | State::Leaving { .. } => self.end(cx, None, None),
            State::Over => {}
        }
    }

    /// Takes the next sequence number, for the last SUBSCRIBE with credentials.
    pub fn next_sequence(&mut self) -> Option<u32> {
        match &mut self.state {
            State::Subscribing { attempt, .. } | State::Withdrawing { attempt, .. } => {
                attempt.sequence = attempt.sequence.saturating_add(1);
                Some(attempt.sequence)
            }
            State::Subscribed { live, .. } | State::Refreshing { live, .. } | State::Detached { live } => {
                Some(live.dialog.next_sequence())
            }
            State::Leaving { dialog, .. } => Some(dialog.next_sequence()),
            State::Waiting { .. } | State::Over => None,
        }
    }

    /// Whether this is the sequence number of the last SUBSCRIBE that was sent.
    pub fn is_last(&self, sequence: u32) -> bool {
        sequence
            == match &self.state {
                State::Subscribing { attempt, .. } | State::Withdrawing { attempt, .. } => attempt.sequence,
                State::Subscribed { live, .. }
                | State::Refreshing { live, .. }
                | State::Detached { live } => live.dialog.local_sequence(),
                State::Leaving { dialog, .. } => dialog.local_sequence(),
                State::Waiting { .. } | State::Over => return false,
            }
    }

    /// Takes the answer to a SUBSCRIBE of ours.
    pub fn handle_response(&mut self, cx: &mut Context<'_, Action>, response: &Response) {
        // An older SUBSCRIBE's answer says nothing about what is wished now.
        if !self.is_last(response.cseq().number) {
            return;
        }
        if response.status().is_success() {
            return self.handle_granted(cx, response);
        }
        let minimum = response.min_expires().filter(|minimum| *minimum > self.subject.expires);
        if let (StatusCode::INTERVAL_TOO_BRIEF, Some(minimum)) = (response.status(), minimum)
            && !self.is_fetch()
            && self.rounds.another()
        {
            return self.lengthen(cx, minimum);
        }
        self.handle_refused(cx, Cause::of_status(response.status().get()), Some(response));
    }

    fn handle_granted(&mut self, cx: &mut Context<'_, Action>, response: &Response) {
        let is_silent = response.status() == StatusCode::NO_NOTIFICATION; // RFC 5839 §3.3
        match core::mem::replace(&mut self.state, State::Over) {
            State::Subscribing { mut attempt, timer_n } => {
                attempt.expires = response.expires().unwrap_or(attempt.expires).min(attempt.expires);
                attempt.granted = Some(response.clone());
                self.state = State::Subscribing { attempt, timer_n };
            }
            State::Subscribed { mut live, .. } => {
                if response.cseq().number == live.began {
                    live.dialog.adopt_route(response);
                }
                self.run(cx, live, response.expires());
            }
            State::Refreshing { live, .. } if is_silent => self.run(cx, live, response.expires()),
            State::Refreshing { mut live, timer_n } => {
                live.expires = self.expiry(cx, &live, response.expires());
                self.state = State::Refreshing { live, timer_n };
            }
            State::Leaving { .. } if is_silent => self.end(cx, None, None),
            as_before => self.state = as_before,
        }
    }

    /// The notifier wants less to do.
    fn lengthen(&mut self, cx: &mut Context<'_, Action>, minimum: u32) {
        match core::mem::replace(&mut self.state, State::Over) {
            State::Subscribing { attempt, .. } => {
                self.subject.expires = minimum;
                self.subscribe(
                    cx,
                    Attempt { sequence: attempt.sequence.saturating_add(1), expires: minimum, ..attempt },
                );
            }
            State::Subscribed { live, .. } | State::Refreshing { live, .. } => {
                self.subject.expires = minimum;
                self.refresh(cx, live);
            }
            State::Withdrawing { .. } => self.end(cx, None, None),
            as_before => self.state = as_before,
        }
    }

    /// No answer came to a SUBSCRIBE, or it could not be sent.
    pub fn handle_request_failed(&mut self, cx: &mut Context<'_, Action>, sequence: u32, cause: Cause) {
        if !self.is_last(sequence) {
            return;
        }
        self.handle_refused(cx, cause, None);
    }

    fn handle_refused(&mut self, cx: &mut Context<'_, Action>, cause: Cause, response: Option<&Response>) {
        let heals = response.is_none_or(heals);
        let asked = response.and_then(|it| it.retry_after());
        match core::mem::replace(&mut self.state, State::Over) {
            State::Withdrawing { .. } | State::Leaving { .. } => self.end(cx, None, response),
            State::Subscribing { .. } if heals => self.interrupt(cx, cause, response, asked),
            State::Subscribed { live, .. } | State::Refreshing { live, .. } => match response {
                Some(it) if it.status() == StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST => {
                    // The notifier has forgotten it; a new one has nothing to do with it (§4.1.2.2).
                    self.interrupt(cx, cause, response, Some(0));
                }
                // The subscription is good for as long as it was (§4.1.2.2).
                Some(_) if heals => {
                    let refresh = cx.now + self.backoff(cx, asked);
                    self.state = State::Subscribed { live, refresh };
                }
                Some(_) => self.end(cx, Some(cause), response),
                None => self.interrupt(cx, cause, None, None),
            },
            State::Subscribing { .. } => self.end(cx, Some(cause), response),
            as_before => self.state = as_before,
        }
    }

    fn end(&mut self, cx: &mut Context<'_, Action>, cause: Option<Cause>, response: Option<&Response>) {
        self.state = State::Over;
        let response = response.cloned();
        cx.actions.push(Action::Tell(SubscriptionEvent::Terminated { cause, response }));
    }

    /// Begins anew after a while: at once where 0 seconds were `asked`.
    fn interrupt(
        &mut self,
        cx: &mut Context<'_, Action>,
        cause: Cause,
        response: Option<&Response>,
        asked: Option<u32>,
    ) {
        if self.is_fetch() {
            return self.end(cx, Some(cause), response);
        }
        let wait = if asked == Some(0) && self.failures == 0 {
            self.failures = 1; // the next time it would be a loop
            Duration::ZERO
        } else {
            self.backoff(cx, asked)
        };
        let (response, told) = (response.cloned(), cx.online.then_some(wait));
        cx.actions.push(Action::Tell(SubscriptionEvent::Interrupted { cause, response, wait: told }));
        self.state = State::Waiting { retry: cx.online.then_some(cx.now + wait) };
        if cx.online && wait.is_zero() {
            self.start(cx);
        }
    }

    fn backoff(&mut self, cx: &mut Context<'_, Action>, asked: Option<u32>) -> Duration {
        let wait = backoff(cx.entropy, self.failures, LONGEST_WAIT, asked);
        self.failures = self.failures.saturating_add(1);
        self.not_before = cx.now + Duration::from_secs(u64::from(asked.unwrap_or(0)));
        wait
    }

    /// Its next deadline.
    pub fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match &self.state {
            State::Waiting { retry } => retry.map(|retry| (retry, "resubscribe")),
            State::Subscribing { timer_n, .. }
            | State::Withdrawing { timer_n, .. }
            | State::Leaving { timer_n, .. } => Some((*timer_n, "N")),
            State::Subscribed { live, refresh } => Some(((*refresh).min(live.expires), "subscription")),
            State::Refreshing { live, timer_n } if *timer_n < live.expires => Some((*timer_n, "N")),
            State::Refreshing { live, .. } | State::Detached { live } => {
                Some((live.expires, "subscription expiry"))
            }
            State::Over => None,
        }
    }

    /// The time has come to `cx.now`.
    pub fn handle_timeout(&mut self, cx: &mut Context<'_, Action>) {
        if self.poll_timeout().is_none_or(|(at, _)| at > cx.now) {
            return;
        }
        match core::mem::replace(&mut self.state, State::Over) {
            State::Waiting { .. } => self.start(cx),
            State::Withdrawing { .. } | State::Leaving { .. } => self.end(cx, None, None),
            State::Subscribed { live, .. } if live.expires > cx.now => self.refresh(cx, live),
            State::Subscribing { .. } => self.interrupt(cx, Cause::RequestTimeout, None, None),
            State::Refreshing { live, .. } if live.expires > cx.now => {
                self.interrupt(cx, Cause::RequestTimeout, None, None);
            }
            State::Subscribed { .. } | State::Refreshing { .. } | State::Detached { .. } => {
                self.interrupt(cx, Cause::Expires, None, Some(0));
            }
            State::Over => {}
        }
    }
}

/// Whether the same request may succeed later.
fn heals(response: &Response) -> bool {
    match response.status().get() {
        401 | 407 | 501 => false,
        408 | 430 | 480 | 500..=599 => true,
        _ => response.retry_after().is_some(),
    }
}
