//! What the application wishes of a call, and what it may ask.

use super::inbound::Inbound;
use super::outbound::{Outbound, Plan};
use super::transfer::Referral;
use super::{Call, CallStatus, Context, Tone, ToneTransport};
use crate::dialog::Dialog;
use crate::message::{ExtraHeader, Method, Replaces, Request, RequestDraft, StatusCode, UriBuf};
use crate::time::Instant;
use crate::transaction::ServerKey;

impl Call {
    /// Places a call.
    pub fn dial(cx: &mut Context<'_>, plan: Plan) -> Self {
        Self::Outbound(Outbound::new(cx, plan))
    }

    /// Takes an INVITE, and rings. `no_answer` is when it stops ringing by itself. `None` where the INVITE has no
    /// Contact, so that there is nobody to answer.
    pub fn ring(cx: &mut Context<'_>, key: ServerKey, invite: Request, no_answer: Instant) -> Option<Self> {
        Inbound::new(cx, key, invite, no_answer).map(Self::Inbound)
    }

    /// Where it stands.
    pub fn status(&self) -> CallStatus {
        match self {
            Self::Outbound(outbound) => outbound.status(),
            Self::Inbound(inbound) => inbound.status(),
            Self::Established(_) | Self::Restoring(_) => CallStatus::Connected,
            Self::Leaving(_) | Self::Ended => CallStatus::Ended,
        }
    }

    /// Whether it rings here and waits for the user.
    pub fn is_ringing(&self) -> bool {
        matches!(self, Self::Inbound(inbound) if inbound.is_ringing())
    }

    /// Whether our requests are not wanted any more, and must not be tried again.
    pub fn is_revoked(&self) -> bool {
        matches!(self, Self::Outbound(Outbound::Canceling(..)) | Self::Leaving(_))
    }

    /// Whether the far side placed it, and it is not answered yet.
    pub fn is_rejectable(&self) -> bool {
        matches!(self, Self::Inbound(_))
    }

    /// Whether it was answered, and goes on.
    pub fn is_established(&self) -> bool {
        matches!(self, Self::Established(_))
    }

    /// Whether something of it was lost that is being restored.
    pub fn is_recovering(&self) -> bool {
        match self {
            Self::Established(established) => established.is_recovering(),
            Self::Restoring(_) => true,
            _ => false,
        }
    }

    /// Whether a 3xx waits for consent.
    pub fn is_redirected(&self) -> bool {
        matches!(self, Self::Outbound(outbound) if outbound.is_redirected())
    }

    /// Whether this URI, as it was written, is one of the contacts of the 3xx that waits for consent.
    pub fn offers(&self, contact: &str) -> bool {
        matches!(self, Self::Outbound(outbound) if outbound.offers(contact))
    }

    /// Whether a transfer can be asked for now.
    pub fn is_transferable(&self) -> bool {
        matches!(self, Self::Established(established) if established.is_transferable())
    }

    /// Whether a REFER of the far side waits for consent.
    pub fn is_referred(&self) -> bool {
        matches!(self, Self::Established(established) if established.is_referred())
    }

    /// Who is on hold: we them, they us.
    pub fn is_on_hold(&self) -> (bool, bool) {
        match self {
            Self::Established(established) => established.is_on_hold(),
            _ => (false, false),
        }
    }

    /// Whether the far side hears us, as long as nobody is about to transfer the call.
    pub fn is_audible(&self) -> bool {
        matches!(self, Self::Established(established) if established.is_audible())
    }

    /// Whether it is on hold, or not, as it is wanted, and nothing else is offered.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Established(established) if established.is_settled())
    }

    /// Its dialog, where it has one that others can name.
    pub fn dialog(&self) -> Option<&Dialog> {
        match self {
            Self::Inbound(inbound) => Some(inbound.dialog()),
            Self::Established(established) => Some(established.dialog()),
            Self::Restoring(restoring) => Some(restoring.established().dialog()),
            Self::Outbound(_) | Self::Leaving(_) | Self::Ended => None,
        }
    }

    /// Whether a peer means this call by `replaces`.
    pub fn is_meant_by(&self, replaces: &Replaces) -> bool {
        match self {
            Self::Outbound(outbound) => outbound.is_meant_by(replaces),
            call => call.dialog().is_some_and(|dialog| dialog.is_meant_by(replaces)),
        }
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

    /// Ends it as its state asks: nothing, or CANCEL, a refusal or BYE with `extra` headers.
    pub fn disconnect(&mut self, cx: &mut Context<'_>, extra: &[ExtraHeader]) {
        self.step(|state| match state {
            Self::Outbound(outbound) => outbound.cancel(cx, extra),
            Self::Inbound(inbound) => inbound.reject(cx, StatusCode::TEMPORARILY_UNAVAILABLE, None, extra),
            Self::Established(established) => established.leave(cx, extra, None),
            Self::Restoring(restoring) => restoring.leave(cx, extra, None),
            Self::Leaving(_) | Self::Ended => state,
        });
    }

    /// Queues DTMF tones if it was answered; `None` in place of a tone is a pause of two seconds.
    pub fn send_digits(
        &mut self,
        cx: &mut Context<'_>,
        tones: &[Option<Tone>],
        transport: ToneTransport,
        batch: u32,
    ) {
        if let Self::Established(established) = self {
            established.send_digits(cx, tones, transport, batch);
        }
    }

    /// Puts the far side on hold, or takes it off, if it was answered.
    pub fn set_hold(&mut self, cx: &mut Context<'_>, hold: bool) {
        if let Self::Established(established) = self {
            established.set_hold(cx, hold);
        }
    }

    /// Offers the session anew, as its tracks have changed, if it was answered.
    pub fn renegotiate(&mut self, cx: &mut Context<'_>) {
        if let Self::Established(established) = self {
            established.renegotiate(cx);
        }
    }

    /// Calls the contact of a redirection that waits for consent, or none.
    pub fn redirect(&mut self, cx: &mut Context<'_>, contact: Option<UriBuf>) {
        self.step(|state| match state {
            Self::Outbound(outbound) => outbound.redirect(cx, contact),
            other => other,
        });
    }

    /// The REFER that asks the far side to call `target`, in the place of the call that `replaces` names there.
    pub fn transfer(
        &mut self,
        cx: &mut Context<'_>,
        target: &UriBuf,
        replaces: Option<&Replaces>,
        by: &UriBuf,
    ) -> Option<RequestDraft> {
        match self {
            Self::Established(established) => Some(established.transfer(cx, target, replaces, by)),
            _ => None,
        }
    }

    /// Agrees to a REFER of the far side.
    pub fn accept_refer(&mut self, cx: &mut Context<'_>) -> Option<Referral> {
        match self {
            Self::Established(established) => established.accept_refer(cx),
            _ => None,
        }
    }

    /// Refuses it.
    pub fn reject_refer(&mut self, cx: &mut Context<'_>) {
        if let Self::Established(established) = self {
            established.reject_refer(cx);
        }
    }

    /// Tells the far side how the call fares that it asked for.
    pub fn notify_referrer(&mut self, cx: &mut Context<'_>, status: StatusCode, reason: &str) {
        if let Self::Established(established) = self {
            established.notify_referrer(cx, status, reason);
        }
    }

    /// A request of the application's inside the dialog, if there is one.
    pub fn request(&mut self, cx: &mut Context<'_>, method: Method) -> Option<RequestDraft> {
        match self {
            Self::Established(established) => Some(established.request(cx, method)),
            _ => None,
        }
    }
}
