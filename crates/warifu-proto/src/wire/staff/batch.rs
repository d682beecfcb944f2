//! Batches of product keys, their keys, and keys of other formats.

use serde::{Deserialize, Serialize};
use warifu_core::batch;
use warifu_core::id::{BatchId, PolicyId};
use warifu_core::key::{KeyFormat, SkuNumber};
use warifu_core::text::Name;
use warifu_core::time::Timestamp;

use crate::json;
use crate::wire::key_text::KeyText;

/// The most keys on one page of a batch's keys.
pub const KEYS_PAGE_MAX: u32 = 10_000;

/// The most keys that one request takes over.
pub const IMPORT_MAX: usize = 10_000;

/// Asks for product keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssueBatch {
    /// What the keys are for: a SKU's number.
    #[serde(with = "super::sku_number")]
    #[cfg_attr(feature = "openapi", schema(value_type = u16, maximum = 16383))]
    pub sku: SkuNumber,
    /// The rules of the licences that they claim.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub policy: PolicyId,
    /// How many: 1 to 100,000,000.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100_000_000))]
    pub count: u32,
    /// The publisher's note: an order, a reseller. No personal data.
    #[serde(default, with = "json::optional_text", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
    pub label: Option<Name>,
}

/// A run of product keys. The keys themselves are computed when they are asked for, never stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Batch {
    /// Names the batch.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub id: BatchId,
    /// What the keys are for: a SKU's number.
    #[serde(with = "super::sku_number")]
    #[cfg_attr(feature = "openapi", schema(value_type = u16, maximum = 16383))]
    pub sku: SkuNumber,
    /// The rules of the licences that they claim.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub policy: PolicyId,
    /// Whether these are test keys.
    pub sandbox: bool,
    /// Which master secret they derive from.
    pub epoch: u16,
    /// How many keys.
    pub count: u32,
    /// The publisher's note.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub label: Option<Name>,
    /// Whether the batch was withdrawn: none of its unused keys starts a licence.
    pub withdrawn: bool,
    /// When it was issued.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created: Timestamp,
}

impl From<&batch::Batch> for Batch {
    fn from(batch: &batch::Batch) -> Self {
        Self {
            id: batch.id,
            sku: batch.sku,
            policy: batch.policy,
            sandbox: batch.format == KeyFormat::Sandbox,
            epoch: batch.epoch,
            count: batch.count,
            label: batch.label.clone(),
            withdrawn: batch.withdrawn,
            created: batch.created,
        }
    }
}

/// One page of a batch's keys. It must not be logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchKeys {
    /// The keys, in the batch's own order.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::wire::key_text::KeyTextSchema>))]
    pub keys: Vec<KeyText>,
    /// What to ask for as `after` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// Asks to take over keys of another format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportKeys {
    /// What the keys are for: a SKU's number.
    #[serde(with = "super::sku_number")]
    #[cfg_attr(feature = "openapi", schema(value_type = u16, maximum = 16383))]
    pub sku: SkuNumber,
    /// The rules of the licences that they claim.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub policy: PolicyId,
    /// The keys as they are: at most 10,000. One that was taken over before is left as it is.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::wire::key_text::KeyTextSchema>, min_items = 1, max_items = 10_000))]
    pub keys: Vec<KeyText>,
}

/// How many keys a request took over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportAnswer {
    /// The keys of the request.
    pub added: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_not_shown_by_debug() {
        let keys = vec![KeyText::new("SECRET-KEY-1").unwrap()];
        let page = BatchKeys { keys: keys.clone(), next: None };
        let import =
            ImportKeys { sku: SkuNumber::new(1).unwrap(), policy: PolicyId::from_bytes([1; 16]), keys };
        assert!(!format!("{page:?}{import:?}").contains("SECRET"));
    }

    #[test]
    fn a_sku_beyond_its_bits_is_refused() {
        let text = r#"{"sku":16384,"policy":"01890a5d-ac96-774b-bcce-b302099a8057","count":1}"#;
        assert!(serde_json::from_str::<IssueBatch>(text).is_err());
        assert!(serde_json::from_str::<IssueBatch>(&text.replace("16384", "16383")).is_ok());
    }
}
