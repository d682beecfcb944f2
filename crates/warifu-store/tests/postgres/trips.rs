//! A group of commands takes two round trips, however many commands and tables are in it.

use warifu_core::time::Timestamp;
use warifu_service::conformance::crash;
use warifu_service::port::Store;
use warifu_store::postgres;

use crate::cluster::{Database, place};
use crate::proxy::Proxy;

/// Counted where the network is.
#[test]
fn a_group_takes_one_round_trip_to_load_and_one_to_commit() {
    let database = Database::new();
    let proxy = Proxy::before(&place());
    let (mut store, _reads) = postgres::open(&database.options_at(&proxy.place)).unwrap();
    let group = |store: &mut dyn Store, round: u64| {
        let before = proxy.trips();
        store.load(&crash::wants(round), Timestamp::MIN).unwrap();
        let loaded = proxy.trips();
        store.commit(&crash::changes(round)).unwrap();
        (loaded - before, proxy.trips() - loaded)
    };
    // The first time, the statements are prepared besides.
    group(&mut store, 0);
    for round in 1..12 {
        assert_eq!(group(&mut store, round), (1, 1), "round {round}");
    }
}
