//! A call: from the wish or the INVITE to exactly one [`CallEvent::Terminated`].
//!
//! ```text
//!             dial                                        INVITE
//!              │                                             │
//!   outbound   ▼                                  inbound    ▼
//!   Acquiring → Offering → Proceeding             Ringing → Acquiring → Answering
//!                  │          │    │  2xx                                  │ 2xx
//!                  │   cancel ▼    └──────▶ (Confirming) ───▶ Established ◀┘
//!                  │       Canceling                              │ BYE (waits for the ACK: Leaving)
//!                  ▼          ▼                                   ▼
//!                Ended ◀──────┴───────────────────────────────────┘
//! ```
//!
//! Each machine is a value that a transition consumes; what it wants done it says as [`Action`]s, in order.

mod answers;
mod dtmf;
mod early;
mod established;
mod event;
mod exchange;
mod facts;
mod inbound;
mod kept;
mod leaving;
mod outbound;
mod recovery;
mod reliable;
mod repetition;
mod restoring;
mod session_timer;
mod transfer;
mod trickle;
mod unacknowledged;
mod verbs;
mod wishes;

use crate::auth::repeat_credentials;
use crate::dialog::Dialog;
use crate::entropy::Entropy;
use crate::error::Cause;
use crate::local::{ALLOW, Local, supported};
use crate::message::session::{Body, TYPE as SDP, body_of};
use crate::message::{
    Fields, Head, HeaderValue, Message, Method, Name, Request, RequestDraft, Response, ResponseDraft, Role,
    StatusCode,
};
use crate::time::{Duration, Instant};
use crate::transaction::ServerKey;

use self::established::Established;
pub use self::event::{Action, CallEvent, CallStatus, MediaFact, Originator, Outage, Tone, ToneTransport};
use self::inbound::Inbound;
pub use self::kept::Unrestorable;
use self::leaving::Leaving;
use self::outbound::Outbound;
pub use self::outbound::Plan;
use self::restoring::Restoring;
pub use self::session_timer::{MIN_SE, is_too_brief};
pub use self::transfer::Referral;

/// How long the browser may take to make a description: less than the transaction lives that waits for it (RFC 3261
/// §17.1.2.2).
const DESCRIPTION_PATIENCE: Duration = Duration::from_secs(30);

/// How long those who wait for something of a call wait for a connection.
pub const CONNECTION_PATIENCE: Duration = Duration::from_secs(60);

/// What a call needs from outside for one step.
pub struct Context<'a> {
    /// The time.
    pub now: Instant,
    /// Where tags come from.
    pub entropy: &'a mut Entropy,
    /// Our names.
    pub local: &'a Local,
    /// How calls are to be.
    pub settings: &'a Settings,
    /// What the call wants done, in this order.
    pub actions: &'a mut Vec<Action>,
}

/// How calls are to be.
#[derive(Clone, Copy)]
pub struct Settings {
    /// The session interval that we ask for and agree to at the most, in seconds (RFC 4028); `None` turns session timers
    /// off.
    pub session_expires: Option<u32>,
    /// Who is to refresh the session, where the far side has no wish of its own: the side that sends the INVITE, or the
    /// one that answers it.
    pub session_refresher: Option<Role>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { session_expires: Some(1800), session_refresher: None }
    }
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
        let message = response.clone().map(Message::Response);
        self.reject_by(message, response, cause)
    }

    /// The same where `message` is why.
    fn reject_by(&mut self, message: Option<Message>, response: Option<Response>, cause: Cause) -> Call {
        self.tell(CallEvent::Rejected { response: response.clone(), cause });
        self.tell(CallEvent::Failed { response, cause });
        self.end(message, Some(cause))
    }

    /// Answers a request by a bare status.
    fn respond(&mut self, key: ServerKey, request: &Request, status: StatusCode) {
        self.push(Action::Respond(key, ResponseDraft::to(request, status)));
    }

    /// A 200 to a request inside a dialog in which we have this Contact.
    fn agree_to(&self, request: &Request, contact: &HeaderValue) -> ResponseDraft {
        let mut answer = ResponseDraft::to(request, StatusCode::OK);
        self.introduce(&mut answer, contact);
        answer
    }

    /// When a description that is asked for now is not waited for any longer.
    fn description_due(&self) -> Instant {
        self.now + DESCRIPTION_PATIENCE
    }

    fn via(&mut self) -> HeaderValue {
        self.local.via(self.entropy)
    }

    /// Gives an INVITE, or an answer that makes a dialog, what it must say of us (RFC 3261 §8.1.1.8, §13.2.1).
    fn introduce(&self, message: &mut Fields, contact: &HeaderValue) {
        message.set(Name::Contact, contact.clone());
        message.set(Name::Allow, HeaderValue::lossy(ALLOW));
        let supported = supported(self.settings.session_expires.is_some());
        message.set(Name::Supported, HeaderValue::lossy(supported));
        message.set(Name::RecvInfo, HeaderValue::lossy(crate::message::trickle::PACKAGE));
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
    /// Answered before the page was reloaded, and being brought back.
    Restoring(Restoring),
    /// Hung up before the far side acknowledged our 2xx; the BYE waits for the ACK (RFC 3261 §15).
    Leaving(Leaving),
    /// Over.
    Ended,
}

impl Call {
    fn step(&mut self, transition: impl FnOnce(Self) -> Self) {
        *self = transition(core::mem::replace(self, Self::Ended));
    }
}

/// Acknowledges and ends the dialog of a 2xx that came too late, or from another fork (RFC 3261 §13.2.2.4).
pub fn decline_fork(cx: &mut Context<'_>, invite: &RequestDraft, response: &Response) {
    if *invite.method() != Method::Invite || !response.status().is_success() {
        return;
    }
    // It is ended as well as can be where it does not say how to (§13.3.1.4 demands that it does).
    if let Some(mut dialog) = Dialog::uac(invite, response).or_else(|| Dialog::nearest(invite, response)) {
        let ack = acknowledge(cx, &dialog, invite);
        cx.push(Action::Acknowledge(ack));
        // The answer to a re-INVITE is of a dialog that has had its BYE.
        if !invite.is_in_dialog() {
            dialog.skip_to(invite.followed_by());
            let bye = dialog.request(cx.via(), Method::Bye);
            cx.push(Action::HangUp(bye));
        }
    }
}

/// The ACK of a 2xx to `invite`, with the same credentials (RFC 3261 §13.2.2.4).
fn acknowledge(cx: &mut Context<'_>, dialog: &Dialog, invite: &RequestDraft) -> RequestDraft {
    let mut ack = dialog.ack(cx.via(), invite.cseq());
    repeat_credentials(invite, &mut ack);
    ack
}

/// The session description in a message, if there is one.
fn sdp(head: &Head) -> Option<&str> {
    match body_of(head) {
        Body::Describes(sdp) => Some(sdp),
        _ => None,
    }
}
