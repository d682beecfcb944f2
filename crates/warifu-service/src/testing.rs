//! What the unit tests share: a clock that stands still and randomness that counts.

use std::sync::atomic::{AtomicU64, Ordering};

use warifu_core::random::Random;

use crate::clock::Clock;

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

/// A clock that moves only when told.
#[derive(Debug)]
pub(crate) struct StillClock(AtomicU64);

impl StillClock {
    pub(crate) fn at_seconds(seconds: u64) -> Self {
        Self(AtomicU64::new(seconds * 1000))
    }

    pub(crate) fn advance_seconds(&self, seconds: u64) {
        self.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}

impl Clock for StillClock {
    fn now_millis(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
