//! What an application holds back while it is not activated.

use serde::{Deserialize, Serialize};
use warifu_core::policy;
use warifu_core::text::Name;
use warifu_core::time::Span;

use crate::json;

/// What an application holds back while it is not activated. In a request, each member that is not given holds nothing back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Restrictions {
    /// Personalisation (themes, wallpaper, layouts) is locked.
    #[serde(default)]
    pub personalisation_locked: bool,
    /// How often to remind, in seconds, if at all: at least 300.
    #[serde(default, with = "json::optional_span")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, minimum = 300))]
    pub reminder_every_seconds: Option<Span>,
    /// A text to draw over the window, if any.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
    pub watermark: Option<Name>,
    /// Feature updates are withheld. Security fixes never are.
    #[serde(default)]
    pub feature_updates_withheld: bool,
    /// Whether the device is entitled to the publisher's support.
    #[serde(default)]
    pub support_eligible: bool,
}

impl From<&policy::Restrictions> for Restrictions {
    fn from(restrictions: &policy::Restrictions) -> Self {
        Self {
            personalisation_locked: restrictions.personalisation_locked,
            reminder_every_seconds: restrictions.reminder_every,
            watermark: restrictions.watermark.clone(),
            feature_updates_withheld: restrictions.feature_updates_withheld,
            support_eligible: restrictions.support_eligible,
        }
    }
}

impl From<Restrictions> for policy::Restrictions {
    fn from(restrictions: Restrictions) -> Self {
        Self {
            personalisation_locked: restrictions.personalisation_locked,
            reminder_every: restrictions.reminder_every_seconds,
            watermark: restrictions.watermark,
            feature_updates_withheld: restrictions.feature_updates_withheld,
            support_eligible: restrictions.support_eligible,
        }
    }
}
