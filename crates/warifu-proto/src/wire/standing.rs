//! Where a licence and its seat stand, as a device may know it.

use serde::{Deserialize, Serialize};
use warifu_core::id::LicenceId;
use warifu_core::key::KeyNumber;
use warifu_core::policy::Channel;
use warifu_core::text::{Name, Slug};
use warifu_core::time::Timestamp;

use crate::json;

/// Whether a licence may be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub enum LicenceState {
    /// It may be used.
    Active,
    /// It may not be used yet.
    NotStarted,
    /// It has ended.
    Ended,
    /// The publisher holds it back.
    Suspended,
    /// The publisher has taken it back.
    Revoked,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Whether a licence may go to another device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub enum MayMove {
    /// Within the change budget.
    Yes,
    /// Never.
    No,
    /// With a repair ticket.
    WithTicket,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Where a licence and this device's seat stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    /// The licence.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub licence: LicenceId,
    /// Whether it may be used.
    pub state: LicenceState,
    /// Whether this device holds a seat.
    pub activated: bool,
    /// When the right ends, if it does.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub ends: Option<Timestamp>,
    /// How many devices it may be active on.
    pub seats: u32,
    /// How many devices it is active on.
    pub seats_taken: u32,
    /// The kind of licence.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "retail"))]
    pub channel: Channel,
    /// Whether it may go to another device.
    pub may_move: MayMove,
    /// The product's code.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub product: Slug,
    /// What people call the product.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub product_name: Name,
    /// The edition's code.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub edition: Slug,
    /// What people call the edition.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub edition_name: Name,
    /// The public number of the product key, if the licence has one of Warifu's.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "20040-00001"))]
    pub key_number: Option<KeyNumber>,
    /// What this device is called.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub device_name: Option<Name>,
}
