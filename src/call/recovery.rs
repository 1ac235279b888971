//! How a call that goes on comes back: its dialog after a lost connection (RFC 3261 §12.2, RFC 3891), its media after ICE
//! has failed (RFC 8839 §4.4.1.1).
//!
//! | dialog | event | becomes | does |
//! |---|---|---|---|
//! | any | connection lost | Lost | |
//! | Lost | registered, or asked for it in vain, or connected where nobody wishes to be registered | Stale | re-INVITE with our present Contact |
//! | Stale | nobody is there, nobody answers | Sought | INVITE with Replaces to the far side's address of record |
//! | Sought | likewise | Stale, after a wait | re-INVITE |
//! | Sought | that side does not know the call, or somebody would have to be asked | | the call ends |
//! | Stale, Sought | two minutes of that | | the call ends |
//! | Stale, Sought | two minutes of that, which a clock tells too late | likewise | half a minute more |
//! | Stale | other refusal | Stale, after a wait; Known after the third, as it is, unless the media went with a page | |
//! | Stale, Sought | a 2xx of either side | Known | |
//!
//! | media | event | becomes | does |
//! |---|---|---|---|
//! | Up | ICE disconnected | Down, due after some seconds | |
//! | Up, Down | ICE failed | Down, due | |
//! | Down | due, or another network | Down, due after a wait that grows with the outage | ICE restart |
//! | Down | the restart was refused three times, or for good | Down, not due any more | |
//! | Down | ICE connected | Up | |
//! | Down | three minutes of that | | the call ends |
//! | Down | three minutes of that, which a clock tells too late | Down, half a minute more | a last ICE restart |
//!
//! An outage is told when it begins to be mended, and once more when all of it is.

use super::wishes::Restart;
use super::{CallEvent, Context, Outage};
use crate::message::{Response, StatusCode};
use crate::time::{Duration, Instant, LATE, Reason, sooner};

/// How long the far side is looked for once we can be reached again.
const SEARCH_PATIENCE: Duration = Duration::from_secs(120);
/// The bounds of the waits between two looks.
const SHORTEST_SEARCH: Duration = Duration::from_secs(1);
const LONGEST_SEARCH: Duration = Duration::from_secs(30);
/// No look takes longer, unless time passes unseen.
const LONGEST_LOOK: Duration = Duration::from_secs(60);
/// How often a far side that is there may refuse.
const MOST_REFUSALS: u8 = 3;

/// How long ICE may mend itself. Who was called waits a little longer, so that offers do not cross.
const ICE_PATIENCE: Duration = Duration::from_secs(2);
const DEFERENCE: Duration = Duration::from_millis(500);
/// The bounds of the waits between two restarts: no longer at first than the checks of one leave no gap (RFC 8445 §14.3).
const SHORTEST_RESTART: Duration = Duration::from_secs(3);
const LONGEST_RESTART: Duration = Duration::from_secs(15);
/// How long a call goes on without media.
const MEDIA_PATIENCE: Duration = Duration::from_secs(180);
/// How much longer one or the other where nothing could be tried for most of that, as the page was frozen.
const LAST_CHANCE: Duration = Duration::from_secs(30);

/// See the tables above.
#[derive(Default)]
pub(super) struct Recovery {
    dialog: Reach,
    media: Media,
    /// What was told, and is not over.
    told: Option<Outage>,
}

#[derive(Default)]
enum Reach {
    /// The far side knows where we are, as far as we know.
    #[default]
    Known,
    Lost,
    Stale(Search),
    Sought(Search),
}

/// What it took so far to be found.
#[derive(Clone, Copy)]
struct Search {
    since: Instant,
    wait: Duration,
    refusals: u8,
    /// When the look that is due or under way began to be.
    asked: Instant,
    /// When to try again; at once, or under way, where there is none.
    retry: Option<Instant>,
}

impl Search {
    fn new(now: Instant) -> Self {
        Self { since: now, wait: SHORTEST_SEARCH, refusals: 0, asked: now, retry: None }
    }

    /// A look is due. Where it should have been long ago, there is a little time again.
    fn begin(&mut self, now: Instant) {
        let is_late = self.retry.is_some_and(|at| now.since(at) > LATE);
        (self.asked, self.retry) = (now, None);
        if is_late {
            self.prolong(now);
        }
    }

    /// It has found nobody.
    fn has_failed(&mut self, now: Instant) {
        if now.since(self.asked) > LONGEST_LOOK {
            self.prolong(now);
        }
    }

    fn prolong(&mut self, now: Instant) {
        let over = now.since(self.since) + LAST_CHANCE;
        self.since = self.since + over.saturating_sub(SEARCH_PATIENCE);
        self.wait = SHORTEST_SEARCH;
    }
}

#[derive(Default)]
enum Media {
    #[default]
    Up,
    Down {
        since: Instant,
        restart: Option<Instant>,
        refusals: u8,
    },
}

/// What a deadline asks for.
#[derive(PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    /// To be looked for again.
    Refresh,
    /// A restart of ICE.
    Restart,
    /// The end.
    End,
}

impl Recovery {
    /// Whether anything is being restored.
    pub(super) fn is_under_way(&self) -> bool {
        !matches!((&self.dialog, &self.media), (Reach::Known, Media::Up)) || self.told.is_some()
    }

    /// Whether there is no way to the far side for now.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self.dialog, Reach::Lost)
    }

    /// Whether the far side does not know where we are.
    pub(super) fn is_stale(&self) -> bool {
        !matches!(self.dialog, Reach::Known)
    }

    /// Whether it is to be told now.
    pub(super) fn wants_refresh(&self) -> bool {
        matches!(self.dialog, Reach::Stale(Search { retry: None, .. }) | Reach::Sought(_))
    }

    /// Whether it was not found, and is looked for later.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.dialog, Reach::Stale(Search { retry: Some(_), .. }))
    }

    /// Whether it is to be told outside the dialog.
    pub(super) fn is_sought(&self) -> bool {
        matches!(self.dialog, Reach::Sought(_))
    }

    pub(super) fn has_no_media(&self) -> bool {
        matches!(self.media, Media::Down { .. })
    }

    /// Whether we are on another network than the one that the media went over.
    pub(super) fn has_moved(&self) -> bool {
        self.told == Some(Outage::Network)
    }

    /// What is restored is told once.
    pub(super) fn begin(&mut self, cx: &mut Context<'_>, reason: Outage) {
        if self.told.is_none() {
            self.told = Some(reason);
            cx.tell(CallEvent::Recovering { reason });
        }
    }

    /// All of it may be back, unless this restart has still to come.
    pub(super) fn settle(&mut self, cx: &mut Context<'_>, restart: Restart) {
        let is_whole = matches!((&self.dialog, &self.media), (Reach::Known, Media::Up));
        if is_whole
            && restart == Restart::None
            && let Some(reason) = self.told.take()
        {
            cx.tell(CallEvent::Recovered { reason });
        }
    }

    /// The connection is lost that the far side knows.
    pub(super) fn lose(&mut self) {
        self.dialog = Reach::Lost;
    }

    /// We can be reached again; true where that is news.
    pub(super) fn find(&mut self, now: Instant) -> bool {
        let is_news = self.is_lost();
        if is_news {
            self.dialog = Reach::Stale(Search::new(now));
        }
        is_news
    }

    /// The far side has agreed with us since we can be reached.
    pub(super) fn refreshed(&mut self) {
        if !self.is_lost() {
            self.dialog = Reach::Known;
        }
    }

    /// Nobody is where the far side was, or where it can be found otherwise. False where it is not looked for any more.
    pub(super) fn is_not_there(&mut self, now: Instant, can_be_sought: bool) -> bool {
        let is_next_by_name = can_be_sought && matches!(self.dialog, Reach::Stale(_));
        let mut search = match self.dialog {
            Reach::Stale(search) | Reach::Sought(search) => search,
            Reach::Known | Reach::Lost => return true,
        };
        search.has_failed(now);
        if is_next_by_name {
            self.dialog = Reach::Sought(Search { asked: now, retry: None, ..search });
            return true;
        }
        let retry = now + search.wait;
        self.dialog = Reach::Stale(Search {
            wait: (search.wait * 2).min(LONGEST_SEARCH),
            retry: Some(retry),
            ..search
        });
        retry.since(search.since) < SEARCH_PATIENCE
    }

    /// Whether the call is one of before a reload of the page, and has no media but those to come.
    pub(super) fn is_reloading(&self) -> bool {
        self.told == Some(Outage::Reload)
    }

    /// The far side is there, and does not agree. False where nothing is left to go on with.
    #[must_use]
    pub(super) fn is_refused(&mut self, now: Instant, response: Option<&Response>) -> bool {
        let asked = response.and_then(|it| it.retry_after()).map(u64::from).map(Duration::from_secs);
        if let Reach::Stale(search) | Reach::Sought(search) = &self.dialog {
            let refusals = search.refusals + 1;
            if refusals >= MOST_REFUSALS && self.is_reloading() {
                return false;
            }
            self.dialog = if refusals < MOST_REFUSALS {
                let retry = Some(now + asked.unwrap_or(search.wait).min(LONGEST_SEARCH));
                Reach::Stale(Search { wait: search.wait * 2, refusals, retry, ..*search })
            } else {
                Reach::Known
            };
        }
        if let Media::Down { restart, refusals, .. } = &mut self.media {
            // It is in the midst of something else (RFC 3261 §14.2).
            let is_busy = response.is_some_and(|it| it.status() == StatusCode::SERVER_INTERNAL_ERROR)
                && asked.is_some();
            let is_final = response.is_some_and(|it| {
                matches!(it.status(), StatusCode::NOT_ACCEPTABLE_HERE | StatusCode::NOT_ACCEPTABLE_ANYWHERE)
            });
            *refusals += u8::from(!is_busy);
            if is_final || *refusals >= MOST_REFUSALS {
                *restart = None;
            }
        }
        true
    }

    /// ICE has lost its way, for a moment or, where it has `failed`, for good.
    pub(super) fn handle_ice_lost(&mut self, now: Instant, failed: bool, caller: bool) {
        let deference = if caller { Duration::ZERO } else { DEFERENCE };
        let soon = now + deference;
        match &mut self.media {
            Media::Up => {
                let restart = Some(if failed { soon } else { soon + ICE_PATIENCE + deference });
                self.media = Media::Down { since: now, restart, refusals: 0 };
            }
            Media::Down { restart: Some(restart), .. } if failed && self.told.is_none() => {
                *restart = soon.min(*restart);
            }
            Media::Down { .. } => {}
        }
    }

    pub(super) fn handle_ice_connected(&mut self) {
        self.media = Media::Up;
    }

    /// There is reason to hope: what was refused before may be agreed to now.
    pub(super) fn hurry(&mut self, now: Instant) {
        if let Media::Down { restart, refusals, .. } = &mut self.media {
            (*restart, *refusals) = (Some(now), 0);
        }
    }

    /// Offer and answer were exchanged. What they have begun is given time.
    pub(super) fn handle_exchanged(&mut self, now: Instant) {
        if let Media::Down { since, restart: Some(restart), refusals } = &mut self.media {
            *refusals = 0;
            *restart = now + wait(now, *since);
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        let search = match self.dialog {
            Reach::Stale(Search { retry, .. }) => retry.map(|at| (at, "search")),
            _ => None,
        };
        let media = match self.media {
            Media::Down { since, restart, .. } => {
                let end = since + MEDIA_PATIENCE;
                Some(restart.filter(|at| *at < end).map_or((end, "no media"), |at| (at, "ICE restart")))
            }
            Media::Up => None,
        };
        sooner(search, media)
    }

    /// What is due by `now`. Who is `held` hears nothing anyway, and has time.
    pub(super) fn due(&mut self, now: Instant, held: bool) -> Due {
        if let Reach::Stale(search) = &mut self.dialog
            && search.retry.is_some_and(|at| at <= now)
        {
            search.begin(now);
            return Due::Refresh;
        }
        let Media::Down { since, restart, .. } = &mut self.media else { return Due::Nothing };
        if held {
            *since = now;
        }
        let end = *since + MEDIA_PATIENCE;
        if end <= now {
            if now.since(end) <= LATE || restart.take().is_none() {
                return Due::End;
            }
            *since = *since + now.since(end) + LAST_CHANCE;
            return Due::Restart;
        }
        if restart.is_some_and(|at| at <= now) {
            *restart = Some(now + wait(now, *since));
            return Due::Restart;
        }
        Due::Nothing
    }
}

/// How long the checks of a restart are given.
fn wait(now: Instant, since: Instant) -> Duration {
    (now.since(since) / 10).clamp(SHORTEST_RESTART, LONGEST_RESTART)
}

/// Whether an answer says that nobody is there: the request has not reached the far side.
pub(super) fn is_elsewhere(status: StatusCode) -> bool {
    matches!(status.get(), 404 | 408 | 410 | 430 | 480)
}
