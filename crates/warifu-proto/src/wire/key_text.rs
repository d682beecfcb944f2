//! A product key as a person typed it. It is a secret: wiped when dropped, and never shown by `Debug`.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use zeroize::Zeroizing;

/// A key in any spelling, Warifu's or another maker's: 1 to [`KeyText::BYTES_MAX`] bytes. Reading it as a key is for `warifu_core::key`.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyText(Zeroizing<String>);

impl KeyText {
    /// The longest text, in bytes: 128 symbols of another maker's key in full-width forms.
    pub const BYTES_MAX: usize = 512;

    /// Takes a text; `None` when it is empty or too long.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (1..=Self::BYTES_MAX).contains(&text.len()).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text. It must not be logged or stored.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText(…)")
    }
}

impl Serialize for KeyText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for KeyText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = KeyText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a product key of 1 to {} bytes", KeyText::BYTES_MAX)
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<KeyText, E> {
                KeyText::new(value).ok_or_else(|| E::invalid_length(value.len(), &self))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// A key's text for the OpenAPI file; never built.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = ProductKeyText, min_length = 1, max_length = 512)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct KeyTextSchema(String);
