//! Offers and answers in a call that is up: re-INVITE and UPDATE, ours and theirs (RFC 3261 §14, RFC 3311, RFC 3264,
//! RFC 6337). One exchange at a time.
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | Idle | what we want differs from what stands | Offering | asks for an offer |
//! | Offering | offer made | Sent | re-INVITE |
//! | Sent | 2xx | Idle | ACK, takes the answer |
//! | Sent | 491, five times in a row at the most | Glare, for 2.1–4 s or 0–2 s (§14.1) | takes the offer back |
//! | Sent | other refusal | Idle | takes the offer back; what stands, stands |
//! | Sent | provisional answers only, for too long | Canceled | CANCEL (§9.1) |
//! | Sent | the connection is lost, five times in a row at the most | Stranded | takes the offer back |
//! | Canceled | 2xx | Idle | ACK, takes the answer |
//! | Canceled | refusal, or no answer at all | Idle | takes the offer back; what stands, stands |
//! | Glare | the wait is over | Offering | asks for an offer |
//! | Stranded | there is a connection | Offering | asks for an offer |
//! | Stranded | there is none for long | Idle, until there is one | tells those who wait |
//! | Idle, Glare | their re-INVITE, their UPDATE with an offer | Answering | asks for an answer, or for an offer |
//! | Answering | CANCEL | Discarding, until the description is made | 487 |
//! | Offering | the browser takes too long | Discarding, likewise | what stands, stands |
//! | Answering | the browser takes too long | Discarding, likewise | 500 |
//! | Discarding | description made, or too late | Idle | takes it back |
//! | Answering | description made | Unacknowledged, or Idle for UPDATE | 2xx |
//! | Unacknowledged | ACK | Idle | takes the answer in it, if the 2xx offered |
//! | Unacknowledged, of a change | no ACK for 64 × T1 | Offering | asks for an offer, as nobody knows what the far side has agreed on |
//! | Unacknowledged, of a change of theirs | their next offer | Answering | asks for an answer: they wait for no other any more |
//! | Offering, Sent, Canceled | their offer | the same | 491 |
//! | Answering, Discarding, other Unacknowledged | their offer | the same | 500 with Retry-After (§14.2) |
//!
//! What is wanted while an exchange is under way waits for its end.

mod ours;
mod theirs;

use super::established::Established;
use super::unacknowledged::Unacknowledged;
use super::wishes::Change;
use super::{Action, Call, Context, MediaFact, answers};
use crate::error::Cause;
use crate::message::session::{ice_name, is_hold};
use crate::message::{Head, Name, Request, ResponseDraft, StatusCode, trickle};
use crate::time::{Duration, Instant, Reason};
use crate::transaction::ServerKey;

/// How long a re-INVITE is waited for after a provisional answer, which a far side that needs time repeats every minute
/// (§13.3.1.1), and after the first of them.
const ANSWER_PATIENCE: Duration = Duration::from_secs(75);
const LONGEST_ANSWER: Duration = Duration::from_secs(180);
/// The same for one that restores what was lost, and that nobody has to be asked about.
const RECOVERY_PATIENCE: Duration = Duration::from_secs(10);
/// How often in a row an offer is made again that met another one, or lost its connection.
const MOST_REPETITIONS: u8 = 5;

/// See the table above.
pub(super) enum Exchange {
    Idle,
    /// Ours: the offer is being made, until then.
    Offering(Instant),
    /// Ours: the re-INVITE waits for its final answer; after a provisional one until then, and at the very most until
    /// then.
    Sent(Option<(Instant, Instant)>),
    /// Ours: waited for in vain. An answer may still come.
    Canceled,
    /// Ours, refused for glare.
    Glare(Instant),
    /// Ours, lost with its connection. By then, those who wait for it hear of that.
    Stranded(Instant),
    /// Theirs: our description for this INVITE or UPDATE is being made.
    Answering {
        key: ServerKey,
        request: Request,
        until: Instant,
    },
    /// Canceled or given up while our description was being made, which is not wanted any more. By then it is taken for
    /// lost.
    Discarding(Instant),
    /// Theirs: our 2xx waits for its ACK.
    Unacknowledged(Unacknowledged),
}

impl Exchange {
    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match self {
            Self::Unacknowledged(unacknowledged) => Some(unacknowledged.poll_timeout()),
            Self::Glare(until) => Some((*until, "glare")),
            Self::Sent(Some((until, _))) => Some((*until, "re-INVITE")),
            Self::Stranded(until) => Some((*until, "connection")),
            Self::Offering(until) | Self::Answering { until, .. } | Self::Discarding(until) => {
                Some((*until, "media"))
            }
            _ => None,
        }
    }

    /// It is not to be answered any more: a request of theirs that still waits hears 487 (§9.2, §15.1.2).
    pub(super) fn abandon(self, cx: &mut Context<'_>) {
        if let Self::Answering { key, request, .. } = self {
            cx.respond(key, &request, StatusCode::REQUEST_TERMINATED);
        }
    }

    /// The refusal of an offer of theirs that comes at the wrong moment, if it does.
    fn refuses(&self, cx: &mut Context<'_>, request: &Request) -> Option<ResponseDraft> {
        match self {
            Self::Idle | Self::Glare(_) | Self::Stranded(_) => None,
            Self::Offering(_) | Self::Sent(_) | Self::Canceled => {
                Some(ResponseDraft::to(request, StatusCode::REQUEST_PENDING))
            }
            Self::Unacknowledged(ours) if !ours.is_first() && !ours.has_offered() => None,
            Self::Answering { .. } | Self::Discarding(_) | Self::Unacknowledged(_) => {
                Some(answers::pending(cx, request))
            }
        }
    }
}

impl Established {
    pub(super) fn handle_media(mut self, cx: &mut Context<'_>, fact: MediaFact) -> Call {
        let fact = match fact {
            MediaFact::IceDisconnected | MediaFact::IceFailed | MediaFact::IceConnected => {
                self.handle_ice(cx, &fact);
                return Call::Established(self);
            }
            MediaFact::Candidates { description, complete } => {
                self.trickle.queue(trickle::write(&description, complete));
                self.send_candidates(cx);
                return Call::Established(self);
            }
            MediaFact::TonePlays | MediaFact::NoTone => {
                self.handle_played(cx, matches!(fact, MediaFact::TonePlays));
                return Call::Established(self);
            }
            fact => fact,
        };
        match (fact, core::mem::replace(&mut self.exchange, Exchange::Idle)) {
            (MediaFact::LocalDescription(offer), Exchange::Offering(_)) => self.send_offer(cx, offer),
            (MediaFact::LocalDescription(description), Exchange::Answering { key, request, .. }) => {
                self.send_answer(cx, key, &request, description);
            }
            (MediaFact::Failed(_), Exchange::Answering { key, request, .. }) => {
                // The session stays as it was (§14.2).
                cx.respond(key, &request, StatusCode::NOT_ACCEPTABLE_HERE);
                self.proceed(cx);
            }
            (_, Exchange::Discarding(_)) => {
                cx.push(Action::Rollback);
                self.proceed(cx);
            }
            (MediaFact::Failed(cause), Exchange::Offering(_)) if self.recovery.is_reloading() => {
                return self.leave(cx, &[], Some(cause));
            }
            (MediaFact::Failed(_), Exchange::Offering(_)) => self.give_in(cx, Cause::WebRtcError, None),
            (MediaFact::Failed(cause), exchange) => {
                self.exchange = exchange;
                return self.leave(cx, &[], Some(cause));
            }
            (_, exchange) => self.exchange = exchange,
        }
        Call::Established(self)
    }

    pub(super) fn far_side_says(&mut self, cx: &mut Context<'_>, sdp: Option<&str>) {
        if let Some(sdp) = sdp {
            self.hold.far_side_is(cx, is_hold(sdp));
            self.ice_name = ice_name(sdp).map(Box::from);
        }
    }

    /// The deadline of the exchange has come. `false` where our first 2xx was never acknowledged.
    pub(super) fn handle_exchange_timeout(&mut self, cx: &mut Context<'_>) -> bool {
        match core::mem::replace(&mut self.exchange, Exchange::Idle) {
            Exchange::Unacknowledged(unacknowledged) => {
                let (is_first, has_offered) = (unacknowledged.is_first(), unacknowledged.has_offered());
                if let Some(repeated) = unacknowledged.handle_timeout(cx) {
                    self.exchange = Exchange::Unacknowledged(repeated);
                } else if is_first {
                    return false;
                } else {
                    // Deviation: a change whose 2xx is never acknowledged ends no call (§13.3.1.4). To one who has read it
                    // late, as the page was frozen, it was given up long ago by a far side that is there.
                    if has_offered {
                        cx.push(Action::Rollback);
                    }
                    self.renegotiate(cx);
                }
                true
            }
            Exchange::Glare(_) => {
                self.proceed(cx);
                true
            }
            Exchange::Offering(_) => {
                self.exchange = Exchange::Discarding(cx.description_due());
                self.give_in(cx, Cause::WebRtcError, None);
                true
            }
            Exchange::Sent(_) => {
                cx.push(Action::Cancel(Vec::new()));
                self.exchange = Exchange::Canceled;
                true
            }
            Exchange::Stranded(_) => {
                // It stays wanted, and is asked for on the next connection.
                self.hold.tell_waiting(cx, Cause::ConnectionError, None);
                if self.change == Change::Wanted {
                    cx.push(Action::Renegotiated(Err((Cause::ConnectionError, None))));
                }
                true
            }
            Exchange::Answering { key, request, .. } => {
                cx.respond(key, &request, StatusCode::SERVER_INTERNAL_ERROR);
                self.exchange = Exchange::Discarding(cx.description_due());
                true
            }
            Exchange::Discarding(_) => {
                cx.push(Action::Rollback);
                self.proceed(cx);
                true
            }
            exchange => {
                self.exchange = exchange;
                true
            }
        }
    }
}

/// The far side can be asked by UPDATE (RFC 3311 §4).
pub(super) fn updates(head: &Head) -> bool {
    head.has_token(Name::Allow, "UPDATE")
}
