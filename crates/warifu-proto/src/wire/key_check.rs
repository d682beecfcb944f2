//! The check of a product key before it is used: what its symbols alone tell, without a look at any licence.

use serde::{Deserialize, Serialize};
use warifu_core::key::{Flaw, KeyNumber, NotAKey, Position, Verdict};
use warifu_core::text::Slug;

use super::key_text::KeyText;
use crate::json;

/// Asks what a text is, as a product key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyCheckRequest {
    /// The key as typed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 512))]
    pub key: KeyText,
    /// The product that the key should be for, if only one will do.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 40, pattern = "^[a-z][a-z0-9-]*$"))]
    pub product: Option<Slug>,
}

/// What a text was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub enum KeyVerdict {
    /// A key without a flaw. Whether it is genuine, only an activation tells.
    Valid,
    /// A key without a flaw, but of another product or edition.
    OtherSku,
    /// A flawed key that can be mended in exactly one way: see `offer`.
    Correctable,
    /// A key whose missing symbols were worked out with nothing left to check them: see `offer`.
    Unchecked,
    /// Too few symbols.
    Incomplete,
    /// Several keys, or several ways of mending one.
    Several,
    /// A Microsoft product key by its looks.
    WindowsKey,
    /// No key.
    NotAKey,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// What was wrong with a key as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub enum KeyFlaw {
    /// Symbols were mistyped or unreadable.
    Symbols,
    /// A symbol and the next were typed in each other's place.
    Swapped,
    /// A symbol was left out.
    Dropped,
    /// A symbol was typed twice.
    Doubled,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// The answer to a check. It goes only to whoever typed the key, and so may show a mended one; it must not be logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyCheckAnswer {
    /// What the text is.
    pub verdict: KeyVerdict,
    /// The key's public number: of a valid key, or of the one offered.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "20040-00001"))]
    pub key_number: Option<KeyNumber>,
    /// The mended key, which its reader must confirm: never applied silently.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub offer: Option<KeyText>,
    /// What was mended.
    #[serde(default)]
    pub flaw: Option<KeyFlaw>,
    /// Where: group and symbol, counted from 1, as in `3.2`.
    #[serde(default)]
    pub positions: Vec<String>,
    /// How many of the 25 symbols are there, when some are not or there are too many.
    #[serde(default)]
    pub symbols: Option<u32>,
    /// The code of the product that the key is for, where it may be told.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub product: Option<Slug>,
    /// The code of the edition that the key is for, where it may be told.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub edition: Option<Slug>,
}

impl From<&Verdict> for KeyCheckAnswer {
    /// The answer without the product and edition, which the verdict does not know.
    fn from(verdict: &Verdict) -> Self {
        let mut answer = Self {
            verdict: KeyVerdict::NotAKey,
            key_number: None,
            offer: None,
            flaw: None,
            positions: Vec::new(),
            symbols: None,
            product: None,
            edition: None,
        };
        match verdict {
            Verdict::Valid(key) => {
                answer.verdict = KeyVerdict::Valid;
                answer.key_number = Some(key.number());
            }
            Verdict::OtherSku(key) => {
                answer.verdict = KeyVerdict::OtherSku;
                answer.key_number = Some(key.number());
            }
            Verdict::Correctable(offer) => {
                answer.verdict = KeyVerdict::Correctable;
                answer.key_number = Some(offer.key.number());
                answer.offer = KeyText::new(&offer.key.expose());
                let (flaw, positions) = describe(&offer.flaw);
                answer.flaw = Some(flaw);
                answer.positions = positions;
            }
            Verdict::Unchecked(key) => {
                answer.verdict = KeyVerdict::Unchecked;
                answer.key_number = Some(key.number());
                answer.offer = KeyText::new(&key.expose());
            }
            Verdict::Incomplete { present } => {
                answer.verdict = KeyVerdict::Incomplete;
                answer.symbols = u32::try_from(*present).ok();
            }
            Verdict::Several { .. } => answer.verdict = KeyVerdict::Several,
            Verdict::WindowsKey => answer.verdict = KeyVerdict::WindowsKey,
            Verdict::NotAKey(NotAKey::TooManySymbols { found }) => {
                answer.symbols = u32::try_from(*found).ok()
            }
            Verdict::NotAKey(_) => {}
        }
        answer
    }
}

fn describe(flaw: &Flaw) -> (KeyFlaw, Vec<String>) {
    let one = |position: &Position| vec![position.to_string()];
    match flaw {
        Flaw::Symbols(positions) => (KeyFlaw::Symbols, positions.iter().map(Position::to_string).collect()),
        Flaw::Swapped(position) => (KeyFlaw::Swapped, one(position)),
        Flaw::Dropped(position) => (KeyFlaw::Dropped, one(position)),
        Flaw::Doubled(position) => (KeyFlaw::Doubled, one(position)),
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::key::read;

    use super::*;

    #[test]
    fn a_windows_key_and_plain_nonsense_are_told_apart() {
        let answer = |text: &str| KeyCheckAnswer::from(&read(text)).verdict;
        // Microsoft's published generic key for Windows 11 Pro volume clients.
        assert_eq!(answer("W269N-WFGWX-YVC9B-4J6C9-T83GX"), KeyVerdict::WindowsKey);
        assert_eq!(answer("hello"), KeyVerdict::NotAKey);
    }

    #[test]
    fn a_check_never_shows_its_key_in_debug_output() {
        let request: KeyCheckRequest = serde_json::from_str(r#"{"key":"20040-SECRET"}"#).unwrap();
        assert!(!format!("{request:?}").contains("SECRET"));
    }
}
