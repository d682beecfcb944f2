//! What is answered to whoever sends a case. The case itself is a bundle with a form of its own: `docs/cases.md`.

use serde::{Deserialize, Serialize};
use warifu_core::case::CaseNumber;
use warifu_core::time::Timestamp;

use crate::json;

/// A case was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenCase {
    /// Its number, for the telephone: it locates the case for staff and opens nothing.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "123-456-780", pattern = "^[0-9]{3}-[0-9]{3}-[0-9]{3}$"))]
    pub number: CaseNumber,
    /// The path of its private page. Whoever knows it sees the case, so it is shown to the sender alone.
    #[cfg_attr(feature = "openapi", schema(pattern = "^/help/cases/[A-Za-z0-9_-]{22}$"))]
    pub link: String,
    /// When it was first taken.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub received: Timestamp,
    /// Until when it is kept.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub kept_until: Timestamp,
}
