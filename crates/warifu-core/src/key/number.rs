//! The public half of a product key: format, SKU and serial, in the key's first two groups.

use std::fmt;
use std::str::FromStr;

use super::alphabet::{self, Glyph};

/// Symbols of a key number.
pub(super) const NUMBER_SYMBOLS: usize = 10;

const SERIAL_BITS: u32 = 32;
const SKU_BITS: u32 = 14;

/// A SKU as a key carries it: 14 bits, dealt by the publisher, one for each pair of product and edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SkuNumber(u16);

impl SkuNumber {
    /// The largest SKU number.
    pub const MAX: Self = Self((1 << SKU_BITS) - 1);

    /// The SKU with this number, unless it exceeds [`Self::MAX`].
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number <= Self::MAX.0 { Some(Self(number)) } else { None }
    }

    /// The number, 0..=16383.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for SkuNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The format of a key, its first four bits. A value not listed belongs to a format that this build does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyFormat {
    /// A key that was sold: format version 1.
    Live,
    /// A test key, which only a service in sandbox mode takes: version 15.
    Sandbox,
}

impl KeyFormat {
    /// The four bits that stand for the format.
    #[must_use]
    pub const fn nibble(self) -> u8 {
        match self {
            Self::Live => 1,
            Self::Sandbox => 15,
        }
    }

    /// The format that these four bits stand for, if it is known.
    #[must_use]
    pub const fn from_nibble(nibble: u8) -> Option<Self> {
        match nibble {
            1 => Some(Self::Live),
            15 => Some(Self::Sandbox),
            _ => None,
        }
    }
}

/// A key number: the 50 bits of a product key that may be shown in lists, desks and cases.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyNumber {
    /// The key's format.
    pub format: KeyFormat,
    /// What the key unlocks.
    pub sku: SkuNumber,
    /// Which key of the SKU it is. Serials are dealt in a keyed permutation and tell nothing of sales.
    pub serial: u32,
}

impl KeyNumber {
    /// The number in the low 50 bits: format 4, SKU 14, serial 32.
    #[must_use]
    pub const fn pack(self) -> u64 {
        (self.format.nibble() as u64) << (SKU_BITS + SERIAL_BITS)
            | (self.sku.0 as u64) << SERIAL_BITS
            | self.serial as u64
    }

    /// The number that [`Self::pack`] gave. `None` when bits above the 50 are set or the format is not known.
    #[must_use]
    pub const fn unpack(packed: u64) -> Option<Self> {
        let nibble = packed >> (SKU_BITS + SERIAL_BITS);
        if nibble > 15 {
            return None;
        }
        match KeyFormat::from_nibble(nibble as u8) {
            Some(format) => {
                let sku = SkuNumber((packed >> SERIAL_BITS) as u16 & SkuNumber::MAX.0);
                Some(Self { format, sku, serial: packed as u32 })
            }
            None => None,
        }
    }

    pub(super) fn symbols(self) -> [u8; NUMBER_SYMBOLS] {
        let packed = self.pack();
        std::array::from_fn(|place| (packed >> (5 * (NUMBER_SYMBOLS - 1 - place)) & 31) as u8)
    }

    pub(super) fn from_symbols(symbols: &[u8; NUMBER_SYMBOLS]) -> Option<Self> {
        Self::unpack(symbols.iter().fold(0, |packed, &symbol| packed << 5 | u64::from(symbol)))
    }
}

impl fmt::Display for KeyNumber {
    /// `XXXXX-XXXXX`, as in the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&alphabet::write_groups(&self.symbols()))
    }
}

impl fmt::Debug for KeyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is not a key number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseKeyNumberError;

impl fmt::Display for ParseKeyNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key number is the first ten symbols of a product key, as in 20040-4YF6E")
    }
}

impl std::error::Error for ParseKeyNumberError {}

impl FromStr for KeyNumber {
    type Err = ParseKeyNumberError;

    /// Reads a number as forgivingly as a key: case, dashes, spaces, full-width forms, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, ParseKeyNumberError> {
        if text.len() > 256 {
            return Err(ParseKeyNumberError);
        }
        let mut symbols = [0; NUMBER_SYMBOLS];
        let mut count = 0;
        for glyph in alphabet::glyphs(text) {
            match glyph {
                Glyph::Symbol { value, .. } if count < NUMBER_SYMBOLS => {
                    symbols[count] = value;
                    count += 1;
                }
                Glyph::Dash | Glyph::Space | Glyph::LineBreak | Glyph::Nothing => {}
                _ => return Err(ParseKeyNumberError),
            }
        }
        if count == NUMBER_SYMBOLS {
            Self::from_symbols(&symbols).ok_or(ParseKeyNumberError)
        } else {
            Err(ParseKeyNumberError)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(format: KeyFormat, sku: u16, serial: u32) -> KeyNumber {
        KeyNumber { format, sku: SkuNumber::new(sku).unwrap(), serial }
    }

    #[test]
    fn a_number_is_written_as_the_first_two_groups_of_its_key() {
        let check = |number: KeyNumber, text: &str| {
            assert_eq!(number.to_string(), text);
            assert_eq!(text.parse(), Ok(number));
        };
        check(number(KeyFormat::Live, 0, 0), "20000-00000");
        check(number(KeyFormat::Live, 1, 1), "20040-00001");
        check(number(KeyFormat::Live, 16_383, u32::MAX), "3ZZZZ-ZZZZZ");
        check(number(KeyFormat::Sandbox, 0, 0), "Y0000-00000");
        check(number(KeyFormat::Sandbox, 16_383, u32::MAX), "ZZZZZ-ZZZZZ");
    }

    #[test]
    fn a_number_is_read_forgivingly_and_refused_when_it_is_none() {
        let expected = Ok(number(KeyFormat::Live, 1, 1));
        for text in ["20040-00001", " 2oo4oーOOOOl ", "２００４０－０００oi", "2004000001", "20040\n00001"]
        {
            assert_eq!(text.parse(), expected, "{text}");
        }
        for text in [
            "",
            "20040",
            "20040-0000",
            "20040-000011",
            "00040-00001",
            "20040-0000U",
            "20040-0000?",
            "20040/00001",
        ] {
            assert_eq!(text.parse::<KeyNumber>(), Err(ParseKeyNumberError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_survives_packing_and_writing(live in any::<bool>(), sku in 0_u16..=16_383, serial: u32) {
            let number = number(if live { KeyFormat::Live } else { KeyFormat::Sandbox }, sku, serial);
            prop_assert_eq!(KeyNumber::unpack(number.pack()), Some(number));
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }

        #[test]
        fn what_unpacks_packs_to_the_same_bits(packed: u64) {
            if let Some(number) = KeyNumber::unpack(packed & ((1 << 50) - 1)) {
                prop_assert_eq!(number.pack(), packed & ((1 << 50) - 1));
            }
            prop_assert!(packed >> 50 == 0 || KeyNumber::unpack(packed).is_none());
        }
    }
}
