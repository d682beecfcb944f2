//! What a reader of keys can say about a text, without asking a service.

use std::fmt;

use super::code::LENGTH;
use super::number::SkuNumber;
use super::product_key::ProductKey;
use crate::catalogue::Failure;

/// What a text was found to be. Only [`Verdict::Valid`] may be used without asking the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A key without a flaw. Whether it is genuine, only a service can tell.
    Valid(ProductKey),
    /// A key without a flaw, but of a SKU that is not the one wanted; only [`Verdict::for_skus`] says so.
    OtherSku(ProductKey),
    /// A flawed key that can be mended in exactly one way. The mended key is an *offer*: the person decides.
    Correctable(Offer),
    /// Five or six symbols were missing and have been worked out from the others, but nothing is left to check them with: any
    /// further slip goes unnoticed. An offer too.
    Unchecked(ProductKey),
    /// The beginning of a key, or a key of which too many symbols are unreadable.
    Incomplete {
        /// Symbols present, of 25.
        present: usize,
    },
    /// Several different keys, or several ways of mending one.
    Several {
        /// How many.
        count: usize,
    },
    /// A Microsoft product key by its looks: 25 symbols of its alphabet, at most one of them N, and no Warifu key.
    WindowsKey,
    /// Nothing that can be used as a key.
    NotAKey(NotAKey),
}

impl Verdict {
    /// Says [`Verdict::OtherSku`] of a valid key whose SKU is not among those `wanted`. An empty list wants every SKU.
    #[must_use]
    pub fn for_skus(self, wanted: &[SkuNumber]) -> Self {
        match self {
            Self::Valid(key) if !wanted.is_empty() && !wanted.contains(&key.number().sku) => {
                Self::OtherSku(key)
            }
            verdict => verdict,
        }
    }

    /// The key, if it is valid (and of a SKU wanted).
    #[must_use]
    pub fn valid(self) -> Option<ProductKey> {
        if let Self::Valid(key) = self { Some(key) } else { None }
    }

    /// The verdict as a failure of the catalogue; `None` for a valid key. `name_of` gives the words for a SKU, `wanted` those for
    /// what a key is wanted for; only [`Verdict::OtherSku`] uses them. A failure holds no part of the key: an offer is shown
    /// beside it.
    #[must_use]
    pub fn failure(&self, name_of: impl FnOnce(SkuNumber) -> String, wanted: &str) -> Option<Failure> {
        Some(match self {
            Self::Valid(_) => return None,
            Self::OtherSku(key) => Failure::key_of_other_sku(name_of(key.number().sku), wanted),
            Self::Correctable(_) => Failure::key_correctable(),
            Self::Unchecked(_) => Failure::key_unchecked(),
            Self::Incomplete { present } => Failure::key_incomplete(present, LENGTH),
            Self::Several { count } => Failure::key_several(count),
            Self::WindowsKey => Failure::key_is_windows_key(),
            Self::NotAKey(reason) => match reason {
                NotAKey::Damaged => Failure::key_malformed(),
                NotAKey::TooManySymbols { found } => Failure::key_incomplete(found, LENGTH),
                NotAKey::UnknownFormat => Failure::key_of_newer_format(),
                NotAKey::NoneFound | NotAKey::TooLong { .. } => Failure::key_not_recognised(),
            },
        })
    }

    /// The verdict's stable name, for logs, JSON and test vectors.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Valid(_) => "valid",
            Self::OtherSku(_) => "other_sku",
            Self::Correctable(_) => "correctable",
            Self::Unchecked(_) => "unchecked",
            Self::Incomplete { .. } => "incomplete",
            Self::Several { .. } => "several",
            Self::WindowsKey => "windows_key",
            Self::NotAKey(_) => "not_a_key",
        }
    }
}

/// A mended key and what was wrong with it as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The mended key. Never applied silently.
    pub key: ProductKey,
    /// What was mended.
    pub flaw: Flaw,
}

/// What was wrong with a key as typed. Positions are those of the mended key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// These symbols were mistyped, unreadable, or letters that no key contains: up to four, in order.
    Symbols(Vec<Position>),
    /// This symbol and the next were typed in each other's place.
    Swapped(Position),
    /// This symbol was left out.
    Dropped(Position),
    /// This symbol was typed twice.
    Doubled(Position),
}

/// The place of one symbol in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u8);

impl Position {
    /// The place with this index, counted from 0, unless it is beyond the key.
    #[must_use]
    pub const fn new(index: usize) -> Option<Self> {
        if index < LENGTH { Some(Self(index as u8)) } else { None }
    }

    /// The index in the key, 0..25.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The group, 1..=5, as a person counts.
    #[must_use]
    pub const fn group(self) -> usize {
        self.index() / 5 + 1
    }

    /// The symbol's place in its group, 1..=5.
    #[must_use]
    pub const fn symbol(self) -> usize {
        self.index() % 5 + 1
    }
}

impl fmt::Display for Position {
    /// Group and symbol as in `3.2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.group(), self.symbol())
    }
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAKey {
    /// The text holds nothing that looks like a key.
    NoneFound,
    /// Something of a key's shape, with more slips than can be mended.
    Damaged,
    /// More symbols than a key has.
    TooManySymbols {
        /// Symbols found.
        found: usize,
    },
    /// Free of flaws, but of a format that this version does not know: a newer one may.
    UnknownFormat,
    /// More text than is searched for a key.
    TooLong {
        /// Bytes of the text.
        bytes: usize,
    },
}
