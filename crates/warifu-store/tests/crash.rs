//! `kill -9` in the middle of commits loses nothing that was acknowledged and leaves nothing half done.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "test code")]

mod common;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use warifu_service::conformance::crash;
use warifu_service::port::StoreError;
use warifu_store::sqlite;

/// The test that the killed process is started by.
const NAME: &str = "a_killed_writer_loses_nothing_that_it_acknowledged";
/// Where a killed process's successor goes on.
const FIRST: &str = "WARIFU_TEST_FIRST";

/// The process that is killed. It tells on standard error, which the test harness leaves alone.
fn killed_writer(path: PathBuf) {
    let first = std::env::var(FIRST).unwrap().parse().unwrap();
    let (mut store, _reads) = sqlite::open(path).unwrap();
    crash::write_and_tell(&mut store, first, &mut std::io::stderr());
}

/// Runs a writer from round `first` and kills it when it has told `enough` times. Answers with the round after the last that it told.
fn write_until_killed(path: &Path, first: u64, enough: usize) -> u64 {
    let mut writer = common::play(&std::env::current_exe().unwrap(), NAME, path)
        .env(FIRST, first.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(writer.stderr.take().unwrap()).lines();
    let mut next = first;
    for line in told.by_ref().take(enough) {
        assert_eq!(line.unwrap(), next.to_string());
        next += 1;
    }
    assert_eq!(
        sqlite::open(path).err(),
        Some(StoreError::Locked(path.to_owned())),
        "the writer holds the store"
    );
    writer.kill().unwrap();
    // What it had still said when it was killed counts as well; the last line may be cut.
    for line in told {
        if line.unwrap() == next.to_string() {
            next += 1;
        }
    }
    writer.wait().unwrap();
    next
}

#[test]
fn a_killed_writer_loses_nothing_that_it_acknowledged() {
    if let Some(path) = common::played() {
        return killed_writer(path);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("warifu.db");
    let mut first = 0;
    for enough in [1, 2, 5, 9, 30, 4, 80, 17, 150, 1, 60, 33] {
        let told = write_until_killed(&path, first, enough);
        let (mut store, _reads) = sqlite::open(&path).unwrap();
        first = crash::check(&mut store, told);
    }
    let copy = folder.path().join("copy.db");
    sqlite::backup(&path, copy).unwrap();
}
