//! Entries of the log.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use warifu_core::event;
use warifu_core::id::{ActivationId, BatchId, DeviceId, EventId, LicenceId};
use warifu_core::time::Timestamp;

use crate::json;

/// What kind of actor did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub enum ActorKind {
    /// An installation.
    Installation,
    /// A member of staff.
    Staff,
    /// The service by itself.
    Service,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Names the entry.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub id: EventId,
    /// When it happened.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// What kind of actor did it.
    pub actor: ActorKind,
    /// Which: an installation's thumbprint or a member of staff's id.
    #[serde(default)]
    pub actor_id: Option<String>,
    /// What was done.
    #[cfg_attr(feature = "openapi", schema(example = "licence.revoked"))]
    pub action: String,
    /// The licence that it is about.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "uuid"))]
    pub licence: Option<LicenceId>,
    /// The activation that it is about.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "uuid"))]
    pub activation: Option<ActivationId>,
    /// The device that it is about.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "uuid"))]
    pub device: Option<DeviceId>,
    /// The batch that it is about.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "uuid"))]
    pub batch: Option<BatchId>,
    /// Why, for a refusal: a code of the catalogue, or one that was retired.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "seat_limit_reached"))]
    pub code: Option<String>,
    /// What the decision rested on, by name.
    #[serde(default)]
    pub details: BTreeMap<String, String>,
    /// Its index in the verifiable log; absent for the second or so until it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_index: Option<u64>,
}

impl From<&event::Event> for Event {
    fn from(event: &event::Event) -> Self {
        let (actor, actor_id) = match event.actor {
            event::Actor::Installation(id) => (ActorKind::Installation, Some(id.to_string())),
            event::Actor::Staff(id) => (ActorKind::Staff, Some(id.to_string())),
            event::Actor::Service => (ActorKind::Service, None),
        };
        Self {
            id: event.id,
            at: event.at,
            actor,
            actor_id,
            action: event.action.as_str().to_owned(),
            licence: event.subject.licence,
            activation: event.subject.activation,
            device: event.subject.device,
            batch: event.subject.batch,
            code: event.code.as_ref().map(|code| code.as_str().to_owned()),
            details: event.details.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            log_index: None,
        }
    }
}
