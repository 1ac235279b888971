//! A call: from the wish or the INVITE to exactly one [`CallEvent::Terminated`].
//!
//! ```text
//!             dial                                        INVITE
//!              │                                             │
//!   outbound   ▼                                  inbound    ▼
//!   Acquiring → Offering → Calling → Proceeding   Ringing → Acquiring → Answering
//!                  │   cancel ▼          ▼           2xx                    │ 2xx
//!                  │          Canceling       ──────────────▶ Established ◀─┘
//!                  ▼          ▼                                    │ BYE (waits for the ACK: Leaving)
//!                Ended ◀──────┴────────────────────────────────────┘
//! ```
//!
//! Each machine is a value that a transition consumes; what it wants done it says as [`Action`]s, in order.

mod answers;
mod dtmf;
mod established;
mod event;
mod inbound;
mod outbound;
mod unacknowledged;

use crate::auth::repeat_credentials;
use crate::dialog::Dialog;
use crate::entropy::Entropy;
use crate::error::Cause;
use crate::local::{ALLOW, Local};
use crate::message::{
    ExtraHeader, Fields, HeaderValue, Message, Method, Name, RequestDraft, Response, StatusCode,
};
use crate::message::{Request, UriBuf};
use crate::time::{Instant, Reason};
use crate::transaction::ServerKey;

use self::established::{Established, Leaving};
pub use self::event::{Action, CallEvent, CallStatus, MediaFact, Tone};
use self::inbound::Inbound;
use self::outbound::Outbound;

/// The body type of a session description.
const SDP: &str = "application/sdp";

/// What a call needs from outside for one step.
pub struct Context<'a> {
    /// The time.
    pub now: Instant,
    /// Where tags come from.
    pub entropy: &'a mut Entropy,
    /// Our names.
    pub local: &'a Local,
    /// What the call wants done, in this order.
    pub actions: &'a mut Vec<Action>,
}

impl Context<'_> {
    fn push(&mut self, action: Action) {
        self.actions.push(action);
    }

    fn tell(&mut self, event: CallEvent) {
        self.push(Action::Tell(event));
    }

    /// Ends a call that was answered.
    fn end(&mut self, message: Option<Message>, cause: Option<Cause>) -> Call {
        self.push(Action::ReleaseMedia);
        self.tell(CallEvent::Terminated { message, cause });
        Call::Ended
    }

    /// Ends a call that was not answered, and that nobody refused.
    fn fail(&mut self, cause: Cause) -> Call {
        self.tell(CallEvent::Failed { response: None, cause });
        self.end(None, Some(cause))
    }

    /// Ends a call by a final refusal, received or sent.
    fn reject(&mut self, response: Option<Response>, cause: Cause) -> Call {
        self.tell(CallEvent::Rejected { response: response.clone(), cause });
        self.tell(CallEvent::Failed { response: response.clone(), cause });
        self.end(response.map(Message::Response), Some(cause))
    }

    fn via(&mut self) -> HeaderValue {
        self.local.via(self.entropy)
    }

    /// Gives an INVITE, or an answer that makes a dialog, what it must say of us (RFC 3261 §8.1.1.8, §13.2.1).
    fn introduce(&self, message: &mut Fields) {
        message.set(Name::Contact, self.local.contact().clone());
        message.set(Name::Allow, HeaderValue::lossy(ALLOW));
    }
}

/// A call, in whatever state it is.
pub enum Call {
    /// Placed by us, not answered yet.
    Outbound(Outbound),
    /// Placed by the far side, not answered yet.
    Inbound(Inbound),
    /// Answered.
    Established(Established),
    /// Hung up before the far side acknowledged our 2xx; the BYE waits for the ACK (RFC 3261 §15).
    Leaving(Leaving),
    /// Over.
    Ended,
}

impl Call {
    /// Places a call to `target`, from `from` (without a tag).
    pub fn dial(
        cx: &mut Context<'_>,
        target: UriBuf,
        from: (Option<&str>, &UriBuf),
        extra: Vec<ExtraHeader>,
    ) -> Self {
        Self::Outbound(Outbound::new(cx, target, from, extra))
    }

    /// Takes an INVITE, and rings. `no_answer` is when it stops ringing by itself.
    pub fn ring(cx: &mut Context<'_>, key: ServerKey, invite: Request, no_answer: Instant) -> Self {
        Self::Inbound(Inbound::new(cx, key, invite, no_answer))
    }

    /// Where it stands.
    pub fn status(&self) -> CallStatus {
        match self {
            Self::Outbound(outbound) => outbound.status(),
            Self::Inbound(inbound) => inbound.status(),
            Self::Established(_) => CallStatus::Connected,
            Self::Leaving(_) | Self::Ended => CallStatus::Ended,
        }
    }

    /// Whether it rings here and waits for the user.
    pub fn is_ringing(&self) -> bool {
        matches!(self, Self::Inbound(Inbound::Ringing { .. }))
    }

    /// Whether our requests are not wanted any more, and must not be tried again.
    pub fn is_revoked(&self) -> bool {
        matches!(self, Self::Outbound(Outbound::Canceling(_)) | Self::Leaving(_))
    }

    /// Whether the far side placed it, and it is not answered yet.
    pub fn is_rejectable(&self) -> bool {
        matches!(self, Self::Inbound(_))
    }

    /// Whether it was answered, and goes on.
    pub fn is_established(&self) -> bool {
        matches!(self, Self::Established(_))
    }

    /// Answers it, if it rings.
    pub fn accept(&mut self, cx: &mut Context<'_>, extra: Vec<ExtraHeader>) {
        self.step(|state| match state {
            Self::Inbound(inbound) => inbound.accept(cx, extra),
            other => other,
        });
    }

    /// Refuses it, if it is incoming and not answered yet.
    pub fn reject(
        &mut self,
        cx: &mut Context<'_>,
        status: StatusCode,
        reason: Option<&str>,
        extra: &[ExtraHeader],
    ) {
        self.step(|state| match state {
            Self::Inbound(inbound) => inbound.reject(cx, status, reason, extra),
            other => other,
        });
    }

    /// Ends it as its state asks: nothing, CANCEL, a refusal, or BYE with `extra` headers.
    pub fn disconnect(&mut self, cx: &mut Context<'_>, extra: &[ExtraHeader]) {
        self.step(|state| match state {
            Self::Outbound(outbound) => outbound.cancel(cx),
            Self::Inbound(inbound) => inbound.reject(cx, StatusCode::TEMPORARILY_UNAVAILABLE, None, extra),
            Self::Established(established) => established.hang_up(cx, extra),
            Self::Leaving(_) | Self::Ended => state,
        });
    }

    /// Queues DTMF tones, to be sent by INFO, if it was answered; `None` in place of a tone is a pause of two seconds.
    pub fn send_digits(&mut self, cx: &mut Context<'_>, tones: &[Option<Tone>], batch: u32) {
        if let Self::Established(established) = self {
            established.send_digits(cx, tones, batch);
        }
    }

    /// The next sequence number for a request of this call that is sent again with credentials.
    pub fn next_sequence(&mut self) -> Option<u32> {
        match self {
            Self::Established(established) => Some(established.next_sequence()),
            _ => None,
        }
    }

    /// The tag that an incoming call's answers carry.
    pub fn local_tag(&self) -> Option<&str> {
        match self {
            Self::Inbound(inbound) => Some(inbound.local_tag()),
            Self::Established(established) => Some(established.local_tag()),
            Self::Leaving(leaving) => Some(leaving.local_tag()),
            Self::Outbound(_) | Self::Ended => None,
        }
    }

    /// Whether a request with a To-tag belongs to this call.
    pub fn owns(&self, request: &Request) -> bool {
        match self {
            Self::Inbound(inbound) => inbound.owns(request),
            Self::Established(established) => established.owns(request),
            Self::Leaving(leaving) => leaving.owns(request),
            Self::Outbound(_) | Self::Ended => false,
        }
    }

    /// Takes a request inside the call's dialog, other than ACK.
    pub fn handle_request(&mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) {
        self.step(|state| match state {
            Self::Inbound(inbound) => inbound.handle_request(cx, key, request),
            Self::Established(established) => established.handle_request(cx, key, request),
            Self::Leaving(leaving) => leaving.handle_request(cx, key, request),
            Self::Outbound(_) | Self::Ended => state,
        });
    }

    /// Takes the ACK of a 2xx of ours.
    pub fn handle_ack(&mut self, cx: &mut Context<'_>, ack: &Request) {
        self.step(|state| match state {
            Self::Established(established) => established.handle_ack(cx, ack),
            Self::Leaving(leaving) => leaving.handle_ack(cx, ack),
            other => other,
        });
    }

    /// The far side canceled its INVITE, the first or a later one.
    pub fn handle_cancel(&mut self, cx: &mut Context<'_>, invite: ServerKey) {
        self.step(|state| match state {
            Self::Inbound(inbound) => inbound.handle_cancel(cx),
            Self::Established(established) => established.handle_cancel(cx, invite),
            other => other,
        });
    }

    /// Takes an answer to a request of this call.
    pub fn handle_response(&mut self, cx: &mut Context<'_>, request: &RequestDraft, response: &Response) {
        self.step(|state| match state {
            Self::Outbound(outbound) => outbound.handle_response(cx, request, response),
            Self::Established(established) => established.handle_response(cx, request, response),
            other => {
                decline_fork(cx, request, response);
                other
            }
        });
    }

    /// No answer came to a request of this call, or it could not be sent.
    pub fn handle_request_failed(&mut self, cx: &mut Context<'_>, cause: Cause) {
        self.step(|state| match state {
            Self::Outbound(outbound) => outbound.handle_request_failed(cx, cause),
            Self::Established(established) => established.handle_request_failed(cx, cause),
            other => other,
        });
    }

    /// The socket is gone: what was not answered yet cannot be any more. An answered call lives on.
    pub fn handle_connection_lost(&mut self, cx: &mut Context<'_>) {
        self.step(|state| match state {
            Self::Inbound(inbound) => inbound.lose(cx),
            other => other,
        });
    }

    /// Ends it now, as the connection goes.
    pub fn abandon(&mut self, cx: &mut Context<'_>) {
        self.step(|state| match state {
            Self::Outbound(_) | Self::Inbound(_) => cx.fail(Cause::ConnectionError),
            Self::Established(_) => cx.end(None, Some(Cause::ConnectionError)),
            Self::Leaving(leaving) => leaving.give_up(cx),
            Self::Ended => Self::Ended,
        });
    }

    /// Takes news of the call's media.
    pub fn handle_media(&mut self, cx: &mut Context<'_>, fact: MediaFact) {
        self.step(|state| match state {
            Self::Outbound(outbound) => outbound.handle_media(cx, fact),
            Self::Inbound(inbound) => inbound.handle_media(cx, fact),
            Self::Established(established) => established.handle_media(cx, fact),
            other => other,
        });
    }

    /// Its next deadline.
    pub fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match self {
            Self::Inbound(inbound) => inbound.poll_timeout(),
            Self::Established(established) => established.poll_timeout(),
            Self::Leaving(leaving) => Some(leaving.poll_timeout()),
            Self::Outbound(_) | Self::Ended => None,
        }
    }

    /// The time has come to `cx.now`.
    pub fn handle_timeout(&mut self, cx: &mut Context<'_>) {
        if self.poll_timeout().is_none_or(|(at, _)| at > cx.now) {
            return;
        }
        self.step(|state| match state {
            Self::Inbound(inbound) => inbound.handle_timeout(cx),
            Self::Established(established) => established.handle_timeout(cx),
            Self::Leaving(leaving) => leaving.handle_timeout(cx),
            Self::Outbound(_) | Self::Ended => state,
        });
    }

    fn step(&mut self, transition: impl FnOnce(Self) -> Self) {
        *self = transition(core::mem::replace(self, Self::Ended));
    }
}

/// Acknowledges and ends the dialog of a 2xx that came too late, or from another fork (RFC 3261 §13.2.2.4).
pub fn decline_fork(cx: &mut Context<'_>, invite: &RequestDraft, response: &Response) {
    if *invite.method() != Method::Invite || !response.status().is_success() {
        return;
    }
    if let Some(mut dialog) = Dialog::uac(invite, response) {
        let ack = acknowledge(cx, &dialog, invite);
        cx.push(Action::Acknowledge(ack));
        let bye = dialog.request(cx.via(), Method::Bye);
        cx.push(Action::HangUp(bye));
    }
}

/// The ACK of a 2xx to `invite`, with the same credentials (RFC 3261 §13.2.2.4).
fn acknowledge(cx: &mut Context<'_>, dialog: &Dialog, invite: &RequestDraft) -> RequestDraft {
    let mut ack = dialog.ack(cx.via(), invite.cseq());
    repeat_credentials(invite, &mut ack);
    ack
}

/// The session description in a message, if that is what its body is.
fn sdp(head: &crate::message::Head) -> Option<&str> {
    if head.has_type(SDP) { head.body_text() } else { None }
}
