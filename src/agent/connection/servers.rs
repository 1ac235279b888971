//! The servers, in the order in which they are liked.

use crate::time::Instant;

pub(super) struct Servers {
    all: Vec<Server>,
    /// The one at which another flow of the same device is.
    avoided: Option<usize>,
}

struct Server {
    /// Of its WebSocket.
    uri: String,
    /// Until when it has asked to be left alone.
    not_before: Instant,
}

impl Servers {
    pub(super) fn new(uris: &[String]) -> Self {
        let server = |uri: &String| Server { uri: uri.clone(), not_before: Instant::default() };
        Self { all: uris.iter().map(server).collect(), avoided: None }
    }

    /// This one is not to be tried, or all may be.
    pub(super) fn avoid(&mut self, at: Option<usize>) {
        self.avoided = at;
    }

    pub(super) fn uri(&self, at: usize) -> &str {
        self.all.get(at).map_or("", |server| &server.uri)
    }

    /// One of them wants to hear nothing until then.
    pub(super) fn spare(&mut self, at: usize, until: Instant) {
        if let Some(server) = self.all.get_mut(at) {
            server.not_before = until;
        }
    }

    /// All of them may be tried: a user does not wait.
    pub(super) fn spare_none(&mut self) {
        self.all.iter_mut().for_each(|server| server.not_before = Instant::default());
    }

    /// Where a round begins: with this one, or the best that may be tried.
    pub(super) fn begin(&self, now: Instant, with: usize) -> usize {
        let with = if self.avoided == Some(with) { self.others().next().unwrap_or(with) } else { with };
        let best = || self.others().find(|at| self.may_be_tried(*at, now));
        if self.may_be_tried(with, now) { with } else { best().unwrap_or(with) }
    }

    /// Who comes next in a round that began with `first` and has come to `last`.
    pub(super) fn next(&self, now: Instant, first: usize, last: usize) -> Option<usize> {
        let from = if last == first { 0 } else { last + 1 };
        self.others().find(|at| *at >= from && *at != first && self.may_be_tried(*at, now))
    }

    /// When the first of them may be tried.
    pub(super) fn earliest(&self) -> Instant {
        self.others().filter_map(|at| Some(self.all.get(at)?.not_before)).min().unwrap_or_default()
    }

    /// All but the one that another flow has.
    fn others(&self) -> impl Iterator<Item = usize> {
        (0..self.all.len()).filter(|at| Some(*at) != self.avoided)
    }

    fn may_be_tried(&self, at: usize, now: Instant) -> bool {
        self.all.get(at).is_some_and(|server| server.not_before <= now)
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
    fn the_server_of_the_other_flow_is_never_tried() {
        let mut servers = three();
        servers.avoid(Some(1));
        assert_eq!((round(&servers, 0), round(&servers, 1)), (vec![0, 2], vec![0, 2]));
        servers.spare(0, LATER);
        servers.spare(2, LATER);
        assert_eq!((round(&servers, 1), servers.earliest()), (vec![0], LATER), "it is waited for the others");
        servers.avoid(None);
        assert_eq!(round(&servers, 0), [1]);
    }

    #[test]
    fn without_servers_there_is_nothing_to_do() {
        let none = Servers::new(&[]);
        assert_eq!((round(&none, 0), none.uri(0)), (vec![0], ""));
    }
}
