//! What is kept of a call that was answered, so that the page can be reloaded.

use super::established::Established;
use super::exchange::Exchange;
use super::restoring::Restoring;
use super::session_timer::SessionTimer;
use super::wishes::Hold;
use super::{Call, Context};
use crate::dialog::Dialog;
use crate::kept::{Reader, Writer};

/// Why a call of before a reload is not brought back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unrestorable {
    /// What was kept cannot be read.
    Unreadable,
    /// Its session has run out meanwhile (RFC 4028).
    Expired,
}

impl Call {
    /// Whether it is to be found again after a reload of the page.
    pub fn is_kept(&self) -> bool {
        self.established().is_some()
    }

    /// Writes what it needs to go on after a reload of the page; nothing of a call that is not [kept](Self::is_kept).
    /// `ahead` is how many milliseconds people's clocks are ahead of ours.
    pub fn keep(&self, out: &mut Writer, ahead: u64) {
        if let Some(established) = self.established() {
            established.keep(out, ahead);
        }
    }

    /// The call that was kept, which is brought back as soon as it is [reachable](Self::handle_reachable).
    ///
    /// # Errors
    /// Why it is not. All of it has been read only where it has expired.
    pub fn restore(cx: &Context<'_>, kept: &mut Reader<'_>, ahead: u64) -> Result<Self, Unrestorable> {
        let established = Established::restored(cx, kept, ahead).ok_or(Unrestorable::Unreadable)?;
        if established.timer.has_expired(cx.now) {
            return Err(Unrestorable::Expired);
        }
        Ok(Self::Restoring(Restoring::new(cx.now, established)))
    }

    fn established(&self) -> Option<&Established> {
        match self {
            Self::Established(established) => Some(established),
            Self::Restoring(restoring) => Some(restoring.established()),
            _ => None,
        }
    }
}

impl Established {
    fn keep(&self, out: &mut Writer, ahead: u64) {
        self.dialog.keep(out);
        out.flag(self.caller);
        out.flag(self.anonymous);
        out.flag(self.far_side_updates);
        self.hold.keep(out);
        self.timer.keep(out, ahead);
    }

    fn restored(cx: &Context<'_>, kept: &mut Reader<'_>, ahead: u64) -> Option<Self> {
        let dialog = Dialog::restored(kept, cx.local.contact_of(false))?;
        let (caller, anonymous, far_side_updates) = (kept.flag()?, kept.flag()?, kept.flag()?);
        let hold = Hold::restored(kept)?;
        let timer = SessionTimer::restored(kept, ahead)?;
        let mut call = Self::new(dialog, Exchange::Idle, timer, caller, far_side_updates);
        call.anonymous = anonymous;
        call.hold = hold;
        call.recovery.lose();
        Some(call)
    }
}
