//! Calls that outlive the page: what is kept of them, and how a new page brings them back.
//!
//! The driver keeps what [`Output::Keep`] says where a reload does not reach, and gives it to the user agent of the next
//! page by [`restore`](UserAgent::restore), before anything else is wished. It comes again as soon as there is a change,
//! and every half minute as a sign of life: calls of a page that has been gone for long are nobody's any more.
//!
//! Of calls that are not to be found again, of a page that went away without a connection, the BYEs are kept.

use super::calls::{Bond, Facts};
use super::requests::MAX_CALLS;
use super::{CallId, Event, Output, Owner, UserAgent};
use crate::call::{Call, Unrestorable};
use crate::error::Cause;
use crate::kept::{Reader, Writer};
use crate::message::{Frame, HeaderValue, Message, Method, Name, NameAddr, RequestDraft};
use crate::time::{Duration, Instant, Reason};

/// What is kept begins with this.
const KIND: &str = "telnyx-device calls 1";
/// BYEs that are to be sent begin with this.
const UNSAID: &str = "telnyx-device farewell 2";
/// The time between two signs of life.
const PULSE: Duration = Duration::from_secs(30);
/// How long a page may be gone, in milliseconds. Far sides wait less for media that have ceased.
const LONGEST_ABSENCE: u64 = 300_000;
/// Two clocks that differ by fewer milliseconds agree.
const JITTER: u64 = 1000;
/// Bytes that are kept at the most.
const LONGEST: usize = 65_536;

/// What the driver has been told to keep.
#[derive(Default)]
pub(super) struct Keeping {
    /// The calls in it.
    calls: String,
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
        if !self.config.persist {
            return None;
        }
        let mut is_news = self.keeping.pulse.is_some_and(|at| at <= self.now);
        if self.calls.take_changed() {
            let calls = self.kept();
            is_news |= calls != self.keeping.calls;
            self.keeping.calls = calls;
        }
        if !is_news {
            return None;
        }
        self.keeping.pulse = None;
        if self.keeping.calls.is_empty() {
            return Some(Output::Keep(String::new()));
        }
        self.keeping.pulse = Some(self.now + PULSE);
        Some(self.kept_as(KIND, &self.keeping.calls))
    }

    fn kept_as(&self, kind: &str, calls: &str) -> Output {
        let mut out = Writer::default();
        out.text(kind);
        out.number(self.wall());
        let mut text = out.finish();
        text.push_str(calls);
        Output::Keep(text)
    }

    /// The BYEs that cannot be sent any more, or were lost with the connection, for the next page to send them.
    pub(super) fn keep_unsaid(&mut self) -> Option<Output> {
        for call in self.calls.ids() {
            self.with_call(call, |call, cx| call.abandon(cx));
        }
        self.fail_requests(|request, owner| *request.method() == Method::Bye && *owner == Owner::Nobody);
        let mut byes = String::new();
        for unsent in self.unsent.iter_mut().filter(|unsent| *unsent.request.method() == Method::Bye) {
            unsent.request.remove(Name::Authorization);
            unsent.request.remove(Name::ProxyAuthorization);
            let bye = unsent.request.write();
            if byes.len() + bye.len() < LONGEST - 64 {
                byes.push_str(&String::from_utf8_lossy(&bye));
            }
        }
        (!byes.is_empty()).then(|| self.kept_as(UNSAID, &byes))
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
            if all.len() + call.len() < LONGEST - 64 {
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
        let mut reader = Reader::new(kept);
        let kind = reader.text().filter(|_| kept.len() <= LONGEST);
        if !self.config.persist || kind == Some(UNSAID) {
            self.outputs.push_back(Output::Keep(String::new()));
            if kind == Some(UNSAID) {
                self.say_unsaid(&mut reader);
            }
            return;
        }
        // Whatever comes of it is kept in its place.
        self.keeping.calls = kept.into();
        self.calls.touch();
        let written = if kind == Some(KIND) { reader.number() } else { None };
        let Some(written) = written else { return self.lose_call(None, Cause::InternalError) };
        let is_stale = self.is_stale(written);
        while !reader.is_at_end() {
            if self.calls.len() >= MAX_CALLS || self.restore_call(&mut reader, is_stale).is_none() {
                return self.lose_call(None, Cause::InternalError);
            }
        }
    }

    fn is_stale(&self, written: u64) -> bool {
        self.wall().saturating_sub(written) > LONGEST_ABSENCE
    }

    /// Hangs up what the page before this one could not. The calls are not this page's, so nothing is told of them.
    fn say_unsaid(&mut self, kept: &mut Reader<'_>) {
        if kept.number().is_none_or(|written| self.is_stale(written)) {
            return;
        }
        let mut frame = String::new();
        while let Some(line) = kept.text() {
            frame.push_str(line);
            frame.push('\n');
            if line == "\r" {
                if let Ok(Frame::Message(Message::Request(bye))) = crate::message::read(frame.as_bytes())
                    && *bye.method() == Method::Bye
                {
                    self.send_request(RequestDraft::forward(&bye).in_dialog(), Owner::Nobody);
                }
                frame.clear();
            }
        }
    }

    /// `None` where no call can be read.
    fn restore_call(&mut self, kept: &mut Reader<'_>, is_stale: bool) -> Option<()> {
        let facts = Facts::read(kept)?;
        let ahead = self.keeping.ahead;
        let call = Call::restore(&self.call_context(&mut Vec::new()), kept, ahead);
        match call {
            Ok(call) if !is_stale => {
                let call = self.calls.add(call, facts, Bond::None);
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
