//! Backups that are cut while they are taken, and while they are brought back.

use std::path::Path;

use warifu_service::conformance::crash;
use warifu_service::port::{Reads, Store, StoreError};
use warifu_sim::disk::{Disk, cut_everywhere};
use warifu_store::sqlite::{self, BackupError};

fn write(path: &Path, rounds: std::ops::Range<u64>) {
    let (mut store, _reads) = sqlite::open(path).unwrap();
    rounds.for_each(|round| store.commit(&crash::changes(round)).unwrap());
}

/// How many rounds a store holds, all of them whole.
fn rounds_in(path: &Path) -> u64 {
    let (mut store, reads) = sqlite::open(path).unwrap();
    let (licences, _) = reads.counts().unwrap();
    assert_eq!(crash::check(&mut store, licences), licences);
    licences
}

#[test]
fn a_backup_that_was_cut_is_not_there_or_whole_and_the_next_one_is_taken() {
    let calls = cut_everywhere(
        |folder| write(&folder.join("warifu.db"), 0..8),
        |folder| {
            // The service runs, and its log holds what the file does not.
            let Ok((mut store, _reads)) = sqlite::open(folder.join("warifu.db")) else { return };
            let _ = (8..12).try_for_each(|round| store.commit(&crash::changes(round)));
            let _ = sqlite::backup(folder.join("warifu.db"), folder.join("copy.db"));
        },
        |folder, done, place| {
            let (store, copy) = (folder.join("warifu.db"), folder.join("copy.db"));
            assert!((8..=12).contains(&rounds_in(&store)), "{place}");
            assert!(!done || copy.exists(), "{place}: the finished backup is lost");
            if !copy.exists() {
                sqlite::backup(&store, &copy).unwrap();
            }
            let place = folder.join("restored.db");
            sqlite::restore(&copy, &place, false).unwrap();
            assert!((8..=12).contains(&rounds_in(&place)));
        },
    );
    assert!(calls > 30, "{calls} calls");
}

/// Between the old store and the restored one there is a moment without any: a service that starts then must not begin an empty one.
#[test]
fn a_restore_that_was_cut_leaves_the_old_store_or_the_new_one_or_asks_to_be_run_again() {
    let (old, new) = (9, 5);
    let calls = cut_everywhere(
        |folder| {
            write(&folder.join("warifu.db"), 0..new);
            sqlite::backup(folder.join("warifu.db"), folder.join("copy.db")).unwrap();
            // A service that was killed left its log, whose last records are nowhere else.
            let (mut store, reads) = sqlite::open(folder.join("warifu.db")).unwrap();
            (new..old).for_each(|round| store.commit(&crash::changes(round)).unwrap());
            let kept = folder.join("kept");
            std::fs::create_dir(&kept).unwrap();
            for name in ["warifu.db", "warifu.db-wal"] {
                std::fs::copy(folder.join(name), kept.join(name)).unwrap();
            }
            drop((store, reads));
            for name in ["warifu.db", "warifu.db-wal"] {
                std::fs::rename(kept.join(name), folder.join(name)).unwrap();
            }
        },
        |folder| {
            let _ = sqlite::restore(folder.join("copy.db"), folder.join("warifu.db"), true);
        },
        |folder, done, place| {
            let (store, copy) = (folder.join("warifu.db"), folder.join("copy.db"));
            match sqlite::open(&store) {
                Ok(opened) => {
                    drop(opened);
                    let found = rounds_in(&store);
                    assert!(found == new || (found == old && !done), "{place}: {found} rounds");
                }
                Err(StoreError::Damaged { .. }) => {
                    assert!(!done, "{place}: the restored store is lost");
                    sqlite::restore(&copy, &store, true).unwrap();
                    assert_eq!(rounds_in(&store), new, "{place}");
                }
                Err(other) => panic!("{place}: {other}"),
            }
            if done {
                assert_eq!(rounds_in(&folder.join("warifu.db.replaced")), old, "{place}");
            }
        },
    );
    assert!(calls > 10, "{calls} calls");
}

#[test]
fn a_backup_that_cannot_be_written_says_so_when_the_power_goes() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("warifu.db"), 0..3);
    let disk = Disk::attach(folder.path()).unwrap();
    disk.cut_after(5);
    let refused = sqlite::backup(disk.folder().join("warifu.db"), disk.folder().join("copy.db"));
    assert!(matches!(refused, Err(BackupError::Store(_))), "{refused:?}");
}
