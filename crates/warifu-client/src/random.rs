//! The operating system's randomness, as the default.

pub use warifu_core::random::Random;

/// The secure generator of the cryptographic library, seeded by the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the edge: the default generator of an application"
    )]
    fn fill(&mut self, bytes: &mut [u8]) {
        // The library ends the process rather than fail once it is seeded. Should it ever say no, there is nothing better to do
        // than to ask again: a key drawn from anything else would be worse than none.
        while aws_lc_rs::rand::fill(bytes).is_err() {}
    }
}
