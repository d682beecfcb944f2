//! Product keys as they are made: a batch of any size is one record, for its keys are computed, not stored.

use crate::id::{BatchId, PolicyId};
use crate::key::{ImportedKeyHash, KeyFormat, SkuNumber};
use crate::record::Revision;
use crate::text::Name;
use crate::time::Timestamp;

/// A run of product keys of one SKU under one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Names the batch; the keys' tags derive from it.
    pub id: BatchId,
    /// Which writing of the record this is.
    pub revision: Revision,
    /// What the keys are for.
    pub sku: SkuNumber,
    /// The rules of the licences that the keys claim.
    pub policy: PolicyId,
    /// Live keys or test keys.
    pub format: KeyFormat,
    /// Which master secret the tags derive from.
    pub epoch: u16,
    /// The first index that the batch's serials are dealt from.
    pub first_index: u32,
    /// How many keys: 1 to [`Batch::COUNT_MAX`].
    pub count: u32,
    /// The publisher's note: an order, a reseller.
    pub label: Option<Name>,
    /// Whether the batch has been withdrawn: none of its keys starts a new licence.
    pub withdrawn: bool,
    /// When it was issued.
    pub created: Timestamp,
}

impl Batch {
    /// The most keys in one batch.
    pub const COUNT_MAX: u32 = 100_000_000;

    /// Whether a serial dealt from `index` belongs to the batch.
    #[must_use]
    pub fn covers(&self, index: u32) -> bool {
        index.checked_sub(self.first_index).is_some_and(|offset| offset < self.count)
    }
}

/// A key of another maker's format, taken over as a keyed hash. Never rewritten: the licence that it claims names the hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedKeyRecord {
    /// The key's hash under the service's import secret.
    pub hash: ImportedKeyHash,
    /// Which writing of the record this is.
    pub revision: Revision,
    /// What the key is for.
    pub sku: SkuNumber,
    /// The rules of the licence that it claims.
    pub policy: PolicyId,
    /// Whether the key has less than 64 bits of entropy, and so gets stricter limits.
    pub weak: bool,
    /// When it was taken over.
    pub created: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_covers_exactly_its_indices() {
        let batch = Batch {
            id: BatchId::from_bytes([1; 16]),
            revision: Revision::NEW,
            sku: SkuNumber::new(1).unwrap(),
            policy: PolicyId::from_bytes([2; 16]),
            format: KeyFormat::Live,
            epoch: 1,
            first_index: u32::MAX - 9,
            count: 10,
            label: None,
            withdrawn: false,
            created: Timestamp::MIN,
        };
        assert!(batch.covers(u32::MAX - 9) && batch.covers(u32::MAX));
        assert!(!batch.covers(u32::MAX - 10) && !batch.covers(0));
    }
}
