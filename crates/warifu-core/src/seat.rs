//! A seat and who sits on it: the activation of a licence on a device, and the installations there with their lease chains.

use crate::hardware::{Reading, StoredFingerprint};
use crate::id::{ActivationId, DeviceId, IdempotencyKey, InstallationId, LeaseId, LicenceId};
use crate::record::Revision;
use crate::text::Name;
use crate::time::Timestamp;

/// Hardware that the service has recognised.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Names the device.
    pub id: DeviceId,
    /// Which writing of the record this is.
    pub revision: Revision,
    /// Its components, as they were when it was last bound.
    pub fingerprint: StoredFingerprint,
    /// What its user calls it.
    pub name: Option<Name>,
    /// When it was first seen.
    pub created: Timestamp,
}

impl Device {
    /// The device bound to the hardware `seen` now. A component that could not be read this time keeps its former value: an ordinary user sees
    /// less of a machine than its administrator.
    #[must_use]
    pub fn rebound(&self, seen: &StoredFingerprint, name: Option<&Name>) -> Self {
        let fingerprint = seen.readings().fold(*seen, |fingerprint, (kind, reading)| match reading {
            Reading::Present(_) => fingerprint,
            Reading::Missing | Reading::Unreliable => fingerprint.with(kind, self.fingerprint.reading(kind)),
        });
        Self { fingerprint, name: name.or(self.name.as_ref()).cloned(), ..self.clone() }
    }
}

/// Why a seat was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleasedBy {
    /// The device itself.
    Installation,
    /// The publisher's staff.
    Staff,
    /// The service, for a device that has been silent past the end of its lease and grace.
    Reclaim,
    /// The device took another licence.
    KeyChange,
    /// The same installation came back on other hardware, with the key.
    HardwareChange,
}

impl ReleasedBy {
    /// Every reason.
    pub const ALL: [Self; 5] =
        [Self::Installation, Self::Staff, Self::Reclaim, Self::KeyChange, Self::HardwareChange];

    /// The reason's name in data and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Installation => "installation",
            Self::Staff => "staff",
            Self::Reclaim => "reclaim",
            Self::KeyChange => "key_change",
            Self::HardwareChange => "hardware_change",
        }
    }

    /// The reason with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// Whether an activation holds its seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivationState {
    /// It holds its seat.
    Active,
    /// It gave its seat back.
    Released {
        /// When.
        at: Timestamp,
        /// Why.
        by: ReleasedBy,
        /// Until when the last lease given to it still runs: until then it counts against the change budget.
        lingers_until: Timestamp,
    },
}

/// A licence bound to a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Names the activation.
    pub id: ActivationId,
    /// Which writing of the record this is.
    pub revision: Revision,
    /// The licence.
    pub licence: LicenceId,
    /// The device.
    pub device: DeviceId,
    /// Whether it holds its seat.
    pub state: ActivationState,
    /// Until when leases may run that were given on this seat to installations which have since gone: [`Timestamp::MIN`] if there are none. Of a
    /// seat that was given back, its `lingers_until` says it.
    pub left_until: Timestamp,
    /// When it was first granted.
    pub created: Timestamp,
}

/// What an installation asked for last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// To be activated.
    Activate,
    /// A new lease.
    Renew,
    /// To move to another licence.
    ChangeKey,
    /// To be released.
    Deactivate,
}

impl Command {
    /// Every command that changes something.
    pub const ALL: [Self; 4] = [Self::Activate, Self::Renew, Self::ChangeKey, Self::Deactivate];

    /// The command's name in data and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Renew => "renew",
            Self::ChangeKey => "change_key",
            Self::Deactivate => "deactivate",
        }
    }

    /// The command with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.as_str() == name)
    }
}

/// The newest link of an installation's lease chain: all that is needed to make the lease again, should its answer have been lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The lease.
    pub lease: LeaseId,
    /// The lease before it.
    pub parent: Option<LeaseId>,
    /// Counts the chain's leases, from 1.
    pub sequence: u64,
    /// What was asked for.
    pub command: Command,
    /// The request that this answered.
    pub request: IdempotencyKey,
    /// When the request's nonce was made, in milliseconds since 1970: no older nonce is accepted again.
    pub nonce_millis: u64,
    /// When the lease was issued.
    pub issued: Timestamp,
    /// When the client should renew it.
    pub renew_after: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
}

/// One key pair and one lease chain on a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Names the installation: its public key's thumbprint.
    pub id: InstallationId,
    /// Which writing of the record this is.
    pub revision: Revision,
    /// The licence that it runs under; kept here so that one look finds the longest-silent installation of a licence.
    pub licence: LicenceId,
    /// The activation that it runs under.
    pub activation: ActivationId,
    /// The chain's newest link.
    pub head: Head,
    /// How often an older link of the chain came back: a restored backup or snapshot.
    pub rewinds: u32,
    /// Whether it has been released and holds no lease.
    pub ended: bool,
    /// When it enrolled.
    pub created: Timestamp,
}

/// An activation with its device and installations: one seat, as decisions see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seat {
    /// The activation.
    pub activation: Activation,
    /// Its device.
    pub device: Device,
    /// The installations on it, those whose leases end last first, at most [`Seat::INSTALLATIONS_LOADED`] and the one that asks.
    pub installations: Vec<Installation>,
}

impl Seat {
    /// How many of a seat's installations a store loads besides the one that asks.
    pub const INSTALLATIONS_LOADED: usize = 16;

    /// Whether the seat is held.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.activation.state == ActivationState::Active
    }

    /// When the last of the seat's leases ends.
    #[must_use]
    pub fn lease_until(&self) -> Timestamp {
        self.installations
            .iter()
            .map(|installation| installation.head.expires)
            .chain([self.activation.left_until])
            .max()
            .unwrap_or(Timestamp::MIN)
    }

    /// When one of the seat's installations was last heard of.
    #[must_use]
    pub fn last_contact(&self) -> Timestamp {
        self.installations
            .iter()
            .map(|installation| installation.head.issued)
            .max()
            .unwrap_or(self.activation.created)
    }
}
