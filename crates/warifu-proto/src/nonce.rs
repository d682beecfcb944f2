//! Nonces of the service: proof that a request was made lately, which every node of a service can check without storing anything.
//!
//! A nonce is `milliseconds (8 bytes) || random (8) || tag (16)`, where the tag is HMAC-SHA256 under a secret of the service, cut to 128
//! bits. That a nonce is used once only is not checked here: each installation remembers the time of its last one.

use std::fmt;

use aws_lc_rs::{constant_time, hmac};
use warifu_core::random::{self, Random};

use crate::encoding::{base64url, parse_base64url_exact};

/// How long a nonce is accepted after it was made: ten minutes, in milliseconds.
pub const NONCE_VALID_MILLIS: u64 = 600_000;

/// How far in the future a nonce may lie, because another node's clock made it: five seconds, in milliseconds.
pub const NONCE_AHEAD_MILLIS_MAX: u64 = 5_000;

/// Length of a nonce's text.
pub const NONCE_CHARS: usize = 43;

const BYTES: usize = 32;
const TAG_AT: usize = 16;

/// A nonce that the service made, by the time of its making.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nonce {
    /// When it was made: milliseconds since 1970-01-01T00:00:00Z.
    pub millis: u64,
}

/// Why a nonce is not accepted. The way out is the same for all: ask for a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonceError {
    /// The text is no nonce of this service.
    NotOurs,
    /// It was made more than [`NONCE_VALID_MILLIS`] ago.
    Expired,
    /// It was made more than [`NONCE_AHEAD_MILLIS_MAX`] in the future: some node's clock is wrong.
    Ahead,
}

impl fmt::Display for NonceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOurs => "the nonce is not of this service",
            Self::Expired => "the nonce has expired",
            Self::Ahead => "the nonce lies in the future",
        })
    }
}

impl std::error::Error for NonceError {}

/// The secret under which a service makes and checks nonces. All nodes of a service share it.
#[derive(Clone)]
pub struct NonceKey(hmac::Key);

impl NonceKey {
    /// The key with this secret.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// A nonce made at `now_millis`, milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn issue(&self, now_millis: u64, random: &mut (impl Random + ?Sized)) -> String {
        let mut bytes = [0; BYTES];
        bytes[..8].copy_from_slice(&now_millis.to_be_bytes());
        bytes[8..TAG_AT].copy_from_slice(&random::bytes::<8>(random));
        let tag = self.tag(&bytes[..TAG_AT]);
        bytes[TAG_AT..].copy_from_slice(&tag);
        base64url(&bytes)
    }

    /// Checks a nonce at `now_millis`.
    ///
    /// # Errors
    /// [`NonceError`].
    pub fn check(&self, text: &str, now_millis: u64) -> Result<Nonce, NonceError> {
        let bytes: [u8; BYTES] = parse_base64url_exact(text).ok_or(NonceError::NotOurs)?;
        let (head, tag) = bytes.split_at(TAG_AT);
        constant_time::verify_slices_are_equal(&self.tag(head), tag).map_err(|_| NonceError::NotOurs)?;
        let mut millis = [0; 8];
        millis.copy_from_slice(&head[..8]);
        let millis = u64::from_be_bytes(millis);
        if millis > now_millis.saturating_add(NONCE_AHEAD_MILLIS_MAX) {
            return Err(NonceError::Ahead);
        }
        if now_millis.saturating_sub(millis) > NONCE_VALID_MILLIS {
            return Err(NonceError::Expired);
        }
        Ok(Nonce { millis })
    }

    fn tag(&self, head: &[u8]) -> [u8; BYTES - TAG_AT] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(b"warifu nonce v1\0");
        context.update(head);
        let mut tag = [0; BYTES - TAG_AT];
        tag.copy_from_slice(&context.sign().as_ref()[..BYTES - TAG_AT]);
        tag
    }
}

impl fmt::Debug for NonceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NonceKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Sevens;

    impl Random for Sevens {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    const NOW: u64 = 1_775_035_800_000;

    fn key() -> NonceKey {
        NonceKey::new(&[1; 32])
    }

    #[test]
    fn a_nonce_is_accepted_for_ten_minutes_and_five_seconds_early() {
        let nonce = key().issue(NOW, &mut Sevens);
        assert_eq!(nonce.len(), NONCE_CHARS);
        for (now, expected) in [
            (NOW, Ok(Nonce { millis: NOW })),
            (NOW + NONCE_VALID_MILLIS, Ok(Nonce { millis: NOW })),
            (NOW + NONCE_VALID_MILLIS + 1, Err(NonceError::Expired)),
            (NOW - NONCE_AHEAD_MILLIS_MAX, Ok(Nonce { millis: NOW })),
            (NOW - NONCE_AHEAD_MILLIS_MAX - 1, Err(NonceError::Ahead)),
            (u64::MAX, Err(NonceError::Expired)),
            (0, Err(NonceError::Ahead)),
        ] {
            assert_eq!(key().check(&nonce, now), expected, "{now}");
        }
    }

    #[test]
    fn a_nonce_of_another_service_is_refused() {
        let nonce = NonceKey::new(&[2; 32]).issue(NOW, &mut Sevens);
        assert_eq!(key().check(&nonce, NOW), Err(NonceError::NotOurs));
    }

    proptest! {
        #[test]
        fn an_altered_nonce_is_refused(at in 0..NONCE_CHARS, symbol in "\\PC") {
            let nonce = key().issue(NOW, &mut Sevens);
            let altered = format!("{}{symbol}{}", &nonce[..at], &nonce[at + 1..]);
            prop_assert_eq!(key().check(&altered, NOW).is_ok(), altered == nonce);
        }

        #[test]
        fn no_text_makes_the_check_panic(text in "\\PC{0,60}", now: u64) {
            prop_assert_eq!(key().check(&text, now), Err(NonceError::NotOurs));
        }
    }
}
