//! What a NOTIFY says (RFC 6665 §4.1.3, §8.2).

use super::{DialogInfo, Head, MessageSummary, Name, Params, Presence, StatusCode, lex, sipfrag};
use super::{dialog_info, message_summary, presence};

/// Subscription-State.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SubscriptionState {
    /// The notifier has not decided yet.
    Pending,
    /// News will come.
    Active,
    /// No more will.
    Terminated {
        /// Why.
        reason: Option<TerminationReason>,
        /// When to try again, in seconds.
        retry_after: Option<u32>,
    },
}

/// Why a notifier has ended a subscription (RFC 6665 §4.1.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TerminationReason {
    /// Subscribe again at once: the notifier has moved.
    Deactivated,
    /// Subscribe again later.
    Probation,
    /// Do not subscribe again.
    Rejected,
    /// It was not refreshed in time.
    Timeout,
    /// The notifier could not find out in time whether to allow it.
    Giveup,
    /// What was watched exists no more.
    NoResource,
    /// What was watched will never change.
    Invariant,
}

/// The body of a NOTIFY, understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// `message-summary` (RFC 3842).
    MessageSummary(MessageSummary),
    /// `dialog` (RFC 4235).
    Dialogs(DialogInfo),
    /// `presence` (RFC 3856, RFC 3863).
    Presence(Presence),
    /// `refer` (RFC 3515): how the referred request fares.
    Refer(StatusCode, String),
}

impl TerminationReason {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        REASONS.iter().find(|(_, reason)| *reason == self).map_or("", |(word, _)| word)
    }
}

impl Notice {
    /// Reads the body by its Content-Type; `None` where it has none of these, or is malformed.
    pub fn read(notify: &Head) -> Option<Self> {
        if notify.has_type(message_summary::TYPE) {
            MessageSummary::read(notify.body_text()?).map(Self::MessageSummary)
        } else if notify.has_type(dialog_info::TYPE) {
            DialogInfo::read(notify.body_text()?).map(Self::Dialogs)
        } else if notify.has_type(presence::TYPE) {
            Presence::read(notify.body_text()?).map(Self::Presence)
        } else {
            let (status, reason) = sipfrag::read(notify)?;
            Some(Self::Refer(status, reason.into()))
        }
    }
}

/// The event package that `event`, the value of an Event field, names, and its `id`.
pub fn event_package(event: &str) -> (&str, Option<&str>) {
    let (package, params) = lex::cut_before(event, b';');
    (package.trim_ascii(), Params::of(params).get("id"))
}

/// Whether `event` can be the value of an Event field: a package, and parameters.
pub fn is_event_type(event: &str) -> bool {
    let (package, params) = lex::cut_before(event, b';');
    lex::is_token(package) && Params::of(params).are_valid()
}

/// The media type in which we want to hear of an event package.
pub fn accepted_type(event: &str) -> Option<&'static str> {
    let (package, _) = event_package(event);
    [
        ("message-summary", message_summary::TYPE),
        ("dialog", dialog_info::TYPE),
        ("presence", presence::TYPE),
        ("refer", "message/sipfrag"),
    ]
    .into_iter()
    .find(|(known, _)| package.eq_ignore_ascii_case(known))
    .map(|(_, media_type)| media_type)
}

impl Head {
    /// Subscription-State, and for how many seconds it is that if this is said.
    pub fn subscription_state(&self) -> Option<(SubscriptionState, Option<u32>)> {
        let (state, params) = lex::cut_before(self.value(Name::SubscriptionState)?, b';');
        let (state, params) = (state.trim_ascii(), Params::of(params));
        let number = |name| params.get(name).and_then(lex::leading_number);
        let state = if state.eq_ignore_ascii_case("active") {
            SubscriptionState::Active
        } else if state.eq_ignore_ascii_case("terminated") {
            let reason = params.get("reason").and_then(termination_reason);
            SubscriptionState::Terminated { reason, retry_after: number("retry-after") }
        } else {
            // One that we do not know is as yet undecided.
            SubscriptionState::Pending
        };
        Some((state, number("expires")))
    }

    /// Whether Event names the same package, with the same `id`, as `event` (RFC 6665 §8.2.1).
    pub fn is_event(&self, event: &str) -> bool {
        let (package, id) = event_package(event);
        let (theirs, their_id) = event_package(self.value(Name::Event).unwrap_or_default());
        theirs.eq_ignore_ascii_case(package) && their_id == id
    }
}

const REASONS: [(&str, TerminationReason); 7] = [
    ("deactivated", TerminationReason::Deactivated),
    ("probation", TerminationReason::Probation),
    ("rejected", TerminationReason::Rejected),
    ("timeout", TerminationReason::Timeout),
    ("giveup", TerminationReason::Giveup),
    ("noresource", TerminationReason::NoResource),
    ("invariant", TerminationReason::Invariant),
];

fn termination_reason(reason: &str) -> Option<TerminationReason> {
    REASONS.iter().find(|(word, _)| reason.eq_ignore_ascii_case(word)).map(|(_, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Frame, Message, Request, read};

    fn notify(fields: &str, body: &str) -> Request {
        let text = format!(
            "NOTIFY sip:a@b SIP/2.0\r\nVia: SIP/2.0/WSS c;branch=z9hG4bKd\r\nFrom: <sip:e@f>;tag=g\r\nTo: <sip:a@b>;tag=h\r\n\
             Call-ID: i\r\nCSeq: 1 NOTIFY\r\n{fields}\r\n\r\n{body}"
        );
        match read(text.as_bytes()) {
            Ok(Frame::Message(Message::Request(request))) => request,
            _ => panic!("no request: {text}"),
        }
    }

    #[test]
    fn the_state_is_read_with_its_parameters() {
        let state = |value: &str| notify(&format!("Subscription-State: {value}"), "").subscription_state();
        assert_eq!(state("Active ;expires=60"), Some((SubscriptionState::Active, Some(60))));
        assert_eq!(state("pending"), Some((SubscriptionState::Pending, None)));
        let terminated = |reason, retry_after| SubscriptionState::Terminated { reason, retry_after };
        let probation = terminated(Some(TerminationReason::Probation), Some(9));
        assert_eq!(state("terminated;retry-after=9; reason=Probation"), Some((probation, None)));
        assert_eq!(state("terminated;reason=unheard"), Some((terminated(None, None), None)));
        assert_eq!(notify("Subject: x", "").subscription_state(), None);
    }

    #[test]
    fn an_event_is_its_package_and_id() {
        let of = |value: &str| notify(&format!("o: {value}"), "");
        assert!(of("Dialog ; sla;id=1").is_event("dialog;id=1"));
        assert!(!of("dialog;id=1").is_event("dialog") && !of("dialog.winfo").is_event("dialog"));
        assert!(is_event_type("dialog;id=\"1\"") && !is_event_type("a b") && !is_event_type("a;"));
    }

    #[test]
    fn the_body_is_read_by_its_type() {
        let of = |media: &str, body: &str| Notice::read(&notify(&format!("Content-Type: {media}"), body));
        assert!(matches!(
            of("application/simple-message-summary", "Messages-Waiting: no"),
            Some(Notice::MessageSummary(_))
        ));
        let dialogs = "<dialog-info version='1' state='full' entity='sip:a@b'/>";
        assert!(matches!(of("Application/Dialog-Info+xml;a=b", dialogs), Some(Notice::Dialogs(_))));
        assert!(matches!(
            of("application/pidf+xml", "<presence entity='pres:a@b'/>"),
            Some(Notice::Presence(_))
        ));
        let ok = Some(Notice::Refer(StatusCode::OK, "OK".into()));
        assert_eq!(of("message/sipfrag;version=2.0", "SIP/2.0 200 OK"), ok);
        assert_eq!(of("text/plain", "Messages-Waiting: no"), None);
        assert_eq!(of("application/pidf+xml", dialogs), None);
    }

    #[test]
    fn a_hostile_body_is_read_in_linear_time() {
        let of = |media: &str, unit: &str| {
            let body = format!(
                "<dialog-info version='1' state='full' entity='a'>{}",
                unit.repeat(60_000 / unit.len())
            );
            let start = std::time::Instant::now();
            Notice::read(&notify(&format!("Content-Type: {media}"), &body));
            start.elapsed()
        };
        for unit in [
            "<",
            "<a",
            "<a ",
            "<!--",
            "<?",
            "&",
            "&#",
            "='",
            "<a/>",
            "</",
            "<state>",
            "<identity>&",
            "a:",
            "<dialog id='",
        ] {
            let took = of("application/dialog-info+xml", unit);
            assert!(took.as_millis() < 500, "{unit}: {took:?}");
        }
    }
}
