//! The registry and imported keys.

use std::sync::Arc;

use warifu_core::batch::Batch;
use warifu_core::key::SkuNumber;
use warifu_core::record::Revision;
use warifu_core::staff::Staff;
use warifu_core::text::Name;

use super::{Dice, Fixture, samples};
use crate::port::{Changes, CommitError, Page, Registry, RegistryRecord};

fn registry(registry: Vec<RegistryRecord>) -> Changes {
    Changes { registry, ..Changes::default() }
}

/// The name of a member of staff, and the note of a batch, in whatever a store keeps of them.
pub fn what_was_erased_of_a_registry_is_gone(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(9);
    let (mut staff, mut batch) = (samples::staff(dice), samples::batch(dice));
    (staff.removed, staff.name) = (true, Name::new("Yamada Hanako").unwrap());
    batch.label = Name::new("for Suzuki Ichiro").ok();
    let write = |staff: &Staff, batch: &Batch| {
        registry(vec![RegistryRecord::Staff(staff.clone()), RegistryRecord::Batch(batch.clone())])
    };
    store.commit(&write(&staff, &batch)).unwrap();
    let said = format!("{:?}", reads.registry().unwrap());
    assert!(said.contains("Yamada") && said.contains("Suzuki"));

    let revision = staff.revision.next();
    let staff = Staff { revision, ..staff.forgotten() };
    let batch = Batch { revision, label: None, ..batch };
    store.commit(&write(&staff, &batch)).unwrap();
    let found = reads.registry().unwrap();
    let said = format!("{found:?}");
    assert!(!said.contains("Yamada") && !said.contains("Suzuki"), "{said}");
    assert_eq!((found.staff[0].id, found.batches[&batch.id].count), (staff.id, batch.count));
}

/// Every kind of record, written and rewritten.
pub fn a_registry_reads_back(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    assert_eq!(reads.registry().unwrap(), Registry::default());
    let dice = &mut Dice::new(1);
    let mut expected = Registry::default();
    for number in 0..20 {
        let (mut product, mut staff) = (samples::product(dice), samples::staff(dice));
        let (mut policy, mut batch) = (samples::policy(dice), samples::batch(dice));
        let mut sku = samples::sku(dice, SkuNumber::new(number * 800).unwrap());
        for round in 1..=3 {
            let revision = Revision::from_number(round);
            store
                .commit(&registry(vec![
                    RegistryRecord::Batch(batch.clone()),
                    RegistryRecord::Sku(sku.clone()),
                    RegistryRecord::Product(product.clone()),
                    RegistryRecord::Policy(Box::new(policy.clone())),
                    RegistryRecord::Staff(staff.clone()),
                ]))
                .unwrap();
            product.revision = revision;
            staff.revision = revision;
            policy.revision = revision;
            batch.revision = revision;
            sku.revision = revision;
            expected.products.insert(product.id, product.clone());
            expected.skus.insert(sku.number, sku.clone());
            expected.policies.insert(policy.id, Arc::new(policy.clone()));
            expected.batches.insert(batch.id, batch.clone());
            expected.staff.retain(|other| other.id != staff.id);
            expected.staff.push(staff.clone());
            expected.staff.sort_by_key(|staff| staff.id);
            let mut found = reads.registry().unwrap();
            found.staff.sort_by_key(|staff| staff.id);
            assert_eq!(found, expected);
            product = warifu_core::product::Product { id: product.id, revision, ..samples::product(dice) };
            staff = Staff { id: staff.id, revision, ..samples::staff(dice) };
            policy = warifu_core::policy::Policy {
                id: policy.id,
                revision,
                version: policy.version + 1,
                ..samples::policy(dice)
            };
            batch = Batch { id: batch.id, revision, ..samples::batch(dice) };
            sku = warifu_core::product::Sku { revision, ..samples::sku(dice, sku.number) };
        }
    }
}

/// A version is never written over.
pub fn a_policys_latest_version_holds_and_its_old_ones_are_kept(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(2);
    let mut versions = Vec::new();
    let mut policy = samples::policy(dice);
    for version in 1..=12 {
        policy = warifu_core::policy::Policy {
            id: policy.id,
            revision: policy.revision,
            version,
            ..samples::policy(dice)
        };
        store.commit(&registry(vec![RegistryRecord::Policy(Box::new(policy.clone()))])).unwrap();
        policy.revision = policy.revision.next();
        versions.push(policy.clone());
    }
    assert_eq!(*reads.registry().unwrap().policies[&policy.id], policy);
    for old in &versions {
        assert_eq!(reads.policy(policy.id, old.version), Ok(Some(old.clone())));
    }
    assert_eq!(reads.policy(policy.id, 13), Ok(None));
    assert_eq!(reads.policy(samples::policy_id(dice), 1), Ok(None));
    let next = warifu_core::policy::Policy { version: 13, ..policy.clone() };
    for stale in [
        warifu_core::policy::Policy { revision: Revision::NEW, ..next.clone() },
        warifu_core::policy::Policy { revision: Revision::from_number(11), ..next.clone() },
        warifu_core::policy::Policy { version: 12, ..next.clone() },
        warifu_core::policy::Policy { version: 3, ..next },
    ] {
        let refused = store.commit(&registry(vec![RegistryRecord::Policy(Box::new(stale.clone()))]));
        assert_eq!(refused, Err(CommitError::Conflict), "{} {:?}", stale.version, stale.revision);
    }
    assert_eq!(*reads.registry().unwrap().policies[&policy.id], policy);
}

/// Whichever node was first has them.
pub fn codes_numbers_and_tokens_are_unique(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(3);
    let (product, staff, batch) = (samples::product(dice), samples::staff(dice), samples::batch(dice));
    let sku = samples::sku(dice, SkuNumber::new(5).unwrap());
    store
        .commit(&registry(vec![
            RegistryRecord::Product(product.clone()),
            RegistryRecord::Sku(sku.clone()),
            RegistryRecord::Staff(staff.clone()),
            RegistryRecord::Batch(batch.clone()),
        ]))
        .unwrap();
    let before = reads.registry().unwrap();
    let other_sku = samples::sku(dice, SkuNumber::new(6).unwrap());
    for taken in [
        RegistryRecord::Product(warifu_core::product::Product {
            code: product.code,
            ..samples::product(dice)
        }),
        RegistryRecord::Sku(samples::sku(dice, SkuNumber::new(5).unwrap())),
        RegistryRecord::Sku(warifu_core::product::Sku {
            product: sku.product,
            edition: sku.edition,
            ..other_sku
        }),
        RegistryRecord::Staff(Staff { token: staff.token, ..samples::staff(dice) }),
        RegistryRecord::Batch(Batch { id: samples::batch_id(dice), ..batch }),
    ] {
        assert_eq!(store.commit(&registry(vec![taken.clone()])), Err(CommitError::Conflict), "{taken:?}");
    }
    assert_eq!(reads.registry().unwrap(), before);
}

/// A second import of the same key changes nothing and is no conflict.
pub fn imported_keys_are_taken_over_once(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(4);
    let keys: Vec<_> = (0..50).map(|_| samples::imported_key(dice)).collect();
    let again = warifu_core::batch::ImportedKeyRecord { hash: keys[7].hash, ..samples::imported_key(dice) };
    let mut imported = keys.clone();
    imported.push(again.clone());
    store.commit(&Changes { imported, ..Changes::default() }).unwrap();
    let event = samples::event(dice);
    store
        .commit(&Changes { imported: vec![again], events: vec![event.clone()], ..Changes::default() })
        .unwrap();
    for key in keys {
        let kept = warifu_core::batch::ImportedKeyRecord { revision: Revision::from_number(1), ..key };
        assert_eq!(reads.imported_key(&kept.hash), Ok(Some(kept.clone())));
    }
    assert_eq!(reads.imported_key(&samples::imported_key(dice).hash), Ok(None));
    assert_eq!(reads.events(None, &Page { after: None, limit: 9 }).unwrap(), [event]);
}
