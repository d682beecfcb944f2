//! Members of staff, and the tokens by which they are known.

use std::fmt;

use serde::{Deserialize, Serialize};
use warifu_core::id::StaffId;
use warifu_core::staff::{self, Role};
use warifu_core::text::Name;
use warifu_core::time::Timestamp;

use crate::json;

/// Asks for a staff token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateStaff {
    /// What people call the member. Unique among those whose token is good.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
    pub name: Name,
    /// What they may do.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = RoleName))]
    pub role: Role,
}

/// A member of staff, or a program with a token of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffMember {
    /// Names the member.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub id: StaffId,
    /// What people call them.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Name,
    /// What they may do.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = RoleName))]
    pub role: Role,
    /// Whether the token was withdrawn.
    pub removed: bool,
    /// When the token was made.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created: Timestamp,
}

impl From<&staff::Staff> for StaffMember {
    fn from(staff: &staff::Staff) -> Self {
        Self {
            id: staff.id,
            name: staff.name.clone(),
            role: staff.role,
            removed: staff.removed,
            created: staff.created,
        }
    }
}

/// A new member of staff with the token, which is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedStaff {
    /// The member.
    pub staff: StaffMember,
    /// The token. Absent when the request was answered before: only its hash is kept, so remove the member and make another.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "wst_…"))]
    pub token: Option<String>,
}

impl fmt::Debug for CreatedStaff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreatedStaff({:?}, token …)", self.staff)
    }
}

/// What staff may do, for the OpenAPI file; never built.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Role, rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its schema is used")]
enum RoleName {
    ReadOnly,
    Support,
    Operator,
    Owner,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_shown_by_debug() {
        let text = r#"{"staff":{"id":"01890a5d-ac96-774b-bcce-b302099a8057","name":"a","role":"read-only",
            "removed":false,"created":"2026-04-01T09:30:00Z"},"token":"wst_SECRET"}"#;
        let created: CreatedStaff = serde_json::from_str(text).unwrap();
        assert_eq!(created.staff.role, Role::ReadOnly);
        assert!(!format!("{created:?}").contains("SECRET"));
    }
}
