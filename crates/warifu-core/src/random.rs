//! Randomness as a parameter, so that a simulation can replay every choice.

/// A source of random bytes. The edge passes the operating system's generator, a simulation its seeded one.
pub trait Random {
    /// Fills `bytes` with random values. Implementations used outside tests must be cryptographically secure.
    fn fill(&mut self, bytes: &mut [u8]);
}

impl<R: Random + ?Sized> Random for &mut R {
    fn fill(&mut self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }
}

/// Draws an array of `N` random bytes.
pub fn bytes<const N: usize>(random: &mut (impl Random + ?Sized)) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}
