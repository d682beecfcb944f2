//! The storage port's conformance suite, run on the SQLite store in a file and in memory.

#![expect(clippy::unwrap_used, reason = "the fixtures are test code")]

use std::sync::Arc;

use tempfile::TempDir;
use warifu_service::conformance::Fixture;
use warifu_service::port::{Reads, Store};
use warifu_store::sqlite;

/// A store in a folder of its own.
struct InFile(TempDir);

impl InFile {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

impl Fixture for InFile {
    fn open(&self) -> (Box<dyn Store>, Arc<dyn Reads>) {
        let (store, reads) = sqlite::open(self.0.path().join("warifu.db")).unwrap();
        (Box::new(store), Arc::new(reads))
    }
}

struct InMemory;

impl Fixture for InMemory {
    fn open(&self) -> (Box<dyn Store>, Arc<dyn Reads>) {
        let (store, reads) = sqlite::open_in_memory().unwrap();
        (Box::new(store), Arc::new(reads))
    }
}

mod in_a_file {
    use super::InFile;

    warifu_service::conformance_tests!(lasting: InFile::new());
}

mod in_memory {
    use super::InMemory;

    warifu_service::conformance_tests!(InMemory);
}
