//! Proofs of purchase: codes by which staff let one more device in on a product key whose master somebody else may know.
//!
//! A proof is computed, as keys are, and stored nowhere. It is good for one key number, for a few days, and once: what was used is remembered by its
//! time, so that whatever was issued before it counts as used as well.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::alphabet::{Glyph, glyphs, write_groups};
use super::number::KeyNumber;
use super::secret::MasterSecret;
use crate::time::{Span, Timestamp};

/// Symbols that say what the proof is: the form (4 bits), the epoch (16), when it was issued (32, seconds since 1970) and for how many hours it is good (8).
const HEAD_SYMBOLS: usize = 12;
/// Symbols that only the service can make: 90 bits.
const CODE_SYMBOLS: usize = 18;
const SYMBOLS: usize = HEAD_SYMBOLS + CODE_SYMBOLS;
/// The form of this version.
const FORM: u64 = 1;

/// For how long a proof is good, in whole hours: 1 to [`ProofHours::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProofHours(u8);

impl ProofHours {
    /// A week.
    pub const MAX: u16 = 168;
    /// Three days: what a member of staff gets who says nothing else, and the most that support may say.
    pub const USUAL: Self = Self(72);

    /// So many hours; `None` outside the bounds.
    #[must_use]
    pub fn new(hours: u16) -> Option<Self> {
        (1..=Self::MAX).contains(&hours).then_some(())?;
        u8::try_from(hours).ok().map(Self)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0 as u16
    }
}

/// A proof of purchase: 30 symbols in six groups. Whoever has it and the key can activate one device, so it is never logged, and wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct PurchaseProof {
    symbols: Zeroizing<[u8; SYMBOLS]>,
    epoch: u16,
    issued: u32,
    hours: ProofHours,
}

impl PurchaseProof {
    /// Of which epoch the master is that has made it.
    #[must_use]
    pub const fn epoch(&self) -> u16 {
        self.epoch
    }

    /// When it was issued.
    #[must_use]
    pub fn issued(&self) -> Timestamp {
        Timestamp::from_seconds(i64::from(self.issued))
    }

    /// Until when it is good.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        self.issued().plus(Span::hours(u32::from(self.hours.0)))
    }

    /// The code as people are given it. It must not be logged or stored.
    #[must_use]
    pub fn expose(&self) -> String {
        write_groups(&*self.symbols)
    }

    /// What its first symbols say.
    fn head(&self) -> u64 {
        head(self.epoch, self.issued, self.hours)
    }
}

/// Why a text is no proof of purchase: another length, another symbol, or another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseProofError;

impl fmt::Display for ParseProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a proof of purchase has 30 symbols in six groups")
    }
}

impl std::error::Error for ParseProofError {}

/// Reads a code in any spelling that a product key may have: case, width, dashes and spaces do not matter.
impl FromStr for PurchaseProof {
    type Err = ParseProofError;

    fn from_str(text: &str) -> Result<Self, ParseProofError> {
        // Dashes and spaces may make up for some of the length, but not for all of it.
        if text.chars().take(8 * SYMBOLS + 1).count() > 8 * SYMBOLS {
            return Err(ParseProofError);
        }
        let mut symbols = Zeroizing::new([0; SYMBOLS]);
        let mut count = 0;
        for glyph in glyphs(text) {
            match glyph {
                Glyph::Symbol { value, .. } => {
                    *symbols.get_mut(count).ok_or(ParseProofError)? = value;
                    count += 1;
                }
                Glyph::Dash | Glyph::Space | Glyph::LineBreak | Glyph::Nothing => {}
                Glyph::Stranger | Glyph::Unreadable | Glyph::Other(_) => return Err(ParseProofError),
            }
        }
        let head = symbols.iter().take(HEAD_SYMBOLS).fold(0, |bits, &symbol| bits << 5 | u64::from(symbol));
        let hours = ProofHours::new((head & 0xff) as u16);
        match hours {
            Some(hours) if count == SYMBOLS && head >> 56 == FORM => {
                Ok(Self { symbols, epoch: (head >> 40) as u16, issued: (head >> 8) as u32, hours })
            }
            _ => Err(ParseProofError),
        }
    }
}

impl fmt::Debug for PurchaseProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PurchaseProof(epoch {}, {})", self.epoch, self.issued())
    }
}

/// What makes proofs of purchase genuine. It derives from a master of another epoch than the keys that the proofs are for: whoever has got hold of that
/// one can make its keys, and no proof.
pub struct ProofSecret {
    key: hmac::Key,
    epoch: u16,
}

impl ProofSecret {
    /// The secret of `master`'s epoch.
    #[must_use]
    pub fn derive(master: &MasterSecret) -> Self {
        let key = master.derive("warifu purchase proof v1", b"");
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()), epoch: master.epoch() }
    }

    /// The proof for a key number. The same arguments always give the same proof. Times outside 1970 to 2106 are brought to the nearest end.
    #[must_use]
    pub fn issue(&self, number: KeyNumber, issued: Timestamp, hours: ProofHours) -> PurchaseProof {
        let seconds = issued.seconds().clamp(0, i64::from(u32::MAX));
        let issued = u32::try_from(seconds).unwrap_or(u32::MAX);
        let head = head(self.epoch, issued, hours);
        let mut symbols = Zeroizing::new([0; SYMBOLS]);
        for (place, symbol) in symbols.iter_mut().take(HEAD_SYMBOLS).enumerate() {
            *symbol = (head >> (5 * (HEAD_SYMBOLS - 1 - place)) & 31) as u8;
        }
        symbols[HEAD_SYMBOLS..].copy_from_slice(&*self.code(number, head));
        PurchaseProof { symbols, epoch: self.epoch, issued, hours }
    }

    /// Whether `proof` is the one that [`Self::issue`] gives for this key number. Takes the same time for every proof.
    #[must_use]
    pub fn verify(&self, proof: &PurchaseProof, number: KeyNumber) -> bool {
        let code = self.code(number, proof.head());
        verify_slices_are_equal(&proof.symbols[HEAD_SYMBOLS..], &*code).is_ok() && proof.epoch == self.epoch
    }

    /// Five bits of each of the first bytes of HMAC-SHA256 over the packed number and the head, 8 bytes each, big-endian.
    fn code(&self, number: KeyNumber, head: u64) -> Zeroizing<[u8; CODE_SYMBOLS]> {
        let mut message = [0; 16];
        message[..8].copy_from_slice(&number.pack().to_be_bytes());
        message[8..].copy_from_slice(&head.to_be_bytes());
        let code = hmac::sign(&self.key, &message);
        Zeroizing::new(std::array::from_fn(|place| code.as_ref()[place] & 31))
    }
}

impl fmt::Debug for ProofSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProofSecret(epoch {})", self.epoch)
    }
}

fn head(epoch: u16, issued: u32, hours: ProofHours) -> u64 {
    FORM << 56 | u64::from(epoch) << 40 | u64::from(issued) << 8 | u64::from(hours.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::key::{KeyFormat, SkuNumber};

    fn secret(byte: u8, epoch: u16) -> ProofSecret {
        ProofSecret::derive(&MasterSecret::from_bytes([byte; 32], epoch))
    }

    fn number(serial: u32) -> KeyNumber {
        KeyNumber { format: KeyFormat::Live, sku: SkuNumber::new(42).unwrap(), serial }
    }

    const ISSUED: Timestamp = Timestamp::from_seconds(1_796_000_000);

    #[test]
    fn a_proof_is_good_for_its_key_its_secret_and_its_time_only() {
        let proof = secret(7, 2).issue(number(1), ISSUED, ProofHours::USUAL);
        assert!(secret(7, 2).verify(&proof, number(1)));
        assert!(!secret(7, 2).verify(&proof, number(2)), "another key");
        assert!(!secret(8, 2).verify(&proof, number(1)), "another master");
        assert!(!secret(7, 3).verify(&proof, number(1)), "another epoch");
        assert_eq!((proof.epoch(), proof.issued(), proof.ends()), (2, ISSUED, ISSUED.plus(Span::days(3))));
        assert_eq!((ProofHours::new(0), ProofHours::new(169)), (None, None));
        let shown = format!("{proof:?} {:?}", secret(7, 2));
        assert!(!shown.contains(&proof.expose()[15..20]), "{shown}");
    }

    #[test]
    fn a_proof_stays_what_it_was_made_as() {
        let proof = secret(7, 2).issue(number(1), ISSUED, ProofHours::USUAL);
        assert_eq!(proof.expose(), "2002D-C6CJ0-280D4-JGSAB-CEYFZ-NS0AC");
    }

    proptest! {
        #[test]
        fn a_proof_is_read_in_any_spelling_and_no_altered_one_is_good(
            serial: u32, seconds in 0..=u32::MAX, hours in 1..=ProofHours::MAX, place in 0..SYMBOLS, other in 0_u8..32,
        ) {
            let secret = secret(3, 9);
            let issued = Timestamp::from_seconds(i64::from(seconds));
            let proof = secret.issue(number(serial), issued, ProofHours::new(hours).unwrap());
            let spelt = proof.expose().to_lowercase().replace('-', " – ").replace('0', "o").replace('1', "l");
            let read: PurchaseProof = spelt.parse().unwrap();
            prop_assert_eq!(&read, &proof);
            prop_assert!(secret.verify(&read, number(serial)));
            let mut altered = *proof.symbols;
            altered[place] = other;
            if let Ok(read) = write_groups(&altered).parse::<PurchaseProof>() {
                prop_assert_eq!(secret.verify(&read, number(serial)), altered == *proof.symbols);
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,300}") {
            if let Ok(read) = text.parse::<PurchaseProof>() {
                prop_assert_eq!(read.expose().parse::<PurchaseProof>(), Ok(read));
            }
        }
    }
}
