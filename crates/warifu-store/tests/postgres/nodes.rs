//! Several nodes on one database.

use std::sync::Barrier;

use warifu_core::state::Record;
use warifu_core::time::Timestamp;
use warifu_service::conformance::crash;
use warifu_service::port::{Changes, CommitError, Reads, RegistryRecord, Store};
use warifu_store::postgres;

use crate::cluster::Database;

const NODES: usize = 3;
/// Groups that each node writes to the one licence.
const GROUPS: u64 = 60;

/// Every group of every node changes the same licence. Each is written once, and nobody is overtaken again and again: after a first conflict, nodes take
/// turns.
#[test]
fn nodes_that_want_one_licence_take_turns() {
    let database = Database::new();
    let (mut first, _reads) = postgres::open(&database.options()).unwrap();
    first.commit(&crash::changes(0)).unwrap();
    let start = Barrier::new(NODES);
    let node = || {
        let (mut store, _reads) = postgres::open(&database.options()).unwrap();
        start.wait();
        let (mut conflicts, mut most) = (0, 0);
        for _ in 0..GROUPS {
            let mut attempts = 1;
            loop {
                let found = store.load(&crash::wants(0), Timestamp::MIN).unwrap();
                let mut licence = found.licences[0].licence.clone();
                licence.seats = licence.seats.wrapping_add(1);
                match store.commit(&Changes { records: vec![Record::Licence(licence)], ..Changes::default() })
                {
                    Ok(()) => break,
                    Err(CommitError::Conflict) => (conflicts, attempts) = (conflicts + 1, attempts + 1),
                    Err(other) => unreachable!("{other}"),
                }
            }
            most = most.max(attempts);
        }
        (conflicts, most)
    };
    let before = first.load(&crash::wants(0), Timestamp::MIN).unwrap().licences[0].licence.clone();
    first.commit(&Changes::default()).unwrap();
    let told: Vec<(u64, u64)> = std::thread::scope(|scope| {
        let nodes: Vec<_> = (0..NODES).map(|_| scope.spawn(node)).collect();
        nodes.into_iter().map(|node| node.join().unwrap()).collect()
    });
    let after = first.load(&crash::wants(0), Timestamp::MIN).unwrap().licences[0].licence.clone();
    assert_eq!(
        u64::from(after.seats.wrapping_sub(before.seats)),
        NODES as u64 * GROUPS,
        "no group was lost or written twice"
    );
    let conflicts: u64 = told.iter().map(|(conflicts, _)| conflicts).sum();
    assert!(conflicts <= NODES as u64 * GROUPS / 4, "{told:?}");
    assert!(told.iter().all(|(_, most)| *most <= 4), "a group was overtaken again and again: {told:?}");
}

/// A node that stops between its load and its commit holds others up for some seconds, not for ever.
#[test]
fn a_node_that_stops_between_load_and_commit_gives_its_locks_free() {
    let database = Database::new();
    let (mut stopped, _reads) = postgres::open(&database.options()).unwrap();
    let (mut other, _other_reads) = postgres::open(&database.options()).unwrap();
    stopped.commit(&crash::changes(0)).unwrap();
    let change = |store: &mut dyn Store| {
        let mut licence = store.load(&crash::wants(0), Timestamp::MIN).unwrap().licences[0].licence.clone();
        licence.seats = licence.seats.wrapping_add(1);
        Changes { records: vec![Record::Licence(licence)], ..Changes::default() }
    };
    // A conflict makes the next load a locking one.
    let stale = change(&mut stopped);
    let meanwhile = change(&mut other);
    other.commit(&meanwhile).unwrap();
    assert_eq!(stopped.commit(&stale), Err(CommitError::Conflict));
    let late = change(&mut stopped);
    // It has the lock and does not go on.
    let meanwhile = change(&mut other);
    let mut done = other.commit(&meanwhile);
    if done == Err(CommitError::Conflict) {
        let again = change(&mut other);
        done = other.commit(&again);
    }
    assert_eq!(done, Ok(()));
    assert_eq!(
        stopped.commit(&late),
        Err(CommitError::Conflict),
        "its locks are gone, and what it read is old"
    );
    let again = change(&mut stopped);
    assert_eq!(stopped.commit(&again), Ok(()));
}

#[test]
fn what_one_node_changes_in_the_registry_is_news_to_the_others() {
    let database = Database::new();
    let (mut one, reads) = postgres::open(&database.options()).unwrap();
    let (mut other, _other_reads) = postgres::open(&database.options()).unwrap();
    let look = |store: &mut dyn Store| {
        store.load(&[], Timestamp::MIN).unwrap();
        let news = store.news().unwrap();
        store.commit(&Changes::default()).unwrap();
        news
    };
    // The first look tells what there is; then there is nothing new.
    for store in [&mut one, &mut other] {
        assert!(look(store).is_some());
        assert_eq!(look(store), None);
    }
    let product = crash::product(1);
    let changes = Changes { registry: vec![RegistryRecord::Product(product.clone())], ..Changes::default() };
    one.commit(&changes).unwrap();
    assert_eq!(look(&mut one), None, "it knows what it did itself");
    let news = look(&mut other).unwrap();
    assert!(news.products.contains_key(&product.id));
    assert_eq!(news, reads.registry().unwrap());
    assert_eq!(look(&mut other), None);
    // A second node that follows the same version is refused, and learns of it.
    assert_eq!(other.commit(&changes), Err(CommitError::Conflict));
}
