//! The servers, in the order in which they are liked.

use crate::time::Instant;

pub(super) struct Servers(Vec<Server>);

struct Server {
    /// Of its WebSocket.
    uri: String,
    /// Until when it has asked to be left alone.
    not_before: Instant,
}

impl Servers {
    pub(super) fn new(uris: &[String]) -> Self {
        Self(uris.iter().map(|uri| Server { uri: uri.clone(), not_before: Instant::default() }).collect())
    }

    pub(super) fn uri(&self, at: usize) -> &str {
        self.0.get(at).map_or("", |server| &server.uri)
    }

    /// One of them wants to hear nothing until then.
    pub(super) fn spare(&mut self, at: usize, until: Instant) {
        if let Some(server) = self.0.get_mut(at) {
            server.not_before = until;
        }
    }

    /// All of them may be tried: a user does not wait.
    pub(super) fn spare_none(&mut self) {
        self.0.iter_mut().for_each(|server| server.not_before = Instant::default());
    }

    /// Where a round begins: with this one, or the best that may be tried.
    pub(super) fn begin(&self, now: Instant, with: usize) -> usize {
        let best = || (0..self.0.len()).find(|at| self.may_be_tried(*at, now));
        if self.may_be_tried(with, now) { with } else { best().unwrap_or(with) }
    }

    /// Who comes next in a round that began with `first` and has come to `last`.
    pub(super) fn next(&self, now: Instant, first: usize, last: usize) -> Option<usize> {
        let from = if last == first { 0 } else { last + 1 };
        (from..self.0.len()).find(|at| *at != first && self.may_be_tried(*at, now))
    }

    /// When the first of them may be tried.
    pub(super) fn earliest(&self) -> Instant {
        self.0.iter().map(|server| server.not_before).min().unwrap_or_default()
    }

    fn may_be_tried(&self, at: usize, now: Instant) -> bool {
        self.0.get(at).is_some_and(|server| server.not_before <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_millis(1_000);
    const LATER: Instant = Instant::from_millis(9_000);

    fn three() -> Servers {
        Servers::new(&["a".into(), "b".into(), "c".into()])
    }

    fn round(servers: &Servers, with: usize) -> Vec<usize> {
        let first = servers.begin(NOW, with);
        std::iter::successors(Some(first), |last| servers.next(NOW, first, *last)).collect()
    }

    #[test]
    fn a_round_begins_where_we_were_and_goes_on_with_the_best() {
        assert_eq!(round(&three(), 0), [0, 1, 2]);
        assert_eq!(round(&three(), 1), [1, 0, 2]);
        assert_eq!(round(&three(), 2), [2, 0, 1]);
    }

    #[test]
    fn who_asked_to_be_left_alone_is_passed_by_unless_everyone_did() {
        let mut servers = three();
        servers.spare(0, LATER);
        assert_eq!((round(&servers, 0), servers.earliest()), (vec![1, 2], Instant::default()));
        servers.spare(1, LATER);
        servers.spare(2, Instant::from_millis(5_000));
        assert_eq!((round(&servers, 1), servers.earliest()), (vec![1], Instant::from_millis(5_000)));
        servers.spare_none();
        assert_eq!(round(&servers, 0), [0, 1, 2]);
    }

    #[test]
    fn without_servers_there_is_nothing_to_do() {
        let none = Servers::new(&[]);
        assert_eq!((round(&none, 0), none.uri(0)), (vec![0], ""));
    }
}
