//! Activations: a licence's devices.

use serde::{Deserialize, Serialize};
use warifu_core::hardware::Scheme;
use warifu_core::id::{ActivationId, DeviceId};
use warifu_core::seat::{ActivationState, ReleasedBy, Seat};
use warifu_core::text::Name;
use warifu_core::time::Timestamp;

use crate::json;

/// A licence bound to a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activation {
    /// Names the activation.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub id: ActivationId,
    /// The device.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub device: DeviceId,
    /// What the device's user calls it.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub device_name: Option<Name>,
    /// The class of device: `physical`, `vm`, `container` or `wsl`.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "physical"))]
    pub class: Scheme,
    /// Whether it holds its seat.
    pub active: bool,
    /// When it gave its seat back, if it did.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub released: Option<Timestamp>,
    /// Why.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "staff"))]
    pub released_by: Option<ReleasedBy>,
    /// Until when its last lease runs.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub lease_until: Timestamp,
    /// When one of its installations was last heard of.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub last_contact: Timestamp,
    /// When it was first granted.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created: Timestamp,
}

impl From<&Seat> for Activation {
    fn from(seat: &Seat) -> Self {
        let (released, released_by, lingers) = match seat.activation.state {
            ActivationState::Active => (None, None, None),
            ActivationState::Released { at, by, lingers_until } => (Some(at), Some(by), Some(lingers_until)),
        };
        Self {
            id: seat.activation.id,
            device: seat.device.id,
            device_name: seat.device.name.clone(),
            class: seat.device.fingerprint.scheme(),
            active: seat.is_active(),
            released,
            released_by,
            lease_until: lingers.unwrap_or_else(|| seat.lease_until()),
            last_contact: seat.last_contact(),
            created: seat.activation.created,
        }
    }
}
