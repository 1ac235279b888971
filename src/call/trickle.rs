//! Candidates that come after the description has left, each way by INFO (RFC 8840 §4.4). One INFO at a time: what comes
//! while it waits for its answer goes by the next.
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | Off | the far side supports it | Idle | asks for what has come and what will |
//! | Idle | candidates | Sending | INFO |
//! | Sending | candidates | Sending | keeps them in place of those that it kept |
//! | Sending | 2xx | Idle, or Sending what it kept | |
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
    /// An INFO waits for its answer, and this fragment for that.
    Sending(Option<Vec<u8>>),
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
    pub(super) fn send(&mut self, cx: &mut Context<'_>, dialog: &mut Dialog, fragment: Vec<u8>) {
        match self {
            Self::Off => {}
            Self::Sending(next) => *next = Some(fragment),
            Self::Idle => {
                let mut info = dialog.request(cx.via(), Method::Info);
                info.set(Name::InfoPackage, HeaderValue::lossy(PACKAGE));
                info.set(Name::ContentDisposition, HeaderValue::lossy("info-package"));
                info.set_body(HeaderValue::lossy(TYPE), fragment);
                cx.push(Action::Request(info));
                *self = Self::Sending(None);
            }
        }
    }

    /// The final answer to an INFO with candidates.
    pub(super) fn handle_response(&mut self, cx: &mut Context<'_>, dialog: &mut Dialog, response: &Response) {
        let Self::Sending(next) = core::mem::take(self) else { return };
        if response.status().is_success() {
            *self = Self::Idle;
            if let Some(next) = next {
                self.send(cx, dialog, next);
            }
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
