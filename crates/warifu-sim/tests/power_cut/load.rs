//! The store under load: commits, closings, checkpoints and its very making, all of them cut.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tempfile::TempDir;
use warifu_service::conformance::{Dice, crash};
use warifu_service::port::{Reads, Store};
use warifu_sim::disk::Disk;
use warifu_store::sqlite;

/// How many lives a store has in one history: each ends by a cut, and the next begins with what that left.
const LIVES: usize = 6;

/// What a service does wrong, if anything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Planted {
    Nothing,
    /// It never syncs, as with `synchronous=OFF`.
    NoSyncs,
    /// It answers before it commits.
    EarlyAnswers,
}

/// Commits rounds from `first` on until the power goes off, closing and opening the store now and then. Answers with the end of what was acknowledged
/// before.
fn work(disk: &Disk, dice: &mut Dice, first: u64, planted: Planted) -> u64 {
    let mut next = first;
    let path = disk.folder().join("warifu.db");
    while let Ok((mut store, _reads)) = sqlite::open(&path) {
        for _ in 0..1 + dice.below(30) {
            let early = planted == Planted::EarlyAnswers && !disk.is_cut();
            let committed = store.commit(&crash::changes(next)).is_ok();
            // An answer that is sent after the cut reaches nobody.
            if !early && (!committed || disk.is_cut()) {
                return next;
            }
            next += 1;
            if !committed {
                return next;
            }
        }
    }
    next
}

/// What is in a store that an ordinary start finds: the end of the rounds. Those before `end` must be there.
fn verify(folder: &Path, end: u64) -> u64 {
    // Attached, so that the machine's own disk is not waited for.
    let _quick = Disk::attach(folder).unwrap();
    let (mut store, _reads) = sqlite::open(folder.join("warifu.db")).unwrap();
    crash::check(&mut store, end)
}

fn copy_of(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
    }
    copy
}

/// One history. Panics with what is lost; answers with how many rounds there were.
fn history(seed: u64, planted: Planted) -> u64 {
    let dice = &mut Dice::new(seed);
    let mut folder = tempfile::tempdir().unwrap();
    let mut end = 0;
    for _ in 0..LIVES {
        let disk = Disk::attach(folder.path()).unwrap();
        if planted == Planted::NoSyncs {
            disk.forget_syncs();
        }
        // Most cuts come while commits are made, some while the store is made or recovered.
        let range = dice.pick(&[30, 300, 1_500]);
        disk.cut_after(1 + dice.below(range) as u64);
        let acknowledged = work(&disk, dice, end, planted);
        let left = tempfile::tempdir().unwrap();
        disk.survivor(dice.bits(), left.path()).unwrap();
        drop(disk);
        // Looked at in a copy: the next life has to recover the store by itself, and may be cut at that.
        end = verify(copy_of(left.path()).path(), acknowledged);
        folder = left;
    }
    end
}

/// Six hundred cuts.
#[test]
fn what_was_acknowledged_survives_every_power_cut_and_nothing_is_there_in_part() {
    let mut rounds = 0;
    for seed in 0..100 {
        rounds += catch_unwind(|| history(seed, Planted::Nothing))
            .unwrap_or_else(|what| panic!("seed {seed}: {}", said(&what)));
    }
    assert!(rounds > 1_000, "only {rounds} rounds were committed");
}

#[test]
fn a_store_that_does_not_sync_is_found_out() {
    assert!(found(Planted::NoSyncs) > 10);
}

#[test]
fn a_service_that_answers_before_it_commits_is_found_out() {
    assert!(found(Planted::EarlyAnswers) > 10);
}

/// How many of twenty histories show the bug.
fn found(planted: Planted) -> usize {
    (0..20).filter(|seed| catch_unwind(AssertUnwindSafe(|| history(*seed, planted))).is_err()).count()
}

fn said(what: &(dyn std::any::Any + Send)) -> &str {
    let text = what.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| what.downcast_ref::<&str>().copied()).unwrap_or("a panic")
}

/// The first migration included: a cut at each of the calls that make a store, several survivors of each.
#[test]
fn a_store_whose_making_was_cut_anywhere_is_made_at_the_next_start() {
    let calls = {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::attach(folder.path()).unwrap();
        sqlite::open(disk.folder().join("warifu.db")).unwrap();
        disk.count()
    };
    assert!(calls > 20, "{calls} calls");
    for cut in 1..=calls {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::attach(folder.path()).unwrap();
        disk.cut_after(cut);
        let _ = sqlite::open(disk.folder().join("warifu.db"));
        for seed in 0..6 {
            let left = tempfile::tempdir().unwrap();
            disk.survivor(seed, left.path()).unwrap();
            assert_eq!(verify(left.path(), 0), 0, "cut {cut}, seed {seed}");
        }
    }
}

/// A store of the first schema, as a service of that time left it: with its log, and a row that no later code has to write.
fn first_schema(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.execute_batch(include_str!("../../../warifu-store/migrations/0001_foundation.sql")).unwrap();
    let id = i32::from_be_bytes(*b"Wrfu");
    connection
        .execute_batch(&format!(
            "PRAGMA application_id = {id}; PRAGMA user_version = 1; UPDATE tally SET licences = 7;"
        ))
        .unwrap();
}

/// Each later migration, cut at each of its calls.
#[test]
fn a_store_whose_migration_was_cut_anywhere_is_migrated_at_the_next_start() {
    let old = |folder: &Path| {
        first_schema(&folder.join("warifu.db"));
        Disk::attach(folder).unwrap()
    };
    let calls = {
        let folder = tempfile::tempdir().unwrap();
        let disk = old(folder.path());
        sqlite::open(disk.folder().join("warifu.db")).unwrap();
        disk.count()
    };
    assert!(calls > 10, "{calls} calls");
    for cut in 1..=calls {
        let folder = tempfile::tempdir().unwrap();
        let disk = old(folder.path());
        disk.cut_after(cut);
        let _ = sqlite::open(disk.folder().join("warifu.db"));
        for seed in 0..2 {
            let left = tempfile::tempdir().unwrap();
            disk.survivor(seed, left.path()).unwrap();
            let _quick = Disk::attach(left.path()).unwrap();
            let (mut store, reads) = sqlite::open(left.path().join("warifu.db")).unwrap();
            assert_eq!(reads.counts().unwrap().0, 7, "cut {cut}, seed {seed}: what was in the store is lost");
            store.commit(&crash::changes(0)).unwrap();
            assert_eq!(crash::check(&mut store, 1), 1, "cut {cut}, seed {seed}");
        }
    }
}
