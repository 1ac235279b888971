//! What is wanted of a session and does not stand yet: the three things for which it is offered anew.

use super::{Action, CallEvent, Context, Originator};
use crate::error::Cause;
use crate::kept::{Reader, Writer};
use crate::message::Response;

/// What the application wants offered for its own sake: its tracks have changed.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Change {
    #[default]
    None,
    Wanted,
    /// It is in the offer that is under way.
    Offered,
}

/// A restart of ICE.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Restart {
    /// None is wanted.
    #[default]
    None,
    /// As soon as an offer can be made.
    Wanted,
    /// The offer that is under way does it.
    Offered,
}

impl Restart {
    /// Agreed on, or refused.
    pub(super) fn is_over(&mut self) {
        if *self == Self::Offered {
            *self = Self::None;
        }
    }

    /// The offer was taken back, and comes again.
    pub(super) fn waits(&mut self) {
        if *self == Self::Offered {
            *self = Self::Wanted;
        }
    }
}

/// Who is on hold.
#[derive(Clone, Copy, Default)]
pub(super) struct Hold {
    /// What the application wants.
    pub(super) wanted: bool,
    /// What we have agreed on.
    pub(super) local: bool,
    /// What the far side has done to us.
    pub(super) remote: bool,
    /// What the media were told last, and descriptions say. It is another than `local` only while an offer of ours is
    /// under way, or is to be made again.
    media: bool,
}

impl Hold {
    /// Writes what outlives a reload of the page.
    pub(super) fn keep(&self, out: &mut Writer) {
        out.flag(self.wanted);
        out.flag(self.local);
        out.flag(self.remote);
    }

    /// Reads what was kept, for media that have been told nothing yet.
    pub(super) fn restored(kept: &mut Reader<'_>) -> Option<Self> {
        Some(Self { wanted: kept.flag()?, local: kept.flag()?, remote: kept.flag()?, media: false })
    }

    /// Whether what is wanted stands, and nothing else is offered.
    pub(super) fn is_settled(&self) -> bool {
        self.wanted == self.local && self.media == self.local
    }

    pub(super) fn tell_media(&mut self, cx: &mut Context<'_>, held: bool) {
        if self.media != held {
            self.media = held;
            cx.push(Action::Hold(held));
        }
    }

    /// What stands is wanted again before anything else was agreed on.
    pub(super) fn come_back(&mut self, cx: &mut Context<'_>) {
        if self.wanted == self.local && self.media != self.local {
            self.tell_media(cx, self.local);
            self.tell_waiting(cx, Cause::Canceled, None);
        }
    }

    /// The offer was refused. What it did not say can still be had.
    pub(super) fn give_in(&mut self, cx: &mut Context<'_>, cause: Cause, response: Option<&Response>) {
        if self.wanted == self.media {
            self.wanted = self.local;
        }
        self.tell_media(cx, self.local);
        if self.wanted == self.local {
            self.tell_waiting(cx, cause, response);
        }
    }

    /// Those who wait hear what stands, and why no more does.
    pub(super) fn tell_waiting(&self, cx: &mut Context<'_>, cause: Cause, response: Option<&Response>) {
        cx.push(Action::HoldStands { held: self.local, otherwise: (cause, response.cloned()) });
    }

    /// Agreed on, as the descriptions say it.
    pub(super) fn we_are(&mut self, cx: &mut Context<'_>) {
        if self.local != self.media {
            self.local = self.media;
            tell(cx, self.local, Originator::Local);
        }
    }

    pub(super) fn far_side_is(&mut self, cx: &mut Context<'_>, holding: bool) {
        if self.remote != holding {
            self.remote = holding;
            tell(cx, holding, Originator::Remote);
        }
    }
}

fn tell(cx: &mut Context<'_>, held: bool, originator: Originator) {
    cx.tell(if held { CallEvent::Hold(originator) } else { CallEvent::Unhold(originator) });
}
