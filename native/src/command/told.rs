//! Events in words.

use telnyx_device::{
    agent::{CallEvent, Event, Failure, Originator, PublicationEvent, SubscriptionEvent},
    error::Cause,
    message::{Message, Name, Notice, Response, SubscriptionState},
};

/// The line that tells an event, where it is one to tell.
pub(crate) fn told(event: &Event) -> Option<String> {
    Some(match event {
        Event::Connecting { attempts, .. } => format!("connecting {attempts}"),
        Event::Connected { server, .. } => format!("connected {server}"),
        Event::Disconnected { code, reason, .. } => format!("disconnected {code} {reason}"),
        Event::Registered { expires, contact, .. } => format!("registered {expires} {contact}"),
        Event::Unregistered { cause, response } => format!("unregistered {}", why(*cause, response.as_ref())),
        Event::RegistrationFailed { cause, response, .. } => {
            format!("registrationFailed {}", why(Some(*cause), response.as_ref()))
        }
        Event::Incoming { call, request, .. } => {
            format!("call {} incoming {}", call.0, request.from().uri().as_str())
        }
        Event::Message { request, .. } => {
            format!("message {} {}", request.from().uri().as_str(), request.body_text().unwrap_or_default())
        }
        Event::Info { call, request, .. } => {
            format!("call {} info {}", call.0, request.body_text().unwrap_or_default())
        }
        Event::Call { call, event } => format!("call {} {}", call.0, of_call(event)?),
        Event::Replaced { call, by } => format!("call {} replaced {}", call.0, by.0),
        Event::Subscription { event, .. } => format!("subscription {}", of_subscription(event)),
        Event::Publication { event, .. } => format!("publication {}", of_publication(event)),
        Event::Capabilities { response, .. } => {
            format!("capabilities {}", response.value(Name::Allow).unwrap_or_default())
        }
        // Told elsewhere, or of what no verb asks for.
        _ => return None,
    })
}

fn of_call(event: &CallEvent) -> Option<String> {
    Some(match event {
        CallEvent::Connecting => "connecting".into(),
        CallEvent::Progress(response) => format!("progress {}", status(response)),
        CallEvent::Accepted(response) => format!("accepted {}", status(response)),
        CallEvent::Confirmed => "confirmed".into(),
        CallEvent::Hold(originator) => format!("hold {}", side(*originator)),
        CallEvent::Unhold(originator) => format!("unhold {}", side(*originator)),
        CallEvent::Redirect(response) => format!("redirect {}", contacts(response).join(" ")),
        CallEvent::TransferProgress { status, reason } => {
            format!("transferProgress {} {reason}", status.get())
        }
        CallEvent::Transferred => "transferred".into(),
        CallEvent::Cancel => "cancel".into(),
        CallEvent::Refer(request) => format!("refer {}", request.value(Name::ReferTo).unwrap_or_default()),
        CallEvent::Dtmf { tone, outgoing, .. } => {
            format!("dtmf {} {} {}", if *outgoing { "out" } else { "in" }, tone.digit, tone.duration)
        }
        CallEvent::Rejected { cause, response } => {
            format!("rejected {}", why(Some(*cause), response.as_ref()))
        }
        CallEvent::Failed { cause, response } => format!("failed {}", why(Some(*cause), response.as_ref())),
        CallEvent::Recovering { reason } => format!("recovering {}", reason.as_str()),
        CallEvent::Recovered { reason } => format!("recovered {}", reason.as_str()),
        CallEvent::Bye => "bye".into(),
        CallEvent::Terminated { cause, message } => {
            let response = message.as_ref().and_then(|message| match message {
                Message::Response(response) => Some(response),
                Message::Request(_) => None,
            });
            format!("terminated {}", why(*cause, response))
        }
        _ => return None,
    })
}

fn of_subscription(event: &SubscriptionEvent) -> String {
    match event {
        SubscriptionEvent::Notified { state, request, dialogs } => {
            let state = match state {
                SubscriptionState::Pending => "pending",
                SubscriptionState::Active => "active",
                SubscriptionState::Terminated { .. } => "ends",
            };
            let said = dialogs.clone().map(Notice::Dialogs).or_else(|| Notice::read(request));
            format!("{state} {}", said.map_or_else(|| "-".into(), |it| notice(&it)))
        }
        SubscriptionEvent::Interrupted { cause, response, wait } => {
            let until = wait.map_or_else(|| "connected".into(), |wait| format!("{} s", wait.as_secs()));
            format!("interrupted {} until {until}", why(Some(*cause), response.as_ref()))
        }
        SubscriptionEvent::Terminated { cause, response } => {
            format!("terminated {}", why(*cause, response.as_ref()))
        }
    }
}

/// What a notifier says, as far as it was understood.
fn notice(notice: &Notice) -> String {
    match notice {
        Notice::MessageSummary(mail) => {
            let counts = mail.counts.iter().map(|it| format!(" {} {}/{}", it.class, it.new, it.old));
            format!("waiting {}{}", mail.waiting, counts.collect::<String>())
        }
        Notice::Dialogs(info) => {
            let dialogs = info.dialogs.iter().map(|it| format!(" {} {:?}", it.id, it.state));
            format!("dialogs of {}{}", info.entity, dialogs.collect::<String>())
        }
        Notice::Presence(presence) => {
            let tuples = presence.tuples.iter().map(|it| format!(" {} {:?}", it.id, it.is_open));
            format!("presence of {}{}", presence.entity, tuples.collect::<String>())
        }
        Notice::Refer(status, reason) => format!("{} {reason}", status.get()),
    }
}

fn of_publication(event: &PublicationEvent) -> String {
    match event {
        PublicationEvent::Published { expires, refresh, .. } => {
            format!("{} {expires}", if *refresh { "refreshed" } else { "published" })
        }
        PublicationEvent::Interrupted { cause, response, .. } => {
            format!("interrupted {}", why(Some(*cause), response.as_ref()))
        }
        PublicationEvent::Terminated { cause, response } => {
            format!("terminated {}", why(*cause, response.as_ref()))
        }
    }
}

/// How a verb ended.
pub(crate) fn outcome(verb: &str, outcome: &Result<(), Failure>) -> String {
    match outcome {
        Ok(()) => format!("done {verb}"),
        Err(Failure { cause, response }) => format!("failed {verb} {}", why(Some(*cause), response.as_ref())),
    }
}

fn why(cause: Option<Cause>, response: Option<&Response>) -> String {
    let cause = cause.map_or("-", Cause::as_str);
    response.map_or_else(|| cause.into(), |response| format!("{cause} ({})", status(response)))
}

fn contacts(response: &Response) -> Vec<String> {
    response.contacts().map(|contact| contact.uri().as_str().into()).collect()
}

const fn side(originator: Originator) -> &'static str {
    match originator {
        Originator::Local => "local",
        Originator::Remote => "remote",
    }
}

fn status(response: &Response) -> String {
    format!("{} {}", response.status().get(), response.reason())
}
