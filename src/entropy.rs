//! Chance as a seed. Everything random in a device is minted here, from 32 bytes that came once from the
//! platform's generator: the same seed and the same inputs give the same bytes on the wire.

use core::fmt;
use sha2::{Digest, Sha256};

/// 32 letters, so that five bits choose one without bias. All of them may stand in a SIP token, in a host
/// name and, unescaped, in a URI.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const BLOCK: usize = 32;

/// A deterministic generator: block *n* is SHA-256 of the seed and *n*.
///
/// Who does not know the seed cannot tell the next value from all the earlier ones.
#[derive(Clone)]
pub struct Entropy {
    seed: [u8; 32],
    counter: u64,
    block: [u8; BLOCK],
    used: usize,
}

impl Entropy {
    /// A generator for these 32 bytes, which must come from a cryptographic source
    /// (`crypto.getRandomValues`) wherever a peer could profit from guessing.
    pub const fn from_seed(seed: [u8; 32]) -> Self {
        Self { seed, counter: 0, block: [0; BLOCK], used: BLOCK }
    }

    /// Another generator, for a part of the device that mints for itself.
    pub fn fork(&mut self) -> Self {
        Self::from_seed(core::array::from_fn(|_| self.byte()))
    }

    /// A Via branch with the magic cookie of RFC 3261 §8.1.1.7, 80 random bits.
    pub fn branch(&mut self) -> String {
        self.prefixed("z9hG4bK", 16)
    }

    /// A From or To tag, 60 random bits (RFC 3261 §19.3 asks for 32 at least).
    pub fn tag(&mut self) -> String {
        self.token(12)
    }

    /// A Call-ID without a host part (RFC 3261 §8.1.1.4), 120 random bits.
    pub fn call_id(&mut self) -> String {
        self.token(24)
    }

    /// A client nonce of digest authentication (RFC 7616 §3.4), 120 random bits.
    pub fn cnonce(&mut self) -> String {
        self.token(24)
    }

    /// A host name that resolves nowhere, for the Via and Contact of a client that cannot be reached but by
    /// its own connection (RFC 7118 §5).
    pub fn host(&mut self) -> String {
        let mut host = self.token(12);
        host.push_str(".invalid");
        host
    }

    /// `letters` lower-case letters and digits, five random bits each.
    pub fn token(&mut self, letters: usize) -> String {
        self.prefixed("", letters)
    }

    /// A random UUID in its text form (RFC 9562 §5.4, version 4).
    pub fn uuid(&mut self) -> String {
        let mut text = String::with_capacity(36);
        for index in 0..16 {
            if matches!(index, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            let byte = self.byte();
            push_hex(
                &mut text,
                match index {
                    6 => byte & 0x0f | 0x40, // the version
                    8 => byte & 0x3f | 0x80, // the variant
                    _ => byte,
                },
            );
        }
        text
    }

    /// A number from `low` to `high`, both included; `low` if there is nothing between.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        let count = u128::from(high.saturating_sub(low)) + 1;
        let offset = (u128::from(self.word()) * count) >> 64;
        low.saturating_add(offset as u64)
    }

    /// A number from 0 to 1, 1 excluded.
    pub fn fraction(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn prefixed(&mut self, prefix: &str, letters: usize) -> String {
        let mut text = String::with_capacity(prefix.len() + letters);
        text.push_str(prefix);
        for _ in 0..letters {
            let choice = usize::from(self.byte() & 31);
            text.push(LETTERS.get(choice).copied().map_or('a', char::from));
        }
        text
    }

    fn word(&mut self) -> u64 {
        (0..8).fold(0, |word, _| word << 8 | u64::from(self.byte()))
    }

    fn byte(&mut self) -> u8 {
        if self.used >= BLOCK {
            self.block = Sha256::new()
                .chain_update(self.seed)
                .chain_update(self.counter.to_be_bytes())
                .finalize()
                .into();
            self.counter = self.counter.wrapping_add(1);
            self.used = 0;
        }
        let byte = self.block.get(self.used).copied().unwrap_or_default();
        self.used += 1;
        byte
    }
}

/// The seed is a secret: whoever has it knows every tag, branch and nonce to come.
impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy(***)")
    }
}

/// Two lower-case hexadecimal digits, high nibble first.
pub(crate) fn push_hex(text: &mut String, byte: u8) {
    for nibble in [byte >> 4, byte & 15] {
        text.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeded(byte: u8) -> Entropy {
        Entropy::from_seed([byte; 32])
    }

    #[test]
    fn the_same_seed_gives_the_same_values_and_another_seed_gives_others() {
        let draw = |mut chance: Entropy| (chance.branch(), chance.uuid(), chance.between(0, u64::MAX));
        assert_eq!(draw(seeded(1)), draw(seeded(1)));
        assert_ne!(draw(seeded(1)), draw(seeded(2)));
    }

    #[test]
    fn the_first_block_is_sha256_of_the_seed_and_zero() {
        let mut chance = seeded(7);
        let expected: [u8; 32] = Sha256::digest([[7u8; 32].as_slice(), &[0; 8]].concat()).into();
        assert_eq!(expected.map(|_| chance.byte()), expected);
        assert_eq!(chance.byte(), Sha256::digest([[7u8; 32].as_slice(), &1u64.to_be_bytes()].concat())[0]);
    }

    #[test]
    fn names_have_their_forms() {
        let mut chance = seeded(3);
        let branch = chance.branch();
        assert_eq!((branch.len(), branch.starts_with("z9hG4bK")), (23, true));
        assert!(chance.host().ends_with(".invalid"));
        assert!(chance.token(500).bytes().all(|byte| LETTERS.contains(&byte)));
        let uuid = chance.uuid();
        let dashes: Vec<_> = uuid.match_indices('-').map(|(at, _)| at).collect();
        assert_eq!((uuid.len(), dashes), (36, vec![8, 13, 18, 23]));
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]));
    }

    #[test]
    fn numbers_stay_in_range_and_reach_both_ends() {
        let mut chance = seeded(4);
        let drawn: Vec<_> = (0..200).map(|_| chance.between(3, 6)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&3), Some(&6)));
        assert_eq!(chance.between(9, 2), 9);
        assert!((0..200).map(|_| chance.fraction()).all(|part| (0.0..1.0).contains(&part)));
    }

    #[test]
    fn debug_output_tells_nothing() {
        assert_eq!(format!("{:?}", seeded(4)), "Entropy(***)");
    }
}
