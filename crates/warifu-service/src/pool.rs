//! Randomness drawn ahead. Each activation takes a dozen small values, and the system's generator costs as much for one as for many.

use warifu_core::random::Random;
use zeroize::Zeroizing;

/// How much is drawn at once.
const BYTES: usize = 2048;

/// A source that draws from another ahead of time. No byte is given twice, and what was given is wiped here.
pub(crate) struct Pool {
    source: Box<dyn Random + Send>,
    bytes: Zeroizing<[u8; BYTES]>,
    /// How many of them have not been given yet: the first ones.
    left: usize,
}

impl Pool {
    pub(crate) fn new(source: Box<dyn Random + Send>) -> Self {
        Self { source, bytes: Zeroizing::new([0; BYTES]), left: 0 }
    }
}

impl Random for Pool {
    fn fill(&mut self, bytes: &mut [u8]) {
        if bytes.len() > BYTES {
            return self.source.fill(bytes);
        }
        if bytes.len() > self.left {
            self.source.fill(&mut *self.bytes);
            self.left = BYTES;
        }
        self.left -= bytes.len();
        let given = &mut self.bytes[self.left..self.left + bytes.len()];
        bytes.copy_from_slice(given);
        given.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use warifu_core::random;

    use super::*;
    use crate::testing::Counting;

    #[test]
    fn no_value_comes_twice() {
        let mut pool = Pool::new(Box::new(Counting::new(1)));
        let values: HashSet<[u8; 16]> = (0..1_000).map(|_| random::bytes(&mut pool)).collect();
        assert_eq!(values.len(), 1_000);
        assert!(!values.contains(&[0; 16]));
        let mut large = vec![0; BYTES + 1];
        pool.fill(&mut large);
        assert!(large.iter().filter(|byte| **byte == 0).count() < BYTES / 16);
    }
}
