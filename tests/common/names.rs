//! What is told, in a word or two.

use telnyx_device::agent::{CallEvent, Event, Originator, PublicationEvent, SubscriptionEvent};
use telnyx_device::error::Cause;
use telnyx_device::message::{Message, SubscriptionState};
use telnyx_device::time::Duration;

/// An event in a word or two.
pub fn name(event: &Event) -> String {
    match event {
        Event::Connecting { attempts, .. } => format!("connecting {attempts}"),
        Event::Connected { .. } => "connected".into(),
        Event::Disconnected { code, will_retry, .. } => format!("disconnected {code} retry {will_retry}"),
        Event::Registered { expires, refresh, .. } => format!("registered {expires} refresh {refresh}"),
        Event::Unregistered { cause, .. } => format!("unregistered {}", cause.map_or("-", |it| it.as_str())),
        Event::RegistrationFailed { cause, .. } => format!("registrationFailed {}", cause.as_str()),
        Event::Incoming { .. } => "incoming".into(),
        Event::Message { call, request, .. } => {
            let kind = if call.is_some() { "message in a call" } else { "message" };
            format!("{kind} {}", request.body_text().unwrap_or_default())
        }
        Event::Info { request, .. } => format!("info {}", request.body_text().unwrap_or_default()),
        Event::Sip { outgoing, message } => {
            let kind = match message {
                Message::Request(request) => request.method().as_str().to_owned(),
                Message::Response(response) => response.status().get().to_string(),
            };
            format!("sip {} {kind}", if *outgoing { "out" } else { "in" })
        }
        Event::Settled { outcome, .. } => match outcome {
            Ok(()) => "settled".into(),
            Err(failure) => format!("settled {}", failure.cause.as_str()),
        },
        Event::Restoring(_) => "restoring".into(),
        Event::Lost { cause, .. } => format!("lost {}", cause.as_str()),
        Event::Replaced { .. } => "replaced".into(),
        Event::Call { event, .. } => call_event(event),
        Event::Subscription { event, .. } => match event {
            SubscriptionEvent::Notified { state, dialogs, .. } => {
                let state = match state {
                    SubscriptionState::Pending => "pending",
                    SubscriptionState::Active => "active",
                    SubscriptionState::Terminated { .. } => "terminated",
                };
                let ids = dialogs.iter().flat_map(|it| &it.dialogs).map(|dialog| dialog.id.as_str());
                ["notified", state].into_iter().chain(ids).collect::<Vec<_>>().join(" ")
            }
            SubscriptionEvent::Interrupted { cause, wait, .. } => interrupted("subscription", *cause, *wait),
            SubscriptionEvent::Terminated { cause, .. } => {
                format!("subscription terminated {}", cause.map_or("-", |it| it.as_str()))
            }
        },
        Event::Publication { event, .. } => match event {
            PublicationEvent::Published { expires, refresh, .. } => {
                format!("published {expires} refresh {refresh}")
            }
            PublicationEvent::Interrupted { cause, wait, .. } => interrupted("publication", *cause, *wait),
            PublicationEvent::Terminated { cause, .. } => {
                format!("publication terminated {}", cause.map_or("-", |it| it.as_str()))
            }
        },
        Event::PeerMisbehaved(fault) => format!("{fault:?}"),
        Event::CredentialsWanted { realm } => format!("credentialsWanted {realm}"),
        Event::Capabilities { response, .. } => format!("capabilities {}", response.status().get()),
    }
}

fn interrupted(what: &str, cause: Cause, wait: Option<Duration>) -> String {
    let until = match wait {
        None => "offline",
        Some(Duration::ZERO) => "at once",
        Some(_) => "later",
    };
    format!("{what} interrupted {} {until}", cause.as_str())
}

fn call_event(event: &CallEvent) -> String {
    match event {
        CallEvent::Connecting => "call connecting".into(),
        CallEvent::Inviting(_) => "inviting".into(),
        CallEvent::Progress(response) => format!("progress {}", response.status().get()),
        CallEvent::Accepted(response) => format!("accepted {}", response.status().get()),
        CallEvent::Confirmed => "confirmed".into(),
        CallEvent::Hold(originator) => format!("hold {}", side(*originator)),
        CallEvent::Unhold(originator) => format!("unhold {}", side(*originator)),
        CallEvent::Redirect(response) => format!("redirect {}", response.status().get()),
        CallEvent::TransferProgress { status, .. } => format!("transferProgress {}", status.get()),
        CallEvent::Transferred => "transferred".into(),
        CallEvent::Cancel => "cancel".into(),
        CallEvent::Refer(_) => "refer".into(),
        CallEvent::Dtmf { request, tone, outgoing } => {
            let kind = if request.is_some() { "dtmf" } else { "audible dtmf" };
            format!("{kind} {} {}", if *outgoing { "out" } else { "in" }, tone.digit)
        }
        CallEvent::Rejected { cause, response } => {
            let status = response.as_ref().map_or(0, |it| it.status().get());
            format!("rejected {status} {}", cause.as_str())
        }
        CallEvent::Failed { cause, .. } => format!("failed {}", cause.as_str()),
        CallEvent::Recovering { reason } => format!("recovering {}", reason.as_str()),
        CallEvent::Recovered { reason } => format!("recovered {}", reason.as_str()),
        CallEvent::Bye => "bye".into(),
        CallEvent::Terminated { cause, .. } => format!("terminated {}", cause.map_or("-", |it| it.as_str())),
    }
}

fn side(originator: Originator) -> &'static str {
    match originator {
        Originator::Local => "local",
        Originator::Remote => "remote",
    }
}
