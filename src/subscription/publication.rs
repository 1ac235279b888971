//! State of ours that a server holds and shows to others (RFC 3903 §4).
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | Waiting | connection, or wait is over | Publishing | PUBLISH with the body |
//! | Publishing, Refreshing, Modifying | 2xx | Published | tells |
//! | Published | refresh is due, or connection is back | Refreshing | PUBLISH of the same entity tag, without a body |
//! | Published | wish to change it | Modifying | PUBLISH of the same entity tag, with the new body |
//! | Refreshing, Modifying | 412 | Publishing | PUBLISH with the body: the server has forgotten it |
//! | any that waits for an answer | 423, not too often in a row | the same | PUBLISH with the server's Min-Expires |
//! | any that waits for an answer | refusal that time may heal | Waiting | tells; the entity tag is kept |
//! | Refreshing | it runs out | Refreshing | tells |
//! | any that waits for an answer | other refusal | Over | tells |
//! | any that waits for an answer | connection lost | Waiting | |
//! | any that holds an entity tag | wish to end it | Removing | PUBLISH with expiry 0 |
//! | Publishing | wish to end it | Withdrawing, then as above | |
//! | Removing | any answer | Over | tells |

use super::{Context, LONGEST_WAIT, PublicationEvent, heals};
use crate::error::Cause;
use crate::message::name_addr;
use crate::message::{ExtraHeader, HeaderValue, Method, Name, RequestDraft, Response, StatusCode, UriBuf};
use crate::retry::{Rounds, backoff, refresh_after};
use crate::time::{Duration, Instant, Reason};

/// A wish of a publication.
pub enum Action {
    /// Start a client transaction with this PUBLISH.
    Request(RequestDraft),
    /// The same, and whatever answers it is of no interest.
    Farewell(RequestDraft),
    /// Tell the application.
    Tell(PublicationEvent),
}

/// What is published.
pub struct Matter {
    /// Whose state it is.
    pub target: UriBuf,
    /// Who publishes: From, without a tag.
    pub from: HeaderValue,
    /// The event package.
    pub event: HeaderValue,
    /// The media type of the body.
    pub content_type: HeaderValue,
    /// The state.
    pub body: Vec<u8>,
    /// For how many seconds, unless refreshed; the server may change it.
    pub expires: u32,
    /// Headers of the application's, in every PUBLISH.
    pub extra: Vec<ExtraHeader>,
}

/// See the table above.
pub struct Publication {
    matter: Matter,
    call_id: String,
    sequence: u32,
    /// Attempts in vain since the last 2xx.
    failures: u32,
    /// How often in a row we were asked for a longer life.
    rounds: Rounds,
    /// Until then the server wants to hear nothing of it, whatever becomes of the connection.
    not_before: Instant,
    state: State,
}

enum State {
    Waiting {
        /// `None`: for a connection.
        retry: Option<Instant>,
        /// What is published still, as far as we know.
        tag: Option<HeaderValue>,
    },
    Publishing,
    Published {
        tag: HeaderValue,
        expires: Instant,
        refresh: Instant,
    },
    /// Published still, while there is no connection.
    Detached {
        tag: HeaderValue,
        expires: Instant,
    },
    Refreshing {
        tag: HeaderValue,
        /// `None` once that is told.
        expires: Option<Instant>,
    },
    Modifying {
        tag: HeaderValue,
    },
    /// The body has changed while an answer is awaited (§4.4: one PUBLISH at a time).
    Outdated {
        tag: Option<HeaderValue>,
    },
    Withdrawing,
    Removing,
    Over,
}

type Cx<'a, 'b> = &'a mut Context<'b, Action>;

impl Publication {
    /// Publishes, now or as soon as there is a connection.
    pub fn new(cx: Cx<'_, '_>, matter: Matter) -> Self {
        let call_id = cx.entropy.call_id();
        let state = State::Waiting { retry: None, tag: None };
        let (rounds, not_before) = (Rounds::default(), Instant::default());
        let mut publication = Self { matter, call_id, sequence: 0, failures: 0, rounds, not_before, state };
        if cx.online {
            publication.publish(cx, None);
        }
        publication
    }

    /// Whether it has told its last.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    /// Publishes the whole state, in the place of what has this entity tag.
    fn publish(&mut self, cx: Cx<'_, '_>, tag: Option<HeaderValue>) {
        let mut request = self.draft(cx, tag.as_ref(), self.matter.expires);
        request.set_body(self.matter.content_type.clone(), self.matter.body.clone());
        cx.actions.push(Action::Request(request));
        self.state = tag.map_or(State::Publishing, |tag| State::Modifying { tag });
    }

    fn refresh(&mut self, cx: Cx<'_, '_>, tag: HeaderValue, expires: Option<Instant>) {
        let request = self.draft(cx, Some(&tag), self.matter.expires);
        cx.actions.push(Action::Request(request));
        self.state = State::Refreshing { tag, expires };
    }

    fn remove(&mut self, cx: Cx<'_, '_>, tag: &HeaderValue) {
        let request = self.draft(cx, Some(tag), 0);
        cx.actions.push(Action::Request(request));
        self.state = State::Removing;
    }

    fn draft(&mut self, cx: Cx<'_, '_>, tag: Option<&HeaderValue>, expires: u32) -> RequestDraft {
        let sequence = self.next_sequence();
        let Matter { target, from, event, extra, .. } = &self.matter;
        let from = from.clone().with_param("tag", Some(&cx.entropy.tag()));
        let (via, to) = (cx.local.via(cx.entropy), name_addr(None, target.as_uri(), None));
        let (uri, call_id) = (target.clone(), &self.call_id);
        let mut request = RequestDraft::new(Method::Publish, uri, via, from, to, call_id, sequence);
        request.set(Name::Event, event.clone());
        request.set(Name::Expires, HeaderValue::from(expires));
        if let Some(tag) = tag {
            request.set(Name::SipIfMatch, tag.clone());
        }
        for header in extra {
            request.extra(header);
        }
        request
    }

    /// Publishes something else instead.
    pub fn modify(&mut self, cx: Cx<'_, '_>, content_type: HeaderValue, body: Vec<u8>) {
        (self.matter.content_type, self.matter.body) = (content_type, body);
        match core::mem::replace(&mut self.state, State::Over) {
            State::Published { tag, .. } => self.publish(cx, Some(tag)),
            State::Publishing => self.state = State::Outdated { tag: None },
            State::Refreshing { tag, .. } | State::Modifying { tag } => {
                self.state = State::Outdated { tag: Some(tag) };
            }
            // It says something new, so it need not be refreshed.
            State::Detached { tag, .. } => self.state = State::Waiting { retry: None, tag: Some(tag) },
            as_before => self.state = as_before,
        }
    }

    /// Wishes for an end.
    pub fn unpublish(&mut self, cx: Cx<'_, '_>) {
        match core::mem::replace(&mut self.state, State::Over) {
            State::Published { tag, .. } => self.remove(cx, &tag),
            State::Waiting { tag: Some(tag), .. } if cx.online => self.remove(cx, &tag),
            State::Publishing
            | State::Outdated { .. }
            | State::Refreshing { .. }
            | State::Modifying { .. } => self.state = State::Withdrawing,
            State::Waiting { .. } | State::Detached { .. } => self.end(cx, None, None),
            as_before @ (State::Withdrawing | State::Removing | State::Over) => self.state = as_before,
        }
    }

    /// The device stops: removes what is published, and begins anew at the next connection.
    pub fn suspend(&mut self, cx: Cx<'_, '_>) {
        match core::mem::replace(&mut self.state, State::Waiting { retry: None, tag: None }) {
            State::Published { tag, .. }
            | State::Refreshing { tag, .. }
            | State::Modifying { tag }
            | State::Outdated { tag: Some(tag) }
            | State::Waiting { tag: Some(tag), .. } => {
                let request = self.draft(cx, Some(&tag), 0);
                cx.actions.push(Action::Farewell(request));
            }
            as_before @ (State::Withdrawing | State::Removing) => self.state = as_before,
            _ => {}
        }
    }

    /// There is a connection.
    pub fn handle_connected(&mut self, cx: Cx<'_, '_>) {
        match core::mem::replace(&mut self.state, State::Over) {
            State::Detached { tag, expires } => self.refresh(cx, tag, Some(expires)),
            State::Waiting { tag, .. } if self.not_before > cx.now => {
                self.state = State::Waiting { retry: Some(self.not_before), tag };
            }
            State::Waiting { tag, .. } => self.publish(cx, tag),
            as_before => self.state = as_before,
        }
    }

    /// The connection is lost, and with it the answer that was awaited.
    pub fn handle_connection_lost(&mut self, cx: Cx<'_, '_>) {
        match core::mem::replace(&mut self.state, State::Over) {
            State::Published { tag, expires, .. } | State::Detached { tag, expires } => {
                self.state = State::Detached { tag, expires };
            }
            State::Withdrawing | State::Removing => self.end(cx, None, None),
            State::Over => {}
            State::Waiting { tag, .. } => self.state = State::Waiting { retry: None, tag },
            // What became of that PUBLISH is unknown; what it published runs out.
            _ => self.state = State::Waiting { retry: None, tag: None },
        }
    }

    /// Takes the next sequence number, for the last PUBLISH with credentials.
    pub fn next_sequence(&mut self) -> u32 {
        self.sequence = self.sequence.saturating_add(1);
        self.sequence
    }

    /// Whether this is the sequence number of the last PUBLISH that was sent. An older one's answer says nothing
    /// about what is wished now.
    pub fn is_last(&self, sequence: u32) -> bool {
        self.sequence == sequence
    }

    /// Takes the answer to a PUBLISH of ours.
    pub fn handle_response(&mut self, cx: Cx<'_, '_>, response: &Response) {
        let status = response.status();
        if !self.is_last(response.cseq().number) {
            return;
        }
        if status.is_success() {
            return self.handle_granted(cx, response);
        }
        let minimum = response.min_expires().filter(|minimum| *minimum > self.matter.expires);
        match (core::mem::replace(&mut self.state, State::Over), status, minimum) {
            (State::Refreshing { .. } | State::Modifying { .. } | State::Outdated { .. }, status, _)
                if status == StatusCode::CONDITIONAL_REQUEST_FAILED =>
            {
                self.publish(cx, None);
            }
            (state, StatusCode::INTERVAL_TOO_BRIEF, Some(minimum)) if self.rounds.another() => {
                self.matter.expires = minimum;
                match state {
                    State::Refreshing { tag, expires } => self.refresh(cx, tag, expires),
                    State::Modifying { tag } => self.publish(cx, Some(tag)),
                    State::Outdated { tag } => self.publish(cx, tag),
                    State::Publishing => self.publish(cx, None),
                    _ => self.end(cx, None, Some(response)),
                }
            }
            (state, ..) => {
                self.state = state;
                self.handle_failure(cx, Cause::of_status(status.get()), Some(response));
            }
        }
    }

    fn handle_granted(&mut self, cx: Cx<'_, '_>, response: &Response) {
        (self.failures, self.rounds) = (0, Rounds::default());
        let was = core::mem::replace(&mut self.state, State::Over);
        if matches!(was, State::Removing) {
            return self.end(cx, None, Some(response));
        }
        let Some(tag) = response.value(Name::SipETag).map(HeaderValue::lossy) else {
            // A 2xx without an entity tag is none (§6): what was published can be neither kept nor removed.
            return self.end(cx, Some(Cause::SipFailureCode), Some(response));
        };
        if matches!(was, State::Withdrawing) {
            return self.remove(cx, &tag);
        }
        let expires = response.expires().unwrap_or(self.matter.expires);
        let refresh = matches!(was, State::Refreshing { expires: Some(_), .. });
        let response = response.clone();
        if matches!(was, State::Outdated { .. }) {
            return self.publish(cx, Some(tag));
        }
        self.state = State::Published {
            tag,
            expires: cx.now + Duration::from_secs(u64::from(expires)),
            refresh: cx.now + refresh_after(cx.entropy, expires),
        };
        cx.actions.push(Action::Tell(PublicationEvent::Published { expires, refresh, response }));
    }

    /// No answer came to a PUBLISH, or it could not be sent.
    pub fn handle_request_failed(&mut self, cx: Cx<'_, '_>, sequence: u32, cause: Cause) {
        if !self.is_last(sequence) {
            return;
        }
        self.handle_failure(cx, cause, None);
    }

    fn handle_failure(&mut self, cx: Cx<'_, '_>, cause: Cause, response: Option<&Response>) {
        let tag = match core::mem::replace(&mut self.state, State::Over) {
            State::Removing | State::Withdrawing => return self.end(cx, None, response),
            State::Refreshing { tag, .. } | State::Modifying { tag } => Some(tag),
            State::Outdated { tag } => tag,
            State::Publishing => None,
            as_before => return self.state = as_before,
        };
        if !response.is_none_or(heals) {
            return self.end(cx, Some(cause), response);
        }
        let asked = response.and_then(|it| it.retry_after());
        let wait = backoff(cx.entropy, self.failures, LONGEST_WAIT, asked);
        self.failures = self.failures.saturating_add(1);
        self.not_before = cx.now + Duration::from_secs(u64::from(asked.unwrap_or(0)));
        let (response, told) = (response.cloned(), cx.online.then_some(wait));
        cx.actions.push(Action::Tell(PublicationEvent::Interrupted { cause, response, wait: told }));
        self.state = State::Waiting { retry: cx.online.then_some(cx.now + wait), tag };
    }

    fn end(&mut self, cx: Cx<'_, '_>, cause: Option<Cause>, response: Option<&Response>) {
        self.state = State::Over;
        let response = response.cloned();
        cx.actions.push(Action::Tell(PublicationEvent::Terminated { cause, response }));
    }

    /// Its next deadline.
    pub fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match self.state {
            State::Waiting { retry, .. } => retry.map(|retry| (retry, "republish")),
            State::Published { refresh, .. } => Some((refresh, "publication")),
            State::Detached { expires, .. } | State::Refreshing { expires: Some(expires), .. } => {
                Some((expires, "publication expiry"))
            }
            _ => None,
        }
    }

    /// The time has come to `cx.now`.
    pub fn handle_timeout(&mut self, cx: Cx<'_, '_>) {
        if self.poll_timeout().is_none_or(|(at, _)| at > cx.now) {
            return;
        }
        match core::mem::replace(&mut self.state, State::Over) {
            // Slept through: the server has forgotten it.
            State::Published { expires, .. } if expires <= cx.now => self.publish(cx, None),
            State::Published { tag, expires, .. } => self.refresh(cx, tag, Some(expires)),
            State::Waiting { tag, .. } => self.publish(cx, tag),
            State::Detached { .. } => {
                self.state = State::Waiting { retry: None, tag: None };
                expired(cx, None);
            }
            // Its answer may still bring it back.
            State::Refreshing { tag, .. } => {
                self.state = State::Refreshing { tag, expires: None };
                expired(cx, Some(Duration::ZERO));
            }
            as_before => self.state = as_before,
        }
    }
}

fn expired(cx: Cx<'_, '_>, wait: Option<Duration>) {
    let (cause, response) = (Cause::Expires, None);
    cx.actions.push(Action::Tell(PublicationEvent::Interrupted { cause, response, wait }));
}
