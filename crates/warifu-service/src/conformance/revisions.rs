//! Two writers never overwrite each other unseen, and a commit that is refused leaves nothing.

use warifu_core::key::ImportedKeyHash;
use warifu_core::licence::Origin;
use warifu_core::record::Revision;
use warifu_core::state::Record;

use super::samples::{self, NOW, records_of, stored};
use super::{Dice, Fixture, records};
use crate::port::{
    Changes, CommitError, LicenceFilter, Page, Reads, Registry, RegistryRecord, Selector, Want,
};

/// One record of each kind, with all that makes them whole.
fn one_of_each(dice: &mut Dice) -> Vec<Record> {
    let licence = samples::licence(dice);
    let seat = samples::seat(dice, licence.id, 1);
    let mut all = vec![Record::Licence(licence)];
    all.extend(records_of(&seat));
    all
}

fn with_revision(record: &Record, revision: Revision) -> Record {
    let mut record = record.clone();
    match &mut record {
        Record::Licence(licence) => licence.revision = revision,
        Record::Device(device) => device.revision = revision,
        Record::Activation(activation) => activation.revision = revision,
        Record::Installation(installation) => installation.revision = revision,
    }
    record
}

/// Every kind of record, by an older and by a newer revision than the stored one.
pub fn a_record_that_was_written_meanwhile_is_a_conflict(fixture: &dyn Fixture) {
    let (mut store, _) = fixture.open();
    let written = one_of_each(&mut Dice::new(1));
    store.commit(&records(written.clone())).unwrap();
    let written: Vec<_> = written.iter().map(stored).collect();
    store.commit(&records(written.clone())).unwrap();
    for record in &written {
        for revision in [1, 3, 4, u64::MAX - 1] {
            let stale = with_revision(record, Revision::from_number(revision));
            assert_eq!(
                store.commit(&records(vec![stale])),
                Err(CommitError::Conflict),
                "{record:?} {revision}"
            );
        }
        store.commit(&records(vec![with_revision(record, Revision::from_number(2))])).unwrap();
    }
    let unknown = one_of_each(&mut Dice::new(2));
    for record in &unknown {
        let record = with_revision(record, Revision::from_number(1));
        assert_eq!(store.commit(&records(vec![record.clone()])), Err(CommitError::Conflict), "{record:?}");
    }
}

/// Every kind of record.
pub fn a_new_record_that_exists_is_a_conflict(fixture: &dyn Fixture) {
    let (mut store, _) = fixture.open();
    let written = one_of_each(&mut Dice::new(1));
    store.commit(&records(written.clone())).unwrap();
    for record in written {
        assert_eq!(store.commit(&records(vec![record.clone()])), Err(CommitError::Conflict), "{record:?}");
    }
}

/// By its number or by the hash of a foreign one.
pub fn a_key_starts_one_licence_only(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(1);
    let number = samples::key_number(dice);
    let origins = [
        Origin::Key { number, batch: samples::batch_id(dice) },
        Origin::Imported(ImportedKeyHash::from_bytes([7; 32])),
    ];
    for origin in origins {
        let mut first = samples::licence(dice);
        let mut second = samples::licence(dice);
        first.origin = origin;
        second.origin = origin;
        store.commit(&records(vec![Record::Licence(first)])).unwrap();
        assert_eq!(store.commit(&records(vec![Record::Licence(second)])), Err(CommitError::Conflict));
    }
    assert_eq!(all_licences(&*reads), 2);
}

fn all_licences(reads: &dyn Reads) -> usize {
    reads.licences(&LicenceFilter::default(), &Page { after: None, limit: 200 }).unwrap().len()
}

/// Whichever part of the changes is refused, first or last.
pub fn a_conflict_anywhere_leaves_nothing(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(1);
    let taken = one_of_each(dice);
    let product = samples::product(dice);
    let registry = vec![RegistryRecord::Product(product.clone())];
    store.commit(&Changes { records: taken.clone(), registry, ..Changes::default() }).unwrap();
    let before = reads.registry().unwrap();
    for spoiled in 0..=taken.len() {
        let fresh = one_of_each(dice);
        let key = samples::imported_key(dice);
        let mut changes = Changes {
            records: fresh.clone(),
            events: vec![samples::event(dice)],
            registry: vec![RegistryRecord::Staff(samples::staff(dice))],
            imported: vec![key.clone()],
            replies: Vec::new(),
            cases: Vec::new(),
        };
        match taken.get(spoiled) {
            Some(record) => changes.records.insert(spoiled, record.clone()),
            None => changes.registry.push(RegistryRecord::Product(product.clone())),
        }
        assert_eq!(store.commit(&changes), Err(CommitError::Conflict));
        assert_untouched(&*reads, &before, &fresh);
        assert_eq!(reads.imported_key(&key.hash), Ok(None));
    }
    assert_eq!(reads.counts().unwrap(), (1, 1));
}

fn assert_untouched(reads: &dyn Reads, registry: &Registry, fresh: &[Record]) {
    assert_eq!(reads.registry().unwrap(), *registry);
    assert_eq!(reads.events(None, &Page { after: None, limit: 200 }).unwrap(), []);
    assert_eq!(all_licences(reads), 1);
    for record in fresh {
        let want = match record {
            Record::Licence(licence) => Want::Licence {
                selector: Selector::Id(licence.id),
                installation: None,
                anchors: Vec::new(),
                activation: None,
            },
            Record::Installation(installation) => Want::Installation(installation.id),
            _ => continue,
        };
        assert_eq!(reads.load(&[want], NOW).unwrap(), crate::port::Loaded::default());
    }
}
