//! The schema: made once however many start, run again without harm, and shared by nodes of two versions.

use warifu_core::time::Timestamp;
use warifu_service::conformance::crash;
use warifu_service::port::{Reads, Store, StoreError};
use warifu_store::postgres::{self, Migration};

use crate::cluster::Database;

/// This version's migrations and one more, of a version to come.
fn with(next: Migration) -> &'static [Migration] {
    let mut migrations = postgres::migrations().to_vec();
    migrations.push(next);
    migrations.leak()
}

fn schema(database: &Database) -> i64 {
    database.sql().number("SELECT version::int8 FROM warifu.schema")
}

#[test]
fn nodes_that_start_at_once_on_an_empty_database_make_one_schema() {
    let database = Database::new();
    std::thread::scope(|scope| {
        let nodes: Vec<_> =
            (0..6).map(|_| scope.spawn(|| postgres::open(&database.options()).unwrap())).collect();
        for (round, node) in (0..).zip(nodes) {
            let (mut store, _reads) = node.join().unwrap();
            store.commit(&crash::changes(round)).unwrap();
        }
    });
    assert_eq!(schema(&database), postgres::migrations().len() as i64);
    for _ in 0..3 {
        let (mut store, reads) = postgres::open(&database.options()).unwrap();
        assert_eq!(crash::check(&mut store, 6), 6);
        assert_eq!(reads.counts().unwrap().0, 6);
    }
}

#[test]
fn every_older_schema_is_brought_to_this_one_with_what_is_in_it() {
    let newest = postgres::migrations();
    for from in 1..newest.len() {
        let database = Database::new();
        // This version's programs cannot write an older schema; its tables can be filled by hand.
        drop(postgres::open_with(&database.options(), &newest[..from]).unwrap());
        assert_eq!(schema(&database), from as i64);
        let id = "01a31862-4680-7387-a857-4c6fae6d9b6f";
        database.sql().run(&format!(
            "INSERT INTO warifu.event (id, at, action, details) VALUES ('{id}', 7, 'staff.created', '[]')"
        ));
        // From the second schema on a commit leaves a mark beside its events.
        if from >= 2 {
            database
                .sql()
                .run(&format!("INSERT INTO warifu.log_waiting (events) VALUES (ARRAY['{id}'::uuid])"));
        }
        let (_store, reads) = postgres::open(&database.options()).unwrap();
        assert_eq!(schema(&database), newest.len() as i64);
        let waiting = reads.log_waiting(9).unwrap();
        assert_eq!(waiting.events.len(), 1, "from schema {from}");
        assert_eq!(waiting.events[0].0.to_string(), id);
    }
}

/// A node of this version beside one of the next: expand first, contract a release later.
#[test]
fn a_node_of_the_version_before_works_beside_a_newer_one() {
    let database = Database::new();
    let (mut old, old_reads) = postgres::open(&database.options()).unwrap();
    old.commit(&crash::changes(0)).unwrap();
    let expand = Migration {
        sql: "ALTER TABLE warifu.licence ADD COLUMN owner text; ALTER TABLE warifu.installation ADD COLUMN note text DEFAULT 'none'; \
              ALTER TABLE warifu.event ADD COLUMN extra bigint; CREATE INDEX licence_owner ON warifu.licence (owner); \
              CREATE TABLE warifu.owner (id uuid PRIMARY KEY)",
        usable_from: postgres::migrations().len() as i32,
    };
    let (mut new, _reads) = postgres::open_with(&database.options(), with(expand)).unwrap();
    assert_eq!(schema(&database), postgres::migrations().len() as i64 + 1);
    // Both go on, the old one with the statements that it had prepared before, and an old one can be started again.
    for round in 1..4 {
        old.commit(&crash::changes_with_event(2 * round - 1)).unwrap();
        new.commit(&crash::changes_with_event(2 * round)).unwrap();
        assert_eq!(new.load(&crash::wants(2 * round - 1), Timestamp::MIN).unwrap().licences.len(), 1);
        assert_eq!(old.load(&crash::wants(2 * round), Timestamp::MIN).unwrap().licences.len(), 1);
    }
    assert_eq!(old_reads.counts().unwrap().0, 7);
    let (mut again, _reads) = postgres::open(&database.options()).unwrap();
    again.commit(&crash::changes(7)).unwrap();
    assert_eq!(crash::check(&mut new, 8), 8);
    assert_eq!(schema(&database), postgres::migrations().len() as i64 + 1, "it is not taken back");
}

#[test]
fn a_schema_that_this_version_cannot_use_is_refused_and_left_alone() {
    let database = Database::new();
    let newest = postgres::migrations().len() as u32;
    let contract =
        Migration { sql: "ALTER TABLE warifu.licence DROP COLUMN label", usable_from: newest as i32 + 1 };
    drop(postgres::open_with(&database.options(), with(contract)).unwrap());
    let refused = postgres::open(&database.options()).err();
    assert_eq!(refused, Some(StoreError::Newer { found: newest + 1, supported: newest }));
    assert_eq!(schema(&database), i64::from(newest) + 1);
}

#[test]
fn a_migration_that_fails_leaves_the_schema_as_it_was() {
    let database = Database::new();
    drop(postgres::open(&database.options()).unwrap());
    let broken = Migration {
        sql: "CREATE TABLE warifu.half (id bigint); CREATE TABLE nowhere.half (id bigint)",
        usable_from: 1,
    };
    assert!(postgres::open_with(&database.options(), with(broken)).is_err());
    assert_eq!(schema(&database), postgres::migrations().len() as i64);
    assert_eq!(database.sql().number("SELECT count(*) FROM pg_class WHERE relname = 'half'"), 0);
    postgres::open(&database.options()).unwrap();
}
