//! Calls that outlive the page: what is kept of them, and how a new page brings them back.
//!
//! The driver keeps what [`Output::Keep`] says where a reload does not reach, and gives it to the user agent of the next
//! page by [`restore`](UserAgent::restore), before anything else is wished. It comes again as soon as there is a change,
//! and every half minute as a sign of life: calls of a page that has been gone for long are nobody's any more.
//!
//! BYEs that wait for a connection are kept beside them, whatever becomes of the calls.

use super::calls::{Bond, Facts};
use super::requests::MAX_CALLS;
use super::{CallId, Event, Output, UserAgent};
use crate::call::{Call, Unrestorable};
use crate::error::Cause;
use crate::kept::{Reader, Writer};
use crate::message::{HeaderValue, NameAddr};
use crate::time::{Duration, Instant, Reason};

/// What is kept begins with this.
const KIND: &str = "telnyx-device calls 2";
/// The time between two signs of life.
const PULSE: Duration = Duration::from_secs(30);
/// How long a page may be gone, in milliseconds. Far sides wait less for media that have ceased.
const LONGEST_ABSENCE: u64 = 300_000;
/// Two clocks that differ by fewer milliseconds agree.
const JITTER: u64 = 1000;
/// Bytes that are kept at the most.
const LONGEST: usize = 65_536;
/// Bytes of that for what is said before.
const PREFACE: usize = 64;

/// What the driver has been told to keep.
#[derive(Default)]
pub(super) struct Keeping {
    /// The calls in it.
    calls: String,
    /// The BYEs before them, and how many.
    byes: (u64, String),
    /// When the next sign of life is due.
    pulse: Option<Instant>,
    /// How many milliseconds people's clocks are ahead of ours.
    ahead: u64,
}

/// When a call was placed, or arrived, and when it was answered: by people's clocks, in milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Times {
    /// Placed, or arrived.
    pub begun: u64,
    /// Answered.
    pub answered: Option<u64>,
}

impl Keeping {
    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        self.pulse.map(|at| (at, "sign of life"))
    }
}

impl Facts {
    /// What was kept of a call beside the call itself.
    fn read(kept: &mut Reader<'_>) -> Option<Self> {
        let name = kept.text()?.into();
        let peer = HeaderValue::new(kept.text()?).ok()?;
        NameAddr::read(peer.as_str())?;
        let (incoming, focus, muted) = (kept.flag()?, kept.short()?, kept.flag()?);
        let times = Times { begun: kept.number()?, answered: kept.optional()? };
        Some(Self { incoming, name, peer, focus, muted, times })
    }
}

impl UserAgent {
    /// What people's clocks show at `now`: milliseconds since 1970. What is kept carries it. Unless it is said, they show
    /// the time since our origin. A difference of less than a second is none.
    pub fn set_wall(&mut self, now: Instant, wall: u64) {
        let ahead = wall.saturating_sub(now.as_millis());
        if ahead.abs_diff(self.keeping.ahead) >= JITTER {
            self.keeping.ahead = ahead;
            self.calls.touch();
        }
    }

    fn wall(&self) -> u64 {
        self.now.as_millis().saturating_add(self.keeping.ahead)
    }

    pub(super) fn facts(&self, incoming: bool, peer: HeaderValue, name: String) -> Facts {
        let times = Times { begun: self.wall(), answered: None };
        Facts { incoming, name, peer, focus: 0, muted: false, times }
    }

    pub(super) fn note_answered(&mut self, call: CallId) {
        let answered = Some(self.wall());
        if let Some(facts) = self.calls.facts_mut(call) {
            facts.times.answered = answered;
        }
    }

    /// When a living call began and was answered, also on a page before this one.
    pub fn call_times(&self, call: CallId) -> Option<Times> {
        Some(self.calls.facts(call)?.times)
    }

    /// The user has muted a call, or not. That is for the driver to do, and is only remembered here.
    pub fn set_muted(&mut self, call: CallId, muted: bool) {
        if let Some(facts) = self.calls.facts_mut(call) {
            facts.muted = muted;
        }
    }

    /// Whether the user had muted a call, also on a page before this one.
    pub fn was_muted(&self, call: CallId) -> bool {
        self.calls.facts(call).is_some_and(|facts| facts.muted)
    }

    /// Whether a call is to be found again by the next page, where the config says so.
    pub fn keeps(&self, call: CallId) -> bool {
        self.config.persist && self.calls.get(call).is_some_and(Call::is_kept)
    }

    /// What is to be kept from now on, if that is news.
    pub(super) fn keep(&mut self) -> Option<Output> {
        let mut is_news = self.keeping.pulse.is_some_and(|at| at <= self.now);
        if self.config.persist && self.calls.take_changed() {
            let calls = self.kept();
            is_news |= calls != self.keeping.calls;
            self.keeping.calls = calls;
        }
        if self.farewells.take_changed() {
            let byes = self.farewells.written((LONGEST - PREFACE).saturating_sub(self.keeping.calls.len()));
            is_news |= byes != self.keeping.byes;
            self.keeping.byes = byes;
        }
        if !is_news {
            return None;
        }
        self.keeping.pulse = (!self.keeping.calls.is_empty()).then(|| self.now + PULSE);
        let Keeping { calls, byes: (count, byes), .. } = &self.keeping;
        if calls.is_empty() && *count == 0 {
            return Some(Output::Keep(String::new()));
        }
        let mut out = Writer::default();
        out.text(KIND);
        out.number(self.wall());
        out.number(*count);
        Some(Output::Keep([&out.finish(), byes.as_str(), calls].concat()))
    }

    /// The calls that are kept; those for which there is no room are not.
    fn kept(&self) -> String {
        let mut all = String::new();
        for entry in self.calls.living.iter().filter(|entry| entry.call.is_kept()) {
            let Facts { incoming, name, peer, focus, muted, times } = &entry.facts;
            let mut out = Writer::default();
            out.text(name);
            out.text(peer.as_str());
            out.flag(*incoming);
            out.number((*focus).into());
            out.flag(*muted);
            out.number(times.begun);
            out.optional(times.answered);
            entry.call.keep(&mut out, self.keeping.ahead);
            let call = out.finish();
            if all.len() + call.len() < LONGEST - PREFACE {
                all.push_str(&call);
            }
        }
        all
    }

    /// Brings back the calls that a page before this one has [kept](Output::Keep): each is told by [`Event::Restoring`], and
    /// by [`CallEvent::Recovered`](super::CallEvent::Recovered) once it is back, as soon as there is a connection, and a
    /// registration where one is wished for. Those that cannot come back are told by [`Event::Lost`].
    pub fn restore(&mut self, now: Instant, kept: &str) {
        self.enter(now);
        if kept.is_empty() {
            return;
        }
        // Whatever comes of it is kept in its place.
        self.keeping.byes = (1, kept.into());
        self.farewells.touch();
        let is_read = kept.len() <= LONGEST && self.restore_all(&mut Reader::new(kept)).is_some();
        if !is_read && self.config.persist {
            self.lose_call(None, Cause::InternalError);
        }
    }

    /// `None` where something cannot be read.
    fn restore_all(&mut self, kept: &mut Reader<'_>) -> Option<()> {
        if kept.text() != Some(KIND) {
            return None;
        }
        let is_stale = self.wall().saturating_sub(kept.number()?) > LONGEST_ABSENCE;
        let count = kept.number()?;
        self.inherit_farewells(kept, count, is_stale)?;
        while self.config.persist && !kept.is_at_end() {
            if self.calls.len() >= MAX_CALLS {
                return None;
            }
            self.restore_call(kept, is_stale)?;
        }
        Some(())
    }

    /// `None` where no call can be read.
    fn restore_call(&mut self, kept: &mut Reader<'_>, is_stale: bool) -> Option<()> {
        let facts = Facts::read(kept)?;
        let ahead = self.keeping.ahead;
        let call = Call::restore(&self.call_context(&mut Vec::new()), kept, ahead);
        match call {
            Ok(call) if !is_stale => {
                let call = self.calls.add(call, facts, Bond::None, self.flows.in_use());
                self.tell(Event::Restoring(call));
            }
            Err(Unrestorable::Unreadable) => return None,
            _ => self.lose_call(Some(facts.peer), Cause::Expires),
        }
        Some(())
    }

    fn lose_call(&mut self, peer: Option<HeaderValue>, cause: Cause) {
        self.tell(Event::Lost { peer, cause });
    }
}
