//! How domain values are written inside JSON. One trait names a value's text form, and serde's `with` attribute applies it, so that a
//! payload or body holds domain types and an invalid value cannot pass.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use warifu_core::case::CaseNumber;
use warifu_core::catalogue::Code;
use warifu_core::event::Action;
use warifu_core::hardware::{ComponentKind, Scheme};
use warifu_core::id::{
    ActivationId, BatchId, DeviceId, EventId, IdempotencyKey, InstallationId, IssuingKeyId, LeaseId,
    LicenceId, LogKeyId, PolicyId, ProductId, ServiceId, StaffId,
};
use warifu_core::key::{KeyNumber, PurchaseProof, SkuNumber};
use warifu_core::policy::{Channel, Copies, Route};
use warifu_core::seat::{ReleasedBy, SeatHandle};
use warifu_core::staff::Role;
use warifu_core::text::{Name, Slug};
use warifu_core::time::{Span, Timestamp};

use crate::encoding::{parse_hex, parse_time};
use crate::keys::{IssuingPublicKey, KeyAlgorithm, LogPublicKey};

/// A value that JSON holds as a string.
pub(crate) trait JsonText: Sized {
    /// What the text should have been, for the message of an error.
    const EXPECTED: &'static str;

    fn to_text(&self) -> String;

    fn from_text(text: &str) -> Option<Self>;
}

macro_rules! by_display_and_from_str {
    ($($type:ty: $expected:literal;)+) => {$(
        impl JsonText for $type {
            const EXPECTED: &'static str = $expected;

            fn to_text(&self) -> String {
                self.to_string()
            }

            fn from_text(text: &str) -> Option<Self> {
                // What is read from a person's hand may have several spellings; here each value has one.
                text.parse().ok().filter(|read: &Self| read.to_string() == text)
            }
        }
    )+};
}

by_display_and_from_str! {
    LeaseId: "the id of a lease";
    LicenceId: "the id of a licence";
    CaseNumber: "the number of a case";
    DeviceId: "the id of a device";
    ActivationId: "the id of an activation";
    ProductId: "the id of a product";
    PolicyId: "the id of a policy";
    BatchId: "the id of a batch";
    EventId: "the id of an event";
    StaffId: "the id of a member of staff";
    KeyNumber: "the number of a product key";
    IdempotencyKey: "an idempotency key in the form of a UUID";
    KeyAlgorithm: "\"ed25519\" or \"ecdsa-p256-sha256\"";
    Code: "a code of the catalogue";
    SeatHandle: "the name of a seat, as seat_limit_reached has given it";
    IssuingPublicKey: "an Ed25519 public key of 64 hexadecimal digits";
    LogPublicKey: "an Ed25519 public key of 64 hexadecimal digits";
}

macro_rules! thumbprints {
    ($($type:ty)+) => {$(
        impl JsonText for $type {
            const EXPECTED: &'static str = "a thumbprint of 64 hexadecimal digits";

            fn to_text(&self) -> String {
                self.to_string()
            }

            fn from_text(text: &str) -> Option<Self> {
                parse_hex(text).map(Self::from_bytes)
            }
        }
    )+};
}

thumbprints! { InstallationId ServiceId IssuingKeyId LogKeyId }

macro_rules! by_constructor {
    ($($type:ty, $to:ident, $from:expr, $expected:literal;)+) => {$(
        impl JsonText for $type {
            const EXPECTED: &'static str = $expected;

            fn to_text(&self) -> String {
                self.$to().to_owned()
            }

            fn from_text(text: &str) -> Option<Self> {
                $from(text)
            }
        }
    )+};
}

by_constructor! {
    Slug, as_str, |text| Self::new(text).ok(), "a code of a-z, 0-9 and -, at most 40 characters";
    Name, as_str, |text| Self::new(text).ok(), "a name of 1 to 100 characters";
    Channel, as_str, Self::from_name, "a channel";
    Route, as_str, Self::from_name, "a route";
    Copies, as_str, Self::from_name, "\"tell\" or \"refuse\"";
    Role, as_str, Self::from_name, "a role";
    Action, as_str, Self::from_name, "an action of the log";
    ReleasedBy, as_str, Self::from_name, "a reason for a release";
    Scheme, name, Self::from_name, "a scheme of fingerprints";
    ComponentKind, name, Self::from_name, "a kind of component";
}

impl JsonText for Timestamp {
    const EXPECTED: &'static str = "an instant as in 2026-04-01T09:30:00Z";

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Option<Self> {
        parse_time(text)
    }
}

/// In one spelling, as everything on the wire: the forgiving reader is for people's hands.
impl JsonText for PurchaseProof {
    const EXPECTED: &'static str = "a proof of purchase of 30 symbols in six groups";

    fn to_text(&self) -> String {
        self.expose()
    }

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok().filter(|read: &Self| read.expose() == text)
    }
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: JsonText> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<T, E> {
        // The value itself stays out of the message: it may be a product key in the wrong place.
        T::from_text(value).ok_or_else(|| E::custom(format_args!("expected {}", T::EXPECTED)))
    }
}

/// A [`JsonText`] as serde sees it, for the places where `with` does not reach: inside `Option`, `Vec` and maps.
pub(crate) struct AsText<T>(pub(crate) T);

impl<T: JsonText> Serialize for AsText<&T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_text())
    }
}

impl<'de, T: JsonText> Deserialize<'de> for AsText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor(PhantomData)).map(Self)
    }
}

/// Reads `T` from a JSON object. Serde's derived readers would take a list of the members' values as well, a second form that nothing
/// here should accept.
pub(crate) fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = object(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// `#[serde(deserialize_with = "json::object")]`: the same for a member.
pub(crate) fn object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct ObjectVisitor<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// `#[serde(with = "json::text")]`: a required string.
pub(crate) mod text {
    use super::*;

    pub(crate) fn serialize<T: JsonText, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        AsText(value).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T: JsonText, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        AsText::deserialize(deserializer).map(|AsText(value)| value)
    }
}

/// `#[serde(default, with = "json::optional_text")]`: a string, null or nothing.
pub(crate) mod optional_text {
    use super::*;

    pub(crate) fn serialize<T: JsonText, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(AsText).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T: JsonText, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        Ok(Option::<AsText<T>>::deserialize(deserializer)?.map(|AsText(value)| value))
    }
}

/// `#[serde(serialize_with = "json::token")]`: a signed document's text. Nothing in one has to be escaped, which is found out eight bytes at a time here
/// and one by one in serde's way; tokens are most of an answer.
pub(crate) fn token<S: Serializer>(token: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let quoted = ["\"", token, "\""].concat();
    match serde_json::from_str::<&RawValue>(&quoted) {
        // Any other text is written as what it is.
        Ok(raw) if !token.contains('\\') => raw.serialize(serializer),
        _ => serializer.serialize_str(token),
    }
}

/// `#[serde(with = "json::texts")]`: a list of at most [`texts::LIST_MAX`] strings.
pub(crate) mod texts {
    use super::*;

    /// The longest list of codes in any document or body: an edition's features, a certificate's products.
    pub(crate) const LIST_MAX: usize = 64;

    pub(crate) fn serialize<T: JsonText, S: Serializer>(
        values: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(values.len()))?;
        for value in values {
            list.serialize_element(&AsText(value))?;
        }
        list.end()
    }

    pub(crate) fn deserialize<'de, T: JsonText, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }

    struct ListVisitor<T>(PhantomData<T>);

    impl<'de, T: JsonText> Visitor<'de> for ListVisitor<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {LIST_MAX}, each {}", T::EXPECTED)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut values = Vec::new();
            while let Some(AsText(value)) = list.next_element()? {
                if values.len() == LIST_MAX {
                    return Err(de::Error::invalid_length(LIST_MAX + 1, &self));
                }
                values.push(value);
            }
            Ok(values)
        }
    }
}

/// `#[serde(default, with = "json::optional_texts")]`: a list as [`texts`] has them, null or nothing.
pub(crate) mod optional_texts {
    use super::*;

    pub(crate) fn serialize<T: JsonText, S: Serializer>(
        values: &Option<Vec<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match values {
            Some(values) => texts::serialize(values, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, T: JsonText, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<T>>, D::Error> {
        struct List<T>(Vec<T>);

        impl<'de, T: JsonText> Deserialize<'de> for List<T> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                texts::deserialize(deserializer).map(Self)
            }
        }

        Ok(Option::<List<T>>::deserialize(deserializer)?.map(|List(values)| values))
    }
}

/// `#[serde(with = "json::span")]`: a length of time as whole seconds, below 2^32.
pub(crate) mod span {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(value: &Span, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(value.as_seconds())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        u32::deserialize(deserializer).map(Span::seconds)
    }
}

/// `#[serde(default, with = "json::optional_span")]`: a length of time, null or nothing.
pub(crate) mod optional_span {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(value: &Option<Span>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(Span::as_seconds).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Span>, D::Error> {
        Ok(Option::<u32>::deserialize(deserializer)?.map(Span::seconds))
    }
}

/// `#[serde(with = "json::sku")]`: the number of a SKU.
pub(crate) mod sku {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(value: &SkuNumber, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(value.get())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SkuNumber, D::Error> {
        SkuNumber::new(u16::deserialize(deserializer)?)
            .ok_or_else(|| de::Error::custom("expected the number of a SKU, 0 to 16383"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Answer {
        #[serde(serialize_with = "token")]
        token: String,
    }

    #[test]
    fn a_token_is_written_as_any_other_text_is() {
        for text in
            ["v4.public.AAAA-_.e30", "", "\"", "\\", "\\u0041", "a\",\"b\":\"c", "\n", "割符", "\"x\""]
        {
            let written = serde_json::to_string(&Answer { token: text.to_owned() }).unwrap();
            assert_eq!(written, serde_json::json!({"token": text}).to_string());
        }
    }
}
