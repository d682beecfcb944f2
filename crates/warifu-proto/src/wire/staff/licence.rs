//! Licences and what staff do to them.

use serde::{Deserialize, Serialize};
use warifu_core::id::{BatchId, LicenceId, PolicyId};
use warifu_core::key::{KeyNumber, SkuNumber};
use warifu_core::licence::{self, Origin, Standing};
use warifu_core::text::Name;
use warifu_core::time::Timestamp;

use crate::json;
use crate::wire::key_text::KeyText;

/// Asks for a licence without a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantLicence {
    /// What it is for: a SKU's number.
    #[serde(with = "super::sku_number")]
    #[cfg_attr(feature = "openapi", schema(value_type = u16, maximum = 16383))]
    pub sku: SkuNumber,
    /// Its rules.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub policy: PolicyId,
    /// How many devices it may be active on; the policy's number when it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000_000))]
    pub seats: Option<u32>,
    /// The publisher's note: an order, a customer number. No personal data.
    #[serde(default, with = "json::optional_text", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
    pub label: Option<Name>,
}

/// Moves a licence's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExtendLicence {
    /// The new end; later than now.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub until: Timestamp,
}

/// Adds seats to a licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TopUpLicence {
    /// How many more: at least 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000_000))]
    pub seats: u32,
}

/// Where a licence comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub enum LicenceOrigin {
    /// A product key.
    Key,
    /// A key of another format.
    Imported,
    /// Staff granted it.
    Granted,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Whether the publisher lets a licence be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub enum LicenceStanding {
    /// It may be used.
    Active,
    /// It is held back and can be reinstated.
    Suspended,
    /// It is taken back for good.
    Revoked,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A right to use one SKU on a number of devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Licence {
    /// Names the licence.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub id: LicenceId,
    /// What it is for: a SKU's number.
    #[serde(with = "super::sku_number")]
    #[cfg_attr(feature = "openapi", schema(value_type = u16, maximum = 16383))]
    pub sku: SkuNumber,
    /// Its rules.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub policy: PolicyId,
    /// Where it comes from.
    pub origin: LicenceOrigin,
    /// The public number of its product key, if it has one.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "20040-00001"))]
    pub key_number: Option<KeyNumber>,
    /// The batch of its product key, if it has one.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "uuid"))]
    pub batch: Option<BatchId>,
    /// How often its key was replaced.
    pub key_generation: u16,
    /// Whether it may be used.
    pub standing: LicenceStanding,
    /// Since when it is suspended or revoked.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub standing_since: Option<Timestamp>,
    /// When a revocation ends the leases that still run.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub revocation_effective: Option<Timestamp>,
    /// How many devices it may be active on.
    pub seats: u32,
    /// How many devices it is active on.
    pub seats_taken: u32,
    /// From when it may be used.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub starts: Timestamp,
    /// When the right ends, if it does and this is known yet.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub ends: Option<Timestamp>,
    /// The publisher's note.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub label: Option<Name>,
    /// When the record was made: for a key, at its first activation.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created: Timestamp,
}

impl From<&licence::Licence> for Licence {
    fn from(licence: &licence::Licence) -> Self {
        let (origin, batch) = match licence.origin {
            Origin::Key { batch, .. } => (LicenceOrigin::Key, Some(batch)),
            Origin::Imported(_) => (LicenceOrigin::Imported, None),
            Origin::Granted => (LicenceOrigin::Granted, None),
        };
        let (standing, standing_since, revocation_effective) = match licence.standing {
            Standing::Active => (LicenceStanding::Active, None, None),
            Standing::Suspended { since } => (LicenceStanding::Suspended, Some(since), None),
            Standing::Revoked { since, effective } => {
                (LicenceStanding::Revoked, Some(since), Some(effective))
            }
        };
        Self {
            id: licence.id,
            sku: licence.sku,
            policy: licence.policy,
            origin,
            key_number: licence.key_number(),
            batch,
            key_generation: licence.key_generation,
            standing,
            standing_since,
            revocation_effective,
            seats: licence.seats,
            seats_taken: licence.seats_taken,
            starts: licence.starts,
            ends: licence.ends,
            label: licence.label.clone(),
            created: licence.created,
        }
    }
}

/// A licence's product key, computed when it is asked for. It must not be logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicenceKey {
    /// The licence.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub licence: LicenceId,
    /// The product key that claims it now.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub key: KeyText,
}
