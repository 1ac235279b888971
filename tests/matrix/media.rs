//! Media as ICE makes them: a way is found by checks that follow an exchange of offer and answer, lost with an address or a
//! cut, and missed after a while.

use std::collections::BTreeMap;

use telnyx_device::agent::{CallId, MediaFact};
use telnyx_device::time::{Duration, Instant};

/// When the checks of an exchange are sent, in milliseconds after it: as Firefox repeats them (RFC 8489 §6.2.1).
const CHECKS: [u64; 7] = [0, 100, 300, 700, 1_500, 3_100, 6_300];
/// When ICE says that it hears nothing, and that it has given up.
const DISCONNECTED: Duration = Duration::from_secs(5);
pub const FAILED: Duration = Duration::from_secs(15);

/// What one end of a call knows.
#[derive(Default)]
struct End {
    generation: u32,
    restart: bool,
    held: bool,
    /// Ours and theirs, as agreed on.
    agreed: (String, String),
    /// Ours, as offered.
    offered: String,
    /// Whether the browser was told to connect, and has.
    is_up: bool,
}

/// What is to be reported, when, and to whom.
pub struct Report {
    pub after: Duration,
    pub line: usize,
    pub call: CallId,
    pub fact: MediaFact,
}

#[derive(Default)]
pub struct Media {
    ends: BTreeMap<(usize, u32), End>,
    /// Since when it does or does not flow.
    changes: Vec<(Instant, bool)>,
    pub is_cut: bool,
    /// Whose media go by a relay and no other way, and whether there is one.
    pub relay: Option<(usize, bool)>,
    /// How many pages have gone: the next has names of its own.
    pages: u32,
    lost_at: Instant,
}

/// The name that ICE has in a description: line, call, generation and address.
fn name_in(sdp: &str) -> Option<String> {
    sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).map(String::from)
}

fn numbers(name: &str) -> Option<[u32; 4]> {
    name.split('.').map(|it| it.parse().ok()).collect::<Option<Vec<u32>>>()?.try_into().ok()
}

impl Media {
    fn end(&mut self, line: usize, call: CallId) -> &mut End {
        self.ends.entry((line, call.0)).or_default()
    }

    fn describe(&mut self, line: usize, call: CallId, address: u32, anew: bool) -> String {
        let pages = self.pages;
        let end = self.end(line, call);
        if anew || end.generation == 0 {
            end.generation = end.generation.max(pages * 1_000) + 1;
            end.offered = format!("{line}.{}.{}.{address}", call.0, end.generation);
        } else {
            end.offered = end.agreed.0.clone();
        }
        let direction = if end.held { "sendonly" } else { "sendrecv" };
        format!(
            "v=0\r\ns=-\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na={direction}\r\na=ice-ufrag:{}\r\n",
            end.offered
        )
    }

    pub fn offer(&mut self, line: usize, call: CallId, address: u32) -> String {
        let anew = core::mem::take(&mut self.end(line, call).restart);
        self.describe(line, call, address, anew)
    }

    pub fn answer(&mut self, line: usize, call: CallId, address: u32, offer: &str) -> String {
        let theirs = name_in(offer).unwrap_or_default();
        let anew = self.end(line, call).agreed.1 != theirs;
        let text = self.describe(line, call, address, anew);
        let end = self.end(line, call);
        end.agreed = (end.offered.clone(), theirs);
        text
    }

    pub fn apply(&mut self, line: usize, call: CallId, answer: &str) {
        let end = self.end(line, call);
        end.agreed = (end.offered.clone(), name_in(answer).unwrap_or_default());
    }

    pub fn roll_back(&mut self, line: usize, call: CallId) {
        let end = self.end(line, call);
        end.generation = numbers(&end.agreed.0).map_or(end.generation, |[_, _, generation, _]| generation);
    }

    pub fn hold(&mut self, line: usize, call: CallId, held: bool) {
        self.end(line, call).held = held;
    }

    pub fn restart(&mut self, line: usize, call: CallId) {
        self.end(line, call).restart = true;
    }

    /// The other end will miss it.
    pub fn release(&mut self, now: Instant, line: usize, call: CallId) -> Vec<Report> {
        let is_of = |pair: &[(usize, u32); 2]| pair.contains(&(line, call.0));
        let lost = self.pairs().into_iter().filter(is_of).collect();
        let mut reports = self.part(now, lost);
        reports.retain(|report| report.line != line);
        self.ends.remove(&(line, call.0));
        reports
    }

    /// All of a page that is gone.
    pub fn forget(&mut self, line: usize) {
        self.ends.retain(|(of, _), _| *of != line);
        self.pages += 1;
    }

    /// When to look again after an exchange.
    pub fn checks() -> impl Iterator<Item = Duration> {
        CHECKS.into_iter().map(Duration::from_millis)
    }

    /// The ends that know each other, two by two.
    fn pairs(&self) -> Vec<[(usize, u32); 2]> {
        let mut pairs = Vec::new();
        for (key, end) in &self.ends {
            let Some([line, call, ..]) = numbers(&end.agreed.1) else { continue };
            let other = (line as usize, call);
            let is_mutual = |it: &End| it.agreed.1 == end.agreed.0 && it.agreed.0 == end.agreed.1;
            if *key < other && self.ends.get(&other).is_some_and(is_mutual) {
                pairs.push([*key, other]);
            }
        }
        pairs
    }

    /// A check may find a way: to the address that either end has now.
    pub fn check(&mut self, now: Instant, addresses: &[Option<u32>]) -> Vec<Report> {
        let mut reports = Vec::new();
        for pair in self.pairs() {
            let is_there = |(line, call): (usize, u32)| {
                let [.., address] = numbers(&self.ends[&(line, call)].agreed.0).unwrap_or_default();
                addresses[line] == Some(address)
            };
            let runs = pair.iter().all(|(line, _)| addresses[*line].is_some());
            let was_up = pair.iter().all(|key| self.ends[key].is_up);
            let relayed = self.relay.and_then(|(line, _)| pair.iter().find(|(of, _)| *of == line));
            let leads = match relayed {
                Some(key) => self.relay.is_some_and(|(_, is_up)| is_up) && is_there(*key),
                None => pair.iter().any(|key| is_there(*key)),
            };
            if self.is_cut || !runs || was_up || !leads {
                continue;
            }
            for (line, call) in pair {
                self.end(line, CallId(call)).is_up = true;
                let (call, fact) = (CallId(call), MediaFact::IceConnected);
                reports.push(Report { after: Duration::from_millis(20), line, call, fact });
            }
            self.changes.push((now, true));
        }
        reports
    }

    /// The way of these phones' media is gone.
    pub fn lose(&mut self, now: Instant, lines: &[usize]) -> Vec<Report> {
        let is_of = |pair: &[(usize, u32); 2]| pair.iter().any(|(line, _)| lines.contains(line));
        let lost = self.pairs().into_iter().filter(is_of).collect();
        self.part(now, lost)
    }

    fn part(&mut self, now: Instant, lost: Vec<[(usize, u32); 2]>) -> Vec<Report> {
        let mut reports = Vec::new();
        for (line, call) in lost.into_iter().flatten() {
            if core::mem::take(&mut self.end(line, CallId(call)).is_up) {
                let call = CallId(call);
                reports.push(Report { after: DISCONNECTED, line, call, fact: MediaFact::IceDisconnected });
                reports.push(Report { after: FAILED, line, call, fact: MediaFact::IceFailed });
                self.changes.push((now, false));
                self.lost_at = now;
            }
        }
        reports
    }

    /// Whether what was to be reported is so still.
    pub fn is_true(&self, line: usize, call: CallId, fact: &MediaFact) -> bool {
        let is_up = self.ends.get(&(line, call.0)).is_some_and(|end| end.is_up);
        match fact {
            MediaFact::IceConnected => is_up,
            MediaFact::IceDisconnected | MediaFact::IceFailed => {
                self.ends.contains_key(&(line, call.0)) && !is_up
            }
            _ => true,
        }
    }

    /// Whether the old checks go on.
    pub fn still_checks(&self, now: Instant) -> bool {
        now.since(self.lost_at) < FAILED
    }

    /// Whether alice and bob hear each other.
    pub fn flows(&self) -> bool {
        self.changes.last().is_some_and(|(_, flows)| *flows)
    }

    /// Since when media flow that did not after `begin`.
    pub fn is_back(&self, begin: Instant) -> Option<Instant> {
        let lost = self.changes.iter().rposition(|(at, flows)| *at >= begin && !flows)?;
        self.changes.get(lost + 1).map(|(at, _)| *at)
    }
}
