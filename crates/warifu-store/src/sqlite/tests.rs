//! What needs a hand on the connection: a file that may not grow stands for a full disk where none can be mounted.

use warifu_service::conformance::crash;
use warifu_service::port::{CommitError, Store, StoreError};

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
