//! What the PostgreSQL adapter must do, on the cluster that `cargo xtask test` starts. Each test has a database of its own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod bridging;
mod cluster;
mod migrations;
mod nodes;
mod outcomes;
mod proxy;
mod refusals;
mod trips;

/// The storage port's conformance suite.
mod conformance {
    use std::sync::Arc;

    use warifu_service::conformance::Fixture;
    use warifu_service::port::{Reads, Store};
    use warifu_store::postgres;

    use crate::cluster::Database;

    struct InDatabase(Database);

    impl Fixture for InDatabase {
        fn open(&self) -> (Box<dyn Store>, Arc<dyn Reads>) {
            let (store, reads) = postgres::open(&self.0.options()).unwrap();
            (Box::new(store), Arc::new(reads))
        }
    }

    warifu_service::conformance_tests!(lasting: InDatabase(Database::new()));
}
