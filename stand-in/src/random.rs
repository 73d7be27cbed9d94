//! Randomness that is none: the same seed and the same words give the same numbers, on every machine.

/// A stream of numbers (`SplitMix64`: one addition and a mixing step each, and no bad seeds).
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// The stream that belongs to `seed` and `topic`.
    pub(super) fn new(seed: u64, topic: &[u8]) -> Self {
        // FNV-1a: the topic only has to tell streams apart.
        let mixed = topic.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed ^ mixed)
    }

    /// The next number.
    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included; `high` must not be less.
    pub(super) const fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// `prefix` and `length` letters and digits, none of which can be mistaken for another.
    pub(super) fn id(&mut self, prefix: &str, length: usize) -> String {
        const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        let letters = (0..length).filter_map(|_| {
            let place = usize::try_from(self.between(0, 57)).ok()?;
            ALPHABET.get(place).copied().map(char::from)
        });
        prefix.chars().chain(letters).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_topic_give_the_same_id_and_others_give_others() {
        let id = |seed, topic: &str| Random::new(seed, topic.as_bytes()).id("msg_01", 22);
        assert_eq!(id(1, "a"), id(1, "a"));
        assert_ne!(id(1, "a"), id(2, "a"));
        assert_ne!(id(1, "a"), id(1, "b"));
        assert_eq!(id(1, "a").len(), 28);
    }
}
