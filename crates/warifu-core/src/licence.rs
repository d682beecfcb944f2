//! A licence: the right granted, with or without a key.

use crate::batch::{Batch, ImportedKeyRecord};
use crate::id::{BatchId, LicenceId, PolicyId};
use crate::key::{ImportedKeyHash, KeyNumber, SkuNumber};
use crate::policy::{Policy, Term};
use crate::record::Revision;
use crate::text::Name;
use crate::time::{Span, Timestamp};

/// Where a licence comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A product key of a batch.
    Key {
        /// The key's number.
        number: KeyNumber,
        /// The batch.
        batch: BatchId,
    },
    /// A key of another maker's format.
    Imported(ImportedKeyHash),
    /// Staff granted it without a key.
    Granted,
}

/// Whether the publisher lets the licence be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may be used.
    Active,
    /// It is held back and can be reinstated.
    Suspended {
        /// Since when.
        since: Timestamp,
    },
    /// It is taken back for good.
    Revoked {
        /// Since when.
        since: Timestamp,
        /// When leases that still run end: after the policy's notice.
        effective: Timestamp,
    },
}

impl Standing {
    /// The standing's name in data and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended { .. } => "suspended",
            Self::Revoked { .. } => "revoked",
        }
    }
}

/// A right to use one SKU on a number of devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// Names the licence.
    pub id: LicenceId,
    /// Which writing of the record this is.
    pub revision: Revision,
    /// What it is for.
    pub sku: SkuNumber,
    /// Its rules.
    pub policy: PolicyId,
    /// Where it comes from.
    pub origin: Origin,
    /// How often its key has been replaced; the current key's tag covers this.
    pub key_generation: u16,
    /// Whether it may be used.
    pub standing: Standing,
    /// How many devices it may be active on.
    pub seats: u32,
    /// How many devices it is active on.
    pub seats_taken: u32,
    /// From when it may be used.
    pub starts: Timestamp,
    /// When the right ends, if it does and this is known yet.
    pub ends: Option<Timestamp>,
    /// When the newest proof of purchase was issued that a device was let in by. It and all before it are used up.
    pub proof_used: Option<Timestamp>,
    /// The publisher's note: an order, a customer number. No personal data.
    pub label: Option<Name>,
    /// When the record was made: for a key, at its first activation.
    pub created: Timestamp,
}

impl Licence {
    /// How often a key can be replaced. A forged tag is tried against every generation, so the number is small.
    pub const KEY_GENERATION_MAX: u16 = 15;

    /// The licence that a key of `batch` claims when it is first used.
    #[must_use]
    pub fn from_key(
        id: LicenceId,
        number: KeyNumber,
        batch: &Batch,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        Self::new(id, batch.sku, policy, Origin::Key { number, batch: batch.id }, now)
    }

    /// The licence that a key of another maker's format claims when it is first used.
    #[must_use]
    pub fn from_import(id: LicenceId, key: &ImportedKeyRecord, policy: &Policy, now: Timestamp) -> Self {
        Self::new(id, key.sku, policy, Origin::Imported(key.hash), now)
    }

    /// A licence under `policy` that takes its seats and term.
    #[must_use]
    pub fn new(id: LicenceId, sku: SkuNumber, policy: &Policy, origin: Origin, now: Timestamp) -> Self {
        Self {
            id,
            revision: Revision::NEW,
            sku,
            policy: policy.id,
            origin,
            key_generation: 0,
            standing: Standing::Active,
            seats: policy.seats,
            seats_taken: 0,
            starts: now,
            ends: match policy.term {
                Term::Until(end) => Some(end),
                Term::Perpetual | Term::Days(_) => None,
            },
            proof_used: None,
            label: None,
            created: now,
        }
    }

    /// The number of the key that claims the licence, if it has one of Warifu's.
    #[must_use]
    pub const fn key_number(&self) -> Option<KeyNumber> {
        match self.origin {
            Origin::Key { number, .. } => Some(number),
            Origin::Imported(_) | Origin::Granted => None,
        }
    }

    /// Fixes the end of a term that counts from the first activation.
    pub fn begin_term(&mut self, policy: &Policy, now: Timestamp) {
        if let (None, Term::Days(days)) = (self.ends, policy.term) {
            self.ends = Some(now.plus(Span::days(days)));
        }
    }
}
