//! Serials dealt in a keyed permutation, so that a key number tells nothing of how many keys were sold.

use std::fmt;

use aes::Aes256;
use fpe::ff1::{BinaryNumeralString, FF1};

use super::number::{KeyFormat, SkuNumber};
use super::secret::MasterSecret;

/// The order in which one SKU's serials are dealt: a permutation of all 2³² of them (FF1 of NIST SP 800-38G with AES-256 over
/// 32 bits, no tweak).
///
/// One SKU must keep one permutation for good, or two batches could deal the same serial: derive it from a master that is never rotated,
/// whatever epoch the batch belongs to.
pub struct SerialPermutation {
    cipher: FF1<Aes256>,
}

impl SerialPermutation {
    /// The permutation of this SKU's serials; live and test keys have one each.
    #[must_use]
    pub fn derive(master: &MasterSecret, format: KeyFormat, sku: SkuNumber) -> Self {
        let [high, low] = sku.get().to_be_bytes();
        let key = master.derive("warifu key serial v1", &[format.nibble(), high, low]);
        let cipher = FF1::new(key.as_ref(), 2).unwrap_or_else(|_| unreachable!("FF1 takes radix 2"));
        Self { cipher }
    }

    /// The serial of the SKU's key number `index`, counted from 0 over all its batches.
    #[must_use]
    pub fn serial(&self, index: u32) -> u32 {
        // `from_bytes_le` speaks of the order of bits within a byte; the bytes are taken as they come.
        let plain = BinaryNumeralString::from_bytes_le(&index.to_be_bytes());
        number(self.cipher.encrypt(&[], &plain))
    }

    /// The index of the key that has this serial: the inverse of [`Self::serial`].
    #[must_use]
    pub fn index(&self, serial: u32) -> u32 {
        let dealt = BinaryNumeralString::from_bytes_le(&serial.to_be_bytes());
        number(self.cipher.decrypt(&[], &dealt))
    }
}

fn number<E>(result: Result<BinaryNumeralString, E>) -> u32 {
    let bytes =
        result.ok().map(|string| string.to_bytes_le()).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
    u32::from_be_bytes(
        bytes.unwrap_or_else(|| unreachable!("FF1 permutes strings of 32 bits, above its minimum of 20")),
    )
}

impl fmt::Debug for SerialPermutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SerialPermutation(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn permutation(sku: u16, format: KeyFormat) -> SerialPermutation {
        SerialPermutation::derive(&MasterSecret::from_bytes([9; 32], 1), format, SkuNumber::new(sku).unwrap())
    }

    #[test]
    fn neighbours_are_dealt_far_apart_and_none_twice() {
        let permutation = permutation(1, KeyFormat::Live);
        let serials: Vec<u32> = (0..2_000).map(|index| permutation.serial(index)).collect();
        assert_eq!(serials.iter().collect::<HashSet<_>>().len(), 2_000);
        // 2,000 of 2³²: a run of neighbours within 1,000 of one another would be a one in a thousand chance.
        assert!(serials.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) < 1_000).count() < 5);
        let high = serials.iter().filter(|&&serial| serial >= 1 << 31).count();
        assert!((800..1_200).contains(&high), "{high}");
    }

    #[test]
    fn each_sku_and_format_has_its_own_order() {
        let first = permutation(1, KeyFormat::Live).serial(0);
        assert_ne!(first, permutation(2, KeyFormat::Live).serial(0));
        assert_ne!(first, permutation(1, KeyFormat::Sandbox).serial(0));
    }

    proptest! {
        #[test]
        fn a_serial_leads_back_to_its_index(index: u32) {
            let permutation = permutation(77, KeyFormat::Live);
            prop_assert_eq!(permutation.index(permutation.serial(index)), index);
        }
    }
}
