//! Candidates that come after the description has left, each way by INFO (RFC 8840 §4.4). One INFO at a time: what comes
//! while it waits for its answer goes by the next.
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | Off | the far side supports it | Idle | asks for what has come and what will |
//! | Idle, Waiting | candidates | Waiting | |
//! | Waiting | the far side knows where we are | Sending | INFO |
//! | Waiting | ICE is restarted | Idle | |
//! | Sending | ICE is restarted | Sending | what was sent is not sent again |
//! | Sending | candidates | Sending | keeps them in place of those that it kept |
//! | Sending | 2xx | Idle, or Waiting with what it kept | |
//! | Sending | no answer | Waiting with what it kept, or with what was sent | |
//! | Sending | a refusal | Off | |

use super::{Action, Context};
use crate::dialog::Dialog;
use crate::message::trickle::{PACKAGE, TYPE, read};
use crate::message::{Head, HeaderValue, Method, Name, Request, RequestDraft, Response};

/// See the table above.
#[derive(Default)]
pub(super) enum Trickle {
    /// The far side does not know of it.
    #[default]
    Off,
    /// Nothing is under way.
    Idle,
    /// This fragment is to be sent.
    Waiting(Vec<u8>),
    /// An INFO waits for its answer.
    Sending {
        /// Waits for that.
        next: Option<Vec<u8>>,
        /// Whether what was sent is worth sending again.
        stands: bool,
    },
}

impl Trickle {
    /// What a message of the far side's says of it.
    pub(super) fn with(cx: &mut Context<'_>, far_side: &Head) -> Self {
        if far_side.has_token(Name::Supported, PACKAGE) {
            cx.push(Action::Trickle);
            Self::Idle
        } else {
            Self::Off
        }
    }

    /// Candidates have come.
    pub(super) fn queue(&mut self, fragment: Vec<u8>) {
        match self {
            Self::Off => {}
            Self::Sending { next, .. } => *next = Some(fragment),
            Self::Idle | Self::Waiting(_) => *self = Self::Waiting(fragment),
        }
    }

    /// Sends what waits.
    pub(super) fn proceed(&mut self, cx: &mut Context<'_>, dialog: &mut Dialog) {
        let Self::Waiting(fragment) = self else { return };
        let mut info = dialog.request(cx.via(), Method::Info);
        info.set(Name::InfoPackage, HeaderValue::lossy(PACKAGE));
        info.set(Name::ContentDisposition, HeaderValue::lossy("info-package"));
        info.set_body(HeaderValue::lossy(TYPE), core::mem::take(fragment));
        cx.push(Action::Request(info));
        *self = Self::Sending { next: None, stands: true };
    }

    /// The final answer to an INFO with candidates.
    pub(super) fn handle_response(&mut self, response: &Response) {
        let Self::Sending { next, .. } = self else { return };
        *self = match next.take() {
            _ if !response.status().is_success() => Self::Off,
            Some(next) => Self::Waiting(next),
            None => Self::Idle,
        };
    }

    /// An INFO with candidates was not answered.
    pub(super) fn handle_lost(&mut self, info: &RequestDraft) {
        if let Self::Sending { next, stands } = self {
            let again = stands.then(|| info.body().to_vec());
            *self = next.take().or(again).map_or(Self::Idle, Self::Waiting);
        }
    }

    /// The candidates of before are void.
    pub(super) fn handle_restart(&mut self) {
        match self {
            Self::Sending { next, stands } => (*next, *stands) = (None, false),
            Self::Waiting(_) => *self = Self::Idle,
            Self::Off | Self::Idle => {}
        }
    }
}

/// Whether an INFO of ours is of this kind.
pub(super) fn is_ours(info: &RequestDraft) -> bool {
    info.get(Name::InfoPackage).is_some()
}

/// Takes the far side's candidates in an INFO.
pub(super) fn handle_info(cx: &mut Context<'_>, info: &Request) {
    if let Some(candidates) = read(info).filter(|candidates| !candidates.is_empty()) {
        cx.push(Action::AddCandidates(candidates));
    }
}
