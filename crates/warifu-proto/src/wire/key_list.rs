//! The answer of `GET /v1/key-list`.

use serde::{Deserialize, Serialize};

/// The newest list of withdrawn issuing keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyListAnswer {
    /// The list, signed by the root; none as long as no issuing key was ever withdrawn.
    pub key_list: Option<String>,
}
