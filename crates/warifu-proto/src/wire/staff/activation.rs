//! Activations: a licence's devices.

use serde::{Deserialize, Serialize};
use warifu_core::hardware::Scheme;
use warifu_core::id::{ActivationId, DeviceId, LicenceId};
use warifu_core::policy::Policy;
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
    /// The licence.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub licence: LicenceId,
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
    /// From when its seat may be given to another device, should it not be heard of until then; of a seat that is held.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub reclaimable_from: Option<Timestamp>,
    /// Since when it is announced that its seat may go to another device from `reclaimable_from` on: its last lease has ended, and it has not been heard
    /// of. Of a seat that is held.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub reclaim_announced: Option<Timestamp>,
    /// When its seat was given to another device because it had not been heard of; also once it has its seat again.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub reclaimed: Option<Timestamp>,
    /// Until when the device gets its seat back when it is heard of; of a seat that was reclaimed.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub objection_until: Option<Timestamp>,
    /// When somebody with the product key last asked for its release, if they did since it took its seat.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub release_asked: Option<Timestamp>,
    /// From when that release may take effect; absent once the device has been heard of.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub release_effective: Option<Timestamp>,
    /// How many of its installations are known, at most 16.
    pub installations: usize,
    /// How often one of them came back with an older lease: a restored backup or snapshot.
    pub rewinds: u32,
    /// When a copy of one of them was last noticed.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub copy_seen: Option<Timestamp>,
    /// When it was first granted.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created: Timestamp,
}

impl Activation {
    /// A seat of a licence under `policy`, at `now`.
    #[must_use]
    pub fn new(seat: &Seat, policy: &Policy, now: Timestamp) -> Self {
        let (released, released_by, lingers) = match seat.activation.state {
            ActivationState::Active => (None, None, None),
            ActivationState::Released { at, by, lingers_until } => (Some(at), Some(by), Some(lingers_until)),
        };
        Self {
            id: seat.activation.id,
            licence: seat.activation.licence,
            device: seat.device.id,
            device_name: seat.device.name.clone(),
            class: seat.device.fingerprint.scheme(),
            active: seat.is_active(),
            released,
            released_by,
            lease_until: lingers
                .filter(|_| seat.objection_until().is_none())
                .unwrap_or_else(|| seat.lease_until()),
            last_contact: seat.last_contact(),
            reclaimable_from: seat.is_active().then(|| seat.reclaimable_from(policy)),
            reclaim_announced: seat.reclaim_announced(now),
            reclaimed: seat.activation.reclaimed,
            objection_until: seat.objection_until(),
            release_asked: seat.activation.asked_release.map(|release| release.asked),
            release_effective: seat.activation.asked_release.and_then(|release| release.effective),
            installations: seat.installations.len(),
            rewinds: seat.installations.iter().map(|own| own.rewinds).fold(0, u32::saturating_add),
            copy_seen: seat.installations.iter().filter_map(|own| own.copy_seen).max(),
            created: seat.activation.created,
        }
    }
}
