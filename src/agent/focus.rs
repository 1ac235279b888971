//! One call is heard at a time.
//!
//! The user attends to the call that was last placed, accepted or taken off hold. Whatever other call is up is put on
//! hold, now or as soon as it is answered, unless it is being transferred or replaced: then it is about to end.

use super::calls::Bond;
use super::promises::{Until, failure};
use super::{CallId, UserAgent};
use crate::call::Call;
use crate::error::Cause;

impl UserAgent {
    /// The user attends to this call from now on.
    pub(super) fn attend_to(&mut self, call: CallId) {
        self.calls.set_focus(call);
        self.hold_others(call);
    }

    /// Of this call and any other, only the one that the user attended to last is heard.
    pub(super) fn hold_others(&mut self, call: CallId) {
        let focus = self.calls.focus_of(call);
        for other in self.calls.ids() {
            let bond = self.calls.bond(call);
            let is_bound = bond == Bond::Replaces(other) || bond == Bond::ReferredBy(other);
            if other == call || is_bound || !self.calls.get(other).is_some_and(Call::is_audible) {
                continue;
            }
            let quiet = if self.calls.focus_of(other) > focus { call } else { other };
            self.wish_hold(quiet, true);
        }
    }

    /// Wants the far side on hold, or off. A wish the other way that has not come true will not.
    pub(super) fn wish_hold(&mut self, call: CallId, hold: bool) {
        let other = if hold { Until::Unheld(call) } else { Until::Held(call) };
        self.promises.settle(other, failure(Cause::Canceled, None), &mut self.outputs);
        self.with_call(call, |call, cx| call.set_hold(cx, hold));
    }
}
