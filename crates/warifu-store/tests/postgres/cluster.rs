//! The cluster that the tests use, and a database of its own for each.
//!
//! `cargo xtask test` starts the cluster and names it by two variables. Without them a test fails and says so: it never passes unseen.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls};
use warifu_store::postgres::{Address, Options};

/// Where the cluster listens, as `HOST:PORT`.
const PLACE: &str = "WARIFU_TEST_POSTGRES";
/// The password of its user.
const PASSWORD: &str = "WARIFU_TEST_POSTGRES_PASSWORD";
/// The user, who may do anything.
const USER: &str = "warifu";

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: these tests need the cluster that `cargo xtask test` starts")
    })
}

/// Where the cluster listens.
pub(crate) fn place() -> String {
    variable(PLACE)
}

/// The certificate by which the cluster is known.
pub(crate) fn certificate() -> PathBuf {
    variable("WARIFU_TEST_POSTGRES_CA").into()
}

/// A connection of the test's own to a database.
pub(crate) struct Sql {
    client: Client,
    runtime: Runtime,
}

impl Sql {
    /// Connects.
    pub(crate) fn connect(database: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (host, port) =
            variable(PLACE).rsplit_once(':').map(|(host, port)| (host.to_owned(), port.to_owned())).unwrap();
        let mut config = tokio_postgres::Config::new();
        config
            .host(host)
            .port(port.parse().unwrap())
            .user(USER)
            .password(variable(PASSWORD))
            .dbname(database);
        let client = runtime.block_on(async move {
            let (client, connection) = config.connect(NoTls).await.unwrap();
            tokio::spawn(connection);
            client
        });
        Self { client, runtime }
    }

    /// Carries statements out.
    pub(crate) fn run(&self, sql: &str) {
        self.runtime.block_on(self.client.batch_execute(sql)).unwrap();
    }

    /// The first column of the first row, a number.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.runtime.block_on(self.client.query_one(sql, &[])).unwrap().get(0)
    }
}

/// A database of one test, which goes with it.
pub(crate) struct Database {
    /// Its name.
    pub(crate) name: String,
}

impl Database {
    /// Makes an empty one.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Sql::connect("postgres").run(&format!("CREATE DATABASE {name}"));
        Self { name }
    }

    /// How to open it.
    pub(crate) fn options(&self) -> Options {
        self.options_at(&place())
    }

    /// How to open it by another way to the cluster, `HOST:PORT`.
    pub(crate) fn options_at(&self, place: &str) -> Options {
        let address: Address = format!("postgres://{USER}@{place}/{}", self.name).parse().unwrap();
        Options { address, password: Some(variable(PASSWORD)), ca: None, dangerous_plain: false }
    }

    /// A connection of the test's own.
    pub(crate) fn sql(&self) -> Sql {
        Sql::connect(&self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let name = &self.name;
        Sql::connect("postgres").run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }
}
