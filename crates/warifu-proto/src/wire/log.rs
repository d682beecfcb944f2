//! The verifiable log as JSON, beside the paths of C2SP: its key, and its entries one by one.

use serde::{Deserialize, Serialize};
use warifu_core::id::EventId;

use crate::json;

/// Which key signs the log, and why to believe it. The answer of `GET /v1/log/key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogKeyInfo {
    /// The log's name, the first line of its checkpoints.
    #[cfg_attr(feature = "openapi", schema(example = "warifu/log/5f8b…"))]
    pub origin: String,
    /// The key in the form that tools for signed notes take.
    pub verifier_key: String,
    /// The key's certificate, signed by the service's root.
    pub certificate: String,
}

/// One entry of the verifiable log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogEntry {
    /// Its index, from 0.
    pub index: u64,
    /// The event that has the place.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub event: EventId,
    /// The entry as it is hashed, made from the event's row. Absent when that row is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
}
