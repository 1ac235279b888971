//! Session timers: a call whose far side has vanished ends by itself (RFC 4028).
//!
//! | state | event | becomes | does |
//! |---|---|---|---|
//! | any | a 2xx agrees on an interval | Refreshing or Watching | |
//! | any | a 2xx agrees on none | Off | |
//! | Refreshing | half of the interval is over | Refreshing, under way | UPDATE or re-INVITE |
//! | Refreshing, under way | it is refused | Refreshing | asks again later; at once with the interval that a 422 names |
//! | Refreshing, Watching | the interval is nearly over | | BYE |

use super::{Context, Settings, answers};
use crate::dialog::Dialog;
use crate::kept::{Reader, Writer};
use crate::message::{
    Fields, HeaderValue, Name, Request, Response, ResponseDraft, Role, SessionExpires, StatusCode,
};
use crate::time::{Duration, Instant, Reason};

/// The shortest interval that we agree to, in seconds (§4).
pub const MIN_SE: u32 = 90;

/// The least time between two refreshes that are refused.
const SHORTEST_WAIT: Duration = Duration::from_secs(5);

/// See the table above.
#[derive(Clone, Copy)]
pub(super) enum SessionTimer {
    Off,
    /// We keep the session alive.
    Refreshing {
        interval: u32,
        /// The shortest interval that the far side agrees to, as far as we know.
        least: u32,
        /// `None` while a refresh is under way.
        refresh: Option<Instant>,
        expires: Instant,
    },
    /// The far side does.
    Watching {
        expires: Instant,
    },
}

/// What a deadline of the timer asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    Refresh,
    Bye,
}

impl SessionTimer {
    /// What the 2xx to our request agrees on (§7.2).
    pub(super) fn answered(now: Instant, response: &Response) -> Self {
        Self::agreed(now, response.session_expires(), Role::Uac)
    }

    /// What a 2xx of ours agrees on. Less than [`MIN_SE`] counts as that: nobody may ask for it (§4).
    pub(super) fn agreed(now: Instant, agreement: Option<SessionExpires>, ours: Role) -> Self {
        let Some(SessionExpires { interval, refresher }) = agreement else { return Self::Off };
        let interval = interval.max(MIN_SE);
        // The far side may lag behind us by the length of a transaction (§10).
        let margin = (interval / 3).min(32);
        let expires = now + Duration::from_secs(u64::from(interval - margin));
        if refresher.unwrap_or(Role::Uac) == ours {
            let refresh = Some(now + Duration::from_secs(u64::from(interval / 2)));
            Self::Refreshing { interval, least: MIN_SE, refresh, expires }
        } else {
            Self::Watching { expires }
        }
    }

    /// Writes what outlives a reload of the page, by people's clocks, which are `ahead` of ours by so many milliseconds.
    pub(super) fn keep(&self, out: &mut Writer, ahead: u64) {
        let (expires, agreed) = match *self {
            Self::Off => (None, None),
            Self::Watching { expires } => (Some(expires), None),
            Self::Refreshing { interval, least, expires, .. } => (Some(expires), Some((interval, least))),
        };
        out.optional(expires.map(|at| at.as_millis().saturating_add(ahead)));
        out.optional(agreed.map(|(interval, _)| interval.into()));
        out.optional(agreed.map(|(_, least)| least.into()));
    }

    /// Reads what was kept. The re-INVITE that brings the call back refreshes the session, so no refresh is due.
    pub(super) fn restored(kept: &mut Reader<'_>, ahead: u64) -> Option<Self> {
        let short = |number: Option<u64>| number.map(u32::try_from).transpose().ok();
        let (expires, interval, least) =
            (kept.optional()?, short(kept.optional()?)?, short(kept.optional()?)?);
        let at = |wall: u64| Instant::from_millis(wall.saturating_sub(ahead));
        Some(match (expires.map(at), interval.zip(least)) {
            (None, _) => Self::Off,
            (Some(expires), None) => Self::Watching { expires },
            (Some(expires), Some((interval, least))) => {
                Self::Refreshing { interval, least, refresh: None, expires }
            }
        })
    }

    /// Whether the session has run out by `now`.
    pub(super) fn has_expired(&self, now: Instant) -> bool {
        match self {
            Self::Off => false,
            Self::Refreshing { expires, .. } | Self::Watching { expires } => *expires <= now,
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        match *self {
            Self::Off => None,
            Self::Refreshing { refresh, expires, .. } => {
                Some((refresh.map_or(expires, |refresh| refresh.min(expires)), "session refresh"))
            }
            Self::Watching { expires } => Some((expires, "session")),
        }
    }

    /// What is due by `now`. A refresh is asked for once.
    pub(super) fn due(&mut self, now: Instant) -> Due {
        match self {
            _ if self.has_expired(now) => Due::Bye,
            Self::Refreshing { refresh, .. } if refresh.is_some_and(|refresh| refresh <= now) => {
                *refresh = None;
                Due::Refresh
            }
            _ => Due::Nothing,
        }
    }

    /// Puts into a request of ours what we ask for (§7.1), or what was agreed.
    pub(super) fn ask(&self, settings: &Settings, request: &mut Fields) {
        let asked = match (*self, settings.session_expires) {
            (_, None) => return,
            (Self::Refreshing { interval, .. }, _) => SessionExpires { interval, refresher: Some(Role::Uac) },
            (Self::Watching { .. }, Some(interval)) => SessionExpires { interval, refresher: None },
            (Self::Off, Some(interval)) => SessionExpires { interval, refresher: settings.session_refresher },
        };
        request.set(Name::SessionExpires, asked.to_value());
        let least = if let Self::Refreshing { least, .. } = *self { least } else { MIN_SE };
        request.set(Name::MinSe, HeaderValue::from(least));
    }

    /// A refresh of ours was refused by a 422: true where it can be asked for at once, with a longer interval (§7.4).
    pub(super) fn lengthen(&mut self, response: &Response) -> bool {
        let (Self::Refreshing { interval, least, .. }, StatusCode::SESSION_INTERVAL_TOO_SMALL) =
            (self, response.status())
        else {
            return false;
        };
        let Some(asked) = response.min_se().filter(|asked| *asked > *interval && *least == MIN_SE) else {
            return false;
        };
        (*interval, *least) = (asked, asked);
        true
    }

    /// A refresh could not be had: it is asked for again when the far side says, or half of what is left is over. The
    /// session goes on until it expires (§10).
    pub(super) fn postpone(&mut self, now: Instant, response: Option<&Response>) {
        if let Self::Refreshing { refresh, expires, .. } = self {
            let half = expires.since(now) / 2;
            let asked = response.and_then(|it| it.retry_after());
            let wait = asked.map_or(half, |seconds| Duration::from_secs(u64::from(seconds)));
            *refresh = Some(now + wait.max(SHORTEST_WAIT));
        }
    }
}

/// What a 2xx of ours to this INVITE or UPDATE agrees to (§9). An error is the interval that we would agree to at the
/// least, for a 422.
pub(super) fn agreement(settings: &Settings, request: &Request) -> Result<Option<SessionExpires>, u32> {
    let Some(ours) = settings.session_expires else { return Ok(None) };
    let supported = request.has_token(Name::Supported, "timer") || request.has_token(Name::Require, "timer");
    let least = request.min_se().unwrap_or(0).max(MIN_SE);
    match request.session_expires() {
        Some(asked) if supported && asked.interval < MIN_SE => Err(MIN_SE),
        Some(asked) => {
            let wished = asked.refresher.or(settings.session_refresher).unwrap_or(Role::Uac);
            let refresher = if supported { wished } else { Role::Uas };
            Ok(Some(SessionExpires {
                interval: asked.interval.min(ours).max(least),
                refresher: Some(refresher),
            }))
        }
        None if supported => {
            let refresher = settings.session_refresher.unwrap_or(Role::Uac);
            Ok(Some(SessionExpires { interval: ours.max(least), refresher: Some(refresher) }))
        }
        None => Ok(None),
    }
}

/// Writes an agreement into our 2xx, and starts the timer that it means.
pub(super) fn agree(
    cx: &Context<'_>,
    agreement: Option<SessionExpires>,
    answer: &mut Fields,
) -> SessionTimer {
    if let Some(agreement) = agreement {
        answer.set(Name::SessionExpires, agreement.to_value());
        if agreement.refresher == Some(Role::Uac) {
            answer.set(Name::Require, HeaderValue::lossy("timer"));
        }
    }
    SessionTimer::agreed(cx.now, agreement, Role::Uas)
}

/// Whether an INVITE asks for less than we agree to.
pub fn is_too_brief(settings: &Settings, invite: &Request) -> bool {
    agreement(settings, invite).is_err()
}

/// The 422 to an INVITE or UPDATE that asks for less than we agree to (§9).
pub(super) fn too_brief(cx: &Context<'_>, request: &Request) -> Option<ResponseDraft> {
    let least = agreement(cx.settings, request).err()?;
    Some(answers::interval_too_small(request, least))
}

/// A 2xx to an UPDATE before the call is answered. What it agrees on stands until the 2xx to the INVITE agrees anew
/// (§7.2, §9).
pub(super) fn agree_early(cx: &Context<'_>, update: &Request, dialog: &Dialog) -> ResponseDraft {
    let mut answer = cx.agree_to(update, dialog.contact());
    agree(cx, agreement(cx.settings, update).unwrap_or(None), &mut answer);
    answer
}
