//! The wait for candidates, from a local description until it leaves.
//!
//! | what is there | when it leaves |
//! |---|---|
//! | nothing | [`LONGEST`] after the question |
//! | every kind that the servers can give, but for silent ones | at once |
//! | usable host candidates, and no server to wait for | [`SETTLING`] after the last of them |
//! | anything else | the configured time after the first candidate |
//!
//! When the browser says that it is done there is nothing to wait for, and this is not asked any more.

use super::{Candidate, Kind, Servers, Silence};
use crate::time::{Duration, Instant};

/// How long nothing at all may come.
const LONGEST: Duration = Duration::from_secs(5);

/// After this long without another one, host candidates count as complete: they come within 2 to 5 ms.
const SETTLING: Duration = Duration::from_millis(10);

/// See the table above.
pub struct Gathering {
    asked: Instant,
    /// When it began to gather, where that was before it was asked.
    since: Option<Instant>,
    servers: Servers,
    timeout: Duration,
    first: Option<Instant>,
    last: Instant,
    last_host: Option<Instant>,
    found: Servers,
    /// Addresses of usable host candidates, sorted.
    hosts: Vec<String>,
}

impl Gathering {
    /// A description is set now; candidates may have been gathered `since` before. With a candidate at hand, the
    /// `servers` have `timeout` to give theirs.
    pub fn new(now: Instant, since: Option<Instant>, servers: Servers, timeout: Duration) -> Self {
        Self {
            asked: now,
            since,
            servers,
            timeout,
            first: None,
            last: now,
            last_host: None,
            found: Servers::default(),
            hosts: Vec::new(),
        }
    }

    /// The browser tells a candidate.
    pub fn handle_candidate(&mut self, now: Instant, candidate: Candidate<'_>) {
        // What was gathered before is told all at once; it has been there for as long.
        self.first = self.first.or(self.since).or(Some(now));
        self.last = now;
        match candidate.kind {
            Kind::ServerReflexive => self.found.stun = true,
            Kind::Relayed => self.found.turn = true,
            Kind::Host if candidate.is_usable() => {
                self.last_host = Some(now);
                if let Err(at) = self.hosts.binary_search_by(|host| host.as_str().cmp(candidate.address)) {
                    self.hosts.insert(at, candidate.address.into());
                }
            }
            Kind::Host | Kind::Other => {}
        }
    }

    /// When the description leaves, unless the browser is done before or tells more. `silent` are the servers that are
    /// not waited for.
    pub fn due(&self, silent: Servers) -> Instant {
        let Some(first) = self.first else { return self.asked + LONGEST };
        let in_time = (first + self.timeout).max(self.last + SETTLING).min(self.asked + LONGEST);
        let awaited = self.servers.without(silent);
        match self.last_host {
            _ if !awaited.without(self.found).is_none() => in_time,
            _ if !awaited.is_none() => self.last,
            Some(last) => in_time.min(last + SETTLING),
            None => in_time,
        }
    }

    /// The same, with the servers of `urls` that have been silent before.
    pub fn due_after(&self, silence: &Silence, urls: &str) -> Instant {
        self.due(silence.of(urls, &self.hosts))
    }

    /// It leaves, or a candidate comes after it has left: remembers who has answered and who has not.
    pub fn learn(&self, silence: &mut Silence, urls: &str) {
        silence.remember(urls, self.servers.without(self.found), &self.hosts);
    }

    /// Whether any candidate came.
    pub const fn has_any(&self) -> bool {
        self.first.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUT: Duration = Duration::from_millis(500);
    const NONE: Servers = Servers { stun: false, turn: false };
    const STUN: Servers = Servers { stun: true, turn: false };
    const BOTH: Servers = Servers { stun: true, turn: true };
    const URLS: &str = "stun:a";

    fn at(millis: u64) -> Instant {
        Instant::from_millis(millis)
    }

    /// Asked at 1000 ms, and told these candidates at these times: `host`, `hidden`, `tcp`, `srflx`, `relay`.
    fn told(servers: Servers, since: Option<u64>, candidates: &[(u64, &str)]) -> Gathering {
        let mut gathering = Gathering::new(at(1000), since.map(at), servers, TIMEOUT);
        for (millis, word) in candidates {
            let (kind, is_udp, address) = match *word {
                "hidden" => (Kind::Host, true, "a.local"),
                "tcp" => (Kind::Host, false, "192.0.2.1"),
                "srflx" => (Kind::ServerReflexive, true, "203.0.113.4"),
                "relay" => (Kind::Relayed, true, "198.51.100.3"),
                address => (Kind::Host, true, address),
            };
            gathering.handle_candidate(at(*millis), Candidate { kind, is_udp, address });
        }
        gathering
    }

    fn due(servers: Servers, candidates: &[(u64, &str)]) -> u64 {
        told(servers, None, candidates).due(NONE).as_millis()
    }

    const A: &str = "192.0.2.1";
    const B: &str = "192.0.2.2";

    #[test]
    fn without_candidates_it_waits_for_five_seconds() {
        assert_eq!(due(NONE, &[]), 6000);
        assert_eq!(due(BOTH, &[]), 6000);
    }

    #[test]
    fn without_servers_it_leaves_after_the_last_host_candidate() {
        assert_eq!(due(NONE, &[(1003, A)]), 1013);
        assert_eq!(due(NONE, &[(1003, A), (1009, B)]), 1019);
        // TCP is not waited for, and does not make it wait.
        assert_eq!(due(NONE, &[(1003, A), (1006, "tcp")]), 1013);
    }

    #[test]
    fn hidden_names_are_useless_unless_nothing_else_comes() {
        assert_eq!(due(NONE, &[(1003, "hidden")]), 1503);
        assert_eq!(due(NONE, &[(1003, "hidden"), (1120, "tcp")]), 1503);
        assert_eq!(due(NONE, &[(1003, "hidden"), (1040, A)]), 1050);
    }

    #[test]
    fn each_kind_of_server_is_waited_for() {
        assert_eq!(due(STUN, &[(1003, A)]), 1503);
        assert_eq!(due(STUN, &[(1003, A), (1040, "srflx")]), 1040);
        assert_eq!(due(BOTH, &[(1003, A), (1040, "srflx")]), 1503);
        assert_eq!(due(BOTH, &[(1003, A), (1040, "srflx"), (1090, "relay")]), 1090);
        // Behind a policy that lets only relays through.
        assert_eq!(due(Servers { stun: false, turn: true }, &[(1200, "relay")]), 1200);
    }

    #[test]
    fn what_was_gathered_before_has_had_its_time() {
        let due = |since, candidates: &[_]| told(STUN, Some(since), candidates).due(NONE).as_millis();
        // All of it is told at once, and is let come.
        assert_eq!(due(0, &[(1004, A), (1005, B)]), 1015);
        assert_eq!(due(0, &[(1004, A), (1005, "srflx")]), 1005);
        assert_eq!(due(800, &[(1004, A)]), 1300);
    }

    #[test]
    fn candidates_without_end_do_not_keep_it() {
        let many: Vec<(u64, &str)> = (0..1000).map(|n| (1000 + 9 * n, "hidden")).collect();
        assert_eq!(due(STUN, &many), 6000);
    }

    #[test]
    fn a_silent_server_is_not_waited_for_again_from_the_same_addresses() {
        let mut silence = Silence::default();
        let again = |silence: &Silence, candidates: &[_]| {
            told(STUN, None, candidates).due_after(silence, URLS).as_millis()
        };
        told(STUN, None, &[(1003, A), (1005, B)]).learn(&mut silence, URLS);
        assert_eq!(again(&silence, &[(1003, B), (1006, A)]), 1016);
        assert_eq!(again(&silence, &[(1003, A)]), 1503);
        assert_eq!(again(&silence, &[(1003, A), (1004, B), (1005, "192.0.2.3")]), 1503);
        let other = told(STUN, None, &[(1003, A), (1005, B)]);
        assert_eq!(other.due_after(&silence, "stun:other").as_millis(), 1503);
        silence.forget();
        assert_eq!(again(&silence, &[(1003, A), (1004, B)]), 1503);
    }

    #[test]
    fn a_server_that_answers_late_counts_as_alive() {
        let mut silence = Silence::default();
        let mut gathering = told(BOTH, None, &[(1003, A)]);
        gathering.learn(&mut silence, URLS);
        assert_eq!(silence.of(URLS, &[A.into()]), BOTH);
        gathering.handle_candidate(
            at(2000),
            Candidate { kind: Kind::ServerReflexive, is_udp: true, address: "203.0.113.4" },
        );
        gathering.learn(&mut silence, URLS);
        assert_eq!(silence.of(URLS, &[A.into()]), Servers { stun: false, turn: true });
    }

    #[test]
    fn nothing_is_learned_where_addresses_are_hidden() {
        let mut silence = Silence::default();
        told(STUN, None, &[(1003, "hidden")]).learn(&mut silence, URLS);
        assert!(silence.is_empty());
    }
}
