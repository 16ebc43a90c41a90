//! Chance that is the same every time.

/// Numbers that look random and follow from a seed (splitmix64).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from `low` to `high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let width = u64::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from((mixed ^ (mixed >> 31)) % width).unwrap_or_default()
    }

    /// A number below `count`.
    pub(super) fn below(&mut self, count: usize) -> usize {
        let last = i64::try_from(count).unwrap_or(1) - 1;
        usize::try_from(self.between(0, last)).unwrap_or_default()
    }
}
