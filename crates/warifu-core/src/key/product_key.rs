//! A whole product key in memory.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::alphabet;
use super::code::{self, DATA, LENGTH, Word};
use super::number::{KeyNumber, NUMBER_SYMBOLS};

/// Symbols of a key's tag.
pub(super) const TAG_SYMBOLS: usize = DATA - NUMBER_SYMBOLS;

/// A product key: 25 symbols that form a code word and whose format is known. Whether it is *genuine* only
/// [`TagSecret::verify`](super::TagSecret::verify) can tell.
///
/// It is a secret: it is wiped when dropped, `Debug` shows the key number only, and [`Self::expose`] is the one way to its text.
/// It must not be logged or stored.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ProductKey {
    #[zeroize(skip)]
    number: KeyNumber,
    symbols: Word,
}

impl ProductKey {
    /// The key number: what may be shown.
    #[must_use]
    pub const fn number(&self) -> KeyNumber {
        self.number
    }

    /// The key as text, `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`: for its owner's eyes. The caller answers for where the text goes.
    #[must_use]
    pub fn expose(&self) -> String {
        alphabet::write_groups(&self.symbols)
    }

    /// The key of these symbols, if they are a code word of a known format.
    pub(super) fn from_word(symbols: &Word) -> Option<Self> {
        if !code::is_code_word(symbols) {
            return None;
        }
        let number = KeyNumber::from_symbols(symbols.first_chunk()?)?;
        Some(Self { number, symbols: *symbols })
    }

    pub(super) fn from_parts(number: KeyNumber, tag: &[u8; TAG_SYMBOLS]) -> Self {
        let mut data = [0; DATA];
        data[..NUMBER_SYMBOLS].copy_from_slice(&number.symbols());
        data[NUMBER_SYMBOLS..].copy_from_slice(tag);
        let symbols = code::encode(&data);
        data.zeroize();
        Self { number, symbols }
    }

    pub(super) fn tag(&self) -> &[u8] {
        &self.symbols[NUMBER_SYMBOLS..DATA]
    }

    pub(super) fn symbols(&self) -> &[u8; LENGTH] {
        &self.symbols
    }
}

impl PartialEq for ProductKey {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(&self.symbols, &other.symbols).is_ok()
    }
}

impl Eq for ProductKey {}

impl fmt::Debug for ProductKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProductKey({}-…)", self.number())
    }
}
