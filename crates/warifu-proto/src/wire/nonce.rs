//! The answer of `GET /v1/nonce`.

use serde::{Deserialize, Serialize};
use warifu_core::id::ServiceId;
use warifu_core::time::Timestamp;

use crate::json;

/// A fresh nonce, and what a client should compare before it signs anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NonceAnswer {
    /// The versions of the protocol that the service speaks.
    pub protocols: Vec<u32>,
    /// The service; what requests name as their audience.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub audience: ServiceId,
    /// The nonce, to be sent once with the next request.
    pub nonce: String,
    /// The service's clock. Not signed: a hint, never evidence.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub time: Timestamp,
}
