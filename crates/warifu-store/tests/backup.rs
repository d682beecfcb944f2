//! Backups are taken while the service runs, are whole, and come back.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use warifu_service::conformance::crash;
use warifu_service::port::{Reads, Store, StoreError};
use warifu_store::sqlite::{self, BackupError};

fn write(path: &Path, rounds: std::ops::Range<u64>) {
    let (mut store, _reads) = sqlite::open(path).unwrap();
    for round in rounds {
        store.commit(&crash::changes(round)).unwrap();
    }
}

/// How many rounds a store has. All of them are whole.
fn rounds(path: &Path) -> u64 {
    let (mut store, reads) = sqlite::open(path).unwrap();
    let (licences, _) = reads.counts().unwrap();
    assert_eq!(crash::check(&mut store, licences), licences);
    licences
}

#[test]
fn a_backup_taken_while_the_service_writes_is_one_moments_state() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("warifu.db");
    let (mut store, _reads) = sqlite::open(&path).unwrap();
    store.commit(&crash::changes(0)).unwrap();
    let stop = AtomicBool::new(false);
    let (written, copies) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut round = 1;
            while !stop.load(Ordering::Relaxed) {
                store.commit(&crash::changes(round)).unwrap();
                round += 1;
            }
            round
        });
        let copies: Vec<_> = (0..6)
            .map(|number| {
                let copy = folder.path().join(format!("copy-{number}.db"));
                let size = sqlite::backup(&path, &copy).unwrap();
                assert_eq!(fs::metadata(&copy).unwrap().len(), size);
                copy
            })
            .collect();
        stop.store(true, Ordering::Relaxed);
        (writer.join().unwrap(), copies)
    });
    let found: Vec<_> = copies.iter().map(|copy| rounds(copy)).collect();
    assert!(found.is_sorted() && found[0] >= 1 && found[5] <= written, "{found:?} of {written}");
    for copy in copies {
        assert!(!copy.with_extension("db-wal").exists(), "a backup is one file");
        assert!(!folder.path().join("copy-0.db.partial").exists());
    }
}

#[test]
fn a_backup_comes_back_as_it_was_and_the_replaced_store_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("warifu.db"), folder.path().join("copy.db"));
    write(&path, 0..5);
    sqlite::backup(&path, &copy).unwrap();
    write(&path, 5..9);
    assert_eq!(sqlite::restore(&copy, &path, false), Err(BackupError::Exists(path.clone())));
    assert_eq!(rounds(&path), 9);
    sqlite::restore(&copy, &path, true).unwrap();
    assert_eq!(rounds(&path), 5);
    assert_eq!(rounds(&folder.path().join("warifu.db.replaced")), 9);
    // Who restores twice still has what there was at first.
    sqlite::restore(&copy, &path, true).unwrap();
    assert_eq!(rounds(&folder.path().join("warifu.db.replaced")), 9);
    assert_eq!(rounds(&folder.path().join("warifu.db.replaced-2")), 5);
    let elsewhere = folder.path().join("elsewhere.db");
    sqlite::restore(&copy, &elsewhere, false).unwrap();
    assert_eq!(rounds(&elsewhere), 5);
    write(&elsewhere, 5..6);
}

/// A killed service leaves its log behind; it belongs to the replaced store alone.
#[test]
fn a_replaced_stores_log_goes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("warifu.db"), folder.path().join("copy.db"));
    write(&path, 0..2);
    sqlite::backup(&path, &copy).unwrap();
    let (mut store, reads) = sqlite::open(&path).unwrap();
    store.commit(&crash::changes(2)).unwrap();
    let log = fs::read(folder.path().join("warifu.db-wal")).unwrap();
    drop((store, reads));
    fs::write(folder.path().join("warifu.db-wal"), log).unwrap();
    sqlite::restore(&copy, &path, true).unwrap();
    assert_eq!(rounds(&path), 2);
    assert_eq!(rounds(&folder.path().join("warifu.db.replaced")), 3);
}

#[test]
fn a_store_in_use_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("warifu.db"), folder.path().join("copy.db"));
    write(&path, 0..3);
    sqlite::backup(&path, &copy).unwrap();
    let (mut store, _reads) = sqlite::open(&path).unwrap();
    assert_eq!(sqlite::restore(&copy, &path, true), Err(StoreError::Locked(path.clone()).into()));
    assert_eq!(crash::check(&mut store, 3), 3);
}

#[test]
fn what_is_no_backup_does_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("warifu.db"), folder.path().join("copy.db"));
    write(&path, 0..40);
    let missing = folder.path().join("missing.db");
    assert_eq!(sqlite::restore(&missing, &path, true), Err(BackupError::Missing(missing.clone())));
    assert_eq!(sqlite::backup(&missing, &copy), Err(BackupError::Missing(missing)));
    sqlite::backup(&path, &copy).unwrap();
    assert_eq!(sqlite::backup(&path, &copy), Err(BackupError::Exists(copy.clone())));
    let whole = fs::read(&copy).unwrap();
    let mut torn = whole.clone();
    for byte in &mut torn[whole.len() / 2..whole.len() / 2 + 8_192] {
        *byte = 0xa5;
    }
    for content in [&b"not a backup at all"[..], &whole[..whole.len() / 2], &torn] {
        fs::write(&copy, content).unwrap();
        let refused = sqlite::restore(&copy, &path, true);
        assert!(
            matches!(&refused, Err(BackupError::Store(StoreError::Damaged { path, .. })) if *path == copy),
            "{refused:?}"
        );
        assert_eq!(rounds(&path), 40);
    }
}
