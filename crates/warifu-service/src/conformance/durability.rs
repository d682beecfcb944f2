//! What was committed outlives the store's closing.

use warifu_core::state::Record;

use super::samples::{self, NOW, records_of};
use super::{Dice, Fixture, records};
use crate::port::{CommitError, Loaded, Page, RegistryRecord, Selector, Want};

fn want(licence: &warifu_core::licence::Licence) -> Want {
    let selector = Selector::Id(licence.id);
    Want::Licence { selector, installation: None, anchors: Vec::new(), activation: None }
}

/// Records, log, registry, imported keys and answers.
pub fn what_was_committed_is_there_after_reopening(fixture: &dyn Fixture) {
    let dice = &mut Dice::new(1);
    let licence = samples::licence(dice);
    let seat = samples::seat(dice, licence.id, 2);
    let event = samples::event(dice);
    let key = samples::imported_key(dice);
    let mut changes = records(records_of(&seat));
    changes.records.push(Record::Licence(licence.clone()));
    changes.events.push(event.clone());
    changes.imported.push(key.clone());
    changes.registry.push(RegistryRecord::Policy(Box::new(samples::policy(dice))));
    let (before, registry) = {
        let (mut store, reads) = fixture.open();
        store.commit(&changes).unwrap();
        (store.load(&[want(&licence)], NOW).unwrap(), reads.registry().unwrap())
    };
    assert_eq!(before.licences.len(), 1);
    for _ in 0..2 {
        let (mut store, reads) = fixture.open();
        assert_eq!(store.load(&[want(&licence)], NOW).unwrap(), before);
        assert_eq!(reads.registry().unwrap(), registry);
        assert!(reads.imported_key(&key.hash).unwrap().is_some());
        assert_eq!(
            reads.events(None, &Page { after: None, limit: 9 }).unwrap(),
            std::slice::from_ref(&event)
        );
    }
}

/// Nor half of it.
pub fn what_was_refused_is_not_there_after_reopening(fixture: &dyn Fixture) {
    let dice = &mut Dice::new(2);
    let (kept, lost) = (samples::licence(dice), samples::licence(dice));
    {
        let (mut store, _) = fixture.open();
        store.commit(&records(vec![Record::Licence(kept.clone())])).unwrap();
        let refused = records(vec![Record::Licence(lost.clone()), Record::Licence(kept.clone())]);
        assert_eq!(store.commit(&refused), Err(CommitError::Conflict));
    }
    let (mut store, _) = fixture.open();
    assert_eq!(store.load(&[want(&lost)], NOW).unwrap(), Loaded::default());
    assert_eq!(store.load(&[want(&kept)], NOW).unwrap().licences.len(), 1);
}
