//! Which product keys are genuine: told from the key and the registry alone, before the store is touched.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use warifu_core::batch::Batch;
use warifu_core::id::BatchId;
use warifu_core::key::{KeyFormat, KeyNumber, ProductKey, SerialPermutation, SkuNumber, TagSecret};
use warifu_core::licence::Licence;

use crate::port::Registry;
use crate::secrets::Secrets;

/// A key whose tag is good.
#[derive(Clone, Debug)]
pub struct GenuineKey {
    /// The key's number.
    pub number: KeyNumber,
    /// The batch that it was issued in.
    pub batch: Arc<Batch>,
    /// Which generation of the key it is.
    pub generation: u16,
}

struct Issued {
    batch: Arc<Batch>,
    tags: TagSecret,
}

/// The batches of a registry with the secrets that their keys' tags and serials are made with, made once per change of the registry.
pub struct KeyRing {
    serials: HashMap<(KeyFormat, SkuNumber), SerialPermutation>,
    /// By format, SKU and first index. Batches of one SKU do not overlap.
    issued: BTreeMap<(u8, SkuNumber, u32), Issued>,
    /// What a key of no batch is checked against, so that the answer takes as long as for a number that was issued.
    decoy: Option<TagSecret>,
}

impl KeyRing {
    /// The key ring of a registry. Batches of an epoch whose master is not in `secrets` are left out: their keys cannot be told from
    /// forged ones.
    #[must_use]
    pub fn new(registry: &Registry, secrets: &Secrets) -> Self {
        let mut serials = HashMap::new();
        let mut issued = BTreeMap::new();
        for batch in registry.batches.values() {
            let Some(master) = secrets.master(batch.epoch) else {
                tracing::warn!(batch = %batch.id, epoch = batch.epoch, "no master secret of this batch's epoch");
                continue;
            };
            serials
                .entry((batch.format, batch.sku))
                .or_insert_with(|| secrets.serials(batch.format, batch.sku));
            let tags = TagSecret::derive(master, batch.id);
            let entry = Issued { batch: Arc::new(batch.clone()), tags };
            issued.insert((batch.format.nibble(), batch.sku, batch.first_index), entry);
        }
        let decoy = secrets.master(secrets.newest_epoch());
        let decoy = decoy.map(|master| TagSecret::derive(master, BatchId::from_bytes([0; 16])));
        Self { serials, issued, decoy }
    }

    /// Whether a key was issued, by which batch, and of which generation it is. A serial that was never issued and a tag that does not fit
    /// are not told apart.
    #[must_use]
    pub fn examine(&self, key: &ProductKey) -> Option<GenuineKey> {
        let number = key.number();
        let issued = self.issued(number);
        let tags = issued.map(|issued| &issued.tags).or(self.decoy.as_ref())?;
        let generation =
            (0..=Licence::KEY_GENERATION_MAX).find(|&generation| tags.verify(key, generation))?;
        Some(GenuineKey { number, batch: issued?.batch.clone(), generation })
    }

    /// The batch that a key number was issued in.
    #[must_use]
    pub fn batch_of(&self, number: KeyNumber) -> Option<Arc<Batch>> {
        self.issued(number).map(|issued| issued.batch.clone())
    }

    /// The key with this number, of this generation: what its owner may be shown again although no key is stored.
    #[must_use]
    pub fn show(&self, number: KeyNumber, generation: u16) -> Option<ProductKey> {
        Some(self.issued(number)?.tags.issue(number, generation))
    }

    /// The `offset`-th key of a batch.
    #[must_use]
    pub fn key_at(&self, batch: &Batch, offset: u32) -> Option<ProductKey> {
        if offset >= batch.count {
            return None;
        }
        let index = batch.first_index.checked_add(offset)?;
        let serial = self.serials.get(&(batch.format, batch.sku))?.serial(index);
        self.show(KeyNumber { format: batch.format, sku: batch.sku, serial }, 0)
    }

    fn issued(&self, number: KeyNumber) -> Option<&Issued> {
        let index = self.serials.get(&(number.format, number.sku))?.index(number.serial);
        let nibble = number.format.nibble();
        let (_, issued) = self.issued.range(..=(nibble, number.sku, index)).next_back()?;
        let batch = &issued.batch;
        (batch.format == number.format && batch.sku == number.sku && batch.covers(index)).then_some(issued)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({} batches)", self.issued.len())
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::id::PolicyId;
    use warifu_core::record::Revision;
    use warifu_core::time::Timestamp;

    use super::*;
    use crate::testing::Counting;

    fn batch(id: u8, sku: u16, first_index: u32, count: u32) -> Batch {
        Batch {
            id: BatchId::from_bytes([id; 16]),
            revision: Revision::NEW,
            sku: SkuNumber::new(sku).unwrap(),
            policy: PolicyId::from_bytes([1; 16]),
            format: KeyFormat::Live,
            epoch: 1,
            first_index,
            count,
            label: None,
            withdrawn: false,
            created: Timestamp::MIN,
        }
    }

    fn ring(secrets: &Secrets) -> (KeyRing, Vec<Batch>) {
        let batches = vec![batch(1, 7, 0, 100), batch(2, 7, 100, 50), batch(3, 8, 0, 10)];
        let registry = Registry {
            batches: batches.iter().map(|batch| (batch.id, batch.clone())).collect(),
            ..Registry::default()
        };
        (KeyRing::new(&registry, secrets), batches)
    }

    #[test]
    fn every_key_of_a_batch_is_genuine_and_names_its_batch() {
        let (ring, batches) = ring(&Secrets::generate(&mut Counting::new(1)));
        for batch in &batches {
            for offset in 0..batch.count {
                let key = ring.key_at(batch, offset).unwrap();
                let found = ring.examine(&key).unwrap();
                assert_eq!((found.batch.id, found.generation), (batch.id, 0));
            }
            assert!(ring.key_at(batch, batch.count).is_none());
        }
    }

    #[test]
    fn a_key_of_another_service_or_beyond_the_issued_range_is_not_genuine() {
        let (ring_here, batches) = ring(&Secrets::generate(&mut Counting::new(1)));
        let (elsewhere, _) = ring(&Secrets::generate(&mut Counting::new(2)));
        for offset in 0..batches[0].count {
            assert!(ring_here.examine(&elsewhere.key_at(&batches[0], offset).unwrap()).is_none());
        }
        let longer = batch(2, 7, 100, 5_000);
        let unissued = ring_here.key_at(&longer, 4_999);
        assert!(unissued.is_none(), "its number belongs to no batch");
    }

    #[test]
    fn a_replaced_key_is_of_a_later_generation() {
        let (ring, batches) = ring(&Secrets::generate(&mut Counting::new(1)));
        let number = ring.key_at(&batches[0], 5).unwrap().number();
        let replaced = ring.show(number, 3).unwrap();
        assert_eq!(ring.examine(&replaced).unwrap().generation, 3);
        let beyond = ring.show(number, Licence::KEY_GENERATION_MAX + 1).unwrap();
        assert!(ring.examine(&beyond).is_none());
    }
}
