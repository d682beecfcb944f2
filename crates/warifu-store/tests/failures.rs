//! Stores that cannot be used: each says why, and keeps what it holds.
#![expect(clippy::unwrap_used, reason = "test code")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use tempfile::TempDir;
use warifu_core::time::Timestamp;
use warifu_service::conformance::{Dice, crash};
use warifu_service::port::{CommitError, LicenceFilter, Page, Reads, Store, StoreError, Want};
use warifu_store::sqlite;

/// A closed store with so many rounds in it.
fn store_with(rounds: u64) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("warifu.db");
    let (mut store, _reads) = sqlite::open(&path).unwrap();
    for round in 0..rounds {
        store.commit(&crash::changes(round)).unwrap();
    }
    (folder, path)
}

fn refusal(path: &Path) -> StoreError {
    sqlite::open(path).map(|_| ()).unwrap_err()
}

fn assert_damaged(error: &StoreError, path: &Path, part: &str) {
    match error {
        StoreError::Damaged { path: named, detail } => {
            assert_eq!(named, path);
            assert!(detail.contains(part), "{detail}");
        }
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn a_second_service_on_one_store_is_refused_until_the_first_ends() {
    let (_folder, path) = store_with(1);
    let (store, reads) = sqlite::open(&path).unwrap();
    assert_eq!(refusal(&path), StoreError::Locked(path.clone()));
    drop(store);
    assert_eq!(refusal(&path), StoreError::Locked(path.clone()), "its readers are still there");
    drop(reads);
    sqlite::open(&path).unwrap();
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_left_alone() {
    let (_folder, path) = store_with(1);
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    let before = fs::read(&path).unwrap();
    let newer = refusal(&path);
    assert!(matches!(newer, StoreError::Newer { found: 99, supported: 1..99 }), "{newer}");
    assert_eq!(sqlite::backup(&path, path.with_extension("copy")), Err(newer.into()));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_store_opened_again_finds_nothing_to_migrate() {
    let (_folder, path) = store_with(3);
    for _ in 0..3 {
        let (mut store, _reads) = sqlite::open(&path).unwrap();
        assert_eq!(crash::check(&mut store, 3), 3);
    }
}

#[test]
fn a_file_that_is_no_store_is_damaged_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("warifu.db");
    let garbage: Vec<u8> = std::iter::repeat_with({
        let mut dice = Dice::new(1);
        move || dice.bits() as u8
    })
    .take(20_000)
    .collect();
    for (content, part) in
        [(&garbage[..], "not a database"), (b"SQLite format 3\0", ""), (b"x", ""), (b"", "empty")]
    {
        fs::write(&path, content).unwrap();
        assert_damaged(&refusal(&path), &path, part);
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE licence (id)").unwrap();
    assert_damaged(&refusal(&other), &other, "another program");
    let alone = folder.path().join("alone.db");
    fs::write(folder.path().join("alone.db-wal"), "frames").unwrap();
    assert_damaged(&refusal(&alone), &alone, "its log is there");
    assert!(!alone.exists());
}

#[test]
fn a_truncated_store_is_damaged() {
    let (_folder, path) = store_with(60);
    let whole = fs::read(&path).unwrap();
    for part in 1..40 {
        let length = whole.len() * part / 40;
        fs::write(&path, &whole[..length]).unwrap();
        assert_damaged(&refusal(&path), &path, "");
    }
    fs::write(&path, &whole).unwrap();
    let (mut store, _reads) = sqlite::open(&path).unwrap();
    assert_eq!(crash::check(&mut store, 60), 60);
}

/// Whatever bytes are changed, the answer is the records or an error.
#[test]
fn a_store_with_flipped_bytes_never_panics() {
    let (_folder, path) = store_with(30);
    let whole = fs::read(&path).unwrap();
    let (mut damaged, mut read) = (0, 0);
    for seed in 0..150 {
        let mut dice = Dice::new(seed);
        let mut bytes = whole.clone();
        for _ in 0..1 + dice.below(40) {
            let place = dice.below(bytes.len());
            bytes[place] ^= 1 << dice.below(8);
        }
        fs::write(&path, &bytes).unwrap();
        let outcome = sqlite::open(&path).and_then(|(_store, reads)| read_all(&reads));
        match outcome {
            Ok(()) => read += 1,
            Err(StoreError::Damaged { .. }) => damaged += 1,
            // Flips in the header can ask for a newer version, a missing feature or a table that is not there.
            Err(StoreError::Newer { .. } | StoreError::Unavailable(_) | StoreError::ReadOnly(_)) => {}
            Err(other) => panic!("seed {seed}: {other:?}"),
        }
    }
    assert!(damaged > 50 && read > 0, "{damaged} damaged, {read} read");
}

fn read_all(reads: &dyn Reads) -> Result<(), StoreError> {
    let page = Page { after: None, limit: 200 };
    for licence in reads.licences(&LicenceFilter::default(), &page)? {
        for seat in reads.activations(licence.id, &Page { after: None, limit: 200 })? {
            for installation in seat.installations {
                reads.load(&[Want::Installation(installation.id)], Timestamp::MIN)?;
            }
        }
    }
    reads.registry()?;
    reads.events(None, &Page { after: None, limit: 200 })?;
    reads.counts().map(|_| ())
}

#[test]
fn a_row_that_cannot_be_read_is_named_by_table_id_and_column() {
    for (spoil, part) in [
        ("UPDATE licence SET standing = 'on loan'", ": standing"),
        ("UPDATE licence SET sku = 16384", ": sku: not a SKU number"),
        ("UPDATE licence SET seats = -1", ": seats: out of bounds"),
        ("UPDATE licence SET created = -1", ": created: not an instant"),
        ("UPDATE licence SET label = ''", ": label"),
        ("UPDATE licence SET imported = x'00'", "licence 0000000000000000"),
        ("UPDATE activation SET released_by = NULL, released_at = 1", "activation "),
        ("UPDATE device SET fingerprint = x'ff'", ": fingerprint: not a fingerprint"),
        ("DELETE FROM device", "missing, but activation"),
        ("UPDATE installation SET lease = x'00'", ": lease: has the wrong length"),
        ("UPDATE installation SET revision = 0", ": revision: not a revision"),
        ("UPDATE installation SET command = 'guess'", ": command"),
        ("UPDATE tally SET licences = -1", "tally"),
        ("DELETE FROM tally", "tally: empty"),
    ] {
        let (_folder, path) = store_with(1);
        Connection::open(&path).unwrap().execute_batch(spoil).unwrap();
        let (_store, reads) = sqlite::open(&path).unwrap();
        assert_damaged(&read_all(&reads).unwrap_err(), &path, part);
    }
}

#[test]
fn a_store_in_a_folder_that_is_not_there_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(refusal(&folder.path().join("no/warifu.db")), StoreError::Unavailable(_)));
}

/// The process with a small file system of its own, which goes with it.
#[cfg(target_os = "linux")]
fn full_disk(folder: &Path) {
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder).status();
    assert!(mounted.unwrap().success());
    let path = folder.join("warifu.db");
    let ballast = folder.join("ballast");
    fs::write(&ballast, vec![1; 300_000]).unwrap();
    let (mut store, reads) = sqlite::open(&path).unwrap();
    let refused =
        (0..).find_map(|round| store.commit(&crash::changes(round)).err().map(|error| (round, error)));
    let (end, error) = refused.unwrap();
    assert_eq!(error, CommitError::Store(StoreError::Full(path.clone())));
    assert_eq!(crash::check(&mut store, end), end);
    read_all(&reads).unwrap();
    fs::remove_file(&ballast).unwrap();
    store.commit(&crash::changes(end)).unwrap();
    drop((store, reads));
    let (mut store, reads) = sqlite::open(&path).unwrap();
    assert_eq!(crash::check(&mut store, end + 1), end + 1);
    drop((store, reads));
    // A file that does not fit takes all that is left.
    fs::write(&ballast, vec![1; 2_000_000]).unwrap_err();
    let new = folder.join("new.db");
    assert_eq!(refusal(&new), StoreError::Full(new));
}

/// On a real file system that is full. Elsewhere than on Linux a test of the crate's own with a file that may not grow stands for this one.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_refuses_commits_and_loses_nothing() {
    if let Some(folder) = common::played() {
        return full_disk(&folder);
    }
    let folder = tempfile::tempdir().unwrap();
    let apart = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "--", program]);
        command
    };
    let lacking = match apart("true").output() {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Some(error.to_string()),
    };
    assert_eq!(
        lacking, None,
        "this test mounts a file system of its own, which needs the program `unshare` (util-linux) and user namespaces that an ordinary user may make \
         (sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)"
    );
    let part = common::play(
        &std::env::current_exe().unwrap(),
        "a_full_disk_refuses_commits_and_loses_nothing",
        folder.path(),
    );
    let mut command = apart(&part.get_program().to_string_lossy());
    command.args(part.get_args()).envs(part.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The process of an ordinary user, to whom permissions apply.
#[cfg(unix)]
fn ordinary_user(path: PathBuf) {
    match std::env::var("WARIFU_TEST_EXPECT").unwrap().as_str() {
        "made" => {
            let (mut store, _reads) = sqlite::open(&path).unwrap();
            store.commit(&crash::changes(0)).unwrap();
        }
        "read-only" => assert_eq!(refusal(&path), StoreError::ReadOnly(path)),
        _ => {
            let (mut store, _reads) = sqlite::open(&path).unwrap();
            assert_eq!(crash::check(&mut store, 1), 1);
        }
    }
}

/// Permissions do not bind root, so that the store is used by a process of another user where the tests run as root.
#[cfg(unix)]
#[test]
fn what_may_not_be_written_is_read_only_and_left_alone() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    if let Some(path) = common::played() {
        return ordinary_user(path);
    }
    let folder = tempfile::tempdir().unwrap();
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(folder.path(), 0o755);
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    mode(&data, 0o777);
    let path = data.join("warifu.db");
    let program = folder.path().join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    mode(&program, 0o755);
    let is_root = fs::metadata("/proc/self").is_ok_and(|owner| owner.uid() == 0);
    let expect = |expected: &str| {
        let mut command =
            common::play(&program, "what_may_not_be_written_is_read_only_and_left_alone", &path);
        if is_root {
            command.uid(65_534).gid(65_534);
        }
        let output = command.current_dir(&data).env("WARIFU_TEST_EXPECT", expected).output().unwrap();
        assert!(output.status.success(), "{expected}: {}", String::from_utf8_lossy(&output.stderr));
    };
    mode(&data, 0o555);
    expect("read-only");
    mode(&data, 0o777);
    expect("made");
    mode(&data, 0o555);
    expect("read-only");
    mode(&data, 0o777);
    mode(&path, 0o444);
    expect("read-only");
    mode(&path, 0o600);
    expect("whole");
}
