//! A seat and who sits on it: the activation of a licence on a device, and the installations there with their lease chains.

use std::fmt;
use std::str::FromStr;

use crate::chain::Superseded;
use crate::hardware::{Reading, StoredFingerprint};
use crate::hex;
use crate::id::{ActivationId, DeviceId, IdempotencyKey, InstallationId, LeaseId, LicenceId, ParseIdError};
use crate::policy::Policy;
use crate::record::Revision;
use crate::text::Name;
use crate::time::{Span, Timestamp};

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
    /// How far its bound components have followed changes lately.
    pub drift: Drift,
    /// When it was first seen.
    pub created: Timestamp,
}

/// Changes of hardware that a device's bound components have followed within the last [`Drift::YEAR`]: when, and with what score. Oldest first, at most
/// [`Drift::MAX`]; when there are more, the two oldest become one of the later's age, so that the sum is never less than it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift(Vec<(Timestamp, u16)>);

impl Drift {
    /// How many changes are remembered apart.
    pub const MAX: usize = 8;
    /// The span in which they are summed: 365 days.
    pub const YEAR: Span = Span::days(365);

    /// The memory of these changes, which a store has kept. None when they are too many or not in order.
    #[must_use]
    pub fn from_changes(changes: Vec<(Timestamp, u16)>) -> Option<Self> {
        (changes.len() <= Self::MAX && changes.is_sorted_by_key(|(at, _)| *at)).then_some(Self(changes))
    }

    /// The changes, oldest first.
    #[must_use]
    pub fn changes(&self) -> &[(Timestamp, u16)] {
        &self.0
    }

    /// What the changes within the year before `now` come to.
    #[must_use]
    pub fn within_year(&self, now: Timestamp) -> u32 {
        let since = now.minus(Self::YEAR);
        self.0.iter().filter(|(at, _)| *at > since).map(|(_, score)| u32::from(*score)).sum()
    }

    /// The memory with one more change.
    #[must_use]
    pub fn with(&self, now: Timestamp, score: u16) -> Self {
        let since = now.minus(Self::YEAR);
        let mut changes: Vec<_> = self.0.iter().copied().filter(|(at, _)| *at > since).collect();
        // The clock of another node may stand a little behind.
        let now = changes.last().map_or(now, |(at, _)| now.max(*at));
        changes.push((now, score));
        if changes.len() > Self::MAX {
            let (_, oldest) = changes.remove(0);
            changes[0].1 = changes[0].1.saturating_add(oldest);
        }
        Self(changes)
    }
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

impl Device {
    /// The device after it was recognised with the hardware `seen`, which differs from the bound by `score`: bound to what was seen as long as the
    /// changes followed within a year come to no more than `drift_per_year`, else to what it was bound to before.
    #[must_use]
    pub fn followed(
        &self,
        seen: &StoredFingerprint,
        score: u32,
        drift_per_year: u16,
        name: Option<&Name>,
        now: Timestamp,
    ) -> Self {
        let score = u16::try_from(score).unwrap_or(u16::MAX);
        let sum = self.drift.within_year(now).saturating_add(u32::from(score));
        if score == 0 {
            return self.rebound(seen, name);
        }
        if sum > u32::from(drift_per_year) {
            return Self { name: name.or(self.name.as_ref()).cloned(), ..self.clone() };
        }
        Self { drift: self.drift.with(now, score), ..self.rebound(seen, name) }
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
    /// Somebody with the product key asked for it, and the device was not heard of while the release waited.
    KeyHolder,
    /// A device whose seat had been reclaimed came back in time and got it again; this one had taken a seat last.
    Objection,
}

impl ReleasedBy {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Installation,
        Self::Staff,
        Self::Reclaim,
        Self::KeyChange,
        Self::HardwareChange,
        Self::KeyHolder,
        Self::Objection,
    ];

    /// The reason's name in data and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Installation => "installation",
            Self::Staff => "staff",
            Self::Reclaim => "reclaim",
            Self::KeyChange => "key_change",
            Self::HardwareChange => "hardware_change",
            Self::KeyHolder => "key_holder",
            Self::Objection => "objection",
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
        /// Until when it counts against the change budget: until the last lease given to it ends, or, for a seat that was reclaimed, until the device
        /// can no longer object.
        lingers_until: Timestamp,
    },
}

/// A release of a seat that somebody with the product key has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedRelease {
    /// When it was asked for.
    pub asked: Timestamp,
    /// From when the seat may be given to another device; none once the device has been heard of, which is its objection.
    pub effective: Option<Timestamp>,
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
    /// When it last took a seat.
    pub held_since: Timestamp,
    /// The last release that somebody with the product key has asked for since then.
    pub asked_release: Option<AskedRelease>,
    /// When the service gave the seat to another device because nothing was heard of this one: of a seat that is reclaimed, or that is held again since.
    pub reclaimed: Option<Timestamp>,
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
    /// Which parts of the chain other branches have superseded.
    pub superseded: Superseded,
    /// When a copy of the installation was last noticed.
    pub copy_seen: Option<Timestamp>,
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

impl Activation {
    /// What the holder of the bare product key may call the seat.
    #[must_use]
    pub fn handle(&self) -> SeatHandle {
        let mut handle = [0; 8];
        handle.copy_from_slice(&self.id.as_bytes()[8..]);
        SeatHandle(handle)
    }
}

/// Names one of a licence's seats to the holder of the product key: the random half of the activation's id, without the time in it. It is written as 16
/// hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatHandle([u8; 8]);

impl SeatHandle {
    /// The handle with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for SeatHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl fmt::Debug for SeatHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl FromStr for SeatHandle {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let digits = text.len() == 16 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u64::from_str_radix(text, 16).ok().filter(|_| digits);
        number.map(|number| Self(number.to_be_bytes())).ok_or(ParseIdError)
    }
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

    /// From when the seat may be given to another device although nobody gave it back. The end of its last lease is the announcement; from then on the
    /// grace and the policy's notice run side by side, and the seat is safe until both are over.
    #[must_use]
    pub fn reclaimable_from(&self, policy: &Policy) -> Timestamp {
        self.lease_until().plus(policy.grace.max(policy.reclaim_notice))
    }

    /// Since when it is announced that the seat may go to another device, if it is: it is held, and its last lease has ended. A renewal withdraws it.
    #[must_use]
    pub fn reclaim_announced(&self, now: Timestamp) -> Option<Timestamp> {
        let ended = self.lease_until();
        (self.is_active() && ended <= now).then_some(ended)
    }

    /// Until when the device gets its reclaimed seat back, if it was reclaimed.
    #[must_use]
    pub fn objection_until(&self) -> Option<Timestamp> {
        match self.activation.state {
            ActivationState::Released { by: ReleasedBy::Reclaim, lingers_until, .. } => Some(lingers_until),
            _ => None,
        }
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
