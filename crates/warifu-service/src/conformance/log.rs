//! The verifiable log: every committed event waits once and gets one place, and the tree that is stored is the one over these events.

use warifu_core::event::Event;
use warifu_core::id::EventId;
use warifu_core::state::Record;
use warifu_core::time::Timestamp;
use warifu_proto::log::{Hash, TILE_WIDTH, Tile, Tree, encode, leaf_hash};

use super::samples;
use super::{Dice, Fixture, events};
use crate::log::sequence;
use crate::port::{Changes, CommitError, LogAppend, Page, Reads, SignedHead, Store};

const NOW: Timestamp = samples::NOW;

fn commit(store: &mut dyn Store, dice: &mut Dice, count: usize) -> Vec<Event> {
    let written: Vec<_> = (0..count).map(|_| samples::event(dice)).collect();
    store.commit(&events(written.clone())).unwrap();
    written
}

fn next(reads: &dyn Reads, limit: u16) -> Option<LogAppend> {
    sequence(&reads.log_waiting(limit).unwrap(), None, NOW).unwrap()
}

/// Appends all that waits.
fn drain(store: &mut dyn Store, reads: &dyn Reads, limit: u16) {
    while let Some(append) = next(reads, limit) {
        store.append(&append).unwrap();
    }
}

fn ids(written: &[Event]) -> Vec<EventId> {
    written.iter().map(|event| event.id).collect()
}

fn leaves(written: &[Event]) -> Vec<Hash> {
    written.iter().map(|event| leaf_hash(&encode(event).unwrap())).collect()
}

/// The whole log, read by pages.
fn places(reads: &dyn Reads) -> Vec<crate::port::LogPlace> {
    let mut found = Vec::new();
    loop {
        let page = reads.log_places(found.len() as u64, 100).unwrap();
        if page.is_empty() {
            return found;
        }
        found.extend(page);
    }
}

/// Makes sure that the log holds `expected` in this order, by every way of reading it.
fn assert_log(reads: &dyn Reads, expected: &[Event]) {
    let found = places(reads);
    assert_eq!(found.iter().map(|place| place.id).collect::<Vec<_>>(), ids(expected));
    assert!(found.iter().zip(expected).all(|(place, event)| place.event.as_ref() == Some(event)));
    let indices: Vec<_> = (0..expected.len() as u64).map(Some).collect();
    assert_eq!(reads.log_indices(&ids(expected)).unwrap(), indices);
    let head = reads.log_head().unwrap();
    let mut tree = Tree::default();
    tree.append(leaves(expected));
    assert_eq!((head.size, head.root), (expected.len() as u64, tree.root()));
    assert_eq!(reads.log_numbers().unwrap().size, head.size);
    let mut stored = Vec::new();
    while stored.len() < expected.len() {
        let index = (stored.len() / TILE_WIDTH) as u64;
        let hashes = reads.log_tile(0, index).unwrap().unwrap();
        let hashes = Tile::parse_hashes(&hashes).unwrap();
        assert_eq!(hashes.len(), Tile::width(0, index, head.size));
        stored.extend(hashes);
    }
    assert_eq!(stored, leaves(expected));
}

/// In an empty store there is an empty log, and nothing waits.
pub fn an_empty_log_has_a_root_and_nothing_waits(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    assert_log(&*reads, &[]);
    assert_eq!(reads.log_tile(0, 0).unwrap(), None);
    // Strangers may ask for any place.
    assert_eq!(reads.log_tile(u8::MAX, u64::MAX).unwrap(), None);
    assert_eq!(reads.log_places(u64::MAX, 10).unwrap(), []);
    assert_eq!(reads.log_numbers().unwrap().oldest_waiting, None);
    assert_eq!(next(&*reads, 100), None);
    store
        .commit(&Changes {
            records: vec![Record::Licence(samples::licence(&mut Dice::new(1)))],
            ..Changes::default()
        })
        .unwrap();
    assert_eq!(next(&*reads, 100), None, "a commit without events waits for nothing");
}

/// Whole commits, in the order in which they were made, with a bound that only one single commit may pass.
pub fn events_wait_in_the_order_of_their_commits(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(2);
    let commits: Vec<_> = [3, 1, 5, 2].map(|count| commit(&mut *store, dice, count)).into();
    let all = commits.concat();
    let waiting = |limit| reads.log_waiting(limit).unwrap();
    let expected: Vec<_> = all.iter().map(|event| (event.id, Some(event.clone()))).collect();
    assert_eq!(waiting(11).events, expected);
    for (limit, count) in [(1, 3), (3, 3), (4, 4), (8, 4), (9, 9), (10, 9), (u16::MAX, 11)] {
        assert_eq!(waiting(limit).events, expected[..count], "at most {limit}");
    }
    let mut marks = waiting(11).marks;
    marks.dedup();
    assert_eq!(marks.len(), 4);
    assert!(ids(&commits[0]).contains(&reads.log_numbers().unwrap().oldest_waiting.unwrap()));
}

/// What was appended has its places and waits no more; what comes later follows.
pub fn an_append_gives_places_once(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(3);
    let mut all = commit(&mut *store, dice, 4);
    let unplaced = ids(&all);
    assert_eq!(reads.log_indices(&unplaced).unwrap(), vec![None; 4]);
    let append = next(&*reads, 100).unwrap();
    all.extend(commit(&mut *store, dice, 2));
    store.append(&append).unwrap();
    assert_log(&*reads, &all[..4]);
    assert_eq!(reads.log_indices(&ids(&all)[3..]).unwrap(), [Some(3), None, None]);
    drain(&mut *store, &*reads, 100);
    assert_log(&*reads, &all);
    assert_eq!(next(&*reads, 100), None);
}

/// Two sequencers that read the same: one of them wins, and the other has written nothing.
pub fn an_append_on_a_head_that_has_moved_is_a_conflict(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(4);
    let all = commit(&mut *store, dice, 3);
    let append = next(&*reads, 100).unwrap();
    store.append(&append).unwrap();
    assert_eq!(store.append(&append), Err(CommitError::Conflict));
    let more = commit(&mut *store, dice, 2);
    assert_eq!(store.append(&append), Err(CommitError::Conflict));
    assert_log(&*reads, &all);
    drain(&mut *store, &*reads, 100);
    assert_log(&*reads, &[all, more].concat());
}

/// An append that would give an event a second place, or takes a mark that is not there, leaves nothing behind.
pub fn an_append_that_does_not_fit_leaves_nothing(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(5);
    let all = commit(&mut *store, dice, 3);
    drain(&mut *store, &*reads, 100);
    let more = commit(&mut *store, dice, 2);
    let good = next(&*reads, 100).unwrap();
    let mut again = good.clone();
    again.events[1] = all[0].id;
    assert_eq!(store.append(&again), Err(CommitError::Conflict), "an event twice");
    let mut unknown = good.clone();
    unknown.marks.push(u64::from(u32::MAX));
    assert_eq!(store.append(&unknown), Err(CommitError::Conflict), "a mark that is not there");
    assert_log(&*reads, &all);
    store.append(&good).unwrap();
    assert_log(&*reads, &[all, more].concat());
}

/// A commit that is refused leaves no event that waits.
pub fn what_was_not_committed_does_not_wait(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(6);
    let licence = Record::Licence(samples::licence(dice));
    let mut changes = events(vec![samples::event(dice)]);
    changes.records.push(licence.clone());
    store.commit(&changes).unwrap();
    let kept = changes.events.clone();
    changes.events = vec![samples::event(dice)];
    assert_eq!(store.commit(&changes), Err(CommitError::Conflict));
    drain(&mut *store, &*reads, 100);
    assert_log(&*reads, &kept);
}

/// Commits of any size and appends at any moment: the log is the events in the order of their commits, and listing them by id still works.
pub fn any_interleaving_of_commits_and_appends_gives_the_same_log(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(7);
    let mut all = Vec::new();
    for _ in 0..60 {
        if dice.once_in(3) {
            let limit = 1 + dice.below(40) as u16;
            if let Some(append) = next(&*reads, limit) {
                store.append(&append).unwrap();
            }
        } else {
            let count = 1 + dice.below(20);
            all.extend(commit(&mut *store, dice, count));
        }
    }
    drain(&mut *store, &*reads, 7);
    assert!(all.len() > 300, "more than a tile");
    assert_log(&*reads, &all);
    assert_eq!(reads.log_tile(1, 0).unwrap().map(|hashes| hashes.len()), Some(32 * (all.len() / TILE_WIDTH)));
    let page = reads.events(None, &Page { after: None, limit: 200 }).unwrap();
    assert_eq!(page.len(), 200);
    assert_eq!(reads.event(all[0].id).unwrap().as_ref(), Some(&all[0]));
    assert_eq!(reads.event(samples::event(dice).id).unwrap(), None);
}

/// A head is signed later, when there is a key, without any event.
pub fn a_head_is_signed_without_growing(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let all = commit(&mut *store, &mut Dice::new(8), 3);
    drain(&mut *store, &*reads, 100);
    let mut head = reads.log_head().unwrap();
    head.signed = Some(SignedHead {
        checkpoint: "割符\n\n— x y\n".to_owned(),
        certificate: "v4.public".to_owned(),
    });
    let append = LogAppend {
        follows: 3,
        head: head.clone(),
        marks: Vec::new(),
        events: Vec::new(),
        tiles: Vec::new(),
    };
    store.append(&append).unwrap();
    assert_eq!(reads.log_head().unwrap(), head);
    assert_log(&*reads, &all);
}

/// And what waited before waits after.
pub fn the_log_is_there_after_reopening(fixture: &dyn Fixture) {
    let dice = &mut Dice::new(9);
    let mut all = Vec::new();
    for _ in 0..3 {
        let (mut store, reads) = fixture.open();
        drain(&mut *store, &*reads, 100);
        assert_log(&*reads, &all);
        all.extend(commit(&mut *store, dice, 2));
        drain(&mut *store, &*reads, 100);
        all.extend(commit(&mut *store, dice, 3));
    }
    let (mut store, reads) = fixture.open();
    drain(&mut *store, &*reads, 100);
    assert_log(&*reads, &all);
}
