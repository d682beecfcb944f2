//! Proofs of purchase.

use serde::{Deserialize, Serialize};
use warifu_core::key::{KeyNumber, PurchaseProof};
use warifu_core::time::Timestamp;

use crate::json;

/// Asks for a proof of purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProvePurchase {
    /// The number of the product key: its first two groups. The key itself is not asked for.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "20040-00001"))]
    pub key_number: KeyNumber,
    /// For how many hours the proof is to be good: 72 unless given. More than 72 needs the role of operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 168))]
    pub hours: Option<u16>,
}

/// A proof of purchase, computed when it is asked for. It must not be logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofIssued {
    /// The number of the key that it is good for.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub key_number: KeyNumber,
    /// The code, to be entered together with the key.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub proof: PurchaseProof,
    /// Until when it is good.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub ends: Timestamp,
}
