//! Chance from a seed: the same seed, the same story.

use telnyx_device::entropy::Entropy;
use telnyx_device::time::Duration;

/// A source of choices.
pub struct Chance(Entropy);

impl Chance {
    /// Stories with different numbers differ; `part` tells the sources of one story apart.
    pub fn new(number: u64, part: u8) -> Self {
        Self(Entropy::from_seed(seed(number, part)))
    }

    pub fn percent(&mut self, likelihood: u64) -> bool {
        self.0.between(1, 100) <= likelihood
    }

    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0.between(low, high)
    }

    pub fn millis(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_millis(self.between(low, high))
    }

    pub fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.between(0, choices.len() as u64 - 1) as usize].clone()
    }

    /// For what needs names and tags.
    pub fn entropy(&mut self) -> &mut Entropy {
        &mut self.0
    }
}

/// The 32 bytes of one part of a story.
pub fn seed(number: u64, part: u8) -> [u8; 32] {
    let mut seed = [part; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    seed
}
