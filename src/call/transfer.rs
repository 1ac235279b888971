//! Transfers: REFER in both directions, with the subscription that it implies (RFC 3515, 3892, 4488, 5589).
//!
//! | ours | event | becomes | does |
//! |---|---|---|---|
//! | Idle | wish | Referring | REFER |
//! | Referring | 2xx | Watching; Idle with `Refer-Sub: false` | settles in that case |
//! | Referring | refusal | Idle | settles |
//! | Referring, Watching | NOTIFY of a provisional status | Watching | tells |
//! | Referring, Watching | NOTIFY of a final status | Idle | settles; BYE after a 2xx |
//! | Watching | NOTIFY ends it, nothing for long | Idle | settles |
//!
//! | theirs | event | becomes | does |
//! |---|---|---|---|
//! | Idle | REFER | Asked | tells: nothing is dialed without consent |
//! | Asked | consent | Following | 202, NOTIFY of 100 |
//! | Asked | refusal, or no word in time | Idle | 603 |
//! | Following | the referred call gets on | Following, or Idle at its final status | NOTIFY |
//! | Following | SUBSCRIBE | Following, or Idle where it ends it | 200, NOTIFY |

use super::established::Established;
use super::{Action, Call, CallEvent, Context};
use crate::error::Cause;
use crate::message::{
    HeaderValue, Method, Name, Replaces, Request, RequestDraft, Response, ResponseDraft, StatusCode,
    SubscriptionState, UriBuf, event_package, name_addr, sipfrag,
};
use crate::time::{Duration, Instant, Reason, sooner};
use crate::transaction::ServerKey;

/// How long the application may think about a REFER: less than the far side's Timer F.
const CONSENT: Duration = Duration::from_secs(25);
/// How long a referred call may take to be answered.
const PATIENCE: Duration = Duration::from_secs(180);
/// How long a subscription that their REFER implies lasts at the most, in seconds.
const EXPIRES: u32 = 180;

/// The transfers of a call.
#[derive(Default)]
pub(super) struct Transfers {
    ours: Ours,
    theirs: Theirs,
}

#[derive(Default)]
enum Ours {
    #[default]
    Idle,
    Referring,
    Watching(Instant),
}

#[derive(Default)]
enum Theirs {
    #[default]
    Idle,
    Asked {
        key: ServerKey,
        request: Request,
        until: Instant,
    },
    /// They are told how the call fares that they asked for, and were told this last.
    Following {
        id: u32,
        status: StatusCode,
        reason: String,
    },
}

/// Whom a REFER asks us to call.
pub struct Referral {
    /// The URI.
    pub target: UriBuf,
    /// The call there that ours is to take the place of.
    pub replaces: Option<String>,
    /// Who asks, for the INVITE's Referred-By.
    pub referred_by: Option<HeaderValue>,
}

impl Referral {
    /// What a REFER says, or how it is refused: 400 where it does not name one target (RFC 3515 §2.4.2), 603 where it asks
    /// for anything but a call. Of the headers in the URI only Replaces gets into the INVITE: the user who agrees to a call
    /// sees no others.
    ///
    /// # Errors
    /// The status of the refusal.
    pub fn read(refer: &Request) -> Result<Self, StatusCode> {
        let mut targets = refer.addresses(Name::ReferTo);
        let target = targets.next().filter(|_| targets.next().is_none()).ok_or(StatusCode::BAD_REQUEST)?;
        let uri = target.uri();
        let method = uri.params().unquoted("method");
        let is_call = uri.is_tel() || uri.is_sip() && method.is_none_or(|it| it == Method::Invite.as_str());
        if !is_call {
            return Err(StatusCode::DECLINE);
        }
        let (target, replaces) = uri.to_owned().split_header("Replaces");
        let referred_by = refer.addresses(Name::ReferredBy).next().map(|it| it.to_value());
        // It must not stand in a Request-URI (RFC 3261 §19.1.1).
        Ok(Self { target: target.without_param("method"), replaces, referred_by })
    }
}

impl Transfers {
    /// Whether none is under way, in either direction.
    pub(super) fn are_idle(&self) -> bool {
        matches!((&self.ours, &self.theirs), (Ours::Idle, Theirs::Idle))
    }

    /// Their REFER.
    pub(super) fn handle_refer(&mut self, cx: &mut Context<'_>, key: ServerKey, request: &Request) {
        if let Err(status) = Referral::read(request) {
            return cx.respond(key, request, status);
        }
        if !matches!(self.theirs, Theirs::Idle) {
            return cx.respond(key, request, StatusCode::REQUEST_PENDING);
        }
        self.theirs = Theirs::Asked { key, request: request.clone(), until: cx.now + CONSENT };
        cx.tell(CallEvent::Refer(request.clone()));
    }

    fn decline(&mut self, cx: &mut Context<'_>) {
        if let Theirs::Asked { key, request, .. } = core::mem::take(&mut self.theirs) {
            cx.respond(key, &request, StatusCode::DECLINE);
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        let ours = if let Ours::Watching(until) = self.ours { Some((until, "transfer")) } else { None };
        let theirs =
            if let Theirs::Asked { until, .. } = self.theirs { Some((until, "REFER")) } else { None };
        sooner(ours, theirs)
    }

    pub(super) fn handle_timeout(&mut self, cx: &mut Context<'_>) {
        if matches!(self.ours, Ours::Watching(until) if until <= cx.now) {
            self.settle(cx, Err((Cause::RequestTimeout, None)));
        }
        if matches!(self.theirs, Theirs::Asked { until, .. } if until <= cx.now) {
            self.decline(cx);
        }
    }

    /// The call ends.
    pub(super) fn abandon(&mut self, cx: &mut Context<'_>) {
        self.decline(cx);
        if !matches!(self.ours, Ours::Idle) {
            self.settle(cx, Err((Cause::Terminated, None)));
        }
    }

    pub(super) fn settle(&mut self, cx: &mut Context<'_>, outcome: Result<(), (Cause, Option<Response>)>) {
        self.ours = Ours::Idle;
        cx.push(Action::TransferSettled(outcome));
    }
}

impl Established {
    /// Whether a transfer can be asked for now.
    pub(super) fn is_transferable(&self) -> bool {
        matches!(self.transfers.ours, Ours::Idle)
    }

    /// Whether a REFER waits for consent.
    pub(super) fn is_referred(&self) -> bool {
        matches!(self.transfers.theirs, Theirs::Asked { .. })
    }

    /// Asks the far side to call `target`, in the place of the call that `replaces` names there.
    pub(super) fn transfer(
        &mut self,
        cx: &mut Context<'_>,
        target: &UriBuf,
        replaces: Option<&Replaces>,
        by: &UriBuf,
    ) -> RequestDraft {
        let mut refer = self.dialog.request(cx.via(), Method::Refer);
        let target = match replaces {
            Some(replaces) => target.with_header("Replaces", replaces.to_value().as_str()),
            None => target.clone(),
        };
        refer.set(Name::Contact, self.dialog.contact().clone());
        refer.set(Name::ReferTo, name_addr(None, target.as_uri(), None));
        refer.set(Name::ReferredBy, name_addr(None, by.as_uri(), None));
        self.transfers.ours = Ours::Referring;
        refer
    }

    pub(super) fn handle_refer_answer(mut self, cx: &mut Context<'_>, response: &Response) -> Call {
        let status = response.status();
        if !matches!(self.transfers.ours, Ours::Referring) {
            return Call::Established(self);
        }
        if !status.is_success() {
            let cause = Cause::of_status(status.get());
            self.transfers.settle(cx, Err((cause, Some(response.clone()))));
        } else if response.value(Name::ReferSub).is_some_and(|it| it.eq_ignore_ascii_case("false")) {
            return self.transferred(cx);
        } else {
            self.transfers.ours = Ours::Watching(cx.now + PATIENCE);
        }
        Call::Established(self)
    }

    /// The call has gone over to somebody else: it is not ours any more.
    fn transferred(mut self, cx: &mut Context<'_>) -> Call {
        self.transfers.settle(cx, Ok(()));
        cx.tell(CallEvent::Transferred);
        self.leave(cx, &[], None)
    }

    pub(super) fn handle_notify(mut self, cx: &mut Context<'_>, key: ServerKey, notify: &Request) -> Call {
        let is_refer = notify.value(Name::Event).is_some_and(|event| {
            event.split(';').next().is_some_and(|event| event.trim_ascii().eq_ignore_ascii_case("refer"))
        });
        if !is_refer || matches!(self.transfers.ours, Ours::Idle) {
            cx.respond(key, notify, StatusCode::CALL_OR_TRANSACTION_DOES_NOT_EXIST);
            return Call::Established(self);
        }
        cx.respond(key, notify, StatusCode::OK);
        if matches!(self.transfers.ours, Ours::Referring) {
            self.transfers.ours = Ours::Watching(cx.now + PATIENCE);
        }
        let news = sipfrag::read(notify);
        if let Some((status, reason)) = news {
            cx.tell(CallEvent::TransferProgress { status, reason: reason.into() });
        }
        let state = notify.subscription_state();
        let over = matches!(state, Some((SubscriptionState::Terminated { .. }, _)));
        match news {
            Some((status, _)) if status.is_success() => return self.transferred(cx),
            Some((status, _)) if status.is_final() => {
                self.transfers.settle(cx, Err((Cause::of_status(status.get()), None)));
            }
            _ if over => self.transfers.settle(cx, Err((Cause::SipFailureCode, None))),
            _ => {}
        }
        Call::Established(self)
    }

    /// Agrees to their REFER: 202, and what to call.
    pub(super) fn accept_refer(&mut self, cx: &mut Context<'_>) -> Option<Referral> {
        let Theirs::Asked { key, request, .. } = core::mem::take(&mut self.transfers.theirs) else {
            return None;
        };
        let mut answer = ResponseDraft::to(&request, StatusCode::ACCEPTED);
        answer.set(Name::Contact, self.dialog.contact().clone());
        let silent = request.value(Name::ReferSub).is_some_and(|it| it.eq_ignore_ascii_case("false"));
        if silent {
            answer.set(Name::ReferSub, HeaderValue::lossy("false")); // RFC 4488 §4
        } else {
            let (status, reason) = (StatusCode::TRYING, String::new());
            self.transfers.theirs = Theirs::Following { id: request.cseq().number, status, reason };
        }
        cx.push(Action::Respond(key, answer));
        self.notify_referrer(cx, StatusCode::TRYING, StatusCode::TRYING.reason_phrase());
        Referral::read(&request).ok()
    }

    /// Refuses their REFER.
    pub(super) fn reject_refer(&mut self, cx: &mut Context<'_>) {
        self.transfers.decline(cx);
    }

    /// The call that they asked for has got on.
    pub(super) fn notify_referrer(&mut self, cx: &mut Context<'_>, status: StatusCode, reason: &str) {
        if let Theirs::Following { id, .. } = self.transfers.theirs {
            self.transfers.theirs = Theirs::Following { id, status, reason: reason.into() };
            self.notify(cx, if status.is_final() { Some("noresource") } else { None }, EXPIRES);
        }
    }

    /// The subscription that their REFER implies is refreshed, asked, or ended by `Expires: 0` (RFC 6665 §4.2.1). There is no
    /// other, and none to be had by SUBSCRIBE.
    pub(super) fn handle_subscribe(&mut self, cx: &mut Context<'_>, key: ServerKey, subscribe: &Request) {
        let is_theirs = match self.transfers.theirs {
            Theirs::Following { id, .. } => {
                let named = HeaderValue::lossy("refer").with_number("id", id);
                subscribe.is_event("refer") || subscribe.is_event(named.as_str())
            }
            _ => false,
        };
        if !is_theirs {
            let (package, _) = event_package(subscribe.value(Name::Event).unwrap_or_default());
            let is_refer = package.eq_ignore_ascii_case("refer");
            let status = if is_refer { StatusCode::FORBIDDEN } else { StatusCode::BAD_EVENT };
            return cx.respond(key, subscribe, status);
        }
        let expires = subscribe.expires().unwrap_or(EXPIRES).min(EXPIRES);
        self.dialog.refresh_target(subscribe);
        let mut answer = ResponseDraft::to(subscribe, StatusCode::OK);
        answer.set(Name::Contact, self.dialog.contact().clone());
        answer.set(Name::Expires, HeaderValue::from(expires));
        cx.push(Action::Respond(key, answer));
        self.notify(cx, if expires == 0 { Some("timeout") } else { None }, expires);
    }

    /// NOTIFY; the last where there is a reason why.
    fn notify(&mut self, cx: &mut Context<'_>, ends: Option<&str>, expires: u32) {
        let Theirs::Following { id, status, reason } = &self.transfers.theirs else { return };
        let mut notify = self.dialog.request(cx.via(), Method::Notify);
        notify.set(Name::Contact, self.dialog.contact().clone());
        notify.set(Name::Event, HeaderValue::lossy("refer").with_number("id", *id));
        let state = match ends {
            Some(why) => HeaderValue::lossy("terminated").with_param("reason", Some(why)),
            None => HeaderValue::lossy("active").with_number("expires", expires),
        };
        notify.set(Name::SubscriptionState, state);
        notify.set_body(HeaderValue::lossy(sipfrag::TYPE), sipfrag::write(*status, reason));
        cx.push(Action::Request(notify));
        if ends.is_some() {
            self.transfers.theirs = Theirs::Idle;
        }
    }
}
