//! What the application wishes of a call beyond answering and ending it.

use super::calls::Bond;
use super::promises::Until;
use super::{CallId, InviteOptions, Owner, Ticket, UserAgent, Verb};
use crate::call::{Call, Plan, Referral};
use crate::error::ApiMisuse;
use crate::message::{ExtraHeader, HeaderValue, Method, Name, UriBuf, name_addr};
use crate::time::Instant;

impl UserAgent {
    /// Puts the far side on hold. Settles when it has agreed, or refused.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidState`] where the call is not connected.
    pub fn hold(&mut self, now: Instant, call: CallId) -> Verb<Ticket> {
        self.set_hold(now, call, true)
    }

    /// Takes the far side off hold again, and the other calls that are up on hold.
    ///
    /// # Errors
    /// As for [`hold`](Self::hold).
    pub fn unhold(&mut self, now: Instant, call: CallId) -> Verb<Ticket> {
        self.set_hold(now, call, false)
    }

    fn set_hold(&mut self, now: Instant, call: CallId, hold: bool) -> Verb<Ticket> {
        self.enter(now);
        self.demand(call, Call::is_established)?;
        let until = if hold { Until::Held(call) } else { Until::Unheld(call) };
        let ticket = self.promises.wait(until);
        if !hold {
            self.attend_to(call);
        }
        self.wish_hold(call, hold);
        if self.calls.get(call).is_some_and(|call| call.is_on_hold().0 == hold && call.is_settled()) {
            self.promises.settle(until, Ok(()), &mut self.outputs);
        }
        Ok(ticket)
    }

    /// Offers the session anew by re-INVITE, as the tracks that are sent have changed (RFC 3261 §14.1). Settles when the
    /// far side has agreed, or refused.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidState`] where the call is not connected.
    pub fn renegotiate(&mut self, now: Instant, call: CallId) -> Verb<Ticket> {
        self.enter(now);
        self.demand(call, Call::is_established)?;
        let ticket = self.promises.wait(Until::Renegotiated(call));
        self.with_call(call, |call, cx| call.renegotiate(cx));
        Ok(ticket)
    }

    /// Who is on hold: we them, they us.
    pub fn is_on_hold(&self, call: CallId) -> (bool, bool) {
        self.calls.get(call).map_or((false, false), Call::is_on_hold)
    }

    /// Asks the far side to call `target` in our place (RFC 3515). Settles by what it tells of that call; once it
    /// is answered, ours ends.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidTarget`]; [`ApiMisuse::InvalidState`] where the call is not connected, or is being
    /// transferred already.
    pub fn transfer(
        &mut self,
        now: Instant,
        call: CallId,
        target: &str,
        extra: &[ExtraHeader],
    ) -> Verb<Ticket> {
        let target = self.target(target)?;
        self.enter(now);
        self.demand(call, Call::is_transferable)?;
        let ticket = self.promises.wait(Until::Transferred(call));
        self.refer(call, &target, None, extra);
        Ok(ticket)
    }

    /// Connects the far sides of two calls with each other (attended transfer, RFC 3891, RFC 5589 §7).
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidState`] where one of them is not connected, or `call` is being transferred already.
    pub fn transfer_to(
        &mut self,
        now: Instant,
        call: CallId,
        other: CallId,
        extra: &[ExtraHeader],
    ) -> Verb<Ticket> {
        self.enter(now);
        self.demand(other, Call::is_established)?;
        self.demand(call, Call::is_transferable)?;
        let dialog = self.calls.get(other).and_then(Call::dialog).filter(|_| call != other);
        let (target, replaces) =
            dialog.map(|it| (it.target().clone(), it.to_replaces())).ok_or(ApiMisuse::InvalidState)?;
        let ticket = self.promises.wait(Until::Transferred(call));
        self.refer(call, &target, Some(&replaces), extra);
        Ok(ticket)
    }

    fn refer(
        &mut self,
        call: CallId,
        target: &UriBuf,
        replaces: Option<&crate::message::Replaces>,
        extra: &[ExtraHeader],
    ) {
        let by = self.config.address_of_record.clone();
        let refer = self.step_call(call, |call, cx| call.transfer(cx, target, replaces, &by));
        if let Some(mut refer) = refer.flatten() {
            for header in extra {
                refer.extra(header);
            }
            self.send_request(refer, Owner::Call(call));
        }
    }

    /// Agrees to the far side's REFER: places the call that it asks for, and tells it how that fares.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidState`] where no REFER waits.
    pub fn accept_refer(&mut self, now: Instant, call: CallId) -> Verb<CallId> {
        self.enter(now);
        self.demand(call, Call::is_referred)?;
        let referral = self.step_call(call, |call, cx| call.accept_refer(cx)).flatten();
        let Referral { target, replaces, referred_by } = referral.ok_or(ApiMisuse::InvalidState)?;
        let mut extra = Vec::new();
        extra.extend(replaces.map(|it| ExtraHeader::known(Name::Replaces, HeaderValue::lossy(&it))));
        extra.extend(referred_by.map(|it| ExtraHeader::known(Name::ReferredBy, it)));
        let options = InviteOptions { extra, ..InviteOptions::default() };
        Ok(self.dial(target, options, Bond::ReferredBy(call)))
    }

    /// Refuses it.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidState`] where no REFER waits.
    pub fn reject_refer(&mut self, now: Instant, call: CallId) -> Verb<()> {
        self.enter(now);
        self.demand(call, Call::is_referred)?;
        self.with_call(call, |call, cx| call.reject_refer(cx));
        Ok(())
    }

    /// Follows a redirection to `contact`, one of the 3xx's; `None` ends the call.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidContact`] for one that was not offered; [`ApiMisuse::InvalidTarget`] for one that cannot be
    /// called; [`ApiMisuse::InvalidState`] where no redirection waits.
    pub fn redirect(&mut self, now: Instant, call: CallId, contact: Option<&str>) -> Verb<()> {
        self.enter(now);
        self.demand(call, Call::is_redirected)?;
        if contact.is_some_and(|contact| !self.calls.get(call).is_some_and(|call| call.offers(contact))) {
            return Err(ApiMisuse::InvalidContact);
        }
        let contact = contact.map(|contact| self.target(contact)).transpose()?;
        self.with_call(call, |call, cx| call.redirect(cx, contact));
        Ok(())
    }

    /// Sends an INFO with this body inside the call. Settles with its answer.
    ///
    /// # Errors
    /// [`ApiMisuse::InvalidHeader`] for a `content_type` that is none; [`ApiMisuse::InvalidState`] where the call is
    /// not connected.
    pub fn send_info(
        &mut self,
        now: Instant,
        call: CallId,
        content_type: &str,
        body: &str,
        extra: &[ExtraHeader],
    ) -> Verb<Ticket> {
        self.send_in_dialog(now, call, Method::Info, (content_type, body), extra)
    }

    /// Sends a MESSAGE inside the call. Settles with its answer.
    ///
    /// # Errors
    /// As for [`send_info`](Self::send_info).
    pub fn send_call_message(
        &mut self,
        now: Instant,
        call: CallId,
        content_type: &str,
        body: &str,
        extra: &[ExtraHeader],
    ) -> Verb<Ticket> {
        self.send_in_dialog(now, call, Method::Message, (content_type, body), extra)
    }

    fn send_in_dialog(
        &mut self,
        now: Instant,
        call: CallId,
        method: Method,
        (content_type, body): (&str, &str),
        extra: &[ExtraHeader],
    ) -> Verb<Ticket> {
        let content_type = HeaderValue::new(content_type).map_err(|_| ApiMisuse::InvalidHeader)?;
        self.enter(now);
        self.demand(call, Call::is_established)?;
        let ticket = self.promises.ticket();
        if let Some(mut request) = self.step_call(call, |call, cx| call.request(cx, method)).flatten() {
            for header in extra {
                request.extra(header);
            }
            request.set_body(content_type, body.as_bytes().to_vec());
            self.send_request(request, Owner::InDialog(call, ticket));
        }
        Ok(ticket)
    }

    /// Places a call that is known to have a target.
    pub(super) fn dial(&mut self, target: UriBuf, options: InviteOptions, bond: Bond) -> CallId {
        let peer = name_addr(None, target.as_uri(), None);
        let plan = self.plan(target, options);
        let mut actions = Vec::new();
        let call = Call::dial(&mut self.call_context(&mut actions), plan);
        let name = self.entropy.tag();
        let facts = self.facts(false, peer, name);
        let id = self.calls.add(call, facts, bond, self.flows.in_use());
        self.carry_out(id, actions);
        self.attend_to(id);
        id
    }

    /// Who we say that we are (RFC 3323 §4.1, RFC 3325 §9.1).
    fn plan(&self, target: UriBuf, options: InviteOptions) -> Plan {
        let InviteOptions { mut extra, late_offer, display_name, from_user, anonymous } = options;
        let own = &self.config.address_of_record;
        let name = display_name.or_else(|| self.config.display_name.clone());
        let address = from_user.and_then(|user| {
            let uri = own.as_uri();
            UriBuf::sip(Some(&user), uri.host(), uri.port()).ok()
        });
        let from = name_addr(name.as_deref(), address.as_ref().unwrap_or(own).as_uri(), None);
        if !anonymous {
            return Plan { target, from, extra, late_offer, anonymous };
        }
        extra.push(ExtraHeader::known(Name::Privacy, HeaderValue::lossy("id")));
        extra.push(ExtraHeader::known(Name::PPreferredIdentity, from));
        let from = name_addr(Some("Anonymous"), UriBuf::default().as_uri(), None);
        Plan { target, from, extra, late_offer, anonymous }
    }
}
