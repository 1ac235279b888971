//! Which ICE servers have not answered, so that nobody waits for them again.

use super::Servers;

/// What is remembered of each list of servers: those that kept silent, and the addresses from which they were asked.
/// Another network is another try.
#[derive(Default)]
pub struct Silence(Vec<Entry>);

struct Entry {
    urls: String,
    silent: Servers,
    hosts: Vec<String>,
}

impl Silence {
    /// Those of `urls` that kept silent when they were asked from these addresses, and no others.
    pub fn of(&self, urls: &str, hosts: &[String]) -> Servers {
        let known = self.0.iter().find(|entry| entry.urls == urls && entry.hosts == hosts);
        known.map_or(Servers::default(), |entry| entry.silent)
    }

    /// Remembers how it stands now, in place of before. From unknown addresses nothing follows.
    pub fn remember(&mut self, urls: &str, silent: Servers, hosts: &[String]) {
        self.0.retain(|entry| entry.urls != urls);
        if !silent.is_none() && !hosts.is_empty() {
            self.0.push(Entry { urls: urls.into(), silent, hosts: hosts.into() });
        }
    }

    /// The network has changed.
    pub fn forget(&mut self) {
        self.0.clear();
    }

    /// Whether every server counts as alive.
    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
