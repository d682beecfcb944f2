//! What happened, for the log. Every grant, refusal and act of staff is an event, committed together with the change it describes. Events
//! hold pseudonyms, never a key, an address or a name.

use crate::catalogue::Code;
use crate::id::{ActivationId, BatchId, DeviceId, EventId, InstallationId, LicenceId, StaffId};
use crate::time::Timestamp;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An installation, by its key.
    Installation(InstallationId),
    /// A member of staff, or a program with a staff token.
    Staff(StaffId),
    /// The service by itself.
    Service,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A device got a new seat.
    ActivationGranted,
    /// A device got its own seat again.
    ActivationRepeated,
    /// A device was refused.
    ActivationRefused,
    /// A seat was given back.
    ActivationReleased,
    /// A renewal was refused.
    RenewalRefused,
    /// An older link of a lease chain came back.
    LeaseRewound,
    /// A device moved to another licence.
    KeyChanged,
    /// A licence was granted without a key.
    LicenceGranted,
    /// A licence was suspended.
    LicenceSuspended,
    /// A licence was reinstated.
    LicenceReinstated,
    /// A licence was revoked.
    LicenceRevoked,
    /// A licence's end was moved.
    LicenceExtended,
    /// A licence's term was renewed.
    LicenceRenewed,
    /// A licence got more seats.
    LicenceToppedUp,
    /// A licence's key was replaced.
    LicenceKeyReplaced,
    /// A licence's key was shown to staff.
    LicenceKeyShown,
    /// A product was added.
    ProductCreated,
    /// A SKU was added.
    SkuCreated,
    /// A policy was added.
    PolicyCreated,
    /// A policy got a new version.
    PolicyChanged,
    /// A batch of product keys was issued.
    BatchIssued,
    /// A batch was withdrawn.
    BatchWithdrawn,
    /// A batch's keys were written out.
    BatchExported,
    /// Keys of another format were taken over.
    KeysImported,
    /// A staff token was made.
    StaffCreated,
    /// A staff token was withdrawn.
    StaffRemoved,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 26] = [
        Self::ActivationGranted,
        Self::ActivationRepeated,
        Self::ActivationRefused,
        Self::ActivationReleased,
        Self::RenewalRefused,
        Self::LeaseRewound,
        Self::KeyChanged,
        Self::LicenceGranted,
        Self::LicenceSuspended,
        Self::LicenceReinstated,
        Self::LicenceRevoked,
        Self::LicenceExtended,
        Self::LicenceRenewed,
        Self::LicenceToppedUp,
        Self::LicenceKeyReplaced,
        Self::LicenceKeyShown,
        Self::ProductCreated,
        Self::SkuCreated,
        Self::PolicyCreated,
        Self::PolicyChanged,
        Self::BatchIssued,
        Self::BatchWithdrawn,
        Self::BatchExported,
        Self::KeysImported,
        Self::StaffCreated,
        Self::StaffRemoved,
    ];

    /// The action's name in the log: `licence.revoked`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ActivationGranted => "activation.granted",
            Self::ActivationRepeated => "activation.repeated",
            Self::ActivationRefused => "activation.refused",
            Self::ActivationReleased => "activation.released",
            Self::RenewalRefused => "renewal.refused",
            Self::LeaseRewound => "lease.rewound",
            Self::KeyChanged => "key.changed",
            Self::LicenceGranted => "licence.granted",
            Self::LicenceSuspended => "licence.suspended",
            Self::LicenceReinstated => "licence.reinstated",
            Self::LicenceRevoked => "licence.revoked",
            Self::LicenceExtended => "licence.extended",
            Self::LicenceRenewed => "licence.renewed",
            Self::LicenceToppedUp => "licence.topped_up",
            Self::LicenceKeyReplaced => "licence.key_replaced",
            Self::LicenceKeyShown => "licence.key_shown",
            Self::ProductCreated => "product.created",
            Self::SkuCreated => "sku.created",
            Self::PolicyCreated => "policy.created",
            Self::PolicyChanged => "policy.changed",
            Self::BatchIssued => "batch.issued",
            Self::BatchWithdrawn => "batch.withdrawn",
            Self::BatchExported => "batch.exported",
            Self::KeysImported => "keys.imported",
            Self::StaffCreated => "staff.created",
            Self::StaffRemoved => "staff.removed",
        }
    }

    /// The action with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

/// What an event is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The licence.
    pub licence: Option<LicenceId>,
    /// The activation.
    pub activation: Option<ActivationId>,
    /// The device.
    pub device: Option<DeviceId>,
    /// The batch.
    pub batch: Option<BatchId>,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Names the entry.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// Why, for a refusal.
    pub code: Option<Code>,
    /// What the decision rested on, by name: enough to make it again.
    pub details: Vec<(&'static str, String)>,
}
