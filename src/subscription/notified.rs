//! What the notifier says (RFC 6665 §4.1.3).

use super::{
    Action, Attempt, Context, Live, Rounds, State, Subscription, SubscriptionEvent, TIMER_N, refresh_after,
};
use crate::dialog::Dialog;
use crate::error::Cause;
use crate::message::{
    DialogInfo, HeaderValue, Notice, Request, ResponseDraft, StatusCode, SubscriptionState, TerminationReason,
};
use crate::time::{Duration, Instant};
use crate::transaction::ServerKey;

impl Subscription {
    /// Whether a NOTIFY is for this subscription: one in its dialog, or the first after a SUBSCRIBE.
    pub fn owns(&self, notify: &Request) -> bool {
        match &self.state {
            State::Subscribing { attempt, .. } | State::Withdrawing { attempt, .. } => {
                attempt.owns(notify) && notify.is_event(self.subject.event.as_str())
            }
            State::Subscribed { live, .. } | State::Refreshing { live, .. } | State::Detached { live } => {
                live.dialog.owns(notify)
            }
            State::Leaving { dialog, .. } => dialog.owns(notify),
            State::Waiting { .. } | State::Over => false,
        }
    }

    /// Takes a NOTIFY that it [`owns`](Self::owns).
    pub fn handle_notify(&mut self, cx: &mut Context<'_, Action>, key: ServerKey, notify: &Request) {
        let state = match self.check(notify) {
            Ok(state) => state,
            Err(status) => {
                return cx.actions.push(Action::Respond(key, ResponseDraft::to(notify, status)));
            }
        };
        let (said, expires) = state;
        cx.actions.push(Action::Respond(key, ResponseDraft::to(notify, StatusCode::OK)));
        let (dialogs, is_gap) = self.take_dialogs(notify);
        let request = notify.clone();
        cx.actions.push(Action::Tell(SubscriptionEvent::Notified { state: said, request, dialogs }));
        self.rounds = Rounds::default();
        if self.has_lasted(cx.now) {
            self.failures = 0;
        }
        if let SubscriptionState::Terminated { reason, retry_after } = said {
            return self.handle_terminated(cx, reason, retry_after);
        }
        if self.is_fetch() {
            return self.end(cx, None, None);
        }
        match core::mem::replace(&mut self.state, State::Over) {
            State::Subscribing { attempt, .. } => {
                let life = Duration::from_secs(u64::from(attempt.expires));
                match dialog(notify, &attempt, cx.local.contact()) {
                    Some(dialog) => {
                        let live =
                            Live { dialog, began: attempt.sequence, since: cx.now, expires: cx.now + life };
                        self.run(cx, live, expires);
                    }
                    None => self.interrupt(cx, Cause::DialogError, None, None),
                }
            }
            State::Withdrawing { attempt, .. } => match dialog(notify, &attempt, cx.local.contact()) {
                Some(dialog) => self.leave(cx, dialog),
                None => self.end(cx, None, None),
            },
            // All of it is asked for anew.
            State::Subscribed { mut live, .. } if is_gap => {
                live.dialog.refresh_target(notify);
                live.expires = self.expiry(cx, &live, expires);
                self.refresh(cx, live);
            }
            State::Subscribed { mut live, .. }
            | State::Refreshing { mut live, .. }
            | State::Detached { mut live } => {
                live.dialog.refresh_target(notify);
                self.run(cx, live, expires);
            }
            as_before => self.state = as_before,
        }
    }

    /// Whether it is no proof of a loop if it ends now.
    fn has_lasted(&self, now: Instant) -> bool {
        match &self.state {
            State::Subscribed { live, .. } | State::Refreshing { live, .. } | State::Detached { live } => {
                now.since(live.since) >= TIMER_N
            }
            _ => false,
        }
    }

    /// Merges a document about dialogs with those before it, and says whether some are missing.
    fn take_dialogs(&mut self, notify: &Request) -> (Option<DialogInfo>, bool) {
        let Some(Notice::Dialogs(next)) = Notice::read(notify) else { return (None, false) };
        let is_gap = match &mut self.dialogs {
            Some(known) => known.merge(next),
            none => {
                let is_gap = !next.is_full;
                *none = Some(next);
                is_gap
            }
        };
        (self.dialogs.clone(), is_gap)
    }

    /// What a NOTIFY says of the subscription, or why it is refused.
    fn check(&mut self, notify: &Request) -> Result<(SubscriptionState, Option<u32>), StatusCode> {
        if !notify.is_event(self.subject.event.as_str()) {
            return Err(StatusCode::BAD_EVENT);
        }
        let state = notify.subscription_state().ok_or(StatusCode::BAD_REQUEST)?;
        let in_order = match &mut self.state {
            State::Subscribing { .. } | State::Withdrawing { .. } => {
                // Without it there is nobody to send to.
                notify.contacts().next().ok_or(StatusCode::BAD_REQUEST)?;
                true
            }
            State::Subscribed { live, .. } | State::Refreshing { live, .. } | State::Detached { live } => {
                live.dialog.accepts(notify)
            }
            State::Leaving { dialog, .. } => dialog.accepts(notify),
            State::Waiting { .. } | State::Over => true,
        };
        if in_order { Ok(state) } else { Err(StatusCode::SERVER_INTERNAL_ERROR) }
    }

    /// The subscription is alive, for as long as the notifier says.
    pub(super) fn run(&mut self, cx: &mut Context<'_, Action>, mut live: Live, seconds: Option<u32>) {
        live.expires = self.expiry(cx, &live, seconds);
        let left = u32::try_from(live.expires.since(cx.now).as_secs()).unwrap_or(u32::MAX);
        let refresh = cx.now + refresh_after(cx.entropy, left);
        self.state = State::Subscribed { live, refresh };
    }

    /// A notifier shortens what was asked for, and never lengthens it (§4.2.1.1).
    pub(super) fn expiry(&self, cx: &Context<'_, Action>, live: &Live, seconds: Option<u32>) -> Instant {
        seconds.map_or(live.expires, |seconds| {
            cx.now + Duration::from_secs(u64::from(seconds.min(self.subject.expires)))
        })
    }

    fn handle_terminated(
        &mut self,
        cx: &mut Context<'_, Action>,
        reason: Option<TerminationReason>,
        retry_after: Option<u32>,
    ) {
        if matches!(self.state, State::Leaving { .. } | State::Withdrawing { .. }) {
            return self.end(cx, None, None);
        }
        use TerminationReason::*;
        match reason {
            Some(Rejected) => self.end(cx, Some(Cause::Rejected), None),
            Some(NoResource) => self.end(cx, Some(Cause::NotFound), None),
            Some(Invariant) => self.end(cx, Some(Cause::Terminated), None),
            Some(Timeout) | None if self.is_fetch() => self.end(cx, None, None),
            Some(Timeout) => self.interrupt(cx, Cause::Expires, None, Some(0)),
            Some(Deactivated) => self.interrupt(cx, Cause::Terminated, None, Some(0)),
            Some(Probation | Giveup) | None => {
                self.interrupt(cx, Cause::Terminated, None, retry_after);
            }
        }
    }
}

impl Attempt {
    fn owns(&self, notify: &Request) -> bool {
        notify.call_id() == self.call_id && notify.to().tag() == Some(&self.tag)
    }
}

/// The dialog that the first NOTIFY after `attempt` makes.
fn dialog(notify: &Request, attempt: &Attempt, contact: &HeaderValue) -> Option<Dialog> {
    let mut dialog = Dialog::notified(notify, attempt.sequence, contact)?;
    if let Some(granted) = &attempt.granted {
        dialog.adopt_route(granted);
    }
    Some(dialog)
}
