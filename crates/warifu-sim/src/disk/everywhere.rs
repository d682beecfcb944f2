//! Work that is cut at each of its changes in turn.

use std::path::Path;

use tempfile::TempDir;

use super::Disk;

/// How many survivors of each cut are looked at.
const SURVIVORS: u64 = 2;

/// Does `work` once, to count its changes and syncs; then as many times again, cut at each of them, and lets `verify` look at several survivors of each.
/// `prepare` makes the folder as it was before. `verify` is told whether the work was done before the power went, and a text that names cut and seed.
/// Answers with how many changes and syncs there were.
///
/// # Panics
/// When a folder cannot be made, or was changed by means that are not followed.
#[expect(clippy::expect_used, reason = "test code, for tests of several crates")]
pub fn cut_everywhere(
    prepare: impl Fn(&Path),
    work: impl Fn(&Path),
    verify: impl Fn(&Path, bool, &str),
) -> u64 {
    let prepared = || -> (TempDir, Disk) {
        let folder = tempfile::tempdir().expect("a folder");
        // Attached, so that the machine's own disk is not waited for.
        let quick = Disk::attach(folder.path()).expect("a folder that can be read");
        prepare(quick.folder());
        drop(quick);
        let disk = Disk::attach(folder.path()).expect("a folder that can be read");
        (folder, disk)
    };
    let (_folder, disk) = prepared();
    work(disk.folder());
    let calls = disk.count();
    for cut in 1..=calls + 1 {
        let (_folder, disk) = prepared();
        disk.cut_after(cut);
        work(disk.folder());
        let done = !disk.is_cut();
        for seed in 0..SURVIVORS {
            let left = tempfile::tempdir().expect("a folder");
            disk.survivor(seed, left.path()).expect("a survivor");
            let quick = Disk::attach(left.path()).expect("a folder that can be read");
            verify(quick.folder(), done, &format!("cut at {cut} of {calls}, seed {seed}"));
        }
    }
    calls
}
