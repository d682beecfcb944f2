//! Whose journal bridges outages: one of all, whoever asks when.

use warifu_core::id::JournalId;
use warifu_core::time::Timestamp;
use warifu_store::postgres::{self, Bridging, Holder};

use crate::cluster::{Database, place};
use crate::proxy::Proxy;

const fn journal(byte: u8) -> JournalId {
    JournalId::from_bytes([byte; 16])
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

#[test]
fn one_journal_has_it_until_another_takes_it_over() {
    let database = Database::new();
    drop(postgres::open(&database.options()).unwrap());
    let (first, second) =
        (Bridging::of(&database.options()).unwrap(), Bridging::of(&database.options()).unwrap());
    assert_eq!(first.holder().unwrap(), None);
    let held = Holder { journal: journal(1), since: at(10) };
    assert_eq!(first.claim(journal(1), at(10), false).unwrap(), held);
    assert_eq!(second.claim(journal(2), at(20), false).unwrap(), held, "it is refused");
    assert_eq!(first.claim(journal(1), at(30), false).unwrap(), held, "a later start changes nothing");
    assert_eq!(first.claim(journal(1), at(30), true).unwrap(), held, "nor does taking over from oneself");
    let taken = Holder { journal: journal(2), since: at(40) };
    assert_eq!(second.claim(journal(2), at(40), true).unwrap(), taken);
    assert_eq!(first.holder().unwrap(), Some(taken), "the one before sees it");
    assert_eq!(first.claim(journal(1), at(50), false).unwrap(), taken);
}

#[test]
fn of_nodes_that_claim_it_at_once_one_has_it() {
    let database = Database::new();
    drop(postgres::open(&database.options()).unwrap());
    let options = database.options();
    let told: Vec<Holder> = std::thread::scope(|scope| {
        let nodes: Vec<_> = (1..=6)
            .map(|node| {
                let options = &options;
                scope.spawn(move || {
                    Bridging::of(options).unwrap().claim(journal(node), at(node.into()), false)
                })
            })
            .collect();
        nodes.into_iter().map(|node| node.join().unwrap().unwrap()).collect()
    });
    assert!(told.iter().all(|holder| *holder == told[0]), "{told:?}");
    assert_eq!(database.sql().number("SELECT count(*) FROM warifu.bridging"), 1);
}

#[test]
fn it_cannot_be_asked_while_the_database_is_away_and_can_be_again() {
    let database = Database::new();
    drop(postgres::open(&database.options()).unwrap());
    let proxy = Proxy::before(&place());
    let bridging = Bridging::of(&database.options_at(&proxy.place)).unwrap();
    let held = bridging.claim(journal(1), at(10), false).unwrap();
    proxy.refuse(true);
    database.sql().run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    assert!(bridging.holder().is_err());
    proxy.refuse(false);
    assert_eq!(bridging.holder().unwrap(), Some(held));
}
