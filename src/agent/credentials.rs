//! Challenges that wait for the application to say its password.

use super::{Event, Owner, UserAgent};
use crate::error::Cause;
use crate::message::{RequestDraft, Response};
use crate::time::{Duration, Instant, Reason, sooner};

/// How long the application may think; somebody may be typing.
const PATIENCE: Duration = Duration::from_secs(60);

/// The refused requests that wait for a password.
#[derive(Default)]
pub(super) struct Wanted(Vec<Challenge>);

struct Challenge {
    realm: Box<str>,
    until: Instant,
    request: RequestDraft,
    owner: Owner,
    response: Response,
}

impl Wanted {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        self.0.iter().fold(None, |found, it| sooner(found, Some((it.until, "credentials"))))
    }

    /// Those that this holds for wait no more.
    pub(super) fn take(
        &mut self,
        is_meant: &dyn Fn(&RequestDraft, &Owner) -> bool,
    ) -> Vec<(RequestDraft, Owner)> {
        let meant = self.take_where(&|it| is_meant(&it.request, &it.owner));
        meant.into_iter().map(|it| (it.request, it.owner)).collect()
    }

    fn take_where(&mut self, is_meant: &dyn Fn(&Challenge) -> bool) -> Vec<Challenge> {
        let (meant, kept) = core::mem::take(&mut self.0).into_iter().partition(is_meant);
        self.0 = kept;
        meant
    }
}

impl UserAgent {
    /// Says the password for a realm, as [`Event::CredentialsWanted`] has asked; `None` refuses. What was challenged
    /// goes out again, or fails with [`Cause::AuthenticationError`]. Without a word for a minute, it fails likewise.
    pub fn credentials(&mut self, now: Instant, realm: &str, password: Option<&str>) {
        self.enter(now);
        if let Some(password) = password {
            self.auth.learn(realm, password);
        }
        for it in self.wanted.take_where(&|it| *it.realm == *realm) {
            self.resume(it, password.is_some());
        }
    }

    fn resume(&mut self, it: Challenge, is_known: bool) {
        let is_retried = is_known
            && self.wants_retry(it.owner, &it.request)
            && self.retry_with_credentials(it.request.clone(), it.owner, &it.response);
        if !is_retried {
            self.deliver(&it.request, it.owner, &it.response);
        }
    }

    /// Keeps a refused request until the application has said its password. It is asked once for each realm.
    pub(super) fn want_credentials(
        &mut self,
        realm: Box<str>,
        request: RequestDraft,
        owner: Owner,
        response: &Response,
    ) {
        let asked = self.wanted.0.iter().find(|it| it.realm == realm).map(|it| it.until);
        if asked.is_none() {
            self.tell(Event::CredentialsWanted { realm: realm.clone().into() });
        }
        let until = asked.unwrap_or(self.now + PATIENCE);
        self.wanted.0.push(Challenge { realm, until, request, owner, response: response.clone() });
    }

    /// The application was silent for too long.
    pub(super) fn expire_wanted(&mut self) {
        let now = self.now;
        for it in self.wanted.take_where(&|it| it.until <= now) {
            self.resume(it, false);
        }
    }

    /// No answer will come to what this holds for.
    pub(super) fn fail_wanted(&mut self, cause: Cause, is_meant: &dyn Fn(&RequestDraft, &Owner) -> bool) {
        for (request, owner) in self.wanted.take(is_meant) {
            self.handle_request_failed(&request, owner, cause);
        }
    }
}
