//! The bodies of the staff API: what the publisher's console, command line and programs exchange with a service.
//!
//! As everywhere on the wire, requests are read strictly and answers tolerantly. Answers hold no key unless the route is there to
//! show one, and never a token except in the one answer that makes it.

pub mod activation;
pub mod batch;
pub mod case;
pub mod event;
pub mod licence;
pub mod list;
pub mod member;
pub mod policy;
pub mod product;
pub mod purchase_proof;
pub mod restrictions;
pub mod sku;
pub mod term;
pub mod tolerance;

/// `#[serde(with = "sku_number")]`: a SKU's number, 0 to 16383.
pub(crate) mod sku_number {
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;
    use warifu_core::key::SkuNumber;

    pub(crate) fn serialize<S: Serializer>(number: &SkuNumber, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(number.get())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SkuNumber, D::Error> {
        let number = u16::deserialize(deserializer)?;
        SkuNumber::new(number).ok_or_else(|| D::Error::custom("the number of a SKU is 0 to 16383"))
    }
}

/// `#[serde(default, with = "optional_sku_number")]`.
pub(crate) mod optional_sku_number {
    use serde::de::{Deserialize, Deserializer};
    use serde::ser::{Serialize, Serializer};
    use warifu_core::key::SkuNumber;

    struct Number(SkuNumber);

    impl<'de> Deserialize<'de> for Number {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            super::sku_number::deserialize(deserializer).map(Self)
        }
    }

    pub(crate) fn serialize<S: Serializer>(
        number: &Option<SkuNumber>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        number.map(SkuNumber::get).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<SkuNumber>, D::Error> {
        Ok(Option::<Number>::deserialize(deserializer)?.map(|Number(number)| number))
    }
}
