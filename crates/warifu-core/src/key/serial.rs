//! Serials dealt in a keyed permutation, so that a key number tells nothing of how many keys were sold.

use std::fmt;

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes256, Block};

use super::number::{KeyFormat, SkuNumber};
use super::secret::MasterSecret;

/// The order in which one SKU's serials are dealt: a permutation of all 2³² of them (FF1 of NIST SP 800-38G with AES-256 over
/// 32 bits, no tweak).
///
/// One SKU must keep one permutation for good, or two batches could deal the same serial: derive it from a master that is never rotated,
/// whatever epoch the batch belongs to.
///
/// Every activation asks for the index of a serial, so FF1 is written out here for this one length: ten rounds of one AES block each, on machine
/// words. A test compares it with a general implementation, which takes ten times as long.
pub struct SerialPermutation {
    cipher: Aes256,
    /// What the first block of each round's CBC-MAC comes to: it is the same in all.
    header: [u8; 16],
}

/// The rounds of FF1.
const ROUNDS: u8 = 10;

impl SerialPermutation {
    /// The permutation of this SKU's serials; live and test keys have one each.
    #[must_use]
    pub fn derive(master: &MasterSecret, format: KeyFormat, sku: SkuNumber) -> Self {
        let [high, low] = sku.get().to_be_bytes();
        let key = master.derive("warifu key serial v1", &[format.nibble(), high, low]);
        Self::with_key(&key)
    }

    fn with_key(key: &[u8; 32]) -> Self {
        let cipher = Aes256::new(key.into());
        // The block P of the standard: version 1, method 2, addition 1, radix 2 in three bytes, 10 rounds, half of 16, length 32, no tweak.
        let mut header = Block::from([1, 2, 1, 0, 0, 2, ROUNDS, 16, 0, 0, 0, 32, 0, 0, 0, 0]);
        cipher.encrypt_block(&mut header);
        Self { cipher, header: header.into() }
    }

    /// The serial of the SKU's key number `index`, counted from 0 over all its batches.
    #[must_use]
    pub fn serial(&self, index: u32) -> u32 {
        let (mut a, mut b) = halves(index);
        for round in 0..ROUNDS {
            (a, b) = (b, a.wrapping_add(self.round(round, b)));
        }
        whole(a, b)
    }

    /// The index of the key that has this serial: the inverse of [`Self::serial`].
    #[must_use]
    pub fn index(&self, serial: u32) -> u32 {
        let (mut a, mut b) = halves(serial);
        for round in (0..ROUNDS).rev() {
            (a, b) = (b.wrapping_sub(self.round(round, a)), a);
        }
        whole(a, b)
    }

    /// The number that a round adds, of which only the last 16 bits count: the end of the first eight bytes of AES(P') with P' the CBC-MAC's
    /// second block, which holds the round and the other half.
    fn round(&self, round: u8, half: u16) -> u16 {
        let mut block = self.header;
        block[13] ^= round;
        block[14] ^= (half >> 8) as u8;
        block[15] ^= half as u8;
        let mut block = Block::from(block);
        self.cipher.encrypt_block(&mut block);
        u16::from_be_bytes([block[6], block[7]])
    }
}

/// The two halves of a number's 32 bits, taken byte by byte with the lowest bit of each byte first.
const fn halves(number: u32) -> (u16, u16) {
    let bits = number.swap_bytes().reverse_bits();
    ((bits >> 16) as u16, bits as u16)
}

/// The inverse of [`halves`].
const fn whole(a: u16, b: u16) -> u32 {
    (((a as u32) << 16) | b as u32).reverse_bits().swap_bytes()
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
        fn it_is_ff1_as_a_general_implementation_has_it(key: [u8; 32], index: u32) {
            let general = fpe::ff1::FF1::<Aes256>::new(&key, 2).unwrap();
            let plain = fpe::ff1::BinaryNumeralString::from_bytes_le(&index.to_be_bytes());
            let dealt = general.encrypt(&[], &plain).unwrap().to_bytes_le();
            let permutation = SerialPermutation::with_key(&key);
            prop_assert_eq!(permutation.serial(index).to_be_bytes().to_vec(), dealt);
        }

        #[test]
        fn a_serial_leads_back_to_its_index(index: u32) {
            let permutation = permutation(77, KeyFormat::Live);
            prop_assert_eq!(permutation.index(permutation.serial(index)), index);
        }
    }
}
