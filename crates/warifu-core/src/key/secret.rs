//! The secrets that make keys genuine: the master, and the tag secret of each batch derived from it.
//!
//! Nothing here is ever stored beside the records: the master lives in its own file, and everything else is derived again.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{hkdf, hmac};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::number::KeyNumber;
use super::product_key::{ProductKey, TAG_SYMBOLS};
use crate::id::BatchId;
use crate::random::{self, Random};

/// The secret that all keys of an epoch descend from: 32 random bytes and the epoch's number.
///
/// Masters rotate by epoch; a batch belongs to the epoch it was made in.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterSecret {
    bytes: [u8; 32],
    #[zeroize(skip)]
    epoch: u16,
}

impl MasterSecret {
    /// Bytes of a master.
    pub const LENGTH: usize = 32;

    /// The master of `epoch` with these bytes, as read from where masters are kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LENGTH], epoch: u16) -> Self {
        Self { bytes, epoch }
    }

    /// A new master for `epoch`.
    pub fn generate(epoch: u16, random: &mut (impl Random + ?Sized)) -> Self {
        Self { bytes: random::bytes(random), epoch }
    }

    /// The epoch's number.
    #[must_use]
    pub const fn epoch(&self) -> u16 {
        self.epoch
    }

    /// The master's bytes, to be written to where masters are kept and nowhere else.
    #[must_use]
    pub const fn expose(&self) -> &[u8; Self::LENGTH] {
        &self.bytes
    }

    /// A key for one purpose: HKDF-SHA256 (RFC 5869) without salt; `purpose`, the epoch and `context` are the info.
    pub(super) fn derive(&self, purpose: &str, context: &[u8]) -> Zeroizing<[u8; 32]> {
        let epoch = self.epoch.to_be_bytes();
        let info: [&[u8]; 4] = [purpose.as_bytes(), b"\0", &epoch, context];
        let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(&self.bytes);
        let mut derived = Zeroizing::new([0; 32]);
        let filled = extracted.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(derived.as_mut()));
        // HKDF-SHA256 refuses only outputs of more than 8160 bytes and infos beyond the library's bound of 300; both are fixed here.
        filled.unwrap_or_else(|_| unreachable!("32 bytes can be derived from SHA-256"));
        derived
    }
}

impl fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterSecret(epoch {})", self.epoch)
    }
}

/// What makes the keys of one batch genuine. Whoever holds it can issue every key of the batch.
pub struct TagSecret {
    key: hmac::Key,
}

impl TagSecret {
    /// The secret of `batch`, of whose epoch `master` must be.
    #[must_use]
    pub fn derive(master: &MasterSecret, batch: BatchId) -> Self {
        let key = master.derive("warifu key tag v1", batch.as_bytes());
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()) }
    }

    /// The key with this number. `generation` is 0 for a key as first issued and rises by one whenever it is replaced. The same
    /// arguments always give the same key, which is how a key can be shown again although none is stored.
    #[must_use]
    pub fn issue(&self, number: KeyNumber, generation: u16) -> ProductKey {
        ProductKey::from_parts(number, &self.tag(number, generation))
    }

    /// Whether `key` is the one that [`Self::issue`] gives for its number and this generation. Takes the same time for every key.
    #[must_use]
    pub fn verify(&self, key: &ProductKey, generation: u16) -> bool {
        verify_slices_are_equal(key.tag(), self.tag(key.number(), generation).as_ref()).is_ok()
    }

    /// The first 45 bits of HMAC-SHA256 over the packed number (8 bytes) and the generation (2 bytes), both big-endian.
    fn tag(&self, number: KeyNumber, generation: u16) -> Zeroizing<[u8; TAG_SYMBOLS]> {
        let mut message = [0; 10];
        message[..8].copy_from_slice(&number.pack().to_be_bytes());
        message[8..].copy_from_slice(&generation.to_be_bytes());
        let code = hmac::sign(&self.key, &message);
        let bits = code.as_ref().iter().take(8).fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
        Zeroizing::new(std::array::from_fn(|place| (bits >> (59 - 5 * place) & 31) as u8))
    }
}

impl fmt::Debug for TagSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TagSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::key::{KeyFormat, SkuNumber, Verdict, read};

    fn number(sku: u16, serial: u32) -> KeyNumber {
        KeyNumber { format: KeyFormat::Live, sku: SkuNumber::new(sku).unwrap(), serial }
    }

    fn secret(byte: u8, epoch: u16, batch: u8) -> TagSecret {
        TagSecret::derive(&MasterSecret::from_bytes([byte; 32], epoch), BatchId::from_bytes([batch; 16]))
    }

    #[test]
    fn secrets_never_reach_debug_output() {
        let master = MasterSecret::from_bytes([0x5a; 32], 3);
        assert_eq!(format!("{master:?}"), "MasterSecret(epoch 3)");
        let key = secret(0x5a, 3, 1).issue(number(1, 2), 0);
        let shown = format!("{key:?}");
        assert_eq!(shown, "ProductKey(20040-00002-…)");
        assert!(!shown.contains(&key.expose()[12..17]));
    }

    #[test]
    fn a_key_depends_on_master_epoch_batch_number_and_generation() {
        let key = secret(1, 1, 1).issue(number(1, 1), 0);
        assert!(secret(1, 1, 1).verify(&key, 0));
        for (secret, generation) in
            [(secret(2, 1, 1), 0), (secret(1, 2, 1), 0), (secret(1, 1, 2), 0), (secret(1, 1, 1), 1)]
        {
            assert!(!secret.verify(&key, generation));
        }
    }

    proptest! {
        #[test]
        fn an_issued_key_is_read_back_and_verifies(sku in 0_u16..=16_383, serial: u32, generation: u16) {
            let secret = secret(7, 1, 1);
            let key = secret.issue(number(sku, serial), generation);
            prop_assert_eq!(key.number(), number(sku, serial));
            let verdict = read(&key.expose());
            let Verdict::Valid(found) = verdict else { panic!("{verdict:?}") };
            prop_assert_eq!(&found, &key);
            prop_assert!(secret.verify(&found, generation));
            prop_assert!(!secret.verify(&found, generation.wrapping_add(1)));
        }
    }
}
