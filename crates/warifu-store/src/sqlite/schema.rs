//! A store's file: how it is made, recognised, opened and brought to the schema of this version. Migrations only go forward, and a released one is
//! never edited.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use warifu_service::port::StoreError;

use super::lock::beside;
use super::trouble::{io_error, sql_error};

/// Each migration leads from the schema before it to the one of its number, counted from 1.
const MIGRATIONS: [&str; 6] = [
    include_str!("../../migrations/0001_foundation.sql"),
    include_str!("../../migrations/0002_lifecycle.sql"),
    include_str!("../../migrations/0003_log.sql"),
    include_str!("../../migrations/0004_cases.sql"),
    include_str!("../../migrations/0005_purchase_proof.sql"),
    include_str!("../../migrations/0006_reclaimed.sql"),
];
/// The schema of this version.
pub(super) const SCHEMA: u32 = MIGRATIONS.len() as u32;
/// What tells a store from other programs' databases: "Wrfu".
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"Wrfu");

/// How long a statement waits for another process's lock, such as a backup's that just begins.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How many prepared statements a connection keeps: more than this adapter has.
const STATEMENTS_KEPT: usize = 96;

/// How much memory a connection keeps pages in.
#[derive(Clone, Copy)]
pub(super) enum Cache {
    /// For the connection that writes.
    Large,
    /// For those that read.
    Small,
}

/// From this size on, a store's inner pages alone fill some tens of megabytes.
const LARGE_FILE: u64 = 1 << 30;

impl Cache {
    /// In KiB, for a store of so many bytes. A larger cache is not simply better: up to 1 GiB, SQLite walks through the whole cache at the end of most
    /// commits, because it moves pages by way of a number beyond the file's end, which it then looks for.
    const fn kibibytes(self, file: u64) -> u32 {
        match (self, file >= LARGE_FILE) {
            (Self::Large, false) => 16_384,
            (Self::Large, true) => 65_536,
            (Self::Small, false) => 8_192,
            (Self::Small, true) => 32_768,
        }
    }
}

/// Opens a connection to the file of a store that exists.
pub(super) fn connect(path: &Path, cache: Cache) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| open_error(&error, path))?;
    prepare(&connection, cache).map_err(|error| open_error(&error, path))?;
    Ok(connection)
}

/// Sets what every connection needs.
pub(super) fn prepare(connection: &Connection, cache: Cache) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Without this, SQLite plans a statement that a partial index may serve anew for every value that is bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    let file = connection.path().and_then(|path| fs::metadata(path).ok()).map_or(0, |file| file.len());
    let kibibytes = cache.kibibytes(file);
    connection.execute_batch(&format!(
        "PRAGMA cache_size = -{kibibytes}; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; \
         PRAGMA cell_size_check = ON; PRAGMA synchronous = FULL;"
    ))
}

/// A folder that may not be written shows itself as a file that cannot be opened.
fn open_error(error: &rusqlite::Error, path: &Path) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::CannotOpen) if path.exists() => StoreError::ReadOnly(path.to_owned()),
        _ => sql_error(error, path),
    }
}

/// Opens the writing connection to the store at `path`, which is made when it is not there. The caller holds its lock.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    match fs::metadata(path) {
        Ok(file) if file.len() == 0 => return Err(damaged(path, "the file is empty")),
        Ok(_) => {
            // SQLite would open a file that it may not write for reading, and leave files beside it that may not be written either.
            OpenOptions::new().write(true).open(path).map_err(|error| io_error(&error, path))?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path)?,
        Err(error) => return Err(io_error(&error, path)),
    }
    let mut connection = connect(path, Cache::Large)?;
    if connection.is_readonly("main").map_err(|error| open_error(&error, path))? {
        return Err(StoreError::ReadOnly(path.to_owned()));
    }
    recognise(&connection, path)?;
    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(|error| open_error(&error, path))?;
    if mode != "wal" {
        return Err(StoreError::Unavailable(format!(
            "{}: the file system allows no write-ahead log",
            path.display()
        )));
    }
    // Pages that are written again and again reach the file once in 16 MiB of log instead of once in 4.
    connection
        .execute_batch("PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 67108864;")
        .map_err(|error| open_error(&error, path))?;
    migrate(&mut connection).map_err(|error| open_error(&error, path))?;
    Ok(connection)
}

/// Makes an empty store. It gets its name when it is complete, so that a file of that name is always a store.
fn create(path: &Path) -> Result<(), StoreError> {
    let log = wal(path);
    if log.exists() {
        // SQLite would play it into the new store.
        return Err(damaged(path, "the store is missing, but its log is there"));
    }
    if beside(path, "partial").exists() {
        // Whoever began that wanted another store than an empty one.
        return Err(damaged(
            path,
            "the store is missing, and a restore that was begun has not ended: run it again",
        ));
    }
    let new = beside(path, "new");
    fresh_file(&new).map_err(|error| io_error(&error, path))?;
    let mut connection = connect(&new, Cache::Small)?;
    migrate(&mut connection).map_err(|error| sql_error(&error, path))?;
    connection.close().map_err(|(_, error)| sql_error(&error, path))?;
    put_in_place(&new, path).map_err(|error| io_error(&error, path))
}

/// An empty file that only its owner may read, in the place of whatever a crash left there.
pub(super) fn fresh_file(path: &Path) -> io::Result<File> {
    for left in [path.to_owned(), wal(path), sibling(path, "-shm"), sibling(path, "-journal")] {
        match fs::remove_file(left) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Gives a complete file its name, durably.
pub(super) fn put_in_place(from: &Path, to: &Path) -> io::Result<()> {
    File::open(from)?.sync_all()?;
    fs::rename(from, to)?;
    sync_folder_of(to)
}

/// Makes the names beside a file durable.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// The write-ahead log of the store at `path`.
pub(super) fn wal(path: &Path) -> PathBuf {
    sibling(path, "-wal")
}

/// The file that SQLite names after the store's.
pub(super) fn sibling(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Makes sure that the file is a store, and none of a newer version. Answers with its schema.
pub(super) fn recognise(connection: &Connection, path: &Path) -> Result<u32, StoreError> {
    let found = |pragma: &str| {
        connection
            .query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i32>(0))
            .map_err(|error| open_error(&error, path))
    };
    let (application, schema) = (found("application_id")?, found("user_version")?);
    match u32::try_from(schema) {
        Ok(schema) if application == APPLICATION_ID && schema > SCHEMA => {
            Err(StoreError::Newer { found: schema, supported: SCHEMA })
        }
        Ok(schema @ 1..) if application == APPLICATION_ID => Ok(schema),
        _ => Err(damaged(path, "the file is a database of another program")),
    }
}

/// Brings a store, or an empty file, to the schema of this version. Run again, it finds nothing to do.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let missing = MIGRATIONS.iter().skip(found as usize);
    if missing.len() == 0 {
        return Ok(());
    }
    for migration in missing {
        transaction.execute_batch(migration)?;
    }
    transaction.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA};"
    ))?;
    transaction.commit()
}

fn damaged(path: &Path, detail: &str) -> StoreError {
    StoreError::Damaged { path: path.to_owned(), detail: detail.to_owned() }
}
