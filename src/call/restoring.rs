//! A call of before a reload of the page: its dialog is there, its media are not.
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | Waiting | we can be reached | Acquiring | asks for something to send |
//! | Acquiring | media acquired | Established | offers anew, as after a lost connection: see [`recovery`](super::recovery) |
//! | any | no connection or no word of the browser in time, media failed | Ended | BYE |
//! | any | BYE | Ended | 200 |
//! | any | their offer | the same | 491 |

use super::established::Established;
use super::{Action, Call, Context, MediaFact, Outage};
use crate::error::Cause;
use crate::message::session::{Body, body_of};
use crate::message::{ExtraHeader, Method, Request, StatusCode};
use crate::time::{Duration, Instant, Reason, sooner};
use crate::transaction::ServerKey;

/// How long a call waits for the connection of a page that is loaded without a network.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(120);
/// How long for the microphone: a permission prompt may stay open for ever.
const MEDIA_PATIENCE: Duration = Duration::from_secs(60);

/// See the table above.
pub struct Restoring {
    established: Established,
    stage: Stage,
}

enum Stage {
    /// Until then.
    Waiting(Instant),
    Acquiring {
        until: Instant,
        /// Whether we still can be reached.
        reachable: bool,
    },
}

impl Restoring {
    pub(super) fn new(now: Instant, established: Established) -> Self {
        Self { established, stage: Stage::Waiting(now + CONNECTION_PATIENCE) }
    }

    pub(super) fn established(&self) -> &Established {
        &self.established
    }

    pub(super) fn established_mut(&mut self) -> &mut Established {
        &mut self.established
    }

    pub(super) fn handle_reachable(&mut self, cx: &mut Context<'_>) {
        match &mut self.stage {
            Stage::Waiting(_) => {
                self.established.recovery.begin(cx, Outage::Reload);
                cx.push(Action::AcquireMedia);
                self.stage = Stage::Acquiring { until: cx.now + MEDIA_PATIENCE, reachable: true };
            }
            Stage::Acquiring { reachable, .. } => *reachable = true,
        }
    }

    pub(super) fn handle_connection_lost(&mut self) {
        if let Stage::Acquiring { reachable, .. } = &mut self.stage {
            *reachable = false;
        }
    }

    pub(super) fn handle_media(mut self, cx: &mut Context<'_>, fact: MediaFact) -> Call {
        match (&self.stage, fact) {
            (Stage::Acquiring { reachable, .. }, MediaFact::Acquired) => {
                if *reachable {
                    self.established.handle_reachable(cx);
                }
                Call::Established(self.established)
            }
            (_, MediaFact::Failed(cause)) => self.leave(cx, &[], Some(cause)),
            _ => Call::Restoring(self),
        }
    }

    pub(super) fn handle_request(self, cx: &mut Context<'_>, key: ServerKey, request: &Request) -> Call {
        let offers = *request.method() == Method::Invite
            || *request.method() == Method::Update && body_of(request) != Body::Silent;
        if offers {
            // There are no media yet that could be described, and an offer of ours is to come.
            cx.respond(key, request, StatusCode::REQUEST_PENDING);
            return Call::Restoring(self);
        }
        match self.established.handle_request(cx, key, request) {
            Call::Established(established) => Call::Restoring(Self { established, ..self }),
            over => over,
        }
    }

    pub(super) fn leave(self, cx: &mut Context<'_>, extra: &[ExtraHeader], cause: Option<Cause>) -> Call {
        self.established.leave(cx, extra, cause)
    }

    pub(super) fn abandon(self, cx: &mut Context<'_>) -> Call {
        self.established.abandon(cx)
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        let own = match self.stage {
            Stage::Waiting(until) => (until, "connection"),
            Stage::Acquiring { until, .. } => (until, "media"),
        };
        sooner(self.established.poll_timeout(), Some(own))
    }

    pub(super) fn handle_timeout(self, cx: &mut Context<'_>) -> Call {
        let cause = match self.stage {
            Stage::Waiting(until) if until <= cx.now => Cause::ConnectionError,
            Stage::Acquiring { until, .. } if until <= cx.now => Cause::WebRtcError,
            _ => {
                return match self.established.handle_timeout(cx) {
                    Call::Established(established) => Call::Restoring(Self { established, ..self }),
                    over => over,
                };
            }
        };
        self.leave(cx, &[], Some(cause))
    }
}
