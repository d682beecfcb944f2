//! Seeded random numbers (SplitMix64, Steele and others 2014): good enough to choose samples and to make keys of devices that do not exist, never
//! used for a secret of anybody's.

use warifu_core::random::Random;

/// A generator; the same seed gives the same numbers.
#[derive(Clone)]
pub(in crate::drill) struct Seeded(pub(in crate::drill) u64);

impl Seeded {
    /// The next 64 bits.
    pub(in crate::drill) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `bound`: for bounds of a few thousand the bias is below 2⁻⁵⁰.
    pub(in crate::drill) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// So many bytes.
    pub(in crate::drill) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        warifu_core::random::bytes(self)
    }
}

impl Random for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let next = self.next().to_le_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
    }
}
