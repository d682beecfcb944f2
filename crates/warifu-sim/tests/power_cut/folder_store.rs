//! The client's folder: the lease that `write` returned for is the lease of the next start.

use warifu_client::{FolderStore, Store};
use warifu_sim::disk::Disk;

/// A blob of the round, longer than a sector and different in all of them.
fn blob(round: u8) -> Vec<u8> {
    vec![round; 700 + 300 * usize::from(round)]
}

/// Writes lease after lease, and says how many were acknowledged before the cut.
fn work(disk: &Disk, rounds: u8) -> u8 {
    let mut store = FolderStore::new(disk.folder().join("home/.warifu"));
    let done = (1..=rounds).take_while(|round| {
        store.write("lease", &blob(*round)).is_ok()
            && store.write("installation-key", &blob(0)).is_ok()
            && !disk.is_cut()
    });
    done.count() as u8
}

#[test]
fn a_blob_that_was_written_survives_every_power_cut_and_none_is_there_in_part() {
    let calls = {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::attach(folder.path()).unwrap();
        assert_eq!(work(&disk, 4), 4);
        disk.count()
    };
    for cut in 1..=calls {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::attach(folder.path()).unwrap();
        disk.cut_after(cut);
        let acknowledged = work(&disk, 4);
        for seed in 0..12 {
            let left = tempfile::tempdir().unwrap();
            disk.survivor(seed, left.path()).unwrap();
            let mut store = FolderStore::new(left.path().join("home/.warifu"));
            let place = format!("cut at {cut} of {calls}, seed {seed}, {acknowledged} acknowledged");
            let lease = store.read("lease").unwrap();
            let expected = [acknowledged, acknowledged + 1].map(|round| (round > 0).then(|| blob(round)));
            assert!(expected.contains(&lease), "{place}: {:?}", lease.map(|lease| lease.len()));
            assert!(acknowledged == 0 || store.read("installation-key").unwrap() == Some(blob(0)), "{place}");
            // Attached, so that the machine's own disk is not waited for.
            let _quick = Disk::attach(left.path()).unwrap();
            store.write("lease", &blob(9)).unwrap();
            assert_eq!(store.read("lease").unwrap(), Some(blob(9)), "{place}");
        }
    }
}

#[test]
fn a_blob_that_was_removed_does_not_come_back() {
    for (cut, gone) in [(1, false), (2, false), (3, true)] {
        let folder = tempfile::tempdir().unwrap();
        FolderStore::new(folder.path()).write("refusal", b"no").unwrap();
        let disk = Disk::attach(folder.path()).unwrap();
        disk.cut_after(cut);
        let removed = FolderStore::new(disk.folder()).remove("refusal").is_ok();
        assert_eq!(removed, gone, "cut at {cut}");
        for seed in 0..12 {
            let left = tempfile::tempdir().unwrap();
            disk.survivor(seed, left.path()).unwrap();
            let found = FolderStore::new(left.path()).read("refusal").unwrap();
            assert!(
                found.is_none() || (!gone && found.as_deref() == Some(b"no")),
                "cut at {cut}, seed {seed}"
            );
        }
    }
}
