//! What the unit tests share: randomness that counts.

use warifu_core::random::Random;

/// Bytes that never repeat within a test and are the same in every run.
#[derive(Clone, Debug)]
pub(crate) struct Counting(u64);

impl Counting {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            // The SplitMix64 step, for bytes that look random.
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}
