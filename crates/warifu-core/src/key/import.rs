//! Keys of any other format: those that a publisher issued before Warifu. They are kept as keyed hashes only.

use std::fmt;

use aws_lc_rs::hmac;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::alphabet::{self, Glyph};
use super::read::read;
use super::secret::MasterSecret;
use super::verdict::Verdict;

/// A foreign key, normalised: NFKC, upper case, dashes, spaces and invisible characters dropped. A secret, as product keys are.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct ImportedKey {
    normalised: String,
}

/// Why a text cannot be imported as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// Fewer than [`ImportedKey::SHORTEST`] characters are left after normalisation.
    TooShort {
        /// Characters left.
        found: usize,
    },
    /// More than [`ImportedKey::LONGEST`] characters are left after normalisation, or the text is more than 4 times as long.
    TooLong,
    /// The text holds a control character other than an end of line.
    ControlCharacter,
    /// The text is one of Warifu's own keys, which works as it is and would never be looked up among the imported ones.
    Ours,
}

impl ImportError {
    /// What a key has to be, as a word of the catalogue's terms.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::TooShort { .. } | Self::TooLong | Self::ControlCharacter => "key_of_8_to_128_characters",
            Self::Ours => "key_of_another_format",
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { found } => {
                write!(f, "{found} characters, at least {} are needed", ImportedKey::SHORTEST)
            }
            Self::TooLong => write!(f, "more than {} characters", ImportedKey::LONGEST),
            Self::ControlCharacter => f.write_str("a control character"),
            Self::Ours => f.write_str("a key of Warifu's own format"),
        }
    }
}

impl std::error::Error for ImportError {}

impl ImportedKey {
    /// The fewest characters of a key.
    pub const SHORTEST: usize = 8;
    /// The most characters of a key.
    pub const LONGEST: usize = 128;
    /// Keys of less entropy than this, in bits, get stricter limits: 2⁶⁴ guesses are beyond any attacker whom limits slow down.
    pub const STRONG_BITS: u32 = 64;

    /// Normalises and measures `text`.
    ///
    /// # Errors
    /// When what is left is too short, too long or holds a control character.
    pub fn parse(text: &str) -> Result<Self, ImportError> {
        // Dashes and spaces may make up for some of the length, but not for all of it.
        if text.chars().take(4 * Self::LONGEST + 1).count() > 4 * Self::LONGEST {
            return Err(ImportError::TooLong);
        }
        let mut key = Self { normalised: String::with_capacity(4 * Self::LONGEST) };
        let mut count = 0;
        for character in text.nfkc() {
            if matches!(
                alphabet::glyph(character),
                Glyph::Dash | Glyph::Space | Glyph::LineBreak | Glyph::Nothing
            ) {
                continue;
            }
            if character.is_control() {
                return Err(ImportError::ControlCharacter);
            }
            count += 1;
            if count > Self::LONGEST {
                return Err(ImportError::TooLong);
            }
            key.normalised.extend(character.to_uppercase());
        }
        if count < Self::SHORTEST { Err(ImportError::TooShort { found: count }) } else { Ok(key) }
    }

    /// Reads a key that a publisher wants to take over.
    ///
    /// # Errors
    /// As for [`Self::parse`], and for a key of Warifu's own format.
    pub fn parse_import(text: &str) -> Result<Self, ImportError> {
        match read(text) {
            Verdict::Valid(_) => Err(ImportError::Ours),
            _ => Self::parse(text),
        }
    }

    /// An upper estimate of the key's entropy in bits, from its own text alone: each character counts as one drawn from the kinds
    /// of character that the key uses, but one that repeats the last or continues a run (123…, CBA…) counts one bit. What all
    /// keys of a publisher have in common, such as a prefix, cannot be seen in one of them.
    #[must_use]
    pub fn entropy_bits(&self) -> u32 {
        let characters = || self.normalised.chars();
        let has = |kind: fn(char) -> bool| characters().any(kind);
        let digits = has(|c| c.is_ascii_digit());
        let letters = has(|c| c.is_ascii_uppercase());
        let hexadecimal = characters().all(|c| c.is_ascii_hexdigit());
        let other = has(|c| !c.is_ascii_alphanumeric());
        let mut pool = if digits { 10 } else { 0 };
        pool += if letters { if digits && hexadecimal { 6 } else { 26 } } else { 0 };
        pool += if other { 32 } else { 0 };
        let each = f64::from(pool).log2();
        let mut previous: Option<(char, i64)> = None;
        let mut bits = 0.0;
        for character in characters() {
            let step =
                previous.map(|(before, _)| i64::from(u32::from(character)) - i64::from(u32::from(before)));
            let expected = match (step, previous) {
                (Some(0), _) => true,
                (Some(step @ (1 | -1)), Some((_, last))) => step == last,
                _ => false,
            };
            bits += if expected { 1.0 } else { each };
            previous = Some((character, step.unwrap_or(0)));
        }
        bits as u32
    }

    /// Whether the key is so easily guessed that stricter limits must protect it.
    #[must_use]
    pub fn weak(&self) -> bool {
        self.entropy_bits() < Self::STRONG_BITS
    }
}

impl fmt::Debug for ImportedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ImportedKey(…)")
    }
}

/// The secret under which imported keys are hashed, so that a stolen table of hashes cannot be searched by guessing.
pub struct ImportSecret {
    key: hmac::Key,
}

impl ImportSecret {
    /// The secret of `master`'s epoch. A hash is found again only under the epoch it was made in.
    #[must_use]
    pub fn derive(master: &MasterSecret) -> Self {
        let key = master.derive("warifu key import v1", &[]);
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()) }
    }

    /// What is stored and looked up instead of the key: HMAC-SHA256 of its normalised text.
    #[must_use]
    pub fn hash(&self, key: &ImportedKey) -> ImportedKeyHash {
        let code = hmac::sign(&self.key, key.normalised.as_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(code.as_ref());
        ImportedKeyHash(bytes)
    }
}

impl fmt::Debug for ImportSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ImportSecret(…)")
    }
}

/// An imported key's keyed hash: what is stored in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportedKeyHash([u8; 32]);

impl ImportedKeyHash {
    /// The hash with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash's 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> ImportedKey {
        ImportedKey::parse(text).unwrap()
    }

    #[test]
    fn one_key_in_many_spellings_has_one_hash() {
        let secret = ImportSecret::derive(&MasterSecret::from_bytes([1; 32], 1));
        let hash = secret.hash(&parse("ABCD-1234-efgh"));
        for text in ["abcd1234efgh", " ＡＢＣＤ－１２３４－ＥＦＧＨ\r\n", "abcd\u{200b}ー1234 EFGH"]
        {
            assert_eq!(secret.hash(&parse(text)), hash, "{text}");
        }
        // O and 0 stay apart: a foreign alphabet may hold both.
        assert_ne!(secret.hash(&parse("ABCD-O000-0000")), secret.hash(&parse("ABCD-0000-0000")));
        assert_ne!(
            ImportSecret::derive(&MasterSecret::from_bytes([1; 32], 2)).hash(&parse("abcd1234efgh")),
            hash
        );
    }

    #[test]
    fn keys_out_of_bounds_are_refused() {
        assert_eq!(ImportedKey::parse("abc-def1"), Err(ImportError::TooShort { found: 7 }));
        assert_eq!(ImportedKey::parse(&"x".repeat(129)), Err(ImportError::TooLong));
        assert_eq!(ImportedKey::parse(&"-".repeat(100_000)), Err(ImportError::TooLong));
        assert_eq!(ImportedKey::parse("abcdefg\u{0}h"), Err(ImportError::ControlCharacter));
        assert!(ImportedKey::parse(&"x".repeat(128)).is_ok());
    }

    #[test]
    fn strength_is_estimated_from_alphabet_and_surprise() {
        let check = |text: &str, bits: u32, weak: bool| {
            let key = parse(text);
            assert_eq!((key.entropy_bits(), key.weak()), (bits, weak), "{text}");
        };
        check("4829-1730-5562-9184", 50, true);
        check("9f3c-07b2-d5a8-1e64-4c20", 77, false);
        check("K7QM2-X9TR4-BW3HJ-6VDPC", 103, false);
        check("AAAAAAAAAAAAAAAAAAAAAAAA", 27, true);
        check("123456789012345678901234", 37, true);
    }

    #[test]
    fn an_imported_key_never_reaches_debug_output() {
        assert_eq!(format!("{:?}", parse("SECRET-SECRET")), "ImportedKey(…)");
    }
}
