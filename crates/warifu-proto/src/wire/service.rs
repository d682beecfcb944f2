//! The answer of `GET /v1/service`: which service this is.

use serde::{Deserialize, Serialize};
use warifu_core::id::ServiceId;

use crate::json;

/// Which service this is, and what an application that trusts it pins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceInfo {
    /// The service's name: the thumbprint of its root public key. What requests name as their audience.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-f]{64}$"))]
    pub service_id: ServiceId,
    /// The root public key as 64 hexadecimal digits, which the SDK takes. To be pinned from a trusted place, not from here.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub root: String,
    /// The versions of the protocol that the service speaks.
    pub protocols: Vec<u32>,
    /// Whether this is a sandbox, whose keys and leases no released application accepts.
    pub sandbox: bool,
    /// The version of Warifu that runs.
    pub version: String,
}
