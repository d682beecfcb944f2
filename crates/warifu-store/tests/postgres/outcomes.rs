//! A connection that is lost in the middle of a commit: what is answered is the truth.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use warifu_core::time::Timestamp;
use warifu_service::conformance::crash;
use warifu_service::port::{CommitError, Store, StoreError};
use warifu_store::postgres;

use crate::cluster::{Database, Sql, place};
use crate::proxy::{Cut, Proxy};

#[test]
fn a_commit_whose_answer_is_lost_is_found_to_have_been_made() {
    let database = Database::new();
    let proxy = Proxy::before(&place());
    let (mut store, reads) = postgres::open(&database.options_at(&proxy.place)).unwrap();
    store.commit(&crash::changes(0)).unwrap();
    for round in 1..4 {
        proxy.cut(Cut::BeforeTheAnswer);
        assert_eq!(store.commit(&crash::changes(round)), Ok(()));
        assert!(proxy.has_cut());
        store.load(&crash::wants(round), Timestamp::MIN).unwrap();
    }
    drop(reads);
    assert_eq!(crash::check(&mut store, 4), 4);
}

#[test]
fn a_commit_that_never_reached_its_end_is_found_not_to_have_been_made() {
    let database = Database::new();
    let proxy = Proxy::before(&place());
    let (mut store, _reads) = postgres::open(&database.options_at(&proxy.place)).unwrap();
    store.commit(&crash::changes(0)).unwrap();
    for round in 1..4 {
        proxy.cut(Cut::BeforeTheEnd);
        assert_eq!(
            store.commit(&crash::changes(round)),
            Err(CommitError::Conflict),
            "decide again: nothing is there"
        );
        assert!(proxy.has_cut());
        assert!(store.load(&crash::wants(round), Timestamp::MIN).unwrap().licences.is_empty());
        assert_eq!(store.commit(&crash::changes(round)), Ok(()));
    }
    assert_eq!(crash::check(&mut store, 4), 4);
}

/// Nobody can tell while the database is away; nothing is called done, and it is settled before the next commit.
#[test]
fn a_commit_that_cannot_be_settled_is_not_called_done() {
    let database = Database::new();
    for (cut, made) in [(Cut::BeforeTheAnswer, true), (Cut::BeforeTheEnd, false)] {
        let proxy = Proxy::before(&place());
        let (mut store, _reads) = postgres::open(&database.options_at(&proxy.place)).unwrap();
        let round = if made { 0 } else { 1 };
        proxy.refuse(true);
        proxy.cut(cut);
        let told = store.commit(&crash::changes(round));
        assert!(matches!(told, Err(CommitError::Store(StoreError::Unavailable(_)))), "{told:?}");
        assert!(store.load(&crash::wants(round), Timestamp::MIN).is_err());
        proxy.refuse(false);
        assert_eq!(
            store.load(&crash::wants(round), Timestamp::MIN).unwrap().licences.len(),
            usize::from(made)
        );
        let again = store.commit(&crash::changes(round));
        assert_eq!(again, if made { Err(CommitError::Conflict) } else { Ok(()) });
    }
    let (mut store, _reads) = postgres::open(&database.options()).unwrap();
    assert_eq!(crash::check(&mut store, 2), 2);
}

/// Sessions of this database that wait for a lock.
fn wait_for_blocked(watch: &Sql, count: i64) {
    let blocked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while watch.number(blocked) < count {
        std::thread::yield_now();
    }
}

/// The transaction is still under way on the server, behind somebody else's lock, when its outcome is asked for.
#[test]
fn a_commit_that_is_found_not_to_have_been_made_cannot_arrive_later() {
    let database = Database::new();
    let proxy = Proxy::before(&place());
    let (mut store, _reads) = postgres::open(&database.options_at(&proxy.place)).unwrap();
    // Its statements are prepared, which would wait for the lock too.
    store.commit(&crash::changes_with_event(0)).unwrap();
    let (lock, watch) = (database.sql(), database.sql());
    lock.run("BEGIN; LOCK TABLE warifu.event IN ACCESS EXCLUSIVE MODE");
    proxy.cut(Cut::BeforeTheAnswer);
    assert_eq!(store.commit(&crash::changes_with_event(1)), Err(CommitError::Conflict));
    wait_for_blocked(&watch, 1);
    lock.run("COMMIT");
    while watch.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'warifu'") > 1 {
        std::thread::yield_now();
    }
    assert!(store.load(&crash::wants(1), Timestamp::MIN).unwrap().licences.is_empty());
    assert_eq!(store.commit(&crash::changes_with_event(1)), Ok(()));
    assert_eq!(crash::check(&mut store, 2), 2);
}

/// The transaction is in its very last step on the server, as when it waits for a standby: the question waits for it.
#[test]
fn a_commit_that_is_still_being_made_is_waited_for() {
    let database = Database::new();
    let proxy = Proxy::before(&place());
    let (mut store, _reads) = postgres::open(&database.options_at(&proxy.place)).unwrap();
    store.commit(&crash::changes(0)).unwrap();
    let (lock, watch) = (database.sql(), database.sql());
    // At the end of a transaction that writes a licence, it waits for the test.
    lock.run(
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END'; \
         CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON warifu.licence DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()",
    );
    lock.run("SELECT pg_advisory_lock(7)");
    proxy.cut(Cut::BeforeTheAnswer);
    let commit = std::thread::spawn(move || {
        let done = store.commit(&crash::changes(1));
        (store, done)
    });
    // The commit itself, and the question what became of it.
    wait_for_blocked(&watch, 2);
    lock.run("SELECT pg_advisory_unlock(7)");
    let (mut store, done) = commit.join().unwrap();
    assert_eq!(done, Ok(()));
    assert_eq!(crash::check(&mut store, 2), 2);
}

#[test]
fn a_server_that_ends_every_connection_loses_nothing() {
    let database = Database::new();
    let (mut store, reads) = postgres::open(&database.options()).unwrap();
    let sql = database.sql();
    for round in 0..6 {
        sql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        let mut done = store.commit(&crash::changes(round));
        if done == Err(CommitError::Conflict) {
            done = store.commit(&crash::changes(round));
        }
        assert_eq!(done, Ok(()));
        sql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        assert_eq!(warifu_service::port::Reads::counts(&reads).unwrap().0, round + 1);
    }
    assert_eq!(crash::check(&mut store, 6), 6);
}

/// Names the database to a process that a test starts.
const KILLED: &str = "WARIFU_TEST_DATABASE";
/// The test that such a process is started by.
const NODE: &str =
    "outcomes::a_node_that_is_killed_in_the_middle_of_commits_loses_nothing_that_it_acknowledged";

/// The node that is killed.
fn killed_node(name: String) {
    let database = std::mem::ManuallyDrop::new(Database { name });
    let (mut store, _reads) = postgres::open(&database.options()).unwrap();
    let first = crash::next(&mut store);
    crash::write_and_tell(&mut store, first, &mut std::io::stderr());
}

#[test]
fn a_node_that_is_killed_in_the_middle_of_commits_loses_nothing_that_it_acknowledged() {
    if let Ok(name) = std::env::var(KILLED) {
        return killed_node(name);
    }
    let database = Database::new();
    let (mut store, _reads) = postgres::open(&database.options()).unwrap();
    let mut next = 0;
    for enough in [1, 3, 7, 20, 2] {
        let mut node = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NODE, "--nocapture", "--test-threads=1"])
            .env(KILLED, &database.name)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(node.stderr.take().unwrap()).lines();
        for line in told.by_ref().take(enough) {
            assert_eq!(line.unwrap(), next.to_string());
            next += 1;
        }
        node.kill().unwrap();
        for line in told {
            if line.unwrap() == next.to_string() {
                next += 1;
            }
        }
        node.wait().unwrap();
        // What the server still has of the killed node ends before it is counted.
        let sql = database.sql();
        while sql.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'warifu'") > 2 {
            std::thread::yield_now();
        }
        next = crash::check(&mut store, next);
    }
}
