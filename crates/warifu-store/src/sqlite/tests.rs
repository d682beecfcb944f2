//! What needs a hand on the connection: a file that may not grow stands for a full disk where none can be mounted.

use warifu_core::hardware::{Scheme, StoredFingerprint};
use warifu_core::id::LicenceId;
use warifu_core::time::Timestamp;
use warifu_service::conformance::crash;
use warifu_service::port::{CommitError, Page, Reads, Store, StoreError};

#[test]
fn a_store_that_cannot_grow_refuses_commits_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("warifu.db");
    let (mut store, reads) = super::open(&path).unwrap();
    store.connection.execute_batch("PRAGMA max_page_count = 60").unwrap();
    let refused =
        (0..).find_map(|round| store.commit(&crash::changes(round)).err().map(|error| (round, error)));
    let (end, error) = refused.unwrap();
    assert_eq!(error, CommitError::Store(StoreError::Full(path.clone())));
    assert!(end > 0);
    assert_eq!(crash::check(&mut store, end), end);
    store.connection.execute_batch("PRAGMA max_page_count = 1000000").unwrap();
    store.commit(&crash::changes(end)).unwrap();
    drop((store, reads));
    let (mut store, _reads) = super::open(&path).unwrap();
    assert_eq!(crash::check(&mut store, end + 1), end + 1);
}

/// A store of the first schema, with a suspended licence, a seat held, one given back and a crowd, comes up with the newest schema and goes on.
#[test]
fn a_store_of_the_first_schema_is_brought_up_to_date_and_reads_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("warifu.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../../migrations/0001_foundation.sql")).unwrap();
    old.execute_batch(&format!(
        "PRAGMA application_id = {}; PRAGMA user_version = 1;
         INSERT INTO licence VALUES (x'{l}', 1, 1, x'{l}', NULL, NULL, NULL, 0, 'active', NULL, NULL, 2, 1, 5, NULL, NULL, 5, 1);
         INSERT INTO device VALUES (x'{d}', 1, x'{f}', NULL, 5);
         INSERT INTO activation VALUES (x'{l}', x'{a}', 1, x'{d}', NULL, NULL, NULL, 5);
         INSERT INTO activation VALUES (x'{l}', x'{b}', 1, x'{d}', 6, 'reclaim', 9, 5);
         INSERT INTO crowded_seat VALUES (x'{l}', x'{a}', x'{d}', NULL, NULL, 1, 100, NULL, NULL);
         INSERT INTO installation VALUES (x'{a}', 5, x'{i}', 1, x'{l}', x'{l}', NULL, 1, 'activate', x'{l}', 1, 5, 6, 100, 0, 0);",
        i32::from_be_bytes(*b"Wrfu"),
        l = "11".repeat(16),
        d = "22".repeat(16),
        a = "33".repeat(16),
        b = "44".repeat(16),
        i = "55".repeat(32),
        f = hex(&crate::form::fingerprint::write(&StoredFingerprint::new(Scheme::Vm))),
    ))
    .unwrap();
    drop(old);
    let (_store, reads) = super::open(&path).unwrap();
    let licence = LicenceId::from_bytes([0x11; 16]);
    let seats = reads.activations(licence, &Page { after: None, limit: 9 }).unwrap();
    assert_eq!(seats.len(), 2);
    let seat = &seats[0];
    assert_eq!((seat.activation.held_since, seat.activation.asked_release), (seat.activation.created, None));
    assert!(seat.device.drift.changes().is_empty());
    assert!(seat.installations[0].superseded.stretches().is_empty());
    assert_eq!(seat.installations[0].copy_seen, None);
    let contested = reads.contested(&Page { after: None, limit: 9 }, Timestamp::from_seconds(7)).unwrap();
    assert_eq!(
        [&seats[0], &seats[1]].map(|seat| seat.activation.reclaimed),
        [None, Some(Timestamp::from_seconds(6))]
    );
    assert_eq!(contested.len(), 1, "it was reclaimed, and what it lingered with is the time to object");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
