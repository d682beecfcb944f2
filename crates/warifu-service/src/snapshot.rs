//! The registry and its key ring as every thread sees them: exchanged whole when staff change something.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::keyring::KeyRing;
use crate::port::{Registry, RegistryRecord};
use crate::refusals::RefusalLog;
use crate::secrets::Secrets;

/// A registry with the key ring made from it.
#[derive(Debug)]
pub struct Snapshot {
    /// The records.
    pub registry: Arc<Registry>,
    /// Their keys.
    pub keys: KeyRing,
}

/// The present snapshot.
#[derive(Debug)]
pub struct Current {
    secrets: RwLock<Arc<Secrets>>,
    snapshot: RwLock<Arc<Snapshot>>,
    /// Held while a new snapshot is made from the present one, so that no change is lost.
    changing: Mutex<()>,
    /// What the writing thread remembers between groups besides.
    pub(crate) refusals: Arc<RefusalLog>,
}

impl Current {
    /// The snapshot of `registry`.
    #[must_use]
    pub fn new(registry: Registry, secrets: Arc<Secrets>) -> Self {
        let keys = KeyRing::new(&registry, &secrets);
        let snapshot = RwLock::new(Arc::new(Snapshot { registry: Arc::new(registry), keys }));
        let secrets = RwLock::new(secrets);
        Self { secrets, snapshot, changing: Mutex::new(()), refusals: Arc::new(RefusalLog::new()) }
    }

    /// The present snapshot.
    #[must_use]
    pub fn get(&self) -> Arc<Snapshot> {
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts `registry` in the place of the present one.
    pub fn replace(&self, registry: Registry) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.exchange(registry);
    }

    fn exchange(&self, registry: Registry) {
        let keys = KeyRing::new(&registry, &self.secrets());
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(Snapshot { registry: Arc::new(registry), keys });
    }

    /// The secrets.
    #[must_use]
    pub fn secrets(&self) -> Arc<Secrets> {
        self.secrets.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts `secrets` in the place of the present ones.
    pub(crate) fn take_up_secrets(&self, secrets: Arc<Secrets>) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        *self.secrets.write().unwrap_or_else(PoisonError::into_inner) = secrets;
        self.exchange(Registry::clone(&self.get().registry));
    }

    /// Takes up records that have just been committed.
    pub fn apply(&self, records: &[RegistryRecord]) {
        if records.is_empty() {
            return;
        }
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut registry = Registry::clone(&self.get().registry);
        for record in records {
            apply(&mut registry, record.clone());
        }
        self.exchange(registry);
    }
}

/// Takes up one record, in the revision that the store has given it.
pub(crate) fn apply(registry: &mut Registry, record: RegistryRecord) {
    match record {
        RegistryRecord::Product(mut product) => {
            product.revision = product.revision.next();
            registry.products.insert(product.id, product);
        }
        RegistryRecord::Sku(mut sku) => {
            sku.revision = sku.revision.next();
            registry.skus.insert(sku.number, sku);
        }
        RegistryRecord::Policy(mut policy) => {
            policy.revision = policy.revision.next();
            registry.policies.insert(policy.id, Arc::from(policy));
        }
        RegistryRecord::Batch(mut batch) => {
            batch.revision = batch.revision.next();
            registry.batches.insert(batch.id, batch);
        }
        RegistryRecord::Staff(mut staff) => {
            staff.revision = staff.revision.next();
            registry.staff.retain(|other| other.id != staff.id);
            registry.staff.push(staff);
        }
    }
}
