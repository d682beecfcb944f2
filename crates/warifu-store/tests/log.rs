//! The verifiable log on a real file: whoever edits the file is found out, an older backup is called one, and a sequencer that is killed leaves no gap
//! and nothing twice.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rusqlite::Connection;
use tempfile::TempDir;
use warifu_core::catalogue::Failure;
use warifu_core::event::{Action, Actor, Event, Subject};
use warifu_core::hardware::{Fingerprint, Scheme};
use warifu_core::id::{DeviceId, EventId};
use warifu_core::random::Random;
use warifu_core::record::Revision;
use warifu_core::seat::Device;
use warifu_core::state::Record;
use warifu_core::text::Name;
use warifu_core::time::{Span, Timestamp};
use warifu_proto::keys::RootKey;
use warifu_proto::log::Checkpoint;
use warifu_service::log::{Finding, LogKeys, Report, StoreSource, audit, sequence};
use warifu_service::port::{Changes, Reads, Store};
use warifu_store::sqlite;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

struct Sevens;

impl Random for Sevens {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn root() -> RootKey {
    RootKey::from_seed(&[1; 32]).unwrap()
}

fn keys() -> LogKeys {
    LogKeys::issue(&root(), NOW, &mut Sevens).unwrap()
}

fn id(number: u64) -> EventId {
    let mut bytes = [0x70; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    EventId::from_bytes(bytes)
}

fn event(number: u64) -> Event {
    Event {
        id: id(number),
        at: NOW.plus(Span::seconds(60 * u32::try_from(number).unwrap())),
        actor: Actor::Service,
        action: Action::LicenceRevoked,
        subject: Subject::default(),
        code: None,
        details: vec![("seats", number.to_string())].into(),
    }
}

fn commit(store: &mut dyn Store, numbers: impl Iterator<Item = u64>) {
    for number in numbers {
        store.commit(&Changes { events: vec![event(number)], ..Changes::default() }).unwrap();
    }
}

fn append(store: &mut dyn Store, reads: &dyn Reads, limit: u16) {
    while let Some(append) = sequence(&reads.log_waiting(limit).unwrap(), Some(&keys()), NOW).unwrap() {
        store.append(&append).unwrap();
    }
}

/// A store with so many logged events.
fn logged(count: u64) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("warifu.db");
    grow(&path, 0, count);
    (folder, path)
}

fn grow(path: &Path, from: u64, to: u64) {
    let (mut store, reads) = sqlite::open(path).unwrap();
    commit(&mut store, from..to);
    append(&mut store, &reads, 100);
}

fn audited(path: &Path, seen: Option<&Checkpoint>) -> Report {
    let (_store, reads) = sqlite::open(path).unwrap();
    audit::<Failure>(&mut StoreSource(&reads), root().public_key(), seen, NOW).unwrap()
}

fn edit(path: &Path, sql: &str) {
    assert_eq!(Connection::open(path).unwrap().execute(sql, []).unwrap(), 1, "{sql}");
}

fn row(number: u64) -> String {
    let bytes: String = id(number).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("x'{bytes}'")
}

#[test]
fn an_honest_log_passes_and_so_does_its_growth() {
    let (_folder, path) = logged(300);
    let first = audited(&path, None);
    assert_eq!((first.count, first.entries, first.waiting), (0, 300, 0));
    assert!(first.is_consistent());
    grow(&path, 300, 700);
    let second = audited(&path, first.checkpoint.as_ref());
    assert_eq!((second.count, second.entries), (0, 700), "{:?}", second.findings);
    let (mut store, _reads) = sqlite::open(&path).unwrap();
    commit(&mut store, 700..703);
    drop((store, _reads));
    assert_eq!(audited(&path, second.checkpoint.as_ref()).waiting, 3);
}

#[test]
fn every_edit_of_the_stores_file_is_found_and_the_row_is_named() {
    let removed = |index| Finding::Removed { index, event: id(index) };
    let altered = |index| Finding::Altered { index, event: id(index) };
    let unlogged = |number| Finding::Unlogged { event: id(number), at: event(number).at };
    let cases: Vec<(String, Vec<Finding>)> = vec![
        (format!("DELETE FROM event WHERE id = {}", row(5)), vec![removed(5)]),
        (format!("UPDATE event SET at = at + 1 WHERE id = {}", row(256)), vec![altered(256)]),
        (format!("UPDATE event SET code = 'seat_limit_reached' WHERE id = {}", row(0)), vec![altered(0)]),
        (
            format!("UPDATE event SET details = '[\"seats\",\"9\"]' WHERE id = {}", row(299)),
            vec![altered(299)],
        ),
        (format!("UPDATE event SET action = 'licence.suspended' WHERE id = {}", row(7)), vec![altered(7)]),
        // Added behind the log's back: there is no mark for it.
        (
            format!(
                "INSERT INTO event SELECT {}, at, NULL, NULL, action, NULL, NULL, NULL, NULL, NULL, '[]' FROM event WHERE id = {}",
                row(9_999),
                row(3)
            ),
            vec![Finding::Unlogged { event: id(9_999), at: event(3).at }],
        ),
        (
            format!("DELETE FROM log_place WHERE event = {}", row(8)),
            vec![Finding::PlaceMissing { index: 8 }, unlogged(8)],
        ),
        (
            "UPDATE log_head SET checkpoint = replace(checkpoint, '300', '299')".to_owned(),
            vec![Finding::NotGenuine(warifu_proto::log::LogError::Signature)],
        ),
        ("UPDATE log_head SET checkpoint = NULL".to_owned(), vec![Finding::NotSigned]),
    ];
    for (sql, expected) in cases {
        let (_folder, path) = logged(300);
        edit(&path, &sql);
        let report = audited(&path, None);
        assert_eq!(report.count, report.findings.len() as u64);
        assert_eq!(report.findings, expected, "{sql}");
    }
}

#[test]
fn every_edit_of_the_stored_tree_is_found() {
    let missing =
        |from: u64| (from..300).map(|index| Finding::HashMissing { index }).chain([Finding::Root]).collect();
    type Alter = fn(&mut Vec<u8>);
    let cases: [(&str, i64, Alter, Vec<Finding>); 3] = [
        (
            "one hash",
            0,
            |hashes| hashes[7] ^= 1,
            vec![Finding::Altered { index: 0, event: id(0) }, Finding::Root],
        ),
        ("cut short", 1, |hashes| hashes.truncate(43 * 32), missing(299)),
        ("not a tile", 1, |hashes| hashes.truncate(5), missing(256)),
    ];
    for (case, place, alter, expected) in cases {
        let (_folder, path) = logged(300);
        let connection = Connection::open(&path).unwrap();
        let sql = "SELECT hashes FROM log_tile WHERE level = 0 AND place = ?1";
        let mut hashes: Vec<u8> = connection.query_row(sql, [place], |row| row.get(0)).unwrap();
        alter(&mut hashes);
        let sql = "UPDATE log_tile SET hashes = ?2 WHERE level = 0 AND place = ?1";
        connection.execute(sql, rusqlite::params![place, hashes]).unwrap();
        drop(connection);
        let (mut store, reads) = sqlite::open(&path).unwrap();
        let report = audit::<Failure>(&mut StoreSource(&reads), root().public_key(), None, NOW).unwrap();
        let found: Vec<_> = report
            .findings
            .into_iter()
            .filter(|finding| !matches!(finding, Finding::Unlogged { .. }))
            .collect();
        assert_eq!(found, expected, "{case}");
        // What the sequencer builds on is checked too.
        commit(&mut store, 300..301);
        let next = sequence(&reads.log_waiting(9).unwrap(), Some(&keys()), NOW);
        assert_eq!(next.is_err(), place == 1, "{case}");
    }
}

#[test]
fn an_event_that_was_removed_before_it_got_its_place_leaves_its_trace_for_ever() {
    let (_folder, path) = logged(3);
    {
        let (mut store, _reads) = sqlite::open(&path).unwrap();
        commit(&mut store, 3..6);
    }
    edit(&path, &format!("DELETE FROM event WHERE id = {}", row(4)));
    grow(&path, 6, 8);
    let report = audited(&path, None);
    assert_eq!(report.findings, [Finding::GoneBefore { index: 4, event: id(4) }]);
    assert_eq!(report.entries, 8);
}

#[test]
fn a_restored_backup_is_shorter_and_a_log_that_grew_otherwise_is_called_rewritten() {
    let (folder, path) = logged(100);
    let backup = folder.path().join("backup.db");
    sqlite::backup(&path, &backup).unwrap();
    grow(&path, 100, 300);
    let seen = audited(&path, None).checkpoint.unwrap();
    let copy = audited(&backup, None);
    assert_eq!((copy.count, copy.entries), (0, 100), "a backup holds the log whole");
    sqlite::restore(&backup, &path, true).unwrap();
    let report = audited(&path, Some(&seen));
    assert_eq!(report.findings, [Finding::Shrunk { seen: 300 }]);
    assert!(!report.is_consistent());
    grow(&path, 1_000, 1_400);
    let report = audited(&path, Some(&seen));
    assert_eq!(report.findings, [Finding::Rewritten { seen: 300 }]);
    grow(&path, 1_400, 1_401);
    assert_eq!(audited(&path, None).count, 0, "who has seen nothing before cannot know");
}

#[test]
fn a_name_that_is_erased_leaves_the_log_as_it_was() {
    let (_folder, path) = logged(10);
    let seen = audited(&path, None).checkpoint.unwrap();
    let mut device = Device {
        id: DeviceId::from_bytes([3; 16]),
        revision: Revision::NEW,
        fingerprint: Fingerprint::new(Scheme::Physical)
            .pepper(&warifu_core::hardware::Pepper::from_bytes([5; 32])),
        name: Some(Name::new("Hanako's laptop").unwrap()),
        drift: Default::default(),
        created: NOW,
    };
    for name in [device.name.clone(), None] {
        device.name = name;
        let (mut store, _reads) = sqlite::open(&path).unwrap();
        store
            .commit(&Changes { records: vec![Record::Device(device.clone())], ..Changes::default() })
            .unwrap();
        device.revision = device.revision.next();
    }
    let report = audited(&path, Some(&seen));
    assert_eq!((report.count, report.entries), (0, 10));
    let names: i64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM device WHERE name IS NOT NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(names, 0);
}

#[test]
fn what_was_logged_before_there_was_a_tree_gets_its_places_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("warifu.db");
    {
        let (mut store, _reads) = sqlite::open(&path).unwrap();
        commit(&mut store, 0..5);
    }
    // As the first schema left it: events and no tables of the log.
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "DROP TABLE log_waiting; DROP TABLE log_place; DROP TABLE log_tile; DROP TABLE log_head;",
        )
        .unwrap();
    connection.execute_batch(include_str!("../migrations/0003_log.sql")).unwrap();
    drop(connection);
    grow(&path, 5, 7);
    let report = audited(&path, None);
    assert_eq!((report.count, report.entries, report.waiting), (0, 7, 0));
}

const KILLED: &str = "a_killed_sequencer_leaves_no_gap_and_nothing_twice";

#[test]
fn a_killed_sequencer_leaves_no_gap_and_nothing_twice() {
    if let Some(path) = common::played() {
        let (mut store, reads) = sqlite::open(path).unwrap();
        let first = reads.log_head().unwrap().size;
        let waiting = reads.log_waiting(u16::MAX).unwrap().events.len() as u64;
        for round in 0.. {
            let number = first + waiting + 3 * round;
            commit(&mut store, number..number + 3);
            eprintln!("said {}", number + 3);
            if round % 3 == 2 {
                append(&mut store, &reads, 4);
            }
        }
    }
    let (_folder, path) = logged(2);
    let mut seen = audited(&path, None).checkpoint;
    for kill in 0..8_u32 {
        let program = std::env::current_exe().unwrap();
        let mut child = common::play(&program, KILLED, &path)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said =
            lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("said ")?.parse::<u64>().ok());
        let told = said.take(5 + 7 * kill as usize).last().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let before = audited(&path, seen.as_ref());
        assert_eq!(before.count, 0, "{:?}", before.findings);
        assert!(before.entries + before.waiting >= told, "what was acknowledged is there");
        {
            let (mut store, reads) = sqlite::open(&path).unwrap();
            append(&mut store, &reads, 100);
        }
        let after = audited(&path, before.checkpoint.as_ref());
        assert_eq!((after.count, after.waiting), (0, 0), "{:?}", after.findings);
        assert_eq!(after.entries, before.entries + before.waiting);
        seen = after.checkpoint;
    }
}
