//! Chance that can be had again: everything follows from the seed, which a failing test names.

/// A small generator of numbers, `SplitMix64`.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that fall as they did the last time with this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `bound`, which is not zero.
    pub fn below(&mut self, bound: usize) -> usize {
        let number = self.next() % u64::try_from(bound).unwrap();
        usize::try_from(number).unwrap()
    }

    /// One of `faces`, which are not none.
    pub fn one_of<T: Copy>(&mut self, faces: &[T]) -> T {
        faces[self.below(faces.len())]
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
