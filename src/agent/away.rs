//! A page that goes away, and perhaps comes back.
//!
//! No browser lets a page in its back/forward cache keep a WebSocket or a peer connection: it closes them, or does not
//! cache a page that has them. So a page that goes there says farewell as one that goes for ever does, in the midst of the
//! event: there is no time for an answer, so that credentials are those of the nonces known already. When it comes back,
//! what was up is up again.
//!
//! Firefox closes the sockets of a page as soon as it begins to load another one, before it says so. What could not be said
//! is kept, and the next page of this device says it.

use super::{CallId, Owner, UserAgent};

impl UserAgent {
    /// The one place that decides what a page which goes away leaves behind: the calls that the next page is to find, and
    /// for their sake the binding, which that page takes over; where there are none, nothing.
    pub(super) fn handle_page_hidden(&mut self, persisted: bool) {
        let (kept, others): (Vec<_>, Vec<_>) =
            self.calls.ids().into_iter().partition(|call| self.keeps(*call));
        if kept.is_empty() {
            self.returns = persisted && self.is_wanted();
            return self.say_farewell();
        }
        for call in others {
            self.hang_up(call, &[]);
            self.cancel_unheard(call);
            self.with_call(call, |call, cx| call.abandon(cx));
        }
        if !self.is_connected() {
            self.take_back_farewells();
        }
    }

    pub(super) fn handle_page_shown(&mut self) {
        if core::mem::take(&mut self.returns) {
            self.connect();
        }
    }

    /// Stops, without waiting for any answer.
    pub(super) fn say_farewell(&mut self) {
        self.begin_stopping();
        for call in self.calls.ids() {
            self.cancel_unheard(call);
        }
        self.cut_stopping_short();
    }

    /// Deviation: a CANCEL does not wait for a provisional response (RFC 3261 §9.1), where there will be nobody to send it
    /// when that comes, or that is lost with the connection. It cannot overtake its INVITE on the way to the server.
    pub(super) fn cancel_unheard(&mut self, call: CallId) {
        let invite = self.transactions.invite_of(&Owner::Call(call));
        if let Some(cancel) = invite.and_then(|key| self.transactions.cancel_unheard(key, self.now)) {
            let before = self.look_at(self.flow_of(Owner::Call(call)));
            self.transact(cancel, Owner::Nobody);
            self.look_at(before);
        }
    }
}
