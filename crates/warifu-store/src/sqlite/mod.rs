//! The embedded store: one SQLite file with its write-ahead log.
//!
//! One service uses a store at a time; a lock file beside it sees to that. One connection writes, each commit one transaction that is on the disk
//! when it returns (`synchronous=FULL`). Reads have connections of their own and never wait for the writer. A backup is taken while the service
//! runs.

mod backup;
mod commit;
mod crowd;
mod fields;
mod load;
mod lock;
mod log;
mod own;
mod reads;
mod row;
mod schema;
#[cfg(test)]
mod tests;
mod trouble;
mod view;

pub use self::backup::{BackupError, backup, restore};
pub use self::reads::SqliteReads;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OpenFlags};
use warifu_core::time::Timestamp;
use warifu_service::port::{Changes, CommitError, Loaded, LogAppend, Store, StoreError, Want};

use self::lock::Lock;
use self::schema::Cache;
use self::trouble::{io_error, sql_error};

/// The writing side of an SQLite store.
pub struct SqliteStore {
    // Closed before the lock goes.
    connection: Connection,
    access: Arc<Access>,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", self.access.path()).finish_non_exhaustive()
    }
}

/// Opens the store at `path` for one service, and makes it when it is not there. Its folder must exist. Older schemas are migrated.
///
/// # Errors
/// [`StoreError::Locked`] when another service has it open; [`StoreError::Newer`] when a newer version wrote it; [`StoreError::ReadOnly`],
/// [`StoreError::Full`] and [`StoreError::Damaged`] as they say, the store left as it was.
pub fn open(path: impl AsRef<Path>) -> Result<(SqliteStore, SqliteReads), StoreError> {
    // SQLite takes a relative name that begins with `file:` for an address.
    let path = std::path::absolute(path.as_ref()).map_err(|error| io_error(&error, path.as_ref()))?;
    let lock = Lock::take(&path)?;
    let connection = schema::open(&path)?;
    Ok(pair(connection, Access { place: Place::File { _lock: lock }, path }))
}

/// A store in memory, for tests. It ends with both of its sides.
///
/// # Errors
/// When memory runs out.
pub fn open_in_memory() -> Result<(SqliteStore, SqliteReads), StoreError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = format!("file:/warifu-{}?vfs=memdb", COUNT.fetch_add(1, Ordering::Relaxed));
    let path = PathBuf::from(name);
    let mut connection = connect_memory(&path)?;
    schema::migrate(&mut connection).map_err(|error| sql_error(&error, &path))?;
    let alive = Mutex::new(connect_memory(&path)?);
    Ok(pair(connection, Access { place: Place::Memory { _alive: alive }, path }))
}

fn pair(connection: Connection, access: Access) -> (SqliteStore, SqliteReads) {
    let access = Arc::new(access);
    (SqliteStore { connection, access: access.clone() }, SqliteReads::new(access))
}

/// Where a store is, held by both of its sides.
struct Access {
    place: Place,
    path: PathBuf,
}

enum Place {
    File {
        _lock: Lock,
    },
    /// What is in memory ends with its last connection.
    Memory {
        _alive: Mutex<Connection>,
    },
}

impl Access {
    fn path(&self) -> &PathBuf {
        &self.path
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        match self.place {
            Place::File { .. } => schema::connect(&self.path, Cache::Small),
            Place::Memory { .. } => connect_memory(&self.path),
        }
    }
}

fn connect_memory(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)
        .and_then(|connection| schema::prepare(&connection, Cache::Small).map(|()| connection));
    connection.map_err(|error| sql_error(&error, path))
}

impl Store for SqliteStore {
    fn load(&mut self, wants: &[Want], now: Timestamp) -> Result<Loaded, StoreError> {
        load::load(&self.connection, wants, now).map_err(|trouble| trouble.at(self.access.path()))
    }

    fn commit(&mut self, changes: &Changes) -> Result<(), CommitError> {
        commit::commit(&mut self.connection, changes).map_err(|trouble| trouble.at_commit(self.access.path()))
    }

    fn append(&mut self, append: &LogAppend) -> Result<(), CommitError> {
        log::append(&mut self.connection, append).map_err(|trouble| trouble.at_commit(self.access.path()))
    }
}
