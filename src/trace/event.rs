//! What an event says, in few words.

use crate::agent::{CallEvent, CallId, Event};
use crate::error::Cause;

/// An event: its name in JavaScript, and what matters of its detail.
pub(super) struct Note {
    pub(super) name: &'static str,
    pub(super) call: Option<CallId>,
    /// A close code, a status, seconds.
    pub(super) number: Option<u32>,
    pub(super) text: Text,
}

pub(super) enum Text {
    None,
    Cause(Cause),
    /// One of ours.
    Word(&'static str),
    /// What a server or a browser said.
    Free(String),
    /// A SIP URI, or the URI of a WebSocket.
    Address(String),
}

impl Note {
    pub(super) const fn named(name: &'static str, call: Option<CallId>) -> Self {
        Self { name, call, number: None, text: Text::None }
    }

    pub(super) fn of(event: &Event) -> Option<Self> {
        let device = |name, number, text| Some(Self { name, call: None, number, text });
        let cause = |cause: Option<Cause>| cause.map_or(Text::None, Text::Cause);
        match event {
            Event::Connecting { attempts, .. } => device("wsConnecting", Some(*attempts), Text::None),
            Event::Connected { server, .. } => device("wsConnected", None, Text::Address(server.clone())),
            Event::Disconnected { code, reason, .. } => {
                device("wsDisconnected", Some((*code).into()), Text::Free(reason.clone()))
            }
            Event::Registered { expires, contact, .. } => {
                device("registered", Some(*expires), Text::Address(contact.clone()))
            }
            Event::Unregistered { cause: why, .. } => device("unregistered", None, cause(*why)),
            Event::RegistrationFailed { cause: why, .. } => {
                device("registrationFailed", None, cause(Some(*why)))
            }
            Event::Message { .. } => device("message", None, Text::None),
            Event::PeerMisbehaved(fault) => device("error", None, Text::Free(fault.message().into())),
            Event::Incoming { call, .. } => Some(Self::named("invite", Some(*call))),
            Event::Restoring(call) => Some(Self::named("restoring", Some(*call))),
            Event::Lost { cause: why, .. } => device("lost", None, cause(Some(*why))),
            Event::Replaced { call, by } => {
                Some(Self { number: Some(by.0), ..Self::named("replaced", Some(*call)) })
            }
            Event::Call { event: CallEvent::Inviting(_), .. } => None, // its message says so
            Event::Call { call, event } => {
                let (number, text) = match event {
                    CallEvent::TransferProgress { status, .. } => (Some(u32::from(status.get())), Text::None),
                    CallEvent::Rejected { cause: why, .. } | CallEvent::Failed { cause: why, .. } => {
                        (None, cause(Some(*why)))
                    }
                    CallEvent::Terminated { cause: why, .. } => (None, cause(*why)),
                    CallEvent::Recovering { reason } | CallEvent::Recovered { reason } => {
                        (None, Text::Word(reason.as_str()))
                    }
                    _ => (None, Text::None),
                };
                Some(Self { name: event.name(), call: Some(*call), number, text })
            }
            // They say what the messages beside them say.
            _ => None,
        }
    }
}
